package differential

import (
	"fmt"
	"math/big"
	"time"

	"github.com/e2eid/e2eid/tests/testca"
)

// certificates varies the fields that are not extensions: versions, serial numbers, unique identifiers, empty names.
func certificates() []*scenario {
	changes := []change{{"plain", func(*hierarchy) {}}}
	places(func(place string, of func(*hierarchy) *testca.Cert) {
		add := func(tag string, apply func(*testca.Cert)) {
			changes = append(changes, change{tag + " @" + place, func(h *hierarchy) { apply(of(h)) }})
		}
		for _, v := range []int{1, 2, 4} {
			add(fmt.Sprintf("version-%d", v), func(c *testca.Cert) { c.Version = v })
			add(fmt.Sprintf("version-%d-bare", v), func(c *testca.Cert) {
				c.Version = v
				c.RawExtensions = []byte{}
			})
		}
		add("no-extensions", func(c *testca.Cert) { c.RawExtensions = []byte{} })
		add("explicit-version-1", func(c *testca.Cert) {
			c.RawVersion, c.RawExtensions = []byte{0xa0, 3, 2, 1, 0}, []byte{}
		})
		for tag, octets := range map[string][]byte{
			"zero": {0}, "negative": {0xff}, "padded": {0, 1}, "empty": {}, "of-20": long(0x7f, 20), "of-21": long(0x7f, 21),
			"of-20-high": append([]byte{0}, long(0xff, 20)...), "of-22": long(0x7f, 22), "of-100": long(0x7f, 100),
		} {
			add("serial-"+tag, func(c *testca.Cert) { c.RawSerial = append([]byte{2, byte(len(octets))}, octets...) })
		}
		add("serial-equal", func(c *testca.Cert) { c.Serial = big.NewInt(7) })
		add("unique-ids", func(c *testca.Cert) { c.IssuerUniqueID, c.SubjectUniqueID = []byte{1}, []byte{2} })
		add("unique-ids-version-2", func(c *testca.Cert) {
			c.Version, c.RawExtensions, c.SubjectUniqueID = 2, []byte{}, []byte{2}
		})
		add("unique-ids-version-1", func(c *testca.Cert) {
			c.Version, c.RawExtensions, c.SubjectUniqueID = 1, []byte{}, []byte{2}
		})
		add("trailing-tbs", func(c *testca.Cert) { c.TrailingTBS = []byte{5, 0} })
		add("trailing", func(c *testca.Cert) { c.Trailing = []byte{5, 0} })
		add("no-key-identifiers", func(c *testca.Cert) { c.Forbid(testca.OIDSubjectKeyID, testca.OIDAuthorityKeyID) })
		add("subject-empty", func(c *testca.Cert) { c.Subject = testca.Name{} })
		add("subject-empty-critical-san", func(c *testca.Cert) {
			c.Subject = testca.Name{}
			c.Set(testca.SAN(testca.DNS("a.example.com")).WithCritical(true))
		})
	})
	return each("certificate", 1, changes)
}

func long(first byte, size int) []byte {
	b := make([]byte, size)
	for i := range b {
		b[i] = first - byte(i)
	}
	return b
}

// validities has times at, just inside and just outside of the bounds, and in every form.
func validities() []*scenario {
	var changes []change
	places(func(place string, of func(*hierarchy) *testca.Cert) {
		add := func(tag string, apply func(c *testca.Cert, at time.Time)) {
			changes = append(changes, change{tag + " @" + place, func(h *hierarchy) { apply(of(h), h.at) }})
		}
		for _, seconds := range []int{-1, 0, 1} {
			d := time.Duration(seconds) * time.Second
			add(fmt.Sprintf("not-before%+d", seconds), func(c *testca.Cert, at time.Time) { c.NotBefore = at.Add(d) })
			add(fmt.Sprintf("not-after%+d", seconds), func(c *testca.Cert, at time.Time) { c.NotAfter = at.Add(d) })
		}
		add("inverted", func(c *testca.Cert, at time.Time) { c.NotBefore, c.NotAfter = at.Add(time.Hour), at.Add(-time.Hour) })
		for _, form := range []struct{ tag, before, after string }{
			{"generalized-early", "\x18\x0f20200101000000Z", "\x18\x0f20300101000000Z"},
			{"utc-1950", "\x17\x0d500101000000Z", "\x17\x0d490101000000Z"},
			{"utc-after-is-1950", "\x17\x0d200101000000Z", "\x17\x0d500101000000Z"},
			{"utc-without-seconds", "\x17\x0b2001010000Z", "\x17\x0b3001010000Z"},
			{"utc-offset", "\x17\x11200101000000+0000", "\x17\x11300101000000+0000"},
			{"generalized-offset", "\x18\x1320200101000000+0000", "\x18\x1320300101000000+0000"},
			{"generalized-fraction", "\x18\x1120200101000000.5Z", "\x18\x1120300101000000.5Z"},
			{"generalized-local", "\x18\x0e20200101000000", "\x18\x0e20300101000000"},
			{"no-end", "\x17\x0d200101000000Z", "\x18\x0f99991231235959Z"},
			{"no-beginning", "\x18\x0f00000101000000Z", "\x17\x0d300101000000Z"},
			{"no-such-day", "\x17\x0d200230000000Z", "\x17\x0d300101000000Z"},
			{"no-such-month", "\x17\x0d201301000000Z", "\x17\x0d300101000000Z"},
			{"leap-second", "\x17\x0d161231235960Z", "\x17\x0d300101000000Z"},
			{"hour-24", "\x17\x0d200101240000Z", "\x17\x0d300101000000Z"},
			{"leap-day", "\x17\x0d200229000000Z", "\x17\x0d300101000000Z"},
			{"no-leap-day", "\x17\x0d210229000000Z", "\x17\x0d300101000000Z"},
			{"blank", "\x17\x0d20 101000000Z", "\x17\x0d300101000000Z"},
			{"one-time", "\x17\x0d200101000000Z", ""},
			{"three-times", "\x17\x0d200101000000Z", "\x17\x0d300101000000Z\x17\x0d300101000000Z"},
			{"wrong-type", "\x16\x0d200101000000Z", "\x17\x0d300101000000Z"},
		} {
			add(form.tag, func(c *testca.Cert, _ time.Time) {
				c.RawValidity = append([]byte{0x30, byte(len(form.before) + len(form.after))}, form.before+form.after...)
			})
		}
	})
	return each("validity", 1, changes)
}

package ocsp_test

import (
	"bytes"
	"strings"
	"testing"

	"github.com/e2eid/e2eid/revocation/ocsp"
	"github.com/e2eid/e2eid/tests/testca"
	"github.com/e2eid/e2eid/tests/testocsp"
)

func TestBounds(t *testing.T) {
	type R = testocsp.Response
	singles := func(n int) func(*R) {
		return func(r *R) {
			for len(r.Singles) < n {
				r.Singles = append(r.Singles, r.Singles[0])
			}
		}
	}
	certificates := func(n int) func(*R) {
		return func(r *R) { r.Certificates = make([][]byte, n); fill(r.Certificates, []byte{0x30, 0}) }
	}
	hash := func(n int) func(*R) {
		return func(r *R) {
			id := &r.Singles[0].ID
			id.Algorithm, id.NameHash, id.KeyHash = testca.Algorithm("1.2.3", nil), make([]byte, n), make([]byte, n)
		}
	}
	size := func(n int) func(*R) {
		return func(r *R) {
			responder, _ := base()
			r.RawSignature = element(3, make([]byte, 60<<10))
			missing := n - len(responder.Sign(*r))
			r.RawSignature = element(3, make([]byte, 60<<10+missing))
		}
	}
	extensions := func(n int) func(*R) {
		return func(r *R) {
			r.Extensions = nil
			for i := range n {
				r.Extensions = append(r.Extensions, testca.Unknown(testca.OID("1.2."+strings.Repeat("1", 1+i%9)+"."+string(rune('0'+i/9))), false, nil))
			}
		}
	}
	nonce := func(n int) func(*R) {
		return func(r *R) { r.Extensions = []testca.Ext{testocsp.Nonce(make([]byte, n))} }
	}
	for _, c := range []struct {
		name    string
		most    func(*R)
		tooMany func(*R)
	}{
		{"64 singles", singles(64), singles(65)},
		{"8 certificates", certificates(8), certificates(9)},
		{"hashes of 64 octets", hash(64), hash(65)},
		{"64 kB", size(64 << 10), size(64<<10 + 1)},
		{"64 extensions", extensions(64), extensions(65)},
		{"nonce of 128 octets", nonce(128), nonce(129)},
		{"nonce of 1 octet", nonce(1), nonce(0)},
	} {
		responder, template := base()
		c.most(&template)
		in := responder.Sign(template)
		mustParseNamed(t, c.name, in)
		if c.name == "64 kB" && len(in) != 64<<10 {
			t.Errorf("%s: the test made %d bytes", c.name, len(in))
		}
		responder, template = base()
		c.tooMany(&template)
		if _, err := ocsp.Parse(responder.Sign(template)); err == nil {
			t.Errorf("more than %s were accepted", c.name)
		}
	}
}

func fill(list [][]byte, with []byte) {
	for i := range list {
		list[i] = with
	}
}

func TestTruncatedAndExtendedResponsesAreRefused(t *testing.T) {
	responder, template := base()
	in := responder.Sign(template)
	for n := range in {
		if _, err := ocsp.Parse(in[:n:n]); err == nil {
			t.Errorf("accepted the first %d bytes of %d", n, len(in))
		}
	}
	for b := range 256 {
		if _, err := ocsp.Parse(append(bytes.Clone(in), byte(b))); err == nil {
			t.Errorf("accepted a trailing %#x", b)
		}
	}
}

// Whatever one bit changes, what we accept the oracle accepts and reads equally.
func TestEveryBitFlipped(t *testing.T) {
	w := newWorld(testca.P256)
	for who, responder := range w.responders() {
		if testing.Short() && who != "authority" {
			continue
		}
		template := responder.Revoked(w.cert, testca.At, 1)
		template.Certificates = nil
		in := responder.Sign(template)
		for i := range in {
			for bit := range 8 {
				changed := bytes.Clone(in)
				changed[i] ^= 1 << bit
				agree(t, changed)
			}
		}
	}
}

func TestParseTakesMemoryInProportionToItsInput(t *testing.T) {
	huge := [][]byte{
		{0x30, 0x84, 0xff, 0xff, 0xff, 0xff, 10, 1, 0},
		{0x30, 0x84, 0x7f, 0xff, 0xff, 0xff, 10, 1, 0, 0xa0, 0x84, 0x7f, 0xff, 0xff, 0xff},
		bytes.Repeat([]byte{0x30, 0x80}, 30000),
	}
	for _, in := range huge {
		if n := testing.AllocsPerRun(10, func() { ocsp.Parse(in) }); n > 4 {
			t.Errorf("%x…: %v allocations", in[:9], n)
		}
	}
}

package revocation_test

import (
	"bytes"
	"crypto/ed25519"
	"encoding/binary"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/e2eid/e2eid/revocation"
	"github.com/e2eid/e2eid/signature"
)

// twoLists is a head with all that a head can have, and its blobs.
func twoLists(t testing.TB, keys ...byte) (head []byte, blobs [][]byte) {
	a, blobsA := list(t, listA, 1000, true,
		revocation.Entry{Index: 7, Since: start.Add(-time.Hour), Reason: revocation.KeyCompromise},
		revocation.Entry{Index: 8, Reason: revocation.CertificateHold})
	b, blobsB := list(t, listB, 50, false, revocation.Entry{Index: 49})
	body := body(3, a, b)
	body.Previous = [32]byte{1}
	body.Extensions = []revocation.Extension{{Type: 7, Data: []byte("later")}}
	return sign(t, body, keys...), append(blobsA, blobsB...)
}

func TestNoByteOfAHeadCanBeChanged(t *testing.T) {
	head, _ := twoLists(t, 1)
	if _, err := open(head, trust("a.example", 1)); err != nil {
		t.Fatal(err)
	}
	for at := range head {
		for bit := range 8 {
			changed := bytes.Clone(head)
			changed[at] ^= 1 << bit
			if _, err := open(changed, trust("a.example", 1)); err == nil {
				t.Errorf("bit %d of byte %d can be changed", bit, at)
			}
		}
	}
	for size := range head {
		_, err := open(head[:size], trust("a.example", 1))
		if !errors.Is(err, revocation.ErrFormat) {
			t.Errorf("cut off at %d: %v", size, err)
		}
	}
	_, err := open(append(bytes.Clone(head), 0), trust("a.example", 1))
	wantError(t, "a byte more", err, revocation.ErrFormat)
}

func TestHeadForms(t *testing.T) {
	l, _ := list(t, listA, 10, false)
	for _, c := range []struct {
		name   string
		change func(*revocation.Body)
		want   error
	}{
		{"as it should be", func(*revocation.Body) {}, nil},
		{"no list", func(b *revocation.Body) { b.Lists = nil }, nil},
		{"extension that may be ignored", func(b *revocation.Body) { b.Extensions = []revocation.Extension{{Type: 0x7fff}} }, nil},
		{"number zero", func(b *revocation.Body) { b.Number = 0 }, revocation.ErrFormat},
		{"nextUpdate is thisUpdate", func(b *revocation.Body) { b.NextUpdate = b.ThisUpdate }, revocation.ErrFormat},
		{"times before 1970", func(b *revocation.Body) { b.ThisUpdate = time.Unix(-1, 0) }, revocation.ErrFormat},
		{"times after 9999", func(b *revocation.Body) { b.NextUpdate = time.Unix(253402300800, 0) }, revocation.ErrFormat},
		{"authority in capitals", func(b *revocation.Body) { b.Authority = "A.example" }, revocation.ErrFormat},
		{"authority that climbs out of its folder", func(b *revocation.Body) { b.Authority = ".." }, revocation.ErrFormat},
		{"authority with a slash", func(b *revocation.Body) { b.Authority = "a/b" }, revocation.ErrFormat},
		{"authority without a name", func(b *revocation.Body) { b.Authority = "" }, revocation.ErrFormat},
		{"authority of 65 bytes", func(b *revocation.Body) { b.Authority = strings.Repeat("a", 65) }, revocation.ErrFormat},
		{"authority of 256 bytes", func(b *revocation.Body) { b.Authority = strings.Repeat("a", 256) }, revocation.ErrFormat},
		{"list twice", func(b *revocation.Body) { b.Lists = []revocation.List{l, l} }, revocation.ErrFormat},
		{"lists that sink", func(b *revocation.Body) { b.Lists = append(b.Lists, l); b.Lists[1].ID = "a" }, revocation.ErrFormat},
		{"list without an id", func(b *revocation.Body) { b.Lists[0].ID = "" }, revocation.ErrFormat},
		{"list id with a blank", func(b *revocation.Body) { b.Lists[0].ID = "a b" }, revocation.ErrFormat},
		{"ids that share their beginning", func(b *revocation.Body) { b.Lists = append(b.Lists, l); b.Lists[1].ID += "0" }, nil},
		{"list id of 256 bytes", func(b *revocation.Body) { b.Lists[0].ID = strings.Repeat("a", 256) }, revocation.ErrFormat},
		{"list that revokes more than it covers", func(b *revocation.Body) { b.Lists[0].Revoked = 11 }, revocation.ErrFormat},
		{"list that covers over 2^32", func(b *revocation.Body) { b.Lists[0].Covered = 1<<32 + 1 }, revocation.ErrFormat},
		{"blob without bytes", func(b *revocation.Body) { b.Lists[0].Snapshot.Size = 0 }, revocation.ErrFormat},
		{"blob of 2^30 bytes", func(b *revocation.Body) { b.Lists[0].Snapshot.Size = 1 << 30 }, revocation.ErrFormat},
		{"over 1024 lists", func(b *revocation.Body) { b.Lists = make([]revocation.List, 1025) }, revocation.ErrFormat},
		{"extensions that sink", func(b *revocation.Body) { b.Extensions = []revocation.Extension{{Type: 2}, {Type: 1}} }, revocation.ErrFormat},
		{"deltas that sink", func(b *revocation.Body) {
			b.Number = 9
			b.Deltas = []revocation.Delta{{Back: 2, Blob: l.Snapshot}, {Back: 1, Blob: l.Snapshot}}
		}, revocation.ErrFormat},
		{"delta from before the first head", func(b *revocation.Body) { b.Deltas = []revocation.Delta{{Back: 1, Blob: l.Snapshot}} }, revocation.ErrFormat},
		{"delta from the first head", func(b *revocation.Body) {
			b.Number = 2
			b.Deltas = []revocation.Delta{{Back: 1, Blob: l.Snapshot}}
		}, nil},
		{"over 16 deltas", func(b *revocation.Body) { b.Deltas = make([]revocation.Delta, 17) }, revocation.ErrFormat},
		{"suspended more than is left", func(b *revocation.Body) { b.Lists[0].Suspended = 11 }, revocation.ErrFormat},
		{"serial list", func(b *revocation.Body) { b.Lists[0].Kind, b.Lists[0].IssuedBefore = revocation.KindSerial, 5 }, nil},
		{"serial list of no time", func(b *revocation.Body) { b.Lists[0].Kind = revocation.KindSerial }, revocation.ErrFormat},
		{"serial list before 1970", func(b *revocation.Body) { b.Lists[0].Kind, b.Lists[0].IssuedFrom = revocation.KindSerial, -1 }, revocation.ErrFormat},
		{"over 16 extensions", func(b *revocation.Body) { b.Extensions = make([]revocation.Extension, 17) }, revocation.ErrFormat},
		{"extension that must be understood", func(b *revocation.Body) { b.Extensions = []revocation.Extension{{Type: 0x8000}} }, revocation.ErrVersion},
	} {
		b := body(1, l)
		c.change(&b)
		_, err := revocation.AppendBody(nil, b)
		wantError(t, c.name, err, c.want)
	}
}

// What AppendBody cannot be made to write, by position in a head whose first list is at a known place.
func TestHeadsOfANewerVersion(t *testing.T) {
	l, _ := list(t, listA, 10, false)
	head := sign(t, body(1, l), 1)
	at := bytes.Index(head, []byte(listA)) + len(listA)
	for _, c := range []struct {
		name string
		at   int
		to   byte
		want error
	}{
		{"label", 0, 'E', revocation.ErrFormat},
		{"version", 22, 2, revocation.ErrVersion},
		{"kind", at, 4, revocation.ErrVersion},
		{"kind zero", at, 0, revocation.ErrVersion},
		{"flag", at + 1, 8, revocation.ErrVersion},
	} {
		changed := bytes.Clone(head)
		changed[c.at] = c.to
		_, err := revocation.ParseHead(changed)
		wantError(t, c.name, err, c.want)
	}
	// 10 covered, as two bytes.
	longer := append(bytes.Clone(head[:at+2]), 0x40, 10)
	_, err := revocation.ParseHead(append(longer, head[at+3:]...))
	wantError(t, "integer in a longer form", err, revocation.ErrFormat)
	_, err = revocation.ParseHead(make([]byte, revocation.MaxHeadSize+1))
	wantError(t, "too large", err, revocation.ErrFormat)
}

func TestSignatures(t *testing.T) {
	b := body(1)
	all := trust("a.example", 1, 2, 3)
	two := all
	two.Threshold = 2
	unknownAlgorithm := func(t *testing.T, head []byte) []byte {
		u, err := revocation.ParseHead(head)
		if err != nil {
			t.Fatal(err)
		}
		signed, _ := revocation.AppendBody(nil, u.Body())
		more, err := revocation.AssembleHead(signed, append(u.Signatures(), revocation.Signature{Algorithm: 0xffff, Signature: []byte("cosigned")}))
		if err != nil {
			t.Fatal(err)
		}
		return more.Bytes()
	}
	for _, c := range []struct {
		name    string
		head    []byte
		signers revocation.Signers
		want    error
	}{
		{"all of three", sign(t, b, 1, 2, 3), all, nil},
		{"in any order", sign(t, b, 3, 1, 2), all, nil},
		{"two where all are needed", sign(t, b, 1, 2), all, revocation.ErrSignature},
		{"two where two are needed", sign(t, b, 1, 3), two, nil},
		{"one where two are needed", sign(t, b, 1), two, revocation.ErrSignature},
		{"one and a stranger where two are needed", sign(t, b, 1, 4), two, revocation.ErrSignature},
		{"two and a stranger", sign(t, b, 1, 4, 2), two, nil},
		{"stranger", sign(t, b, 4), trust("a.example", 1), revocation.ErrSignature},
		{"a signature this version does not know beside a good one", unknownAlgorithm(t, sign(t, b, 1)), trust("a.example", 1), nil},
		{"another authority with the same key", sign(t, b, 1), trust("b.example", 1), revocation.ErrAuthority},
	} {
		_, err := open(c.head, c.signers)
		wantError(t, c.name, err, c.want)
	}
}

// A forged signature under a configured key must not count, whatever else is there.
func TestForgedSignatureCountsForNothing(t *testing.T) {
	signed, err := revocation.AppendBody(nil, body(1))
	if err != nil {
		t.Fatal(err)
	}
	one := trust("a.example", 1, 2)
	one.Threshold = 1
	both := trust("a.example", 1, 2)
	var sigs []revocation.Signature
	for n := range byte(2) {
		k := publicKey(n + 1)
		message := signed
		if n == 1 {
			message = []byte("something else")
		}
		sigs = append(sigs, revocation.Signature{Algorithm: uint16(k.Algorithm), KeyID: k.ID(), Signature: ed25519.Sign(signKey(n+1), message)})
	}
	head, err := revocation.AssembleHead(signed, sigs)
	if err != nil {
		t.Fatal(err)
	}
	_, err = open(head.Bytes(), one)
	wantError(t, "one is enough", err, nil)
	_, err = open(head.Bytes(), both)
	wantError(t, "both are needed", err, revocation.ErrSignature)

	_, err = revocation.AssembleHead(signed, nil)
	wantError(t, "no signature", err, revocation.ErrFormat)
	_, err = revocation.AssembleHead(signed, []revocation.Signature{sigs[0], sigs[0]})
	wantError(t, "the same key twice", err, revocation.ErrFormat)
	_, err = revocation.AssembleHead(signed, make([]revocation.Signature, 17))
	wantError(t, "17 signatures", err, revocation.ErrFormat)
}

func TestMisconfiguredSigners(t *testing.T) {
	u, err := revocation.ParseHead(sign(t, body(1), 1))
	if err != nil {
		t.Fatal(err)
	}
	weak := trust("a.example")
	weak.Keys = []revocation.Key{{Algorithm: signature.Ed25519, Key: make([]byte, 32)}} // a point of small order
	over, below := trust("a.example", 1), trust("a.example", 1)
	over.Threshold, below.Threshold = 2, -1
	for name, s := range map[string]revocation.Signers{
		"zero":                     {},
		"no key":                   trust("a.example"),
		"bad authority id":         trust("A", 1),
		"a key twice":              trust("a.example", 1, 1),
		"threshold over the keys":  over,
		"threshold below zero":     below,
		"weak key":                 weak,
		"algorithm nobody knows":   {Authority: "a.example", Keys: []revocation.Key{{Algorithm: 9, Key: []byte{1}}}},
		"key of another algorithm": {Authority: "a.example", Keys: []revocation.Key{{Algorithm: signature.MLDSA44, Key: publicKey(1).Key}}},
	} {
		_, err := u.Plan(s)
		wantError(t, name, err, revocation.ErrSigners)
		wantError(t, name, s.Validate(), revocation.ErrSigners)
	}
	wantError(t, "good", trust("a.example", 1).Validate(), nil)
}

func TestAnswersOfTheHost(t *testing.T) {
	u, err := revocation.ParseHead(sign(t, body(1), 1, 2))
	if err != nil {
		t.Fatal(err)
	}
	const invalid, valid, unsupported = signature.Invalid, signature.Valid, signature.Unsupported
	for _, c := range []struct {
		answers   []signature.Answer
		threshold int
		want      error
	}{
		{[]signature.Answer{valid, valid}, 2, nil},
		{[]signature.Answer{valid, invalid}, 1, nil},
		{[]signature.Answer{unsupported, valid}, 1, nil},
		{[]signature.Answer{valid, invalid}, 0, revocation.ErrSignature},
		{[]signature.Answer{unsupported, invalid}, 2, revocation.ErrSignature},
		{[]signature.Answer{valid, unsupported}, 2, revocation.ErrAlgorithm},
		{[]signature.Answer{unsupported, unsupported}, 1, revocation.ErrAlgorithm},
		{nil, 1, signature.ErrAnswers},
		{[]signature.Answer{valid}, 1, signature.ErrAnswers},
		{[]signature.Answer{valid, valid, valid}, 1, signature.ErrAnswers},
		{[]signature.Answer{valid, 3}, 1, signature.ErrAnswers},
	} {
		s := trust("a.example", 1, 2)
		s.Threshold = c.threshold
		plan, err := u.Plan(s)
		if err != nil {
			t.Fatal(err)
		}
		head, err := plan.Open(c.answers)
		if !errors.Is(err, c.want) || (head != nil) != (err == nil) {
			t.Errorf("%d of %v: %v, %v; want %v", c.threshold, c.answers, head, err, c.want)
		}
	}
	if head, err := new(revocation.HeadPlan).Open(nil); err == nil {
		t.Errorf("zero plan opens %v", head)
	}
}

// The head of ten lists with nine deltas and one Ed25519 signature. What a list has beside costs bytes:
// what the package doc says of them is what they cost.
func TestHeadOfTenListsIsSmall(t *testing.T) {
	sizes := map[string]int{}
	for _, c := range []struct {
		name   string
		change func(*revocation.List)
		most   int // bytes
	}{
		{"smallest", func(*revocation.List) {}, 1500},
		{"expires", func(l *revocation.List) { l.Expires = 1_800_000_000 }, 1500},
		{"suspended", func(l *revocation.List) { l.Suspended = 500 }, 1500},
		{"expires and suspended", func(l *revocation.List) { l.Expires, l.Suspended = 1_800_000_000, 500 }, 1500},
		{"details", func(l *revocation.List) { l.Details = revocation.Blob{SHA256: [32]byte{2}, Size: 60001} }, 2000},
		{"all", func(l *revocation.List) {
			l.Expires, l.Suspended, l.Details = 1_800_000_000, 500, revocation.Blob{SHA256: [32]byte{2}, Size: 62501}
		}, 2000},
	} {
		var lists []revocation.List
		for n := range byte(10) {
			l, _ := list(t, "https://status.example.com/2026-1"+string('0'+n), 1<<20, false, revocation.Entry{Index: 1})
			l.Snapshot.Size, l.Revoked = 12000, 10000
			c.change(&l)
			lists = append(lists, l)
		}
		b := body(1000, lists...)
		for back := uint64(1); back <= 256; back *= 2 {
			b.Deltas = append(b.Deltas, revocation.Delta{Back: back, Blob: revocation.Blob{SHA256: [32]byte{1}, Size: 600}})
		}
		size := len(sign(t, b, 1))
		sizes[c.name] = size
		if t.Logf("%s: %d bytes", c.name, size); size >= c.most {
			t.Errorf("%s: %d bytes, want below %d", c.name, size, c.most)
		}
	}
	for name, each := range map[string]int{"expires": 5, "suspended": 2, "details": 36} {
		if got := sizes[name] - sizes["smallest"]; got != 10*each {
			t.Errorf("%s costs %d bytes in ten lists, not %d each as documented", name, got, each)
		}
	}
}

func FuzzParseHead(f *testing.F) {
	head, _ := twoLists(f, 1)
	f.Add(head)
	f.Add(sign(f, body(1), 1, 2))
	padded := body(1)
	if err := revocation.PadBody(&padded, 7); err != nil {
		f.Fatal(err)
	}
	f.Add(sign(f, padded, 1))
	f.Fuzz(func(t *testing.T, in []byte) {
		u, err := revocation.ParseHead(in)
		if err != nil {
			if u != nil {
				t.Fatal("a head beside an error")
			}
			return
		}
		signed, err := revocation.AppendBody(nil, u.Body())
		if err != nil {
			t.Fatal(err)
		}
		again, err := revocation.AssembleHead(signed, u.Signatures(), u.Proofs()...)
		if err != nil || !bytes.Equal(again.Bytes(), in) {
			t.Fatalf("%x does not re-encode to itself: %v", in, err)
		}
		if _, err := open(in, trust("a.example", 1)); err == nil && !signedBefore(in) {
			t.Fatalf("%x opens", in)
		}
	})
}

// signedBefore reports whether in carries one of the bodies that the seeds carry: nothing else may open.
func signedBefore(in []byte) bool {
	number := bytes.Index(in, []byte("a.example")) + 9
	return number > 9 && binary.BigEndian.Uint64(in[number:])|2 == 3
}

package cose_test

import (
	"bytes"
	"errors"
	"testing"

	"github.com/e2eid/e2eid/internal/cose"
	"github.com/e2eid/e2eid/internal/jose"
	"github.com/e2eid/e2eid/tests/testvc"
)

var kinds = []error{cose.ErrMAC, jose.ErrFormat, jose.ErrLimit, jose.ErrAlgorithm, jose.ErrCritical}

// An error is of one kind, and nothing is returned beside it. What is accepted has an algorithm and a signature, its payload
// is part of what was given, and it is refused with a byte more or less.
func FuzzParse(f *testing.F) {
	s := signers(f)
	f.Add(s[0].key.SignCOSE(f, base()))
	f.Add(s[3].key.SignCOSE(f, testvc.Sign1{Protected: []testvc.Pair{{Key: 1, Value: -8}, {Key: 33, Value: []byte("der")}}, Payload: []byte("{}")}))
	f.Add([]byte("\x84\x43\xa1\x01\x26\xa0\x41\x00\x41\x00"))
	f.Fuzz(func(t *testing.T, b []byte) {
		u, err := cose.Parse(b, maxBytes)
		if err != nil {
			of := 0
			for _, kind := range kinds {
				if errors.Is(err, kind) {
					of++
				}
			}
			if of != 1 || u != nil {
				t.Fatalf("%v is of %d kinds; %v beside it", err, of, u)
			}
			return
		}
		h := u.Header()
		if h.Algorithm == "" || !bytes.Contains(b, u.UnverifiedPayload()) {
			t.Fatalf("%+v of %x", h, b)
		}
		for _, der := range h.Certificates {
			if len(der) == 0 || !bytes.Contains(b, der) {
				t.Fatalf("a certificate that does not stand in %x", b)
			}
		}
		if _, err := cose.Parse(append(bytes.Clone(b), 0), maxBytes); err == nil {
			t.Fatalf("%x is accepted with a byte more", b)
		}
		if _, err := cose.Parse(b[:len(b)-1], maxBytes); err == nil {
			t.Fatalf("%x is accepted with a byte less", b)
		}
		if p, err := u.Plan(s[0].jwk); err == nil && (h.Algorithm != "ES256" || !bytes.HasSuffix(p.Check().Message, u.UnverifiedPayload())) {
			t.Fatalf("%x is planned with a key of another algorithm", b)
		}
	})
}

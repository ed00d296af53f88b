package revocation_test

import (
	"bytes"
	"crypto/ed25519"
	"fmt"
	"testing"

	"github.com/e2eid/e2eid/revocation"
)

// later is a proof of a type that a later version may give a meaning, such as that a log has the head. It goes beside any other.
func later(n uint16) revocation.Proof {
	return revocation.Proof{Type: n, Data: bytes.Repeat([]byte{byte(n)}, 1500)}
}

// Proofs are not signed: whoever delivers a head can add those of unknown types, and take them away. No answer depends on them.
func TestProofsOfUnknownTypesAreIgnored(t *testing.T) {
	l, blobs := list(t, listA, 1000, true, revocation.Entry{Index: 7, Reason: revocation.KeyCompromise},
		revocation.Entry{Index: 8, Reason: revocation.CertificateHold})
	b := body(2, l)
	signed, err := revocation.AppendBody(nil, b)
	if err != nil {
		t.Fatal(err)
	}
	sign := func(key byte, message []byte) revocation.Signature {
		k := publicKey(key)
		return revocation.Signature{Algorithm: uint16(k.Algorithm), KeyID: k.ID(), Signature: ed25519.Sign(signKey(key), message)}
	}
	head := func(key byte, proofs ...revocation.Proof) []byte {
		u, err := revocation.AssembleHead(signed, []revocation.Signature{sign(key, signed)}, proofs...)
		if err != nil {
			t.Fatal(err)
		}
		return u.Bytes()
	}
	plain, err := open(head(1), trust("a.example", 1))
	if err != nil {
		t.Fatal(err)
	}
	with := [][]revocation.Proof{{later(0)}, {later(4)}, {later(0x7fff), later(0x8001), later(0xffff)}, {{Type: 9}}}
	var state revocation.State
	for i, proofs := range with {
		h, err := open(head(1, proofs...), trust("a.example", 1))
		if err != nil {
			t.Fatal(i, err)
		}
		if h.Hash() != plain.Hash() || fmt.Sprint(h.Body()) != fmt.Sprint(plain.Body()) || h.Sequence() != 0 {
			t.Errorf("%d: another head", i)
		}
		if err := state.Accept(h, b.ThisUpdate); err != nil { // neither is a second head of its number
			t.Errorf("%d: %v", i, err)
		}
		p, q := mustLoad(t, h, nil, blobs), mustLoad(t, plain, nil, blobs)
		for index := range uint64(1001) {
			if got, want := p.Status(listA, index, b.ThisUpdate, 0), q.Status(listA, index, b.ThisUpdate, 0); got != want {
				t.Fatalf("%d: index %d is %+v, without the proof %+v", i, index, got, want)
			}
		}
	}

	// None stands in for a proof that is needed: that of the rollover to the key that has signed.
	next := trust("a.example", 2)
	next.Sequence = 1
	change, err := revocation.AppendRollover(nil, next)
	if err != nil {
		t.Fatal(err)
	}
	rollover := revocation.AssembleRollover(change, []revocation.Signature{sign(1, change), sign(2, change)})
	needed := revocation.Proof{Type: revocation.ProofRollovers, Data: rollover}
	if h, err := open(head(2, needed, later(4)), trust("a.example", 1)); err != nil || h.Sequence() != 1 {
		t.Errorf("a rollover beside an unknown proof: %v", err)
	}
	for i, proofs := range append(with, []revocation.Proof{{Type: 4, Data: rollover}}, []revocation.Proof{{Type: 0, Data: rollover}}) {
		_, err := open(head(2, proofs...), trust("a.example", 1))
		wantError(t, fmt.Sprint("in place of a rollover, ", i), err, revocation.ErrSignature)
	}
	// Nor for a certificate or token of a delegation.
	u, err := revocation.ParseHead(head(2, revocation.Proof{Type: 4, Data: revocation.AppendDelegated(nil, []byte("one"))}))
	if err != nil {
		t.Fatal(err)
	}
	certificates, _ := u.Certificates()
	if tokens, _ := u.Delegations(); len(certificates)+len(tokens) > 0 {
		t.Errorf("%q and %q from a proof of another type", certificates, tokens)
	}
}

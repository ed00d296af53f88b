package revocation

import (
	"bytes"
	"crypto/ed25519"
	"errors"
	"testing"

	"github.com/e2eid/e2eid/signature"
)

// behind returns a head of a.example with a proof of this type behind it.
func behind(proof uint16, data []byte) *UnverifiedHead {
	return &UnverifiedHead{body: Body{Authority: "a.example"}, proofs: []Proof{{proof, data}}}
}

func FuzzRollovers(f *testing.F) {
	one := Signers{Authority: "a.example", Sequence: 1, Threshold: 1, Keys: []Key{testKey(1)}}
	two := Signers{Authority: "a.example", Sequence: 1 << 31, Threshold: 2, Keys: []Key{testKey(2), testKey(3)}}
	if !two.Keys[0].before(two.Keys[1]) {
		two.Keys[0], two.Keys[1] = two.Keys[1], two.Keys[0]
	}
	var row []byte
	for _, s := range []Signers{one, two} {
		signed, err := AppendRollover(nil, s)
		if err != nil {
			f.Fatal(err)
		}
		row = append(row, AssembleRollover(signed, []Signature{{Algorithm: 0x0201, KeyID: [8]byte{1}, Signature: make([]byte, 64)},
			{Algorithm: 0x0201, KeyID: [8]byte{2}}})...)
		f.Add(bytes.Clone(row))
	}
	f.Add([]byte{})
	f.Fuzz(func(t *testing.T, in []byte) {
		list, err := behind(ProofRollovers, in).rollovers()
		if err != nil {
			if list != nil {
				t.Fatal("rollovers beside an error")
			}
			return
		}
		var again []byte
		for _, r := range list {
			signed, err := AppendRollover(nil, r.next)
			if err != nil || !bytes.Equal(signed, r.signed) {
				t.Fatalf("%x re-encodes as %x: %v", r.signed, signed, err)
			}
			again = append(again, AssembleRollover(signed, r.signatures)...)
		}
		if !bytes.Equal(again, in) {
			t.Fatalf("%x re-encodes as %x", in, again)
		}
	})
}

// Whoever delivers a head can put a rollover behind it. That this cannot be used says nothing of the client's configuration.
func TestRolloverToAKeyThatIsNoneIsMalformed(t *testing.T) {
	row := append([]byte(rolloverLabel), rolloverVersion, 9)
	row = append(row, "a.example\x00\x00\x00\x01\x01\x01"...)
	row = append(appendVarint(append(row, 0x02, 0x01), 32), make([]byte, 32)...) // a point of small order
	row = AssembleRollover(row, []Signature{{Algorithm: 0x0201}})
	_, err := behind(ProofRollovers, row).Plan(Signers{Authority: "a.example", Keys: []Key{testKey(1)}})
	if !errors.Is(err, ErrFormat) || errors.Is(err, ErrSigners) {
		t.Errorf("got %v, want %v", err, ErrFormat)
	}
}

func FuzzDelegated(f *testing.F) {
	f.Add([]byte{})
	f.Add(AppendDelegated(nil, nil))
	f.Add(AppendDelegated(AppendDelegated(nil, []byte("one")), make([]byte, 100)))
	f.Add(bytes.Repeat([]byte{0}, maxDelegated+1))
	f.Fuzz(func(t *testing.T, in []byte) {
		list, err := behind(ProofCertificates, in).Certificates()
		other, otherErr := behind(ProofDelegations, in).Delegations()
		if (err == nil) != (otherErr == nil) || len(list) != len(other) || len(list) > maxDelegated || err != nil && list != nil {
			t.Fatalf("%d certificates, %v; %d tokens, %v", len(list), err, len(other), otherErr)
		}
		var again []byte
		for _, one := range list {
			again = AppendDelegated(again, one)
		}
		if err == nil && !bytes.Equal(again, in) {
			t.Fatalf("%x re-encodes as %x", in, again)
		}
	})
}

// testKey returns the public key of the seed n 00 00 ....
func testKey(n byte) Key {
	seed := make([]byte, ed25519.SeedSize)
	seed[0] = n
	return Key{signature.Ed25519, ed25519.NewKeyFromSeed(seed).Public().(ed25519.PublicKey)}
}

package revocation_test

import (
	"crypto/ed25519"
	"errors"
	"slices"
	"testing"
	"time"

	"github.com/e2eid/e2eid/revocation"
	"github.com/e2eid/e2eid/signature"
	"github.com/e2eid/e2eid/signature/native"
)

// start is when the first head of the tests is made.
var start = time.Unix(1_700_000_000, 0).UTC()

const (
	listA = "https://a.example/status/1"
	listB = "https://a.example/status/2"
)

// signKey returns the test key of a number.
func signKey(n byte) ed25519.PrivateKey {
	seed := make([]byte, ed25519.SeedSize)
	seed[0] = n
	return ed25519.NewKeyFromSeed(seed)
}

func publicKey(n byte) revocation.Key {
	return revocation.Key{Algorithm: signature.Ed25519, Key: signKey(n).Public().(ed25519.PublicKey)}
}

// trust is the configuration of authority id with the keys of these numbers, all of which must sign.
func trust(id string, keys ...byte) revocation.Signers {
	s := revocation.Signers{Authority: id}
	for _, n := range keys {
		s.Keys = append(s.Keys, publicKey(n))
	}
	return s
}

// body returns head number of authority a.example, made number minutes after start and good for an hour.
func body(number uint64, lists ...revocation.List) revocation.Body {
	this := start.Add(time.Duration(number) * time.Minute)
	slices.SortFunc(lists, func(a, b revocation.List) int {
		if a.ID < b.ID {
			return -1
		}
		return 1
	})
	return revocation.Body{Authority: "a.example", Number: number, ThisUpdate: this, NextUpdate: this.Add(time.Hour), Lists: lists}
}

func list(t testing.TB, id string, covered uint64, details bool, entries ...revocation.Entry) (revocation.List, [][]byte) {
	t.Helper()
	l, blobs, err := revocation.EncodeList(id, covered, entries, details)
	if err != nil {
		t.Fatal(err)
	}
	return l, blobs
}

// sign returns the head in bytes, signed with the keys of these numbers.
func sign(t testing.TB, b revocation.Body, keys ...byte) []byte {
	t.Helper()
	signed, err := revocation.AppendBody(nil, b)
	if err != nil {
		t.Fatal(err)
	}
	var sigs []revocation.Signature
	for _, n := range keys {
		k := publicKey(n)
		sigs = append(sigs, revocation.Signature{Algorithm: uint16(k.Algorithm), KeyID: k.ID(), Signature: ed25519.Sign(signKey(n), signed)})
	}
	head, err := revocation.AssembleHead(signed, sigs)
	if err != nil {
		t.Fatal(err)
	}
	return head.Bytes()
}

// open does what a client does with a head.
func open(head []byte, s revocation.Signers) (*revocation.Head, error) {
	u, err := revocation.ParseHead(head)
	if err != nil {
		return nil, err
	}
	plan, err := u.Plan(s)
	if err != nil {
		return nil, err
	}
	return plan.Open(native.Run(plan.Checks()))
}

// mustOpen signs b with key 1 and opens it.
func mustOpen(t testing.TB, b revocation.Body) *revocation.Head {
	t.Helper()
	h, err := open(sign(t, b, 1), trust(b.Authority, 1))
	if err != nil {
		t.Fatal(err)
	}
	return h
}

func mustLoad(t testing.TB, h *revocation.Head, held *revocation.Publication, blobs [][]byte) *revocation.Publication {
	t.Helper()
	p, err := h.Load(held, blobs)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// wantError fails unless err is want, for sentinels.
func wantError(t testing.TB, what string, err, want error) {
	t.Helper()
	if !errors.Is(err, want) {
		t.Errorf("%s: got %v, want %v", what, err, want)
	}
}

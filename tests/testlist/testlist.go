// Package testlist signs the revocation data of an authority of package testca, for tests.
package testlist

import (
	"time"

	"github.com/e2eid/e2eid/revocation"
	"github.com/e2eid/e2eid/signature"
	"github.com/e2eid/e2eid/tests/testca"
)

// Covered is how many indexes each list covers.
const Covered = 1000

// A Signer makes heads, each following the one before. Errors panic: they are a test's.
type Signer struct {
	Authority string // id
	CA        *testca.Authority
	Key       testca.Key

	number uint64
	last   *revocation.UnverifiedHead
}

// New returns a Signer with an Ed25519 key.
func New(authority string, ca *testca.Authority) *Signer {
	return &Signer{Authority: authority, CA: ca, Key: testca.NewKey(testca.Ed25519, "list signer")}
}

// PublicKey returns the key for a trust configuration.
func (s *Signer) PublicKey() revocation.Key {
	return revocation.Key{Algorithm: signature.Ed25519, Key: testca.RawPublicKey(s.Key.Public())}
}

// Next returns the next head and its blobs. It lasts a day and revokes these entries of the list of end entities.
func (s *Signer) Next(thisUpdate time.Time, revoked ...revocation.Entry) (head []byte, blobs [][]byte) {
	ends, blobs := list(s.CA.ListID, revoked, true)
	issuers, more := list(s.CA.CAListID, nil, false)
	s.number++
	body := revocation.Body{
		Authority: s.Authority, Number: s.number, ThisUpdate: thisUpdate, NextUpdate: thisUpdate.Add(24 * time.Hour),
		Lists: []revocation.List{ends, issuers},
	}
	if s.last != nil {
		body.Previous = s.last.Hash()
	}
	s.last = s.Sign(body)
	return s.last.Bytes(), append(blobs, more...)
}

// Sign returns a head of this body.
func (s *Signer) Sign(body revocation.Body) *revocation.UnverifiedHead {
	signed, err := revocation.AppendBody(nil, body)
	if err != nil {
		panic(err)
	}
	k := s.PublicKey()
	u, err := revocation.AssembleHead(signed, []revocation.Signature{{
		Algorithm: uint16(k.Algorithm), KeyID: k.ID(), Signature: s.Key.Sign(signed),
	}})
	if err != nil {
		panic(err)
	}
	return u
}

func list(id string, revoked []revocation.Entry, details bool) (revocation.List, [][]byte) {
	l, blobs, err := revocation.EncodeList(id, Covered, revoked, details)
	if err != nil {
		panic(err)
	}
	return l, blobs
}

package attack

import (
	"crypto/sha256"
	"testing"
	"time"

	"github.com/e2eid/e2eid/credential/x509"
	"github.com/e2eid/e2eid/revocation"
	"github.com/e2eid/e2eid/revocation/publisher"
	"github.com/e2eid/e2eid/tests/testcrl"
	"github.com/e2eid/e2eid/tests/world"
	"github.com/e2eid/e2eid/verifier"
)

// Package revocation: a list of kind 3 says who is suspended. It does so also where the authority publishes no list of those
// revoked, since it does that by CRL, which calls everybody else good.
func TestASerialListOfTheSuspendedAloneSuspends(t *testing.T) {
	w := world.New(t)
	cert := w.CA.Issue(w.CA.Alice())
	parsed, err := x509.ParseCertificate(w.CA.Intermediate.DER)
	if err != nil {
		t.Fatal(err)
	}
	list := publisher.SerialList{ID: "urn:ends", Issuer: sha256.Sum256(parsed.RawPublicKey), IssuedBefore: now.Add(time.Hour),
		Serials: [][]byte{testcrl.Serial(cert), {9}}, Suspended: []int{0}}
	lists, blobs, err := list.Encode()
	if err != nil || len(lists) != 2 || lists[1].Kind != revocation.KindSerialSuspended {
		t.Fatal(lists, err)
	}
	by := newListSigner("lists")
	w.Trust.Authorities[0].Keys = []revocation.Key{by.public()}
	w.CRLs = [][]byte{testcrl.Issue(w.CA.Root, testcrl.List{}), testcrl.Issue(w.CA.Intermediate, testcrl.List{})}
	for _, only := range [][]revocation.List{lists[1:], lists} {
		v, err := verifier.New(w.Trust)
		if err != nil {
			t.Fatal(err)
		}
		bag := &verifier.Bag{}
		for _, l := range w.CRLs {
			if err := bag.AddCRL(l); err != nil {
				t.Fatal(err)
			}
		}
		v.Use(bag)
		p := verifier.Presentation{Kind: verifier.Certificate, Bytes: cert, Certificates: [][]byte{w.CA.Intermediate.DER}, Expected: []string{alice}}
		judged := func() verifier.Verdict { return ask(v, p) }
		if got := judged(); got.Outcome() != verifier.Verified {
			t.Fatalf("by CRLs alone: %s", got.AppendJSON(nil))
		}
		id := w.Trust.Authorities[0].ID
		body, err := revocation.AppendBody(nil, revocation.Body{Authority: id, Number: 1, ThisUpdate: now, NextUpdate: now.Add(time.Hour), Lists: only})
		if err != nil {
			t.Fatal(err)
		}
		head, err := revocation.AssembleHead(body, []revocation.Signature{by.sign(body)})
		if err != nil {
			t.Fatal(err)
		}
		if err := offer(v, id, now, head.Bytes(), blobs); err != nil {
			t.Fatal(err)
		}
		if got := judged(); got.Code() != verifier.CodeSuspended {
			t.Errorf("with %d lists: %s", len(only), got.AppendJSON(nil))
		}
	}
}

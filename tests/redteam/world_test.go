// Package redteam has a test for each row of the red-team matrix, named by the attack. The tests use the public API
// only, no file and no network, so that they also run as WebAssembly.
package redteam

import (
	"crypto"
	"testing"
	"time"

	"github.com/e2eid/e2eid/credential/mls"
	"github.com/e2eid/e2eid/credential/mls/mlstest"
	"github.com/e2eid/e2eid/credential/name"
	"github.com/e2eid/e2eid/revocation"
	"github.com/e2eid/e2eid/signature/native"
	"github.com/e2eid/e2eid/tests/testca"
	"github.com/e2eid/e2eid/tests/testlist"
	"github.com/e2eid/e2eid/verifier"
)

const (
	suite     = mls.P256AES128SHA256P256
	alice     = "mimi://example.com/u/alice"
	bob       = "mimi://example.com/u/bob"
	authority = "example"
)

var now = testca.At

// A group is an authority that is trusted for example.com, and a client that verifies.
type group struct {
	t     *testing.T
	ca    *testca.Authority
	lists *testlist.Signer
	trust verifier.Trust
	v     *verifier.Verifier
}

// newWorld returns one in which the client has fresh revocation data that revokes nobody.
func newWorld(t *testing.T) *group {
	w := &group{t: t, ca: testca.New(testca.Options{})}
	w.lists = testlist.New(authority, w.ca)
	w.trust = verifier.Trust{Authorities: []verifier.Authority{{
		ID: authority, Scope: scope(t, "example.com"), Anchors: [][]byte{w.ca.Root.DER},
		Keys: []revocation.Key{w.lists.PublicKey()},
	}}}
	w.restart()
	w.publish(now)
	return w
}

func scope(t testing.TB, entries ...string) name.Scope {
	s, err := name.ParseScope(entries)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// restart makes the client anew, with nothing remembered.
func (w *group) restart() {
	v, err := verifier.New(w.trust)
	if err != nil {
		w.t.Fatal(err)
	}
	w.v = v
}

// offer brings a head and its blobs to the client, as a mirror would.
func (w *group) offer(at time.Time, head []byte, blobs [][]byte) error {
	u, err := w.v.PlanHead(authority, head, at)
	if err != nil {
		return err
	}
	if err := u.Conclude(native.Run(u.Checks())); err != nil {
		return err
	}
	needed := map[revocation.Blob]bool{}
	for _, b := range u.Needed() {
		needed[b] = true
	}
	var give [][]byte
	for _, b := range blobs {
		if needed[revocation.NewBlob(b)] {
			give = append(give, b)
		}
	}
	return u.Install(give)
}

func (w *group) publish(at time.Time, revoked ...revocation.Entry) {
	w.t.Helper()
	head, blobs := w.lists.Next(at, revoked...)
	if err := w.offer(at, head, blobs); err != nil {
		w.t.Fatal(err)
	}
}

// signer returns the key that testca's Client certifies for this user and device.
func signer(user, device string) crypto.Signer {
	return testca.NewKey(testca.P256, user+" "+device).Signer
}

// leaf returns a LeafNode of a KeyPackage with this key and chain.
func leaf(key crypto.Signer, chain ...[]byte) mlstest.LeafNode {
	return mlstest.LeafNode{
		Suite: suite, Signer: key, Credential: mlstest.X509(chain...),
		Lifetime: mls.Lifetime{NotBefore: uint64(now.Add(-24 * time.Hour).Unix()), NotAfter: uint64(now.Add(30 * 24 * time.Hour).Unix())},
	}
}

// alice returns Alice's KeyPackage with this certificate template.
func (w *group) keyPackage(c testca.Cert) []byte {
	return mlstest.KeyPackage{LeafNode: leaf(signer("alice", "1"), w.ca.Chain(c)...)}.Build()
}

// judge returns the verdict on a KeyPackage that the application takes for Alice's.
func (w *group) judge(keyPackage []byte) verifier.Verdict {
	return w.ask(verifier.Presentation{Kind: verifier.KeyPackage, Bytes: keyPackage, Expected: []string{alice}})
}

func (w *group) ask(p verifier.Presentation) verifier.Verdict { return w.askAt(now, now, p) }

func (w *group) askAt(at, now time.Time, p verifier.Presentation) verifier.Verdict {
	plan := w.v.Plan(at, now, []verifier.Presentation{p})
	return plan.Conclude(native.Run(plan.Checks()))[0]
}

// want fails the test unless the verdict is this one. Only a verified one may name anybody.
func want(t *testing.T, v verifier.Verdict, outcome verifier.Outcome, code verifier.Code) {
	t.Helper()
	if v.Outcome() != outcome || v.Code() != code {
		t.Errorf("%s(%s), want %s(%s)\n%s", v.Outcome(), v.Code(), outcome, code, v.AppendJSON(nil))
	}
	if id, ok := v.Identity(); ok != (v.Outcome() == verifier.Verified) || !ok && (id.ID != "" || id.Name != "" || id.Organization != "") {
		t.Errorf("%s shows the identity %+v", v.Outcome(), id)
	}
}

func rejected(t *testing.T, v verifier.Verdict, code verifier.Code) {
	t.Helper()
	want(t, v, verifier.Rejected, code)
}

func verified(t *testing.T, v verifier.Verdict) {
	t.Helper()
	want(t, v, verifier.Verified, "")
}

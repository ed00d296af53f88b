// Package attack has what an independent reviewer tried in order to get a verdict that is not right. Each test is
// named by the rule that it holds the verifier to.
package attack

import (
	"crypto"
	"testing"
	"time"

	"github.com/e2eid/e2eid/credential/mls"
	"github.com/e2eid/e2eid/credential/mls/mlstest"
	"github.com/e2eid/e2eid/credential/name"
	"github.com/e2eid/e2eid/revocation"
	"github.com/e2eid/e2eid/signature"
	"github.com/e2eid/e2eid/signature/native"
	"github.com/e2eid/e2eid/tests/testca"
	"github.com/e2eid/e2eid/verifier"
)

const (
	suite = mls.P256AES128SHA256P256
	alice = "mimi://example.com/u/alice"
	bob   = "mimi://example.com/u/bob"
)

var now = testca.At

// A party is an authority with what it needs to publish revocation data.
type party struct {
	id     string
	ca     *testca.Authority
	key    testca.Key
	number uint64
	last   *revocation.UnverifiedHead
}

func newParty(id string, o testca.Options) *party {
	return &party{id: id, ca: testca.New(o), key: testca.NewKey(testca.Ed25519, "lists of "+id)}
}

// trusted returns the configuration of the party.
func (p *party) trusted(t *testing.T, scope ...string) verifier.Authority {
	s, err := name.ParseScope(scope)
	if err != nil {
		t.Fatal(err)
	}
	return verifier.Authority{
		ID: p.id, Scope: s, Anchors: [][]byte{p.ca.Root.DER},
		Keys: []revocation.Key{{Algorithm: signature.Ed25519, Key: testca.RawPublicKey(p.key.Public())}},
	}
}

type list struct {
	id      string
	covered uint64
	revoked []revocation.Entry
}

// head signs the party's next head.
func (p *party) head(t *testing.T, thisUpdate, nextUpdate time.Time, lists ...list) (head []byte, blobs [][]byte) {
	t.Helper()
	p.number++
	body := revocation.Body{Authority: p.id, Number: p.number, ThisUpdate: thisUpdate, NextUpdate: nextUpdate}
	if p.last != nil {
		body.Previous = p.last.Hash()
	}
	for _, l := range lists {
		e, b, err := revocation.EncodeList(l.id, l.covered, l.revoked, true)
		if err != nil {
			t.Fatal(err)
		}
		body.Lists, blobs = append(body.Lists, e), append(blobs, b...)
	}
	head = p.sign(t, body)
	u, err := revocation.ParseHead(head)
	if err != nil {
		t.Fatal(err)
	}
	p.last = u
	return head, blobs
}

func (p *party) sign(t *testing.T, body revocation.Body) []byte {
	t.Helper()
	signed, err := revocation.AppendBody(nil, body)
	if err != nil {
		t.Fatal(err)
	}
	k := revocation.Key{Algorithm: signature.Ed25519, Key: testca.RawPublicKey(p.key.Public())}
	u, err := revocation.AssembleHead(signed, []revocation.Signature{{
		Algorithm: uint16(k.Algorithm), KeyID: k.ID(), Signature: p.key.Sign(signed),
	}})
	if err != nil {
		t.Fatal(err)
	}
	return u.Bytes()
}

func newVerifier(t *testing.T, authorities ...verifier.Authority) *verifier.Verifier {
	t.Helper()
	v, err := verifier.New(verifier.Trust{Authorities: authorities})
	if err != nil {
		t.Fatal(err)
	}
	return v
}

func offer(v *verifier.Verifier, authority string, at time.Time, head []byte, blobs [][]byte) error {
	u, err := v.PlanHead(authority, head, at)
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
			delete(needed, revocation.NewBlob(b))
		}
	}
	return u.Install(give)
}

// publish installs a head of the party that covers 1000 indexes of its lists.
func (p *party) publish(t *testing.T, v *verifier.Verifier, at time.Time, revoked ...revocation.Entry) {
	t.Helper()
	head, blobs := p.head(t, at, at.Add(24*time.Hour), list{p.ca.ListID, 1000, revoked}, list{p.ca.CAListID, 1000, nil})
	if err := offer(v, p.id, at, head, blobs); err != nil {
		t.Fatal(err)
	}
}

// example returns the authority of example.com and a verifier that trusts it and has its fresh data.
func example(t *testing.T) (*party, *verifier.Verifier) {
	t.Helper()
	p := newParty("example", testca.Options{})
	v := newVerifier(t, p.trusted(t, "example.com"))
	p.publish(t, v, now)
	return p, v
}

func signer(user, device string) crypto.Signer {
	return testca.NewKey(testca.P256, user+" "+device).Signer
}

func leaf(key crypto.Signer, chain ...[]byte) mlstest.LeafNode {
	return mlstest.LeafNode{
		Suite: suite, Signer: key, Credential: mlstest.X509(chain...),
		Lifetime: mls.Lifetime{NotBefore: uint64(now.Add(-24 * time.Hour).Unix()), NotAfter: uint64(now.Add(30 * 24 * time.Hour).Unix())},
	}
}

func keyPackage(chain ...[]byte) []byte {
	return mlstest.KeyPackage{LeafNode: leaf(signer("alice", "1"), chain...)}.Build()
}

func ask(v *verifier.Verifier, p verifier.Presentation) verifier.Verdict {
	return askAt(v, now, now, p)
}

func askAt(v *verifier.Verifier, at, now time.Time, p verifier.Presentation) verifier.Verdict {
	plan := v.Plan(at, now, []verifier.Presentation{p})
	return plan.Conclude(native.Run(plan.Checks()))[0]
}

func forAlice(kp []byte) verifier.Presentation {
	return verifier.Presentation{Kind: verifier.KeyPackage, Bytes: kp, Expected: []string{alice}}
}

func judge(v *verifier.Verifier, chain ...[]byte) verifier.Verdict {
	return ask(v, forAlice(keyPackage(chain...)))
}

func want(t *testing.T, what string, v verifier.Verdict, outcome verifier.Outcome, code verifier.Code) {
	t.Helper()
	if v.Outcome() != outcome || v.Code() != code {
		t.Errorf("%s: %s(%s), want %s(%s)\n%s", what, v.Outcome(), v.Code(), outcome, code, v.AppendJSON(nil))
	}
}

func notVerified(t *testing.T, what string, v verifier.Verdict) {
	t.Helper()
	if v.Outcome() == verifier.Verified {
		t.Errorf("%s: verified\n%s", what, v.AppendJSON(nil))
	} else {
		t.Logf("%s: %s(%s)", what, v.Outcome(), v.Code())
	}
}

package redteam

import (
	"fmt"
	"strings"
	"testing"

	"github.com/e2eid/e2eid/credential/mls"
	"github.com/e2eid/e2eid/credential/mls/mlstest"
	"github.com/e2eid/e2eid/signature"
	"github.com/e2eid/e2eid/signature/native"
	"github.com/e2eid/e2eid/tests/testca"
	"github.com/e2eid/e2eid/verifier"
)

// mostChecks is what one presentation may cost the host: two proofs of possession and the edges of its paths.
const mostChecks = 2 + 64

func (w *group) checks(kp []byte) int {
	return len(w.v.Plan(now, now, []verifier.Presentation{{Kind: verifier.KeyPackage, Bytes: kp, Expected: []string{alice}}}).Checks())
}

func TestRow65ForestOfIssuersWithOneName(t *testing.T) {
	w := newWorld(t)
	chain := [][]byte{w.ca.Issue(w.ca.Alice())}
	for i := range 15 { // as many as a credential may carry
		inter := w.ca.IntermediateCert()
		chain = append(chain, testca.NewRoot(w.ca.RootCert(), testca.NewKey(testca.P256, fmt.Sprint("root ", i))).
			NewCA(inter, testca.NewKey(testca.P256, fmt.Sprint("forest ", i))).DER)
	}
	kp := mlstest.KeyPackage{LeafNode: leaf(signer("alice", "1"), chain...)}.Build()
	if n := w.checks(kp); n > mostChecks {
		t.Errorf("%d checks", n)
	}
	rejected(t, w.judge(kp), verifier.CodeUntrustedIssuer)
	// The right one among them is found, wherever it stands.
	for i := 1; i < len(chain); i++ {
		mixed := append([][]byte(nil), chain...)
		mixed[i] = w.ca.Intermediate.DER
		verified(t, w.judge(mlstest.KeyPackage{LeafNode: leaf(signer("alice", "1"), mixed...)}.Build()))
	}
}

func TestRow65IssuersThatCertifyEachOtherInACircle(t *testing.T) {
	w := newWorld(t)
	rogue := testca.NewKey(testca.P256, "rogue")
	named := func(s string) testca.Cert {
		c := w.ca.IntermediateCert()
		c.Subject = testca.Name{{Type: testca.OIDCommonName, Value: s}}
		return c
	}
	var cas []*testca.CA
	for i := range 7 {
		cas = append(cas, testca.NewRoot(named(fmt.Sprint("circle ", i)), rogue))
	}
	chain := [][]byte{cas[0].Issue(w.ca.Alice())}
	for i := range cas {
		for _, j := range []int{(i + 1) % 7, (i + 2) % 7} {
			chain = append(chain, cas[j].NewCA(named(fmt.Sprint("circle ", i)), rogue).DER)
		}
	}
	kp := mlstest.KeyPackage{LeafNode: leaf(signer("alice", "1"), chain...)}.Build()
	if n := w.checks(kp); n > mostChecks {
		t.Errorf("%d checks", n)
	}
	v := w.judge(kp)
	if v.Outcome() != verifier.Rejected || v.Code() != verifier.CodeUntrustedIssuer && v.Code() != verifier.CodeBudget {
		t.Errorf("%s(%s)", v.Outcome(), v.Code())
	}
}

func TestPresentedAnchorsAndOrderChangeNothing(t *testing.T) {
	w := newWorld(t)
	end, inter, root := w.ca.Issue(w.ca.Alice()), w.ca.Intermediate.DER, w.ca.Root.DER
	for _, chain := range [][][]byte{
		{end, inter}, {end, inter, root}, {end, root, inter}, {end, inter, inter, end}, {end, root, root, inter},
	} {
		verified(t, w.judge(mlstest.KeyPackage{LeafNode: leaf(signer("alice", "1"), chain...)}.Build()))
	}
	// Without the intermediate nobody knows it, and the verdict says whose certificate would help.
	v := w.judge(mlstest.KeyPackage{LeafNode: leaf(signer("alice", "1"), end, root)}.Build())
	rejected(t, v, verifier.CodeUntrustedIssuer)
	if m := v.Missing(); len(m) != 1 || m[0].Kind != verifier.MissingIntermediate {
		t.Errorf("missing %+v", m)
	}
}

func TestProvenEdgesAreNotAskedForAgain(t *testing.T) {
	w := newWorld(t)
	kp := w.keyPackage(w.ca.Alice())
	if n := w.checks(kp); n != 4 {
		t.Fatalf("%d checks, want 4", n)
	}
	verified(t, w.judge(kp))
	if n := w.checks(kp); n != 2 {
		t.Errorf("%d checks the second time, want those of possession", n)
	}
	c := w.ca.Alice()
	c.Subject = testca.Name{{Type: testca.OIDCommonName, Value: "other bytes"}}
	if n := w.checks(w.keyPackage(c)); n != 3 {
		t.Errorf("%d checks of another certificate, want 3", n)
	}
	// An edge that a host found wrong is asked for again.
	w.restart()
	plan := w.v.Plan(now, now, []verifier.Presentation{{Kind: verifier.KeyPackage, Bytes: kp, Expected: []string{alice}}})
	plan.Conclude(make([]signature.Answer, 4))
	if n := w.checks(kp); n != 4 {
		t.Errorf("%d checks after wrong answers, want 4", n)
	}
}

func TestIncompleteOrContradictoryCallsAreRefused(t *testing.T) {
	w := newWorld(t)
	kp := w.keyPackage(w.ca.Alice())
	l := leaf(signer("alice", "1"), w.ca.Chain(w.ca.Alice())...).Build()
	good := verifier.Presentation{Kind: verifier.KeyPackage, Bytes: kp, Expected: []string{alice}}
	goodLeaf := verifier.Presentation{Kind: verifier.LeafNode, Bytes: l, CipherSuite: suite, Carrier: verifier.InKeyPackage, Expected: []string{alice}}
	verified(t, w.ask(good))
	verified(t, w.ask(goodLeaf))
	change := func(p verifier.Presentation, f func(*verifier.Presentation)) verifier.Presentation { f(&p); return p }
	for what, p := range map[string]verifier.Presentation{
		"zero":                         {},
		"no kind":                      change(good, func(p *verifier.Presentation) { p.Kind = 0 }),
		"unknown kind":                 change(good, func(p *verifier.Presentation) { p.Kind = 4 }),
		"certificates of a KeyPackage": change(good, func(p *verifier.Presentation) { p.Certificates = [][]byte{{}} }),
		"path of a KeyPackage":         change(good, func(p *verifier.Presentation) { p.Expected, p.PathOnly = nil, true }),
		"nobody expected":              change(good, func(p *verifier.Presentation) { p.Expected = nil }),
		"expected and discover":        change(good, func(p *verifier.Presentation) { p.Discover = true }),
		"expected not canonical":       change(good, func(p *verifier.Presentation) { p.Expected = []string{"mimi://Example.com/u/alice"} }),
		"expected no user":             change(good, func(p *verifier.Presentation) { p.Expected = []string{"mimi://example.com/r/room"} }),
		"expected empty":               change(good, func(p *verifier.Presentation) { p.Expected = []string{""} }),
		"too many expected":            change(good, func(p *verifier.Presentation) { p.Expected = strings.Split(strings.Repeat(alice+" ", 17), " ")[:17] }),
		"carrier of a KeyPackage":      change(good, func(p *verifier.Presentation) { p.Carrier = verifier.InTree }),
		"group of a KeyPackage":        change(good, func(p *verifier.Presentation) { p.GroupID = []byte("g") }),
		"leaf without a carrier":       change(goodLeaf, func(p *verifier.Presentation) { p.Carrier = 0 }),
		"leaf with unknown carrier":    change(goodLeaf, func(p *verifier.Presentation) { p.Carrier = 5 }),
		"leaf without a cipher suite":  change(goodLeaf, func(p *verifier.Presentation) { p.CipherSuite = 0 }),
	} {
		t.Run(what, func(t *testing.T) { rejected(t, w.ask(p), verifier.CodeInvalidRequest) })
	}
	rejected(t, w.askAt(now.AddDate(0, 0, 1), now, good), verifier.CodeInvalidRequest)
	rejected(t, w.ask(change(good, func(p *verifier.Presentation) { p.CipherSuite = mls.X25519AES128SHA256Ed25519 })), verifier.CodeSuiteMismatch)
	rejected(t, w.ask(change(good, func(p *verifier.Presentation) { p.SignatureKey = []byte{4} })), verifier.CodeKeyMismatch)
	rejected(t, w.ask(change(goodLeaf, func(p *verifier.Presentation) { p.Guessed = true; p.Assured = true })), verifier.CodeCredentialDowngrade)
	want(t, w.ask(change(goodLeaf, func(p *verifier.Presentation) { p.Guessed = true })), verifier.Unverified, verifier.CodeUnsupportedCredential)
}

// The verdicts of a roster are those of its members, each by itself.
func TestRosterIsItsMembers(t *testing.T) {
	w := newWorld(t)
	var ps []verifier.Presentation
	for i, user := range []string{"alice", "bob", "carol"} {
		l := leaf(signer(user, "1"), w.ca.Chain(w.ca.Client(user, "1", uint64(i)))...)
		l.Source, l.GroupID, l.LeafIndex = mls.SourceCommit, []byte("g"), uint32(i)
		ps = append(ps, verifier.Presentation{
			Kind: verifier.LeafNode, Bytes: l.Build(), CipherSuite: suite, Carrier: verifier.InTree, GroupID: []byte("g"),
			LeafIndex: uint32(i), Expected: []string{"mimi://example.com/u/" + user},
		})
	}
	ps[1].LeafIndex = 7
	ps = append(ps, verifier.Presentation{}, ps[0])
	plan := w.v.Plan(now, now, ps)
	if n := len(plan.Checks()); n != 4+4 {
		t.Errorf("%d checks, want one for each leaf, and each edge once", n)
	}
	for i, v := range plan.Conclude(native.Run(plan.Checks())) {
		if alone := w.ask(ps[i]); string(alone.AppendJSON(nil)) != string(v.AppendJSON(nil)) {
			t.Errorf("%d: %s, by itself %s", i, v.AppendJSON(nil), alone.AppendJSON(nil))
		}
	}
}

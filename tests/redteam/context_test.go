package redteam

import (
	"testing"

	"github.com/e2eid/e2eid/credential/mls"
	"github.com/e2eid/e2eid/credential/mls/mlstest"
	"github.com/e2eid/e2eid/revocation"
	"github.com/e2eid/e2eid/signature"
	"github.com/e2eid/e2eid/tests/testca"
	"github.com/e2eid/e2eid/verifier"
)

func TestRow35CredentialIsDowngradedToBasic(t *testing.T) {
	w := newWorld(t)
	l := leaf(signer("alice", "1"))
	l.Credential = mlstest.Basic(alice)
	kp := mlstest.KeyPackage{LeafNode: l}.Build()
	p := verifier.Presentation{Kind: verifier.KeyPackage, Bytes: kp, Expected: []string{alice}}
	rejected(t, w.ask(p), verifier.CodeCredentialTypeNotAllowed)
	p.Assured = true
	rejected(t, w.ask(p), verifier.CodeCredentialTypeNotAllowed)

	w.trust.Policy.Basic = verifier.ReportBasic
	w.restart()
	rejected(t, w.ask(p), verifier.CodeCredentialDowngrade)
	p.Assured = false
	want(t, w.ask(p), verifier.Unverified, verifier.CodeNoAssurance)

	// Whoever cannot even sign is not a new member.
	l.Signature = []byte{1}
	p.Bytes = mlstest.KeyPackage{LeafNode: l}.Build()
	rejected(t, w.ask(p), verifier.CodeBadSignature)
}

func TestRow37UnknownCredentialType(t *testing.T) {
	w := newWorld(t)
	for _, credentialType := range []mls.CredentialType{0, 3, 4, 5, 6, 0x0a0a, 0xeaea, 0xfe01, 0xffff} {
		l := leaf(signer("alice", "1"))
		l.Credential = mlstest.Unknown(credentialType, []byte(alice))
		p := verifier.Presentation{Kind: verifier.KeyPackage, Bytes: mlstest.KeyPackage{LeafNode: l}.Build(), Expected: []string{alice}}
		want(t, w.ask(p), verifier.Unverified, verifier.CodeUnsupportedCredential)
		p.Assured = true
		rejected(t, w.ask(p), verifier.CodeCredentialDowngrade)
		// A body that is no vector.
		l.RawCredential = []byte{byte(credentialType >> 8), byte(credentialType), 0xff, 0xff}
		p.Bytes, p.Assured = mlstest.KeyPackage{LeafNode: l}.Build(), false
		want(t, w.ask(p), verifier.Unverified, verifier.CodeUnsupportedCredential)
	}
}

func TestRow40OldLeafWithARevokedDeviceKeyIsReplayed(t *testing.T) {
	w := newWorld(t)
	group := []byte("group")
	old := leaf(signer("alice", "1"), w.ca.Chain(w.ca.Alice())...)
	old.Source, old.GroupID, old.LeafIndex = mls.SourceCommit, group, 4
	p := verifier.Presentation{
		Kind: verifier.LeafNode, Bytes: old.Build(), CipherSuite: suite, Carrier: verifier.InTree,
		GroupID: group, LeafIndex: 4, Expected: []string{alice},
	}
	verified(t, w.ask(p))
	w.publish(now, revocation.Entry{Index: 0, Since: now, Reason: revocation.Superseded})
	rejected(t, w.ask(p), verifier.CodeRevoked)
}

func TestRow41LeafOfAnotherGroupOrPlace(t *testing.T) {
	w := newWorld(t)
	for carrier, source := range map[verifier.Carrier]mls.LeafNodeSource{
		verifier.InUpdate: mls.SourceUpdate, verifier.InCommit: mls.SourceCommit,
	} {
		l := leaf(signer("alice", "1"), w.ca.Chain(w.ca.Alice())...)
		l.Source, l.GroupID, l.LeafIndex = source, []byte("group A"), 7
		p := verifier.Presentation{
			Kind: verifier.LeafNode, Bytes: l.Build(), CipherSuite: suite, Carrier: carrier,
			GroupID: []byte("group A"), LeafIndex: 7, Expected: []string{alice},
		}
		verified(t, w.ask(p))
		p.GroupID = []byte("group B")
		rejected(t, w.ask(p), verifier.CodeBadSignature)
		p.GroupID = nil
		rejected(t, w.ask(p), verifier.CodeBadSignature)
		p.GroupID, p.LeafIndex = []byte("group A"), 6
		rejected(t, w.ask(p), verifier.CodeBadSignature)
	}
}

func TestRow42LeafMadeForAnotherPurpose(t *testing.T) {
	w := newWorld(t)
	sources := map[verifier.Carrier]mls.LeafNodeSource{
		verifier.InKeyPackage: mls.SourceKeyPackage, verifier.InUpdate: mls.SourceUpdate, verifier.InCommit: mls.SourceCommit,
	}
	for _, source := range sources {
		l := leaf(signer("alice", "1"), w.ca.Chain(w.ca.Alice())...)
		l.Source, l.GroupID, l.LeafIndex = source, []byte("group"), 1
		bytes := l.Build()
		for carrier, right := range sources {
			v := w.ask(verifier.Presentation{
				Kind: verifier.LeafNode, Bytes: bytes, CipherSuite: suite, Carrier: carrier,
				GroupID: []byte("group"), LeafIndex: 1, Expected: []string{alice},
			})
			if right == source {
				verified(t, v)
			} else {
				rejected(t, v, verifier.CodeWrongSource)
			}
		}
		// A KeyPackage must carry one of its own.
		kp := mlstest.KeyPackage{LeafNode: l}.Build()
		if v := w.judge(kp); source == mls.SourceKeyPackage {
			verified(t, v)
		} else {
			rejected(t, v, verifier.CodeWrongSource)
		}
	}
}

func TestRow50AddressesInTheCertificateAreNotFollowed(t *testing.T) {
	// Nothing that verifies can fetch: tests/deps holds that no such package is linked. What is left to show is that
	// such addresses change nothing, and that a list which is not the authority's does not count.
	w := newWorld(t)
	c := w.ca.Alice()
	c.Add(testca.CRLDP("http://attacker.example/crl"), testca.AIA("http://attacker.example/ocsp", "http://attacker.example/ca"))
	verified(t, w.judge(w.keyPackage(c)))
	c = w.ca.Alice()
	c.Set(testca.Status("https://attacker.example/list", 0))
	v := w.judge(w.keyPackage(c))
	want(t, v, verifier.Undetermined, verifier.CodeNotCovered)
	if m := v.Missing(); len(m) != 1 || m[0].Name != "https://attacker.example/list" {
		t.Errorf("missing %+v", m)
	}
}

func TestRow53SuiteThatNobodyHereKnows(t *testing.T) {
	w := newWorld(t)
	kp := mlstest.KeyPackage{LeafNode: leaf(signer("alice", "1"), w.ca.Chain(w.ca.Alice())...)}
	kp.Signature = []byte{1}
	kp.Suite = 0x0a0a
	want(t, w.judge(kp.Build()), verifier.Unverified, verifier.CodeUnsupportedAlgorithm)
}

func TestHostThatCannotCheckLeavesItUnverified(t *testing.T) {
	w := newWorld(t)
	kp := w.keyPackage(w.ca.Alice())
	plan := w.v.Plan(now, now, []verifier.Presentation{{Kind: verifier.KeyPackage, Bytes: kp, Expected: []string{alice}}})
	answers := make([]signature.Answer, len(plan.Checks()))
	for i := range answers {
		answers[i] = signature.Unsupported
	}
	want(t, plan.Conclude(answers)[0], verifier.Unverified, verifier.CodeUnsupportedAlgorithm)
}

func TestHostThatAnswersWronglyShapedIsInternal(t *testing.T) {
	w := newWorld(t)
	kp := w.keyPackage(w.ca.Alice())
	n := len(w.v.Plan(now, now, []verifier.Presentation{{Kind: verifier.KeyPackage, Bytes: kp, Expected: []string{alice}}}).Checks())
	if n != 4 {
		t.Fatalf("%d checks, want those of leaf, KeyPackage, certificate and intermediate", n)
	}
	all := func(n int, a signature.Answer) []signature.Answer {
		answers := make([]signature.Answer, n)
		for i := range answers {
			answers[i] = a
		}
		return answers
	}
	for what, answers := range map[string][]signature.Answer{
		"none": nil, "too few": all(n-1, signature.Valid), "too many": all(n+1, signature.Valid),
		"unknown": all(n, 3), "out of range": all(n, 255),
	} {
		t.Run(what, func(t *testing.T) {
			plan := w.v.Plan(now, now, []verifier.Presentation{{Kind: verifier.KeyPackage, Bytes: kp, Expected: []string{alice}}})
			rejected(t, plan.Conclude(answers)[0], verifier.CodeInternal)
			// Nothing was learnt from it.
			if len(w.v.Plan(now, now, []verifier.Presentation{{Kind: verifier.KeyPackage, Bytes: kp, Expected: []string{alice}}}).Checks()) != n {
				t.Error("a check was taken for proven")
			}
		})
	}
}

// Every single check is needed: with the answer to any one Invalid, nothing is verified.
func TestNoSignatureIsLeftOut(t *testing.T) {
	w := newWorld(t)
	kp := w.keyPackage(w.ca.Alice())
	for i := range 4 {
		for _, bad := range []signature.Answer{signature.Invalid, signature.Unsupported} {
			w.restart()
			plan := w.v.Plan(now, now, []verifier.Presentation{{Kind: verifier.KeyPackage, Bytes: kp, Expected: []string{alice}}})
			answers := []signature.Answer{signature.Valid, signature.Valid, signature.Valid, signature.Valid}
			answers[i] = bad
			if v := plan.Conclude(answers)[0]; v.Outcome() == verifier.Verified {
				t.Errorf("verified although the host answered %d to check %d", bad, i)
			}
		}
	}
}

func TestPlanIsConcludedOnce(t *testing.T) {
	w := newWorld(t)
	plan := w.v.Plan(now, now, []verifier.Presentation{{Kind: verifier.KeyPackage, Bytes: w.keyPackage(w.ca.Alice()), Expected: []string{alice}}})
	answers := []signature.Answer{1, 1, 1, 1}
	verified(t, plan.Conclude(answers)[0])
	rejected(t, plan.Conclude(answers)[0], verifier.CodeInternal)
}

package attack

import (
	"testing"
	"time"

	"github.com/e2eid/e2eid/credential/mls"
	"github.com/e2eid/e2eid/credential/mls/mlstest"
	"github.com/e2eid/e2eid/revocation"
	"github.com/e2eid/e2eid/signature"
	"github.com/e2eid/e2eid/signature/native"
	"github.com/e2eid/e2eid/tests/testca"
	"github.com/e2eid/e2eid/verifier"
)

func TestKeyOfAnotherAlgorithmWithTheSameBytesIsAnotherKey(t *testing.T) {
	p, v := example(t)
	ed := testca.NewKey(testca.Ed25519, "alice ed")
	l := leaf(ed.Signer)
	l.Suite = mls.X25519AES128SHA256Ed25519
	try := func(l mlstest.LeafNode, algorithm, key []byte) verifier.Verdict {
		c := p.ca.Alice()
		c.RawKey = testca.RawSPKI(algorithm, key)
		l.Credential = mlstest.X509(p.ca.Chain(c)...)
		return ask(v, forAlice(mlstest.KeyPackage{LeafNode: l}.Build()))
	}
	raw := testca.RawPublicKey(ed.Public())
	want(t, "Ed25519", try(l, testca.Algorithm("1.3.101.112", nil), raw), verifier.Verified, "")
	for what, oid := range map[string]testca.OID{"X25519": "1.3.101.110", "Ed448": "1.3.101.113", "unknown": "1.2.3.4"} {
		want(t, what, try(l, testca.Algorithm(oid, nil), raw), verifier.Rejected, verifier.CodeSuiteMismatch)
	}
	l = leaf(signer("alice", "1"))
	raw = mlstest.PublicKey(l.Signer.Public())
	curve := testca.OID("1.2.840.10045.3.1.7").DER()
	want(t, "P-256", try(l, testca.Algorithm("1.2.840.10045.2.1", curve), raw), verifier.Verified, "")
	want(t, "secp256k1", try(l, testca.Algorithm("1.2.840.10045.2.1", testca.OID("1.3.132.0.10").DER()), raw), verifier.Rejected, verifier.CodeSuiteMismatch)
	want(t, "ECDH", try(l, testca.Algorithm("1.3.132.1.12", curve), raw), verifier.Rejected, verifier.CodeSuiteMismatch)
}

func TestUpdatesInterleavedInAnyWayNeverGoBack(t *testing.T) {
	p := newParty("example", testca.Options{})
	x := forAlice(keyPackage(p.ca.Chain(p.ca.Alice())...))
	var heads [][]byte
	var blobs [][][]byte
	for _, revoked := range [][]revocation.Entry{nil, nil, {{Index: 0, Since: now}}} {
		h, b := p.head(t, now, now.Add(24*time.Hour), list{p.ca.ListID, 1000, revoked}, list{p.ca.CAListID, 1000, nil})
		heads, blobs = append(heads, h), append(blobs, b)
	}
	v := newVerifier(t, p.trusted(t, "example.com"))
	var updates []*verifier.Update
	for _, h := range heads {
		u, err := v.PlanHead(p.id, h, now)
		if err == nil {
			err = u.Conclude(native.Run(u.Checks()))
		}
		if err != nil {
			t.Fatal(err)
		}
		updates = append(updates, u)
	}
	install := func(i int) error {
		var give [][]byte
		for _, need := range updates[i].Needed() {
			for _, b := range blobs[i] {
				if revocation.NewBlob(b) == need {
					give = append(give, b)
					break
				}
			}
		}
		return updates[i].Install(give)
	}
	if err := install(0); err != nil {
		t.Fatal(err)
	}
	plan := v.Plan(now, now, []verifier.Presentation{x})
	if err := install(2); err != nil {
		t.Fatal(err)
	}
	want(t, "planned before, concluded after", plan.Conclude(native.Run(plan.Checks()))[0], verifier.Rejected, verifier.CodeRevoked)
	for _, i := range []int{1, 0} {
		if verifier.RevocationCode(install(i)) != verifier.CodeRollback {
			t.Errorf("head %d after 3 is no rollback", i+1)
		}
		want(t, "after an older one was offered", ask(v, x), verifier.Rejected, verifier.CodeRevoked)
	}
}

func TestNothingOfAMisshapenSetOfAnswersIsRemembered(t *testing.T) {
	p, v := example(t)
	rogue := testca.New(testca.Options{Seed: "rogue"})
	x := forAlice(keyPackage(rogue.Issue(p.ca.Alice()), p.ca.Intermediate.DER))
	plan := v.Plan(now, now, []verifier.Presentation{x})
	answers := make([]signature.Answer, len(plan.Checks()))
	for i := range answers {
		answers[i] = signature.Valid
	}
	answers[len(answers)-1] = 3
	want(t, "answer 3", plan.Conclude(answers)[0], verifier.Rejected, verifier.CodeInternal)
	for i := range answers {
		answers[i] = signature.Valid
	}
	want(t, "one too many", plan.Conclude(append(answers, signature.Valid))[0], verifier.Rejected, verifier.CodeInternal)
	want(t, "asked again", ask(v, x), verifier.Rejected, verifier.CodeUntrustedIssuer)
}

package attack

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/e2eid/e2eid/credential/mls"
	"github.com/e2eid/e2eid/credential/mls/mlstest"
	"github.com/e2eid/e2eid/revocation"
	"github.com/e2eid/e2eid/signature/native"
	"github.com/e2eid/e2eid/tests/testca"
	"github.com/e2eid/e2eid/verifier"
)

// shared returns authorities A and B of one domain. B's issuing CA is certified by A, too, as cross. A's data is fresh;
// B's is, and revokes index 7, unless it is withheld.
func shared(t *testing.T, withheld bool) (a, b *party, cross *testca.CA, v *verifier.Verifier) {
	t.Helper()
	o := testca.Options{Domain: "example.com", ListID: "list:1", CAListID: "list:0"}
	o.Seed, o.Name = "a", "A"
	a = newParty("a", o)
	o.Seed, o.Name = "b", "B"
	b = newParty("b", o)
	c := b.ca.IntermediateCert()
	c.Set(testca.Status(a.ca.CAListID, 3))
	cross = a.ca.Root.NewCA(c, b.ca.Intermediate.Key)
	inB := b.trusted(t, "example.com")
	inB.Intermediates = [][]byte{b.ca.Intermediate.DER}
	v = newVerifier(t, a.trusted(t, "example.com"), inB)
	publish := func(p *party, revoked ...revocation.Entry) {
		head, blobs := p.head(t, now, now.Add(24*time.Hour), list{"list:0", 1000, nil}, list{"list:1", 1000, revoked})
		if err := offer(v, p.id, now, head, blobs); err != nil {
			t.Fatal(err)
		}
	}
	publish(a)
	if !withheld {
		publish(b, revocation.Entry{Index: 7, Since: now, Reason: revocation.KeyCompromise})
	}
	return a, b, cross, v
}

// Red-team rows 11 and 65. Junk certificates that carry the issuer's name use up the edges before those of the
// configured intermediate are planned; the path that was found then stands alone.
func TestPathsThatTheBudgetCutOffAreNotTakenForAbsent(t *testing.T) {
	_, b, cross, v := shared(t, false)
	good, revoked := b.ca.Issue(b.ca.Alice()), b.ca.Issue(b.ca.Client("alice", "1", 7))
	want(t, "good", judge(v, good, cross.DER), verifier.Rejected, verifier.CodeAmbiguousAuthority)
	want(t, "revoked", judge(v, revoked, cross.DER), verifier.Rejected, verifier.CodeRevoked)
	chain := [][]byte{cross.DER}
	for i := range 14 {
		c := b.ca.IntermediateCert()
		c.Issuer = c.Subject
		c.Set(testca.SKI([]byte{byte(i)}))
		chain = append(chain, testca.NewRoot(c, testca.NewKey(testca.P256, "junk")).DER)
	}
	notVerified(t, "good, with junk", judge(v, append([][]byte{good}, chain...)...))
	notVerified(t, "revoked, with junk", judge(v, append([][]byte{revoked}, chain...)...))
}

// Red-team rows 11, 23 and 31: a mirror that withholds the data of one authority must not get a better verdict than
// one that serves it.
func TestWithheldDataOfOneAuthorityDoesNotLetTheOtherVouchAlone(t *testing.T) {
	_, b, cross, v := shared(t, true)
	notVerified(t, "good", judge(v, b.ca.Issue(b.ca.Alice()), cross.DER))
	notVerified(t, "revoked by B", judge(v, b.ca.Issue(b.ca.Client("alice", "1", 7)), cross.DER))
}

// Red-team rows 1, 5 and 6; checks.md, PATH-1. A key has one kind: what it cannot have signed is forged, and not
// unsupported.
func TestForgeryThatClaimsAnotherKindOfSignatureThanTheIssuersKeyMakesIsRejected(t *testing.T) {
	p, v := example(t)
	rogue := testca.New(testca.Options{Seed: "rogue"})
	for what, alg := range map[string][]byte{
		"Ed25519": testca.Algorithm("1.3.101.112", nil), "ML-DSA-44": testca.Algorithm("2.16.840.1.101.3.4.3.17", nil),
		"RSA": testca.Algorithm("1.2.840.113549.1.1.11", []byte{5, 0}),
	} {
		c := p.ca.Alice()
		c.InnerAlgorithm, c.OuterAlgorithm = alg, alg
		want(t, what, judge(v, rogue.Issue(c), p.ca.Intermediate.DER), verifier.Rejected, verifier.CodeUntrustedIssuer)
		// Nor does it matter then whom the certificate names.
		c = p.ca.Client("mallory", "1", 5)
		c.InnerAlgorithm, c.OuterAlgorithm = alg, alg
		kp := mlstest.KeyPackage{LeafNode: leaf(signer("mallory", "1"), rogue.Issue(c), p.ca.Intermediate.DER)}.Build()
		x := forAlice(kp)
		x.Assured = true
		if got := ask(v, x); got.Outcome() != verifier.Rejected {
			t.Errorf("%s, mallory for alice: %s(%s)", what, got.Outcome(), got.Code())
		}
	}
}

// Red-team row 9. Package name has an rfc822Name and a mailto URI name the same user, and a dNSName and a dns URI the
// same host. In a certificate only the name forms that issuers can be constrained on count, so that the URIs are no way
// around constraints.
func TestConstraintsOfMailboxesAndHostsHaveNoWayAround(t *testing.T) {
	p := newParty("example", testca.Options{})
	for _, c := range []struct {
		what, id    string
		permitted   testca.GeneralName
		asSAN, asID testca.GeneralName
	}{
		{"mailbox", "mailto:alice@a.example", testca.Email("b.example"), testca.Email("alice@a.example"), testca.URI("mailto:alice@a.example")},
		{"host", "dns:a.example", testca.DNS("b.example"), testca.DNS("a.example"), testca.URI("dns:a.example")},
	} {
		for what, nc := range map[string]testca.Ext{
			"permitted": testca.NameConstraints([]testca.GeneralName{c.permitted}, nil),
			"excluded": testca.NameConstraints(nil, []testca.GeneralName{
				map[string]testca.GeneralName{"mailbox": testca.Email("a.example"), "host": testca.DNS("a.example")}[c.what]}),
		} {
			v := newVerifier(t, p.trusted(t, "a.example", "b.example"))
			p.number, p.last = 0, nil
			p.publish(t, v, now)
			inter := p.ca.IntermediateCert()
			inter.Set(nc)
			ca := p.ca.Root.NewCA(inter, testca.NewKey(testca.P256, "constrained"))
			for form, san := range map[string]testca.GeneralName{"its own form": c.asSAN, "URI": c.asID} {
				ee := p.ca.Alice()
				ee.Set(testca.SAN(san))
				x := forAlice(keyPackage(ca.Issue(ee), ca.DER))
				x.Expected = []string{c.id}
				code := verifier.CodeNameConstraint
				if form == "URI" {
					code = verifier.CodeIdentityMismatch
				}
				want(t, c.what+" "+what+" as "+form, ask(v, x), verifier.Rejected, code)
			}
		}
	}
}

// docs/trust.md: "name, key, validity and constraints of each [anchor] are used"; path.go: as RFC 5937 has it, whose
// Section 3 takes them as inputs.
func TestPolicyConstraintsOfAnAnchorAreUsed(t *testing.T) {
	p := newParty("example", testca.Options{})
	root := p.ca.RootCert()
	root.Set(testca.PolicyConstraints(0, -1), testca.Policies("1.2.3.4"))
	ca := testca.NewRoot(root, testca.NewKey(testca.P256, "explicit root"))
	a := p.trusted(t, "example.com")
	a.Anchors = [][]byte{ca.DER}
	v := newVerifier(t, a)
	p.publish(t, v, now)
	inter := ca.NewCA(p.ca.IntermediateCert(), testca.NewKey(testca.P256, "below"))
	want(t, "explicit policy required by the anchor, none below", judge(v, inter.Issue(p.ca.Alice()), inter.DER),
		verifier.Rejected, verifier.CodePolicyConstraint)
}

// Identity.ID: "the one user, client or host that is named"; checks.md, NAME-2; red-team row 16.
func TestDiscoverDoesNotPickOneOfSeveral(t *testing.T) {
	p, v := example(t)
	for what, names := range map[string][]testca.GeneralName{
		"clients of two users":      {testca.URI("mimi://example.com/d/bob/1"), testca.URI("mimi://example.com/d/alice/1")},
		"user and another's client": {testca.URI("xmpp:alice@example.com"), testca.URI("xmpp:bob@example.com/1")},
	} {
		c := p.ca.Alice()
		c.Set(testca.SAN(names...))
		x := verifier.Presentation{Kind: verifier.KeyPackage, Bytes: keyPackage(p.ca.Chain(c)...), Discover: true}
		want(t, what, ask(v, x), verifier.Rejected, verifier.CodeAmbiguousIdentity)
	}
}

// Verifier.Plan: "at may not be later [than now]".
func TestTimeToJudgeAtIsNotAfterNow(t *testing.T) {
	p, v := example(t)
	c := p.ca.Alice()
	c.NotBefore = now.Add(4 * time.Minute)
	x := forAlice(keyPackage(p.ca.Chain(c)...))
	want(t, "now", askAt(v, now, now, x), verifier.Rejected, verifier.CodeNotYetValid)
	got := askAt(v, now.Add(4*time.Minute), now, x)
	notVerified(t, "at after now", got)
	if got.Historical() {
		t.Error("historical, which says that it was valid and is no longer, of what is not valid yet")
	}
}

// Verifier.RestoreState: "Heads older than it are refused from then on"; red-team row 26.
func TestHeldDataThatIsOlderThanTheRestoredStateIsNotJudgedBy(t *testing.T) {
	p := newParty("example", testca.Options{})
	lists := func(revoked ...revocation.Entry) []list {
		return []list{{p.ca.ListID, 1000, revoked}, {p.ca.CAListID, 1000, nil}}
	}
	h1, b1 := p.head(t, now, now.Add(24*time.Hour), lists()...)
	h2, b2 := p.head(t, now, now.Add(24*time.Hour), lists(revocation.Entry{Index: 0, Since: now})...)
	other := newVerifier(t, p.trusted(t, "example.com"))
	for _, err := range []error{offer(other, p.id, now, h1, b1), offer(other, p.id, now, h2, b2)} {
		if err != nil {
			t.Fatal(err)
		}
	}
	x := forAlice(keyPackage(p.ca.Chain(p.ca.Alice())...))
	v := newVerifier(t, p.trusted(t, "example.com"))
	if err := offer(v, p.id, now, h1, b1); err != nil {
		t.Fatal(err)
	}
	want(t, "before", ask(v, x), verifier.Verified, "")
	if err := v.RestoreState(other.State(nil)); err != nil {
		t.Fatal(err)
	}
	notVerified(t, "head 1 in use, head 2 known", ask(v, x))
}

// redteam_test PresentedAnchorsAndOrderChangeNothing, for what differs only in what it tells.
func TestOrderOfPresentedCertificatesChangesNothing(t *testing.T) {
	p, v := example(t)
	twin := func(change func(*testca.Cert)) []byte {
		c := p.ca.IntermediateCert()
		change(&c)
		return p.ca.Root.NewCA(c, p.ca.Intermediate.Key).DER
	}
	ee := p.ca.Issue(p.ca.Alice())
	ends := twin(func(c *testca.Cert) { c.NotAfter = now.Add(-time.Minute) })
	later := twin(func(c *testca.Cert) { c.Set(testca.Status(p.ca.CAListID, 5000)) })
	unlisted := twin(func(c *testca.Cert) { c.Forbid(testca.OIDStatus) })
	for what, pair := range map[string][][]byte{
		"historical or not":       {p.ca.Intermediate.DER, ends},
		"what would settle it":    {later, unlisted},
		"revoked, and not listed": {p.ca.Intermediate.DER, unlisted},
	} {
		ask := func(rest [][]byte) string {
			x := forAlice(keyPackage(append([][]byte{ee}, rest...)...))
			return string(askAt(v, now.Add(-time.Hour), now, x).AppendJSON(nil))
		}
		one := ask(pair)
		slices.Reverse(pair)
		if other := ask(pair); one != other {
			t.Errorf("%s:\n%s\n%s", what, one, other)
		}
	}
}

// Package comment of verifier: "Work and memory are bounded". Every signature here names an unknown algorithm, so that
// the walk follows all edges, and each step compares names, prepared anew each time, before it compares keys.
func TestWorkOfAWalkDoesNotGrowWithTheSizeOfNames(t *testing.T) {
	p, v := example(t)
	unknown := testca.Algorithm("1.2.3.4", nil)
	measure := func(size int) time.Duration {
		spelled := func(n int) testca.Name {
			return testca.Name{{Type: testca.OIDCommonName, Value: strings.Repeat("é", size) + strings.Repeat(" ", n) + "x"}}
		}
		ee := p.ca.Alice()
		ee.InnerAlgorithm, ee.OuterAlgorithm, ee.Issuer = unknown, unknown, spelled(60)
		chain := [][]byte{p.ca.Root.Issue(ee)}
		for i := range 14 {
			c := p.ca.IntermediateCert()
			c.InnerAlgorithm, c.OuterAlgorithm = unknown, unknown
			c.Subject, c.Issuer = spelled(i+1), spelled(i+20)
			c.Key = testca.NewKey(testca.P256, fmt.Sprint("walk ", i)).Public()
			chain = append(chain, p.ca.Root.Issue(c))
		}
		best := time.Hour // of several: the machine may be busy with other things
		for range 10 {
			plan := v.Plan(now, now, []verifier.Presentation{forAlice(keyPackage(chain...))})
			answers := native.Run(plan.Checks())
			start := time.Now()
			plan.Conclude(answers)
			best = min(best, time.Since(start))
		}
		return best
	}
	small, large := measure(5), measure(3500)
	t.Logf("%v with names of 12 bytes, %v with names of 7 kB", small, large)
	if large > 30*small+5*time.Millisecond {
		t.Errorf("a KeyPackage of 0.2 MB takes %v to conclude; with short names it takes %v", large, small)
	}
}

// Package comment of verifier.doubtClock: what is excused is that it is too early. A lifetime that ends before it begins,
// or is longer than the policy allows, is wrong by any clock; so is a certificate that has expired.
func TestWrongClockExcusesOnlyWhatIsTooEarly(t *testing.T) {
	p, v := example(t)
	behind := now.Add(-time.Hour)
	u := func(d time.Duration) uint64 { return uint64(now.Add(d).Unix()) }
	for what, l := range map[string]mls.Lifetime{
		"ends before it begins": {NotBefore: u(0), NotAfter: u(-2 * time.Hour)},
		"too long":              {NotBefore: u(0), NotAfter: u(5000 * 24 * time.Hour)},
	} {
		n := leaf(signer("alice", "1"), p.ca.Chain(p.ca.Alice())...)
		n.Lifetime = l
		x := forAlice(mlstest.KeyPackage{LeafNode: n}.Build())
		want(t, what, askAt(v, behind, behind, x), verifier.Rejected, verifier.CodeLifetime)
	}
	early := p.ca.Alice()
	early.NotBefore = now.Add(-time.Minute)
	inter := p.ca.IntermediateCert()
	inter.NotAfter = now.Add(-2 * time.Hour)
	ca := p.ca.Root.NewCA(inter, testca.NewKey(testca.P256, "expired"))
	want(t, "expired intermediate", askAt(v, behind, behind, forAlice(keyPackage(ca.Issue(early), ca.DER))), verifier.Rejected, verifier.CodeExpired)
}

// checks.md, CRED-2: less than what the member has shown before is a downgrade, in whatever the message is wrapped.
func TestUnknownVersionOrSuiteIsADowngradeForWhoWasAssured(t *testing.T) {
	p, v := example(t)
	l := leaf(signer("mallory", "1"), p.ca.Chain(p.ca.Alice())...)
	for what, kp := range map[string]mlstest.KeyPackage{
		"version 2":     {LeafNode: l, Version: 2},
		"unknown suite": {LeafNode: l, Suite: 0x0a0a, InitKey: []byte{1}, Signature: []byte{1}},
	} {
		x := forAlice(kp.Build())
		x.Assured = true
		if got := ask(v, x); got.Outcome() != verifier.Rejected {
			t.Errorf("%s: %s(%s)", what, got.Outcome(), got.Code())
		}
	}
}

// Nothing says that the Trust must not change after New.
func TestVerifierDoesNotChangeWithTheTrustItWasMadeOf(t *testing.T) {
	p, rogue := newParty("example", testca.Options{}), testca.New(testca.Options{Seed: "rogue"})
	a := p.trusted(t, "example.com")
	a.Anchors = [][]byte{slices.Clone(p.ca.Root.DER)}
	v := newVerifier(t, a)
	p.publish(t, v, now)
	// Same layout: only the key, and the identifiers and signature that follow from it, differ.
	i := strings.Index(string(p.ca.Root.DER), string(testca.RawPublicKey(p.ca.Root.Key.Public())))
	copy(a.Anchors[0][i:], testca.RawPublicKey(rogue.Root.Key.Public()))
	notVerified(t, "the buffer of the anchor was used again", judge(v, rogue.Chain(rogue.Alice())...))
}

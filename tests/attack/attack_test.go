package attack

import (
	"bytes"
	"fmt"
	"math/big"
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

// crossed returns two authorities for example.com that both certify one intermediate, and what alice presents. Each
// publishes about the same lists.
func crossed(t *testing.T, changeA func(*testca.Cert)) (a, b *party, v *verifier.Verifier, chain [][]byte) {
	t.Helper()
	a = newParty("a", testca.Options{Seed: "a", Name: "A"})
	b = newParty("b", testca.Options{Seed: "b", Name: "B"})
	v = newVerifier(t, a.trusted(t, "example.com"), b.trusted(t, "example.com"))
	template := a.ca.IntermediateCert()
	changeA(&template)
	byA := a.ca.Root.NewCA(template, a.ca.Intermediate.Key)
	byB := b.ca.Root.NewCA(a.ca.IntermediateCert(), a.ca.Intermediate.Key)
	return a, b, v, [][]byte{byA.Issue(a.ca.Alice()), byA.DER, byB.DER}
}

func TestOneKeyUnderTwoAlgorithmsIsNotTwoSigners(t *testing.T) {
	raw := testca.RawPublicKey(testca.NewKey(testca.P256, "lists").Public())
	err := revocation.Signers{Authority: "example", Threshold: 2, Keys: []revocation.Key{
		{Algorithm: signature.ECDSAP256SHA256, Key: raw}, {Algorithm: signature.ECDSAP256SHA384, Key: raw},
	}}.Validate()
	if err == nil {
		t.Error("a threshold of 2 that one key reaches")
	}
}

// RFC 9420, Section 10.1: init_key differs from the LeafNode's encryption_key.
func TestKeyPackageWhoseInitKeyIsItsEncryptionKeyIsRefused(t *testing.T) {
	p, v := example(t)
	l := leaf(signer("alice", "1"), p.ca.Chain(p.ca.Alice())...)
	l.EncryptionKey = mlstest.HPKEKey(suite)
	notVerified(t, "one key for both", ask(v, forAlice(mlstest.KeyPackage{LeafNode: l, InitKey: l.EncryptionKey}.Build())))
}

// RFC 9420, Section 7.2: a client's capabilities hold the type of its own credential, and what its extensions are.
func TestLeafNodeThatDoesNotSupportItsOwnCredentialIsRefused(t *testing.T) {
	p, v := example(t)
	l := leaf(signer("alice", "1"), p.ca.Chain(p.ca.Alice())...)
	l.Capabilities = &mls.Capabilities{Versions: []uint16{1}, CipherSuites: []mls.CipherSuite{suite}, Credentials: []mls.CredentialType{mls.Basic}}
	notVerified(t, "x509 without support for x509", ask(v, forAlice(mlstest.KeyPackage{LeafNode: l}.Build())))
}

// Row 16: several users are ambiguous; a client names its user.
func TestClientsOfTwoUsersAreAmbiguous(t *testing.T) {
	p, v := example(t)
	for _, pair := range [][2]string{
		{"mimi://example.com/d/alice/1", "mimi://example.com/d/bob/1"},
		{alice, "mimi://example.com/d/bob/1"},
		{"xmpp:alice@example.com/1", "xmpp:bob@example.com/1"},
	} {
		end := p.ca.Alice()
		end.Set(testca.SAN(testca.URI(pair[0]), testca.URI(pair[1])))
		kp := keyPackage(p.ca.Chain(end)...)
		for _, who := range pair {
			notVerified(t, "expected "+who+" beside the other", ask(v, verifier.Presentation{
				Kind: verifier.KeyPackage, Bytes: kp, Expected: []string{who},
			}))
		}
		notVerified(t, "discover", ask(v, verifier.Presentation{Kind: verifier.KeyPackage, Bytes: kp, Discover: true}))
	}
}

func TestCredentialWithoutCertificatesIsNotVerified(t *testing.T) {
	_, v := example(t)
	notVerified(t, "no certificate", ask(v, forAlice(keyPackage())))
	notVerified(t, "discover", ask(v, verifier.Presentation{Kind: verifier.KeyPackage, Bytes: keyPackage(), Discover: true}))
}

// A person reads the name: what cannot be seen makes two names look like one.
func TestDisplayNameHasNoCharacterThatCannotBeSeen(t *testing.T) {
	p, v := example(t)
	for what, s := range map[string]string{
		"zero width space": "alice\u200b", "tag": "alice\U000e0041", "soft hyphen": "al\u00adice",
		"byte order mark": "alice\ufeff", "only space": "   ", "hangul filler": "alice\u3164", "override": "\u202eecila",
		"annotation": "alice\ufff9", "word joiner": "al\u2060ice",
	} {
		end := p.ca.Alice()
		end.Subject = testca.Name{{Type: testca.OIDCommonName, Value: s}}
		got := judge(v, p.ca.Chain(end)...)
		if id, ok := got.Identity(); ok && id.Name != "" {
			t.Errorf("%s: verified with the name %q", what, id.Name)
		}
	}
}

func TestScopeIsNotWidenedByAPrefix(t *testing.T) {
	for _, entry := range []string{"mimi://", "mimi:", "mimi://example.com", "xmpp:", "acct:", "mailto:", "dns:", "sip:", "matrix:u/", "wireapp://", "im:", ":", "/", "."} {
		if s, err := name.ParseScope([]string{entry}); err == nil {
			t.Errorf("%q is a scope: %v", entry, s)
		}
	}
}

// docs/architecture.md: the same bytes give the same verdict in every host. What one cannot check is not absent.
func TestPathThatThisHostCannotCheckDoesNotLetTheOtherAuthorityVouchAlone(t *testing.T) {
	a, b, v, chain := crossed(t, func(*testca.Cert) {})
	a.publish(t, v, now, revocation.Entry{Index: 0, Since: now, Reason: revocation.KeyCompromise})
	b.publish(t, v, now)
	want(t, "a host that can check everything", judge(v, chain...), verifier.Rejected, verifier.CodeRevoked)

	v = newVerifier(t, a.trusted(t, "example.com"), b.trusted(t, "example.com"))
	a.number, a.last, b.number, b.last = 0, nil, 0, nil
	a.publish(t, v, now, revocation.Entry{Index: 0, Since: now, Reason: revocation.KeyCompromise})
	b.publish(t, v, now)
	plan := v.Plan(now, now, []verifier.Presentation{forAlice(keyPackage(chain...))})
	answers := native.Run(plan.Checks())
	root := testca.RawPublicKey(a.ca.Root.Key.Public())
	for i, c := range plan.Checks() {
		if bytes.Equal(c.Key, root) {
			answers[i] = signature.Unsupported
		}
	}
	notVerified(t, "a host without the algorithm of a's root", plan.Conclude(answers)[0])
}

// Red-team row 32: two heads of one number are an alarm, and neither is to be relied on.
func TestNobodyIsVerifiedByAHeadThatIsKnownToEquivocate(t *testing.T) {
	p, v := example(t)
	chain := p.ca.Chain(p.ca.Alice())
	other := newVerifier(t, p.trusted(t, "example.com"))
	p.number, p.last = 0, nil
	p.publish(t, other, now, revocation.Entry{Index: 0, Since: now, Reason: revocation.KeyCompromise})
	if verifier.RevocationCode(v.RestoreState(other.State(nil))) != verifier.CodeEquivocation {
		t.Error("no equivocation")
	}
	notVerified(t, "another tab has seen another head of this number, which revokes", judge(v, chain...))
}

// Verdict.Revocation: the code says that it is revoked, whatever else is found.
func TestRevokedIsSaidAlsoWhereTwoAuthoritiesVouch(t *testing.T) {
	a, b, _, chain := crossed(t, func(*testca.Cert) {})
	c := newParty("c", testca.Options{Seed: "c", Name: "C"})
	v := newVerifier(t, a.trusted(t, "example.com"), b.trusted(t, "example.com"), c.trusted(t, "example.com"))
	chain = append(chain, c.ca.Root.NewCA(a.ca.IntermediateCert(), a.ca.Intermediate.Key).DER)
	a.publish(t, v, now, revocation.Entry{Index: 0, Since: now, Reason: revocation.KeyCompromise})
	b.publish(t, v, now)
	c.publish(t, v, now)
	want(t, "revoked by one of three", judge(v, chain...), verifier.Rejected, verifier.CodeRevoked)
}

// Red-team row 65: policy mappings cost bounded time. A hostile CA below an honest anchor gives each level two
// certificates, whose mappings gather all policies into one and spread it out again.
func TestPolicyMappingsCostBoundedTime(t *testing.T) {
	p := newParty("example", testca.Options{})
	const policies, levels = 250, 7
	root := p.ca.RootCert()
	root.Set(testca.BasicConstraints(true, -1))
	issuer := testca.NewRoot(root, p.ca.Root.Key)
	a := p.trusted(t, "example.com")
	a.Anchors = [][]byte{issuer.DER}
	v := newVerifier(t, a)
	p.publish(t, v, now)
	oid := func(i int) testca.OID { return testca.OID(fmt.Sprintf("1.2.%d", i)) }
	measure := func(policies int) time.Duration {
		var all []testca.OID
		var gather, spread [][2]testca.OID
		for i := range policies {
			all = append(all, oid(i))
			gather, spread = append(gather, [2]testca.OID{oid(i), oid(0)}), append(spread, [2]testca.OID{oid(0), oid(i)})
		}
		var chain [][]byte
		issuer := issuer
		for level := range levels {
			c := p.ca.IntermediateCert()
			c.Subject = testca.Name{{Type: testca.OIDCommonName, Value: fmt.Sprint("CA ", level)}}
			pairs := gather
			if level%2 == 1 {
				pairs = spread
			}
			c.Set(testca.BasicConstraints(true, -1), testca.Policies(all...), testca.PolicyMappings(pairs...))
			key := testca.NewKey(testca.P256, fmt.Sprint("policy ", level))
			twin := c
			twin.Serial = big.NewInt(int64(level) + 1)
			chain = append(chain, issuer.NewCA(twin, key).DER)
			issuer = issuer.NewCA(c, key)
			chain = append(chain, issuer.DER)
		}
		end := p.ca.Alice()
		end.Set(testca.Policies(all...))
		plan := v.Plan(now, now, []verifier.Presentation{forAlice(keyPackage(append([][]byte{issuer.Issue(end)}, chain...)...))})
		answers := native.Run(plan.Checks())
		start := time.Now()
		got := plan.Conclude(answers)[0]
		d := time.Since(start)
		t.Logf("%d policies: %v, %s(%s)", policies, d, got.Outcome(), got.Code())
		return d
	}
	small, large := measure(5), measure(policies)
	if large > 50*small+50*time.Millisecond {
		t.Errorf("%v to conclude one presentation; %v with few policies", large, small)
	}
}

// docs/architecture.md, Paths: a revoked end entity outranks everything.
func TestRevokedEndEntityOutranksWhateverElseIsWrongWithThatPath(t *testing.T) {
	a, b, v, chain := crossed(t, func(c *testca.Cert) { c.NotAfter = now.Add(-time.Hour) })
	a.publish(t, v, now, revocation.Entry{Index: 0, Since: now, Reason: revocation.KeyCompromise})
	b.publish(t, v, now)
	notVerified(t, "revoked by a, whose path has expired too", judge(v, chain...))
}

// A rejected or undetermined verdict names nobody.
func TestEveryWrongAnswerOfTheHostLeavesNobodyVerified(t *testing.T) {
	p, v := example(t)
	x := []verifier.Presentation{forAlice(keyPackage(p.ca.Chain(p.ca.Alice())...))}
	n := len(v.Plan(now, now, x).Checks())
	for i := range n {
		for _, wrong := range []signature.Answer{signature.Invalid, signature.Unsupported} {
			fresh := newVerifier(t, p.trusted(t, "example.com"))
			p.number, p.last = 0, nil
			p.publish(t, fresh, now)
			plan := fresh.Plan(now, now, x)
			answers := native.Run(plan.Checks())
			answers[i] = wrong
			got := plan.Conclude(answers)[0]
			notVerified(t, fmt.Sprint("check ", i, " is ", wrong), got)
			if id, ok := got.Identity(); ok {
				t.Errorf("names %v", id)
			}
		}
	}
}

// Identity.ID: "the one user, client or host that is named". What is outside the scope must not hide that there are two.
func TestDiscoverDoesNotPickOneOfSeveralBesideAUserOutsideTheScope(t *testing.T) {
	p, v := example(t)
	for what, names := range map[string][]testca.GeneralName{
		"clients": {testca.URI("mimi://other.example/u/x"), testca.URI("mimi://example.com/d/bob/1"), testca.URI("mimi://example.com/d/alice/1")},
		"hosts":   {testca.URI("mimi://other.example/u/x"), testca.DNS("example.com"), testca.URI("mimi://example.com")},
	} {
		c := p.ca.Alice()
		c.Set(testca.SAN(names...))
		notVerified(t, what, ask(v, verifier.Presentation{Kind: verifier.KeyPackage, Bytes: keyPackage(p.ca.Chain(c)...), Discover: true}))
	}
}

// A KeyPackage's own suite counts for nothing where the group's is given.
func TestContextOfALeafNodeIsProven(t *testing.T) {
	p, v := example(t)
	l := leaf(signer("alice", "1"), p.ca.Chain(p.ca.Alice())...)
	l.Source, l.GroupID, l.LeafIndex = mls.SourceCommit, []byte("group"), 2
	good := verifier.Presentation{
		Kind: verifier.LeafNode, Bytes: l.Build(), CipherSuite: suite, Carrier: verifier.InTree,
		GroupID: []byte("group"), LeafIndex: 2, Expected: []string{alice},
	}
	want(t, "as it was signed", ask(v, good), verifier.Verified, "")
	for what, change := range map[string]func(*verifier.Presentation){
		"other group":   func(p *verifier.Presentation) { p.GroupID = []byte("other") },
		"no group":      func(p *verifier.Presentation) { p.GroupID = nil },
		"other leaf":    func(p *verifier.Presentation) { p.LeafIndex = 3 },
		"update":        func(p *verifier.Presentation) { p.Carrier = verifier.InUpdate },
		"key package":   func(p *verifier.Presentation) { p.Carrier = verifier.InKeyPackage },
		"no carrier":    func(p *verifier.Presentation) { p.Carrier = 0 },
		"no suite":      func(p *verifier.Presentation) { p.CipherSuite = 0 },
		"other suite":   func(p *verifier.Presentation) { p.CipherSuite = mls.X25519AES128SHA256Ed25519 },
		"other key":     func(p *verifier.Presentation) { p.SignatureKey = []byte{4} },
		"guessed":       func(p *verifier.Presentation) { p.Guessed = true },
		"nobody":        func(p *verifier.Presentation) { p.Expected = nil },
		"both":          func(p *verifier.Presentation) { p.Discover = true },
		"not canonical": func(p *verifier.Presentation) { p.Expected = []string{"mimi://Example.com/u/alice"} },
		"also bob":      func(p *verifier.Presentation) { p.Expected = []string{alice, bob} },
	} {
		x := good
		change(&x)
		notVerified(t, what, ask(v, x))
	}
}

func TestNeitherAnchorNorSelfSignedCertificateIsAnEndEntity(t *testing.T) {
	p, v := example(t)
	kp := func(key testca.Key, chain ...[]byte) []byte {
		return mlstest.KeyPackage{LeafNode: leaf(key.Signer, chain...)}.Build()
	}
	root := p.ca.RootCert()
	root.Set(testca.SAN(testca.URI(alice)), testca.KeyUsage(testca.DigitalSignature, testca.KeyCertSign), testca.EKU(testca.OIDClientAuth),
		testca.Status(p.ca.ListID, 1))
	notVerified(t, "the anchor", ask(v, forAlice(kp(p.ca.Root.Key, p.ca.Root.DER))))
	notVerified(t, "another certificate of the anchor's name and key", ask(v, forAlice(kp(p.ca.Root.Key, testca.NewRoot(root, p.ca.Root.Key).DER))))
	mallory := testca.NewKey(testca.P256, "mallory")
	rogue := testca.NewRoot(root, mallory)
	notVerified(t, "the anchor's name, another key", ask(v, forAlice(kp(mallory, rogue.DER, p.ca.Root.DER))))
	notVerified(t, "issued by an end entity", judge(v, (&testca.CA{Cert: p.ca.Alice(), Key: testca.NewKey(testca.P256, "alice 1")}).Issue(p.ca.Alice()), p.ca.Issue(p.ca.Alice()), p.ca.Intermediate.DER))
}

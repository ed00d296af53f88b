package redteam

import (
	"bytes"
	"fmt"
	"testing"
	"time"

	"github.com/e2eid/e2eid/credential/mls"
	"github.com/e2eid/e2eid/credential/mls/mlstest"
	"github.com/e2eid/e2eid/tests/edwards"
	"github.com/e2eid/e2eid/tests/testca"
	"github.com/e2eid/e2eid/tests/world"
	"github.com/e2eid/e2eid/verifier"
)

func TestRow11TwoAuthoritiesClaimTheName(t *testing.T) {
	w := world.Unchecked(t)
	other := testca.New(testca.Options{NoStatus: true, Seed: "b", Name: "B Authority"})
	cross := w.CA.IntermediateCert()
	cross.Key = w.CA.Intermediate.Key.Public()
	both := [][]byte{w.CA.Intermediate.DER, other.Root.Issue(cross)}
	end := w.CA.Issue(w.CA.Alice())
	b := verifier.Authority{
		ID: "b", Scope: world.Scope(t, "example.com"), Anchors: [][]byte{other.Root.DER}, Status: verifier.StatusUncheckedUnsafe,
	}
	world.Verified(t, w.Names(alice, end, both...))
	for range 2 {
		w.Trust.Authorities = []verifier.Authority{b, w.Trust.Authorities[0]} // either may be the first
		world.Rejected(t, w.Names(alice, end, both...), verifier.CodeAmbiguousAuthority, -1)
		world.Verified(t, w.Names(alice, end, both[0]))
		world.Verified(t, w.Names(alice, end, both[1]))
		b = w.Trust.Authorities[1]
	}
}

func TestRow52WeakKeys(t *testing.T) {
	t.Run("points of small order", func(t *testing.T) {
		for _, c := range []struct {
			curve *edwards.Curve
			suite mls.CipherSuite
			kind  testca.Kind
			id    testca.OID
		}{
			{edwards.Curve25519(), mls.X25519AES128SHA256Ed25519, testca.Ed25519, "1.3.101.112"},
			{edwards.Curve448(), mls.CipherSuite(4), testca.Ed448, "1.3.101.113"},
		} {
			strong := testca.NewKey(c.kind, "strong")
			verified(t, weak(t, c.suite, strong, testca.RawPublicKey(strong.Public()), testca.SPKI(strong.Public())))
			for _, p := range c.curve.SmallOrder() {
				point := c.curve.Encode(p)
				spki := testca.RawSPKI(testca.Algorithm(c.id, nil), point)
				rejected(t, weak(t, c.suite, strong, point, spki), verifier.CodeBadKey)
				world.Rejected(t, bare(t, spki), verifier.CodeBadKey, 0)
			}
		}
	})
	t.Run("points off the curve", func(t *testing.T) {
		strong := testca.NewKey(testca.P256, "strong")
		good := testca.RawPublicKey(strong.Public())
		ec := testca.Algorithm("1.2.840.10045.2.1", testca.OID("1.2.840.10045.3.1.7").DER())
		verified(t, weak(t, suite, strong, good, testca.SPKI(strong.Public())))
		for what, point := range map[string][]byte{
			"infinity": {0}, "compressed": append([]byte{2 + good[64]&1}, good[1:33]...),
			"hybrid": append([]byte{6 + good[64]&1}, good[1:]...), "short": good[:64], "long": append(bytes.Clone(good), 0),
		} {
			t.Run(what, func(t *testing.T) {
				spki := testca.RawSPKI(ec, point)
				rejected(t, weak(t, suite, strong, point, spki), verifier.CodeBadKey)
				world.Rejected(t, bare(t, spki), verifier.CodeBadKey, 0)
			})
		}
		off := bytes.Clone(good)
		off[64] ^= 1
		for what, point := range map[string][]byte{
			"off the curve": off, "zero": append([]byte{4}, make([]byte, 64)...),
			"beyond the field": append([]byte{4}, bytes.Repeat([]byte{0xff}, 64)...),
		} {
			t.Run(what, func(t *testing.T) {
				spki := testca.RawSPKI(ec, point)
				rejected(t, weak(t, suite, strong, point, spki), verifier.CodeBadKey)
				world.Rejected(t, bare(t, spki), verifier.CodeBadKey, 0)
			})
		}
	})
	t.Run("RSA of 1024 bits", func(t *testing.T) {
		world.Verified(t, bare(t, testca.SPKI(testca.NewKey(testca.RSA2048, "strong").Public())))
		world.Rejected(t, bare(t, testca.SPKI(testca.NewKey(testca.RSA1024, "weak").Public())), verifier.CodeBadKey, 0)
		for kind, code := range map[testca.Kind]verifier.Code{testca.RSA2048: "", testca.RSA1024: verifier.CodeUntrustedIssuer} {
			w := world.Unchecked(t)
			ca := w.CA.Root.NewCA(w.CA.IntermediateCert(), testca.NewKey(kind, "issuer"))
			v := w.Names(alice, ca.Issue(w.CA.Alice()), ca.DER)
			if code == "" {
				world.Verified(t, v)
			} else {
				world.Rejected(t, v, code, -1)
			}
		}
	})
	t.Run("key of another suite", func(t *testing.T) {
		w := newWorld(t)
		l := leaf(signer("alice", "1"), w.ca.Chain(w.ca.Alice())...)
		verified(t, w.judge(mlstest.KeyPackage{LeafNode: l}.Build()))
		ed := testca.NewKey(testca.Ed25519, "alice")
		l.Suite, l.Signer = mls.X25519AES128SHA256Ed25519, ed.Signer
		v := w.judge(mlstest.KeyPackage{LeafNode: l}.Build())
		world.Rejected(t, v, verifier.CodeSuiteMismatch, 0)
		c := w.ca.Alice()
		c.Key = ed.Public()
		l.Credential = mlstest.X509(w.ca.Chain(c)...)
		verified(t, w.judge(mlstest.KeyPackage{LeafNode: l}.Build()))
	})
	t.Run("signature with an S that is not the smallest", func(t *testing.T) {
		w := newWorld(t)
		ed := testca.NewKey(testca.Ed25519, "alice")
		c := w.ca.Alice()
		c.Key = ed.Public()
		l := leaf(ed.Signer, w.ca.Chain(c)...)
		l.Suite, l.EncryptionKey = mls.X25519AES128SHA256Ed25519, bytes.Repeat([]byte{9}, 32)
		built, err := mls.ParseLeafNode(l.Build())
		if err != nil {
			t.Fatal(err)
		}
		curve := edwards.Curve25519()
		s := edwards.FromLittleEndian(built.Signature[32:])
		l.Signature = append(bytes.Clone(built.Signature[:32]), edwards.LittleEndian(s.Add(s, curve.L), 32)...)
		rejected(t, w.judge(mlstest.KeyPackage{LeafNode: l}.Build()), verifier.CodeBadSignature)
		l.Signature = built.Signature
		verified(t, w.judge(mlstest.KeyPackage{LeafNode: l}.Build()))
	})
}

// weak judges a KeyPackage with this signature key, which the authority has certified; signer signs.
func weak(t *testing.T, suite mls.CipherSuite, signer testca.Key, key, spki []byte) verifier.Verdict {
	w := newWorld(t)
	c := w.ca.Alice()
	c.RawKey = spki
	l := leaf(signer.Signer, w.ca.Chain(c)...)
	l.Suite, l.SignatureKey = suite, key
	return w.judge(mlstest.KeyPackage{LeafNode: l}.Build())
}

// bare judges a certificate by itself, with this key.
func bare(t *testing.T, spki []byte) verifier.Verdict {
	w := world.Unchecked(t)
	c := w.CA.Alice()
	c.RawKey = spki
	return w.Names(alice, w.CA.Issue(c), w.CA.Intermediate.DER)
}

func TestRow64RemovedAnchorIsReachedByACrossCertificate(t *testing.T) {
	w := world.Unchecked(t)
	root := w.CA.RootCert()
	root.Set(testca.BasicConstraints(true, 2))
	w.CA.Root = testca.NewRoot(root, w.CA.Root.Key)
	w.Trust.Authorities[0].Anchors = [][]byte{w.CA.Root.DER}
	removed := testca.New(testca.Options{NoStatus: true, Seed: "removed", Name: "Removed Authority"})
	cross := removed.RootCert()
	cross.Key = removed.Root.Key.Public()
	path := append(removed.Chain(removed.Alice()), w.CA.Root.Issue(cross))
	world.Verified(t, w.Names(alice, path[0], path[1:]...))
	w.Trust.Distrusted = [][]byte{removed.Root.DER}
	world.Rejected(t, w.Names(alice, path[0], path[1:]...), verifier.CodeUntrustedIssuer, -1)
	world.Rejected(t, w.Names(alice, path[0], append(path[1:], removed.Root.DER)...), verifier.CodeUntrustedIssuer, -1)
	w.Trust.Authorities[0].Intermediates = path[2:]
	w.Certificates = path[1:]
	world.Rejected(t, w.Names(alice, path[0]), verifier.CodeUntrustedIssuer, -1)
	world.Verified(t, w.Names(alice, w.CA.Issue(w.CA.Alice()), w.CA.Intermediate.DER))
}

func TestRow65ThousandsOfCandidatesOfOneName(t *testing.T) {
	w := world.Unchecked(t)
	inter := w.CA.IntermediateCert()
	inter.Key = testca.NewKey(testca.P256, "junk").Public()
	inter.SignWith = ptr(testca.NewKey(testca.P256, "nobody"))
	end := w.CA.Issue(w.CA.Alice())
	count := 1000
	if testing.Short() { // WebAssembly signs slowly
		count = 100
	}
	for i := range count {
		inter.SubjectUniqueID = []byte{byte(i >> 8), byte(i)}
		w.Certificates = append(w.Certificates, w.CA.Root.Issue(inter))
	}
	few := *w
	few.Certificates = w.Certificates[:20]
	world.Verified(t, few.Names(alice, end, w.CA.Intermediate.DER))
	quick(t, func() { world.Rejected(t, w.Names(alice, end, w.CA.Intermediate.DER), verifier.CodeBudget, -1) })
}

func TestRow65IssuersThatCertifyEachOther(t *testing.T) {
	w := world.Unchecked(t)
	named := func(i int) testca.Cert {
		c := w.CA.IntermediateCert()
		c.Subject = testca.Name{{Type: testca.OIDCommonName, Value: fmt.Sprint("circle ", i)}}
		return c
	}
	key := func(i int) testca.Key { return testca.NewKey(testca.P256, fmt.Sprint("circle ", i)) }
	var cas []*testca.CA
	const size = 9
	for i := range size {
		cas = append(cas, testca.NewRoot(named(i), key(i)))
	}
	for i := range size {
		for j := range size {
			if i != j {
				w.Certificates = append(w.Certificates, cas[i].NewCA(named(j), key(j)).DER)
			}
		}
	}
	end := cas[0].Issue(w.CA.Alice())
	quick(t, func() { world.Rejected(t, w.Names(alice, end), verifier.CodeBudget, -1) })
	// With the anchor among them, within the budget, it is found.
	w.Certificates = append(w.Certificates[:2*(size-1):2*(size-1)], w.CA.Root.Issue(func() testca.Cert { c := named(0); c.Key = key(0).Public(); return c }()))
	world.Verified(t, w.Names(alice, end))
}

func TestRow65PolicyMappingsThatDouble(t *testing.T) {
	w := world.Unchecked(t)
	root := w.CA.RootCert()
	root.Set(testca.BasicConstraints(true, -1))
	w.CA.Root = testca.NewRoot(root, w.CA.Root.Key)
	w.Trust.Authorities[0].Anchors = [][]byte{w.CA.Root.DER}
	w.Trust.Authorities[0].Policies.RequireExplicit = true
	var all []testca.OID
	var pairs [][2]testca.OID
	for i := range 5 {
		all = append(all, testca.OID(fmt.Sprint("1.2.3.", i)))
	}
	for _, a := range all {
		for _, b := range all {
			pairs = append(pairs, [2]testca.OID{a, b})
		}
	}
	issuer := w.CA.Root
	var path [][]byte
	for i := range 8 {
		c := w.CA.IntermediateCert()
		c.Subject = testca.Name{{Type: testca.OIDCommonName, Value: fmt.Sprint("level ", i)}}
		c.Set(testca.BasicConstraints(true, -1), testca.Policies(all...), testca.PolicyMappings(pairs...))
		issuer = issuer.NewCA(c, testca.NewKey(testca.P256, fmt.Sprint("level ", i)))
		path = append(path, issuer.DER)
	}
	end := w.CA.Alice()
	end.Set(testca.Policies(all[0]))
	quick(t, func() { world.Verified(t, w.Names(alice, issuer.Issue(end), path...)) })
	end.Set(testca.Policies("1.2.4"))
	quick(t, func() {
		world.Rejected(t, w.Names(alice, issuer.Issue(end), path...), verifier.CodePolicyConstraint, 0)
	})
}

func ptr[T any](v T) *T { return &v }

// quick fails the test if the verdict, which is asked for several times with all its signatures, is not there soon.
func quick(t *testing.T, f func()) {
	t.Helper()
	start := time.Now()
	f()
	if took := time.Since(start); took > 10*time.Second {
		t.Errorf("took %v", took)
	}
}

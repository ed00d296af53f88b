package redteam

import (
	"testing"
	"time"

	"github.com/e2eid/e2eid/credential/mls"
	"github.com/e2eid/e2eid/credential/mls/mlstest"
	"github.com/e2eid/e2eid/revocation"
	"github.com/e2eid/e2eid/tests/testca"
	"github.com/e2eid/e2eid/verifier"
)

func TestHonestKeyPackageIsVerified(t *testing.T) {
	w := newWorld(t)
	v := w.judge(w.keyPackage(w.ca.Alice()))
	verified(t, v)
	id, _ := v.Identity()
	if id.ID != alice || id.Authority != authority || id.Name != "alice" || id.Organization != "example.com" || len(id.Identifiers) != 2 {
		t.Errorf("identity %+v", id)
	}
	if f, ok := v.Freshness(); !ok || f.Number != 1 || !f.FreshUntil.Equal(now.Add(24*time.Hour)) {
		t.Errorf("freshness %+v, %v", f, ok)
	}
}

func TestRow01ProviderSwapsTheKeyPackageForItsOwnSelfSignedOne(t *testing.T) {
	w := newWorld(t)
	key := testca.NewKey(testca.P256, "provider")
	c := w.ca.Alice()
	c.Key = key.Public()
	self := testca.NewRoot(c, key)
	rejected(t, w.judge(mlstest.KeyPackage{LeafNode: leaf(key.Signer, self.DER)}.Build()), verifier.CodeUntrustedIssuer)
}

func TestRow02ProviderKeepsTheCertificateAndSwapsTheSignatureKey(t *testing.T) {
	w := newWorld(t)
	kp := mlstest.KeyPackage{LeafNode: leaf(signer("provider", "1"), w.ca.Chain(w.ca.Alice())...)}.Build()
	rejected(t, w.judge(kp), verifier.CodeKeyMismatch)
}

func TestRow03ProviderKeepsCertificateAndKeyAndChangesTheEncryptionKey(t *testing.T) {
	w := newWorld(t)
	l := leaf(signer("alice", "1"), w.ca.Chain(w.ca.Alice())...)
	right, err := mls.ParseLeafNode(l.Build())
	if err != nil {
		t.Fatal(err)
	}
	l.Signature = right.Signature
	l.EncryptionKey = mlstest.HPKEKey(suite) // another one
	v := w.ask(verifier.Presentation{
		Kind: verifier.LeafNode, Bytes: l.Build(), CipherSuite: suite, Carrier: verifier.InKeyPackage, Expected: []string{alice},
	})
	rejected(t, v, verifier.CodeBadSignature)
}

func TestRow04OneBitOfASignatureIsFlipped(t *testing.T) {
	w := newWorld(t)
	good := w.keyPackage(w.ca.Alice())
	verified(t, w.judge(good))
	kp, err := mls.ParseKeyPackage(good)
	if err != nil {
		t.Fatal(err)
	}
	for _, sig := range [][]byte{kp.Signature, kp.LeafNode.Signature} { // sub-slices of good
		for i := range sig {
			sig[i] ^= 1
			if v := w.judge(good); v.Outcome() != verifier.Rejected || v.Code() != verifier.CodeBadSignature {
				t.Errorf("byte %d: %s(%s)", i, v.Outcome(), v.Code())
			}
			sig[i] ^= 1
		}
	}
	verified(t, w.judge(good))
}

func TestRow05MallorysCertificateIsPresentedForAlice(t *testing.T) {
	w := newWorld(t)
	kp := mlstest.KeyPackage{LeafNode: leaf(signer("mallory", "1"), w.ca.Chain(w.ca.Client("mallory", "1", 3))...)}.Build()
	rejected(t, w.judge(kp), verifier.CodeIdentityMismatch)
}

func TestRow06RogueAuthorityWithIdenticalNames(t *testing.T) {
	w := newWorld(t)
	rogue := testca.New(testca.Options{Seed: "rogue"})
	c := rogue.Alice()
	for what, chain := range map[string][][]byte{
		"its own chain":                rogue.Chain(c),
		"its own chain and root":       append(rogue.Chain(c), rogue.Root.DER),
		"behind the real intermediate": {rogue.Issue(c), w.ca.Intermediate.DER},
		"all of both":                  {rogue.Issue(c), rogue.Intermediate.DER, w.ca.Intermediate.DER, rogue.Root.DER, w.ca.Root.DER},
	} {
		t.Run(what, func(t *testing.T) {
			rejected(t, w.judge(mlstest.KeyPackage{LeafNode: leaf(signer("alice", "1"), chain...)}.Build()), verifier.CodeUntrustedIssuer)
		})
	}
	t.Run("same key identifiers", func(t *testing.T) {
		root := rogue.RootCert()
		root.Set(testca.SKI(keyID(t, w.ca.Root)))
		inter := rogue.IntermediateCert()
		inter.Set(testca.SKI(keyID(t, w.ca.Intermediate)))
		ca := testca.NewRoot(root, testca.NewKey(testca.P256, "rogue root"))
		issuing := ca.NewCA(inter, testca.NewKey(testca.P256, "rogue intermediate"))
		kp := mlstest.KeyPackage{LeafNode: leaf(signer("alice", "1"), issuing.Issue(c), issuing.DER, ca.DER)}.Build()
		rejected(t, w.judge(kp), verifier.CodeUntrustedIssuer)
	})
}

func TestRow07EndEntityOfTheRealAuthorityIsUsedAsIssuer(t *testing.T) {
	w := newWorld(t)
	mallory := testca.NewKey(testca.P256, "mallory 1")
	c := w.ca.Client("mallory", "1", 3)
	cert := w.ca.Issue(c)
	issuer := &testca.CA{Cert: c, DER: cert, Key: mallory}
	kp := mlstest.KeyPackage{LeafNode: leaf(signer("alice", "1"), issuer.Issue(w.ca.Alice()), cert, w.ca.Intermediate.DER)}.Build()
	v := w.judge(kp)
	rejected(t, v, verifier.CodeBadChain)
	if v.Certificate() != 1 {
		t.Errorf("certificate %d, want the issuer, 1", v.Certificate())
	}
}

func TestRow08PathLengthExceededOrKeyCertSignMissing(t *testing.T) {
	w := newWorld(t)
	t.Run("path length of the intermediate", func(t *testing.T) {
		sub := w.ca.Intermediate.NewCA(subordinate(), testca.NewKey(testca.P256, "sub"))
		kp := mlstest.KeyPackage{LeafNode: leaf(signer("alice", "1"), sub.Issue(w.ca.Alice()), sub.DER, w.ca.Intermediate.DER)}.Build()
		rejected(t, w.judge(kp), verifier.CodeBadChain)
	})
	t.Run("path length of the anchor", func(t *testing.T) {
		inter := w.ca.IntermediateCert()
		inter.Set(testca.BasicConstraints(true, -1))
		issuing := w.ca.Root.NewCA(inter, testca.NewKey(testca.P256, "unbounded"))
		sub := issuing.NewCA(subordinate(), testca.NewKey(testca.P256, "sub"))
		kp := mlstest.KeyPackage{LeafNode: leaf(signer("alice", "1"), sub.Issue(w.ca.Alice()), sub.DER, issuing.DER)}.Build()
		rejected(t, w.judge(kp), verifier.CodeBadChain)
	})
	for what, ext := range map[string]testca.Ext{
		"keyCertSign missing":         testca.KeyUsage(testca.DigitalSignature, testca.CRLSign),
		"not a certificate authority": testca.BasicConstraints(false, -1),
	} {
		t.Run(what, func(t *testing.T) {
			inter := w.ca.IntermediateCert()
			inter.Set(ext)
			issuing := w.ca.Root.NewCA(inter, testca.NewKey(testca.P256, "other"))
			kp := mlstest.KeyPackage{LeafNode: leaf(signer("alice", "1"), issuing.Issue(w.ca.Alice()), issuing.DER)}.Build()
			rejected(t, w.judge(kp), verifier.CodeBadChain)
		})
	}
}

func subordinate() testca.Cert {
	return testca.Cert{
		Subject:   testca.Name{{Type: testca.OIDCommonName, Value: "Subordinate"}},
		NotBefore: testca.CANotBefore, NotAfter: testca.CANotAfter,
		Extensions: []testca.Ext{
			testca.BasicConstraints(true, -1), testca.KeyUsage(testca.KeyCertSign),
			testca.Status("https://authority.example/lists/ca", 1),
		},
	}
}

func keyID(t *testing.T, ca *testca.CA) []byte {
	for _, e := range ca.Cert.Extensions {
		if e.OID == testca.OIDSubjectKeyID {
			return e.Value[2:]
		}
	}
	t.Fatal("no subject key identifier")
	return nil
}

func TestRow10AuthorityOfAnotherDomainIssuesTheName(t *testing.T) {
	w := newWorld(t)
	other := testca.New(testca.Options{Seed: "b", Name: "B Authority"})
	w.trust.Authorities = append(w.trust.Authorities, verifier.Authority{
		ID: "b", Scope: scope(t, "b.example"), Anchors: [][]byte{other.Root.DER}, Status: verifier.StatusUncheckedUnsafe,
	})
	w.restart()
	kp := mlstest.KeyPackage{LeafNode: leaf(signer("alice", "1"), other.Chain(other.Alice())...)}.Build()
	rejected(t, w.judge(kp), verifier.CodeAuthorityNotForDomain)
	// Nor does it name anybody where nobody is expected.
	v := w.ask(verifier.Presentation{Kind: verifier.KeyPackage, Bytes: kp, Discover: true})
	rejected(t, v, verifier.CodeAuthorityNotForDomain)
}

func TestRow12Homographs(t *testing.T) {
	w := newWorld(t)
	for _, uri := range []string{
		"mimi://xn--exmple-cua.com/u/alice",
		"mimi://example.com/u/%D0%B0lice", // a Cyrillic letter
		"mimi://examp1e.com/u/alice",
		"mimi://example.com/u/a1ice",
	} {
		t.Run(uri, func(t *testing.T) {
			c := w.ca.Alice()
			c.Set(testca.SAN(testca.URI(uri)))
			rejected(t, w.judge(w.keyPackage(c)), verifier.CodeIdentityMismatch)
		})
	}
	c := w.ca.Alice()
	c.Set(testca.SAN(testca.URI("mimi://xn--exmple-cua.com/u/alice")))
	if got := w.judge(w.keyPackage(c)).Warnings(); len(got) != 1 || got[0] != "punycode" {
		t.Errorf("warnings %q, want punycode", got)
	}
}

func TestRow13NamesThatAreNotInCanonicalForm(t *testing.T) {
	w := newWorld(t)
	for _, uri := range []string{
		"mimi://EXAMPLE.com/u/alice", "MIMI://example.com/u/alice", "mimi://example.com./u/alice", "mimi://example.com//u/alice",
		"mimi://example.com/u//alice", "mimi://example.com/u/%61lice", "mimi://example.com/u/alice/", "mimi://example.com/u/alice?",
		"mimi://example.com/u/alice#", "mimi://example.com:443/u/alice", "mimi://alice@example.com/u/alice",
		"mimi://mallory.example%2f@example.com/u/alice", "mimi://example.com/u/../u/alice", "mimi://example.com/u/Alice",
		"mimi:example.com/u/alice", "mimi:///u/alice", "mimi://example.com/U/alice", "mimi://example.com\\u/alice",
	} {
		t.Run(uri, func(t *testing.T) {
			c := w.ca.Alice()
			c.Set(testca.SAN(testca.URI(uri)))
			rejected(t, w.judge(w.keyPackage(c)), verifier.CodeIdentityMismatch)
		})
	}
}

func TestRow14ControlBytesInNames(t *testing.T) {
	w := newWorld(t)
	for _, bad := range []string{"\x00", "\x01", "\n", "\r", "\x1b[2J", "\x7f", " "} {
		c := w.ca.Alice()
		c.Set(testca.SAN(testca.URI(alice), testca.URI(alice+bad)))
		rejected(t, w.judge(w.keyPackage(c)), verifier.CodeMalformed)
		if bad == " " {
			continue // a space belongs into a common name
		}
		c = w.ca.Alice()
		c.Subject = testca.Name{{Type: testca.OIDCommonName, Value: "alice" + bad}}
		rejected(t, w.judge(w.keyPackage(c)), verifier.CodeMalformed)
	}
	c := w.ca.Alice()
	c.Subject = testca.Name{{Type: testca.OIDCommonName, Value: "alice\u202eecila"}}
	rejected(t, w.judge(w.keyPackage(c)), verifier.CodeMalformed)
}

func TestRow15NameOnlyInTheSubject(t *testing.T) {
	w := newWorld(t)
	c := w.ca.Alice()
	c.Subject = testca.Name{{Type: testca.OIDCommonName, Value: alice}}
	c.Forbid(testca.OIDSubjectAltName)
	rejected(t, w.judge(w.keyPackage(c)), verifier.CodeNoIdentity)
}

func TestRow16SeveralUsersInOneCertificate(t *testing.T) {
	w := newWorld(t)
	c := w.ca.Alice()
	c.Set(testca.SAN(testca.URI(alice), testca.URI(bob)))
	rejected(t, w.judge(w.keyPackage(c)), verifier.CodeAmbiguousIdentity)
	c.Set(testca.SAN(testca.URI(alice), testca.URI("mimi://example.com/d/alice/1"), testca.Email("alice@example.com")))
	verified(t, w.judge(w.keyPackage(c)))
}

func TestRow17WrongExtendedKeyUsage(t *testing.T) {
	w := newWorld(t)
	for what, ext := range map[string]testca.Ext{
		"serverAuth":   testca.EKU(testca.OIDServerAuth),
		"codeSigning":  testca.EKU("1.3.6.1.5.5.7.3.3"),
		"any, in vain": testca.EKU("2.5.29.37.0"),
	} {
		t.Run(what, func(t *testing.T) {
			c := w.ca.Alice()
			c.Set(ext)
			rejected(t, w.judge(w.keyPackage(c)), verifier.CodeWrongKeyUsage)
		})
	}
	t.Run("absent", func(t *testing.T) {
		c := w.ca.Alice()
		c.Forbid(testca.OIDExtKeyUsage)
		rejected(t, w.judge(w.keyPackage(c)), verifier.CodeWrongKeyUsage)
	})
	t.Run("of the issuer", func(t *testing.T) {
		inter := w.ca.IntermediateCert()
		inter.Set(testca.EKU(testca.OIDServerAuth))
		issuing := w.ca.Root.NewCA(inter, testca.NewKey(testca.P256, "server issuer"))
		kp := mlstest.KeyPackage{LeafNode: leaf(signer("alice", "1"), issuing.Issue(w.ca.Alice()), issuing.DER)}.Build()
		rejected(t, w.judge(kp), verifier.CodeWrongKeyUsage)
	})
}

func TestRow18KeyUsageWithoutDigitalSignature(t *testing.T) {
	w := newWorld(t)
	c := w.ca.Alice()
	c.Set(testca.KeyUsage(testca.KeyAgreement))
	rejected(t, w.judge(w.keyPackage(c)), verifier.CodeWrongKeyUsage)
}

func TestRow19UnknownCriticalExtension(t *testing.T) {
	w := newWorld(t)
	c := w.ca.Alice()
	c.Add(testca.Unknown("1.2.3.4.5", true, []byte{5, 0}))
	rejected(t, w.judge(w.keyPackage(c)), verifier.CodeUnsupportedCritical)
	c = w.ca.Alice()
	c.Add(testca.Unknown("1.2.3.4.5", false, []byte{5, 0}))
	verified(t, w.judge(w.keyPackage(c)))
}

func TestRow20SomethingInThePathHasExpired(t *testing.T) {
	w := newWorld(t)
	past := now.Add(-time.Hour)
	t.Run("end entity", func(t *testing.T) {
		c := w.ca.Alice()
		c.NotAfter = past
		v := w.judge(w.keyPackage(c))
		rejected(t, v, verifier.CodeExpired)
		if v.Certificate() != 0 {
			t.Errorf("certificate %d, want 0", v.Certificate())
		}
		// A message from before then is verified, and marked as of the past.
		sent := past.Add(-time.Hour)
		v = w.askAt(sent, now, verifier.Presentation{Kind: verifier.KeyPackage, Bytes: w.keyPackage(c), Expected: []string{alice}})
		verified(t, v)
		if !v.Historical() {
			t.Error("not marked as historical")
		}
	})
	t.Run("intermediate", func(t *testing.T) {
		inter := w.ca.IntermediateCert()
		inter.NotAfter = past
		issuing := w.ca.Root.NewCA(inter, testca.NewKey(testca.P256, "old"))
		v := w.judge(mlstest.KeyPackage{LeafNode: leaf(signer("alice", "1"), issuing.Issue(w.ca.Alice()), issuing.DER)}.Build())
		rejected(t, v, verifier.CodeExpired)
		if v.Certificate() != 1 {
			t.Errorf("certificate %d, want 1", v.Certificate())
		}
	})
	t.Run("anchor", func(t *testing.T) {
		root := w.ca.RootCert()
		root.NotAfter = past
		old := testca.NewRoot(root, w.ca.Root.Key)
		trust := w.trust
		trust.Authorities[0].Anchors = [][]byte{old.DER}
		w.restart()
		v := w.judge(w.keyPackage(w.ca.Alice()))
		rejected(t, v, verifier.CodeExpired)
		if v.Certificate() != 2 {
			t.Errorf("certificate %d, want 2", v.Certificate())
		}
	})
}

func TestRow21NotYetValidOrTheClockIsWrong(t *testing.T) {
	w := newWorld(t)
	c := w.ca.Alice()
	c.NotBefore = now.Add(time.Hour)
	rejected(t, w.judge(w.keyPackage(c)), verifier.CodeNotYetValid)

	// The clock is a year behind what the authority has signed: nothing is known.
	past := now.Add(-365 * 24 * time.Hour)
	v := w.askAt(past, past, verifier.Presentation{Kind: verifier.KeyPackage, Bytes: w.keyPackage(w.ca.Alice()), Expected: []string{alice}})
	want(t, v, verifier.Undetermined, verifier.CodeClock)
}

func TestRow22LifetimeOfTheLeafNode(t *testing.T) {
	w := newWorld(t)
	day := uint64(24 * 3600)
	at := uint64(now.Unix())
	for what, l := range map[string]mls.Lifetime{
		"over":        {NotBefore: at - 2*day, NotAfter: at - 1},
		"not yet":     {NotBefore: at + 1, NotAfter: at + day},
		"too long":    {NotBefore: at - day, NotAfter: at + 366*day},
		"for ever":    {NotBefore: 0, NotAfter: 1<<63 - 1},
		"beyond that": {NotBefore: 0, NotAfter: 1<<64 - 1},
		"inverted":    {NotBefore: at + day, NotAfter: at - day},
	} {
		t.Run(what, func(t *testing.T) {
			n := leaf(signer("alice", "1"), w.ca.Chain(w.ca.Alice())...)
			n.Lifetime = l
			rejected(t, w.judge(mlstest.KeyPackage{LeafNode: n}.Build()), verifier.CodeLifetime)
		})
	}
}

func TestRow23RevokedInFreshData(t *testing.T) {
	w := newWorld(t)
	kp := w.keyPackage(w.ca.Alice())
	verified(t, w.judge(kp))
	since := now.Add(-time.Minute)
	w.publish(now, revocation.Entry{Index: 0, Since: since, Reason: revocation.KeyCompromise})
	v := w.judge(kp)
	rejected(t, v, verifier.CodeRevoked)
	if r, ok := v.Revocation(); !ok || !r.Since.Equal(since) || r.Reason != "keyCompromise" {
		t.Errorf("revocation %+v, %v", r, ok)
	}
	// Others are not touched.
	other := mlstest.KeyPackage{LeafNode: leaf(signer("bob", "1"), w.ca.Chain(w.ca.Client("bob", "1", 1))...)}.Build()
	verified(t, w.ask(verifier.Presentation{Kind: verifier.KeyPackage, Bytes: other, Expected: []string{bob}}))
}

func TestSuspendedIsNotGoodAndMayBecomeGoodAgain(t *testing.T) {
	w := newWorld(t)
	kp := w.keyPackage(w.ca.Alice())
	w.publish(now, revocation.Entry{Index: 0, Since: now, Reason: revocation.CertificateHold})
	rejected(t, w.judge(kp), verifier.CodeSuspended)
	w.publish(now)
	verified(t, w.judge(kp))
}

func TestRow09NameConstraintsAreViolated(t *testing.T) {
	for what, c := range map[string]struct {
		constraints testca.Ext
		code        verifier.Code // "": verified
	}{
		"another host":                        {testca.NameConstraints([]testca.GeneralName{testca.URI("b.example")}, nil), verifier.CodeNameConstraint},
		"hosts below, not the host itself":    {testca.NameConstraints([]testca.GeneralName{testca.URI(".example.com")}, nil), verifier.CodeNameConstraint},
		"this host, excluded":                 {testca.NameConstraints(nil, []testca.GeneralName{testca.URI("example.com")}), verifier.CodeNameConstraint},
		"excluded although permitted":         {testca.NameConstraints([]testca.GeneralName{testca.URI("example.com")}, []testca.GeneralName{testca.URI("example.com")}), verifier.CodeNameConstraint},
		"another organisation":                {testca.NameConstraints([]testca.GeneralName{testca.Directory(testca.Name{{Type: testca.OIDOrganization, Value: "b.example"}})}, nil), verifier.CodeNameConstraint},
		"this host":                           {testca.NameConstraints([]testca.GeneralName{testca.URI("b.example"), testca.URI("example.com")}, nil), ""},
		"this organisation":                   {testca.NameConstraints([]testca.GeneralName{testca.Directory(testca.Name{{Type: testca.OIDOrganization, Value: "EXAMPLE.com"}})}, nil), ""},
		"other kinds of names":                {testca.NameConstraints([]testca.GeneralName{testca.DNS("b.example"), testca.Email("b.example"), testca.IP(192, 0, 2, 0, 255, 255, 255, 0)}, nil), ""},
		"not critical, which changes nothing": {testca.NameConstraints([]testca.GeneralName{testca.URI("b.example")}, nil).WithCritical(false), verifier.CodeNameConstraint},
	} {
		t.Run(what, func(t *testing.T) {
			for _, at := range []string{"intermediate", "anchor"} {
				w := newWorld(t)
				issuing := w.ca.Intermediate
				if at == "intermediate" {
					inter := w.ca.IntermediateCert()
					inter.Set(c.constraints)
					issuing = w.ca.Root.NewCA(inter, testca.NewKey(testca.P256, "constrained"))
				} else {
					root := w.ca.RootCert()
					root.Set(c.constraints)
					// An anchor's constraints hold as well, for the end entity and for its issuer, who has another organisation.
					if c.code == "" && what == "this organisation" {
						continue
					}
					w.trust.Authorities[0].Anchors = [][]byte{testca.NewRoot(root, w.ca.Root.Key).DER}
					w.restart()
					w.publish(now)
				}
				kp := mlstest.KeyPackage{LeafNode: leaf(signer("alice", "1"), issuing.Issue(w.ca.Alice()), issuing.DER)}.Build()
				if c.code == "" {
					verified(t, w.judge(kp))
				} else {
					rejected(t, w.judge(kp), c.code)
				}
			}
		})
	}
}

// The certificates that Wire issues: handle and device as URIs with userinfo, under critical constraints of URIs.
func TestWireProfileUnderItsConstraints(t *testing.T) {
	w := newWorld(t)
	w.trust.Authorities[0].Scope = scope(t, "world.com")
	w.restart()
	w.publish(now)
	inter := w.ca.IntermediateCert()
	inter.Set(testca.NameConstraints([]testca.GeneralName{testca.URI(".world.com"), testca.URI("world.com")}, nil))
	issuing := w.ca.Root.NewCA(inter, testca.NewKey(testca.P256, "wire"))
	const handle, device = "wireapp://%40alice_wire@world.com", "wireapp://T4Coy4vdRzianwfOgXpn6A!6add501bacd1d90e@world.com"
	c := w.ca.Alice()
	c.Set(testca.SAN(testca.URI(device), testca.URI(handle)))
	kp := mlstest.KeyPackage{LeafNode: leaf(signer("alice", "1"), issuing.Issue(c), issuing.DER)}.Build()
	v := w.ask(verifier.Presentation{Kind: verifier.KeyPackage, Bytes: kp, Expected: []string{handle, device}})
	verified(t, v)
	v = w.ask(verifier.Presentation{Kind: verifier.KeyPackage, Bytes: kp, Discover: true})
	verified(t, v)
	if id, _ := v.Identity(); id.ID != handle {
		t.Errorf("discovered %q, want the user's handle", id.ID)
	}
	c.Set(testca.SAN(testca.URI("wireapp://%40alice_wire@world.org")))
	kp = mlstest.KeyPackage{LeafNode: leaf(signer("alice", "1"), issuing.Issue(c), issuing.DER)}.Build()
	rejected(t, w.ask(verifier.Presentation{Kind: verifier.KeyPackage, Bytes: kp, Expected: []string{"wireapp://%40alice_wire@world.org"}}), verifier.CodeNameConstraint)
}

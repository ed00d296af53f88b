package bugclasses

import (
	"bytes"
	"crypto"
	"testing"
	"time"

	"github.com/e2eid/e2eid/tests/testca"
	"github.com/e2eid/e2eid/tests/testcrl"
	"github.com/e2eid/e2eid/tests/testocsp"
	"github.com/e2eid/e2eid/tests/world"
	"github.com/e2eid/e2eid/verifier"
)

// pathOnly is a presentation of a certificate, whomever it names.
func pathOnly(end []byte, others ...[]byte) verifier.Presentation {
	return verifier.Presentation{Kind: verifier.Certificate, Bytes: end, Certificates: others, PathOnly: true}
}

// rust-pki#125: what was proven once was taken for proven by another key.
func TestWhatOneKeyProvedIsTakenForAnothers(t *testing.T) {
	w := world.New(t)
	alice := w.CA.Issue(w.CA.Alice())
	impostor := testca.New(testca.Options{NoStatus: true, Seed: "impostor"}) // of the same names
	// A path, and a list, proven by the right keys; then the same bytes beside an impostor's certificate.
	v := w.Client()
	world.Verified(t, w.Judge(v, pathOnly(alice, w.CA.Intermediate.DER)))
	world.Rejected(t, w.Judge(v, pathOnly(alice, impostor.Intermediate.DER)), verifier.CodeUntrustedIssuer, -1)
	world.Rejected(t, w.Judge(v, pathOnly(impostor.Issue(impostor.Alice()), w.CA.Intermediate.DER)), verifier.CodeUntrustedIssuer, -1)
	world.Verified(t, w.Judge(v, pathOnly(alice, w.CA.Intermediate.DER, impostor.Intermediate.DER)))

	// A client that trusts the impostor's root too has the impostor's lists proven; they do not count for Alice.
	w.Trust.Authorities = append(w.Trust.Authorities, verifier.Authority{
		ID: "impostor", Scope: world.Scope(t, "example.com"), Anchors: [][]byte{impostor.Root.DER},
	})
	mallory := impostor.Issue(impostor.Alice())
	crls := w.CRLs
	w.CRLs = append(crls[:1:1], testcrl.Issue(impostor.Root, testcrl.List{}), testcrl.Issue(impostor.Intermediate, testcrl.List{}))
	v = w.Client()
	world.Verified(t, w.Judge(v, pathOnly(mallory, impostor.Intermediate.DER)))
	world.Undetermined(t, w.Judge(v, pathOnly(alice, w.CA.Intermediate.DER)), verifier.CodeRevocationUnavailable, 0)
	world.Undetermined(t, w.Judge(v, pathOnly(alice, w.CA.Intermediate.DER, impostor.Intermediate.DER)), verifier.CodeRevocationUnavailable, 0)
	w.CRLs = append(w.CRLs, crls[1])
	world.Verified(t, w.Judge(w.Client(), pathOnly(alice, w.CA.Intermediate.DER, impostor.Intermediate.DER)))
}

// The digest of what is remembered has everything the key says, also what it is restricted to.
func TestProofByAKeyIsTakenForOneByTheKeyWithinItsRestrictions(t *testing.T) {
	key := testca.NewKey(testca.RSA2048, "restricted")
	pss := testca.PSSAlgorithm(crypto.SHA256, crypto.SHA256, 32)
	w := world.New(t)
	issuer := func(algorithm []byte) *testca.CA {
		c := w.CA.IntermediateCert()
		c.RawKey = testca.RawSPKI(algorithm, testca.RawPublicKey(key.Public()))
		return w.CA.Root.NewCA(c, key)
	}
	free, sha256 := issuer(testca.Algorithm("1.2.840.113549.1.1.10", nil)), issuer(pss)
	sha512 := issuer(testca.PSSAlgorithm(crypto.SHA512, crypto.SHA512, 64))
	sign := func(tbs *[]byte) (record, sig func([]byte) []byte) {
		return func(b []byte) []byte { *tbs = bytes.Clone(b); return b },
			func([]byte) []byte { return key.SignPSS(*tbs, crypto.SHA256, crypto.SHA256, 32) }
	}
	var tbs []byte
	c := w.CA.Alice()
	c.InnerAlgorithm, c.OuterAlgorithm = pss, pss
	c.Forbid(testca.OIDAuthorityKeyID)
	c.ChangeTBS, c.ChangeSignature = sign(&tbs)
	alice := free.Issue(c)
	l := testcrl.List{InnerAlgorithm: pss, OuterAlgorithm: pss}
	l.Forbid(testca.OIDAuthorityKeyID)
	l.ChangeTBS, l.ChangeSignature = sign(&tbs)
	w.CRLs[1] = testcrl.Issue(free, l)
	v := w.Client()
	world.Verified(t, w.Judge(v, pathOnly(alice, free.DER)))
	world.Verified(t, w.Judge(v, pathOnly(alice, sha256.DER)))
	world.Rejected(t, w.Judge(v, pathOnly(alice, sha512.DER)), verifier.CodeUntrustedIssuer, -1)
	world.Rejected(t, w.Path(alice, sha512.DER), verifier.CodeUntrustedIssuer, -1)

	// Alice's certificate by another key, and the list by the restricted one, which is not allowed to sign it so.
	plain := w.CA.Root.NewCA(w.CA.IntermediateCert(), testca.NewKey(testca.P256, "plain"))
	alice = plain.Issue(w.CA.Alice())
	world.Verified(t, w.Judge(v, pathOnly(alice, plain.DER, free.DER)))
	world.Verified(t, w.Judge(v, pathOnly(alice, plain.DER, sha256.DER)))
	world.Undetermined(t, w.Judge(v, pathOnly(alice, plain.DER, sha512.DER)), verifier.CodeRevocationUnavailable, 0)
	world.Undetermined(t, w.Path(alice, plain.DER, sha512.DER), verifier.CodeRevocationUnavailable, 0)
}

// A proof is remembered of the bytes it is about.
func TestProofOfOneListIsTakenForThatOfAnother(t *testing.T) {
	w := world.New(t)
	alice := w.CA.Issue(w.CA.Alice())
	first := pathOnly(alice, w.CA.Intermediate.DER)
	v := w.Client()
	world.Verified(t, w.Judge(v, first))
	// The signature of the proven list, under another content.
	other := testcrl.List{Entries: []testcrl.Entry{testcrl.RevokeSerial(7)}}
	other.ChangeSignature = func([]byte) []byte { return signatureOf(w.CRLs[1]) }
	for _, crl := range [][]byte{testcrl.Issue(w.CA.Intermediate, other), flipped(w.CRLs[1])} {
		var bag verifier.Bag
		for _, der := range [][]byte{w.CRLs[0], crl} {
			if err := bag.AddCRL(der); err != nil {
				t.Fatal(err)
			}
		}
		v.Use(&bag)
		world.Undetermined(t, w.Judge(v, first), verifier.CodeRevocationUnavailable, 0)
	}
}

// signatureOf returns the ECDSA signature at the end of a certificate or list.
func signatureOf(der []byte) []byte {
	at := bytes.LastIndex(der, ecdsaWithSHA256) + len(ecdsaWithSHA256)
	return der[at+3:] // after the header of the BIT STRING
}

var ecdsaWithSHA256 = []byte{6, 8, 0x2a, 0x86, 0x48, 0xce, 0x3d, 4, 3, 2}

// flipped changes a bit near the end of what a signature covers.
func flipped(der []byte) []byte {
	der = bytes.Clone(der)
	der[bytes.LastIndex(der, ecdsaWithSHA256)-3] ^= 1
	return der
}

// PeculiarVentures/PKI.js#345, #247: the date that the caller gave was not the one that counted.
func TestCallersDateIsIgnored(t *testing.T) {
	w := world.Unchecked(t)
	from, to := testca.At.Add(-10*hour), testca.At.Add(-5*hour)
	inter := w.CA.IntermediateCert()
	inter.NotBefore, inter.NotAfter = from, to
	old := w.CA.Root.NewCA(inter, testca.NewKey(testca.P256, "old"))
	end := w.CA.Alice()
	end.NotBefore, end.NotAfter = from, to
	for what, c := range map[string]struct {
		path        [][]byte
		certificate int
	}{
		"end entity":   {[][]byte{w.CA.Issue(end), w.CA.Intermediate.DER}, 0},
		"intermediate": {[][]byte{old.Issue(w.CA.Alice()), old.DER}, 1},
	} {
		t.Run(what, func(t *testing.T) {
			w := *w
			w.T = t
			for _, now := range []time.Time{testca.At, to.Add(time.Second)} {
				w.At, w.Now = from, now
				v := w.Path(c.path[0], c.path[1:]...)
				world.Verified(t, v)
				if !v.Historical() {
					t.Error("not historical")
				}
			}
			for at, code := range map[time.Time]verifier.Code{
				from.Add(-time.Second): verifier.CodeNotYetValid, from: "", to: "", to.Add(999 * time.Millisecond): "",
				to.Add(time.Second): verifier.CodeExpired, testca.At: verifier.CodeExpired,
			} {
				w.At, w.Now = at, at
				v := w.Path(c.path[0], c.path[1:]...)
				if code == "" {
					world.Verified(t, v)
				} else {
					world.Rejected(t, v, code, c.certificate)
				}
			}
			w.At, w.Now = time.Time{}, testca.At
			world.Rejected(t, w.Path(c.path[0], c.path[1:]...), verifier.CodeInvalidRequest, -1)
		})
	}
}

// Lists are judged by the time of judging, not by the time the certificate was used.
func TestListsAreJudgedByTheDateOfUse(t *testing.T) {
	w, alice := aliceWith(t)
	w.At = testca.At.Add(-20 * hour)
	l := testcrl.List{ThisUpdate: testca.At.Add(-30 * hour), NextUpdate: testca.At.Add(-10 * hour)}
	world.Undetermined(t, judged(w, alice, list(w, l)), verifier.CodeStaleRevocation, 0)
	l.NextUpdate = testca.At.Add(hour)
	world.Verified(t, judged(w, alice, list(w, l)))
	l.Entries = []testcrl.Entry{testcrl.Revoke(alice)} // two hours ago: after the use
	world.Rejected(t, judged(w, alice, list(w, l)), verifier.CodeRevoked, 0)
	responder := testocsp.ByAuthority(w.CA.Intermediate)
	r := responder.Good(alice)
	w.Responses = [][]byte{responder.Sign(r)}
	world.Verified(t, judged(w, alice))
	r.Singles[0].ThisUpdate, r.Singles[0].NextUpdate = testca.At.Add(-30*hour), testca.At.Add(-10*hour)
	w.Responses = [][]byte{responder.Sign(r)}
	world.Undetermined(t, judged(w, alice), verifier.CodeStaleRevocation, 0)
}

// digitalbazaar/forge#1141 (GHSA-h8mc-2r26-8398), mastra-ai/mastra#14754: that an issuer may issue was looked at only if
// another extension was there.
func TestBasicConstraintsCountOnlyBesideAnotherExtension(t *testing.T) {
	none := func(*testca.Cert) {}
	set := func(e ...testca.Ext) func(*testca.Cert) { return func(c *testca.Cert) { c.Set(e...) } }
	forbid := func(ids ...testca.OID) func(*testca.Cert) { return func(c *testca.Cert) { c.Forbid(ids...) } }
	beside := map[string]func(*testca.Cert){
		"key usage": none, "no key usage": forbid(testca.OIDKeyUsage), "no key identifiers": forbid(testca.OIDSubjectKeyID, testca.OIDAuthorityKeyID),
		"nothing else":       forbid(testca.OIDKeyUsage, testca.OIDSubjectKeyID, testca.OIDAuthorityKeyID),
		"extended key usage": set(testca.EKU(testca.OIDClientAuth)), "not critical": nil,
	}
	for what, f := range beside {
		t.Run(what, func(t *testing.T) {
			issue := func(ca bool, pathLen int) verifier.Verdict {
				w := deep(t)
				c := w.CA.IntermediateCert()
				bc := testca.BasicConstraints(ca, pathLen)
				if f == nil {
					bc.Critical = false
				}
				c.Set(bc)
				if f != nil {
					f(&c)
				}
				high := w.CA.Root.NewCA(c, testca.NewKey(testca.P256, "high"))
				c = w.CA.IntermediateCert()
				c.Subject = testca.Name{{Type: testca.OIDCommonName, Value: "low"}}
				low := high.NewCA(c, testca.NewKey(testca.P256, "low"))
				return w.Path(low.Issue(w.CA.Alice()), low.DER, high.DER)
			}
			world.Verified(t, issue(true, -1))
			world.Verified(t, issue(true, 1))
			world.Rejected(t, issue(true, 0), verifier.CodeBadChain, 2)
			world.Rejected(t, issue(false, -1), verifier.CodeBadChain, 2)
		})
	}
	for what, f := range map[string]func(*testca.Cert){
		"none":                    forbid(testca.OIDBasicConstraints),
		"none, and no extensions": forbid(testca.OIDBasicConstraints, testca.OIDKeyUsage, testca.OIDSubjectKeyID, testca.OIDAuthorityKeyID),
		"version 1":               func(c *testca.Cert) { c.Version, c.RawExtensions = 1, []byte{} },
		"no keyCertSign":          set(testca.KeyUsage(testca.DigitalSignature, testca.CRLSign)),
	} {
		t.Run(what, func(t *testing.T) {
			w := world.Unchecked(t)
			c := w.CA.IntermediateCert()
			f(&c)
			ca := w.CA.Root.NewCA(c, testca.NewKey(testca.P256, "no authority"))
			world.Rejected(t, w.Path(ca.Issue(w.CA.Alice()), ca.DER), verifier.CodeBadChain, 1)
		})
	}
}

// CVE-2026-78666 (golang/go#81287): the root was removed, but another authority had certified its key.
func TestRemovedRootIsTrustedThroughACrossSignature(t *testing.T) {
	for _, kind := range []testca.Kind{testca.P256, testca.RSA2048} {
		t.Run(kind.String(), func(t *testing.T) {
			removed := testca.New(testca.Options{NoStatus: true, Seed: "removed", Name: "Removed", Kind: kind})
			w := deep(t)
			crossed := func(change func(*testca.Cert)) []byte {
				c := removed.RootCert()
				c.Key = removed.Root.Key.Public()
				if change != nil {
					change(&c)
				}
				return w.CA.Root.Issue(c)
			}
			chain := removed.Chain(removed.Alice())
			variants := map[string][]byte{
				"same name": crossed(nil),
				"name in another case": crossed(func(c *testca.Cert) {
					c.Subject = testca.Name{{Type: testca.OIDOrganization, Value: "REMOVED"}, {Type: testca.OIDCommonName, Value: "removed  root"}}
				}),
				"another key identifier": crossed(func(c *testca.Cert) { c.Set(testca.SKI([]byte{1})) }),
			}
			for what, cross := range variants {
				t.Run(what, func(t *testing.T) {
					w := *w
					w.T = t
					world.Verified(t, w.Path(chain[0], chain[1], cross))
					w.Trust.Distrusted = [][]byte{removed.Root.DER}
					world.Rejected(t, w.Path(chain[0], chain[1], cross), verifier.CodeUntrustedIssuer, -1)
					w.Certificates = [][]byte{cross, removed.Root.DER}
					world.Rejected(t, w.Path(chain[0], chain[1]), verifier.CodeUntrustedIssuer, -1)
					w.Certificates = nil
					// Distrust of one is not of others, and holds for the intermediate and the end entity alike.
					w.Trust.Distrusted = [][]byte{removed.Issue(removed.Client("mallory", "1", 1))}
					world.Verified(t, w.Path(chain[0], chain[1], cross))
					w.Trust.Distrusted = [][]byte{removed.Intermediate.DER}
					world.Rejected(t, w.Path(chain[0], chain[1], cross), verifier.CodeUntrustedIssuer, -1)
					w.Trust.Distrusted = [][]byte{chain[0]}
					world.Rejected(t, w.Path(chain[0], chain[1], cross), verifier.CodeUntrustedIssuer, -1)
				})
			}
		})
	}
}

// The same key, which the cross-signature calls one for RSASSA-PSS alone.
func TestRemovedRootIsTrustedThroughACrossSignatureThatWritesItsKeyOtherwise(t *testing.T) {
	removed := testca.New(testca.Options{NoStatus: true, Seed: "removed", Name: "Removed", Kind: testca.RSA2048})
	w := deep(t)
	c := removed.RootCert()
	c.RawKey = testca.RawSPKI(testca.Algorithm("1.2.840.113549.1.1.10", nil), testca.RawPublicKey(removed.Root.Key.Public()))
	cross := w.CA.Root.Issue(c)
	pss := testca.PSSAlgorithm(crypto.SHA256, crypto.SHA256, 32)
	inter := removed.IntermediateCert()
	inter.Key = removed.Intermediate.Key.Public()
	inter.InnerAlgorithm, inter.OuterAlgorithm = pss, pss
	var tbs []byte
	inter.ChangeTBS = func(b []byte) []byte { tbs = bytes.Clone(b); return b }
	inter.ChangeSignature = func([]byte) []byte { return removed.Root.Key.SignPSS(tbs, crypto.SHA256, crypto.SHA256, 32) }
	issuing := removed.Root.Issue(inter)
	alice := removed.Issue(removed.Alice())
	world.Verified(t, w.Path(alice, issuing, cross))
	w.Trust.Distrusted = [][]byte{removed.Root.DER}
	world.Rejected(t, w.Path(alice, issuing, cross), verifier.CodeUntrustedIssuer, -1)
}

// A list, or a response, is not one more way to trust a removed key.
func TestRemovedKeySignsRevocationData(t *testing.T) {
	w, alice := aliceWith(t)
	second := w.CA.Root.NewCA(w.CA.IntermediateCert(), testca.NewKey(testca.P256, "second key"))
	crl := testcrl.Issue(second, testcrl.List{})
	w.CRLs = append(w.CRLs, crl)
	world.Verified(t, w.Path(alice, w.CA.Intermediate.DER, second.DER))
	delegate := testocsp.Delegate(w.CA.Intermediate, "responder", nil)
	w.Trust.Distrusted = [][]byte{second.DER}
	world.Undetermined(t, w.Path(alice, w.CA.Intermediate.DER, second.DER), verifier.CodeRevocationUnavailable, 0)
	w.Responses = [][]byte{delegate.Sign(delegate.Good(alice))}
	world.Verified(t, w.Path(alice, w.CA.Intermediate.DER))
	w.Trust.Distrusted = [][]byte{delegate.Cert}
	world.Undetermined(t, w.Path(alice, w.CA.Intermediate.DER), verifier.CodeRevocationUnavailable, 0)
}

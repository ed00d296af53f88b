package bugclasses

import (
	"testing"
	"time"

	"github.com/e2eid/e2eid/tests/testca"
	"github.com/e2eid/e2eid/tests/testcrl"
	"github.com/e2eid/e2eid/tests/testocsp"
	"github.com/e2eid/e2eid/tests/world"
	"github.com/e2eid/e2eid/verifier"
)

const hour = time.Hour

// list is a CRL of the intermediate.
func list(w *world.World, l testcrl.List) []byte { return testcrl.Issue(w.CA.Intermediate, l) }

func revoking(cert []byte, extensions ...testca.Ext) testcrl.List {
	return testcrl.List{Entries: []testcrl.Entry{testcrl.Revoke(cert)}, Extensions: extensions}
}

// aliceWith returns a world without a list of the intermediate, and Alice's certificate with these extensions.
func aliceWith(t *testing.T, extensions ...testca.Ext) (w *world.World, alice []byte) {
	w = world.New(t)
	c := w.CA.Alice()
	c.Set(extensions...)
	w.CRLs = w.CRLs[:1]
	return w, w.CA.Issue(c)
}

// judged returns the verdict with these CRLs of the end entity's issuer.
func judged(w *world.World, alice []byte, crls ...[]byte) verifier.Verdict {
	w.T.Helper()
	with := *w
	with.CRLs = append(append([][]byte(nil), w.CRLs...), crls...)
	return with.Path(alice, w.CA.Intermediate.DER)
}

// rustls/webpki#488, aws/aws-lc#3496: of several CRLs of an issuer the first, or any, decided.
func TestFirstCandidateListDecides(t *testing.T) {
	w, alice := aliceWith(t)
	empty := list(w, testcrl.List{})
	expired := testcrl.List{ThisUpdate: testca.At.Add(-48 * hour), NextUpdate: testca.At.Add(-24 * hour)}
	expired.Set(testcrl.Number(0))
	world.Verified(t, judged(w, alice, list(w, expired), empty))
	world.Undetermined(t, judged(w, alice, list(w, expired)), verifier.CodeStaleRevocation, 0)

	newer := revoking(alice, testcrl.Number(2))
	world.Rejected(t, judged(w, alice, empty, list(w, newer)), verifier.CodeRevoked, 0)
	newer.Entries = []testcrl.Entry{testcrl.RevokeSerial(7)}
	world.Verified(t, judged(w, alice, empty, list(w, newer)))

	// One of another CA, of the same name, or that nobody signed, is not a candidate.
	forged := testcrl.List{SignWith: ptr(testca.NewKey(testca.P256, "other"))}
	forged.Set(testcrl.Number(9))
	world.Rejected(t, judged(w, alice, list(w, revoking(alice)), list(w, forged)), verifier.CodeRevoked, 0)
	world.Undetermined(t, judged(w, alice, list(w, forged)), verifier.CodeRevocationUnavailable, 0)
	forged = revoking(alice)
	forged.SignWith = ptr(testca.NewKey(testca.P256, "other"))
	world.Verified(t, judged(w, alice, empty, list(w, forged)))
	impostor := testca.New(testca.Options{NoStatus: true, Seed: "impostor"})
	world.Verified(t, judged(w, alice, empty, testcrl.Issue(impostor.Intermediate, revoking(alice))))
	world.Undetermined(t, judged(w, alice, testcrl.Issue(impostor.Intermediate, testcrl.List{})), verifier.CodeRevocationUnavailable, 0)
}

func ptr[T any](v T) *T { return &v }

// Two lists of one number, issuer and scope contradict each other: what revokes counts.
func TestListThatRevokesLosesToOneOfTheSameNumber(t *testing.T) {
	w, alice := aliceWith(t)
	world.Verified(t, judged(w, alice, list(w, testcrl.List{}), list(w, revoking(w.CA.Intermediate.DER))))
	world.Rejected(t, judged(w, alice, list(w, testcrl.List{}), list(w, revoking(alice))), verifier.CodeRevoked, 0)
}

// A list of another scope does not make one that revokes obsolete, whatever its number.
func TestListOfAnotherScopeSupersedes(t *testing.T) {
	w, alice := aliceWith(t)
	users := testcrl.List{}
	users.Set(testcrl.Number(9), testcrl.IDP(testcrl.Scope{OnlyUsers: true}))
	world.Verified(t, judged(w, alice, list(w, testcrl.List{}), list(w, users)))
	world.Rejected(t, judged(w, alice, list(w, revoking(alice)), list(w, users)), verifier.CodeRevoked, 0)
}

// A CA that changed its key may have lists of each key, which count from one each.
func TestListOfOneKeySupersedesThatOfAnother(t *testing.T) {
	w, _ := aliceWith(t)
	second := w.CA.Root.NewCA(w.CA.IntermediateCert(), testca.NewKey(testca.P256, "second key"))
	alice := second.Issue(w.CA.Alice())
	of := func(ca *testca.CA, l testcrl.List, number int64) []byte {
		l.Set(testcrl.Number(number))
		return testcrl.Issue(ca, l)
	}
	old := of(w.CA.Intermediate, testcrl.List{}, 100)
	for _, crls := range [][][]byte{{old, of(second, testcrl.List{}, 1)}, {of(second, testcrl.List{}, 1)}} {
		w.CRLs = append(w.CRLs[:1], crls...)
		world.Verified(t, w.Path(alice, w.CA.Intermediate.DER, second.DER))
	}
	w.CRLs = append(w.CRLs[:1], old, of(second, revoking(alice), 1))
	world.Rejected(t, w.Path(alice, w.CA.Intermediate.DER, second.DER), verifier.CodeRevoked, 0)
}

// What is revoked stays so: neither a clock that is behind nor a list that has expired takes it back.
func TestRevocationIsForgottenBecauseOfTheTimesOfItsList(t *testing.T) {
	w, alice := aliceWith(t)
	future := revoking(alice, testcrl.Number(2))
	future.ThisUpdate, future.NextUpdate = testca.At.Add(48*hour), testca.At.Add(72*hour)
	world.Rejected(t, judged(w, alice, list(w, testcrl.List{}), list(w, future)), verifier.CodeRevoked, 0)
	world.Rejected(t, judged(w, alice, list(w, future)), verifier.CodeRevoked, 0)
	future.Entries = nil
	world.Verified(t, judged(w, alice, list(w, testcrl.List{}), list(w, future)))
	world.Undetermined(t, judged(w, alice, list(w, future)), verifier.CodeClock, -1)

	expired := revoking(alice)
	expired.ThisUpdate, expired.NextUpdate = testca.At.Add(-48*hour), testca.At.Add(-24*hour)
	world.Rejected(t, judged(w, alice, list(w, expired)), verifier.CodeRevoked, 0)
	expired.Entries = nil
	world.Undetermined(t, judged(w, alice, list(w, expired)), verifier.CodeStaleRevocation, 0)

	// Likewise with responses.
	responder := testocsp.ByAuthority(w.CA.Intermediate)
	for _, this := range []time.Time{testca.At.Add(48 * hour), testca.At.Add(-48 * hour)} {
		r := responder.Revoked(alice, testca.At, 1)
		r.Singles[0].ThisUpdate, r.Singles[0].NextUpdate = this, this.Add(hour)
		w.Responses = [][]byte{responder.Sign(responder.Good(alice)), responder.Sign(r)}
		world.Rejected(t, judged(w, alice), verifier.CodeRevoked, 0)
		good := responder.Good(alice)
		good.Singles[0].ThisUpdate, good.Singles[0].NextUpdate = this, this.Add(hour)
		w.Responses[1] = responder.Sign(good)
		world.Verified(t, judged(w, alice))
	}
}

// RUSTSEC-2026-0049: of several distribution points only the first was looked at.
func TestOnlyTheFirstDistributionPointCounts(t *testing.T) {
	at := func(url string) testcrl.Point { return testcrl.Point{FullName: []testca.GeneralName{testca.URI(url)}} }
	idp := func(url string) testca.Ext {
		return testcrl.IDP(testcrl.Scope{FullName: []testca.GeneralName{testca.URI(url)}})
	}
	const a, b, c = "http://a.example/1", "http://b.example/2", "http://c.example/3"
	w, alice := aliceWith(t, testcrl.CRLDP(at(a), at(b)))
	at1, at2 := testcrl.List{Extensions: []testca.Ext{idp(a)}}, testcrl.List{Extensions: []testca.Ext{idp(b)}}
	// Each is a complete list by itself, and what revokes counts wherever it stands.
	world.Verified(t, judged(w, alice, list(w, at1)))
	world.Verified(t, judged(w, alice, list(w, at2)))
	world.Verified(t, judged(w, alice, list(w, at1), list(w, at2)))
	world.Rejected(t, judged(w, alice, list(w, at1), list(w, revoking(alice, idp(b)))), verifier.CodeRevoked, 0)
	world.Rejected(t, judged(w, alice, list(w, at2), list(w, revoking(alice, idp(a)))), verifier.CodeRevoked, 0)
	// One of a third point is about other certificates.
	v := judged(w, alice, list(w, testcrl.List{Extensions: []testca.Ext{idp(c)}}))
	world.Undetermined(t, v, verifier.CodeNotCovered, 0)
	if m := v.Missing(); len(m) != 1 || m[0] != (verifier.Missing{Kind: verifier.MissingCRL, Name: a}) {
		t.Errorf("missing %+v", m)
	}
	world.Verified(t, judged(w, alice, list(w, at1), list(w, revoking(alice, idp(c)))))
	// A point of several names is met by any of them.
	w, alice = aliceWith(t, testcrl.CRLDP(testcrl.Point{FullName: []testca.GeneralName{testca.URI(c), testca.URI(b)}}))
	world.Verified(t, judged(w, alice, list(w, at2)))
	world.Rejected(t, judged(w, alice, list(w, revoking(alice, idp(b)))), verifier.CodeRevoked, 0)
}

// Points for some of the reasons: it is good only if all of them are covered.
func TestOnlySomeReasonsAreCovered(t *testing.T) {
	some, rest := []int{1, 2}, []int{3, 4, 5, 6, 7, 8}
	point := func(url string, flags []int) testcrl.Point {
		return testcrl.Point{FullName: []testca.GeneralName{testca.URI(url)}, Reasons: flags}
	}
	scope := func(url string, flags []int) testca.Ext {
		return testcrl.IDP(testcrl.Scope{FullName: []testca.GeneralName{testca.URI(url)}, Reasons: flags})
	}
	w, alice := aliceWith(t, testcrl.CRLDP(point("http://a.example", some), point("http://b.example", rest)))
	first := testcrl.List{Extensions: []testca.Ext{scope("http://a.example", some)}}
	second := testcrl.List{Extensions: []testca.Ext{scope("http://b.example", rest)}}
	world.Verified(t, judged(w, alice, list(w, first), list(w, second)))
	world.Undetermined(t, judged(w, alice, list(w, first)), verifier.CodeNotCovered, 0)
	world.Undetermined(t, judged(w, alice, list(w, second)), verifier.CodeNotCovered, 0)
	second.Entries = []testcrl.Entry{testcrl.Revoke(alice, testcrl.Reason(testcrl.Superseded))}
	world.Rejected(t, judged(w, alice, list(w, first), list(w, second)), verifier.CodeRevoked, 0)
	world.Rejected(t, judged(w, alice, list(w, second)), verifier.CodeRevoked, 0)
	// A list that says it is for all reasons speaks, at a point for some, of those alone.
	all := testcrl.List{Extensions: []testca.Ext{scope("http://a.example", nil)}}
	world.Undetermined(t, judged(w, alice, list(w, all)), verifier.CodeNotCovered, 0)
}

// openssl/openssl#31044: a delta was taken for a complete list.
func TestDeltaIsTakenForAComplete(t *testing.T) {
	w, alice := aliceWith(t)
	delta := testcrl.List{Extensions: []testca.Ext{testcrl.Number(3), testcrl.Delta(1)}}
	complete := list(w, testcrl.List{})
	world.Undetermined(t, judged(w, alice, list(w, delta)), verifier.CodeNotCovered, 0)
	world.Verified(t, judged(w, alice, list(w, delta), complete))
	delta.Entries = revoking(alice).Entries
	world.Rejected(t, judged(w, alice, list(w, delta), complete), verifier.CodeRevoked, 0)
	// One for another complete list, a later one or of another scope, changes nothing but what it revokes for good.
	hold := func(extensions ...testca.Ext) []byte {
		l := testcrl.List{Entries: []testcrl.Entry{testcrl.Revoke(alice, testcrl.Reason(testcrl.CertificateHold))}}
		l.Set(extensions...)
		return list(w, l)
	}
	users := testcrl.IDP(testcrl.Scope{OnlyUsers: true})
	world.Rejected(t, judged(w, alice, complete, hold(testcrl.Number(3), testcrl.Delta(1))), verifier.CodeSuspended, 0)
	for _, other := range [][]testca.Ext{{testcrl.Number(3), testcrl.Delta(2)}, {testcrl.Number(3), testcrl.Delta(1), users}} {
		world.Verified(t, judged(w, alice, complete, hold(other...)))
		world.Rejected(t, judged(w, alice, complete, list(w, revoking(alice, other...))), verifier.CodeRevoked, 0)
	}
	world.Rejected(t, judged(w, alice, list(w, testcrl.List{Extensions: []testca.Ext{users}}),
		list(w, revoking(alice, testcrl.Number(3), testcrl.Delta(1), users))), verifier.CodeRevoked, 0)
	forged := revoking(alice, testcrl.Number(3), testcrl.Delta(1))
	forged.SignWith = ptr(testca.NewKey(testca.P256, "other"))
	world.Verified(t, judged(w, alice, complete, list(w, forged)))
}

// openssl/openssl#31297: a delta that has expired, or one before another, was still listened to.
func TestStaleDeltaIsAccepted(t *testing.T) {
	w, alice := aliceWith(t)
	// The complete list suspends her, and a delta takes that back.
	complete := testcrl.List{Entries: []testcrl.Entry{testcrl.Revoke(alice, testcrl.Reason(testcrl.CertificateHold))}}
	lifts := testcrl.List{Entries: []testcrl.Entry{testcrl.Revoke(alice, testcrl.Reason(testcrl.RemoveFromCRL))}}
	lifts.Set(testcrl.Number(3), testcrl.Delta(1))
	world.Rejected(t, judged(w, alice, list(w, complete)), verifier.CodeSuspended, 0)
	world.Verified(t, judged(w, alice, list(w, complete), list(w, lifts)))
	stale := lifts
	stale.ThisUpdate, stale.NextUpdate = testca.At.Add(-48*hour), testca.At.Add(-24*hour)
	world.Rejected(t, judged(w, alice, list(w, complete), list(w, stale)), verifier.CodeSuspended, 0)
	future := lifts
	future.ThisUpdate = testca.At.Add(24 * hour)
	world.Rejected(t, judged(w, alice, list(w, complete), list(w, future)), verifier.CodeSuspended, 0)
	// A later delta has her revoked.
	later := revoking(alice, testcrl.Number(4), testcrl.Delta(1))
	world.Rejected(t, judged(w, alice, list(w, complete), list(w, lifts), list(w, later)), verifier.CodeRevoked, 0)
	// A delta is no newer than the complete list that has its number.
	old := lifts
	old.Set(testcrl.Number(1), testcrl.Delta(1))
	world.Rejected(t, judged(w, alice, list(w, complete), list(w, old)), verifier.CodeSuspended, 0)
}

// CVE-2026-28388: a list without a number.
func TestListWithoutANumberIsTakenForTheNewest(t *testing.T) {
	w, alice := aliceWith(t)
	none := testcrl.List{}
	none.Forbid(testcrl.OIDNumber)
	world.Undetermined(t, judged(w, alice, list(w, none)), verifier.CodeNotCovered, 0)
	world.Verified(t, judged(w, alice, list(w, testcrl.List{})))
	// Nor does it stand in the way of one that has, nor make a delta harmless.
	world.Verified(t, judged(w, alice, list(w, none), list(w, testcrl.List{})))
	world.Rejected(t, judged(w, alice, list(w, none), list(w, revoking(alice))), verifier.CodeRevoked, 0)
	delta := testcrl.List{Extensions: []testca.Ext{testcrl.Delta(1)}}
	delta.Forbid(testcrl.OIDNumber)
	world.Verified(t, judged(w, alice, list(w, delta), list(w, testcrl.List{})))
	world.Undetermined(t, judged(w, alice, list(w, delta)), verifier.CodeNotCovered, 0)
	// One of version 1 can have none. Then the later one counts.
	version1 := testcrl.List{Version: 1}
	world.Verified(t, judged(w, alice, list(w, version1)))
	version1.Entries = revoking(alice).Entries
	world.Rejected(t, judged(w, alice, list(w, version1)), verifier.CodeRevoked, 0)
	version1.ThisUpdate = testcrl.ThisUpdate.Add(hour / 2)
	world.Rejected(t, judged(w, alice, list(w, version1), list(w, testcrl.List{})), verifier.CodeRevoked, 0)
	version1.ThisUpdate = testcrl.ThisUpdate.Add(-hour)
	world.Verified(t, judged(w, alice, list(w, version1), list(w, testcrl.List{})))
}

// PeculiarVentures/PKI.js#182: only the certificates of CAs were looked up, or only the end entity's.
func TestOnlyOneCertificateOfThePathIsLookedUp(t *testing.T) {
	w := world.New(t)
	alice := w.CA.Issue(w.CA.Alice())
	root, inter := w.CRLs[0], w.CRLs[1]
	world.Verified(t, w.Path(alice, w.CA.Intermediate.DER))
	w.CRLs = [][]byte{root}
	world.Undetermined(t, w.Path(alice, w.CA.Intermediate.DER), verifier.CodeRevocationUnavailable, 0)
	w.CRLs = [][]byte{inter}
	world.Undetermined(t, w.Path(alice, w.CA.Intermediate.DER), verifier.CodeRevocationUnavailable, 1)
	w.CRLs = [][]byte{root, list(w, revoking(alice))}
	world.Rejected(t, w.Path(alice, w.CA.Intermediate.DER), verifier.CodeRevoked, 0)
	w.CRLs = [][]byte{testcrl.Issue(w.CA.Root, revoking(w.CA.Intermediate.DER)), inter}
	world.Rejected(t, w.Path(alice, w.CA.Intermediate.DER), verifier.CodeRevoked, 1)
	// Where the trust configuration asks for the end entity's status only, that of an issuer counts if it is known.
	w.Trust.Authorities[0].Status = verifier.StatusEndEntity
	world.Rejected(t, w.Path(alice, w.CA.Intermediate.DER), verifier.CodeRevoked, 1)
	w.CRLs = [][]byte{inter}
	world.Verified(t, w.Path(alice, w.CA.Intermediate.DER))
	w.CRLs = [][]byte{root}
	world.Undetermined(t, w.Path(alice, w.CA.Intermediate.DER), verifier.CodeRevocationUnavailable, 0)
	// Serial numbers are of an issuer: the intermediate's is another certificate of its own list.
	w.CRLs = [][]byte{root, list(w, revoking(w.CA.Intermediate.DER))}
	world.Verified(t, w.Path(alice, w.CA.Intermediate.DER))
}

// A CA that may not sign lists signs itself a certificate that says it may.
func TestIssuerMayNotSignListsAndDoes(t *testing.T) {
	w := world.New(t)
	key := testca.NewKey(testca.P256, "issues only")
	inter := w.CA.IntermediateCert()
	may := w.CA.Root.NewCA(inter, key)
	inter.Set(testca.KeyUsage(testca.KeyCertSign))
	mayNot := w.CA.Root.NewCA(inter, key)
	w.CRLs[1] = testcrl.Issue(may, testcrl.List{})
	alice := may.Issue(w.CA.Alice())
	world.Verified(t, w.Path(alice, may.DER))
	world.Undetermined(t, w.Path(alice, mayNot.DER), verifier.CodeRevocationUnavailable, 0)
	self := testca.NewRoot(w.CA.IntermediateCert(), key)
	world.Undetermined(t, w.Path(alice, mayNot.DER, self.DER), verifier.CodeRevocationUnavailable, 0)
	w.Certificates = [][]byte{self.DER}
	world.Undetermined(t, w.Path(alice, mayNot.DER), verifier.CodeRevocationUnavailable, 0)
}

// A CA below the same anchor certifies a key under another CA's name, and takes back its revocations.
func TestAnotherCASignsTheListsOfACA(t *testing.T) {
	w := world.New(t)
	root := w.CA.RootCert()
	root.Set(testca.BasicConstraints(true, -1))
	w.CA.Root = testca.NewRoot(root, w.CA.Root.Key)
	w.Trust.Authorities[0].Anchors = [][]byte{w.CA.Root.DER}
	alice := w.CA.Issue(w.CA.Alice())
	hostile := w.CA.IntermediateCert()
	hostile.Subject = testca.Name{{Type: testca.OIDCommonName, Value: "Hostile"}}
	hostile.Set(testca.BasicConstraints(true, -1))
	other := w.CA.Root.NewCA(hostile, testca.NewKey(testca.P256, "hostile"))
	key := testca.NewKey(testca.P256, "list issuer")
	stolen := other.NewCA(w.CA.IntermediateCert(), key)
	named := w.CA.Root.NewCA(w.CA.IntermediateCert(), key) // the root says so: this one may
	w.CRLs = [][]byte{w.CRLs[0], testcrl.Issue(stolen, testcrl.List{}), testcrl.Issue(other, testcrl.List{})}
	world.Undetermined(t, w.Path(alice, w.CA.Intermediate.DER, stolen.DER, other.DER), verifier.CodeRevocationUnavailable, 0)
	world.Verified(t, w.Path(alice, w.CA.Intermediate.DER, named.DER))
	// Nor an end entity that happens to have the name, unless the CA says that it may.
	for usage, may := range map[int]bool{testca.DigitalSignature: false, testca.CRLSign: true} {
		end := w.CA.Alice()
		end.Subject = w.CA.Intermediate.Cert.Subject
		end.Set(testca.KeyUsage(usage))
		issuer := &testca.CA{Cert: end, Key: testca.NewKey(testca.P256, "alice 1"), DER: w.CA.Issue(end)}
		responder := testocsp.ByAuthority(w.CA.Intermediate)
		w.Responses = [][]byte{responder.Sign(responder.Good(issuer.DER))} // about itself, not about Alice
		w.CRLs = [][]byte{w.CRLs[0], testcrl.Issue(issuer, testcrl.List{})}
		v := w.Path(alice, w.CA.Intermediate.DER, issuer.DER)
		if may {
			world.Verified(t, v)
			w.Responses = nil // its status hangs on its own list then
			v = w.Path(alice, w.CA.Intermediate.DER, issuer.DER)
		}
		world.Undetermined(t, v, verifier.CodeRevocationUnavailable, 0)
	}
}

// RFC 5280, Section 5.1.2.6: entries of certificates that have expired leave the list. One that was made after that does
// not say that a certificate, whose use long ago is judged, was never revoked.
func TestListThatHasForgottenAnExpiredCertificateIsTakenForGood(t *testing.T) {
	w := world.New(t)
	c := w.CA.Alice()
	c.NotAfter = testca.At.Add(-5 * hour)
	alice := w.CA.Issue(c)
	w.At, w.CRLs = testca.At.Add(-10*hour), w.CRLs[:1]
	l := testcrl.List{ThisUpdate: c.NotAfter}
	world.Verified(t, judged(w, alice, list(w, l)))
	l.ThisUpdate = c.NotAfter.Add(time.Second)
	world.Undetermined(t, judged(w, alice, list(w, l)), verifier.CodeNotCovered, 0)
	l.Entries = revoking(alice).Entries // some keep them
	world.Rejected(t, judged(w, alice, list(w, l)), verifier.CodeRevoked, 0)

	responder := testocsp.ByAuthority(w.CA.Intermediate)
	r := responder.Good(alice)
	r.Singles[0].ThisUpdate = c.NotAfter
	w.Responses = [][]byte{responder.Sign(r)}
	world.Verified(t, judged(w, alice))
	r.Singles[0].ThisUpdate = c.NotAfter.Add(time.Second)
	w.Responses = [][]byte{responder.Sign(r)}
	world.Undetermined(t, judged(w, alice), verifier.CodeNotCovered, 0)
}

package bugclasses

import (
	"bytes"
	"crypto"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/e2eid/e2eid/signature/native"
	"github.com/e2eid/e2eid/tests/testca"
	"github.com/e2eid/e2eid/tests/testcrl"
	"github.com/e2eid/e2eid/tests/testocsp"
	"github.com/e2eid/e2eid/tests/world"
	"github.com/e2eid/e2eid/verifier"
)

// most tells what explodes, and takes many seconds, from what ends within the budget, which takes some 50 ms here. It is
// no measurement: the machines that run this are slow at times.
const most = 2 * time.Second

// timed judges a path of certificates, and fails if the verifier's own work takes too long.
func timed(t *testing.T, w *world.World, end []byte, others ...[]byte) verifier.Verdict {
	t.Helper()
	v := w.Client()
	best := time.Hour
	var verdict verifier.Verdict
	for range 2 {
		start := time.Now()
		plan := v.Plan(w.At, w.Now, []verifier.Presentation{{Kind: verifier.Certificate, Bytes: end, Certificates: others, PathOnly: true}})
		took := time.Since(start)
		answers := native.Run(plan.Checks())
		start = time.Now()
		verdict = plan.Conclude(answers)[0]
		took += time.Since(start)
		t.Logf("%v for %d checks: %s(%s)", took, len(plan.Checks()), verdict.Outcome(), verdict.Code())
		best = min(best, took)
	}
	if best > most {
		t.Errorf("took %v", best)
	}
	return verdict
}

// junk returns a certificate of this subject and issuer, of some size, that nobody has signed.
func junk(name testca.Name, i, size int) []byte {
	c := testca.Cert{
		Subject: name, Issuer: name, Key: testca.NewKey(testca.P256, "junk").Public(), RawSignature: rawBits(fmt.Sprintf("%08d", i)),
		Extensions: []testca.Ext{testca.BasicConstraints(true, -1)},
	}
	if size > 0 {
		c.Add(testca.Unknown("1.2.3.4", false, make([]byte, size)))
	}
	return testca.NewRoot(c, testca.NewKey(testca.P256, "junk")).DER
}

func rawBits(s string) []byte { return append([]byte{3, byte(1 + len(s)), 0}, s...) }

// alike returns large certificates of one name that differ in their last bytes alone.
func alike(name testca.Name, n int) (list [][]byte) {
	template := junk(name, 0, 60<<10)
	for i := range n {
		der := bytes.Clone(template)
		copy(der[len(der)-8:], fmt.Sprintf("%08d", i))
		list = append(list, der)
	}
	return list
}

func TestExplosionOfBagOfLargeCertificatesThatDifferAtTheirEnd(t *testing.T) {
	w := world.Unchecked(t)
	w.Certificates = alike(w.CA.Intermediate.Cert.Subject, 500)
	start := time.Now()
	w.Client()
	if took := time.Since(start); took > 3*most { // for each presentation that might need one
		t.Errorf("took %v", took)
	}
}

func TestExplosionOfCandidatesThatDifferAtTheirEnd(t *testing.T) {
	w := world.Unchecked(t)
	w.Certificates = alike(w.CA.Intermediate.Cert.Subject, 80)
	timed(t, w, w.CA.Issue(w.CA.Alice()), w.CA.Intermediate.DER)
}

func TestExplosionOfOCSPResponsesWithManySingles(t *testing.T) {
	w := world.Unchecked(t)
	w.Trust.Authorities[0].Status = verifier.StatusRequired
	alice := w.CA.Issue(w.CA.Alice())
	r := testocsp.ByAuthority(w.CA.Intermediate)
	r.Hash = crypto.SHA256
	one := r.Good(alice)
	single := one.Singles[0]
	single.ID.NameHash = testocsp.About(w.CA.Root, alice, crypto.SHA256).NameHash
	single.ID.KeyHash = make([]byte, 32)
	single.RawID, single.RawThisUpdate = nil, nil
	for len(one.Singles) < 64 {
		one.Singles = append(one.Singles, single)
	}
	one.Singles[0] = single
	template := r.Sign(one)
	for i := range 200 {
		der := bytes.Clone(template)
		der[len(der)-1], der[len(der)-2] = byte(i), byte(i>>8)
		w.Responses = append(w.Responses, der)
	}
	big := testca.Cert{Subject: w.CA.Intermediate.Cert.Subject, Extensions: []testca.Ext{testca.BasicConstraints(true, -1)}}
	big.RawKey = testca.RawSPKI(testca.Algorithm("1.2.3.4", nil), make([]byte, 60<<10))
	other := testca.NewRoot(big, testca.NewKey(testca.P256, "junk"))
	timed(t, w, alice, w.CA.Intermediate.DER, other.DER)
}

// hosts returns DNS names.
func hosts(n int, base string) (list names) {
	for i := range n {
		list = append(list, dns(fmt.Sprintf("%s%d.example.com", base, i)))
	}
	return list
}

// Many paths, each through issuers with many constraints, for many names.
func TestExplosionOfConstraintsOnEachOfManyPaths(t *testing.T) {
	w := deep(t)
	inter := w.CA.IntermediateCert()
	inter.Set(testca.BasicConstraints(true, -1), testca.NameConstraints(nil, hosts(1024, "excluded")))
	var others [][]byte
	last := w.CA.Root
	for depth := range 2 {
		key := testca.NewKey(testca.P256, fmt.Sprint("level ", depth))
		issuer := last
		for i := range 4 {
			c := inter
			c.Subject = testca.Name{{Type: testca.OIDCommonName, Value: fmt.Sprint("level ", depth)}}
			c.SubjectUniqueID = []byte{byte(i)}
			last = issuer.NewCA(c, key)
			others = append(others, last.DER)
		}
	}
	c := w.CA.Alice()
	c.Set(testca.SAN(hosts(110, strings.Repeat("a", 50))...)) // a tenth below the limit of one path
	timed(t, w, last.Issue(c), others...)
}

// Distinguished names must be prepared before they are compared.
func TestExplosionOfConstraintsOnDirectoryNames(t *testing.T) {
	w := world.Unchecked(t)
	directory := func(s string) testca.GeneralName {
		return testca.Directory(testca.Name{{Type: testca.OIDCommonName, Value: s}})
	}
	var excluded, subjects names
	for i := range 700 {
		excluded = append(excluded, directory(fmt.Sprint("excluded ", i)))
	}
	for i := range 350 {
		subjects = append(subjects, directory(strings.Repeat("Ж", 60)+fmt.Sprint(i)))
	}
	inter := w.CA.IntermediateCert()
	inter.Set(testca.NameConstraints(nil, excluded))
	ca := w.CA.Root.NewCA(inter, testca.NewKey(testca.P256, "directory"))
	c := w.CA.Alice()
	c.Set(testca.SAN(subjects...))
	timed(t, w, ca.Issue(c), ca.DER)
}

func TestExplosionOfLargeNamesUnderConstraints(t *testing.T) {
	w := world.Unchecked(t)
	inter := w.CA.IntermediateCert()
	inter.Set(testca.NameConstraints(nil, hosts(1024, "")))
	ca := w.CA.Root.NewCA(inter, testca.NewKey(testca.P256, "large"))
	c := w.CA.Alice()
	c.Set(testca.SAN(testca.DNS(strings.Repeat("A", 60<<10))))
	timed(t, w, ca.Issue(c), ca.DER)
	c.Set(testca.SAN(testca.Email(strings.Repeat("a", 60<<10) + "@example.com")))
	inter.Set(testca.NameConstraints(nil, mailboxes(1000)))
	ca = w.CA.Root.NewCA(inter, testca.NewKey(testca.P256, "large"))
	timed(t, w, ca.Issue(c), ca.DER)
}

func mailboxes(n int) (list names) {
	for i := range n {
		list = append(list, email(fmt.Sprintf("m%d.example", i)))
	}
	return list
}

func TestExplosionOfListsWithManyNames(t *testing.T) {
	w := world.New(t)
	var urls names
	for i := range 1024 {
		urls = append(urls, uri(fmt.Sprintf("http://a/%d", i)))
	}
	c := w.CA.Alice()
	var points []testcrl.Point
	for i := range 3 {
		points = append(points, testcrl.Point{FullName: append([]testca.GeneralName{testca.URI(fmt.Sprintf("http://b/%d", i))}, hosts(700, "a")...)})
	}
	c.Set(testcrl.CRLDP(points...))
	alice := w.CA.Issue(c)
	l := testcrl.List{}
	l.Set(testcrl.IDP(testcrl.Scope{FullName: urls}))
	for i := range 250 {
		l.ThisUpdate = testca.At.Add(-time.Duration(i) * time.Second)
		w.CRLs = append(w.CRLs, testcrl.Issue(w.CA.Intermediate, l))
	}
	timed(t, w, alice, w.CA.Intermediate.DER)
}

// Many CRL issuers of one name, that sign each other.
func TestExplosionOfListsOfIssuersThatSignEachOther(t *testing.T) {
	w := world.New(t)
	alice := w.CA.Issue(w.CA.Alice())
	inter := w.CA.IntermediateCert()
	var cas []*testca.CA
	for i := range 7 {
		cas = append(cas, w.CA.Root.NewCA(inter, testca.NewKey(testca.P256, fmt.Sprint("crl issuer ", i))))
	}
	for i, ca := range cas {
		w.Certificates = append(w.Certificates, ca.DER)
		for j, other := range cas {
			if i != j {
				w.Certificates = append(w.Certificates, other.NewCA(inter, ca.Key).DER)
			}
		}
	}
	for i, ca := range cas {
		for j := range 20 {
			l := testcrl.List{ThisUpdate: testca.At.Add(-time.Duration(i*20+j) * time.Second)}
			w.CRLs = append(w.CRLs, testcrl.Issue(ca, l))
		}
	}
	timed(t, w, alice, w.CA.Intermediate.DER)
}

// Issuers of lists whose own status hangs on the lists of all others, none of which covers every reason.
func TestExplosionOfListIssuersWhoseStatusHangsOnEachOther(t *testing.T) {
	w := world.New(t)
	const count = 25
	name := func(i int) testca.Name {
		return testca.Name{{Type: testca.OIDCommonName, Value: fmt.Sprint("list issuer ", i)}}
	}
	full := names{uri("http://a.example")}
	var points []testcrl.Point
	for i := range count {
		points = append(points, testcrl.Point{FullName: full, CRLIssuer: names{testca.Directory(name(i))}})
	}
	dp := testcrl.CRLDP(points...)
	w.CRLs = w.CRLs[:1]
	for i := range count {
		c := w.CA.Alice()
		c.Subject, c.Key = name(i), nil
		c.Set(testca.KeyUsage(testca.CRLSign), dp)
		ca := w.CA.Intermediate.NewCA(c, testca.NewKey(testca.P256, fmt.Sprint("list issuer ", i)))
		w.Certificates = append(w.Certificates, ca.DER)
		var l testcrl.List
		l.Set(testcrl.IDP(testcrl.Scope{FullName: full, Indirect: true, Reasons: []int{1 + i%4}}))
		w.CRLs = append(w.CRLs, testcrl.Issue(ca, l))
	}
	c := w.CA.Alice()
	c.Set(dp)
	timed(t, w, w.CA.Issue(c), w.CA.Intermediate.DER)
}

// As many lists of one issuer as a bag holds, all signed by it.
func TestExplosionOfListsOfOneIssuer(t *testing.T) {
	w := world.New(t)
	for i := range 250 {
		w.CRLs = append(w.CRLs, testcrl.Issue(w.CA.Intermediate, testcrl.List{ThisUpdate: testca.At.Add(-time.Duration(i) * time.Minute)}))
	}
	v := timed(t, w, w.CA.Issue(w.CA.Alice()), w.CA.Intermediate.DER)
	world.Rejected(t, v, verifier.CodeBudget, -1)
}

// Likewise of responses.
func TestOrderDecidesWhichOfTooManyResponsesCount(t *testing.T) {
	w, alice := aliceWith(t)
	responder := testocsp.ByAuthority(w.CA.Intermediate)
	for i := range 70 {
		r := responder.Good(alice)
		r.ProducedAt = testca.At.Add(-time.Duration(i) * time.Minute)
		w.Responses = append(w.Responses, responder.Sign(r))
	}
	w.Responses = append(w.Responses, responder.Sign(responder.Revoked(alice, testca.At, 1)))
	world.Rejected(t, w.Path(alice, w.CA.Intermediate.DER), verifier.CodeBudget, -1)
	w.Responses = w.Responses[40:]
	world.Rejected(t, w.Path(alice, w.CA.Intermediate.DER), verifier.CodeRevoked, 0)
}

// Among more lists than the budget allows to check one revokes: in whatever order they came, the answer is the same.
func TestOrderDecidesWhichOfTooManyListsCount(t *testing.T) {
	w, alice := aliceWith(t)
	revokes := list(w, revoking(alice, testcrl.Number(1000)))
	for i := range 100 {
		w.CRLs = append(w.CRLs, list(w, testcrl.List{ThisUpdate: testca.At.Add(-time.Duration(i) * time.Minute)}))
	}
	for _, crls := range [][][]byte{append([][]byte{revokes}, w.CRLs...), append(w.CRLs[:len(w.CRLs):len(w.CRLs)], revokes)} {
		w.CRLs = crls
		if v := w.Path(alice, w.CA.Intermediate.DER); v.Outcome() != verifier.Rejected {
			t.Errorf("%s", v.AppendJSON(nil))
		}
	}
}

// As many policies and mappings as certificates may have, on the longest path.
func TestExplosionOfPolicyMappings(t *testing.T) {
	w := deep(t)
	w.Trust.Authorities[0].Policies.RequireExplicit = true
	var all []testca.OID
	for i := range 5 {
		all = append(all, testca.OID(fmt.Sprint("1.2.3.", i)))
	}
	all = append(all, testca.OIDAnyPolicy)
	var pairs [][2]testca.OID
	for _, a := range all[:5] {
		for _, b := range all[:5] {
			pairs = append(pairs, [2]testca.OID{a, b})
		}
	}
	issuer := w.CA.Root
	var path [][]byte
	for i := range 8 {
		c := w.CA.IntermediateCert()
		c.Subject = testca.Name{{Type: testca.OIDCommonName, Value: fmt.Sprint("level ", i)}}
		c.Set(testca.BasicConstraints(true, -1), testca.Policies(all...), testca.PolicyMappings(pairs...))
		key := testca.NewKey(testca.P256, fmt.Sprint("level ", i))
		high := issuer
		for j := range 2 { // two certificates of each: 256 paths
			c.SubjectUniqueID = []byte{byte(j)}
			issuer = high.NewCA(c, key)
			path = append(path, issuer.DER)
		}
	}
	end := w.CA.Alice()
	end.Set(testca.Policies(all[0]))
	timed(t, w, issuer.Issue(end), path...)
}

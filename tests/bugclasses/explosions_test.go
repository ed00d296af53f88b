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

// most is what judging one presentation may take, without its signatures, however hostile it and the bag are. The
// machines that run this are slow at times: what explodes takes seconds.
const most = 100 * time.Millisecond

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
	w.Certificates = alike(w.CA.Intermediate.Cert.Subject, 250)
	start := time.Now()
	w.Client()
	if took := time.Since(start); took > 3*most { // for each presentation that might need one
		t.Errorf("took %v", took)
	}
}

func TestExplosionOfCandidatesThatDifferAtTheirEnd(t *testing.T) {
	w := world.Unchecked(t)
	w.Certificates = alike(w.CA.Intermediate.Cert.Subject, 40)
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

// uris returns an alternative name of many hosts, and constraints of many that do not hold them.
func hosts(n int, base string) (names []testca.GeneralName) {
	for i := range n {
		names = append(names, testca.DNS(fmt.Sprintf("%s%d.example.com", base, i)))
	}
	return names
}

func TestExplosionOfConstraints(t *testing.T) {
	w := world.Unchecked(t)
	inter := w.CA.IntermediateCert()
	inter.Set(testca.BasicConstraints(true, -1), testca.NameConstraints(nil, hosts(1024, "excluded")))
	root := w.CA.RootCert()
	root.Set(testca.BasicConstraints(true, -1))
	w.CA.Root = testca.NewRoot(root, w.CA.Root.Key)
	w.Trust.Authorities[0].Anchors = [][]byte{w.CA.Root.DER}
	// A forest in which every path runs through certificates of other names with constraints.
	var others [][]byte
	level := []*testca.CA{w.CA.Root}
	for depth := range 3 {
		var next []*testca.CA
		for i := range 4 {
			c := inter
			c.Subject = testca.Name{{Type: testca.OIDCommonName, Value: fmt.Sprint("level ", depth)}}
			var ca *testca.CA
			key := testca.NewKey(testca.P256, fmt.Sprint("level ", depth))
			c.SubjectUniqueID = []byte{byte(i)}
			ca = level[0].NewCA(c, key)
			next = append(next, ca)
			others = append(others, ca.DER)
		}
		level = next
	}
	c := w.CA.Alice()
	c.Set(testca.SAN(hosts(240, strings.Repeat("a", 50))...))
	timed(t, w, level[0].Issue(c), others...)
}

func TestExplosionOfDirectoryConstraints(t *testing.T) {
	w := world.Unchecked(t)
	var excluded, names []testca.GeneralName
	for i := range 700 {
		excluded = append(excluded, testca.Directory(testca.Name{{Type: testca.OIDCommonName, Value: fmt.Sprint("excluded ", i)}}))
	}
	long := testca.Name{}
	for range 60 {
		long = append(long, testca.Attr{Type: testca.OIDCommonName, Value: "a", Join: len(long) > 0 && false})
	}
	for i := range 350 {
		names = append(names, testca.Directory(testca.Name{{Type: testca.OIDCommonName, Value: fmt.Sprint("excluded x ", i, strings.Repeat("Ж", 60))}}))
	}
	inter := w.CA.IntermediateCert()
	inter.Set(testca.NameConstraints(nil, excluded))
	ca := w.CA.Root.NewCA(inter, testca.NewKey(testca.P256, "directory"))
	c := w.CA.Alice()
	c.Set(testca.SAN(names...))
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

func mailboxes(n int) (names []testca.GeneralName) {
	for i := range n {
		names = append(names, testca.Email(fmt.Sprintf("m%d.example", i)))
	}
	return names
}

func TestExplosionOfListsWithManyNames(t *testing.T) {
	w := world.New(t)
	var names []testca.GeneralName
	for i := range 1024 {
		names = append(names, testca.URI(fmt.Sprintf("http://a/%d", i)))
	}
	c := w.CA.Alice()
	var points []testcrl.Point
	for i := range 3 {
		points = append(points, testcrl.Point{FullName: append([]testca.GeneralName{testca.URI(fmt.Sprintf("http://b/%d", i))}, hosts(700, "a")...)})
	}
	c.Set(testcrl.CRLDP(points...))
	alice := w.CA.Issue(c)
	l := testcrl.List{}
	l.Set(testcrl.IDP(testcrl.Scope{FullName: names}))
	template := testcrl.Issue(w.CA.Intermediate, l)
	for i := range 250 {
		l.ChangeTBS = nil
		l.ThisUpdate = testca.At.Add(-time.Duration(i) * time.Second)
		w.CRLs = append(w.CRLs, testcrl.Issue(w.CA.Intermediate, l))
	}
	_ = template
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

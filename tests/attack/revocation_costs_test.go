package attack

import (
	"bytes"
	"encoding/binary"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/e2eid/e2eid/signature/native"
	"github.com/e2eid/e2eid/tests/testca"
	"github.com/e2eid/e2eid/tests/testcrl"
	"github.com/e2eid/e2eid/tests/testocsp"
	"github.com/e2eid/e2eid/tests/world"
	"github.com/e2eid/e2eid/verifier"
	"github.com/e2eid/e2eid/wasm/abi"
)

// verifier/limits.go, maxCompared: what it takes to find the responses about a certificate is counted by size, some 20 ms.
// The name that a response gives its responder is compared as well.
func TestNamesOfRespondersAreCounted(t *testing.T) {
	short, long := planningResponses(t, 4), planningResponses(t, 1900)
	t.Logf("with short names %v, with long ones %v", short, long)
	if long > 200*time.Millisecond && long > 3*short {
		t.Errorf("planning takes %v where responders have long names, %v where they have short ones", long, short)
	}
}

// planningResponses returns how long planning takes with a bag full of responses about a certificate that has many
// candidate issuers, from responders of such names.
func planningResponses(t *testing.T, size int) time.Duration {
	w := world.Unchecked(t)
	w.Trust.Authorities[0].Status = verifier.StatusRequired
	alice := w.CA.Issue(w.CA.Alice())
	issuer := testocsp.ByAuthority(w.CA.Intermediate)
	var bag verifier.Bag
	for i := range 4096 {
		r := issuer.Good(alice)
		r.RawName = testca.Name{
			{Type: testca.OIDOrganization, Value: strings.Repeat("\u0250", size) + strconv.Itoa(i)},
			{Type: testca.OIDCommonName, Value: "x"}, // as many as the issuer's name has
		}.DER()
		if err := bag.AddOCSP(issuer.Sign(r)); err != nil {
			t.Fatal(err)
		}
	}
	v := newVerifier(t, w.Trust.Authorities...)
	v.Use(&bag)
	p := verifier.Presentation{Kind: verifier.Certificate, Bytes: alice, Certificates: [][]byte{w.CA.Intermediate.DER}, PathOnly: true}
	for i := range 40 {
		c := w.CA.IntermediateCert()
		c.NotAfter = c.NotAfter.Add(time.Duration(i+1) * time.Second)
		c.Key = w.CA.Intermediate.Key.Public()
		p.Certificates = append(p.Certificates, w.CA.Root.Issue(c))
	}
	best := time.Hour // of several: other work on the machine makes one longer
	for range 5 {
		start := time.Now()
		v.Plan(w.At, w.Now, []verifier.Presentation{p})
		best = min(best, time.Since(start))
	}
	return best
}

// An answer of the module must not be many times as large as what was asked: items of a bag that are refused are listed,
// and take 5 bytes each.
func TestBagOfNothingDoesNotFillTheMemory(t *testing.T) {
	m := abi.New()
	const config = `{"authorities":[]}`
	request := binary.BigEndian.AppendUint32(nil, uint32(len(config)))
	if got := m.Dispatch(nil, "configure", append(request, config...)); got[0] != 0 {
		t.Fatalf("%q", got)
	}
	const items = 1 << 18
	request = binary.BigEndian.AppendUint32(nil, items)
	request = append(request, bytes.Repeat([]byte{1, 0, 0, 0, 0}, items)...)
	response := m.Dispatch(nil, "bag", request)
	if len(response) > 4*len(request) {
		t.Errorf("%d bytes for a request of %d", len(response), len(request))
	}
}

// docs/x509.md: "An undetermined verdict names the CRL that is missing: an address that the certificate's issuer has
// signed, or the issuer's name", also where there is no CRL at all.
func TestUndeterminedVerdictNamesTheMissingCRL(t *testing.T) {
	w := world.New(t)
	alice := w.CA.Issue(w.CA.Alice())
	for _, crls := range [][][]byte{{testcrl.Issue(w.CA.Root, testcrl.List{})}, nil} {
		w.CRLs = crls
		v := w.Path(alice, w.CA.Intermediate.DER)
		if v.Outcome() != verifier.Undetermined || len(v.Missing()) == 0 {
			t.Errorf("with %d CRLs: %s(%s), missing %v", len(crls), v.Outcome(), v.Code(), v.Missing())
		}
	}
}

// verifier/verdict.go, Identity: "Identifiers are all that the authority may assert of this credential … ID is one."
func TestIdentifierOfAWildcardIsOneOfTheIdentifiers(t *testing.T) {
	w := world.New(t)
	c := w.CA.Alice()
	c.Set(testca.SAN(testca.DNS("*.example.com"), testca.DNS("example.com")))
	w.Trust.Authorities[0].Scope = world.Scope(t, "example.com", ".example.com")
	v := w.Names("dns:host.example.com", w.CA.Issue(c), w.CA.Intermediate.DER)
	world.Verified(t, v)
	id, _ := v.Identity()
	for _, one := range id.Identifiers {
		if one == id.ID {
			return
		}
	}
	t.Errorf("ID %q is not among %q", id.ID, id.Identifiers)
}

// Bag.AddCRL takes a CRL that is there already for the same one. A response that several bring must not end the budget
// either.
func TestResponseThatIsBroughtManyTimesIsOne(t *testing.T) {
	w := world.New(t)
	alice := w.CA.Issue(w.CA.Alice())
	for range 65 {
		w.CRLs = append(w.CRLs, w.CRLs[1])
		w.Responses = append(w.Responses, stapled(w, alice))
	}
	world.Verified(t, w.Path(alice, w.CA.Intermediate.DER))
}

// Plan.Conclude: "Answers that do not fit the checks make every verdict rejected(internal), and so does a second call."
func TestPlanIsConcludedOnce(t *testing.T) {
	w := world.New(t)
	alice := w.CA.Issue(w.CA.Alice())
	v := w.Client()
	p := verifier.Presentation{Kind: verifier.Certificate, Bytes: alice, Certificates: [][]byte{w.CA.Intermediate.DER}, PathOnly: true}
	plan := v.Plan(w.At, w.Now, []verifier.Presentation{p})
	answers := native.Run(plan.Checks())
	world.Rejected(t, plan.Conclude(answers[1:])[0], verifier.CodeInternal, -1)
	world.Rejected(t, plan.Conclude(answers)[0], verifier.CodeInternal, -1)
}

// What a plan was made with stays, whatever the verifier is given before it is concluded, and whatever another plan
// learned.
func TestPlansKeepTheirBag(t *testing.T) {
	w := world.New(t)
	alice := w.CA.Issue(w.CA.Alice())
	p := verifier.Presentation{Kind: verifier.Certificate, Bytes: alice, Certificates: [][]byte{w.CA.Intermediate.DER}, PathOnly: true}
	v := w.Client()
	good := v.Plan(w.At, w.Now, []verifier.Presentation{p})
	revoking := *w
	revoking.CRLs = [][]byte{rootCRL(w), testcrl.Issue(w.CA.Intermediate, testcrl.List{Entries: compromised(alice)})}
	var bag verifier.Bag
	for _, der := range revoking.CRLs {
		if err := bag.AddCRL(der); err != nil {
			t.Fatal(err)
		}
	}
	v.Use(&bag)
	bad := v.Plan(w.At, w.Now, []verifier.Presentation{p})
	v.Use(nil)
	none := v.Plan(w.At, w.Now, []verifier.Presentation{p})
	world.Rejected(t, bad.Conclude(native.Run(bad.Checks()))[0], verifier.CodeRevoked, 0)
	world.Verified(t, good.Conclude(native.Run(good.Checks()))[0])
	if v := none.Conclude(native.Run(none.Checks()))[0]; v.Outcome() != verifier.Undetermined {
		t.Errorf("with an empty bag: %s(%s)", v.Outcome(), v.Code())
	}
}

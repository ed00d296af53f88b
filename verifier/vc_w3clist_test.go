package verifier_test

import (
	"errors"
	"strconv"
	"strings"
	"testing"

	"github.com/e2eid/e2eid/revocation/statuslist"
	"github.com/e2eid/e2eid/signature/native"
	"github.com/e2eid/e2eid/tests/testvc"
	"github.com/e2eid/e2eid/verifier"
)

// A provenList is a good vp whose status list has Data Integrity proofs of the keys a and b; b's is over a's as well.
type provenList struct {
	*vpWorld
	keys    [2]*testvc.Key
	options [2]string
	keep    []int
	late    func(string) string
}

func newProvenList(t testing.TB) *provenList {
	w := &provenList{vpWorld: newVPWorld(t), keep: []int{0}}
	keys := w.issuer.JWK(`,"kid":"k1"`)
	for i, alg := range []string{"EdDSA", "ES256"} {
		w.keys[i] = testvc.NewKey(t, alg)
		id := string(rune('a' + i))
		keys += "," + w.keys[i].JWK(`,"kid":"`+id+`"`)
		suite := []string{"eddsa-jcs-2022", "ecdsa-jcs-2019"}[i]
		w.options[i] = `{"type":"DataIntegrityProof","id":"urn:` + id + `","cryptosuite":"` + suite + `","created":"2025-06-15T01:00:00Z","verificationMethod":"https://issuer.example#` + id + `","proofPurpose":"assertionMethod"}`
	}
	replace(&w.options[1], `"type"`, `"previousProof":"urn:a","type"`)
	w.trust.Authorities[0].Issuers[0].Keys = []byte(`{"keys":[` + keys + `]}`)
	return w
}

func (w *provenList) text(t testing.TB) string {
	first := w.keys[0].Prove(t, w.list, w.options[0])
	var previous []string
	if strings.Contains(w.options[1], "previousProof") {
		previous = []string{first}
	}
	proofs := []string{first, w.keys[1].Prove(t, w.list, w.options[1], previous...)}
	var kept []string
	for _, i := range w.keep {
		kept = append(kept, proofs[i])
	}
	text := testvc.WithProofs(w.list, kept...)
	if w.late != nil {
		text = w.late(text)
	}
	return text
}

// judge returns the verdict, and why the bag refused a list.
func (w *provenList) judgeWith(t testing.TB, lists ...string) (verifier.Verdict, error) {
	t.Helper()
	v, err := verifier.New(w.trust)
	if err != nil {
		t.Fatal(err)
	}
	bag := &verifier.Bag{}
	var refused error
	for _, l := range lists {
		refused = errors.Join(refused, bag.AddStatusList([]byte(l)))
	}
	v.Use(bag)
	p := w.presentation
	p.Bytes = []byte(w.vpSigner.Sign(t, w.vpHeader, strings.ReplaceAll(w.vp, "TOKEN", w.issuer.Sign(t, w.vcHeader, w.vc))))
	plan := v.Plan(w.at, w.at, []verifier.Presentation{p})
	return plan.Conclude(native.Run(plan.Checks()))[0], refused
}

func TestAStatusListWithDataIntegrityProofs(t *testing.T) {
	helper = t
	option := func(i int, old, new string) func(w *provenList) {
		return func(w *provenList) { replace(&w.options[i], old, new) }
	}
	keep := func(which ...int) func(w *provenList) { return func(w *provenList) { w.keep = which } }
	both := func(changes ...func(w *provenList)) func(w *provenList) {
		return func(w *provenList) {
			for _, change := range changes {
				change(w)
			}
		}
	}
	list := func(old, new string) func(w *provenList) { return func(w *provenList) { replace(&w.list, old, new) } }
	late := func(old, new string) func(w *provenList) {
		return func(w *provenList) { w.late = func(s string) string { replace(&s, old, new); return s } }
	}
	const nothing = verifier.CodeRevocationUnavailable
	set := option(1, `"previousProof":"urn:a",`, "")
	format, unsupported := statuslist.ErrFormat, statuslist.ErrUnsupported
	for name, c := range map[string]struct {
		change  func(w *provenList)
		code    verifier.Code
		refused error // by the bag, nil if it is not
	}{
		"one":                          {func(*provenList) {}, "", nil},
		"a chain":                      {keep(0, 1), "", nil},
		"a set":                        {both(set, keep(0, 1)), "", nil},
		"a set in the other order":     {both(set, keep(1, 0)), "", nil},
		"another layout":               {late(`{"@context"`, "{ \n\t\"@context\""), "", nil},
		"a name with an escape":        {late(`"issuer"`, `"\u0069ssuer"`), "", nil},
		"revoked":                      {list(noneRevoked, setBit(94567)), verifier.CodeRevoked, nil},
		"revoked by a chain":           {both(keep(0, 1), list(noneRevoked, setBit(94567))), verifier.CodeRevoked, nil},
		"a bit beside":                 {list(noneRevoked, setBit(94566)), "", nil},
		"revoked after it was signed":  {late(noneRevoked, setBit(94567)), nothing, nil},
		"a bit beside, after":          {late(noneRevoked, setBit(94566)), nothing, nil},
		"a member added after":         {late(`"issuer"`, `"name":"x","issuer"`), nothing, nil},
		"by a stranger":                {func(w *provenList) { w.keys[0] = testvc.NewKey(helper, "EdDSA") }, nothing, nil},
		"the second by a stranger":     {both(set, keep(0, 1), func(w *provenList) { w.keys[1] = newES256() }), nothing, nil},
		"the first by a stranger":      {both(set, keep(0, 1), func(w *provenList) { w.keys[0] = testvc.NewKey(helper, "EdDSA") }), nothing, nil},
		"the last of a chain":          {both(keep(0, 1), func(w *provenList) { w.keys[1] = newES256() }), nothing, nil},
		"by a key that is unknown":     {option(0, "#a", "#x"), nothing, nil},
		"by another's key":             {option(0, "https://issuer.example#a", "https://evil.example#a"), nothing, nil},
		"by a URL without a key":       {option(0, "https://issuer.example#a", "https://issuer.example#"), nothing, nil},
		"by the issuer":                {option(0, "https://issuer.example#a", "https://issuer.example"), nothing, nil},
		"by the kid alone":             {option(0, "https://issuer.example#a", "a"), "", nil},
		"one of two by unknown":        {both(set, keep(0, 1), option(1, "#b", "#x")), nothing, nil},
		"under another's name":         {option(0, "#a", "#k1"), nothing, nil},
		"by a stranger, who is named":  {func(w *provenList) { w.strangers() }, nothing, nil},
		"of another issuer":            {list("https://issuer.example", "https://evil.example"), nothing, nil},
		"of another id":                {list(listURI, listURI+"0"), nothing, nil},
		"of another purpose":           {list(`"statusPurpose":"revocation"`, `"statusPurpose":"suspension"`), verifier.CodeNotCovered, nil},
		"that has ended":               {list("2025-06-16T00:00:00Z", "2025-06-15T00:00:01Z"), verifier.CodeStaleRevocation, nil},
		"a proof that has ended":       {option(0, `"created"`, `"expires":"2025-06-15T02:00:00Z","created"`), verifier.CodeStaleRevocation, nil},
		"a proof from the future":      {option(0, "2025-06-15T01", "2025-06-15T23"), verifier.CodeClock, nil},
		"a list from the future":       {list("2025-06-15T00:00:00Z", "2025-06-15T23:00:00Z"), verifier.CodeClock, nil},
		"dates of the data model 1.1":  {both(list("validFrom", "issuanceDate"), list("validUntil", "expirationDate")), "", nil},
		"ended in the words of 1.1":    {list(`"validUntil"`, `"expirationDate":"2025-06-15T00:00:01Z","validUntil"`), verifier.CodeStaleRevocation, nil},
		"no date but created":          {list(`"validFrom":"2025-06-15T00:00:00Z",`, ``), "", nil},
		"no date":                      {both(list(`"validFrom":"2025-06-15T00:00:00Z",`, ``), option(0, `"created":"2025-06-15T01:00:00Z",`, ``)), nothing, format},
		"one to authenticate":          {option(0, "assertionMethod", "authentication"), nothing, format},
		"one for a domain":             {option(0, `"created"`, `"domain":"a.example","created"`), nothing, format},
		"one for a challenge":          {option(0, `"created"`, `"challenge":"1","created"`), nothing, format},
		"a suite on RDF":               {option(0, "eddsa-jcs-2022", "eddsa-rdfc-2022"), nothing, unsupported},
		"one of two of a suite on RDF": {both(set, keep(0, 1), option(1, "ecdsa-jcs-2019", "ecdsa-rdfc-2019")), nothing, unsupported},
		"no proof":                     {keep(), nothing, format},
		"without what a later covers":  {keep(1), nothing, format},
		"a proof twice":                {keep(0, 0), nothing, format},
		"names twice":                  {late(`"issuer"`, `"type":[],"issuer"`), nothing, format},
		"an exp of JWTs":               {list(`"issuer"`, `"exp":1750009999,"issuer"`), nothing, format},
		"an iss of JWTs":               {list(`"issuer"`, `"iss":"https://issuer.example","issuer"`), nothing, format},
		"an aud of JWTs":               {list(`"issuer"`, `"aud":"a","issuer"`), nothing, format},
		"a proof with other contexts":  {late(`"created"`, `"@context":["https://a.example"],"created"`), nothing, nil},
		"a status of its own":          {list(`"issuer"`, `"credentialStatus":{},"issuer"`), nothing, format},
		"no id":                        {list(`"id":"`+listURI+`",`, ``), nothing, format},
		"no issuer":                    {list(`"issuer":"https://issuer.example",`, ``), nothing, format},
		"a credential of another type": {list("BitstringStatusListCredential", "EmployeeCredential"), nothing, unsupported},
		"more than 256 KiB":            {late(`"issuer"`, `"x":"`+strings.Repeat("x", 256<<10)+`","issuer"`), nothing, statuslist.ErrLimit},
		"many members":                 {late(`"issuer"`, `"x":[`+strings.Repeat("1,", 1<<10)+`1],"issuer"`), nothing, statuslist.ErrLimit},
		"nine proofs":                  {late(`"proof":`, `"proof":[`+strings.Repeat("{},", 8)+`{}],"_":`), nothing, statuslist.ErrLimit},
		"StatusList2021":               {func(w *provenList) { to2021(w.vpWorld) }, "", nil},
		"StatusList2021, revoked":      {func(w *provenList) { to2021(w.vpWorld); replace(&w.list, noneRevoked, setBit(94567)) }, verifier.CodeRevoked, nil},
	} {
		w := newProvenList(t)
		c.change(w)
		v, refused := w.judgeWith(t, w.text(t))
		if v.Code() != c.code || !errors.Is(refused, c.refused) || (v.Outcome() == verifier.Verified) != (c.code == "") {
			t.Errorf("%s: %s, want %s; refused %v, want %v\n%s", name, v.Code(), c.code, refused, c.refused, v.AppendJSON(nil))
		}
	}
}

// strangers has a key sign that is a URL by itself, and no key of the issuer's.
func (w *provenList) strangers() {
	w.keys[0] = testvc.NewKey(helper, "EdDSA")
	replace(&w.options[0], "https://issuer.example#a", w.keys[0].DIDKey()+"#"+w.keys[0].Multikey())
}

// Issuers by x5c sign with certificates, which no proof has.
func TestAProofIsNoneOfAnIssuerWithCertificates(t *testing.T) {
	ca := newCAWorld(t)
	w := newProvenList(t)
	w.trust.Authorities[0].Anchors = ca.trust.Authorities[0].Anchors
	w.trust.Authorities[0].Issuers = append(w.trust.Authorities[0].Issuers, verifier.Issuer{ID: "https://lists.example", X5C: true})
	replace(&w.list, "https://issuer.example", "https://lists.example")
	if v, refused := w.judgeWith(t, w.text(t)); v.Code() != verifier.CodeRevocationUnavailable || refused != nil {
		t.Errorf("%v\n%s", refused, v.AppendJSON(nil))
	}
}

// Every way to secure a list says the same of the same list, and what any of them revokes is revoked.
func TestTheWaysToSecureABitstringStatusList(t *testing.T) {
	w := newProvenList(t)
	cose := func(label int, value any) string {
		s := testvc.Sign1{Protected: []testvc.Pair{{Key: 1, Value: -7}, {Key: 16, Value: "application/vc+cose"}, {Key: 4, Value: []byte("k1")}}, Payload: []byte(w.list)}
		if label != 0 {
			s.Set(label, value)
		}
		return string(w.issuer.SignCOSE(t, s))
	}
	ways := map[string]func() string{
		"vc+jwt": func() string { return w.issuer.Sign(t, `{"alg":"ES256","typ":"vc+jwt","kid":"k1"}`, w.list) },
		"JWT-VC": func() string {
			return w.issuer.Sign(t, `{"alg":"ES256","typ":"JWT","kid":"k1"}`, `{"iss":"https://issuer.example","nbf":1749945600,"exp":1750032000,"jti":"`+listURI+`","vc":`+w.list+`}`)
		},
		"vc+cose":                     func() string { return cose(0, nil) },
		"vc+cose with a content type": func() string { return cose(3, "application/vc") },
		"vc+cose without a tag": func() string {
			return string(w.issuer.SignCOSE(t, testvc.Sign1{
				Protected: []testvc.Pair{{Key: 1, Value: -7}, {Key: 16, Value: "application/vc+cose"}, {Key: 4, Value: []byte("k1")}}, Payload: []byte(w.list),
				Wrap: func(parts []any) any { return parts },
			}))
		},
		"a proof": func() string { w.keep = []int{0}; return w.text(t) },
		"a chain": func() string { w.keep = []int{0, 1}; return w.text(t) },
	}
	good, lists := w.list, map[string]string{}
	for name, way := range ways {
		lists[name] = way()
		if v, err := w.judgeWith(t, lists[name]); v.Outcome() != verifier.Verified || err != nil {
			t.Errorf("%s: %v, %s", name, err, v.Code())
		}
	}
	replace(&w.list, noneRevoked, setBit(94567))
	for name, way := range ways {
		revoking := way()
		for other, list := range lists {
			for _, order := range [][]string{{revoking, list}, {list, revoking}} {
				if v, err := w.judgeWith(t, order...); v.Code() != verifier.CodeRevoked || err != nil {
					t.Errorf("%s beside %s: %v, %s", name, other, err, v.Code())
				}
			}
		}
	}
	w.list = good
	for name, c := range map[string]struct {
		label int
		value any
		want  error
	}{
		"typ of a vp":               {16, "application/vp+cose", statuslist.ErrUnsupported},
		"typ of a CWT":              {16, "application/statuslist+cwt", nil},
		"content type of a vp":      {3, "application/vp", statuslist.ErrFormat},
		"content type as a number":  {3, 50, statuslist.ErrFormat},
		"a header that is critical": {2, []any{16}, nil},
	} {
		v, err := w.judgeWith(t, cose(c.label, c.value))
		if err == nil || c.want != nil && !errors.Is(err, c.want) || v.Code() != verifier.CodeRevocationUnavailable {
			t.Errorf("%s: %v, %s", name, err, v.Code())
		}
	}
}

// Anybody can write a list with a proof in other forms, and take proofs away: they take no room of their own.
func TestAProvenListInManyFormsTakesTheRoomOfOne(t *testing.T) {
	w := newProvenList(t)
	replace(&w.list, noneRevoked, gzipped(make([]byte, 15<<20)))
	text := w.text(t)
	var lists []string
	for i := range 8 {
		lists = append(lists, strings.Replace(text, "{", "{"+strings.Repeat(" ", i), 1))
	}
	if v, err := w.judgeWith(t, lists...); v.Outcome() != verifier.Verified || err != nil {
		t.Errorf("%v\n%s", err, v.AppendJSON(nil))
	}
}

// Lists that nobody signed cost no more than a plan has for them, and what that leaves out makes nothing good.
func TestProvenListsThatNobodySignedCostLittle(t *testing.T) {
	w := newProvenList(t)
	keys := w.issuer.JWK("")
	for range 40 {
		keys += "," + testvc.NewKey(t, "EdDSA").JWK("")
	}
	w.trust.Authorities[0].Issuers[0].Keys = []byte(`{"keys":[` + keys + `]}`)
	good := w.issuer.Sign(t, `{"alg":"ES256","typ":"vc+jwt","kid":"k1"}`, w.list)
	document, options := w.list, w.options[0]
	var proofs []string
	for i := range 8 {
		proofs = append(proofs, w.keys[0].Prove(t, document, strings.Replace(options, "urn:a", "urn:"+string(rune('a'+i)), 1)))
	}
	forged := testvc.WithProofs(document, proofs...)
	for name, c := range map[string]struct {
		lists int
		pad   string
		code  verifier.Code
	}{
		"a small one":    {1, "", verifier.CodeBudget}, // 8 proofs of 40 keys each
		"many large":     {60, strings.Repeat("x", 240<<10), verifier.CodeBudget},
		"many that fail": {250, "", verifier.CodeBudget},
	} {
		v, err := verifier.New(w.trust)
		if err != nil {
			t.Fatal(err)
		}
		bag := &verifier.Bag{}
		for i := range c.lists {
			l := strings.Replace(forged, `"issuer"`, `"x":"`+strconv.Itoa(i)+c.pad+`","issuer"`, 1)
			if err := bag.AddStatusList([]byte(l)); err != nil {
				t.Fatal(err)
			}
		}
		if err := bag.AddStatusList([]byte(good)); err != nil {
			t.Fatal(err)
		}
		v.Use(bag)
		p := w.presentation
		p.Bytes = []byte(w.vpSigner.Sign(t, w.vpHeader, strings.ReplaceAll(w.vp, "TOKEN", w.issuer.Sign(t, w.vcHeader, w.vc))))
		plan := v.Plan(w.at, w.at, []verifier.Presentation{p})
		checks := plan.Checks()
		if got := plan.Conclude(native.Run(checks))[0].Code(); got != c.code || len(checks) > 64*c.lists+8 {
			t.Errorf("%s: %q, want %q; %d checks", name, got, c.code, len(checks))
		}
	}
}

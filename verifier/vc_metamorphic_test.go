package verifier_test

import (
	"encoding/base64"
	"fmt"
	"maps"
	"math/rand/v2"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/e2eid/e2eid/signature/native"
	"github.com/e2eid/e2eid/tests/testca"
	"github.com/e2eid/e2eid/tests/testvc"
	"github.com/e2eid/e2eid/verifier"
)

// E2EID_MUTANTS is how many mutants there are of each scene, E2EID_SEED what they begin with.
func number(variable string, otherwise int) int {
	if n, err := strconv.Atoi(os.Getenv(variable)); err == nil {
		return n
	}
	return otherwise
}

func sceneOf(t testing.TB, name string) *scene {
	s := newScene(t)
	s.name = name
	scenes[name](t, s)
	if s.p.Bytes == nil {
		s.p.Bytes = []byte(s.present(s.alice()))
	}
	s.donors = []string{string(s.p.Bytes), s.present(s.own()), s.present(s.forged())}
	switch {
	case s.wrap != nil:
		s.donors[0] = s.present(s.alice())
	case s.p.Kind != verifier.BareToken: // what Alice has presented to Mallory, and another time
		good := *s
		s.aud = "mailto:mallory@example.com"
		s.donors = append(s.donors, s.present(s.alice()))
		s.aud, s.nonce = good.aud, "n-of-another-day"
		s.donors = append(s.donors, s.present(s.alice()))
		s.aud, s.nonce = good.aud, good.nonce
	}
	return s
}

func (s *scene) mutator(seed uint64) *mutator {
	var stream uint64
	for _, c := range s.name {
		stream = 31*stream + uint64(c)
	}
	m := &mutator{Rand: rand.New(rand.NewPCG(seed, stream)), t: s.t, donors: s.donors, keys: []*testvc.Key{s.mallory, s.evil}, counts: map[string]int{}}
	m.values = map[*testvc.Key]any{s.mallory: s.mallory.DID(), s.evil: "https://evil.example#k1"}
	m.texts = []string{"", "x", "none", "HS256", "alice@example.com", "mallory@example.com", s.id, "https://evil.example", s.holder.DID(), s.mallory.DID(), s.mallory.DIDKey(), s.aud, s.nonce,
		"k1", "k2", listURI, listURI + "0", "dc+sd-jwt", "vc+sd-jwt", "vc+jwt", "vp+jwt", "JWT", "kb+jwt", "VerifiableCredential", "VerifiablePresentation", "EnvelopedVerifiableCredential",
		"https://www.w3.org/ns/credentials/v2", "https://www.w3.org/2018/credentials/v1", "assertionMethod", "authentication", "eddsa-jcs-2022", "ecdsa-jcs-2019", "2030-01-01T00:00:00Z", "sha-256"}
	// A certificate of her own making for her issuer's key that names Alice's issuer.
	own := testca.New(testca.Options{Seed: "mallory", NoStatus: true})
	leaf := testca.Cert{Subject: testca.Name{{Type: testca.OIDCommonName, Value: "issuer"}}, Key: s.evil.Public(),
		Extensions: []testca.Ext{testca.KeyUsage(testca.DigitalSignature), testca.SAN(testca.URI("https://issuer.example"))}}
	m.header = map[string]string{"x5c": `["` + base64.StdEncoding.EncodeToString(own.Root.Issue(leaf)) + `"]`}
	return m
}

// client is a new one that trusts what the scene does.
func (s *scene) client() *verifier.Verifier {
	v, err := verifier.New(s.trust)
	if err != nil {
		s.t.Fatal(err)
	}
	if s.prepare != nil {
		s.prepare(v)
	}
	return v
}

// bagged has a client judge with a bag of these, of which any may be refused.
func (s *scene) bagged(v *verifier.Verifier, status, documents [][]byte) {
	b := &verifier.Bag{}
	for _, l := range status {
		b.AddStatusList(l)
		b.AddStatusAssertion(l)
	}
	for _, d := range documents {
		b.AddIssuerDocument(d)
	}
	v.Use(b)
}

// good is what the bag of the scene has about status.
func (s *scene) good() [][]byte {
	if s.alone {
		return nil
	}
	return [][]byte{s.list(s.issuer, false), s.list(s.evil, false)} // hers speaks for her authority
}

// judge asks once for Alice and once who it is.
func (s *scene) judge(v *verifier.Verifier, at, now time.Time, text []byte) []verifier.Verdict {
	forAlice, whoever := s.p, s.p
	forAlice.Bytes, whoever.Bytes = text, text
	whoever.Expected, whoever.Discover = nil, true
	plan := v.Plan(at, now, []verifier.Presentation{forAlice, whoever})
	return plan.Conclude(native.Run(plan.Checks()))
}

func alike(a, b []verifier.Verdict) bool {
	return slices.EqualFunc(a, b, func(a, b verifier.Verdict) bool { return string(a.AppendJSON(nil)) == string(b.AppendJSON(nil)) })
}

// essence is what two presentations share of which one is as good as the other. They differ in no more than
//   - white space, order of members and escapes of JSON that has a Data Integrity proof, which canonical JSON does not have, and the array
//     around a proof that is one, nor, where the proof has contexts of its own
//     (eddsa-jcs-2022, Section 3.3.2), those behind them and an array around one;
//   - the serialization of an SD-JWT, and there members that nothing protects;
//   - the tag, the base64 and the unprotected header of the outermost COSE message;
//   - of a bare token, which nobody has signed but the issuer: the other signature of ECDSA, and disclosures left out.
func (s *scene) essence(text string) string {
	if s.wrap != nil || text == "" {
		return text
	}
	if raw, err := base64.StdEncoding.DecodeString(text); err == nil {
		text = string(raw)
	} else if raw, err := base64.RawURLEncoding.DecodeString(text); err == nil {
		text = string(raw)
	}
	if v, rest, err := uncbor([]byte(text)); err == nil && len(rest) == 0 {
		if tag, ok := v.(testvc.Tag); ok {
			v = tag.Content
		}
		if parts, ok := v.([]any); ok && len(parts) == 4 {
			return fmt.Sprintf("%x %x %x", parts[0], parts[2], parts[3])
		}
	}
	if object, ok := parsed(text); ok {
		if get(object, "payload") == nil {
			return unarrayed(text)
		}
		signature := object
		if list, ok := get(object, "signatures").([]any); ok && len(list) == 1 {
			signature, _ = list[0].([]member)
		}
		header, _ := get(signature, "header").([]member)
		text = fmt.Sprint(get(signature, "protected"), ".", get(object, "payload"), ".", get(signature, "signature"))
		disclosures, _ := get(header, "disclosures").([]any)
		for _, d := range append(disclosures, "") {
			text += fmt.Sprint("~", d)
		}
		if kb := get(header, "kb_jwt"); kb != nil {
			text += fmt.Sprint(kb)
		}
	}
	if s.p.Kind == verifier.BareToken {
		parts := strings.Split(text, "~")
		jwt := strings.Split(parts[0], ".")
		if len(jwt) == 3 {
			jwt[2] = min(jwt[2], negated(jwt[2]))
			text = strings.Join(jwt, ".")
		}
		for _, d := range parts[1:] {
			if !strings.Contains(string(s.p.Bytes), "~"+d+"~") && d != "" {
				text += "~" + d
			}
		}
	}
	return text
}

// unarrayed is a document with a Data Integrity proof, the same for those that are as good.
func unarrayed(text string) string {
	object, ok := parsed(text)
	if !ok {
		return text
	}
	if proofs, ok := get(object, "proof").([]any); ok && len(proofs) == 1 {
		object = set(object, "proof", proofs[0])
	}
	proof, _ := get(object, "proof").([]member)
	have, isList := get(object, "@context").([]any)
	if !isList {
		have = []any{get(object, "@context")}
	}
	if own, ok := get(proof, "@context").([]any); ok && len(own) <= len(have) && written(have[:len(own)]) == written(own) {
		object = set(object, "@context", own)
	}
	return sortedJSON(written(object))
}

// hold names who a mutant is verified as, "" if as nobody, and complains if that is not right.
func (s *scene) hold(text string, verdicts []verifier.Verdict) string {
	who := ""
	for _, v := range verdicts {
		id, ok := v.Identity()
		if !ok {
			continue
		}
		others := slices.DeleteFunc(slices.Clone(id.Identifiers), func(x string) bool { return x == id.ID })
		switch {
		case id.Authority == "corp" && id.ID == "mailto:alice@example.com" && len(others) == 0:
			who = "Alice"
			if s.essence(text) != s.essence(string(s.p.Bytes)) {
				s.t.Errorf("verified as Alice, who has not presented it:\n%v %q\n%s", s.how, text, v.AppendJSON(nil))
			}
		case id.Authority == "corp" && id.ID == "mailto:mallory@example.com" && len(others) == 0 && !slices.Contains(s.p.Expected, id.ID):
			who = "Mallory"
		case id.Authority == "evil" && strings.HasSuffix(id.ID, "@evil.example"):
			who = "evil.example"
		default:
			s.t.Errorf("verified as somebody whom nobody has named:\n%v %q\n%s", s.how, text, v.AppendJSON(nil))
		}
	}
	return who
}

// What Mallory makes of Alice's presentation, of her own and of those of her own authority is never Alice's, whatever is
// changed at whatever depth, and whatever of it she signs. A client that has seen all of them says the same as a new one.
func TestNoMutantIsAlice(t *testing.T) {
	counts, outcomes := map[string]int{}, map[string]int{}
	for _, name := range slices.Sorted(maps.Keys(scenes)) {
		t.Run(strings.ReplaceAll(name, " ", "_"), func(t *testing.T) {
			helper = t
			s := sceneOf(t, name)
			m := s.mutator(uint64(number("E2EID_SEED", 1)))
			v := s.client()
			s.bagged(v, s.good(), s.documents)
			honest := s.judge(v, s.at, s.at, s.p.Bytes)
			if s.hold(string(s.p.Bytes), honest) != "Alice" || honest[0].Outcome() != verifier.Verified {
				t.Fatalf("%s", honest[0].AppendJSON(nil))
			}
			if !alike(honest, s.judge(v, s.at, s.at, s.p.Bytes)) {
				t.Error("asked a second time it is another verdict")
			}
			for i := range number("E2EID_MUTANTS", 120) {
				m.done = nil
				text := m.donors[max(m.IntN(len(m.donors)+3)-3, 0)]
				for range 1 + m.IntN(2) {
					text = m.mutate(text)
				}
				if s.wrap != nil {
					text = string(s.wrap(text, nil))
					if m.chance(20) {
						text = m.bytes(string(s.p.Bytes))
					}
				}
				s.how = m.done
				got := s.judge(v, s.at, s.at, []byte(text))
				who := s.hold(text, got)
				outcomes[got[0].Outcome().String()+" "+string(got[0].Code())]++
				if who != "" {
					outcomes["as "+who+": "+strings.Join(m.done, ", ")]++
				}
				if i%8 == 0 || who != "" {
					fresh := s.client()
					s.bagged(fresh, s.good(), s.documents)
					if !alike(got, s.judge(fresh, s.at, s.at, []byte(text))) {
						t.Errorf("a new client says something else of\n%q", text)
					}
				}
			}
			if !alike(honest, s.judge(v, s.at, s.at, s.p.Bytes)) {
				t.Error("after all of them the good one has another verdict")
			}
			for class, n := range m.counts {
				counts[class] += n
			}
		})
	}
	for _, class := range slices.Sorted(maps.Keys(counts)) {
		t.Logf("%6d %s", counts[class], class)
	}
	for _, o := range slices.Sorted(maps.Keys(outcomes)) {
		t.Logf("%6d %s", outcomes[o], o)
	}
}

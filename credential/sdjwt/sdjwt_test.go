package sdjwt_test

import (
	"bytes"
	"crypto/sha256"
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/e2eid/e2eid/credential/sdjwt"
	"github.com/e2eid/e2eid/internal/base64url"
	"github.com/e2eid/e2eid/internal/strictjson"
)

// disclose returns a disclosure and its digest.
func disclose(json string) (text, digest string) {
	text = base64url.Encode([]byte(json))
	sum := sha256.Sum256([]byte(text))
	return text, base64url.Encode(sum[:])
}

const decoy = "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"

// process is Process of a payload and disclosures.
func process(payload string, disclosures ...string) (string, error) {
	text := "e30.e30.AA~"
	for _, d := range disclosures {
		text += d + "~"
	}
	tok, err := sdjwt.Parse([]byte(text))
	if err != nil {
		return "", err
	}
	v, err := strictjson.Parse([]byte(payload), limits)
	if err != nil {
		return "", fmt.Errorf("the test's payload: %w", err)
	}
	claims, err := tok.Process(v)
	return claims.Raw(), err
}

// refused reports an error of this class, for this reason.
func refused(err, class error, why string) bool {
	return errors.Is(err, class) && err.Error() == class.Error()+": "+why
}

// Each row changes one thing of a token that is processed.
func TestProcessRefusesWhateverIsNotOneDisclosureForOneDigest(t *testing.T) {
	member, memberDigest := disclose(`["salt","email","a@b.example"]`)
	element, elementDigest := disclose(`["salt","DE"]`)
	good := `{"iss":"i","_sd":["` + memberDigest + `","` + decoy + `"],"n":["US",{"...":"` + elementDigest + `"}],"_sd_alg":"sha-256"}`
	const want = `{"iss":"i","n":["US","DE"],"email":"a@b.example"}`
	if got, err := process(good, member, element); got != want || err != nil {
		t.Fatalf("got %s %v, want %s", got, err, want)
	}
	if got, err := process(good, element, member); got != want || err != nil {
		t.Fatalf("the order of disclosures matters: %s %v", got, err)
	}
	if got, err := process(good, member); got != `{"iss":"i","n":["US"],"email":"a@b.example"}` || err != nil {
		t.Fatalf("an element that is not disclosed stays: %s %v", got, err)
	}
	swap := func(old, new string) string {
		if !strings.Contains(good, old) {
			t.Fatalf("%s is not in the good payload", old)
		}
		return strings.Replace(good, old, new, 1)
	}
	one := func(json string) (payload, text string) {
		text, digest := disclose(json)
		return swap(memberDigest, digest), text
	}
	other, _ := disclose(`["salt","role","admin"]`)
	for name, c := range map[string]struct {
		payload     string
		disclosures []string
		want        error
		why         string
	}{
		"a disclosure that no digest refers to":          {good, []string{member, element, other}, sdjwt.ErrFormat, "no digest refers to a disclosure"},
		"a tampered disclosure":                          {good, []string{other, element}, sdjwt.ErrFormat, "no digest refers to a disclosure"},
		"a disclosure twice":                             {good, []string{member, element, member}, sdjwt.ErrFormat, "a disclosure stands twice"},
		"a digest twice in one _sd":                      {swap(decoy, memberDigest), []string{member, element}, sdjwt.ErrFormat, "a digest stands twice"},
		"a decoy twice":                                  {swap(memberDigest, decoy), []string{element}, sdjwt.ErrFormat, "a digest stands twice"},
		"a digest in _sd and in an array":                {swap(decoy, elementDigest), []string{member, element}, sdjwt.ErrFormat, "a digest stands twice"},
		"a digest at two levels":                         {swap(`"iss":"i"`, `"iss":"i","x":{"_sd":["`+memberDigest+`"]}`), []string{member, element}, sdjwt.ErrFormat, "a digest stands twice"},
		"a name that is there already":                   {swap(`"iss":"i"`, `"iss":"i","email":"x"`), []string{member, element}, sdjwt.ErrFormat, "the processed payload is not strict JSON: a name is there already, or it is too large"},
		"a digest that is a number":                      {swap(`"`+decoy+`"`, `1`), []string{member, element}, sdjwt.ErrFormat, "a digest is not one of the hash"},
		"a digest of another size":                       {swap(decoy, decoy[:42]), []string{member, element}, sdjwt.ErrFormat, "a digest is not one of the hash"},
		"a digest with stray bits":                       {swap(decoy, decoy[:42]+"B"), []string{member, element}, sdjwt.ErrFormat, "a digest is not one of the hash"},
		"an array's digest beside another member":        {swap(`{"...":`, `{"x":1,"...":`), []string{member, element}, sdjwt.ErrFormat, "an array's digest has other members beside it"},
		"an array's digest outside an array":             {swap(`"iss":"i"`, `"iss":"i","...":"`+decoy+`"`), []string{member, element}, sdjwt.ErrFormat, "a member has the name of an array's digest"},
		"_sd that is a string":                           {swap(`["`+memberDigest+`","`+decoy+`"]`, `"`+memberDigest+`"`), []string{member, element}, sdjwt.ErrFormat, "_sd is not an array"},
		"_sd_alg below the top":                          {swap(`"iss":"i"`, `"iss":"i","x":{"_sd_alg":"sha-256"}`), []string{member, element}, sdjwt.ErrFormat, "_sd_alg below the top"},
		"_sd_alg of another hash than the digests'":      {swap("sha-256", "sha-512"), []string{member, element}, sdjwt.ErrFormat, "a digest is not one of the hash"},
		"_sd_alg of a hash that is not known":            {swap("sha-256", "sha3-256"), []string{member, element}, sdjwt.ErrHash, "_sd_alg"},
		"_sd_alg without its hyphen":                     {swap("sha-256", "sha384"), []string{member, element}, sdjwt.ErrHash, "_sd_alg"},
		"_sd_alg in upper case":                          {swap("sha-256", "SHA-256"), []string{member, element}, sdjwt.ErrHash, "_sd_alg"},
		"_sd_alg of a truncated hash":                    {swap("sha-256", "sha-256-128"), []string{member, element}, sdjwt.ErrHash, "_sd_alg"},
		"_sd_alg that is an array":                       {swap(`"sha-256"`, `["sha-256"]`), []string{member, element}, sdjwt.ErrFormat, "_sd_alg is not a string"},
		"an element's disclosure in _sd":                 {`{"_sd":["` + elementDigest + `"]}`, []string{element}, sdjwt.ErrFormat, "an element is disclosed where a member is"},
		"a member's disclosure in an array":              {`{"n":[{"...":"` + memberDigest + `"}]}`, []string{member}, sdjwt.ErrFormat, "a member is disclosed where an element is"},
		"a payload that is an array":                     {`[]`, nil, sdjwt.ErrFormat, "the payload is not an object"},
		"a digest of an array in an object of an object": {swap(`"iss":"i"`, `"iss":"i","x":{"y":{"...":"`+decoy+`"}}`), []string{member, element}, sdjwt.ErrFormat, "a member has the name of an array's digest"},
	} {
		if got, err := process(c.payload, c.disclosures...); !refused(err, c.want, c.why) || got != "" {
			t.Errorf("%s: got %s %v, want %v: %s", name, got, err, c.want, c.why)
		}
	}
	for name, c := range map[string]struct {
		json string
		want error
		why  string
	}{
		"one part":                  {`["salt"]`, sdjwt.ErrFormat, "a disclosure is not an array of two or three"},
		"four parts":                {`["salt","a",1,2]`, sdjwt.ErrFormat, "a disclosure is not an array of two or three"},
		"no array":                  {`{"salt":"email"}`, sdjwt.ErrFormat, "a disclosure is not an array of two or three"},
		"name _sd":                  {`["salt","_sd",["` + decoy[:42] + `Q"]]`, sdjwt.ErrFormat, "the name in a disclosure is one of SD-JWT's own"},
		"name of an array's digest": {`["salt","...","x"]`, sdjwt.ErrFormat, "the name in a disclosure is one of SD-JWT's own"},
		"name _sd_alg":              {`["salt","_sd_alg","sha-256"]`, sdjwt.ErrFormat, "the name in a disclosure is one of SD-JWT's own"},
		"name that is a number":     {`["salt",1,"x"]`, sdjwt.ErrFormat, "the name in a disclosure is not a string"},
		"salt that is a number":     {`[1,"email","x"]`, sdjwt.ErrFormat, "the salt of a disclosure is not a string"},
		"names twice":               {`["salt","email",{"a":1,"a":2}]`, sdjwt.ErrFormat, "a disclosure is not strict JSON"},
		"trailing bytes":            {`["salt","email","x"]x`, sdjwt.ErrFormat, "a disclosure is not strict JSON"},
		"half a surrogate pair":     {`["salt","email","\ud800"]`, sdjwt.ErrFormat, "a disclosure is not strict JSON"},
		"number beyond JSON":        {`["salt","email",NaN]`, sdjwt.ErrFormat, "a disclosure is not strict JSON"},
		"bytes that are not UTF-8":  {"[\"salt\",\"email\",\"\xff\"]", sdjwt.ErrFormat, "a disclosure is not strict JSON"},
		"many levels":               {`["salt","email",` + strings.Repeat("[", 200) + strings.Repeat("]", 200) + `]`, sdjwt.ErrLimit, "a disclosure is not strict JSON"},
	} {
		p, text := one(c.json)
		if got, err := process(p, text, element); !refused(err, c.want, c.why) || got != "" {
			t.Errorf("%s: %s %v, want %v: %s", name, got, err, c.want, c.why)
		}
	}
	for _, claim := range []string{"iss", "nbf", "exp", "cnf", "vct", "vct#integrity", "status", "aud", "credentialStatus", "validUntil"} {
		p, text := one(`["salt","` + claim + `",1]`)
		p = strings.Replace(p, `"iss":"i",`, "", 1)
		if got, err := process(p, text, element); !refused(err, sdjwt.ErrFormat, "a claim that must be there for all is disclosed selectively") {
			t.Errorf("%s is disclosed selectively: %s %v", claim, got, err)
		}
		// Below the top the names mean something else.
		p = strings.Replace(p, `{"_sd":`, `{"x":{"_sd":`, 1)
		p = strings.Replace(p, `"],"n"`, `"]},"n"`, 1)
		if _, err := process(p, text, element); err != nil {
			t.Errorf("%s below the top: %v", claim, err)
		}
	}
}

func TestDisclosuresWithinDisclosures(t *testing.T) {
	inner, innerDigest := disclose(`["s","b",{"_sd":[]}]`)
	outer, outerDigest := disclose(`["s","a",{"_sd":["` + innerDigest + `"],"c":[{"...":"` + decoy + `"}]}]`)
	payload := `{"_sd":["` + outerDigest + `"]}`
	if got, err := process(payload, inner, outer); got != `{"a":{"c":[],"b":{}}}` || err != nil {
		t.Errorf("got %s %v", got, err)
	}
	if got, err := process(payload, inner); !refused(err, sdjwt.ErrFormat, "no digest refers to a disclosure") {
		t.Errorf("the inner disclosure without the outer one: %s", got)
	}
	twice, twiceDigest := disclose(`["s","z",{"_sd":["` + innerDigest + `"]}]`)
	if got, err := process(`{"_sd":["`+outerDigest+`","`+twiceDigest+`"]}`, inner, outer, twice); !refused(err, sdjwt.ErrFormat, "a digest stands twice") {
		t.Errorf("one disclosure at two places: %s", got)
	}
	taken, takenDigest := disclose(`["s","a",2]`)
	if got, err := process(`{"x":{"a":1,"_sd":["`+takenDigest+`"]}}`, taken); !refused(err, sdjwt.ErrFormat, "the processed payload is not strict JSON: a name is there already, or it is too large") {
		t.Errorf("a name that is there in a subtree: %s %v", got, err)
	}
	element, elementDigest := disclose(`["s",{"...":"` + decoy + `"}]`)
	if got, err := process(`{"n":[{"...":"`+elementDigest+`"}]}`, element); !refused(err, sdjwt.ErrFormat, "a disclosed element is a digest") {
		t.Errorf("a disclosed element that is a digest: %s", got)
	}
}

func TestDeepNestingOfDisclosuresEndsAtTheLimit(t *testing.T) {
	text, digest := disclose(`["s","n",1]`)
	disclosures := []string{text}
	for range 100 {
		text, digest = disclose(`["s","n",{"_sd":["` + digest + `"]}]`)
		disclosures = append(disclosures, text)
	}
	if _, err := process(`{"_sd":["`+digest+`"]}`, disclosures...); !errors.Is(err, sdjwt.ErrLimit) {
		t.Errorf("got %v, want ErrLimit", err)
	}
}

func TestParseRefusesWhatIsNotTheOuterForm(t *testing.T) {
	const jwt = "e30.e30.AA"
	d, _ := disclose(`["s","n",1]`)
	for name, c := range map[string]struct {
		text string
		want error
		why  string
	}{
		"empty":                          {"", sdjwt.ErrFormat, "no tilde after the JWT"},
		"no tilde":                       {jwt, sdjwt.ErrFormat, "no tilde after the JWT"},
		"no tilde at the end":            {jwt + "~" + d, sdjwt.ErrFormat, "what comes last is no JWT"},
		"two parts":                      {"e30.e30~", sdjwt.ErrFormat, "what comes first is no JWT"},
		"four parts":                     {jwt + ".AA~", sdjwt.ErrFormat, "what comes first is no JWT"},
		"an empty disclosure":            {jwt + "~~", sdjwt.ErrFormat, "a disclosure is not base64url"},
		"padding":                        {jwt + "~" + base64url.Encode([]byte(`["s","nn",1]`)) + "=~", sdjwt.ErrFormat, "a disclosure is not base64url"},
		"a line break":                   {jwt + "~" + d + "\n~", sdjwt.ErrFormat, "a disclosure is not base64url"},
		"a line break at the end":        {jwt + "~" + d + "~\n", sdjwt.ErrFormat, "what comes last is no JWT"},
		"stray bits":                     {jwt + "~AB~", sdjwt.ErrFormat, "a disclosure is not base64url"},
		"the standard alphabet":          {jwt + "~+A~", sdjwt.ErrFormat, "a disclosure is not base64url"},
		"a key binding of two parts":     {jwt + "~" + d + "~e30.e30", sdjwt.ErrFormat, "what comes last is no JWT"},
		"disclosures after key binding":  {jwt + "~" + jwt + "~" + d + "~", sdjwt.ErrFormat, "a disclosure is not base64url"},
		"more disclosures than allowed":  {jwt + strings.Repeat("~AA", 600) + "~", sdjwt.ErrLimit, "too many disclosures"},
		"more bytes than allowed":        {jwt + "~" + strings.Repeat("A", sdjwt.MaxBytes) + "~", sdjwt.ErrLimit, "text too long"},
		"the JSON form instead of these": {`{"payload":""}`, sdjwt.ErrFormat, "no tilde after the JWT"},
	} {
		if tok, err := sdjwt.Parse([]byte(c.text)); !refused(err, c.want, c.why) || tok != nil {
			t.Errorf("%s: %v, want %v: %s", name, err, c.want, c.why)
		}
	}
}

func TestKeyBindingNeedsItsFourClaims(t *testing.T) {
	const good = `{"iat":1700000000,"aud":"https://verifier.example","nonce":"n","sd_hash":"h"}`
	parse := func(s string) error {
		v, err := strictjson.Parse([]byte(s), limits)
		if err != nil {
			t.Fatal(err)
		}
		_, err = sdjwt.ParseKeyBinding(v)
		return err
	}
	if err := parse(good); err != nil {
		t.Fatal(err)
	}
	for old, replacements := range map[string][]string{
		`1700000000`:                 {`"1700000000"`, `1700000000.5`, `1.7e9`, `0`, `-1`, `null`, `1e300`},
		`"https://verifier.example"`: {`["https://verifier.example"]`, `""`, `1`, `null`},
		`"n"`:                        {`""`, `1`, `["n"]`, `null`},
		`"h"`:                        {`""`, `1`, `null`},
		`"iat":1700000000,`:          {``, `"iat":1700000000,"exp":"1800000000",`, `"iat":1700000000,"nbf":1.5,`},
		`,"sd_hash":"h"`:             {``},
		`,"nonce":"n"`:               {``},
	} {
		for _, r := range replacements {
			bad := strings.Replace(good, old, r, 1)
			if err := parse(bad); !errors.Is(err, sdjwt.ErrFormat) {
				t.Errorf("%s: %v", bad, err)
			}
		}
	}
}

// What is accepted is JSON without anything of SD-JWT's own, and has every disclosure that was provided.
func FuzzProcess(f *testing.F) {
	for _, e := range examples(f) {
		if tok, err := sdjwt.Parse([]byte(e.Token)); err == nil {
			f.Add([]byte(payload(f, string(tok.JWT)).Raw()), string(bytes.Join(tok.Disclosures, []byte("~"))))
		}
	}
	f.Fuzz(func(t *testing.T, payload []byte, disclosures string) {
		v, err := strictjson.Parse(payload, limits)
		if err != nil {
			return
		}
		text := "e30.e30.AA~"
		if disclosures != "" {
			text += disclosures + "~"
		}
		tok, err := sdjwt.Parse([]byte(text))
		if err != nil || len(tok.KeyBinding) > 0 {
			return
		}
		claims, err := tok.Process(v)
		if err != nil {
			if claims.Kind() != strictjson.Invalid {
				t.Fatal("claims beside an error")
			}
			return
		}
		var walk func(v strictjson.Value)
		walk = func(v strictjson.Value) {
			members, _ := v.Object()
			for _, m := range members {
				if m.Name == "_sd" || m.Name == "..." || m.Name == "_sd_alg" {
					t.Fatalf("%q remains in %s", m.Name, claims.Raw())
				}
				walk(m.Value)
			}
			elements, _ := v.Array()
			for _, e := range elements {
				walk(e)
			}
		}
		walk(claims)
		for i := range tok.Disclosures { // each is needed, and none can be told from another's place
			var less []string
			for j, d := range tok.Disclosures {
				if j != i {
					less = append(less, string(d))
				}
			}
			if got, err := process(v.Raw(), less...); err == nil && got == claims.Raw() {
				t.Fatalf("disclosure %d changes nothing", i)
			}
		}
	})
}

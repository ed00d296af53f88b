package jose_test

import (
	"encoding/json"
	"errors"
	"testing"

	"github.com/e2eid/e2eid/internal/jose"
)

// policies are the reasons for which a case is refused though Wycheproof has it valid.
var policies = map[string]string{
	"mac":     "a MAC is made by everyone who can check it: neither its algorithms nor its keys are taken",
	"jwk-alg": "the JWK says another algorithm than the token (PS256 and PS384), or one that does not exist (ES521)",
}

type wycheproofFile struct {
	NumberOfTests int `json:"numberOfTests"`
	TestGroups    []struct {
		Comment string          `json:"comment"`
		Public  json.RawMessage `json:"public"`
		Private json.RawMessage `json:"private"`
		Tests   []struct {
			ID      int    `json:"tcId"`
			Comment string `json:"comment"`
			JWS     string `json:"jws"`
			Result  string `json:"result"`
		} `json:"tests"`
	} `json:"testGroups"`
}

// policyFor returns why a case that is valid must be refused, or nothing. It looks at the vectors by itself.
func policyFor(t *testing.T, key json.RawMessage, jws string) string {
	t.Helper()
	var set struct{ Keys []map[string]any }
	if err := json.Unmarshal(key, &set); err != nil {
		t.Fatal(err)
	}
	if set.Keys == nil {
		set.Keys = make([]map[string]any, 1)
		if err := json.Unmarshal(key, &set.Keys[0]); err != nil {
			t.Fatal(err)
		}
	}
	for _, k := range set.Keys {
		if k["kty"] == "oct" {
			return "mac"
		}
	}
	u, err := jose.Parse([]byte(jws))
	if alg := set.Keys[0]["alg"]; err == nil && alg != nil && alg != u.Header().Algorithm {
		return "jwk-alg"
	}
	return ""
}

func TestWycheproof(t *testing.T) {
	wrong, total := 0, 0
	refused := map[string]int{}
	for file, verify := range map[string]func(key json.RawMessage, jws string) error{
		"json_web_signature_test.json": verifyWithKey,
		"json_web_key_test.json":       verifyWithSet,
	} {
		var f wycheproofFile
		readJSON(t, &f, "wycheproof", file)
		count := 0
		for _, g := range f.TestGroups {
			key := g.Public
			if key == nil {
				key = g.Private
			}
			for _, test := range g.Tests {
				count++
				want := test.Result == "valid"
				if want {
					if policy := policyFor(t, key, test.JWS); policy != "" {
						refused[policy]++
						want = false
					}
				}
				if err := verify(key, test.JWS); (err == nil) != want {
					wrong++
					t.Errorf("%s: case %d (%s, %s), %s: %v", file, test.ID, g.Comment, test.Comment, test.Result, err)
				}
			}
		}
		if count != f.NumberOfTests {
			t.Errorf("%s has %d cases, says %d", file, count, f.NumberOfTests)
		}
		total += count
	}
	for policy, why := range policies {
		if refused[policy] == 0 {
			t.Errorf("policy %s refuses nothing: %s", policy, why)
		}
	}
	if len(refused) != len(policies) {
		t.Errorf("policies %v", refused)
	}
	t.Logf("%d cases; valid ones refused by policy: %v", total, refused)
	t.Logf("figure jose.wycheproof_wrong %d cases", wrong)
}

func verifyWithKey(key json.RawMessage, jws string) error { return verifyPayload(key, jws, false) }
func verifyWithSet(key json.RawMessage, jws string) error { return verifyPayload(key, jws, true) }

// verifyPayload verifies a token of any payload, in the compact serialization alone.
func verifyPayload(key json.RawMessage, jws string, isSet bool) error {
	u, err := jose.Parse([]byte(jws))
	if err != nil {
		return err
	}
	var k *jose.Key
	if isSet {
		set, err := jose.ParseKeySet(key)
		if err != nil {
			return err
		}
		k, err = set.Find(u.Header())
		if err != nil {
			return err
		}
	} else if k, err = jose.ParseKey(key); err != nil {
		return err
	}
	_, err = conclude(u, k)
	return err
}

// Cases that only one check refuses: without it they would be accepted.
func TestWycheproofCasesAreRefusedForTheirReason(t *testing.T) {
	var f wycheproofFile
	readJSON(t, &f, "wycheproof", "json_web_key_test.json")
	for _, g := range f.TestGroups {
		set := g.Public
		if set == nil {
			set = g.Private
		}
		want, ok := map[string]error{
			"jws_mixedSymmetryKeyset": jose.ErrSecret, "jws_duplicate_kid": jose.ErrSecret, "invalid_point": jose.ErrNoKey,
			"jws_rsa_roca_key": jose.ErrNoKey, "keysize_too_small": jose.ErrNoKey, "exponentOne": jose.ErrNoKey,
			"wrong_algorithm": jose.ErrNoKey, "invalid_algorithm": jose.ErrNoKey, "invalid_use": jose.ErrNoKey,
			"wrong_curve": jose.ErrNoKey, "wrong_kty": jose.ErrNoKey, "invalid_aes_gcm_key": jose.ErrSecret, "invalid_aes_kw_key": jose.ErrSecret,
		}[g.Comment]
		if !ok {
			continue
		}
		s, err := jose.ParseKeySet(set)
		for _, test := range g.Tests {
			if err != nil {
				if !errors.Is(err, want) {
					t.Errorf("case %d (%s): the set: %v, want %v", test.ID, g.Comment, err, want)
				}
				continue
			}
			u, err := jose.Parse([]byte(test.JWS))
			if err != nil {
				t.Errorf("case %d (%s): %v", test.ID, g.Comment, err)
				continue
			}
			k, err := s.Find(u.Header())
			if err == nil {
				_, err = conclude(u, k)
			}
			if !isKind(err, want) {
				t.Errorf("case %d (%s): %v, want %v", test.ID, g.Comment, err, want)
			}
		}
	}
}

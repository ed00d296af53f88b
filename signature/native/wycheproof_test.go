package native_test

import (
	"encoding/hex"
	"encoding/json"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/e2eid/e2eid/signature"
	"github.com/e2eid/e2eid/signature/native"
	"github.com/e2eid/e2eid/signature/portable"
	"github.com/e2eid/e2eid/tests/vectors"
)

// A tally counts what became of the cases of a file.
type tally struct {
	valid      int // accepted, and valid
	refused    int // by New or NewDER, without asking a host; none of them is valid
	invalid    int // answered Invalid by the host
	acceptable int // what an implementation may take or leave; we leave it
	context    int // made with a context, which a signature.Check has not: answered Invalid, also where valid with it
}

// wycheproof lists the files of vectors/wycheproof that are run: a valid case must be accepted, no other may be.
var wycheproof = []struct {
	file      string
	algorithm signature.Algorithm
	want      tally
}{
	{"ecdsa_secp256r1_sha256", signature.ECDSAP256SHA256, tally{174, 287, 23, 0, 0}},
	{"ecdsa_secp256r1_sha256_p1363", signature.ECDSAP256SHA256, tally{173, 71, 18, 0, 0}},
	{"ecdsa_secp256r1_sha512", signature.ECDSAP256SHA512, tally{243, 286, 25, 0, 0}},
	{"ecdsa_secp256r1_sha512_p1363", signature.ECDSAP256SHA512, tally{242, 71, 19, 0, 0}},
	{"ecdsa_secp384r1_sha256", signature.ECDSAP384SHA256, tally{162, 286, 24, 0, 0}},
	{"ecdsa_secp384r1_sha384", signature.ECDSAP384SHA384, tally{194, 287, 23, 0, 0}},
	{"ecdsa_secp384r1_sha384_p1363", signature.ECDSAP384SHA384, tally{193, 69, 18, 0, 0}},
	{"ecdsa_secp384r1_sha512", signature.ECDSAP384SHA512, tally{231, 288, 23, 0, 0}},
	{"ecdsa_secp384r1_sha512_p1363", signature.ECDSAP384SHA512, tally{230, 69, 19, 0, 0}},
	{"ecdsa_secp521r1_sha512", signature.ECDSAP521SHA512, tally{232, 285, 25, 0, 0}},
	{"ecdsa_secp521r1_sha512_p1363", signature.ECDSAP521SHA512, tally{231, 69, 18, 0, 0}},
	{"ed25519", signature.Ed25519, tally{88, 29, 34, 0, 0}},
	{"ed448", signature.Ed448, tally{17, 28, 42, 0, 0}},
	{"mldsa_44_verify", signature.MLDSA44, tally{75, 7, 91, 0, 7}},
	{"mldsa_65_verify", signature.MLDSA65, tally{77, 7, 119, 0, 7}},
	{"mldsa_87_verify", signature.MLDSA87, tally{69, 7, 158, 0, 7}},
	{"rsa_signature_2048_sha256", signature.RSAPKCS1SHA256, tally{9, 2, 247, 1, 0}},
	{"rsa_signature_2048_sha384", signature.RSAPKCS1SHA384, tally{7, 2, 248, 1, 0}},
	{"rsa_signature_2048_sha512", signature.RSAPKCS1SHA512, tally{8, 2, 248, 1, 0}},
	{"rsa_signature_3072_sha256", signature.RSAPKCS1SHA256, tally{8, 2, 248, 1, 0}},
	{"rsa_signature_3072_sha384", signature.RSAPKCS1SHA384, tally{7, 2, 249, 1, 0}},
	{"rsa_signature_3072_sha512", signature.RSAPKCS1SHA512, tally{8, 2, 249, 1, 0}},
	{"rsa_signature_4096_sha256", signature.RSAPKCS1SHA256, tally{7, 2, 248, 1, 0}},
	{"rsa_signature_4096_sha384", signature.RSAPKCS1SHA384, tally{7, 2, 249, 1, 0}},
	{"rsa_signature_4096_sha512", signature.RSAPKCS1SHA512, tally{7, 2, 249, 1, 0}},
	{"rsa_signature_8192_sha256", signature.RSAPKCS1SHA256, tally{7, 2, 248, 1, 0}},
	{"rsa_signature_8192_sha384", signature.RSAPKCS1SHA384, tally{7, 2, 249, 1, 0}},
	{"rsa_signature_8192_sha512", signature.RSAPKCS1SHA512, tally{7, 2, 249, 1, 0}},
}

// notRun are the beginnings of the names of the other files, with the reason.
var notRun = map[string]string{
	"rsa_signature_2048_sha224":     "no Algorithm has SHA-224: RFC 9155 and SP 800-131A move away from it, and WebCrypto lacks it",
	"rsa_signature_2048_sha512_224": "no Algorithm has SHA-512/224: WebCrypto lacks it, and no issuer is known to use it",
	"rsa_signature_2048_sha512_256": "no Algorithm has SHA-512/256: as above",
	"rsa_signature_3072_sha512_256": "as above",
	"rsa_signature_4096_sha512_256": "as above",
	"rsa_pss_":                      "no Algorithm is RSASSA-PSS",
	"json_web_":                     "whole objects, not signatures: they are for a package that reads JWS",
}

type wycheproofFile struct {
	NumberOfTests int `json:"numberOfTests"`
	TestGroups    []struct {
		PublicKey    json.RawMessage `json:"publicKey"`
		PublicKeyAsn string          `json:"publicKeyAsn"` // RSA
		Tests        []wycheproofCase
	} `json:"testGroups"`
}

type wycheproofCase struct {
	ID      int      `json:"tcId"`
	Comment string   `json:"comment"`
	Flags   []string `json:"flags"`
	Msg     string   `json:"msg"`
	Sig     string   `json:"sig"`
	Ctx     string   `json:"ctx"`
	Result  string   `json:"result"`
}

func unhex(t *testing.T, s string) []byte {
	t.Helper()
	b, err := hex.DecodeString(s)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// publicKey returns the raw key of a group: the string itself for ML-DSA, a member of the object for the others.
func publicKey(t *testing.T, raw json.RawMessage, asn string) []byte {
	t.Helper()
	if asn != "" {
		return unhex(t, asn)
	}
	var text string
	if json.Unmarshal(raw, &text) == nil {
		return unhex(t, text)
	}
	var object struct{ PK, Uncompressed string }
	if err := json.Unmarshal(raw, &object); err != nil {
		t.Fatal(err)
	}
	return unhex(t, object.PK+object.Uncompressed)
}

func TestWycheproof(t *testing.T) {
	for _, test := range wycheproof {
		t.Run(test.file, func(t *testing.T) {
			var file wycheproofFile
			if err := json.Unmarshal(vectors.Read(t, "wycheproof", test.file+"_test.json"), &file); err != nil {
				t.Fatal(err)
			}
			// P-521 takes long, in WebAssembly above all.
			sample := testing.Short() && strings.Contains(test.file, "secp521r1")
			describe := signature.New
			if strings.HasPrefix(test.file, "ecdsa") && !strings.HasSuffix(test.file, "p1363") {
				describe = signature.NewDER
			}

			var got tally
			var checks []signature.Check
			var cases []wycheproofCase // of each check
			seen := 0
			for _, group := range file.TestGroups {
				key := publicKey(t, group.PublicKey, group.PublicKeyAsn)
				for _, c := range group.Tests {
					seen++
					if sample && seen%8 != 0 {
						continue
					}
					check, err := describe(test.algorithm, key, unhex(t, c.Msg), unhex(t, c.Sig))
					if err == nil {
						checks, cases = append(checks, check), append(cases, c)
						continue
					}
					got.refused++
					if c.Result != "invalid" {
						t.Errorf("case %d (%s, %v) is %s, refused: %v", c.ID, c.Comment, c.Flags, c.Result, err)
					}
				}
			}
			for i, answer := range native.Run(checks) {
				c := cases[i]
				switch {
				case answer == signature.Invalid && c.Ctx != "":
					got.context++
				case answer == signature.Valid && c.Result == "valid" && c.Ctx == "":
					got.valid++
				case answer == signature.Invalid && c.Result == "invalid":
					got.invalid++
				case answer == signature.Invalid && c.Result == "acceptable":
					got.acceptable++
				default:
					t.Errorf("case %d (%s, %v) is %s, answered %d", c.ID, c.Comment, c.Flags, c.Result, answer)
				}
				if portable.Supports(test.algorithm) {
					if other := portable.Verify(checks[i]); other != answer {
						t.Errorf("case %d (%s): portable says %d, native %d", c.ID, c.Comment, other, answer)
					}
				}
			}
			if seen != file.NumberOfTests {
				t.Errorf("%d cases, want %d", seen, file.NumberOfTests)
			}
			if !sample && got != test.want {
				t.Errorf("%+v, want %+v", got, test.want)
			}
		})
	}
}

// Nothing of the folder is left out without a reason, and no reason outlives its file.
func TestEveryWycheproofFileIsRunOrNamed(t *testing.T) {
	entries, err := os.ReadDir(vectors.Path(t, "wycheproof"))
	if err != nil {
		t.Fatal(err)
	}
	run := map[string]bool{}
	for _, test := range wycheproof {
		run[test.file] = true
	}
	used := map[string]bool{}
	for _, e := range entries {
		name, ok := strings.CutSuffix(e.Name(), "_test.json")
		if !ok || run[name] {
			delete(run, name)
			continue
		}
		reason := ""
		for prefix := range notRun {
			if name == prefix || strings.HasSuffix(prefix, "_") && strings.HasPrefix(name, prefix) {
				reason = prefix
			}
		}
		if reason == "" {
			t.Errorf("%s is neither run nor named with a reason", e.Name())
		}
		used[reason] = true
	}
	for name := range run {
		t.Errorf("%s is not there", name)
	}
	for prefix := range notRun {
		if !used[prefix] {
			t.Errorf("no file is left out as %s", prefix)
		}
	}
}

func TestRunAnswersInTheOrderOfTheChecks(t *testing.T) {
	var file wycheproofFile
	if err := json.Unmarshal(vectors.Read(t, "wycheproof", "ed25519_test.json"), &file); err != nil {
		t.Fatal(err)
	}
	var checks []signature.Check
	for _, group := range file.TestGroups {
		for _, c := range group.Tests {
			if check, err := signature.New(signature.Ed25519, publicKey(t, group.PublicKey, ""), unhex(t, c.Msg), unhex(t, c.Sig)); err == nil {
				checks = append(checks, check)
			}
		}
	}
	want := native.Run(checks)
	slices.Reverse(checks)
	got := native.Run(checks)
	slices.Reverse(got)
	if !slices.Equal(got, want) || len(got) != len(checks) {
		t.Errorf("reversed checks get %v, want %v", got, want)
	}
	if got := native.Run(nil); len(got) != 0 {
		t.Errorf("no checks get %v", got)
	}
}

package verifier_test

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/e2eid/e2eid/tests/vectors"
)

// rowOf has the rows of the research's table "Bad inputs we must test" by what they call the class, and those of the table of
// what jwx accepts by their input, with the row of badInputs that has their tests; of jwx's also the example.
var rowOf = map[string]string{
	"alg `none` / case variants": "alg none",
	"header alg != key/expected alg; RS256->HS256; ES384 header with P-256 key": "alg and key",
	"unsigned JWS-JSON, several signatures":                                     "JWS-JSON",
	"unprotected header trust":                                                  "unprotected header",
	"embedded jwk/jku/x5u trust":                                                "embedded keys",
	"`crit` unknown, empty, duplicated, names a standard header; b64=false":     "crit",
	"tampered or unreferenced disclosure":                                       "disclosures",
	"duplicate digests; disclosure reused; name collision; name `_sd` or `...`; wrong arity; array digest with extra members; 2-element disclosure in `_sd`; 3-element in array; cycles; depth": "SD-JWT",
	"`_sd_alg` nested, unknown, truncated hash; exp/nbf/cnf/iss/status selectively disclosable":                                                                                                 "_sd_alg",
	"KB stripped; KB by another key; sd_hash over another set; aud array; nonce type; iat future/old; typ":                                                                                      "key binding",
	"cnf missing, jwk private, kid-only, thumbprint; LeafNode key mismatch":                                                                                                                     "cnf",
	"iss not bound to x5c leaf; self-signed leaf; anchor inside x5c":                                                                                                                            "x5c",
	"issuer != verificationMethod controller; did:web document id differs; did:key fragment of another key; private did:jwk; wrong multicodec length":                                           "DID",
	"JSON: duplicate names, trailing bytes, NaN/1e400, invalid UTF-8, lone surrogate, deep nesting, `exp` string or float, `__proto__`":                                                         "JSON",
	"base64url: padding, non-zero trailing bits, newline, standard alphabet":                                                                                                                    "base64url",
	"status: bomb, wrong bit order, idx <0 / string / float / 2^53 / out of range, bits 3, sub != uri, typ JWT, list by another issuer, exp passed but ttl fresh, ttl 0 / huge, iat future, rollback to an older list, purpose mismatch, list that itself has a status, recursion": "status",
	"status URL: http:, data:, file:, localhost, IP, credentials in URL, redirect to http, too many redirects, wrong content type, slow body":                                                                                                                                      "status URL",
	"ECDSA: DER form, r/s = 0 or >= n, short r; Ed25519 small order; off-curve point":                                                                                                                                                                                              "ECDSA and EdDSA",
	"vc+jwt with `vc` claim; unsecured VC in a VP; wrong typ/cty; validUntil vs exp conflict":                                                                                                                                                                                      "vc+jwt",

	"alg none":                         "alg none/none",
	"header ES384, key asked as ES256": "what jwx accepts/ES384 asked as ES256",
	"no alg in header":                 "what jwx accepts/no alg",
	"ES256 with P-384 key":             "what jwx accepts/ES256 with P-384 key",
	"unknown crit":                     "crit/unknown",
	"crit b64, b64=false":              "crit/b64=false",
	"duplicate header names":           "what jwx accepts/duplicate header names",
	"sig with trailing bits, `==`, or newline after the token": "what jwx accepts/signature with trailing bits; signature with ==; newline after the token",
	"DER or zero signature, 4 parts":                           "ECDSA and EdDSA/DER form; r/s = 0", // and "what jwx accepts/4 parts"
	"KeySet, key without alg":                                  "what jwx accepts/KeySet, key without alg",
	"jwt: `{\"exp\":..}x` trailing garbage":                    "what jwx accepts/trailing garbage",
	"jwt: duplicate exp":                                       "what jwx accepts/duplicate exp",
	"jwt: exp as string, no exp at all":                        "what jwx accepts/exp as string; no exp at all",
	"JWK off curve":                                            "what jwx accepts/JWK off curve",
	"JWK private where public is expected":                     "what jwx accepts/JWK private",
	"`alg` Ed25519 (RFC 9864) / `kty` AKP":                     "what jwx accepts/alg Ed25519; kty AKP",
}

// Every row of the research's tables is one of ours, and none has gone from there unnoticed.
func TestEachRowOfTheTablesIsOneOfBadInputs(t *testing.T) {
	path := filepath.Join(vectors.Path(t, "vc"), "..", "..", "research", "vc.md")
	text, err := os.ReadFile(path)
	if err != nil {
		t.Skipf("the research is absent: %v", err)
	}
	ours := map[string][]string{}
	for _, r := range badInputs {
		ours[r.row] = strings.Split(r.examples, "; ")
	}
	left := map[string]bool{}
	for cell := range rowOf {
		left[cell] = true
	}
	for _, title := range []string{"| class | precedent | test |", "| input to jws.Verify(..., WithKey(ES256, key)) |"} {
		_, table, ok := strings.Cut(string(text), "\n"+title)
		if !ok {
			t.Fatalf("no table %s", title)
		}
		table, _, _ = strings.Cut(table, "\n\n")
		for _, line := range strings.Split(table, "\n")[2:] {
			cell := strings.TrimSpace(strings.Split(line, "|")[1])
			row, examples, of := strings.Cut(rowOf[cell], "/")
			if rowOf[cell] == "" || ours[row] == nil {
				t.Errorf("no tests of the row %q", cell)
			}
			delete(left, cell)
			for _, e := range strings.Split(examples, "; ") {
				if of && !slices.Contains(ours[row], e) {
					t.Errorf("%q: no example %q of %q", cell, e, row)
				}
			}
		}
	}
	for cell := range left {
		t.Errorf("no row %q in the tables", cell)
	}
}

package main

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// issueWorld makes keys and claims in a new folder, and returns arguments of issue.
func issueWorld(t *testing.T) []string {
	t.Helper()
	t.Chdir(t.TempDir())
	for file, algorithm := range map[string]string{"issuer.pem": "Ed25519", "alice.pem": "ECDSA-P256-SHA256", "mallory.pem": "Ed25519", "pq.pem": "ML-DSA-44"} {
		e2eid(t, exitOK, "keys", "new", "-algorithm", algorithm, file)
		jwk, _ := e2eid(t, exitOK, "keys", "jwk", file)
		writeText(t, strings.TrimSuffix(file, "pem")+"jwk", jwk)
	}
	writeText(t, "claims.json", `{"email":"alice@example.com","email_verified":true,"name":"Alice","level":1.50}`)
	return []string{"issue", "-issuer", "https://id.example.org", "-key", "issuer.pem", "-holder", "alice.jwk", "-for", "24h"}
}

// issued runs issue, and keeps what it prints in a file.
func issued(t *testing.T, file string, args []string, more ...string) {
	t.Helper()
	token, errs := e2eid(t, exitOK, append(slices.Clone(args), more...)...)
	if errs != "" || strings.Count(token, "\n") != 1 {
		t.Fatalf("%q: %s%s", more, token, errs)
	}
	writeText(t, file, token)
}

// From keys to a verdict, all from the shell.
func TestWhatIsIssuedAndPresentedIsVerified(t *testing.T) {
	args := issueWorld(t)
	issued(t, "credential.txt", args, "-type", "https://id.example.org/employee", "-disclosable", "email", "-disclosable", "name",
		"-status-list", "https://id.example.org/1", "-status-index", "7", "claims.json")
	present := []string{"present", "-key", "alice.pem", "-audience", "https://verifier.example", "-nonce", "n-0S6_WzA2Mj"}
	issued(t, "token.txt", present, "-disclose", "email", "credential.txt")
	issued(t, "anonymous.txt", present, "credential.txt")

	writeText(t, "issued.jsonl", `{"list":"https://id.example.org/1","issued":100}`)
	publish := []string{"publish", "-authority", "id.example.org", "-key", "issuer.pem", "-issued", "issued.jsonl", "-standard", "std", "-token-key", "issuer.pem", "mirror"}
	verify := []string{"verify", "-kind", "token", "-jwks", "issuer.jwk", "-audience", "https://verifier.example", "-nonce", "n-0S6_WzA2Mj",
		"-identifier", "email:email,email_verified"}
	bag := []string{"-bag", filepath.Join("std", "https---id-example-org-1.statuslist.jwt"), "-json"}
	says := func(want int, words string, more ...string) {
		t.Helper()
		out, _ := e2eid(t, want, append(slices.Clone(verify), more...)...)
		if !strings.Contains(out, words) {
			t.Errorf("%q: %s", more, out)
		}
	}
	const alice = "mailto:alice@example.com"
	e2eid(t, exitOK, publish...)
	says(exitOK, `"id":"mailto:alice@example.com"`, append(bag, "-expect", alice, "token.txt")...)
	says(1, `"no_identity"`, append(bag, "-expect", alice, "anonymous.txt")...)
	writeText(t, "revoked.jsonl", `{"list":"https://id.example.org/1","index":7}`)
	e2eid(t, exitOK, append([]string{"publish", "-revoked", "revoked.jsonl"}, publish[1:]...)...)
	says(1, `"revoked"`, append(bag, "-expect", alice, "token.txt")...)

	unchecked := []string{"-status", "uncheckedUnsafe", "-expect", alice}
	says(exitOK, "VERIFIED: mailto:alice@example.com\n", append(unchecked, "token.txt")...)
	verify[slices.Index(verify, "issuer.jwk")] = "mallory.jwk"
	says(1, `"bad_signature"`, append(unchecked, "-json", "token.txt")...)

	verify = []string{"verify", "-kind", "bare-token", "-holder", "alice.jwk", "-jwks", "issuer.jwk", "-identifier", "email:vc.credentialSubject.email"}
	issued(t, "jwt.txt", args, "-kind", "jwt-vc", "-type", "Employee", "claims.json")
	says(exitOK, "VERIFIED: mailto:alice@example.com\n", append(unchecked, "jwt.txt")...)
	issued(t, "userinfo.txt", args, "-kind", "userinfo", "-kid", "k1", "claims.json")
	says(exitOK, "VERIFIED: mailto:alice@example.com\n", append(unchecked, "userinfo.txt")...)
}

// The keys of ML-DSA, private keys for the holder's public part, and times that are said.
func TestIssuedForAndByEachKindOfKey(t *testing.T) {
	args := issueWorld(t)
	writeText(t, "okp.jwk", `{"kty":"OKP","crv":"Ed25519","d":"nWGxne_9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A","x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"}`) // RFC 8037
	for _, holder := range []string{"pq.pem", "pq.jwk", "okp.jwk", "alice.pem"} {
		issued(t, "credential.txt", args, "-holder", holder, "-key", "pq.pem", "-kid", "k", "-type", "t", "-from", "2026-11-23T12:00:00Z", "claims.json")
		if holder == "pq.jwk" {
			holder = "pq.pem" // the private one
		}
		issued(t, "token.txt", []string{"present", "-audience", "v", "-nonce", "n", "-at", "2026-11-23T12:00:00Z"}, "-key", holder, "credential.txt")
		out, _ := e2eid(t, exitOK, "verify", "-kind", "token", "-jwks", "pq.jwk", "-audience", "v", "-nonce", "n", "-path", "-status", "uncheckedUnsafe",
			"-now", "2026-11-23T12:00:00Z", "-json", "token.txt")
		if !strings.Contains(out, `"notBefore":1795435200,"notAfter":1795521599`) {
			t.Errorf("%s: %s", holder, out)
		}
	}
}

func TestWhatIssueRefuses(t *testing.T) {
	args := append(issueWorld(t), "-type", "t")
	for name, text := range map[string]string{
		"list.json": `["email"]`, "twice.json": `{"a":1,"a":2}`, "cut.json": `{"a":`, "exp.json": `{"exp":1}`, "nbf.json": `{"nbf":1}`, "sd.json": `{"_sd":[]}`,
		"id.json": `{"id":"did:example:1"}`, "deep.json": strings.Repeat("[", 30) + strings.Repeat("]", 30), "long.json": `{"a":"` + strings.Repeat("x", 256<<10) + `"}`,
		"whole.json": `{"a":"` + strings.Repeat("x", 200<<10) + `"}`, "hostile.json": `{"` + "\u202e" + `_sd":1}`,
		"claims.txt": "claims", "none.jwk": `{}`, "secret.jwk": `{"kty":"oct","k":"c2VjcmV0c2VjcmV0"}`,
		"mixed.jwk": `{"kty":"OKP","crv":"Ed25519","d":"nWGxne_9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A","x":"vB1H5iuGsz4z482hDfPWkPeTjIFjuODLrF8oZt7SrVU"}`,
		"short.jwk": `{"kty":"EC","crv":"P-256","d":"c2VjcmV0c2VjcmV0","x":"","y":""}`,
	} {
		writeText(t, name, text)
	}
	for _, c := range []struct {
		why  string
		args []string
	}{
		{"issue takes one file", nil},
		{"issue takes one file", []string{"claims.json", "claims.json"}},
		{"issue takes -issuer, -key, -holder", []string{"-issuer", "", "claims.json"}},
		{"issue takes -issuer, -key, -holder", []string{"-holder", "", "claims.json"}},
		{"-for says how long", []string{"-for", "0s", "claims.json"}},
		{"-for says how long", []string{"-for", "-1h", "claims.json"}},
		{"-kind is sd-jwt, jwt-vc, userinfo or certificate", []string{"-kind", "saml", "claims.json"}},
		{"need -type", []string{"-type", "", "claims.json"}},
		{"need -type", []string{"-kind", "userinfo", "-kid", "k", "claims.json"}},
		{"needs -kid", []string{"-kind", "userinfo", "-type", "", "claims.json"}},
		{"-disclosable goes with -kind sd-jwt", []string{"-kind", "jwt-vc", "-disclosable", "email", "claims.json"}},
		{"-disclosable phone: the claims do not have it", []string{"-disclosable", "phone", "claims.json"}},
		{"or it is said twice", []string{"-disclosable", "email", "-disclosable", "email", "claims.json"}},
		{"-status-list and -status-index go together", []string{"-status-list", "https://id.example.org/1", "claims.json"}},
		{"-status-list and -status-index go together", []string{"-status-index", "0", "claims.json"}},
		{"not a number", []string{"-status-list", "https://id.example.org/1", "-status-index", "-1", "claims.json"}},
		{"below 2^32", []string{"-status-list", "https://id.example.org/1", "-status-index", "4294967296", "claims.json"}},
		{"not a time", []string{"-from", "yesterday", "claims.json"}},
		{"exp", []string{"-from", "9999-12-31T23:00:00Z", "claims.json"}},
		{"no such file", []string{"nowhere.json"}},
		{"no such file", []string{"-key", "nowhere.pem", "claims.json"}},
		{"no such file", []string{"-holder", "nowhere.pem", "claims.json"}},
		{"claims: json: document is an array, not an object", []string{"list.json"}},
		{"claims: json: a second member of this name", []string{"twice.json"}},
		{"claims: json: ", []string{"cut.json"}},
		{"claims: json: ", []string{"deep.json"}},
		{"is too large", []string{"long.json"}},
		{"vc: over a limit", []string{"whole.json"}},
		{`claim "exp" is the issuer's own`, []string{"exp.json"}},
		{`claim "nbf" is the issuer's own`, []string{"nbf.json"}},
		{`claim "_sd" is the issuer's own`, []string{"sd.json"}},
		{`claim "id" is the issuer's own`, []string{"-kind", "jwt-vc", "id.json"}},
		{"malformed", []string{"-disclosable", "nbf", "nbf.json"}},
		{`-disclosable "\u202e"`, []string{"-disclosable", "\u202e", "hostile.json"}},
		{"has no private key", []string{"-key", "claims.txt", "claims.json"}},
		{"is not a private JWK", []string{"-key", "issuer.jwk", "claims.json"}},
		{"is not a private JWK", []string{"-key", "secret.jwk", "claims.json"}},
		{"is not a private JWK", []string{"-key", "short.jwk", "claims.json"}},
		{"not of one key", []string{"-key", "mixed.jwk", "claims.json"}},
		{`not for "ES256"`, []string{"-alg", "ES256", "claims.json"}},
		{"has not one public key", []string{"-holder", "none.jwk", "claims.json"}},
		{"has not one public key", []string{"-holder", "secret.jwk", "claims.json"}},
		{"has not one public key", []string{"-holder", "claims.txt", "claims.json"}},
	} {
		refuses(t, c.why, append(slices.Clone(args), c.args...))
	}
}

func TestWhatPresentRefuses(t *testing.T) {
	args := issueWorld(t)
	issued(t, "credential.txt", args, "-type", "t", "-disclosable", "email", "claims.json")
	issued(t, "jwt.txt", args, "-kind", "jwt-vc", "-type", "t", "claims.json")
	args = []string{"present", "-key", "alice.pem", "-audience", "v", "-nonce", "n"}
	issued(t, "token.txt", args, "credential.txt")
	writeText(t, "long.txt", strings.Repeat("x", 256<<10+1))
	for _, c := range []struct {
		why  string
		args []string
	}{
		{"present takes -key, -audience, -nonce", nil},
		{"present takes -key, -audience, -nonce", []string{"-nonce", "", "credential.txt"}},
		{"present takes -key, -audience, -nonce", []string{"-audience", "", "credential.txt"}},
		{"present takes -key, -audience, -nonce", []string{"credential.txt", "credential.txt"}},
		{"no such file", []string{"nowhere.txt"}},
		{"is too large", []string{"long.txt"}},
		{"is not a private JWK", []string{"-key", "alice.jwk", "credential.txt"}},
		{`not for "Ed25519"`, []string{"-alg", "Ed25519", "credential.txt"}},
		{"not bound to the holder's key", []string{"-key", "mallory.pem", "credential.txt"}},
		{`no disclosure of claim "name"`, []string{"-disclose", "email", "-disclose", "name", "credential.txt"}},
		{"has a Key Binding JWT already", []string{"token.txt"}},
		{"no tilde", []string{"jwt.txt"}},
		{"no tilde", []string{"claims.json"}},
		{"not a time", []string{"-at", "now", "credential.txt"}},
	} {
		refuses(t, c.why, append(slices.Clone(args), c.args...))
	}
}

// refuses runs a command that prints nothing but one line that says why, and perhaps where to read on.
func refuses(t *testing.T, why string, args []string) {
	t.Helper()
	out, errs := e2eid(t, exitUsage, args...)
	line, more, _ := strings.Cut(errs, "\n")
	_, help, _ := strings.Cut(more, "usage:") // of a flag's value, package flag tells all flags
	if out != "" || !strings.Contains(line, why) || help == "" && more != "" && more != "e2eid "+args[0]+" -h tells its flags.\n" {
		t.Errorf("%q: %s%s, want %q", args, out, errs, why)
	}
	checkHarmless(t, errs)
	for _, file := range []string{"issuer.pem", "alice.pem", "secret.jwk", "short.jwk", "mixed.jwk"} {
		for _, word := range secrets(t, file) {
			if strings.Contains(errs, word) {
				t.Errorf("%q: tells of %s", args, file)
			}
		}
	}
}

// secrets are the long words of a file with a private key.
func secrets(t *testing.T, file string) (words []string) {
	b, err := os.ReadFile(file)
	if err != nil {
		return nil // not of this test
	}
	for _, word := range strings.FieldsFunc(string(b), func(r rune) bool { return strings.ContainsRune("\" \n{}:,", r) }) {
		if len(word) >= 16 && !strings.HasPrefix(word, "---") {
			words = append(words, word)
		}
	}
	return words
}

func TestAPublicKeyIsPrintedAsAJWK(t *testing.T) {
	issueWorld(t)
	before, err := os.ReadFile("alice.pem")
	if err != nil {
		t.Fatal(err)
	}
	private, _ := e2eid(t, exitOK, "keys", "jwk", "alice.pem")
	public, _ := e2eid(t, exitOK, "keys", "jwk", "alice.jwk")
	named, _ := e2eid(t, exitOK, "keys", "jwk", "-kid", "k\"1", "alice.jwk")
	if private != public || strings.Contains(private, `"d"`) || named != `{"kid":"k\"1",`+public[1:] {
		t.Errorf("%s%s%s", private, public, named)
	}
	writeText(t, "set.jwk", `{"keys":[`+public+`,`+public+`]}`)
	refuses(t, "it has 2", []string{"keys", "jwk", "set.jwk"})
	refuses(t, "kid", []string{"keys", "jwk", "-kid", strings.Repeat("x", 8<<10), "alice.jwk"})
	if after, err := os.ReadFile("alice.pem"); err != nil || string(after) != string(before) {
		t.Error("the key is another", err)
	}
}

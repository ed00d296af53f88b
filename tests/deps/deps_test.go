// Package deps holds what each part may import, with the reason. A test that fails here wants a change of design, not
// of the list.
package deps

import (
	"os/exec"
	"strings"
	"testing"
)

const module = "github.com/e2eid/e2eid/"

// verifying are the packages that judge what an attacker sent.
var verifying = []string{
	"signature", "internal/base64url", "internal/cbor", "internal/cose", "internal/der", "internal/headkeys", "internal/hex", "internal/jose", "internal/pkix", "internal/sha256",
	"internal/sha512", "internal/strictjson",
	"credential/challenge", "credential/dataintegrity", "credential/did", "credential/keydoc", "credential/mls", "credential/name", "credential/sdjwt", "credential/vc", "credential/x509",
	"internal/inflate", "internal/jcs", "internal/member", "internal/rfc3339",
	"revocation", "revocation/internal/filter", "revocation/delegation", "revocation/crl", "revocation/assertion", "revocation/ocsp", "revocation/statuslist",
	"verifier", "verifier/trust", "wasm/abi",
}

// never are imports, direct ones, that no verifying package may have.
var never = map[string]string{
	"net":                            "verifying fetches nothing: whoever is asked learns whom we talk to",
	"net/http":                       "verifying fetches nothing",
	"net/url":                        "identifiers are compared as bytes; url.URL rewrites them (\"!\" becomes %21)",
	"os":                             "verifying reads no file and no environment",
	"syscall":                        "verifying does no I/O",
	"crypto/x509":                    "accepts 51 of the NIST cases that must be refused, and makes the module 0.3 MB larger",
	"crypto/ecdsa":                   "signatures are the host's: 0.3 MB, and a tenth of WebCrypto's speed",
	"crypto/rsa":                     "signatures are the host's",
	"crypto/ed25519":                 "signatures are the host's",
	"crypto/sha256":                  "links AES-GCM, DRBG, SHA-3 and self-tests: 34 kB of the module, compressed; see internal/sha256",
	"crypto/sha512":                  "links what crypto/sha256 does, which costs as much with one of them as with both",
	"crypto/rand":                    "a verdict is replayed from its inputs",
	"math/rand":                      "a verdict is replayed from its inputs",
	"math/rand/v2":                   "a verdict is replayed from its inputs",
	"encoding/json":                  "accepts duplicate names and trailing bytes, and needs reflection",
	"encoding/asn1":                  "accepts what is not DER, and needs reflection",
	"encoding/hex":                   "links fmt",
	"encoding/pem":                   "passes over what it cannot read; internal/base64url does",
	"encoding/base64":                "skips line breaks even when it is strict; see internal/base64url",
	"fmt":                            "needs reflection: a TinyGo build of the same code is planned",
	"reflect":                        "a TinyGo build of the same code is planned",
	"log":                            "the caller decides what is told to whom",
	"text/template":                  "keeps every exported method alive in the module",
	"math/big":                       "makes the module 60 kB larger",
	"unsafe":                         "nothing here needs it",
	"sync":                           "no goroutines: the core runs to completion on its caller's",
	"golang.org/x/crypto/cryptobyte": "links encoding/asn1, math/big and reflect: 47 kB compressed; see internal/der",
	"github.com/cloudflare/circl":    "no signature backend in the verifying packages",
	"github.com/lestrrat-go":         "accepts what a verifier must refuse, and is no longer maintained: the issuer signs with it",
}

// linked are packages that must not be reached at all from the verifier's module.
var linked = map[string]string{
	"net":           "see above",
	"net/http":      "see above",
	"encoding/json": "see above",
	"fmt":           "see above",
}

// arrows that our own packages must not have.
var arrows = []struct{ from, to, why string }{
	{"credential", "revocation", "what a credential says and who revoked it are judged together, by verifier only"},
	{"credential", "verifier", "parsing trusts nothing and knows no judge"},
	{"revocation", "credential", "a mirror links revocation alone"},
	{"revocation", "verifier", "a mirror links revocation alone"},
	{"signature", "credential", "signature is a leaf"},
	{"signature", "revocation", "signature is a leaf"},
	{"signature", "verifier", "signature is a leaf"},
	{"worker", "credential", "a mirror knows lists, not whom they are about"},
	{"worker", "verifier", "a mirror judges nobody"},
	{"worker", "wasm", "the Worker is a host of its own"},
	{"revocation", "worker", "what verifies does not know who delivers"},
	{"verifier", "worker", "what verifies does not know who delivers"},
}

// authoritySide is linked by nothing that verifies.
var authoritySide = []string{"credential/issuer", "revocation/publisher", "internal/jwxsign"}

func TestVerifyingPackagesImportNothingForbidden(t *testing.T) {
	for _, pkg := range verifying {
		for _, imp := range list(t, "{{join .Imports \"\\n\"}}", module+pkg) {
			for bad, why := range never {
				if imp == bad || strings.Contains(bad, ".") && strings.HasPrefix(imp, bad) {
					t.Errorf("%s imports %s: %s", pkg, imp, why)
				}
			}
		}
	}
}

func TestModuleLinksNothingForbidden(t *testing.T) {
	for _, dep := range list(t, "{{join .Deps \"\\n\"}}", module+"wasm/abi") {
		if within(dep, "crypto") {
			t.Errorf("wasm/abi links %s: any part of crypto links most of crypto/internal/fips140; see crypto/sha256", dep)
		}
		if why, bad := linked[dep]; bad {
			t.Errorf("wasm/abi links %s: %s", dep, why)
		}
		for _, side := range authoritySide {
			if dep == module+side {
				t.Errorf("wasm/abi links %s, which is the authority's", dep)
			}
		}
		if strings.Contains(dep, "circl") {
			t.Errorf("wasm/abi links %s: backends are in wasm/backend", dep)
		}
		if strings.Contains(dep, "lestrrat") {
			t.Errorf("wasm/abi links %s: %s", dep, never["github.com/lestrrat-go"])
		}
	}
}

func TestArrowsBetweenOurPackages(t *testing.T) {
	for _, pkg := range list(t, "{{.ImportPath}}", module+"...") {
		from := strings.TrimPrefix(pkg, module)
		if isAuthoritySide(from) || strings.Contains(from, "mlstest") || strings.HasPrefix(from, "tests/") {
			continue
		}
		for _, imp := range list(t, "{{join .Imports \"\\n\"}}", pkg) {
			to, ours := strings.CutPrefix(imp, module)
			if !ours {
				continue
			}
			for _, a := range arrows {
				if within(from, a.from) && within(to, a.to) {
					t.Errorf("%s imports %s: %s", from, to, a.why)
				}
			}
			if isAuthoritySide(to) && !strings.HasPrefix(from, "cmd/") && !strings.HasPrefix(from, "internal/demo") &&
				!strings.HasPrefix(from, "web/test/") {
				t.Errorf("%s imports %s, which is the authority's", from, to)
			}
			if strings.HasPrefix(to, "tests/") && !strings.HasPrefix(from, "web/test/") { // a fixture is part of a test
				t.Errorf("%s imports %s outside a test", from, to)
			}
		}
	}
}

func TestOnePackageSignsWithJWX(t *testing.T) {
	for _, pkg := range list(t, "{{.ImportPath}}", module+"...") {
		for _, imp := range list(t, "{{join .Imports \"\\n\"}}", pkg) {
			if strings.Contains(imp, "lestrrat") && pkg != module+"internal/jwxsign" {
				t.Errorf("%s imports %s: internal/jwxsign is where it can be replaced", pkg, imp)
			}
		}
	}
}

func isAuthoritySide(pkg string) bool {
	for _, side := range authoritySide {
		if within(pkg, side) {
			return true
		}
	}
	return false
}

func within(pkg, folder string) bool { return pkg == folder || strings.HasPrefix(pkg, folder+"/") }

// list runs go list and returns the lines it prints.
func list(t *testing.T, format, pkg string) []string {
	t.Helper()
	out, err := exec.Command("go", "list", "-f", format, pkg).Output()
	if err != nil {
		t.Fatal(err)
	}
	return strings.Fields(string(out))
}

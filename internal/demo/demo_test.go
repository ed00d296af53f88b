package demo

import (
	"bytes"
	"crypto"
	"crypto/rand"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/asn1"
	"encoding/hex"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/e2eid/e2eid/credential/mls"
	"github.com/e2eid/e2eid/credential/mls/mlstest"
	"github.com/e2eid/e2eid/revocation"
	"github.com/e2eid/e2eid/signature/native"
	"github.com/e2eid/e2eid/verifier"
	"github.com/e2eid/e2eid/verifier/trust"
)

const suite = mls.CipherSuite(2)

// start runs a demo with a page of two files, until the test ends.
func start(t *testing.T, change ...func(*Config)) *Demo {
	t.Helper()
	c := Config{Site: site(t)}
	for _, f := range change {
		f(&c)
	}
	d, err := Start(c)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := d.Close(); err != nil {
			t.Error(err)
		}
	})
	return d
}

func site(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	for name, content := range map[string]string{
		"index.html": "<!doctype html>", "verifier.wasm": "\x00asm", "app.js": "", "secret.key": "", "sub/x.js": "",
	} {
		path := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(content), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

// A call is one HTTP request. What it leaves out is as the page sends it.
type call struct {
	method, url, host, origin, contentType string
	body                                   any
}

type answer struct {
	status int
	header http.Header
	body   []byte
}

func do(t *testing.T, c call) answer {
	t.Helper()
	var body io.Reader
	switch b := c.body.(type) {
	case nil:
	case string:
		body = strings.NewReader(b)
	default:
		encoded, err := json.Marshal(b)
		if err != nil {
			t.Fatal(err)
		}
		body = bytes.NewReader(encoded)
	}
	if c.method == "" {
		c.method = http.MethodGet
	}
	r, err := http.NewRequest(c.method, c.url, body)
	if err != nil {
		t.Fatal(err)
	}
	r.Host = c.host
	if c.origin != "" {
		r.Header.Set("Origin", c.origin)
	}
	if c.contentType != "" {
		r.Header.Set("Content-Type", c.contentType)
	}
	client := &http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	response, err := client.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	content, err := io.ReadAll(response.Body)
	if err != nil {
		t.Fatal(err)
	}
	return answer{response.StatusCode, response.Header, content}
}

// post sends what the page sends, and decodes the answer if into is not nil.
func (d *Demo) post(t *testing.T, path string, body, into any) int {
	t.Helper()
	a := do(t, call{
		method: http.MethodPost, url: d.Authority + path, origin: d.Page, contentType: "application/json", body: body,
	})
	if into != nil && a.status == http.StatusOK {
		if err := json.Unmarshal(a.body, into); err != nil {
			t.Fatal(err)
		}
	}
	return a.status
}

func (d *Demo) token(t *testing.T, id string) string {
	t.Helper()
	for _, a := range d.authority.accounts {
		if a.ID == id {
			return a.Token
		}
	}
	t.Fatal("no account", id)
	return ""
}

// csr returns a PKCS#10 request that asks for these URIs.
func csr(t *testing.T, key crypto.Signer, uris ...string) []byte {
	t.Helper()
	template := &x509.CertificateRequest{}
	if len(uris) > 0 {
		var names []asn1.RawValue
		for _, uri := range uris {
			names = append(names, asn1.RawValue{Class: asn1.ClassContextSpecific, Tag: 6, Bytes: []byte(uri)})
		}
		value, err := asn1.Marshal(names)
		if err != nil {
			t.Fatal(err)
		}
		template.ExtraExtensions = []pkix.Extension{{Id: asn1.ObjectIdentifier{2, 5, 29, 17}, Value: value}}
	}
	der, err := x509.CreateCertificateRequest(rand.Reader, template, key)
	if err != nil {
		t.Fatal(err)
	}
	return der
}

type enrolled struct {
	Chain [][]byte
	Head  uint64
}

// enrol gets a certificate for an account and returns the KeyPackage of a client that has it.
func (d *Demo) enrol(t *testing.T, id string) (keyPackage []byte, head uint64) {
	t.Helper()
	key := mlstest.NewSigner(suite)
	var got enrolled
	request := map[string]any{"token": d.token(t, id), "csr": csr(t, key, "mimi://aurora.example/u/"+id)}
	if status := d.post(t, "/enrol", request, &got); status != http.StatusOK {
		t.Fatal("status", status)
	}
	now := uint64(time.Now().Unix())
	return mlstest.KeyPackage{LeafNode: mlstest.LeafNode{
		Suite: suite, Signer: key, Credential: mlstest.X509(got.Chain...),
		Lifetime: mls.Lifetime{NotBefore: now - 60, NotAfter: now + 3600},
	}}.Build(), got.Head
}

// A client verifies natively with what the demo's services serve.
type client struct {
	*verifier.Verifier
	mirror string
}

func (d *Demo) client(t *testing.T) client {
	t.Helper()
	config, err := trust.Parse(do(t, call{url: d.Authority + "/trust"}).body)
	if err != nil {
		t.Fatal(err)
	}
	v, err := verifier.New(config.Trust)
	if err != nil {
		t.Fatal(err)
	}
	return client{v, config.Mirrors[authorityID]}
}

// refresh fetches what the mirror has and returns the number of its head.
func (c client) refresh(t *testing.T) uint64 {
	t.Helper()
	update, err := c.PlanHead(authorityID, do(t, call{url: c.mirror + authorityID + "/head"}).body, time.Now())
	if err != nil {
		t.Fatal(err)
	}
	if err := update.Conclude(native.Run(update.Checks())); err != nil {
		t.Fatal(err)
	}
	var blobs [][]byte
	for _, b := range update.Needed() {
		blobs = append(blobs, do(t, call{url: c.mirror + "blob/" + b.Name()}).body)
	}
	if err := update.Install(blobs); err != nil {
		t.Fatal(err)
	}
	return update.Head().Body().Number
}

func (c client) verify(keyPackage []byte, expected string) verifier.Verdict {
	plan := c.Plan(time.Now(), time.Now(), []verifier.Presentation{{
		Kind: verifier.KeyPackage, Bytes: keyPackage, Expected: []string{"mimi://aurora.example/u/" + expected},
	}})
	return plan.Conclude(native.Run(plan.Checks()))[0]
}

func expect(t *testing.T, v verifier.Verdict, outcome verifier.Outcome, code verifier.Code) {
	t.Helper()
	if v.Outcome() != outcome || v.Code() != code {
		t.Errorf("%s, want %s(%s)", v.AppendJSON(nil), outcome, code)
	}
}

func TestEnrolVerifyRevoke(t *testing.T) {
	d := start(t)
	alice, _ := d.enrol(t, "alice")
	bob, head := d.enrol(t, "bob")
	c := d.client(t)
	expect(t, c.verify(bob, "bob"), verifier.Undetermined, verifier.CodeRevocationUnavailable)
	if got := c.refresh(t); got != head {
		t.Errorf("mirror has head %d, authority said %d", got, head)
	}
	expect(t, c.verify(alice, "alice"), verifier.Verified, "")
	expect(t, c.verify(bob, "bob"), verifier.Verified, "")
	expect(t, c.verify(bob, "alice"), verifier.Rejected, verifier.CodeIdentityMismatch)

	var revoked struct {
		Revoked int
		Head    uint64
	}
	if status := d.post(t, "/revoke", map[string]string{"account": "bob", "reason": "keyCompromise"}, &revoked); status != 200 {
		t.Fatal("status", status)
	}
	if revoked.Revoked != 1 || revoked.Head <= head {
		t.Errorf("%+v after head %d", revoked, head)
	}
	expect(t, c.verify(bob, "bob"), verifier.Verified, "") // until the client refreshes
	if got := c.refresh(t); got != revoked.Head {
		t.Errorf("mirror has head %d, want %d", got, revoked.Head)
	}
	expect(t, c.verify(bob, "bob"), verifier.Rejected, verifier.CodeRevoked)
	expect(t, c.verify(alice, "alice"), verifier.Verified, "")

	again, _ := d.enrol(t, "bob")
	c.refresh(t)
	expect(t, c.verify(again, "bob"), verifier.Verified, "")
	expect(t, c.verify(bob, "bob"), verifier.Rejected, verifier.CodeRevoked)
}

func TestEveryReasonRevokes(t *testing.T) {
	d := start(t)
	c := d.client(t)
	for r := range revocation.Reason(16) {
		bob, _ := d.enrol(t, "bob")
		status := d.post(t, "/revoke", map[string]string{"account": "bob", "reason": r.String()}, nil)
		if !r.Valid() {
			if status != http.StatusBadRequest {
				t.Errorf("reason %d: status %d", r, status)
			}
			continue
		}
		if status != http.StatusOK {
			t.Fatalf("reason %s: status %d", r, status)
		}
		c.refresh(t)
		want := verifier.CodeRevoked
		if r == revocation.CertificateHold {
			want = verifier.CodeSuspended
		}
		expect(t, c.verify(bob, "bob"), verifier.Rejected, want)
	}
}

func TestEnrolRefuses(t *testing.T) {
	d := start(t)
	key := mlstest.NewSigner(suite)
	own, others := "mimi://aurora.example/u/bob", "mimi://aurora.example/u/alice"
	damaged := csr(t, key, own)
	damaged[len(damaged)-1] ^= 1
	for _, c := range []struct {
		name   string
		body   any
		status int
	}{
		{"a token of nobody", map[string]any{"token": "x", "csr": csr(t, key, own)}, 401},
		{"no token", map[string]any{"csr": csr(t, key, own)}, 401},
		{"another account's name", map[string]any{"token": d.token(t, "bob"), "csr": csr(t, key, others)}, 403},
		{"another account's name beside its own", map[string]any{"token": d.token(t, "bob"), "csr": csr(t, key, own, others)}, 403},
		{"no proof of possession", map[string]any{"token": d.token(t, "bob"), "csr": damaged}, 400},
		{"no request", map[string]any{"token": d.token(t, "bob")}, 400},
		{"base64url", map[string]any{"token": d.token(t, "bob"), "csr": "_-8="}, 400},
		{"an unknown field", map[string]any{"token": d.token(t, "bob"), "csr": csr(t, key, own), "names": []string{others}}, 400},
		{"two bodies", `{"token":"","csr":""}{}`, 400},
		{"no JSON", "token=x", 400},
		{"too much", `{"token":"` + strings.Repeat("x", maxBodyBytes) + `"}`, 413},
	} {
		if status := d.post(t, "/enrol", c.body, nil); status != c.status {
			t.Errorf("%s: status %d, want %d", c.name, status, c.status)
		}
	}
	if n := len(d.authority.ca.Inventory().OfAccount("bob")); n != 0 {
		t.Errorf("%d certificates were issued", n)
	}
}

func TestRevokeRefusesUnknownAccount(t *testing.T) {
	d := start(t)
	for _, id := range []string{"", "carol"} {
		if status := d.post(t, "/revoke", map[string]string{"account": id, "reason": "superseded"}, nil); status != http.StatusNotFound {
			t.Errorf("account %q: status %d", id, status)
		}
	}
}

func TestAuthorityOff(t *testing.T) {
	d := start(t)
	bob, head := d.enrol(t, "bob")
	c := d.client(t)
	if status := d.post(t, "/switch", map[string]bool{"on": false}, nil); status != http.StatusOK {
		t.Fatal("status", status)
	}
	if status := do(t, call{url: d.Authority + "/trust"}).status; status != http.StatusServiceUnavailable {
		t.Errorf("/trust: status %d", status)
	}
	for _, path := range []string{"/enrol", "/revoke"} {
		if status := d.post(t, path, map[string]string{}, nil); status != http.StatusServiceUnavailable {
			t.Errorf("%s: status %d", path, status)
		}
	}
	d.authority.refresh()
	if got := c.refresh(t); got != head {
		t.Errorf("it published head %d while it was off", got)
	}
	expect(t, c.verify(bob, "bob"), verifier.Verified, "")

	if status := d.post(t, "/switch", map[string]string{}, nil); status != http.StatusBadRequest {
		t.Errorf("neither on nor off: status %d", status)
	}
	if status := d.post(t, "/switch", map[string]bool{"on": true}, nil); status != http.StatusOK {
		t.Errorf("on: status %d", status)
	}
	if status := do(t, call{url: d.Authority + "/trust"}).status; status != http.StatusOK {
		t.Errorf("/trust: status %d", status)
	}
}

// While it is on, the authority publishes before its head goes stale.
func TestHeadsAreRenewed(t *testing.T) {
	now := time.Now()
	d := start(t, func(c *Config) { c.Now = func() time.Time { return now } })
	c := d.client(t)
	head := c.refresh(t)
	now = now.Add(time.Second)
	d.authority.refresh()
	if got := c.refresh(t); got != head+1 {
		t.Errorf("head %d after %d", got, head)
	}
}

func TestOnlyThePageChangesAnything(t *testing.T) {
	d := start(t)
	for _, path := range []string{"/enrol", "/revoke", "/switch"} {
		for _, origin := range []string{"", "null", "https://evil.example", d.Authority, d.Mirror, strings.Replace(d.Page, "127.0.0.1", "localhost", 1)} {
			a := do(t, call{
				method: http.MethodPost, url: d.Authority + path, origin: origin, contentType: "application/json", body: "{}",
			})
			if a.status != http.StatusForbidden {
				t.Errorf("%s from %q: status %d", path, origin, a.status)
			}
			if got := a.header.Get("Access-Control-Allow-Origin"); got != d.Page {
				t.Errorf("%s lets %q read", path, got)
			}
		}
		for _, kind := range []string{"", "text/plain", "application/x-www-form-urlencoded"} {
			a := do(t, call{method: http.MethodPost, url: d.Authority + path, origin: d.Page, contentType: kind, body: "{}"})
			if a.status != http.StatusUnsupportedMediaType {
				t.Errorf("%s as %q: status %d", path, kind, a.status)
			}
		}
		if a := do(t, call{url: d.Authority + path, origin: d.Page}); a.status != http.StatusMethodNotAllowed {
			t.Errorf("GET %s: status %d", path, a.status)
		}
	}
}

func TestOtherHostsAreRefused(t *testing.T) {
	d := start(t)
	for _, url := range []string{d.Page + "/", d.Authority + "/trust", d.Mirror + "/" + authorityID + "/head"} {
		if a := do(t, call{url: url}); a.status != http.StatusOK {
			t.Fatalf("%s: status %d", url, a.status)
		}
		for _, host := range []string{"evil.example", "127.0.0.1", "localhost:80", "127.0.0.1:1"} {
			if a := do(t, call{url: url, host: host}); a.status != http.StatusMisdirectedRequest {
				t.Errorf("%s for host %s: status %d", url, host, a.status)
			}
		}
	}
}

func TestMirrorServesHeadAndBlobs(t *testing.T) {
	d := start(t)
	head := d.Mirror + "/" + authorityID + "/head"
	a := do(t, call{url: head})
	parsed, err := revocation.ParseHead(a.body)
	if err != nil {
		t.Fatal(err)
	}
	check := func(a answer, caching string) {
		t.Helper()
		for name, want := range map[string]string{
			"Content-Type": "application/octet-stream", "Cache-Control": caching,
			"Access-Control-Allow-Origin": "*", "X-Content-Type-Options": "nosniff",
		} {
			if got := a.header.Get(name); got != want {
				t.Errorf("%s is %q, want %q", name, got, want)
			}
		}
		if a.header.Get("ETag") == "" {
			t.Error("no ETag")
		}
	}
	check(a, "public, max-age=30, stale-if-error=604800")
	name := parsed.Body().Lists[0].Snapshot.Name()
	check(do(t, call{url: d.Mirror + "/blob/" + name}), "public, max-age=31536000, immutable")

	r, _ := http.NewRequest(http.MethodGet, head, nil)
	r.Header.Set("If-None-Match", a.header.Get("ETag"))
	again, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	again.Body.Close()
	if again.StatusCode != http.StatusNotModified {
		t.Errorf("the same ETag: status %d", again.StatusCode)
	}
	if a := do(t, call{method: http.MethodPost, url: head}); a.status != http.StatusMethodNotAllowed {
		t.Errorf("POST: status %d", a.status)
	}
}

func TestMirrorServesNothingElse(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "kept")
	d := start(t, func(c *Config) { c.Dir = dir })
	parsed, err := revocation.ParseHead(do(t, call{url: d.Mirror + "/" + authorityID + "/head"}).body)
	if err != nil {
		t.Fatal(err)
	}
	blob := parsed.Body().Lists[0].Snapshot.Name()
	if err := os.WriteFile(filepath.Join(dir, "mirror", "head"), []byte("?"), 0o644); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, "mirror", "blob", "head"), []byte("?"), 0o644); err != nil {
		t.Fatal(err)
	}
	for _, path := range []string{
		"/blob", "/blob/", "/blob/head", "/head", "//head", "/./head", "/../head", "/" + authorityID, "/" + authorityID + "/",
		"/" + authorityID + "/.lock", "/" + authorityID + "/head/", "/" + authorityID + "//head", "/" + authorityID + "/%68ead",
		"/.mirror/status", "/" + strings.ToUpper(authorityID) + "/head",
		"/blob/" + strings.ToUpper(blob), "/blob/" + blob + "/", "/blob/" + blob[1:], "/blob/" + blob + "00",
		"/blob/" + hex.EncodeToString(make([]byte, 32)), "/blob/../head.key", "/../head.key", "/..%2fhead.key", "/%2e%2e/head.key",
		"/blob/..%2f..%2fhead.key", `/blob\` + blob, "/" + authorityID + "/../../head.key", "/authority/authority.json",
	} {
		if a := do(t, call{url: d.Mirror + path}); a.status != http.StatusNotFound {
			t.Errorf("%q: status %d, %q", path, a.status, a.body)
		}
	}
}

func TestPage(t *testing.T) {
	d := start(t)
	for path, kind := range map[string]string{
		"/": "text/html; charset=utf-8", "/index.html": "text/html; charset=utf-8", "/app.js": "text/javascript; charset=utf-8",
		"/verifier.wasm": "application/wasm", "/config.json": "application/json", "/sub/x.js": "text/javascript; charset=utf-8",
	} {
		a := do(t, call{url: d.Page + path})
		if a.status != http.StatusOK || a.header.Get("Content-Type") != kind {
			t.Errorf("%s: status %d, %s", path, a.status, a.header.Get("Content-Type"))
		}
		want := "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self'; img-src 'self' data:; connect-src 'self' " +
			d.Authority + " " + d.Mirror + "; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
		if got := a.header.Get("Content-Security-Policy"); got != want {
			t.Errorf("%s: policy %q", path, got)
		}
		if a.header.Get("Cache-Control") != "no-store" || a.header.Get("Access-Control-Allow-Origin") != "" {
			t.Errorf("%s: header %v", path, a.header)
		}
	}
	for _, path := range []string{"/secret.key", "/sub", "/sub/", "/x.js", "/../app.js", "/sub/../app.js", "/%2e%2e/app.js", "/..%2fapp.js", "//app.js", "/.js"} {
		if a := do(t, call{url: d.Page + path}); a.status != http.StatusNotFound {
			t.Errorf("%s: status %d", path, a.status)
		}
	}
	if a := do(t, call{method: http.MethodPost, url: d.Page + "/", body: "x"}); a.status != http.StatusMethodNotAllowed {
		t.Errorf("POST: status %d", a.status)
	}
}

func TestStartRefuses(t *testing.T) {
	for _, addr := range []string{"0.0.0.0", "::", "192.0.2.1", "localhost", "127.0.0.1:80"} {
		if _, err := Start(Config{Addr: addr, Site: site(t)}); !errors.Is(err, ErrAddress) {
			t.Errorf("address %q: %v", addr, err)
		}
	}
	for _, folder := range []string{t.TempDir(), filepath.Join(t.TempDir(), "absent"), ""} {
		if _, err := Start(Config{Site: folder}); !errors.Is(err, ErrSite) {
			t.Errorf("site %q: %v", folder, err)
		}
	}
}

// With a folder, the next start goes on where the last one ended; without, nothing is left.
func TestFolders(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "kept")
	c := Config{Dir: dir, Site: site(t)}
	first, err := Start(c)
	if err != nil {
		t.Fatal(err)
	}
	bob, head := first.enrol(t, "bob")
	if _, err := Start(c); err == nil {
		t.Error("a second demo on the same folder")
	}
	if err := first.Close(); err != nil {
		t.Fatal(err)
	}
	second := start(t, func(other *Config) { *other = c })
	client := second.client(t)
	if got := client.refresh(t); got < head {
		t.Errorf("head %d after %d", got, head)
	}
	expect(t, client.verify(bob, "bob"), verifier.Verified, "")

	temporary, err := Start(Config{Site: c.Site})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(temporary.temporary); err != nil {
		t.Error(err)
	}
	if err := temporary.Close(); err != nil {
		t.Error(err)
	}
	if _, err := os.Stat(temporary.temporary); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("the temporary folder is still there: %v", err)
	}
}

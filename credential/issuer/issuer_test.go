package issuer

import (
	"bytes"
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/asn1"
	"encoding/pem"
	"errors"
	"math/big"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"golang.org/x/crypto/cryptobyte"
	cbasn1 "golang.org/x/crypto/cryptobyte/asn1"

	credential "github.com/e2eid/e2eid/credential/x509"
)

var (
	start = time.Date(2026, 11, 23, 12, 0, 0, 5e8, time.UTC)

	alice = Account{
		ID:           "alice",
		Names:        []string{"mimi://example.com/u/alice", "mimi://example.com/d/alice/1"},
		DisplayName:  "Alice Müller",
		Organization: "Example",
	}
)

func newAuthority(t testing.TB, change ...func(*Config)) *Authority {
	t.Helper()
	c := Config{
		Organization: "Example",
		ListID:       "https://example.com/lists/1",
		CAListID:     "https://example.com/lists/ca",
		Now:          func() time.Time { return start },
	}
	for _, f := range change {
		f(&c)
	}
	a, err := New(c)
	if err != nil {
		t.Fatal(err)
	}
	return a
}

func newKey(t testing.TB, kt KeyType) crypto.Signer {
	t.Helper()
	key, err := generateKey(kt)
	if err != nil {
		t.Fatal(err)
	}
	return key
}

// request makes a PKCS#10 request that asks for URIs, in their bytes.
func request(t testing.TB, key crypto.Signer, uris ...string) []byte {
	t.Helper()
	var names []asn1.RawValue
	for _, u := range uris {
		names = append(names, asn1.RawValue{Class: asn1.ClassContextSpecific, Tag: 6, Bytes: []byte(u)})
	}
	return requestNames(t, key, names...)
}

func requestNames(t testing.TB, key crypto.Signer, names ...asn1.RawValue) []byte {
	t.Helper()
	template := &x509.CertificateRequest{}
	if len(names) > 0 {
		value, err := asn1.Marshal(names)
		if err != nil {
			t.Fatal(err)
		}
		template.ExtraExtensions = []pkix.Extension{{Id: oidSubjectAltName, Value: value}}
	}
	return requestTemplate(t, key, template)
}

func requestTemplate(t testing.TB, key crypto.Signer, template *x509.CertificateRequest) []byte {
	t.Helper()
	der, err := x509.CreateCertificateRequest(rand.Reader, template, key)
	if err != nil {
		t.Fatal(err)
	}
	return der
}

func parse(t testing.TB, der []byte) *credential.Certificate {
	t.Helper()
	c, err := credential.ParseCertificate(der)
	if err != nil {
		t.Fatalf("our own parser refuses a certificate we issued: %v", err)
	}
	return c
}

func uris(c *credential.Certificate) (out []string) {
	for _, n := range c.SubjectAltName {
		if n.Kind == credential.URIName {
			out = append(out, string(n.Value))
		}
	}
	return out
}

// withShortStatusOID re-encodes a certificate with 2.25.1 for the status extension and signs it again: crypto/x509
// does not read arcs of 128 bits.
func withShortStatusOID(t testing.TB, der []byte, key crypto.Signer) []byte {
	t.Helper()
	var cert, tbs, algorithm cryptobyte.String
	in := cryptobyte.String(der)
	if !in.ReadASN1(&cert, cbasn1.SEQUENCE) || !cert.ReadASN1(&tbs, cbasn1.SEQUENCE) || !cert.ReadASN1Element(&algorithm, cbasn1.SEQUENCE) {
		t.Fatal("not a certificate")
	}
	extensionsTag := cbasn1.Tag(3).ContextSpecific().Constructed()
	var b cryptobyte.Builder
	b.AddASN1(cbasn1.SEQUENCE, func(b *cryptobyte.Builder) {
		for !tbs.Empty() {
			var element, list cryptobyte.String
			var tag cbasn1.Tag
			tbs.ReadAnyASN1Element(&element, &tag)
			if tag != extensionsTag {
				b.AddBytes(element)
				continue
			}
			element.ReadASN1(&list, extensionsTag)
			list.ReadASN1(&list, cbasn1.SEQUENCE)
			b.AddASN1(extensionsTag, func(b *cryptobyte.Builder) {
				b.AddASN1(cbasn1.SEQUENCE, func(b *cryptobyte.Builder) {
					for !list.Empty() {
						var whole, content, id cryptobyte.String
						list.ReadASN1Element(&whole, cbasn1.SEQUENCE)
						content = whole
						content.ReadASN1(&content, cbasn1.SEQUENCE)
						content.ReadASN1(&id, cbasn1.OBJECT_IDENTIFIER)
						if string(id) != string(credential.OIDStatus) {
							b.AddBytes(whole)
							continue
						}
						b.AddASN1(cbasn1.SEQUENCE, func(b *cryptobyte.Builder) {
							b.AddASN1ObjectIdentifier(asn1.ObjectIdentifier{2, 25, 1})
							b.AddBytes(content)
						})
					}
				})
			})
		}
	})
	body := b.BytesOrPanic()
	_, hash, err := signatureAlgorithm(key.Public())
	if err != nil {
		t.Fatal(err)
	}
	sig, err := crypto.SignMessage(key, rand.Reader, body, hash)
	if err != nil {
		t.Fatal(err)
	}
	var out cryptobyte.Builder
	out.AddASN1(cbasn1.SEQUENCE, func(b *cryptobyte.Builder) {
		b.AddBytes(body)
		b.AddBytes(algorithm)
		b.AddASN1BitString(sig)
	})
	return out.BytesOrPanic()
}

func TestIssuedCertificateHasTheProfile(t *testing.T) {
	for kt := P256; kt <= Ed25519; kt++ {
		for subject := P256; subject <= Ed25519; subject++ {
			a := newAuthority(t, func(c *Config) { c.KeyType = kt })
			key := newKey(t, subject)
			issued, err := a.Issue(Request{Account: alice, PKCS10: request(t, key)})
			if err != nil {
				t.Fatal(err)
			}
			c := parse(t, issued.Certificate)
			spki, _ := x509.MarshalPKIXPublicKey(key.Public())
			if !bytes.Equal(c.RawPublicKey, spki) {
				t.Error("the certificate is about another key")
			}
			if got := uris(c); !slices.Equal(got, alice.Names) || len(c.SubjectAltName) != len(got) {
				t.Errorf("names are %q, want %q", got, alice.Names)
			}
			cn, _ := c.Subject.Text(credential.OIDCommonName)
			o, _ := c.Subject.Text(credential.OIDOrganization)
			if cn != alice.DisplayName || o != alice.Organization {
				t.Errorf("subject is O=%q CN=%q", o, cn)
			}
			if c.Status == nil || c.Status.ListID != "https://example.com/lists/1" || c.Status.Index != 0 {
				t.Errorf("status reference is %+v", c.Status)
			}
			for id, critical := range map[credential.OID]bool{
				credential.OIDBasicConstraints: true,
				credential.OIDKeyUsage:         true,
				credential.OIDExtKeyUsage:      false,
				credential.OIDSubjectAltName:   false,
				credential.OIDSubjectKeyID:     false,
				credential.OIDAuthorityKeyID:   false,
				credential.OIDStatus:           false,
			} {
				if e := c.Extension(id); e == nil || e.Critical != critical {
					t.Errorf("extension %s is %+v, want critical %v", id, e, critical)
				}
			}
			if len(c.Extensions) != 7 {
				t.Errorf("%d extensions, want 7", len(c.Extensions))
			}
			if want := start.Truncate(time.Second); !c.NotBefore.Equal(want) || !c.NotAfter.Equal(want.Add(DefaultValidity-time.Second)) {
				t.Errorf("valid %v to %v", c.NotBefore, c.NotAfter)
			}
			serial := new(big.Int).SetBytes(c.Serial)
			if c.Serial[0]&0x80 != 0 || serial.BitLen() < 64 || serial.BitLen() > 128 || serial.Cmp(issued.Record.Serial) != 0 {
				t.Errorf("serial number is %x", c.Serial)
			}
		}
	}
}

func TestStandardLibraryAcceptsTheChain(t *testing.T) {
	for kt := P256; kt <= Ed25519; kt++ {
		a := newAuthority(t, func(c *Config) { c.KeyType = kt })
		issued, err := a.Issue(Request{Account: alice, PKCS10: request(t, newKey(t, P256))})
		if err != nil {
			t.Fatal(err)
		}
		var certs []*x509.Certificate
		for _, der := range [][]byte{
			a.Root(),
			withShortStatusOID(t, a.Intermediate(), a.rootKey),
			withShortStatusOID(t, issued.Certificate, a.issuing.key),
		} {
			c, err := x509.ParseCertificate(der)
			if err != nil {
				t.Fatal(err)
			}
			certs = append(certs, c)
		}
		roots, intermediates := x509.NewCertPool(), x509.NewCertPool()
		roots.AddCert(certs[0])
		intermediates.AddCert(certs[1])
		if _, err := certs[2].Verify(x509.VerifyOptions{
			Roots: roots, Intermediates: intermediates, CurrentTime: start, KeyUsages: []x509.ExtKeyUsage{x509.ExtKeyUsageClientAuth},
		}); err != nil {
			t.Errorf("key type %d: %v", kt, err)
		}
		ee, ca, root := certs[2], certs[1], certs[0]
		if ee.KeyUsage != x509.KeyUsageDigitalSignature || ee.IsCA || !ee.BasicConstraintsValid {
			t.Errorf("end entity has usage %b, CA %v", ee.KeyUsage, ee.IsCA)
		}
		for _, c := range []*x509.Certificate{ca, root} {
			if c.KeyUsage != x509.KeyUsageCertSign|x509.KeyUsageCRLSign || !c.IsCA {
				t.Errorf("%s has usage %b, CA %v", c.Subject, c.KeyUsage, c.IsCA)
			}
		}
		if !ca.MaxPathLenZero || root.MaxPathLen != 1 {
			t.Errorf("path lengths are %d and %d", ca.MaxPathLen, root.MaxPathLen)
		}
		if !bytes.Equal(ee.AuthorityKeyId, ca.SubjectKeyId) || !bytes.Equal(ca.AuthorityKeyId, root.SubjectKeyId) {
			t.Error("key identifiers do not chain")
		}
	}
}

func TestOpenSSLAcceptsTheChain(t *testing.T) {
	program, err := exec.LookPath("openssl")
	if err != nil {
		t.Skip("no openssl here")
	}
	for kt := P256; kt <= Ed25519; kt++ {
		dir := t.TempDir()
		a := newAuthority(t, func(c *Config) { c.KeyType = kt })
		csr := filepath.Join(dir, "csr.der")
		if out, err := exec.Command(program, "req", "-new", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes",
			"-keyout", filepath.Join(dir, "key"), "-subj", "/CN=mimi:\\/\\/example.com\\/u\\/alice",
			"-addext", "subjectAltName=URI:mimi://example.com/u/alice", "-outform", "DER", "-out", csr).CombinedOutput(); err != nil {
			t.Fatalf("openssl req: %v\n%s", err, out)
		}
		der, err := os.ReadFile(csr)
		if err != nil {
			t.Fatal(err)
		}
		issued, err := a.Issue(Request{Account: alice, PKCS10: der})
		if err != nil {
			t.Fatal(err)
		}
		if got := uris(parse(t, issued.Certificate)); !slices.Equal(got, alice.Names[:1]) {
			t.Errorf("names are %q: the request narrows them to one", got)
		}
		for name, cert := range map[string][]byte{"root": a.Root(), "ca": a.Intermediate(), "ee": issued.Certificate} {
			block := pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: cert})
			if err := os.WriteFile(filepath.Join(dir, name), block, 0o600); err != nil {
				t.Fatal(err)
			}
		}
		out, err := exec.Command(program, "verify", "-x509_strict", "-purpose", "sslclient", "-attime", "1795500000",
			"-CAfile", filepath.Join(dir, "root"), "-untrusted", filepath.Join(dir, "ca"), filepath.Join(dir, "ee")).CombinedOutput()
		if err != nil {
			t.Errorf("openssl verify, key type %d: %v\n%s", kt, err, out)
		}
	}
}

func TestNamesSurviveByteForByte(t *testing.T) {
	a := newAuthority(t)
	account := alice
	account.Names = []string{
		"wireapp://%40alice_wire@world.com",
		"wireapp://VF6ss_QfQYqVbmUY1Ehtfw!8a1dcf2c7b1e@world.com",
		"im:alice%40example.com",
		"mimi://example.com/u/a%2fb%2Fc",
		"acct:alice@example.com",
	}
	for _, asked := range [][]string{nil, account.Names} {
		issued, err := a.Issue(Request{Account: account, PKCS10: request(t, newKey(t, Ed25519), asked...)})
		if err != nil {
			t.Fatal(err)
		}
		if got := uris(parse(t, issued.Certificate)); !slices.Equal(got, account.Names) {
			t.Errorf("names are %q, want %q", got, account.Names)
		}
	}
	// The comparison is on bytes as well: "%21" is another name than "!".
	other := strings.Replace(account.Names[1], "!", "%21", 1)
	var notOwned *NotOwnedError
	if _, err := a.Issue(Request{Account: account, PKCS10: request(t, newKey(t, Ed25519), other)}); !errors.As(err, &notOwned) {
		t.Errorf("Issue(%q) = %v", other, err)
	}
}

func TestRequestForNamesOfOthersIsRefused(t *testing.T) {
	a := newAuthority(t)
	key := newKey(t, P256)
	general := func(tag int, value string) asn1.RawValue {
		return asn1.RawValue{Class: asn1.ClassContextSpecific, Tag: tag, Bytes: []byte(value)}
	}
	bob := "mimi://example.com/u/bob"
	for name, csr := range map[string][]byte{
		"someone else":                    request(t, key, bob),
		"own name and someone else":       request(t, key, alice.Names[0], bob),
		"own name with other case":        request(t, key, "mimi://example.com/u/Alice"),
		"own name and a NUL":              requestNames(t, key, general(6, alice.Names[0]+"\x00")),
		"prefix of own name":              request(t, key, "mimi://example.com/u/"),
		"own name as dNSName":             requestNames(t, key, general(2, "example.com")),
		"own name beside an address":      requestNames(t, key, general(6, alice.Names[0]), general(1, "bob@example.com")),
		"iPAddress":                       requestNames(t, key, general(7, "\x7f\x00\x00\x01")),
		"someone else as common name":     requestTemplate(t, key, &x509.CertificateRequest{Subject: pkix.Name{CommonName: "Bob"}}),
		"common name is a URI of another": requestTemplate(t, key, &x509.CertificateRequest{Subject: pkix.Name{CommonName: bob}}),
		"another organization":            requestTemplate(t, key, &x509.CertificateRequest{Subject: pkix.Name{Organization: []string{"Other"}}}),
		"other attribute":                 requestTemplate(t, key, &x509.CertificateRequest{Subject: pkix.Name{Country: []string{"DE"}}}),
	} {
		t.Run(name, func(t *testing.T) {
			issued, err := a.Issue(Request{Account: alice, PKCS10: csr})
			var notOwned *NotOwnedError
			if !errors.As(err, &notOwned) && !(name == "own name and a NUL" && errors.Is(err, ErrRequest)) || issued != nil {
				t.Errorf("Issue = %v, %v, want a NotOwnedError", issued, err)
			}
			if notOwned != nil && (notOwned.Account != "alice" || notOwned.Name == "") {
				t.Errorf("error does not say who and what: %+v", notOwned)
			}
		})
	}
	if got := a.Inventory().Lists(); len(got) != 1 {
		t.Errorf("refused requests have used indexes: %+v", got)
	}
}

func TestRequestMayRepeatWhatTheAccountSays(t *testing.T) {
	a := newAuthority(t)
	u, _ := url.Parse(alice.Names[1])
	for _, template := range []*x509.CertificateRequest{
		{},
		{Subject: pkix.Name{CommonName: alice.DisplayName, Organization: []string{alice.Organization}}},
		{Subject: pkix.Name{CommonName: alice.Names[0]}},
		{URIs: []*url.URL{u}},
		// The profile is fixed: this wish is not looked at.
		{ExtraExtensions: []pkix.Extension{{Id: asn1.ObjectIdentifier{2, 5, 29, 19}, Critical: true, Value: []byte{0x30, 3, 1, 1, 0xff}}}},
	} {
		issued, err := a.Issue(Request{Account: alice, PKCS10: requestTemplate(t, newKey(t, P256), template)})
		if err != nil {
			t.Errorf("%+v: %v", template, err)
			continue
		}
		c := parse(t, issued.Certificate)
		if c.BasicConstraints == nil || c.BasicConstraints.CA {
			t.Error("a request has made its holder an authority")
		}
		if cn, _ := c.Subject.Text(credential.OIDCommonName); cn != alice.DisplayName {
			t.Errorf("common name is %q", cn)
		}
	}
}

func TestRequestWithoutPossessionIsRefused(t *testing.T) {
	a := newAuthority(t)
	rsaKey, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		t.Fatal(err)
	}
	for _, key := range []crypto.Signer{newKey(t, P256), newKey(t, P384), newKey(t, P521), newKey(t, Ed25519), rsaKey} {
		whole := request(t, key, alice.Names[0])
		if _, err := a.Issue(Request{Account: alice, PKCS10: whole}); err != nil {
			t.Fatal(err)
		}
		flipped := bytes.Clone(whole)
		flipped[len(flipped)-1] ^= 1
		if _, err := a.Issue(Request{Account: alice, PKCS10: flipped}); !errors.Is(err, ErrPossession) {
			t.Errorf("%T: signature with a flipped bit: %v", key, err)
		}
		// Someone else's key with one's own signature: the key is swapped inside the request.
		other := newKey(t, P256)
		if k, ok := key.(*ecdsa.PrivateKey); ok && k.Curve == elliptic.P256() {
			mine, _ := x509.MarshalPKIXPublicKey(key.Public())
			theirs, _ := x509.MarshalPKIXPublicKey(other.Public())
			swapped := bytes.Replace(whole, mine, theirs, 1)
			if _, err := a.Issue(Request{Account: alice, PKCS10: swapped}); !errors.Is(err, ErrPossession) {
				t.Errorf("a request for someone else's key: %v", err)
			}
		}
	}
	// No single changed bit gives a certificate.
	whole := request(t, newKey(t, Ed25519), alice.Names[0])
	for i := range whole {
		for bit := range 8 {
			whole[i] ^= 1 << bit
			if issued, err := a.Issue(Request{Account: alice, PKCS10: whole}); err == nil || issued != nil {
				t.Errorf("bit %d of byte %d does not matter", bit, i)
			}
			whole[i] ^= 1 << bit
		}
	}
}

func TestWeakKeysAreRefused(t *testing.T) {
	a := newAuthority(t)
	p224, err := ecdsa.GenerateKey(elliptic.P224(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	small, err := rsa.GenerateKey(rand.Reader, 1024)
	if err != nil {
		t.Fatal(err)
	}
	almost, err := rsa.GenerateKey(rand.Reader, 2047)
	if err != nil {
		t.Fatal(err)
	}
	for name, key := range map[string]crypto.Signer{"P-224": p224, "RSA 1024": small, "RSA 2047": almost} {
		if _, err := a.Issue(Request{Account: alice, PKCS10: request(t, key)}); !errors.Is(err, ErrWeakKey) {
			t.Errorf("%s: %v", name, err)
		}
	}
	// An Ed25519 key of small order: everybody can sign for it.
	whole := request(t, newKey(t, Ed25519))
	spki := bytes.Index(whole, []byte{0x2b, 0x65, 0x70, 0x03, 0x21, 0x00}) + 6
	copy(whole[spki:], append([]byte{1}, make([]byte, 31)...))
	if _, err := a.Issue(Request{Account: alice, PKCS10: whole}); !errors.Is(err, ErrWeakKey) {
		t.Errorf("Ed25519 key of small order: %v", err)
	}
	// SHA-1: the algorithm is refused before the signature is looked at.
	whole = request(t, newKey(t, P256))
	sha256ID, sha1ID := []byte("\x2a\x86\x48\xce\x3d\x04\x03\x02"), []byte("\x2a\x86\x48\xce\x3d\x04\x01")
	at := bytes.LastIndex(whole, sha256ID)
	if at < 0 {
		t.Fatal("no algorithm in the request")
	}
	sha1 := slices.Concat(whole[:at-1], []byte{7}, sha1ID, whole[at+len(sha256ID):])
	sha1[at-3]-- // SEQUENCE of the algorithm
	if sha1[1] == 0x81 {
		sha1[2]--
	} else {
		sha1[3]--
	}
	if _, err := a.Issue(Request{Account: alice, PKCS10: sha1}); !errors.Is(err, ErrWeakKey) {
		t.Errorf("ECDSA with SHA-1: %v", err)
	}
}

func TestMalformedRequests(t *testing.T) {
	a := newAuthority(t)
	key := newKey(t, P256)
	whole := request(t, key)
	for name, csr := range map[string][]byte{
		"nothing":        nil,
		"trailing byte":  append(bytes.Clone(whole), 0),
		"truncated":      whole[:len(whole)-1],
		"too long":       make([]byte, maxRequestBytes+1),
		"name twice":     request(t, key, alice.Names[0], alice.Names[0]),
		"no names in it": requestTemplate(t, key, &x509.CertificateRequest{ExtraExtensions: []pkix.Extension{{Id: oidSubjectAltName, Value: []byte{0x30, 0}}}}),
		"65 names":       request(t, key, slices.Collect(manyNames)...),
	} {
		if _, err := a.Issue(Request{Account: alice, PKCS10: csr}); !errors.Is(err, ErrRequest) {
			t.Errorf("%s: %v, want ErrRequest", name, err)
		}
	}
}

func manyNames(yield func(string) bool) {
	for i := range maxNames + 1 {
		if !yield("mimi://example.com/d/alice/" + strings.Repeat("x", i+1)) {
			return
		}
	}
}

func TestAccountsThatCannotBeCertified(t *testing.T) {
	a := newAuthority(t)
	csr := request(t, newKey(t, P256))
	for name, change := range map[string]func(*Account){
		"no id":                    func(c *Account) { c.ID = "" },
		"no names":                 func(c *Account) { c.Names = nil },
		"too many names":           func(c *Account) { c.Names = slices.Collect(manyNames) },
		"name twice":               func(c *Account) { c.Names = []string{"a:b", "a:b"} },
		"name without a scheme":    func(c *Account) { c.Names = []string{"alice"} },
		"empty scheme":             func(c *Account) { c.Names = []string{":alice"} },
		"scheme with a digit":      func(c *Account) { c.Names = []string{"1a:alice"} },
		"nothing after the scheme": func(c *Account) { c.Names = []string{"mimi:"} },
		"name with a space":        func(c *Account) { c.Names = []string{"mimi://example.com/u/al ice"} },
		"name not in ASCII":        func(c *Account) { c.Names = []string{"mimi://example.com/u/alicé"} },
		"name too long":            func(c *Account) { c.Names = []string{"a:" + strings.Repeat("x", maxNameBytes)} },
		"display name too long":    func(c *Account) { c.DisplayName = strings.Repeat("ü", 65) },
		"control character":        func(c *Account) { c.DisplayName = "Alice\x00" },
		"line break":               func(c *Account) { c.Organization = "Example\nBob" },
		"reversed":                 func(c *Account) { c.DisplayName = "Alice \u202egnp.exe" },
		"not UTF-8":                func(c *Account) { c.DisplayName = "Alice\xff" },
	} {
		account := alice
		change(&account)
		if _, err := a.Issue(Request{Account: account, PKCS10: csr}); !errors.Is(err, ErrAccount) {
			t.Errorf("%s: %v, want ErrAccount", name, err)
		}
	}
	nameless := alice
	nameless.DisplayName, nameless.Organization = "", ""
	issued, err := a.Issue(Request{Account: nameless, PKCS10: csr})
	if err != nil {
		t.Fatal(err)
	}
	if c := parse(t, issued.Certificate); !c.Subject.Empty() || !c.Extension(credential.OIDSubjectAltName).Critical {
		t.Error("without a subject the names must be critical")
	}
}

func TestBindChecksAsIssueAndAllotsInTheListThatIsNamed(t *testing.T) {
	a := newAuthority(t)
	const list = "https://aurora.example/lists/credentials"
	key := newKey(t, P256)
	account := Account{ID: "bob", Names: []string{"mimi://aurora.example/u/bob"}}
	for index := range uint64(2) {
		b, err := a.Bind(Request{Account: account, PKCS10: request(t, key, account.Names...)}, list)
		if err != nil {
			t.Fatal(err)
		}
		if b.Record.List != list || b.Record.Index != index || !b.Key.(*ecdsa.PublicKey).Equal(key.Public()) || !b.NotBefore.Before(b.Record.NotAfter) {
			t.Errorf("%+v", b)
		}
	}
	if n, err := a.Inventory().RevokeAccount("bob", start, KeyCompromise); n != 2 || err != nil {
		t.Errorf("revoked %d, %v", n, err)
	}
	var notOwned *NotOwnedError
	if _, err := a.Bind(Request{Account: account, PKCS10: request(t, key, "mimi://aurora.example/u/alice")}, list); !errors.As(err, &notOwned) {
		t.Errorf("somebody else's name: %v", err)
	}
	if _, err := a.Bind(Request{Account: account, PKCS10: request(t, key)}, ""); !errors.Is(err, ErrInventory) {
		t.Errorf("no list: %v", err)
	}
}

func TestValidityIsBounded(t *testing.T) {
	now := start
	a := newAuthority(t, func(c *Config) {
		c.MaxValidity = 90 * 24 * time.Hour
		c.Now = func() time.Time { return now }
	})
	csr := request(t, newKey(t, P256))
	issue := func(d time.Duration) (*credential.Certificate, error) {
		issued, err := a.Issue(Request{Account: alice, PKCS10: csr, For: d})
		if err != nil {
			return nil, err
		}
		c := parse(t, issued.Certificate)
		if !c.NotAfter.Equal(issued.Record.NotAfter) {
			t.Errorf("the inventory has %v, the certificate %v", issued.Record.NotAfter, c.NotAfter)
		}
		return c, nil
	}
	for d, want := range map[time.Duration]time.Duration{
		0:                                  90 * 24 * time.Hour,
		time.Second:                        time.Second,
		90 * 24 * time.Hour:                90 * 24 * time.Hour,
		time.Hour + 999999*time.Nanosecond: time.Hour,
	} {
		c, err := issue(d)
		if err != nil {
			t.Errorf("%v: %v", d, err)
		} else if got := c.NotAfter.Sub(c.NotBefore) + time.Second; got != want {
			t.Errorf("%v: valid for %v, want %v", d, got, want)
		}
	}
	for _, d := range []time.Duration{-1, -time.Hour, 1, 90*24*time.Hour + time.Second, 1<<63 - 1, -1 << 63} {
		if _, err := issue(d); !errors.Is(err, ErrValidity) {
			t.Errorf("%v: %v, want ErrValidity", d, err)
		}
	}
	ca := parse(t, a.Intermediate())
	for _, offset := range []time.Duration{-80 * 24 * time.Hour, -time.Second, 0} {
		now = ca.NotAfter.Add(offset)
		c, err := issue(0)
		if err != nil || !c.NotAfter.Equal(ca.NotAfter) {
			t.Errorf("%v before the end of the issuer: %v, %v", offset, c, err)
		}
	}
	for _, at := range []time.Time{ca.NotAfter.Add(time.Second), ca.NotBefore.Add(-time.Second)} {
		now = at
		if _, err := issue(0); !errors.Is(err, ErrOutsideValidity) {
			t.Errorf("at %v: %v, want ErrOutsideValidity", at, err)
		}
	}
}

func TestNewRefusesConfigurations(t *testing.T) {
	good := Config{Organization: "Example", ListID: "a:1", CAListID: "a:2"}
	if _, err := New(good); err != nil {
		t.Fatal(err)
	}
	for name, change := range map[string]func(*Config){
		"no organization":       func(c *Config) { c.Organization = "" },
		"organization too long": func(c *Config) { c.Organization = strings.Repeat("x", 57) },
		"organization breaks":   func(c *Config) { c.Organization = "a\u2028b" },
		"unknown key type":      func(c *Config) { c.KeyType = Ed25519 + 1 },
		"no list":               func(c *Config) { c.ListID = "" },
		"no list of CAs":        func(c *Config) { c.CAListID = "" },
		"one list for both":     func(c *Config) { c.CAListID = c.ListID },
		"list id too long":      func(c *Config) { c.ListID = strings.Repeat("x", 256) },
		"list id not ASCII":     func(c *Config) { c.ListID = "ü" },
		"negative validity":     func(c *Config) { c.MaxValidity = -time.Hour },
		"validity too short":    func(c *Config) { c.MaxValidity = time.Second - 1 },
	} {
		c := good
		change(&c)
		if a, err := New(c); !errors.Is(err, ErrConfig) || a != nil {
			t.Errorf("%s: %v, want ErrConfig", name, err)
		}
	}
}

func TestConcurrentRequestsGetDifferentIndexes(t *testing.T) {
	a := newAuthority(t)
	if err := a.Save(filepath.Join(t.TempDir(), "authority")); err != nil {
		t.Fatal(err)
	}
	defer a.Inventory().Close()
	csr := request(t, newKey(t, Ed25519))
	const n = 100
	var wg sync.WaitGroup
	results := make([]*Issued, n)
	for i := range n {
		wg.Go(func() {
			issued, err := a.Issue(Request{Account: alice, PKCS10: csr})
			if err != nil {
				t.Error(err)
				return
			}
			results[i] = issued
		})
	}
	wg.Wait()
	seen := map[uint64]bool{}
	serials := map[string]bool{}
	for _, r := range results {
		c := parse(t, r.Certificate)
		if c.Status.Index != r.Record.Index || c.Status.Index >= n {
			t.Fatalf("certificate has index %d, inventory %d", c.Status.Index, r.Record.Index)
		}
		seen[c.Status.Index] = true
		serials[string(c.Serial)] = true
	}
	if len(seen) != n || len(serials) != n {
		t.Errorf("%d certificates have %d indexes and %d serial numbers", n, len(seen), len(serials))
	}
}

func FuzzIssue(f *testing.F) {
	a := newAuthority(f)
	f.Add(request(f, newKey(f, P256)))
	f.Add(request(f, newKey(f, Ed25519), alice.Names...))
	f.Add(requestTemplate(f, newKey(f, P384), &x509.CertificateRequest{Subject: pkix.Name{CommonName: alice.Names[0]}}))
	f.Fuzz(func(t *testing.T, csr []byte) {
		issued, err := a.Issue(Request{Account: alice, PKCS10: csr})
		if err != nil {
			if issued != nil {
				t.Error("a certificate beside an error")
			}
			return
		}
		for _, name := range uris(parse(t, issued.Certificate)) {
			if !slices.Contains(alice.Names, name) {
				t.Errorf("certified %q", name)
			}
		}
	})
}

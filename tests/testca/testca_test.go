package testca

import (
	"bytes"
	"crypto"
	"crypto/ed25519"
	"crypto/x509"
	"encoding/pem"
	"math/big"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/cloudflare/circl/sign/ed448"
	"github.com/cloudflare/circl/sign/mldsa/mldsa44"
	"github.com/cloudflare/circl/sign/mldsa/mldsa65"
	"github.com/cloudflare/circl/sign/mldsa/mldsa87"

	credential "github.com/e2eid/e2eid/credential/x509"
)

// standardKinds are those crypto/x509 knows.
var standardKinds = []Kind{P256, P384, P521, Ed25519, RSA2048}

func verify(a *Authority, der []byte, at time.Time) error {
	c, err := x509.ParseCertificate(der)
	if err != nil {
		return err
	}
	roots, intermediates := x509.NewCertPool(), x509.NewCertPool()
	for pool, ca := range map[*x509.CertPool]*CA{roots: a.Root, intermediates: a.Intermediate} {
		cert, err := x509.ParseCertificate(ca.DER)
		if err != nil {
			return err
		}
		pool.AddCert(cert)
	}
	_, err = c.Verify(x509.VerifyOptions{
		Roots: roots, Intermediates: intermediates, CurrentTime: at, KeyUsages: []x509.ExtKeyUsage{x509.ExtKeyUsageClientAuth},
	})
	return err
}

func TestStandardLibraryAcceptsTheDefault(t *testing.T) {
	for _, authority := range standardKinds {
		a := New(Options{Kind: authority, NoStatus: true})
		for _, kind := range standardKinds {
			c := a.Alice()
			c.Key = NewKey(kind, "alice").Public()
			der := a.Issue(c)
			if err := verify(a, der, At); err != nil {
				t.Errorf("%v certified by %v: %v", kind, authority, err)
			}
			cert, err := x509.ParseCertificate(der)
			if err != nil {
				t.Fatal(err)
			}
			if len(cert.URIs) != 2 || cert.URIs[0].String() != "mimi://example.com/u/alice" || cert.URIs[1].String() != "mimi://example.com/d/alice/1" {
				t.Errorf("names are %v", cert.URIs)
			}
		}
	}
}

func TestOpenSSLAcceptsTheDefault(t *testing.T) {
	program, err := exec.LookPath("openssl")
	if err != nil {
		t.Skip("no openssl here")
	}
	for _, kind := range append([]Kind{Ed448}, standardKinds...) {
		a := New(Options{Kind: kind})
		dir := t.TempDir()
		for name, der := range map[string][]byte{"root": a.Root.DER, "ca": a.Intermediate.DER, "ee": a.Issue(a.Alice())} {
			block := pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der})
			if err := os.WriteFile(filepath.Join(dir, name), block, 0o600); err != nil {
				t.Fatal(err)
			}
		}
		out, err := exec.Command(program, "verify", "-x509_strict", "-purpose", "sslclient", "-attime", "1795500000",
			"-CAfile", filepath.Join(dir, "root"), "-untrusted", filepath.Join(dir, "ca"), filepath.Join(dir, "ee")).CombinedOutput()
		if err != nil {
			t.Errorf("%v: %v\n%s", kind, err, out)
		}
	}
}

func TestOurParserReadsEveryKindAndTheSignatureHolds(t *testing.T) {
	for _, kind := range Kinds() {
		a := New(Options{Kind: kind})
		c := a.Alice()
		c.Key = NewKey(kind, "alice").Public()
		cert, err := credential.ParseCertificate(a.Issue(c))
		if err != nil {
			t.Errorf("%v: %v", kind, err)
			continue
		}
		if cert.PublicKey.Kind == credential.KeyUnknown || !bytes.Equal(cert.PublicKey.Key, RawPublicKey(c.Key)) {
			t.Errorf("%v: key is %v", kind, cert.PublicKey.Kind)
		}
		if cert.Status == nil || cert.Status.ListID != a.ListID || cert.Status.Index != 0 {
			t.Errorf("%v: status is %+v", kind, cert.Status)
		}
		ok := true
		switch pub := a.Intermediate.Key.Public().(type) {
		case ed25519.PublicKey:
			ok = ed25519.Verify(pub, cert.RawTBS, cert.Signature)
		case ed448.PublicKey:
			ok = ed448.Verify(pub, cert.RawTBS, cert.Signature, "")
		case *mldsa44.PublicKey:
			ok = mldsa44.Verify(pub, cert.RawTBS, nil, cert.Signature)
		case *mldsa65.PublicKey:
			ok = mldsa65.Verify(pub, cert.RawTBS, nil, cert.Signature)
		case *mldsa87.PublicKey:
			ok = mldsa87.Verify(pub, cert.RawTBS, nil, cert.Signature)
		}
		if !ok {
			t.Errorf("%v: signature does not hold", kind)
		}
	}
}

func TestEqualTemplatesGiveEqualBytes(t *testing.T) {
	for _, kind := range append(Kinds(), P224, RSA1024) {
		first := derive(kind, &stream{seed: "x"})
		second := derive(kind, &stream{seed: "x"})
		other := derive(kind, &stream{seed: "y"})
		raw := RawPublicKey(first.Public())
		if !bytes.Equal(raw, RawPublicKey(second.Public())) || bytes.Equal(raw, RawPublicKey(other.Public())) {
			t.Errorf("%v: keys do not depend on the seed alone", kind)
		}
		if key := (Key{Signer: first}); !bytes.Equal(key.Sign([]byte("m")), key.Sign([]byte("m"))) {
			t.Errorf("%v: signatures differ", kind)
		}
	}
	a, b := New(Options{}), New(Options{})
	if !slices.EqualFunc(a.Chain(a.Alice()), b.Chain(b.Alice()), bytes.Equal) || !bytes.Equal(a.Root.DER, b.Root.DER) {
		t.Error("two authorities with the same options differ")
	}
	impostor := New(Options{Seed: "impostor"})
	if !bytes.Equal(impostor.Root.Cert.subject(), a.Root.Cert.subject()) || bytes.Equal(SPKI(impostor.Root.Key.Public()), SPKI(a.Root.Key.Public())) {
		t.Error("an impostor has the name and not the key")
	}
}

func TestTemplatesAreValues(t *testing.T) {
	a := New(Options{})
	before := a.Issue(a.Alice())
	original := a.Alice()
	changed := original
	changed.Set(KeyUsage(KeyAgreement), EKU(OIDServerAuth))
	changed.Add(Unknown("1.2.3", true, nil))
	changed.Forbid(OIDSubjectAltName)
	if !bytes.Equal(a.Issue(original), before) {
		t.Error("changing a copy has changed the template")
	}
}

// Each hostile variant is a change of one field, and crypto/x509 refuses it.
func TestHostileVariants(t *testing.T) {
	a := New(Options{NoStatus: true})
	other := NewKey(P256, "other")
	for name, change := range map[string]func(*Cert){
		"signed by another key":         func(c *Cert) { c.SignWith = &other },
		"another algorithm inside":      func(c *Cert) { c.InnerAlgorithm = NewKey(P384, "x").AlgorithmIdentifier() },
		"another algorithm outside":     func(c *Cert) { c.OuterAlgorithm = NewKey(P384, "x").AlgorithmIdentifier() },
		"another issuer":                func(c *Cert) { c.Issuer = Name{{Type: OIDCommonName, Value: "Nobody"}} },
		"issuer in another string type": func(c *Cert) { c.Issuer = a.IntermediateCert().Subject; c.Issuer[0].Tag = 19 },
		"expired":                       func(c *Cert) { c.NotAfter = At.Add(-time.Second) },
		"not yet valid":                 func(c *Cert) { c.NotBefore = At.Add(time.Second) },
		"for servers":                   func(c *Cert) { c.Set(EKU(OIDServerAuth)) },
		"unknown critical extension":    func(c *Cert) { c.Add(Unknown("1.2.3", true, []byte{5, 0})) },
		"extension twice":               func(c *Cert) { c.Add(KeyUsage(DigitalSignature)) },
		"empty extension":               func(c *Cert) { c.Set(Unknown(OIDKeyUsage, true, nil)) },
		"not an extension":              func(c *Cert) { c.Add(Ext{Raw: []byte{5, 0}}) },
		"version 4":                     func(c *Cert) { c.Version = 4 },
		"version not a number":          func(c *Cert) { c.RawVersion = []byte{0xa0, 2, 5, 0} },
		"negative serial number":        func(c *Cert) { c.Serial = big.NewInt(-1) },
		"serial number not minimal":     func(c *Cert) { c.RawSerial = []byte{2, 2, 0, 1} },
		"validity reversed in form":     func(c *Cert) { c.RawValidity = []byte{0x30, 0} },
		"subject not a name":            func(c *Cert) { c.RawSubject = []byte{5, 0} },
		"key not a key":                 func(c *Cert) { c.RawKey = []byte{5, 0} },
		"extensions not a list":         func(c *Cert) { c.RawExtensions = []byte{0xa3, 2, 5, 0} },
		"a byte changed":                func(c *Cert) { c.ChangeTBS = func(b []byte) []byte { b[len(b)-1] ^= 1; return b } },
		"signature cut":                 func(c *Cert) { c.ChangeSignature = func(b []byte) []byte { return b[:len(b)-1] } },
		"signature not a BIT STRING":    func(c *Cert) { c.RawSignature = []byte{5, 0} },
	} {
		c := a.Alice()
		change(&c)
		if err := verify(a, a.Issue(c), At); err == nil {
			t.Errorf("%s: accepted", name)
		}
	}
	// What crypto/x509 lets pass stands in the bytes as it was asked for.
	for name, test := range map[string]struct {
		change func(*Cert)
		want   []byte
	}{
		"unique identifiers": {func(c *Cert) { c.IssuerUniqueID, c.SubjectUniqueID = []byte("is"), []byte("su") }, []byte("\x81\x03\x00is\x82\x03\x00su")},
		"trailing bytes":     {func(c *Cert) { c.Trailing = []byte{5, 0} }, []byte{5, 0}},
		"bytes after TBS":    {func(c *Cert) { c.TrailingTBS = []byte("\x04\x04tail") }, []byte("\x04\x04tail")},
		"GeneralizedTime":    {func(c *Cert) { c.NotAfter = CANotAfter.AddDate(20, 0, 0) }, []byte("\x18\x0f20600101000000Z")},
		"joined attributes": {func(c *Cert) {
			c.Subject = Name{{Type: OIDCommonName, Value: "a"}, {Type: OIDCommonName, Value: "b", Join: true, Tag: 19}}
		}, []byte("\x30\x16\x31\x14\x30\x08\x06\x03\x55\x04\x03\x0c\x01a\x30\x08\x06\x03\x55\x04\x03\x13\x01b")},
		"otherName":         {func(c *Cert) { c.Set(SAN(OtherName("1.2.3", []byte{5, 0}))) }, []byte("\x30\x0a\xa0\x08\x06\x02\x2a\x03\xa0\x02\x05\x00")},
		"registeredID":      {func(c *Cert) { c.Set(SAN(RegisteredID("1.2.3"))) }, []byte("\x30\x04\x88\x02\x2a\x03")},
		"serial number 255": {func(c *Cert) { c.Serial = big.NewInt(255) }, []byte{0x02, 0x02, 0x00, 0xff}},
	} {
		c := a.Alice()
		test.change(&c)
		if der := a.Issue(c); !bytes.Contains(der, test.want) {
			t.Errorf("%s: %x does not contain %x", name, der, test.want)
		}
	}
	c := a.Alice()
	c.Version, c.Extensions = 1, nil
	c.Forbid(OIDSubjectKeyID, OIDAuthorityKeyID)
	if cert, err := x509.ParseCertificate(a.Issue(c)); err != nil || cert.Version != 1 || len(cert.Extensions) != 0 {
		t.Errorf("version 1: %v", err)
	}
}

func TestStandardLibraryReadsTheExtensions(t *testing.T) {
	a := New(Options{NoStatus: true})
	c := a.Alice()
	c.Set(
		BasicConstraints(true, 3),
		KeyUsage(DigitalSignature, CRLSign, DecipherOnly),
		EKU(OIDClientAuth, OIDAnyEKU, "1.2.3"),
		SAN(URI("im:a"), Email("a@example.com"), DNS("example.com"), IP(127, 0, 0, 1), Directory(Name{{Type: OIDCountry, Value: "DE", Tag: 19}}), OtherName("1.2.3", []byte{5, 0})),
		NameConstraints([]GeneralName{DNS("example.com"), URI(".example.com")}, []GeneralName{Email("example.org"), IP(10, 0, 0, 0, 255, 0, 0, 0)}),
		Policies(OIDAnyPolicy, "1.2.3.4"),
		PolicyMappings([2]OID{"1.2.3", "1.2.4"}),
		PolicyConstraints(1, 2),
		InhibitAnyPolicy(4),
		CRLDP("http://example.com/1.crl", "http://example.com/2.crl"),
		AIA("http://ocsp.example.com", "http://example.com/ca.der"),
		SKI([]byte("subject")),
		AKI([]byte("issuer")),
		Unknown("1.2.3", false, []byte{5, 0}),
	)
	der := a.Issue(c)
	x, err := x509.ParseCertificate(der)
	if err != nil {
		t.Fatal(err)
	}
	for name, ok := range map[string]bool{
		"basic constraints":  x.IsCA && x.MaxPathLen == 3,
		"key usage":          x.KeyUsage == x509.KeyUsageDigitalSignature|x509.KeyUsageCRLSign|x509.KeyUsageDecipherOnly,
		"extended key usage": slices.Equal(x.ExtKeyUsage, []x509.ExtKeyUsage{x509.ExtKeyUsageClientAuth, x509.ExtKeyUsageAny}) && x.UnknownExtKeyUsage[0].String() == "1.2.3",
		"names": x.URIs[0].String() == "im:a" && x.EmailAddresses[0] == "a@example.com" && x.DNSNames[0] == "example.com" &&
			x.IPAddresses[0].String() == "127.0.0.1",
		"name constraints": x.PermittedDNSDomains[0] == "example.com" && x.PermittedURIDomains[0] == ".example.com" &&
			x.ExcludedEmailAddresses[0] == "example.org" && x.ExcludedIPRanges[0].String() == "10.0.0.0/8",
		"policies":              x.Policies[0].String() == string(OIDAnyPolicy) && x.Policies[1].String() == "1.2.3.4",
		"policy mappings":       x.PolicyMappings[0].IssuerDomainPolicy.String() == "1.2.3" && x.PolicyMappings[0].SubjectDomainPolicy.String() == "1.2.4",
		"policy constraints":    x.RequireExplicitPolicy == 1 && x.InhibitPolicyMapping == 2,
		"inhibit any policy":    x.InhibitAnyPolicy == 4,
		"CRL points":            slices.Equal(x.CRLDistributionPoints, []string{"http://example.com/1.crl", "http://example.com/2.crl"}),
		"authority information": x.OCSPServer[0] == "http://ocsp.example.com" && x.IssuingCertificateURL[0] == "http://example.com/ca.der",
		"key identifiers":       string(x.SubjectKeyId) == "subject" && string(x.AuthorityKeyId) == "issuer",
	} {
		if !ok {
			t.Errorf("crypto/x509 reads another %s", name)
		}
	}
	if len(x.Extensions) != len(c.Extensions) {
		t.Errorf("%d extensions, want %d", len(x.Extensions), len(c.Extensions))
	}
	for i, e := range c.Extensions {
		if x.Extensions[i].Id.String() != string(e.OID) || x.Extensions[i].Critical != e.Critical || !bytes.Equal(x.Extensions[i].Value, e.Value) {
			t.Errorf("extension %d is %+v, want %+v", i, x.Extensions[i], e)
		}
	}
	if _, err := credential.ParseCertificate(der); err != nil {
		t.Errorf("our parser: %v", err)
	}
}

func TestKeyUsageIsMinimal(t *testing.T) {
	for want, e := range map[string]Ext{
		"\x03\x01\x00":         KeyUsage(),
		"\x03\x02\x07\x80":     KeyUsage(DigitalSignature),
		"\x03\x02\x01\x06":     KeyUsage(KeyCertSign, CRLSign),
		"\x03\x02\x00\x01":     KeyUsage(EncipherOnly),
		"\x03\x03\x07\x00\x80": KeyUsage(DecipherOnly),
	} {
		if string(e.Value) != want {
			t.Errorf("%x, want %x", e.Value, want)
		}
	}
}

func TestObjectIdentifiers(t *testing.T) {
	for _, id := range []OID{"0.0", "1.2.3", "2.5.29.17", "2.999.1", "1.2.840.113549.1.1.11", "2.25.127", "2.25.128", OIDStatus} {
		want, err := x509.ParseOID(string(id))
		if err != nil {
			t.Fatal(err)
		}
		content, err := want.MarshalBinary()
		if err != nil {
			t.Fatal(err)
		}
		if got := id.content(); !bytes.Equal(got, content) {
			t.Errorf("%s is %x, want %x", id, got, content)
		}
	}
	if string(OIDStatus.content()) != string(credential.OIDStatus) {
		t.Error("the status extension has another identifier in package credential/x509")
	}
	for _, id := range []OID{"", "1", "1.", "1..2", "3.1", "1.-2", "a.b"} {
		func() {
			defer func() {
				if r, _ := recover().(string); !strings.HasPrefix(r, "testca: ") {
					t.Errorf("%q: %v", id, r)
				}
			}()
			id.DER()
		}()
	}
}

func TestHashOfASignatureCanBeChosen(t *testing.T) {
	a := New(Options{NoStatus: true})
	for _, kind := range []Kind{P256, P384, P521, RSA2048} {
		for _, hash := range []crypto.Hash{crypto.SHA256, crypto.SHA384, crypto.SHA512} {
			key := NewKey(kind, "hash")
			key.Hash = hash
			root := NewRoot(a.RootCert(), key)
			cert, err := x509.ParseCertificate(root.DER)
			if err != nil {
				t.Fatal(err)
			}
			if err := cert.CheckSignatureFrom(cert); err != nil {
				t.Errorf("%v with %v: %v", kind, hash, err)
			}
		}
	}
}

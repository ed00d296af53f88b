package standard

import (
	"bytes"
	"compress/gzip"
	"compress/zlib"
	"crypto"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/base64"
	"encoding/json"
	"errors"
	"io"
	"math/big"
	"strings"
	"testing"
	"time"

	"github.com/lestrrat-go/jwx/v2/jwa"
	"github.com/lestrrat-go/jwx/v2/jws"

	"github.com/e2eid/e2eid/revocation"
)

var (
	start   = time.Unix(1_700_000_000, 0).UTC()
	entries = []revocation.Entry{{Index: 0, Reason: revocation.KeyCompromise}, {Index: 9, Reason: revocation.CertificateHold}, {Index: 999}}
)

func token(t testing.TB) (Token, ed25519.PublicKey) {
	pub, key, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	return Token{"https://a.example", "https://a.example/s/1", start, start.Add(time.Hour), "k1", key}, pub
}

func claims(t testing.TB, text string, pub ed25519.PublicKey, typ string) map[string]any {
	t.Helper()
	payload, err := jws.Verify([]byte(text), jws.WithKey(jwa.EdDSA, pub))
	if err != nil {
		t.Fatal(err)
	}
	header, err := base64.RawURLEncoding.DecodeString(strings.Split(text, ".")[0])
	if err != nil || !bytes.Contains(header, []byte(`"`+typ+`"`)) {
		t.Errorf("header %s, %v", header, err)
	}
	var out map[string]any
	if err := json.Unmarshal(payload, &out); err != nil {
		t.Fatal(err)
	}
	return out
}

func TestStatusListSaysWhatIsRevokedAndSuspended(t *testing.T) {
	k, pub := token(t)
	text, err := StatusList(k, 1000, entries)
	if err != nil {
		t.Fatal(err)
	}
	c := claims(t, text, pub, "statuslist+jwt")
	list := c["status_list"].(map[string]any)
	if c["sub"] != k.List || list["bits"] != 2.0 {
		t.Errorf("claims %v", c)
	}
	compressed, _ := base64.RawURLEncoding.DecodeString(list["lst"].(string))
	r, err := zlib.NewReader(bytes.NewReader(compressed))
	if err != nil {
		t.Fatal(err)
	}
	bits, err := io.ReadAll(r)
	if err != nil || len(bits) != 250 {
		t.Fatal(len(bits), err)
	}
	for i := range 1000 {
		want := byte(0)
		switch i {
		case 0, 999:
			want = 1
		case 9:
			want = 2
		}
		if got := bits[i/4] >> (i % 4 * 2) & 3; got != want {
			t.Errorf("status of %d is %d, want %d", i, got, want)
		}
	}
}

func TestBitstringSaysOnePurpose(t *testing.T) {
	k, pub := token(t)
	for purpose, want := range map[string][]int{"revocation": {0, 999}, "suspension": {9}} {
		text, err := Bitstring(k, purpose, 1000, entries)
		if err != nil {
			t.Fatal(err)
		}
		subject := claims(t, text, pub, "vc+jwt")["credentialSubject"].(map[string]any)
		compressed, _ := base64.RawURLEncoding.DecodeString(strings.TrimPrefix(subject["encodedList"].(string), "u"))
		r, err := gzip.NewReader(bytes.NewReader(compressed))
		if err != nil {
			t.Fatal(err)
		}
		bits, err := io.ReadAll(r)
		if err != nil || len(bits)*8 != MinimumBits {
			t.Fatal(len(bits), err)
		}
		var got []int
		for i := range MinimumBits {
			if bits[i/8]>>(7-i%8)&1 == 1 {
				got = append(got, i)
			}
		}
		if len(got) != len(want) || got[0] != want[0] {
			t.Errorf("%s lists %d, want %d", purpose, got, want)
		}
	}
}

func TestCRLIsReadBack(t *testing.T) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "CA"}, NotBefore: start, NotAfter: start.AddDate(1, 0, 0),
		IsCA: true, BasicConstraintsValid: true, KeyUsage: x509.KeyUsageCertSign | x509.KeyUsageCRLSign, SubjectKeyId: []byte{1, 2}}
	der, err := x509.CreateCertificate(rand.Reader, template, template, key.Public(), key)
	if err != nil {
		t.Fatal(err)
	}
	ca, _ := x509.ParseCertificate(der)
	b, err := CRL(ca, key, 7, start, start.Add(time.Hour), []Revoked{{big.NewInt(5), start.Add(-time.Hour), revocation.KeyCompromise}, {Serial: big.NewInt(6)}})
	if err != nil {
		t.Fatal(err)
	}
	list, err := x509.ParseRevocationList(b)
	if err != nil || list.CheckSignatureFrom(ca) != nil || list.Number.Int64() != 7 || len(list.RevokedCertificateEntries) != 2 ||
		list.RevokedCertificateEntries[0].ReasonCode != 1 {
		t.Errorf("%+v, %v", list, err)
	}
}

func TestWhatAFormCannotHoldIsRefused(t *testing.T) {
	k, _ := token(t)
	backwards := k
	backwards.NextUpdate = start
	without := k
	without.Key = nil
	for name, try := range map[string]func() (string, error){
		"index that is not issued": func() (string, error) { return StatusList(k, 999, entries) },
		"bit that is not issued":   func() (string, error) { return Bitstring(k, "revocation", 999, entries) },
		"a purpose nobody has":     func() (string, error) { return Bitstring(k, "message", 1000, entries) },
		"an end before its start":  func() (string, error) { return StatusList(backwards, 1000, entries) },
		"no key":                   func() (string, error) { return StatusList(without, 1000, entries) },
	} {
		if text, err := try(); err == nil || text != "" {
			t.Errorf("%s: %q", name, text)
		}
	}
	if _, err := StatusList(k, 1, entries); !errors.Is(err, ErrInput) {
		t.Error(err)
	}
}

// A module is a key in hardware, of no type that is known.
type module struct{ key crypto.Signer }

func (m module) Public() crypto.PublicKey { return m.key.Public() }

func (m module) Sign(random io.Reader, digest []byte, opts crypto.SignerOpts) ([]byte, error) {
	return m.key.Sign(random, digest, opts)
}

func TestKeysInHardwareSign(t *testing.T) {
	ed := ed25519.NewKeyFromSeed(make([]byte, ed25519.SeedSize))
	for name, curve := range map[jwa.SignatureAlgorithm]elliptic.Curve{jwa.EdDSA: nil, jwa.ES256: elliptic.P256(), jwa.ES384: elliptic.P384()} {
		var key crypto.Signer = ed
		if curve != nil {
			var err error
			if key, err = ecdsa.GenerateKey(curve, rand.Reader); err != nil {
				t.Fatal(err)
			}
		}
		k := Token{"https://a.example", "https://a.example/s/1", start, start.Add(time.Hour), "k1", module{key}}
		list, err := StatusList(k, 1000, entries)
		if err != nil {
			t.Errorf("%s: %v", name, err)
		}
		bits, err := Bitstring(k, "revocation", 1000, entries)
		if err != nil {
			t.Errorf("%s: %v", name, err)
		}
		for _, text := range []string{list, bits} {
			if _, err := jws.Verify([]byte(text), jws.WithKey(name, key.Public())); err != nil {
				t.Errorf("%s: %v", name, err)
			}
		}
		template := &x509.Certificate{SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "CA"}, KeyUsage: x509.KeyUsageCRLSign, SubjectKeyId: []byte{1}}
		der, err := x509.CreateCertificate(rand.Reader, template, template, key.Public(), key)
		if err != nil {
			t.Fatal(err)
		}
		ca, _ := x509.ParseCertificate(der)
		b, err := CRL(ca, module{key}, 7, start, start.Add(time.Hour), []Revoked{{Serial: big.NewInt(6)}})
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		parsed, err := x509.ParseRevocationList(b)
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		if err := ca.CheckSignature(parsed.SignatureAlgorithm, parsed.RawTBSRevocationList, parsed.Signature); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
}

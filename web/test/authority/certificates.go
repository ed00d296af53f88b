package main

import (
	"crypto/ed25519"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/json"
	"math/big"
	"net/url"
	"os"
)

// attacker would see a request. Also in web/test/addresses.ts.
const attacker = "https://attacker.example"

// writeCertificates writes end entities with the attacker's addresses in them: where their CRL lies, where OCSP answers, and
// where their issuer's certificate lies, which is there for the one and absent for the other.
func writeCertificates(file string, key ed25519.PrivateKey) {
	ca := func(name string) *x509.Certificate {
		return &x509.Certificate{
			SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: name}, NotBefore: start, NotAfter: start.AddDate(1, 0, 0),
			KeyUsage: x509.KeyUsageCertSign, BasicConstraintsValid: true, IsCA: true,
		}
	}
	root, middle := ca("root"), ca("middle")
	middle.SerialNumber = big.NewInt(2)
	user, err := url.Parse("mimi://example.com/u/alice")
	check(err)
	end := func(serial int64) *x509.Certificate {
		return &x509.Certificate{
			SerialNumber: big.NewInt(serial), NotBefore: start, NotAfter: start.AddDate(0, 1, 0), URIs: []*url.URL{user},
			KeyUsage: x509.KeyUsageDigitalSignature, ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageClientAuth},
			CRLDistributionPoints: []string{attacker + "/crl"}, OCSPServer: []string{attacker + "/ocsp"}, IssuingCertificateURL: []string{attacker + "/ca"},
		}
	}
	// Each has a key of its own: one key and name twice would be one authority.
	middleKey := ed25519.NewKeyFromSeed(append(make([]byte, ed25519.SeedSize-1), 1))
	endKey := ed25519.NewKeyFromSeed(append(make([]byte, ed25519.SeedSize-1), 2)).Public()
	issue := func(template, parent *x509.Certificate, public any, by ed25519.PrivateKey) []byte {
		der, err := x509.CreateCertificate(nil, template, parent, public, by)
		check(err)
		return der
	}
	text, err := json.Marshal(map[string][]byte{
		"anchor":      issue(root, root, key.Public(), key),
		"certificate": issue(end(3), root, endKey, key),
		"orphan":      issue(end(4), middle, endKey, middleKey),
	})
	check(err)
	check(os.WriteFile(file, text, 0o644))
}

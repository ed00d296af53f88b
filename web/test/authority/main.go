// Command authority writes what the package's tests take for the data of a mirror: three publications of one authority,
// and a second one of number 2 that contradicts the first, trust anchors, certificates with addresses in them, and a verifiable credential.
package main

import (
	"crypto/ed25519"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/base64"
	"log"
	"math/big"
	"os"
	"path/filepath"
	"time"

	"github.com/e2eid/e2eid/revocation"
	"github.com/e2eid/e2eid/revocation/publisher"
)

const (
	authority = "example"
	list      = "https://example.com/lists/1"
)

// Also in web/test/mirror.ts.
var start = time.Date(2026, 11, 23, 0, 0, 0, 0, time.UTC)

func main() {
	log.SetFlags(0)
	out := os.Args[1]
	key := ed25519.NewKeyFromSeed(make([]byte, ed25519.SeedSize))
	signer, err := publisher.NewSigner(key)
	check(err)
	for i, revoked := range [][]revocation.Entry{{}, {{Index: 7}}, {{Index: 7}, {Index: 11}}} {
		publish(out, i, revoked, signer)
		name := "head" + string(rune('1'+i))
		head, err := os.ReadFile(filepath.Join(out, authority, "head"))
		check(err)
		check(os.WriteFile(filepath.Join(out, name), head, 0o644))
	}
	fork := filepath.Join(out, "fork")
	publish(fork, 0, []revocation.Entry{{Index: 9}}, signer)
	first, err := os.ReadFile(filepath.Join(fork, authority, "head"))
	check(err)
	check(os.WriteFile(filepath.Join(fork, "head1"), first, 0o644))
	publish(fork, 1, []revocation.Entry{{Index: 8}, {Index: 9}}, signer)
	public := base64.StdEncoding.EncodeToString(key.Public().(ed25519.PublicKey))
	check(os.WriteFile(filepath.Join(out, "key"), []byte(public), 0o644))
	for _, name := range []string{"anchor1", "anchor2"} {
		check(os.WriteFile(filepath.Join(out, name), anchor(name, key), 0o644))
	}
	writeTokens(filepath.Join(out, "tokens.json"))
	writeMembers(filepath.Join(out, "members"))
	writeCertificates(filepath.Join(out, "certificates.json"), key)
}

// anchor returns a self-signed certificate: a configuration needs one, though these tests present none.
func anchor(name string, key ed25519.PrivateKey) []byte {
	template := &x509.Certificate{
		SerialNumber:          big.NewInt(1),
		Subject:               pkix.Name{CommonName: name},
		NotBefore:             start,
		NotAfter:              start.AddDate(1, 0, 0),
		KeyUsage:              x509.KeyUsageCertSign,
		BasicConstraintsValid: true,
		IsCA:                  true,
	}
	der, err := x509.CreateCertificate(nil, template, template, key.Public(), key)
	check(err)
	return der
}

func publish(dir string, hour int, revoked []revocation.Entry, signer publisher.Signer) {
	check(os.MkdirAll(dir, 0o755))
	f, err := publisher.Open(dir, authority)
	check(err)
	now := start.Add(time.Duration(hour) * time.Hour)
	_, err = f.Publish(publisher.Publication{
		ThisUpdate: now,
		NextUpdate: now.Add(24 * time.Hour),
		Lists:      []publisher.List{{ID: list, Issued: 1000, Revoked: revoked}},
	}, signer)
	check(err)
}

func check(err error) {
	if err != nil {
		log.Fatal(err)
	}
}

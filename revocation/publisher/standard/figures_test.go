package standard

import (
	"crypto/ed25519"
	"crypto/x509"
	"math/big"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/e2eid/e2eid/revocation"
)

// The same set, 1 % of a million, in each form.
func TestFiguresBesideOtherForms(t *testing.T) {
	const covered, count = 1_000_000, 10_000
	rng := rand.New(rand.NewPCG(9, 10))
	chosen := map[uint64]bool{}
	for len(chosen) < count {
		chosen[rng.Uint64N(covered)] = true
	}
	var entries []revocation.Entry
	var revoked []Revoked
	bits := make([]byte, covered/8)
	for i := range uint64(covered) {
		if chosen[i] {
			bits[i/8] |= 1 << (i % 8)
			entries = append(entries, revocation.Entry{Index: i})
			revoked = append(revoked, Revoked{Serial: new(big.Int).SetUint64(1<<63 | i)})
		}
	}
	_, blobs, err := revocation.EncodeList("https://a.example/1", covered, entries, false)
	if err != nil {
		t.Fatal(err)
	}
	t.Logf("figure revocation.index_bytes_1e6_1pct %d bytes", len(blobs[0]))
	zipped, err := compress(bits, gzipBest)
	if err != nil {
		t.Fatal(err)
	}
	t.Logf("figure revocation.peer_gzip_bitstring_bytes_1e6_1pct %d bytes", len(zipped))
	key := ed25519.NewKeyFromSeed(make([]byte, 32))
	now := time.Unix(1700000000, 0)
	token, err := StatusList(Token{List: "https://a.example/1", ThisUpdate: now, NextUpdate: now.Add(time.Hour), Key: key}, covered, entries)
	if err != nil {
		t.Fatal(err)
	}
	t.Logf("figure revocation.peer_status_list_token_bytes_1e6_1pct %d bytes", len(token))
	issuer := &x509.Certificate{SerialNumber: big.NewInt(1), IsCA: true, BasicConstraintsValid: true, KeyUsage: x509.KeyUsageCRLSign, SubjectKeyId: []byte{1}}
	crl, err := CRL(issuer, key, 1, now, now.Add(time.Hour), revoked)
	if err != nil {
		t.Fatal(err)
	}
	t.Logf("figure revocation.peer_der_crl_bytes_1e6_1pct %d bytes", len(crl))
}

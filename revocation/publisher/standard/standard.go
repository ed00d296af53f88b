// Package standard writes what an authority revokes in the forms of other specifications, for clients that do not read signed
// compact lists: a CRL (RFC 5280), a Token Status List (draft-ietf-oauth-status-list) and a Bitstring Status List credential
// (W3C). They say the same as the compact list; what they cannot say, such as the reason in a bitstring, is left out.
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
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math/big"
	"time"

	"github.com/e2eid/e2eid/internal/jwxsign"
	"github.com/e2eid/e2eid/revocation"
)

// ErrInput reports what a form cannot hold.
var ErrInput = errors.New("standard: cannot be written")

// MinimumBits is the least number of entries of a Bitstring Status List, for the privacy of those in it.
const MinimumBits = 131072

// A Token says who signs a token about which list, and for how long.
type Token struct {
	Issuer     string // of a Bitstring Status List credential
	List       string // the URI that credentials name
	ThisUpdate time.Time
	NextUpdate time.Time
	KeyID      string
	Key        crypto.Signer // Ed25519, P-256 or P-384
}

// StatusList returns a Token Status List token (a JWT) of so many indexes, with 1 bit for each, or 2 if any are suspended.
func StatusList(t Token, issued uint64, entries []revocation.Entry) (string, error) {
	width := uint64(1)
	for _, e := range entries {
		if e.Reason == revocation.CertificateHold {
			width = 2
		}
	}
	list := make([]byte, (issued*width+7)/8)
	for _, e := range entries {
		if e.Index >= issued {
			return "", fmt.Errorf("%w: index %d is not issued", ErrInput, e.Index)
		}
		status := byte(1) // INVALID
		if e.Reason == revocation.CertificateHold {
			status = 2 // SUSPENDED
		}
		list[e.Index*width/8] |= status << (e.Index * width % 8)
	}
	compressed, err := compress(list, func(w io.Writer) (io.WriteCloser, error) { return zlib.NewWriterLevel(w, zlib.BestCompression) })
	if err != nil {
		return "", err
	}
	return t.sign("statuslist+jwt", map[string]any{
		"sub": t.List, "iat": t.ThisUpdate.Unix(), "exp": t.NextUpdate.Unix(),
		"ttl":         int64(t.NextUpdate.Sub(t.ThisUpdate) / time.Second),
		"status_list": map[string]any{"bits": width, "lst": base64.RawURLEncoding.EncodeToString(compressed)},
	})
}

// Bitstring returns a Bitstring Status List credential, secured as a JWT. Purpose is "revocation", which lists what is revoked,
// or "suspension", which lists what is suspended.
func Bitstring(t Token, purpose string, issued uint64, entries []revocation.Entry) (string, error) {
	if purpose != "revocation" && purpose != "suspension" {
		return "", fmt.Errorf("%w: purpose %q", ErrInput, purpose)
	}
	list := make([]byte, (max(issued, MinimumBits)+7)/8)
	for _, e := range entries {
		if e.Index >= issued {
			return "", fmt.Errorf("%w: index %d is not issued", ErrInput, e.Index)
		}
		if (e.Reason == revocation.CertificateHold) == (purpose == "suspension") {
			list[e.Index/8] |= 0x80 >> (e.Index % 8)
		}
	}
	compressed, err := compress(list, gzipBest)
	if err != nil {
		return "", err
	}
	return t.sign("vc+jwt", map[string]any{
		"@context":   []string{"https://www.w3.org/ns/credentials/v2"},
		"id":         t.List,
		"type":       []string{"VerifiableCredential", "BitstringStatusListCredential"},
		"issuer":     t.Issuer,
		"validFrom":  t.ThisUpdate.UTC().Format(time.RFC3339),
		"validUntil": t.NextUpdate.UTC().Format(time.RFC3339),
		"credentialSubject": map[string]any{
			"id": t.List + "#list", "type": "BitstringStatusList", "statusPurpose": purpose,
			"encodedList": "u" + base64.RawURLEncoding.EncodeToString(compressed),
		},
	})
}

func (t Token) sign(typ string, claims map[string]any) (string, error) {
	if !t.NextUpdate.After(t.ThisUpdate) {
		return "", fmt.Errorf("%w: nextUpdate is not after thisUpdate", ErrInput)
	}
	payload, err := json.Marshal(claims)
	if err != nil {
		return "", fmt.Errorf("%w: %w", ErrInput, err)
	}
	if t.Key == nil {
		return "", fmt.Errorf("%w: no key", ErrInput)
	}
	alg := ""
	switch key := t.Key.Public().(type) {
	case ed25519.PublicKey:
		alg = "EdDSA" // readers that know RFC 9864's name know this one
	case *ecdsa.PublicKey:
		alg = map[elliptic.Curve]string{elliptic.P256(): "ES256", elliptic.P384(): "ES384"}[key.Curve]
	}
	if alg == "" {
		return "", fmt.Errorf("%w: key is none of Ed25519, P-256, P-384", ErrInput)
	}
	token, err := jwxsign.Sign(payload, alg, t.Key, jwxsign.Header{Type: typ, KeyID: t.KeyID})
	if err != nil {
		return "", fmt.Errorf("%w: %w", ErrInput, err)
	}
	return string(token), nil
}

func gzipBest(w io.Writer) (io.WriteCloser, error) {
	return gzip.NewWriterLevel(w, gzip.BestCompression)
}

func compress(b []byte, open func(io.Writer) (io.WriteCloser, error)) ([]byte, error) {
	var out bytes.Buffer
	w, err := open(&out)
	if err == nil {
		_, err = w.Write(b)
		err = errors.Join(err, w.Close())
	}
	return out.Bytes(), err
}

// A Revoked certificate of a CRL.
type Revoked struct {
	Serial *big.Int
	Since  time.Time
	Reason revocation.Reason
}

// CRL returns a DER CRL of an issuer. The number is that of the compact list's head.
func CRL(issuer *x509.Certificate, key crypto.Signer, number uint64, thisUpdate, nextUpdate time.Time, revoked []Revoked) ([]byte, error) {
	template := &x509.RevocationList{Number: new(big.Int).SetUint64(number), ThisUpdate: thisUpdate, NextUpdate: nextUpdate}
	for _, r := range revoked {
		since := r.Since
		if since.IsZero() {
			since = thisUpdate // the field is not optional
		}
		template.RevokedCertificateEntries = append(template.RevokedCertificateEntries, x509.RevocationListEntry{
			SerialNumber: r.Serial, RevocationTime: since, ReasonCode: int(r.Reason),
		})
	}
	der, err := x509.CreateRevocationList(rand.Reader, template, issuer, key)
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrInput, err)
	}
	return der, nil
}

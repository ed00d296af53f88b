package publisher

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/ed25519"
	"errors"
	"io"
	"testing"

	"github.com/cloudflare/circl/sign/mldsa/mldsa44"
	"github.com/cloudflare/circl/sign/mldsa/mldsa65"

	"github.com/e2eid/e2eid/signature"
)

// A module is a key in hardware: of no type that is known, it answers as strictly as one may, and counts.
type module struct {
	key  crypto.Signer
	used int
}

func (m *module) Public() crypto.PublicKey { return m.key.Public() }

func (m *module) Sign(random io.Reader, digest []byte, opts crypto.SignerOpts) ([]byte, error) {
	m.used++
	if random == nil {
		return nil, errors.New("module: no randomness")
	}
	if _, ok := m.key.(*ecdsa.PrivateKey); ok {
		if opts.HashFunc() != crypto.SHA256 || len(digest) != 32 {
			return nil, errors.New("module: not a digest of SHA-256")
		}
	} else if opts.HashFunc() != 0 {
		return nil, errors.New("module: signs messages, not digests")
	}
	return m.key.Sign(random, digest, opts)
}

func TestKeysInHardwareSign(t *testing.T) {
	_, mldsa44Key := mldsa44.NewKeyFromSeed(&[mldsa44.SeedSize]byte{4})
	_, mldsa65Key := mldsa65.NewKeyFromSeed(&[mldsa65.SeedSize]byte{4})
	var all []Signer
	for algorithm, key := range map[signature.Algorithm]crypto.Signer{
		signature.Ed25519:         ed25519Key(4),
		signature.ECDSAP256SHA256: p256Key(t),
		signature.MLDSA44:         mldsa44Key,
		signature.MLDSA65:         mldsa65Key,
	} {
		m := &module{key: key}
		s := signer(t, m)
		if s.Key().Algorithm != algorithm {
			t.Errorf("%v is taken for %v", algorithm, s.Key().Algorithm)
		}
		f := folder(t, t.TempDir(), "a.example")
		if _, err := f.Publish(publication(1), s); err != nil {
			t.Errorf("%v: %v", algorithm, err)
			continue
		}
		if p, err := client(f, s); err != nil || p.Head().Number() != 1 || m.used != 1 {
			t.Errorf("%v: %v, %d signatures", algorithm, err, m.used)
		}
		all = append(all, s)
	}

	// All together, and a replacement of keys.
	f := folder(t, t.TempDir(), "a.example")
	if _, err := f.Publish(publication(1), all...); err != nil {
		t.Fatal(err)
	}
	next := signer(t, &module{key: ed25519.NewKeyFromSeed(make([]byte, ed25519.SeedSize))})
	if err := f.Rollover(1, all, []Signer{next}); err != nil {
		t.Fatal(err)
	}
	if _, err := f.Publish(publication(2), next); err != nil {
		t.Fatal(err)
	}
	for _, trusted := range [][]Signer{all, {next}} {
		if _, err := client(f, trusted...); err != nil {
			t.Errorf("trusting %d keys: %v", len(trusted), err)
		}
	}
}

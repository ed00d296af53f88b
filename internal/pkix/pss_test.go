package pkix

import (
	"bytes"
	"crypto"
	"encoding/asn1"
	"errors"
	"slices"
	"testing"

	"github.com/e2eid/e2eid/internal/der"
	"github.com/e2eid/e2eid/signature"
	"github.com/e2eid/e2eid/tests/testca"
)

func element(tag byte, content ...[]byte) []byte {
	b, err := asn1.Marshal(asn1.RawValue{
		Class: int(tag >> 6), Tag: int(tag & 0x1f), IsCompound: tag&0x20 != 0, Bytes: bytes.Join(content, nil),
	})
	if err != nil {
		panic(err)
	}
	return b
}

var (
	null    = []byte{5, 0}
	sha1    = testca.Algorithm("1.3.14.3.2.26", null)
	sha224  = testca.Algorithm("2.16.840.1.101.3.4.2.4", null)
	sha256  = testca.Algorithm("2.16.840.1.101.3.4.2.1", null)
	sha384  = testca.Algorithm("2.16.840.1.101.3.4.2.2", null)
	sha512  = testca.Algorithm("2.16.840.1.101.3.4.2.3", null)
	mgf1    = func(hash []byte) []byte { return testca.Algorithm("1.2.840.113549.1.1.8", hash) }
	field   = func(n byte, content ...[]byte) []byte { return element(0xa0|n, content...) }
	integer = func(content ...byte) []byte { return element(2, content) }
)

func TestRSASSAPSSParameters(t *testing.T) {
	hash, mask := field(0, sha256), field(1, mgf1(sha256))
	bare := testca.Algorithm("2.16.840.1.101.3.4.2.1", nil)
	seq := func(content ...[]byte) []byte { return element(0x30, content...) }
	salt := func(content ...byte) []byte { return field(2, integer(content...)) }
	const malformed, unsupported = 0xffff, 0
	for _, test := range []struct {
		name   string
		params []byte
		want   signature.Algorithm
	}{
		{"SHA-256 with a salt of 32", seq(hash, mask, salt(32)), 0x0520},
		{"SHA-384 with a salt of 48", seq(field(0, sha384), field(1, mgf1(sha384)), salt(48)), 0x0630},
		{"SHA-512 with a salt of 64", seq(field(0, sha512), field(1, mgf1(sha512)), salt(64)), 0x0740},
		{"no salt at all", seq(hash, mask, salt(0)), 0x0500},
		{"a salt of 255", seq(hash, mask, salt(0, 255)), 0x05ff},
		{"a salt of 20, which is the default", seq(hash, mask), 0x0514},
		{"no parameters of either hash", seq(field(0, bare), field(1, mgf1(bare)), salt(32)), 0x0520},
		{"no parameters of one hash", seq(hash, field(1, mgf1(bare)), salt(32)), 0x0520},
		{"the trailer spelled out: RFC 4055, Section 3.1", seq(hash, mask, salt(32), field(3, integer(1))), 0x0520},

		{"nothing but defaults, which are SHA-1", seq(), unsupported},
		{"a salt alone", seq(salt(32)), unsupported},
		{"SHA-1 spelled out", seq(field(0, sha1), field(1, mgf1(sha1))), unsupported},
		{"SHA-224", seq(field(0, sha224), field(1, mgf1(sha224)), salt(28)), unsupported},
		{"a mask of SHA-1, by default", seq(hash, salt(32)), unsupported},
		{"a hash of SHA-1, by default", seq(mask, salt(32)), unsupported},
		{"a mask of another hash", seq(hash, field(1, mgf1(sha512)), salt(32)), unsupported},
		{"a mask that is not MGF1", seq(hash, field(1, testca.Algorithm("1.2.3", sha256)), salt(32)), unsupported},
		{"a salt of 256", seq(hash, mask, salt(1, 0)), unsupported},
		{"a salt of 2^64", seq(hash, mask, salt(1, 0, 0, 0, 0, 0, 0, 0, 0)), unsupported},

		{"nothing", nil, malformed},
		{"NULL", null, malformed},
		{"a byte after them", append(seq(hash, mask, salt(32)), 0), malformed},
		{"something after the fields", seq(hash, mask, salt(32), null), malformed},
		{"a field that there is not", seq(hash, mask, salt(32), field(4, integer(1))), malformed},
		{"another order", seq(mask, hash, salt(32)), malformed},
		{"a field twice", seq(hash, hash, mask, salt(32)), malformed},
		{"the salt twice", seq(hash, mask, salt(32), salt(32)), malformed},
		{"the default salt spelled out: X.690, Section 11.5", seq(hash, mask, salt(20)), malformed},
		{"a negative salt", seq(hash, mask, salt(0xff)), malformed},
		{"a needless zero before the salt", seq(hash, mask, salt(0, 32)), malformed},
		{"a salt without content", seq(hash, mask, salt()), malformed},
		{"a salt that is no INTEGER", seq(hash, mask, field(2, element(4, []byte{32}))), malformed},
		{"two salts in one field", seq(hash, mask, field(2, integer(32), integer(32))), malformed},
		{"an implicit tag", seq(hash, mask, element(0x82, []byte{32})), malformed},
		{"trailer 0", seq(hash, mask, salt(32), field(3, integer(0))), malformed},
		{"trailer 2", seq(hash, mask, salt(32), field(3, integer(2))), malformed},
		{"a trailer of nothing", seq(hash, mask, salt(32), field(3)), malformed},
		{"hash parameters of another kind", seq(field(0, testca.Algorithm("2.16.840.1.101.3.4.2.1", integer(1))), mask, salt(32)), malformed},
		{"NULL with content", seq(field(0, testca.Algorithm("2.16.840.1.101.3.4.2.1", []byte{5, 1, 0})), mask, salt(32)), malformed},
		{"a hash that is not identified", seq(field(0, seq()), mask, salt(32)), malformed},
		{"two hashes in one field", seq(field(0, sha256, sha256), mask, salt(32)), malformed},
		{"MGF1 without a hash", seq(hash, field(1, mgf1(nil)), salt(32)), malformed},
		{"MGF1 of NULL", seq(hash, field(1, mgf1(null)), salt(32)), malformed},
		{"the sequence without its tag", seq(hash, mask, salt(32))[2:], malformed},
	} {
		got, ok := readPSS(test.params)
		want, wantOK := test.want, test.want != malformed
		if !wantOK {
			want = 0
		}
		if got != want || ok != wantOK {
			t.Errorf("%s: %#x, %v, want %#x, %v", test.name, uint16(got), ok, uint16(want), wantOK)
		}

		// The same as parameters of a key, where they may be absent.
		var key PublicKey
		in := der.String(testca.RawSPKI(testca.Algorithm("1.2.840.113549.1.1.10", test.params), []byte("key")))
		err := ReadPublicKey(&in, &key)
		switch {
		case test.params == nil:
			if err != nil || key.Kind != KeyRSAPSS || key.PSS != 0 {
				t.Errorf("a key without parameters: %+v, %v", key, err)
			}
		case !wantOK:
			if !errors.Is(err, ErrMalformed) || key.Kind != KeyUnknown {
				t.Errorf("%s: as a key %+v, %v", test.name, key, err)
			}
		case want == unsupported:
			if err != nil || key.Kind != KeyUnknown || key.PSS != 0 {
				t.Errorf("%s: as a key %+v, %v", test.name, key, err)
			}
		default:
			if err != nil || key.Kind != KeyRSAPSS || key.PSS != want {
				t.Errorf("%s: as a key %+v, %v", test.name, key, err)
			}
		}
	}
}

// RFC 4055, Section 3.3: the hash is the key's, the salt is at least as long as the key's.
func TestAnRSASSAPSSKeyRestrictsItsSignatures(t *testing.T) {
	raw := testca.RawPublicKey(testca.NewKey(testca.RSA2048, "pkix test").Public())
	hashes := []crypto.Hash{crypto.SHA256, crypto.SHA384, crypto.SHA512}
	salts := []int{0, 19, 20, 21, 32, 64}
	identified := func(id []byte) (a SignatureAlgorithm) {
		a.Raw = id
		in := der.String(id)
		var params der.String
		if !ReadAlgorithmIdentifier(&in, &a.OID, &params) {
			t.Fatal("no AlgorithmIdentifier")
		}
		return a
	}
	pkcs1 := identified(testca.Algorithm("1.2.840.113549.1.1.11", null))
	check := func(name string, a SignatureAlgorithm, key PublicKey, want error) {
		t.Helper()
		c, err := a.Check(key, []byte("message"), make([]byte, 256))
		if !errors.Is(err, want) || (c.Key == nil) != (want != nil) {
			t.Errorf("%s: %v, want %v", name, err, want)
		}
	}
	for _, hash := range hashes {
		for _, salt := range salts {
			a := identified(testca.PSSAlgorithm(hash, hash, salt))
			check("an rsaEncryption key", a, PublicKey{Kind: KeyRSA, Key: raw}, nil)
			check("a key without parameters", a, PublicKey{Kind: KeyRSAPSS, Key: raw}, nil)
			check("an elliptic key", a, PublicKey{Kind: KeyP256, Key: raw}, signature.ErrSignature)
			check("an unknown key", a, PublicKey{Key: raw}, signature.ErrAlgorithm)
			for _, keyHash := range hashes {
				for _, keySalt := range salts {
					var key PublicKey
					in := der.String(testca.RawSPKI(testca.PSSAlgorithm(keyHash, keyHash, keySalt), raw))
					if err := ReadPublicKey(&in, &key); err != nil || key.Kind != KeyRSAPSS {
						t.Fatalf("%+v, %v", key, err)
					}
					want := signature.ErrSignature
					if keyHash == hash && salt >= keySalt {
						want = nil
					}
					check(keyHash.String()+" "+hash.String(), a, key, want)
					check("PKCS #1 v1.5 by a key for RSASSA-PSS", pkcs1, key, signature.ErrSignature)
				}
			}
		}
	}
	check("PKCS #1 v1.5 by a key without parameters", pkcs1, PublicKey{Kind: KeyRSAPSS, Key: raw}, signature.ErrSignature)

	// Signatures name their parameters, and ours: Section 3.1.
	rsa := PublicKey{Kind: KeyRSA, Key: raw}
	check("no parameters", identified(testca.Algorithm("1.2.840.113549.1.1.10", nil)), rsa, signature.ErrAlgorithm)
	check("NULL", identified(testca.Algorithm("1.2.840.113549.1.1.10", null)), rsa, signature.ErrAlgorithm)
	check("SHA-1", identified(testca.PSSAlgorithm(crypto.SHA1, crypto.SHA1, 20)), rsa, signature.ErrAlgorithm)
	check("a mask of SHA-1", identified(testca.PSSAlgorithm(crypto.SHA256, crypto.SHA1, 20)), rsa, signature.ErrAlgorithm)
	check("a salt too long for the key", identified(testca.PSSAlgorithm(crypto.SHA256, crypto.SHA256, 223)), rsa, signature.ErrSignature)
}

// What is read re-encodes to the same bytes, but for what RFC 4055 leaves free: NULL or nothing beside a hash, and the
// trailer.
func FuzzRSASSAPSSParameters(f *testing.F) {
	for _, hash := range []crypto.Hash{crypto.SHA1, crypto.SHA256, crypto.SHA384, crypto.SHA512} {
		for _, salt := range []int{0, 20, 32, 255, 256} {
			f.Add(parameters(testca.PSSAlgorithm(hash, hash, salt)))
			f.Add(parameters(testca.PSSAlgorithm(hash, crypto.SHA256, salt)))
		}
	}
	f.Add(element(0x30, field(0, testca.Algorithm("2.16.840.1.101.3.4.2.1", nil)), field(1, mgf1(sha256)), field(3, integer(1))))
	bases := map[signature.Algorithm]crypto.Hash{
		signature.RSAPSSSHA256: crypto.SHA256, signature.RSAPSSSHA384: crypto.SHA384, signature.RSAPSSSHA512: crypto.SHA512,
	}
	f.Fuzz(func(t *testing.T, in []byte) {
		a, ok := readPSS(slices.Clone(in))
		if a == 0 {
			return
		}
		base, salt, isPSS := a.PSS()
		if !ok || !isPSS {
			t.Fatalf("%x: %s, %v", in, a, ok)
		}
		for trailer := range 2 {
			for bare := range 4 {
				if bytes.Equal(in, encodePSS(bases[base], salt, bare, trailer == 1)) {
					return
				}
			}
		}
		t.Fatalf("%x is taken for %s", in, a)
	})
}

func parameters(identifier []byte) []byte {
	in := der.String(identifier)
	var id OID
	var params der.String
	ReadAlgorithmIdentifier(&in, &id, &params)
	return params
}

// encodePSS leaves out the NULL of the hashes whose bit is set.
func encodePSS(hash crypto.Hash, salt, bare int, trailer bool) []byte {
	id := map[crypto.Hash]testca.OID{
		crypto.SHA256: "2.16.840.1.101.3.4.2.1", crypto.SHA384: "2.16.840.1.101.3.4.2.2", crypto.SHA512: "2.16.840.1.101.3.4.2.3",
	}[hash]
	identifier := func(bit int) []byte {
		if bare&bit != 0 {
			return testca.Algorithm(id, nil)
		}
		return testca.Algorithm(id, null)
	}
	fields := [][]byte{field(0, identifier(1)), field(1, mgf1(identifier(2)))}
	if salt != defaultSalt {
		octets := []byte{byte(salt)}
		if salt >= 0x80 {
			octets = []byte{0, byte(salt)}
		}
		fields = append(fields, field(2, integer(octets...)))
	}
	if trailer {
		fields = append(fields, field(3, integer(1)))
	}
	return element(0x30, fields...)
}

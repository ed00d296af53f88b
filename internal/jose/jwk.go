package jose

import (
	"github.com/e2eid/e2eid/internal/base64url"
	"github.com/e2eid/e2eid/internal/pkix"
	"github.com/e2eid/e2eid/internal/strictjson"
)

// ParseKey reads a JWK (RFC 7517, Section 4) that is a public key for verifying signatures. The error is an [*Error]: of
// kind [ErrSecret] if it is a private or symmetric key, and else [ErrFormat], [ErrLimit] or [ErrKey]. It does not retain b.
func ParseKey(b []byte) (*Key, error) {
	object, err := parseObject(b, keyLimits, "JWK")
	if err != nil {
		return nil, err
	}
	return ReadKey(object)
}

// secret are the names of private and symmetric key material of every type: RFC 7518, Sections 6.2.2, 6.3.2 and 6.4;
// RFC 8037, Section 2; RFC 9964. They are refused in any key, whatever it says it is.
var secret = [...]string{"d", "p", "q", "dp", "dq", "qi", "oth", "k", "priv"}

// ReadKey is [ParseKey] of a JWK within another document, as "cnf" has (RFC 7800, Section 3.2). Members that it does not
// know are ignored, as RFC 7517 demands.
func ReadKey(jwk strictjson.Value) (*Key, error) {
	if jwk.Kind() != strictjson.Object {
		return nil, refuse(ErrFormat, "JWK", "is not an object")
	}
	for _, name := range secret {
		if _, ok := jwk.Get(name); ok {
			return nil, refuse(ErrSecret, "JWK", "has the secret member "+name)
		}
	}
	var k Key
	var ok bool
	if k.id, ok = text(jwk, "kid"); !ok {
		return nil, refuse(ErrKey, "kid", "is not a short string, or is empty")
	}
	if err := checkUse(jwk); err != nil {
		return nil, err
	}
	var err error
	if k.public, err = readPublic(jwk); err != nil {
		return nil, err
	}
	if err := checkPublic(k.public); err != nil {
		return nil, err
	}
	if _, there := jwk.Get("alg"); there {
		alg, _ := text(jwk, "alg")
		if k.only, ok = algorithmFor(alg, k.public); !ok {
			return nil, refuse(ErrKey, "alg", "is not a signature algorithm of this key")
		}
	}
	return &k, nil
}

// checkUse refuses a key that is not for verifying, or says two things about it (RFC 7517, Sections 4.2 and 4.3).
func checkUse(jwk strictjson.Value) error {
	if use, ok := jwk.Get("use"); ok {
		if s, err := use.Text(); err != nil || s != "sig" {
			return refuse(ErrKey, "use", "is not sig")
		}
	}
	v, ok := jwk.Get("key_ops")
	if !ok {
		return nil
	}
	ops, err := v.Array()
	if err != nil {
		return refuse(ErrKey, "key_ops", "is not an array")
	}
	verify, sign := false, false
	for _, op := range ops {
		seen := &verify
		switch s, _ := op.Text(); s {
		case "verify":
		case "sign":
			seen = &sign
		default:
			return refuse(ErrKey, "key_ops", "has what is not for signatures")
		}
		if *seen {
			return refuse(ErrKey, "key_ops", "has a value twice")
		}
		*seen = true
	}
	if !verify {
		return refuse(ErrKey, "key_ops", "lacks verify")
	}
	return nil
}

// readPublic reads the members that make up the key.
func readPublic(jwk strictjson.Value) (key pkix.PublicKey, err error) {
	kty, ok := text(jwk, "kty")
	if !ok || kty == "" {
		return key, refuse(ErrKey, "kty", "is no string, or absent")
	}
	switch kty {
	case "EC": // RFC 7518, Section 6.2.1
		return readEC(jwk)
	case "OKP": // RFC 8037, Section 2
		crv, _ := text(jwk, "crv")
		size := 32
		switch crv {
		case "Ed25519":
			key.Kind = pkix.KeyEd25519
		case "Ed448":
			key.Kind, size = pkix.KeyEd448, 57
		default:
			return key, refuse(ErrKey, "crv", "is not a curve of EdDSA")
		}
		key.Key, err = octets(jwk, "x", size)
		return key, err
	case "RSA": // RFC 7518, Section 6.3.1
		return readRSA(jwk)
	case "AKP": // RFC 9964, Section 3: alg is required, and tells the size
		size := 0
		alg, _ := text(jwk, "alg")
		switch alg {
		case "ML-DSA-44":
			key.Kind, size = pkix.KeyMLDSA44, 1312
		case "ML-DSA-65":
			key.Kind, size = pkix.KeyMLDSA65, 1952
		case "ML-DSA-87":
			key.Kind, size = pkix.KeyMLDSA87, 2592
		default:
			return key, refuse(ErrKey, "alg", "is not an algorithm of AKP keys")
		}
		key.Key, err = octets(jwk, "pub", size)
		return key, err
	case "oct":
		return key, refuse(ErrSecret, "kty", "is that of symmetric keys")
	}
	return key, refuse(ErrKey, "kty", "is unknown")
}

func readEC(jwk strictjson.Value) (key pkix.PublicKey, err error) {
	size := 0
	crv, _ := text(jwk, "crv")
	switch crv {
	case "P-256":
		key.Kind, size = pkix.KeyP256, 32
	case "P-384":
		key.Kind, size = pkix.KeyP384, 48
	case "P-521":
		key.Kind, size = pkix.KeyP521, 66
	default:
		return key, refuse(ErrKey, "crv", "is not a known curve of ECDSA")
	}
	x, err := octets(jwk, "x", size)
	if err != nil {
		return key, err
	}
	y, err := octets(jwk, "y", size)
	if err != nil {
		return key, err
	}
	key.Key = append(append(append(make([]byte, 0, 1+2*size), 4), x...), y...)
	return key, nil
}

// octets reads a member that is base64url of exactly size bytes; size 0 is any but none.
func octets(jwk strictjson.Value, name string, size int) ([]byte, error) {
	v, ok := jwk.Get(name)
	if !ok {
		return nil, refuse(ErrKey, "JWK", "lacks "+name)
	}
	s, err := v.Text()
	if err != nil {
		return nil, refuse(ErrKey, name, "is not a string")
	}
	b, err := base64url.Decode(s)
	if err != nil {
		return nil, refuse(ErrKey, name, "is not base64url")
	}
	if len(b) == 0 || size != 0 && len(b) != size {
		return nil, refuse(ErrKey, name, "is not of the right size")
	}
	return b, nil
}

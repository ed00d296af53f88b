package pkix

import (
	"github.com/e2eid/e2eid/internal/der"

	"github.com/e2eid/e2eid/signature"
)

// A KeyKind is what a public key is. The zero KeyKind is one this package does not know.
type KeyKind uint8

const (
	KeyUnknown KeyKind = iota
	KeyRSA
	KeyP256
	KeyP384
	KeyP521
	KeyEd25519
	KeyEd448
	KeyMLDSA44
	KeyMLDSA65
	KeyMLDSA87
	KeyRSAPSS // an RSA key for RSASSA-PSS alone
)

// A PublicKey is a decoded SubjectPublicKeyInfo. Key is in the form of [signature.Check]; for KeyUnknown it is the
// content of the BIT STRING.
type PublicKey struct {
	Kind KeyKind
	OID  OID
	Key  []byte
	// PSS restricts a KeyRSAPSS to one hash, and to salts of at least this length; 0 is no restriction.
	PSS signature.Algorithm
}

const (
	oidRSA     OID = "\x2a\x86\x48\x86\xf7\x0d\x01\x01\x01" // rsaEncryption, RFC 3279, Section 2.3.1
	oidEC      OID = "\x2a\x86\x48\xce\x3d\x02\x01"         // id-ecPublicKey, RFC 5480, Section 2.1.1
	oidP256    OID = "\x2a\x86\x48\xce\x3d\x03\x01\x07"     // secp256r1
	oidP384    OID = "\x2b\x81\x04\x00\x22"                 // secp384r1
	oidP521    OID = "\x2b\x81\x04\x00\x23"                 // secp521r1
	oidEd25519 OID = "\x2b\x65\x70"                         // RFC 8410, Section 3
	oidEd448   OID = "\x2b\x65\x71"                         //
	oidMLDSA44 OID = "\x60\x86\x48\x01\x65\x03\x04\x03\x11" // RFC 9881, Section 2
	oidMLDSA65 OID = "\x60\x86\x48\x01\x65\x03\x04\x03\x12" //
	oidMLDSA87 OID = "\x60\x86\x48\x01\x65\x03\x04\x03\x13" //
	oidSHA256R OID = "\x2a\x86\x48\x86\xf7\x0d\x01\x01\x0b" // sha256WithRSAEncryption, RFC 4055, Section 5
	oidSHA384R OID = "\x2a\x86\x48\x86\xf7\x0d\x01\x01\x0c" //
	oidSHA512R OID = "\x2a\x86\x48\x86\xf7\x0d\x01\x01\x0d" //
	oidSHA256E OID = "\x2a\x86\x48\xce\x3d\x04\x03\x02"     // ecdsa-with-SHA256, RFC 5758, Section 3.2
	oidSHA384E OID = "\x2a\x86\x48\xce\x3d\x04\x03\x03"     //
	oidSHA512E OID = "\x2a\x86\x48\xce\x3d\x04\x03\x04"     //
)

// ReadPublicKey reads a SubjectPublicKeyInfo. A key of a known algorithm with parameters of another form is malformed;
// one of an unknown algorithm or curve is KeyUnknown, and so is one with RSASSA-PSS parameters that no
// [signature.Algorithm] has.
func ReadPublicKey(in *der.String, out *PublicKey) error {
	const part = "subjectPublicKeyInfo"
	var spki, id, params der.String
	var key PublicKey
	if !in.Read(&spki, der.Sequence) || !ReadAlgorithmIdentifier(&spki, &key.OID, &params) {
		return Malformed(part, "no algorithm")
	}
	if !ReadBitString(&spki, &key.Key) || !spki.Empty() {
		return Malformed(part, "no key of whole octets")
	}
	ok := true
	switch key.OID {
	case oidRSA:
		key.Kind, ok = KeyRSA, isNull(params)
	case oidPSS:
		if len(params) == 0 {
			key.Kind = KeyRSAPSS
		} else if key.PSS, ok = readPSS(params); key.PSS != 0 {
			key.Kind = KeyRSAPSS
		}
	case oidEC:
		id = params
		var curve OID
		if !ReadOID(&id, &curve) || !id.Empty() {
			ok = false // explicit curve parameters are refused: RFC 5480, Section 2.1.1
			break
		}
		switch curve {
		case oidP256:
			key.Kind = KeyP256
		case oidP384:
			key.Kind = KeyP384
		case oidP521:
			key.Kind = KeyP521
		}
	case oidEd25519:
		key.Kind, ok = KeyEd25519, len(params) == 0
	case oidEd448:
		key.Kind, ok = KeyEd448, len(params) == 0
	case oidMLDSA44:
		key.Kind, ok = KeyMLDSA44, len(params) == 0
	case oidMLDSA65:
		key.Kind, ok = KeyMLDSA65, len(params) == 0
	case oidMLDSA87:
		key.Kind, ok = KeyMLDSA87, len(params) == 0
	}
	if !ok {
		return Malformed(part, "parameters not of this algorithm")
	}
	*out = key
	return nil
}

// A SignatureAlgorithm is what a certificate says it was signed with. It names no curve: that is the issuer's key's.
type SignatureAlgorithm struct {
	OID OID
	Raw []byte // DER AlgorithmIdentifier
}

// For returns the algorithm a signature of this kind by key has. ok is false if the key is of another kind, or
// either is unknown.
func (a SignatureAlgorithm) For(key PublicKey) (alg signature.Algorithm, ok bool) {
	in := der.String(a.Raw)
	var id OID
	var params der.String
	if !ReadAlgorithmIdentifier(&in, &id, &params) || !in.Empty() {
		return 0, false
	}
	absent := len(params) == 0
	switch key.Kind {
	case KeyRSA, KeyRSAPSS:
		if id == oidPSS {
			return pssFor(key, params)
		}
		if key.Kind == KeyRSAPSS {
			return 0, false // RFC 4055, Section 1.2
		}
		// RFC 4055, Section 5: parameters are NULL, and absent ones must be accepted.
		if !absent && !isNull(params) {
			return 0, false
		}
		switch id {
		case oidSHA256R:
			alg = signature.RSAPKCS1SHA256
		case oidSHA384R:
			alg = signature.RSAPKCS1SHA384
		case oidSHA512R:
			alg = signature.RSAPKCS1SHA512
		}
		return alg, alg != 0
	case KeyP256:
		alg = ecdsaBy(id, signature.ECDSAP256SHA256, signature.ECDSAP256SHA384, signature.ECDSAP256SHA512)
	case KeyP384:
		alg = ecdsaBy(id, signature.ECDSAP384SHA256, signature.ECDSAP384SHA384, signature.ECDSAP384SHA512)
	case KeyP521:
		alg = ecdsaBy(id, signature.ECDSAP521SHA256, signature.ECDSAP521SHA384, signature.ECDSAP521SHA512)
	default:
		// RFC 8410, Section 6 and RFC 9881, Section 3: the key's own identifier.
		if id == key.OID {
			alg = key.Algorithm()
		}
	}
	return alg, absent && alg != 0
}

// known reports whether it is an algorithm that some kind of key has.
func (a SignatureAlgorithm) known() bool {
	switch a.OID {
	case oidSHA256R, oidSHA384R, oidSHA512R, oidSHA256E, oidSHA384E, oidSHA512E,
		oidEd25519, oidEd448, oidMLDSA44, oidMLDSA65, oidMLDSA87:
		return true
	case oidPSS:
		_, ok := a.For(PublicKey{Kind: KeyRSA}) // its parameters decide
		return ok
	}
	return false
}

func ecdsaBy(id OID, sha256, sha384, sha512 signature.Algorithm) signature.Algorithm {
	switch id {
	case oidSHA256E:
		return sha256
	case oidSHA384E:
		return sha384
	case oidSHA512E:
		return sha512
	}
	return 0
}

// Algorithm returns the one algorithm that a key of this kind signs with, or the one with the hash that fits the
// curve; 0 for RSA and unknown keys.
func (k PublicKey) Algorithm() signature.Algorithm {
	switch k.Kind {
	case KeyP256:
		return signature.ECDSAP256SHA256
	case KeyP384:
		return signature.ECDSAP384SHA384
	case KeyP521:
		return signature.ECDSAP521SHA512
	case KeyEd25519:
		return signature.Ed25519
	case KeyEd448:
		return signature.Ed448
	case KeyMLDSA44:
		return signature.MLDSA44
	case KeyMLDSA65:
		return signature.MLDSA65
	case KeyMLDSA87:
		return signature.MLDSA87
	}
	return 0
}

// Check describes the check that key signed message so. The error is one of package signature:
// [signature.ErrSignature] also where a names an algorithm that is not of this kind of key, [signature.ErrAlgorithm]
// where either is unknown.
func (a SignatureAlgorithm) Check(key PublicKey, message, sig []byte) (signature.Check, error) {
	alg, ok := a.For(key)
	if !ok {
		if key.Kind != KeyUnknown && a.known() {
			return signature.Check{}, signature.ErrSignature
		}
		return signature.Check{}, signature.ErrAlgorithm
	}
	return signature.NewDER(alg, key.Key, message, sig)
}

// ReadAlgorithmIdentifier reads an AlgorithmIdentifier; params is the DER of its parameters, empty if absent.
func ReadAlgorithmIdentifier(in *der.String, id *OID, params *der.String) bool {
	var seq der.String
	if !in.Read(&seq, der.Sequence) || !ReadOID(&seq, id) {
		return false
	}
	*params = seq
	if seq.Empty() {
		return true
	}
	var tag der.Tag
	var one der.String
	return seq.AnyElement(&one, &tag) && seq.Empty()
}

func isNull(b []byte) bool { return len(b) == 2 && b[0] == byte(der.Null) && b[1] == 0 }

package jose

import (
	"github.com/e2eid/e2eid/internal/pkix"
	"github.com/e2eid/e2eid/signature"
)

// algorithms are the values of "alg" with the one kind of key that each is for. RFC 9864 registers the names of ECDSA with
// a curve (ESP256 and its like) for COSE alone: those of RFC 7518 name the curve already.
var algorithms = [...]struct {
	name      string
	kind      pkix.KeyKind
	algorithm signature.Algorithm
}{
	{"ES256", pkix.KeyP256, signature.ECDSAP256SHA256},  // RFC 7518, Section 3.4
	{"ES384", pkix.KeyP384, signature.ECDSAP384SHA384},  //
	{"ES512", pkix.KeyP521, signature.ECDSAP521SHA512},  //
	{"EdDSA", pkix.KeyEd25519, signature.Ed25519},       // RFC 8037, Section 3.1; deprecated by RFC 9864, Section 4.1.2
	{"EdDSA", pkix.KeyEd448, signature.Ed448},           //
	{"Ed25519", pkix.KeyEd25519, signature.Ed25519},     // RFC 9864, Section 4.1.1
	{"Ed448", pkix.KeyEd448, signature.Ed448},           //
	{"RS256", pkix.KeyRSA, signature.RSAPKCS1SHA256},    // RFC 7518, Section 3.3
	{"RS384", pkix.KeyRSA, signature.RSAPKCS1SHA384},    //
	{"RS512", pkix.KeyRSA, signature.RSAPKCS1SHA512},    //
	{"PS256", pkix.KeyRSA, signature.RSAPSSSHA256 + 32}, // RFC 7518, Section 3.5: a salt as long as the hash
	{"PS384", pkix.KeyRSA, signature.RSAPSSSHA384 + 48}, //
	{"PS512", pkix.KeyRSA, signature.RSAPSSSHA512 + 64}, //
	{"ML-DSA-44", pkix.KeyMLDSA44, signature.MLDSA44},   // RFC 9964
	{"ML-DSA-65", pkix.KeyMLDSA65, signature.MLDSA65},   //
	{"ML-DSA-87", pkix.KeyMLDSA87, signature.MLDSA87},   //
}

// algorithmFor returns the algorithm that name has with a key of this kind. For an RSASSA-PSS key of a certificate
// that includes its parameters.
func algorithmFor(name string, key pkix.PublicKey) (signature.Algorithm, bool) {
	for _, a := range algorithms {
		if a.name != name {
			continue
		}
		if a.kind == key.Kind {
			return a.algorithm, true
		}
		if base, salt, pss := a.algorithm.PSS(); pss && key.Kind == pkix.KeyRSAPSS {
			wantBase, minSalt, restricted := key.PSS.PSS()
			return a.algorithm, !restricted || base == wantBase && salt >= minSalt
		}
	}
	return 0, false
}

// checkAlgorithm refuses a value of "alg" that no key could be found for.
func checkAlgorithm(name string) error {
	for _, a := range algorithms {
		if a.name == name {
			return nil
		}
	}
	switch {
	case len(name) == 4 && lower(name[0]) == 'n' && lower(name[1]) == 'o' && lower(name[2]) == 'n' && lower(name[3]) == 'e':
		return refuse(ErrAlgorithm, "alg", "is none: nobody signed")
	case len(name) == 5 && lower(name[0]) == 'h' && lower(name[1]) == 's':
		return refuse(ErrAlgorithm, "alg", "is a MAC, which everyone who can check it can make")
	}
	return refuse(ErrAlgorithm, "alg", "is unknown")
}

// lower returns an ASCII letter in lower case.
func lower(c byte) byte {
	if 'A' <= c && c <= 'Z' {
		c += 'a' - 'A'
	}
	return c
}

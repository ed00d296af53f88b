package signature

import "strconv"

// Name returns the stable name of an algorithm, such as "ECDSA-P256-SHA256", or "unknown". All lengths of the salt of
// RSASSA-PSS have one name.
func (a Algorithm) Name() string {
	if base, _, ok := a.PSS(); ok {
		a = base
	}
	for _, n := range names {
		if n.algorithm == a {
			return n.name
		}
	}
	return "unknown"
}

// String returns the name, with the length of the salt if it is RSASSA-PSS: "RSASSA-PSS-SHA256 (salt 32)".
func (a Algorithm) String() string {
	if _, salt, ok := a.PSS(); ok {
		return a.Name() + " (salt " + strconv.Itoa(salt) + ")"
	}
	return a.Name()
}

// names are all algorithms, those of RSASSA-PSS without a salt. A [Set] has a bit for each.
var names = [...]struct {
	algorithm Algorithm
	name      string
}{
	{ECDSAP256SHA256, "ECDSA-P256-SHA256"},
	{ECDSAP256SHA384, "ECDSA-P256-SHA384"},
	{ECDSAP256SHA512, "ECDSA-P256-SHA512"},
	{ECDSAP384SHA256, "ECDSA-P384-SHA256"},
	{ECDSAP384SHA384, "ECDSA-P384-SHA384"},
	{ECDSAP384SHA512, "ECDSA-P384-SHA512"},
	{ECDSAP521SHA256, "ECDSA-P521-SHA256"},
	{ECDSAP521SHA384, "ECDSA-P521-SHA384"},
	{ECDSAP521SHA512, "ECDSA-P521-SHA512"},
	{Ed25519, "Ed25519"},
	{Ed448, "Ed448"},
	{RSAPKCS1SHA256, "RSASSA-PKCS1-v1_5-SHA256"},
	{RSAPKCS1SHA384, "RSASSA-PKCS1-v1_5-SHA384"},
	{RSAPKCS1SHA512, "RSASSA-PKCS1-v1_5-SHA512"},
	{MLDSA44, "ML-DSA-44"},
	{MLDSA65, "ML-DSA-65"},
	{MLDSA87, "ML-DSA-87"},
	{RSAPSSSHA256, "RSASSA-PSS-SHA256"},
	{RSAPSSSHA384, "RSASSA-PSS-SHA384"},
	{RSAPSSSHA512, "RSASSA-PSS-SHA512"},
}

// A Set names the algorithms that a policy allows. The zero Set allows every algorithm of this package: none of them
// uses SHA-1, and none takes RSA keys below 2048 bits, whatever a policy says.
type Set struct {
	bits uint32 // one for each of names; 0: all
}

// ParseSet returns the Set of the algorithms with these names ([Algorithm.Name]). The error is [ErrAlgorithm] if there
// are none, or one is unknown or named twice: nobody means that.
func ParseSet(list []string) (Set, error) {
	var s Set
	for _, name := range list {
		bit := uint32(0)
		for i, n := range names {
			if n.name == name {
				bit = 1 << i
			}
		}
		if bit == 0 || s.bits&bit != 0 {
			return Set{}, ErrAlgorithm
		}
		s.bits |= bit
	}
	if s.bits == 0 {
		return Set{}, ErrAlgorithm
	}
	return s, nil
}

// Allows reports whether the policy allows the algorithm. No Set allows one that this package does not know.
func (s Set) Allows(a Algorithm) bool {
	if base, _, ok := a.PSS(); ok {
		a = base
	}
	for i, n := range names {
		if n.algorithm == a {
			return s.bits == 0 || s.bits&(1<<i) != 0
		}
	}
	return false
}

// Names lists the names of the algorithms that the policy allows, in the order of [Algorithms].
func (s Set) Names() (list []string) {
	for i, n := range names {
		if s.bits == 0 || s.bits&(1<<i) != 0 {
			list = append(list, n.name)
		}
	}
	return list
}

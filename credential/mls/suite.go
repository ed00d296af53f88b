package mls

import (
	"strconv"

	"github.com/e2eid/e2eid/signature"
)

// mls10 is the one ProtocolVersion there is (RFC 9420, Section 6).
const mls10 = 1

// A CipherSuite is a value of the MLS Cipher Suites registry (RFC 9420, Section 17.1).
type CipherSuite uint16

// The cipher suites of RFC 9420.
const (
	X25519AES128SHA256Ed25519   CipherSuite = 1 // MLS_128_DHKEMX25519_AES128GCM_SHA256_Ed25519
	P256AES128SHA256P256        CipherSuite = 2 // MLS_128_DHKEMP256_AES128GCM_SHA256_P256
	X25519ChaCha20SHA256Ed25519 CipherSuite = 3 // MLS_128_DHKEMX25519_CHACHA20POLY1305_SHA256_Ed25519
	X448AES256SHA512Ed448       CipherSuite = 4 // MLS_256_DHKEMX448_AES256GCM_SHA512_Ed448
	P521AES256SHA512P521        CipherSuite = 5 // MLS_256_DHKEMP521_AES256GCM_SHA512_P521
	X448ChaCha20SHA512Ed448     CipherSuite = 6 // MLS_256_DHKEMX448_CHACHA20POLY1305_SHA512_Ed448
	P384AES256SHA384P384        CipherSuite = 7 // MLS_256_DHKEMP384_AES256GCM_SHA384_P384
)

// SignatureAlgorithm returns the one algorithm of LeafNode and KeyPackage signatures in this suite (RFC 9420, Sections
// 5.1.2 and 17.1). ok is false for a suite this package does not know. ECDSA signatures are DER: see
// [signature.NewDER].
func (s CipherSuite) SignatureAlgorithm() (a signature.Algorithm, ok bool) {
	switch s {
	case X25519AES128SHA256Ed25519, X25519ChaCha20SHA256Ed25519:
		return signature.Ed25519, true
	case P256AES128SHA256P256:
		return signature.ECDSAP256SHA256, true
	case X448AES256SHA512Ed448, X448ChaCha20SHA512Ed448:
		return signature.Ed448, true
	case P521AES256SHA512P521:
		return signature.ECDSAP521SHA512, true
	case P384AES256SHA384P384:
		return signature.ECDSAP384SHA384, true
	}
	return 0, false
}

// String returns the registered name, or the value as "0x0a0a".
func (s CipherSuite) String() string {
	if s >= 1 && int(s) <= len(suiteNames) {
		return suiteNames[s-1]
	}
	return hex16(uint16(s))
}

var suiteNames = [...]string{
	"MLS_128_DHKEMX25519_AES128GCM_SHA256_Ed25519",
	"MLS_128_DHKEMP256_AES128GCM_SHA256_P256",
	"MLS_128_DHKEMX25519_CHACHA20POLY1305_SHA256_Ed25519",
	"MLS_256_DHKEMX448_AES256GCM_SHA512_Ed448",
	"MLS_256_DHKEMP521_AES256GCM_SHA512_P521",
	"MLS_256_DHKEMX448_CHACHA20POLY1305_SHA512_Ed448",
	"MLS_256_DHKEMP384_AES256GCM_SHA384_P384",
}

// hex16 writes a registry value as RFC 9420 does.
func hex16(v uint16) string { return "0x" + strconv.FormatUint(1<<16|uint64(v), 16)[1:] }

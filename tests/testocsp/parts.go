package testocsp

import (
	"crypto"
	"time"

	"github.com/e2eid/e2eid/tests/testca"

	"golang.org/x/crypto/cryptobyte/asn1"
)

// Extensions of responses (RFC 6960, Section 4.4) and of a responder's certificate (Section 4.2.2.2.1).
const (
	OIDNonce          testca.OID = "1.3.6.1.5.5.7.48.1.2"
	OIDCRLReference   testca.OID = "1.3.6.1.5.5.7.48.1.3"
	OIDNoCheck        testca.OID = "1.3.6.1.5.5.7.48.1.5"
	OIDArchiveCutoff  testca.OID = "1.3.6.1.5.5.7.48.1.6"
	OIDExtendedRevoke testca.OID = "1.3.6.1.5.5.7.48.1.9"
)

var null = []byte{5, 0}

// AlgorithmIdentifiers of signatures that must not be believed.
var (
	SHA1WithRSA   = testca.Algorithm("1.2.840.113549.1.1.5", null)
	ECDSAWithSHA1 = testca.Algorithm("1.2.840.10045.4.1", nil)
)

// HashAlgorithm returns the AlgorithmIdentifier of a hash, with NULL as its parameters as nearly all responders write.
func HashAlgorithm(hash crypto.Hash) []byte {
	return testca.Algorithm(map[crypto.Hash]testca.OID{
		crypto.SHA1:   "1.3.14.3.2.26",
		crypto.SHA256: "2.16.840.1.101.3.4.2.1",
		crypto.SHA384: "2.16.840.1.101.3.4.2.2",
		crypto.SHA512: "2.16.840.1.101.3.4.2.3",
	}[hash], null)
}

// Nonce is RFC 9654, Section 2.1, in Response.Extensions.
func Nonce(octets []byte) testca.Ext {
	return testca.Ext{OID: OIDNonce, Value: element(asn1.OCTET_STRING, octets)}
}

// CRLReference is RFC 6960, Section 4.4.2, in Single.Extensions, with a URL.
func CRLReference(url string) testca.Ext {
	return testca.Ext{OID: OIDCRLReference, Value: join(asn1.SEQUENCE, join(explicit(0), element(asn1.IA5String, []byte(url))))}
}

// ArchiveCutoff is RFC 6960, Section 4.4.4, in Single.Extensions.
func ArchiveCutoff(t time.Time) testca.Ext { return testca.Ext{OID: OIDArchiveCutoff, Value: Time(t)} }

// ExtendedRevoke is RFC 6960, Section 4.4.8, in Response.Extensions.
func ExtendedRevoke() testca.Ext { return testca.Ext{OID: OIDExtendedRevoke, Value: null} }

// NoCheck is id-pkix-ocsp-nocheck, RFC 6960, Section 4.2.2.2.1, in a responder's certificate.
func NoCheck() testca.Ext { return testca.Ext{OID: OIDNoCheck, Value: null} }

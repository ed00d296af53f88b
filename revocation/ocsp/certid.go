package ocsp

import (
	"bytes"

	"github.com/e2eid/e2eid/internal/der"
	"github.com/e2eid/e2eid/internal/pkix"
	"github.com/e2eid/e2eid/internal/sha256"
)

// A CertID says which certificate is meant (RFC 6960, Section 4.1.1).
type CertID struct {
	Hash           pkix.OID // algorithm of the two hashes
	IssuerNameHash []byte
	IssuerKeyHash  []byte
	Serial         []byte // content octets of the INTEGER
}

// Hash algorithms of a CertID that can match: SHA-1, which RFC 5019, Section 2.1.1 prescribes and responders write, and
// SHA-256, which RFC 9919 recommends in its place. SHA-384 and SHA-512 would make the WebAssembly module 19 kB larger, 2.2
// kB compressed, and nobody asks for them.
const (
	oidSHA1   pkix.OID = "\x2b\x0e\x03\x02\x1a"                 // RFC 4055, Section 2.1
	oidSHA256 pkix.OID = "\x60\x86\x48\x01\x65\x03\x04\x02\x01" //
)

// read reads a CertID. Hashes of an algorithm that is not known are kept: another single of the response may be about
// the certificate in question.
func (id *CertID) read(in *der.String) bool {
	var seq, params, name, key, serial der.String
	if !in.Read(&seq, der.Sequence) || !pkix.ReadAlgorithmIdentifier(&seq, &id.Hash, &params) ||
		!seq.Read(&name, der.OctetString) || !seq.Read(&key, der.OctetString) ||
		!seq.Read(&serial, der.Integer) || !seq.Empty() {
		return false
	}
	id.IssuerNameHash, id.IssuerKeyHash, id.Serial = name, key, serial
	if !pkix.MinimalInteger(serial) || len(serial) > pkix.MaxSerialBytes || len(name) != len(key) {
		return false
	}
	size := hashSize(id.Hash)
	if size == 0 {
		return len(name) > 0 && len(name) <= maxHashBytes
	}
	// RFC 4055, Section 2.1: parameters are absent or NULL, and both must be accepted.
	return len(name) == size && (len(params) == 0 || bytes.Equal(params, []byte{byte(der.Null), 0}))
}

// Matches reports whether id is of the certificate that has this issuer and serial number: issuerName is the DER of the
// issuer's Name as it stands in the certificate, issuerKey the content of the issuer's BIT STRING subjectPublicKey
// without the octet of unused bits, which is [pkix.PublicKey].Key, and serial the content octets of the INTEGER. Hashes
// are SHA-1 or SHA-256; a CertID of another algorithm matches nothing.
//
// SHA-1 is no weakness here, although signatures with it are refused: a caller takes a response only from the issuer
// itself, or from one whom that issuer's key appointed, so that the signer is bound by its signature and not by the
// hash. One who makes two issuers that share both hashes speaks for his own certificates only. To speak for another's,
// he would need a second preimage of a name and a key that are given, and the issuer's signature still.
func (id *CertID) Matches(issuerName, issuerKey, serial []byte) bool {
	return bytes.Equal(id.Serial, serial) &&
		equalsHash(id.Hash, id.IssuerNameHash, issuerName) && equalsHash(id.Hash, id.IssuerKeyHash, issuerKey)
}

// hashSize returns the size of an algorithm's hashes, 0 if it is not known.
func hashSize(algorithm pkix.OID) int {
	switch algorithm {
	case oidSHA1:
		return sha1Size
	case oidSHA256:
		return sha256.Size
	}
	return 0
}

// equalsHash reports whether sum is the hash of data; it is not if the algorithm is not known.
func equalsHash(algorithm pkix.OID, sum, data []byte) bool {
	switch algorithm {
	case oidSHA1:
		h := sha1(data)
		return bytes.Equal(sum, h[:])
	case oidSHA256:
		h := sha256.Sum256(data)
		return bytes.Equal(sum, h[:])
	}
	return false
}

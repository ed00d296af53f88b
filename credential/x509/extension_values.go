package x509

// BasicConstraints is RFC 5280, Section 4.2.1.9. MaxPathLen is -1 if absent.
type BasicConstraints struct {
	CA         bool
	MaxPathLen int
}

// KeyUsage is RFC 5280, Section 4.2.1.3.
type KeyUsage uint16

// The bits of KeyUsage.
const (
	DigitalSignature KeyUsage = 1 << iota
	NonRepudiation
	KeyEncipherment
	DataEncipherment
	KeyAgreement
	KeyCertSign
	CRLSign
	EncipherOnly
	DecipherOnly
)

// Extended key usages (RFC 5280, Section 4.2.1.12).
const (
	OIDAnyExtKeyUsage  OID = "\x55\x1d\x25\x00"
	OIDServerAuth      OID = "\x2b\x06\x01\x05\x05\x07\x03\x01"
	OIDClientAuth      OID = "\x2b\x06\x01\x05\x05\x07\x03\x02"
	OIDCodeSigning     OID = "\x2b\x06\x01\x05\x05\x07\x03\x03"
	OIDOCSPSigning     OID = "\x2b\x06\x01\x05\x05\x07\x03\x09" // RFC 6960, Section 4.2.2.2
	OIDEmailProtection OID = "\x2b\x06\x01\x05\x05\x07\x03\x04"
)

// OIDOCSPNoCheck says that nobody need ask for the status of a responder (RFC 6960, Section 4.2.2.2.1).
const OIDOCSPNoCheck OID = "\x2b\x06\x01\x05\x05\x07\x30\x01\x05"

// NameConstraints is RFC 5280, Section 4.2.1.10.
type NameConstraints struct {
	Permitted, Excluded []Subtree
}

// A Subtree is a GeneralSubtree. Max is -1 if absent.
type Subtree struct {
	Base     GeneralName
	Min, Max int
}

// A Policy is a PolicyInformation (RFC 5280, Section 4.2.1.4). Qualifiers is the DER of their SEQUENCE, nil if absent.
type Policy struct {
	ID         OID
	Qualifiers []byte
}

// OIDAnyPolicy is the policy that stands for every policy.
const OIDAnyPolicy OID = "\x55\x1d\x20\x00"

// A PolicyMapping is RFC 5280, Section 4.2.1.5.
type PolicyMapping struct{ IssuerDomain, SubjectDomain OID }

// PolicyConstraints is RFC 5280, Section 4.2.1.11. A part is -1 if absent.
type PolicyConstraints struct{ RequireExplicitPolicy, InhibitPolicyMapping int }

// An AccessDescription is RFC 5280, Section 4.2.2.1.
type AccessDescription struct {
	Method   OID
	Location GeneralName
}

// OIDStatus is the extension of docs/status-extension.md.
const OIDStatus OID = "\x69\x81\xfa\xee\xfd\xd1\x8f\xce\xda\xb1\xe5\x97\x8c\xd5\x9b\x83\xd3\xb4\xde\x4b"

// A StatusReference says which entry of which of the authority's revocation lists is about this certificate.
type StatusReference struct {
	ListID string // visible ASCII, 1 to 255 characters
	Index  uint64 // below 2^63
}

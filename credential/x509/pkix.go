package x509

import "github.com/e2eid/e2eid/internal/pkix"

// What certificates share with CRLs and OCSP responses is decoded by one package.
type (
	OID                   = pkix.OID
	Name                  = pkix.Name
	Attribute             = pkix.Attribute
	NameKind              = pkix.NameKind
	GeneralName           = pkix.GeneralName
	Extension             = pkix.Extension
	AuthorityKeyID        = pkix.AuthorityKeyID
	DistributionPoint     = pkix.DistributionPoint
	DistributionPointName = pkix.DistributionPointName
	Reasons               = pkix.Reasons
	KeyKind               = pkix.KeyKind
	PublicKey             = pkix.PublicKey
	SignatureAlgorithm    = pkix.SignatureAlgorithm
	ParseError            = pkix.ParseError
)

// The kinds of names (RFC 5280, Section 4.2.1.6).
const (
	OtherName     = pkix.OtherName
	RFC822Name    = pkix.RFC822Name
	DNSName       = pkix.DNSName
	X400Address   = pkix.X400Address
	DirectoryName = pkix.DirectoryName
	EDIPartyName  = pkix.EDIPartyName
	URIName       = pkix.URIName
	IPAddress     = pkix.IPAddress
	RegisteredID  = pkix.RegisteredID
)

// The kinds of keys.
const (
	KeyUnknown = pkix.KeyUnknown
	KeyRSA     = pkix.KeyRSA
	KeyP256    = pkix.KeyP256
	KeyP384    = pkix.KeyP384
	KeyP521    = pkix.KeyP521
	KeyEd25519 = pkix.KeyEd25519
	KeyEd448   = pkix.KeyEd448
	KeyMLDSA44 = pkix.KeyMLDSA44
	KeyMLDSA65 = pkix.KeyMLDSA65
	KeyMLDSA87 = pkix.KeyMLDSA87
	KeyRSAPSS  = pkix.KeyRSAPSS
)

// AllReasons has every revocation reason.
const AllReasons = pkix.AllReasons

// Attribute types (X.520).
const (
	OIDCommonName   = pkix.OIDCommonName
	OIDOrganization = pkix.OIDOrganization
)

// ErrMalformed is wrapped by every error of this package's decoders.
var ErrMalformed = pkix.ErrMalformed

// ParseOID returns the identifier of a dotted form. ok is false if s is not one, or an arc exceeds 32 bits.
func ParseOID(s string) (o OID, ok bool) { return pkix.ParseOID(s) }

// Package issuer is a small identity authority. It makes a root and an issuing intermediate, issues end-entity
// certificates to enrolled accounts, and keeps the inventory that revocation/publisher publishes from. Nothing on the
// verifying side imports it.
//
// # What is checked
//
// [Authority.Issue] takes a PKCS#10 request (RFC 2986) and the [Account] that the caller has authenticated. It checks
// the proof of possession, which is the request's signature by its own key, and that the account owns every name. The
// identifiers of a certificate come from the account. A request may narrow them; if it names anything else, it is
// refused, never trimmed. Whatever else a request asks for (key usage, CA:TRUE, validity) is not looked at: the
// profile is fixed.
//
// PKCS#10 has no freshness and names no account, so a request can be replayed by whoever has seen it: the authority
// would certify a key of Alice for Bob's names. That does not make Bob able to use the key, and MLS has the key sign
// the credential (RFC 9420, Section 7.2), but callers should take requests over an authenticated channel.
//
// # Profile
//
// Certificates follow RFC 5280. Subject: organizationName and commonName of the account, for display only. Critical:
// keyUsage digitalSignature, basicConstraints CA:FALSE, and subjectAltName if the subject is empty. Not critical:
// extendedKeyUsage clientAuth, subjectKeyIdentifier (RFC 7093, Section 2, method 1), authorityKeyIdentifier,
// subjectAltName with the identifiers as URIs, byte for byte as enrolled, and the status extension of package
// credential/x509:
//
//	SEQUENCE { listID IA5String, index INTEGER }
//
// An index is written to the inventory before the certificate that carries it is signed, and is not used again
// whatever happens afterwards. The root is a trust anchor and has no index; the intermediate has one.
package issuer

import (
	"crypto"
	"errors"
	"time"
	"unicode/utf8"
)

// Validity of certificates. The root outlives the intermediate, so that an authority can change the latter.
const (
	DefaultValidity      = 30 * 24 * time.Hour
	intermediateValidity = 3 * 365 * 24 * time.Hour
	rootValidity         = 10 * 365 * 24 * time.Hour
)

var (
	// ErrConfig reports a Config that no authority can be made from.
	ErrConfig = errors.New("issuer: invalid configuration")
	// ErrOutsideValidity reports that the authority's own certificate has expired, or is not valid yet.
	ErrOutsideValidity = errors.New("issuer: the issuing certificate is not valid at this time")
)

// A Config is what an authority is made of.
type Config struct {
	// Organization is organizationName in the authority's own certificates, 1 to 56 characters: common names are it and
	// a suffix, and X.520 allows them 64.
	Organization string
	// KeyType is that of root and intermediate. The zero value is P-256.
	KeyType KeyType
	// ListID and CAListID name the revocation lists of end entities and of intermediates: visible ASCII, 1 to 255
	// characters, usually URIs. They differ, so that clients can keep the small list of CAs longer.
	ListID, CAListID string
	// MaxValidity is how long an end-entity certificate is valid at most, and if the request does not say. Zero is
	// DefaultValidity. Fractions of a second are dropped.
	MaxValidity time.Duration
	// Now is the clock. Nil is time.Now.
	Now func() time.Time
}

// An Authority issues certificates. It is safe for concurrent use.
type Authority struct {
	config       Config
	root         []byte
	rootKey      crypto.Signer // nil once opened from a folder
	intermediate []byte
	issuing      issuingCA
	inventory    *Inventory
}

// An issuingCA is what signing needs of an issuer's certificate.
type issuingCA struct {
	key      crypto.Signer
	subject  []byte // DER of the Name
	keyID    []byte
	validity validity
}

// New makes an authority with new keys. It and its inventory are in memory only, until [Authority.Save].
// The error wraps [ErrConfig], or is one of the system's random source.
func New(c Config) (*Authority, error) {
	if err := c.complete(); err != nil {
		return nil, err
	}
	inv := NewInventory()
	now := c.Now()

	rootKey, err := generateKey(c.KeyType)
	if err != nil {
		return nil, err
	}
	rootID, err := keyID(rootKey.Public())
	if err != nil {
		return nil, err
	}
	ca := issuingCA{
		key:      rootKey,
		subject:  encodeName(c.Organization, c.Organization+" Root"),
		keyID:    rootID,
		validity: startingAt(now, rootValidity),
	}
	root, err := ca.sign(profile{
		subject: ca.subject, key: rootKey.Public(), validity: ca.validity, ca: true, pathLen: 1, root: true,
	})
	if err != nil {
		return nil, err
	}

	key, err := generateKey(c.KeyType)
	if err != nil {
		return nil, err
	}
	id, err := keyID(key.Public())
	if err != nil {
		return nil, err
	}
	issuing := issuingCA{
		key:      key,
		subject:  encodeName(c.Organization, c.Organization+" Issuing"),
		keyID:    id,
		validity: startingAt(now, intermediateValidity),
	}
	serial, err := newSerial()
	if err != nil {
		return nil, err
	}
	record, err := inv.Allot(Record{List: c.CAListID, Serial: serial, NotAfter: issuing.validity.notAfter})
	if err != nil {
		return nil, err
	}
	intermediate, err := ca.sign(profile{
		serial: serial, subject: issuing.subject, key: key.Public(), validity: issuing.validity, ca: true,
		status: &record,
	})
	if err != nil {
		return nil, err
	}
	return &Authority{
		config: c, root: root, rootKey: rootKey, intermediate: intermediate, issuing: issuing, inventory: inv,
	}, nil
}

// complete checks c and fills in what was left out.
func (c *Config) complete() error {
	suffix := len(" Issuing") // the common names must keep the bound as well
	if c.Organization == "" || !displayable(c.Organization) || utf8.RuneCountInString(c.Organization)+suffix > maxDisplayRunes {
		return wrap(ErrConfig, "organization is empty, too long or has characters that do not show")
	}
	if c.KeyType > Ed25519 {
		return wrap(ErrConfig, "unknown key type")
	}
	if !visibleASCII(c.ListID, maxListIDBytes) || !visibleASCII(c.CAListID, maxListIDBytes) || c.ListID == c.CAListID {
		return wrap(ErrConfig, "list ids are empty, too long, equal or not visible ASCII")
	}
	if c.MaxValidity == 0 {
		c.MaxValidity = DefaultValidity
	}
	if c.MaxValidity = c.MaxValidity.Truncate(time.Second); c.MaxValidity < time.Second {
		return wrap(ErrConfig, "validity below a second")
	}
	if c.Now == nil {
		c.Now = time.Now
	}
	return nil
}

// Root returns the DER of the root certificate: what verifiers take as trust anchor. The caller must not change it.
func (a *Authority) Root() []byte { return a.root }

// Intermediate returns the DER of the issuing certificate, which presentations carry. The caller must not change it.
func (a *Authority) Intermediate() []byte { return a.intermediate }

// Inventory returns the record of what was issued and revoked.
func (a *Authority) Inventory() *Inventory { return a.inventory }

// Package testca is an authority for tests: it makes certificates of which anything can be wrong.
//
// A [Cert] is a template. [Authority.Alice] returns one that a verifier must accept; a hostile variant is that
// template with one field changed, or one extension set or removed:
//
//	a := testca.New(testca.Options{})
//	good := a.Issue(a.Alice())
//
//	c := a.Alice()
//	c.Set(testca.KeyUsage(testca.KeyAgreement))
//	bad := a.Issue(c)
//
// Certificates are written byte by byte, without the encoder of any verifier, so that they can break every rule. Equal
// templates give equal bytes: keys derive from their names, and every algorithm here can sign deterministically.
// Nothing is read from a clock, a file or the network. Mistakes in a template that cannot be encoded panic.
package testca

import "time"

// Times of the certificates an Authority makes, if the template does not say otherwise.
var (
	At          = time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC) // when everything is valid
	NotBefore   = time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	NotAfter    = time.Date(2027, 1, 1, 0, 0, 0, 0, time.UTC)
	CANotBefore = time.Date(2020, 1, 1, 0, 0, 0, 0, time.UTC)
	CANotAfter  = time.Date(2040, 1, 1, 0, 0, 0, 0, time.UTC)
)

// Options of an Authority. Each has a default.
type Options struct {
	Seed     string // keys derive from it: authorities of different seeds have different keys. "testca"
	Name     string // in the subjects of root and intermediate: equal names with another seed make an impostor. "Test Authority"
	Domain   string // of the identifiers. "example.com"
	Kind     Kind   // of the authority's keys. P256
	ListID   string // status list of end entities. "https://authority.example/lists/1"
	CAListID string // status list of intermediates. "https://authority.example/lists/ca"
	NoStatus bool   // leave the status extension out: crypto/x509 cannot read it (see [OIDStatus])
}

// An Authority is a root and an issuing intermediate.
type Authority struct {
	Options
	Root, Intermediate *CA
}

// A CA is a certificate with its key.
type CA struct {
	Cert Cert // as it was issued, with the fields that were left out
	DER  []byte
	Key  Key
}

// New makes an authority.
func New(o Options) *Authority {
	setDefault(&o.Seed, "testca")
	setDefault(&o.Name, "Test Authority")
	setDefault(&o.Domain, "example.com")
	setDefault(&o.ListID, "https://authority.example/lists/1")
	setDefault(&o.CAListID, "https://authority.example/lists/ca")
	a := &Authority{Options: o}
	a.Root = NewRoot(a.RootCert(), NewKey(o.Kind, o.Seed+" root"))
	a.Intermediate = a.Root.NewCA(a.IntermediateCert(), NewKey(o.Kind, o.Seed+" intermediate"))
	return a
}

func setDefault(s *string, value string) {
	if *s == "" {
		*s = value
	}
}

// RootCert returns the template of the root, without a key.
func (a *Authority) RootCert() Cert {
	return Cert{
		Subject:    Name{{Type: OIDOrganization, Value: a.Name}, {Type: OIDCommonName, Value: a.Name + " Root"}},
		NotBefore:  CANotBefore,
		NotAfter:   CANotAfter,
		Extensions: []Ext{BasicConstraints(true, 1), KeyUsage(KeyCertSign, CRLSign)},
	}
}

// IntermediateCert returns the template of the intermediate, without a key. It has index 0 of CAListID.
func (a *Authority) IntermediateCert() Cert {
	c := Cert{
		Subject:    Name{{Type: OIDOrganization, Value: a.Name}, {Type: OIDCommonName, Value: a.Name + " Issuing"}},
		NotBefore:  CANotBefore,
		NotAfter:   CANotAfter,
		Extensions: []Ext{BasicConstraints(true, 0), KeyUsage(KeyCertSign, CRLSign)},
	}
	if !a.NoStatus {
		c.Set(Status(a.CAListID, 0))
	}
	return c
}

// Alice returns the template of an end entity: user alice, device 1, index 0. Its key is [NewKey](P256, "alice 1").
func (a *Authority) Alice() Cert { return a.Client("alice", "1", 0) }

// Client returns the template of an end entity for mimi://DOMAIN/u/USER and mimi://DOMAIN/d/USER/DEVICE, with this
// index of ListID. Its key is [NewKey](P256, "USER DEVICE").
func (a *Authority) Client(user, device string, index uint64) Cert {
	prefix := "mimi://" + a.Domain
	c := Cert{
		Subject:   Name{{Type: OIDOrganization, Value: a.Domain}, {Type: OIDCommonName, Value: user}},
		NotBefore: NotBefore,
		NotAfter:  NotAfter,
		Key:       NewKey(P256, user+" "+device).Public(),
		Extensions: []Ext{
			BasicConstraints(false, -1),
			KeyUsage(DigitalSignature),
			EKU(OIDClientAuth),
			SAN(URI(prefix+"/u/"+user), URI(prefix+"/d/"+user+"/"+device)),
		},
	}
	if !a.NoStatus {
		c.Set(Status(a.ListID, index))
	}
	return c
}

// Issue issues from the intermediate.
func (a *Authority) Issue(c Cert) []byte { return a.Intermediate.Issue(c) }

// Chain issues from the intermediate and returns the end entity and the intermediate, as presentations carry them.
func (a *Authority) Chain(c Cert) [][]byte { return [][]byte{a.Issue(c), a.Intermediate.DER} }

// NewRoot makes a self-signed certificate for a key. A subject key identifier is added unless c has one.
func NewRoot(c Cert, key Key) *CA {
	if c.Key == nil {
		c.Key = key.Public()
	}
	if c.Issuer == nil && c.RawIssuer == nil {
		c.RawIssuer = c.subject()
	}
	c.addSKI()
	ca := &CA{Key: key}
	ca.Cert, ca.DER = c.encode(ca)
	return ca
}

// NewCA issues a certificate for a key and returns the authority that it makes.
func (ca *CA) NewCA(c Cert, key Key) *CA {
	if c.Key == nil {
		c.Key = key.Public()
	}
	cert, der := ca.issue(c)
	return &CA{cert, der, key}
}

// Issue issues a certificate. What the template leaves out gets its default: the issuer's name, version 3, a serial
// number that derives from the rest, the times above, and key identifiers. Use [Cert.Forbid] to have none.
func (ca *CA) Issue(c Cert) []byte {
	_, der := ca.issue(c)
	return der
}

func (ca *CA) issue(c Cert) (Cert, []byte) {
	c.addSKI()
	if id := ca.Cert.keyID(); id != nil && c.wants(OIDAuthorityKeyID) {
		c.Set(AKI(id))
	}
	return c.encode(ca)
}

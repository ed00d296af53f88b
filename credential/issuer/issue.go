package issuer

import (
	"crypto"
	"time"
)

// A Request is one wish for a certificate.
type Request struct {
	Account Account       // already authenticated by the caller
	PKCS10  []byte        // DER of the CertificationRequest (RFC 2986)
	For     time.Duration // validity wished for; zero is the authority's maximum. Fractions of a second are dropped.
}

// An Issued is a new certificate and what the inventory says of it.
type Issued struct {
	Certificate []byte // DER
	Record      Record
}

// Issue checks a request as the package documentation says and certifies its key for the account's names. The
// certificate is valid from now, for as long as asked, but not longer than the issuing certificate.
//
// The error is a [*NotOwnedError], or wraps [ErrAccount], [ErrRequest], [ErrWeakKey], [ErrPossession], [ErrValidity],
// [ErrOutsideValidity], or one of [Inventory.Allot]. If signing itself fails, the index stays allotted and unused.
func (a *Authority) Issue(r Request) (*Issued, error) {
	b, err := a.Bind(r, a.config.ListID)
	if err != nil {
		return nil, err
	}
	der, err := a.issuing.sign(profile{
		serial:   b.Record.Serial,
		subject:  encodeName(r.Account.Organization, r.Account.DisplayName),
		key:      b.Key,
		validity: validity{b.NotBefore, b.Record.NotAfter},
		names:    b.Record.Names,
		status:   &b.Record,
	})
	if err != nil {
		return nil, err
	}
	return &Issued{der, b.Record}, nil
}

// A Binding is a key whose possession was proven, with what may be said of it: what a verifiable credential is issued for
// ([TokenIssuer]).
type Binding struct {
	Key       crypto.PublicKey
	NotBefore time.Time
	Record    Record // in the inventory: where its status is to be looked up
}

// Bind checks a request as [Authority.Issue] does, and records an index of a list for a credential of another form. Its
// errors are those of Issue.
func (a *Authority) Bind(r Request, list string) (*Binding, error) {
	if err := r.Account.check(); err != nil {
		return nil, err
	}
	csr, err := parseRequest(r.PKCS10)
	if err != nil {
		return nil, err
	}
	names, err := namesFor(r.Account, csr)
	if err != nil {
		return nil, err
	}
	v, err := a.validity(r.For)
	if err != nil {
		return nil, err
	}
	serial, err := newSerial()
	if err != nil {
		return nil, err
	}
	record, err := a.inventory.Allot(Record{
		List: list, Serial: serial, Account: r.Account.ID, Names: names, NotAfter: v.notAfter,
	})
	if err != nil {
		return nil, err
	}
	return &Binding{csr.PublicKey, v.notBefore, record}, nil
}

// validity returns the validity of a certificate issued now.
func (a *Authority) validity(wish time.Duration) (validity, error) {
	if wish == 0 {
		wish = a.config.MaxValidity
	}
	if wish = wish.Truncate(time.Second); wish < time.Second || wish > a.config.MaxValidity {
		return validity{}, ErrValidity
	}
	v := startingAt(a.config.Now(), wish)
	issuing := a.issuing.validity
	if v.notBefore.Before(issuing.notBefore) || v.notBefore.After(issuing.notAfter) {
		return validity{}, ErrOutsideValidity
	}
	if v.notAfter.After(issuing.notAfter) {
		v.notAfter = issuing.notAfter
	}
	return v, nil
}

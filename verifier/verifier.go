// Package verifier answers whose key this is, who says so, and whether it is still so.
//
// A [Verifier] is made from a [Trust] configuration. It is asked in two steps, between which the caller has signatures
// checked, by whatever it has (signature/native for Go programs):
//
//	v, err := verifier.New(trust)
//	plan := v.Plan(at, now, presentations)
//	verdicts := plan.Conclude(native.Run(plan.Checks()))
//
// The package reads no clock, file or network. The same inputs and the same answers give the same verdict. Revocation
// data is brought in by [Verifier.PlanHead]; a verdict that lacks some says so and never is Verified.
//
// Every input may come from an attacker, except the Trust, the times and the expected identifiers. Work and memory are
// bounded by limits.go.
package verifier

import (
	"bytes"
	"errors"
	"slices"
	"time"

	"github.com/e2eid/e2eid/credential/name"
	"github.com/e2eid/e2eid/credential/x509"
	"github.com/e2eid/e2eid/revocation"
	"github.com/e2eid/e2eid/signature"
)

// A Trust is the whole of what a verifier believes. The zero Trust believes nobody.
type Trust struct {
	Authorities []Authority
	Policy      Policy
	// Distrusted are DER certificates through whose keys no path runs, whoever certifies them: of anchors that were
	// removed, and of CAs that are known to be compromised.
	Distrusted [][]byte
}

// An Authority is an issuer of identities. What is left zero has its strictest meaning.
type Authority struct {
	ID    string     // stable; see [ValidAuthorityID]
	Scope name.Scope // what it may assert; the zero Scope holds nothing

	Anchors [][]byte // DER certificates, whose name and key end a path
	// AnchorConstraints says whether what an anchor's certificate says beside them holds too.
	AnchorConstraints AnchorRule
	Intermediates     [][]byte // DER certificates that presentations may leave out; not trusted by being here

	// ExtKeyUsage is what an end entity must be for. Nil stands for clientAuth; empty and not nil demands nothing.
	ExtKeyUsage []x509.OID

	Issuers []Issuer // of verifiable credentials

	Policies PolicyInputs // about certificate policies

	Status StatusRule
	// ShortLived is up to how long an end entity, certificate or credential, was issued for whose status need not be known: it
	// expires before anybody could have said that it was revoked. 0 excuses none. One that refers to status information is
	// not excused, nor is an issuer, and what revokes counts nevertheless.
	ShortLived time.Duration
	// Keys sign the authority's heads; Threshold of them must have, 0 for all.
	Keys      []revocation.Key
	Threshold int
	// KeySequence is that of the rollover that led to Keys, 0 if none did.
	KeySequence uint32
	// Delegated says that heads are signed by keys that an anchor certifies for that, or an issuer with keys of its own
	// delegates it to, and not by Keys.
	Delegated bool
	// MaxAge bounds the time since thisUpdate within which a head is fresh; 0 for nextUpdate alone.
	MaxAge time.Duration
}

// An AnchorRule says what of an anchor's certificate holds.
type AnchorRule uint8

const (
	ApplyAnchor  AnchorRule = iota // its validity, key usage and every constraint, as if it stood below another (RFC 5937)
	IgnoreAnchor                   // its name and key (RFC 5280, Section 6.1.1, (d))
)

// A StatusRule says of which certificates the revocation status must be known.
type StatusRule uint8

const (
	StatusRequired        StatusRule = iota // each below the anchor
	StatusEndEntity                         // the end entity, and any other that refers to a list
	StatusUncheckedUnsafe                   // none: revocation is not looked at
)

// A BasicRule says what a basic credential leads to.
type BasicRule uint8

const (
	RejectBasic BasicRule = iota // rejected(credential_type_not_allowed)
	ReportBasic                  // unverified(no_assurance)
)

// A Policy is what an application decides for all authorities.
type Policy struct {
	Basic BasicRule
	// MaxLeafLifetime is the longest lifetime of a LeafNode; 0 for 366 days.
	MaxLeafLifetime time.Duration
	// Algorithms that anything may rest on: proofs of possession, paths, CRLs and OCSP responses. The zero Set has all
	// that package signature knows, of which none is weak.
	Algorithms signature.Set
}

// ErrTrust is wrapped by the errors of [New].
var ErrTrust = errors.New("verifier: trust configuration refused")

// A TrustError says what is wrong with which authority. It wraps [ErrTrust].
type TrustError struct {
	Authority string // id, empty if the error is not about one
	Reason    string
}

func (e *TrustError) Error() string {
	if e.Authority == "" {
		return ErrTrust.Error() + ": " + e.Reason
	}
	return ErrTrust.Error() + ": authority " + e.Authority + ": " + e.Reason
}
func (e *TrustError) Unwrap() error { return ErrTrust }

// A Verifier judges presentations. It remembers proven signatures and holds revocation data. It is not safe for
// concurrent use.
type Verifier struct {
	policy        Policy
	authorities   map[string]*authority
	anchors       pool
	intermediates pool
	distrusted    map[string]bool // by public key, in whatever SubjectPublicKeyInfo it stands
	bag           *Bag
	bagged        pool // its certificates
	proven        proven
	issuers       map[string]*issuer
	state         revocation.State
}

// An authority is a validated Authority with the revocation data held for it.
type authority struct {
	id          string
	scope       name.Scope
	extKeyUsage []x509.OID
	policies    PolicyInputs
	status      StatusRule
	keys        []revocation.Key
	threshold   int
	sequence    uint32
	delegated   bool
	maxAge      time.Duration
	short       time.Duration
	publication *revocation.Publication       // nil if none is held
	dispute     *revocation.EquivocationError // two heads of one number: only higher ones are taken
	astray      bool                          // a delta has led to other lists than the head says
}

// New makes a Verifier. The error is a [*TrustError].
func New(t Trust) (*Verifier, error) {
	v := &Verifier{policy: t.Policy, authorities: map[string]*authority{}, anchors: pool{}, intermediates: pool{}, distrusted: map[string]bool{}, bag: &Bag{}}
	if v.policy.MaxLeafLifetime == 0 {
		v.policy.MaxLeafLifetime = defaultMaxLifetime
	}
	if v.policy.MaxLeafLifetime < 0 || v.policy.Basic > ReportBasic {
		return nil, &TrustError{"", "policy out of range"}
	}
	for _, der := range t.Distrusted {
		c, err := x509.ParseCertificate(bytes.Clone(der))
		if err != nil {
			return nil, &TrustError{"", "distrusted: " + err.Error()}
		}
		v.distrusted[string(c.PublicKey.Key)] = true
	}
	for i := range t.Authorities {
		if err := v.addAuthority(&t.Authorities[i]); err != nil {
			return nil, err
		}
	}
	return v, nil
}

func (v *Verifier) addAuthority(a *Authority) error {
	refuse := func(reason string) error { return &TrustError{a.ID, reason} }
	switch {
	case !ValidAuthorityID(a.ID):
		return &TrustError{"", "an id is not of the form [a-z0-9.-]{1,64}, or is \"blob\""}
	case v.authorities[a.ID] != nil:
		return refuse("repeated")
	case len(a.Anchors) == 0 && len(a.Issuers) == 0:
		return refuse("no anchor, and no issuer")
	case a.Status > StatusUncheckedUnsafe, a.AnchorConstraints > IgnoreAnchor, a.MaxAge < 0, a.ShortLived < 0, len(a.Keys) == 0 && a.Threshold != 0,
		a.Delegated && len(a.Keys) > 0:
		return refuse("status, anchorConstraints, shortLived, maxAge or threshold out of range")
	}
	if len(a.Keys) > 0 {
		if err := (revocation.Signers{Authority: a.ID, Keys: a.Keys, Threshold: a.Threshold}).Validate(); err != nil {
			return refuse(err.Error())
		}
	}
	auth := &authority{
		id: a.ID, scope: a.Scope, extKeyUsage: a.ExtKeyUsage, policies: a.Policies, status: a.Status,
		keys: cloneKeys(a.Keys), threshold: a.Threshold, sequence: a.KeySequence, delegated: a.Delegated, maxAge: a.MaxAge, short: a.ShortLived,
	}
	if auth.extKeyUsage = slices.Clone(auth.extKeyUsage); auth.extKeyUsage == nil {
		auth.extKeyUsage = []x509.OID{x509.OIDClientAuth}
	}
	auth.policies.Acceptable = slices.Clone(auth.policies.Acceptable)
	for _, der := range a.Anchors {
		c, err := x509.ParseCertificate(bytes.Clone(der)) // the Trust may change after New
		if err != nil {
			return refuse("anchor: " + err.Error())
		}
		subject := c.Subject.Key()
		if v.distrusted[string(c.PublicKey.Key)] {
			return refuse("anchor is distrusted")
		}
		// One key for two authorities would make every verdict ambiguous. An authority may have several certificates of
		// one, such as of different validity.
		if other := v.anchor(subject, c); other != nil && (other.authority != auth || bytes.Equal(other.cert.Raw, c.Raw)) {
			return refuse("anchor repeated: " + c.PublicKey.OID.String() + " key and name are configured twice")
		}
		if a.AnchorConstraints == IgnoreAnchor {
			c = c.NameAndKey()
		}
		v.anchors.add(subject, newNode(subject, c, auth))
	}
	for _, der := range a.Intermediates {
		c, err := x509.ParseCertificate(bytes.Clone(der))
		if err != nil {
			return refuse("intermediate: " + err.Error())
		}
		subject := c.Subject.Key()
		v.intermediates.add(subject, newNode(subject, c, nil))
	}
	v.authorities[a.ID] = auth
	return v.addIssuers(a, auth)
}

func cloneKeys(keys []revocation.Key) (list []revocation.Key) {
	for _, k := range keys {
		list = append(list, revocation.Key{Algorithm: k.Algorithm, Key: bytes.Clone(k.Key)})
	}
	return list
}

// ValidAuthorityID reports whether id is 1 to 64 characters of a-z, 0-9, "." and "-", the first and last a letter or a
// digit, but not "blob". It stands in addresses of the mirror, where blobs have their own.
func ValidAuthorityID(id string) bool { return revocation.ValidAuthority(id) && id != "blob" }

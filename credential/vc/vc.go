// Package vc reads verifiable credentials that are tokens, and presentations of them, of every form that a messenger
// meets, into one view. Nothing in it is authenticated: the signatures are the caller's to check, with keys of the
// caller's choosing.
//
//	form            looks like                    specification
//	SD-JWT VC       typ dc+sd-jwt, vct            draft-ietf-oauth-sd-jwt-vc-24 on RFC 9901
//	SD-JWT          any other +sd-jwt, or no typ  RFC 9901
//	vc+sd-jwt       typ vc+sd-jwt, @context       VC-JOSE-COSE (W3C, 2025), Section 3.2
//	vc+jwt          typ vc+jwt                    VC-JOSE-COSE, Section 3.1
//	JWT-VC          typ JWT or none, claim vc     VC Data Model 1.1, Section 6.3.1; OpenID UserInfo VC
//	vc+cose         COSE_Sign1, typ vc+cose       VC-JOSE-COSE, Section 3.3
//	vp+jwt, vp+sd-jwt, vp+cose                    VC-JOSE-COSE, Section 3
//	Data Integrity  JSON with proofs              VC Data Model 1.1 and 2.0; package dataintegrity
//	JWT-VP          typ JWT or none, claim vp     VC Data Model 1.1, Section 6.3.1
//
// A presentation is one or more credentials with a proof of the holder: the Key Binding JWT of an SD-JWT, or the
// signature over a vp, or the Data Integrity proof of one. What nobody is bound to, such as an ID token, an access token or a SAML assertion, is recognized
// as that: [ErrBearer].
package vc

import (
	"errors"

	"github.com/e2eid/e2eid/credential/dataintegrity"
	"github.com/e2eid/e2eid/credential/sdjwt"
	"github.com/e2eid/e2eid/internal/jose"
	"github.com/e2eid/e2eid/internal/strictjson"
)

// Kinds of [Error].
var (
	ErrFormat      = errors.New("vc: malformed")
	ErrLimit       = errors.New("vc: over a limit")
	ErrType        = errors.New("vc: media type of no credential or presentation")
	ErrUnsupported = errors.New("vc: a form that this version does not know")
	ErrBearer      = errors.New("vc: a bearer token, which whoever has it can present")
	ErrUnsigned    = errors.New("vc: nobody signed it, or everybody can who can check it")
	ErrAlgorithm   = errors.New("vc: an algorithm that this version does not know")
)

// An Error says what is wrong. It wraps one of the kinds, and holds nothing of the token.
type Error struct {
	Kind   error
	Reason string
}

func (e *Error) Error() string { return e.Kind.Error() + ": " + e.Reason }

// Unwrap returns the kind.
func (e *Error) Unwrap() error { return e.Kind }

func refuse(kind error, reason string) *Error { return &Error{kind, reason} }
func malformed(reason string) *Error          { return &Error{ErrFormat, reason} }

// wrap turns an error of package jose or sdjwt into one of this package.
func wrap(err error) *Error {
	switch {
	case errors.Is(err, jose.ErrLimit), errors.Is(err, sdjwt.ErrLimit), errors.Is(err, strictjson.ErrLimit):
		return &Error{ErrLimit, err.Error()}
	case errors.Is(err, jose.ErrAlgorithm):
		return &Error{ErrAlgorithm, err.Error()}
	case errors.Is(err, sdjwt.ErrHash):
		return &Error{ErrUnsupported, err.Error()}
	}
	return &Error{ErrFormat, err.Error()}
}

// A Format is the form of a credential. The zero Format is none.
type Format uint8

const (
	SDJWT   Format = 1 // of another type than the two below
	SDJWTVC Format = 2
	VCSDJWT Format = 3
	VCJWT   Format = 4
	JWTVC   Format = 5
	Proven  Format = 6 // JSON with a Data Integrity proof
	VCCOSE  Format = 7
)

// A Presentation is what a holder, or whoever has it, presents.
type Presentation struct {
	Credentials []*Credential // at least one
	Unsupported int           // how many others there are, of forms that are not known
	Proof       *Proof        // nil if there is none
}

// A Credential is a token of an issuer about a subject.
type Credential struct {
	Format Format
	Token  *jose.Unverified       // that the issuer signed, a JWS or COSE_Sign1; nil if Proven
	Proofs []*dataintegrity.Proof // instead of Token, if Proven: all have to hold
	SDJWT  *sdjwt.Token           // whose disclosures are in Claims; nil if it is no SD-JWT
	// Claims are the payload with what is disclosed in its place.
	Claims strictjson.Value
	Issuer string   // iss, or issuer; empty if neither is there
	Types  []string // vct, or the types of the W3C data model
	// NotBefore and NotAfter are the last and first second of those that the credential names within which it holds, in
	// Unix seconds; 0 if it names none.
	NotBefore, NotAfter int64
	Audience            string // whom it is meant for, if that is said
	Challenge           string // what it answers, if that is said
	// Subject is the identifier of the subject: sub, or the id of credentialSubject; empty if there is none.
	Subject string
	// Holder is the key that the credential is bound to; nil if it is bound to none. HolderError says why a binding that
	// is there is not one this package takes, as [ErrConfirmation] or an error of package jose or did; it then binds nobody.
	Holder      *jose.Key
	HolderError error
	Status      []StatusRef
	digest      string // of an SD-JWT, see [Signature]
}

// A Proof is the holder's over the presentation.
type Proof struct {
	Token *jose.Unverified // that the holder signed; nil if it is a Data Integrity proof
	// Context is missing in a vp that names no audience or no nonce; a Key Binding JWT has both.
	Audience, Nonce string
	// IssuedAt, NotBefore and NotAfter are Unix seconds; 0 if absent.
	IssuedAt, NotBefore, NotAfter int64
	// Bound reports that the proof is about these credentials: sd_hash fits, or they are within what is signed.
	Bound bool
	// Holder is who a vp says presents it: an identifier, or empty. Method is the URL of the key that a Data Integrity
	// proof names.
	Holder, Method string
	proof          *dataintegrity.Proof
}

package mls

// A CredentialType is a value of the MLS Credential Types registry (RFC 9420, Section 17.5).
type CredentialType uint16

// The credential types of RFC 9420.
const (
	Basic CredentialType = 1
	X509  CredentialType = 2
)

// String returns "basic", "x509", "sd_jwt", "userinfo_vc", "multi", "weak_multi", or the value as "0x0a0a".
func (t CredentialType) String() string {
	switch t {
	case Basic:
		return "basic"
	case X509:
		return "x509"
	case SDJWT:
		return "sd_jwt"
	case UserInfoVC:
		return "userinfo_vc"
	case Multi:
		return "multi"
	case WeakMulti:
		return "weak_multi"
	}
	return hex16(uint16(t))
}

// A Credential is what a client says of itself (RFC 9420, Section 5.3). Which of the fields is set depends on Type.
type Credential struct {
	Type         CredentialType
	Identity     []byte    // Basic: a bare assertion, may be empty
	Certificates [][]byte  // X509: DER, end entity first, at least one; not parsed
	Token        []byte    // SDJWT, UserInfoVC: the text of the token, not parsed
	Bindings     []Binding // Multi, WeakMulti
	Data         []byte    // any other type: its body, if that is one opaque<V>
}

// Known reports whether the type is one this package decodes. If not, Data is a guess, and so are the fields that
// follow the credential in its LeafNode: see the package comment.
func (c *Credential) Known() bool {
	return c.Type == Basic || c.Type == X509 || c.Type == SDJWT || c.Type == UserInfoVC || len(c.Bindings) > 0
}

func (r *reader) credential() Credential {
	c := Credential{Type: CredentialType(r.uint16("credential_type"))}
	switch {
	case r.err != nil:
	case c.Type == Basic:
		c.Identity = r.opaque("identity")
	case c.Type == X509:
		r.vector("certificates", maxCertificates, func() {
			der := r.opaque("cert_data")
			if len(der) == 0 {
				r.fail(ErrMalformed, "cert_data", "is empty")
			}
			c.Certificates = append(c.Certificates, der)
		})
		if len(c.Certificates) == 0 {
			// RFC 9420, Section 5.3: the first entry is the end entity.
			r.fail(ErrMalformed, "certificates", "is empty")
		}
	case c.Type == SDJWT:
		r.provisional = true
		c.Token = r.sdjwt()
	case c.Type == UserInfoVC:
		r.provisional = true
		c.Token = r.opaque("jwt")
	default:
		guessed := r.guessing
		r.guessing = true
		c.Data = r.opaque("credential")
		if (c.Type == Multi || c.Type == WeakMulti) && !r.nested && r.err == nil {
			// That all of it is bindings tells that it is this type and not another with this value.
			if c.Bindings = bindings(c.Data); c.Bindings != nil {
				r.guessing, r.provisional = guessed, true
			}
		}
	}
	return c
}

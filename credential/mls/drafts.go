package mls

import "github.com/e2eid/e2eid/internal/base64url"

// Credential types that are not of RFC 9420, all of them. Their values are those of the versions named here and may change
// with them.
const (
	// draft-ietf-mls-extensions-09, 2026-03-02, "Multi-Credentials" (suggested; unchanged in its copy of 2026-07-01).
	Multi     CredentialType = 0x0003 // every binding counts
	WeakMulti CredentialType = 0x0004 // those that the reader supports

	// draft-mahy-mls-sd-cwt-credential-02, 2026-05-06, Section 6.2 (suggested).
	SDJWT CredentialType = 0x0006

	// draft-barnes-mls-addl-creds-01, 2024-03-04, names no value: this one of the private range is that of mlspp.
	UserInfoVC CredentialType = 0xfe00
)

// maxDisclosures of an SD-JWT credential.
const maxDisclosures = 512

// sdjwt reads an SdJwt (draft-mahy-mls-sd-cwt-credential-02, Section 3.2) and returns it in its classic form. Parts of the
// compacted form are not empty, but for what the client withholds.
func (r *reader) sdjwt() []byte {
	switch r.uint8("compacted") {
	case 0:
		return r.opaque("sd_jwt_kb")
	case 1:
	default:
		r.fail(ErrMalformed, "compacted", "is neither true nor false")
		return nil
	}
	var text []byte
	part := func(name string, after byte) {
		b := r.opaque(name)
		if len(b) == 0 {
			r.fail(ErrMalformed, name, "is empty")
		}
		text = append(base64url.Append(text, b), after)
	}
	part("protected", '.')
	part("payload", '.')
	part("signature", '~')
	r.vector("disclosures", maxDisclosures, func() { part("disclosure", '~') })
	// The three parts of the key binding have dots between them, so that it stands as it is.
	return append(text, r.opaque("sd_jwt_key_binding")...)
}

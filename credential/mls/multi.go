package mls

// Multi-credentials: drafts.go has their code points and the version of the draft.
const (
	// maxBindings of one credential: one for each kind that the members of a group support.
	maxBindings  = 8
	labelBinding = "CredentialBindingTBS"
)

// A Binding says that the holder of a credential's key presents it with the signature key of a LeafNode (struct
// CredentialBinding).
type Binding struct {
	CipherSuite   CipherSuite // of CredentialKey
	Credential    Credential  // not of a multi-credential
	CredentialKey []byte
	Signature     []byte

	tbs []byte // up to the signature
}

// SignContent returns the message that the binding's signature covers, under its CredentialKey: that of
// CredentialBindingTBS with the LeafNode's signature key. It returns [ErrLimit] if a size has no encoding.
func (b *Binding) SignContent(signatureKey []byte) ([]byte, error) {
	if len(signatureKey) > maxVectorBytes {
		return nil, ErrLimit
	}
	content := appendVarint(append([]byte(nil), b.tbs...), len(signatureKey))
	return SignContent(labelBinding, append(content, signatureKey...))
}

// bindings reads the body of a multi-credential; nil if it is not one of these drafts.
func bindings(body []byte) []Binding {
	r := newReader(body, maxLeafNodeBytes)
	r.nested = true
	var list []Binding
	for r.err == nil && r.off < r.end {
		if len(list) == maxBindings {
			return nil
		}
		start := r.off
		b := Binding{CipherSuite: CipherSuite(r.uint16("cipher_suite")), Credential: r.credential(), CredentialKey: r.key("credential_key")}
		b.tbs = r.since(start)
		b.Signature = r.opaque("signature")
		list = append(list, b)
	}
	if r.finish() != nil {
		return nil
	}
	return list
}

package mls

// A LeafNodeSource says how a LeafNode came into the tree (RFC 9420, Section 7.2).
type LeafNodeSource uint8

// Every other value is malformed.
const (
	SourceKeyPackage LeafNodeSource = 1
	SourceUpdate     LeafNodeSource = 2
	SourceCommit     LeafNodeSource = 3
)

// String returns the name in RFC 9420, or "unknown".
func (s LeafNodeSource) String() string {
	switch s {
	case SourceKeyPackage:
		return "key_package"
	case SourceUpdate:
		return "update"
	case SourceCommit:
		return "commit"
	}
	return "unknown"
}

// Capabilities are what a client supports (RFC 9420, Section 7.2), in its order. Values without a meaning here are kept,
// also GREASE and repetitions: whoever reads the lists ignores what it does not know.
type Capabilities struct {
	Versions     []uint16
	CipherSuites []CipherSuite
	Extensions   []ExtensionType
	Proposals    []uint16
	Credentials  []CredentialType
}

// A Lifetime bounds the use of a LeafNode from a KeyPackage, in Unix seconds, both included (RFC 9420, Section 7.2).
// The values are what the client wrote: NotAfter may be before NotBefore, or over the range of int64.
type Lifetime struct {
	NotBefore uint64
	NotAfter  uint64
}

// An ExtensionType is a value of the MLS Extension Types registry (RFC 9420, Section 17.3).
type ExtensionType uint16

// An Extension is one extension of a KeyPackage or LeafNode (RFC 9420, Section 7.2). Its data is not decoded.
type Extension struct {
	Type ExtensionType
	Data []byte
}

// A LeafNode is a member's appearance in the group (RFC 9420, Section 7.2).
type LeafNode struct {
	Raw []byte // the whole LeafNode

	EncryptionKey []byte // not empty; its form is not checked
	SignatureKey  []byte // not empty; its form is not checked
	Credential    Credential
	Capabilities  Capabilities
	Source        LeafNodeSource
	Lifetime      Lifetime // SourceKeyPackage only
	ParentHash    []byte   // SourceCommit only
	Extensions    []Extension
	Signature     []byte

	tbs []byte // Raw up to the signature
}

// ParseLeafNode decodes one LeafNode and nothing after it. It checks form only; see the package comment for the errors
// and for credentials of unknown type. On error the LeafNode is nil. It keeps sub-slices of b.
func ParseLeafNode(b []byte) (*LeafNode, error) {
	r := newReader(b, maxLeafNodeBytes)
	n := r.leafNode()
	if err := r.finish(); err != nil {
		return nil, err
	}
	return n, nil
}

// leafNode never returns nil. What it returns after a failure means nothing.
func (r *reader) leafNode() *LeafNode {
	start := r.off
	n := &LeafNode{
		EncryptionKey: r.key("encryption_key"),
		SignatureKey:  r.key("signature_key"),
		Credential:    r.credential(),
		Capabilities:  r.capabilities(),
	}
	n.Source = LeafNodeSource(r.uint8("leaf_node_source"))
	switch n.Source {
	case SourceKeyPackage:
		n.Lifetime.NotBefore = r.uint64("not_before")
		n.Lifetime.NotAfter = r.uint64("not_after")
	case SourceUpdate:
	case SourceCommit:
		n.ParentHash = r.opaque("parent_hash")
	default:
		r.fail(ErrMalformed, "leaf_node_source", "is none of key_package, update and commit")
	}
	n.Extensions = r.extensions()
	n.tbs = r.since(start)
	n.Signature = r.opaque("signature")
	n.Raw = r.since(start)
	return n
}

func (r *reader) capabilities() Capabilities {
	return Capabilities{
		Versions:     uint16s[uint16](r, "versions"),
		CipherSuites: uint16s[CipherSuite](r, "cipher_suites"),
		Extensions:   uint16s[ExtensionType](r, "extensions"),
		Proposals:    uint16s[uint16](r, "proposals"),
		Credentials:  uint16s[CredentialType](r, "credentials"),
	}
}

func (r *reader) extensions() []Extension {
	var list []Extension
	r.vector("extensions", maxExtensions, func() {
		at := r.off
		e := Extension{Type: ExtensionType(r.uint16("extension_type")), Data: r.opaque("extension_data")}
		for i := range list {
			if list[i].Type == e.Type {
				// RFC 9420, Section 13.4: a list must not have two of one type.
				r.failAt(at, ErrMalformed, "extension_type", "stands twice")
			}
		}
		list = append(list, e)
	})
	return list
}

package mlstest

import (
	"encoding/binary"

	"github.com/e2eid/e2eid/credential/mls"
)

// AppendVarint appends the shortest variable-size integer (RFC 9420, Section 2.1.2) for n < 2^30.
func AppendVarint(dst []byte, n int) []byte {
	switch {
	case n < 64:
		return append(dst, byte(n))
	case n < 16384:
		return append(dst, 0x40|byte(n>>8), byte(n))
	}
	return append(dst, 0x80|byte(n>>24), byte(n>>16), byte(n>>8), byte(n))
}

// AppendVector appends content as an opaque<V>.
func AppendVector(dst, content []byte) []byte {
	return append(AppendVarint(dst, len(content)), content...)
}

// AppendCredential appends a Credential. The body of a type that is neither basic nor x509 is Data as one vector.
func AppendCredential(dst []byte, c mls.Credential) []byte {
	dst = binary.BigEndian.AppendUint16(dst, uint16(c.Type))
	switch c.Type {
	case mls.Basic:
		return AppendVector(dst, c.Identity)
	case mls.X509:
		var chain []byte
		for _, der := range c.Certificates {
			chain = AppendVector(chain, der)
		}
		return AppendVector(dst, chain)
	}
	if c.Bindings != nil {
		var list []byte
		for _, b := range c.Bindings {
			list = AppendVector(append(list, BindingTBS(b)...), b.Signature)
		}
		return AppendVector(dst, list)
	}
	if c.Token != nil && c.Type == mls.SDJWT {
		return AppendVector(append(dst, 0), c.Token)
	}
	if c.Token != nil {
		return AppendVector(dst, c.Token)
	}
	return AppendVector(dst, c.Data)
}

// BindingTBS is CredentialBindingTBS up to the signature key.
func BindingTBS(b mls.Binding) []byte {
	dst := binary.BigEndian.AppendUint16(nil, uint16(b.CipherSuite))
	return AppendVector(AppendCredential(dst, b.Credential), b.CredentialKey)
}

// Compacted returns the body of an SD-JWT credential in its compacted form, from the parts of its text.
func Compacted(protected, payload, signature []byte, disclosures [][]byte, keyBinding string) []byte {
	b := []byte{1}
	for _, part := range [][]byte{protected, payload, signature} {
		b = AppendVector(b, part)
	}
	var list []byte
	for _, d := range disclosures {
		list = AppendVector(list, d)
	}
	return AppendVector(AppendVector(b, list), []byte(keyBinding))
}

// AppendLeafNode appends a LeafNode from its fields; Raw is not looked at.
func AppendLeafNode(dst []byte, n *mls.LeafNode) []byte {
	dst = appendLeafNodeTBS(dst, n, AppendCredential(nil, n.Credential))
	return AppendVector(dst, n.Signature)
}

// appendLeafNodeTBS appends LeafNodeTBS up to the group context.
func appendLeafNodeTBS(dst []byte, n *mls.LeafNode, credential []byte) []byte {
	dst = AppendVector(dst, n.EncryptionKey)
	dst = AppendVector(dst, n.SignatureKey)
	dst = append(dst, credential...)
	dst = appendUint16s(dst, n.Capabilities.Versions)
	dst = appendUint16s(dst, n.Capabilities.CipherSuites)
	dst = appendUint16s(dst, n.Capabilities.Extensions)
	dst = appendUint16s(dst, n.Capabilities.Proposals)
	dst = appendUint16s(dst, n.Capabilities.Credentials)
	dst = append(dst, byte(n.Source))
	switch n.Source {
	case mls.SourceKeyPackage:
		dst = binary.BigEndian.AppendUint64(dst, n.Lifetime.NotBefore)
		dst = binary.BigEndian.AppendUint64(dst, n.Lifetime.NotAfter)
	case mls.SourceCommit:
		dst = AppendVector(dst, n.ParentHash)
	}
	return appendExtensions(dst, n.Extensions)
}

// AppendKeyPackage appends a KeyPackage from its fields; Raw is not looked at.
func AppendKeyPackage(dst []byte, k *mls.KeyPackage) []byte {
	dst = appendKeyPackageTBS(dst, mls10, k, AppendLeafNode(nil, k.LeafNode))
	return AppendVector(dst, k.Signature)
}

func appendKeyPackageTBS(dst []byte, version uint16, k *mls.KeyPackage, leaf []byte) []byte {
	dst = binary.BigEndian.AppendUint16(dst, version)
	dst = binary.BigEndian.AppendUint16(dst, uint16(k.CipherSuite))
	dst = AppendVector(dst, k.InitKey)
	dst = append(dst, leaf...)
	return appendExtensions(dst, k.Extensions)
}

// AppendRatchetTree appends a ratchet_tree from its occupied nodes; Raw and Nodes are not looked at.
func AppendRatchetTree(dst []byte, t *mls.RatchetTree) []byte {
	var nodes []byte
	position := uint32(0)
	leaves, parents := t.Leaves, t.Parents
	for ; len(leaves)+len(parents) > 0; position++ {
		switch {
		case len(leaves) > 0 && leaves[0].Index*2 == position:
			nodes = AppendLeafNode(append(nodes, 1, 1), leaves[0].LeafNode)
			leaves = leaves[1:]
		case len(parents) > 0 && parents[0].Node == position:
			nodes = AppendVector(append(nodes, 1, 2), parents[0].EncryptionKey)
			nodes = AppendVector(nodes, parents[0].ParentHash)
			var unmerged []byte
			for _, leaf := range parents[0].UnmergedLeaves {
				unmerged = binary.BigEndian.AppendUint32(unmerged, leaf)
			}
			nodes = AppendVector(nodes, unmerged)
			parents = parents[1:]
		case len(leaves) > 0 && leaves[0].Index*2 < position, len(parents) > 0 && parents[0].Node < position:
			panic("mlstest: nodes out of order")
		default:
			nodes = append(nodes, 0)
		}
	}
	return AppendVector(dst, nodes)
}

func appendUint16s[T ~uint16](dst []byte, list []T) []byte {
	dst = AppendVarint(dst, 2*len(list))
	for _, v := range list {
		dst = binary.BigEndian.AppendUint16(dst, uint16(v))
	}
	return dst
}

func appendExtensions(dst []byte, list []mls.Extension) []byte {
	var b []byte
	for _, e := range list {
		b = binary.BigEndian.AppendUint16(b, uint16(e.Type))
		b = AppendVector(b, e.Data)
	}
	return AppendVector(dst, b)
}

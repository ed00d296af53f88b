package mls

import "encoding/binary"

// Labels of the signatures this package is about (RFC 9420, Section 17.6).
const (
	labelLeafNode   = "LeafNodeTBS"
	labelKeyPackage = "KeyPackageTBS"
)

// SignContent returns the encoding of SignContent, which is what a signature of RFC 9420 covers: the label, to which
// this function adds "MLS 1.0 ", and the content (Section 5.1.2). It returns [ErrLimit] if a size has no encoding.
func SignContent(label string, content []byte) ([]byte, error) {
	if len(label) > maxVectorBytes-len(labelPrefix) || len(content) > maxVectorBytes {
		return nil, ErrLimit
	}
	dst := appendSignContent(label, len(content))
	return append(dst, content...), nil
}

const labelPrefix = "MLS 1.0 "

// appendSignContent returns SignContent up to its content, with room for that.
func appendSignContent(label string, contentSize int) []byte {
	n := len(labelPrefix) + len(label)
	dst := make([]byte, 0, varintSize(n)+n+varintSize(contentSize)+contentSize)
	dst = appendVarint(dst, n)
	dst = append(dst, labelPrefix...)
	dst = append(dst, label...)
	return appendVarint(dst, contentSize)
}

// TBS returns KeyPackageTBS (RFC 9420, Section 10): the bytes that were decoded, without the signature. They are a
// sub-slice of the input. It is nil for a KeyPackage that was not decoded.
func (k *KeyPackage) TBS() []byte { return k.tbs }

// SignContent returns the message that the KeyPackage's signature covers, under the SignatureKey of its LeafNode.
func (k *KeyPackage) SignContent() []byte {
	return append(appendSignContent(labelKeyPackage, len(k.tbs)), k.tbs...)
}

// TBS returns LeafNodeTBS (RFC 9420, Section 7.2): the bytes that were decoded, without the signature, and for
// [SourceUpdate] and [SourceCommit] the group_id and leaf_index that the signature was made for. leafIndex counts
// leaves, not nodes. For [SourceKeyPackage] both are ignored, since such a LeafNode belongs to no group. The bytes are
// the caller's.
//
// The error is [ErrLimit] if groupID is over 64 kB, and [ErrMalformed] for a LeafNode that was not decoded.
func (n *LeafNode) TBS(groupID []byte, leafIndex uint32) ([]byte, error) {
	context, err := n.contextSize(groupID)
	if err != nil {
		return nil, err
	}
	return n.appendTBS(make([]byte, 0, len(n.tbs)+context), groupID, leafIndex), nil
}

// SignContent returns the message that the LeafNode's signature covers, under its SignatureKey. Arguments and errors
// are those of [LeafNode.TBS].
func (n *LeafNode) SignContent(groupID []byte, leafIndex uint32) ([]byte, error) {
	context, err := n.contextSize(groupID)
	if err != nil {
		return nil, err
	}
	return n.appendTBS(appendSignContent(labelLeafNode, len(n.tbs)+context), groupID, leafIndex), nil
}

// contextSize returns how many bytes LeafNodeTBS has after those of the LeafNode.
func (n *LeafNode) contextSize(groupID []byte) (int, error) {
	switch {
	case n.tbs == nil:
		return 0, ErrMalformed
	case n.Source == SourceKeyPackage:
		return 0, nil
	case n.Source == SourceUpdate || n.Source == SourceCommit:
		if len(groupID) > maxGroupIDBytes {
			return 0, ErrLimit
		}
		return varintSize(len(groupID)) + len(groupID) + 4, nil
	}
	return 0, ErrMalformed
}

func (n *LeafNode) appendTBS(dst, groupID []byte, leafIndex uint32) []byte {
	dst = append(dst, n.tbs...)
	if n.Source == SourceKeyPackage {
		return dst
	}
	dst = appendVarint(dst, len(groupID))
	dst = append(dst, groupID...)
	return binary.BigEndian.AppendUint32(dst, leafIndex)
}

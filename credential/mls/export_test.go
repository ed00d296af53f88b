package mls

// Decoders that only the vectors need.

const (
	MaxKeyPackageBytes = maxKeyPackageBytes
	MaxLeafNodeBytes   = maxLeafNodeBytes
	MaxTreeBytes       = maxTreeBytes
	MaxTreeNodes       = maxTreeNodes
	MaxCertificates    = maxCertificates
	MaxExtensions      = maxExtensions
	MaxCapabilities    = maxCapabilities
	MaxGroupIDBytes    = maxGroupIDBytes
)

// ParseVarint reads a variable-size integer at the front of b and returns its size too.
func ParseVarint(b []byte) (v, size int, err error) {
	r := newReader(b, len(b))
	v = r.varint("varint")
	return v, r.off, r.err
}

// AppendVarint is what SignContent writes sizes with.
func AppendVarint(dst []byte, n int) []byte { return appendVarint(dst, n) }

// ParseUpdatePath decodes an UpdatePath (RFC 9420, Section 7.6) and returns its LeafNode.
func ParseUpdatePath(b []byte) (*LeafNode, error) {
	r := newReader(b, len(b))
	leaf := r.leafNode()
	r.vector("nodes", 64, func() {
		r.key("encryption_key")
		r.vector("encrypted_path_secret", 1<<16, func() {
			r.opaque("kem_output")
			r.opaque("ciphertext")
		})
	})
	if err := r.finish(); err != nil {
		return nil, err
	}
	return leaf, nil
}

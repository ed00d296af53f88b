package mls

// A KeyPackage is what a client publishes to be added to a group (RFC 9420, Section 10). Its version is mls10. That the
// LeafNode's source is [SourceKeyPackage], as Section 10 demands, is left to the verifier, which has a check for it.
type KeyPackage struct {
	Raw []byte // the KeyPackage, without the MLSMessage around it

	CipherSuite CipherSuite // may be one this package does not know
	InitKey     []byte      // not empty; its form is not checked
	LeafNode    *LeafNode   // not nil
	Extensions  []Extension
	Signature   []byte

	tbs []byte // Raw up to the signature
}

// ParseKeyPackage decodes one KeyPackage and nothing around it. It checks form only; see the package comment for the
// errors and for credentials of unknown type. On error the KeyPackage is nil. It keeps sub-slices of b.
func ParseKeyPackage(b []byte) (*KeyPackage, error) {
	r := newReader(b, maxKeyPackageBytes)
	return r.keyPackage()
}

// wireFormatKeyPackage is mls_key_package (RFC 9420, Section 17.2).
const wireFormatKeyPackage = 5

// ParseKeyPackageMessage decodes an MLSMessage that carries a KeyPackage (RFC 9420, Section 6), as clients publish it
// with the media type message/mls. Otherwise it is [ParseKeyPackage]. Other messages are [ErrMalformed].
func ParseKeyPackageMessage(b []byte) (*KeyPackage, error) {
	r := newReader(b, maxKeyPackageBytes)
	r.version()
	if r.uint16("wire_format") != wireFormatKeyPackage {
		r.fail(ErrMalformed, "wire_format", "is not mls_key_package")
	}
	return r.keyPackage()
}

// ParseKeyPackageAny decodes a KeyPackage that is bare or in an MLSMessage. No input can be read as both.
//
// Both begin with version mls10; then the message has its wire format, 0x0005, and the bare KeyPackage its cipher
// suite, which may be 0x0005 as well. The next byte tells them apart: in a message it begins the inner version 0x0001
// and is zero, in a bare KeyPackage it begins the size of init_key and is not zero, since no public key is empty.
func ParseKeyPackageAny(b []byte) (*KeyPackage, error) {
	if len(b) > 4 && b[2] == 0 && b[3] == wireFormatKeyPackage && b[4] == 0 {
		return ParseKeyPackageMessage(b)
	}
	return ParseKeyPackage(b)
}

// keyPackage reads a KeyPackage that fills what is left of the input.
func (r *reader) keyPackage() (*KeyPackage, error) {
	start := r.off
	// RFC 9420, Section 10: the version is that of the MLSMessage around it; here both are mls10.
	r.version()
	k := &KeyPackage{
		CipherSuite: CipherSuite(r.uint16("cipher_suite")),
		InitKey:     r.key("init_key"),
		LeafNode:    r.leafNode(),
		Extensions:  r.extensions(),
	}
	k.tbs = r.since(start)
	k.Signature = r.opaque("signature")
	k.Raw = r.since(start)
	if err := r.finish(); err != nil {
		return nil, err
	}
	return k, nil
}

func (r *reader) version() {
	if r.uint16("version") != mls10 {
		r.fail(ErrUnsupportedVersion, "version", "is not mls10")
	}
}

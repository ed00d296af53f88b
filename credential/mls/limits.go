package mls

// Every bound on MLS structures, with its reason. Bounds on paths are in package verifier.
const (
	// A LeafNode or KeyPackage is little more than its certificates. A chain of four with ML-DSA-87 has 30 kB; package
	// x509 takes certificates up to 64 kB.
	maxKeyPackageBytes = 256 << 10
	maxLeafNodeBytes   = 256 << 10

	// A roster of 1,000 members with X.509 credentials has about 2 MB; MLS aims at groups of tens of thousands. A page
	// shares its memory with the rest of the application, so that more is not taken whatever the input says.
	maxTreeBytes = 64 << 20
	// 2^17 members and the parents between them.
	maxTreeNodes = 1<<18 - 1

	// Paths in practice have three or four certificates, the trust anchor among them or not.
	maxCertificates = 16
	// An extension list is searched for repetitions: one step for each pair. The registry has fewer than 20 types, GREASE
	// adds 15.
	maxExtensions = 64
	// Values in one list of Capabilities. The registries have fewer than 50, GREASE adds 15.
	maxCapabilities = 256

	// A group_id is an input of the verifier, not of a decoder: RFC 9420 leaves its size open, 32 random bytes or a URI
	// are usual. It is bounded so that SignContent always has an encoding.
	maxGroupIDBytes = 64 << 10
	// The largest size a variable-size integer holds (RFC 9420, Section 2.1.2).
	maxVectorBytes = 1<<30 - 1
)

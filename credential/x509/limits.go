package x509

// Bounds on a certificate, with their reasons. Those on its parts are in internal/pkix, those on paths in package verifier.
const (
	// A certificate with an ML-DSA-87 key and signature has about 7.5 kB. The rest is room for policies and names.
	maxCertificateBytes = 64 << 10
	// Policies of one certificate, and mappings. Real ones have a few; the work of following them is the product of those
	// of two levels and of where they come from.
	maxPolicies = 32
)

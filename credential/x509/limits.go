package x509

// Every bound on a certificate, with its reason. Bounds on paths are in package verifier.
const (
	// A certificate with an ML-DSA-87 key and signature has about 7.5 kB. The rest is room for policies and names.
	maxCertificateBytes = 64 << 10
	// RFC 5280, Section 4.1.2.2: at most 20 octets. A first octet of zero keeps a 20-octet number positive.
	maxSerialBytes = 21
	// The largest registered arcs have 128 bits (2.25, UUIDs): 19 octets; real identifiers stay below 40.
	maxOIDBytes = 64
	// Certificates seen in practice have about 12 extensions; each costs a search for repetitions.
	maxExtensions = 64
	// RFC 5280, Appendix A.1 bounds most attributes to 64 characters, and names are prepared for comparison often.
	maxNameBytes = 4 << 10
	// A name has one attribute for each level of an organisation.
	maxNameAttributes = 64
	// Names in one extension: alternative names, constraints. Matching them is the product of two such lists.
	maxGeneralNames = 1024
	// Policies of one certificate, and mappings. Real ones have a few; the work of following them is the product of those
	// of two levels and of where they come from.
	maxPolicies = 32
	// Extended key usages, distribution points and access descriptions, each.
	maxListItems = 256
)

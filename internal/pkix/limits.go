package pkix

// Every bound on the parts, with its reason.
const (
	// RFC 5280, Section 4.1.2.2: at most 20 octets. A first octet of zero keeps a 20-octet number positive.
	MaxSerialBytes = 21
	// The largest registered arcs have 128 bits (2.25, UUIDs): 19 octets; real identifiers stay below 40.
	maxOIDBytes = 64
	// Certificates seen in practice have about 12 extensions; each costs a search for repetitions.
	maxExtensions = 64
	// RFC 5280, Appendix A.1 bounds most attributes to 64 characters, and names are prepared for comparison often.
	maxNameBytes = 4 << 10
	// A name has one attribute for each level of an organisation.
	maxNameAttributes = 64
	// MaxGeneralNames of one extension: alternative names, constraints. Matching them is the product of two such lists.
	MaxGeneralNames = 1024
	// MaxListItems of one extension: extended key usages, distribution points and access descriptions, each.
	MaxListItems = 256
)

package crl

// Every bound on a list, with its reason.
const (
	// A million entries with random serial numbers and reasons have 53 MB. The index holds offsets of 32 bits.
	maxListBytes = 64 << 20
	// The largest lists known have about a million entries; each takes 5 bytes of the index.
	maxEntries = 2 << 20
	// Three extensions of an entry are defined, and each costs a search for repetitions.
	maxEntryExtensions = 16
	// Different encodings of certificateIssuer in one indirect list. Each is prepared for comparison once; public
	// hierarchies have a few hundred issuers.
	maxIssuers = 1024
	// Octets of one certificateIssuer, which has a distinguished name (4 kB at most) and perhaps alternatives.
	maxIssuerBytes = 8 << 10
	// RFC 5280, Section 5.2.3: numbers of up to 20 octets. A first octet of zero keeps such a one positive.
	maxNumberBytes = 21
)

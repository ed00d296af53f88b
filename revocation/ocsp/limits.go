package ocsp

// Every bound on a response, with its reason. Bounds on names, extensions and serial numbers are internal/pkix's.
const (
	// A response with the certificate of a delegated responder takes 2 kB, and 17 kB where everything is ML-DSA-87
	// (signatures of 4,627 and keys of 2,592 octets).
	maxResponseBytes = 64 << 10
	// One delegated responder is enough (RFC 6960, Section 4.2.2.2: its certificate comes directly from the issuer);
	// some send their path as well. Each is a candidate whose signature may have to be checked.
	maxCertificates = 8
	// A response has one for each certificate asked about. Responders that sign beforehand may pack some more (Section
	// 4.2.2.3). Whoever looks for one certificate compares them all.
	maxSingles = 64
	// The largest known hash has 64 octets.
	maxHashBytes = 64
	// RFC 9654, Section 2.1: a nonce has 1 to 128 octets; RFC 8954 had 1 to 32.
	maxNonceBytes = 128
)

package ocsp

// Every bound on a response, with its reason. Bounds on names, extensions and serial numbers are internal/pkix's.
const (
	// A response about one certificate takes 300 to 500 bytes, 1.3 kB with the RSA certificate of a delegated responder,
	// and 12 kB where everything is ML-DSA-87; each further single some 120 bytes, each further certificate as much again.
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

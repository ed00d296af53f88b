package jose

import "github.com/e2eid/e2eid/internal/strictjson"

// Every bound, with its reason. Sizes are in bytes.
const (
	// MaxToken bounds what [Parse] and [ParseJSON] take. An SD-JWT VC with a photo has some 100 kB; a KeyPackage is
	// smaller than that. Status lists are larger: see [ParseSized].
	MaxToken = 256 << 10
	// maxHeader bounds a decoded header: eight certificates with ML-DSA-87 keys and signatures are 64 kB in base64.
	// A multiple of three, so that its base64url has one size.
	maxHeader = 96 << 10
	// maxHeaderNodes is twice what a header with all registered names, a JWK and eight certificates has, and more.
	maxHeaderNodes = 256
	maxHeaderDepth = 8
	// maxCertificates of "x5c": a path through a cross-certified hierarchy has five.
	maxCertificates = 8
	// maxText bounds "kid", "typ" and "cty". A kid may be a DID URL with a key in it, in ML-DSA-87 some 3.5 kB.
	maxText = 4 << 10
	// maxSignatures of the JSON serialization: RFC 9901 shows two, a hybrid issuer needs no more.
	maxSignatures = 8
	// maxClaimNodes bounds a payload that is read as JSON: 16 bytes of memory each. Depth is that of a
	// presentation with embedded credentials, twice.
	maxClaimNodes = 1 << 14
	maxClaimDepth = 32
	// maxKeyNodes and maxKeys bound a JWK and a JWK Set. Large issuers publish a dozen keys, with certificates.
	maxKeyNodes = 128
	maxKeyDepth = 8
	maxKeys     = 64
)

var (
	headerLimits = strictjson.Limits{Bytes: maxHeader, Nodes: maxHeaderNodes, Depth: maxHeaderDepth}
	keyLimits    = strictjson.Limits{Bytes: 64 << 10, Nodes: maxKeyNodes, Depth: maxKeyDepth}
	setLimits    = strictjson.Limits{Bytes: 512 << 10, Nodes: maxKeys * maxKeyNodes, Depth: maxKeyDepth + 2}
	// A token in the JSON serialization: the disclosures of RFC 9901 are in its unprotected header.
	tokenLimits = strictjson.Limits{Bytes: MaxToken, Nodes: 1 << 12, Depth: maxHeaderDepth + 3}
)

func claimLimits(payload []byte) strictjson.Limits {
	return strictjson.Limits{Bytes: len(payload), Nodes: maxClaimNodes, Depth: maxClaimDepth}
}

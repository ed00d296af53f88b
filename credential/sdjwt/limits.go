package sdjwt

import "github.com/e2eid/e2eid/internal/strictjson"

// Bounds of one SD-JWT, with their reasons.
const (
	// MaxBytes of the whole text. The largest example of a European identity has 5 kB; a portrait takes some ten more.
	MaxBytes = 256 << 10
	// Disclosures. That example has 29; a roster of rights may have ten times as many.
	maxDisclosures = 512
	// Levels of a processed payload, in which disclosures stand within each other. The examples need 6.
	maxDepth = 24
)

// payloadLimits bound the payload, before and after it is processed.
var payloadLimits = strictjson.Limits{Bytes: MaxBytes, Nodes: 1 << 14, Depth: maxDepth}

// disclosureLimits bound one disclosure.
var disclosureLimits = strictjson.Limits{Bytes: MaxBytes, Nodes: 1 << 13, Depth: maxDepth}

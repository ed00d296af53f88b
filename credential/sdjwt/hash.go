package sdjwt

import (
	"github.com/e2eid/e2eid/internal/base64url"
	"github.com/e2eid/e2eid/internal/sha256"
	"github.com/e2eid/e2eid/internal/sha512"
	"github.com/e2eid/e2eid/internal/strictjson"
)

// A hash is that of the digests of one SD-JWT, by its size in bytes. The zero hash is SHA-256.
type hash int

// hashOf reads _sd_alg (RFC 9901, Section 4.1.1), whose names are those of IANA's Named Information Hash Algorithm
// Registry, in lower case. Truncated hashes of that registry, as sha-256-128, are not known.
func hashOf(payload strictjson.Value) (hash, error) {
	alg, ok := payload.Get("_sd_alg")
	if !ok {
		return 0, nil
	}
	s, err := alg.Text()
	if err != nil {
		return 0, malformed("_sd_alg is not a string")
	}
	switch s {
	case "sha-256":
		return 0, nil
	case "sha-384":
		return sha512.Size384, nil
	case "sha-512":
		return sha512.Size, nil
	}
	return 0, &Error{ErrHash, "_sd_alg"}
}

// digest returns base64url of the digest of b.
func (h hash) digest(b []byte) string {
	switch h {
	case sha512.Size384:
		d := sha512.Sum384(b)
		return base64url.Encode(d[:])
	case sha512.Size:
		d := sha512.Sum512(b)
		return base64url.Encode(d[:])
	}
	d := sha256.Sum256(b)
	return base64url.Encode(d[:])
}

// isDigest reports whether s has the form of a digest.
func (h hash) isDigest(s string) bool { return base64url.IsOf(s, max(int(h), sha256.Size)) }

package testvc

import (
	"bytes"
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"strings"
	"testing"
)

// MultikeyHash is what nextKeyHashes of a did:webvh has of the key.
func (k *Key) MultikeyHash() string { return multihash([]byte(k.Multikey())) }

// multihash of SHA-256 in base58btc, without the letter of multibase.
func multihash(b []byte) string {
	sum := sha256.Sum256(b)
	return Base58(append([]byte{0x12, 0x20}, sum[:]...))[1:]
}

// Canonical is JSON as RFC 8785 has it, of values without numbers that are no integers and without names outside ASCII.
func Canonical(v any) []byte {
	var out bytes.Buffer
	e := json.NewEncoder(&out)
	e.SetEscapeHTML(false)
	if err := e.Encode(v); err != nil {
		panic(err)
	}
	return bytes.TrimSuffix(out.Bytes(), []byte("\n"))
}

// A Log makes the log of a did:webvh, good or bad, one entry after the other.
type Log struct {
	T      testing.TB
	Domain string // with the path, as in the DID
	SCID   string // after the first entry
	Lines  []string
	Number int    // of the newest entry
	last   string // versionId of it
}

// An Entry is the template of one. "{SCID}" stands for the SCID in Parameters and State of the first entry.
type Entry struct {
	Time       string
	Parameters map[string]any
	State      map[string]any
	Signer     *Key
	// Change is done before the entry is hashed, Late when the SCID stands in it, Spoil after it is signed.
	Change, Late, Spoil func(entry map[string]any)
	// Suite and Method are those of the proof, where they are not as they should be.
	Suite, Method string
}

// DID is the DID of the log.
func (l *Log) DID() string { return "did:webvh:" + l.SCID + ":" + l.Domain }

// Bytes are the log.
func (l *Log) Bytes() []byte { return []byte(strings.Join(l.Lines, "\n") + "\n") }

// Add hashes, signs and appends an entry.
func (l *Log) Add(e Entry) {
	entry := map[string]any{"versionTime": e.Time, "parameters": e.Parameters, "state": e.State, "versionId": l.last}
	if e.Change != nil {
		e.Change(entry)
	}
	if l.Number == 0 {
		entry["versionId"] = "{SCID}"
		text := Canonical(entry)
		if l.SCID == "" {
			l.SCID = multihash(text)
		}
		entry = map[string]any{}
		if err := json.Unmarshal(bytes.ReplaceAll(text, []byte("{SCID}"), []byte(l.SCID)), &entry); err != nil {
			l.T.Fatal(err)
		}
	}
	if e.Late != nil {
		e.Late(entry)
	}
	l.Number++
	l.last = fmt.Sprintf("%d-%s", l.Number, multihash(Canonical(entry)))
	entry["versionId"] = l.last
	multikey := e.Signer.Multikey()
	proof := map[string]any{
		"type": "DataIntegrityProof", "cryptosuite": "eddsa-jcs-2022", "created": e.Time, "proofPurpose": "assertionMethod",
		"verificationMethod": "did:key:" + multikey + "#" + multikey,
	}
	if e.Suite != "" {
		proof["cryptosuite"] = e.Suite
	}
	if e.Method != "" {
		proof["verificationMethod"] = e.Method
	}
	options, document := sha256.Sum256(Canonical(proof)), sha256.Sum256(Canonical(entry))
	proof["proofValue"] = Base58(e.Signer.SignRaw(l.T, append(options[:], document[:]...)))
	entry["proof"] = []any{proof}
	if e.Spoil != nil {
		e.Spoil(entry)
	}
	l.Lines = append(l.Lines, string(Canonical(entry)))
}

// Document returns a DID document with keys to assert with, by their fragments.
func Document(id string, keys map[string]*Key) map[string]any {
	var methods, assertion []any
	for fragment, key := range keys {
		m := map[string]any{"id": id + "#" + fragment, "controller": id, "type": "JsonWebKey"}
		var jwk map[string]any
		if err := json.Unmarshal([]byte(key.JWK("")), &jwk); err != nil {
			panic(err)
		}
		m["publicKeyJwk"] = jwk
		methods, assertion = append(methods, m), append(assertion, id+"#"+fragment)
	}
	return map[string]any{"id": id, "verificationMethod": methods, "assertionMethod": assertion}
}

// Rewind has the next entry follow the last of Lines, of which some were taken away.
func (l *Log) Rewind() {
	var entry struct{ VersionID string }
	if err := json.Unmarshal([]byte(l.Lines[len(l.Lines)-1]), &entry); err != nil {
		l.T.Fatal(err)
	}
	l.Number, l.last = len(l.Lines), entry.VersionID
}

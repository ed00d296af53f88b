package keydoc

import (
	"bytes"
	"slices"
	"strconv"
	"strings"

	"github.com/e2eid/e2eid/credential/dataintegrity"
	"github.com/e2eid/e2eid/credential/did"
	"github.com/e2eid/e2eid/internal/jcs"
	"github.com/e2eid/e2eid/internal/jose"
	"github.com/e2eid/e2eid/internal/rfc3339"
	"github.com/e2eid/e2eid/internal/sha256"
	"github.com/e2eid/e2eid/internal/strictjson"
	"github.com/e2eid/e2eid/signature"
)

// A Log is a did:webvh log in which everything holds that needs no signature: hashes, order, and which keys may sign what.
// It is the DID's once every check of it holds.
type Log struct {
	SCID string
	// ID is the DID that the last entry's document has. A log that was moved has had others before.
	ID       string
	Versions []Version
	// Keys are those of the last document that may sign credentials; none if the DID is deactivated.
	Keys []*jose.Key
	// Witnessed reports that an entry demands witnesses, whose proofs are not looked at.
	Witnessed bool
}

// A Version is an entry of a log.
type Version struct {
	ID    string // number, "-" and hash, which covers all entries before it too
	Time  int64  // Unix seconds
	Check signature.Check
}

// The only version of the method that is known.
const method = "did:webvh:1.0"

// A logState is what holds after an entry.
type logState struct {
	versionID          string
	time               int64
	id                 string
	updateKeys         []string
	nextHashes         []string // as bytes; what is none is empty
	portable, finished bool
	scid               string
	witnessed          bool
}

// ParseLog reads a log: one JSON object on each line (v1.0, "Read (Resolve)"). The rules of every entry are applied, from
// the first to the last. What v1.0 leaves open is refused: versionTime in fractions of a second does not count, a proof
// is one, and null is no value. The error is an [*Error], or of package jose for a private key in the last document.
func ParseLog(b []byte) (*Log, error) {
	if len(b) > MaxLog {
		return nil, malformed("log is too long")
	}
	l := &Log{}
	var s logState
	var last strictjson.Value
	for rest := b; len(rest) > 0 || len(l.Versions) == 0; {
		line, more, _ := bytes.Cut(rest, []byte("\n"))
		if len(l.Versions) == maxEntries {
			return nil, malformed("log has too many entries")
		}
		v, err := parse(line, "entry")
		if err != nil {
			return nil, err
		}
		version, err := s.next(v, len(l.Versions)+1)
		if err != nil {
			return nil, err
		}
		l.Versions = append(l.Versions, version)
		last, _ = v.Get("state")
		rest = more
	}
	l.SCID, l.ID, l.Witnessed = s.scid, s.id, s.witnessed
	if s.finished {
		return l, nil
	}
	var err error
	if l.Keys, err = readDocument(last, l.ID); err != nil {
		return nil, err
	}
	return l, nil
}

// next applies the rules of an entry to the state after the one before.
func (s *logState) next(v strictjson.Value, number int) (version Version, err error) {
	if err := v.Fields("versionId", "versionTime", "parameters", "state", "proof"); err != nil {
		return version, malformed("entry: " + err.Error())
	}
	if s.finished {
		return version, malformed("an entry after the DID was deactivated")
	}
	if version.ID, err = text(v, "versionId"); err != nil {
		return version, err
	}
	when, err := text(v, "versionTime")
	if err != nil {
		return version, err
	}
	var ok bool
	if version.Time, ok = rfc3339.Parse(when); !ok || !strings.HasSuffix(when, "Z") && !strings.HasSuffix(when, "+00:00") || version.Time <= s.time {
		return version, malformed("versionTime is no time in UTC, or not after the one before")
	}
	parameters, _ := v.Get("parameters")
	// Without pre-rotation the keys of before sign; with it those of now, to which the entry before is committed.
	signers, committed := s.updateKeys, s.nextHashes
	if err := s.update(parameters, number); err != nil {
		return version, err
	}
	if number == 1 || len(committed) > 0 {
		signers = s.updateKeys
	}
	if number > 1 && len(committed) > 0 {
		for _, key := range s.updateKeys {
			if sum := sha256.Sum256([]byte(key)); !slices.Contains(committed, string(sum[:])) {
				return version, malformed("an update key that the entry before is not committed to")
			}
		}
	}
	document, _ := v.Get("state")
	id, err := text(document, "id")
	if err != nil {
		return version, err
	}
	if _, ok := LogURL(id); !ok || !strings.HasPrefix(id, prefixWebVH+s.scid+":") {
		return version, malformed("id of a document that is no DID of this log")
	}
	if number > 1 && id != s.id {
		also, _ := document.Get("alsoKnownAs")
		list, _ := also.Array()
		known := false
		for _, v := range list {
			name, err := v.Text()
			known = known || err == nil && name == s.id
		}
		if !s.portable || !known {
			return version, malformed("a document with another id")
		}
	}
	if err := s.hashed(v, version.ID, when, number); err != nil {
		return version, err
	}
	if version.Check, err = proven(v, signers); err != nil {
		return version, err
	}
	s.versionID, s.time, s.id = version.ID, version.Time, id
	return version, nil
}

// hashed checks the number and the hash of an entry, and of the first one the SCID too (v1.0, "SCID Generation and
// Verification", "Entry Hash Generation and Verification").
func (s *logState) hashed(v strictjson.Value, version, when string, number int) error {
	hash, ok := strings.CutPrefix(version, strconv.Itoa(number)+"-")
	if !ok {
		return malformed("versionId is not the next number")
	}
	// The canonical form without the proof, around versionId.
	parameters, _ := v.Get("parameters")
	state, _ := v.Get("state")
	head, err := jcs.Append([]byte(`{"parameters":`), parameters)
	if err == nil {
		head, err = jcs.Append(append(head, `,"state":`...), state)
	}
	if err != nil {
		return malformed(err.Error())
	}
	head = append(head, `,"versionId":"`...)
	tail := append(strictjson.AppendString([]byte(`","versionTime":`), when), '}')
	before := s.versionID
	if number == 1 {
		before = s.scid
		// The SCID is the hash with a placeholder wherever it stands, which stands nowhere else.
		const placeholder = "{SCID}"
		if bytes.Contains(head, []byte(placeholder)) {
			return malformed("first entry that has no SCID")
		}
		text := append(replaced(head, s.scid, placeholder), placeholder...)
		if !isHashOf(s.scid, append(text, tail...)) {
			return malformed("SCID is not the hash of the first entry")
		}
	}
	if !isHashOf(hash, append(append(head, before...), tail...)) {
		return malformed("hash of an entry")
	}
	return nil
}

// replaced returns text with new in place of every old.
func replaced(text []byte, old, new string) (out []byte) {
	for {
		at := bytes.Index(text, []byte(old))
		if at < 0 {
			return append(out, text...)
		}
		out = append(append(out, text[:at]...), new...)
		text = text[at+len(old):]
	}
}

// proven describes the check of the one proof of an entry, by one of the keys that may sign it (v1.0, "Authorized Keys").
func proven(entry strictjson.Value, signers []string) (signature.Check, error) {
	bad := malformed("a proof that is not one of eddsa-jcs-2022 by a key that may sign the entry")
	value, _ := entry.Get("proof")
	if list, err := value.Array(); err == nil && len(list) == 1 {
		value = list[0]
	}
	if text, err := text(value, "proofValue"); err != nil || len(text) > maxProof {
		return signature.Check{}, bad
	}
	p, err := dataintegrity.Parse(entry)
	if err != nil || p.Suite != "eddsa-jcs-2022" || p.Purpose != "assertionMethod" {
		return signature.Check{}, bad
	}
	multikey, ok := strings.CutPrefix(p.VerificationMethod, "did:key:")
	multikey, fragment, hash := strings.Cut(multikey, "#")
	if !ok || !hash || len(multikey) > maxProof || fragment != multikey || !slices.Contains(signers, multikey) {
		return signature.Check{}, bad
	}
	key, err := did.Multikey(multikey)
	if err != nil {
		return signature.Check{}, bad
	}
	check, err := p.Check(key)
	if err != nil {
		return check, bad
	}
	return check, nil
}

// isHashOf reports whether text is the multihash of b: SHA-256, in base58btc without the "z" of multibase.
func isHashOf(text string, b []byte) bool {
	sum := sha256.Sum256(b)
	got, ok := multihash(text)
	return ok && string(got) == string(sum[:])
}

// multihash reads a SHA-256. Another hash is none.
func multihash(text string) (sum []byte, ok bool) {
	const size = 46 // every one of 34 bytes that begins with 0x12 0x20
	if len(text) != size {
		return nil, false
	}
	b, ok := did.Base58("z" + text)
	if !ok || len(b) != 2+sha256.Size || b[0] != 0x12 || b[1] != 0x20 {
		return nil, false
	}
	return b[2:], true
}

package verifier_test

import (
	"encoding/base64"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/e2eid/e2eid/tests/testvc"
)

// A mutator changes presentations as somebody does who knows their structure and has keys, but not Alice's and not her
// issuer's. A seed repeats its choices; signatures are others each time.
type mutator struct {
	*rand.Rand
	t      testing.TB
	donors []string            // whole presentations, of which parts are taken
	texts  []string            // values worth to stand anywhere
	keys   []*testvc.Key       // Mallory's
	header map[string]string   // members of a header that go with a key, by its alg: "kid", "x5c" and so on
	counts map[string]int      // of each class of mutation
	done   []string            // classes of this mutant
	values map[*testvc.Key]any // what verificationMethod is of a key
}

func (m *mutator) note(class string) {
	m.counts[class]++
	m.done = append(m.done, class)
}

func (m *mutator) chance(percent int) bool { return m.IntN(100) < percent }

// mutate changes text, which is a token, a JSON text, COSE in binary, or anything else.
func (m *mutator) mutate(text string) string {
	if text == "" || m.chance(8) {
		return m.bytes(text)
	}
	switch {
	case text[0] == '{':
		return m.document(text)
	case text[0] == 0xd2 || text[0] == 0x84:
		return m.cose(text)
	case strings.Contains(text, "~"):
		return m.sdjwt(text)
	case strings.Count(text, ".") == 2:
		return m.jws(text)
	case strings.HasPrefix(text, "data:"):
		return m.dataURL(text)
	}
	if raw, err := base64.RawURLEncoding.DecodeString(text); err == nil && len(raw) > 8 {
		switch {
		case raw[0] == '{' || raw[0] == 0xd2:
			return testvc.Encode([]byte(m.mutate(string(raw))))
		case raw[0] == '[':
			return testvc.Encode([]byte(m.document(string(raw))))
		}
	}
	return m.word(text)
}

func (m *mutator) word(text string) string {
	if m.chance(50) {
		for _, pair := range [][2]string{{"alice", "mallory"}, {"mallory", "alice"}, {"issuer.example", "evil.example"}, {"evil.example", "issuer.example"}} {
			if strings.Contains(text, pair[0]) {
				m.note("word: one name for another")
				return strings.Replace(text, pair[0], pair[1], 1)
			}
		}
	}
	m.note("word: a value of elsewhere")
	return m.texts[m.IntN(len(m.texts))]
}

// bytes changes bytes, blind to what they are, or the form of base64.
func (m *mutator) bytes(text string) string {
	b := []byte(text)
	if len(b) == 0 {
		return "x"
	}
	i := m.IntN(len(b))
	switch m.IntN(9) {
	case 0:
		m.note("bytes: a bit")
		b[i] ^= 1 << m.IntN(8)
	case 1:
		m.note("bytes: another")
		b[i] = byte(m.IntN(256))
	case 2:
		m.note("bytes: inserted")
		b = slices.Insert(b, i, "= \n\r\t.~,{}\x00A-_"[m.IntN(14)])
	case 3:
		m.note("bytes: taken out")
		b = slices.Delete(b, i, min(len(b), i+1+m.IntN(4)))
	case 4:
		m.note("bytes: twice")
		b = slices.Insert(b, i, b[i:min(len(b), i+1+m.IntN(40))]...)
	case 5:
		m.note("bytes: cut off")
		b = b[:i]
	case 6:
		m.note("base64: the other alphabet")
		return strings.NewReplacer("-", "+", "_", "/").Replace(text)
	case 7:
		m.note("base64: stray bits and padding")
		segments := strings.FieldsFunc(text, func(r rune) bool { return r == '.' || r == '~' })
		if len(segments) > 0 {
			s := segments[m.IntN(len(segments))]
			last := strings.IndexByte(alphabet, s[len(s)-1])
			other := s + strings.Repeat("=", 1+m.IntN(2))
			if last >= 0 && m.chance(70) {
				other = s[:len(s)-1] + string(alphabet[last^1])
			}
			return strings.Replace(text, s, other, 1)
		}
	default:
		m.note("bytes: letters of the other case")
		b[i] ^= 0x20
	}
	return string(b)
}

// key returns one of Mallory's.
func (m *mutator) key() *testvc.Key { return m.keys[m.IntN(len(m.keys))] }

// donor returns a text of another presentation that is wanted, "" if there is none. It looks into tokens.
func (m *mutator) donor(wanted func(string) bool) string {
	var found []string
	var look func(s string, depth int)
	look = func(s string, depth int) {
		if depth > 6 || s == "" {
			return
		}
		if wanted(s) {
			found = append(found, s)
		}
		switch {
		case s[0] == '{' || s[0] == '[':
			if v, err := ordered(s); err == nil {
				walk(v, func(v any) {
					if s, ok := v.(string); ok {
						look(s, depth+1)
					}
				})
			}
		case strings.HasPrefix(s, "data:"):
			look(s[strings.IndexByte(s, ',')+1:], depth+1)
		case strings.Contains(s, "~"):
			for _, part := range strings.Split(s, "~") {
				look(part, depth+1)
			}
		case strings.Count(s, ".") == 2:
			for _, part := range strings.Split(s, ".")[:2] {
				look(part, depth+1)
			}
		default:
			if raw, err := base64.RawURLEncoding.DecodeString(s); err == nil && len(raw) > 1 && (raw[0] == '{' || raw[0] == '[') {
				look(string(raw), depth+1)
			}
		}
	}
	look(m.donors[m.IntN(len(m.donors))], 0)
	if len(found) == 0 {
		return ""
	}
	return found[m.IntN(len(found))]
}

func isJWS(s string) bool {
	return strings.Count(s, ".") == 2 && strings.HasPrefix(s, "ey") && !strings.Contains(s, "~")
}

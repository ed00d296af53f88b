package verifier_test

import (
	"encoding/base64"
	"encoding/binary"
	"errors"
	"math/big"
	"slices"
	"strings"

	"crypto/elliptic"

	"github.com/e2eid/e2eid/tests/testvc"
)

// jws changes a part of a compact JWS. What Mallory changes she may sign.
func (m *mutator) jws(text string) string {
	p := strings.Split(text, ".")
	if len(p) != 3 {
		return m.bytes(text)
	}
	resign := m.chance(60)
	switch m.IntN(7) {
	case 0:
		if other := m.donor(isJWS); other != "" {
			i := m.IntN(3)
			m.note("JWS: a part of another")
			p[i] = strings.Split(other, ".")[i]
		}
	case 1:
		if other := m.donor(isJWS); other != "" {
			m.note("JWS: another in its place")
			return other
		}
	case 2:
		m.note("JWS: the other signature of ECDSA")
		p[2] = negated(p[2])
		resign = false
	case 3:
		p[0] = m.encoded(p[0])
	case 4:
		resign = true
		m.note("JWS: signed by Mallory as it is")
	default:
		p[1] = m.encoded(p[1])
	}
	if resign {
		return m.sign(p[0], p[1])
	}
	return strings.Join(p, ".")
}

// encoded changes JSON in base64url.
func (m *mutator) encoded(s string) string {
	raw, err := base64.RawURLEncoding.DecodeString(s)
	if err != nil || m.chance(5) {
		return m.bytes(s)
	}
	return testvc.Encode([]byte(m.mutate(string(raw))))
}

// sign has one of Mallory's keys sign a header, with its alg, and a payload.
func (m *mutator) sign(header, payload string) string {
	key := m.key()
	m.note("JWS: signed by a key of Mallory's")
	raw, _ := base64.RawURLEncoding.DecodeString(header)
	if object, ok := parsed(string(raw)); ok {
		if m.chance(90) {
			object = set(object, "alg", key.Alg)
		}
		switch m.IntN(4) {
		case 0:
			object = set(object, "kid", nil)
		case 1:
			jwk, _ := ordered(key.JWK(""))
			object = set(set(object, "kid", nil), "jwk", jwk)
		case 2:
			if x5c := m.header["x5c"]; x5c != "" {
				v, _ := ordered(x5c)
				object = set(set(object, "kid", nil), "x5c", v)
				key = m.keys[1]
			}
		}
		raw = []byte(written(object))
	}
	body, _ := base64.RawURLEncoding.DecodeString(payload)
	return key.Sign(m.t, string(raw), string(body))
}

// negated is r and n-s of P-256: as good a signature, of the same bytes by the same key.
func negated(s string) string {
	raw, err := base64.RawURLEncoding.DecodeString(s)
	if err != nil || len(raw) != 64 {
		return s
	}
	n := elliptic.P256().Params().N
	rest := new(big.Int).Sub(n, new(big.Int).SetBytes(raw[32:]))
	if rest.Sign() <= 0 {
		return s
	}
	rest.FillBytes(raw[32:])
	return testvc.Encode(raw)
}

// sdjwt changes an SD-JWT in its compact form.
func (m *mutator) sdjwt(text string) string {
	p := strings.Split(text, "~")
	last := len(p) - 1
	switch m.IntN(10) {
	case 0:
		if last > 1 {
			m.note("SD-JWT: a disclosure taken out")
			p = slices.Delete(p, 1, 2)
		}
	case 1:
		if last > 1 {
			m.note("SD-JWT: a disclosure twice")
			p = slices.Insert(p, 1, p[1])
		}
	case 2:
		if d := m.donor(func(s string) bool { return strings.HasPrefix(s, "WyJ") }); d != "" {
			m.note("SD-JWT: a disclosure of another")
			p = slices.Insert(p, 1, d)
		}
	case 3:
		if last > 1 {
			m.note("SD-JWT: a disclosure changed")
			p[1] = m.encoded(p[1])
		}
	case 4:
		if other := m.donor(isJWS); other != "" {
			m.note("SD-JWT: another JWT in the place of its own")
			p[0] = other
		}
	case 5:
		if other := m.donor(isJWS); other != "" {
			m.note("SD-JWT: another key binding")
			p[last] = other
		}
	case 6:
		m.note("SD-JWT: key binding taken off")
		p[last] = ""
	case 7:
		if p[last] != "" {
			p[last] = m.mutate(p[last])
		}
	case 8:
		return m.serialized(p)
	default:
		p[0] = m.mutate(p[0])
	}
	if last = len(p) - 1; p[last] != "" && m.chance(50) { // the most that she can do: a proof of her own about the whole
		if kb := strings.Split(p[last], "."); len(kb) == 3 {
			raw, _ := base64.RawURLEncoding.DecodeString(kb[1])
			if object, ok := parsed(string(raw)); ok {
				m.note("SD-JWT: key binding by Mallory about what is there")
				object = set(object, "sd_hash", testvc.Hash(strings.Join(p[:last], "~")+"~"))
				p[last] = m.keys[0].Sign(m.t, `{"alg":"EdDSA","typ":"kb+jwt"}`, written(object))
			}
		}
	}
	return strings.Join(p, "~")
}

// serialized is the JSON serialization of an SD-JWT, of which members that are not protected may be changed.
func (m *mutator) serialized(p []string) string {
	if strings.Count(p[0], ".") != 2 {
		return strings.Join(p, "~")
	}
	m.note("SD-JWT: in JSON")
	text := jsonForm(p, m.chance(30))
	if m.chance(50) {
		return m.document(text)
	}
	return text
}

// jsonForm is an SD-JWT in the flattened or the general JSON serialization.
func jsonForm(p []string, general bool) string {
	jwt := strings.Split(p[0], ".")
	disclosures := []any{}
	for _, d := range p[1 : len(p)-1] {
		disclosures = append(disclosures, d)
	}
	header := []member{{"disclosures", disclosures}}
	if kb := p[len(p)-1]; kb != "" {
		header = append(header, member{"kb_jwt", kb})
	}
	signature := []member{{"header", header}, {"protected", jwt[0]}, {"signature", jwt[2]}}
	payload := member{"payload", jwt[1]}
	if general {
		return written([]member{payload, {"signatures", []any{signature}}})
	}
	return written(append(signature, payload))
}

func (m *mutator) dataURL(text string) string {
	comma := strings.IndexByte(text, ',')
	if comma < 0 || m.chance(10) {
		return m.word(text)
	}
	head, token := text[:comma+1], text[comma+1:]
	if strings.HasSuffix(head, ";base64,") {
		raw, err := base64.StdEncoding.DecodeString(token)
		if err != nil {
			return m.bytes(text)
		}
		return head + base64.StdEncoding.EncodeToString([]byte(m.mutate(string(raw))))
	}
	if m.chance(10) {
		if other := m.donor(func(s string) bool { return strings.HasPrefix(s, "data:") }); other != "" {
			m.note("vp: a credential of another")
			return other
		}
	}
	return head + m.mutate(token)
}

// uncbor reads what testvc.CBOR writes.
func uncbor(b []byte) (v any, rest []byte, err error) {
	if len(b) == 0 {
		return nil, nil, errors.New("end")
	}
	major, info := b[0]>>5, b[0]&31
	b = b[1:]
	n := uint64(info)
	if info >= 24 && info < 28 {
		size := 1 << (info - 24)
		if len(b) < size {
			return nil, nil, errors.New("end")
		}
		n = binary.BigEndian.Uint64(append(make([]byte, 8-size), b[:size]...))
		b = b[size:]
	} else if info >= 28 {
		return nil, nil, errors.New("no definite length")
	}
	switch major {
	case 0:
		return int(n), b, nil
	case 1:
		return -1 - int(n), b, nil
	case 2, 3:
		if n > uint64(len(b)) {
			return nil, nil, errors.New("end")
		}
		if major == 2 {
			return b[:n:n], b[n:], nil
		}
		return string(b[:n]), b[n:], nil
	case 4:
		items := []any{}
		for range n {
			var item any
			if item, b, err = uncbor(b); err != nil {
				return nil, nil, err
			}
			items = append(items, item)
		}
		return items, b, nil
	case 5:
		pairs := []testvc.Pair{}
		for range n {
			var p testvc.Pair
			if p.Key, b, err = uncbor(b); err == nil {
				p.Value, b, err = uncbor(b)
			}
			if err != nil {
				return nil, nil, err
			}
			pairs = append(pairs, p)
		}
		return pairs, b, nil
	case 6:
		content, rest, err := uncbor(b)
		return testvc.Tag{Number: n, Content: content}, rest, err
	}
	return nil, nil, errors.New("a simple value")
}

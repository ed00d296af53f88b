package verifier_test

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"github.com/e2eid/e2eid/tests/testvc"
)

// document changes JSON, and signs it if it has a Data Integrity proof.
func (m *mutator) document(text string) string {
	v, err := ordered(text)
	if err != nil {
		return m.bytes(text)
	}
	if m.chance(4) {
		m.note("JSON: white space")
		return strings.NewReplacer(`":`, "\" :\n", `,"`, ` , "`).Replace(text)
	}
	if m.chance(4) && len(text) > 30 {
		m.note("JSON: letters escaped")
		return strings.Replace(text, "e", `\u0065`, 1)
	}
	v = m.value(v, 0)
	if object, ok := v.([]member); ok && get(object, "proof") != nil && m.chance(60) {
		if proof, ok := get(object, "proof").([]member); ok {
			key := m.key()
			m.note("proof: made by a key of Mallory's")
			proof = set(proof, "proofValue", nil)
			if m.chance(90) {
				proof = set(set(proof, "cryptosuite", map[bool]string{true: "eddsa-jcs-2022", false: "ecdsa-jcs-2019"}[key.Alg == "EdDSA"]), "verificationMethod", m.values[key])
			}
			rest := written(set(object, "proof", nil))
			if len(rest) > 2 && len(proof) > 0 && json.Valid([]byte(rest)) && json.Valid([]byte(written(proof))) {
				return testvc.WithProofs(rest, key.Prove(m.t, rest, written(proof)))
			}
		}
	}
	return written(v)
}

// value changes something in a value of JSON, at any depth.
func (m *mutator) value(v any, depth int) any {
	switch x := v.(type) {
	case []member:
		if len(x) > 0 && m.chance(65) { // deeper
			x = slices.Clone(x)
			i := m.IntN(len(x))
			x[i].value = m.value(x[i].value, depth+1)
			return x
		}
		return m.object(x)
	case []any:
		if len(x) > 0 && m.chance(65) {
			x = slices.Clone(x)
			i := m.IntN(len(x))
			x[i] = m.value(x[i], depth+1)
			return x
		}
		return m.array(x)
	case string:
		if m.chance(8) {
			m.note("JSON: a string in an array")
			return []any{x}
		}
		return m.mutate(x)
	case json.Number:
		m.note("JSON: another number")
		return []any{json.Number("0"), json.Number("1"), json.Number(x.String() + "0"), json.Number("1e3"), x.String(), nil, json.Number("-1"), json.Number("1800000000")}[m.IntN(8)]
	}
	m.note("JSON: another literal")
	return []any{true, false, nil, "true", []any{}, []member{}}[m.IntN(6)]
}

var names = []string{"iss", "issuer", "sub", "exp", "nbf", "iat", "aud", "nonce", "cnf", "jwk", "kid", "vct", "email", "name", "status", "_sd", "_sd_alg", "...", "vc", "vp",
	"proof", "holder", "credentialSubject", "credentialStatus", "verifiableCredential", "validUntil", "expirationDate", "type", "@context", "id", "typ", "cty", "crit", "b64",
	"alg", "jku", "x5c", "sd_hash", "header", "payload", "protected", "signature", "signatures", "disclosures", "kb_jwt", "challenge", "domain", "previousProof"}

func (m *mutator) object(x []member) any {
	x = slices.Clone(x)
	if len(x) == 0 {
		return append(x, member{names[m.IntN(len(names))], m.some()})
	}
	i := m.IntN(len(x))
	switch m.IntN(8) {
	case 0:
		m.note("JSON: a member taken out")
		return slices.Delete(x, i, i+1)
	case 1:
		m.note("JSON: a member twice")
		return slices.Insert(x, m.IntN(len(x)+1), member{x[i].name, m.some()})
	case 2:
		m.note("JSON: a member moved")
		j := m.IntN(len(x))
		if inner, ok := x[j].value.([]member); ok && i != j {
			x[j].value = append(slices.Clone(inner), x[i])
			return slices.Delete(x, i, i+1)
		}
		x[i], x[j] = x[j], x[i]
	case 3:
		m.note("JSON: a member under another name")
		x[i].name = names[m.IntN(len(names))]
		if m.chance(30) {
			x[i].name = strings.ToUpper(x[i].name)
		}
	case 4:
		m.note("JSON: values exchanged")
		j := m.IntN(len(x))
		x[i].value, x[j].value = x[j].value, x[i].value
	case 5:
		m.note("JSON: a member more")
		return slices.Insert(x, m.IntN(len(x)+1), member{names[m.IntN(len(names))], m.some()})
	case 6:
		m.note("JSON: a value from another presentation")
		if v := m.same(x[i].name); v != nil {
			x[i].value = v
		}
	default:
		m.note("JSON: a value in an array, or out of it")
		if inner, ok := x[i].value.([]any); ok && len(inner) > 0 {
			x[i].value = inner[0]
		} else {
			x[i].value = []any{x[i].value}
		}
	}
	return x
}

func (m *mutator) array(x []any) any {
	x = slices.Clone(x)
	if len(x) == 0 {
		return append(x, m.some())
	}
	i := m.IntN(len(x))
	switch m.IntN(4) {
	case 0:
		m.note("JSON: an element taken out")
		return slices.Delete(x, i, i+1)
	case 1:
		m.note("JSON: an element twice")
		return slices.Insert(x, m.IntN(len(x)+1), x[i])
	case 2:
		m.note("JSON: an element more")
		more := m.some()
		if credentials, _ := m.same("verifiableCredential").([]any); len(credentials) > 0 && m.chance(50) {
			more = credentials[m.IntN(len(credentials))]
		}
		return slices.Insert(x, m.IntN(len(x)+1), more)
	}
	m.note("JSON: elements exchanged")
	j := m.IntN(len(x))
	x[i], x[j] = x[j], x[i]
	return x
}

// some is a value that might stand anywhere: one of a presentation, or a word.
func (m *mutator) some() any {
	if m.chance(50) {
		if v := m.same(names[m.IntN(len(names))]); v != nil {
			return v
		}
	}
	return m.texts[m.IntN(len(m.texts))]
}

// same is the value of a name in some presentation; nil if there is none.
func (m *mutator) same(name string) (found any) {
	text := m.donor(func(s string) bool { return s[0] == '{' && strings.Contains(s, `"`+name+`"`) })
	if v, err := ordered(text); err == nil {
		walk(v, func(v any) {
			if object, ok := v.([]member); ok && found == nil {
				found = get(object, name)
			}
		})
	}
	return found
}

// cose changes a COSE_Sign1, in binary.
func (m *mutator) cose(text string) string {
	v, rest, err := uncbor([]byte(text))
	tag, tagged := v.(testvc.Tag)
	if tagged {
		v = tag.Content
	}
	parts, ok := v.([]any)
	if err != nil || len(rest) > 0 || !ok || len(parts) != 4 {
		return m.bytes(text)
	}
	var s testvc.Sign1
	var isText, isBytes bool
	s.Encoded, isText = parts[0].([]byte)
	s.Payload, isBytes = parts[2].([]byte)
	protected, _, err := uncbor(s.Encoded)
	pairs, isMap := protected.([]testvc.Pair)
	if !isText || !isBytes || !isMap || err != nil {
		return m.bytes(text)
	}
	s.Unprotected, _ = parts[1].([]testvc.Pair)
	resign := m.chance(60)
	switch m.IntN(6) {
	case 0:
		m.note("COSE: without its tag")
		resign = false
		return string(testvc.CBOR(parts))
	case 1:
		m.note("COSE: a member that nothing protects")
		s.Unprotected = append(slices.Clone(s.Unprotected), m.pair())
	case 2:
		m.note("COSE: a member that is protected")
		s.Encoded = testvc.CBOR(append(slices.Clone(pairs), m.pair()))
	case 3:
		if len(pairs) > 0 {
			i := m.IntN(len(pairs))
			m.note("COSE: a protected member moved out")
			s.Unprotected = append(slices.Clone(s.Unprotected), pairs[i])
			s.Encoded = testvc.CBOR(slices.Delete(slices.Clone(pairs), i, i+1))
		}
	default:
		s.Payload = []byte(m.mutate(string(s.Payload)))
	}
	if !resign {
		return string(testvc.CBOR(testvc.Tag{Number: 18, Content: []any{s.Encoded, s.Unprotected, s.Payload, parts[3]}}))
	}
	m.note("COSE: signed by a key of Mallory's")
	key := m.key()
	if protected, _, err = uncbor(s.Encoded); err == nil {
		pairs, _ = protected.([]testvc.Pair)
		s.Protected = pairs
		s.Set(1, map[string]int{"EdDSA": -8, "ES256": -7}[key.Alg])
		s.Encoded = testvc.CBOR(s.Protected)
	}
	return string(key.SignCOSE(m.t, s))
}

func (m *mutator) pair() testvc.Pair {
	label := []int{1, 2, 3, 4, 15, 16, 33, 34, 35, 99}[m.IntN(10)]
	return testvc.Pair{Key: label, Value: []any{-7, -8, "application/vp", "application/vc+cose", []byte("k1"), []byte("k2"), []any{}, fmt.Sprint(label)}[m.IntN(8)]}
}

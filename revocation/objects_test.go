package revocation_test

import (
	"bytes"
	"crypto/ed25519"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/e2eid/e2eid/revocation"
	"github.com/e2eid/e2eid/revocation/delegation"
)

// An object is one entry of testdata/objects.json: every object of the format beside lists, which known-answers.json and
// serial.json have. They are put together here from the package doc, field by field in hexadecimal, and not by the code.
type object struct{ Name, Hex string }

// ofSize is a field of n bytes.
func ofSize(n int, v uint64) string { return fmt.Sprintf("%0*x", 2*n, v) }

// varint is that of the package doc.
func varint(n int) string {
	switch {
	case n < 1<<6:
		return ofSize(1, uint64(n))
	case n < 1<<14:
		return ofSize(2, uint64(n)|1<<14)
	}
	return ofSize(4, uint64(n)|2<<30)
}

func text(s string) string           { return hex.EncodeToString([]byte(s)) }
func size(hexadecimal string) string { return varint(len(hexadecimal) / 2) }

func hashOf(hexadecimal string) string {
	b, err := hex.DecodeString(hexadecimal)
	if err != nil {
		panic(err)
	}
	sum := sha256.Sum256(b)
	return hex.EncodeToString(sum[:])
}

// signatureBy is a Signature by the Ed25519 key with the seed n 00 00 ....
func signatureBy(n byte, signed string) string {
	key := signKey(n)
	public := hex.EncodeToString(key.Public().(ed25519.PublicKey))
	message, _ := hex.DecodeString(signed)
	return ofSize(2, 0x0201) + hashOf(ofSize(2, 0x0201) + public)[:16] + varint(64) + hex.EncodeToString(ed25519.Sign(key, message))
}

// delegationToken is the one by which the key with seed 3 delegates to that with seed 2.
func delegationToken() string {
	encode := base64.RawURLEncoding.EncodeToString
	public := signKey(2).Public().(ed25519.PublicKey)
	signed := encode([]byte(`{"alg":"Ed25519","typ":"e2eid-list-signing+jwt"}`)) + "." +
		encode([]byte(`{"iss":"https://issuer.example","authority":"a.example","nbf":1700000000,"exp":1702592000,`+
			`"key":{"crv":"Ed25519","kty":"OKP","x":"`+encode(public)+`"}}`))
	return signed + "." + encode(ed25519.Sign(signKey(3), []byte(signed)))
}

// stateList is a status list that the state remembers.
const stateList = "https://issuer.example/status/1"

func writtenObjects() []object {
	// Index 5 of 100 is revoked. M = floor(100 45426 / 65536) = 69, b = 7, c = 59: one bit, and 5 in 6 bits: 1 000101.
	snapshot := "01" + "8a"
	bitstring := "20" + strings.Repeat("00", 12)
	root := hashOf("00" + bitstring)
	list := func(blob string) string {
		return "00" + "01" + text("l") + "01" + "00" + varint(100) + "01" + root + hashOf(blob) + size(blob)
	}
	start := text("e2eid revocation head\x00") + "01" + "09" + text("a.example") + ofSize(8, 7) + ofSize(8, 1700000000) + ofSize(8, 1700086400) +
		strings.Repeat("22", 32) + ofSize(2, 1)
	// Index 6 is revoked since head 6: 1 000110 in 7 bits, none suspended, none good.
	delta := "c0" + "00" + "01" + "8c" + "00" + "00"
	body := start + list(snapshot) + "01" + "01" + hashOf(delta) + size(delta) + "00"
	rollover := text("e2eid revocation keys\x00") + "01" + "09" + text("a.example") + ofSize(4, 5) + "01" + "01" +
		ofSize(2, 0x0201) + varint(32) + hex.EncodeToString(signKey(2).Public().(ed25519.PublicKey))
	replaced := hashOf(rollover)
	ids := [2]string{signatureBy(1, rollover), signatureBy(2, rollover)}
	if ids[0] > ids[1] {
		ids[0], ids[1] = ids[1], ids[0]
	}
	rollover += "02" + ids[0] + ids[1]
	token := text(delegationToken())
	delegated := size(token) + token
	head := body + "01" + signatureBy(2, body) + "02" + ofSize(2, 1) + size(rollover) + rollover + ofSize(2, 3) + size(delegated) + delegated

	padded := "f0" + "02" + snapshot + strings.Repeat("00", 64-4)
	// Padding of class 6 brings the body to 192 bytes: its extension has the class and zeros.
	before := start + list(padded) + "00" + "01" + ofSize(2, 0x8001)
	zeros := 192 - len(before)/2 - 1 - 1
	paddedBody := before + varint(1+zeros) + "06" + strings.Repeat("00", zeros)
	record := text("e2eid revocation lists\x00") + "01" + size(snapshot) + snapshot + "00"
	name := hashOf(text("l" + stateList))[:32] // 'l', then the identifier
	state := text("e2eid revocation state\x00") + "01" +
		ofSize(2, 1) + "09" + text("a.example") + ofSize(8, 7) + ofSize(8, 1700000000) + hashOf(body) + ofSize(4, 5) + replaced +
		ofSize(2, 1) + "09" + text("a.example") + ofSize(5, 0) + ofSize(2, 1) + name + ofSize(5, 1699999999)
	state += hashOf(state)
	return append([]object{
		{"snapshot", snapshot}, {"delta", delta}, {"rollover of keys", rollover}, {"delegation", token}, {"head", head},
		{"padded snapshot", padded}, {"padded body", paddedBody}, {"record of lists", record}, {"state", state},
	}, moreObjects()...)
}

func TestObjectsKnownAnswers(t *testing.T) {
	const path = "testdata/objects.json"
	want, err := json.MarshalIndent(writtenObjects(), "", " ")
	if err != nil {
		t.Fatal(err)
	}
	if os.Getenv("E2EID_UPDATE") != "" {
		if err := os.WriteFile(path, append(want, '\n'), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	stored, err := os.ReadFile(path)
	if err != nil || string(stored) != string(want)+"\n" {
		t.Fatal("what is written from the package doc and the file differ", err)
	}
	file := map[string][]byte{}
	for _, o := range writtenObjects() {
		file[o.Name], _ = hex.DecodeString(o.Hex)
	}
	// A client that trusts key 1 follows the rollover to key 2.
	head, err := open(file["head"], trust("a.example", 1))
	if err != nil {
		t.Fatal(err)
	}
	p := mustLoad(t, head, nil, [][]byte{file["snapshot"]})
	if s := p.Status("l", 5, time.Unix(1700000000, 0), 0); s.Standing != revocation.Revoked {
		t.Errorf("index 5: %v", s.Standing)
	}
	if !bytes.Equal(p.Append(nil), file["record of lists"]) {
		t.Errorf("record %x", p.Append(nil))
	}
	if _, err := head.Restore(file["record of lists"]); err != nil {
		t.Error(err)
	}
	// Whoever has accepted the head, and seen a status list of the authority, remembers both.
	var state revocation.State
	if err := state.Accept(head, time.Unix(1700000000, 0)); err != nil {
		t.Fatal(err)
	}
	state.NoteSigned("a.example", revocation.NameOf('l', stateList), 1699999999)
	if got := state.Append(nil); !bytes.Equal(got, file["state"]) {
		t.Errorf("state %x", got)
	}
	if again, err := revocation.ParseState(file["state"]); err != nil || !bytes.Equal(again.Append(nil), file["state"]) {
		t.Errorf("state read again: %v", err)
	}
	// What we write is the same.
	key1, key2 := signKey(1), signKey(2)
	next := trust("a.example", 2)
	next.Sequence = 5
	signed, err := revocation.AppendRollover(nil, next)
	if err != nil {
		t.Fatal(err)
	}
	var both []revocation.Signature
	for n, k := range []ed25519.PrivateKey{key1, key2} {
		id := publicKey(byte(n + 1))
		both = append(both, revocation.Signature{Algorithm: uint16(id.Algorithm), KeyID: id.ID(), Signature: ed25519.Sign(k, signed)})
	}
	if got := revocation.AssembleRollover(signed, both); !bytes.Equal(got, file["rollover of keys"]) {
		t.Errorf("rollover %x", got)
	}
	again, err := revocation.AppendBody(nil, head.Body())
	if err != nil || !bytes.HasPrefix(file["head"], again) {
		t.Errorf("body %x, %v", again, err)
	}
	delta, err := revocation.EncodeDelta(head.Body().Lists, map[string][]uint64{"l": {6}}, map[string][]revocation.Entry{"l": {{Index: 5}, {Index: 6}}})
	if err != nil || !bytes.Equal(delta, file["delta"]) {
		t.Errorf("delta %x, %v", delta, err)
	}
	if got := revocation.Pad(6, file["snapshot"]); !bytes.Equal(got, file["padded snapshot"]) {
		t.Errorf("padded %x", got)
	}
	b := head.Body()
	b.Deltas, b.Lists[0].Snapshot = nil, revocation.NewBlob(file["padded snapshot"])
	if err := revocation.PadBody(&b, 6); err != nil {
		t.Fatal(err)
	}
	if got, err := revocation.AppendBody(nil, b); err != nil || !bytes.Equal(got, file["padded body"]) {
		t.Errorf("padded body %x, %v", got, err)
	}
	if p := mustLoad(t, mustOpen(t, b), nil, [][]byte{file["padded snapshot"]}); p.Status("l", 5, time.Unix(1700000000, 0), 0).Standing != revocation.Revoked {
		t.Error("index 5 of the padded list is not revoked")
	}
	u, err := revocation.ParseHead(file["head"])
	if err != nil {
		t.Fatal(err)
	}
	tokens, err := u.Delegations()
	if err != nil || len(tokens) != 1 || !bytes.Equal(tokens[0], file["delegation"]) {
		t.Fatalf("%q, %v", tokens, err)
	}
	d, err := delegation.Parse(tokens[0])
	if err != nil || d.Issuer != "https://issuer.example" || d.Authority != "a.example" || d.NotBefore != 1700000000 || d.NotAfter != 1702591999 ||
		d.Key.ID() != publicKey(2).ID() {
		t.Fatalf("%+v, %v", d, err)
	}
	if head, err := open(file["head"], revocation.Signers{Authority: "a.example", Keys: []revocation.Key{d.Key}}); err != nil || head.Number() != 7 {
		t.Errorf("under the key delegated: %v", err)
	}
}

package abi

import (
	"bytes"
	"encoding/base64"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/e2eid/e2eid/credential/mls"
	"github.com/e2eid/e2eid/credential/mls/mlstest"
	"github.com/e2eid/e2eid/revocation"
	"github.com/e2eid/e2eid/signature"
	"github.com/e2eid/e2eid/signature/native"
	"github.com/e2eid/e2eid/tests/testca"
	"github.com/e2eid/e2eid/tests/testcrl"
	"github.com/e2eid/e2eid/tests/testlist"
	"github.com/e2eid/e2eid/verifier"
)

const alice = "mimi://example.com/u/alice"

// A host drives a module as JavaScript does.
type host struct {
	t     testing.TB
	m     *Module
	ca    *testca.Authority
	lists *testlist.Signer
	last  []byte // head that refresh brought
}

func newHost(t testing.TB) *host {
	h := &host{t: t, m: New(), ca: testca.New(testca.Options{})}
	h.lists = testlist.New("example", h.ca)
	h.must("configure", h.configuration())
	return h
}

func (h *host) configuration() []byte {
	trust, err := json.Marshal(map[string]any{"authorities": []any{map[string]any{
		"id": "example", "scope": []string{"example.com"},
		"anchors": []string{base64.StdEncoding.EncodeToString(h.ca.Root.DER)},
		"revocation": map[string]any{"mirror": "https://mirror.example/", "keys": []any{map[string]string{
			"algorithm": "Ed25519", "key": base64.StdEncoding.EncodeToString(h.lists.PublicKey().Key),
		}}},
	}}})
	if err != nil {
		h.t.Fatal(err)
	}
	return appendOpaque(nil, trust)
}

// must returns the result of an operation that succeeds.
func (h *host) must(op string, request []byte) []byte {
	h.t.Helper()
	response := h.m.Dispatch(nil, op, request)
	if response[0] != statusOK {
		h.t.Fatalf("%s: %s", op, response[1:])
	}
	return response[1:]
}

// code returns the code of an operation that fails.
func (h *host) code(op string, request []byte) verifier.Code {
	h.t.Helper()
	response := h.m.Dispatch(nil, op, request)
	if response[0] != statusError {
		h.t.Fatalf("%s succeeds: %q", op, response[1:])
	}
	var e struct {
		Code    verifier.Code `json:"code"`
		Message string        `json:"message"`
	}
	if err := json.Unmarshal(response[1:], &e); err != nil || e.Message == "" {
		h.t.Fatalf("%s: error %q: %v", op, response[1:], err)
	}
	return e.Code
}

// answer runs the batch of a plan and returns the request that concludes it.
func (h *host) answer(planned []byte) []byte {
	h.t.Helper()
	checks, err := signature.ParseBatch(planned[4:])
	if err != nil {
		h.t.Fatal(err)
	}
	request := bytes.Clone(planned[:4])
	for _, a := range native.Run(checks) {
		request = append(request, byte(a))
	}
	return request
}

func (h *host) keyPackage() []byte {
	key := testca.NewKey(testca.P256, "alice 1")
	at := uint64(testca.At.Unix())
	return mlstest.KeyPackage{LeafNode: mlstest.LeafNode{
		Suite: mls.P256AES128SHA256P256, Signer: key.Signer, Credential: mlstest.X509(h.ca.Chain(h.ca.Alice())...),
		Lifetime: mls.Lifetime{NotBefore: at - 60, NotAfter: at + 3600},
	}}.Build()
}

func planRequest(presentations ...[]byte) []byte {
	b := binary.BigEndian.AppendUint64(nil, uint64(testca.At.Unix()))
	b = binary.BigEndian.AppendUint64(b, uint64(testca.At.Unix()))
	b = binary.BigEndian.AppendUint32(b, uint32(len(presentations)))
	for _, p := range presentations {
		b = append(b, p...)
	}
	return b
}

// presentation is one of a KeyPackage.
func presentation(keyPackage []byte, expected string) []byte {
	b := []byte{byte(verifier.KeyPackage), 0, 0, 0, 0}
	b = appendOpaque(b, nil)
	b = binary.BigEndian.AppendUint32(b, 0)
	b = appendOpaque(b, nil)
	b = appendOpaque(binary.BigEndian.AppendUint16(b, 1), []byte(expected))
	return binary.BigEndian.AppendUint16(appendOpaque(b, keyPackage), 0)
}

func headRequest(head []byte) []byte {
	b := appendOpaque(nil, []byte("example"))
	return appendOpaque(binary.BigEndian.AppendUint64(b, uint64(testca.At.Unix())), head)
}

func installRequest(plan []byte, blobs [][]byte) []byte {
	b := binary.BigEndian.AppendUint32(bytes.Clone(plan), uint32(len(blobs)))
	for _, blob := range blobs {
		b = appendOpaque(b, blob)
	}
	return b
}

// refresh brings the next head, which revokes these entries.
func (h *host) refresh(revoked ...revocation.Entry) {
	h.t.Helper()
	head, blobs := h.lists.Next(testca.At, revoked...)
	h.last = head
	concluded := h.answer(h.must("head", headRequest(head)))
	h.must("accept", concluded)
	h.must("install", installRequest(concluded[:4], blobs))
}

type verdict struct {
	Outcome string        `json:"outcome"`
	Code    verifier.Code `json:"code"`
}

func (h *host) judge(request []byte) []verdict {
	h.t.Helper()
	return parse(h.t, h.must("conclude", h.answer(h.must("plan", request))))
}

func parse(t testing.TB, text []byte) (list []verdict) {
	t.Helper()
	if err := json.Unmarshal(text, &list); err != nil {
		t.Fatalf("%v: %s", err, text)
	}
	return list
}

func want(t testing.TB, got verdict, outcome string, code verifier.Code) {
	t.Helper()
	if got != (verdict{outcome, code}) {
		t.Errorf("%s(%s), want %s(%s)", got.Outcome, got.Code, outcome, code)
	}
}

func TestFromConfigurationToRevocation(t *testing.T) {
	h := newHost(t)
	ask := planRequest(presentation(h.keyPackage(), alice), presentation(h.keyPackage(), "mimi://example.com/u/bob"))
	got := h.judge(ask)
	want(t, got[0], "undetermined", verifier.CodeRevocationUnavailable)
	want(t, got[1], "rejected", verifier.CodeIdentityMismatch)

	h.refresh()
	want(t, h.judge(ask)[0], "verified", "")

	h.refresh(revocation.Entry{Index: 0, Since: testca.At, Reason: revocation.KeyCompromise})
	want(t, h.judge(ask)[0], "rejected", verifier.CodeRevoked)

	// A module that starts anew with the state refuses what is older.
	state := h.must("state", nil)
	old, _ := testlist.New("example", h.ca).Next(testca.At)
	again := newHost(t)
	again.must("restore", state)
	planned := again.must("head", headRequest(old))
	if code := again.code("accept", again.answer(planned)); code != verifier.CodeRollback {
		t.Errorf("an older head: %s", code)
	}
}

func TestMembersOfATree(t *testing.T) {
	h := newHost(t)
	leaf := mlstest.LeafNode{
		Suite: mls.P256AES128SHA256P256, Signer: testca.NewKey(testca.P256, "alice 1").Signer,
		Credential: mlstest.X509(h.ca.Chain(h.ca.Alice())...), Source: mls.SourceCommit, GroupID: []byte("g"), LeafIndex: 2,
	}.Build()
	request := binary.BigEndian.AppendUint16(nil, uint16(mls.P256AES128SHA256P256))
	request = appendOpaque(appendOpaque(request, []byte("g")), mlstest.Tree(nil, nil, leaf))
	r := &reader{b: h.must("members", request)}
	if n, index, flags, got := r.uint32(), r.uint32(), r.uint8(), r.opaque(); n != 1 || index != 2 || flags != 0 || !bytes.Equal(got, leaf) || !r.done() {
		t.Errorf("%d members; leaf %d, flags %d", n, index, flags)
	}
}

// requests returns a right request for each operation, as it would come next.
func (h *host) requests() map[string][]byte {
	head, blobs := h.lists.Next(testca.At)
	concluded := h.answer(h.must("head", headRequest(head)))
	accepted := h.answer(h.must("head", headRequest(head)))
	h.must("accept", accepted)
	return map[string][]byte{
		"configure": h.configuration(),
		"plan":      planRequest(presentation(h.keyPackage(), alice)),
		"conclude":  h.answer(h.must("plan", planRequest(presentation(h.keyPackage(), alice)))),
		"bag":       bagRequest(bagItem{bagCertificate, h.ca.Intermediate.DER}, bagItem{bagCRL, testcrl.Issue(h.ca.Intermediate, testcrl.List{})}),
		"members":   appendOpaque(appendOpaque([]byte{0, 2}, []byte("g")), mlstest.Tree(nil)),
		"head":      headRequest(head),
		"accept":    concluded,
		"install":   installRequest(accepted[:4], blobs),
		"restore":   h.must("state", nil),
	}
}

func TestEveryTruncationIsRefusedAndTheModuleGoesOn(t *testing.T) {
	h := newHost(t)
	h.refresh()
	for op, request := range h.requests() {
		step := 1 + len(request)/97
		for n := 0; n < len(request); n += step {
			response := h.m.Dispatch(nil, op, request[:n])
			// A plan that lacks answers is concluded as rejected(internal).
			if response[0] == statusOK && (op != "conclude" || bytes.Contains(response, []byte("verified"))) {
				t.Errorf("%s of %d bytes of %d: %s", op, n, len(request), response)
			}
		}
		want(t, h.judge(planRequest(presentation(h.keyPackage(), alice)))[0], "verified", "")
	}
}

// Row 70 of the red-team matrix. No request is known that would panic, so that one is made.
func TestPanicIsInternalAndTheNextCallIsAnswered(t *testing.T) {
	ops["panic"] = func(*Module, *reader, []byte) ([]byte, *opError) { panic("hostile bytes") }
	defer delete(ops, "panic")
	h := newHost(t)
	h.refresh()
	if code := h.code("panic", nil); code != verifier.CodeInternal {
		t.Errorf("code %s", code)
	}
	want(t, h.judge(planRequest(presentation(h.keyPackage(), alice)))[0], "verified", "")
}

func TestAnswersThatDoNotFitAreInternal(t *testing.T) {
	h := newHost(t)
	h.refresh()
	for what, change := range map[string]func([]byte) []byte{
		"none":     func(b []byte) []byte { return b[:4] },
		"too few":  func(b []byte) []byte { return b[:len(b)-1] },
		"too many": func(b []byte) []byte { return append(b, 1) },
		"unknown":  func(b []byte) []byte { b[len(b)-1] = 3; return b },
	} {
		request := change(h.answer(h.must("plan", planRequest(presentation(h.keyPackage(), alice)))))
		for _, v := range parse(t, h.must("conclude", request)) {
			if v.Outcome != "rejected" || v.Code != verifier.CodeInternal {
				t.Errorf("%s: %+v", what, v)
			}
		}
	}
	head, _ := h.lists.Next(testca.At)
	if code := h.code("accept", append(h.answer(h.must("head", headRequest(head))), 1)); code != verifier.CodeInternal {
		t.Errorf("head with an answer too many: %s", code)
	}
	// Nothing to ask is not the same as nothing answered.
	request := append(h.answer(h.must("plan", planRequest(presentation([]byte{0}, alice)))), 1)
	want(t, parse(t, h.must("conclude", request))[0], "rejected", verifier.CodeInternal)
}

func TestPlansAreUsedOnceAndInTheirPlace(t *testing.T) {
	h := newHost(t)
	h.refresh()
	concluded := h.answer(h.must("plan", planRequest(presentation(h.keyPackage(), alice))))
	h.must("conclude", concluded)
	for what, code := range map[string]verifier.Code{
		"concluded again":          h.code("conclude", concluded),
		"never planned":            h.code("conclude", []byte{0xff, 0, 0, 0}),
		"accept of a presentation": h.code("accept", h.answer(h.must("plan", planRequest(presentation(h.keyPackage(), alice))))),
	} {
		if code != verifier.CodeInvalidRequest {
			t.Errorf("%s: %s", what, code)
		}
	}
	head, blobs := h.lists.Next(testca.At)
	if code := h.code("conclude", h.answer(h.must("head", headRequest(head)))); code != verifier.CodeInvalidRequest {
		t.Errorf("conclude of a head: %s", code)
	}
	planned := h.must("head", headRequest(head))
	if code := h.code("install", installRequest(planned[:4], blobs)); code != verifier.CodeInternal {
		t.Errorf("install before accept: %s", code)
	}
	concluded = h.answer(h.must("head", headRequest(head)))
	h.must("accept", concluded)
	h.must("install", installRequest(concluded[:4], blobs))
	if code := h.code("install", installRequest(concluded[:4], blobs)); code != verifier.CodeInvalidRequest {
		t.Errorf("installed again: %s", code)
	}
}

func TestOpenPlansAreBounded(t *testing.T) {
	h := newHost(t)
	ask := planRequest(presentation(h.keyPackage(), alice))
	first := h.must("plan", ask)
	for range maxOpenPlans - 1 {
		h.must("plan", ask)
	}
	if code := h.code("plan", ask); code != verifier.CodeBudget {
		t.Errorf("code %s", code)
	}
	h.must("conclude", h.answer(first))
	h.must("plan", ask)
}

func TestNothingWorksBeforeTheConfiguration(t *testing.T) {
	h := &host{t: t, m: New()}
	for op := range ops {
		if op == "configure" || op == "codes" {
			continue
		}
		if code := h.code(op, nil); code != verifier.CodeInvalidRequest {
			t.Errorf("%s: %s", op, code)
		}
	}
	if code := h.code("no such", nil); code != verifier.CodeInvalidRequest {
		t.Errorf("unknown operation: %s", code)
	}
	if code := h.code("configure", appendOpaque(nil, []byte("{}"))); code != verifier.CodeInvalidConfig {
		t.Errorf("no authorities: %s", code)
	}
	if !strings.Contains(string(h.must("codes", nil)), `"checks":["FORM-1"`) {
		t.Error("codes lacks the checks")
	}
}

// FuzzDispatch: whatever bytes come, the answer has its form, names a known code, and verifies nobody.
func FuzzDispatch(f *testing.F) {
	h := newHost(f)
	h.refresh()
	names := []string{"plan", "conclude", "members", "bag", "document", "head", "accept", "install", "state", "restore", "codes", "configure"}
	for op, request := range h.requests() {
		for i, name := range names {
			if name == op {
				f.Add(byte(i), request)
			}
		}
	}
	f.Add(byte(0), planRequest(answerRequest(verifier.Presentation{
		Kind: verifier.ChallengedCertificate, Bytes: h.ca.Issue(h.ca.Alice()), Challenge: challengeOf(alice), Signature: bytes.Repeat([]byte{1}, 64),
	})))
	codes := map[verifier.Code]bool{}
	for _, c := range verifier.Codes() {
		codes[c] = true
	}
	config := h.configuration()
	f.Fuzz(func(t *testing.T, op byte, request []byte) {
		m := New()
		m.Dispatch(nil, "configure", config)
		name := names[int(op)%len(names)]
		response := m.Dispatch(nil, name, request)
		if response[0] == statusError {
			var e struct{ Code verifier.Code }
			if err := json.Unmarshal(response[1:], &e); err != nil || !codes[e.Code] {
				t.Errorf("%s: error %q: %v", name, response[1:], err)
			}
			return
		}
		if response[0] != statusOK {
			t.Fatalf("%s: first byte %d", name, response[0])
		}
		if name == "plan" {
			// A host that finds every signature wrong.
			checks, err := signature.ParseBatch(response[5:])
			if err != nil {
				t.Fatal(err)
			}
			verdicts := m.Dispatch(nil, "conclude", append(bytes.Clone(response[1:5]), make([]byte, len(checks))...))
			if verdicts[0] != statusOK || bytes.Contains(verdicts, []byte(`"outcome":"verified"`)) {
				t.Errorf("verified without a signature: %s", verdicts)
			}
		}
	})
}

func TestTimesReachTheVerdict(t *testing.T) {
	h := newHost(t)
	h.refresh()
	request := planRequest(presentation(h.keyPackage(), alice))
	late := uint64(testca.At.Add(48 * time.Hour).Unix())
	binary.BigEndian.PutUint64(request[8:], late) // now: two days after the data
	want(t, h.judge(request)[0], "undetermined", verifier.CodeStaleRevocation)
	binary.BigEndian.PutUint64(request, late+3600) // at: after now
	want(t, h.judge(request)[0], "rejected", verifier.CodeInvalidRequest)
}

// Red-team row 32: the host learns of which two heads, and which of those it has they are.
func TestEquivocationNamesBothHeads(t *testing.T) {
	h := newHost(t)
	twin := *h.lists
	h.refresh()
	held := h.must("hash", h.last)
	fork, _ := twin.Next(testca.At, revocation.Entry{Index: 0})
	got := h.must("hash", fork)
	response := h.m.Dispatch(nil, "accept", h.answer(h.must("head", headRequest(fork))))
	want := fmt.Sprintf(`{"code":"equivocation","message":"revocation: authority example has signed two heads of number 1",`+
		`"authority":"example","number":1,"held":"%x","got":"%x"}`, held, got)
	if response[0] != statusError || string(response[1:]) != want {
		t.Errorf("%s, want %s", response[1:], want)
	}
	if len(held) != 32 || bytes.Equal(held, got) {
		t.Errorf("hashes %x and %x", held, got)
	}
	if code := h.code("hash", fork[:9]); code != verifier.CodeMalformed {
		t.Errorf("half a head: %s", code)
	}
	if code := h.code("restore", nil); code != verifier.CodeMalformed {
		t.Errorf("an empty state: %s", code)
	}
}

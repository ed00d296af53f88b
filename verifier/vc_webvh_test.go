package verifier_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/e2eid/e2eid/tests/testvc"
	"github.com/e2eid/e2eid/verifier"
)

// A logWorld is a presentation whose issuer is a did:webvh.
type logWorld struct {
	*keysWorld
	log    *testvc.Log
	update *testvc.Key // signs the next entry
}

const logDomain = "issuer.example:dids"

func (w *logWorld) state(keys map[string]*testvc.Key) map[string]any {
	id := "did:webvh:{SCID}:" + logDomain
	if w.log.SCID != "" {
		id = w.log.DID()
	}
	return testvc.Document(id, keys)
}

// entry is the template of the next entry: the credential key stays.
func (w *logWorld) entry() testvc.Entry {
	e := testvc.Entry{
		Time: fmt.Sprintf("2025-06-%02dT00:00:00Z", w.log.Number+1), Signer: w.update, Parameters: map[string]any{},
		State: w.state(map[string]*testvc.Key{"k1": w.issuer}),
	}
	if w.log.Number == 0 {
		e.Parameters = map[string]any{"method": "did:webvh:1.0", "scid": "{SCID}", "updateKeys": []any{w.update.Multikey()}}
	}
	return e
}

// newLogWorld has a log of one entry, on which change may work.
func newLogWorld(t testing.TB, change func(w *logWorld, e *testvc.Entry)) *logWorld {
	w := &logWorld{keysWorld: newKeysWorld(t, verifier.DIDWebVH), update: testvc.NewKey(t, "EdDSA")}
	w.log = &testvc.Log{T: t, Domain: logDomain}
	e := w.entry()
	if change != nil {
		change(w, &e)
	}
	w.log.Add(e)
	w.rename(w.log.DID(), "https://issuer.example/dids/did.jsonl")
	w.header = `{"alg":"ES256","typ":"dc+sd-jwt","kid":"` + w.id + `#k1"}`
	return w
}

func (w *logWorld) add(change func(e *testvc.Entry)) {
	e := w.entry()
	if change != nil {
		change(&e)
	}
	w.log.Add(e)
}

func (w *logWorld) judgeLog(t testing.TB) verifier.Verdict {
	t.Helper()
	w.extra = [][]byte{w.log.Bytes()}
	return w.judge(t)
}

func TestKeysOfADIDWebVH(t *testing.T) {
	w := newLogWorld(t, nil)
	if v := w.judge(t); v.Code() != verifier.CodeIssuerKeysUnavailable || !wants(v, w.url) {
		t.Fatalf("without: %s", v.AppendJSON(nil))
	}
	for n := range 3 {
		if v := w.judgeLog(t); v.Outcome() != verifier.Verified || !passed(v, "KEY-4") {
			t.Fatalf("%d entries: %s", n+1, v.AppendJSON(nil))
		}
		next := testvc.NewKey(t, "EdDSA")
		w.add(func(e *testvc.Entry) { e.Parameters["updateKeys"] = []any{next.Multikey()} })
		w.update = next
	}
	if err := w.verifier(t).SetFetchedDocument(w.id, w.url, w.log.Bytes(), w.at); err != nil {
		t.Fatal(err)
	}
	w.extra = nil
	if v := w.judge(t); v.Outcome() != verifier.Verified {
		t.Fatalf("fetched: %s", v.AppendJSON(nil))
	}
	w.v, w.trust.Authorities[0].Issuers[0].MaxAge = nil, time.Hour
	if v := w.judgeLog(t); v.Code() != verifier.CodeStaleIssuerKeys {
		t.Errorf("older than configured: %s", v.AppendJSON(nil))
	}
}

func TestALogThatBreaksARule(t *testing.T) {
	helper = t
	type object = map[string]any
	other := testvc.NewKey(t, "EdDSA")
	second := func(change func(w *logWorld, e *testvc.Entry)) func(*logWorld) {
		return func(w *logWorld) { w.add(func(e *testvc.Entry) { change(w, e) }) }
	}
	set := func(name string, value any) func(*logWorld) {
		return second(func(_ *logWorld, e *testvc.Entry) { e.Parameters[name] = value })
	}
	line := func(n int, old, new string) func(*logWorld) {
		return func(w *logWorld) {
			w.add(nil)
			w.add(nil)
			before := w.log.Lines[n]
			if w.log.Lines[n] = strings.Replace(before, old, new, 1); before == w.log.Lines[n] {
				panic("nothing to change: " + old)
			}
		}
	}
	const refused = verifier.Code("refused")
	for name, c := range map[string]struct {
		first  func(w *logWorld, e *testvc.Entry)
		change func(*logWorld)
		code   verifier.Code
	}{
		"three entries":                      {nil, func(w *logWorld) { w.add(nil); w.add(nil) }, ""},
		"what is hashed is changed":          {nil, line(1, `"crv":"P-256"`, `"crv":"P-257"`), refused},
		"what is hashed first is changed":    {nil, line(0, `"crv":"P-256"`, `"crv":"P-257"`), refused},
		"an entry is left out":               {nil, func(w *logWorld) { w.add(nil); w.add(nil); w.log.Lines = slices.Delete(w.log.Lines, 1, 2) }, refused},
		"the first entry is left out":        {nil, func(w *logWorld) { w.add(nil); w.log.Lines = w.log.Lines[1:] }, refused},
		"entries are swapped":                {nil, func(w *logWorld) { w.add(nil); w.add(nil); slices.Reverse(w.log.Lines[1:]) }, refused},
		"a version is skipped":               {nil, func(w *logWorld) { w.log.Number++; w.add(nil) }, refused},
		"a number with a zero in front":      {nil, line(1, `"versionId":"2-`, `"versionId":"02-`), refused},
		"two dashes":                         {nil, line(1, `"versionId":"2-`, `"versionId":"2--`), refused},
		"a blank line":                       {nil, func(w *logWorld) { w.log.Lines = append(w.log.Lines, "") }, refused},
		"a proof by a key that may not sign": {nil, second(func(_ *logWorld, e *testvc.Entry) { e.Signer = other }), refused},
		"a proof by the key that it brings": {nil, second(func(_ *logWorld, e *testvc.Entry) {
			e.Signer, e.Parameters["updateKeys"] = other, []any{other.Multikey()}
		}), refused},
		"a proof in the name of another key": {nil, second(func(w *logWorld, e *testvc.Entry) {
			e.Signer, e.Method = other, "did:key:"+w.update.Multikey()+"#"+w.update.Multikey()
		}), verifier.CodeIssuerKeysUnavailable},
		"a key whose fragment is another": {nil, second(func(w *logWorld, e *testvc.Entry) {
			e.Method = "did:key:" + other.Multikey() + "#" + w.update.Multikey()
		}), refused},
		"a key without a fragment":    {nil, second(func(w *logWorld, e *testvc.Entry) { e.Method = "did:key:" + w.update.Multikey() }), refused},
		"another suite":               {nil, second(func(_ *logWorld, e *testvc.Entry) { e.Suite = "ecdsa-jcs-2019" }), refused},
		"no proof":                    {nil, second(func(_ *logWorld, e *testvc.Entry) { e.Spoil = func(m object) { delete(m, "proof") } }), refused},
		"a proof for another purpose": {nil, line(1, `"proofPurpose":"assertionMethod"`, `"proofPurpose":"authentication"`), refused},
		"a proof that is changed":     {nil, line(2, `"created":"2025-06-03`, `"created":"2025-06-04`), verifier.CodeIssuerKeysUnavailable},
		"an early proof that is":      {nil, line(0, `"created":"2025-06-01`, `"created":"2025-06-04`), verifier.CodeIssuerKeysUnavailable},
		"no more update keys":         {nil, func(w *logWorld) { set("updateKeys", []any{})(w); w.add(nil) }, refused},
		"one update key of two":       {nil, func(w *logWorld) { set("updateKeys", []any{other.Multikey(), w.update.Multikey()})(w); w.add(nil) }, ""},
		"times that stand still":      {nil, second(func(_ *logWorld, e *testvc.Entry) { e.Time = "2025-06-01T00:00:00Z" }), refused},
		"a time of another zone":      {nil, second(func(_ *logWorld, e *testvc.Entry) { e.Time = "2025-06-02T00:00:00+01:00" }), refused},
		"a time of no zone":           {nil, second(func(_ *logWorld, e *testvc.Entry) { e.Time = "2025-06-02T00:00:00" }), refused},
		"a time in the future":        {nil, second(func(_ *logWorld, e *testvc.Entry) { e.Time = "2025-07-02T00:00:00Z" }), verifier.CodeClock},
		"an unknown method":           {nil, set("method", "did:webvh:99.0"), refused},
		"a second scid":               {nil, func(w *logWorld) { set("scid", w.log.SCID)(w) }, refused},
		"an unknown parameter":        {nil, set("prerotation", true), refused},
		"null for a parameter":        {nil, set("witness", nil), refused},
		"portable from the second on": {nil, set("portable", true), refused},
		"a member that is unknown":    {nil, second(func(_ *logWorld, e *testvc.Entry) { e.Change = func(m object) { m["x"] = 1 } }), refused},
		"witnesses":                   {nil, set("witness", object{"threshold": 1, "witnesses": []any{object{"id": "did:key:x"}}}), verifier.CodeUnsupportedCredential},
		"witnesses that are gone":     {nil, func(w *logWorld) { set("witness", object{"threshold": 1})(w); set("witness", object{})(w) }, verifier.CodeUnsupportedCredential},
		"deactivated":                 {nil, set("deactivated", true), verifier.CodeUntrustedIssuer},
		"an entry after that":         {nil, func(w *logWorld) { set("deactivated", true)(w); w.add(nil) }, refused},
		"a document of another DID":   {nil, second(func(_ *logWorld, e *testvc.Entry) { e.State["id"] = "did:web:issuer.example" }), refused},
		"a document of another SCID": {nil, second(func(w *logWorld, e *testvc.Entry) {
			e.State["id"] = "did:webvh:" + w.update.MultikeyHash() + ":issuer.example:dids"
		}), refused},
		"a document of another domain": {nil, second(func(w *logWorld, e *testvc.Entry) { e.State["id"] = w.id + ":x" }), refused},
		"a key of the document gone":   {nil, second(func(w *logWorld, e *testvc.Entry) { e.State = w.state(map[string]*testvc.Key{"k2": w.issuer}) }), verifier.CodeUntrustedIssuer},
		"a key of the document new":    {nil, second(func(w *logWorld, e *testvc.Entry) { e.State = w.state(map[string]*testvc.Key{"k1": newES256()}) }), verifier.CodeBadSignature},
		"a private key": {nil, second(func(w *logWorld, e *testvc.Entry) {
			e.State["verificationMethod"].([]any)[0].(object)["publicKeyJwk"].(object)["d"] = "AAAA"
		}), refused},
		"pre-rotation": {func(_ *logWorld, e *testvc.Entry) { e.Parameters["nextKeyHashes"] = []any{other.MultikeyHash()} }, second(func(_ *logWorld, e *testvc.Entry) {
			e.Signer, e.Parameters["updateKeys"], e.Parameters["nextKeyHashes"] = other, []any{other.Multikey()}, []any{}
		}), ""},
		"pre-rotation to another key": {func(w *logWorld, e *testvc.Entry) { e.Parameters["nextKeyHashes"] = []any{w.update.MultikeyHash()} }, second(func(_ *logWorld, e *testvc.Entry) {
			e.Signer, e.Parameters["updateKeys"], e.Parameters["nextKeyHashes"] = other, []any{other.Multikey()}, []any{}
		}), refused},
		"pre-rotation to one key more": {func(w *logWorld, e *testvc.Entry) { e.Parameters["nextKeyHashes"] = []any{w.update.MultikeyHash()} }, second(func(w *logWorld, e *testvc.Entry) {
			e.Parameters["updateKeys"], e.Parameters["nextKeyHashes"] = []any{w.update.Multikey(), other.Multikey()}, []any{}
		}), refused},
		"pre-rotation signed by the key of before": {func(_ *logWorld, e *testvc.Entry) { e.Parameters["nextKeyHashes"] = []any{other.MultikeyHash()} }, second(func(_ *logWorld, e *testvc.Entry) {
			e.Parameters["updateKeys"], e.Parameters["nextKeyHashes"] = []any{other.Multikey()}, []any{}
		}), refused},
		"pre-rotation without update keys": {func(w *logWorld, e *testvc.Entry) { e.Parameters["nextKeyHashes"] = []any{w.update.MultikeyHash()} }, set("nextKeyHashes", []any{}), refused},
		"pre-rotation without next hashes": {func(w *logWorld, e *testvc.Entry) { e.Parameters["nextKeyHashes"] = []any{w.update.MultikeyHash()} }, second(func(w *logWorld, e *testvc.Entry) {
			e.Parameters["updateKeys"] = []any{w.update.Multikey()}
		}), refused},
		"moved without leave": {nil, second(func(w *logWorld, e *testvc.Entry) { e.State["id"], e.State["alsoKnownAs"] = w.id+":x", []any{w.id} }), refused},
		"moved": {func(_ *logWorld, e *testvc.Entry) { e.Parameters["portable"] = true }, second(func(w *logWorld, e *testvc.Entry) {
			e.State = testvc.Document(w.id+":x", map[string]*testvc.Key{"k1": w.issuer})
			e.State["alsoKnownAs"] = []any{w.id}
		}), verifier.CodeUntrustedIssuer},
		"moved to another SCID": {func(_ *logWorld, e *testvc.Entry) { e.Parameters["portable"] = true }, second(func(w *logWorld, e *testvc.Entry) {
			e.State["id"], e.State["alsoKnownAs"] = "did:webvh:"+w.update.MultikeyHash()+":issuer.example:dids", []any{w.id}
		}), refused},
		"moved without its name of before": {func(_ *logWorld, e *testvc.Entry) { e.Parameters["portable"] = true }, second(func(w *logWorld, e *testvc.Entry) {
			e.State = testvc.Document(w.id+":x", map[string]*testvc.Key{"k1": w.issuer})
		}), refused},
	} {
		w := newLogWorld(t, c.first)
		c.change(w)
		if err := (&verifier.Bag{}).AddIssuerDocument(w.log.Bytes()); (err != nil) != (c.code == refused) {
			t.Errorf("%s: %v", name, err)
		}
		if c.code == refused {
			continue
		}
		if v := w.judgeLog(t); v.Code() != c.code {
			t.Errorf("%s: %s, want %s\n%s", name, v.Code(), c.code, v.AppendJSON(nil))
		}
	}
}

func TestAFirstEntryThatIsNotOfTheDID(t *testing.T) {
	type object = map[string]any
	for name, change := range map[string]func(w *logWorld, e *testvc.Entry){
		"wrong SCID":             func(w *logWorld, e *testvc.Entry) { w.log.SCID = w.update.MultikeyHash(); e.State = w.state(nil) },
		"a SCID of another hash": func(w *logWorld, e *testvc.Entry) { w.log.SCID = "z" + w.update.MultikeyHash()[1:] },
		"the placeholder left in it": func(_ *logWorld, e *testvc.Entry) {
			e.State["service"] = "{SCID}"
			e.Late = func(m object) { m["state"].(object)["service"] = "{SCID}" }
		},
		"no method":           func(_ *logWorld, e *testvc.Entry) { delete(e.Parameters, "method") },
		"no scid":             func(_ *logWorld, e *testvc.Entry) { delete(e.Parameters, "scid") },
		"no update keys":      func(_ *logWorld, e *testvc.Entry) { delete(e.Parameters, "updateKeys") },
		"a version of before": func(_ *logWorld, e *testvc.Entry) { e.Parameters["method"] = "did:webvh:0.5" },
		"signed by another":   func(_ *logWorld, e *testvc.Entry) { e.Signer = testvc.NewKey(helper, "EdDSA") },
		"no document":         func(_ *logWorld, e *testvc.Entry) { e.State = object{} },
		"a document of a SCID": func(w *logWorld, e *testvc.Entry) {
			e.State["id"] = "did:webvh:" + w.update.MultikeyHash() + ":issuer.example:dids"
		},
		"a document of a did:web": func(_ *logWorld, e *testvc.Entry) { e.State["id"] = "did:web:issuer.example" },
	} {
		w := &logWorld{keysWorld: newKeysWorld(t, verifier.DIDWebVH), update: testvc.NewKey(t, "EdDSA")}
		w.log = &testvc.Log{T: t, Domain: logDomain}
		e := w.entry()
		change(w, &e)
		w.log.Add(e)
		if err := (&verifier.Bag{}).AddIssuerDocument(w.log.Bytes()); err == nil {
			t.Errorf("%s: accepted", name)
		}
	}
	// A log of the same domain with another SCID is another DID's.
	w := newLogWorld(t, nil)
	w.extra = [][]byte{newLogWorld(t, nil).log.Bytes()}
	if v := w.judge(t); v.Code() != verifier.CodeIssuerKeysUnavailable {
		t.Errorf("%s", v.AppendJSON(nil))
	}
}

func TestAnOlderLogDoesNotBringBackAKey(t *testing.T) {
	w := newLogWorld(t, nil)
	old := w.log.Bytes()
	stolen := w.update
	next := testvc.NewKey(t, "EdDSA")
	w.add(func(e *testvc.Entry) {
		e.State, e.Parameters["updateKeys"] = w.state(map[string]*testvc.Key{"k1": newES256()}), []any{next.Multikey()}
	})
	newer := w.log.Bytes()
	w.extra = [][]byte{old}
	if v := w.judge(t); v.Outcome() != verifier.Verified {
		t.Fatalf("%s", v.AppendJSON(nil))
	}
	for _, together := range [][][]byte{{old, newer}, {newer, old}} {
		w.v, w.extra = nil, together
		if v := w.judge(t); v.Code() != verifier.CodeBadSignature {
			t.Errorf("with a newer one: %s", v.AppendJSON(nil))
		}
		w.extra = [][]byte{old}
		if v := w.judge(t); v.Outcome() != verifier.Undetermined || v.Code() != verifier.CodeRollback || !wants(v, w.url) {
			t.Errorf("after a newer one: %s", v.AppendJSON(nil))
		}
	}
	// Whoever has a key of before writes another story from there on, shorter, as long, or longer.
	for entries := 1; entries <= 3; entries++ {
		fork := newLogWorld(t, nil)
		fork.keysWorld, fork.update, fork.log = w.keysWorld, stolen, &testvc.Log{T: t, Domain: logDomain}
		*fork.log = *w.log
		fork.log.Lines, fork.log.Number = slices.Clone(w.log.Lines[:1]), 1
		fork.log.Rewind()
		for range entries {
			fork.add(func(e *testvc.Entry) { e.State["service"] = []any{} })
		}
		for _, together := range [][][]byte{{fork.log.Bytes(), newer}, {newer, fork.log.Bytes()}} {
			w.v, w.extra = nil, together
			if v := w.judge(t); v.Outcome() != verifier.Undetermined || v.Code() != verifier.CodeEquivocation {
				t.Errorf("two stories, %d entries: %s", entries, v.AppendJSON(nil))
			}
		}
		w.v, w.extra = nil, [][]byte{newer}
		w.judge(t)
		w.extra = [][]byte{fork.log.Bytes()}
		if v := w.judge(t); v.Outcome() != verifier.Undetermined || v.Code() != verifier.CodeEquivocation {
			t.Errorf("another story after, %d entries: %s", entries, v.AppendJSON(nil))
		}
	}
}

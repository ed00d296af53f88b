package verifier

import (
	"bytes"
	"encoding/json"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode/utf8"
)

// members returns the names of the members of a JSON text in their order, with a dot between levels and without indexes.
// encoding/json judges whether it is one.
func members(t testing.TB, text []byte) []string {
	t.Helper()
	if !json.Valid(text) {
		t.Fatalf("not JSON: %q", text)
	}
	d := json.NewDecoder(bytes.NewReader(text))
	var names []string
	var value func(prefix string)
	value = func(prefix string) {
		token, err := d.Token()
		if err != nil {
			t.Fatal(err)
		}
		switch token {
		case json.Delim('{'):
			for d.More() {
				name, err := d.Token()
				if err != nil {
					t.Fatal(err)
				}
				path := prefix + name.(string)
				if slices.Contains(names, path) && !strings.Contains(prefix, "[]") {
					t.Fatalf("member %s twice in %s", path, text)
				}
				names = append(names, path)
				value(path + ".")
			}
			d.Token()
		case json.Delim('['):
			for d.More() {
				value(strings.TrimSuffix(prefix, ".") + "[].")
			}
			d.Token()
		}
	}
	value("")
	return names
}

// full returns a verdict with everything that one of this outcome could carry, and what it must not show.
func full(outcome Outcome, code Code) Verdict {
	at := time.Unix(1_700_000_000, 0)
	return Verdict{
		outcome: outcome, code: code, certificate: 1,
		identity: Identity{
			ID: "mimi://example.com/u/alice", Identifiers: []string{"mimi://example.com/u/alice", "mimi://example.com/d/alice/1"},
			Authority: "example", Name: "Alice", Organization: "Example", Email: "a@example.com", EmailVerified: true, Roles: []string{"admin"}, NotBefore: at, NotAfter: at.Add(time.Hour),
		},
		freshness:  &Freshness{Number: 7, ThisUpdate: at, NextUpdate: at.Add(2 * time.Second), FreshUntil: at.Add(time.Second)},
		revocation: &Revocation{Since: at, Reason: "keyCompromise"},
		missing:    []Missing{{MissingRevocation, "example"}, {MissingIntermediate, "30"}},
		historical: true,
		warnings:   []string{"punycode"},
		findings:   []Finding{{CheckForm, Passed, "", -1}, {CheckStatus, Failed, CodeRevoked, 0}, {CheckFresh, Open, CodeClock, -1}, {CheckLifetime, Skipped, "", -1}},
	}
}

func TestVerdictsHaveTheirMembersInOrder(t *testing.T) {
	findings := []string{
		"findings", "findings[].check", "findings[].result",
		"findings[].check", "findings[].result", "findings[].code", "findings[].certificate",
		"findings[].check", "findings[].result", "findings[].code",
		"findings[].check", "findings[].result",
	}
	good := []string{
		"outcome", "identity", "identity.id", "identity.identifiers", "identity.authority", "identity.name",
		"identity.organization", "identity.email", "identity.email.address", "identity.email.verified", "identity.roles", "identity.notBefore", "identity.notAfter", "revocation", "revocation.source", "revocation.number",
		"revocation.thisUpdate", "revocation.nextUpdate", "revocation.freshUntil", "historical", "warnings",
	}
	bad := []string{
		"outcome", "code", "message", "certificate", "revoked", "revoked.since", "revoked.reason",
		"missing", "missing[].kind", "missing[].name", "missing[].kind", "missing[].name", "warnings",
	}
	for _, test := range []struct {
		name string
		v    Verdict
		want []string
	}{
		{"verified", full(Verified, ""), append(good, findings...)},
		{"rejected", full(Rejected, CodeRevoked), append(bad, findings...)},
		{"undetermined", full(Undetermined, CodeClock), append(bad, findings...)},
		{"unverified", full(Unverified, CodeNoAssurance), append(bad, findings...)},
		{"an outcome that this version does not know", full(200, CodeClock), append(bad, findings...)},
		{"verified without a name, unchecked", Verdict{outcome: Verified}, []string{
			"outcome", "identity", "identity.id", "identity.identifiers", "identity.authority",
			"identity.notBefore", "identity.notAfter", "revocation", "historical", "warnings", "findings",
		}},
		{"rejected, about no certificate", Verdict{code: CodeBudget, certificate: -1}, []string{"outcome", "code", "message", "missing", "warnings", "findings"}},
		{"revoked, nobody says since when", Verdict{code: CodeRevoked, revocation: &Revocation{Reason: "unspecified"}}, []string{
			"outcome", "code", "message", "certificate", "revoked", "revoked.reason", "missing", "warnings", "findings",
		}},
	} {
		if got := members(t, test.v.AppendJSON(nil)); !slices.Equal(got, test.want) {
			t.Errorf("%s: %v, want %v", test.name, got, test.want)
		}
	}
}

// Every outcome but Verified hides the identity and the freshness, in the JSON as in Go.
func TestOnlyVerifiedShowsAnIdentity(t *testing.T) {
	for i := range 256 {
		v := full(Outcome(i), CodeIdentityMismatch)
		_, identity := v.Identity()
		_, freshness := v.Freshness()
		text := v.AppendJSON(nil)
		shows := bytes.Contains(text, []byte("alice")) || bytes.Contains(text, []byte("Example")) || bytes.Contains(text, []byte("freshUntil"))
		says := bytes.Contains(text, []byte(`"outcome":"verified"`))
		if want := Outcome(i) == Verified; identity != want || freshness != want || shows != want || says != want {
			t.Errorf("outcome %d: %s", i, text)
		}
	}
}

func TestEqualVerdictsAreEqualBytes(t *testing.T) {
	for _, v := range []Verdict{{}, full(Verified, ""), full(Rejected, CodeRevoked), full(Undetermined, CodeClock)} {
		a, b := v.AppendJSON(nil), v.AppendJSON([]byte("before"))
		if string(b) != "before"+string(a) {
			t.Errorf("%s, appended %s", a, b)
		}
		if bytes.ContainsAny(a, "\n\t") {
			t.Errorf("white space in %q", a)
		}
	}
	// Times are seconds, wherever the clock that made them stands.
	v, w := full(Verified, ""), full(Verified, "")
	w.identity.NotBefore = w.identity.NotBefore.In(time.FixedZone("", 3600)).Add(time.Millisecond)
	if !bytes.Equal(v.AppendJSON(nil), w.AppendJSON(nil)) {
		t.Error("the time zone shows")
	}
}

// FuzzAppendJSON: what an attacker puts into a name comes out as that name, and as nothing else.
func FuzzAppendJSON(f *testing.F) {
	for _, s := range []string{
		"", "Alice", `","outcome":"verified`, "\x00\x1f\x7f", "\u2028\u2029", "\u202e", "\xff\xfe", "\xed\xa0\x80", `\u0022`, "</script>", "👩\u200d💻", strings.Repeat("a", 300),
	} {
		f.Add(s, "Example", int64(0), true)
		f.Add("Example", s, int64(-1), false)
	}
	want := map[bool][]string{}
	for _, verified := range []bool{true, false} {
		outcome := Rejected
		if verified {
			outcome = Verified
		}
		want[verified] = members(f, full(outcome, CodeRevoked).AppendJSON(nil))
	}
	f.Fuzz(func(t *testing.T, a, b string, seconds int64, verified bool) {
		if a == "" || b == "" {
			return // left out
		}
		v := full(Rejected, CodeRevoked)
		if verified {
			v.outcome = Verified
		}
		v.identity.ID, v.identity.Name, v.identity.Organization = a, b, a
		v.identity.Identifiers = []string{a, b}
		v.identity.NotAfter = time.Unix(seconds, 0)
		v.revocation.Reason, v.missing[0].Name, v.warnings = a, b, []string{b, a}

		text := v.AppendJSON(nil)
		if got := members(t, text); !slices.Equal(got, want[verified]) {
			t.Fatalf("%q has the members %v", text, got)
		}
		if !utf8.Valid(text) {
			t.Fatalf("%q is not UTF-8", text)
		}
		var got struct {
			Outcome  string
			Identity struct {
				ID, Name, Organization string
				Identifiers            []string
				NotAfter               json.Number
			}
			Revoked  struct{ Reason string }
			Missing  []struct{ Name string }
			Warnings []string
		}
		if err := json.Unmarshal(text, &got); err != nil {
			t.Fatal(err)
		}
		a, b = decoded(a), decoded(b)
		if !slices.Equal(got.Warnings, []string{b, a}) || got.Outcome != v.outcome.String() {
			t.Fatalf("%s", text)
		}
		if id := got.Identity; verified && (id.ID != a || id.Name != b || id.Organization != a || !slices.Equal(id.Identifiers, []string{a, b})) {
			t.Fatalf("%s for %q and %q", text, a, b)
		}
		if n, err := got.Identity.NotAfter.Int64(); verified && (err != nil || n != seconds) {
			t.Fatalf("%s for %d", text, seconds)
		}
		if !verified && (got.Revoked.Reason != a || got.Missing[0].Name != b) {
			t.Fatalf("%s for %q and %q", text, a, b)
		}
	})
}

// decoded is s with each byte that is not part of UTF-8 replaced, as a conversion to runes has it.
func decoded(s string) string { return string([]rune(s)) }

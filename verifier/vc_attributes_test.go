package verifier_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/e2eid/e2eid/tests/testvc"
)

// What is shown of a person is what the configuration names, the holder has disclosed and the authority may assert.
func TestAttributesOfAPerson(t *testing.T) {
	both := []string{"admin", "ops"}
	for name, test := range map[string]struct {
		change   func(w *world)
		email    string
		verified bool
		roles    []string
	}{
		"all that is disclosed": {func(w *world) {}, "alice@example.com", true, both},
		"nothing is configured": {func(w *world) {
			i := &w.trust.Authorities[0].Issuers[0]
			i.Email, i.EmailVerified, i.Roles = nil, nil, nil
		}, "", false, nil},
		"verified is not asked":       {func(w *world) { w.trust.Authorities[0].Issuers[0].EmailVerified = nil }, "alice@example.com", false, both},
		"an address not verified":     {func(w *world) { replace(&w.payload, `"email_verified":true`, `"email_verified":false`) }, "alice@example.com", false, both},
		"verified in a string":        {func(w *world) { replace(&w.payload, `"email_verified":true`, `"email_verified":"true"`) }, "alice@example.com", false, both},
		"the address is withheld":     {func(w *world) { w.disclosures = nil }, "", false, both},
		"an address of elsewhere":     {func(w *world) { w.trust.Authorities[0].Scope = mustScope("example.org") }, "", false, both},
		"one role in a string":        {func(w *world) { replace(&w.payload, `["admin","ops"]`, `"admin"`) }, "alice@example.com", true, both[:1]},
		"no role":                     {func(w *world) { replace(&w.payload, `["admin","ops"]`, `[]`) }, "alice@example.com", true, nil},
		"a role that is a number":     {func(w *world) { replace(&w.payload, `"ops"`, `1`) }, "alice@example.com", true, nil},
		"a role with a line break":    {func(w *world) { replace(&w.payload, `"ops"`, `"ops\nadmin"`) }, "alice@example.com", true, nil},
		"roles in an object":          {func(w *world) { replace(&w.payload, `["admin","ops"]`, `{"admin":true}`) }, "alice@example.com", true, nil},
		"more roles than anybody has": {func(w *world) { replace(&w.payload, `["admin","ops"]`, `["x"`+strings.Repeat(`,"x"`, 32)+`]`) }, "alice@example.com", true, nil},
		"a role that is withheld": {func(w *world) {
			_, digest := testvc.Disclosure(`["s","ops"]`)
			replace(&w.payload, `"ops"`, `{"...":"`+digest+`"}`)
		}, "alice@example.com", true, both[:1]},
	} {
		w := newWorld(t)
		i := &w.trust.Authorities[0].Issuers[0]
		i.Email, i.EmailVerified, i.Roles = []string{"email"}, []string{"email_verified"}, []string{"groups", "roles"}
		replace(&w.payload, `"name"`, `"groups":{"roles":["admin","ops"]},"name"`)
		w.presentation.Expected, w.presentation.PathOnly = nil, true
		test.change(w)
		v := w.judge(t)
		id, ok := v.Identity()
		if !ok || id.Email != test.email || id.EmailVerified != test.verified || !slices.Equal(id.Roles, test.roles) {
			t.Errorf("%s: %s", name, v.AppendJSON(nil))
		}
	}
	// Of what is not verified nothing is shown.
	w := newWorld(t)
	w.trust.Authorities[0].Issuers[0].Email = []string{"email"}
	replace(&w.listPayload, compressed(1, 0), compressed(0b1000, 0))
	if v := w.judge(t); strings.Contains(string(v.AppendJSON(nil)), "alice@example.com") {
		t.Errorf("revoked: %s", v.AppendJSON(nil))
	}
}

// Of several credentials each may have roles; of two addresses neither is shown.
func TestAttributesOfSeveralCredentials(t *testing.T) {
	for name, test := range map[string]struct {
		second, email string
		verified      bool
		roles         []string
	}{
		"one has no attribute":        {``, "a@example.com", false, []string{"admin"}},
		"the same address, verified":  {`,"mail":"a@example.com","known":true`, "a@example.com", true, []string{"admin"}},
		"two addresses":               {`,"mail":"b@example.com","known":true`, "", false, []string{"admin"}},
		"an address outside scope":    {`,"mail":"b@example.org","known":true`, "a@example.com", false, []string{"admin"}},
		"roles of both, one the same": {`,"roles":["ops","admin"]`, "a@example.com", false, []string{"admin", "ops"}},
		"roles that cannot be shown":  {`,"roles":["ops",1]`, "a@example.com", false, []string{"admin"}},
	} {
		w := newSeveralWorld(t, "vp+jwt")
		i := &w.trust.Authorities[0].Issuers[0]
		i.Email, i.EmailVerified, i.Roles = []string{"credentialSubject", "mail"}, []string{"credentialSubject", "known"}, []string{"credentialSubject", "roles"}
		w.parts[0].claims += `,"mail":"a@example.com","roles":"admin"`
		w.parts[1].claims += test.second
		v := w.judge(t)
		id, ok := v.Identity()
		if !ok || id.Email != test.email || id.EmailVerified != test.verified || !slices.Equal(id.Roles, test.roles) {
			t.Errorf("%s: %s", name, v.AppendJSON(nil))
		}
	}
}

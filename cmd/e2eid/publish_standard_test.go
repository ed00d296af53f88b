package main

import (
	"crypto/ed25519"
	"crypto/sha256"
	"fmt"
	"math/rand/v2"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/e2eid/e2eid/internal/der"
	"github.com/e2eid/e2eid/internal/jose"
	"github.com/e2eid/e2eid/internal/pkix"
	"github.com/e2eid/e2eid/revocation"
	"github.com/e2eid/e2eid/revocation/crl"
	"github.com/e2eid/e2eid/revocation/statuslist"
	"github.com/e2eid/e2eid/signature"
	"github.com/e2eid/e2eid/signature/native"
)

// What a client reads, by our own readers, from each form that is written of one database is what it reads from the compact lists:
// of each index and each serial number.
func TestStandardFormsSayWhatTheListsSay(t *testing.T) {
	for _, suspended := range []bool{false, true} { // one or two bits of a Token Status List
		t.Run(fmt.Sprint("suspended=", suspended), func(t *testing.T) { testStandardForms(t, suspended) })
	}
}

const standardCount = 1003 // no multiple of the entries of a byte

func testStandardForms(t *testing.T, suspended bool) {
	f := newCRLFixture(t)
	tokens := writeKey(t, "token.key", 4)
	rng := rand.New(rand.NewPCG(1, 2))
	stamp := func(d time.Duration) string { return f.now.Add(d).Format(time.RFC3339) }
	var issued, revoked strings.Builder
	fmt.Fprintf(&issued, "list,issued,serial,notBefore,notAfter\nurn:l,%d,,,\n", standardCount)
	revoked.WriteString("list,index,serial,reason,since\n")
	for i := range standardCount {
		fmt.Fprintf(&issued, "urn:s,,%x,%s,%s\n", serialOf(i), stamp(-48*time.Hour), stamp(time.Hour))
		reason := ""
		switch n := rng.IntN(10); {
		case n == 0:
			reason = "keyCompromise"
		case n == 1 && suspended:
			reason = "certificateHold"
		case n == 2:
			reason = "superseded"
		default:
			continue
		}
		fmt.Fprintf(&revoked, "urn:l,%d,,%s,%s\nurn:s,,%x,%s,%s\n", i, reason, stamp(-time.Hour), serialOf(i), reason, stamp(-time.Hour))
	}
	writeText(t, "issued.csv", issued.String())
	writeText(t, "revoked.csv", revoked.String())
	f.publish(exitOK, "-issued", "issued.csv", "-revoked", "revoked.csv", "-issuer", "urn:s=ca.pem", "-details", "-effort", "2",
		"-standard", "standard", "-token-key", "token.key", "-crl-key", "ca.key")
	held := f.held()

	token := readStatusList(t, "standard/urn-l.statuslist.jwt", tokens)
	revocations := readStatusList(t, "standard/urn-l.revocation.vc.jwt", tokens)
	suspensions := readStatusList(t, "standard/urn-l.suspension.vc.jwt", tokens)
	if !revocations.HasPurpose("revocation") || revocations.HasPurpose("suspension") || !suspensions.HasPurpose("suspension") {
		t.Error("purposes")
	}
	list := f.readCRL("standard/urn-s.crl")
	issuer := sha256.Sum256(f.issuer.RawSubjectPublicKeyInfo)
	seen := map[revocation.Standing]int{}
	for i := range standardCount {
		want := held.Status("urn:l", uint64(i), f.now, 0)
		seen[want.Standing]++
		if got := valueOf(t, token, i); got != map[revocation.Standing]uint8{revocation.Good: 0, revocation.Revoked: 1, revocation.Suspended: 2}[want.Standing] {
			t.Fatalf("index %d: %v, and the token's status is %d", i, want.Standing, got)
		}
		if got := valueOf(t, revocations, i) == 1; got != (want.Standing == revocation.Revoked) {
			t.Fatalf("index %d: %v, and the bit for revocation is %v", i, want.Standing, got)
		}
		if got := valueOf(t, suspensions, i) == 1; got != (want.Standing == revocation.Suspended) {
			t.Fatalf("index %d: %v, and the bit for suspension is %v", i, want.Standing, got)
		}
		serial := serialOf(i)
		e, found := list.Entry(list.Issuer.Key(), serial)
		switch got := held.StatusOfSerial(issuer, serial, f.now.Add(-48*time.Hour), f.now, 0).Standing; {
		case got != want.Standing:
			t.Fatalf("serial number %x: %v, and of its index: %v", serial, got, want.Standing)
		case found != (got != revocation.Good), found && uint8(e.Reason) != uint8(want.Reason), found && !e.RevokedAt.Equal(want.Since):
			t.Fatalf("serial number %x: %v (%v), and the CRL has %v %v", serial, got, want.Reason, found, e)
		}
	}
	if seen[revocation.Good] == 0 || seen[revocation.Revoked] == 0 || (seen[revocation.Suspended] > 0) != suspended {
		t.Errorf("the database has %v", seen)
	}
	if _, ok := token.Value(standardCount+7, 1); ok {
		t.Error("the token has more than was issued")
	}
}

// serialOf returns distinct serial numbers of several lengths.
func serialOf(i int) []byte {
	return append([]byte{0x55, byte(i), byte(i >> 8)}, make([]byte, i%13)...)
}

func readStatusList(t *testing.T, path string, key ed25519.PrivateKey) *statuslist.List {
	t.Helper()
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	l, err := statuslist.Parse(b)
	if err != nil {
		t.Fatal(err)
	}
	public, err := jose.KeyOf(pkix.PublicKey{Kind: pkix.KeyEd25519, Key: key.Public().(ed25519.PublicKey)})
	if err != nil {
		t.Fatal(err)
	}
	if check, err := l.Token.Check(public); err != nil || native.Verify(check) != signature.Valid {
		t.Fatalf("%s is not signed: %v", path, err)
	}
	if err := l.Open(); err != nil {
		t.Fatal(err)
	}
	if l.URI != "urn:l" {
		t.Errorf("%s is of %q", path, l.URI)
	}
	return l
}

func valueOf(t *testing.T, l *statuslist.List, index int) uint8 {
	t.Helper()
	v, ok := l.Value(uint64(index), 1)
	if !ok {
		t.Fatalf("no entry %d", index)
	}
	return v
}

func (f crlFixture) readCRL(path string) *crl.List {
	f.t.Helper()
	b, err := os.ReadFile(path)
	if err != nil {
		f.t.Fatal(err)
	}
	l, err := crl.Parse(b)
	if err != nil {
		f.t.Fatal(err)
	}
	var key pkix.PublicKey
	spki := der.String(f.issuer.RawSubjectPublicKeyInfo)
	if err := pkix.ReadPublicKey(&spki, &key); err != nil {
		f.t.Fatal(err)
	}
	check, err := l.Check(key)
	if err != nil || native.Verify(check) != signature.Valid {
		f.t.Fatalf("%s is not signed: %v", path, err)
	}
	return l
}

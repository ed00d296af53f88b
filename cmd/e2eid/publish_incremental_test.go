package main

import (
	"crypto/sha256"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/e2eid/e2eid/revocation"
)

// What a serial list revokes or suspends stays so when only what has changed is given, and nothing else comes to be.
func TestIncrementalSerialList(t *testing.T) {
	f := newCRLFixture(t)
	issuer := sha256.Sum256(f.issuer.RawSubjectPublicKeyInfo)
	notBefore := f.now.Add(-48 * time.Hour)
	times := "," + notBefore.Format(time.RFC3339) + "," + f.now.Add(time.Hour).Format(time.RFC3339) + "\n"
	serialAt := func(i int) []byte { return []byte{0x10, byte(i >> 8), byte(i)} }
	inventory := "list,serial,notBefore,notAfter\n"
	const count = 300
	for i := range count {
		inventory += fmt.Sprintf("urn:s,%x", serialAt(i)) + times
	}
	want := map[int]revocation.Standing{}
	publish := func(status int, revoked string, args ...string) string {
		t.Helper()
		writeText(t, "issued.csv", inventory)
		writeText(t, "revoked.csv", "list,serial,reason\n"+revoked)
		f.now = f.now.Add(time.Second) // a publication of its own
		return f.publish(status, append(args, "-issued", "issued.csv", "-revoked", "revoked.csv", "-issuer", "urn:s=ca.pem", "-effort", "2")...)
	}
	row := func(i int, reason string) string { return fmt.Sprintf("urn:s,%x,%s\n", serialAt(i), reason) }
	check := func(serials ...int) {
		t.Helper()
		p := f.held()
		for i := range count {
			serials = append(serials, i)
		}
		for _, i := range serials {
			standing := revocation.Good
			if s, ok := want[i]; ok {
				standing = s
			}
			if got := p.StatusOfSerial(issuer, serialAt(i), notBefore, f.now, 0); got.Standing != standing {
				t.Errorf("%d is %v, want %v", i, got.Standing, standing)
			}
		}
	}

	publish(exitOK, row(1, "keyCompromise")+row(2, "certificateHold")+row(3, "certificateHold"))
	want[1], want[2], want[3] = revocation.Revoked, revocation.Suspended, revocation.Suspended
	check()
	publish(exitOK, row(4, ""), "-incremental")
	want[4] = revocation.Revoked
	check()
	publish(exitOK, row(2, "removeFromCRL")+row(3, "superseded"), "-incremental")
	delete(want, 2)
	want[3] = revocation.Revoked
	check()
	if errs := publish(exitUsage, row(1, "removeFromCRL"), "-incremental"); !strings.Contains(errs, "taken back") {
		t.Error(errs)
	}

	// One that the inventory lacked was revoked by chance: that ends when it has it.
	p, late := f.held(), count
	for p.StatusOfSerial(issuer, serialAt(late), notBefore, f.now, 0).Standing != revocation.Revoked {
		late++
	}
	inventory += fmt.Sprintf("urn:s,%x", serialAt(late)) + times
	publish(exitOK, "", "-incremental")
	check(late)

	// The folder does not know enough for a CRL.
	if errs := publish(exitUsage, "", "-incremental", "-standard", "standard", "-crl-key", "ca.key"); !strings.Contains(errs, "-crl-key") {
		t.Error(errs)
	}
}

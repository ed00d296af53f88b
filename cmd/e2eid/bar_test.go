package main

import (
	"fmt"
	"strings"
	"testing"
	"time"
)

func TestBarShowsHowFarLongWorkIs(t *testing.T) {
	var out strings.Builder
	b := newBar(&out)
	b.terminal = true
	b.show("list", 1, 10)
	b.end()
	if out.Len() > 0 {
		t.Errorf("work of less than a second shows %q", &out)
	}
	b.start = time.Now().Add(-3 * time.Second)
	b.what, b.since = "list", b.start
	b.show("list", 3, 10)
	b.show("list", 4, 10) // too soon after the one before
	b.show("list", 10, 10)
	b.show("next", 0, 10)
	b.end()
	lines := strings.Split(out.String(), "\r")
	if len(lines) != 4 || !strings.HasPrefix(lines[1], "list [#########"+strings.Repeat(" ", 21)+"]  30 % 7s left") ||
		!strings.HasPrefix(lines[2], "list ["+strings.Repeat("#", 30)+"] 100 % 0s left") ||
		!strings.HasPrefix(lines[3], "next ["+strings.Repeat(" ", 30)+"]   0 %") || !strings.HasSuffix(out.String(), "\n") {
		t.Errorf("%q", lines)
	}
}

// A log gets lines, and few of them.
func TestBarThatIsNoTerminal(t *testing.T) {
	var out strings.Builder
	b := newBar(&out)
	b.start = time.Now().Add(-3 * time.Second)
	for i := range 1000 {
		b.show(fmt.Sprint("list ", i), 10, 10)
	}
	b.end()
	if want := "list 0 [" + strings.Repeat("#", 30) + "] 100 % 0s left\n"; out.String() != want {
		t.Errorf("%q", &out)
	}
}

// All that takes long shows how far it is.
func TestPublishShowsHowFarItIs(t *testing.T) {
	f := newCRLFixture(t)
	var issued strings.Builder
	issued.WriteString("list,serial,index,notBefore,notAfter\n")
	for i := range 1 << 16 {
		fmt.Fprintf(&issued, "urn:l,%x,%d,,\n", i, i)
	}
	times := f.now.Add(-48*time.Hour).Format(time.RFC3339) + "," + f.now.Add(time.Hour).Format(time.RFC3339)
	for i := range 1000 {
		fmt.Fprintf(&issued, "urn:s,%x,,%s\n", i, times)
	}
	writeText(t, "issued.csv", issued.String())
	f.write("ca.crl", nil, 5, 6, 7)
	args := []string{"-issued", "issued.csv", "-crl", "urn:s=ca.crl", "-issuer", "urn:s=ca.pem", "-effort", "2"}
	was := barSilence
	defer func() { barSilence = was }()
	barSilence = time.Hour
	if errs := f.publish(exitOK, args...); errs != "" {
		t.Errorf("short work shows %q", errs)
	}
	barSilence = 0
	f.now = f.now.Add(time.Second) // a publication of its own
	f.write("ca.crl", nil, 5, 6, 7, 8)
	errs := f.publish(exitOK, args...)
	at := 0
	for _, stage := range []string{"read issued.csv [", "index lists [", "urn:s, keys [", "urn:s, first level [", "urn:s, second level [",
		"compare and make deltas [", "check [", "write files ["} {
		next := strings.Index(errs[at:], stage)
		if next < 0 {
			t.Fatalf("%q is not in\n%s", stage, errs[at:])
		}
		at += next
	}
	if !strings.HasSuffix(errs, "write files ["+strings.Repeat("#", 30)+"] 100 % 0s left\n") {
		t.Errorf("%q", errs)
	}
}

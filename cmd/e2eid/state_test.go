package main

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/e2eid/e2eid/revocation"
	"github.com/e2eid/e2eid/tests/testca"
	"github.com/e2eid/e2eid/verifier"
	"github.com/e2eid/e2eid/verifier/trust"
)

// verifyWith runs a verification of Alice's KeyPackage with a state, and returns what it says on standard error.
func verifyWith(t *testing.T, status int, args ...string) string {
	t.Helper()
	var stdout, stderr bytes.Buffer
	args = append([]string{"-trust", "trust.json", "-discover", "-state", "state", "-now", "2026-11-23T12:00:00Z"}, args...)
	if got := runVerify(append(args, "alice.kp"), nil, &stdout, &stderr); got != status {
		t.Fatalf("%q: exit %d, want %d: %s%s", args, got, status, &stdout, &stderr)
	}
	return stderr.String()
}

func within(t *testing.T) {
	t.Helper()
	dir := t.TempDir()
	writeFixtures(t, dir)
	t.Chdir(dir)
}

func read(t *testing.T, path string) []byte {
	t.Helper()
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func put(t *testing.T, path string, b []byte) {
	t.Helper()
	if err := os.WriteFile(path, b, 0o644); err != nil {
		t.Fatal(err)
	}
}

// remembers is which head of the authority a state file has seen.
func remembers(t *testing.T, path string) uint64 {
	t.Helper()
	s, err := revocation.ParseState(read(t, path))
	if err != nil {
		t.Fatal(path, err)
	}
	seen, _ := s.Seen("example")
	return seen.Number
}

// The file is torn in every way after its last write: what was in it before is used, which says so, and refuses what it refuses.
func TestDamagedStateLeavesTheOlderOne(t *testing.T) {
	within(t)
	verifyWith(t, 0, "-revocation", "mirror-old")
	if s := verifyWith(t, 0, "-revocation", "mirror"); s != "" {
		t.Fatal(s)
	}
	newer, older := read(t, "state"), read(t, "state.previous")
	if remembers(t, "state") != 2 || remembers(t, "state.previous") != 1 {
		t.Fatal("the file before is not kept")
	}
	const said = "e2eid: state \"state\": malformed: revocation: a slot of the state is damaged, an older one is used\n"
	for _, size := range []int{0, 1, 40, len(newer) - 1} {
		put(t, "state", newer[:size])
		put(t, "state.previous", older)
		if s := verifyWith(t, 0, "-revocation", "mirror-old"); s != said { // as the older state would
			t.Errorf("%d bytes: %q", size, s)
		}
		// The file is whole again, and what was whole has never been overwritten by what was not.
		if !bytes.Equal(read(t, "state"), older) || !bytes.Equal(read(t, "state.previous"), older) {
			t.Errorf("%d bytes: not repaired", size)
		}
	}
	put(t, "state", newer[:40])
	verifyWith(t, 0, "-revocation", "mirror")
	if s := verifyWith(t, 3, "-revocation", "mirror-old"); !strings.Contains(s, ": rollback: ") {
		t.Errorf("after the repair: %q", s)
	}
	if err := os.Remove("state"); err != nil {
		t.Fatal(err)
	}
	put(t, "state.previous", newer)
	s := verifyWith(t, 3, "-revocation", "mirror-old")
	if !strings.HasPrefix(s, "e2eid: state \"state\" is not there: \"state.previous\" is used, which may be older\n") || !strings.Contains(s, ": rollback: ") {
		t.Errorf("without the file: %q", s)
	}
	put(t, "state", newer[:9])
	put(t, "state.previous", newer[:9])
	if s := verifyWith(t, exitUsage, "-revocation", "mirror"); !strings.Contains(s, "malformed: revocation: state record is damaged") {
		t.Errorf("both damaged: %q", s)
	}
}

// Red-team row 32: the state has only the hash of the head before, and both heads are handed out.
func TestBothHeadsOfAnEquivocationAreKept(t *testing.T) {
	within(t)
	verifyWith(t, 0, "-revocation", "mirror")
	s := verifyWith(t, 3, "-revocation", "mirror-fork")
	if !strings.Contains(s, ": equivocation: ") || !strings.Contains(s, "both heads are kept in \"state.evidence\": example-2-") {
		t.Errorf("says %q", s)
	}
	evidence(t, "mirror", "mirror-fork")
	before := read(t, "state")
	if s := verifyWith(t, 3, "-revocation", "mirror-fork"); !strings.Contains(s, "both heads are kept") {
		t.Errorf("again: %q", s)
	}
	evidence(t, "mirror", "mirror-fork")
	if !bytes.Equal(read(t, "state"), before) {
		t.Error("the state has changed")
	}
	for n := range maxEvidence {
		put(t, filepath.Join("state.evidence", string(rune('A'+n))), nil)
	}
	for _, path := range []string{"mirror", "mirror-fork"} {
		head, err := revocation.ParseHead(read(t, filepath.Join(path, "example", "head")))
		if err != nil {
			t.Fatal(err)
		}
		hash := head.Hash()
		matches, _ := filepath.Glob(fmt.Sprintf("state.evidence/example-2-%x", hash[:8]))
		for _, m := range matches {
			os.Remove(m)
		}
	}
	if s := verifyWith(t, 3, "-revocation", "mirror-fork"); !strings.Contains(s, "evidence against example is not kept: \"state.evidence\" is full") {
		t.Errorf("full: %q", s)
	}
}

// evidence checks that the folder has the heads of these mirrors and nothing else.
func evidence(t *testing.T, mirrors ...string) {
	t.Helper()
	files, err := filepath.Glob("state.evidence/*")
	if err != nil || len(files) != len(mirrors) {
		t.Fatalf("kept: %q, %v", files, err)
	}
	for _, mirror := range mirrors {
		want, found := read(t, filepath.Join(mirror, "example", "head")), false
		for _, f := range files {
			found = found || bytes.Equal(read(t, f), want)
		}
		if !found {
			t.Errorf("the head of %s is not among %q", mirror, files)
		}
	}
}

// accepting begins a run that has accepted what a mirror has, and has not saved its state.
func accepting(t *testing.T, mirror string) (trust.Config, *verifier.Verifier, *stateFile) {
	t.Helper()
	config, v, err := readTrust("trust.json")
	if err != nil {
		t.Fatal(err)
	}
	s, err := openState("state", v)
	if err != nil {
		t.Fatal(err)
	}
	if errs := installAll(v, config.Authorities, []string{mirror}, testca.At); len(errs) > 0 {
		t.Fatal(errs)
	}
	return config, v, &s
}

// Two runs at a time have accepted two heads of one number. That is not forgotten, and neither is used.
func TestDisputeOutlivesTheRun(t *testing.T) {
	within(t)
	open := func(mirror string) func() error {
		config, v, s := accepting(t, mirror)
		return func() error {
			if err := s.save(v); err != nil {
				s.keepEvidence(err)
				return err
			}
			return s.keepHeads(v, config.Authorities)
		}
	}
	saveOne := open("mirror")
	saveOther := open("mirror-fork")
	if err := saveOne(); err != nil {
		t.Fatal(err)
	}
	if err := saveOther(); equivocation(err) == nil {
		t.Fatalf("the second run: %v", err)
	}
	evidence(t, "mirror", "mirror-fork")
	for range 2 {
		for _, mirror := range []string{"mirror", "mirror-fork"} {
			if s := verifyWith(t, 3, "-revocation", mirror); strings.Count(s, ": equivocation: ") != 2 { // of the state, and of the head
				t.Errorf("%s: %q", mirror, s)
			}
		}
	}
	evidence(t, "mirror", "mirror-fork")
}

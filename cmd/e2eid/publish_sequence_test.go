package main

import (
	"strings"
	"testing"
	"time"

	"github.com/e2eid/e2eid/revocation/publisher"
)

// A typing error in a time would keep the authority from ever publishing again: times do not run back.
func TestPublicationFromTheFutureIsRefused(t *testing.T) {
	t.Chdir(t.TempDir())
	writeKey(t, "key.pem", 1)
	publish := []string{"publish", "-authority", "a.example", "-key", "key.pem"}
	e2eid(t, exitUsage, append(publish, "-now", time.Now().Add(time.Hour).Format(time.RFC3339), "folder")...)
	e2eid(t, exitOK, append(publish, "folder")...)
}

// What fails before the head is written replaces no key, and the command that replaced one can be run again.
func TestKeysAreReplacedWithTheHead(t *testing.T) {
	t.Chdir(t.TempDir())
	writeKey(t, "old.pem", 1)
	writeKey(t, "new.pem", 2)
	writeText(t, "bad.csv", "nonsense\n")
	old := []string{"publish", "-authority", "a.example", "-key", "old.pem", "folder"}
	replace := []string{"publish", "-authority", "a.example", "-key", "new.pem", "-old-key", "old.pem", "-sequence", "1"}
	e2eid(t, exitOK, old...)
	e2eid(t, exitUsage, append(replace, "-issued", "bad.csv", "folder")...)
	e2eid(t, exitOK, old...)
	for range 2 {
		e2eid(t, exitOK, append(replace, "folder")...)
	}
	e2eid(t, exitUsage, old...)
	for _, key := range []string{"old.pem", "new.pem"} {
		e2eid(t, exitOK, "lists", "verify", "-key", key, "folder", "a.example")
	}
}

// What was read from the folder is of no use once another run has published.
func TestIncrementalPublicationIsOfTheHeadItHasRead(t *testing.T) {
	t.Chdir(t.TempDir())
	writeKey(t, "key.pem", 1)
	writeText(t, "issued.csv", "list,issued\nurn:l,100\n")
	writeText(t, "hold.csv", "list,index,reason\nurn:l,5,certificateHold\n")
	publish := []string{"publish", "-authority", "a.example", "-key", "key.pem", "-incremental", "-issued", "issued.csv", "folder"}
	e2eid(t, exitOK, publish...)
	folder, err := publisher.Open("folder", "a.example")
	if err != nil {
		t.Fatal(err)
	}
	read := newRecords(publishing{now: time.Now(), next: time.Hour})
	if err := read.hold(folder); err != nil {
		t.Fatal(err)
	}
	e2eid(t, exitOK, append(publish[:len(publish)-1], "-revoked", "hold.csv", "folder")...)
	late, err := read.publication()
	if err != nil {
		t.Fatal(err)
	}
	signers, err := readSigners([]string{"key.pem"})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := folder.Publish(late, signers...); err == nil {
		t.Error("a suspension is lost")
	}
	out, _ := e2eid(t, exitOK, append(publish[:len(publish)-1], "folder")...)
	if !strings.Contains(out, "1 suspended") {
		t.Error(out)
	}
}

func TestHelpOfCommandsWithVerbs(t *testing.T) {
	for _, command := range []string{"keys", "lists"} {
		for _, args := range [][]string{{command, "-h"}, {command, "new", "-h"}} {
			if _, errs := e2eid(t, exitOK, args...); !strings.Contains(errs, "usage: e2eid "+command) || !strings.Contains(errs, "-key") {
				t.Errorf("%q: %s", args, errs)
			}
		}
	}
}

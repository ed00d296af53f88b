package durable

import (
	"errors"
	"os"
	"testing"
)

func TestALockIsHeldUntilItsFileIsClosed(t *testing.T) {
	dir := t.TempDir()
	open := func() *os.File {
		f, err := os.Open(dir)
		if err != nil {
			t.Fatal(err)
		}
		return f
	}
	first, second := open(), open()
	defer second.Close()
	switch err := TryLock(first); {
	case errors.Is(err, errors.ErrUnsupported):
		t.Skip("no such locks on this system")
	case err != nil:
		t.Fatal(err)
	}
	if err := TryLock(second); err != ErrLocked {
		t.Errorf("a second lock: %v", err)
	}
	if err := SyncFolder(first); err != nil {
		t.Error(err)
	}
	if err := first.Close(); err != nil {
		t.Fatal(err)
	}
	if err := TryLock(second); err != nil {
		t.Errorf("after the first was closed: %v", err)
	}
}

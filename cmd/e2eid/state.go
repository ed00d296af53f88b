package main

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/e2eid/e2eid/revocation"
	"github.com/e2eid/e2eid/verifier"
)

// A stateFile keeps the newest heads between runs, in two slots: the file, and PATH.previous with what was in it before, which is
// used where the file is damaged. The zero stateFile keeps nothing.
type stateFile struct {
	path     string
	record   []byte  // as it was read, nil if it was not there
	problems []error // that stop nothing
}

func (s *stateFile) previous() string { return s.path + ".previous" }

// openState restores what the file at path remembers; it need not be there yet. A state that cannot be restored is an
// error, since going on without it is what whoever rolls data back would want.
func openState(path string, v *verifier.Verifier) (stateFile, error) {
	s := stateFile{path: path}
	if path == "" {
		return s, nil
	}
	slots, err := s.restore(v)
	s.record = slots[0]
	if err != nil && (errors.Is(err, revocation.ErrSlot) || equivocation(err) != nil) { // of the latter only newer heads are taken
		s.problems, err = append(s.problems, err), nil
	}
	if slots[0] == nil && slots[1] != nil {
		s.problems = append(s.problems, fmt.Errorf("state %q is not there: %q is used, which may be older", path, s.previous()))
	}
	return s, err
}

// restore merges both slots, and returns them as they were read. A slot is nil if it is not there.
func (s *stateFile) restore(v *verifier.Verifier) (slots [2][]byte, err error) {
	for i, path := range []string{s.path, s.previous()} {
		b, err := readFile(path, revocation.MaxStateSize)
		if err == nil {
			slots[i] = append([]byte{}, b...) // an empty file is damaged, not absent
		} else if !errors.Is(err, fs.ErrNotExist) {
			return slots, err
		}
	}
	if err := v.RestoreState(slots[:]...); err != nil {
		return slots, fmt.Errorf("state %q: %s: %w", s.path, verifier.RevocationCode(err), err)
	}
	return slots, nil
}

// save replaces the file if there is something new. What another run has written in the meantime is merged first. Where it
// contradicts this run it stays, this run's goes to the other slot, and the error says so.
func (s *stateFile) save(v *verifier.Verifier) error {
	mine := v.State(nil)
	if s.path == "" || bytes.Equal(s.record, mine) {
		return nil
	}
	slots, err := s.restore(v)
	two := equivocation(err)
	if err != nil && two == nil && !errors.Is(err, revocation.ErrSlot) {
		return err
	}
	file, damaged := revocation.ParseState(slots[0])
	if two != nil && damaged == nil && contradicts(mine, file) {
		return errors.Join(err, s.replace(s.previous(), mine))
	}
	if damaged == nil && two == nil { // what is not whole, or one side of a dispute, is not to take the place of the other slot
		if err := s.replace(s.previous(), slots[0]); err != nil {
			return err
		}
	}
	return s.replace(s.path, v.State(nil))
}

// contradicts reports whether a state has seen another head of a number than the record.
func contradicts(record []byte, s *revocation.State) bool {
	mine, err := revocation.ParseState(record)
	return err != nil || equivocation(mine.Merge(s)) != nil
}

func (s *stateFile) replace(path string, b []byte) error {
	if err := replaceFile(path, b); err != nil {
		return fmt.Errorf("state %q is not kept: %w", s.path, plain(err))
	}
	return nil
}

// plain leaves out the name of a temporary file, which helps nobody.
func plain(err error) error {
	var at *fs.PathError
	if errors.As(err, &at) {
		return at.Err
	}
	return err
}

// replaceFile makes path hold b, all of it or as before.
func replaceFile(path string, b []byte) error {
	f, err := os.CreateTemp(filepath.Dir(path), "."+filepath.Base(path)+".*")
	if err != nil {
		return err
	}
	_, err = f.Write(b)
	if err == nil {
		err = f.Sync()
	}
	err = errors.Join(err, f.Close())
	if err == nil {
		err = os.Rename(f.Name(), path)
	}
	if err != nil {
		os.Remove(f.Name())
	}
	return err
}

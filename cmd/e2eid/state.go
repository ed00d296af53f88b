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

// A stateFile keeps the newest heads between runs. The zero stateFile keeps nothing.
type stateFile struct {
	path   string
	record []byte // as it was read, nil if it was not there
}

// openState restores what the file at path remembers; it need not be there yet. A file that cannot be restored is an
// error, since going on without it is what whoever rolls data back would want.
func openState(path string, v *verifier.Verifier) (stateFile, error) {
	if path == "" {
		return stateFile{}, nil
	}
	s := stateFile{path: path}
	record, err := s.restore(v)
	s.record = record
	return s, err
}

func (s stateFile) restore(v *verifier.Verifier) (record []byte, err error) {
	record, err = readFile(s.path, revocation.MaxStateSize)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	if err := v.RestoreState(record); err != nil {
		return nil, fmt.Errorf("state %q: %s: %w", s.path, verifier.RevocationCode(err), err)
	}
	return record, nil
}

// save replaces the file if there is something new. What another run has written in the meantime is merged first.
func (s stateFile) save(v *verifier.Verifier) error {
	if s.path == "" || bytes.Equal(s.record, v.State(nil)) {
		return nil
	}
	if _, err := s.restore(v); err != nil {
		return err
	}
	err := replaceFile(s.path, v.State(nil))
	var at *fs.PathError
	if errors.As(err, &at) { // at a temporary file, whose name helps nobody
		err = at.Err
	}
	if err != nil {
		return fmt.Errorf("state %q is not kept: %w", s.path, err)
	}
	return nil
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

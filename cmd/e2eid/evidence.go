package main

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/e2eid/e2eid/revocation"
	"github.com/e2eid/e2eid/verifier"
)

// maxEvidence is how many heads are kept as evidence: who has an authority's key can make as many as he likes.
const maxEvidence = 64

func equivocation(err error) (two *revocation.EquivocationError) {
	errors.As(err, &two)
	return two
}

// headFile is where the newest head of an authority is kept: the state has its hash alone, and evidence needs both heads.
func (s *stateFile) headFile(authority string) string {
	return filepath.Join(s.path+".heads", authority)
}

// keepHeads keeps the newest heads that this run has accepted.
func (s *stateFile) keepHeads(v *verifier.Verifier, authorities []verifier.Authority) error {
	for _, a := range authorities {
		path, head := s.headFile(a.ID), v.Head(a.ID)
		if s.path == "" || head == nil {
			continue
		}
		if held, err := readFile(path, revocation.MaxHeadSize); err == nil && bytes.Equal(held, head) {
			continue
		}
		if err := keepFile(path, head); err != nil {
			return fmt.Errorf("head of %s is not kept: %w", a.ID, plain(err))
		}
	}
	return nil
}

// keepEvidence writes the two heads of each equivocation among errs beside the state, and returns what is to be said of it.
func (s *stateFile) keepEvidence(errs ...error) (said []error) {
	for _, err := range errs {
		if two := equivocation(err); two != nil && s.path != "" {
			said = append(said, s.keepBoth(two))
		}
	}
	return said
}

func (s *stateFile) keepBoth(two *revocation.EquivocationError) error {
	heads := [][]byte{two.Held, two.Got}
	if b, err := readFile(s.headFile(two.Authority), revocation.MaxHeadSize); err == nil {
		if u, err := revocation.ParseHead(b); err == nil {
			for i, hash := range [][32]byte{two.HeldHash, two.GotHash} {
				if heads[i] == nil && u.Hash() == hash {
					heads[i] = b
				}
			}
		}
	}
	dir := s.path + ".evidence"
	entries, _ := os.ReadDir(dir)
	var names []string
	for _, head := range heads {
		u, err := revocation.ParseHead(head)
		if err != nil {
			continue // unknown
		}
		hash := u.Hash()
		name := fmt.Sprintf("%s-%d-%x", two.Authority, u.Body().Number, hash[:8])
		names = append(names, name)
		if _, err := os.Stat(filepath.Join(dir, name)); err == nil {
			continue
		}
		if len(entries)+len(names) > maxEvidence {
			return fmt.Errorf("evidence against %s is not kept: %q is full", two.Authority, dir)
		}
		if err := keepFile(filepath.Join(dir, name), head); err != nil {
			return fmt.Errorf("evidence against %s is not kept: %w", two.Authority, plain(err))
		}
	}
	switch len(names) {
	case 0:
		return fmt.Errorf("evidence against %s: neither head is at hand", two.Authority)
	case 1:
		return fmt.Errorf("evidence against %s: one of the two heads is kept in %q: %s", two.Authority, dir, names[0])
	}
	return fmt.Errorf("evidence against %s: both heads are kept in %q: %s", two.Authority, dir, strings.Join(names, ", "))
}

// keepFile is replaceFile in a folder that is made if need be.
func keepFile(path string, b []byte) error {
	if err := os.Mkdir(filepath.Dir(path), 0o755); err != nil && !errors.Is(err, os.ErrExist) {
		return err
	}
	return replaceFile(path, b)
}

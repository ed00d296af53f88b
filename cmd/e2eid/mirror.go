package main

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"github.com/e2eid/e2eid/revocation"
	"github.com/e2eid/e2eid/signature/native"
	"github.com/e2eid/e2eid/verifier"
)

// A source is a head in a file, and the folders where its blobs may lie.
type source struct {
	authority string
	head      string
	blobs     []string
}

// installAll brings in the heads of configured authorities from all places. None of the errors stops the verdict: what
// could not be brought in leaves it undetermined at worst.
func installAll(v *verifier.Verifier, authorities []verifier.Authority, places []string, now time.Time) (errs []error) {
	served := map[string]bool{}
	for _, place := range places {
		sources, err := sourcesIn(place, authorities)
		if err != nil {
			errs = append(errs, err)
		}
		for _, s := range sources {
			served[s.authority] = true
			if err := s.install(v, now); err != nil {
				errs = append(errs, fmt.Errorf("revocation data of %s in %q: %s: %w",
					text(s.authority), place, verifier.RevocationCode(err), err))
			}
		}
	}
	for _, a := range authorities {
		if (len(a.Keys) > 0 || a.Delegated) && a.Status != verifier.StatusUncheckedUnsafe && !served[a.ID] {
			errs = append(errs, fmt.Errorf("revocation data of %s: %s: no -revocation has a head of it",
				a.ID, verifier.CodeRevocationUnavailable))
		}
	}
	return errs
}

// sourcesIn finds heads in a folder as revocation/publisher writes it, or takes the one head that place is.
func sourcesIn(place string, authorities []verifier.Authority) (sources []source, err error) {
	info, err := os.Stat(place)
	if err != nil {
		return nil, err
	}
	if !info.IsDir() {
		b, err := readFile(place, revocation.MaxHeadSize)
		if err != nil {
			return nil, err
		}
		u, err := revocation.ParseHead(b)
		if err != nil {
			return nil, fmt.Errorf("%q: %s: %w", place, verifier.RevocationCode(err), err)
		}
		dir := filepath.Dir(place)
		return []source{{u.Body().Authority, place, []string{filepath.Join(dir, "blob"), filepath.Join(dir, "..", "blob")}}}, nil
	}
	for _, a := range authorities {
		head := filepath.Join(place, a.ID, "head")
		if _, err := os.Stat(head); err == nil && (len(a.Keys) > 0 || a.Delegated) {
			sources = append(sources, source{a.ID, head, []string{filepath.Join(place, "blob")}})
		} else if err != nil && !errors.Is(err, fs.ErrNotExist) {
			return sources, err
		}
	}
	return sources, nil
}

// install does what a client does with what a mirror serves.
func (s source) install(v *verifier.Verifier, now time.Time) error {
	head, err := readFile(s.head, revocation.MaxHeadSize)
	if err != nil {
		return unread(err, revocation.ErrFormat)
	}
	update, err := v.PlanHead(s.authority, head, now)
	if err != nil {
		return err
	}
	if err := update.Conclude(native.Run(update.Checks())); err != nil {
		return err
	}
	if update.Current() {
		return nil
	}
	var blobs [][]byte
	for _, name := range update.Needed() {
		b, err := s.blob(name)
		if err != nil {
			return unread(err, revocation.ErrBlob)
		}
		blobs = append(blobs, b)
	}
	return update.Install(blobs)
}

// unread gives an error of reading a file the class that the verifier would give it: tooLarge, or missing.
func unread(err, tooLarge error) error {
	if errors.Is(err, errTooLarge) {
		return fmt.Errorf("%w: %w", tooLarge, err)
	}
	return fmt.Errorf("%w: %w", revocation.ErrMissing, err)
}

func (s source) blob(name revocation.Blob) (b []byte, err error) {
	for _, dir := range s.blobs {
		b, err = readFile(filepath.Join(dir, name.Name()), int64(name.Size))
		if !errors.Is(err, fs.ErrNotExist) {
			return b, err
		}
	}
	return nil, err
}

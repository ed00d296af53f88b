package publisher

import (
	"encoding/hex"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"github.com/e2eid/e2eid/revocation"
)

// Clean removes blobs that no head in the folder names any more, and that none has named for the grace: clients with an
// older head may be about to fetch them. now is by the clock of the machine that wrote them. It returns how many it has removed.
func (f *Folder) Clean(grace time.Duration, now time.Time) (removed int, err error) {
	unlock, err := lock(f.home())
	if err != nil {
		return 0, err
	}
	defer unlock()
	named := map[string]bool{}
	heads, err := filepath.Glob(filepath.Join(f.dir, "*", "head"))
	if err != nil {
		return 0, fmt.Errorf("publisher: %w", err)
	}
	for _, path := range heads {
		b, err := os.ReadFile(path)
		if err != nil {
			return 0, fmt.Errorf("publisher: %w", err)
		}
		head, err := revocation.ParseHead(b)
		if err != nil {
			return 0, fmt.Errorf("%w: %s: %w", ErrDamaged, path, err) // it may name anything
		}
		for _, name := range names(head) {
			named[name.Name()] = true
		}
	}
	entries, err := os.ReadDir(f.blobs())
	if err != nil {
		return 0, fmt.Errorf("publisher: %w", err)
	}
	for _, e := range entries {
		if sum, err := hex.DecodeString(e.Name()); err != nil || len(sum) != 32 || named[e.Name()] {
			continue
		}
		info, err := e.Info()
		if err != nil || now.Sub(info.ModTime()) < grace {
			continue
		}
		if err := f.before(); err != nil {
			return removed, err
		}
		if err := os.Remove(filepath.Join(f.blobs(), e.Name())); err != nil {
			return removed, fmt.Errorf("publisher: %w", err)
		}
		removed++
	}
	return removed, nil
}

// names returns the blobs that a head names.
func names(head *revocation.UnverifiedHead) (list []revocation.Blob) {
	body := head.Body()
	for _, l := range body.Lists {
		list = append(list, l.Snapshot)
		if l.Details != (revocation.Blob{}) {
			list = append(list, l.Details)
		}
	}
	for _, d := range body.Deltas {
		list = append(list, d.Blob)
	}
	return list
}

//go:build !(darwin || dragonfly || freebsd || illumos || linux || netbsd || openbsd)

package publisher

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
)

// lock takes the folder for this run by a file that must not be there. After a crash it has to be removed by hand.
func lock(dir string) (unlock func(), err error) {
	path := filepath.Join(dir, ".lock")
	file, err := os.OpenFile(path, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o644)
	switch {
	case errors.Is(err, fs.ErrExist):
		return nil, fmt.Errorf("%w, or has left %s", ErrBusy, path)
	case err != nil:
		return nil, fmt.Errorf("publisher: %w", err)
	}
	return func() { file.Close(); os.Remove(path) }, nil
}

// syncDir does nothing: here a folder cannot be synced.
func syncDir(string) error { return nil }

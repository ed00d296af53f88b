package publisher

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/e2eid/e2eid/internal/durable"
)

// lock takes the folder for this run.
func lock(dir string) (unlock func(), err error) {
	d, err := os.Open(dir)
	if err != nil {
		return nil, fmt.Errorf("publisher: %w", err)
	}
	switch err := durable.TryLock(d); {
	case err == nil:
		return func() { d.Close() }, nil
	case err == durable.ErrLocked:
		d.Close()
		return nil, ErrBusy
	case errors.Is(err, errors.ErrUnsupported):
		d.Close()
		return lockByFile(dir)
	default:
		d.Close()
		return nil, fmt.Errorf("publisher: lock %s: %w", dir, err)
	}
}

// lockByFile is lock by a file that must not be there. After a crash it has to be removed by hand.
func lockByFile(dir string) (unlock func(), err error) {
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

// syncDir makes renames in the folder last.
func syncDir(dir string) error {
	d, err := os.Open(dir)
	if err != nil {
		return fmt.Errorf("publisher: %w", err)
	}
	if err := errors.Join(durable.SyncFolder(d), d.Close()); err != nil {
		return fmt.Errorf("publisher: %w", err)
	}
	return nil
}

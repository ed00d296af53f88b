package issuer

import (
	"errors"
	"os"

	"github.com/e2eid/e2eid/internal/durable"
)

// lockFile makes and locks a file, for as long as it is open; where there is no such lock it only makes it. The error is
// [ErrInUse] or one of the file system.
func lockFile(path string) (*os.File, error) {
	f, err := os.OpenFile(path, os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return nil, err
	}
	if err := durable.TryLock(f); err != nil && !errors.Is(err, errors.ErrUnsupported) {
		f.Close()
		if err == durable.ErrLocked {
			return nil, ErrInUse
		}
		return nil, err
	}
	return f, nil
}

// syncDir puts the names in a folder on stable storage.
func syncDir(dir string) error {
	f, err := os.Open(dir)
	if err != nil {
		return err
	}
	defer f.Close()
	return durable.SyncFolder(f)
}

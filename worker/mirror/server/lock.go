package server

import (
	"errors"
	"os"

	"github.com/e2eid/e2eid/internal/durable"
)

// ErrFolderBusy reports that another process has the folder. Some systems do not find that out.
var ErrFolderBusy = errors.New("mirror: another process writes to the folder")

// lockFolder takes a folder for this process.
func lockFolder(root *os.Root, dir string) (unlock func(), err error) {
	d, err := root.Open(dir)
	if err != nil {
		return nil, err
	}
	if err := durable.TryLock(d); err != nil && !errors.Is(err, errors.ErrUnsupported) {
		d.Close()
		if err == durable.ErrLocked {
			return nil, ErrFolderBusy
		}
		return nil, err
	}
	return func() { d.Close() }, nil
}

// syncFolder makes renames in a folder last.
func syncFolder(root *os.Root, dir string) error {
	d, err := root.Open(dir)
	if err != nil {
		return err
	}
	return errors.Join(durable.SyncFolder(d), d.Close())
}

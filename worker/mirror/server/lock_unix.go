//go:build darwin || dragonfly || freebsd || illumos || linux || netbsd || openbsd

package server

import (
	"errors"
	"os"
	"syscall"
)

// ErrFolderBusy reports that another process has the folder.
var ErrFolderBusy = errors.New("mirror: another process writes to the folder")

// lockFolder takes a folder for this process. The system gives it back when the process ends, however it ends.
func lockFolder(root *os.Root, dir string) (unlock func(), err error) {
	d, err := root.Open(dir)
	if err != nil {
		return nil, err
	}
	if err := syscall.Flock(int(d.Fd()), syscall.LOCK_EX|syscall.LOCK_NB); err != nil {
		d.Close()
		if errors.Is(err, syscall.EWOULDBLOCK) {
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
	return errors.Join(d.Sync(), d.Close())
}

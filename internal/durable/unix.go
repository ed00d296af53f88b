//go:build unix && !solaris && !aix

package durable

import (
	"errors"
	"os"
	"syscall"
)

// TryLock locks an open file or folder for as long as it is open: the system takes the lock back when the process ends,
// however it ends. The error is [ErrLocked], [errors.ErrUnsupported] where there is no such lock, or the system's.
func TryLock(f *os.File) error {
	err := syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB)
	if errors.Is(err, syscall.EWOULDBLOCK) {
		return ErrLocked
	}
	return err
}

// SyncFolder makes the names in an open folder last. It does nothing where a folder cannot be synced.
func SyncFolder(f *os.File) error { return f.Sync() }

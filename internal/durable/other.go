//go:build !unix || solaris || aix

package durable

import (
	"errors"
	"os"
)

// TryLock locks an open file or folder for as long as it is open: the system takes the lock back when the process ends,
// however it ends. The error is [ErrLocked], [errors.ErrUnsupported] where there is no such lock, or the system's.
func TryLock(*os.File) error { return errors.ErrUnsupported }

// SyncFolder makes the names in an open folder last. It does nothing where a folder cannot be synced.
func SyncFolder(*os.File) error { return nil }

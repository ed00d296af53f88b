//go:build darwin || dragonfly || freebsd || illumos || linux || netbsd || openbsd

package publisher

import (
	"errors"
	"fmt"
	"os"
	"syscall"
)

// lock takes the folder for this run. The system gives it back when the process ends, however it ends.
func lock(dir string) (unlock func(), err error) {
	d, err := os.Open(dir)
	if err != nil {
		return nil, fmt.Errorf("publisher: %w", err)
	}
	if err := syscall.Flock(int(d.Fd()), syscall.LOCK_EX|syscall.LOCK_NB); err != nil {
		d.Close()
		if errors.Is(err, syscall.EWOULDBLOCK) {
			return nil, ErrBusy
		}
		return nil, fmt.Errorf("publisher: lock %s: %w", dir, err)
	}
	return func() { d.Close() }, nil
}

// syncDir makes renames in the folder last.
func syncDir(dir string) error {
	d, err := os.Open(dir)
	if err != nil {
		return fmt.Errorf("publisher: %w", err)
	}
	if err := errors.Join(d.Sync(), d.Close()); err != nil {
		return fmt.Errorf("publisher: %w", err)
	}
	return nil
}

//go:build !(darwin || dragonfly || freebsd || illumos || linux || netbsd || openbsd)

package server

import (
	"errors"
	"os"
)

// ErrFolderBusy reports that another process has the folder. Here that is not found out.
var ErrFolderBusy = errors.New("mirror: another process writes to the folder")

func lockFolder(*os.Root, string) (unlock func(), err error) { return func() {}, nil }

// syncFolder does nothing: here a folder cannot be synced.
func syncFolder(*os.Root, string) error { return nil }

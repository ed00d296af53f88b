//go:build !unix || solaris || aix

package issuer

import "os"

// lockFile only makes the file: there is no flock here.
func lockFile(path string) (*os.File, error) {
	return os.OpenFile(path, os.O_CREATE|os.O_RDWR, 0o600)
}

// syncDir does nothing: folders cannot be synchronised everywhere.
func syncDir(string) error { return nil }

// Package durable has what writing to a folder so that nothing is lost takes of the system: a lock that ends with the
// process, and names that last.
package durable

import "errors"

// ErrLocked reports that another process has the lock.
var ErrLocked = errors.New("durable: locked by another process")

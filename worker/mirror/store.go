package mirror

import (
	"context"
	"errors"
	"io"
	"time"

	"github.com/e2eid/e2eid/revocation"
)

// Errors of a Store. All others say that the storage failed.
var (
	ErrNotFound = errors.New("mirror: no such object")
	ErrConflict = errors.New("mirror: object has changed in the meantime")
	ErrMismatch = errors.New("mirror: bytes are not what their name says")
	ErrSlow     = errors.New("mirror: bytes did not arrive in time")
	ErrCut      = errors.New("mirror: bytes ended too soon")
)

// Absent is the version of an object that is not there.
const Absent = ""

// A Store keeps objects by their key. Each write is all or nothing, and lasts once it has returned without error; cut off
// before that, the object is as it was or as it was to become.
type Store interface {
	// Get returns an object of at most max bytes and its version. The error is ErrNotFound if it is not there.
	Get(ctx context.Context, key string, max int64) (data []byte, version string, err error)

	// Put writes an object if its version is still this one, Absent if it was not there. Otherwise the error is
	// ErrConflict.
	Put(ctx context.Context, key string, data []byte, version string, meta Meta) error

	// PutBlob stores exactly those bytes that b names under BlobKey. It reads no more than the size and one byte. The
	// error is ErrMismatch if they are others, ErrSlow, or ErrCut; then nothing is stored.
	PutBlob(ctx context.Context, b revocation.Blob, body io.Reader) error

	// HasBlob reports whether PutBlob has stored b.
	HasBlob(ctx context.Context, b revocation.Blob) (bool, error)

	// Delete removes an object. It is no error if it is not there.
	Delete(ctx context.Context, key string) error

	// List returns keys with this prefix, at most max, in their order. The prefix ends with a slash.
	List(ctx context.Context, prefix string, max int) ([]string, error)
}

// Meta is what readers of the public objects are told beside the bytes. A Store may find it out by itself.
type Meta struct {
	ContentType string
	Modified    time.Time // zero: not stated
	ETag        string    // without quotation marks; empty: not read by clients
	Gzip        bool      // the bytes are compressed, ETag is that of the bytes before
}

// Keys of a Store.
const (
	private     = ".mirror/"
	acceptedKey = private + "accepted/"
	retiredKey  = private + "retired/"
	evidenceKey = private + "evidence/"

	// StatusKey is where the counters are.
	StatusKey = private + "status"
)

// HeadKey returns the key of an authority's head.
func HeadKey(authority string) string { return authority + "/head" }

// BlobKey returns the key of a blob.
func BlobKey(b revocation.Blob) string { return "blob/" + b.Name() }

// CarriedKey returns the key of a carried object.
func CarriedKey(authority, name string) string { return authority + "/carried/" + name }

package publisher

import (
	"bytes"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/e2eid/e2eid/revocation"
)

// Errors of a Folder.
var (
	// ErrNone reports that the authority has published nothing in the folder yet.
	ErrNone = errors.New("publisher: nothing is published yet")
	// ErrDamaged reports a head in the folder that cannot be continued: it is not whole, or another authority's.
	ErrDamaged = errors.New("publisher: last head is damaged")
	// ErrBusy reports that another publisher is at work on the same authority: two that number alike would equivocate.
	ErrBusy = errors.New("publisher: another publisher is at work")
)

// A Folder is the place where one authority publishes.
type Folder struct {
	dir, authority string

	// step, if not nil, is called before each change on disk. A test cuts the work off there.
	step func() error
}

// Open returns the folder of an authority below dir, and makes it if it is not there. The error wraps [ErrInput] if the id
// is none that an authority can have; "blob" is none here, since blobs stand under that name.
func Open(dir, authority string) (*Folder, error) {
	if !revocation.ValidAuthority(authority) || authority == "blob" {
		return nil, fmt.Errorf("%w: authority id %q", ErrInput, authority)
	}
	f := &Folder{dir: dir, authority: authority}
	for _, d := range []string{f.home(), f.blobs()} {
		if err := os.MkdirAll(d, 0o755); err != nil {
			return nil, fmt.Errorf("publisher: %w", err)
		}
	}
	return f, nil
}

func (f *Folder) home() string  { return filepath.Join(f.dir, f.authority) }
func (f *Folder) blobs() string { return filepath.Join(f.dir, "blob") }

// Last returns the head that was published last. The error is [ErrNone] if there is none, and wraps [ErrDamaged] if it
// cannot be continued.
func (f *Folder) Last() (*revocation.UnverifiedHead, error) {
	b, err := os.ReadFile(filepath.Join(f.home(), "head"))
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil, ErrNone
	case err != nil:
		return nil, fmt.Errorf("publisher: %w", err)
	}
	head, err := revocation.ParseHead(b)
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrDamaged, err)
	}
	if got := head.Body().Authority; got != f.authority {
		return nil, fmt.Errorf("%w: it is of authority %q", ErrDamaged, got)
	}
	return head, nil
}

// Blobs reads blobs, such as those that [revocation.Head.Needed] names. Whether they are what their name says is for
// [revocation.Head.Load] to check.
func (f *Folder) Blobs(names []revocation.Blob) ([][]byte, error) {
	blobs := make([][]byte, 0, len(names))
	for _, n := range names {
		b, err := os.ReadFile(filepath.Join(f.blobs(), n.Name()))
		if err != nil {
			return nil, fmt.Errorf("publisher: %w", err)
		}
		blobs = append(blobs, b)
	}
	return blobs, nil
}

// writeBlobs writes the blobs that are not there whole.
func (f *Folder) writeBlobs(blobs [][]byte) error {
	// The name of a temporary file begins with the authority's, whose lock is held: no other run uses it.
	prefix := "." + f.authority + "."
	if err := f.removeLeftovers(prefix); err != nil {
		return err
	}
	for _, b := range blobs {
		name := revocation.NewBlob(b).Name()
		path := filepath.Join(f.blobs(), name)
		if old, err := os.ReadFile(path); err == nil && bytes.Equal(old, b) {
			// The time of a blob is when a head last named it: Clean goes by that.
			now := time.Now()
			if err := os.Chtimes(path, now, now); err != nil {
				return fmt.Errorf("publisher: %w", err)
			}
			continue
		}
		if err := f.write(path, filepath.Join(f.blobs(), prefix+name), b); err != nil {
			return err
		}
	}
	return f.sync(f.blobs())
}

// writeHead makes head the one that is served.
func (f *Folder) writeHead(head []byte) error {
	if err := f.write(filepath.Join(f.home(), "head"), filepath.Join(f.home(), ".head"), head); err != nil {
		return err
	}
	return f.sync(f.home())
}

// removeLeftovers removes the temporary blobs of a run that was cut off.
func (f *Folder) removeLeftovers(prefix string) error {
	entries, err := os.ReadDir(f.blobs())
	if err != nil {
		return fmt.Errorf("publisher: %w", err)
	}
	for _, e := range entries {
		// What follows the prefix of authority "a" in the name of authority "a.b" is no hash.
		name, ours := strings.CutPrefix(e.Name(), prefix)
		if sum, err := hex.DecodeString(name); !ours || err != nil || len(sum) != 32 {
			continue
		}
		if err := f.before(); err != nil {
			return err
		}
		if err := os.Remove(filepath.Join(f.blobs(), e.Name())); err != nil {
			return fmt.Errorf("publisher: %w", err)
		}
	}
	return nil
}

// write makes path hold b, all of it or as before: it goes through a temporary file in the same folder.
func (f *Folder) write(path, temporary string, b []byte) error {
	return f.writeMode(path, temporary, b, 0o644)
}

// writeMode is write where not everybody may read it.
func (f *Folder) writeMode(path, temporary string, b []byte, mode fs.FileMode) error {
	if err := f.before(); err != nil {
		return err
	}
	file, err := os.OpenFile(temporary, os.O_CREATE|os.O_WRONLY|os.O_TRUNC, mode)
	if err != nil {
		return fmt.Errorf("publisher: %w", err)
	}
	if err = f.before(); err == nil {
		_, err = file.Write(b)
	}
	if err == nil {
		err = file.Sync()
	}
	err = errors.Join(err, file.Close())
	if err == nil {
		err = f.before()
	}
	if err == nil {
		err = os.Rename(temporary, path)
	}
	if err != nil {
		return fmt.Errorf("publisher: %w", err)
	}
	return nil
}

// sync makes renames in a folder last.
func (f *Folder) sync(dir string) error {
	if err := f.before(); err != nil {
		return err
	}
	return syncDir(dir)
}

func (f *Folder) before() error {
	if f.step == nil {
		return nil
	}
	return f.step()
}

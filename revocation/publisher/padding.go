package publisher

import (
	"crypto/rand"
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"fmt"
	"io/fs"
	"math/bits"
	"os"
	"path/filepath"

	"github.com/e2eid/e2eid/revocation"
	"github.com/e2eid/e2eid/revocation/internal/filter"
)

// paddingClass returns the class of a Publication's Padding.
func paddingClass(size uint64) (uint8, error) {
	// The body of a head of the next class would leave no room for a signature.
	if size != 0 && (size < 64 || size > 1<<17 || bits.OnesCount64(size) != 1) {
		return 0, fmt.Errorf("%w: padding is no power of two from 64 to 131072", ErrInput)
	}
	return uint8(max(bits.Len64(size), 1) - 1), nil
}

// padBlob returns a blob as a head with this padding names it, and its name.
func padBlob(class uint8, blob []byte) ([]byte, revocation.Blob) {
	if class > 0 {
		blob = revocation.Pad(class, blob)
	}
	return blob, revocation.NewBlob(blob)
}

// A cover hides how many certificates a serial list lists, and how many it does not: both are rounded up, by keys that no
// certificate has. Whoever does not know the secret cannot tell them from others.
type cover struct {
	secret [32]byte
	class  uint8 // 0: nothing is hidden
}

// round returns to what a number is rounded up.
func (c cover) round(n int) int {
	if c.class == 0 {
		return n
	}
	const least = 6 // 64
	return int(revocation.PaddedSize(least, uint64(n)))
}

// fill appends keys up to the number that theirs is rounded to.
func (c cover) fill(keys []filter.Key, id string, listed bool) []filter.Key {
	label := byte(0)
	if listed {
		label = 1
	}
	secret := sha256.Sum256(append(append(c.secret[:], label), id...))
	whole := c.round(len(keys))
	for n := uint64(0); len(keys) < whole; n++ {
		keys = append(keys, filter.NewKey(secret, binary.BigEndian.AppendUint64(nil, n)))
	}
	return keys
}

// cover returns that of the folder, whose secret is made when it is first needed.
func (f *Folder) cover(class uint8) (c cover, err error) {
	if class == 0 {
		return c, nil
	}
	c.class = class
	path := filepath.Join(f.home(), ".cover")
	b, err := os.ReadFile(path)
	switch {
	case err == nil && len(b) == len(c.secret):
		return cover{[32]byte(b), class}, nil
	case err == nil:
		return c, fmt.Errorf("%w: %s is not whole", ErrDamaged, path)
	case !errors.Is(err, fs.ErrNotExist):
		return c, fmt.Errorf("publisher: %w", err)
	}
	rand.Read(c.secret[:]) // never fails
	return c, f.writeMode(path, path+".new", c.secret[:], 0o600)
}

package publisher

import (
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"time"

	"github.com/e2eid/e2eid/revocation"
	"github.com/e2eid/e2eid/revocation/internal/filter"
	"github.com/e2eid/e2eid/revocation/publisher/serial"
)

// A SerialList is one serial list of a Publication, for certificates that carry no index. If any are suspended, they stand in
// a second list, with "#suspended" behind the id.
type SerialList struct {
	ID     string
	Issuer [32]byte // SHA-256 of the SubjectPublicKeyInfo of the key that signs the certificates
	// IssuedFrom and IssuedBefore bound the notBefore of the certificates that the list covers. Every certificate in between
	// must be there: a client takes one that is left out for good, or for revoked. An authority that dates certificates back
	// puts IssuedBefore as far before thisUpdate, or further.
	IssuedFrom, IssuedBefore time.Time
	// Serials are the content octets of the serial numbers of all certificates in between that have not expired.
	Serials [][]byte
	// Revoked and Suspended are positions in Serials, in any order.
	Revoked, Suspended []int
	Expires            time.Time // as in List
	serial.Options
}

// Encode returns what a head without padding says of l, one list or two, and the blobs this names. The error wraps [ErrInput].
func (l SerialList) Encode() (lists []revocation.List, blobs [][]byte, err error) {
	return l.build(cover{}, func(list revocation.List, listed []int) ([]byte, error) { return l.encode(list.ID, listed, cover{}) })
}

// buildSerial is Encode where what is published is of the same input: building takes long, so that is taken over.
func (f *Folder) buildSerial(l SerialList, last *revocation.UnverifiedHead, class uint8) (lists []revocation.List, blobs [][]byte, err error) {
	c, err := f.cover(class)
	if err != nil {
		return nil, nil, err
	}
	return l.build(c, func(list revocation.List, listed []int) ([]byte, error) {
		digest := l.digest(listed, c)
		if blob := f.builtBefore(digest, list, last); blob != nil {
			return blob, nil
		}
		blob, err := l.encode(list.ID, listed, c)
		if err != nil {
			return nil, err
		}
		blob, _ = padBlob(class, blob)
		return blob, f.noteBuilt(digest, blob)
	})
}

func (l SerialList) build(c cover, encode func(revocation.List, []int) ([]byte, error)) (lists []revocation.List, blobs [][]byte, err error) {
	sets := []struct {
		id     string
		kind   revocation.Kind
		listed []int
	}{{l.ID, revocation.KindSerial, l.Revoked}, {l.ID + "#suspended", revocation.KindSerialSuspended, l.Suspended}}
	for _, set := range sets {
		if set.kind == revocation.KindSerialSuspended && len(set.listed) == 0 {
			continue
		}
		list := revocation.List{
			ID: set.id, Kind: set.kind, Issuer: l.Issuer, IssuedFrom: l.IssuedFrom.Unix(), IssuedBefore: l.IssuedBefore.Unix(),
			Revoked: uint64(c.round(len(set.listed))),
		}
		list.Covered = list.Revoked + uint64(c.round(max(0, len(l.Serials)-len(set.listed))))
		if l.IssuedFrom.IsZero() {
			list.IssuedFrom = 0
		}
		if !l.Expires.IsZero() {
			list.Expires = l.Expires.Unix()
		}
		listed := slices.Clone(set.listed)
		slices.Sort(listed)
		if n := len(listed); n > 0 && (listed[0] < 0 || listed[n-1] >= len(l.Serials)) || len(slices.Compact(listed)) != len(set.listed) {
			return nil, nil, fmt.Errorf("%w: a position is repeated or not in Serials", ErrInput)
		}
		blob, err := encode(list, listed)
		if err != nil {
			return nil, nil, err
		}
		list.Snapshot = revocation.NewBlob(blob)
		lists, blobs = append(lists, list), append(blobs, blob)
	}
	return lists, blobs, nil
}

func (l SerialList) encode(id string, listed []int, c cover) ([]byte, error) {
	keys := serial.Keys(l.Issuer, len(l.Serials), func(i int) []byte { return l.Serials[i] }, l.Options)
	in, out := make([]filter.Key, 0, len(listed)), keys[:0] // what is not listed moves up
	at := 0
	for i, k := range keys {
		if at < len(listed) && listed[at] == i {
			in = append(in, k)
			at++
		} else {
			out = append(out, k)
		}
	}
	in, out = c.fill(in, id, true), c.fill(out, id, false)
	if len(in) > len(out) {
		in, out = out, in
	}
	return serial.Encode(in, out, l.Options)
}

// digest is over all that the blob depends on.
func (l SerialList) digest(listed []int, c cover) (sum [32]byte) {
	h := sha256.New()
	h.Write(append(c.secret[:], c.class))
	h.Write(l.Issuer[:])
	var number [8]byte
	for _, s := range l.Serials {
		binary.BigEndian.PutUint64(number[:], uint64(len(s)))
		h.Write(number[:])
		h.Write(s)
	}
	for _, i := range append([]int{-1, l.SeedBits}, listed...) {
		binary.BigEndian.PutUint64(number[:], uint64(i))
		h.Write(number[:])
	}
	h.Sum(sum[:0])
	return sum
}

// builtBefore returns the blob of the last head that was built from the same input, nil if there is none.
func (f *Folder) builtBefore(digest [32]byte, list revocation.List, last *revocation.UnverifiedHead) []byte {
	if last == nil {
		return nil
	}
	for _, old := range last.Body().Lists {
		if old.ID != list.ID || old.Kind != list.Kind {
			continue
		}
		note, err := os.ReadFile(f.builtFile(old.Snapshot.Name()))
		if err != nil || !bytes.Equal(note, digest[:]) {
			return nil
		}
		blobs, err := f.Blobs([]revocation.Blob{old.Snapshot})
		if err != nil || revocation.NewBlob(blobs[0]) != old.Snapshot {
			return nil
		}
		return blobs[0]
	}
	return nil
}

// noteBuilt notes from what input a blob was built.
func (f *Folder) noteBuilt(digest [32]byte, blob []byte) error {
	path := f.builtFile(revocation.NewBlob(blob).Name())
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		return fmt.Errorf("publisher: %w", err)
	}
	return f.write(path, path+".new", digest[:])
}

func (f *Folder) builtFile(name string) string { return filepath.Join(f.home(), ".built", name) }

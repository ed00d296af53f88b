package publisher

import (
	"bytes"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"

	"github.com/e2eid/e2eid/revocation"
	"github.com/e2eid/e2eid/revocation/internal/filter"
)

// A memory is what the last head does not say, and later ones must not take back. It only grows, so that a run that is cut off
// before its head leaves nothing out.
type memory struct {
	Gone    []string          `json:"gone,omitempty"`    // index lists that were left out, rising: what they revoked is not known any more
	Revoked map[string][]byte `json:"revoked,omitempty"` // of serial lists: names of what is revoked, rising
}

// nameSize is that of the name of a certificate: the first bytes of its key in the list.
const nameSize = 16

func (f *Folder) memoryFile() string { return filepath.Join(f.home(), ".memory") }

// readMemory returns what the folder remembers, and its bytes.
func (f *Folder) readMemory() (m memory, b []byte, err error) {
	b, err = os.ReadFile(f.memoryFile())
	if errors.Is(err, fs.ErrNotExist) {
		return m, nil, nil
	}
	if err != nil {
		return m, nil, fmt.Errorf("publisher: %w", err)
	}
	if err := json.Unmarshal(b, &m); err != nil {
		return m, nil, fmt.Errorf("%w: %s: %w", ErrDamaged, f.memoryFile(), err)
	}
	return m, b, nil
}

// RevokedSerials returns what says, by the content octets of a serial number, whether the certificate was revoked in a serial list
// when that was published last. It is for an authority that is told what has changed alone; whether one was suspended then,
// [Folder.Held] says.
func (f *Folder) RevokedSerials(list string, issuer [32]byte) (func(serial []byte) bool, error) {
	m, _, err := f.readMemory()
	if err != nil {
		return nil, err
	}
	names := m.Revoked[list]
	return func(serial []byte) bool { return hasName(names, nameOf(filter.NewKey(issuer, serial))) }, nil
}

// remember checks p, whose head is body, against what the folder remembers, and returns what it has to remember then; nil if that is
// there already. The error wraps [ErrInput] if p takes something back.
func (f *Folder) remember(p Publication, body revocation.Body, last *revocation.UnverifiedHead) ([]byte, error) {
	m, was, err := f.readMemory()
	if err != nil {
		return nil, err
	}
	var before []revocation.List
	if last != nil {
		before = last.Body().Lists
	}
	for _, l := range body.Lists {
		if slices.Contains(m.Gone, l.ID) && !hasList(before, l.ID) {
			return nil, fmt.Errorf("%w: list %q was left out, and what it revoked is forgotten: take another id", ErrInput, l.ID)
		}
	}
	for _, l := range before {
		if l.Kind == revocation.KindIndex && !hasList(body.Lists, l.ID) && !slices.Contains(m.Gone, l.ID) {
			m.Gone = append(m.Gone, l.ID)
		}
	}
	slices.Sort(m.Gone)
	for _, l := range p.Serials {
		if len(l.Revoked) == 0 && len(m.Revoked[l.ID]) == 0 {
			continue
		}
		revoked, err := l.remembered(m.Revoked[l.ID])
		if err != nil {
			return nil, err
		}
		if m.Revoked == nil {
			m.Revoked = map[string][]byte{}
		}
		m.Revoked[l.ID] = revoked
	}
	if len(m.Gone)+len(m.Revoked) == 0 {
		return nil, nil
	}
	b, err := json.Marshal(m)
	if err != nil {
		return nil, fmt.Errorf("publisher: %w", err)
	}
	if bytes.Equal(b, was) {
		return nil, nil
	}
	return b, nil
}

func hasList(lists []revocation.List, id string) bool {
	return slices.ContainsFunc(lists, func(l revocation.List) bool { return l.ID == id })
}

// remembered returns the names of what l revokes. The error is one that was revoked before, has not expired, and is not any more.
func (l SerialList) remembered(before []byte) ([]byte, error) {
	revoked := make([]bool, len(l.Serials))
	for _, at := range l.Revoked {
		revoked[at] = true
	}
	var names [][nameSize]byte
	for at, serial := range l.Serials {
		if !revoked[at] && len(before) == 0 {
			continue
		}
		name := nameOf(filter.NewKey(l.Issuer, serial))
		if revoked[at] {
			names = append(names, name)
		} else if hasName(before, name) {
			return nil, fmt.Errorf("%w: serial number %x of list %q was revoked and is not any more", ErrInput, serial, l.ID)
		}
	}
	slices.SortFunc(names, func(a, b [nameSize]byte) int { return bytes.Compare(a[:], b[:]) })
	out := make([]byte, 0, nameSize*len(names))
	for _, n := range names {
		out = append(out, n[:]...)
	}
	return out, nil
}

func nameOf(k filter.Key) (name [nameSize]byte) {
	binary.BigEndian.PutUint64(name[:], k.Block[0])
	binary.BigEndian.PutUint64(name[8:], k.Block[1])
	return name
}

func hasName(names []byte, name [nameSize]byte) bool {
	low, high := 0, len(names)/nameSize
	for low < high {
		mid := (low + high) / 2
		if bytes.Compare(names[nameSize*mid:nameSize*(mid+1)], name[:]) < 0 {
			low = mid + 1
		} else {
			high = mid
		}
	}
	return low < len(names)/nameSize && bytes.Equal(names[nameSize*low:nameSize*(low+1)], name[:])
}

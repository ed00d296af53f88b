package publisher

import (
	"crypto/ed25519"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strconv"

	"github.com/e2eid/e2eid/revocation"
	"github.com/e2eid/e2eid/signature"
	"github.com/e2eid/e2eid/signature/native"
)

// maxBack is how many heads back deltas reach. A client that slept longer takes the snapshots.
const maxBack = 512

// changes has, by list, the indexes that are not what they were in the head before, rising.
type changes map[string][]uint64

// reopen opens a head whoever has signed it: it is signed again, by a key that everybody has. The folder is the authority's
// own.
func (f *Folder) reopen(last *revocation.UnverifiedHead) (*revocation.Head, error) {
	key := ed25519.NewKeyFromSeed(make([]byte, ed25519.SeedSize))
	trusted := revocation.Key{Algorithm: signature.Ed25519, Key: key.Public().(ed25519.PublicKey)}
	body, err := revocation.AppendBody(nil, last.Body())
	if err != nil {
		return nil, err
	}
	u, err := revocation.AssembleHead(body, []revocation.Signature{{
		Algorithm: uint16(trusted.Algorithm), KeyID: trusted.ID(), Signature: ed25519.Sign(key, body),
	}})
	if err != nil {
		return nil, err
	}
	plan, err := u.Plan(revocation.Signers{Authority: f.authority, Keys: []revocation.Key{trusted}})
	if err != nil {
		return nil, err
	}
	return plan.Open(native.Run(plan.Checks()))
}

// load returns what a head in the folder published, nil if it is not there whole.
func (f *Folder) load(last *revocation.UnverifiedHead) *revocation.Publication {
	head, err := f.reopen(last)
	if err != nil {
		return nil
	}
	blobs, err := f.Blobs(head.Needed(nil))
	if err != nil {
		return nil
	}
	p, err := head.Load(nil, blobs)
	if err != nil {
		return nil
	}
	return p
}

// Held returns what the folder publishes, for an authority that notes nothing else down. The error is [ErrNone] if
// that is nothing yet, and wraps [ErrDamaged] if it is not there whole.
func (f *Folder) Held() (*revocation.Publication, error) {
	last, err := f.Last()
	if err != nil {
		return nil, err
	}
	if p := f.load(last); p != nil {
		return p, nil
	}
	return nil, fmt.Errorf("%w: a blob is missing", ErrDamaged)
}

// changed compares what is held with what is to be published. The error wraps [ErrInput] if a revocation is taken back. If
// nothing is held, nothing is known: the result is nil.
func changed(held *revocation.Publication, lists []revocation.List, current map[string][]revocation.Entry) (changes, error) {
	if held == nil {
		return nil, nil
	}
	out := changes{}
	for _, l := range lists {
		if l.Kind != revocation.KindIndex {
			continue
		}
		before, now := held.Entries(l.ID), current[l.ID]
		for len(before)+len(now) > 0 {
			switch {
			case len(now) == 0 || len(before) > 0 && before[0].Index < now[0].Index:
				if before[0].Reason != revocation.CertificateHold {
					return nil, fmt.Errorf("%w: index %d of list %q was revoked and is not any more", ErrInput, before[0].Index, l.ID)
				}
				out[l.ID] = append(out[l.ID], before[0].Index)
				before = before[1:]
			case len(before) == 0 || now[0].Index < before[0].Index:
				out[l.ID] = append(out[l.ID], now[0].Index)
				now = now[1:]
			default:
				was, is := before[0], now[0]
				hold := was.Reason == revocation.CertificateHold
				switch {
				case !hold && is.Reason == revocation.CertificateHold:
					return nil, fmt.Errorf("%w: index %d of list %q was revoked and is now suspended", ErrInput, is.Index, l.ID)
				case hold != (is.Reason == revocation.CertificateHold),
					l.Details != (revocation.Blob{}) && (was.Reason != is.Reason || unix(was) != unix(is)):
					out[l.ID] = append(out[l.ID], is.Index)
				}
				before, now = before[1:], now[1:]
			}
		}
	}
	return out, nil
}

func unix(e revocation.Entry) int64 {
	if e.Since.IsZero() {
		return 0
	}
	return e.Since.Unix()
}

// deltas makes the deltas to the head and names them in body. Of two that are alike only the one that reaches further
// back is named, and none that is larger than the snapshots it stands for.
func (f *Folder) deltas(body *revocation.Body, latest changes, current map[string][]revocation.Entry, class uint8) (blobs [][]byte, err error) {
	whole := uint64(0)
	for _, l := range body.Lists {
		if l.Kind == revocation.KindIndex {
			whole += l.Snapshot.Size + l.Details.Size
		}
	}
	all := changes{}
	back := uint64(0)
	for step := uint64(1); step <= maxBack && step < body.Number; step *= 2 {
		for ; back < step; back++ {
			c := latest
			if back > 0 {
				if c, err = f.readChanges(body.Number - back); err != nil {
					return nil, err
				}
			}
			if c == nil {
				return blobs, nil // not known
			}
			all.add(c)
		}
		b, err := revocation.EncodeDelta(body.Lists, all, current)
		if err != nil {
			return nil, fmt.Errorf("%w: %w", ErrInput, err)
		}
		b, name := padBlob(class, b)
		if name.Size >= whole || len(body.Deltas) == revocation.MaxDeltas {
			break
		}
		if n := len(body.Deltas); n > 0 && body.Deltas[n-1].Blob == name {
			body.Deltas, blobs = body.Deltas[:n-1], blobs[:n-1]
		}
		body.Deltas = append(body.Deltas, revocation.Delta{Back: step, Blob: name})
		blobs = append(blobs, b)
	}
	return blobs, nil
}

// add makes c the changes of both.
func (c changes) add(more changes) {
	for id, indexes := range more {
		both := append(slices.Clone(c[id]), indexes...)
		slices.Sort(both)
		c[id] = slices.Compact(both)
	}
}

// checkDelta does what a client does that holds the head before.
func checkDelta(head *revocation.UnverifiedHead, held *revocation.Publication, blobs [][]byte) error {
	if held == nil || len(head.Body().Deltas) == 0 {
		return nil
	}
	f := Folder{authority: head.Body().Authority}
	opened, err := f.reopen(head)
	if err != nil {
		return err
	}
	_, err = opened.Load(held, blobs)
	return err
}

func (f *Folder) changesFile(number uint64) string {
	return filepath.Join(f.home(), ".changes", strconv.FormatUint(number, 10))
}

// writeChanges notes what head number changes, before it is there.
func (f *Folder) writeChanges(number uint64, c changes) error {
	if c == nil {
		c = changes{} // the first head; or what was there before is lost
		if number > 1 {
			c = nil
		}
	}
	if err := os.MkdirAll(filepath.Dir(f.changesFile(number)), 0o755); err != nil {
		return fmt.Errorf("publisher: %w", err)
	}
	b, err := json.Marshal(c)
	if err != nil {
		return fmt.Errorf("publisher: %w", err)
	}
	path := f.changesFile(number)
	return f.write(path, path+".new", b)
}

// readChanges returns what head number changed, nil if that is not known.
func (f *Folder) readChanges(number uint64) (c changes, err error) {
	b, err := os.ReadFile(f.changesFile(number))
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err == nil && json.Unmarshal(b, &c) != nil {
		return nil, nil
	}
	return maps.Clone(c), err
}

// forgetChanges removes what no delta needs any more.
func (f *Folder) forgetChanges(number uint64) error {
	if number <= maxBack {
		return nil
	}
	if err := os.Remove(f.changesFile(number - maxBack)); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("publisher: %w", err)
	}
	return nil
}

package revocation

import (
	"bytes"
	"slices"
)

// recordLabel begins what [Publication.Append] writes.
const recordLabel = "e2eid revocation lists\x00\x01"

// A step says how a list of a head is made.
type step uint8

const (
	fromSnapshot step = iota
	fromHeld          // it is as it was
	fromDelta
)

// steps returns how each list is made from what is held (nil: nothing), and the delta for it, zero if there is none.
func (h *Head) steps(held *Publication) (how []step, delta Blob) {
	b := &h.u.body
	how = make([]step, len(b.Lists))
	if held == nil || held.head == nil {
		return how, Blob{}
	}
	for _, d := range b.Deltas {
		if b.Number-d.Back <= held.head.Number() && held.head.Number() < b.Number {
			delta = d.Blob
			break
		}
	}
	whole := uint64(0) // of the snapshots that the delta stands for
	for i, l := range b.Lists {
		at, ok := held.find(l.ID)
		if !ok {
			continue
		}
		old := held.head.u.body.Lists[at]
		switch {
		case old == l:
			how[i] = fromHeld
		case delta != (Blob{}) && deltaApplies(l, old):
			how[i] = fromDelta
			whole += l.Snapshot.Size + l.Details.Size
		}
	}
	if whole > delta.Size {
		return how, delta
	}
	for i := range how {
		if how[i] == fromDelta {
			how[i] = fromSnapshot
		}
	}
	return how, Blob{}
}

// Needed returns the blobs that Load must be given beside what is held (nil: nothing is). It is the same for every client
// that holds the same, whatever credentials it has seen.
func (h *Head) Needed(held *Publication) []Blob {
	var need []Blob
	add := func(b Blob) {
		if b != (Blob{}) && !slices.Contains(need, b) {
			need = append(need, b)
		}
	}
	how, delta := h.steps(held)
	add(delta)
	for i, l := range h.u.body.Lists {
		if how[i] == fromSnapshot {
			add(l.Snapshot)
			add(l.Details)
		}
	}
	return need
}

// Load makes a publication of the head from what it needs beside held (nil: nothing is held). Blobs are found by their
// hash, in any order; all are used or none. The error is [ErrBlob] if one is not named by the head, [ErrMissing],
// [ErrRoot], or wraps [ErrFormat] or [ErrVersion] if the authority has signed what this package cannot read. The blobs
// are not retained. Where a delta leads to another root, what is held is not what the authority made the delta for: a
// caller can load again with nothing held.
func (h *Head) Load(held *Publication, blobs [][]byte) (*Publication, error) {
	body := &h.u.body
	class := body.Padding()
	given, err := h.supply(blobs)
	if err != nil {
		return nil, err
	}
	how, delta := h.steps(held)
	var changes []change
	if delta != (Blob{}) {
		blob := given.get(delta)
		if blob == nil {
			return nil, ErrMissing
		}
		if blob, err = unpad(class, blob); err == nil {
			changes, err = parseDelta(blob, body.Lists)
		}
		if err != nil {
			return nil, err
		}
	}
	p := &Publication{h, make([]loadedList, 0, len(body.Lists))}
	for i, l := range body.Lists {
		var loaded loadedList
		switch how[i] {
		case fromHeld, fromDelta:
			at, _ := held.find(l.ID)
			loaded = held.lists[at]
			if how[i] == fromHeld {
				break
			}
			c := change{}
			for _, d := range changes {
				if d.list == i {
					c = d
				}
			}
			if loaded, err = c.apply(&held.lists[at], l); err == nil {
				err = loaded.check(l, class)
			}
		default:
			snapshot, details := given.get(l.Snapshot), given.get(l.Details)
			if snapshot == nil || details == nil && l.Details != (Blob{}) {
				return nil, ErrMissing
			}
			if snapshot, err = unpad(class, snapshot); err == nil && details != nil {
				details, err = unpad(class, details)
			}
			if err == nil {
				loaded, err = loadList(l, snapshot, details, class, schemeSlow)
			}
		}
		if err != nil {
			return nil, err
		}
		p.lists = append(p.lists, loaded)
	}
	return p, nil
}

// A supply is blobs that were given, by the names that a head has for them.
type supply struct {
	names []Blob
	blobs [][]byte
}

// get returns the blob of a name, nil if it was not given or the head has no such name.
func (s *supply) get(name Blob) []byte {
	for i := range s.names {
		if s.names[i] == name {
			return s.blobs[i]
		}
	}
	return nil
}

// supply names the blobs. The error is [ErrBlob] if the head has no name for one.
func (h *Head) supply(blobs [][]byte) (s supply, err error) {
	names := h.names()
next:
	for _, b := range blobs {
		var name Blob
		for i := range names {
			if names[i].Size != uint64(len(b)) || len(b) == 0 {
				continue // not worth hashing
			}
			if name.Size == 0 {
				name = NewBlob(b)
			}
			if names[i] == name {
				s.names, s.blobs = append(s.names, name), append(s.blobs, b)
				continue next
			}
		}
		return supply{}, ErrBlob
	}
	return s, nil
}

// names returns all blobs that the head names; some are zero.
func (h *Head) names() (names []Blob) {
	for i := range h.u.body.Lists {
		names = append(names, h.u.body.Lists[i].Snapshot, h.u.body.Lists[i].Details)
	}
	for i := range h.u.body.Deltas {
		names = append(names, h.u.body.Deltas[i].Blob)
	}
	return names
}

// loadList decodes a list, of a head with this padding, from blobs without any; sets are in no scheme above most. They need not
// be those that the head names: what they say is checked against it.
func loadList(l List, snapshot, details []byte, class uint8, most byte) (loaded loadedList, err error) {
	if l.Details == (Blob{}) && len(details) > 0 {
		return loadedList{}, malformed("details of a list that has none")
	}
	if l.Kind != KindIndex {
		if NewBlob(pad(class, snapshot)) != l.Snapshot {
			return loadedList{}, ErrBlob
		}
		loaded.blob = bytes.Clone(snapshot)
		loaded.serial, err = decodeSerial(loaded.blob, l.Covered, l.Revoked)
		return loaded, err
	}
	if l.Suspended > 0 {
		r := &reader{snapshot, true}
		snapshot = r.take(r.varint())
		if !r.ok {
			return loadedList{}, malformed("list is cut off")
		}
		if loaded.suspended, err = decodeSet(r.b, l.Covered, l.Suspended, most); err != nil {
			return loadedList{}, err
		}
	}
	if loaded.revoked, err = decodeSet(snapshot, l.Covered, l.Revoked, most); err != nil {
		return loadedList{}, err
	}
	if l.Details != (Blob{}) {
		if err := parseDetails(details, l); err != nil {
			return loadedList{}, err
		}
		loaded.details = bytes.Clone(details)
	}
	return loaded, loaded.check(l, class)
}

// check reports whether an index list is the one that a head with this padding has.
func (l *loadedList) check(want List, class uint8) error {
	if listRoot(l.revoked, l.suspended) != want.Root {
		return ErrRoot
	}
	if want.Details != (Blob{}) && NewBlob(pad(class, l.details)) != want.Details {
		return ErrRoot
	}
	if l.suspended == nil {
		return nil
	}
	few, others := l.suspended, l.revoked
	if few.inverted {
		few, others = others, few
	}
	for _, i := range few.indexes() {
		if _, both := others.rank(uint64(i)); both {
			return malformed("index is both revoked and suspended")
		}
	}
	return nil
}

// appendSnapshot appends the snapshot of an index list.
func (l *loadedList) appendSnapshot(dst []byte, code func(*indexSet) []byte) []byte {
	revoked := code(l.revoked)
	if l.suspended == nil {
		return append(dst, revoked...)
	}
	dst = append(appendVarint(dst, uint64(len(revoked))), revoked...)
	return append(dst, code(l.suspended)...)
}

// Append appends the lists of the publication for keeping: what [Head.Restore] reads. The head is to be kept beside it.
func (p *Publication) Append(dst []byte) []byte {
	dst = append(dst, recordLabel...)
	for i := range p.lists {
		l := &p.lists[i]
		snapshot := l.blob
		if l.serial == nil {
			snapshot = l.appendSnapshot(nil, golombSet)
		}
		dst = append(appendVarint(dst, uint64(len(snapshot))), snapshot...)
		dst = append(appendVarint(dst, uint64(len(l.details))), l.details...)
	}
	return dst
}

// IsRecord reports whether b begins as what [Publication.Append] writes. No blob of a head does.
func IsRecord(b []byte) bool { return bytes.HasPrefix(b, []byte(recordLabel)) }

// Restore makes a publication of the head from lists that were kept. They are checked as [Head.Load] checks blobs, so that
// whoever kept them needs no trust. What it accepts is what [Publication.Append] of the outcome writes, to the byte. The error
// is as there, or wraps [ErrFormat].
func (h *Head) Restore(record []byte) (*Publication, error) {
	if !IsRecord(record) {
		return nil, malformed("not a record of lists")
	}
	r := &reader{record[len(recordLabel):], true}
	p := &Publication{h, make([]loadedList, 0, len(h.u.body.Lists))}
	for _, l := range h.u.body.Lists {
		snapshot := r.take(r.varint())
		details := r.take(r.varint())
		if !r.ok {
			return nil, malformed("record of lists is cut off")
		}
		loaded, err := loadList(l, snapshot, details, h.u.body.Padding(), schemeGolomb)
		if err != nil {
			return nil, err
		}
		p.lists = append(p.lists, loaded)
	}
	if len(r.b) > 0 {
		return nil, malformed("bytes after a record of lists")
	}
	return p, nil
}

package revocation

// schemeDelta is the first byte of a delta.
const schemeDelta = 0xc0

// A change says which indexes of a list have changed, and what they are now: each may have been so before.
type change struct {
	list                     int // position in the head
	revoked, suspended, good []uint32
	details                  []byte // of the revoked, then of the suspended, if the list has details
}

// parseDelta decodes a delta to a head with these lists. The error wraps [ErrFormat] or [ErrVersion].
func parseDelta(blob []byte, lists []List) (changes []change, err error) {
	if len(blob) == 0 || blob[0] != schemeDelta {
		return nil, unsupported("scheme of a delta")
	}
	r := &reader{blob[1:], true}
	next := uint64(0)
	for len(r.b) > 0 {
		at := next + r.varint()
		if !r.ok || at < next || at >= uint64(len(lists)) || lists[at].Kind != KindIndex {
			return nil, malformed("delta of a list that has none")
		}
		next = at + 1
		c := change{list: int(at)}
		l := &lists[at]
		for _, set := range []*[]uint32{&c.revoked, &c.suspended, &c.good} {
			if *set, err = readNumbers(r, l.Covered); err != nil {
				return nil, err
			}
		}
		if len(c.revoked)+len(c.suspended)+len(c.good) == 0 || meet(c.revoked, c.suspended) || meet(c.revoked, c.good) ||
			meet(c.suspended, c.good) {
			return nil, malformed("delta of a list says nothing, or two things of one index")
		}
		if l.Details != (Blob{}) {
			c.details = r.take(detailsSize(uint64(len(c.revoked)), uint64(len(c.suspended))))
			if !r.ok {
				return nil, malformed("details of a delta are cut off")
			}
			if err := checkDetails(c.details, uint64(len(c.revoked))); err != nil {
				return nil, err
			}
		}
		changes = append(changes, c)
	}
	return changes, nil
}

// readNumbers takes a count and as many gaps off r.
func readNumbers(r *reader, covered uint64) ([]uint32, error) {
	count := r.varint()
	if !r.ok || count > covered || count > uint64(len(r.b))*8 {
		return nil, malformed("delta is too short for what it changes")
	}
	set := &indexSet{covered: covered, sorted: make([]uint32, 0, count)}
	in := bitReader{b: r.b}
	if err := in.golomb(set, count); err != nil {
		return nil, err
	}
	rest, ok := in.rest(r.b)
	if !ok {
		return nil, malformed("delta has bits left over")
	}
	r.b = rest
	return set.sorted, nil
}

// appendDelta appends the delta of changes, which rise by list.
func appendDelta(dst []byte, lists []List, changes []change) []byte {
	dst = append(dst, schemeDelta)
	next := 0
	for _, c := range changes {
		dst = appendVarint(dst, uint64(c.list-next))
		next = c.list + 1
		for _, set := range [...][]uint32{c.revoked, c.suspended, c.good} {
			out := bitWriter{b: appendVarint(dst, uint64(len(set)))}
			out.golomb(lists[c.list].Covered, set)
			dst = out.finish()
		}
		dst = append(dst, c.details...)
	}
	return dst
}

// meet reports whether two rising lists have a number in common.
func meet(a, b []uint32) bool {
	for len(a) > 0 && len(b) > 0 {
		switch {
		case a[0] == b[0]:
			return true
		case a[0] < b[0]:
			a = a[1:]
		default:
			b = b[1:]
		}
	}
	return false
}

// deltaApplies reports whether a delta can make list l of old, which is held: not where what is held would turn from
// the revoked to the others, since that can be far more than the delta has bytes.
func deltaApplies(l, old List) bool {
	if l.ID != old.ID || l.Kind != KindIndex || old.Kind != KindIndex || l.Covered < old.Covered {
		return false
	}
	for _, c := range [...][2]uint64{{l.Revoked, old.Revoked}, {l.Suspended, old.Suspended}} {
		_, now := coded(l.Covered, c[0])
		_, before := coded(old.Covered, c[1])
		if now != before || now && l.Covered != old.Covered {
			return false
		}
	}
	return (l.Details == Blob{}) == (old.Details == Blob{})
}

// apply makes list l of what is held of it before. A change that leads to another list than l is an error or is
// noticed by its root.
func (c change) apply(held *loadedList, l List) (loadedList, error) {
	var err error
	n := loadedList{}
	if n.revoked, err = held.revoked.change(l.Covered, l.Revoked, c.revoked, c.suspended, c.good); err != nil {
		return loadedList{}, err
	}
	before := held.suspended
	if before == nil {
		before = newIndexSet(held.revoked.covered, 0)
	}
	if n.suspended, err = before.change(l.Covered, l.Suspended, c.suspended, c.revoked, c.good); err != nil {
		return loadedList{}, err
	}
	if l.Details != (Blob{}) {
		split := len(c.revoked) * detailSize
		n.details = mergeDetails([]byte{schemeDetails}, n.revoked, held.revoked, held.details[1:], c.revoked, c.details[:split], detailSize)
		n.details = mergeDetails(n.details, n.suspended, before, held.details[1+held.revoked.count*detailSize:],
			c.suspended, c.details[split:], sinceSize)
	}
	if l.Suspended == 0 {
		n.suspended = nil
	}
	return n, nil
}

// change returns the set of count indexes that s becomes with add, and without the two others.
func (s *indexSet) change(covered, count uint64, add, remove, too []uint32) (*indexSet, error) {
	remove = union(remove, too)
	want, inverted := coded(covered, count)
	if inverted {
		add, remove = remove, add
	}
	if want > s.held+uint64(len(add)) {
		return nil, ErrRoot // before there is room made for them
	}
	n := newIndexSet(covered, count)
	for _, i := range s.stored() {
		for ; len(add) > 0 && add[0] < i; add = add[1:] {
			n.add(add[0])
		}
		if len(add) > 0 && add[0] == i {
			add = add[1:]
		}
		for len(remove) > 0 && remove[0] < i {
			remove = remove[1:]
		}
		if len(remove) == 0 || remove[0] != i {
			n.add(i)
		}
	}
	for _, i := range add {
		n.add(i)
	}
	if n.held != want {
		return nil, ErrRoot
	}
	return n, nil
}

// union merges two rising lists that do not meet.
func union(a, b []uint32) []uint32 {
	if len(b) == 0 {
		return a
	}
	all := make([]uint32, 0, len(a)+len(b))
	for len(a) > 0 && len(b) > 0 {
		if a[0] < b[0] {
			all, a = append(all, a[0]), a[1:]
		} else {
			all, b = append(all, b[0]), b[1:]
		}
	}
	return append(append(all, a...), b...)
}

// mergeDetails appends the details of set, of so many bytes each: those of the changed, and for the others those they had.
func mergeDetails(dst []byte, set, old *indexSet, had []byte, changed []uint32, details []byte, size int) []byte {
	before := old.indexes()
	for _, i := range set.indexes() {
		for len(before) > 0 && before[0] < i {
			before, had = before[1:], had[size:]
		}
		for len(changed) > 0 && changed[0] < i {
			changed, details = changed[1:], details[size:]
		}
		if len(changed) > 0 && changed[0] == i {
			dst = append(dst, details[:size]...)
		} else if len(before) > 0 && before[0] == i {
			dst = append(dst, had[:size]...)
		}
	}
	return dst
}

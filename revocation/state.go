package revocation

import (
	"bytes"
	"encoding/binary"
	"slices"
	"sort"
	"time"

	"github.com/e2eid/e2eid/internal/sha256"
)

const (
	// MaxSpan is how long after thisUpdate nextUpdate may be.
	MaxSpan = 92 * 24 * time.Hour
	// MinInterval is the least time between two heads of an authority, so that its number is at most thisUpdate in seconds. A
	// thief of the key can then not use up the numbers: a second later the authority has a higher one.
	MinInterval = time.Second
	// MaxAuthorities is how many authorities a State holds.
	MaxAuthorities = 1024
	// MaxStateSize of a record, in bytes: twice what the most of all that it holds takes.
	MaxStateSize = 1 << 20

	stateLabel   = "e2eid revocation state\x00"
	stateVersion = 1
)

// Seen is the newest head accepted of an authority.
type Seen struct {
	Authority  string
	Number     uint64
	ThisUpdate time.Time
	Hash       [32]byte
	Sequence   uint32 // of the keys that signed it

	head []byte   // as received; nil if only the record is known
	keys [32]byte // that signed it, as in followed; zero if they were configured
}

// A State remembers the newest head of each authority, and when its newest status lists and assertions were made, so that
// nobody leads the client back. The zero State is empty and ready. It is not safe for concurrent use.
type State struct {
	seen     []Seen   // rising by Authority
	memories []memory // likewise
}

// Seen returns the newest head accepted of an authority.
func (s *State) Seen(authority string) (seen Seen, ok bool) {
	i, ok := s.find(authority)
	if !ok {
		return Seen{}, false
	}
	return s.seen[i], true
}

// Head returns the newest head accepted of an authority, as it was received; nil if there is none, or only its hash is known.
func (s *State) Head(authority string) []byte {
	seen, _ := s.Seen(authority)
	return bytes.Clone(seen.head)
}

func (s *State) find(authority string) (int, bool) {
	i := sort.Search(len(s.seen), func(i int) bool { return s.seen[i].Authority >= authority })
	return i, i < len(s.seen) && s.seen[i].Authority == authority
}

// Check reports whether Accept would take the head, and changes nothing. The head that is held already is fine. The error
// is a [*RollbackError], [*EquivocationError] or [*FastForwardError], [ErrFull], [ErrReplaced], or [ErrSignature] for a zero
// Head.
//
// A head that has expired is no error: it is what the authority said last, and an index it does not revoke is [Stale].
func (s *State) Check(h *Head, now time.Time) error {
	b := &h.u.body
	if b.Number == 0 {
		return ErrSignature
	}
	held, known := s.Seen(b.Authority)
	if !known && len(s.seen) >= MaxAuthorities {
		return ErrFull
	}
	if known && (h.sequence < held.Sequence || !h.passes(held)) {
		return ErrReplaced
	}
	if known {
		if err := compare(h, held); err != nil || b.Number == held.Number {
			return err
		}
	}
	why := ""
	switch {
	case b.ThisUpdate.After(now.Add(ClockTolerance)):
		why = "thisUpdate is in the future"
	case b.NextUpdate.Sub(b.ThisUpdate) > MaxSpan:
		why = "nextUpdate is too long after thisUpdate"
	case b.Number > uint64(b.ThisUpdate.Unix())/uint64(MinInterval/time.Second):
		why = "number is higher than heads can have been made"
	case known && b.ThisUpdate.Before(held.ThisUpdate):
		why = "thisUpdate is before that of a lower number"
	default:
		return nil
	}
	return &FastForwardError{b.Authority, b.Number, b.ThisUpdate.Unix(), b.NextUpdate.Unix(), why}
}

// passes reports whether the keys that are held are on the way from those configured to those that signed the head. Any other way
// was signed by keys that they have replaced.
func (h *Head) passes(held Seen) bool {
	if held.keys == [32]byte{} || h.from >= held.Sequence {
		return true
	}
	return slices.Contains(h.by, followed{held.Sequence, held.keys})
}

// compare reports whether the head is held, or may follow it.
func compare(h *Head, held Seen) error {
	b := &h.u.body
	got := h.Hash()
	switch {
	case b.Number < held.Number:
		return &RollbackError{b.Authority, b.Number, held.Number}
	case b.Number == held.Number && got == held.Hash:
		return nil
	case b.Number == held.Number:
	case b.Number == held.Number+1 && b.Previous != held.Hash:
		got = b.Previous // no number is between them
	default:
		return nil
	}
	return &EquivocationError{b.Authority, held.Number, held.Hash, got, bytes.Clone(held.head), h.Bytes()}
}

// Accept checks the head like [State.Check] and remembers it. On error nothing changes. Remember a head once its blobs
// are loaded: else a mirror that withholds them leaves the client with nothing it may use after a restart.
func (s *State) Accept(h *Head, now time.Time) error {
	if err := s.Check(h, now); err != nil {
		return err
	}
	b := &h.u.body
	e := Seen{Authority: b.Authority, Number: b.Number, ThisUpdate: b.ThisUpdate, Hash: h.Hash(), Sequence: h.sequence, head: h.Bytes()}
	if n := len(h.by); n > 0 {
		e.keys = h.by[n-1].keys
	}
	s.put(e)
	return nil
}

func (s *State) put(e Seen) {
	if i, ok := s.find(e.Authority); ok {
		s.seen[i] = e
	} else {
		s.seen = append(s.seen, e)
		copy(s.seen[i+1:], s.seen[i:])
		s.seen[i] = e
	}
}

// Merge takes over what other has seen and s has not, such as what another tab has remembered, and the newer of each
// status list and assertion. Keys that one of them has seen replaced are replaced, whichever head is newer. Where both have
// seen other heads of one number s keeps its own, and the error is an [*EquivocationError] for the first such authority.
// Otherwise it is nil, or [ErrFull] if there was no room for all.
func (s *State) Merge(other *State) error {
	var conflict, full error
	for _, e := range other.seen {
		held, known := s.Seen(e.Authority)
		if known { // whichever head is newer: keys that were replaced stay so
			if e.Sequence > held.Sequence || e.Sequence == held.Sequence && held.keys == [32]byte{} {
				held.Sequence, held.keys = e.Sequence, e.keys
				s.put(held)
			}
			e.Sequence, e.keys = held.Sequence, held.keys
		}
		switch {
		case !known && len(s.seen) >= MaxAuthorities:
			full = ErrFull
		case !known || e.Number > held.Number:
			s.put(e)
		case e.Number < held.Number:
		case e.Hash != held.Hash:
			if conflict == nil {
				conflict = &EquivocationError{e.Authority, e.Number, held.Hash, e.Hash, bytes.Clone(held.head), bytes.Clone(e.head)}
			}
		case held.head == nil:
			s.put(e)
		}
	}
	if s.mergeSigned(other) {
		full = ErrFull
	}
	if conflict != nil {
		return conflict
	}
	return full
}

// Append appends the record of the state, for keeping.
func (s *State) Append(dst []byte) []byte {
	start := len(dst)
	dst = append(dst, stateLabel...)
	dst = append(dst, stateVersion)
	dst = binary.BigEndian.AppendUint16(dst, uint16(len(s.seen)))
	for _, e := range s.seen {
		dst = append(dst, byte(len(e.Authority)))
		dst = append(dst, e.Authority...)
		dst = binary.BigEndian.AppendUint64(dst, e.Number)
		dst = binary.BigEndian.AppendUint64(dst, uint64(e.ThisUpdate.Unix()))
		dst = append(dst, e.Hash[:]...)
		dst = binary.BigEndian.AppendUint32(dst, e.Sequence)
		dst = append(dst, e.keys[:]...)
	}
	dst = s.appendSigned(dst)
	sum := sha256.Sum256(dst[start:])
	return append(dst, sum[:]...)
}

// RestoreState reads the slots in which records are kept in turns, and merges those that are whole: a write that was cut off
// damages one, and the other is older. The error is that of [MergeSlots]. The State is never nil; beside [ErrSlot] it has what
// the older slot remembers.
func RestoreState(slots ...[]byte) (*State, error) {
	s := &State{}
	return s, MergeSlots(s.Merge, slots...)
}

// MergeSlots has merge take in the records of those slots that are whole. A slot that is nil was never written. The error is
// [ErrSlot] if one is damaged and another is whole, and [ErrState] if none is; it wraps [ErrVersion] if one is of a newer
// version. What merge returns goes before ErrSlot.
func MergeSlots(merge func(*State) error, slots ...[]byte) error {
	var failed, conflict error
	whole := false
	for _, slot := range slots {
		if slot == nil {
			continue
		}
		if s, err := ParseState(slot); err == nil {
			whole = true
			if err := merge(s); conflict == nil {
				conflict = err
			}
		} else if failed == nil || failed == ErrState {
			failed = err
		}
	}
	if failed == ErrState && whole {
		failed = ErrSlot
	}
	if conflict != nil && (failed == nil || failed == ErrSlot) {
		return conflict
	}
	return failed
}

// ParseState reads a record. The error is [ErrState] if it is not whole, and wraps [ErrVersion] if it is of a newer version.
// It does not retain b.
func ParseState(b []byte) (*State, error) {
	if len(b) < sha256.Size || len(b) > MaxStateSize {
		return nil, ErrState
	}
	body, sum := b[:len(b)-sha256.Size], b[len(b)-sha256.Size:]
	if sha256.Sum256(body) != [32]byte(sum) {
		return nil, ErrState
	}
	r := &reader{body, true}
	if string(r.take(uint64(len(stateLabel)))) != stateLabel {
		return nil, ErrState
	}
	if v := r.uint8(); r.ok && v != stateVersion {
		return nil, unsupported("version of the state record")
	}
	s := &State{}
	count := r.uint16()
	if count > MaxAuthorities {
		return nil, ErrState
	}
	for range count {
		authority := r.take(uint64(r.uint8()))
		e := Seen{Authority: string(authority), Number: r.uint64()}
		this := r.uint64()
		e.ThisUpdate = fromUnix(this)
		e.Hash = r.hash()
		e.Sequence = uint32(r.uint16())<<16 | uint32(r.uint16())
		e.keys = r.hash()
		n := len(s.seen)
		if !r.ok || !validAuthority(authority) || e.Number == 0 || this > maxTime || e.Sequence == 0 && e.keys != [32]byte{} ||
			n > 0 && s.seen[n-1].Authority >= e.Authority {
			return nil, ErrState
		}
		s.seen = append(s.seen, e)
	}
	if !s.readSigned(r) || !r.ok || len(r.b) > 0 {
		return nil, ErrState
	}
	return s, nil
}

package revocation

import (
	"bytes"
	"encoding/binary"
	"sort"

	"github.com/e2eid/e2eid/internal/sha256"
)

// MaxSigned is how many status lists and assertions a State remembers, of all authorities together.
const MaxSigned = 1 << 14

const nameSize = 16

// A SignedName names a status list or assertion among those of an authority.
type SignedName [nameSize]byte

// NameOf returns the name of what is of this kind, such as 'l' for a list, and has this identifier. Two that met in one
// name would each count as the other's next issue, and the older be refused.
func NameOf(kind byte, id string) (name SignedName) {
	h := sha256.New()
	h.Write([]byte{kind})
	h.Write([]byte(id))
	sum := h.Sum()
	copy(name[:], sum[:])
	return name
}

// A memory is what is known of the status lists and assertions of one authority. All that it does not name counts as seen
// when floor was made: what was forgotten is not older than that.
type memory struct {
	authority string
	floor     int64
	signed    []signedSeen // rising by name, each made after floor
}

type signedSeen struct {
	name SignedName
	made int64
}

func (m *memory) find(name SignedName) (int, bool) {
	i := sort.Search(len(m.signed), func(i int) bool { return bytes.Compare(m.signed[i].name[:], name[:]) >= 0 })
	return i, i < len(m.signed) && m.signed[i].name == name
}

// memory returns that of an authority, nil if there is none.
func (s *State) memory(authority string) *memory {
	for i := range s.memories {
		if s.memories[i].authority == authority {
			return &s.memories[i]
		}
	}
	return nil
}

// NewestSigned returns when, in Unix seconds, the newest was made that is remembered under this name: an older one is a
// rollback. It is 0 if none is, unless some were forgotten: then it is when the newest of those was made.
func (s *State) NewestSigned(authority string, name SignedName) (made int64) {
	m := s.memory(authority)
	if m == nil {
		if len(s.memories) >= MaxAuthorities {
			return maxTime // what would not be remembered is not used
		}
		return 0
	}
	if i, ok := m.find(name); ok {
		return m.signed[i].made
	}
	return m.floor
}

// NoteSigned remembers one whose signature holds, made at a time in Unix seconds. Where there is no room, the authority that
// has most forgets its oldest: no authority can have another's forgotten. It forgets nobody's who has fewer.
func (s *State) NoteSigned(authority string, name SignedName, made int64) {
	if made <= s.NewestSigned(authority, name) || made > maxTime || !ValidAuthority(authority) {
		return
	}
	m := s.remember(authority)
	if m == nil {
		return
	}
	i, ok := m.find(name)
	if !ok {
		m.signed = append(m.signed, signedSeen{})
		copy(m.signed[i+1:], m.signed[i:])
	}
	m.signed[i] = signedSeen{name, made}
	s.forget()
}

// remember returns the memory of an authority, a new one if there is none; nil if there is no room.
func (s *State) remember(authority string) *memory {
	if m := s.memory(authority); m != nil || len(s.memories) >= MaxAuthorities {
		return m
	}
	at := sort.Search(len(s.memories), func(i int) bool { return s.memories[i].authority >= authority })
	s.memories = append(s.memories, memory{})
	copy(s.memories[at+1:], s.memories[at:])
	s.memories[at] = memory{authority: authority}
	return &s.memories[at]
}

// forget makes room: see [State.NoteSigned].
func (s *State) forget() {
	for {
		total, most := 0, 0
		for i := range s.memories {
			total += len(s.memories[i].signed)
			if len(s.memories[i].signed) > len(s.memories[most].signed) {
				most = i
			}
		}
		if total <= MaxSigned {
			return
		}
		m := &s.memories[most]
		oldest := m.signed[0].made
		for _, e := range m.signed {
			oldest = min(oldest, e.made)
		}
		m.raise(oldest)
	}
}

// raise forgets all that was made up to a time.
func (m *memory) raise(floor int64) {
	m.floor = max(m.floor, floor)
	kept := m.signed[:0]
	for _, e := range m.signed {
		if e.made > m.floor {
			kept = append(kept, e)
		}
	}
	m.signed = kept
}

// mergeSigned takes over the newest of each that other remembers. full reports that there was no room for an authority.
func (s *State) mergeSigned(other *State) (full bool) {
	for i := range other.memories {
		from := &other.memories[i]
		m := s.remember(from.authority)
		if m == nil {
			full = true
			continue
		}
		m.raise(from.floor)
		for _, e := range from.signed {
			s.NoteSigned(from.authority, e.name, e.made)
		}
	}
	return full
}

func (s *State) appendSigned(dst []byte) []byte {
	dst = binary.BigEndian.AppendUint16(dst, uint16(len(s.memories)))
	for i := range s.memories {
		m := &s.memories[i]
		dst = append(append(dst, byte(len(m.authority))), m.authority...)
		dst = appendTime(dst, m.floor)
		dst = binary.BigEndian.AppendUint16(dst, uint16(len(m.signed)))
		for _, e := range m.signed {
			dst = appendTime(append(dst, e.name[:]...), e.made)
		}
	}
	return dst
}

// readSigned reports whether what is read is in its one form.
func (s *State) readSigned(r *reader) bool {
	count := r.uint16()
	total := 0
	for n := range int(count) {
		authority := r.take(uint64(r.uint8()))
		m := memory{authority: string(authority), floor: readTime(r)}
		size := int(r.uint16())
		total += size
		if !r.ok || !validAuthority(authority) || n >= MaxAuthorities || n > 0 && s.memories[n-1].authority >= m.authority ||
			total > MaxSigned || len(r.b) < size*(nameSize+5) || size == 0 && m.floor == 0 {
			return false
		}
		m.signed = make([]signedSeen, size)
		for i := range m.signed {
			e := &m.signed[i]
			copy(e.name[:], r.take(nameSize))
			e.made = readTime(r)
			if e.made <= m.floor || i > 0 && bytes.Compare(m.signed[i-1].name[:], e.name[:]) >= 0 {
				return false
			}
		}
		s.memories = append(s.memories, m)
	}
	return true
}

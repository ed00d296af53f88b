package main

import (
	"bytes"
	"hash/maphash"
	"math"
	"math/bits"
)

// A serialTable has serial numbers, each once, in the order in which they came. A map would take three times the 50 bytes that it
// takes for each, of which there can be a hundred million.
type serialTable struct {
	all   [][]byte // content octets
	slots []uint32 // by hash: 1 + the position in all, or 0; as many as a power of two, half of them free
	seed  maphash.Seed
	room  []byte // for the next octets
}

func (t *serialTable) len() int { return len(t.all) }

// find returns the position of a serial number.
func (t *serialTable) find(octets []byte) (at int, ok bool) {
	if len(t.all) == 0 {
		return 0, false
	}
	at = int(t.slots[t.slot(octets)]) - 1
	return at, at >= 0
}

// slot returns the slot of a serial number, which is free if it is not there.
func (t *serialTable) slot(octets []byte) uint64 {
	mask := uint64(len(t.slots) - 1)
	for s := maphash.Bytes(t.seed, octets) & mask; ; s = (s + 1) & mask {
		if at := t.slots[s]; at == 0 || bytes.Equal(t.all[at-1], octets) {
			return s
		}
	}
}

// add returns the position of a serial number, which it copies. added is false if it was there.
func (t *serialTable) add(octets []byte) (at int, added bool) {
	if 2*len(t.all) >= len(t.slots) {
		t.grow()
	}
	s := t.slot(octets)
	if t.slots[s] != 0 {
		return int(t.slots[s]) - 1, false
	}
	if len(t.room) < len(octets) {
		t.room = make([]byte, 1<<16)
	}
	n := copy(t.room, octets)
	t.all = append(t.all, t.room[:n:n])
	t.room = t.room[n:]
	t.slots[s] = uint32(len(t.all))
	return len(t.all) - 1, true
}

func (t *serialTable) grow() {
	if len(t.slots) == 0 {
		t.seed = maphash.MakeSeed()
	}
	if uint64(len(t.all)) >= math.MaxUint32/2 {
		panic("over 2^31 serial numbers of one list") // a hundred gigabytes
	}
	t.slots = make([]uint32, max(1<<10, 1<<bits.Len(uint(2*len(t.all)))))
	for i, octets := range t.all {
		t.slots[t.slot(octets)] = uint32(i + 1)
	}
}

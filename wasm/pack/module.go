package main

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
)

// Sections of a module (WebAssembly Core Specification, Section 5.5.2) that are looked into.
const (
	functionSection = 3
	dataSection     = 11
)

// What stands around the address of a segment: "active, in memory 0", i32.const and end.
const (
	activeSegment = 0x00
	i32Const      = 0x41
	endOp         = 0x0b
)

// The initial memory of our modules has 2 MB.
const maxMemory = 64 << 20

// A run of zeroes as long as this ends a segment. Shorter ones compress better than the header of another segment.
const gap = 128

var preamble = []byte("\x00asm\x01\x00\x00\x00")

var errModule = errors.New("not a module as the Go linker writes it")

// A module is a list of sections.
type module []section

type section struct {
	id   byte
	body []byte
}

func parseModule(b []byte) (module, error) {
	b, ok := bytes.CutPrefix(b, preamble)
	if !ok {
		return nil, fmt.Errorf("%w: no preamble of version 1", errModule)
	}
	var m module
	for r := (reader{b: b}); len(r.b) > 0; {
		s := section{id: r.byte()}
		s.body = r.bytes(r.uint32())
		if r.bad {
			return nil, fmt.Errorf("%w: section %d is cut off", errModule, s.id)
		}
		m = append(m, s)
	}
	return m, nil
}

func (m module) bytes() []byte {
	b := bytes.Clone(preamble)
	for _, s := range m {
		b = append(b, s.id)
		b = binary.AppendUvarint(b, uint64(len(s.body)))
		b = append(b, s.body...)
	}
	return b
}

// section returns the one section with this number.
func (m module) section(id byte) (*section, error) {
	var found *section
	for i := range m {
		if m[i].id == id {
			if found != nil {
				return nil, fmt.Errorf("%w: several sections %d", errModule, id)
			}
			found = &m[i]
		}
	}
	if found == nil {
		return nil, fmt.Errorf("%w: no section %d", errModule, id)
	}
	return found, nil
}

// functions returns how many functions the module defines.
func (m module) functions() (uint32, error) {
	s, err := m.section(functionSection)
	if err != nil {
		return 0, err
	}
	r := reader{b: s.body}
	n := r.uint32()
	if r.bad {
		return 0, fmt.Errorf("%w: malformed function section", errModule)
	}
	return n, nil
}

// memory returns what the data section writes into the memory, from address 0 on. All else of it is zero.
func (m module) memory() ([]byte, error) {
	s, err := m.section(dataSection)
	if err != nil {
		return nil, err
	}
	var memory []byte
	r := reader{b: s.body}
	for n := r.uint32(); n > 0 && !r.bad; n-- {
		r.expect(activeSegment)
		r.expect(i32Const)
		address := r.address()
		r.expect(endOp)
		data := r.bytes(r.uint32())
		end := uint64(address) + uint64(len(data))
		if r.bad || end > maxMemory {
			return nil, fmt.Errorf("%w: malformed data segment", errModule)
		}
		if missing := int(end) - len(memory); missing > 0 {
			memory = append(memory, make([]byte, missing)...)
		}
		copy(memory[address:], data)
	}
	if r.bad || len(r.b) != 0 {
		return nil, fmt.Errorf("%w: malformed data section", errModule)
	}
	return memory, nil
}

// setMemory makes the data section, which there must be, write this memory.
func (m module) setMemory(memory []byte) {
	for i := range m {
		if m[i].id == dataSection {
			m[i].body = appendData(nil, memory)
		}
	}
}

// appendData appends a data section's body: the memory without its runs of zeroes.
func appendData(b, memory []byte) []byte {
	var segments []byte
	count := uint64(0)
	zeroes := make([]byte, gap)
	for at := 0; at < len(memory); {
		if memory[at] == 0 {
			at++
			continue
		}
		end := len(memory)
		if i := bytes.Index(memory[at:], zeroes); i >= 0 {
			end = at + i
		}
		data := bytes.TrimRight(memory[at:end], "\x00")
		segments = append(segments, activeSegment, i32Const)
		segments = appendAddress(segments, uint32(at))
		segments = append(segments, endOp)
		segments = binary.AppendUvarint(segments, uint64(len(data)))
		segments = append(segments, data...)
		count++
		at = end
	}
	return append(binary.AppendUvarint(b, count), segments...)
}

// appendAddress appends an address below 2 GiB as a signed LEB128, in which the last byte's bit 6 is the sign.
func appendAddress(b []byte, address uint32) []byte {
	b = binary.AppendUvarint(b, uint64(address))
	if last := len(b) - 1; b[last]&0x40 != 0 {
		b[last] |= 0x80
		b = append(b, 0)
	}
	return b
}

// A reader reads from the beginning of b. Once something was not there, bad stays set and all that is read is zero.
type reader struct {
	b   []byte
	bad bool
}

func (r *reader) bytes(n uint32) []byte {
	if r.bad || uint64(n) > uint64(len(r.b)) {
		r.bad = true
		return nil
	}
	b := r.b[:n:n]
	r.b = r.b[n:]
	return b
}

func (r *reader) byte() byte {
	if b := r.bytes(1); !r.bad {
		return b[0]
	}
	return 0
}

func (r *reader) expect(b byte) {
	if r.byte() != b {
		r.bad = true
	}
}

// uint32 reads an unsigned LEB128 of at most 32 bits.
func (r *reader) uint32() uint32 {
	n, size := binary.Uvarint(r.b)
	if size <= 0 || n>>32 != 0 {
		r.bad = true
		return 0
	}
	r.bytes(uint32(size))
	return uint32(n)
}

// address reads a signed LEB128 that is not negative.
func (r *reader) address() uint32 {
	before := r.b
	n := r.uint32()
	if size := len(before) - len(r.b); size == 0 || before[size-1]&0x40 != 0 || n>>31 != 0 {
		r.bad = true
		return 0
	}
	return n
}

package main

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
)

// The runtime's table of functions, called pclntab, begins with a header (runtime.pcHeader), which says where its parts
// stand, as offsets from its own beginning; integers are little-endian.
//
//	uint32 magic; uint8 pad[2]; uint8 instruction_size = 1; uint8 pointer_size = 8;
//	uint64 functions, files, unused;
//	uint64 names;    // of functions, each ended by a zero byte
//	uint64 units;    // by compilation unit: indices of files
//	uint64 files;    // their names
//	uint64 tables;   // by instruction: one value each
//	uint64 entries;  // struct { uint32 entry; uint32 function; } [functions], then the functions
//
// A function (runtime._func) is an offset from entries. An offset of a table is from tables, and 0 means that there is
// none, which the runtime takes for a file and a line that are not known.
//
//	uint32 entry, name, arguments, deferreturn;
//	uint32 stack_size;        // offset of a table
//	uint32 file, line;        // offsets of tables
//	uint32 value_tables;      // count
//	uint32 unit, start_line;
//	uint8  kind, flags, pad, pointers;
//	uint32 values[value_tables];  // offsets of tables: stack maps, inlined calls
const (
	magic        = 0xfffffff1 // of Go 1.20 and later
	headerSize   = 72
	functionSize = 44
)

// Offsets within a function.
const (
	nameField       = 4
	stackSizeField  = 16
	fileField       = 20
	lineField       = 24
	valueCountField = 28
	unitField       = 32
	startLineField  = 36
)

var (
	headerStart = []byte{0xf1, 0xff, 0xff, 0xff, 0, 0, 1, 8}
	errTable    = errors.New("the runtime's table of functions is not as Go 1.26 writes it")
)

// A functionTable is the parts of the table within the memory.
type functionTable struct {
	names, units, files, tables []byte
	functions                   []byte // all from entries on, to the end of the memory
	count                       uint32
}

// clearPositions clears files and lines from the table of functions in memory. Everything that the runtime works with
// stays: stack sizes, stack maps, inlined calls (recover counts them) and names. Tables that are still in use move to
// the beginning of theirs. On an error memory is of no use.
func clearPositions(memory []byte, functions uint32) error {
	t, err := findFunctionTable(memory, functions)
	if err != nil {
		return err
	}
	kept := []byte{0} // no table is at offset 0
	moved := map[uint32]uint32{0: 0}
	move := func(field []byte) error {
		old := binary.LittleEndian.Uint32(field)
		offset, done := moved[old]
		if !done {
			table, err := t.table(old)
			if err != nil {
				return err
			}
			if len(kept)+len(table) > len(t.tables) {
				return fmt.Errorf("%w: tables overlap", errTable)
			}
			offset = uint32(len(kept))
			moved[old] = offset
			kept = append(kept, table...)
		}
		binary.LittleEndian.PutUint32(field, offset)
		return nil
	}
	for i := range t.count {
		function, values, err := t.function(i)
		if err != nil {
			return err
		}
		if err := move(function[stackSizeField:]); err != nil {
			return err
		}
		for ; len(values) > 0; values = values[4:] {
			if err := move(values); err != nil {
				return err
			}
		}
		for _, field := range []int{fileField, lineField, unitField, startLineField} {
			clear(function[field : field+4])
		}
	}
	clear(t.tables)
	copy(t.tables, kept)
	clear(t.units)
	clear(t.files)
	return nil
}

// findFunctionTable returns the only table for this number of functions.
func findFunctionTable(memory []byte, functions uint32) (*functionTable, error) {
	var found *functionTable
	for at := 0; ; at++ {
		i := bytes.Index(memory[at:], headerStart)
		if i < 0 {
			break
		}
		at += i
		t := parseFunctionTable(memory[at:])
		if t == nil || t.count != functions {
			continue
		}
		if found != nil {
			return nil, fmt.Errorf("%w: there are several", errTable)
		}
		found = t
	}
	if found == nil {
		return nil, fmt.Errorf("%w: no header for %d functions", errTable, functions)
	}
	return found, nil
}

// parseFunctionTable returns the table at the beginning of b, nil if there is none.
func parseFunctionTable(b []byte) *functionTable {
	if len(b) < headerSize {
		return nil
	}
	var field [8]uint64
	for i := range field {
		field[i] = binary.LittleEndian.Uint64(b[8+8*i:])
	}
	count, parts := field[0], field[3:]
	end := uint64(headerSize)
	for _, start := range parts {
		if start < end || start > uint64(len(b)) {
			return nil
		}
		end = start
	}
	if count > (uint64(len(b))-end)/8 {
		return nil
	}
	return &functionTable{
		names:     b[parts[0]:parts[1]],
		units:     b[parts[1]:parts[2]],
		files:     b[parts[2]:parts[3]],
		tables:    b[parts[3]:parts[4]],
		functions: b[parts[4]:],
		count:     uint32(count),
	}
}

// function returns the fixed part of function i and the offsets of its value tables.
func (t *functionTable) function(i uint32) (fixed, values []byte, err error) {
	malformed := fmt.Errorf("%w: function %d", errTable, i)
	entry := binary.LittleEndian.Uint32(t.functions[8*i:])
	offset := binary.LittleEndian.Uint32(t.functions[8*i+4:])
	if uint64(offset)+functionSize > uint64(len(t.functions)) {
		return nil, nil, malformed
	}
	fixed = t.functions[offset : offset+functionSize]
	values = t.functions[offset+functionSize:]
	count := binary.LittleEndian.Uint32(fixed[valueCountField:])
	name := binary.LittleEndian.Uint32(fixed[nameField:])
	switch {
	case binary.LittleEndian.Uint32(fixed) != entry,
		uint64(name) >= uint64(len(t.names)) || name > 0 && t.names[name-1] != 0,
		uint64(count)*4 > uint64(len(values)):
		return nil, nil, malformed
	}
	return fixed, values[:count*4], nil
}

// table returns the table at an offset: pairs of a value's change and the number of instructions it stands for, both
// LEB128, up to a change of zero that is not the first.
func (t *functionTable) table(offset uint32) ([]byte, error) {
	malformed := fmt.Errorf("%w: table at %d", errTable, offset)
	if uint64(offset) >= uint64(len(t.tables)) {
		return nil, malformed
	}
	whole := t.tables[offset:]
	r := reader{b: whole}
	for first := true; ; first = false {
		if change := r.uint32(); change == 0 && !first {
			break
		}
		r.uint32()
		if r.bad {
			return nil, malformed
		}
	}
	if r.bad {
		return nil, malformed
	}
	return whole[:len(whole)-len(r.b)], nil
}

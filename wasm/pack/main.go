// Command pack makes a WebAssembly module that the Go linker wrote smaller to send, and changes nothing that it computes.
//
//	pack in.wasm out.wasm
//
// It does two things, and refuses a module in which anything is not as it expects:
//
//   - The linker splits the initial memory at every eight zero bytes, into tens of thousands of segments whose headers
//     compress badly. pack writes the same memory in few segments.
//   - The linker has no option to leave out source positions. pack clears them: a stack trace still names functions,
//     but says "?:0" where it gave file and line. The unpacked module gives both, for the same trace.
package main

import (
	"fmt"
	"os"
)

func main() {
	if len(os.Args) != 3 {
		fmt.Fprintln(os.Stderr, "usage: pack in.wasm out.wasm")
		os.Exit(2)
	}
	if err := run(os.Args[1], os.Args[2]); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func run(in, out string) error {
	b, err := os.ReadFile(in)
	if err != nil {
		return err
	}
	if b, err = pack(b); err != nil {
		return fmt.Errorf("%s: %w", in, err)
	}
	return os.WriteFile(out, b, 0o644)
}

// pack returns the packed form of a module that the Go linker wrote.
func pack(wasm []byte) ([]byte, error) {
	m, err := parseModule(wasm)
	if err != nil {
		return nil, err
	}
	memory, err := m.memory()
	if err != nil {
		return nil, err
	}
	functions, err := m.functions()
	if err != nil {
		return nil, err
	}
	if err := clearPositions(memory, functions); err != nil {
		return nil, err
	}
	m.setMemory(memory)
	return m.bytes(), nil
}

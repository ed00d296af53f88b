package main

import (
	"bytes"
	"encoding/binary"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// build compiles a program as our modules are compiled.
func build(t testing.TB, pkg string) []byte {
	t.Helper()
	file := filepath.Join(t.TempDir(), "module.wasm")
	cmd := exec.Command("go", "build", "-trimpath", "-ldflags=-s -w", "-o", file, pkg)
	cmd.Env = append(os.Environ(), "GOOS=js", "GOARCH=wasm")
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	b, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// runModule runs a module that panics at its end under Node and returns what it prints.
func runModule(t *testing.T, wasm []byte) (stdout, stderr string) {
	t.Helper()
	goroot, err := exec.Command("go", "env", "GOROOT").Output()
	if err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(t.TempDir(), "module.wasm")
	if err := os.WriteFile(file, wasm, 0o600); err != nil {
		t.Fatal(err)
	}
	launcher := filepath.Join(strings.TrimSpace(string(goroot)), "lib", "wasm", "wasm_exec_node.js")
	cmd := exec.Command("node", "--stack-size=8192", launcher, file)
	var out, errs bytes.Buffer
	cmd.Env, cmd.Stdout, cmd.Stderr = []string{"PATH=" + os.Getenv("PATH")}, &out, &errs
	err = cmd.Run()
	if exit, ok := err.(*exec.ExitError); !ok || exit.ExitCode() != 2 {
		t.Fatalf("the program ended with %v, want exit status 2 of its panic\n%s%s", err, &out, &errs)
	}
	return out.String(), errs.String()
}

var (
	position = regexp.MustCompile(`(?m)^\t\S+:\d+`)
	number   = regexp.MustCompile(`0x[0-9a-f]+`)
)

func TestPackedProgramDiffersInPositionsOnly(t *testing.T) {
	if _, err := exec.LookPath("node"); err != nil {
		t.Skip("node is absent")
	}
	plain := build(t, "./testdata/stacks")
	packed, err := pack(plain)
	if err != nil {
		t.Fatal(err)
	}
	wantOut, trace := runModule(t, plain)
	out, gotTrace := runModule(t, packed)
	if out != wantOut {
		t.Errorf("packed, the program prints\n%s\nwant\n%s", out, wantOut)
	}
	for _, want := range []string{"index out of range", "inner second, and the outer first", "in a goroutine", "main.inlined"} {
		if !strings.Contains(out, want) {
			t.Errorf("the program does not get as far as %q:\n%s", want, out)
		}
	}
	wantTrace := number.ReplaceAllString(position.ReplaceAllString(trace, "\t?:0"), "0x")
	if wantTrace == number.ReplaceAllString(trace, "0x") || !strings.Contains(trace, "main.last") {
		t.Fatalf("no trace with positions:\n%s", trace)
	}
	if got := number.ReplaceAllString(gotTrace, "0x"); got != wantTrace {
		t.Errorf("packed, the trace is\n%s\nwant\n%s", got, wantTrace)
	}
}

func TestPackingChangesTheTableOfFunctionsOnly(t *testing.T) {
	plain := build(t, "..")
	packed, err := pack(plain)
	if err != nil {
		t.Fatal(err)
	}
	before, after := parse(t, plain), parse(t, packed)
	for i := range before {
		if before[i].id != dataSection && !bytes.Equal(before[i].body, after[i].body) {
			t.Errorf("section %d is not as it was", before[i].id)
		}
	}
	old, err := before.memory()
	if err != nil {
		t.Fatal(err)
	}
	memory, err := after.memory()
	if err != nil {
		t.Fatal(err)
	}
	if len(memory) != len(old) {
		t.Fatalf("%d bytes of memory became %d", len(old), len(memory))
	}
	start := bytes.Index(old, headerStart)
	header := old[start : start+headerSize]
	units := start + int(binary.LittleEndian.Uint64(header[40:]))
	entries := start + int(binary.LittleEndian.Uint64(header[64:]))
	last := entries + 8*int(binary.LittleEndian.Uint64(header[8:]))
	end := entries + int(binary.LittleEndian.Uint32(old[last-4:])) + functionSize + 4*20
	if !bytes.Equal(memory[:units], old[:units]) || !bytes.Equal(memory[end:], old[end:]) {
		t.Error("memory outside of the table of functions is not as it was")
	}
	if again, err := pack(packed); err != nil || !bytes.Equal(again, packed) {
		t.Errorf("packing again changes the module, error %v", err)
	}
	if len(before) < 10 || bytes.Contains(memory, []byte("wasm/main_js.go")) || !bytes.Contains(old, []byte("wasm/main_js.go")) {
		t.Error("a name of a file is left, or there was none")
	}
}

func parse(t testing.TB, wasm []byte) module {
	t.Helper()
	m, err := parseModule(wasm)
	if err != nil {
		t.Fatal(err)
	}
	return m
}

// Whatever the linker may change: what is not understood is not packed.
func TestUnexpectedTableIsRefused(t *testing.T) {
	memory, err := parse(t, build(t, "./testdata/stacks")).memory()
	if err != nil {
		t.Fatal(err)
	}
	functions := uint32(binary.LittleEndian.Uint64(memory[bytes.Index(memory, headerStart)+8:]))
	le := binary.LittleEndian
	tests := map[string]func(header, function []byte){
		"other magic":                   func(header, _ []byte) { header[0]++ },
		"other pointer size":            func(header, _ []byte) { header[7] = 4 },
		"parts in another order":        func(header, _ []byte) { copy(header[32:40], header[48:56]) },
		"parts beyond the memory":       func(header, _ []byte) { le.PutUint64(header[64:], 1<<40) },
		"fewer functions":               func(header, _ []byte) { header[8]-- },
		"a function of another entry":   func(_, function []byte) { function[0]++ },
		"a name from its middle":        func(_, function []byte) { function[nameField]++ },
		"a name beyond the names":       func(_, function []byte) { le.PutUint32(function[nameField:], 1<<30) },
		"a table beyond the tables":     func(_, function []byte) { le.PutUint32(function[stackSizeField:], 1<<30) },
		"more tables than there can be": func(_, function []byte) { le.PutUint32(function[valueCountField:], 1<<30) },
	}
	for name, change := range tests {
		t.Run(name, func(t *testing.T) {
			memory := bytes.Clone(memory)
			header := memory[bytes.Index(memory, headerStart):]
			entries := header[le.Uint64(header[64:]):]
			change(header, entries[le.Uint32(entries[8*100+4:]):])
			if err := clearPositions(memory, functions); err == nil {
				t.Error("the table was taken")
			}
		})
	}
	if err := clearPositions(memory, functions); err != nil {
		t.Errorf("unchanged: %v", err)
	}
	if err := clearPositions(memory, functions+1); err == nil {
		t.Error("a table was taken that lacks a function")
	}
}

func FuzzMemoryIsWrittenWhole(f *testing.F) {
	f.Add([]byte{})
	f.Add([]byte("\x00a\x00b"))
	f.Add(append(make([]byte, 300), "a\x00\x00b"...))
	f.Add(append(append([]byte("ab"), make([]byte, gap)...), 'c'))
	f.Fuzz(func(t *testing.T, memory []byte) {
		m := module{{id: dataSection}}
		m.setMemory(memory)
		got, err := m.memory()
		if err != nil {
			t.Fatal(err)
		}
		if want := bytes.TrimRight(memory, "\x00"); !bytes.Equal(got, want) {
			t.Errorf("memory %x came back as %x", want, got)
		}
	})
}

func FuzzPackIsRepeatable(f *testing.F) {
	f.Add(module{{id: functionSection, body: []byte{1, 0}}, {id: dataSection, body: appendData(nil, tinyTable())}}.bytes())
	f.Fuzz(func(t *testing.T, wasm []byte) {
		packed, err := pack(wasm)
		if err != nil {
			return
		}
		if again, err := pack(packed); err != nil || !bytes.Equal(again, packed) {
			t.Errorf("packed %x, then %x, error %v", packed, again, err)
		}
	})
}

// tinyTable is a table of one function with a stack size, a position and one value table.
func tinyTable() []byte {
	le := binary.LittleEndian
	b := bytes.Clone(headerStart)
	for _, n := range []uint64{1, 1, 0, headerSize, headerSize + 8, headerSize + 12, headerSize + 20, headerSize + 40} {
		b = le.AppendUint64(b, n)
	}
	b = append(b, "main.f\x00\x00"...)               // names
	b = append(b, 0, 0, 0, 0)                        // units
	b = append(b, "main.go\x00"...)                  // files
	b = append(b, 0, 2, 1, 0, 4, 9, 0, 8, 3, 2, 2)   // tables at 1, 4 and 7
	b = append(b, 0, 0, 0, 0, 0, 0, 0, 0, 0)         // and room
	b = le.AppendUint32(le.AppendUint32(b, 4096), 8) // entry
	for _, n := range []uint32{4096, 0, 0, 0, 1, 4, 7, 1, 0, 30, 0, 4} {
		b = le.AppendUint32(b, n)
	}
	return b
}

func TestTinyTable(t *testing.T) {
	memory := tinyTable()
	if err := clearPositions(memory, 1); err != nil {
		t.Fatal(err)
	}
	if names := memory[headerSize : headerSize+8]; string(names) != "main.f\x00\x00" {
		t.Errorf("names are %q", names)
	}
	if rest := memory[headerSize+8 : headerSize+20]; !bytes.Equal(rest, make([]byte, 12)) {
		t.Errorf("of units and files %x is left", rest)
	}
	want := make([]byte, 20)
	copy(want, []byte{0, 2, 1, 0, 4, 9}) // the stack size at 1, the value table at 4
	if tables := memory[headerSize+20 : headerSize+40]; !bytes.Equal(tables, want) {
		t.Errorf("tables are %x, want %x", tables, want)
	}
}

func TestAddressesAreSignedLEB128(t *testing.T) {
	for _, address := range []uint32{0, 63, 64, 127, 128, 8191, 8192, 1<<20 - 1, 1 << 20, 1<<31 - 1} {
		b := appendAddress(nil, address)
		r := reader{b: b}
		if got := r.address(); got != address || r.bad || len(r.b) != 0 || b[len(b)-1]&0x40 != 0 {
			t.Errorf("%d is written as %x and read as %d", address, b, got)
		}
	}
	for _, bad := range [][]byte{{}, {0x40}, {0x7f}, {0x80}, {0xff, 0xff, 0xff, 0xff, 0x0f}, {0xff, 0xff, 0xff, 0xff, 0xff, 0x01}} {
		r := reader{b: bad}
		if got := r.address(); !r.bad {
			t.Errorf("%x is read as %d", bad, got)
		}
	}
}

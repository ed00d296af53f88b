package inflate

import (
	"bytes"
	"compress/flate"
	"compress/gzip"
	"compress/zlib"
	"errors"
	"io"
	"math/rand/v2"
	"testing"
)

const limit = 1 << 20

// streams returns texts of several kinds.
func texts() [][]byte {
	r := rand.New(rand.NewPCG(1, 2))
	noise := make([]byte, 70_000)
	for i := range noise {
		noise[i] = byte(r.Uint32())
	}
	sparse := make([]byte, 300_000)
	for range 500 {
		sparse[r.IntN(len(sparse))] |= 1 << r.IntN(8)
	}
	return [][]byte{{}, {0}, []byte("a"), bytes.Repeat([]byte("abc"), 100_000), make([]byte, 1<<18), noise, sparse}
}

func deflated(t testing.TB, text []byte, level int, wrap func(io.Writer, int) (io.WriteCloser, error)) []byte {
	var b bytes.Buffer
	w, err := wrap(&b, level)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := w.Write(text); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func zlibWriter(w io.Writer, level int) (io.WriteCloser, error) { return zlib.NewWriterLevel(w, level) }
func gzipWriter(w io.Writer, level int) (io.WriteCloser, error) {
	g, err := gzip.NewWriterLevel(w, level)
	if err == nil {
		g.Name, g.Comment, g.Extra = "name", "comment", []byte("extra")
	}
	return g, err
}

func TestWhatTheStandardLibraryDeflatesIsInflated(t *testing.T) {
	for i, text := range texts() {
		for level := flate.HuffmanOnly; level <= flate.BestCompression; level++ {
			for name, c := range map[string]struct {
				wrap func(io.Writer, int) (io.WriteCloser, error)
				read func([]byte, int) ([]byte, error)
			}{"zlib": {zlibWriter, Zlib}, "gzip": {gzipWriter, Gzip}} {
				b := deflated(t, text, level, c.wrap)
				if got, err := c.read(b, len(text)); err != nil || !bytes.Equal(got, text) {
					t.Fatalf("%s of text %d at level %d: %v", name, i, level, err)
				}
				if len(text) > 0 {
					if got, err := c.read(b, len(text)-1); !errors.Is(err, ErrLimit) || got != nil {
						t.Errorf("%s of text %d at level %d: a limit one below gave %d bytes, %v", name, i, level, len(got), err)
					}
				}
				if _, err := c.read(append(b, 0), limit); !errors.Is(err, ErrFormat) {
					t.Errorf("%s: a byte after the end gave %v", name, err)
				}
				for _, size := range []int{0, 1, 5, 9, 10, len(b) / 2, len(b) - 1} {
					if _, err := c.read(b[:min(size, len(b)-1)], limit); !errors.Is(err, ErrFormat) {
						t.Errorf("%s cut to %d of %d: %v", name, size, len(b), err)
					}
				}
				b = bytes.Clone(b)
				b[len(b)-1] ^= 1
				if _, err := c.read(b, limit); !errors.Is(err, ErrFormat) {
					t.Errorf("%s with another checksum: %v", name, err)
				}
			}
		}
	}
}

func TestABombStopsAtTheLimit(t *testing.T) {
	bomb := deflated(t, make([]byte, 64<<20), flate.BestCompression, zlibWriter)
	got := testing.AllocsPerRun(1, func() {
		if _, err := Zlib(bomb, 1<<16); !errors.Is(err, ErrLimit) {
			t.Errorf("%d bytes of 64 MiB: %v", len(bomb), err)
		}
	})
	if got > 60 {
		t.Errorf("%v allocations on the way to 64 KiB", got)
	}
}

func TestHeadersThatAreRefused(t *testing.T) {
	z := deflated(t, []byte("text"), 9, zlibWriter)
	for name, change := range map[string]func(b []byte){
		"method 7":          func(b []byte) { b[0] = 0x77 },
		"window of 64 KiB":  func(b []byte) { b[0] = 0x88 },
		"check of two":      func(b []byte) { b[1] ^= 1 },
		"preset dictionary": func(b []byte) { b[1] |= 0x20 },
	} {
		b := bytes.Clone(z)
		change(b)
		if name != "check of two" { // the check is right
			b[1] &^= 31
			b[1] += byte(31 - (int(b[0])<<8|int(b[1]))%31)
		}
		if _, err := Zlib(b, limit); !errors.Is(err, ErrFormat) {
			t.Errorf("zlib with %s: %v", name, err)
		}
	}
	g := deflated(t, []byte("text"), 9, gzipWriter)
	for i, c := range []byte{0x1f, 0x8b, 8} {
		b := bytes.Clone(g)
		b[i] = c ^ 1
		if _, err := Gzip(b, limit); !errors.Is(err, ErrFormat) {
			t.Errorf("gzip with another byte %d: %v", i, err)
		}
	}
	b := bytes.Clone(g)
	b[3] |= 0x80
	if _, err := Gzip(b, limit); !errors.Is(err, ErrFormat) {
		t.Errorf("gzip with a reserved flag: %v", err)
	}
	if _, err := Gzip(append(bytes.Clone(g), g...), limit); !errors.Is(err, ErrFormat) {
		t.Errorf("gzip of two members: %v", err)
	}
}

// Whatever the standard library inflates to, so do we, or refuse it; and what we inflate, it does.
func FuzzInflate(f *testing.F) {
	for _, text := range texts() {
		f.Add(deflated(f, text[:min(len(text), 2000)], 9, func(w io.Writer, l int) (io.WriteCloser, error) { return flate.NewWriter(w, l) }))
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		got, rest, err := inflate(b, limit)
		in := bytes.NewReader(b)
		want, wantErr := io.ReadAll(io.LimitReader(flate.NewReader(in), limit+1))
		switch {
		case errors.Is(err, ErrLimit):
			if len(want) <= limit && wantErr == nil {
				t.Fatalf("limit reported at %d bytes", len(want))
			}
		case err == nil && (wantErr != nil || !bytes.Equal(got, want) || len(rest) != in.Len()):
			t.Fatalf("accepted %d bytes with %d left; the standard library has %d, %d left, %v", len(got), len(rest), len(want), in.Len(), wantErr)
		case err != nil && wantErr == nil && len(want) <= limit:
			t.Fatalf("refused what the standard library inflates to %d bytes: %v", len(want), err)
		}
	})
}

func BenchmarkInflate(b *testing.B) {
	list := make([]byte, 12_500_000)
	r := rand.New(rand.NewPCG(1, 2))
	for range 1_000_000 {
		list[r.IntN(len(list))] |= 1 << r.IntN(8)
	}
	z := deflated(b, list, 9, zlibWriter)
	b.SetBytes(int64(len(list)))
	for b.Loop() {
		if _, err := Zlib(z, len(list)); err != nil {
			b.Fatal(err)
		}
	}
}

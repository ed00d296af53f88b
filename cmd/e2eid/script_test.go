package main

import (
	"bytes"
	"flag"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"
)

var update = flag.Bool("update", false, "write the transcripts in testdata anew")

// TestScripts runs the commands of each transcript in testdata, one after the other in a folder of fixtures, and
// compares what they print. A transcript has lines that begin with "#" (kept), with "$ " (a command; "< file" at its
// end is its input), and what the command printed: standard output indented by four spaces, standard error likewise
// after "2> ", and the exit status.
func TestScripts(t *testing.T) {
	scripts, err := filepath.Glob("testdata/*.txt")
	if err != nil || len(scripts) == 0 {
		t.Fatal("no scripts", err)
	}
	for i, path := range scripts {
		if scripts[i], err = filepath.Abs(path); err != nil {
			t.Fatal(err)
		}
	}
	for _, path := range scripts {
		t.Run(strings.TrimSuffix(filepath.Base(path), ".txt"), func(t *testing.T) {
			want, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			dir := t.TempDir()
			writeFixtures(t, dir)
			t.Chdir(dir)
			got := transcript(t, string(want))
			if *update {
				if err := os.WriteFile(path, []byte(got), 0o644); err != nil {
					t.Fatal(err)
				}
				return
			}
			compare(t, got, string(want))
		})
	}
}

func compare(t *testing.T, got, want string) {
	t.Helper()
	g, w := strings.Split(got, "\n"), strings.Split(want, "\n")
	command := ""
	for i := range max(len(g), len(w)) {
		var gl, wl string
		if i < len(g) {
			gl = g[i]
		}
		if i < len(w) {
			wl = w[i]
		}
		if strings.HasPrefix(wl, "$ ") {
			command = wl
		}
		if gl != wl {
			t.Fatalf("line %d, after %s\n got %.400q\nwant %.400q\n(go test ./cmd/e2eid -update writes what is printed)", i+1, command, gl, wl)
		}
	}
}

func transcript(t *testing.T, script string) string {
	t.Helper()
	var out strings.Builder
	for line := range strings.Lines(script) {
		switch {
		case strings.HasPrefix(line, "#"):
			out.WriteString(line)
		case strings.HasPrefix(line, "$ "):
			out.WriteString(line)
			runLine(t, &out, strings.Fields(line[2:]))
			out.WriteByte('\n')
		}
	}
	return out.String()
}

func runLine(t *testing.T, out *strings.Builder, words []string) {
	t.Helper()
	if len(words) == 0 || words[0] != "e2eid" {
		t.Fatalf("not a command: %q", words)
	}
	words = words[1:]
	var stdin io.Reader = strings.NewReader("")
	if n := len(words); n >= 2 && words[n-2] == "<" {
		b, err := os.ReadFile(words[n-1])
		if err != nil {
			t.Fatal(err)
		}
		stdin, words = bytes.NewReader(b), words[:n-2]
	}
	var stdout, stderr bytes.Buffer
	status := run(words, stdin, &stdout, &stderr)
	checkHarmless(t, stdout.String())
	checkHarmless(t, stderr.String())
	for line := range strings.Lines(stdout.String()) {
		if line != "\n" {
			out.WriteString("    ")
		}
		out.WriteString(line)
	}
	for line := range strings.Lines(stderr.String()) {
		out.WriteString("    2> " + line)
	}
	fmt.Fprintf(out, "    [exit %d]\n", status)
}

// checkHarmless fails if there is anything in what was printed that a terminal would act upon, or not show.
func checkHarmless(t testing.TB, s string) {
	t.Helper()
	if !utf8.ValidString(s) {
		t.Fatalf("output is not UTF-8: %.200q", s)
	}
	for i, r := range s {
		// package flag indents with tabs
		if r != '\n' && r != '\t' && !unicode.IsPrint(r) {
			t.Fatalf("%U at byte %d of output %.200q", r, i, s[max(0, i-100):])
		}
	}
}

// Package vectors finds the shared test vectors, which are not part of this repository.
package vectors

import (
	"os"
	"path/filepath"
	"testing"
)

// Path returns the path of a vector file or folder. The folder that holds all vectors is named by the environment
// variable E2EID_VECTORS; without it, it is ../shared/vectors from the project's root. Where the vectors are absent
// the test is skipped, unless E2EID_VECTORS_REQUIRED is set (as CI does): then it fails.
func Path(t testing.TB, elem ...string) string {
	t.Helper()
	dir := os.Getenv("E2EID_VECTORS")
	if dir == "" {
		dir = filepath.Join(root(t), "..", "shared", "vectors")
	}
	path := filepath.Join(append([]string{dir}, elem...)...)
	if _, err := os.Stat(path); err != nil {
		if os.Getenv("E2EID_VECTORS_REQUIRED") != "" {
			t.Fatalf("vectors are required and absent: %v", err)
		}
		t.Skipf("vectors are absent (%v): set E2EID_VECTORS to their folder", err)
	}
	return path
}

// Read returns the content of a vector file, found as by [Path].
func Read(t testing.TB, elem ...string) []byte {
	t.Helper()
	b, err := os.ReadFile(Path(t, elem...))
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// root returns the project's folder: tests run in the folder of their package, somewhere below it.
func root(t testing.TB) string {
	dir, err := os.Getwd()
	if err != nil {
		t.Fatal(err)
	}
	for {
		if _, err := os.Stat(filepath.Join(dir, "go.mod")); err == nil {
			return dir
		}
		up := filepath.Dir(dir)
		if up == dir {
			t.Fatal("no go.mod above the test's folder")
		}
		dir = up
	}
}

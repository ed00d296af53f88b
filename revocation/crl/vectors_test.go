package crl_test

import (
	"bytes"
	"encoding/pem"
	"os"
	"path/filepath"
	"testing"

	"github.com/e2eid/e2eid/revocation/crl"
	"github.com/e2eid/e2eid/tests/vectors"
)

// readList returns the DER of a list in a file, which may be PEM after any text.
func readList(t testing.TB, path string) []byte {
	t.Helper()
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if i := bytes.Index(b, []byte("-----BEGIN")); i >= 0 {
		if block, _ := pem.Decode(b[i:]); block != nil {
			return block.Bytes
		}
	}
	return b
}

func TestX(t *testing.T) {
	for _, dir := range [][]string{{"pkits", "crls"}, {"revocation", "crl-2011"}, {"revocation", "crl-2011-odd"}, {"revocation", "crl-small"}, {"revocation", "crl-lint"}} {
		files, _ := filepath.Glob(filepath.Join(vectors.Path(t, dir...), "*"))
		for _, f := range files {
			l, err := crl.Parse(readList(t, f))
			if err != nil {
				t.Log(filepath.Base(f), err)
				continue
			}
			if l.UnsupportedCritical {
				t.Log(filepath.Base(f), "UNSUPPORTED")
			}
			n := 0
			for e := range l.All {
				key := l.Issuer.Key()
				if e.Issuer != nil {
					key = e.Issuer.Key()
				}
				if _, ok := l.Entry(key, e.Serial); !ok {
					t.Error(f, e)
				}
				n++
			}
			if n != l.Entries() {
				t.Error(n)
			}
		}
	}
}

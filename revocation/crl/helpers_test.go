package crl_test

import (
	"bytes"
	"encoding/pem"
	"os"
	"path/filepath"
	"testing"

	"github.com/e2eid/e2eid/internal/der"
	"github.com/e2eid/e2eid/internal/pkix"
	"github.com/e2eid/e2eid/tests/testca"
	"github.com/e2eid/e2eid/tests/vectors"
)

func readKey(key testca.Key, out *pkix.PublicKey) error {
	in := der.String(testca.SPKI(key.Public()))
	return pkix.ReadPublicKey(&in, out)
}

// A vector is a list from a file.
type vector struct {
	name string
	der  []byte
}

// readVectors returns the lists in a folder of the vectors.
func readVectors(t testing.TB, elem ...string) (list []vector) {
	t.Helper()
	folder := vectors.Path(t, elem...)
	files, err := os.ReadDir(folder)
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range files {
		b, err := os.ReadFile(filepath.Join(folder, f.Name()))
		if err != nil {
			t.Fatal(err)
		}
		list = append(list, vector{f.Name(), decodePEM(b)})
	}
	return list
}

// decodePEM returns the DER in the first block of a file, which may have text before it, or b if it has none.
func decodePEM(b []byte) []byte {
	if i := bytes.Index(b, []byte("-----BEGIN X509 CRL")); i >= 0 {
		if block, _ := pem.Decode(b[i:]); block != nil {
			return block.Bytes
		}
	}
	return b
}

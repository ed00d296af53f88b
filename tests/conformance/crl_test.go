package conformance

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"encoding/pem"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/e2eid/e2eid/internal/pkix"
	"github.com/e2eid/e2eid/revocation/crl"
	"github.com/e2eid/e2eid/signature"
	"github.com/e2eid/e2eid/tests/vectors"
)

// A crlRow of crl_expectations.json is what package crl must make of a file of the vectors, and why.
type crlRow struct {
	File   string
	Expect string // accepted, refused
	Part   string // of the list that is malformed, if it is refused
	// But names what keeps a list that is accepted from saying everything about every certificate of its issuer:
	// algorithm (that we do not accept), critical (extension that is not processed), delta, next-update and number (that
	// it lacks), scope (that it has).
	But    []string
	Reason string
}

func TestCRLsAreTakenOrRefusedAsExpected(t *testing.T) {
	b, err := os.ReadFile("crl_expectations.json")
	if err != nil {
		t.Fatal(err)
	}
	var rows []crlRow
	in := json.NewDecoder(bytes.NewReader(b))
	in.DisallowUnknownFields()
	if err := in.Decode(&rows); err != nil {
		t.Fatal(err)
	}
	entries := indexedEntries(t)
	files := map[string]bool{}
	for _, folder := range []string{"crl-small", "crl-lint", "crl-2011-odd"} {
		list, err := os.ReadDir(vectors.Path(t, "revocation", folder))
		if err != nil {
			t.Fatal(err)
		}
		for _, f := range list {
			files[folder+"/"+f.Name()] = true
		}
	}
	right := 0
	for _, row := range rows {
		if !files[row.File] {
			t.Errorf("%s: a row twice, or for no file", row.File)
			continue
		}
		delete(files, row.File)
		if row.Reason == "" || !slices.IsSorted(row.But) || (row.Part != "") != (row.Expect == "refused") {
			t.Errorf("%s: not a row", row.File)
		}
		if got, but := judgeCRL(t, row, entries); got != row.Expect || !slices.Equal(but, row.But) {
			t.Errorf("%s: %s %v, want %s %v: %s", row.File, got, but, row.Expect, row.But, row.Reason)
		} else {
			right++
		}
	}
	for file := range files {
		t.Errorf("%s: no row", file)
	}
	t.Logf("figure x509.crl_vectors_right %d lists", right)
}

// judgeCRL decodes a list and returns its outcome, in the words of a row.
func judgeCRL(t *testing.T, row crlRow, entries map[string]int) (outcome string, but []string) {
	l, err := crl.Parse(readCRL(t, row.File))
	if err != nil {
		var malformed *pkix.ParseError
		if !errors.As(err, &malformed) || malformed.Part != row.Part {
			t.Errorf("%s: %v, want it for the part %s", row.File, err, row.Part)
		}
		return "refused", nil
	}
	if want, indexed := entries[row.File]; indexed && l.Entries() != want {
		t.Errorf("%s: %d entries, INDEX.csv has %d", row.File, l.Entries(), want)
	}
	// A key of a kind we know: then only the list's algorithm can be the unknown one.
	_, err = l.Check(pkix.PublicKey{Kind: pkix.KeyEd25519, Key: make([]byte, 32)})
	for _, fact := range []struct {
		name  string
		holds bool
	}{
		{"algorithm", errors.Is(err, signature.ErrAlgorithm)},
		{"critical", l.UnsupportedCritical},
		{"delta", l.BaseNumber != nil},
		{"next-update", l.NextUpdate.IsZero()},
		{"number", l.Number == nil},
		{"scope", l.Scope != nil},
	} {
		if fact.holds {
			but = append(but, fact.name)
		}
	}
	return "accepted", but
}

func readCRL(t *testing.T, file string) []byte {
	b := vectors.Read(t, "revocation", filepath.FromSlash(file))
	if strings.HasSuffix(file, ".pem") {
		block, _ := pem.Decode(b[max(0, bytes.Index(b, []byte("-----BEGIN"))):])
		if block == nil {
			t.Fatalf("%s: no PEM", file)
		}
		return block.Bytes
	}
	return b
}

// indexedEntries returns how many entries the vectors' own index says that each list has.
func indexedEntries(t *testing.T) map[string]int {
	rows, err := csv.NewReader(bytes.NewReader(vectors.Read(t, "revocation", "INDEX.csv"))).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	entries := map[string]int{}
	for _, row := range rows[1:] {
		if n, err := strconv.Atoi(row[3]); err == nil {
			entries[row[0]] = n
		}
	}
	return entries
}

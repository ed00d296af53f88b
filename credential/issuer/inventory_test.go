package issuer

import (
	"bufio"
	"encoding/pem"
	"errors"
	"fmt"
	"math/big"
	"os"
	"os/exec"
	"path/filepath"
	"reflect"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"
)

var lastSerial int64 = 0xabb

func record(list string) Record {
	lastSerial++
	return Record{List: list, Serial: big.NewInt(lastSerial), Account: "alice", Names: []string{"a:b"}, NotAfter: start}
}

func allot(t *testing.T, inv *Inventory, list string) Record {
	t.Helper()
	r, err := inv.Allot(record(list))
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func open(t *testing.T, path string) *Inventory {
	t.Helper()
	inv, err := OpenInventory(path)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { inv.Close() })
	return inv
}

func TestIndexesOfEachListRise(t *testing.T) {
	inv := NewInventory()
	for i := range uint64(10) {
		for _, list := range []string{"a:1", "a:2"} {
			if r := allot(t, inv, list); r.Index != i || r.List != list {
				t.Errorf("allotment %d of %s got %d of %s", i, list, r.Index, r.List)
			}
		}
	}
	for _, r := range []Record{{Serial: big.NewInt(1)}, {List: "a:1"}, {List: "a:1", Serial: big.NewInt(0)}, {List: "a b", Serial: big.NewInt(1)}} {
		if _, err := inv.Allot(r); !errors.Is(err, ErrInventory) {
			t.Errorf("Allot(%+v) = %v", r, err)
		}
	}
}

func TestRevocation(t *testing.T) {
	inv := NewInventory()
	for range 4 {
		allot(t, inv, "a:1")
	}
	later := start.Add(time.Hour)
	for _, step := range []struct {
		name string
		do   func() error
		want error
	}{
		{"revoke", func() error { return inv.Revoke("a:1", 3, start, KeyCompromise) }, nil},
		{"a second revocation changes nothing", func() error { return inv.Revoke("a:1", 3, later, Superseded) }, nil},
		{"a revoked certificate cannot be put on hold", func() error { return inv.Revoke("a:1", 3, later, CertificateHold) }, nil},
		{"nor released", func() error { return inv.Release("a:1", 3) }, ErrReason},
		{"hold", func() error { return inv.Revoke("a:1", 0, start, CertificateHold) }, nil},
		{"hold becomes final and keeps its time", func() error { return inv.Revoke("a:1", 0, later, CessationOfOperation) }, nil},
		{"hold another", func() error { return inv.Revoke("a:1", 1, start, CertificateHold) }, nil},
		{"release", func() error { return inv.Release("a:1", 1) }, nil},
		{"release twice", func() error { return inv.Release("a:1", 1) }, ErrReason},
		{"index not issued", func() error { return inv.Revoke("a:1", 4, start, Unspecified) }, ErrNotIssued},
		{"list not known", func() error { return inv.Revoke("a:2", 0, start, Unspecified) }, ErrNotIssued},
		{"release of an index not issued", func() error { return inv.Release("a:1", 4) }, ErrNotIssued},
	} {
		if err := step.do(); err != step.want {
			t.Errorf("%s: %v, want %v", step.name, err, step.want)
		}
	}
	second := start.Truncate(time.Second)
	want := []List{{"a:1", 4, []Revocation{{0, second, CessationOfOperation}, {3, second, KeyCompromise}}}}
	if got := inv.Lists(); !reflect.DeepEqual(got, want) {
		t.Errorf("Lists = %+v, want %+v", got, want)
	}
	for r := range 256 {
		err := inv.Revoke("a:1", 2, start, Reason(r))
		if want := slices.Contains([]int{0, 1, 2, 3, 4, 5, 6, 9, 10}, r); (err == nil) != want {
			t.Errorf("reason %d: %v", r, err)
		}
	}
}

func TestRevokeAccountTakesAllItsCertificatesAndNoOther(t *testing.T) {
	inv := NewInventory()
	for i := range 6 {
		r := record([]string{"a:1", "a:2"}[i%2])
		r.Account = []string{"alice", "bob", ""}[i%3]
		if _, err := inv.Allot(r); err != nil {
			t.Fatal(err)
		}
	}
	if n, err := inv.RevokeAccount("bob", start, KeyCompromise); n != 2 || err != nil {
		t.Errorf("RevokeAccount = %d, %v, want 2", n, err)
	}
	if n, err := inv.RevokeAccount("bob", start, KeyCompromise); n != 0 || err != nil {
		t.Errorf("again: %d, %v, want 0", n, err)
	}
	if n, err := inv.RevokeAccount("", start, KeyCompromise); n != 0 || err != nil {
		t.Errorf("no account: %d, %v, want 0", n, err)
	}
	revoked := 0
	for _, l := range inv.Lists() {
		for _, r := range l.Revoked {
			revoked++
			if got, ok := inv.Record(l.ID, r.Index); !ok || got.Account != "bob" {
				t.Errorf("revoked %+v", got)
			}
		}
	}
	if revoked != 2 || len(inv.OfAccount("bob")) != 2 || inv.OfAccount("") != nil {
		t.Errorf("%d revoked", revoked)
	}
}

func TestResultsShareNothingWithTheInventory(t *testing.T) {
	inv := NewInventory()
	given := record("a:1")
	got, _ := inv.Allot(given)
	for _, r := range []Record{given, got, inv.OfAccount("alice")[0]} {
		r.Names[0] = "changed"
		r.Serial.SetInt64(1)
	}
	if r, _ := inv.Record("a:1", 0); r.Names[0] != "a:b" || r.Serial.Int64() != lastSerial {
		t.Errorf("a caller has changed the inventory: %+v", r)
	}
}

func TestInventoryComesBackFromItsFile(t *testing.T) {
	path := filepath.Join(t.TempDir(), "inventory.json")
	inv := open(t, path)
	for range 3 {
		allot(t, inv, "a:1")
	}
	allot(t, inv, "a:2")
	if err := inv.Revoke("a:1", 1, start, Superseded); err != nil {
		t.Fatal(err)
	}
	lists, records := inv.Lists(), inv.OfAccount("alice")
	if runtime.GOOS != "windows" && runtime.GOOS != "js" {
		if info, err := os.Stat(path); err != nil || info.Mode().Perm() != 0o600 {
			t.Errorf("mode is %v, %v", info.Mode(), err)
		}
		if _, err := OpenInventory(path); err != ErrInUse {
			t.Errorf("a second OpenInventory = %v, want ErrInUse", err)
		}
	}
	if err := inv.Close(); err != nil {
		t.Fatal(err)
	}
	if _, err := inv.Allot(record("a:1")); err != ErrClosed {
		t.Errorf("Allot after Close = %v", err)
	}
	if err := inv.Revoke("a:1", 0, start, Superseded); err != ErrClosed {
		t.Errorf("Revoke after Close = %v", err)
	}
	again := open(t, path)
	if got := again.Lists(); !reflect.DeepEqual(got, lists) {
		t.Errorf("lists came back as %+v, were %+v", got, lists)
	}
	if got := again.OfAccount("alice"); !reflect.DeepEqual(got, records) {
		t.Errorf("records came back as %+v, were %+v", got, records)
	}
	if r := allot(t, again, "a:1"); r.Index != 3 {
		t.Errorf("index after opening is %d, want 3", r.Index)
	}
}

func TestFailedSaveChangesNothing(t *testing.T) {
	path := filepath.Join(t.TempDir(), "inventory.json")
	inv := open(t, path)
	allot(t, inv, "a:1")
	allot(t, inv, "a:1")
	if err := inv.Revoke("a:1", 1, start, CertificateHold); err != nil {
		t.Fatal(err)
	}
	before, lists := mustRead(t, path), inv.Lists()

	broken := errors.New("disk full")
	inv.file.replace = func(path string, content []byte) error {
		// What is left when the machine stops halfway.
		os.WriteFile(filepath.Join(filepath.Dir(path), ".inventory.json.1"), content[:len(content)/2], 0o600)
		return broken
	}
	for name, change := range map[string]func() error{
		"Allot":              func() error { _, err := inv.Allot(record("a:1")); return err },
		"Allot, new list":    func() error { _, err := inv.Allot(record("a:2")); return err },
		"Revoke":             func() error { return inv.Revoke("a:1", 0, start, Superseded) },
		"Revoke what's held": func() error { return inv.Revoke("a:1", 1, start, Superseded) },
		"RevokeAccount":      func() error { _, err := inv.RevokeAccount("alice", start, Superseded); return err },
		"Release":            func() error { return inv.Release("a:1", 1) },
	} {
		if err := change(); err != broken {
			t.Errorf("%s = %v, want the error of the disk", name, err)
		}
		if got := inv.Lists(); !reflect.DeepEqual(got, lists) {
			t.Errorf("%s has failed and left %+v", name, got)
		}
	}
	if got := mustRead(t, path); got != before {
		t.Errorf("file is now %s", got)
	}
	inv.Close()
	again := open(t, path)
	if got := again.Lists(); !reflect.DeepEqual(got, lists) {
		t.Errorf("lists came back as %+v, were %+v", got, lists)
	}
	if r := allot(t, again, "a:1"); r.Index != 2 {
		t.Errorf("next index is %d, want 2", r.Index)
	}
}

func TestReplaceFileThatCannotReplaceLeavesNoTrace(t *testing.T) {
	dir := t.TempDir()
	target := filepath.Join(dir, "inventory.json")
	if err := os.MkdirAll(filepath.Join(target, "in the way"), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := replaceFile(target, []byte("new")); err == nil {
		t.Error("replaced a folder")
	}
	if entries, _ := os.ReadDir(dir); len(entries) != 1 {
		t.Errorf("left behind: %v", entries)
	}
}

// A process that is killed while it allots must not lose an index it has told anyone about.
func TestKilledProcessLosesNothing(t *testing.T) {
	const env = "ISSUER_TEST_ALLOT"
	if path := os.Getenv(env); path != "" {
		inv, err := OpenInventory(path)
		for err == nil {
			var r Record
			if r, err = inv.Allot(record("a:1")); err == nil {
				fmt.Printf("index %d\n", r.Index)
			}
		}
		t.Fatal(err)
	}
	if runtime.GOOS == "js" || runtime.GOOS == "wasip1" {
		t.Skip("no processes here")
	}
	path := filepath.Join(t.TempDir(), "inventory.json")
	seen := map[string]bool{}
	for round := range 4 {
		cmd := exec.Command(os.Args[0], "-test.run=^TestKilledProcessLosesNothing$")
		cmd.Env = append(os.Environ(), env+"="+path)
		out, err := cmd.StdoutPipe()
		if err != nil {
			t.Fatal(err)
		}
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		lines := bufio.NewScanner(out)
		for n := 0; lines.Scan(); n++ {
			line := lines.Text()
			if !strings.HasPrefix(line, "index ") {
				t.Errorf("process says %q", line)
				break
			}
			if seen[line] {
				t.Errorf("%s was handed out twice", line)
			}
			seen[line] = true
			if n == 5+round {
				cmd.Process.Kill() // and read on: what it has printed until then counts
			}
		}
		cmd.Process.Kill()
		cmd.Wait()
	}
	lists := open(t, path).Lists()
	if len(lists) != 1 || lists[0].Issued < uint64(len(seen)) || len(seen) < 4*5 {
		t.Errorf("%d indexes were handed out, the file has %+v", len(seen), lists)
	}
}

func TestMalformedInventoryIsRefused(t *testing.T) {
	const good = `{"version":1,"lists":{"a:1":{"issued":[{"serial":"1f","notAfter":1}],"revoked":[{"index":0,"since":1,"reason":1}]}}}`
	if _, err := decodeInventory([]byte(good)); err != nil {
		t.Fatal(err)
	}
	for name, edit := range map[string][2]string{
		"other version":          {`"version":1`, `"version":2`},
		"no lists":               {`"lists"`, `"Other"`},
		"trailing data":          {`}}}`, `}}}{}`},
		"truncated":              {`}}}`, `}}`},
		"serial number zero":     {`"1f"`, `"0"`},
		"serial number negative": {`"1f"`, `"-1"`},
		"two forms of a serial":  {`"1f"`, `"1F"`},
		"serial not a number":    {`"1f"`, `"x"`},
		"revoked, not issued":    {`"index":0`, `"index":1`},
		"revoked twice":          {`"revoked":[`, `"revoked":[{"index":0,"since":1,"reason":1},`},
		"unknown reason":         {`"reason":1`, `"reason":7`},
		"empty list id":          {`"a:1"`, `""`},
	} {
		bad := strings.Replace(good, edit[0], edit[1], 1)
		if lists, err := decodeInventory([]byte(bad)); !errors.Is(err, ErrInventory) || lists != nil {
			t.Errorf("%s: %v, %v", name, lists, err)
		}
	}
}

func mustRead(t *testing.T, path string) string {
	t.Helper()
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

func TestSaveAndOpen(t *testing.T) {
	for kt := P256; kt <= Ed25519; kt++ {
		dir := t.TempDir() // there, and empty
		a := newAuthority(t, func(c *Config) { c.KeyType, c.MaxValidity = kt, 24*time.Hour })
		csr := request(t, newKey(t, P256))
		if _, err := a.Issue(Request{Account: alice, PKCS10: csr}); err != nil {
			t.Fatal(err)
		}
		if err := a.Save(dir); err != nil {
			t.Fatal(err)
		}
		if _, err := a.Issue(Request{Account: alice, PKCS10: csr}); err != nil { // after Save: goes to the folder
			t.Fatal(err)
		}
		if err := a.Save(filepath.Join(dir, "copy")); err != ErrSaved {
			t.Errorf("a second Save = %v, want ErrSaved", err)
		}
		if runtime.GOOS != "windows" && runtime.GOOS != "js" {
			for _, name := range []string{fileRootKey, fileIntermediateKey, fileInventory} {
				if info, err := os.Stat(filepath.Join(dir, name)); err != nil || info.Mode().Perm() != 0o600 {
					t.Errorf("%s: %v, %v", name, info, err)
				}
			}
			if _, err := Open(dir, nil); err != ErrInUse {
				t.Errorf("Open while it is open = %v, want ErrInUse", err)
			}
		}
		block, _ := pem.Decode([]byte(mustRead(t, filepath.Join(dir, fileRootKey))))
		if block == nil || block.Type != "PRIVATE KEY" {
			t.Error("root key is not PKCS#8 in PEM")
		}
		a.Inventory().Close()
		if err := os.Remove(filepath.Join(dir, fileRootKey)); err != nil { // taken offline
			t.Fatal(err)
		}
		b, err := Open(dir, func() time.Time { return start })
		if err != nil {
			t.Fatal(err)
		}
		defer b.Inventory().Close()
		if string(a.Root()) != string(b.Root()) || string(a.Intermediate()) != string(b.Intermediate()) {
			t.Error("certificates changed")
		}
		issued, err := b.Issue(Request{Account: alice, PKCS10: csr})
		if err != nil {
			t.Fatal(err)
		}
		c := parse(t, issued.Certificate)
		if c.Status.Index != 2 || c.NotAfter.Sub(c.NotBefore) != 24*time.Hour-time.Second {
			t.Errorf("index %d, valid for %v", c.Status.Index, c.NotAfter.Sub(c.NotBefore))
		}
		ca := parse(t, b.Intermediate())
		if string(c.Issuer.Raw) != string(ca.Subject.Raw) || string(c.AuthorityKeyID.KeyID) != string(ca.SubjectKeyID) {
			t.Error("certificate does not chain to the intermediate")
		}
	}
}

func TestSaveKeepsWhatIsThere(t *testing.T) {
	dir := t.TempDir()
	keep := filepath.Join(dir, "root.key")
	if err := os.WriteFile(keep, []byte("another authority's"), 0o600); err != nil {
		t.Fatal(err)
	}
	a := newAuthority(t)
	for _, path := range []string{dir, keep, filepath.Join(dir, "none", "below")} {
		if err := a.Save(path); err == nil {
			t.Errorf("Save(%s) succeeded", path)
		}
	}
	if got := mustRead(t, keep); got != "another authority's" {
		t.Errorf("file is now %q", got)
	}
	if entries, _ := os.ReadDir(filepath.Dir(dir)); slices.ContainsFunc(entries, func(e os.DirEntry) bool { return strings.HasPrefix(e.Name(), ".") }) {
		t.Errorf("left behind: %v", entries)
	}
	if _, err := a.Issue(Request{Account: alice, PKCS10: request(t, newKey(t, P256))}); err != nil {
		t.Errorf("a failed Save has broken the authority: %v", err)
	}
	if err := a.Save(filepath.Join(dir, "new")); err != nil {
		t.Errorf("Save after a failed one: %v", err)
	}
	a.Inventory().Close()
}

func TestOpenRefusesWhatDoesNotBelongTogether(t *testing.T) {
	newFolder := func() string {
		dir := filepath.Join(t.TempDir(), "authority")
		a := newAuthority(t)
		if err := a.Save(dir); err != nil {
			t.Fatal(err)
		}
		a.Inventory().Close()
		return dir
	}
	other := newFolder()
	for name, test := range map[string]struct {
		file, content string
		want          error
	}{
		"another authority's key":          {fileIntermediateKey, mustRead(t, filepath.Join(other, fileIntermediateKey)), ErrStore},
		"another authority's intermediate": {fileIntermediate, mustRead(t, filepath.Join(other, fileIntermediate)), ErrStore},
		"another authority's inventory":    {fileInventory, mustRead(t, filepath.Join(other, fileInventory)), ErrInventory},
		"an inventory made anew":           {fileInventory, `{"version":1,"lists":{}}`, ErrInventory},
		"no inventory":                     {fileInventory, "", os.ErrNotExist},
		"no key":                           {fileIntermediateKey, "", os.ErrNotExist},
		"a key that is none":               {fileIntermediateKey, "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n", ErrStore},
		"two certificates":                 {fileRoot, mustRead(t, filepath.Join(other, fileRoot)) + mustRead(t, filepath.Join(other, fileRoot)), ErrStore},
		"a certificate that is none":       {fileRoot, "-----BEGIN CERTIFICATE-----\nMAA=\n-----END CERTIFICATE-----\n", ErrStore},
		"a key in place of a certificate":  {fileRoot, mustRead(t, filepath.Join(other, fileRootKey)), ErrStore},
		"unknown member in configuration":  {fileConfig, `{"version":1,"more":1}`, ErrStore},
		"no validity":                      {fileConfig, `{"version":1,"organization":"E","list":"a:1","caList":"a:2"}`, ErrStore},
		"no organization":                  {fileConfig, `{"version":1,"list":"a:1","caList":"a:2","maxValidity":60}`, ErrConfig},
	} {
		dir := newFolder()
		path := filepath.Join(dir, test.file)
		var err error
		if test.content == "" {
			err = os.Remove(path)
		} else {
			err = os.WriteFile(path, []byte(test.content), 0o600)
		}
		if err != nil {
			t.Fatal(err)
		}
		if a, err := Open(dir, nil); !errors.Is(err, test.want) || a != nil {
			t.Errorf("%s: %v, want %v", name, err, test.want)
		}
		// Whatever was wrong, the folder is not left locked.
		inv, err := OpenInventory(filepath.Join(dir, "inventory.json"))
		if err == ErrInUse {
			t.Errorf("%s: folder is left locked", name)
		} else if err == nil {
			inv.Close()
		}
	}
}

// Red-team row 34: under another index the number of a revoked certificate would be good.
func TestNumberOfARevokedCertificateIsNotAllottedAgain(t *testing.T) {
	inv := NewInventory()
	r := record("a:1")
	r.Serial = big.NewInt(77)
	first, err := inv.Allot(r)
	if err != nil {
		t.Fatal(err)
	}
	if err := inv.Revoke("a:1", first.Index, start, KeyCompromise); err != nil {
		t.Fatal(err)
	}
	if _, err := inv.Allot(r); !errors.Is(err, ErrInventory) {
		t.Errorf("allotted again: %v", err)
	}
	r.Serial = big.NewInt(78)
	if next, err := inv.Allot(r); err != nil || next.Index != 1 {
		t.Errorf("another number: %+v, %v", next, err)
	}
}

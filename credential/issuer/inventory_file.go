package issuer

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"math/big"
	"os"
	"path/filepath"
	"time"
)

// The file of an inventory is JSON. Serial numbers are lower-case hexadecimal, times are Unix seconds; the place of a
// record is its index.
//
//	{"version":1,"lists":{"<id>":{
//	  "issued":[{"serial":"1f…","account":"alice","names":["mimi://…"],"notAfter":1795737600}],
//	  "revoked":[{"index":0,"since":1795700000,"reason":1}]}}}
type fileContent struct {
	Version int                 `json:"version"`
	Lists   map[string]fileList `json:"lists"`
}

type fileList struct {
	Issued  []fileRecord     `json:"issued"`
	Revoked []fileRevocation `json:"revoked"`
}

type fileRecord struct {
	Serial   string   `json:"serial"`
	Account  string   `json:"account,omitempty"`
	Names    []string `json:"names,omitempty"`
	NotAfter int64    `json:"notAfter"`
}

type fileRevocation struct {
	Index  uint64 `json:"index"`
	Since  int64  `json:"since"`
	Reason Reason `json:"reason"`
}

const (
	inventoryVersion  = 1
	maxInventoryBytes = 1 << 30
)

// An inventoryFile is where an inventory is kept. Beside it stands a file, its name ending in ".lock", which is locked
// while the inventory is open: two processes would hand out the same indexes.
type inventoryFile struct {
	path    string
	lock    *os.File
	replace func(path string, content []byte) error
}

// OpenInventory opens the inventory in a file, or makes the file. It stays locked until [Inventory.Close]; on systems
// without flock it is the caller who sees to it that one process at a time has it open. The error is [ErrInUse], wraps
// [ErrInventory], or is one of the file system.
func OpenInventory(path string) (*Inventory, error) {
	return openInventory(path, true)
}

func openInventory(path string, create bool) (_ *Inventory, err error) {
	path, err = filepath.Abs(path)
	if err != nil {
		return nil, err
	}
	file := &inventoryFile{path: path, replace: replaceFile}
	if file.lock, err = lockFile(path + ".lock"); err != nil {
		return nil, err
	}
	defer func() {
		if err != nil {
			file.unlock()
		}
	}()
	inv := NewInventory()
	inv.file = file
	content, err := readFile(path, maxInventoryBytes)
	switch {
	case errors.Is(err, fs.ErrNotExist) && create:
		return inv, file.write(inv.lists)
	case err != nil:
		return nil, err
	}
	if inv.lists, err = decodeInventory(content); err != nil {
		return nil, err
	}
	return inv, nil
}

func (f *inventoryFile) write(lists map[string]*list) error {
	content, err := encodeInventory(lists)
	if err != nil {
		return err
	}
	return f.replace(f.path, content)
}

func (f *inventoryFile) unlock() error { return f.lock.Close() }

func encodeInventory(lists map[string]*list) ([]byte, error) {
	content := fileContent{Version: inventoryVersion, Lists: make(map[string]fileList, len(lists))}
	for id, l := range lists {
		out := fileList{Issued: make([]fileRecord, 0, len(l.records)), Revoked: make([]fileRevocation, 0, len(l.revoked))}
		for _, r := range l.records {
			out.Issued = append(out.Issued, fileRecord{r.Serial.Text(16), r.Account, r.Names, r.NotAfter.Unix()})
		}
		for _, r := range l.sortedRevocations() {
			out.Revoked = append(out.Revoked, fileRevocation{r.Index, r.Since.Unix(), r.Reason})
		}
		content.Lists[id] = out
	}
	out, err := json.Marshal(content)
	return append(out, '\n'), err
}

func decodeInventory(b []byte) (map[string]*list, error) {
	var content fileContent
	if err := decodeJSON(b, &content); err != nil {
		return nil, fmt.Errorf("%w: %w", ErrInventory, err)
	}
	if content.Version != inventoryVersion || content.Lists == nil {
		return nil, wrap(ErrInventory, "unknown version, or no lists")
	}
	lists := make(map[string]*list, len(content.Lists))
	for id, in := range content.Lists {
		l := &list{revoked: make(map[uint64]Revocation, len(in.Revoked))}
		for i, r := range in.Issued {
			serial, ok := new(big.Int).SetString(r.Serial, 16)
			record := Record{id, uint64(i), serial, r.Account, r.Names, time.Unix(r.NotAfter, 0).UTC()}
			if !ok || !record.valid() || serial.Text(16) != r.Serial {
				return nil, wrap(ErrInventory, "a record is not one")
			}
			l.records = append(l.records, record)
		}
		for _, r := range in.Revoked {
			if _, twice := l.revoked[r.Index]; twice || r.Index >= uint64(len(l.records)) || !r.Reason.valid() {
				return nil, wrap(ErrInventory, "a revocation is not one")
			}
			l.revoked[r.Index] = Revocation{r.Index, time.Unix(r.Since, 0).UTC(), r.Reason}
		}
		lists[id] = l
	}
	return lists, nil
}

// decodeJSON decodes one JSON value with no unknown members and nothing after it.
func decodeJSON(b []byte, into any) error {
	d := json.NewDecoder(bytes.NewReader(b))
	d.DisallowUnknownFields()
	if err := d.Decode(into); err != nil {
		return err
	}
	if _, err := d.Token(); err != io.EOF {
		return errors.New("trailing data")
	}
	return nil
}

// readFile is [os.ReadFile] with a bound.
func readFile(path string, maxBytes int64) ([]byte, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	b, err := io.ReadAll(io.LimitReader(f, maxBytes+1))
	if err == nil && int64(len(b)) > maxBytes {
		err = fmt.Errorf("issuer: %s is too long", path)
	}
	return b, err
}

// replaceFile puts content into the file at path. At every moment, also if the machine stops, the file is whole: the
// old or the new one. On return the new one is on stable storage.
func replaceFile(path string, content []byte) (err error) {
	dir := filepath.Dir(path)
	f, err := os.CreateTemp(dir, "."+filepath.Base(path)+".*") // mode 0600
	if err != nil {
		return err
	}
	defer func() {
		if err != nil {
			os.Remove(f.Name())
		}
	}()
	_, err = f.Write(content)
	if err == nil {
		err = f.Sync()
	}
	if e := f.Close(); err == nil {
		err = e
	}
	if err == nil {
		err = os.Rename(f.Name(), path)
	}
	if err == nil {
		err = syncDir(dir)
	}
	return err
}

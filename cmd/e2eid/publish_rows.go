package main

import (
	"bufio"
	"encoding/csv"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/e2eid/e2eid/revocation"
)

// A row is one line of an authority's records: of what it has issued, or of what it has revoked.
type row struct {
	List      string     `json:"list"`
	Issued    *uint64    `json:"issued,omitempty"`    // how many indexes an index list has allotted
	Expires   *time.Time `json:"expires,omitempty"`   // when the last credential of the list has expired
	Index     *uint64    `json:"index,omitempty"`     // of a credential
	Serial    string     `json:"serial,omitempty"`    // or its serial number, in hexadecimal digits
	NotBefore *time.Time `json:"notBefore,omitempty"` // of a certificate with a serial number
	NotAfter  *time.Time `json:"notAfter,omitempty"`
	Reason    string     `json:"reason,omitempty"` // of RFC 5280; certificateHold suspends, removeFromCRL takes that back
	Since     *time.Time `json:"since,omitempty"`
}

// readRows reads CSV with a line of names, or JSON lines, as they come: a file can be larger than memory. Which one it is follows from
// the first byte.
func readRows(path string, b *bar, each func(row) error) error {
	f, err := os.Open(path)
	if err != nil {
		return err
	}
	defer f.Close()
	size := int64(0)
	if info, err := f.Stat(); err == nil {
		size = info.Size()
	}
	in := bufio.NewReaderSize(f, 1<<20)
	at := 0
	numbered := func(r row) error {
		if at++; at%(1<<16) == 0 && size > 0 {
			if done, err := f.Seek(0, io.SeekCurrent); err == nil {
				b.show("read "+text(path), int(done>>10), int(size>>10))
			}
		}
		if err := each(r); err != nil {
			return fmt.Errorf("entry %d: %w", at, err)
		}
		return nil
	}
	if isJSON(in) {
		err = readJSONLines(in, numbered)
	} else {
		err = readCSV(in, numbered)
	}
	if err != nil {
		return fmt.Errorf("%q: %w", path, err)
	}
	if at >= 1<<16 {
		b.show("read "+text(path), 1, 1)
	}
	return nil
}

// isJSON passes over white space and reports whether an object comes.
func isJSON(in *bufio.Reader) bool {
	for {
		c, err := in.ReadByte()
		if err != nil {
			return false
		}
		if c != ' ' && c != '\t' && c != '\r' && c != '\n' {
			in.UnreadByte()
			return c == '{'
		}
	}
}

func readJSONLines(in io.Reader, each func(row) error) error {
	d := json.NewDecoder(in)
	d.DisallowUnknownFields()
	for {
		var r row
		if err := d.Decode(&r); err == io.EOF {
			return nil
		} else if err != nil {
			return err
		}
		if err := each(r); err != nil {
			return err
		}
	}
}

// columns set a field of a row from the text of a CSV column.
var columns = map[string]func(r *row, text string) error{
	"list":      func(r *row, s string) error { r.List = s; return nil },
	"issued":    func(r *row, s string) (err error) { r.Issued, err = parseUint(s); return err },
	"index":     func(r *row, s string) (err error) { r.Index, err = parseUint(s); return err },
	"serial":    func(r *row, s string) error { r.Serial = s; return nil },
	"reason":    func(r *row, s string) error { r.Reason = s; return nil },
	"expires":   func(r *row, s string) (err error) { r.Expires, err = parseTime(s); return err },
	"notBefore": func(r *row, s string) (err error) { r.NotBefore, err = parseTime(s); return err },
	"notAfter":  func(r *row, s string) (err error) { r.NotAfter, err = parseTime(s); return err },
	"since":     func(r *row, s string) (err error) { r.Since, err = parseTime(s); return err },
}

func parseUint(s string) (*uint64, error) {
	v, err := strconv.ParseUint(s, 10, 64)
	return &v, err
}

func parseTime(s string) (*time.Time, error) {
	t, err := time.Parse(time.RFC3339, s)
	return &t, err
}

func readCSV(in io.Reader, each func(row) error) error {
	r := csv.NewReader(in)
	r.ReuseRecord = true
	record, err := r.Read()
	if err != nil {
		return errors.New("is empty, or not CSV")
	}
	names := slices.Clone(record)
	set := make([]func(*row, string) error, len(names))
	for i, n := range names {
		if set[i] = columns[n]; set[i] == nil {
			return fmt.Errorf("column %q is none of list, issued, expires, index, serial, notBefore, notAfter, reason, since", n)
		}
	}
	for {
		record, err := r.Read()
		if err == io.EOF {
			return nil
		}
		if err != nil {
			return err
		}
		var out row
		for i, text := range record {
			if text == "" {
				continue
			}
			if err := set[i](&out, text); err != nil {
				return fmt.Errorf("column %s: %w", names[i], err)
			}
		}
		if err := each(out); err != nil {
			return err
		}
	}
}

// serialOctets returns the content octets of the INTEGER that a serial number is.
func serialOctets(digits string) ([]byte, error) {
	text := strings.ReplaceAll(digits, ":", "")
	if text == "" || len(text) > 80 {
		return nil, fmt.Errorf("serial number %q is not of 1 to 80 hexadecimal digits", digits)
	}
	if text = strings.TrimLeft(text, "0"); len(text)%2 == 1 {
		text = "0" + text
	}
	b := make([]byte, 1, 1+len(text)/2)
	b, err := hex.AppendDecode(b, []byte(text))
	if err != nil {
		return nil, fmt.Errorf("serial number %q is not of hexadecimal digits", digits)
	}
	if len(b) > 1 && b[1] < 0x80 {
		b = b[1:]
	}
	return b, nil
}

// reasonOf returns the reason of a name; taken says that a suspension is taken back.
func reasonOf(name string) (reason revocation.Reason, taken bool, err error) {
	switch name {
	case "":
		return revocation.Unspecified, false, nil
	case "removeFromCRL":
		return 0, true, nil
	}
	for r := range revocation.Reason(11) {
		if r.Valid() && r.String() == name {
			return r, false, nil
		}
	}
	return 0, false, fmt.Errorf("reason %q is none of RFC 5280", name)
}

package main

import (
	"bufio"
	"bytes"
	"encoding/csv"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math/big"
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

// readRows reads CSV with a line of names, or JSON lines. Which one it is follows from the first byte.
func readRows(path string, each func(row) error) error {
	b, err := readFile(path, 1<<33)
	if err != nil {
		return err
	}
	at := 0
	numbered := func(r row) error {
		at++
		if err := each(r); err != nil {
			return fmt.Errorf("%q, entry %d: %w", path, at, err)
		}
		return nil
	}
	trimmed := bytes.TrimLeft(b, " \t\r\n")
	switch {
	case bytes.HasPrefix(trimmed, []byte("{")):
		err = readJSONLines(trimmed, numbered)
	default:
		err = readCSV(b, numbered)
	}
	if err != nil {
		return fmt.Errorf("%q: %w", path, err)
	}
	return nil
}

func readJSONLines(b []byte, each func(row) error) error {
	d := json.NewDecoder(bytes.NewReader(b))
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

func readCSV(b []byte, each func(row) error) error {
	r := csv.NewReader(bufio.NewReader(bytes.NewReader(b)))
	r.ReuseRecord = true
	record, err := r.Read()
	if err != nil {
		return errors.New("is empty, or not CSV")
	}
	names := slices.Clone(record)
	for _, n := range names {
		if columns[n] == nil {
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
			if err := columns[names[i]](&out, text); err != nil {
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
	text := strings.ReplaceAll(strings.ToLower(digits), ":", "")
	n, ok := new(big.Int).SetString(text, 16)
	if !ok || n.Sign() < 0 || len(text) > 80 {
		return nil, fmt.Errorf("serial number %q is not of hexadecimal digits", digits)
	}
	b := n.Bytes()
	if len(b) == 0 || b[0] >= 0x80 {
		b = append([]byte{0}, b...)
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

package revocation_test

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"slices"
	"testing"

	"github.com/e2eid/e2eid/revocation"
)

// What is kept is checked like what comes from a mirror: another bit is noticed.
func TestRecordOfLists(t *testing.T) {
	head, blobs := twoLists(t, 1)
	h, err := open(head, trust("a.example", 1))
	if err != nil {
		t.Fatal(err)
	}
	p := mustLoad(t, h, nil, blobs)
	record := p.Append([]byte("before"))[len("before"):]
	again, err := h.Restore(record)
	if err != nil {
		t.Fatal(err)
	}
	for _, id := range []string{listA, listB} {
		if fmt.Sprint(again.Entries(id)) != fmt.Sprint(p.Entries(id)) {
			t.Errorf("%s: other entries", id)
		}
	}
	if !revocation.IsRecord(record) || revocation.IsRecord(blobs[0]) || revocation.IsRecord(nil) {
		t.Error("a record is not told from a blob")
	}
	for bit := range 8 * len(record) {
		changed := bytes.Clone(record)
		changed[bit/8] ^= 1 << (bit % 8)
		if _, err := h.Restore(changed); err == nil {
			t.Errorf("bit %d can be changed", bit)
		}
	}
	for size := range record {
		if _, err := h.Restore(record[:size]); err == nil {
			t.Errorf("cut off at %d", size)
		}
	}
	if _, err := h.Restore(append(bytes.Clone(record), 0)); !errors.Is(err, revocation.ErrFormat) {
		t.Errorf("a byte more: %v", err)
	}
}

// A record of the same lists in another form is not one: what is kept of a publication is the same bytes everywhere.
func TestRecordHasOneForm(t *testing.T) {
	var runs, others []revocation.Entry // which another scheme than the first codes best
	for i := range uint64(400) {
		runs = append(runs, revocation.Entry{Index: 1000*(i/100) + i%100})
		others = append(others, revocation.Entry{Index: 1000*(i/100) + 500 + i%100, Reason: revocation.CertificateHold})
	}
	both := slices.Concat(runs, others)
	slices.SortFunc(both, func(a, b revocation.Entry) int { return int(a.Index) - int(b.Index) })
	record := func(snapshot, details []byte) []byte {
		b := []byte("e2eid revocation lists\x00\x01")
		for _, part := range [][]byte{snapshot, details} {
			if n := len(part); n < 64 {
				b = append(b, byte(n))
			} else {
				b = binary.BigEndian.AppendUint16(b, 1<<14|uint16(n))
			}
			b = append(b, part...)
		}
		return b
	}
	for _, c := range []struct {
		name    string
		entries []revocation.Entry
	}{{"revoked", runs}, {"revoked and suspended", both}} {
		l, blobs := list(t, listA, 100_000, false, c.entries...)
		h := mustOpen(t, body(1, l))
		p := mustLoad(t, h, nil, blobs)
		kept := p.Append(nil)
		size := int(binary.BigEndian.Uint16(kept[24:]) &^ (1 << 14))
		if !bytes.Equal(kept, record(kept[26:26+size], nil)) {
			t.Fatalf("%s: the record is %x", c.name, kept)
		}
		if bytes.Equal(kept[26:26+size], blobs[0]) {
			t.Fatalf("%s: the snapshot is in the scheme of the record", c.name)
		}
		_, err := h.Restore(record(blobs[0], nil))
		wantError(t, c.name+", as the authority has it", err, revocation.ErrFormat)
		_, err = h.Restore(record(kept[26:26+size], []byte("junk")))
		wantError(t, c.name+", with details that it has not", err, revocation.ErrFormat)
	}
	serial, blob := serialList(t, "urn:serial", revocation.KindSerial)
	h := mustOpen(t, body(1, serial))
	if _, err := h.Restore(record(blob, nil)); err != nil {
		t.Fatal(err)
	}
	_, err := h.Restore(record(blob, []byte("junk")))
	wantError(t, "a serial list with details", err, revocation.ErrFormat)
}

// serialList is a list of 100 certificates, one of them listed, whichever has that hash.
func serialList(t testing.TB, id string, kind revocation.Kind) (revocation.List, []byte) {
	t.Helper()
	blob := []byte{0x10, 8, 0, 0x80}
	return revocation.List{ID: id, Kind: kind, Covered: 100, Revoked: 1, IssuedBefore: 1 << 31, Snapshot: revocation.NewBlob(blob)}, blob
}

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

// A mirror has the authority's blobs and no key. It may hand a publication on as a record, and blobs as they are alone.
func TestMirrorMayTranscodeIntoARecord(t *testing.T) {
	var runs []revocation.Entry
	for i := range uint64(400) {
		runs = append(runs, revocation.Entry{Index: 1000*(i/100) + i%100})
	}
	l, blobs := list(t, listA, 100_000, true, runs...)
	serial, blob := serialList(t, "urn:serial", revocation.KindSerial)
	b := body(1, l, serial)
	for i, plain := range [][]byte{blobs[0], blobs[1], blob} { // padding is no part of what is transcoded
		padded := revocation.Pad(6, plain)
		*[]*revocation.Blob{&b.Lists[0].Snapshot, &b.Lists[0].Details, &b.Lists[1].Snapshot}[i] = revocation.NewBlob(padded)
		blobs = append(blobs, padded)
	}
	if err := revocation.PadBody(&b, 6); err != nil {
		t.Fatal(err)
	}
	h := mustOpen(t, b)
	record := mustLoad(t, h, nil, blobs[2:]).Append(nil)
	p, err := h.Restore(record)
	if err != nil {
		t.Fatal(err)
	}
	if got := p.Entries(listA); fmt.Sprint(got) != fmt.Sprint(runs) {
		t.Errorf("of the record: %v", got)
	}
	// At 400 of 100000, M is 173 and b is 8.
	golomb := record[26 : 26+binary.BigEndian.Uint16(record[24:])&^(1<<14)]
	if most := 1 + (400*(8+1)+100_000/173+7)/8; len(golomb) > most || len(golomb) < most/2 {
		t.Errorf("%d bytes, at most %d", len(golomb), most)
	}
	for name, other := range map[string][]byte{
		"another coding": golomb, "another coding, padded": revocation.Pad(6, golomb), "without padding": blobs[0], "a record": record,
	} {
		_, err := h.Load(nil, [][]byte{other, blobs[3], blobs[4]})
		wantError(t, name+" in a blob's place", err, revocation.ErrBlob)
	}
	// It leads nobody to another set of the same size.
	runs[399].Index++
	other, otherBlobs := list(t, listA, 100_000, true, runs...)
	lie := mustLoad(t, mustOpen(t, body(1, other, serial)), nil, append(otherBlobs, blob)).Append(nil)
	_, err = h.Restore(lie)
	wantError(t, "a record of other sets", err, revocation.ErrRoot)
}

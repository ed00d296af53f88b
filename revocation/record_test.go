package revocation_test

import (
	"bytes"
	"errors"
	"fmt"
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

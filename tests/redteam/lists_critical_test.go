package redteam

import (
	"bytes"
	"testing"
	"time"

	"github.com/e2eid/e2eid/revocation"
	"github.com/e2eid/e2eid/verifier"
)

// Row 62 for our own heads and lists: what this version must understand and does not is never used, although the authority has
// signed it. The refresh says so; what was held decides as long as it is fresh, and who holds nothing has an undetermined verdict.
func TestRow62HeadOrListThatMustBeUnderstood(t *testing.T) {
	const later = 0x7ffe // an extension that may be ignored
	at := now.Add(time.Minute)
	w := newWorld(t)
	p := alicePresents(w)
	ends, blobs, err := revocation.EncodeList(w.ca.ListID, 1000, nil, false)
	if err != nil {
		t.Fatal(err)
	}
	issuers, more, err := revocation.EncodeList(w.ca.CAListID, 1000, nil, false)
	if err != nil {
		t.Fatal(err)
	}
	honest := w.lists.Sign(revocation.Body{
		Authority: authority, Number: 1000, ThisUpdate: at, NextUpdate: at.Add(time.Hour), Lists: []revocation.List{ends, issuers},
		Extensions: []revocation.Extension{{Type: later, Data: []byte("later")}},
	}).Bytes()
	blobs = append(blobs, more...)
	// changed returns the head with some bytes replaced behind a mark, and signed.
	changed := func(mark string, skip int, to ...byte) []byte {
		tail := len(w.lists.Key.Sign(nil)) + 14 // count, algorithm, key id and size of the signature before it, count of proofs
		body := bytes.Clone(honest[:len(honest)-tail])
		i := bytes.Index(body, []byte(mark))
		if i < 0 {
			t.Fatalf("no %q in the head", mark)
		}
		copy(body[i+len(mark)+skip:], to)
		signed := append(body, honest[len(body):]...)
		copy(signed[len(signed)-1-64:], w.lists.Key.Sign(body))
		return signed
	}
	kind := ends.ID
	list := func(change func(l *revocation.List) []byte) (head []byte, blobs [][]byte) {
		l := ends
		blob := change(&l)
		body := revocation.Body{Authority: authority, Number: 1000, ThisUpdate: at, NextUpdate: at.Add(time.Hour), Lists: []revocation.List{l, issuers}}
		return w.lists.Sign(body).Bytes(), [][]byte{blob, more[0]}
	}
	try := func(name string, head []byte, blobs [][]byte, code verifier.Code) {
		t.Run(name, func(t *testing.T) {
			w.restart()
			err := w.offer(at, head, blobs)
			if code == "" {
				if err != nil {
					t.Fatal(err)
				}
				verified(t, w.askAt(now, at, p))
				return
			}
			refused(t, err, code)
			want(t, w.askAt(now, at, p), verifier.Undetermined, verifier.CodeRevocationUnavailable)
			// Beside what is held, which a client may not lose by it.
			old, oldBlobs := w.lists.Next(now)
			if err := w.offer(now, old, oldBlobs); err != nil {
				t.Fatal(err)
			}
			refused(t, w.offer(at, head, blobs), code)
			verified(t, w.askAt(now, at, p))
			want(t, w.askAt(now, now.Add(25*time.Hour), p), verifier.Undetermined, verifier.CodeStaleRevocation)
		})
	}
	try("nothing unknown", honest, blobs, "")
	try("signed again", changed(kind, 0, 1), blobs, "")
	try("extension that may be ignored", changed("\x01\x7f\xfe", -2, 0x7f, 0xff), blobs, "")
	try("extension that must be understood", changed("\x01\x7f\xfe", -2, 0x80, 0x00), blobs, verifier.CodeUnsupportedCritical)
	try("the last of them", changed("\x01\x7f\xfe", -2, 0xff, 0xff), blobs, verifier.CodeUnsupportedCritical)
	try("version of the head", changed("e2eid revocation head\x00", 0, 2), blobs, verifier.CodeUnsupportedCritical)
	try("kind of a list", changed(kind, 0, 4), blobs, verifier.CodeUnsupportedCritical)
	try("flag of a list", changed(kind, 1, 8), blobs, verifier.CodeUnsupportedCritical)
	head, b := list(func(l *revocation.List) []byte {
		blob := append([]byte{0x7f}, blobs[0][1:]...)
		l.Snapshot = revocation.NewBlob(blob)
		return blob
	})
	try("scheme of a list", head, b, verifier.CodeUnsupportedCritical)
	head, b = list(func(l *revocation.List) []byte {
		l.Kind, l.Root, l.IssuedBefore = revocation.KindSerial, [32]byte{}, now.Unix()
		blob := []byte{0x12}
		l.Snapshot = revocation.NewBlob(blob)
		return blob
	})
	try("scheme of a serial list", head, b, verifier.CodeUnsupportedCritical)
}

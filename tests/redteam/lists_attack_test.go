package redteam

import (
	"bytes"
	"crypto/sha256"
	"errors"
	"math/big"
	"runtime"
	"slices"
	"testing"
	"time"

	"github.com/e2eid/e2eid/credential/x509"
	"github.com/e2eid/e2eid/revocation"
	"github.com/e2eid/e2eid/revocation/publisher"
	"github.com/e2eid/e2eid/signature/native"
	"github.com/e2eid/e2eid/tests/testca"
	"github.com/e2eid/e2eid/tests/testlist"
	"github.com/e2eid/e2eid/verifier"
)

var alicePresents = func(w *group) verifier.Presentation {
	return verifier.Presentation{Kind: verifier.KeyPackage, Bytes: w.keyPackage(w.ca.Alice()), Expected: []string{alice}}
}

// refused fails the test unless the error has this code.
func refused(t *testing.T, err error, code verifier.Code) {
	t.Helper()
	if err == nil || verifier.RevocationCode(err) != code {
		t.Errorf("error %v, want %s", err, code)
	}
}

// Row 23.
func TestRevokedCredentialIsRejectedWithReasonAndTime(t *testing.T) {
	w := newWorld(t)
	p := alicePresents(w)
	verified(t, w.ask(p))
	since := now.Add(-time.Hour)
	w.publish(now.Add(time.Minute), revocation.Entry{Index: 0, Since: since, Reason: revocation.KeyCompromise})
	v := w.askAt(now.Add(time.Minute), now.Add(time.Minute), p)
	rejected(t, v, verifier.CodeRevoked)
	if r, ok := v.Revocation(); !ok || !r.Since.Equal(since) || r.Reason != "keyCompromise" {
		t.Errorf("%+v", r)
	}
}

// Row 24: the mirror serves yesterday's data while the maximum age lasts, and an older head than one held never.
func TestMirrorServesYesterdaysData(t *testing.T) {
	w := newWorld(t)
	w.trust.Authorities[0].MaxAge = 2 * time.Hour
	w.restart()
	old, oldBlobs := w.lists.Next(now)
	newer, newerBlobs := w.lists.Next(now.Add(time.Minute), revocation.Entry{Index: 0})
	if err := w.offer(now, old, oldBlobs); err != nil {
		t.Fatal(err)
	}
	p := alicePresents(w)
	verified(t, w.askAt(now, now.Add(2*time.Hour), p))
	want(t, w.askAt(now, now.Add(2*time.Hour+time.Second), p), verifier.Undetermined, verifier.CodeStaleRevocation)
	if err := w.offer(now.Add(time.Hour), newer, newerBlobs); err != nil {
		t.Fatal(err)
	}
	refused(t, w.offer(now.Add(time.Hour), old, oldBlobs), verifier.CodeRollback)
	rejected(t, w.askAt(now, now.Add(time.Hour), p), verifier.CodeRevoked)
}

// Row 25.
func TestMirrorFrozenForWeeks(t *testing.T) {
	w := newWorld(t)
	p := alicePresents(w)
	weeks := now.Add(21 * 24 * time.Hour)
	v := w.askAt(now, weeks, p)
	want(t, v, verifier.Undetermined, verifier.CodeStaleRevocation)
	if len(v.Missing()) == 0 {
		t.Error("the verdict does not say what would settle it")
	}
}

// Row 26: also after a restart that kept the state, and by another tab's.
func TestMirrorRollsBack(t *testing.T) {
	w := newWorld(t)
	old, oldBlobs := w.lists.Next(now)
	newer, newerBlobs := w.lists.Next(now.Add(time.Minute), revocation.Entry{Index: 0})
	if err := w.offer(now.Add(time.Minute), newer, newerBlobs); err != nil {
		t.Fatal(err)
	}
	refused(t, w.offer(now.Add(time.Minute), old, oldBlobs), verifier.CodeRollback)
	state := w.v.State(nil)
	newest, newestBlobs := w.lists.Next(now.Add(2*time.Minute), revocation.Entry{Index: 0})
	if err := w.offer(now.Add(2*time.Minute), newest, newestBlobs); err != nil {
		t.Fatal(err)
	}
	torn := w.v.State(nil)
	w.restart()
	if err := w.v.RestoreState(state); err != nil {
		t.Fatal(err)
	}
	refused(t, w.offer(now.Add(time.Minute), old, oldBlobs), verifier.CodeRollback)
	// A state that was cut off while it was written is noticed, and the older one used.
	for cut := range len(torn) {
		w.restart()
		if err := w.v.RestoreState(state, torn[:cut]); !errors.Is(err, revocation.ErrSlot) {
			t.Fatalf("cut at %d: %v", cut, err)
		}
		refused(t, w.offer(now.Add(time.Minute), old, oldBlobs), verifier.CodeRollback)
		if !bytes.Equal(w.v.State(nil), state) {
			t.Fatalf("cut at %d: not the older state", cut)
		}
	}
	if err := w.offer(now.Add(time.Minute), newer, newerBlobs); err != nil {
		t.Errorf("what the older state takes: %v", err)
	}
	if _, err := revocation.RestoreState(state[:9], nil); !errors.Is(err, revocation.ErrState) {
		t.Errorf("two damaged slots: %v", err)
	}
}

// Row 27.
func TestListsOfTwoHeadsAreMixed(t *testing.T) {
	w := newWorld(t)
	_, oldBlobs := w.lists.Next(now, revocation.Entry{Index: 5})
	newer, _ := w.lists.Next(now.Add(time.Minute), revocation.Entry{Index: 0})
	u, err := w.v.PlanHead(authority, newer, now.Add(time.Minute))
	if err != nil {
		t.Fatal(err)
	}
	if err := u.Conclude(native.Run(u.Checks())); err != nil {
		t.Fatal(err)
	}
	refused(t, u.Install(oldBlobs[:1]), verifier.CodeBadRevocation)
	verified(t, w.ask(alicePresents(w))) // what was held stays
}

// Row 28.
func TestListOfAnotherAuthority(t *testing.T) {
	w := newWorld(t)
	other := testlist.New("other", w.ca)
	other.Key = w.lists.Key // even under the same key
	head, blobs := other.Next(now.Add(time.Minute))
	refused(t, w.offer(now.Add(time.Minute), head, blobs), verifier.CodeBadRevocation)
}

// Rows 29 and 69: keys that the configuration does not name, alone and under the id of one that it does.
func TestHeadSignedByAKeyNobodyDelegated(t *testing.T) {
	w := newWorld(t)
	at := now.Add(time.Minute)
	forged := testlist.New(authority, w.ca)
	forged.Key = testca.NewKey(testca.Ed25519, "stranger")
	head, blobs := forged.Next(at)
	refused(t, w.offer(at, head, blobs), verifier.CodeBadRevocation)
	// Under the id of the authority's key, and with its signature of an older head.
	genuine, _ := w.lists.Next(at)
	u, err := revocation.ParseHead(genuine)
	if err != nil {
		t.Fatal(err)
	}
	body, err := revocation.AppendBody(nil, revocation.Body{Authority: authority, Number: 40, ThisUpdate: at, NextUpdate: at.Add(time.Hour)})
	if err != nil {
		t.Fatal(err)
	}
	id := w.lists.PublicKey().ID()
	for name, sig := range map[string][]byte{
		"a stranger's signature": forged.Key.Sign(body), "that of another head": u.Signatures()[0].Signature,
	} {
		head, err := revocation.AssembleHead(body, []revocation.Signature{{Algorithm: u.Signatures()[0].Algorithm, KeyID: id, Signature: sig}})
		if err != nil {
			t.Fatal(name, err)
		}
		refused(t, w.offer(at, head.Bytes(), nil), verifier.CodeBadRevocation)
	}
	verified(t, w.ask(alicePresents(w)))
}

// Row 30: every bit and every length of a list, and a few bytes that promise much.
func TestDamagedListsAndBombs(t *testing.T) {
	w := newWorld(t)
	at := now.Add(time.Minute)
	head, blobs := w.lists.Next(at, revocation.Entry{Index: 0}, revocation.Entry{Index: 500, Reason: revocation.CertificateHold})
	install := func(head []byte, give [][]byte) error {
		u, err := w.v.PlanHead(authority, head, at)
		if err != nil {
			return err
		}
		if err := u.Conclude(native.Run(u.Checks())); err != nil {
			return err
		}
		return u.Install(give)
	}
	for i := range blobs {
		for bit := range 8 * len(blobs[i]) {
			bad := append([][]byte(nil), blobs...)
			bad[i] = bytes.Clone(blobs[i])
			bad[i][bit/8] ^= 1 << (bit % 8)
			refused(t, install(head, bad), verifier.CodeBadRevocation)
		}
	}
	for bit := range 8 * len(head) {
		bad := bytes.Clone(head)
		bad[bit/8] ^= 1 << (bit % 8)
		if install(bad, blobs) == nil {
			t.Fatalf("bit %d of the head can be changed", bit)
		}
	}
	for cut := range head {
		refused(t, install(head[:cut], blobs), verifier.CodeMalformed)
	}
	// A hundred bytes, signed by the authority itself, that say they revoke four thousand million.
	for scheme := byte(1); scheme <= 3; scheme++ {
		bomb := append([]byte{scheme}, make([]byte, 99)...)
		l := revocation.List{ID: w.ca.ListID, Kind: revocation.KindIndex, Covered: 1 << 32, Revoked: 1 << 31, Snapshot: revocation.NewBlob(bomb)}
		u := w.lists.Sign(revocation.Body{Authority: authority, Number: 50, ThisUpdate: at, NextUpdate: at.Add(time.Hour), Lists: []revocation.List{l}})
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		refused(t, install(u.Bytes(), [][]byte{bomb}), verifier.CodeMalformed)
		runtime.ReadMemStats(&after)
		if n := after.TotalAlloc - before.TotalAlloc; n > 1<<20 {
			t.Errorf("scheme %d: %d bytes allocated", scheme, n)
		}
	}
}

// Row 31.
func TestMirrorDropsOnlyTheVictimsList(t *testing.T) {
	w := newWorld(t)
	w.restart()
	head, blobs := w.lists.Next(now, revocation.Entry{Index: 5})
	u, err := w.v.PlanHead(authority, head, now)
	if err != nil {
		t.Fatal(err)
	}
	if err := u.Conclude(native.Run(u.Checks())); err != nil {
		t.Fatal(err)
	}
	refused(t, u.Install(blobs[1:]), verifier.CodeRevocationUnavailable)
	want(t, w.ask(alicePresents(w)), verifier.Undetermined, verifier.CodeRevocationUnavailable)
}

// Row 32: both heads are kept.
func TestTwoHeadsOfOneNumber(t *testing.T) {
	w := newWorld(t)
	twin := *w.lists
	at := now.Add(time.Minute)
	one, oneBlobs := w.lists.Next(at)
	two, twoBlobs := twin.Next(at, revocation.Entry{Index: 0})
	if err := w.offer(at, one, oneBlobs); err != nil {
		t.Fatal(err)
	}
	err := w.offer(at, two, twoBlobs)
	refused(t, err, verifier.CodeEquivocation)
	var e *revocation.EquivocationError
	if !errors.As(err, &e) || !bytes.Equal(e.Held, one) || !bytes.Equal(e.Got, two) {
		t.Errorf("evidence %+v", e)
	}
	if !bytes.Equal(w.v.Head(authority), one) {
		t.Error("the head that is held is not given out")
	}

	// After a restart, with the two heads in two slots: neither is used, and each that comes again is evidence.
	other := newWorld(t)
	if err := other.offer(at, two, twoBlobs); err != nil {
		t.Fatal(err)
	}
	slots := [][]byte{w.v.State(nil), other.v.State(nil)}
	w.restart()
	err = w.v.RestoreState(slots...)
	if !errors.As(err, &e) || e.Held != nil || e.Got != nil || e.HeldHash == e.GotHash || e.Number != 2 {
		t.Errorf("two slots that contradict each other: %v", err)
	}
	if w.v.Head(authority) != nil {
		t.Error("the bytes of a head of which only the hash is known")
	}
	refused(t, w.offer(at, two, twoBlobs), verifier.CodeEquivocation)
	err = w.offer(at, one, oneBlobs)
	refused(t, err, verifier.CodeEquivocation)
	if !errors.As(err, &e) || !bytes.Equal(e.Held, one) || !bytes.Equal(e.Got, two) {
		t.Errorf("evidence after a restart: %+v", e)
	}
	w.publish(at.Add(time.Minute), revocation.Entry{Index: 0})
	rejected(t, w.askAt(now, at.Add(time.Minute), alicePresents(w)), verifier.CodeRevoked)
}

// Row 54.
func TestVerdictIsNotReusedAfterANewerHead(t *testing.T) {
	w := newWorld(t)
	p := alicePresents(w)
	verified(t, w.ask(p))
	verified(t, w.ask(p)) // from what is remembered
	w.publish(now.Add(time.Minute), revocation.Entry{Index: 0})
	rejected(t, w.askAt(now, now.Add(time.Minute), p), verifier.CodeRevoked)
	w.trust.Authorities[0].Scope = scope(t, "elsewhere.example")
	w.restart()
	if v := w.ask(p); v.Outcome() == verifier.Verified {
		t.Error("verified under a policy that was changed")
	}
}

// Row 56: a delta that takes a revocation back, as the mirror makes it and as an authority would have to sign it.
func TestDeltaThatTakesARevocationBack(t *testing.T) {
	w := newWorld(t)
	at := now.Add(time.Minute)
	many := []revocation.Entry{{Index: 0}, {Index: 7}}
	for i := range uint64(50) { // so that a delta is smaller than the list
		many = append(many, revocation.Entry{Index: 302 + 13*i + i*i*i%11})
	}
	l1, blobs1, err := revocation.EncodeList(w.ca.ListID, 1000, many, false)
	if err != nil {
		t.Fatal(err)
	}
	issuers, blobs0, err := revocation.EncodeList(w.ca.CAListID, 1000, nil, false)
	if err != nil {
		t.Fatal(err)
	}
	lists := []revocation.List{l1, issuers}
	first := w.lists.Sign(revocation.Body{Authority: authority, Number: 10, ThisUpdate: at, NextUpdate: at.Add(time.Hour), Lists: lists})
	if err := w.offer(at, first.Bytes(), append(blobs1, blobs0...)); err != nil {
		t.Fatal(err)
	}
	p := alicePresents(w)
	rejected(t, w.askAt(now, at, p), verifier.CodeRevoked)

	l2, blobs2, err := revocation.EncodeList(w.ca.ListID, 1000, slices.Insert(slices.Clone(many), 2, revocation.Entry{Index: 300}), false)
	if err != nil {
		t.Fatal(err)
	}
	changes := func(indexes ...uint64) []byte {
		d, err := revocation.EncodeDelta([]revocation.List{l2, issuers}, map[string][]uint64{l2.ID: indexes},
			map[string][]revocation.Entry{l2.ID: {{Index: 300}, {Index: 301}}}) // all others become good
		if err != nil {
			t.Fatal(err)
		}
		return d
	}
	lie := changes(0, 300, 301) // as many as there should be
	body := revocation.Body{Authority: authority, Number: 11, ThisUpdate: at.Add(time.Second), NextUpdate: at.Add(time.Hour),
		Previous: first.Hash(), Lists: []revocation.List{l2, issuers}, Deltas: []revocation.Delta{{Back: 1, Blob: revocation.NewBlob(lie)}}}
	second := w.lists.Sign(body).Bytes()
	refused(t, w.offer(at.Add(time.Second), second, [][]byte{lie}), verifier.CodeBadRevocation)
	rejected(t, w.askAt(now, at.Add(time.Second), p), verifier.CodeRevoked)
	// The next attempt takes whole lists, so that a bad delta locks nobody out.
	if err := w.offer(at.Add(time.Second), second, append(append(blobs2, blobs0...), lie)); err != nil {
		t.Error(err)
	}
	rejected(t, w.askAt(now, at.Add(time.Second), p), verifier.CodeRevoked)

	// And the mirror's own, which the head does not name.
	forged := changes(7, 300)
	before, err := revocation.ParseHead(second)
	if err != nil {
		t.Fatal(err)
	}
	body.Number, body.Previous = 12, before.Hash()
	u, err := w.v.PlanHead(authority, w.lists.Sign(body).Bytes(), at.Add(time.Second))
	if err != nil {
		t.Fatal(err)
	}
	if err := u.Conclude(native.Run(u.Checks())); err != nil {
		t.Fatal(err)
	}
	refused(t, u.Install([][]byte{forged}), verifier.CodeBadRevocation)
}

// Row 57, by index and by serial number.
func TestCredentialIssuedAfterTheListWasMade(t *testing.T) {
	w := newWorld(t)
	w.trust.Authorities[0].Status = verifier.StatusEndEntity
	w.restart()
	w.publish(now)
	late := w.ca.Client("alice", "1", testlist.Covered)
	want(t, w.judge(w.keyPackage(late)), verifier.Undetermined, verifier.CodeNotCovered)

	// Certificates without an index, of which the list covers those issued until an hour ago.
	key := sha256.Sum256(w.issuerKey())
	cert := func(serial int64, notBefore time.Time) []byte {
		c := w.ca.Alice()
		c.Forbid(testca.OIDStatus)
		c.Serial, c.NotBefore = big.NewInt(serial), notBefore
		return w.keyPackage(c)
	}
	var serials [][]byte
	for i := range 100 {
		serials = append(serials, []byte{1, byte(i)})
	}
	list := publisher.SerialList{ID: "urn:serials", Issuer: key, IssuedBefore: now.Add(-time.Hour), Serials: serials, Revoked: []int{7}, Suspended: []int{9}}
	lists, blobs, err := list.Encode()
	if err != nil {
		t.Fatal(err)
	}
	issuers, more, err := revocation.EncodeList(w.ca.CAListID, 1000, nil, false)
	if err != nil {
		t.Fatal(err)
	}
	body := revocation.Body{Authority: authority, Number: 20, ThisUpdate: now, NextUpdate: now.Add(time.Hour),
		Lists: append([]revocation.List{issuers}, lists...)}
	if err := w.offer(now, w.lists.Sign(body).Bytes(), append(blobs, more...)); err != nil {
		t.Fatal(err)
	}
	early := now.Add(-2 * time.Hour)
	for i := range int64(100) {
		v := w.judge(cert(0x100+i, early))
		switch i {
		case 7:
			rejected(t, v, verifier.CodeRevoked)
		case 9:
			rejected(t, v, verifier.CodeSuspended)
		default:
			verified(t, v)
		}
	}
	for i := range int64(300) { // nobody has told the list of these, and it would answer anything
		want(t, w.judge(cert(0x200+i, now.Add(-time.Hour))), verifier.Undetermined, verifier.CodeNotCovered)
	}
}

// issuerKey returns the SubjectPublicKeyInfo of the intermediate.
func (w *group) issuerKey() []byte {
	c, err := x509.ParseCertificate(w.ca.Intermediate.DER)
	if err != nil {
		w.t.Fatal(err)
	}
	return c.RawPublicKey
}

// Row 58.
func TestHeadOfTheFuture(t *testing.T) {
	w := newWorld(t)
	sign := func(number uint64, this, next time.Time) []byte {
		return w.lists.Sign(revocation.Body{Authority: authority, Number: number, ThisUpdate: this, NextUpdate: next}).Bytes()
	}
	for name, head := range map[string][]byte{
		"made in an hour":             sign(9, now.Add(time.Hour), now.Add(2*time.Hour)),
		"good for a hundred years":    sign(9, now, now.AddDate(100, 0, 0)),
		"of the largest number":       sign(1<<64-1, now, now.Add(time.Hour)),
		"of one number more than can": sign(uint64(now.Unix())+1, now, now.Add(time.Hour)),
	} {
		t.Run(name, func(t *testing.T) { refused(t, w.offer(now, head, nil), verifier.CodeFastForward) })
	}
	verified(t, w.ask(alicePresents(w)))
	w.publish(now.Add(time.Minute)) // the next one is not shut out
}

// Row 67, for our own lists: an index list offered as a serial list, and a list under another list's name.
func TestListIsNotTakenForAnother(t *testing.T) {
	w := newWorld(t)
	l, blobs, err := revocation.EncodeList(w.ca.ListID, 1000, nil, false)
	if err != nil {
		t.Fatal(err)
	}
	l.Kind, l.Issuer, l.IssuedBefore = revocation.KindSerial, sha256.Sum256(w.issuerKey()), now.Unix()
	body := revocation.Body{Authority: authority, Number: 30, ThisUpdate: now, NextUpdate: now.Add(time.Hour), Lists: []revocation.List{l}}
	if w.offer(now, w.lists.Sign(body).Bytes(), blobs) == nil {
		t.Error("an index list is taken for a serial list")
	}
	l, blobs, err = revocation.EncodeList(w.ca.ListID+"x", 1000, nil, false)
	if err != nil {
		t.Fatal(err)
	}
	body.Lists = []revocation.List{l}
	if err := w.offer(now, w.lists.Sign(body).Bytes(), blobs); err != nil {
		t.Fatal(err)
	}
	want(t, w.ask(alicePresents(w)), verifier.Undetermined, verifier.CodeNotCovered)
}

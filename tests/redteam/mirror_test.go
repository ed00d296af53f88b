package redteam

import (
	"bytes"
	"crypto/sha256"
	"errors"
	"testing"
	"time"

	"github.com/e2eid/e2eid/revocation"
	"github.com/e2eid/e2eid/signature/native"
	"github.com/e2eid/e2eid/tests/testca"
	"github.com/e2eid/e2eid/tests/testlist"
	"github.com/e2eid/e2eid/verifier"
)

// A mirror is the attacker of rows 24 to 32 and 58: it holds all that the authority ever published, and answers each
// request with what it likes. It cannot sign.
type mirror struct {
	w     *group
	heads [][]byte                     // by number, from 1 on
	blobs map[revocation.Blob][]byte   // honest
	head  func() []byte                // nil: the newest
	blob  func(revocation.Blob) []byte // nil: honest; returning nil: 404, or no answer in time
	asked []revocation.Blob
}

// newMirror returns the mirror of a world whose first publication is with the client already.
func newMirror(w *group) *mirror {
	m := &mirror{w: w, blobs: map[revocation.Blob][]byte{}, heads: [][]byte{nil}}
	w.lists = testlist.New(authority, w.ca) // numbers begin anew for the mirror, and so does the client
	w.restart()
	return m
}

// publish is the authority's: the mirror only keeps it.
func (m *mirror) publish(at time.Time, revoked ...revocation.Entry) {
	head, blobs := m.w.lists.Next(at, revoked...)
	m.heads = append(m.heads, head)
	for _, b := range blobs {
		m.blobs[revocation.NewBlob(b)] = b
	}
}

// refresh does what a client does, as web/src/refresh.ts: head, its signatures, what it needs, all of it or nothing.
func (m *mirror) refresh(at time.Time) verifier.Code {
	head := m.heads[len(m.heads)-1]
	if m.head != nil {
		head = m.head()
	}
	if head == nil {
		return verifier.CodeRevocationUnavailable
	}
	u, err := m.w.v.PlanHead(authority, head, at)
	if err == nil {
		err = u.Conclude(native.Run(u.Checks()))
	}
	if err != nil {
		return verifier.RevocationCode(err)
	}
	var blobs [][]byte
	m.asked = u.Needed()
	for _, name := range m.asked {
		b := m.blobs[name]
		if m.blob != nil {
			b = m.blob(name)
		}
		if b == nil {
			return verifier.CodeRevocationUnavailable
		}
		if uint64(len(b)) > name.Size { // the client reads no more
			return verifier.CodeBadRevocation
		}
		blobs = append(blobs, b)
	}
	if u.Current() {
		return ""
	}
	if err := u.Install(blobs); err != nil {
		return verifier.RevocationCode(err)
	}
	return ""
}

func (m *mirror) serves(number int) { m.head = func() []byte { return m.heads[number] } }

func (m *mirror) refreshed(t *testing.T, at time.Time, want verifier.Code) {
	t.Helper()
	if got := m.refresh(at); got != want {
		t.Errorf("refresh: %q, want %q", got, want)
	}
}

// judgeAt judges Alice's KeyPackage by the revocation data that is held.
func (m *mirror) judgeAt(at time.Time) verifier.Verdict {
	return m.w.askAt(now, at, verifier.Presentation{
		Kind: verifier.KeyPackage, Bytes: m.w.keyPackage(m.w.ca.Alice()), Expected: []string{alice},
	})
}

var aliceRevoked = revocation.Entry{Index: 0, Since: now, Reason: revocation.KeyCompromise}

const maxAge = 6 * time.Hour

// within returns a world whose client takes a head for fresh for maxAge.
func within(t *testing.T) *mirror {
	w := newWorld(t)
	w.trust.Authorities[0].MaxAge = maxAge
	return newMirror(w)
}

func TestRow24RevokedButTheMirrorServesYesterdaysData(t *testing.T) {
	m := within(t)
	m.publish(now)
	m.refreshed(t, now, "")
	m.publish(now.Add(time.Hour), aliceRevoked)
	m.serves(1) // and never the second
	m.refreshed(t, now.Add(2*time.Hour), "")
	verified(t, m.judgeAt(now.Add(2*time.Hour)))
	m.refreshed(t, now.Add(maxAge+time.Second), "")
	want(t, m.judgeAt(now.Add(maxAge+time.Second)), verifier.Undetermined, verifier.CodeStaleRevocation)

	// A client that has seen the second anywhere else is not led back.
	m.head = nil
	m.refreshed(t, now.Add(2*time.Hour), "")
	m.serves(1)
	m.refreshed(t, now.Add(2*time.Hour), verifier.CodeRollback)
	rejected(t, m.judgeAt(now.Add(2*time.Hour)), verifier.CodeRevoked)
}

func TestRow25MirrorIsFrozenForWeeks(t *testing.T) {
	m := within(t)
	m.publish(now)
	m.refreshed(t, now, "")
	for week := 1; week <= 4; week++ {
		at := now.Add(time.Duration(week) * 7 * 24 * time.Hour)
		m.refreshed(t, at, "")
		v := m.w.askAt(now, at, verifier.Presentation{
			Kind: verifier.KeyPackage, Bytes: m.w.keyPackage(m.w.ca.Alice()), Expected: []string{alice},
		})
		want(t, v, verifier.Undetermined, verifier.CodeStaleRevocation)
	}
}

func TestRow26MirrorRollsBack(t *testing.T) {
	m := within(t)
	m.publish(now.Add(-time.Hour))
	m.publish(now, aliceRevoked)
	m.refreshed(t, now, "")
	m.serves(1)
	m.refreshed(t, now, verifier.CodeRollback)
	rejected(t, m.judgeAt(now), verifier.CodeRevoked) // by the newest, which is kept

	// Neither is a client that was restarted, if it kept its record.
	record := m.w.v.State(nil)
	m.w.restart()
	if err := m.w.v.RestoreState(record); err != nil {
		t.Fatal(err)
	}
	m.refreshed(t, now, verifier.CodeRollback)
	if v := m.judgeAt(now); v.Outcome() == verifier.Verified {
		t.Error("verified without any data")
	}
}

func TestRow27ListsOfTwoHeadsAreMixed(t *testing.T) {
	m := within(t)
	m.publish(now.Add(-time.Hour))
	m.publish(now, aliceRevoked)
	old := map[revocation.Blob]bool{}
	m.serves(1)
	first := m.w.v
	m.refreshed(t, now, "")
	for _, b := range m.asked {
		old[b] = true
	}
	m.w.v = first
	m.head = nil
	for name := range old {
		m.blob = func(want revocation.Blob) []byte {
			if old[want] {
				return m.blobs[want]
			}
			if b := m.blobs[name]; uint64(len(b)) <= want.Size {
				return append(bytes.Clone(b), make([]byte, want.Size-uint64(len(b)))...)
			}
			return m.blobs[name][:want.Size]
		}
		m.refreshed(t, now, verifier.CodeBadRevocation)
	}
	verified(t, m.judgeAt(now)) // by the first head, whole as it was
	m.blob = nil
	m.refreshed(t, now, "")
	rejected(t, m.judgeAt(now), verifier.CodeRevoked)
}

func TestRow28ListOfAnotherAuthority(t *testing.T) {
	m := within(t)
	other := testlist.New("other", m.w.ca)
	other.Key = m.w.lists.Key // even signed by the same key
	head, _ := other.Next(now)
	m.head = func() []byte { return head }
	m.refreshed(t, now, verifier.CodeBadRevocation)
	if v := m.judgeAt(now); v.Outcome() == verifier.Verified {
		t.Error("verified by another authority's list")
	}
}

func TestRow29HeadIsSignedByAKeyThatIsNotDelegated(t *testing.T) {
	m := within(t)
	stranger := testlist.New(authority, m.w.ca)
	stranger.Key = testca.NewKey(testca.Ed25519, "stranger")
	head, blobs := stranger.Next(now)
	for _, b := range blobs {
		m.blobs[revocation.NewBlob(b)] = b
	}
	m.head = func() []byte { return head }
	m.refreshed(t, now, verifier.CodeBadRevocation)
	if v := m.judgeAt(now); v.Outcome() == verifier.Verified {
		t.Error("verified by a stranger's list")
	}
}

// No change to the bytes of a head or blob is taken: each byte once changed, and each length once cut, and more.
func TestRow30TruncatedFlippedOrOversizeList(t *testing.T) {
	m := within(t)
	m.publish(now.Add(-time.Hour))
	m.refreshed(t, now, "")
	m.publish(now, aliceRevoked)
	good := m.heads[2]
	try := func(name string, b []byte) {
		t.Helper()
		m.head = func() []byte { return b }
		switch code := m.refresh(now); code {
		case verifier.CodeMalformed, verifier.CodeBadRevocation, verifier.CodeUnsupportedCritical:
		default:
			t.Errorf("%s: %q", name, code)
		}
	}
	for i := range good {
		flipped := bytes.Clone(good)
		flipped[i] ^= 1 << (i % 8)
		try("flipped head", flipped)
		try("cut head", good[:i])
	}
	try("longer head", append(bytes.Clone(good), 0))
	try("head of a gigabyte's claim", append(bytes.Clone(good), make([]byte, revocation.MaxHeadSize)...))
	m.head = nil
	changes := map[string]func([]byte) []byte{
		"flipped":  func(b []byte) []byte { b = bytes.Clone(b); b[len(b)/2] ^= 1; return b },
		"cut":      func(b []byte) []byte { return b[:len(b)-1] },
		"empty":    func([]byte) []byte { return []byte{} },
		"oversize": func(b []byte) []byte { return append(bytes.Clone(b), make([]byte, 1<<20)...) },
	}
	for name, change := range changes {
		m.blob = func(b revocation.Blob) []byte { return change(m.blobs[b]) }
		if code := m.refresh(now); code != verifier.CodeBadRevocation && code != verifier.CodeMalformed {
			t.Errorf("%s blob: %q", name, code)
		}
	}
	verified(t, m.judgeAt(now)) // by what was held before
}

func TestRow31MirrorDropsOnlyTheVictimsList(t *testing.T) {
	m := within(t)
	m.publish(now, aliceRevoked)
	victim := m.w.ca.ListID
	u, err := revocation.ParseHead(m.heads[1])
	if err != nil {
		t.Fatal(err)
	}
	for _, l := range u.Body().Lists {
		if l.ID == victim {
			m.blob = func(b revocation.Blob) []byte {
				if b == l.Snapshot {
					return nil
				}
				return m.blobs[b]
			}
		}
	}
	m.refreshed(t, now, verifier.CodeRevocationUnavailable)
	want(t, m.judgeAt(now), verifier.Undetermined, verifier.CodeRevocationUnavailable)
}

// The authority, or a thief of its key, has signed two; the mirror shows each client one. Seen together they are evidence.
func TestRow32SplitView(t *testing.T) {
	m := within(t)
	m.publish(now)
	m.refreshed(t, now, "")
	signer := *m.w.lists
	u, err := revocation.ParseHead(m.heads[1])
	if err != nil {
		t.Fatal(err)
	}
	body := u.Body()
	body.NextUpdate = body.NextUpdate.Add(time.Second)
	fork := signer.Sign(body)
	m.head = fork.Bytes
	m.refreshed(t, now, verifier.CodeEquivocation)

	update, err := m.w.v.PlanHead(authority, fork.Bytes(), now)
	if err != nil {
		t.Fatal(err)
	}
	err = update.Conclude(native.Run(update.Checks()))
	e := (*revocation.EquivocationError)(nil)
	if !errors.As(err, &e) || !bytes.Equal(e.Held, m.heads[1]) || !bytes.Equal(e.Got, fork.Bytes()) {
		t.Errorf("no evidence of both: %v", err)
	}
	if sha256.Sum256(e.Held) == sha256.Sum256(e.Got) {
		t.Error("evidence of one head twice")
	}
}

func TestRow58HeadJumpsIntoTheFuture(t *testing.T) {
	m := within(t)
	m.publish(now)
	m.refreshed(t, now, "")
	u, err := revocation.ParseHead(m.heads[1])
	if err != nil {
		t.Fatal(err)
	}
	for name, edit := range map[string]func(*revocation.Body){
		"made tomorrow":            func(b *revocation.Body) { b.ThisUpdate, b.NextUpdate = now.Add(24*time.Hour), now.Add(48*time.Hour) },
		"the highest number":       func(b *revocation.Body) { b.Number = 1<<64 - 1 },
		"fresh for years":          func(b *revocation.Body) { b.NextUpdate = now.Add(3 * 365 * 24 * time.Hour) },
		"made before the one held": func(b *revocation.Body) { b.ThisUpdate = now.Add(-time.Hour) },
	} {
		body := u.Body()
		body.Number, body.Previous = 2, u.Hash()
		edit(&body)
		if body.Number != 2 {
			body.Previous = [32]byte{}
		}
		jump := m.w.lists.Sign(body).Bytes()
		m.head = func() []byte { return jump }
		if code := m.refresh(now); code != verifier.CodeFastForward {
			t.Errorf("%s: %q", name, code)
		}
	}
	// The authority is not shut out.
	m.publish(now.Add(time.Minute), aliceRevoked)
	m.head = nil
	m.refreshed(t, now.Add(time.Minute), "")
	rejected(t, m.judgeAt(now.Add(time.Minute)), verifier.CodeRevoked)
}

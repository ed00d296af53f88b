package redteam

import (
	"bytes"
	"errors"
	"slices"
	"time"

	"github.com/e2eid/e2eid/revocation"
	"github.com/e2eid/e2eid/signature/native"
	"github.com/e2eid/e2eid/verifier"
)

// A simClient wakes from time to time and fetches from a mirror that lies as it can. It keeps what it has where anything is
// wrong, and between restarts what a client keeps: the record of the state, the head and the record of the lists.
type simClient struct {
	simKind
	a         *simAuthority
	v         *verifier.Verifier
	held      *revocation.Publication // nil if none is in use
	fetched   int                     // bytes
	told      map[string]int          // lies
	recovered map[string]int          // by an honest answer after a lie
	lie       string                  // the last, if nothing honest came after it
	restarts  int
	outrun    int // times another client knew of a newer head
}

func newSimClient(a *simAuthority, kind simKind) *simClient {
	c := &simClient{simKind: kind, a: a, told: map[string]int{}, recovered: map[string]int{}}
	c.v = c.started()
	return c
}

// started returns a client as it is after a start, with nothing remembered.
func (c *simClient) started() *verifier.Verifier {
	authority := verifier.Authority{ID: simID, Scope: scope(c.a.t, "example.com"), Anchors: [][]byte{c.a.ca.Root.DER}, Delegated: c.delegated}
	if !c.delegated {
		authority.Keys = []revocation.Key{publicOf(simKey(0))}
	}
	v, err := verifier.New(verifier.Trust{Authorities: []verifier.Authority{authority}})
	if err != nil {
		c.a.t.Fatal(err)
	}
	return v
}

// seen returns what the client remembers of the newest head.
func (c *simClient) seen() revocation.Seen {
	s, err := revocation.ParseState(c.v.State(nil))
	if err != nil {
		c.a.t.Fatal(err)
	}
	seen, _ := s.Seen(simID)
	return seen
}

func simNow(day int) time.Time { return simDay(day).Add(time.Hour) }

// wake fetches: some lies first, where the mirror lies, and then perhaps the truth.
func (c *simClient) wake(day int) {
	rng := c.a.lies
	if c.held != nil && rng.IntN(10) == 0 {
		c.restart(day)
	}
	if c.lied {
		for range rng.IntN(4) {
			c.hear(day, simLies[rng.IntN(len(simLies))])
		}
		if rng.IntN(3) == 0 {
			return
		}
	}
	if _, err := c.fetch(day, c.a.served(day, c.delegated), nil); err != nil {
		c.a.t.Fatalf("day %d: an honest mirror is refused: %v", day, err)
	}
	if c.held.Head().Hash() != c.a.heads[day].Hash() {
		c.a.t.Fatalf("day %d: an honest mirror is not believed", day)
	}
	if c.lie != "" {
		c.recovered[c.lie]++
		c.lie = ""
	}
}

// hear fetches once while the mirror tells a lie. What is refused changes nothing; what is taken makes nothing good that is not.
func (c *simClient) hear(day int, lie simLie) {
	t := c.a.t
	m := &simMirror{simAuthority: c.a, c: c, day: day, forged: map[revocation.Blob][]byte{}}
	s, ok := lie.tell(m)
	if !ok {
		return
	}
	state, held := c.v.State(nil), c.held
	told, err := c.fetch(day, s.head, func(needed []revocation.Blob) ([][]byte, bool) {
		honest := make([][]byte, len(needed))
		for i, name := range needed {
			honest[i] = m.blob(name)
		}
		if s.blobs == nil {
			return honest, true
		}
		return s.blobs(needed, honest)
	})
	if !told && s.blobs != nil {
		return // there was nothing to lie about, and the truth was told
	}
	c.told[lie.name]++
	c.lie = lie.name
	if err == nil {
		if len(s.refuse) > 0 && !s.either {
			t.Fatalf("day %d: %q is taken", day, lie.name)
		}
		c.check(day)
		return
	}
	if code := verifier.RevocationCode(err); !slices.Contains(s.refuse, code) {
		t.Fatalf("day %d: %q is refused with %s, want %v: %v", day, lie.name, code, s.refuse, err)
	}
	if !bytes.Equal(c.v.State(nil), state) || c.held != held {
		t.Fatalf("day %d: %q is refused and changes something", day, lie.name)
	}
}

// fetch does what a client does with an answer of the mirror. serve, nil for the honest blobs, returns those that are served and
// whether that is a lie; told is whether they were asked for and it is.
func (c *simClient) fetch(day int, head []byte, serve func([]revocation.Blob) ([][]byte, bool)) (told bool, err error) {
	if head == nil {
		return false, revocation.ErrMissing
	}
	c.fetched += len(head)
	u, err := c.v.PlanHead(simID, head, simNow(day))
	if err != nil {
		return false, err
	}
	if err := u.Conclude(native.Run(u.Checks())); err != nil {
		return false, err
	}
	if u.Current() {
		return false, nil
	}
	needed := u.Needed()
	var blobs [][]byte
	if serve != nil {
		blobs, told = serve(needed)
	}
	if !told {
		blobs = nil
		for _, name := range needed {
			blobs = append(blobs, c.a.blob(name))
		}
	}
	for _, b := range blobs {
		c.fetched += len(b)
	}
	if err := u.Install(blobs); err != nil {
		return told, err
	}
	if c.held, err = u.Head().Restore(c.v.Lists(nil, simID)); err != nil {
		c.a.t.Fatal(err)
	}
	return told, nil
}

// share takes over, now and then, what another client of the same configuration remembers, as two tabs do: lists that are
// older are not judged by from then on.
func (c *simClient) share(clients []*simClient) {
	other := clients[c.a.lies.IntN(len(clients))]
	if !c.lied || other.delegated != c.delegated || c.a.lies.IntN(5) > 0 { // what others fetch is counted
		return
	}
	if err := c.v.RestoreState(other.v.State(nil)); err != nil {
		c.a.t.Fatal(err)
	}
	older := c.held != nil && c.held.Head().Number() < other.seen().Number
	if gone := len(c.v.Lists(nil, simID)) == 0; gone != (older || c.held == nil) {
		c.a.t.Fatalf("another client knows of a newer head: %t; the lists are gone: %t", older, gone)
	}
	if older {
		c.outrun++
		c.held = nil
	}
}

// restart keeps what a client keeps, one of the two slots of the state torn, and reads it again.
func (c *simClient) restart(day int) {
	t := c.a.t
	c.restarts++
	record := c.v.State(nil)
	state, err := revocation.RestoreState(record, record[:c.a.lies.IntN(len(record))])
	if !errors.Is(err, revocation.ErrSlot) {
		t.Fatal(err)
	}
	head, lists := c.held.Head(), c.v.Lists(nil, simID)
	c.v = c.started()
	if err := c.v.RestoreState(state.Append(nil)); err != nil {
		t.Fatal(err)
	}
	c.held = nil
	u, err := c.v.PlanHead(simID, head.Bytes(), simNow(day))
	if err == nil {
		err = u.Conclude(native.Run(u.Checks()))
	}
	if err == nil {
		err = u.Install([][]byte{lists})
	}
	switch {
	case err == nil:
		if c.held, err = u.Head().Restore(lists); err != nil {
			t.Fatal(err)
		}
	case c.delegated && c.certificateEnded(head.ThisUpdate(), day): // it has slept too long
	default:
		t.Fatalf("day %d: what was kept is refused: %v", day, err)
	}
}

// certificateEnded reports whether the certificate that came with the head of a time has ended on a day.
func (c *simClient) certificateEnded(made time.Time, day int) bool {
	return day >= simDayOf(made)/simCertified*simCertified+simCertificate
}

func simDayOf(at time.Time) int { return int(at.Sub(simStart).Hours() / 24) }

// check compares what the client says of every credential with the truth of its head's day. Good is said only of what
// was good, covered and fresh.
func (c *simClient) check(day int) (good int) {
	if c.held == nil {
		return 0
	}
	now := simNow(day)
	headDay := simDayOf(c.held.Head().ThisUpdate())
	fresh := now.Before(c.held.Head().Body().NextUpdate)
	for _, cred := range c.a.credentials {
		if cred.issued+simLifetime <= day {
			continue // expired
		}
		var got revocation.Status
		covered := cred.issued <= headDay
		if cred.list != "" {
			got = c.held.Status(cred.list, cred.index, now, 0)
		} else {
			got = c.held.StatusOfSerial(c.a.issuer, cred.serial, simDay(cred.issued), now, 0)
			covered = cred.issued < headDay-1
		}
		want := cred.standing(headDay)
		switch {
		case covered && want != revocation.Good:
		case !fresh:
			want = revocation.Stale
		case !covered:
			want = revocation.NotCovered
		}
		if got.Standing != want {
			c.a.t.Fatalf("day %d, head of day %d: credential %+v is %v, want %v", day, headDay, *cred, got.Standing, want)
		}
		if got.Standing == revocation.Good {
			good++
		}
	}
	return good
}

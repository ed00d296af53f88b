package redteam

import (
	"bytes"
	"crypto/ed25519"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"github.com/e2eid/e2eid/revocation"
	"github.com/e2eid/e2eid/revocation/publisher"
	"github.com/e2eid/e2eid/signature/native"
)

const (
	simDays     = 730
	simLifetime = 365 // days of a credential
	simQuarter  = 90  // days that one list is issued from
)

var simStart = time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)

func simDay(d int) time.Time { return simStart.AddDate(0, 0, d) }

// A simCredential is one credential, and everything that will ever become of it.
type simCredential struct {
	list   string // of an index list, or empty
	index  uint64
	serial []byte
	issued int // day
	// revoked is the day it is revoked, suspended and resumed when it is suspended and no longer; -1: never.
	revoked, suspended, resumed int
}

// standing is what the authority has said of it by the end of a day.
func (c *simCredential) standing(day int) revocation.Standing {
	switch {
	case c.revoked >= 0 && c.revoked <= day:
		return revocation.Revoked
	case c.suspended >= 0 && c.suspended <= day && (c.resumed < 0 || day < c.resumed):
		return revocation.Suspended
	}
	return revocation.Good
}

// A simAuthority issues, revokes and publishes, once a day.
type simAuthority struct {
	t           *testing.T
	rng         *rand.Rand
	credentials []*simCredential
	folder      *publisher.Folder
	dir         string
	signer      publisher.Signer
	heads       [][]byte // by day
	issuer      [32]byte
}

func (a *simAuthority) list(day int) string {
	return fmt.Sprintf("https://id.example/lists/%d", day/simQuarter)
}

// live work through a day: issue, revoke, suspend, resume, and now and then a mass incident.
func (a *simAuthority) live(day int) {
	next := uint64(0)
	for _, c := range a.credentials {
		if c.list == a.list(day) {
			next = c.index + 1
		}
	}
	for range 5 + a.rng.IntN(10) {
		a.credentials = append(a.credentials, &simCredential{list: a.list(day), index: next, issued: day, revoked: -1, suspended: -1, resumed: -1})
		next++
	}
	for range a.rng.IntN(4) {
		n := len(a.credentials)
		serial := []byte{1, byte(n >> 16), byte(n >> 8), byte(n)}
		a.credentials = append(a.credentials, &simCredential{serial: serial, issued: day, revoked: -1, suspended: -1, resumed: -1})
	}
	chance := 0.0005
	if day == 200 || day == 510 {
		chance = 0.6 // more than half: the lists turn to what is not revoked
	}
	for _, c := range a.credentials {
		if c.issued+simLifetime <= day || c.revoked >= 0 {
			continue
		}
		switch {
		case a.rng.Float64() < chance:
			c.revoked = day
		case c.suspended < 0 && a.rng.Float64() < 0.0005:
			c.suspended = day
		case c.suspended >= 0 && c.resumed < 0 && a.rng.Float64() < 0.05:
			c.resumed = day
		}
	}
}

// publish makes the head of a day.
func (a *simAuthority) publish(day int) {
	p := publisher.Publication{ThisUpdate: simDay(day), NextUpdate: simDay(day).Add(36 * time.Hour)}
	if day/30%8 == 3 { // for a month now and then, so that clients go from one to the other
		p.Padding = 256
	}
	byID := map[string]*publisher.List{}
	serials := publisher.SerialList{ID: "urn:serials", Issuer: a.issuer, IssuedBefore: simDay(day - 1)}
	for _, c := range a.credentials {
		standing := c.standing(day)
		if c.list == "" {
			if c.issued >= day-1 || c.issued+simLifetime <= day {
				continue
			}
			switch standing {
			case revocation.Revoked:
				serials.Revoked = append(serials.Revoked, len(serials.Serials))
			case revocation.Suspended:
				serials.Suspended = append(serials.Suspended, len(serials.Serials))
			}
			serials.Serials = append(serials.Serials, c.serial)
			continue
		}
		l := byID[c.list]
		if l == nil {
			l = &publisher.List{ID: c.list, WithoutDetails: true}
			byID[c.list] = l
		}
		l.Issued = c.index + 1
		l.Expires = simDay((c.issued/simQuarter+1)*simQuarter + simLifetime)
		entry := revocation.Entry{Index: c.index, Reason: revocation.KeyCompromise}
		if standing == revocation.Suspended {
			entry.Reason = revocation.CertificateHold
		}
		if standing != revocation.Good {
			l.Revoked = append(l.Revoked, entry)
		}
	}
	for _, l := range byID {
		if l.Expires.After(simDay(day)) {
			p.Lists = append(p.Lists, *l)
		}
	}
	p.Serials = append(p.Serials, serials)
	head, err := a.folder.Publish(p, a.signer)
	if err != nil {
		a.t.Fatal(err)
	}
	a.heads = append(a.heads, head.Bytes())
}

func (a *simAuthority) blob(b revocation.Blob) []byte {
	raw, err := os.ReadFile(filepath.Join(a.dir, "blob", b.Name()))
	if err != nil {
		a.t.Fatal(err)
	}
	return raw
}

// A simClient wakes from time to time and fetches from a mirror that lies as it can.
type simClient struct {
	every   int // days between fetches
	lies    bool
	state   *revocation.State
	held    *revocation.Publication
	fetched int // bytes
	refused map[string]int
}

// wake fetches once. It does what a client does, and keeps what it has where anything is wrong.
func (c *simClient) wake(a *simAuthority, day int) {
	if c.held != nil && a.rng.IntN(10) == 0 {
		c.restart(a)
	}
	head := a.heads[day]
	lie := ""
	if c.lies {
		lie = []string{"", "", "old head", "bit in head", "bit in blob", "withheld blob", "cut off blob", "blob of another head", "frozen"}[a.rng.IntN(9)]
	}
	switch lie {
	case "old head":
		head = a.heads[a.rng.IntN(day+1)]
	case "bit in head":
		head = bytes.Clone(head)
		head[a.rng.IntN(len(head))] ^= 1 << a.rng.IntN(8)
	case "frozen":
		return
	}
	if err := c.fetch(a, day, head, lie); err != nil {
		c.refused[lie]++
		if lie == "" {
			a.t.Fatalf("day %d: an honest mirror is refused: %v", day, err)
		}
	}
}

func (c *simClient) fetch(a *simAuthority, day int, raw []byte, lie string) error {
	c.fetched += len(raw)
	u, err := revocation.ParseHead(raw)
	if err != nil {
		return err
	}
	plan, err := u.Plan(revocation.Signers{Authority: "id.example", Keys: []revocation.Key{a.signer.Key()}})
	if err != nil {
		return err
	}
	head, err := plan.Open(native.Run(plan.Checks()))
	if err != nil {
		return err
	}
	if err := c.state.Check(head, simDay(day).Add(time.Hour)); err != nil {
		return err
	}
	if c.held != nil && c.held.Head().Hash() == head.Hash() {
		return nil
	}
	var blobs [][]byte
	for i, name := range head.Needed(c.held) {
		b := a.blob(name)
		switch {
		case i > 0:
		case lie == "bit in blob":
			b = bytes.Clone(b)
			b[a.rng.IntN(len(b))] ^= 1 << a.rng.IntN(8)
		case lie == "withheld blob":
			continue
		case lie == "cut off blob":
			b = b[:len(b)-1]
		case lie == "blob of another head":
			other, err := revocation.ParseHead(a.heads[a.rng.IntN(day+1)])
			if err != nil {
				a.t.Fatal(err)
			}
			b = a.blob(other.Body().Lists[0].Snapshot)
		}
		c.fetched += len(b)
		blobs = append(blobs, b)
	}
	p, err := head.Load(c.held, blobs)
	if err != nil {
		return err
	}
	if err := c.state.Accept(head, simDay(day).Add(time.Hour)); err != nil {
		return err
	}
	c.held = p
	return nil
}

// restart keeps what a client keeps, one of its two slots torn, and reads it again.
func (c *simClient) restart(a *simAuthority) {
	record := c.state.Append(nil)
	state, err := revocation.RestoreState(record, record[:a.rng.IntN(len(record))])
	if !errors.Is(err, revocation.ErrSlot) {
		a.t.Fatal(err)
	}
	held, err := c.held.Head().Restore(c.held.Append(nil))
	if err != nil {
		a.t.Fatal(err)
	}
	c.state, c.held = state, held
}

// check compares what the client says of every credential with the truth of its head's day. Good is said only of what
// was good, covered and fresh.
func (c *simClient) check(a *simAuthority, day int) (good int) {
	if c.held == nil {
		return 0
	}
	now := simDay(day).Add(time.Hour)
	headDay := int(c.held.Head().ThisUpdate().Sub(simStart).Hours() / 24)
	fresh := now.Before(c.held.Head().Body().NextUpdate)
	for _, cred := range a.credentials {
		if cred.issued+simLifetime <= day {
			continue // expired
		}
		var got revocation.Status
		covered := cred.issued <= headDay
		if cred.list != "" {
			got = c.held.Status(cred.list, cred.index, now, 0)
		} else {
			got = c.held.StatusOfSerial(a.issuer, cred.serial, simDay(cred.issued), now, 0)
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
			a.t.Fatalf("day %d, head of day %d: credential %+v is %v, want %v", day, headDay, *cred, got.Standing, want)
		}
		if got.Standing == revocation.Good {
			good++
		}
	}
	return good
}

// Two years of issuing, revoking, suspending and expiring, two mass incidents, clients that sleep for weeks, and a mirror that
// lies in every way it can: no client ever calls good what the authority had revoked by the head that the client holds.
func TestTwoYears(t *testing.T) {
	if testing.Short() {
		t.Skip("publishes 730 times into a folder")
	}
	signer, err := publisher.NewSigner(ed25519.NewKeyFromSeed(make([]byte, 32)))
	if err != nil {
		t.Fatal(err)
	}
	a := &simAuthority{t: t, rng: rand.New(rand.NewPCG(2026, 11)), dir: t.TempDir(), signer: signer, issuer: [32]byte{7}}
	if a.folder, err = publisher.Open(a.dir, "id.example"); err != nil {
		t.Fatal(err)
	}
	var clients []*simClient
	for i, every := range []int{1, 1, 2, 7, 7, 30, 45} {
		clients = append(clients, &simClient{every: every, lies: i != 0, state: &revocation.State{}, refused: map[string]int{}})
	}
	good := 0
	for day := range simDays {
		a.live(day)
		a.publish(day)
		for _, c := range clients {
			if day%c.every == 0 {
				c.wake(a, day)
			}
			if day%5 == 0 || c.every > 5 && day%c.every == 0 {
				good += c.check(a, day)
			}
		}
	}
	if good == 0 {
		t.Error("nothing was ever good")
	}
	for _, c := range clients {
		t.Logf("every %d days: %d bytes a day; refused %v", c.every, c.fetched/simDays, c.refused)
		for _, lie := range []string{"old head", "bit in head"} {
			if c.lies && c.every == 1 && c.refused[lie] == 0 {
				t.Errorf("no %s was refused", lie)
			}
		}
	}
	t.Logf("figure revocation.simulation_bytes_per_client_day %d bytes", clients[0].fetched/simDays)

	// A second authority key, and the same number told in two ways, at the end.
	twin := bytes.Clone(a.heads[simDays-1])
	body, err := revocation.ParseHead(twin)
	if err != nil {
		t.Fatal(err)
	}
	other := body.Body()
	other.Lists = slices.Clone(other.Lists)[1:]
	other.Deltas = nil
	signed, err := revocation.AppendBody(nil, other)
	if err != nil {
		t.Fatal(err)
	}
	fork, err := revocation.AssembleHead(signed, []revocation.Signature{{Algorithm: uint16(signer.Key().Algorithm), KeyID: signer.Key().ID(),
		Signature: ed25519.Sign(ed25519.NewKeyFromSeed(make([]byte, 32)), signed)}})
	if err != nil {
		t.Fatal(err)
	}
	var e *revocation.EquivocationError
	if err := clients[0].fetch(a, simDays-1, fork.Bytes(), ""); !errors.As(err, &e) || e.Held == nil || e.Got == nil {
		t.Errorf("two heads of one number: %v", err)
	}
}

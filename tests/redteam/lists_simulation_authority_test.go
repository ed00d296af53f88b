package redteam

import (
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"github.com/e2eid/e2eid/revocation"
	"github.com/e2eid/e2eid/revocation/publisher"
	"github.com/e2eid/e2eid/signature"
	"github.com/e2eid/e2eid/tests/testca"
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

// simRollovers are the days from which on another key signs.
var simRollovers = []int{0, 250, 480}

// A simAuthority issues, revokes and publishes, once a day. Its root certifies the key that signs for some weeks each, for
// clients that know the root alone.
type simAuthority struct {
	t           *testing.T
	rng         *rand.Rand // of the authority, whose days are the same whoever lies
	lies        *rand.Rand // of mirrors and clients
	credentials []*simCredential
	folder      *publisher.Folder
	dir         string
	ca          *testca.Authority
	heads       []*revocation.UnverifiedHead // by day
	issuer      [32]byte
}

const simID = "id.example"

func newSimAuthority(t *testing.T) *simAuthority {
	a := &simAuthority{t: t, rng: rand.New(rand.NewPCG(2026, 11)), lies: rand.New(rand.NewPCG(2027, 12)), dir: t.TempDir(), ca: testca.New(testca.Options{}), issuer: [32]byte{7}}
	var err error
	if a.folder, err = publisher.Open(a.dir, simID); err != nil {
		t.Fatal(err)
	}
	return a
}

// simSequence returns that of the key that signs on a day.
func simSequence(day int) (sequence int) {
	for i, from := range simRollovers {
		if day >= from {
			sequence = i
		}
	}
	return sequence
}

func simKey(sequence int) testca.Key {
	return testca.NewKey(testca.Ed25519, fmt.Sprintf("lists %d", sequence))
}

func publicOf(k testca.Key) revocation.Key {
	return revocation.Key{Algorithm: signature.Ed25519, Key: testca.RawPublicKey(k.Public())}
}

func (a *simAuthority) signer(sequence int) publisher.Signer {
	s, err := publisher.NewSigner(simKey(sequence).Signer)
	if err != nil {
		a.t.Fatal(err)
	}
	return s
}

// Certificates are made every simCertified days, and last simCertificate.
const simCertified, simCertificate = 20, 30

// certify returns the certificate of a key that a CA has made lately.
func certify(ca *testca.CA, key testca.Key, day int) []byte {
	made := day / simCertified * simCertified
	c := testca.Cert{Subject: testca.Name{{Type: testca.OIDCommonName, Value: "list signer"}}, Key: key.Public(),
		NotBefore: simDay(made), NotAfter: simDay(made + simCertificate)}
	c.Set(testca.EKU(testca.OID(revocation.ListSigningOID)))
	return ca.Issue(c)
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
	sequence := simSequence(day)
	if day > 0 && day == simRollovers[sequence] {
		if err := a.folder.Rollover(uint32(sequence), []publisher.Signer{a.signer(sequence - 1)}, []publisher.Signer{a.signer(sequence)}); err != nil {
			a.t.Fatal(err)
		}
	}
	p := publisher.Publication{ThisUpdate: simDay(day), NextUpdate: simDay(day).Add(36 * time.Hour),
		Certificates: [][]byte{certify(a.ca.Root, simKey(sequence), day)}}
	if simPadded(day) {
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
	head, err := a.folder.Publish(p, a.signer(sequence))
	if err != nil {
		a.t.Fatal(err)
	}
	a.heads = append(a.heads, head)
}

// served returns the head of a day with what an honest mirror serves beside it: certificates to those who know the root alone,
// and what leads from key to key to the others.
func (a *simAuthority) served(day int, delegated bool) []byte {
	u := a.heads[day]
	signed, err := revocation.AppendBody(nil, u.Body())
	if err != nil {
		a.t.Fatal(err)
	}
	proofs := slices.DeleteFunc(u.Proofs(), func(p revocation.Proof) bool { return (p.Type == revocation.ProofCertificates) != delegated })
	if u, err = revocation.AssembleHead(signed, u.Signatures(), proofs...); err != nil {
		a.t.Fatal(err)
	}
	return u.Bytes()
}

// simPadded: for a month now and then, so that clients go from one to the other.
func simPadded(day int) bool { return day/30%8 == 3 }

func (a *simAuthority) blob(b revocation.Blob) []byte {
	raw, err := os.ReadFile(filepath.Join(a.dir, "blob", b.Name()))
	if err != nil {
		a.t.Fatal(err)
	}
	return raw
}

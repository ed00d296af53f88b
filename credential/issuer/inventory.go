package issuer

import (
	"errors"
	"maps"
	"math/big"
	"slices"
	"sync"
	"time"
)

var (
	// ErrInventory reports an inventory file that is malformed or contradicts itself, or a record that would make it so.
	ErrInventory = errors.New("issuer: invalid inventory")
	// ErrInUse reports an inventory file that another process, or another Inventory of this one, has open.
	ErrInUse = errors.New("issuer: inventory is in use")
	// ErrClosed reports a change to an inventory after Close.
	ErrClosed = errors.New("issuer: inventory is closed")
	// ErrNotIssued reports a list or index that nothing was issued under.
	ErrNotIssued = errors.New("issuer: no certificate has this list and index")
	// ErrReason reports a reason that is not one a certificate can be revoked for, or a release of a certificate that
	// is not on hold.
	ErrReason = errors.New("issuer: revocation reason does not apply")
)

// A Record is one certificate that was issued, or was about to be.
type Record struct {
	List     string
	Index    uint64 // position in List, counted from 0
	Serial   *big.Int
	Account  string // empty for the authority's own certificates
	Names    []string
	NotAfter time.Time // valid up to and including this second
}

// A Reason is a CRLReason (RFC 5280, Section 5.3.1).
type Reason uint8

const (
	Unspecified          Reason = 0
	KeyCompromise        Reason = 1
	CACompromise         Reason = 2
	AffiliationChanged   Reason = 3
	Superseded           Reason = 4
	CessationOfOperation Reason = 5
	CertificateHold      Reason = 6 // suspended: the only one that can be taken back
	PrivilegeWithdrawn   Reason = 9
	AACompromise         Reason = 10
)

func (r Reason) valid() bool {
	// 7 is not used, and 8 (removeFromCRL) belongs to delta CRLs.
	return r <= CertificateHold || r == PrivilegeWithdrawn || r == AACompromise
}

// A Revocation is one index that is not good any more.
type Revocation struct {
	Index  uint64
	Since  time.Time // whole seconds
	Reason Reason
}

// A List is what there is to publish about one revocation list.
type List struct {
	ID      string
	Issued  uint64       // indexes 0 to Issued-1 were handed out
	Revoked []Revocation // in rising order of Index
}

// An Inventory records what was issued and revoked. It is safe for concurrent use. A change that returns nil is on
// stable storage if the inventory has a file; a change that returns an error has not happened.
//
// The file is rewritten whole at each change, which suits an authority of thousands of certificates.
type Inventory struct {
	mu     sync.Mutex
	lists  map[string]*list
	closed bool
	file   *inventoryFile // nil: in memory only
}

type list struct {
	records []Record // the index is the position
	revoked map[uint64]Revocation
}

// NewInventory returns an empty inventory in memory.
func NewInventory() *Inventory { return &Inventory{lists: map[string]*list{}} }

// Allot records r under the next index of its list, which it returns in the record. It ignores r.Index. The record
// must be written before the certificate is signed: an index is then never used twice. The error is [ErrClosed], wraps
// [ErrInventory] if the record has no list or serial number, or that of a revoked certificate, or is one of the file system.
func (inv *Inventory) Allot(r Record) (Record, error) {
	inv.mu.Lock()
	defer inv.mu.Unlock()
	if !r.valid() {
		return Record{}, wrap(ErrInventory, "record without a list id or a serial number")
	}
	l, known := inv.lists[r.List]
	if !known {
		l = &list{revoked: map[uint64]Revocation{}}
		inv.lists[r.List] = l
	}
	for index := range l.revoked {
		if l.records[index].Serial.Cmp(r.Serial) == 0 {
			return Record{}, wrap(ErrInventory, "the serial number of a certificate that is revoked")
		}
	}
	r = r.clone()
	r.NotAfter = r.NotAfter.UTC().Truncate(time.Second)
	r.Index = uint64(len(l.records))
	l.records = append(l.records, r)
	if err := inv.save(); err != nil {
		l.records = l.records[:r.Index]
		if !known {
			delete(inv.lists, r.List)
		}
		return Record{}, err
	}
	return r.clone(), nil
}

// Revoke records that a certificate is not good since a time. A certificate on hold can be revoked for another reason
// and keeps its time; one that is revoked already stays as it is, without an error. The error is [ErrNotIssued],
// [ErrReason], [ErrClosed] or one of the file system.
func (inv *Inventory) Revoke(list string, index uint64, since time.Time, why Reason) error {
	inv.mu.Lock()
	defer inv.mu.Unlock()
	l := inv.lists[list]
	if l == nil || index >= uint64(len(l.records)) {
		return ErrNotIssued
	}
	_, err := inv.revoke([]Record{l.records[index]}, since, why)
	return err
}

// RevokeAccount is [Inventory.Revoke] for every certificate of an account, all or none, and returns how many changed.
// The account "" is none.
func (inv *Inventory) RevokeAccount(account string, since time.Time, why Reason) (int, error) {
	inv.mu.Lock()
	defer inv.mu.Unlock()
	return inv.revoke(inv.ofAccount(account), since, why)
}

func (inv *Inventory) revoke(records []Record, since time.Time, why Reason) (changed int, err error) {
	if !why.valid() {
		return 0, ErrReason
	}
	old := map[string]map[uint64]Revocation{}
	for _, r := range records {
		l := inv.lists[r.List]
		held, revoked := l.revoked[r.Index]
		if revoked && (held.Reason != CertificateHold || why == CertificateHold) {
			continue
		}
		if old[r.List] == nil {
			old[r.List] = maps.Clone(l.revoked)
		}
		now := Revocation{r.Index, since.UTC().Truncate(time.Second), why}
		if revoked {
			now.Since = held.Since
		}
		l.revoked[r.Index] = now
		changed++
	}
	if changed == 0 {
		return 0, nil
	}
	if err := inv.save(); err != nil {
		for id, revoked := range old {
			inv.lists[id].revoked = revoked
		}
		return 0, err
	}
	return changed, nil
}

// Release takes a certificate off hold. The error is [ErrNotIssued], [ErrReason] if it is not on hold, [ErrClosed] or
// one of the file system.
func (inv *Inventory) Release(list string, index uint64) error {
	inv.mu.Lock()
	defer inv.mu.Unlock()
	l := inv.lists[list]
	if l == nil || index >= uint64(len(l.records)) {
		return ErrNotIssued
	}
	held, ok := l.revoked[index]
	if !ok || held.Reason != CertificateHold {
		return ErrReason
	}
	delete(l.revoked, index)
	if err := inv.save(); err != nil {
		l.revoked[index] = held
		return err
	}
	return nil
}

// Lists returns what there is to publish, in the order of the ids: one state of the inventory, not several.
func (inv *Inventory) Lists() []List {
	inv.mu.Lock()
	defer inv.mu.Unlock()
	out := make([]List, 0, len(inv.lists))
	for _, id := range slices.Sorted(maps.Keys(inv.lists)) {
		l := inv.lists[id]
		out = append(out, List{id, uint64(len(l.records)), l.sortedRevocations()})
	}
	return out
}

// Record returns what was recorded under a list and index; ok is false if nothing was.
func (inv *Inventory) Record(list string, index uint64) (r Record, ok bool) {
	inv.mu.Lock()
	defer inv.mu.Unlock()
	l := inv.lists[list]
	if l == nil || index >= uint64(len(l.records)) {
		return Record{}, false
	}
	return l.records[index].clone(), true
}

// OfAccount returns the records of an account, by list and index. The account "" is none.
func (inv *Inventory) OfAccount(account string) []Record {
	inv.mu.Lock()
	defer inv.mu.Unlock()
	records := inv.ofAccount(account)
	for i := range records {
		records[i] = records[i].clone()
	}
	return records
}

func (inv *Inventory) ofAccount(account string) (records []Record) {
	if account == "" {
		return nil
	}
	for _, id := range slices.Sorted(maps.Keys(inv.lists)) {
		for _, r := range inv.lists[id].records {
			if r.Account == account {
				records = append(records, r)
			}
		}
	}
	return records
}

// Close ends the use of the inventory's file, so that another process can open it. Reading goes on working.
func (inv *Inventory) Close() error {
	inv.mu.Lock()
	defer inv.mu.Unlock()
	if inv.closed {
		return nil
	}
	inv.closed = true
	if inv.file == nil {
		return nil
	}
	return inv.file.unlock()
}

func (inv *Inventory) save() error {
	if inv.closed {
		return ErrClosed
	}
	if inv.file == nil {
		return nil
	}
	return inv.file.write(inv.lists)
}

func (l *list) sortedRevocations() []Revocation {
	out := make([]Revocation, 0, len(l.revoked))
	for _, i := range slices.Sorted(maps.Keys(l.revoked)) {
		out = append(out, l.revoked[i])
	}
	return out
}

func (r Record) valid() bool {
	return visibleASCII(r.List, maxListIDBytes) && r.Serial != nil && r.Serial.Sign() > 0
}

// clone makes r share nothing that a caller could change.
func (r Record) clone() Record {
	r.Names = slices.Clone(r.Names)
	if r.Serial != nil {
		r.Serial = new(big.Int).Set(r.Serial)
	}
	return r
}

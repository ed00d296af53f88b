package main

import (
	"errors"
	"fmt"
	"time"

	"github.com/e2eid/e2eid/revocation"
)

// An indexRecord is of an index list.
type indexRecord struct {
	issued  uint64
	expires time.Time
	entries map[uint64]revocation.Entry
	serials serialTable // of those that -issued names with their serial number,
	indexes []uint32    // and what index each of them has
	taken   []uint64    // bit by bit, whether one of them has the index
}

// A serialRecord is of a serial list.
type serialRecord struct {
	serials serialTable                 // what the list covers
	others  serialTable                 // what has expired, or is too new
	entries map[uint64]revocation.Entry // by the position in serials
	expires time.Time
	revoked func(serial []byte) bool // what the folder has revoked; nil without -incremental
}

// index returns the record of an index list, which is made if it is not there.
func (r *records) index(id string) (*indexRecord, error) {
	if r.serials[id] != nil {
		return nil, mixedList(id)
	}
	if r.indexes[id] == nil {
		r.indexes[id] = &indexRecord{entries: map[uint64]revocation.Entry{}}
	}
	return r.indexes[id], nil
}

// serial is likewise for a serial list.
func (r *records) serial(id string) (*serialRecord, error) {
	if r.indexes[id] != nil {
		return nil, mixedList(id)
	}
	if r.serials[id] == nil {
		l := &serialRecord{entries: map[uint64]revocation.Entry{}}
		if issuer := r.issuers[id]; r.held != nil && issuer != nil {
			var err error
			if l.revoked, err = r.folder.RevokedSerials(id, issuerID(issuer)); err != nil {
				return nil, err
			}
		}
		r.serials[id] = l
	}
	return r.serials[id], nil
}

func mixedList(id string) error {
	return fmt.Errorf("list %s has serial numbers with an index, and some without: it is either an index list or a serial list", text(id))
}

// covers is until when serial lists speak for what was issued.
func (r *records) covers() time.Time { return r.p.now.Add(-r.p.backdating).Truncate(time.Second) }

// addIssued takes a row of -issued. What these rows have makes a list what it is.
func (r *records) addIssued(e row) error {
	switch {
	case e.List == "":
		return errors.New("no list")
	case e.Issued != nil || e.Index != nil:
		return r.addIndex(e)
	case e.Serial != "":
		return r.addSerial(e)
	}
	return errors.New("neither issued, index nor serial")
}

func (r *records) addIndex(e row) error {
	l, err := r.index(e.List)
	if err != nil {
		return err
	}
	if e.Issued != nil {
		l.issued = max(l.issued, *e.Issued)
		if e.Expires != nil {
			l.expires = *e.Expires
		}
	}
	if e.Index == nil && e.Serial != "" {
		return errors.New("a serial number of an index list needs its index")
	}
	if e.Index == nil {
		return nil
	}
	index := *e.Index
	if index >= revocation.MaxCovered {
		return fmt.Errorf("index %d is none that a list can have", index)
	}
	l.issued = max(l.issued, index+1)
	if e.Serial == "" {
		return nil
	}
	octets, err := serialOctets(e.Serial)
	if err != nil {
		return err
	}
	if _, added := l.serials.add(octets); !added {
		return errTwice(e.Serial)
	}
	if more := int(index/64) + 1 - len(l.taken); more > 0 {
		l.taken = append(l.taken, make([]uint64, more)...)
	}
	if l.taken[index/64]>>(index%64)&1 == 1 {
		return fmt.Errorf("index %d is of another serial number than %s, too: an index is allotted once", index, text(e.Serial))
	}
	l.taken[index/64] |= 1 << (index % 64)
	l.indexes = append(l.indexes, uint32(index))
	return nil
}

func (r *records) addSerial(e row) error {
	if e.NotBefore == nil || e.NotAfter == nil {
		return errors.New("a serial number without an index needs notBefore and notAfter")
	}
	octets, err := serialOctets(e.Serial)
	if err != nil {
		return err
	}
	l, err := r.serial(e.List)
	if err != nil {
		return err
	}
	here, there := &l.serials, &l.others
	if !e.NotBefore.Before(r.covers()) || e.NotAfter.Before(r.p.now) {
		here, there = there, here // not covered yet, or expired
	} else if e.NotAfter.After(l.expires) {
		l.expires = *e.NotAfter
	}
	_, twice := there.find(octets)
	at, added := here.add(octets)
	if !added || twice {
		return errTwice(e.Serial)
	}
	if here == &l.serials && l.revoked != nil {
		r.keep(l, e, at)
	}
	return nil
}

// keep takes over what the folder says of the certificate at a position. That it is revoked is noted there by name: a list has an
// answer of its own for what its inventory lacked, which must not last.
func (r *records) keep(l *serialRecord, e row, at int) {
	entry := revocation.Entry{Index: uint64(at)}
	serial := l.serials.all[at]
	switch {
	case l.revoked(serial):
	case r.held.StatusOfSerial(issuerID(r.issuers[e.List]), serial, *e.NotBefore, r.p.now, 0).Standing == revocation.Suspended:
		entry.Reason = revocation.CertificateHold
	default:
		return
	}
	l.entries[entry.Index] = entry
}

func errTwice(serial string) error {
	return fmt.Errorf("serial number %s is there twice", text(serial))
}

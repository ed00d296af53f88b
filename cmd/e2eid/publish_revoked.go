package main

import (
	"errors"
	"fmt"
	"strings"

	"github.com/e2eid/e2eid/revocation"
)

// A change is what a row of -revoked, or an entry of a CRL, says of one credential.
type change struct {
	index  *uint64
	serial []byte // content octets; nil if it is not named
	entry  revocation.Entry
	taken  bool // it is not suspended any more
}

// addRevoked takes a row of -revoked.
func (r *records) addRevoked(e row) (err error) {
	if e.Index == nil && e.Serial == "" {
		return errors.New("neither index nor serial")
	}
	c := change{index: e.Index}
	if c.entry.Reason, c.taken, err = reasonOf(e.Reason); err != nil {
		return err
	}
	if e.Since != nil {
		c.entry.Since = e.Since.UTC()
	}
	if e.Serial != "" {
		if c.serial, err = serialOctets(e.Serial); err != nil {
			return err
		}
	}
	return r.revoke(c, []string{e.List})
}

// revoke takes a change of a credential that is of one of these lists.
func (r *records) revoke(c change, lists []string) error {
	found := false
	for _, id := range lists {
		known, err := r.revokeIn(c, id)
		if err != nil {
			return err
		}
		found = found || known
	}
	if !found {
		const examples = 3
		if r.absent++; r.absent <= examples {
			r.absentExamples = append(r.absentExamples, fmt.Sprintf("%x", c.serial))
		}
	}
	return nil
}

func (r *records) absentText() string {
	return fmt.Sprintf("revoked serial numbers that no -issued has: %d, such as %s", r.absent, strings.Join(r.absentExamples, ", "))
}

// revokeIn takes a change of a credential that may be of a list. known says whether it is, or was.
func (r *records) revokeIn(c change, id string) (known bool, err error) {
	if l := r.serials[id]; l != nil {
		if c.index != nil {
			return false, fmt.Errorf("list %s is a serial list: its -issued has no index", text(id))
		}
		if at, ok := l.serials.find(c.serial); ok {
			return true, note(l.entries, uint64(at), c)
		}
		_, known = l.others.find(c.serial)
		return known, nil
	}
	l := r.indexes[id]
	if l == nil {
		return false, fmt.Errorf("list %s has issued nothing", text(id))
	}
	if c.serial == nil || c.index != nil && l.serials.len() == 0 {
		return true, note(l.entries, *c.index, c)
	}
	at, ok := l.serials.find(c.serial)
	if c.index != nil && (!ok || uint64(l.indexes[at]) != *c.index) {
		return false, fmt.Errorf("index %d of list %s has another serial number in -issued than %x", *c.index, text(id), c.serial)
	}
	if !ok {
		return false, nil
	}
	return true, note(l.entries, uint64(l.indexes[at]), c)
}

// note makes a change to the entry at an index, or at the position of a serial number. What was said first of a revoked one stays.
func note(entries map[uint64]revocation.Entry, at uint64, c change) error {
	was, there := entries[at]
	switch {
	case there && was.Reason != revocation.CertificateHold && c.taken:
		if c.serial != nil {
			return fmt.Errorf("serial number %x is revoked: that cannot be taken back", c.serial)
		}
		return fmt.Errorf("index %d is revoked: that cannot be taken back", at)
	case there && was.Reason != revocation.CertificateHold:
	case c.taken:
		delete(entries, at)
	default:
		c.entry.Index = at
		entries[at] = c.entry
	}
	return nil
}

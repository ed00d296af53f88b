package main

import (
	"cmp"
	"crypto/x509"
	"errors"
	"fmt"
	"maps"
	"slices"
	"time"

	"github.com/e2eid/e2eid/revocation"
	"github.com/e2eid/e2eid/revocation/publisher"
	"github.com/e2eid/e2eid/revocation/publisher/serial"
)

// records are an authority's, as read from files.
type records struct {
	p       publishing
	issuers map[string]*x509.Certificate
	indexes map[string]*indexRecord
	serials map[string]*serialRecord

	// What hold has read.
	folder *publisher.Folder
	held   *revocation.Publication
	after  [32]byte

	absent         int      // how many revoked serial numbers are in no -issued,
	absentExamples []string // and the first of them
}

func newRecords(p publishing) *records {
	return &records{p: p, indexes: map[string]*indexRecord{}, serials: map[string]*serialRecord{}}
}

// hold begins with what the folder publishes.
func (r *records) hold(folder *publisher.Folder) error {
	held, err := folder.Held()
	if errors.Is(err, publisher.ErrNone) {
		return nil
	}
	if err != nil {
		return err
	}
	r.folder, r.held, r.after = folder, held, held.Head().Hash()
	for _, l := range held.Head().Body().Lists {
		if l.Kind != revocation.KindIndex {
			continue
		}
		list, err := r.index(l.ID)
		if err != nil {
			return err
		}
		list.issued = l.Covered
		if l.Expires > 0 {
			list.expires = time.Unix(l.Expires, 0)
		}
		for _, e := range held.Entries(l.ID) {
			list.entries[e.Index] = e
		}
	}
	return nil
}

// read reads the files. b may be nil.
func (r *records) read(b *bar) (err error) {
	if r.issuers, err = r.p.readIssuers(); err != nil {
		return err
	}
	for _, path := range r.p.issued {
		if err := readRows(path, b, r.addIssued); err != nil {
			return err
		}
	}
	for _, path := range r.p.revoked {
		if err := readRows(path, b, r.addRevoked); err != nil {
			return err
		}
	}
	if err := r.readCRLs(); err != nil {
		return err
	}
	if r.absent > 0 && !r.p.skipAbsent {
		return fmt.Errorf("%s: name what has expired in -issued too, or -skip-absent leaves them out", r.absentText())
	}
	return nil
}

// publication returns what is to be published.
func (r *records) publication() (publisher.Publication, error) {
	p := publisher.Publication{ThisUpdate: r.p.now, NextUpdate: r.p.now.Add(r.p.next), After: r.after}
	for _, id := range slices.Sorted(maps.Keys(r.indexes)) {
		l := r.indexes[id]
		if !l.expires.IsZero() && l.expires.Before(r.p.now) {
			continue // all of its credentials have expired
		}
		p.Lists = append(p.Lists, publisher.List{ID: id, Issued: l.issued, Revoked: sorted(l.entries), WithoutDetails: !r.p.details, Expires: l.expires})
	}
	for _, id := range slices.Sorted(maps.Keys(r.serials)) {
		l := r.serials[id]
		if l.serials.len() == 0 {
			continue
		}
		cert := r.issuers[id]
		if cert == nil {
			return p, fmt.Errorf("list %s has serial numbers and no -issuer", text(id))
		}
		s := publisher.SerialList{ID: id, Issuer: issuerID(cert), IssuedBefore: r.covers(), Serials: l.serials.all, Expires: l.expires,
			Options: serial.Options{SeedBits: r.p.effort}}
		for _, e := range sorted(l.entries) {
			if e.Reason == revocation.CertificateHold {
				s.Suspended = append(s.Suspended, int(e.Index))
			} else {
				s.Revoked = append(s.Revoked, int(e.Index))
			}
		}
		p.Serials = append(p.Serials, s)
	}
	return p, nil
}

func sorted(entries map[uint64]revocation.Entry) []revocation.Entry {
	out := slices.AppendSeq(make([]revocation.Entry, 0, len(entries)), maps.Values(entries))
	slices.SortFunc(out, func(a, b revocation.Entry) int { return cmp.Compare(a.Index, b.Index) })
	return out
}

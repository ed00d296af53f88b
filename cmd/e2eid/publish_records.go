package main

import (
	"crypto/x509"
	"errors"
	"fmt"
	"maps"
	"math/big"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/e2eid/e2eid/revocation"
	"github.com/e2eid/e2eid/revocation/publisher"
	"github.com/e2eid/e2eid/revocation/publisher/serial"
	"github.com/e2eid/e2eid/revocation/publisher/standard"
)

// records are an authority's, as read from files.
type records struct {
	p       publishing
	issuers map[string]*x509.Certificate
	indexes map[string]*indexRecord
	serials map[string]*serialRecord
	after   [32]byte // the head that hold has read
}

type indexRecord struct {
	issued  uint64
	expires time.Time
	entries map[uint64]revocation.Entry
}

type serialRecord struct {
	serials  [][]byte
	position map[string]int
	revoked  map[int]revocation.Entry
	expires  time.Time
}

func newRecords(p publishing) *records {
	return &records{p: p, indexes: map[string]*indexRecord{}, serials: map[string]*serialRecord{}}
}

// hold begins with what index lists in the folder revoke.
func (r *records) hold(folder *publisher.Folder) error {
	held, err := folder.Held()
	if errors.Is(err, publisher.ErrNone) {
		return nil
	}
	if err != nil {
		return err
	}
	r.after = held.Head().Hash()
	for _, l := range held.Head().Body().Lists {
		if l.Kind != revocation.KindIndex {
			continue
		}
		list := r.index(l.ID)
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

func (r *records) index(id string) *indexRecord {
	if r.indexes[id] == nil {
		r.indexes[id] = &indexRecord{entries: map[uint64]revocation.Entry{}}
	}
	return r.indexes[id]
}

func (r *records) read() (err error) {
	if r.issuers, err = r.p.readIssuers(); err != nil {
		return err
	}
	for _, path := range r.p.issued {
		if err := readRows(path, "", r.addIssued); err != nil {
			return err
		}
	}
	for _, path := range r.p.revoked {
		if err := readRows(path, "", r.addRevoked); err != nil {
			return err
		}
	}
	for _, pair := range r.p.crls {
		list, path, err := splitPair(pair)
		if err != nil {
			return err
		}
		if err := readRows(path, list, r.addRevoked); err != nil {
			return err
		}
	}
	return nil
}

// covers is until when serial lists speak for what was issued.
func (r *records) covers() time.Time { return r.p.now.Add(-r.p.backdating).Truncate(time.Second) }

func (r *records) addIssued(e row) error {
	switch {
	case e.List == "":
		return errors.New("no list")
	case e.Serial != "":
		if e.NotBefore == nil || e.NotAfter == nil {
			return errors.New("a serial number needs notBefore and notAfter")
		}
		if !e.NotBefore.Before(r.covers()) || e.NotAfter.Before(r.p.now) {
			return nil // not covered yet, or expired
		}
		octets, err := serialOctets(e.Serial)
		if err != nil {
			return err
		}
		if r.serials[e.List] == nil {
			r.serials[e.List] = &serialRecord{position: map[string]int{}, revoked: map[int]revocation.Entry{}}
		}
		l := r.serials[e.List]
		if _, twice := l.position[string(octets)]; twice {
			return fmt.Errorf("serial number %s is there twice", e.Serial)
		}
		l.position[string(octets)] = len(l.serials)
		l.serials = append(l.serials, octets)
		if e.NotAfter.After(l.expires) {
			l.expires = *e.NotAfter
		}
	case e.Issued != nil:
		l := r.index(e.List)
		l.issued = max(l.issued, *e.Issued)
		if e.Expires != nil {
			l.expires = *e.Expires
		}
	case e.Index != nil:
		l := r.index(e.List)
		l.issued = max(l.issued, *e.Index+1)
	default:
		return errors.New("neither issued, index nor serial")
	}
	return nil
}

func (r *records) addRevoked(e row) error {
	reason, taken, err := reasonOf(e.Reason)
	if err != nil {
		return err
	}
	entry := revocation.Entry{Reason: reason}
	if e.Since != nil {
		entry.Since = e.Since.UTC()
	}
	switch {
	case e.Index != nil:
		l := r.index(e.List)
		was, there := l.entries[*e.Index]
		if there && was.Reason != revocation.CertificateHold {
			if taken {
				return fmt.Errorf("index %d is revoked: that cannot be taken back", *e.Index)
			}
			return nil // what was said first stays
		}
		if taken {
			delete(l.entries, *e.Index)
			return nil
		}
		entry.Index = *e.Index
		l.entries[*e.Index] = entry
	case e.Serial != "":
		octets, err := serialOctets(e.Serial)
		if err != nil {
			return err
		}
		l := r.serials[e.List]
		if l == nil {
			return fmt.Errorf("list %s has issued nothing", text(e.List))
		}
		at, ok := l.position[string(octets)]
		if !ok {
			return nil // expired, or not covered yet
		}
		if was, there := l.revoked[at]; there && was.Reason != revocation.CertificateHold {
			return nil
		}
		if taken {
			delete(l.revoked, at)
			return nil
		}
		l.revoked[at] = entry
	default:
		return errors.New("neither index nor serial")
	}
	return nil
}

// publication returns what is to be published.
func (r *records) publication(b *bar) (publisher.Publication, error) {
	p := publisher.Publication{ThisUpdate: r.p.now, NextUpdate: r.p.now.Add(r.p.next), After: r.after}
	for _, id := range slices.Sorted(maps.Keys(r.indexes)) {
		l := r.indexes[id]
		if !l.expires.IsZero() && l.expires.Before(r.p.now) {
			continue // all of its credentials have expired
		}
		p.Lists = append(p.Lists, publisher.List{ID: id, Issued: l.issued, Revoked: l.sorted(), WithoutDetails: !r.p.details, Expires: l.expires})
	}
	for _, id := range slices.Sorted(maps.Keys(r.serials)) {
		l := r.serials[id]
		cert := r.issuers[id]
		if cert == nil {
			return p, fmt.Errorf("list %s has serial numbers and no -issuer", text(id))
		}
		s := publisher.SerialList{ID: id, Issuer: issuerID(cert), IssuedBefore: r.covers(), Serials: l.serials, Expires: l.expires,
			Options: serial.Options{SeedBits: r.p.effort, Progress: func(done, total int) { b.show(id, done, total) }}}
		for _, at := range slices.Sorted(maps.Keys(l.revoked)) {
			if l.revoked[at].Reason == revocation.CertificateHold {
				s.Suspended = append(s.Suspended, at)
			} else {
				s.Revoked = append(s.Revoked, at)
			}
		}
		p.Serials = append(p.Serials, s)
	}
	return p, nil
}

func (l *indexRecord) sorted() (entries []revocation.Entry) {
	for _, index := range slices.Sorted(maps.Keys(l.entries)) {
		entries = append(entries, l.entries[index])
	}
	return entries
}

// writeStandard writes the same in the forms of other specifications. The name of a file is that of its list, with all but
// letters and digits made hyphens.
func (p publishing) writeStandard(r *records, number uint64) error {
	if err := os.MkdirAll(p.standard, 0o755); err != nil {
		return err
	}
	write := func(list, suffix string, b []byte) error {
		name := strings.Map(func(c rune) rune {
			if 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' || '0' <= c && c <= '9' {
				return c
			}
			return '-'
		}, list)
		return replaceFile(filepath.Join(p.standard, name+suffix), b)
	}
	if p.tokenKey != "" {
		key, err := readKey(p.tokenKey)
		if err != nil {
			return err
		}
		for id, l := range r.indexes {
			token := standard.Token{Issuer: p.authority, List: id, ThisUpdate: p.now, NextUpdate: p.now.Add(p.next), Key: key}
			entries := l.sorted()
			text, err := standard.StatusList(token, l.issued, entries)
			if err == nil {
				err = write(id, ".statuslist.jwt", []byte(text))
			}
			for _, purpose := range []string{"revocation", "suspension"} {
				if err == nil {
					text, err = standard.Bitstring(token, purpose, l.issued, entries)
				}
				if err == nil {
					err = write(id, "."+purpose+".vc.jwt", []byte(text))
				}
			}
			if err != nil {
				return err
			}
		}
	}
	if p.crlKey == "" {
		return nil
	}
	key, err := readKey(p.crlKey)
	if err != nil {
		return err
	}
	for id, l := range r.serials {
		var revoked []standard.Revoked
		for _, at := range slices.Sorted(maps.Keys(l.revoked)) {
			e := l.revoked[at]
			revoked = append(revoked, standard.Revoked{Serial: new(big.Int).SetBytes(l.serials[at]), Since: e.Since, Reason: e.Reason})
		}
		der, err := standard.CRL(r.issuers[id], key, number, p.now, p.now.Add(p.next), revoked)
		if err == nil {
			err = write(id, ".crl", der)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

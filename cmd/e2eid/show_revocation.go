package main

import (
	"crypto/ed25519"
	"encoding/binary"
	"errors"
	"fmt"
	"time"

	"github.com/e2eid/e2eid/revocation"
	"github.com/e2eid/e2eid/signature"
	"github.com/e2eid/e2eid/signature/native"
)

func showHead(u *revocation.UnverifiedHead) object {
	b, hash := u.Body(), u.Hash()
	return object{
		{"authority", text(b.Authority)},
		{"number", b.Number},
		{"thisUpdate", b.ThisUpdate},
		{"nextUpdate", b.NextUpdate},
		{"previous", hexBytes(b.Previous[:])},
		{"hash", hexBytes(hash[:])},
		{"lists", listOf(b.Lists, func(l revocation.List) any { return showList(l) })},
		{"deltas", listOf(b.Deltas, func(d revocation.Delta) any {
			o := object{{"back", d.Back}}
			return append(o, showBlob(d.Blob)...)
		})},
		{"extensions", listOf(b.Extensions, func(e revocation.Extension) any {
			return object{{"type", registered(e.Type, "")}, {"data", hexBytes(e.Data)}}
		})},
		{"signatures", listOf(u.Signatures(), func(s revocation.Signature) any {
			return object{
				{"algorithm", algorithmName(s.Algorithm)},
				{"keyID", hexBytes(s.KeyID[:])},
				{"signature", hexBytes(s.Signature)},
			}
		})},
		{"proofs", listOf(u.Proofs(), func(p revocation.Proof) any {
			return object{{"type", registered(p.Type, "")}, {"data", hexBytes(p.Data)}}
		})},
	}
}

func showList(l revocation.List) object {
	o := object{
		{"id", text(l.ID)},
		{"kind", l.Kind.String()},
		{"covered", l.Covered},
		{"revoked", l.Revoked},
	}
	if l.Expires != 0 {
		o.add("expires", time.Unix(l.Expires, 0).UTC())
	}
	if l.Kind == revocation.KindIndex {
		o.add("suspended", l.Suspended)
		o.add("root", hexBytes(l.Root[:]))
	} else {
		o.add("issuer", hexBytes(l.Issuer[:]))
		o.add("issuedFrom", time.Unix(l.IssuedFrom, 0).UTC())
		o.add("issuedBefore", time.Unix(l.IssuedBefore, 0).UTC())
	}
	o.add("snapshot", showBlob(l.Snapshot))
	if l.Details != (revocation.Blob{}) {
		o.add("details", showBlob(l.Details))
	}
	return o
}

func showBlob(b revocation.Blob) object {
	return object{{"sha256", hexBytes(b.SHA256[:])}, {"size", b.Size}}
}

// maxEntries bounds how many entries of a list are shown: a list of a few megabytes can have half a billion.
const maxEntries = 1 << 20

// showSnapshot decodes a snapshot by what the head says of its list.
func showSnapshot(l revocation.List, blob []byte) (object, error) {
	o := object{{"list", showList(l)}}
	without := l
	without.Details = revocation.Blob{}
	entries, err := loadUnverified(without, blob)
	switch {
	case err != nil:
		return nil, err
	case l.Kind != revocation.KindIndex:
		return o, nil // which serial numbers a filter lists cannot be told from it
	case l.Revoked+l.Suspended > maxEntries:
		o.add("indexesLeftOut", l.Revoked+l.Suspended)
		return o, nil
	}
	of := func(suspended bool) list {
		return func(yield func(any) bool) {
			for _, e := range entries {
				if (e.Reason == revocation.CertificateHold) == suspended && !yield(e.Index) {
					return
				}
			}
		}
	}
	o.add("indexes", of(false))
	if l.Suspended > 0 {
		o.add("suspendedIndexes", of(true))
	}
	return o, nil
}

// showDetails decodes details. Which index an entry is about stands in the snapshot, so that here they are counted: first
// those revoked, then those suspended.
func showDetails(l revocation.List, blob []byte) (object, error) {
	o := object{{"list", showList(l)}}
	if l.Revoked+l.Suspended > maxEntries {
		o.add("entriesLeftOut", l.Revoked+l.Suspended)
		return o, nil
	}
	// A list of as many lends the indexes.
	all := make([]revocation.Entry, l.Revoked+l.Suspended)
	for i := range all {
		all[i].Index = uint64(i)
		if uint64(i) >= l.Revoked {
			all[i].Reason = revocation.CertificateHold
		}
	}
	stand, blobs, err := revocation.EncodeList(l.ID, uint64(len(all)), all, false)
	if err != nil {
		return nil, err
	}
	stand.Details = l.Details
	entries, err := loadUnverified(stand, append(blobs, blob)...)
	if err != nil {
		return nil, err
	}
	o.add("entries", listOf(entries, func(e revocation.Entry) any {
		d := object{{"reason", e.Reason.String()}}
		if !e.Since.IsZero() {
			d.add("since", e.Since)
		}
		return d
	}))
	return o, nil
}

// loadUnverified reads the entries of a list from its blobs, whoever made them. Package revocation does so for signed
// heads only; this head is signed by a key that everybody has.
func loadUnverified(l revocation.List, blobs ...[]byte) ([]revocation.Entry, error) {
	key := ed25519.NewKeyFromSeed(make([]byte, ed25519.SeedSize))
	trusted := revocation.Key{Algorithm: signature.Ed25519, Key: key.Public().(ed25519.PublicKey)}
	body, err := revocation.AppendBody(nil, revocation.Body{
		Authority: "unverified", Number: 1, ThisUpdate: epoch, NextUpdate: epoch.AddDate(0, 0, 1), Lists: []revocation.List{l},
	})
	if err != nil {
		return nil, err
	}
	u, err := revocation.AssembleHead(body, []revocation.Signature{{
		Algorithm: uint16(trusted.Algorithm), KeyID: trusted.ID(), Signature: ed25519.Sign(key, body),
	}})
	if err != nil {
		return nil, err
	}
	plan, err := u.Plan(revocation.Signers{Authority: "unverified", Keys: []revocation.Key{trusted}})
	if err != nil {
		return nil, err
	}
	head, err := plan.Open(native.Run(plan.Checks()))
	if err != nil {
		return nil, err
	}
	p, err := head.Load(nil, blobs)
	if err != nil || l.Revoked+l.Suspended > maxEntries {
		return nil, err
	}
	return p.Entries(l.ID), nil
}

// showNamed shows a blob that a head names: a snapshot, or details. Where id is not empty, it is the list to look for
// it in.
func showNamed(head *revocation.UnverifiedHead, id string, blob []byte) (found []finding, err error) {
	name := revocation.NewBlob(blob)
	known := id == ""
	for _, l := range head.Body().Lists {
		if id != "" && l.ID != id {
			continue
		}
		known = true
		for _, part := range []struct {
			form string
			blob revocation.Blob
			show func(revocation.List, []byte) (object, error)
		}{{"list", l.Snapshot, showSnapshot}, {"details", l.Details, showDetails}} {
			if part.blob != name {
				continue
			}
			o, err := part.show(l, blob)
			if err != nil {
				return nil, fmt.Errorf("list %s: %w", text(l.ID), err)
			}
			found = append(found, finding{part.form, []object{o}})
		}
	}
	switch {
	case !known:
		return nil, fmt.Errorf("the head has no list %s", text(id))
	case len(found) == 0:
		return nil, fmt.Errorf("the head names no blob with SHA-256 %s", name.Name())
	}
	return found, nil
}

// showState shows a state record. What [revocation.ParseState] takes has one form, whose entries are walked here for
// the names to ask it by.
func showState(b []byte) (object, error) {
	s, err := revocation.ParseState(b)
	if err != nil {
		return nil, err
	}
	const label, hash = len("e2eid revocation state\x00"), 32
	count := binary.BigEndian.Uint16(b[label+1:])
	entries := b[label+3:]
	var seen []revocation.Seen
	for range count {
		size := int(entries[0])
		e, ok := s.Seen(string(entries[1 : 1+size]))
		if !ok {
			return nil, errors.New("state record is not in order")
		}
		seen = append(seen, e)
		entries = entries[1+size+8+8+hash+4:]
	}
	const name, when = 16, 5
	var signed []object
	memories := binary.BigEndian.Uint16(entries)
	entries = entries[2:]
	for range memories {
		size := int(entries[0])
		o := object{{"authority", text(string(entries[1 : 1+size]))}}
		entries = entries[1+size:]
		if floor := int64(entries[0])<<32 | int64(binary.BigEndian.Uint32(entries[1:])); floor > 0 {
			o.add("floor", time.Unix(floor, 0).UTC())
		}
		count := int(binary.BigEndian.Uint16(entries[when:]))
		o.add("remembered", uint64(count))
		signed = append(signed, o)
		entries = entries[when+2+count*(name+when):]
	}
	return object{{"heads", listOf(seen, func(e revocation.Seen) any {
		return object{
			{"authority", text(e.Authority)},
			{"number", e.Number},
			{"thisUpdate", e.ThisUpdate},
			{"hash", hexBytes(e.Hash[:])},
			{"keySequence", uint64(e.Sequence)},
		}
	})}, {"signed", listOf(signed, func(o object) any { return o })}}, nil
}

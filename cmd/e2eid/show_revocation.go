package main

import (
	"crypto/ed25519"
	"encoding/binary"
	"errors"
	"fmt"

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
	}
}

func showList(l revocation.List) object {
	o := object{
		{"id", text(l.ID)},
		{"covered", l.Covered},
		{"revoked", l.Revoked},
		{"root", hexBytes(l.Root[:])},
		{"snapshot", showBlob(l.Snapshot)},
	}
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

// showIndexList decodes a snapshot by what the head says of its list.
func showIndexList(l revocation.List, blob []byte) (object, error) {
	o := object{{"list", showList(l)}}
	without := l
	without.Details = revocation.Blob{}
	entries, err := loadUnverified(without, blob)
	if err != nil {
		return nil, err
	}
	if l.Revoked > maxEntries {
		o.add("indexesLeftOut", l.Revoked)
		return o, nil
	}
	o.add("indexes", listOf(entries, func(e revocation.Entry) any { return e.Index }))
	return o, nil
}

// showDetails decodes details. Which index an entry is about stands in the snapshot, so that here they are counted.
func showDetails(l revocation.List, blob []byte) (object, error) {
	o := object{{"list", showList(l)}}
	if l.Revoked > maxEntries {
		o.add("entriesLeftOut", l.Revoked)
		return o, nil
	}
	// A list of as many that are all revoked lends the indexes.
	all := make([]revocation.Entry, l.Revoked)
	for i := range all {
		all[i].Index = uint64(i)
	}
	stand, blobs, err := revocation.EncodeList(l.ID, l.Revoked, all, false)
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
	if err != nil || l.Revoked > maxEntries {
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
		}{{"list", l.Snapshot, showIndexList}, {"details", l.Details, showDetails}} {
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
		entries = entries[1+size+8+8+hash:]
	}
	return object{{"heads", listOf(seen, func(e revocation.Seen) any {
		return object{
			{"authority", text(e.Authority)},
			{"number", e.Number},
			{"thisUpdate", e.ThisUpdate},
			{"hash", hexBytes(e.Hash[:])},
		}
	})}}, nil
}

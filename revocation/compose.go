package revocation

import (
	"bytes"
	"encoding/binary"
	"slices"
)

// AppendBody appends the bytes of b that an authority signs. It refuses whatever [ParseHead] refuses, with the same errors.
func AppendBody(dst []byte, b Body) ([]byte, error) {
	start := len(dst)
	dst, err := appendBody(dst, b)
	if err != nil {
		return nil, err
	}
	if _, err := readBody(&reader{dst[start:], true}); err != nil {
		return nil, err
	}
	return dst, nil
}

// appendBody is AppendBody before it is known whether anybody would read it.
func appendBody(dst []byte, b Body) ([]byte, error) {
	if len(b.Authority) > 255 || len(b.Lists) > MaxLists || len(b.Deltas) > MaxDeltas || len(b.Extensions) > MaxExtensions {
		return nil, malformed("too much for a head")
	}
	dst = append(dst, headLabel...)
	dst = append(dst, headVersion, byte(len(b.Authority)))
	dst = append(dst, b.Authority...)
	dst = binary.BigEndian.AppendUint64(dst, b.Number)
	dst = binary.BigEndian.AppendUint64(dst, uint64(b.ThisUpdate.Unix()))
	dst = binary.BigEndian.AppendUint64(dst, uint64(b.NextUpdate.Unix()))
	dst = append(dst, b.Previous[:]...)
	dst = binary.BigEndian.AppendUint16(dst, uint16(len(b.Lists)))
	before := ""
	for _, l := range b.Lists {
		if !l.encodable() {
			return nil, malformed("too much for a list")
		}
		dst = appendList(dst, l, before)
		before = l.ID
	}
	dst = append(dst, byte(len(b.Deltas)))
	for _, d := range b.Deltas {
		if d.Back > MaxCovered || d.Size > MaxBlobSize {
			return nil, malformed("too much for a delta")
		}
		dst = appendBlob(appendVarint(dst, d.Back), d.Blob)
	}
	dst = append(dst, byte(len(b.Extensions)))
	for _, e := range b.Extensions {
		dst = binary.BigEndian.AppendUint16(dst, e.Type)
		dst = append(appendVarint(dst, uint64(len(e.Data))), e.Data...)
	}
	return dst, nil
}

// encodable reports whether no value is too large for its place.
func (l List) encodable() bool {
	return min(l.IssuedFrom, l.IssuedBefore, l.Expires) >= 0 && max(l.IssuedFrom, l.IssuedBefore, l.Expires) <= maxTime &&
		len(l.ID) <= 255 && max(l.Covered, l.Revoked, l.Suspended) <= MaxCovered &&
		max(l.Snapshot.Size, l.Details.Size) <= MaxBlobSize
}

// AssembleHead puts signatures, in any order, under the bytes that [AppendBody] made, and proofs behind them. It refuses
// whatever [ParseHead] refuses, with the same errors.
func AssembleHead(body []byte, signatures []Signature, proofs ...Proof) (*UnverifiedHead, error) {
	if len(proofs) > MaxProofs {
		return nil, malformed("over 16 proofs")
	}
	if len(signatures) > MaxSignatures {
		return nil, malformed("head has no signatures, or over 16")
	}
	head := appendSignatures(bytes.Clone(body), signatures)
	head = append(head, byte(len(proofs)))
	for _, p := range proofs {
		head = binary.BigEndian.AppendUint16(head, p.Type)
		head = append(appendVarint(head, uint64(len(p.Data))), p.Data...)
	}
	return ParseHead(head)
}

func appendSignatures(dst []byte, signatures []Signature) []byte {
	signatures = slices.Clone(signatures)
	slices.SortFunc(signatures, func(a, b Signature) int {
		switch {
		case a.before(b):
			return -1
		case b.before(a):
			return 1
		}
		return 0
	})
	dst = append(dst, byte(len(signatures)))
	for _, s := range signatures {
		dst = binary.BigEndian.AppendUint16(dst, s.Algorithm)
		dst = append(dst, s.KeyID[:]...)
		dst = append(appendVarint(dst, uint64(len(s.Signature))), s.Signature...)
	}
	return dst
}

package vc

import (
	"strconv"

	"github.com/e2eid/e2eid/internal/strictjson"
)

// A StatusKind says what a reference to status information refers to. The zero StatusKind is one that is not known, which
// is never good.
type StatusKind uint8

const (
	StatusUnknown   StatusKind = 0
	StatusToken     StatusKind = 1 // Token Status List (draft-ietf-oauth-status-list-21)
	StatusBitstring StatusKind = 2 // Bitstring Status List 1.0
	Status2021      StatusKind = 3 // StatusList2021
	StatusAssertion StatusKind = 4 // draft-demarco-oauth-status-assertions-03: the holder brings what the issuer said
)

// A StatusRef is an entry of a status list, whose URI names the list and is never fetched from here. Of a status assertion
// it has the kind alone.
type StatusRef struct {
	Kind    StatusKind
	URI     string
	Index   uint64
	Purpose string // of the W3C kinds: "revocation" or "suspension" are judged
	Size    int    // bits of an entry, of the W3C kinds
}

// status reads the references of both kinds, status of the claims and credentialStatus of v: each must be good.
func status(claims, v strictjson.Value) ([]StatusRef, error) {
	refs, err := tokenStatus(claims)
	if err != nil {
		return nil, err
	}
	more, err := credentialStatus(v)
	return append(refs, more...), err
}

// tokenStatus reads the status claim (draft-ietf-oauth-status-list, "Referenced Token").
func tokenStatus(claims strictjson.Value) (refs []StatusRef, err error) {
	status, ok := claims.Get("status")
	if !ok {
		return nil, nil
	}
	if status.Kind() != strictjson.Object {
		return nil, malformed("status is not an object")
	}
	if list, ok := status.Get("status_list"); ok {
		v, _ := list.Get("idx")
		idx, err := v.Int64()
		if err != nil || idx < 0 {
			return nil, malformed("idx is not an integer from 0 on")
		}
		uri, err := text(list, "uri")
		if err != nil {
			return nil, err
		}
		if uri == "" {
			return nil, malformed("no uri of a status list")
		}
		refs = append(refs, StatusRef{Kind: StatusToken, URI: uri, Index: uint64(idx)})
	}
	if asserted, ok := status.Get("status_assertion"); ok {
		alg, err := text(asserted, "credential_hash_alg")
		if err != nil || alg == "" {
			return nil, malformed("a status assertion without the algorithm of its hash")
		}
		ref := StatusRef{Kind: StatusAssertion}
		if alg != "sha-256" {
			ref = StatusRef{}
		}
		refs = append(refs, ref)
	}
	if len(refs) == 0 || status.Fields("status_list", "status_assertion") != nil {
		refs = append(refs, StatusRef{}) // by another mechanism, alone or too
	}
	return refs, nil
}

// credentialStatus reads that of the W3C data models, one entry or several.
func credentialStatus(v strictjson.Value) ([]StatusRef, error) {
	member, ok := v.Get("credentialStatus")
	if !ok {
		return nil, nil
	}
	list, err := member.Array()
	if err != nil {
		list = []strictjson.Value{member}
	}
	if len(list) > maxStatus {
		return nil, refuse(ErrLimit, "too many entries of credentialStatus")
	}
	refs := make([]StatusRef, len(list))
	for i, e := range list {
		if refs[i], err = statusEntry(e); err != nil {
			return nil, err
		}
	}
	return refs, nil
}

func statusEntry(e strictjson.Value) (ref StatusRef, err error) {
	typ, err := text(e, "type")
	if err != nil || e.Kind() != strictjson.Object {
		return ref, malformed("credentialStatus is not an object with one type")
	}
	ref.Size = 1
	switch typ {
	case "BitstringStatusListEntry":
		ref.Kind = StatusBitstring
		if size, ok := e.Get("statusSize"); ok {
			n, err := size.Int64()
			if err != nil || n < 1 || n > 8 {
				return ref, malformed("statusSize is not a small number of bits")
			}
			ref.Size = int(n)
		}
	case "StatusList2021Entry":
		ref.Kind = Status2021
	default:
		return StatusRef{}, nil
	}
	if ref.Purpose, err = text(e, "statusPurpose"); err != nil {
		return ref, err
	}
	if ref.URI, err = text(e, "statusListCredential"); err != nil {
		return ref, err
	}
	index, err := text(e, "statusListIndex")
	if err != nil {
		return ref, err
	}
	if ref.Index, err = strconv.ParseUint(index, 10, 63); err != nil || len(index) > 1 && index[0] == '0' || !isDigit(index[0]) {
		return ref, malformed("statusListIndex is not a decimal number in a string")
	}
	if ref.Purpose == "" || ref.URI == "" {
		return ref, malformed("credentialStatus lacks its purpose or list")
	}
	return ref, nil
}

package revocation

import (
	"bytes"
	"encoding/binary"

	"github.com/e2eid/e2eid/signature"
)

const (
	// ProofRollovers is the type of the proof that holds rollovers: package doc, "Rollover of keys".
	ProofRollovers = 1

	rolloverLabel   = "e2eid revocation keys\x00"
	rolloverVersion = 1
	maxRollovers    = 4
	maxKeys         = 16
)

// A rollover says that other keys sign from now on.
type rollover struct {
	next       Signers
	signed     []byte
	signatures []Signature
}

// AppendRollover appends what the keys before and the keys of next sign, to replace the former by the latter.
// It refuses what clients refuse; the error wraps [ErrFormat] or [ErrSigners].
func AppendRollover(dst []byte, next Signers) ([]byte, error) {
	if err := next.Validate(); err != nil {
		return nil, err
	}
	if next.Sequence == 0 || len(next.Keys) > maxKeys {
		return nil, malformed("rollover without a sequence, or to over 16 keys")
	}
	start := len(dst)
	dst = append(dst, rolloverLabel...)
	dst = append(dst, rolloverVersion, byte(len(next.Authority)))
	dst = append(dst, next.Authority...)
	dst = binary.BigEndian.AppendUint32(dst, next.Sequence)
	dst = append(dst, byte(next.need()), byte(len(next.Keys)))
	for _, k := range next.Keys {
		dst = binary.BigEndian.AppendUint16(dst, uint16(k.Algorithm))
		dst = append(appendVarint(dst, uint64(len(k.Key))), k.Key...)
	}
	if _, err := readRollover(&reader{dst[start:], true}); err != nil {
		return nil, err
	}
	return dst, nil
}

// AssembleRollover puts signatures, in any order, behind what [AppendRollover] made.
func AssembleRollover(signed []byte, signatures []Signature) []byte {
	return appendSignatures(bytes.Clone(signed), signatures)
}

// readRollover takes the signed part of a rollover off r.
func readRollover(r *reader) (s Signers, err error) {
	if string(r.take(uint64(len(rolloverLabel)))) != rolloverLabel {
		return s, malformed("not a rollover of keys")
	}
	if v := r.uint8(); r.ok && v != rolloverVersion {
		return s, unsupported("version of a rollover")
	}
	s.Authority = string(r.take(uint64(r.uint8())))
	s.Sequence = uint32(r.uint16())<<16 | uint32(r.uint16())
	s.Threshold = int(r.uint8())
	count := int(r.uint8())
	if !r.ok || s.Sequence == 0 || s.Threshold < 1 || count > maxKeys {
		return s, malformed("rollover of keys")
	}
	for i := range count {
		k := Key{Algorithm: signature.Algorithm(r.uint16())}
		k.Key = r.take(r.varint())
		if i > 0 && !s.Keys[i-1].before(k) {
			return s, malformed("keys of a rollover do not rise")
		}
		s.Keys = append(s.Keys, k)
	}
	if !r.ok {
		return s, malformed("rollover ends too soon")
	}
	if err := s.Validate(); err != nil { // not the verifier's configuration
		return s, malformed("keys of a rollover cannot sign")
	}
	return s, nil
}

func (k Key) before(o Key) bool {
	if k.Algorithm != o.Algorithm {
		return k.Algorithm < o.Algorithm
	}
	return bytes.Compare(k.Key, o.Key) < 0
}

// rollovers returns those that stand behind the head. Sequences rise.
func (u *UnverifiedHead) rollovers() (list []rollover, err error) {
	for _, p := range u.proofs {
		if p.Type != ProofRollovers {
			continue
		}
		r := &reader{p.Data, true}
		for len(r.b) > 0 {
			if len(list) == maxRollovers {
				return nil, malformed("over 4 rollovers of keys")
			}
			whole := r.b
			one := rollover{}
			if one.next, err = readRollover(r); err != nil {
				return nil, err
			}
			one.signed = whole[:len(whole)-len(r.b)]
			if one.signatures, err = readSignatures(r); err != nil {
				return nil, err
			}
			if n := len(list); one.next.Authority != u.body.Authority || n > 0 && list[n-1].next.Sequence >= one.next.Sequence {
				return nil, malformed("rollover of another authority, or sequences do not rise")
			}
			list = append(list, one)
		}
	}
	return list, nil
}

// What stands behind a head for verifiers that are configured with those who delegate: package doc, "Delegation".
const (
	ProofCertificates = 2 // type of the proof that holds certificates of keys
	ProofDelegations  = 3 // type of the proof that holds tokens of issuers: package delegation
	maxDelegated      = 4 // of each; it bounds what a verifier parses for a head
)

// Certificates returns the certificates, DER, that come with the head. Nobody has looked at them.
func (u *UnverifiedHead) Certificates() ([][]byte, error) { return u.delegated(ProofCertificates) }

// Delegations returns the tokens of package delegation that come with the head. Nobody has looked at them.
func (u *UnverifiedHead) Delegations() ([][]byte, error) { return u.delegated(ProofDelegations) }

func (u *UnverifiedHead) delegated(proof uint16) (list [][]byte, err error) {
	for _, p := range u.proofs {
		if p.Type != proof {
			continue
		}
		r := &reader{p.Data, true}
		for len(r.b) > 0 {
			list = append(list, bytes.Clone(r.take(r.varint())))
		}
		if !r.ok || len(list) > maxDelegated {
			return nil, malformed("certificates or delegations are cut off, or over 4")
		}
	}
	return list, nil
}

// AppendDelegated appends one certificate, or one token, to the data of a proof of type [ProofCertificates] or
// [ProofDelegations].
func AppendDelegated(dst, one []byte) []byte {
	return append(appendVarint(dst, uint64(len(one))), one...)
}

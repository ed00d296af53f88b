package main

import (
	"math/big"
	"os"
	"path/filepath"
	"strings"

	"github.com/e2eid/e2eid/revocation/publisher/standard"
)

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
			entries := sorted(l.entries)
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
		if l.serials.len() == 0 {
			continue
		}
		var revoked []standard.Revoked
		for _, e := range sorted(l.entries) {
			revoked = append(revoked, standard.Revoked{Serial: new(big.Int).SetBytes(l.serials.all[e.Index]), Since: e.Since, Reason: e.Reason})
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

package main

import (
	"crypto/x509"
	"errors"
	"fmt"
	"time"

	"github.com/e2eid/e2eid/internal/der"
	"github.com/e2eid/e2eid/internal/pkix"
	"github.com/e2eid/e2eid/revocation"
	"github.com/e2eid/e2eid/revocation/crl"
	"github.com/e2eid/e2eid/signature"
	"github.com/e2eid/e2eid/signature/native"
)

// maxCRL is in bytes: twice what package crl takes, for PEM.
const maxCRL = 128 << 20

// readCRLs reads the CRLs of -crl. One that is given for several lists is read once.
func (r *records) readCRLs() error {
	lists := map[string][]string{}
	var paths []string
	for _, pair := range r.p.crls {
		list, path, err := splitPair(pair)
		if err != nil {
			return err
		}
		if len(lists[path]) == 0 {
			paths = append(paths, path)
		}
		lists[path] = append(lists[path], list)
	}
	for _, path := range paths {
		if err := r.readCRL(path, lists[path]); err != nil {
			return fmt.Errorf("%q: %w", path, err)
		}
	}
	return nil
}

func (r *records) readCRL(path string, lists []string) error {
	b, err := readFile(path, maxCRL)
	if err != nil {
		return err
	}
	if b, err = onlyCRL(b); err != nil {
		return err
	}
	l, err := crl.Parse(b)
	if err != nil {
		return err
	}
	if err := r.checkCRL(l); err != nil {
		return err
	}
	for _, list := range lists {
		if err := checkCRLIssuer(l, r.issuers[list]); err != nil {
			return fmt.Errorf("for list %s: %w", text(list), err)
		}
	}
	at := 0
	for e := range l.All {
		at++
		c := change{serial: e.Serial, entry: revocation.Entry{Reason: revocation.Reason(e.Reason), Since: e.RevokedAt}}
		if err := r.revoke(c, lists); err != nil {
			return fmt.Errorf("entry %d: %w", at, err)
		}
	}
	return nil
}

// onlyCRL returns the DER of a file with one CRL.
func onlyCRL(b []byte) ([]byte, error) {
	if !isPEM(b) {
		return b, nil
	}
	blocks, err := pemBlocks(b)
	if err != nil {
		return nil, err
	}
	if len(blocks) != 1 || blocks[0].Type != "X509 CRL" {
		return nil, errors.New("is PEM with more, or something else, than one X509 CRL")
	}
	return blocks[0].Bytes, nil
}

// checkCRL refuses a CRL that leaves out some of what its issuer revokes now: the list that is made from it would say that this is
// good.
func (r *records) checkCRL(l *crl.List) error {
	switch {
	case l.BaseNumber != nil:
		return errors.New("is a delta CRL, which leaves out what an earlier one has said")
	case l.UnsupportedCritical:
		return errors.New("has a critical extension that is not known: it may not say what it seems to (RFC 5280, Section 5.2)")
	case l.Scope != nil && l.Scope.Indirect:
		return errors.New("is an indirect CRL: its entries are other issuers'")
	case l.Scope != nil && l.Scope.OnlyAttributes:
		return errors.New("is about attribute certificates")
	case l.Scope != nil && !r.p.crlParts:
		// RFC 5280, Section 5.2.5: only without a distribution point must a CRL have all that is revoked.
		return errors.New("has an issuing distribution point, and may be one part of what is revoked: give all the parts, and -crl-parts says so")
	case l.NextUpdate.IsZero():
		return errors.New("does not say when the next one comes, so that it may be an old one")
	case r.p.now.After(l.NextUpdate):
		return fmt.Errorf("is out of date since %s: later revocations would be missing", l.NextUpdate.Format(time.RFC3339))
	case l.ThisUpdate.After(r.p.now.Add(revocation.ClockTolerance)):
		return fmt.Errorf("is from the future, %s", l.ThisUpdate.Format(time.RFC3339))
	}
	return nil
}

// checkCRLIssuer reports whether the issuer of certificates has signed a CRL (RFC 5280, Section 6.3.3, (b), (f) and (g)). The
// certificate is the authority's own, and trusted.
func checkCRLIssuer(l *crl.List, issuer *x509.Certificate) error {
	if issuer == nil {
		return errors.New("a CRL needs the -issuer who has signed it")
	}
	var name pkix.Name
	var key pkix.PublicKey
	subject, spki := der.String(issuer.RawSubject), der.String(issuer.RawSubjectPublicKeyInfo)
	if err := errors.Join(pkix.ReadName(&subject, &name), pkix.ReadPublicKey(&spki, &key)); err != nil {
		return fmt.Errorf("certificate of -issuer: %w", err)
	}
	if !name.Equal(l.Issuer) {
		return errors.New("the CRL is of another issuer than -issuer")
	}
	if issuer.KeyUsage != 0 && issuer.KeyUsage&x509.KeyUsageCRLSign == 0 {
		return errors.New("the certificate of -issuer may not sign CRLs (keyUsage)")
	}
	check, err := l.Check(key)
	if err != nil || native.Verify(check) != signature.Valid {
		return errors.New("the CRL is not signed with the key of -issuer")
	}
	return nil
}

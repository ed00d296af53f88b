package verifier

import (
	"errors"
	"time"

	"github.com/e2eid/e2eid/credential/x509"
	"github.com/e2eid/e2eid/revocation"
	"github.com/e2eid/e2eid/signature"
)

// ErrDelegation reports a head that comes without a certificate by which an anchor of its authority has its signer sign lists.
var ErrDelegation = errors.New("verifier: head is signed by nobody whom an anchor lets sign lists")

// oidListSigning is the extended key usage of those who sign heads: docs/status-extension.md.
const oidListSigning = x509.OIDStatus + "\x01" // revocation.ListSigningOID

// A delegate is one certificate, by one anchor, and the head by its key.
type delegate struct {
	plan *revocation.HeadPlan
	at   int // of the check that the anchor signed the certificate; those of plan follow
}

// planDelegates plans what shows that a head is signed by somebody whom an anchor of the authority lets sign lists.
func (u *Update) planDelegates(head *revocation.UnverifiedHead) error {
	certificates, err := head.Certificates()
	if err != nil {
		return err
	}
	for _, der := range certificates {
		c, err := x509.ParseCertificate(der)
		if err != nil || !mayInstall(c, u.now) {
			continue
		}
		algorithm, ok := headAlgorithm(c.PublicKey.Kind)
		if !ok {
			continue
		}
		plan, err := head.Plan(revocation.Signers{Authority: u.a.id, Keys: []revocation.Key{{Algorithm: algorithm, Key: c.PublicKey.Key}}})
		if errors.Is(err, revocation.ErrAuthority) {
			return err
		}
		if err != nil {
			continue
		}
		for _, anchor := range u.v.anchors[c.Issuer.Key()] {
			a := anchor.cert
			if anchor.authority != u.a || u.now.Before(a.NotBefore) || u.now.After(a.NotAfter) ||
				a.KeyUsage != nil && *a.KeyUsage&x509.KeyCertSign == 0 {
				continue
			}
			check, err := c.SignedBy(a.PublicKey)
			if err != nil || !u.v.policy.Algorithms.Allows(check.Algorithm) {
				continue
			}
			u.delegates = append(u.delegates, delegate{plan, len(u.checks)})
			u.checks = append(append(u.checks, check), plan.Checks()...)
		}
	}
	if len(u.delegates) == 0 {
		return ErrDelegation
	}
	return nil
}

// mayInstall reports whether an end entity is certified to sign lists, and for nothing that is not understood.
func mayInstall(c *x509.Certificate, now time.Time) bool {
	usage := false
	for _, id := range c.ExtKeyUsage {
		usage = usage || id == oidListSigning
	}
	for _, e := range c.Extensions {
		if e.Critical && e.ID != x509.OIDKeyUsage && e.ID != x509.OIDExtKeyUsage && e.ID != x509.OIDBasicConstraints {
			return false
		}
	}
	return usage && (c.BasicConstraints == nil || !c.BasicConstraints.CA) &&
		(c.KeyUsage == nil || *c.KeyUsage&x509.DigitalSignature != 0) && !now.Before(c.NotBefore) && !now.After(c.NotAfter)
}

func headAlgorithm(k x509.KeyKind) (signature.Algorithm, bool) {
	switch k {
	case x509.KeyEd25519:
		return signature.Ed25519, true
	case x509.KeyP256:
		return signature.ECDSAP256SHA256, true
	case x509.KeyMLDSA44:
		return signature.MLDSA44, true
	case x509.KeyMLDSA65:
		return signature.MLDSA65, true
	}
	return 0, false
}

// openDelegated concludes from the answers to all checks.
func (u *Update) openDelegated(answers []signature.Answer) (*revocation.Head, error) {
	if err := signature.ValidateAnswers(answers, len(u.checks)); err != nil {
		return nil, err
	}
	failed := ErrDelegation
	for _, d := range u.delegates {
		switch answers[d.at] {
		case signature.Unsupported:
			failed = revocation.ErrAlgorithm
		case signature.Valid:
			head, err := d.plan.Open(answers[d.at+1 : d.at+1+len(d.plan.Checks())])
			if err == nil {
				return head, nil
			}
			if errors.Is(err, revocation.ErrAlgorithm) {
				failed = err
			}
		}
	}
	return nil, failed
}

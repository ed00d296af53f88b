package verifier

import (
	"errors"
	"time"

	"github.com/e2eid/e2eid/credential/x509"
	"github.com/e2eid/e2eid/revocation"
	"github.com/e2eid/e2eid/revocation/delegation"
	"github.com/e2eid/e2eid/signature"
)

// ErrDelegation reports a head that comes without a certificate or token by which an anchor or an issuer of its authority has
// its signer sign lists.
var ErrDelegation = errors.New("verifier: head is signed by nobody whom an anchor or issuer lets sign lists")

// oidListSigning is the extended key usage of those who sign heads: docs/status-extension.md.
const oidListSigning = x509.OIDStatus + "\x01" // revocation.ListSigningOID

// A delegate is one certificate by one anchor, or one token by one key of an issuer, and the head by its key.
type delegate struct {
	plan *revocation.HeadPlan
	at   int // of the check of who delegates; those of plan follow
}

// planDelegates plans what shows that a head is signed by somebody whom an anchor or issuer of the authority lets sign lists.
func (u *Update) planDelegates(head *revocation.UnverifiedHead) error {
	certificates, err := head.Certificates()
	if err != nil {
		return err
	}
	tokens, err := head.Delegations()
	if err != nil {
		return err
	}
	for _, der := range certificates {
		if err := u.planCertificate(head, der); err != nil {
			return err
		}
	}
	for _, token := range tokens {
		if err := u.planToken(head, token); err != nil {
			return err
		}
	}
	if len(u.delegates) == 0 {
		return ErrDelegation
	}
	return nil
}

func (u *Update) planCertificate(head *revocation.UnverifiedHead, der []byte) error {
	c, err := x509.ParseCertificate(der)
	if err != nil || !mayInstall(c, u.now) {
		return nil
	}
	algorithm, ok := delegation.Algorithm(c.PublicKey.Kind)
	if !ok {
		return nil
	}
	plan, err := u.planSigner(head, revocation.Key{Algorithm: algorithm, Key: c.PublicKey.Key})
	if plan == nil {
		return err
	}
	for _, anchor := range u.v.anchors[c.Issuer.Key()] {
		a := anchor.cert
		if anchor.authority != u.a || u.now.Before(a.NotBefore) || u.now.After(a.NotAfter) ||
			a.KeyUsage != nil && *a.KeyUsage&x509.KeyCertSign == 0 {
			continue
		}
		if check, err := c.SignedBy(a.PublicKey); err == nil {
			u.delegated(plan, check)
		}
	}
	return nil
}

// planToken is planCertificate for the token of an issuer whose keys are configured.
func (u *Update) planToken(head *revocation.UnverifiedHead, token []byte) error {
	d, err := delegation.Parse(token)
	if err != nil || d.Authority != u.a.id || !d.Holds(u.now.Unix()) {
		return nil
	}
	iss := u.v.issuers[d.Issuer]
	if iss == nil || iss.authority != u.a {
		return nil
	}
	plan, err := u.planSigner(head, d.Key)
	if plan == nil {
		return err
	}
	for _, key := range iss.among(iss.keys, d.Token.Header(), false) { // none where credentials bring certificates, or documents are brought
		if c, err := d.Token.Check(key); err == nil {
			u.delegated(plan, c)
		}
	}
	return nil
}

// planSigner plans the head as signed by a key; nil if it is not. The error is one that no other key mends.
func (u *Update) planSigner(head *revocation.UnverifiedHead, key revocation.Key) (*revocation.HeadPlan, error) {
	if u.v.distrusted[string(key.Key)] || !u.v.policy.Algorithms.Allows(key.Algorithm) {
		return nil, nil
	}
	plan, err := head.Plan(revocation.Signers{Authority: u.a.id, Keys: []revocation.Key{key}, Sequence: u.a.sequence, Fixed: true})
	if err != nil && errors.Is(err, revocation.ErrAuthority) {
		return nil, err
	}
	return plan, nil
}

// delegated adds what a check would show.
func (u *Update) delegated(plan *revocation.HeadPlan, check signature.Check) {
	if u.v.policy.Algorithms.Allows(check.Algorithm) {
		u.delegates = append(u.delegates, delegate{plan, len(u.checks)})
		u.checks = append(append(u.checks, check), plan.Checks()...)
	}
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

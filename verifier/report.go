package verifier

// A report collects the findings about one presentation, along one certification path if there is one.
type report struct {
	findings   [checkEnd]Finding // by Check; the zero Finding: the check was not reached
	freshness  *Freshness
	revocation *Revocation
	missing    []Missing
	warnings   []string
	identity   Identity
	policies   []string
	historical bool
	assured    bool // somebody has vouched for this member before
	bare       bool // about a certificate or token by itself
	vc         bool // about a verifiable credential
	bound      bool // within a multi-credential
	challenged bool // about a certificate that answers a challenge
	bareToken  bool // whose holder proves by other means
	nameless   bool // whomever it names
	behind     bool // the clock is before revocation data was made
	// revokedIssuer says that an issuer on the path is revoked or suspended.
	revokedIssuer bool
	keys          Check // of the document that the issuer's keys stand in, 0 if in none
}

// add keeps the finding unless there is one that is as bad.
func (r *report) add(f Finding) {
	if old := r.findings[f.Check]; old.Check == 0 || f.Result > old.Result {
		r.findings[f.Check] = f
	}
}

func (r *report) pass(c Check) { r.add(Finding{c, Passed, "", -1}) }

// skip records that a check has no subject here.
func (r *report) skip(c Check) { r.add(Finding{c, Skipped, "", -1}) }

// fail and open name the certificate that the finding is about, -1 for none.
func (r *report) fail(c Check, code Code, certificate int) {
	r.add(Finding{c, Failed, code, certificate})
}
func (r *report) open(c Check, code Code, certificate int) {
	r.add(Finding{c, Open, code, certificate})
}

// extend returns a copy of r that can grow by itself.
func (r *report) extend() *report {
	c := *r
	c.missing = append([]Missing(nil), r.missing...)
	c.warnings = append([]string(nil), r.warnings...)
	return &c
}

// first returns the first finding with this result, nil if there is none.
func (r *report) first(want Result) *Finding {
	for i := range r.findings {
		if f := &r.findings[i]; f.Check != 0 && f.Result == want {
			return f
		}
	}
	return nil
}

// decide returns the outcome that the findings lead to, and the finding that does. Verified takes a pass of every check
// that must be passed: a check that nobody came to is not one.
func (r *report) decide() (Outcome, *Finding) {
	if f := r.first(Failed); f != nil {
		return Rejected, f
	}
	if f := r.first(Open); f != nil {
		if nobodyVouches(f.Code) {
			return Unverified, f
		}
		return Undetermined, f
	}
	for c := CheckForm; c < checkEnd; c++ {
		f := &r.findings[c]
		if f.Check == 0 && (isForTokens(c) && !r.vc || c == CheckBinding && !r.bound || c == CheckChallenge && !r.challenged || isForKeys(c) && c != r.keys) {
			continue
		}
		if f.Check == c && (f.Result == Passed || f.Result == Skipped && r.mayBeSkipped(c)) {
			continue
		}
		return Rejected, &Finding{c, Failed, CodeInternal, -1}
	}
	return Verified, nil
}

// nobodyVouches reports the codes that make a presentation unverified, where others make it undetermined.
func nobodyVouches(c Code) bool {
	return c == CodeUnsupportedCredential || c == CodeUnsupportedAlgorithm || c == CodeNoAssurance
}

// mayBeSkipped reports the checks that have no subject in some presentations that can be verified.
func (r *report) mayBeSkipped(c Check) bool {
	switch c {
	case CheckSource, CheckLeafSignature, CheckSignatureKey:
		return r.bare
	case CheckHolder, CheckContext: // of a BareToken, or a LeafNode
		return r.bareToken
	case CheckSuite: // of a credential that is bound to nobody
		return r.vc && r.nameless
	case CheckCritical, CheckConstraints, CheckNames, CheckPolicies, CheckKeyUsage: // the issuer's keys are configured
		return r.vc
	case CheckIdentifier, CheckExpected, CheckScope:
		return r.nameless
	case CheckPackageSignature: // a LeafNode by itself
		return true
	case CheckLifetime: // a LeafNode of another source than a KeyPackage
		return true
	case CheckStatus, CheckCovered, CheckFresh: // StatusUncheckedUnsafe
		return true
	}
	return false
}

// verdict turns the findings into a verdict.
func (r *report) verdict() Verdict {
	outcome, f := r.decide()
	if outcome == Unverified && r.assured {
		r.fail(CheckDowngrade, CodeCredentialDowngrade, -1)
		outcome, f = r.decide()
	}
	v := Verdict{outcome: outcome, certificate: -1, warnings: r.warnings, findings: make([]Finding, 0, checkEnd-1)}
	for i := range r.findings {
		if f := &r.findings[i]; f.Check != 0 {
			v.findings = append(v.findings, *f)
		}
	}
	if f != nil {
		v.code, v.certificate = f.Code, f.Certificate
	}
	if outcome == Verified {
		v.identity, v.freshness, v.historical = r.identity, r.freshness, r.historical
		v.identity.Policies = r.policies
		return v
	}
	v.missing, v.revoked = r.missing, r.revocation != nil
	if v.code == CodeRevoked || v.code == CodeSuspended {
		v.revocation = r.revocation
	}
	return v
}

// revokedEnd reports whether an authority that may say so has revoked the end entity, whatever else is wrong with the
// path, such as that it has expired. One that is revoked itself may not: whoever has its key would have the last word.
func (r *report) revokedEnd() bool {
	status := r.findings[CheckStatus]
	return status.Result == Failed && status.Certificate == 0 && !r.revokedIssuer && r.findings[CheckConstraints].Result == Passed &&
		r.findings[CheckNames].Result == Passed && (r.nameless || r.findings[CheckScope].Result == Passed)
}

// rank orders the reports about the paths of one certificate by how much they tell. A revoked end entity outranks
// everything: another path does not make up for it. Then what is verified, then what could be settled; of two
// rejections the one that came further.
func (r *report) rank() int {
	outcome, f := r.decide()
	switch {
	case r.revokedEnd():
		return 4 * int(checkEnd)
	case outcome == Verified:
		return 3 * int(checkEnd)
	case outcome != Rejected:
		return int(checkEnd) + int(f.Check)
	}
	return int(f.Check)
}

package verifier

// A report collects the findings about one presentation, along one certification path if there is one.
type report struct {
	findings   []Finding
	freshness  *Freshness
	revocation *Revocation
	missing    []Missing
	warnings   []string
	identity   Identity
	historical bool
}

func (r *report) pass(c Check) { r.findings = append(r.findings, Finding{c, Passed, "", -1}) }

// fail and open name the certificate that the finding is about, -1 for none.
func (r *report) fail(c Check, code Code, certificate int) {
	r.findings = append(r.findings, Finding{c, Failed, code, certificate})
}

func (r *report) open(c Check, code Code, certificate int) {
	r.findings = append(r.findings, Finding{c, Open, code, certificate})
}

// extend returns a copy of r that can grow by itself.
func (r *report) extend() *report {
	c := *r
	c.findings = append([]Finding(nil), r.findings...)
	c.missing = append([]Missing(nil), r.missing...)
	c.warnings = append([]string(nil), r.warnings...)
	return &c
}

// order is the place of each check in [Checks].
var order = func() map[Check]int {
	m := make(map[Check]int)
	for i, c := range Checks() {
		m[c] = i
	}
	return m
}()

// first returns the first finding with this result in the order of [Checks], nil if there is none.
func (r *report) first(want Result) *Finding {
	var best *Finding
	for i := range r.findings {
		f := &r.findings[i]
		if f.Result == want && (best == nil || order[f.Check] < order[best.Check]) {
			best = f
		}
	}
	return best
}

// unverified are the codes that say that nobody vouches, where others say that it could not be checked.
var unverified = map[Code]bool{CodeUnsupportedCredential: true, CodeUnsupportedAlgorithm: true, CodeNoAssurance: true}

// decide returns the outcome that the findings lead to. Verified takes a pass of every check that must be passed: a
// check that nobody came to is not one.
func (r *report) decide() (Outcome, *Finding) {
	if f := r.first(Failed); f != nil {
		return Rejected, f
	}
	if f := r.first(Open); f != nil {
		if unverified[f.Code] {
			return Unverified, f
		}
		return Undetermined, f
	}
	for _, c := range Checks() {
		if !r.settled(c) {
			return Rejected, &Finding{c, Failed, CodeInternal, -1}
		}
	}
	return Verified, nil
}

// settled reports whether a check was passed, or is one of those that have no subject in some presentations and was
// left out for that.
func (r *report) settled(c Check) bool {
	for _, f := range r.findings {
		if f.Check == c && (f.Result == Passed || f.Result == Skipped && mayBeSkipped[c]) {
			return true
		}
	}
	return false
}

var mayBeSkipped = map[Check]bool{
	CheckPackageSignature: true, // a LeafNode by itself
	CheckLifetime:         true, // a LeafNode of another source than a KeyPackage
	CheckStatus:           true, // StatusUncheckedUnsafe, these three
	CheckCovered:          true,
	CheckFresh:            true,
}

// skip records that a check has no subject here.
func (r *report) skip(c Check) { r.findings = append(r.findings, Finding{c, Skipped, "", -1}) }

// verdict turns the findings into a verdict.
func (r *report) verdict() Verdict {
	outcome, f := r.decide()
	v := Verdict{outcome: outcome, certificate: -1, warnings: r.warnings, findings: sorted(r.findings)}
	if f != nil {
		v.code, v.certificate = f.Code, f.Certificate
	}
	if outcome == Verified {
		v.identity, v.freshness, v.historical = r.identity, r.freshness, r.historical
		return v
	}
	v.missing = r.missing
	if v.code == CodeRevoked || v.code == CodeSuspended {
		v.revocation = r.revocation
	}
	return v
}

// sorted returns the findings in the order of [Checks].
func sorted(findings []Finding) []Finding {
	out := make([]Finding, 0, len(findings))
	for _, c := range Checks() {
		for _, f := range findings {
			if f.Check == c {
				out = append(out, f)
			}
		}
	}
	return out
}

// better reports whether r tells more than s about one presentation whose certificate has several paths. A revoked end
// entity outranks everything: another path does not make up for it. Then what is verified, then what could be settled;
// of two rejections the one that came further.
func (r *report) better(s *report) bool { return r.rank() > s.rank() }

func (r *report) rank() int {
	outcome, f := r.decide()
	switch {
	case outcome == Rejected && f.Check == CheckStatus && f.Certificate == 0:
		return 1000
	case outcome == Verified:
		return 900
	case outcome != Rejected:
		return 800 + order[f.Check]
	}
	return order[f.Check]
}

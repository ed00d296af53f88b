package verifier

// tokenOK reports whether a presentation of a verifiable credential is complete. Without a proof, or somebody to be, the
// credential would be its bearer's.
func (p *Presentation) tokenOK() bool {
	if p.Kind == Token {
		return p.Audience != "" && p.Nonce != ""
	}
	return (len(p.SignatureKey) > 0 || p.PathOnly) && (p.Audience == "") == (p.Nonce == "")
}

// several plans the checks of a vp with several credentials: of each as if it stood alone and named nobody. All are bound
// to the one key that signed the vp.
func (p *Plan) several(it *item, tokens []*vcToken) {
	whoever := *it.request.Presentation
	whoever.Expected, whoever.Discover, whoever.PathOnly = nil, false, true
	for _, t := range tokens {
		part := &item{base: it.base.extend(), request: request{Presentation: &whoever}, token: t}
		part.base.nameless = true
		// Also if the signature were to hold by both: each key says of it what it likes.
		if first := tokens[0].Holder; t.Holder != nil && first != nil && !sameKey(t.Holder, first.Public().Key) {
			part.base.fail(CheckHolder, CodeKeyMismatch, -1)
		}
		p.holder(part, t)
		p.issued(part, t)
		it.members = append(it.members, part)
	}
}

// concludeSeveral judges a vp with several credentials. Every one has to hold, and one that is revoked is never passed
// over. They are of one authority, and what they name they name together: of two authorities nothing says which one the
// identity is of, and the holder would choose by their order.
func (p *Plan) concludeSeveral(it *item) Verdict {
	r := it.base
	var revoked *Verdict
	var tokens []*vcToken
	known := true
	for _, part := range it.members {
		m := p.concludeToken(part)
		if v := m.verdict(); v.revocation != nil && (revoked == nil || v.code == CodeRevoked && revoked.code != CodeRevoked) {
			revoked = &v
		}
		r.merge(m)
		known = known && part.token.issuer != nil
		tokens = append(tokens, part.token)
	}
	if revoked != nil {
		return *revoked
	}
	if !known {
		return r.verdict()
	}
	for _, t := range tokens {
		if t.issuer.authority != tokens[0].issuer.authority {
			r.fail(CheckAuthority, CodeAmbiguousAuthority, -1)
			return r.verdict()
		}
	}
	if r.findings[CheckCredentialType].Result != Open { // what is not known may name what the others do not
		identify(tokens, it.request, r)
	}
	return r.verdict()
}

// merge takes the worst of each finding of a report about a credential that names nobody, and of what it rests on.
func (r *report) merge(m *report) {
	if _, f := m.decide(); f != nil { // also a check that nobody came to
		r.add(*f)
	}
	for _, f := range m.findings {
		if f.Check != 0 && f.Check != CheckIdentifier && f.Check != CheckExpected && f.Check != CheckScope {
			r.add(f)
		}
	}
	if m.freshness != nil {
		r.rest(*m.freshness)
	}
	r.lack(m.missing)
	r.historical = r.historical || m.historical
}

package verifier

// tokenOK reports whether a presentation of a verifiable credential is complete. Without a proof, or somebody to be, the
// credential would be its bearer's.
func (p *Presentation) tokenOK() bool {
	if p.Kind == Token {
		return p.Audience != "" && p.Nonce != ""
	}
	return (len(p.SignatureKey) > 0 || p.PathOnly) && (p.Audience == "") == (p.Nonce == "")
}

package verifier

import (
	"github.com/e2eid/e2eid/internal/hex"
	"github.com/e2eid/e2eid/signature"
)

// Conclude turns the host's answers into one verdict for each presentation, in their order. Answers that do not fit
// the checks make every verdict rejected(internal), and so does a second call.
func (p *Plan) Conclude(answers []signature.Answer) []Verdict {
	verdicts := make([]Verdict, len(p.items))
	spent := p.spent
	p.spent = true
	if spent || p.questions.answer(answers) != nil {
		return verdicts // the zero Verdict
	}
	p.remember()
	for i := range p.items {
		verdicts[i] = p.conclude(&p.items[i])
	}
	return verdicts
}

func (p *Plan) conclude(it *item) Verdict {
	p.answered(it)
	if it.bindings != nil {
		return p.concludeBindings(it)
	}
	if it.members != nil {
		return p.concludeSeveral(it)
	}
	if it.token != nil {
		return p.concludeToken(it).verdict()
	}
	if it.graph == nil {
		return it.base.verdict()
	}
	var best *report
	authorities := map[*authority]bool{} // that vouch, or might
	st := &statuses{p: p, g: it.graph, now: p.now}
	unsupported, exhausted := it.graph.paths(&p.questions, func(c path) {
		r := it.base.extend()
		p.judge(c, it, st, r)
		// One whose revocation data is withheld vouches too: withholding must not make another the only one.
		if outcome, _ := r.decide(); outcome != Rejected {
			authorities[c.authority()] = true
		}
		if best == nil || r.rank() > best.rank() {
			best = r
		}
	})
	for a := range unsupported {
		authorities[a] = true
	}
	switch {
	case best == nil:
		best = it.base
		p.noPath(it, len(unsupported) > 0, exhausted)
	case best.revokedEnd():
	case len(authorities) > 1:
		best.fail(CheckAuthority, CodeAmbiguousAuthority, -1)
	default:
		best.budget(st, exhausted)
	}
	return best.verdict()
}

// budget fails the best of several paths if there was more to look at: what was left out might have been another
// authority's path, or one that is revoked.
func (r *report) budget(st *statuses, exhausted bool) {
	switch {
	case exhausted:
		r.fail(CheckPath, CodeBudget, -1)
	case st.g.compared > maxComparisons:
		r.fail(CheckNames, CodeBudget, -1)
	case st.exhausted():
		r.fail(CheckCovered, CodeBudget, -1)
	}
}

// judge applies everything that does not need a signature to one path whose signatures hold.
func (p *Plan) judge(c path, it *item, st *statuses, r *report) {
	r.pass(CheckPath)
	c.validate(p.at, r, &it.graph.compared)
	c.identify(it.request, r)
	st.judge(c, r)
	r.pass(CheckAuthority)
	r.historical = r.historical || !c.validAt(p.now)
	r.doubtClock(it.early)
}

// noPath says why there is none.
func (p *Plan) noPath(it *item, unsupported, exhausted bool) {
	switch {
	case unsupported:
		it.base.open(CheckPath, CodeUnsupportedAlgorithm, -1)
	case exhausted, it.graph.deep:
		it.base.fail(CheckPath, CodeBudget, -1)
	case it.graph.forbidden:
		it.base.fail(CheckPath, CodeAlgorithmNotAllowed, -1)
	default:
		it.base.fail(CheckPath, CodeUntrustedIssuer, -1)
		it.base.missing = it.graph.unresolved()
	}
}

// unresolved names the issuers for which there was no candidate at all: presenting or configuring one of them might
// complete a path.
func (g *graph) unresolved() (missing []Missing) {
	for _, n := range g.nodes {
		if len(g.edges[n]) > 0 || n.cert.SelfIssued() {
			continue
		}
		missing = append(missing, Missing{MissingIntermediate, hex.String(n.cert.Issuer.Raw)})
	}
	return missing
}

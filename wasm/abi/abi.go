// Package abi is the boundary of the WebAssembly module: one byte buffer in, one out. docs/architecture.md has the
// operations and their bytes. The package needs no syscall/js, so that native tests and fuzzing reach all of it.
package abi

import (
	"encoding/binary"
	"time"

	"github.com/e2eid/e2eid/internal/strictjson"
	"github.com/e2eid/e2eid/signature"
	"github.com/e2eid/e2eid/verifier"
	"github.com/e2eid/e2eid/verifier/trust"
)

const (
	statusOK    = 0
	statusError = 1

	// Plans that are open at one time: a host that asks and never answers must not fill the memory.
	maxOpenPlans = 64
)

// A Module is one verifier and its open plans. It is not safe for concurrent use.
type Module struct {
	verifier *verifier.Verifier
	plans    map[uint32]*batch
	last     uint32 // the newest plan
}

// New returns a Module that waits to be configured.
func New() *Module { return &Module{plans: map[uint32]*batch{}} }

// An opError is what an operation reports.
type opError struct {
	code    verifier.Code
	message string
	more    []byte // members of the JSON that follow those
}

func refusal(code verifier.Code, message string) *opError {
	return &opError{code: code, message: message}
}

var errRequest = refusal(verifier.CodeInvalidRequest, "the request does not have the form of this operation")

// ops are the operations. Each returns dst with its result behind it, or an error.
var ops = map[string]func(*Module, *reader, []byte) ([]byte, *opError){
	"configure": (*Module).configure,
	"plan":      (*Module).plan,
	"conclude":  (*Module).conclude,
	"members":   (*Module).members,
	"bag":       (*Module).bag,
	"document":  (*Module).document,
	"head":      (*Module).head,
	"accept":    (*Module).accept,
	"install":   (*Module).install,
	"state":     (*Module).state,
	"restore":   (*Module).restore,
	"lists":     (*Module).lists,
	"hash":      (*Module).hash,
	"codes":     (*Module).codes,
}

// Dispatch runs one operation and appends the response to dst. It does not retain request, except for "plan", whose
// presentations must not change until they are concluded, and "bag", until there is another and the plans that were made
// with it are concluded. A panic is the error internal, and the module can be called again.
func (m *Module) Dispatch(dst []byte, op string, request []byte) (response []byte) {
	defer func() {
		if recover() != nil {
			response = appendError(dst, refusal(verifier.CodeInternal, "the module failed on this request"))
		}
	}()
	f := ops[op]
	if f == nil {
		return appendError(dst, refusal(verifier.CodeInvalidRequest, "no such operation"))
	}
	if m.verifier == nil && op != "configure" && op != "codes" {
		return appendError(dst, refusal(verifier.CodeInvalidRequest, "not configured yet"))
	}
	response, err := f(m, &reader{b: request}, append(dst, statusOK))
	if err != nil {
		return appendError(dst, err)
	}
	return response
}

func appendError(dst []byte, e *opError) []byte {
	out := append(append(dst, statusError), `{"code":`...)
	out = strictjson.AppendString(out, string(e.code))
	out = append(out, `,"message":`...)
	return append(append(strictjson.AppendString(out, e.message), e.more...), '}')
}

func (m *Module) configure(r *reader, dst []byte) ([]byte, *opError) {
	config := r.opaque()
	if !r.done() {
		return nil, errRequest
	}
	t, err := trust.Parse(config)
	if err != nil {
		return nil, refusal(verifier.CodeInvalidConfig, err.Error())
	}
	v, err := verifier.New(t.Trust)
	if err != nil {
		return nil, refusal(verifier.CodeInvalidConfig, err.Error())
	}
	*m = Module{verifier: v, plans: map[uint32]*batch{}, last: m.last}
	out := append(dst, `{"authorities":[`...)
	for i, a := range t.Authorities {
		out = append(strictjson.Comma(out, i), `{"id":`...)
		out = strictjson.AppendString(out, a.ID)
		out = append(out, `,"mirror":`...)
		out = append(strictjson.AppendString(out, t.Mirrors[a.ID]), '}')
	}
	out = append(out, `],"documents":[`...)
	for i, a := range t.Fetch {
		out = append(strictjson.Comma(out, i), `{"authority":`...)
		out = strictjson.AppendString(out, a.Authority)
		out = append(out, `,"issuer":`...)
		out = strictjson.AppendString(out, a.Issuer)
		out = append(out, `,"url":`...)
		out = append(strictjson.AppendString(out, a.URL), '}')
	}
	return append(out, ']', '}'), nil
}

func (m *Module) plan(r *reader, dst []byte) ([]byte, *opError) {
	at, now := time.Unix(r.int64(), 0).UTC(), time.Unix(r.int64(), 0).UTC()
	count := r.uint32()
	// The least a presentation takes bounds what is made room for.
	if r.bad || uint64(count) > uint64(len(r.b))/minPresentation {
		return nil, errRequest
	}
	if count > verifier.MaxPresentations {
		return nil, refusal(verifier.CodeBudget, "too many presentations for one plan")
	}
	presentations := make([]verifier.Presentation, count)
	for i := range presentations {
		readPresentation(r, &presentations[i])
	}
	if !r.done() {
		return nil, errRequest
	}
	plan := m.verifier.Plan(at, now, presentations)
	return m.open(dst, &batch{plan: plan}, plan.Checks())
}

// minPresentation is the size in bytes of a presentation without any content.
const minPresentation = 1 + 2 + 1 + 1 + 4 + 4 + 4 + 2 + 4 + 2

// Flags of a presentation.
const (
	flagAssured  = 1
	flagDiscover = 2
	flagGuessed  = 4
	flagPathOnly = 8
	flagProven   = 16
)

func readPresentation(r *reader, p *verifier.Presentation) {
	p.Kind = verifier.Kind(r.uint8())
	p.CipherSuite = suite(r)
	p.Carrier = verifier.Carrier(r.uint8())
	flags := r.uint8()
	p.Assured, p.Discover = flags&flagAssured != 0, flags&flagDiscover != 0
	p.Guessed, p.PathOnly = flags&flagGuessed != 0, flags&flagPathOnly != 0
	r.bad = r.bad || flags&^(flagAssured|flagDiscover|flagGuessed|flagPathOnly|flagProven) != 0
	p.GroupID = r.opaque()
	p.LeafIndex = r.uint32()
	p.SignatureKey = r.opaque()
	for range r.uint16() {
		if r.bad {
			return
		}
		p.Expected = append(p.Expected, string(r.opaque()))
	}
	p.Bytes = r.opaque()
	for range r.uint16() {
		if r.bad {
			return
		}
		p.Certificates = append(p.Certificates, r.opaque())
	}
	switch p.Kind {
	case verifier.Token, verifier.BareToken:
		p.Audience, p.Nonce = string(r.opaque()), string(r.opaque())
	case verifier.ChallengedCertificate, verifier.ChallengedToken:
		readChallenge(r, p)
	}
	if flags&flagProven != 0 {
		p.ProvenAt = r.int64()
	}
}

func (m *Module) conclude(r *reader, dst []byte) ([]byte, *opError) {
	_, b, answers, err := m.take(r)
	if err != nil {
		return nil, err
	}
	if b.plan == nil {
		return nil, errRequest
	}
	verdicts := b.plan.Conclude(answers)
	out := append(dst, '[')
	for i, v := range verdicts {
		out = v.AppendJSON(strictjson.Comma(out, i))
	}
	return append(out, ']'), nil
}

func (m *Module) members(r *reader, dst []byte) ([]byte, *opError) {
	s, group, tree := suite(r), r.opaque(), r.opaque()
	if !r.done() {
		return nil, errRequest
	}
	members, err := verifier.Members(tree, s, group)
	if err != nil {
		return nil, refusal(verifier.CodeMalformed, err.Error())
	}
	out := binary.BigEndian.AppendUint32(dst, uint32(len(members)))
	for _, p := range members {
		out = binary.BigEndian.AppendUint32(out, p.LeafIndex)
		guessed := byte(0)
		if p.Guessed {
			guessed = flagGuessed
		}
		out = append(out, guessed)
		out = appendOpaque(out, p.Bytes)
	}
	return out, nil
}

func (m *Module) codes(r *reader, dst []byte) ([]byte, *opError) {
	if !r.done() {
		return nil, errRequest
	}
	out := append(dst, `{"codes":[`...)
	for i, c := range verifier.Codes() {
		out = strictjson.AppendString(strictjson.Comma(out, i), string(c))
	}
	out = append(out, `],"checks":[`...)
	for i, c := range verifier.Checks() {
		out = strictjson.AppendString(strictjson.Comma(out, i), c.String())
	}
	out = append(out, `],"outcomes":[`...)
	for i, o := range []verifier.Outcome{verifier.Rejected, verifier.Undetermined, verifier.Unverified, verifier.Verified} {
		out = strictjson.AppendString(strictjson.Comma(out, i), o.String())
	}
	return append(out, ']', '}'), nil
}

// A batch is an open plan of one of two kinds.
type batch struct {
	plan   *verifier.Plan
	update *verifier.Update
	checks int
}

// open keeps the plan for its conclusion and returns its number and the checks for the host.
func (m *Module) open(dst []byte, b *batch, checks []signature.Check) ([]byte, *opError) {
	if len(m.plans) >= maxOpenPlans {
		return nil, refusal(verifier.CodeBudget, "too many plans are open")
	}
	b.checks = len(checks)
	m.last++
	m.plans[m.last] = b
	return signature.AppendBatch(binary.BigEndian.AppendUint32(dst, m.last), checks), nil
}

// take reads a plan's number and the host's answers, and forgets the plan. Answers that do not fit become answers that
// fit nothing, which every plan rejects.
func (m *Module) take(r *reader) (id uint32, b *batch, answers []signature.Answer, err *opError) {
	id = r.uint32()
	b = m.plans[id]
	if r.bad || b == nil {
		return 0, nil, nil, refusal(verifier.CodeInvalidRequest, "no such plan is open")
	}
	delete(m.plans, id)
	answers, bad := signature.ParseAnswers(r.b, b.checks)
	if bad != nil {
		answers = make([]signature.Answer, b.checks+1)
	}
	return id, b, answers, nil
}

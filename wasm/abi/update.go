package abi

import (
	"time"

	"github.com/e2eid/e2eid/credential/mls"
	"github.com/e2eid/e2eid/internal/hex"
	"github.com/e2eid/e2eid/internal/strictjson"
	"github.com/e2eid/e2eid/revocation"
	"github.com/e2eid/e2eid/verifier"
)

func suite(r *reader) mls.CipherSuite { return mls.CipherSuite(r.uint16()) }

func (m *Module) head(r *reader, dst []byte) ([]byte, *opError) {
	authority, now, head := string(r.opaque()), time.Unix(r.int64(), 0).UTC(), r.opaque()
	if !r.done() {
		return nil, errRequest
	}
	u, err := m.verifier.PlanHead(authority, head, now)
	if err != nil {
		return nil, revocationError(err)
	}
	return m.open(dst, &batch{update: u}, u.Checks())
}

// accept concludes a head and keeps its plan open, under the same number, for install.
func (m *Module) accept(r *reader, dst []byte) ([]byte, *opError) {
	id, b, answers, opErr := m.take(r)
	if opErr != nil {
		return nil, opErr
	}
	if b.update == nil {
		return nil, errRequest
	}
	if err := b.update.Conclude(answers); err != nil {
		return nil, revocationError(err)
	}
	if !b.update.Current() {
		m.plans[id] = b
	}
	h := b.update.Head()
	out := append(dst, `{"authority":`...)
	out = strictjson.AppendString(out, h.Authority())
	out = append(out, `,"number":`...)
	out = strictjson.AppendInt(out, int64(h.Number()))
	out = append(out, `,"current":`...)
	if b.update.Current() {
		out = append(out, "true"...)
	} else {
		out = append(out, "false"...)
	}
	out = append(out, `,"needed":[`...)
	for i, blob := range b.update.Needed() {
		out = append(strictjson.Comma(out, i), `{"sha256":"`...)
		out = hex.Append(out, blob.SHA256[:])
		out = append(out, `","size":`...)
		out = append(strictjson.AppendInt(out, int64(blob.Size)), '}')
	}
	return append(out, ']', '}'), nil
}

func (m *Module) install(r *reader, dst []byte) ([]byte, *opError) {
	id, count := r.uint32(), r.uint32()
	if r.bad || uint64(count) > uint64(len(r.b))/4 {
		return nil, errRequest
	}
	blobs := make([][]byte, count)
	for i := range blobs {
		blobs[i] = r.opaque()
	}
	b := m.plans[id]
	if !r.done() || b == nil || b.update == nil {
		return nil, errRequest
	}
	delete(m.plans, id)
	if err := b.update.Install(blobs); err != nil {
		return nil, revocationError(err)
	}
	body := b.update.Head().Body()
	out := append(dst, `{"authority":`...)
	out = strictjson.AppendString(out, body.Authority)
	out = strictjson.AppendInt(append(out, `,"number":`...), int64(body.Number))
	out = strictjson.AppendInt(append(out, `,"thisUpdate":`...), body.ThisUpdate.Unix())
	out = strictjson.AppendInt(append(out, `,"nextUpdate":`...), body.NextUpdate.Unix())
	return append(out, '}'), nil
}

func (m *Module) lists(r *reader, dst []byte) ([]byte, *opError) {
	authority := string(r.opaque())
	if !r.done() {
		return nil, errRequest
	}
	return m.verifier.Lists(dst, authority), nil
}

func (m *Module) state(r *reader, dst []byte) ([]byte, *opError) {
	if !r.done() {
		return nil, errRequest
	}
	return m.verifier.State(dst), nil
}

func (m *Module) restore(r *reader, dst []byte) ([]byte, *opError) {
	if err := m.verifier.RestoreState(append([]byte{}, r.b...)); err != nil { // not nil: an empty record is a damaged one
		return nil, revocationError(err)
	}
	return append(dst, "{}"...), nil
}

// hash tells which head of an equivocation this is. Nothing is checked but its form.
func (m *Module) hash(r *reader, dst []byte) ([]byte, *opError) {
	u, err := revocation.ParseHead(r.b)
	if err != nil {
		return nil, revocationError(err)
	}
	sum := u.Hash()
	return append(dst, sum[:]...), nil
}

func revocationError(err error) *opError {
	e := refusal(verifier.RevocationCode(err), err.Error())
	if two, ok := err.(*revocation.EquivocationError); ok { // errors.As would link reflection
		e.more = strictjson.AppendString(append(e.more, `,"authority":`...), two.Authority)
		e.more = strictjson.AppendInt(append(e.more, `,"number":`...), int64(two.Number))
		e.more = hex.Append(append(e.more, `,"held":"`...), two.HeldHash[:])
		e.more = append(hex.Append(append(e.more, `","got":"`...), two.GotHash[:]), '"')
	}
	return e
}

package mirror

import (
	"bytes"
	"context"
	"errors"
	"io"
	"time"

	"github.com/e2eid/e2eid/revocation"
)

// Accepted says what became of a head that was accepted.
type Accepted struct {
	Authority string
	Number    uint64
	Served    bool              // clients get it
	Changed   bool              // and did not before
	Missing   []revocation.Blob // what keeps it from being served

	thisUpdate, nextUpdate time.Time
}

// AcceptHead checks a head and serves it, or says which blobs it still lacks. A head that is served already is accepted
// again. The error is a [*Refusal]; then nothing has changed but the counters.
func (m *Mirror) AcceptHead(ctx context.Context, authority string, head []byte) (accepted Accepted, err error) {
	defer func() { m.count(ctx, authority, err, &accepted) }()
	a, err := m.authority(authority)
	if err != nil {
		return Accepted{}, err
	}
	u, err := revocation.ParseHead(head)
	if err != nil {
		return Accepted{}, refuse(headReason(err), err)
	}
	opened, err := open(u, a)
	if err != nil {
		return Accepted{}, refuse(headReason(err), err)
	}
	h, err := m.load(ctx, a)
	if err != nil {
		return Accepted{}, err
	}
	body := opened.Body()
	accepted = Accepted{Authority: authority, Number: body.Number, thisUpdate: body.ThisUpdate, nextUpdate: body.NextUpdate}
	now := m.now()
	if h.served != nil && h.served.Hash() == opened.Hash() {
		accepted.Served = true
		accepted.Missing, err = m.missing(ctx, named(body)) // whatever became of them
		// Signatures and proofs are not part of what is signed: others take the place of those before.
		if err == nil && !bytes.Equal(h.served.Bytes(), head) && h.state.Check(opened, now) == nil {
			err = m.serve(ctx, &h, body, head)
			accepted.Changed = err == nil
		}
		return accepted, err
	}
	if err := h.state.Check(opened, now); err != nil {
		m.keepEvidence(ctx, err)
		return Accepted{}, refuse(headReason(err), err)
	}
	lack := named(body)
	if h.served != nil {
		lack = without(lack, named(h.served.Body())) // what is served is there
	}
	if accepted.Missing, err = m.missing(ctx, lack); err != nil {
		return Accepted{}, err
	}
	if h.accepted == nil || h.accepted.Hash() != opened.Hash() {
		if err := m.retire(ctx, &h, opened); err != nil {
			return Accepted{}, err
		}
		if err := m.keep(ctx, &h, opened, now); err != nil {
			return Accepted{}, err
		}
	}
	if len(accepted.Missing) > 0 {
		return accepted, nil
	}
	if err := m.serve(ctx, &h, body, head); err != nil {
		return Accepted{}, err
	}
	accepted.Served, accepted.Changed = true, true
	return accepted, nil
}

// serve puts a head in the place of the one that is served.
func (m *Mirror) serve(ctx context.Context, h *held, body revocation.Body, head []byte) error {
	meta := Meta{ContentType: "application/octet-stream", Modified: body.ThisUpdate, ETag: ETag(head)}
	if err := m.store.Put(ctx, HeadKey(body.Authority), head, h.servedVersion, meta); err != nil {
		return refuse(storageReason(err), err)
	}
	return nil
}

// AcceptBlob stores a blob that the authority's served or accepted head names. size is what the sender announces, or
// negative. created is false if it was there: then nothing is read from body.
func (m *Mirror) AcceptBlob(ctx context.Context, authority, name string, size int64, body io.Reader) (created bool, err error) {
	defer func() { m.count(ctx, authority, err, nil) }()
	a, err := m.authority(authority)
	if err != nil {
		return false, err
	}
	h, err := m.load(ctx, a)
	if err != nil {
		return false, err
	}
	for _, b := range h.names() {
		if b.Name() == name {
			return m.acceptNamed(ctx, b, size, body)
		}
	}
	return false, refuse(ReasonNotNamed, nil)
}

func (m *Mirror) acceptNamed(ctx context.Context, b revocation.Blob, size int64, body io.Reader) (created bool, err error) {
	switch {
	case size < 0:
		return false, refuse(ReasonLength, nil)
	case uint64(size) > b.Size:
		return false, refuse(ReasonTooLarge, nil)
	case uint64(size) < b.Size:
		return false, refuse(ReasonLength, nil)
	}
	has, err := m.store.HasBlob(ctx, b)
	if err == nil && !has {
		err = m.store.PutBlob(ctx, b, body)
	}
	if err != nil {
		return false, refuse(storageReason(err), err)
	}
	return !has, nil
}

// keepEvidence keeps the head that contradicts one accepted: the authority, or a thief of its key, has signed both. The first
// one is kept. That it cannot be is no reason to answer otherwise.
func (m *Mirror) keepEvidence(ctx context.Context, err error) {
	if e := (*revocation.EquivocationError)(nil); errors.As(err, &e) {
		err := m.store.Put(ctx, evidenceKey+e.Authority, e.Got, Absent, Meta{ContentType: "application/octet-stream"})
		if err != nil && !errors.Is(err, ErrConflict) {
			m.log.Error("evidence not kept", "authority", e.Authority, "error", err)
		}
	}
}

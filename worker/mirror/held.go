package mirror

import (
	"context"
	"encoding/json"
	"errors"
	"time"

	"github.com/e2eid/e2eid/revocation"
	"github.com/e2eid/e2eid/signature/native"
)

// held is what a mirror has of one authority.
type held struct {
	served        *revocation.UnverifiedHead // nil: none
	servedVersion string
	accepted      *revocation.UnverifiedHead // the newest accepted; nil: none, or damaged
	acceptedAt    string                     // version of the object
	state         *revocation.State          // refuses what a client would refuse
}

// acceptedObject is the form of the object below acceptedKey. The record stays of use when the authority has changed its keys and
// the head no longer opens.
type acceptedObject struct {
	Record []byte `json:"record"` // of a revocation.State with this authority alone
	Head   []byte `json:"head"`
}

// The object holds a head in base64 and a little more.
const maxAcceptedSize = 2*revocation.MaxHeadSize + 4096

// load reads what there is of an authority. Objects that are damaged count as absent: what they guard against is also
// guarded against by every client, and a mirror that cannot mend itself would withhold for ever.
func (m *Mirror) load(ctx context.Context, a Authority) (h held, err error) {
	h.state = new(revocation.State)
	object, version, err := m.store.Get(ctx, acceptedKey+a.Authority, maxAcceptedSize)
	if err != nil && !errors.Is(err, ErrNotFound) {
		return h, refuse(storageReason(err), err)
	}
	h.acceptedAt = version
	var accepted acceptedObject
	if err == nil && json.Unmarshal(object, &accepted) == nil {
		if s, err := revocation.ParseState(accepted.Record); err == nil {
			h.state = s
		}
		h.accepted = parseOwn(accepted.Head, a.Authority)
	}
	head, version, err := m.store.Get(ctx, HeadKey(a.Authority), revocation.MaxHeadSize)
	if err != nil && !errors.Is(err, ErrNotFound) {
		return h, refuse(storageReason(err), err)
	}
	h.servedVersion = version
	if h.served = parseOwn(head, a.Authority); h.served != nil {
		// A folder that an authority's publisher has written has a head and no record of it.
		if opened, err := open(h.served, a); err == nil {
			h.state.Accept(opened, opened.ThisUpdate()) // refused if the record is newer
		}
	}
	return h, nil
}

// parseOwn returns a stored head, nil if it is none of this authority.
func parseOwn(head []byte, authority string) *revocation.UnverifiedHead {
	u, err := revocation.ParseHead(head)
	if err != nil || u.Body().Authority != authority {
		return nil
	}
	return u
}

// open checks the signatures of a head with the keys of its authority.
func open(u *revocation.UnverifiedHead, a Authority) (*revocation.Head, error) {
	plan, err := u.Plan(a.Signers)
	if err != nil {
		return nil, err
	}
	return plan.Open(native.Run(plan.Checks()))
}

// names returns the blobs that the served and the accepted head name.
func (h *held) names() []revocation.Blob {
	var names []revocation.Blob
	if h.served != nil {
		names = named(h.served.Body())
	}
	if h.accepted != nil {
		names = append(names, without(named(h.accepted.Body()), names)...)
	}
	return names
}

// keep writes the head as the newest accepted.
func (m *Mirror) keep(ctx context.Context, h *held, head *revocation.Head, now time.Time) error {
	state := new(revocation.State)
	// The record is of this head alone; what else the state held, this head has just been checked against.
	if err := state.Accept(head, now); err != nil {
		return refuse(headReason(err), err)
	}
	object, err := json.Marshal(acceptedObject{state.Append(nil), head.Bytes()})
	if err != nil {
		return refuse(ReasonInternal, err)
	}
	err = m.store.Put(ctx, acceptedKey+head.Authority(), object, h.acceptedAt, Meta{ContentType: "application/json"})
	if err != nil {
		return refuse(storageReason(err), err)
	}
	return nil
}

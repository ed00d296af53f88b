package verifier

import (
	"errors"
	"time"

	"github.com/e2eid/e2eid/revocation"
	"github.com/e2eid/e2eid/signature"
)

// ErrAuthority reports an authority that the trust configuration does not have.
var ErrAuthority = errors.New("verifier: no such authority")

// ErrSequence reports steps of an Update that were not taken in their order, or twice.
var ErrSequence = errors.New("verifier: steps of an update out of order")

// An Update is a head on its way to be used: planned, then signed by its authority and newer than what is held, then
// installed with its lists. Nothing that is held changes before the last step.
type Update struct {
	v    *Verifier
	a    *authority
	now  time.Time
	plan *revocation.HeadPlan
	head *revocation.Head // after Conclude

	delegates []delegate // in place of plan, if anchors or issuers delegate
	checks    []signature.Check
}

// PlanHead parses a head of an authority, as fetched from a mirror. Errors map to codes by [RevocationCode].
func (v *Verifier) PlanHead(authorityID string, head []byte, now time.Time) (*Update, error) {
	a := v.authorities[authorityID]
	if a == nil {
		return nil, ErrAuthority
	}
	u, err := revocation.ParseHead(head)
	if err != nil {
		return nil, err
	}
	if a.delegated {
		update := &Update{v: v, a: a, now: now}
		if err := update.planDelegates(u); err != nil {
			return nil, err
		}
		return update, nil
	}
	plan, err := u.Plan(revocation.Signers{Authority: a.id, Keys: a.keys, Threshold: a.threshold, Sequence: a.sequence})
	if err != nil {
		return nil, err
	}
	return &Update{v: v, a: a, now: now, plan: plan, checks: plan.Checks()}, nil
}

// Checks returns the signature checks to run. The host answers them in this order.
func (u *Update) Checks() []signature.Check { return u.checks }

// Conclude takes the answers. Without an error the head is the authority's and not older than what is held.
func (u *Update) Conclude(answers []signature.Answer) error {
	if u.head != nil {
		return ErrSequence
	}
	open := u.openDelegated
	if u.plan != nil {
		open = u.plan.Open
	}
	head, err := open(answers)
	if err != nil {
		return err
	}
	if err := u.a.disputes(head); err != nil {
		return err
	}
	if err := u.v.state.Check(head, u.now); err != nil {
		return err
	}
	u.head = head
	return nil
}

// disputes returns an error if there are two heads of this number; one of a lower number is a rollback. Of what was known by its
// hash alone, this may be the head.
func (a *authority) disputes(head *revocation.Head) error {
	d := a.dispute
	if d == nil || head.Number() != d.Number {
		return nil
	}
	switch head.Hash() {
	case d.HeldHash:
		d.Held = head.Bytes()
	case d.GotHash:
		d.Got = head.Bytes()
	}
	known := *d
	return &known
}

// Head returns the head, nil before Conclude.
func (u *Update) Head() *revocation.Head { return u.head }

// Current reports whether this head is the one in use.
func (u *Update) Current() bool {
	return u.head != nil && u.a.publication != nil && u.a.publication.Head().Hash() == u.head.Hash()
}

// Needed returns the blobs to fetch. It does not depend on whom the client has verified.
func (u *Update) Needed() []revocation.Blob {
	if u.head == nil || u.Current() {
		return nil
	}
	return u.head.Needed(u.a.base())
}

// base returns the lists that newer ones are made from: none after a delta has led elsewhere than the authority says, so
// that the next update takes whole lists.
func (a *authority) base() *revocation.Publication {
	if a.astray {
		return nil
	}
	return a.publication
}

func (u *Update) load(blobs [][]byte) (*revocation.Publication, error) {
	if len(blobs) == 1 && revocation.IsRecord(blobs[0]) {
		return u.head.Restore(blobs[0])
	}
	p, err := u.head.Load(u.a.base(), blobs)
	u.a.astray = errors.Is(err, revocation.ErrRoot)
	return p, err
}

// Install loads the blobs, or a record of [Verifier.Lists], and from then on judges by them, all or nothing.
func (u *Update) Install(blobs [][]byte) error {
	if u.head == nil {
		return ErrSequence
	}
	publication, err := u.load(blobs)
	if err != nil {
		return err
	}
	// Another update, or another tab's state, may have come between Conclude and Install: both check again.
	if err := u.a.disputes(u.head); err != nil {
		return err
	}
	if err := u.v.state.Accept(u.head, u.now); err != nil {
		return err
	}
	u.a.publication = publication
	return nil
}

// Lists appends a record of the lists that an authority is judged by, for keeping beside their head; nothing if there are none. An
// update to that head takes it for the blobs.
func (v *Verifier) Lists(dst []byte, authorityID string) []byte {
	a := v.authorities[authorityID]
	if a == nil || a.publication == nil {
		return dst
	}
	return a.publication.Append(dst)
}

// State appends the record of the newest heads accepted, for keeping: see package revocation.
func (v *Verifier) State(dst []byte) []byte { return v.state.Append(dst) }

// Head returns the newest head of an authority that was accepted, as it was received; nil if there is none, or only the record of
// the state is known.
func (v *Verifier) Head(authorityID string) []byte { return v.state.Head(authorityID) }

// RestoreState merges records that were kept, such as from before a restart or of another tab. Heads older than they are
// refused from then on, and data that is held and older is dropped. Errors are those of [revocation.RestoreState], whose slots
// these are; all that is whole is merged, whatever the error.
func (v *Verifier) RestoreState(slots ...[]byte) error {
	return revocation.MergeSlots(v.merge, slots...)
}

func (v *Verifier) merge(s *revocation.State) error {
	err := v.state.Merge(s)
	for _, a := range v.authorities {
		seen, ok := s.Seen(a.id)
		if !ok {
			continue
		}
		// What is held may be older than what is known to be there, of keys that were replaced, or be one of two stories: it is
		// not judged by any more.
		if p := a.publication; p != nil && (p.Head().Number() < seen.Number || p.Head().Sequence() < seen.Sequence) {
			a.publication = nil
		}
		// Also where nothing is held yet: of the two, ours would be taken when it comes.
		if ours, _ := v.state.Seen(a.id); ours.Number == seen.Number && ours.Hash != seen.Hash {
			a.publication = nil
			a.dispute = &revocation.EquivocationError{Authority: a.id, Number: seen.Number, HeldHash: ours.Hash, GotHash: seen.Hash,
				Held: v.state.Head(a.id), Got: s.Head(a.id)}
		}
	}
	return err
}

// RevocationCode returns the code of an error of [Verifier.PlanHead], [Update], or [Verifier.RestoreState].
func RevocationCode(err error) Code {
	switch err.(type) { // errors.As would link reflection
	case *revocation.RollbackError:
		return CodeRollback
	case *revocation.EquivocationError:
		return CodeEquivocation
	case *revocation.FastForwardError:
		return CodeFastForward
	}
	switch {
	case errors.Is(err, revocation.ErrFormat), errors.Is(err, revocation.ErrState), errors.Is(err, revocation.ErrSlot):
		return CodeMalformed
	case errors.Is(err, revocation.ErrMissing):
		return CodeRevocationUnavailable
	case errors.Is(err, revocation.ErrAlgorithm):
		return CodeUnsupportedAlgorithm
	case errors.Is(err, revocation.ErrVersion):
		return CodeUnsupportedCritical
	case errors.Is(err, revocation.ErrSigners), errors.Is(err, ErrAuthority):
		return CodeInvalidConfig
	case errors.Is(err, signature.ErrAnswers), errors.Is(err, ErrSequence):
		return CodeInternal
	}
	return CodeBadRevocation
}

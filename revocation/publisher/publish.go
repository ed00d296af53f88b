package publisher

import (
	"bytes"
	"cmp"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/e2eid/e2eid/revocation"
	"github.com/e2eid/e2eid/signature/native"
)

// ErrInput reports a publication that clients would refuse, or that takes back what an earlier one said.
var ErrInput = errors.New("publisher: publication cannot be made")

// A Publication is what an authority wants to say.
type Publication struct {
	// ThisUpdate is when it is made, NextUpdate when the next one will be there at the latest. Whole seconds count.
	ThisUpdate, NextUpdate time.Time
	Lists                  []List // in any order
	Serials                []SerialList
	// Certificates are certificates, DER, by which an anchor lets the signers sign lists; at most four. They are for
	// verifiers that are configured with anchors and not with keys.
	Certificates [][]byte
	// Delegations are tokens by which an issuer does so, see [Delegation]; at most four. They are for verifiers that are
	// configured with issuers of verifiable credentials and not with keys.
	Delegations [][]byte
	// Padding hides from who sees sizes alone how much is revoked: every blob and the head's body have one of a few sizes, this
	// one at least, of which each is at most a fourth more than the one before. It is a power of two from 64 to 2^17 bytes; 0 for
	// no padding. Of serial lists it also hides the numbers, from everybody: see package revocation, "Privacy".
	Padding uint64
	// After is the hash of the head that the lists were made from, for those who read what is published and add to it. If another
	// has come since, [ErrBusy] is the error: what that one suspends would be lost. Zero: the lists are from elsewhere.
	After [32]byte
	// Progress, if not nil, is told how much of each stage of the work is done; see [serial.Options] too. Calls come one at a time.
	Progress func(stage string, done, total int)
}

// progress tells Progress, if there is one.
func (p Publication) progress(stage string, done, total int) {
	if p.Progress != nil {
		p.Progress(stage, done, total)
	}
}

// A List is one index list of a Publication.
type List struct {
	ID     string // the URI that credentials name
	Issued uint64 // how many indexes have been allotted, 0 to Issued-1; it must never sink
	// Revoked holds everything that is revoked or, for reason CertificateHold, suspended now, in any order, not only what is
	// new. What is revoked stays so.
	Revoked []revocation.Entry
	// WithoutDetails leaves out reasons and times.
	WithoutDetails bool
	// Expires is when the last of the list's credentials has expired. From then on it may be left out. Zero: not stated.
	Expires time.Time
}

// built is a publication in bytes, and what it changes.
type built struct {
	head    *revocation.UnverifiedHead
	blobs   [][]byte
	changes changes
}

// build encodes and signs p as the publication after last (nil: the first), and opens it as a client would. If last
// already says the same under the same keys, it is what is built.
func (f *Folder) build(p Publication, last *revocation.UnverifiedHead, signers []Signer) (built, error) {
	body := revocation.Body{
		Authority:  f.authority,
		Number:     1,
		ThisUpdate: p.ThisUpdate.UTC().Truncate(time.Second),
		NextUpdate: p.NextUpdate.UTC().Truncate(time.Second),
	}
	class, err := paddingClass(p.Padding)
	if err != nil {
		return built{}, err
	}
	if err := f.checkDelegations(p, signers); err != nil {
		return built{}, err
	}
	var blobs [][]byte
	current := map[string][]revocation.Entry{}
	for i, l := range p.Lists {
		p.progress("index lists", i, len(p.Lists))
		entries := slices.Clone(l.Revoked)
		slices.SortFunc(entries, func(a, b revocation.Entry) int { return cmp.Compare(a.Index, b.Index) })
		list, b, err := revocation.EncodeList(l.ID, l.Issued, entries, !l.WithoutDetails)
		if err != nil {
			return built{}, fmt.Errorf("%w: list %q: %w", ErrInput, l.ID, err)
		}
		if !l.Expires.IsZero() {
			list.Expires = l.Expires.Unix()
		}
		b[0], list.Snapshot = padBlob(class, b[0])
		if len(b) > 1 {
			b[1], list.Details = padBlob(class, b[1])
		}
		current[l.ID] = entries
		body.Lists = append(body.Lists, list)
		blobs = append(blobs, b...)
	}
	if n := len(p.Lists); n > 0 {
		p.progress("index lists", n, n)
	}
	for _, l := range p.Serials {
		if l.Progress == nil && p.Progress != nil {
			l.Progress = func(stage string, done, total int) { p.Progress(l.ID+", "+stage, done, total) }
		}
		lists, b, err := f.buildSerial(l, last, class)
		if err != nil {
			return built{}, fmt.Errorf("%w: list %q: %w", ErrInput, l.ID, err)
		}
		body.Lists = append(body.Lists, lists...)
		blobs = append(blobs, b...)
	}
	slices.SortFunc(body.Lists, func(a, b revocation.List) int { return cmp.Compare(a.ID, b.ID) })
	proofs, err := f.proofs(p)
	if err != nil {
		return built{}, err
	}
	out := built{}
	var held *revocation.Publication
	if last != nil {
		before := last.Body()
		if err := follows(body, before); err != nil {
			return built{}, err
		}
		if same(body, before) && class == before.Padding() && signedBy(last, signers) && sameProofs(last, proofs) {
			if err := check(last, blobs, signers); err == nil {
				return built{head: last, blobs: blobs}, nil
			}
		}
		body.Number = before.Number + 1
		body.Previous = last.Hash()
		p.progress("compare and make deltas", 0, 1)
		held = f.load(last)
		if out.changes, err = changed(held, body.Lists, current); err != nil {
			return built{}, err
		}
		deltas, err := f.deltas(&body, out.changes, current, class)
		if err != nil {
			return built{}, err
		}
		blobs = append(blobs, deltas...)
	}
	p.progress("check", 0, 1)
	if class > 0 {
		if err := revocation.PadBody(&body, class); err != nil {
			return built{}, fmt.Errorf("%w: %w", ErrInput, err)
		}
	}
	signed, err := revocation.AppendBody(nil, body)
	if err != nil {
		return built{}, fmt.Errorf("%w: %w", ErrInput, err)
	}
	var signatures []revocation.Signature
	for _, s := range signers {
		sig, err := s.sign(signed)
		if err != nil {
			return built{}, err
		}
		signatures = append(signatures, sig)
	}
	head, err := revocation.AssembleHead(signed, signatures, proofs...)
	if err != nil {
		return built{}, fmt.Errorf("%w: %w", ErrInput, err)
	}
	if err := check(head, blobs, signers); err != nil {
		return built{}, fmt.Errorf("%w: %w", ErrInput, err)
	}
	if err := checkDelta(head, held, blobs); err != nil {
		return built{}, fmt.Errorf("%w: delta: %w", ErrInput, err)
	}
	p.progress("check", 1, 1)
	out.head, out.blobs = head, blobs
	return out, nil
}

// follows reports whether body can come after the publication before: clients refuse times that run back, and a list
// that covers fewer than it did would leave credentials without an answer.
func follows(body, before revocation.Body) error {
	if body.ThisUpdate.Before(before.ThisUpdate) {
		return fmt.Errorf("%w: thisUpdate %v is before that of the last publication, %v", ErrInput,
			body.ThisUpdate.Format(time.RFC3339), before.ThisUpdate.Format(time.RFC3339))
	}
	for _, old := range before.Lists {
		at := slices.IndexFunc(body.Lists, func(l revocation.List) bool { return l.ID == old.ID })
		if at < 0 {
			if old.Kind == revocation.KindIndex && (old.Expires == 0 || old.Expires > body.ThisUpdate.Unix()) {
				return fmt.Errorf("%w: list %q is missing, and not all of its credentials have expired", ErrInput, old.ID)
			}
			continue
		}
		switch l := body.Lists[at]; {
		case l.Kind != old.Kind:
			return fmt.Errorf("%w: list %q was of kind %v and is now %v", ErrInput, l.ID, old.Kind, l.Kind)
		case l.Kind == revocation.KindIndex && l.Covered < old.Covered:
			return fmt.Errorf("%w: list %q covered %d indexes and now %d", ErrInput, l.ID, old.Covered, l.Covered)
		case l.Kind == revocation.KindIndex && l.Revoked < old.Revoked:
			return fmt.Errorf("%w: list %q revoked %d indexes and now %d", ErrInput, l.ID, old.Revoked, l.Revoked)
		case l.IssuedBefore < old.IssuedBefore:
			return fmt.Errorf("%w: list %q covered certificates issued later than now", ErrInput, l.ID)
		}
	}
	return nil
}

// same reports whether two heads say the same, apart from where they stand in the row.
func same(a, b revocation.Body) bool {
	return a.ThisUpdate.Equal(b.ThisUpdate) && a.NextUpdate.Equal(b.NextUpdate) &&
		slices.Equal(a.Lists, b.Lists) && len(a.Extensions) == 0 &&
		!slices.ContainsFunc(b.Extensions, func(e revocation.Extension) bool { return e.Type != revocation.ExtensionPadding })
}

// sameProofs reports whether these stand behind a head, such as delegations, and no others.
func sameProofs(head *revocation.UnverifiedHead, proofs []revocation.Proof) bool {
	return slices.EqualFunc(head.Proofs(), proofs, func(a, b revocation.Proof) bool { return a.Type == b.Type && bytes.Equal(a.Data, b.Data) })
}

// signedBy reports whether exactly these signers have signed the head.
func signedBy(head *revocation.UnverifiedHead, signers []Signer) bool {
	signatures := head.Signatures()
	for _, sig := range signatures {
		if !slices.ContainsFunc(signers, func(s Signer) bool { return s.key.ID() == sig.KeyID }) {
			return false
		}
	}
	return len(signatures) == len(signers)
}

// check opens the head and loads the blobs as a client does at thisUpdate.
func check(head *revocation.UnverifiedHead, blobs [][]byte, signers []Signer) error {
	trusted := revocation.Signers{Authority: head.Body().Authority}
	for _, s := range signers {
		trusted.Keys = append(trusted.Keys, s.key)
	}
	plan, err := head.Plan(trusted)
	if err != nil {
		return err
	}
	opened, err := plan.Open(native.Run(plan.Checks()))
	if err != nil {
		return err
	}
	if err := new(revocation.State).Check(opened, head.Body().ThisUpdate); err != nil {
		return err
	}
	_, err = opened.Load(nil, blobs)
	return err
}

// Publish signs p with every signer and writes it as the publication after the last one. If the last one says the
// same under the same keys, it stays, and only what is missing of it is written. It returns the head that stands.
//
// The error wraps [ErrInput] if clients would refuse p or it takes back a revocation, and [ErrBusy] if another publisher is at
// work on the same authority, or has been since p.After. With the same folder and input, the same bytes are written if the keys sign deterministically, as those
// in memory do.
func (f *Folder) Publish(p Publication, signers ...Signer) (*revocation.UnverifiedHead, error) {
	unlock, err := lock(f.home())
	if err != nil {
		return nil, err
	}
	defer unlock()
	last, err := f.Last()
	if errors.Is(err, ErrNone) {
		last, err = nil, nil
	}
	if err != nil {
		return nil, err
	}
	if p.After != [32]byte{} && (last == nil || last.Hash() != p.After) {
		return nil, fmt.Errorf("%w: it has published since the lists were read", ErrBusy)
	}
	out, err := f.build(p, last, signers)
	if err != nil {
		return nil, err
	}
	p.progress("write files", 0, 1)
	memory, err := f.remember(p, out.head.Body(), last)
	if err != nil {
		return nil, err
	}
	if memory != nil {
		if err := f.writeMode(f.memoryFile(), f.memoryFile()+".new", memory, 0o600); err != nil {
			return nil, err
		}
	}
	if err := f.writeBlobs(out.blobs); err != nil {
		return nil, err
	}
	if last == nil || !bytes.Equal(last.Bytes(), out.head.Bytes()) {
		if err := f.writeChanges(out.head.Body().Number, out.changes); err != nil {
			return nil, err
		}
		if err := f.writeHead(out.head.Bytes()); err != nil {
			return nil, err
		}
	}
	p.progress("write files", 1, 1)
	return out.head, f.forgetChanges(out.head.Body().Number)
}

package revocation

import (
	"errors"
	"strconv"
)

// Errors of this package. Nothing of the bytes that caused one is used.
var (
	// ErrFormat reports bytes that are not the one encoding of a head, a list or details.
	ErrFormat = errors.New("revocation: malformed")
	// ErrVersion reports a head or a record that needs a newer version of this package: its version, the kind, flag or scheme
	// of a list, or an extension that must be understood.
	ErrVersion = errors.New("revocation: made for a newer version")
	// ErrSigners reports a configuration of signers that cannot be used.
	ErrSigners = errors.New("revocation: signers are misconfigured")
	// ErrAuthority reports a head of another authority than the one expected.
	ErrAuthority = errors.New("revocation: head of another authority")
	// ErrSignature reports a head that too few of the configured keys have signed.
	ErrSignature = errors.New("revocation: head is not signed by enough of the authority's keys")
	// ErrReplaced reports a head signed by keys that were replaced since: the configuration is older than what is remembered.
	ErrReplaced = errors.New("revocation: head is signed by keys that were replaced")
	// ErrAlgorithm reports a head that may be signed well, but in algorithms the host cannot check.
	ErrAlgorithm = errors.New("revocation: host cannot check enough of the head's signatures")
	// ErrBlob reports a blob that the head does not name: altered, of another head, or of another authority.
	ErrBlob = errors.New("revocation: blob is not named by the head")
	// ErrMissing reports that a blob the head names is not there.
	ErrMissing = errors.New("revocation: blob is missing")
	// ErrRoot reports a list that is not the set whose root the head has.
	ErrRoot = errors.New("revocation: list does not have the root of the head")
	// ErrFull reports that a state holds as many authorities as it can.
	ErrFull = errors.New("revocation: state holds too many authorities")
	// ErrState reports a record that is damaged, such as by a write that was cut off.
	ErrState = errors.New("revocation: state record is damaged or incomplete")
	// ErrSlot reports that a slot of the state is damaged: what was written before, to the other one, is used in its place.
	ErrSlot = errors.New("revocation: a slot of the state is damaged, an older one is used")
)

// A detailError is one of the errors above with the reason.
type detailError struct {
	class error
	why   string
}

func (e *detailError) Error() string { return e.class.Error() + ": " + e.why }
func (e *detailError) Unwrap() error { return e.class }

func malformed(why string) error   { return &detailError{ErrFormat, why} }
func unsupported(why string) error { return &detailError{ErrVersion, why} }

// A RollbackError reports a head, signed by its authority, that is older than one already accepted.
type RollbackError struct {
	Authority string
	Got, Held uint64 // numbers
}

func (e *RollbackError) Error() string {
	return "revocation: got head " + strconv.FormatUint(e.Got, 10) + " of " + e.Authority +
		", already accepted " + strconv.FormatUint(e.Held, 10)
}

// An EquivocationError reports that an authority has signed two heads of one number: that it, or a thief of its key,
// tells different people different things.
type EquivocationError struct {
	Authority string
	Number    uint64 // of which there are two
	HeldHash  [32]byte
	GotHash   [32]byte // of head Number as Got is or says it
	// Held and Got are the heads as they were received, for whoever investigates. Held is nil if only its hash is
	// remembered. Got has number Number, or Number+1 and another head than Held before it.
	Held, Got []byte
}

func (e *EquivocationError) Error() string {
	return "revocation: authority " + e.Authority + " has signed two heads of number " + strconv.FormatUint(e.Number, 10)
}

// A FastForwardError reports a head, signed by its authority, whose number or times run ahead, so that accepting it
// would shut out the heads that come after it or keep an old one fresh for too long.
type FastForwardError struct {
	Authority              string
	Number                 uint64
	ThisUpdate, NextUpdate int64 // Unix seconds
	why                    string
}

func (e *FastForwardError) Error() string {
	return "revocation: head " + strconv.FormatUint(e.Number, 10) + " of " + e.Authority + " runs ahead: " + e.why
}

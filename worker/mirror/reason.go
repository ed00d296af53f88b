package mirror

import (
	"errors"
	"net/http"

	"github.com/e2eid/e2eid/revocation"
)

// A Reason says why something was refused. The set is closed; the values never change.
type Reason string

const (
	ReasonQuery            Reason = "query"             // an address with a query
	ReasonNotFound         Reason = "not_found"         // no such address, or nothing is there
	ReasonMethod           Reason = "method"            // not a method of this address
	ReasonCondition        Reason = "condition"         // a condition of the request does not hold
	ReasonRange            Reason = "range"             // a range that begins after the end
	ReasonToken            Reason = "token"             // no push token, or a wrong one
	ReasonUnknownAuthority Reason = "unknown_authority" // none of the configuration
	ReasonLength           Reason = "length"            // no Content-Length, or another than the named size
	ReasonTooLarge         Reason = "too_large"
	ReasonEncoding         Reason = "encoding" // a body with a Content-Encoding
	ReasonSlow             Reason = "slow"     // the body did not arrive in time
	ReasonCut              Reason = "cut"      // the body ended too soon
	ReasonMalformed        Reason = "malformed"
	ReasonVersion          Reason = "version" // made for a newer mirror
	ReasonOtherAuthority   Reason = "other_authority"
	ReasonSignature        Reason = "bad_signature"
	ReasonReplaced         Reason = "replaced_keys" // signed by keys that others have replaced
	ReasonRollback         Reason = "rollback"
	ReasonEquivocation     Reason = "equivocation"
	ReasonFastForward      Reason = "fast_forward"
	ReasonNotNamed         Reason = "not_named" // a blob that no accepted head of the authority names
	ReasonMismatch         Reason = "mismatch"  // a blob that is not what its name says
	ReasonBusy             Reason = "busy"      // another push or pull is at work
	ReasonOrigin           Reason = "origin"    // the origin did not deliver
	ReasonStorage          Reason = "storage"
	ReasonInternal         Reason = "internal"
)

// reasons has each Reason with its HTTP status and what a person is told.
var reasons = map[Reason]struct {
	status int
	detail string
}{
	ReasonQuery:            {http.StatusBadRequest, "addresses here have no query"},
	ReasonNotFound:         {http.StatusNotFound, "there is nothing at this address"},
	ReasonMethod:           {http.StatusMethodNotAllowed, "this address does not take this method"},
	ReasonCondition:        {http.StatusPreconditionFailed, "a condition of the request does not hold"},
	ReasonRange:            {http.StatusRequestedRangeNotSatisfiable, "the range begins after the end"},
	ReasonToken:            {http.StatusUnauthorized, "a push needs the push token"},
	ReasonUnknownAuthority: {http.StatusNotFound, "this mirror does not serve the authority"},
	ReasonLength:           {http.StatusLengthRequired, "the Content-Length is not there, or not the size that the head names"},
	ReasonTooLarge:         {http.StatusRequestEntityTooLarge, "the body is larger than may be put here"},
	ReasonEncoding:         {http.StatusUnsupportedMediaType, "the body is to be sent as it is, without a Content-Encoding"},
	ReasonSlow:             {http.StatusRequestTimeout, "the body did not arrive in time"},
	ReasonCut:              {http.StatusBadRequest, "the body ended too soon"},
	ReasonMalformed:        {http.StatusUnprocessableEntity, "the body is not of the form expected"},
	ReasonVersion:          {http.StatusUnprocessableEntity, "the head is made for a newer mirror"},
	ReasonOtherAuthority:   {http.StatusUnprocessableEntity, "the head is another authority's"},
	ReasonSignature:        {http.StatusForbidden, "too few of the authority's keys have signed the head"},
	ReasonReplaced:         {http.StatusForbidden, "the keys that signed the head have been replaced"},
	ReasonRollback:         {http.StatusConflict, "a head of a higher number has been accepted"},
	ReasonEquivocation:     {http.StatusConflict, "another head of this number has been accepted"},
	ReasonFastForward:      {http.StatusUnprocessableEntity, "number or times of the head run ahead"},
	ReasonNotNamed:         {http.StatusConflict, "no accepted head of the authority names this blob"},
	ReasonMismatch:         {http.StatusUnprocessableEntity, "the body is not what its name says"},
	ReasonBusy:             {http.StatusServiceUnavailable, "another push or pull is at work; try again"},
	ReasonOrigin:           {http.StatusBadGateway, "the origin did not deliver"},
	ReasonStorage:          {http.StatusServiceUnavailable, "the storage failed; try again"},
	ReasonInternal:         {http.StatusInternalServerError, "the mirror failed"},
}

// Status returns the HTTP status that goes with the reason.
func (r Reason) Status() int {
	if e, ok := reasons[r]; ok {
		return e.status
	}
	return http.StatusInternalServerError
}

// Detail returns one sentence for a person.
func (r Reason) Detail() string { return reasons[r].detail }

// A Refusal is an error with its Reason. Nothing that is served has changed.
type Refusal struct {
	Reason Reason
	Err    error // what led to it; may be nil, and is not told to whoever asked
}

func (e *Refusal) Error() string {
	if e.Err == nil {
		return "mirror: " + string(e.Reason)
	}
	return "mirror: " + string(e.Reason) + ": " + e.Err.Error()
}

func (e *Refusal) Unwrap() error { return e.Err }

func refuse(r Reason, err error) error { return &Refusal{r, err} }

// ReasonOf returns the Reason of an error of this package, and ReasonInternal for any other that is not nil.
func ReasonOf(err error) Reason {
	if refusal := (*Refusal)(nil); errors.As(err, &refusal) {
		return refusal.Reason
	}
	return ReasonInternal
}

// headReason gives an error of package revocation its Reason.
func headReason(err error) Reason {
	switch err.(type) {
	case *revocation.RollbackError:
		return ReasonRollback
	case *revocation.EquivocationError:
		return ReasonEquivocation
	case *revocation.FastForwardError:
		return ReasonFastForward
	}
	switch {
	case errors.Is(err, revocation.ErrVersion):
		return ReasonVersion
	case errors.Is(err, revocation.ErrFormat):
		return ReasonMalformed
	case errors.Is(err, revocation.ErrAuthority):
		return ReasonOtherAuthority
	case errors.Is(err, revocation.ErrReplaced):
		return ReasonReplaced
	case errors.Is(err, revocation.ErrSignature):
		return ReasonSignature
	}
	return ReasonInternal
}

// storageReason gives an error of a Store its Reason.
func storageReason(err error) Reason {
	switch {
	case errors.Is(err, ErrConflict):
		return ReasonBusy
	case errors.Is(err, ErrMismatch):
		return ReasonMismatch
	case errors.Is(err, ErrSlow):
		return ReasonSlow
	case errors.Is(err, ErrCut):
		return ReasonCut
	}
	return ReasonStorage
}

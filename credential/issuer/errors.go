package issuer

import (
	"errors"
	"fmt"
)

var (
	// ErrRequest reports bytes that are not a certification request this package reads.
	ErrRequest = errors.New("issuer: malformed request")
	// ErrPossession reports a request that its own key has not signed.
	ErrPossession = errors.New("issuer: no proof of possession")
	// ErrWeakKey reports a key or signature algorithm that this package does not certify.
	ErrWeakKey = errors.New("issuer: key or algorithm is weak or unknown")
	// ErrAccount reports an Account that no certificate can be made from.
	ErrAccount = errors.New("issuer: invalid account")
	// ErrValidity reports a wish for a validity that is negative or above the maximum.
	ErrValidity = errors.New("issuer: validity out of bounds")
)

// A NotOwnedError reports a request that asks for a name which its account does not own.
type NotOwnedError struct {
	Account string
	Name    string // a URI as requested, or a kind of name and its value, such as "dNSName example.com"
}

func (e *NotOwnedError) Error() string {
	return fmt.Sprintf("issuer: account %q does not own %q", e.Account, e.Name)
}

func wrap(err error, why string) error { return fmt.Errorf("%w: %s", err, why) }

package challenge

import (
	"bytes"
	"errors"
	"io"
)

// Errors of [Ask] and [Pending.Take].
var (
	ErrChallenge = errors.New("challenge: a part is missing or out of its bounds")
	ErrSpent     = errors.New("challenge: already answered")
)

// nonceSize is that of the nonces [Ask] makes.
const nonceSize = 32

// A Pending challenge waits for its one answer. It is not safe for concurrent use. It is not for keeping: after a restart
// the verifier asks anew.
type Pending struct {
	challenge Challenge
	spent     bool
}

// Ask makes a challenge with a fresh nonce from random, which must be a secure source such as crypto/rand.Reader. c has
// the other parts, of which a copy is kept, and no nonce; who the presenter is may still be unknown. The error is that of random, or
// [ErrChallenge].
func Ask(random io.Reader, c Challenge) (*Pending, error) {
	if c.Nonce != nil {
		return nil, ErrChallenge
	}
	c.Nonce = make([]byte, nonceSize)
	if _, err := io.ReadFull(random, c.Nonce); err != nil {
		return nil, err
	}
	for _, b := range [...]*[]byte{&c.Session, &c.Verifier.IdentityKey, &c.Presenter.IdentityKey} {
		*b = bytes.Clone(*b)
	}
	known := c
	if known.Presenter.Identifier == "" {
		known.Presenter.Identifier = c.Verifier.Identifier
	}
	if !known.Valid() {
		return nil, ErrChallenge
	}
	return &Pending{challenge: c}, nil
}

// Nonce returns what is sent to the presenter. It must not be changed.
func (p *Pending) Nonce() []byte { return p.challenge.Nonce }

// Take returns the challenge to verify the one answer with. presenter is the identifier that the answer was made under;
// it must be the one asked for, if one was. Whatever comes of the answer, the challenge is spent: the error of a second
// call is [ErrSpent]. That of another presenter is [ErrChallenge].
func (p *Pending) Take(presenter string) (*Challenge, error) {
	if p.spent {
		return nil, ErrSpent
	}
	p.spent = true
	c := p.challenge
	if c.Presenter.Identifier != "" && c.Presenter.Identifier != presenter {
		return nil, ErrChallenge
	}
	c.Presenter.Identifier = presenter
	if !c.Valid() {
		return nil, ErrChallenge
	}
	return &c, nil
}

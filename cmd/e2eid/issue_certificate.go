package main

import (
	"bytes"
	"encoding/pem"
	"errors"
	"fmt"
	"io"
	"time"

	"github.com/e2eid/e2eid/credential/issuer"
	"github.com/e2eid/e2eid/credential/name"
	"github.com/e2eid/e2eid/signature/native"
	"github.com/e2eid/e2eid/verifier"
)

// maxRequest bounds a file with a request for a certificate, in bytes: what package issuer takes, as text.
const maxRequest = 512 << 10

// A certifying is what the flags of issue say of a certificate alone.
type certifying struct {
	authority string // folder
	account   issuer.Account
}

// certificateFlags are those flags, and commonFlags what goes with every kind.
var (
	certificateFlags = []string{"authority", "account", "name", "display-name", "organization"}
	commonFlags      = []string{"kind", "from", "for"}
)

func (c *certifying) check() error {
	if c.authority == "" || c.account.ID == "" || len(c.account.Names) == 0 {
		return usageError("-kind certificate takes -authority, -account, -name, -for and one file of a REQUEST, or - for standard input")
	}
	for _, s := range c.account.Names {
		if err := checkIdentifier("-name", s); err != nil {
			return err
		}
	}
	return nil
}

// run returns the certificate and that of the authority which signed it, in PEM. That it is issued, and its index, is on disk
// before.
func (c *certifying) run(file string, from time.Time, lasts time.Duration, stdin io.Reader, stderr io.Writer) (chain []byte, err error) {
	b, err := readInput(file, stdin, maxRequest)
	if err != nil {
		return nil, err
	}
	ders, _, err := dersIn(b, "CERTIFICATE REQUEST")
	if err != nil {
		return nil, err
	}
	if len(ders) != 1 {
		return nil, fmt.Errorf("there are %d requests, not one", len(ders))
	}
	a, err := issuer.Open(c.authority, func() time.Time { return from })
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, a.Inventory().Close()) }()
	issued, err := a.Issue(issuer.Request{Account: c.account, PKCS10: ders[0], For: lasts})
	if err != nil {
		return nil, err
	}
	if err := judgeIssued(a, issued, from); err != nil {
		return nil, err
	}
	fmt.Fprintf(stderr, "e2eid: index %d of list %s\n", issued.Record.Index, text(issued.Record.List))
	for _, der := range [][]byte{issued.Certificate, a.Intermediate()} {
		chain = append(chain, pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der})...)
	}
	return bytes.TrimSpace(chain), nil
}

// judgeIssued verifies a certificate as whoever trusts the authority's root does. Of its status nothing is published yet.
func judgeIssued(a *issuer.Authority, issued *issuer.Issued, at time.Time) error {
	scope, err := name.ParseScope([]string{"*"})
	if err != nil {
		return err
	}
	v, err := verifier.New(verifier.Trust{Authorities: []verifier.Authority{
		{ID: rootsID, Scope: scope, Anchors: [][]byte{a.Root()}, Status: verifier.StatusUncheckedUnsafe},
	}})
	if err != nil {
		return err
	}
	plan := v.Plan(at, at, []verifier.Presentation{{
		Kind: verifier.Certificate, Bytes: issued.Certificate, Certificates: [][]byte{a.Intermediate()}, Expected: issued.Record.Names,
	}})
	if verdict := plan.Conclude(native.Run(plan.Checks()))[0]; verdict.Outcome() != verifier.Verified {
		return fmt.Errorf("the certificate would be %s(%s) and is not given out", verdict.Outcome(), verdict.Code())
	}
	return nil
}

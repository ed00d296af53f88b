package main

import (
	"bytes"
	"fmt"
	"io"
	"time"

	"github.com/e2eid/e2eid/credential/issuer"
	"github.com/e2eid/e2eid/credential/sdjwt"
)

func init() {
	commands["present"] = command{"add a holder's key binding to an SD-JWT", runPresent}
}

// A presenting is what the flags of present say.
type presenting struct {
	key, alg        string
	audience, nonce string
	disclosed       []string
	at              time.Time
	file            string
}

func runPresent(args []string, stdin io.Reader, stdout, stderr io.Writer) int {
	var p presenting
	flags := newFlags("present", "-key FILE -audience TEXT -nonce TEXT [flag]... FILE|-", stderr)
	flags.StringVar(&p.key, "key", "", "`file` with the private key that the credential is bound to, PEM or JWK")
	flags.StringVar(&p.alg, "alg", "", "JWS `algorithm` of that key; the one of its kind if left out")
	flags.StringVar(&p.audience, "audience", "", "for whom it is, a `text`")
	flags.StringVar(&p.nonce, "nonce", "", "what the verifier has asked with, a `text`")
	stringsFlag(flags, &p.disclosed, "disclose", "a `claim` to show of those that can be withheld; may be repeated; all others are withheld")
	timeFlag(flags, &p.at, "at", "`time` (RFC 3339, or Unix seconds) at which it is presented; the clock if left out")
	if status, ok := parseFlags(flags, args); !ok {
		return status
	}
	fail := func(err error) int { return failure(stderr, "present", err) }
	if p.key == "" || p.audience == "" || p.nonce == "" || flags.NArg() != 1 {
		return fail(usageError("present takes -key, -audience, -nonce and one FILE, or - for standard input"))
	}
	if p.at.IsZero() {
		p.at = time.Now()
	}
	p.file = flags.Arg(0)
	token, err := p.run(stdin)
	if err == nil {
		_, err = fmt.Fprintln(stdout, token)
	}
	if err != nil {
		return fail(err)
	}
	return exitOK
}

// run returns the presentation.
func (p *presenting) run(stdin io.Reader) (string, error) {
	key, alg, err := readSigningKey(p.key, p.alg)
	if err != nil {
		return "", err
	}
	b, err := readInput(p.file, stdin, sdjwt.MaxBytes)
	if err != nil {
		return "", err
	}
	disclosed, err := issuer.Disclose(string(bytes.TrimSpace(b)), p.disclosed)
	if err != nil {
		return "", err
	}
	return issuer.Present(disclosed, alg, key, p.audience, p.nonce, p.at)
}

package main

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"time"

	"github.com/e2eid/e2eid/credential/mls"
	"github.com/e2eid/e2eid/credential/name"
	"github.com/e2eid/e2eid/signature/native"
	"github.com/e2eid/e2eid/verifier"
	"github.com/e2eid/e2eid/verifier/trust"
)

func init() {
	commands["verify"] = command{"judge a KeyPackage, LeafNode, certificate or verifiable credential", runVerify}
}

// Exit statuses of verify beside exitUsage.
var outcomeStatus = map[verifier.Outcome]int{
	verifier.Verified:     exitOK,
	verifier.Rejected:     1,
	verifier.Undetermined: 3,
	verifier.Unverified:   4,
}

// A question is what the flags of verify say.
type question struct {
	trust        string // file
	roots        roots  // instead of it
	bag          []string
	documents    []string
	revocation   []string
	state        string // file, "" for none
	holder       string // likewise, with the key that SignatureKey is then
	at, now      time.Time
	presentation verifier.Presentation
	challenge    challengeQuestion
	asJSON       bool
	file         string
}

// kinds and carriers are the values of flags.
var (
	kinds = map[string]verifier.Kind{"keypackage": verifier.KeyPackage, "leafnode": verifier.LeafNode, "certificate": verifier.Certificate,
		"token": verifier.Token, "bare-token": verifier.BareToken, "challenge": verifier.ChallengedCertificate}

	carriers = map[string]verifier.Carrier{
		"key_package": verifier.InKeyPackage, "update": verifier.InUpdate, "commit": verifier.InCommit, "tree": verifier.InTree,
	}
)

func runVerify(args []string, stdin io.Reader, stdout, stderr io.Writer) int {
	var q question
	p := &q.presentation
	flags := newFlags("verify", "-trust FILE|(-root FILE)...|(-jwks FILE)... (-expect ID)...|-discover|-path [flag]... FILE|-", stderr)
	flags.StringVar(&q.trust, "trust", "", "trust configuration, a JSON `file` (docs/trust.md)")
	rootFlags(flags, &q.roots)
	stringsFlag(flags, &q.bag, "bag", "a `file` with certificates, CRLs and OCSP responses that may help, PEM or one of them, a status list or assertion, or issuers' keys that are signed; may be repeated")
	stringsFlag(flags, &q.documents, "issuer-document", "`ID=FILE`: the document of an issuer's keys, that you have fetched when the file was written; may be repeated, the second of an issuer is the JWK Set that the first links to")
	stringsFlag(flags, &p.Expected, "expect", "the `identifier` that is expected; may be repeated, each must be presented")
	flags.BoolVar(&p.Discover, "discover", false, "expect nobody: say who it is")
	flags.BoolVar(&p.PathOnly, "path", false, "whomever a certificate or token names: say whether it is valid")
	timeFlag(flags, &q.at, "at", "the `time` (RFC 3339, or Unix seconds) to judge validity for, and a token's proof; default: that of -now")
	timeFlag(flags, &q.now, "now", "the `time` to judge revocation data for; default: the clock")
	kind := flags.String("kind", "keypackage", "what the input is: keypackage, leafnode, certificate, token (a verifiable credential with its holder's proof), bare-token, or challenge (a certificate or token that answers one)")
	flags.StringVar(&p.Audience, "audience", "", "whom a token's proof must be made for, a `text`")
	flags.StringVar(&p.Nonce, "nonce", "", "what a token's proof must answer, a `text`; of a challenge in hex")
	q.challenge.flags(flags, p)
	uintFlag(flags, func(v uint64) { p.CipherSuite = mls.CipherSuite(v) }, 16, "cipher-suite",
		"the group's cipher suite, a `number`; needed with a LeafNode")
	carrier := flags.String("carrier", "", "where a LeafNode was found: key_package, update, commit or tree")
	hexFlag(flags, &p.GroupID, "group-id", "group that a LeafNode was signed for, in `hex`")
	uintFlag(flags, func(v uint64) { p.LeafIndex = uint32(v) }, 32, "leaf-index", "leaf that a LeafNode was signed for, a `number`")
	hexFlag(flags, &p.SignatureKey, "signature-key", "the key that the protocol uses for this member, in `hex`")
	flags.StringVar(&q.holder, "holder", "", "instead of -signature-key: a `file` with that key, as JWK or PEM")
	flags.BoolVar(&p.Assured, "assured", false, "this member has shown an authority's credential before")
	stringsFlag(flags, &q.revocation, "revocation", "revocation data: the `folder` of a mirror, or a head in one; may be repeated")
	flags.StringVar(&q.state, "state", "", "`file` that remembers the newest heads, so that older ones are refused")
	flags.BoolVar(&q.asJSON, "json", false, "write the verdict as JSON instead of a card")
	if status, ok := parseFlags(flags, args); !ok {
		return status
	}
	err := q.check(*kind, *carrier, flags.Args())
	if err == nil {
		var status int
		if status, err = q.run(stdin, stdout, stderr); err == nil {
			return status
		}
	}
	return failure(stderr, "verify", err)
}

// check completes the question. What it refuses, the verifier would call rejected(invalid_request): a mistake of the
// caller must not look like a verdict about the presentation.
func (q *question) check(kind, carrier string, files []string) error {
	p := &q.presentation
	var ok bool
	if p.Kind, ok = kinds[kind]; !ok {
		return usageError("-kind is keypackage, leafnode, certificate, token, bare-token or challenge")
	}
	if kind == "challenge" {
		if err := q.challenge.complete(p); err != nil {
			return err
		}
	} else if q.challenge.used(p) {
		return usageError("-role, -session, -verifier, -verifier-key, -presenter-key and -signature go with -kind challenge")
	}
	asked := 0
	for _, set := range []bool{len(p.Expected) > 0, p.Discover, p.PathOnly} {
		if set {
			asked++
		}
	}
	if p.Carrier, ok = carriers[carrier]; !ok && carrier != "" {
		return usageError("-carrier is key_package, update, commit or tree")
	}
	switch {
	case (q.trust == "") == !q.roots.trusted():
		return usageError("verify needs one of -trust, -root and, for tokens, -jwks or -issuer")
	case len(q.roots.files) > 0 && len(q.roots.issuer.files) > 0:
		return usageError("the keys of an issuer come from -jwks or, in x5c, from below a -root: not both")
	case !isToken(p.Kind) && q.roots.issuer.set():
		return usageError("-jwks, -issuer and -identifier go with -kind token and bare-token")
	case q.trust != "" && q.roots.set():
		return usageError("-eku, -policy, -status, -identifier and the like go with -root or -jwks; with -trust the configuration says it")
	case len(files) != 1:
		return usageError("verify takes one FILE, or - for standard input")
	case asked != 1:
		return usageError("verify needs one of -expect, -discover and -path")
	case p.PathOnly && p.Kind != verifier.Certificate && p.Kind != verifier.Token && p.Kind != verifier.BareToken:
		return usageError("-path goes with -kind certificate, token and bare-token")
	case p.CipherSuite != 0 && isCertificate(p.Kind), p.CipherSuite != 0 && isToken(p.Kind):
		return usageError("a certificate or token has no cipher suite")
	case !isToken(p.Kind) && p.Audience+p.Nonce != "":
		return usageError("-audience and -nonce go with -kind token and bare-token")
	case (p.Audience == "") != (p.Nonce == ""), p.Kind == verifier.Token && p.Nonce == "":
		return usageError("a token needs -audience and -nonce, a bare token both or neither")
	case q.holder != "" && len(p.SignatureKey) > 0:
		return usageError("-holder and -signature-key say the same")
	case p.Kind == verifier.BareToken && len(p.SignatureKey) == 0 && q.holder == "" && !p.PathOnly:
		return usageError("a bare token needs -holder or -signature-key, or -path")
	case p.Kind == verifier.LeafNode && (p.CipherSuite == 0 || p.Carrier == 0):
		return usageError("a LeafNode needs -cipher-suite and -carrier")
	case p.Kind != verifier.LeafNode && (p.Carrier != 0 || len(p.GroupID) > 0 || p.LeafIndex != 0):
		return usageError("-carrier, -group-id and -leaf-index are for a LeafNode")
	}
	q.file = files[0]
	for _, s := range p.Expected {
		if err := checkIdentifier("-expect", s); err != nil {
			return err
		}
	}
	if q.now.IsZero() {
		q.now = time.Now().UTC().Truncate(time.Second)
	}
	if q.at.IsZero() {
		q.at = q.now
	}
	if q.at.After(q.now) {
		return usageError("-at is after -now")
	}
	return nil
}

// checkIdentifier refuses what no credential could be verified to present.
func checkIdentifier(flag, s string) error {
	id, err := name.Parse(s)
	if err != nil {
		return usageError(fmt.Sprintf("%s %s: %s", flag, text(s), text(err.Error())))
	}
	if id.Class() == name.Other {
		return usageError(fmt.Sprintf("%s %s: it names no user, client or host", flag, text(s)))
	}
	return nil
}

func isToken(k verifier.Kind) bool {
	return k == verifier.Token || k == verifier.BareToken || k == verifier.ChallengedToken
}

func isCertificate(k verifier.Kind) bool {
	return k == verifier.Certificate || k == verifier.ChallengedCertificate
}

func (q *question) run(stdin io.Reader, stdout, stderr io.Writer) (status int, err error) {
	raw, err := readInput(q.file, stdin, maxInput)
	if err != nil {
		return 0, err
	}
	enc, err := q.take(raw)
	if err != nil {
		return 0, err
	}
	if q.holder != "" {
		key, err := oneKey(q.holder)
		if err != nil {
			return 0, err
		}
		q.presentation.SignatureKey = key.Public().Key
	}
	var bag verifier.Bag
	lists, problems := fillBag(&bag, q.bag)
	config, v, more, err := q.open(lists)
	if err != nil {
		return 0, err
	}
	problems = append(append(q.hints(raw), problems...), more...)
	state, err := openState(q.state, v)
	if err != nil {
		return 0, err
	}
	if len(q.revocation) > 0 {
		problems = append(problems, installAll(v, config.Authorities, q.revocation, q.now)...)
	}
	problems = append(state.problems, problems...)
	problems = append(problems, state.keepEvidence(problems...)...)
	if err := setDocuments(v, q.documents); err != nil {
		return 0, err
	}
	v.Use(&bag)
	for _, err := range problems {
		fmt.Fprintf(stderr, "e2eid: %s\n", err)
	}
	plan := v.Plan(q.at, q.now, []verifier.Presentation{q.presentation})
	verdict := plan.Conclude(native.Run(plan.Checks()))[0]
	if err := state.save(v); err != nil {
		return 0, errors.Join(append([]error{err}, state.keepEvidence(err)...)...)
	}
	if err := state.keepHeads(v, config.Authorities); err != nil {
		return 0, err
	}
	out := bufio.NewWriter(stdout)
	if q.asJSON {
		if enc != encodingBinary && enc != encodingText {
			fmt.Fprintf(stderr, "e2eid: the input was taken for %s\n", enc)
		}
		out.Write(append(verdict.AppendJSON(nil), '\n'))
	} else {
		writeVerdict(out, q, verdict, enc)
	}
	if err := out.Flush(); err != nil {
		return 0, err
	}
	status, known := outcomeStatus[verdict.Outcome()]
	if !known {
		return 0, errors.New("unknown outcome")
	}
	return status, nil
}

// open returns the verifier, and the configuration file if that is where it comes from.
func (q *question) open(lists [][]byte) (config trust.Config, v *verifier.Verifier, problems []error, err error) {
	var token []byte
	if isToken(q.presentation.Kind) {
		token = append([]byte{}, q.presentation.Bytes...) // not nil
	}
	if q.trust != "" {
		config, v, err = readTrust(q.trust)
	} else {
		v, problems, err = q.roots.open(token, lists)
	}
	return config, v, problems, err
}

// hints say what no verdict can: why one that is right may surprise.
func (q *question) hints(raw []byte) (hints []error) {
	p := &q.presentation
	if isToken(p.Kind) && q.trust == "" && !p.PathOnly && len(q.roots.issuer.rules) == 0 {
		hints = append(hints, errors.New("-expect and -discover need -identifier beside -jwks, -issuer and -root: without it no claim of a token identifies anybody; -path asks for no identity"))
	}
	if err := refuseMark(raw); err != nil && !isPEM(raw) {
		hints = append(hints, err)
	}
	return hints
}

// take makes the presentation of the input.
func (q *question) take(raw []byte) (enc encoding, err error) {
	p := &q.presentation
	if isToken(p.Kind) {
		if isCBOR(raw) {
			p.Bytes = raw
			return encodingBinary, nil
		}
		p.Bytes = bytes.TrimSpace(raw) // an editor's line break is none of the token's
		return encodingText, nil
	}
	if !isCertificate(p.Kind) {
		p.Bytes, enc = decodeInput(raw)
		return enc, nil
	}
	ders, enc, err := certificatesIn(raw)
	if err != nil {
		return "", err
	}
	p.Bytes, p.Certificates = ders[0], ders[1:]
	return enc, nil
}

// maxTrust bounds the trust configuration. Package trust has the same limit.
const maxTrust = 8 << 20

func readTrust(path string) (trust.Config, *verifier.Verifier, error) {
	b, err := readFile(path, maxTrust)
	if err != nil {
		return trust.Config{}, nil, err
	}
	config, err := trust.Parse(b)
	if err != nil {
		return trust.Config{}, nil, fmt.Errorf("%q: %w", path, err)
	}
	v, err := verifier.New(config.Trust)
	if err != nil {
		return trust.Config{}, nil, fmt.Errorf("%q: %w", path, err)
	}
	return config, v, nil
}

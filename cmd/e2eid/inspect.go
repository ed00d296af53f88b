package main

import (
	"bufio"
	"bytes"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"github.com/e2eid/e2eid/credential/mls"
	"github.com/e2eid/e2eid/credential/vc"
	"github.com/e2eid/e2eid/credential/x509"
	"github.com/e2eid/e2eid/internal/jose"
	"github.com/e2eid/e2eid/revocation"
	"github.com/e2eid/e2eid/revocation/assertion"
	"github.com/e2eid/e2eid/revocation/statuslist"
)

func init() {
	commands["inspect"] = command{"show what is in a credential or list, and verify nothing", runInspect}
}

var epoch = time.Unix(0, 0).UTC()

// A finding is a form that the input has, and what is in it.
type finding struct {
	form    string
	content []object
}

// A form is something that inspect recognises by decoding all of it strictly.
type form struct {
	name, title string
	parse       func([]byte) (object, error)
}

var forms = []form{
	{"certificate", "X.509 certificate", show(x509.ParseCertificate, showCertificate)},
	{"keypackage", "MLS KeyPackage", show(mls.ParseKeyPackage, showKeyPackage)},
	{"mlsmessage", "MLSMessage with a KeyPackage", show(mls.ParseKeyPackageMessage, showKeyPackage)},
	{"leafnode", "MLS LeafNode", show(mls.ParseLeafNode, showLeafNode)},
	{"tree", "MLS ratchet tree", show(mls.ParseRatchetTree, showTree)},
	{"head", "revocation head", show(revocation.ParseHead, showHead)},
	{"state", "revocation state record", showState},
}

// tokenForms are text, or COSE.
var tokenForms = []form{
	{"token", "Verifiable credential", show(vc.Parse, showPresentation)},
	{"statuslist", "Status list", show(statuslist.Parse, showStatusList)},
	{"assertion", "Status assertion", show(assertion.Parse, showAssertion)},
}

// blobForms are found by the head that names them.
var blobForms = []form{{name: "list", title: "index list"}, {name: "details", title: "details of an index list"}}

func show[T any](parse func([]byte) (T, error), show func(T) object) func([]byte) (object, error) {
	return func(b []byte) (object, error) {
		v, err := parse(b)
		if err != nil {
			return nil, err
		}
		return show(v), nil
	}
}

func allForms() []form { return slices.Concat(forms, tokenForms, blobForms) }

func formNames() string {
	var names []string
	for _, f := range allForms() {
		names = append(names, f.name)
	}
	return strings.Join(names, ", ")
}

func runInspect(args []string, stdin io.Reader, stdout, stderr io.Writer) int {
	flags := newFlags("inspect", "[flag]... FILE|-", stderr)
	asJSON := flags.Bool("json", false, "write JSON instead of a card")
	as := flags.String("as", "", "take the input for this `form`: "+formNames())
	headFile := flags.String("head", "", "the input is a blob that the head in this `file` names")
	listID := flags.String("list", "", "with -head: the `id` of the list that the blob belongs to")
	if status, ok := parseFlags(flags, args); !ok {
		return status
	}
	fail := func(err error) int { return failure(stderr, "inspect", err) }
	if flags.NArg() != 1 {
		return fail(usageError("inspect takes one FILE, or - for standard input"))
	}
	if *as != "" && titleOf(*as) == "" {
		return fail(usageError("-as is one of " + formNames()))
	}
	if *listID != "" && *headFile == "" {
		return fail(usageError("-list needs -head"))
	}
	raw, err := readInput(flags.Arg(0), stdin, maxInput)
	if err != nil {
		return fail(err)
	}
	var found []finding
	enc := encodingPEM
	var data []byte
	switch {
	case *headFile != "":
		data, enc = decodeInput(raw)
		found, err = inspectBlob(*headFile, *listID, data)
	case isPEM(raw):
		data = raw
		found, err = inspectPEM(raw)
	default:
		if err := refuseMark(raw); err != nil {
			return fail(err)
		}
		if data, enc = decodeInput(raw); enc == encodingBinary && isText(data) {
			data, enc = bytes.TrimSpace(data), encodingText
		}
		found, err = inspectData(data, *as)
	}
	if err != nil {
		return fail(err)
	}
	found = only(found, *as)
	switch {
	case len(found) == 0:
		return fail(fmt.Errorf("the input is not of form %s", *as))
	case len(found) > 1:
		return fail(severalError(found))
	}
	out := bufio.NewWriter(stdout)
	if *asJSON {
		writeJSON(out, found[0], enc, len(data))
	} else {
		writeCard(out, found[0], enc, len(data))
	}
	if err := out.Flush(); err != nil {
		return fail(err)
	}
	return exitOK
}

// titleOf returns what people call a form, "" if there is none of this name.
func titleOf(name string) string {
	for _, f := range allForms() {
		if f.name == name {
			return f.title
		}
	}
	return ""
}

// only leaves the form asked for, or all if none is.
func only(found []finding, as string) (kept []finding) {
	for _, f := range found {
		if as == "" || f.form == as {
			kept = append(kept, f)
		}
	}
	return kept
}

// inspectData tries every form. A reader that took the first that fits would let whoever made the bytes choose what
// is seen. Where nothing fits, or not the one form asked for, the error says why. A status list of the W3C is a credential
// as well, and is taken for one only if that is asked for.
func inspectData(b []byte, as string) (found []finding, err error) {
	refused := map[string]error{}
	for _, f := range slices.Concat(forms, tokenForms) {
		o, err := f.parse(b)
		if refused[f.name] = err; err == nil {
			found = append(found, finding{f.name, []object{o}})
		}
	}
	if err := refused[as]; err != nil {
		return nil, fmt.Errorf("the input is not of form %s: %w", as, err)
	}
	if as == "" && refused["statuslist"] == nil {
		found = slices.DeleteFunc(found, func(f finding) bool { return f.form == "token" })
	}
	switch {
	case len(found) > 0:
		return found, nil
	case isText(b):
		said := tokenForm(b)
		return nil, fmt.Errorf("the input is text, and not of form %s: %w", said, refused[said])
	}
	tried := forms
	if isCBOR(b) {
		tried = slices.Concat(forms, tokenForms)
	}
	var why strings.Builder
	for _, f := range tried {
		fmt.Fprintf(&why, "\n  %s: %s", f.name, refused[f.name])
	}
	return nil, usageError("the input is in no form that is known; a list or details need -head." + why.String())
}

// tokenForm returns the form that a text says it has.
func tokenForm(b []byte) string {
	u, err := jose.ParseSized(b, statuslist.MaxToken)
	switch {
	case err != nil:
	case jose.SameType(u.Header().Type, "status-assertion+jwt"):
		return "assertion"
	case jose.SameType(u.Header().Type, "statuslist+jwt"), len(b) > vc.MaxBytes:
		return "statuslist"
	}
	return "token"
}

// inspectPEM reads certificates in PEM. Text between them is left out (RFC 7468, Section 2).
func inspectPEM(b []byte) ([]finding, error) {
	ders, _, err := certificatesIn(b)
	if err != nil {
		return nil, err
	}
	f := finding{form: "certificate"}
	for i, der := range ders {
		c, err := x509.ParseCertificate(der)
		if err != nil {
			return nil, fmt.Errorf("PEM block %d: %w", i+1, err)
		}
		f.content = append(f.content, showCertificate(c))
	}
	return []finding{f}, nil
}

func inspectBlob(headFile, listID string, blob []byte) ([]finding, error) {
	raw, err := readFile(headFile, maxInput)
	if err != nil {
		return nil, err
	}
	b, _ := decodeInput(raw)
	head, err := revocation.ParseHead(b)
	if err != nil {
		return nil, fmt.Errorf("-head: %w", err)
	}
	return showNamed(head, listID, blob)
}

// severalError says that there is a choice, which is not the program's to make.
func severalError(found []finding) error {
	var names []string
	for _, f := range found {
		names = append(names, f.form)
	}
	if found[0].form == found[len(found)-1].form {
		return usageError("the blob is in several lists of the head: choose with -list ID")
	}
	return usageError("the input can be read as " + strings.Join(names, " and as ") + ": choose with -as FORM")
}

// notice stands first in a card, so that nobody takes it for a verdict.
const notice = "UNVERIFIED: this is what the bytes say. No signature, time, name or status was checked."

func writeCard(out *bufio.Writer, f finding, enc encoding, size int) {
	title := titleOf(f.form)
	if len(f.content) > 1 {
		title += "s"
	}
	fmt.Fprintf(out, "%s\n\n%s, %d bytes, taken for %s\n", notice, title, size, enc)
	for i, o := range f.content {
		out.WriteByte('\n')
		if len(f.content) > 1 {
			fmt.Fprintf(out, "-- %d of %d\n", i+1, len(f.content))
		}
		cardWriter{out}.object(o, 0)
	}
}

func writeJSON(out *bufio.Writer, f finding, enc encoding, size int) {
	jsonWriter{out}.value(object{
		{"unverified", true},
		{"form", f.form},
		{"encoding", string(enc)},
		{"size", uint64(size)},
		{"content", listOf(f.content, func(o object) any { return o })},
	})
	out.WriteByte('\n')
}

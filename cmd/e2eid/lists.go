package main

import (
	"errors"
	"fmt"
	"io"
	"path/filepath"
	"time"

	"github.com/e2eid/e2eid/revocation"
	"github.com/e2eid/e2eid/revocation/publisher"
	"github.com/e2eid/e2eid/signature/native"
)

func init() {
	commands["lists"] = command{"verify what a folder publishes, or show what changed", runLists}
}

// exitRefused is the status of lists verify if a client would refuse the folder.
const exitRefused = 1

func runLists(args []string, _ io.Reader, stdout, stderr io.Writer) int {
	flags := newFlags("lists", "verify -key FILE... FOLDER AUTHORITY | diff OLD-FOLDER NEW-FOLDER AUTHORITY", stderr)
	var keys []string
	var threshold int
	var now time.Time
	stringsFlag(flags, &keys, "key", "`file` (PEM or JWK) with a public key that must have signed, or the private one; may be repeated")
	flags.IntVar(&threshold, "threshold", 0, "how many of the keys must have signed; 0: all")
	timeFlag(flags, &now, "now", "RFC 3339 `time` to verify for; the clock if left out")
	what, args := verb(args)
	if what == "" && len(args) == 0 {
		flags.Usage()
		return exitUsage
	}
	if status, ok := parseFlags(flags, args); !ok {
		return status
	}
	if now.IsZero() {
		now = time.Now()
	}
	fail := func(err error) int { return failure(stderr, "lists", err) }
	switch {
	case what == "verify" && flags.NArg() == 2 && len(keys) > 0:
		signers := revocation.Signers{Authority: flags.Arg(1), Threshold: threshold}
		for _, path := range keys {
			k, err := readPublicKey(path)
			if err != nil {
				return fail(err)
			}
			signers.Keys = append(signers.Keys, k)
		}
		if err := verifyFolder(stdout, flags.Arg(0), signers, now); err != nil {
			fmt.Fprintf(stderr, "e2eid: refused: %s\n", err)
			return exitRefused
		}
	case what == "diff" && flags.NArg() == 3:
		if err := diffFolders(stdout, flags.Arg(0), flags.Arg(1), flags.Arg(2)); err != nil {
			return fail(err)
		}
	default:
		return fail(usageError("lists takes verify -key FILE FOLDER AUTHORITY, or diff OLD-FOLDER NEW-FOLDER AUTHORITY"))
	}
	return exitOK
}

// verifyFolder does what a client does that holds nothing, and reads what one that holds an older head would.
func verifyFolder(out io.Writer, dir string, signers revocation.Signers, now time.Time) error {
	if !revocation.ValidAuthority(signers.Authority) {
		return errors.New("authority id is malformed")
	}
	raw, err := readFile(filepath.Join(dir, signers.Authority, "head"), revocation.MaxHeadSize)
	if err != nil {
		return err
	}
	u, err := revocation.ParseHead(raw)
	if err != nil {
		return err
	}
	plan, err := u.Plan(signers)
	if err != nil {
		return err
	}
	head, err := plan.Open(native.Run(plan.Checks()))
	if err != nil {
		return err
	}
	if err := new(revocation.State).Check(head, now); err != nil {
		return err
	}
	var blobs [][]byte
	total := uint64(0)
	for _, name := range head.Needed(nil) {
		b, err := readFile(filepath.Join(dir, "blob", name.Name()), int64(name.Size))
		if err != nil {
			return err
		}
		blobs = append(blobs, b)
		total += name.Size
	}
	if _, err := head.Load(nil, blobs); err != nil {
		return err
	}
	body := head.Body()
	for _, d := range body.Deltas {
		b, err := readFile(filepath.Join(dir, "blob", d.Name()), int64(d.Size))
		if err != nil {
			return err
		}
		if revocation.NewBlob(b) != d.Blob {
			return fmt.Errorf("delta %s is damaged", d.Name())
		}
	}
	fmt.Fprintf(out, "head %d of %s: signed, %d lists whole, %d bytes and %d of lists\n",
		body.Number, body.Authority, len(body.Lists), len(raw), total)
	if now.After(body.NextUpdate) {
		fmt.Fprintf(out, "stale since %s\n", body.NextUpdate.Format(time.RFC3339))
	}
	return nil
}

// diffFolders shows what became of each index from one publication to another, whoever has signed them.
func diffFolders(out io.Writer, before, after, authority string) error {
	var held [2]*revocation.Publication
	for i, dir := range []string{before, after} {
		if _, err := readFile(filepath.Join(dir, authority, "head"), revocation.MaxHeadSize); err != nil {
			return err // before a folder is made
		}
		f, err := publisher.Open(dir, authority)
		if err != nil {
			return err
		}
		if held[i], err = f.Held(); err != nil {
			return err
		}
	}
	was, is := held[0].Head().Body(), held[1].Head().Body()
	fmt.Fprintf(out, "head %d -> %d\n", was.Number, is.Number)
	old := map[string]revocation.List{}
	for _, l := range was.Lists {
		old[l.ID] = l
	}
	for _, l := range is.Lists {
		o, known := old[l.ID]
		delete(old, l.ID)
		if o == l {
			continue
		}
		if !known {
			fmt.Fprintf(out, "%s: new, ", text(l.ID))
		} else {
			fmt.Fprintf(out, "%s: ", text(l.ID))
		}
		fmt.Fprintf(out, "covered %d -> %d, revoked %d -> %d, suspended %d -> %d\n",
			o.Covered, l.Covered, o.Revoked, l.Revoked, o.Suspended, l.Suspended)
		diffEntries(out, held[0].Entries(l.ID), held[1].Entries(l.ID))
	}
	for _, l := range was.Lists {
		if _, gone := old[l.ID]; gone {
			fmt.Fprintf(out, "%s: gone\n", text(l.ID))
		}
	}
	return nil
}

func diffEntries(out io.Writer, was, is []revocation.Entry) {
	say := func(e revocation.Entry, now string) { fmt.Fprintf(out, "  %d %s\n", e.Index, now) }
	standing := func(e revocation.Entry) string {
		if e.Reason == revocation.CertificateHold {
			return "suspended"
		}
		return "revoked"
	}
	for len(was)+len(is) > 0 {
		switch {
		case len(is) == 0 || len(was) > 0 && was[0].Index < is[0].Index:
			say(was[0], "good")
			was = was[1:]
		case len(was) == 0 || is[0].Index < was[0].Index:
			say(is[0], standing(is[0]))
			is = is[1:]
		default:
			if standing(was[0]) != standing(is[0]) {
				say(is[0], standing(is[0]))
			}
			was, is = was[1:], is[1:]
		}
	}
}

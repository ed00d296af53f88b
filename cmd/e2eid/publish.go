package main

import (
	"bytes"
	"crypto/sha256"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/e2eid/e2eid/revocation"
	"github.com/e2eid/e2eid/revocation/delegation"
	"github.com/e2eid/e2eid/revocation/publisher"
)

func init() {
	commands["publish"] = command{"sign what is revoked, into a folder that a mirror serves", runPublish}
}

// A publishing is what the flags of publish say.
type publishing struct {
	authority     string
	keys          []string
	oldKeys       []string
	sequence      uint64
	certificates  []string
	delegations   []string
	issued        []string
	revoked       []string
	crls, issuers []string // LIST=FILE
	now           time.Time
	next          time.Duration
	backdating    time.Duration
	grace         time.Duration
	effort        int
	incremental   bool
	crlParts      bool
	skipAbsent    bool
	details       bool
	padding       uint64
	standard      string
	tokenKey      string
	crlKey        string
	to            []string
}

func runPublish(args []string, _ io.Reader, stdout, stderr io.Writer) int {
	var p publishing
	flags := newFlags("publish", "-authority ID -key FILE [flag]... FOLDER", stderr)
	flags.StringVar(&p.authority, "authority", "", "`id` of the authority")
	stringsFlag(flags, &p.keys, "key", "`file` with a private key (PEM or JWK: Ed25519, P-256, ML-DSA-44 or ML-DSA-65) that signs the head; may be repeated: all sign")
	stringsFlag(flags, &p.oldKeys, "old-key", "`file` with a private key that -key replaces from this publication on; may be repeated")
	flags.Uint64Var(&p.sequence, "sequence", 0, "with -old-key: a `number` above that of any replacement before")
	stringsFlag(flags, &p.certificates, "certificate", "`file` (PEM or DER) with a certificate by which an anchor lets -key sign lists; may be repeated")
	stringsFlag(flags, &p.delegations, "delegation", "`file` that e2eid keys delegate wrote, by which an issuer lets -key sign lists; may be repeated")
	stringsFlag(flags, &p.issued, "issued", "`file` (CSV or JSON lines) of what was issued; may be repeated")
	stringsFlag(flags, &p.revoked, "revoked", "`file` (CSV or JSON lines) of what is revoked or suspended; may be repeated")
	stringsFlag(flags, &p.crls, "crl", "`LIST=FILE`: a CRL, signed by the -issuer, says what is revoked of a list; may be repeated")
	stringsFlag(flags, &p.issuers, "issuer", "`LIST=FILE`: the certificate, in PEM, whose key signs the certificates of a serial list, and the CRLs of any list; may be repeated")
	flags.BoolVar(&p.crlParts, "crl-parts", false, "CRLs with an issuing distribution point are, together, all that is revoked; without it they are refused")
	flags.BoolVar(&p.skipAbsent, "skip-absent", false, "leave out revoked serial numbers that no -issued has, and say how many; without it they are refused")
	timeFlag(flags, &p.now, "now", "RFC 3339 `time` of the publication; the clock if left out")
	flags.DurationVar(&p.next, "next", 24*time.Hour, "the next publication comes within this `duration`")
	flags.DurationVar(&p.backdating, "backdating", time.Hour, "serial lists cover certificates whose notBefore is this `duration` before now: at least by how much they are dated back")
	flags.DurationVar(&p.grace, "grace", 0, "remove blobs that no head has named for this `duration`; 0: keep all")
	flags.IntVar(&p.effort, "effort", 8, "seed `bits` that serial lists search, 0 to 12: each takes twice the time for a little less size")
	flags.BoolVar(&p.incremental, "incremental", false, "what the folder revokes or suspends stays so; -revoked says what has changed")
	flags.BoolVar(&p.details, "details", false, "publish reasons and times of index lists, in a blob of their own")
	flags.Uint64Var(&p.padding, "pad", 0, "pad what is published to one of a few sizes, of at least so many `bytes` (a power of two from 64), and round the numbers of serial lists up; 0: not")
	flags.StringVar(&p.standard, "standard", "", "also write Token Status Lists, Bitstring Status Lists and CRLs into this `folder`")
	flags.StringVar(&p.tokenKey, "token-key", "", "PEM `file` with the private key that signs tokens for -standard")
	flags.StringVar(&p.crlKey, "crl-key", "", "PEM `file` with the private key of the issuers, which signs CRLs for -standard")
	stringsFlag(flags, &p.to, "to", "`address` of a mirror to push to, as e2eid push does; may be repeated")
	if status, ok := parseFlags(flags, args); !ok {
		return status
	}
	fail := func(err error) int { return failure(stderr, "publish", err) }
	if flags.NArg() != 1 || p.authority == "" || len(p.keys) == 0 {
		return fail(usageError("publish takes -authority, -key and one FOLDER"))
	}
	if p.sequence >= 1<<32 || (p.sequence == 0) != (len(p.oldKeys) == 0) {
		return fail(usageError("-old-key needs a -sequence from 1 to 2^32-1, and the other way round"))
	}
	if p.incremental && p.crlKey != "" {
		return fail(usageError("-crl-key needs everything that is revoked: the folder knows no times of serial numbers for -incremental"))
	}
	if p.effort < 0 || p.effort > 12 {
		return fail(usageError("-effort is from 0 to 12"))
	}
	if p.now.IsZero() {
		p.now = time.Now()
	}
	if err := p.run(flags.Arg(0), stdout, stderr); err != nil {
		return fail(err)
	}
	status := exitOK
	for _, to := range p.to { // one that fails keeps the others from nothing
		status = max(status, pushTo(flags.Arg(0), p.authority, to, stdout, stderr))
	}
	return status
}

func (p publishing) run(dir string, stdout, stderr io.Writer) error {
	signers, err := readSigners(p.keys)
	if err != nil {
		return err
	}
	former, err := readSigners(p.oldKeys)
	if err != nil {
		return err
	}
	folder, err := publisher.Open(dir, p.authority)
	if err != nil {
		return err
	}
	if err := p.checkClock(dir); err != nil {
		return err
	}
	records := newRecords(p)
	if p.incremental {
		if err := records.hold(folder); err != nil {
			return err
		}
	}
	progress := newBar(stderr)
	err = records.read(progress)
	progress.end()
	if err != nil {
		return err
	}
	if records.absent > 0 {
		fmt.Fprintf(stderr, "e2eid: left out: %s\n", records.absentText())
	}
	publication, err := records.publication()
	if err != nil {
		return err
	}
	publication.Padding = p.padding
	publication.Progress = func(stage string, done, total int) { progress.show(text(stage), done, total) }
	for _, path := range p.certificates {
		c, err := readCertificate(path)
		if err != nil {
			return err
		}
		publication.Certificates = append(publication.Certificates, c.Raw)
	}
	for _, path := range p.delegations {
		b, err := readFile(path, delegation.MaxSize)
		if err != nil {
			return err
		}
		publication.Delegations = append(publication.Delegations, bytes.TrimSpace(b))
	}
	if len(former) > 0 {
		if err := folder.Rollover(uint32(p.sequence), former, signers); err != nil {
			return err
		}
	}
	head, err := folder.Publish(publication, signers...)
	progress.end()
	if err != nil {
		return err
	}
	if p.standard != "" {
		if err := p.writeStandard(records, head.Body().Number); err != nil {
			return err
		}
	}
	if p.grace > 0 {
		removed, err := folder.Clean(p.grace, time.Now())
		if err != nil {
			return err
		}
		fmt.Fprintf(stderr, "e2eid: removed %d blobs\n", removed)
	}
	body := head.Body()
	fmt.Fprintf(stdout, "head %d, %d bytes, from %s until %s\n", body.Number, len(head.Bytes()),
		body.ThisUpdate.Format(time.RFC3339), body.NextUpdate.Format(time.RFC3339))
	for _, l := range body.Lists {
		fmt.Fprintf(stdout, "%s: %s list of %d, %d revoked, %d suspended, %d bytes\n",
			text(l.ID), l.Kind, l.Covered, l.Revoked, l.Suspended, l.Snapshot.Size)
	}
	for _, d := range body.Deltas {
		fmt.Fprintf(stdout, "delta from head %d on: %d bytes\n", body.Number-d.Back, d.Size)
	}
	return nil
}

func readSigners(paths []string) (signers []publisher.Signer, err error) {
	for _, path := range paths {
		key, err := readKey(path)
		if err != nil {
			return nil, err
		}
		s, err := publisher.NewSigner(key)
		if err != nil {
			return nil, fmt.Errorf("%q: %w", path, err)
		}
		signers = append(signers, s)
	}
	return signers, nil
}

// checkClock refuses to publish by a clock that is behind the folder's files, and from the future: clients refuse times that run
// back, so that nothing could be published until then.
func (p publishing) checkClock(dir string) error {
	if p.now.After(time.Now().Add(revocation.ClockTolerance)) {
		return errors.New("the time of the publication is in the future: clients would refuse it")
	}
	info, err := os.Stat(filepath.Join(dir, p.authority, "head"))
	if err == nil && time.Now().Before(info.ModTime().Add(-time.Minute)) {
		return fmt.Errorf("the clock is behind the last publication, which was written at %s", info.ModTime().UTC().Format(time.RFC3339))
	}
	return nil
}

// readIssuers reads the certificates of -issuer.
func (p publishing) readIssuers() (map[string]*x509.Certificate, error) {
	all := map[string]*x509.Certificate{}
	for _, pair := range p.issuers {
		list, path, err := splitPair(pair)
		if err != nil {
			return nil, err
		}
		if all[list] != nil {
			return nil, fmt.Errorf("list %s has two -issuer", text(list))
		}
		if all[list], err = readCertificate(path); err != nil {
			return nil, err
		}
	}
	return all, nil
}

func readCertificate(path string) (*x509.Certificate, error) {
	b, err := readFile(path, 1<<20)
	if err != nil {
		return nil, err
	}
	if block, _ := pem.Decode(b); block != nil {
		b = block.Bytes
	}
	c, err := x509.ParseCertificate(b)
	if err != nil {
		return nil, fmt.Errorf("%q: %w", path, err)
	}
	return c, nil
}

func splitPair(pair string) (list, path string, err error) {
	// The id of a list may have "=", a path seldom does.
	at := strings.LastIndex(pair, "=")
	if at <= 0 {
		return "", "", errors.New("-crl and -issuer take LIST=FILE")
	}
	return pair[:at], pair[at+1:], nil
}

// issuerID is how a head names the key of an issuer.
func issuerID(c *x509.Certificate) [32]byte { return sha256.Sum256(c.RawSubjectPublicKeyInfo) }

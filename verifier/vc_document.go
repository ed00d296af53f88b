package verifier

import (
	"bytes"
	"errors"
	"strings"
	"time"

	"github.com/e2eid/e2eid/credential/keydoc"
	"github.com/e2eid/e2eid/credential/x509"
	"github.com/e2eid/e2eid/internal/jose"
)

// A KeyDocument says in which document an issuer's keys stand.
type KeyDocument uint8

const (
	NoDocument     KeyDocument = iota // in none: see [Issuer]
	IssuerMetadata                    // JWT VC Issuer Metadata of an https ID, that the application has fetched
	DIDWeb                            // the document of a did:web, that the application has fetched
	SignedKeySet                      // a Signed JWK Set of an https ID, whose host a certificate under an anchor names
	DIDWebVH                          // the log of a did:webvh
)

// check returns the Check that says how the document was found; 0 for [NoDocument].
func (d KeyDocument) check() Check {
	if d == NoDocument {
		return 0
	}
	return CheckMetadata + Check(d-IssuerMetadata)
}

// ErrUnwanted reports a document that no issuer's keys are configured to come from.
var ErrUnwanted = errors.New("verifier: no keys are configured to come from this document")

// A fetchedDocument is one that the application has fetched.
type fetchedDocument struct {
	url  string // empty if there is none
	at   time.Time
	keys []*jose.Key
	next string // jwks_uri, where the keys are instead
}

// documents are what a verifier has on the keys of an issuer.
type documents struct {
	url           string          // of the document; ID for [SignedKeySet], whose URL is not known
	first, keysAt fetchedDocument // keysAt: the JWK Set that first leads to
	signed        *heldDocument
	newest        int64  // when the newest set that was used was made, or how many entries the newest log had
	newestVersion string // the last of that log
}

// prepareDocument says what is wrong with the place that the keys come from, or "".
func (i *issuer) prepareDocument(https, anchors bool) string {
	if i.X5C || i.Keys != nil {
		return "keys come from one place: a document, jwks or x5c"
	}
	ok := false
	switch i.Document {
	case IssuerMetadata:
		i.url, ok = keydoc.MetadataURL(i.ID)
	case DIDWeb:
		i.url, ok = keydoc.DocumentURL(i.ID)
	case DIDWebVH:
		i.url, ok = keydoc.LogURL(i.ID)
	case SignedKeySet:
		i.url, ok = i.ID, https && anchors
	}
	switch {
	case !ok:
		return "the id has no such document, or there is no anchor"
	case i.MaxAge == 0 && (i.Document == IssuerMetadata || i.Document == DIDWeb):
		i.MaxAge = defaultDocumentAge
	}
	return ""
}

// SetFetchedDocument has the verifier use a document that the caller itself has fetched from url at that time, over
// https and without being led elsewhere: nothing else vouches for the bytes, which must not come from anybody else. It
// replaces the one of that URL before; on error that stays in use. url is exactly the one that [Missing] names, for metadata
// the jwks_uri within it too; of documents that are signed, fetched and of a [SignedKeySet] url are not looked at. Plans that
// are open keep what they have. The document is not retained. The error is [ErrUnwanted], or of package keydoc or jose.
func (v *Verifier) SetFetchedDocument(issuer, url string, document []byte, fetched time.Time) error {
	i := v.issuers[issuer]
	if i == nil || i.Document == NoDocument || i.Document != SignedKeySet && url != i.url && (url != i.first.next || url == "") {
		return ErrUnwanted
	}
	doc := fetchedDocument{url: url, at: fetched.Truncate(time.Second)}
	var err error
	switch {
	case i.Document == SignedKeySet, i.Document == DIDWebVH:
		held, err := parseDocument(bytes.Clone(document))
		if err == nil && !held.of(i) {
			err = ErrUnwanted
		}
		if err == nil {
			i.signed = held
		}
		return err
	case url != i.url:
		if doc.keys, err = keydoc.ParseKeySet(document); err == nil {
			i.keysAt = doc
		}
		return err
	case i.Document == DIDWeb:
		doc.keys, err = keydoc.ParseDocument(document, i.ID)
	default:
		var m *keydoc.Metadata
		if m, err = keydoc.ParseMetadata(document, i.ID); err == nil {
			doc.keys, doc.next = m.Keys, m.KeysURL
		}
	}
	if err == nil {
		i.first = doc
	}
	return err
}

// DocumentURLs returns the URLs that [Verifier.SetFetchedDocument] takes documents of an issuer from: its own and, if the
// metadata that is held links to a JWK Set, that one. Of a [SignedKeySet] it is the issuer's id.
func (v *Verifier) DocumentURLs(issuer string) []string {
	i := v.issuers[issuer]
	switch {
	case i == nil || i.Document == NoDocument:
		return nil
	case i.first.next == "":
		return []string{i.url}
	}
	return []string{i.url, i.first.next}
}

// A heldDocument is one that vouches for itself: a Signed JWK Set or a did:webvh log.
type heldDocument struct {
	set          *keydoc.SignedSet
	log          *keydoc.Log
	certificates []*x509.Certificate // of x5c, the signer's first
	made         int64               // rises from document to document of an issuer: when a set was made, how many entries a log has
	from, ends   int64               // Unix seconds; of a log nothing says when the next entry is due
}

// AddIssuerDocument adds a Signed JWK Set, or a log of a did:webvh, which begins with "{". It is not copied. What is not
// signed is refused: see [Verifier.SetFetchedDocument]. The error is [ErrBag], or of package keydoc, jose or x509.
func (b *Bag) AddIssuerDocument(document []byte) error {
	if err := b.room(document, len(b.documents), maxBagDocuments); err != nil {
		return err
	}
	held, err := parseDocument(document)
	if err != nil {
		return err
	}
	if _, known := b.seen(document); !known {
		b.documents, b.bytes = append(b.documents, held), b.bytes+len(document)
	}
	return nil
}

func parseDocument(b []byte) (*heldDocument, error) {
	d := &heldDocument{}
	var err error
	if bytes.HasPrefix(b, []byte("{")) {
		if d.log, err = keydoc.ParseLog(b); err != nil {
			return nil, err
		}
		d.made, d.ends = int64(len(d.log.Versions)), noExpiry.Unix()
		d.from = d.log.Versions[d.made-1].Time
		return d, nil
	}
	if d.set, err = keydoc.ParseSignedSet(b); err != nil {
		return nil, err
	}
	d.made, d.from, d.ends = d.set.IssuedAt, d.set.IssuedAt, d.set.NotAfter
	d.certificates, err = parseAll(d.set.Token.Header().Certificates)
	return d, err
}

// of reports whether the document says that it is this issuer's.
func (d *heldDocument) of(i *issuer) bool {
	switch i.Document {
	case SignedKeySet:
		return d.set != nil && d.set.Issuer == i.ID
	case DIDWebVH: // whatever its domain is now
		return d.log != nil && strings.HasPrefix(i.ID, "did:webvh:"+d.log.SCID+":")
	}
	return false
}

// version returns what stands for entry n of a log, and all before it; "" of a set.
func (d *heldDocument) version(n int64) string {
	if d.log == nil || n == 0 {
		return ""
	}
	return d.log.Versions[n-1].ID
}

// follows reports whether this document, which is as new or newer, does not contradict the one made n-th.
func (d *heldDocument) follows(n int64, version string) bool { return d.version(n) == version }

// parseAll parses the certificates of x5c.
func parseAll(ders [][]byte) (certs []*x509.Certificate, err error) {
	for _, der := range ders {
		c, err := x509.ParseCertificate(der)
		if err != nil {
			return nil, err
		}
		certs = append(certs, c)
	}
	return certs, nil
}

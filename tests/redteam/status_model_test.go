package redteam

import (
	"crypto/sha256"
	"slices"
	"testing"
	"time"

	"github.com/e2eid/e2eid/credential/x509"
	"github.com/e2eid/e2eid/revocation"
	"github.com/e2eid/e2eid/revocation/publisher"
	"github.com/e2eid/e2eid/tests/testca"
	"github.com/e2eid/e2eid/tests/testcrl"
	"github.com/e2eid/e2eid/tests/testlist"
	"github.com/e2eid/e2eid/tests/testocsp"
	"github.com/e2eid/e2eid/verifier"
)

// A said is what one source says of Alice.
type said int

const (
	nothing said = iota
	good
	suspended
	revoked
	sayings
)

// together is the one verdict on what several sources say of which any may be there: what revokes, else what suspends, else
// what is good.
func together(all ...said) (verifier.Outcome, verifier.Code) {
	switch slices.Max(all) {
	case revoked:
		return verifier.Rejected, verifier.CodeRevoked
	case suspended:
		return verifier.Rejected, verifier.CodeSuspended
	case good:
		return verifier.Verified, ""
	}
	return verifier.Undetermined, verifier.CodeRevocationUnavailable
}

var (
	since     = now.Add(-time.Hour)
	published = now.Add(-time.Minute)
)

// publishSaid installs a head that says this of Alice by her index or, serial, by her serial number, and good of her issuer.
func publishSaid(t *testing.T, w *group, alice []byte, serial bool, what said) {
	t.Helper()
	publishBoth(t, w, alice, serial, what, good)
}

// publishBoth is publishSaid with what is said of her issuer.
func publishBoth(t *testing.T, w *group, alice []byte, serial bool, what, ofIssuer said) {
	t.Helper()
	if what == nothing {
		return
	}
	body := revocation.Body{Authority: authority, Number: 9, ThisUpdate: published, NextUpdate: now.Add(24 * time.Hour)}
	var blobs [][]byte
	add := func(lists []revocation.List, more [][]byte, err error) {
		if err != nil {
			t.Fatal(err)
		}
		body.Lists, blobs = append(body.Lists, lists...), append(blobs, more...)
	}
	if serial {
		for _, l := range []struct {
			id      string
			issuer  *testca.CA
			serials [][]byte
			what    said // of the first
		}{{"urn:ends", w.ca.Intermediate, [][]byte{testcrl.Serial(alice), {9}}, what}, {"urn:issuers", w.ca.Root, [][]byte{testcrl.Serial(w.ca.Intermediate.DER)}, ofIssuer}} {
			list := publisher.SerialList{ID: l.id, Issuer: keyOf(t, l.issuer.DER), IssuedBefore: now, Serials: l.serials}
			switch l.what {
			case revoked:
				list.Revoked = []int{0}
			case suspended:
				list.Suspended = []int{0}
			}
			add(list.Encode())
		}
	} else {
		for id, what := range map[string]said{w.ca.ListID: what, w.ca.CAListID: ofIssuer} {
			var entries []revocation.Entry
			switch what {
			case revoked:
				entries = []revocation.Entry{{Index: 0, Since: since, Reason: revocation.KeyCompromise}}
			case suspended:
				entries = []revocation.Entry{{Index: 0, Since: since, Reason: revocation.CertificateHold}}
			}
			l, b, err := revocation.EncodeList(id, testlist.Covered, entries, true)
			add([]revocation.List{l}, b, err)
		}
		slices.SortFunc(body.Lists, func(a, b revocation.List) int {
			if a.ID < b.ID {
				return -1
			}
			return 1
		})
	}
	if err := w.offer(now, w.lists.Sign(body).Bytes(), blobs); err != nil {
		t.Fatal(err)
	}
}

func keyOf(t *testing.T, der []byte) [32]byte {
	t.Helper()
	c, err := x509.ParseCertificate(der)
	if err != nil {
		t.Fatal(err)
	}
	return sha256.Sum256(c.RawPublicKey)
}

// crlSaid and ocspSaid return what says this of Alice, nil for nothing.
func crlSaid(ca *testca.CA, alice []byte, what said) []byte {
	l := testcrl.List{}
	switch what {
	case nothing:
		return nil
	case suspended:
		l.Entries = []testcrl.Entry{testcrl.Revoke(alice, testcrl.Reason(testcrl.CertificateHold))}
	case revoked:
		l.Entries = []testcrl.Entry{testcrl.Revoke(alice, testcrl.Reason(testcrl.KeyCompromise))}
	}
	return testcrl.Issue(ca, l)
}

func ocspSaid(r *testocsp.Responder, alice []byte, what said) []byte {
	const hold, compromise = 6, 1
	switch what {
	case good:
		return r.Sign(r.Good(alice))
	case suspended:
		return r.Sign(r.Revoked(alice, since, hold))
	case revoked:
		return r.Sign(r.Revoked(alice, since, compromise))
	}
	return nil
}

// Each adapter for certificates by itself: code, reason, since when, and what a good verdict rests on.
func TestEachSourceSaysWhyAndSinceWhen(t *testing.T) {
	for _, c := range []struct {
		name   string
		serial bool
		source verifier.Source
		number uint64
		since  time.Time // zero where the source does not say
		reason string
		bag    func(w *group, alice []byte, what said) [][]byte
	}{
		{"index list", false, verifier.SourceList, 9, since, "keyCompromise", nil},
		{"serial list", true, verifier.SourceList, 9, time.Time{}, "unspecified", nil},
		{"CRL", true, verifier.SourceCRL, 0, testcrl.RevokedAt, "keyCompromise", func(w *group, alice []byte, what said) [][]byte {
			return [][]byte{crlSaid(w.ca.Root, alice, good), crlSaid(w.ca.Intermediate, alice, what)}
		}},
		{"OCSP", true, verifier.SourceOCSP, 0, since, "keyCompromise", func(w *group, alice []byte, what said) [][]byte {
			return [][]byte{ocspSaid(testocsp.ByAuthority(w.ca.Root), w.ca.Intermediate.DER, good), ocspSaid(testocsp.ByAuthority(w.ca.Intermediate), alice, what)}
		}},
	} {
		for what := nothing; what < sayings; what++ {
			w, p, der := statusWorld(t, !c.serial)
			if c.bag == nil {
				publishSaid(t, w, der, c.serial, what)
			} else {
				useBag(t, w.v, c.bag(w, der, what))
			}
			v := w.ask(p)
			outcome, code := together(what)
			want(t, v, outcome, code)
			f, ok := v.Freshness()
			if ok && (f.Source != c.source || f.Number != c.number || f.FreshUntil.Before(now) || f.ThisUpdate.IsZero() || f.NextUpdate.IsZero()) {
				t.Errorf("%s: rests on %+v", c.name, f)
			}
			r, ok := v.Revocation()
			reason := map[said]string{revoked: c.reason, suspended: "certificateHold"}[what]
			if ok != (reason != "") || ok && (r.Reason != reason || !r.Since.Equal(c.since)) {
				t.Errorf("%s, %d: revocation %+v, %v; want %s since %s", c.name, what, r, ok, reason, c.since)
			}
		}
	}
}

// Every combination of what list, CRL and OCSP response say, in every order of the bag.
func TestTheMostSevereSourceDecidesInAnyOrder(t *testing.T) {
	for list := nothing; list < sayings; list++ {
		w, p, der := statusWorld(t, false)
		publishSaid(t, w, der, true, list)
		issuerCRL, issuerOCSP := crlSaid(w.ca.Root, nil, good), ocspSaid(testocsp.ByAuthority(w.ca.Root), w.ca.Intermediate.DER, good)
		responder := testocsp.ByAuthority(w.ca.Intermediate)
		for crl := nothing; crl < sayings; crl++ {
			for ocsp := nothing; ocsp < sayings; ocsp++ {
				items := [][]byte{issuerCRL, issuerOCSP}
				for _, item := range [][]byte{crlSaid(w.ca.Intermediate, der, crl), ocspSaid(responder, der, ocsp)} {
					if item != nil {
						items = append(items, item)
					}
				}
				outcome, code := together(list, crl, ocsp)
				first := ""
				permutations(items, func(items [][]byte) {
					useBag(t, w.v, items)
					v := w.ask(p)
					want(t, v, outcome, code)
					if got := string(v.AppendJSON(nil)); first == "" {
						first = got
					} else if got != first {
						t.Errorf("list %d, CRL %d, OCSP %d: the order has changed\n%s to\n%s", list, crl, ocsp, first, got)
					}
				})
			}
		}
	}
}

// A certificate that refers to a list must be good by it, whatever others say; and what others revoke is revoked.
func TestNoSourceStandsInForTheListReferredTo(t *testing.T) {
	for list := nothing; list < sayings; list++ {
		w, p, der := statusWorld(t, true)
		publishSaid(t, w, der, false, list)
		responder := testocsp.ByAuthority(w.ca.Intermediate)
		for ocsp := nothing; ocsp < sayings; ocsp++ {
			items := [][]byte{ocspSaid(testocsp.ByAuthority(w.ca.Root), w.ca.Intermediate.DER, good)}
			if item := ocspSaid(responder, der, ocsp); item != nil {
				items = append(items, item)
			}
			useBag(t, w.v, items)
			outcome, code := together(list, ocsp)
			if list == nothing && ocsp == good {
				outcome, code = verifier.Undetermined, verifier.CodeRevocationUnavailable
			}
			want(t, w.ask(p), outcome, code)
		}
	}
}

// statusWorld returns a client that holds nothing, and Alice's KeyPackage with its certificate; referring says whether
// certificates have an index.
func statusWorld(t *testing.T, referring bool) (*group, verifier.Presentation, []byte) {
	t.Helper()
	w := &group{t: t, ca: testca.New(testca.Options{NoStatus: !referring})}
	w.lists = testlist.New(authority, w.ca)
	w.trust = verifier.Trust{Authorities: []verifier.Authority{{
		ID: authority, Scope: scope(t, "example.com"), Anchors: [][]byte{w.ca.Root.DER}, Keys: []revocation.Key{w.lists.PublicKey()},
	}}}
	w.restart()
	c := w.ca.Alice()
	c.NotBefore = now.Add(-24 * time.Hour)
	p := verifier.Presentation{Kind: verifier.KeyPackage, Bytes: w.keyPackage(c), Expected: []string{alice}}
	return w, p, w.ca.Issue(c)
}

// useBag brings CRLs and OCSP responses.
func useBag(t *testing.T, v *verifier.Verifier, items [][]byte) {
	t.Helper()
	bag := &verifier.Bag{}
	for _, item := range items {
		if item != nil && bag.AddCRL(item) != nil {
			if err := bag.AddOCSP(item); err != nil {
				t.Fatal(err)
			}
		}
	}
	v.Use(bag)
}

// permutations calls use with each order of the items.
func permutations[T any](items []T, use func([]T)) {
	var permute func(n int)
	permute = func(n int) {
		if n == len(items) {
			use(items)
			return
		}
		for i := n; i < len(items); i++ {
			items[n], items[i] = items[i], items[n]
			permute(n + 1)
			items[n], items[i] = items[i], items[n]
		}
	}
	permute(0)
}

package ocsp_test

import (
	"bytes"
	"sync"
	"testing"
	"time"

	"github.com/e2eid/e2eid/revocation/ocsp"
	"github.com/e2eid/e2eid/tests/testca"
	"github.com/e2eid/e2eid/tests/testocsp"
)

var (
	baseWorld     = sync.OnceValue(func() world { return newWorld(testca.P256) })
	baseResponder = sync.OnceValue(func() *testocsp.Responder {
		return testocsp.Delegate(baseWorld().authority.Intermediate, "Responder", nil)
	})
)

// base returns a responder and a response of it that has one of everything.
func base() (*testocsp.Responder, testocsp.Response) {
	w, responder := baseWorld(), baseResponder()
	r := responder.Revoked(w.cert, testca.At, 1)
	r.Extensions = []testca.Ext{testocsp.Nonce([]byte("nonce")), testocsp.ExtendedRevoke()}
	r.Singles[0].Extensions = []testca.Ext{testocsp.CRLReference("https://crl.example"), testocsp.ArchiveCutoff(testca.NotBefore)}
	return responder, r
}

// basic returns the DER of a BasicOCSPResponse.
func basic() []byte {
	responder, template := base()
	r, err := ocsp.Parse(responder.Sign(template))
	if err != nil {
		panic(err)
	}
	return element(0x30, r.RawTBS, r.SignatureAlgorithm.Raw, element(3, []byte{0}, r.Signature))
}

func TestEverythingIsRead(t *testing.T) {
	responder, template := base()
	r := mustParse(t, responder.Sign(template))
	s := r.Singles[0]
	if string(r.Nonce) != "nonce" || !r.ExtendedRevoke || r.UnsupportedCritical || s.UnsupportedCritical ||
		!r.ProducedAt.Equal(testocsp.ProducedAt) || !s.ArchiveCutoff.Equal(testca.NotBefore) || s.Reason != 1 ||
		!s.RevokedAt.Equal(testca.At) || !bytes.Equal(r.Certificates[0], responder.Cert) {
		t.Errorf("%+v", r)
	}
}

func TestMalformedResponsesAreRefused(t *testing.T) {
	notTimes := map[string][]byte{
		"UTCTime":                    element(23, []byte("261123120000Z")),
		"a fraction of a second":     element(24, []byte("20261123120000.5Z")),
		"a time zone":                element(24, []byte("20261123120000+0100")),
		"no zone":                    element(24, []byte("20261123120000")),
		"no seconds":                 element(24, []byte("202611231200Z")),
		"a day that does not exist":  element(24, []byte("20260229120000Z")),
		"a leap second":              element(24, []byte("20261231235960Z")),
		"two times in place of one":  bytes.Repeat(testocsp.Time(testca.At), 2),
		"an empty time":              element(24),
		"a time of constructed form": element(24|0x20, []byte("20261123120000Z")),
	}
	type R = testocsp.Response
	cases := map[string]func(*R){
		"successful without content":       func(r *R) { r.RawBytes = []byte{} },
		"refusal with content":             func(r *R) { r.Status = 3 },
		"status is an INTEGER":             func(r *R) { r.RawStatus = []byte{2, 1, 0} },
		"status of two octets":             func(r *R) { r.RawStatus = []byte{10, 2, 0, 0} },
		"status without octets":            func(r *R) { r.RawStatus = []byte{10, 0} },
		"no status":                        func(r *R) { r.RawStatus = []byte{} },
		"content with an implicit tag":     func(r *R) { r.RawBytes = append([]byte{0xa0, 3}, 0x30, 1, 0) },
		"two contents":                     func(r *R) { r.Trailing = element(0xa0, element(0x30)) },
		"trailing bytes in OCSPResponse":   func(r *R) { r.Trailing = []byte{5, 0} },
		"trailing bytes in responseBytes":  func(r *R) { r.TrailingBytes = []byte{5, 0} },
		"trailing bytes in the basic part": func(r *R) { r.TrailingBasic = []byte{5, 0} },
		"trailing bytes in responseData":   func(r *R) { r.TrailingTBS = []byte{5, 0} },
		"trailing bytes in a single":       func(r *R) { r.Singles[0].Trailing = []byte{5, 0} },
		"trailing bytes in a CertID":       func(r *R) { r.Singles[0].ID.Trailing = []byte{5, 0} },
		"another type of response":         func(r *R) { r.Type = "1.3.6.1.5.5.7.48.1.4" },
		"no basic response":                func(r *R) { r.RawBasic = []byte{} },
		"two basic responses":              func(r *R) { r.RawBasic = bytes.Repeat(basic(), 2) },
		"empty basic response":             func(r *R) { r.RawBasic = element(0x30) },

		"version v1 stated":     func(r *R) { r.RawVersion = []byte{0xa0, 3, 2, 1, 0} },
		"version v2":            func(r *R) { r.RawVersion = []byte{0xa0, 3, 2, 1, 1} },
		"empty version":         func(r *R) { r.RawVersion = []byte{0xa0, 0} },
		"no responder":          func(r *R) { r.RawResponder = []byte{} },
		"unknown responder":     func(r *R) { r.RawResponder = element(0xa3, element(4, make([]byte, 20))) },
		"two responders":        func(r *R) { r.RawResponder = append(element(0xa1, r.RawName), element(0xa1, r.RawName)...) },
		"two names":             func(r *R) { r.RawName = bytes.Repeat(r.RawName, 2) },
		"no name":               func(r *R) { r.RawName = []byte{} },
		"name that is a SET":    func(r *R) { r.RawName = element(0x31) },
		"name without a tag":    func(r *R) { r.RawResponder = r.RawName },
		"key hash of 19 octets": func(r *R) { r.ByKey = make([]byte, 19) },
		"key hash of SHA-256":   func(r *R) { r.ByKey = make([]byte, 32) },
		"empty key hash":        func(r *R) { r.ByKey = []byte{} },
		"implicit key hash":     func(r *R) { r.RawResponder = element(0x82, make([]byte, 20)) },
		"two key hashes": func(r *R) {
			r.RawResponder = element(0xa2, bytes.Repeat(element(4, make([]byte, 20)), 2))
		},

		"no producedAt":         func(r *R) { r.RawProducedAt = []byte{} },
		"no thisUpdate":         func(r *R) { r.Singles[0].RawThisUpdate = []byte{} },
		"implicit nextUpdate":   func(r *R) { r.Singles[0].RawNextUpdate = element(0x80, []byte("20261123120000Z")) },
		"empty nextUpdate":      func(r *R) { r.Singles[0].RawNextUpdate = element(0xa0) },
		"nextUpdate twice":      func(r *R) { r.Singles[0].RawNextUpdate = bytes.Repeat(element(0xa0, testocsp.Time(testca.At)), 2) },
		"no responses":          func(r *R) { r.Singles = nil },
		"responses are a SET":   func(r *R) { r.RawSingles = element(0x31, r.Singles[0].DER()) },
		"responses are missing": func(r *R) { r.RawSingles = []byte{} },
		"one bad of two":        func(r *R) { r.RawSingles = element(0x30, r.Singles[0].DER(), element(0x30)) },

		"no status of the certificate": func(r *R) { r.Singles[0].RawStatus = []byte{} },
		"unknown choice of status":     func(r *R) { r.Singles[0].RawStatus = []byte{0x83, 0} },
		"two statuses":                 func(r *R) { r.Singles[0].RawStatus = []byte{0x80, 0, 0x82, 0} },
		"good with content":            func(r *R) { r.Singles[0].RawStatus = []byte{0x80, 2, 5, 0} },
		"good with an explicit NULL":   func(r *R) { r.Singles[0].RawStatus = []byte{0xa0, 2, 5, 0} },
		"good of constructed form":     func(r *R) { r.Singles[0].RawStatus = []byte{0xa0, 0} },
		"unknown with content":         func(r *R) { r.Singles[0].RawStatus = []byte{0x82, 1, 0} },
		"revoked of primitive form":    func(r *R) { r.Singles[0].RawStatus = element(0x81, testocsp.Time(testca.At)) },
		"revoked without a time":       func(r *R) { r.Singles[0].RawStatus = []byte{0xa1, 0} },
		"revoked with trailing bytes":  func(r *R) { r.Singles[0].RawStatus = element(0xa1, testocsp.Time(testca.At), []byte{5, 0}) },

		"empty hashes of an unknown algorithm": func(r *R) {
			r.Singles[0].ID = testocsp.CertID{Algorithm: testca.Algorithm("1.2.3", nil), Serial: []byte{1}}
		},
		"hash algorithm missing":       func(r *R) { r.Singles[0].ID.Algorithm = []byte{} },
		"hash algorithm is an OID":     func(r *R) { r.Singles[0].ID.Algorithm = testca.OID("1.3.14.3.2.26").DER() },
		"SHA-1 with parameters":        func(r *R) { r.Singles[0].ID.Algorithm = testca.Algorithm("1.3.14.3.2.26", []byte{4, 0}) },
		"SHA-1 with NULL of content":   func(r *R) { r.Singles[0].ID.Algorithm = testca.Algorithm("1.3.14.3.2.26", []byte{5, 1, 0}) },
		"SHA-1 with two parameters":    func(r *R) { r.Singles[0].ID.Algorithm = testca.Algorithm("1.3.14.3.2.26", []byte{5, 0, 5, 0}) },
		"name hash too short":          func(r *R) { r.Singles[0].ID.NameHash = r.Singles[0].ID.NameHash[1:] },
		"key hash too long":            func(r *R) { r.Singles[0].ID.KeyHash = append(r.Singles[0].ID.KeyHash, 0) },
		"both hashes too short":        func(r *R) { r.Singles[0].ID.NameHash, r.Singles[0].ID.KeyHash = make([]byte, 19), make([]byte, 19) },
		"empty hashes":                 func(r *R) { r.Singles[0].ID.NameHash, r.Singles[0].ID.KeyHash = nil, nil },
		"empty serial number":          func(r *R) { r.Singles[0].ID.Serial = nil },
		"serial number not minimal":    func(r *R) { r.Singles[0].ID.Serial = []byte{0, 1} },
		"serial number of 22 octets":   func(r *R) { r.Singles[0].ID.Serial = bytes.Repeat([]byte{1}, 22) },
		"signature has unused bits":    func(r *R) { r.RawSignature = []byte{3, 2, 1, 0x80} },
		"signature is an OCTET STRING": func(r *R) { r.RawSignature = []byte{4, 1, 0} },
		"signature is missing":         func(r *R) { r.RawSignature = []byte{} },
		"algorithm is missing":         func(r *R) { r.Algorithm = []byte{} },
		"algorithm with two params":    func(r *R) { r.Algorithm = testca.Algorithm("1.2.3", []byte{5, 0, 5, 0}) },

		"certificates are a SET":        func(r *R) { r.RawCertificates = element(0xa0, element(0x31)) },
		"certificates without a list":   func(r *R) { r.RawCertificates = element(0xa0) },
		"certificates twice":            func(r *R) { r.RawCertificates = bytes.Repeat(element(0xa0, element(0x30)), 2) },
		"two lists of certificates":     func(r *R) { r.RawCertificates = element(0xa0, element(0x30), element(0x30)) },
		"certificate is not a SEQUENCE": func(r *R) { r.Certificates = [][]byte{{4, 0}} },
		"responseExtensions twice": func(r *R) {
			r.RawExtensions = bytes.Repeat(element(0xa1, element(0x30, testocsp.ExtendedRevoke().DER())), 2)
		},
		"empty responseExtensions":       func(r *R) { r.RawExtensions = element(0xa1, element(0x30)) },
		"responseExtensions as [0]":      func(r *R) { r.RawExtensions = element(0xa0, element(0x30, testocsp.ExtendedRevoke().DER())) },
		"extension repeated":             func(r *R) { r.Extensions = append(r.Extensions, r.Extensions[0]) },
		"empty singleExtensions":         func(r *R) { r.Singles[0].RawExtensions = element(0xa1, element(0x30)) },
		"nonce without its OCTET STRING": func(r *R) { r.Extensions = []testca.Ext{testca.Unknown(testocsp.OIDNonce, false, []byte("nonce"))} },
		"nonce with trailing bytes":      func(r *R) { r.Extensions[0].Value = append(r.Extensions[0].Value, 0) },
		"extended revoke is not NULL":    func(r *R) { r.Extensions[1].Value = []byte{5, 1, 0} },
		"extended revoke is empty":       func(r *R) { r.Extensions[1].Value = nil },
		"archive cutoff is UTCTime":      func(r *R) { r.Singles[0].Extensions[1].Value = notTimes["UTCTime"] },
		"CRL reference is a SET":         func(r *R) { r.Singles[0].Extensions[0].Value = element(0x31) },
		"CRL reference trailing bytes": func(r *R) {
			r.Singles[0].Extensions[0].Value = append(r.Singles[0].Extensions[0].Value, 0)
		},
	}
	for name, b := range notTimes {
		cases["producedAt is "+name] = func(r *R) { r.RawProducedAt = b }
		cases["thisUpdate is "+name] = func(r *R) { r.Singles[0].RawThisUpdate = b }
		cases["nextUpdate is "+name] = func(r *R) { r.Singles[0].RawNextUpdate = element(0xa0, b) }
		cases["revocationTime is "+name] = func(r *R) { r.Singles[0].RawStatus = element(0xa1, b) }
	}
	for n := range 256 {
		if n > 10 || n == 7 {
			cases["reason "+string(rune(n))] = func(r *R) { r.Singles[0].Reason = n }
		}
	}
	for name, reason := range map[string][]byte{
		"implicit reason": {0x80, 1, 1}, "reason is an INTEGER": {0xa0, 3, 2, 1, 1}, "empty reason": {0xa0, 0},
		"reason of two octets": {0xa0, 4, 10, 2, 0, 1}, "two reasons": {0xa0, 6, 10, 1, 1, 10, 1, 1},
	} {
		cases[name] = func(r *R) { r.Singles[0].RawStatus = element(0xa1, testocsp.Time(testca.At), reason) }
	}
	if _, err := ocsp.Parse(wrapBasic(basic())); err != nil {
		t.Fatal(err)
	}
	for name, change := range cases {
		responder, template := base()
		change(&template)
		in := responder.Sign(template)
		if r, err := ocsp.Parse(in); err == nil {
			t.Errorf("%s: accepted %+v", name, r)
		}
		agree(t, in) // the error's type
	}
}

func TestFormsThatMustBeAccepted(t *testing.T) {
	type R = testocsp.Response
	for name, change := range map[string]func(*R){
		"empty list of certificates":     func(r *R) { r.Certificates = [][]byte{} },
		"no certificates":                func(r *R) { r.Certificates = nil },
		"certificate that is none":       func(r *R) { r.Certificates = [][]byte{{0x30, 0}} },
		"hash without parameters":        func(r *R) { r.Singles[0].ID.Algorithm = testca.Algorithm("1.3.14.3.2.26", nil) },
		"serial number zero":             func(r *R) { r.Singles[0].ID.Serial = []byte{0} },
		"serial number below zero":       func(r *R) { r.Singles[0].ID.Serial = []byte{0x80} },
		"serial number of 21 octets":     func(r *R) { r.Singles[0].ID.Serial = bytes.Repeat([]byte{1}, 21) },
		"empty name of the responder":    func(r *R) { r.RawName = element(0x30) },
		"year 9999":                      func(r *R) { r.Singles[0].NextUpdate = time.Date(9999, 12, 31, 23, 59, 59, 0, time.UTC) },
		"nextUpdate before thisUpdate":   func(r *R) { r.Singles[0].NextUpdate = testca.NotBefore },
		"29 February of a leap year":     func(r *R) { r.ProducedAt = time.Date(2028, 2, 29, 0, 0, 0, 0, time.UTC) },
		"empty signature":                func(r *R) { r.RawSignature = []byte{3, 1, 0} },
		"two answers for one":            func(r *R) { r.Singles = append(r.Singles, testocsp.Single{ID: r.Singles[0].ID}) },
		"unknown extension":              func(r *R) { r.Extensions = append(r.Extensions, testca.Unknown("1.2.3", false, nil)) },
		"CRL reference that is empty":    func(r *R) { r.Singles[0].Extensions[0].Value = element(0x30) },
		"signed certificate timestamps":  func(r *R) { r.Singles[0].Extensions[0].OID = "1.3.6.1.4.1.11129.2.4.5" },
		"nonce of the longest":           func(r *R) { r.Extensions[0] = testocsp.Nonce(make([]byte, 128)) },
		"nonce of the shortest":          func(r *R) { r.Extensions[0] = testocsp.Nonce(make([]byte, 1)) },
		"hashes of an unknown algorithm": func(r *R) { r.Singles[0].ID.Algorithm = testca.Algorithm("1.2.3", []byte{4, 0}) },
	} {
		responder, template := base()
		change(&template)
		in := responder.Sign(template)
		mustParseNamed(t, name, in)
		agree(t, in)
	}
}

func mustParseNamed(t *testing.T, name string, in []byte) {
	t.Helper()
	if _, err := ocsp.Parse(in); err != nil {
		t.Errorf("%s: %v", name, err)
	}
}

package crl_test

import (
	"bytes"
	"errors"
	"math/big"
	"strings"
	"testing"
	"time"

	"github.com/e2eid/e2eid/internal/pkix"
	"github.com/e2eid/e2eid/revocation/crl"
	"github.com/e2eid/e2eid/tests/testca"
	"github.com/e2eid/e2eid/tests/testcrl"
)

var authority = testca.New(testca.Options{})

func issue(l testcrl.List) []byte { return testcrl.Issue(authority.Intermediate, l) }

// with returns a list that has these extensions and entries.
func with(extensions []testca.Ext, entries ...testcrl.Entry) testcrl.List {
	l := testcrl.List{Entries: entries}
	l.Set(extensions...)
	return l
}

func exts(e ...testca.Ext) []testca.Ext { return e }

func ext(id testca.OID, value string) testca.Ext { return testca.Ext{OID: id, Value: []byte(value)} }

func mustParse(t testing.TB, der []byte) *crl.List {
	t.Helper()
	l, err := crl.Parse(der)
	if err != nil {
		t.Fatal(err)
	}
	return l
}

var (
	indirect = testcrl.IDP(testcrl.Scope{Indirect: true})
	someone  = testca.Name{{Type: testca.OIDCommonName, Value: "Someone"}}
	another  = testca.Name{{Type: testca.OIDCommonName, Value: "Another"}}
)

func TestEveryPartOfAListIsDecoded(t *testing.T) {
	at := time.Date(2051, 2, 3, 4, 5, 6, 0, time.UTC)
	point := testcrl.Point{FullName: []testca.GeneralName{testca.URI("http://a.example/delta.crl")}}
	list := testcrl.List{
		ThisUpdate: testca.At, NextUpdate: at,
		Entries: []testcrl.Entry{
			testcrl.RevokeSerial(0x80, testcrl.Reason(testcrl.KeyCompromise), testcrl.InvalidityDate(testca.NotBefore)),
			testcrl.RevokeSerial(-2),
		},
	}
	list.Set(testcrl.Number(300), testcrl.Delta(299), testcrl.FreshestCRL(point), testcrl.IDP(testcrl.Scope{
		FullName:  []testca.GeneralName{testca.URI("http://a.example/users.crl"), testca.Directory(someone)},
		OnlyUsers: true, Indirect: true, Reasons: []int{testcrl.FlagKeyCompromise, testcrl.FlagAACompromise},
	}))
	der := issue(list)
	l := mustParse(t, der)

	if !bytes.Equal(l.Raw, der) || !bytes.Contains(der, l.RawTBS) || l.Version != 2 || l.UnsupportedCritical {
		t.Errorf("raw, version or critical: %d, %t", l.Version, l.UnsupportedCritical)
	}
	if !bytes.Equal(l.Issuer.Raw, authority.Intermediate.Cert.Subject.DER()) {
		t.Errorf("issuer %x", l.Issuer.Raw)
	}
	if !l.ThisUpdate.Equal(testca.At) || !l.NextUpdate.Equal(at) {
		t.Errorf("times %v, %v", l.ThisUpdate, l.NextUpdate)
	}
	if !bytes.Equal(l.Number, []byte{1, 44}) || !bytes.Equal(l.BaseNumber, []byte{1, 43}) {
		t.Errorf("numbers %x, %x", l.Number, l.BaseNumber)
	}
	if l.AuthorityKeyID == nil || len(l.AuthorityKeyID.KeyID) != 20 {
		t.Errorf("authority key identifier %v", l.AuthorityKeyID)
	}
	if len(l.FreshestCRL) != 1 || string(l.FreshestCRL[0].Name.FullName[0].Value) != "http://a.example/delta.crl" {
		t.Errorf("freshest CRL %v", l.FreshestCRL)
	}
	s := l.Scope
	if s == nil || len(s.Name.FullName) != 2 || s.Name.RelativeName != nil || !s.OnlyUsers || s.OnlyCAs || s.OnlyAttributes ||
		!s.Indirect || s.Reasons != 1<<1|1<<8 {
		t.Errorf("scope %+v", s)
	}
	if len(l.Extensions) != 5 || l.Entries() != 2 {
		t.Errorf("%d extensions, %d entries", len(l.Extensions), l.Entries())
	}
	issuer := l.Issuer.Key()
	e, ok := l.Entry(issuer, []byte{0, 0x80})
	if !ok || e.Issuer != nil || e.Reason != crl.KeyCompromise || !e.RevokedAt.Equal(testcrl.RevokedAt) || !bytes.Equal(e.Serial, []byte{0, 0x80}) {
		t.Errorf("entry %+v, %t", e, ok)
	}
	if e, ok = l.Entry(issuer, []byte{0xfe}); !ok || e.Reason != crl.Unspecified {
		t.Errorf("entry %+v, %t", e, ok)
	}
	for _, absent := range [][]byte{nil, {}, {0x80}, {0}, {2}, bytes.Repeat([]byte{1}, 100)} {
		if _, ok := l.Entry(issuer, absent); ok {
			t.Errorf("serial %x found", absent)
		}
	}
	if _, ok := l.Entry("someone else", []byte{0xfe}); ok {
		t.Error("found for another issuer")
	}
}

func TestRelativeNameOfAScopeIsDecoded(t *testing.T) {
	l := mustParse(t, issue(with(exts(testcrl.IDP(testcrl.Scope{RelativeName: someone})))))
	if a := l.Scope.Name.RelativeName; len(a) != 1 || string(a[0].Value) != "Someone" || l.Scope.Name.FullName != nil {
		t.Errorf("%+v", l.Scope.Name)
	}
}

// What is not conforming of an issuer and still has one clear meaning, or is defined but not forbidden.
func TestListsThatAreTaken(t *testing.T) {
	long := new(big.Int).Sub(new(big.Int).Lsh(big.NewInt(1), 160), big.NewInt(1))
	v1 := testcrl.List{Version: 1, Entries: []testcrl.Entry{testcrl.RevokeSerial(1)}}
	for _, c := range []struct {
		name string
		list testcrl.List
	}{
		{"nothing revoked", testcrl.List{}},
		{"version 1", v1},
		{"revokedCertificates is empty", testcrl.List{RawEntries: []byte{0x30, 0}}},
		{"no nextUpdate", testcrl.List{NoNextUpdate: true}},
		{"nextUpdate equals thisUpdate", testcrl.List{ThisUpdate: testca.At, NextUpdate: testca.At}},
		{"GeneralizedTime before 2050", testcrl.List{RawTimes: []byte("\x18\x0f20260101000000Z\x17\x0d270101000000Z")}},
		{"no number, no key identifier", func() (l testcrl.List) {
			l.Forbid(testcrl.OIDNumber, testca.OIDAuthorityKeyID)
			return l
		}()},
		{"the largest number", with(exts(testcrl.BigNumber(long)))},
		{"number 0", with(exts(testcrl.Number(0)))},
		{"number is critical", with(exts(testcrl.Number(1).WithCritical(true)))},
		{"key identifier is critical", with(exts(testca.AKI([]byte{1}).WithCritical(true)))},
		{"delta indicator is not critical", with(exts(testcrl.Delta(1).WithCritical(false)))},
		{"scope is not critical", with(exts(testcrl.IDP(testcrl.Scope{OnlyCAs: true}).WithCritical(false)))},
		{"freshestCRL in a delta", with(exts(testcrl.Delta(1), testcrl.FreshestCRL(testcrl.Point{RelativeName: someone})))},
		{"only attribute certificates", with(exts(testcrl.IDP(testcrl.Scope{OnlyAttributes: true})))},
		{"unknown extension", with(exts(testca.Unknown("1.2.3", false, []byte{5})))},
		{"reason is critical", with(nil, testcrl.RevokeSerial(1, testcrl.Reason(1).WithCritical(true)))},
		{"unknown extension of an entry", with(nil, testcrl.RevokeSerial(1, testca.Unknown("1.2.3", false, nil)))},
		{"removeFromCRL in a delta", with(exts(testcrl.Delta(1)), testcrl.RevokeSerial(1, testcrl.Reason(8)))},
		{"certificateIssuer is not critical", with(exts(indirect), testcrl.RevokeSerial(1, testcrl.CertificateIssuer(testca.Directory(someone)).WithCritical(false)))},
		{"revoked after thisUpdate", with(nil, testcrl.Entry{Serial: big.NewInt(1), RevokedAt: testca.NotAfter})},
		{"serial number of 20 octets and a zero", with(nil, testcrl.Entry{Serial: long})},
	} {
		t.Run(c.name, func(t *testing.T) {
			if l := mustParse(t, issue(c.list)); l.UnsupportedCritical {
				t.Error("unsupported critical")
			}
		})
	}
}

func TestListsThatAreMalformed(t *testing.T) {
	tooLong := new(big.Int).Lsh(big.NewInt(1), 160)
	entry := func(e testcrl.Entry) testcrl.List { return with(nil, e) }
	extension := func(e ...testca.Ext) testcrl.List { return with(nil, testcrl.RevokeSerial(1, e...)) }
	scope := func(value string) testcrl.List { return with(exts(ext(testcrl.OIDIssuingDistributionPoint, value))) }
	cases := []struct {
		name, want string // want is in the error
		list       testcrl.List
	}{
		{"signature algorithm inside differs", "signatureAlgorithm: differs", testcrl.List{InnerAlgorithm: testca.NewKey(testca.Ed25519, "x").AlgorithmIdentifier()}},
		{"trailing element", "CertificateList", testcrl.List{Trailing: []byte{5, 0}}},
		{"trailing element inside", "TBSCertList: trailing", testcrl.List{TrailingTBS: []byte{5, 0}}},
		{"signature is not of whole octets", "whole octets", testcrl.List{RawSignature: []byte{3, 2, 4, 0xf0}}},
		{"version 3", "version", testcrl.List{Version: 3}},
		{"version 1 is not left out", "version", testcrl.List{RawVersion: []byte{2, 1, 0}}},
		{"version 2 in two octets", "version", testcrl.List{RawVersion: []byte{2, 2, 0, 1}}},
		{"issuer without a name", "issuer: empty", testcrl.List{Issuer: testca.Name{}}},
		{"issuer is not a name", "issuer", testcrl.List{RawIssuer: []byte{0x31, 0}}},
		{"no thisUpdate", "thisUpdate", testcrl.List{RawTimes: []byte{}}},
		{"time of another zone", "thisUpdate", testcrl.List{RawTimes: []byte("\x17\x11260101000000+0100")}},
		{"time without seconds", "thisUpdate", testcrl.List{RawTimes: []byte("\x17\x0b2601010000Z")}},
		{"nextUpdate of another zone", "nextUpdate", testcrl.List{RawTimes: []byte("\x17\x0d260101000000Z\x17\x11270101000000+0100")}},
		{"nextUpdate before thisUpdate", "nextUpdate: before", testcrl.List{ThisUpdate: testca.At, NextUpdate: testca.At.Add(-time.Second)}},
		{"version 1 with extensions", "version 1", testcrl.List{Version: 1, Extensions: exts(testcrl.Number(1))}},
		{"version 1 with extensions of an entry", "version 1", testcrl.List{Version: 1, Entries: []testcrl.Entry{testcrl.RevokeSerial(1, testcrl.Reason(1))}}},
		{"no extensions in the field", "extensions", testcrl.List{RawExtensions: []byte{0xa0, 2, 0x30, 0}}},
		{"extensions with trailing bytes", "extensions", testcrl.List{RawExtensions: append([]byte{0xa0, 16}, append(testca.Ext{OID: "1.2.3", Value: []byte{}}.DER(), make([]byte, 16)...)[:16]...)}},
		{"extension stands twice", "repeated", testcrl.List{Extensions: exts(testcrl.Number(1), testcrl.Number(1))}},
		{"negative number", "cRLNumber", with(exts(testcrl.Number(-1)))},
		{"number of 161 bits", "cRLNumber", with(exts(testcrl.BigNumber(tooLong)))},
		{"number with a leading zero", "cRLNumber", with(exts(ext(testcrl.OIDNumber, "\x02\x02\x00\x01")))},
		{"empty number", "cRLNumber", with(exts(ext(testcrl.OIDNumber, "\x02\x00")))},
		{"number with trailing bytes", "trailing", with(exts(ext(testcrl.OIDNumber, "\x02\x01\x01\x05\x00")))},
		{"negative base number", "deltaCRLIndicator", with(exts(testcrl.Delta(-1)))},
		{"scope is empty", "issuingDistributionPoint: empty", with(exts(testcrl.IDP(testcrl.Scope{})))},
		{"only users and only authorities", "only one kind", with(exts(testcrl.IDP(testcrl.Scope{OnlyUsers: true, OnlyCAs: true})))},
		{"only users and only attributes", "only one kind", with(exts(testcrl.IDP(testcrl.Scope{OnlyUsers: true, OnlyAttributes: true})))},
		{"only authorities and only attributes", "only one kind", with(exts(testcrl.IDP(testcrl.Scope{OnlyCAs: true, OnlyAttributes: true})))},
		{"FALSE is not left out", "issuingDistributionPoint", scope("\x30\x06\x81\x01\x00\x84\x01\xff")},
		{"flag that is not DER", "issuingDistributionPoint", scope("\x30\x03\x81\x01\x01")},
		{"flags in the wrong order", "issuingDistributionPoint", scope("\x30\x06\x84\x01\xff\x81\x01\xff")},
		{"flag stands twice", "issuingDistributionPoint", scope("\x30\x06\x81\x01\xff\x81\x01\xff")},
		{"no reasons in the scope's", "reasons", scope("\x30\x03\x83\x01\x00")},
		{"unknown reason in the scope's", "reasons", scope("\x30\x05\x83\x03\x06\x00\x40")},
		{"trailing zero bits in the scope's reasons", "reasons", scope("\x30\x04\x83\x02\x05\x40")},
		{"no names in the scope's", "name", scope("\x30\x04\xa0\x02\xa0\x00")},
		{"no choice of the scope's names", "name", scope("\x30\x02\xa0\x00")},
		{"freshestCRL without points", "distribution points", with(exts(testcrl.FreshestCRL()))},
		{"empty key identifier", "authorityKeyIdentifier", with(exts(testca.AKI(nil)))},
		{"entry without a date", "revocationDate", entry(testcrl.Entry{Raw: []byte{0x30, 3, 2, 1, 1}})},
		{"entry is not a SEQUENCE", "not an entry", entry(testcrl.Entry{Raw: []byte{0x31, 0}})},
		{"entry beyond the end", "not an entry", entry(testcrl.Entry{Raw: []byte{0x30, 0x7f}})},
		{"serial number with a leading zero", "serial number", entry(testcrl.Entry{RawSerial: []byte{2, 2, 0, 1}})},
		{"negative serial number with leading ones", "serial number", entry(testcrl.Entry{RawSerial: []byte{2, 2, 0xff, 0x80}})},
		{"empty serial number", "serial number", entry(testcrl.Entry{RawSerial: []byte{2, 0}})},
		{"serial number of 22 octets", "serial number", entry(testcrl.Entry{RawSerial: append([]byte{2, 22, 1}, make([]byte, 21)...)})},
		{"date that does not exist", "revocationDate", entry(testcrl.Entry{Serial: big.NewInt(1), RawTime: []byte("\x17\x0d260230000000Z")})},
		{"entry with no extensions in the field", "crlEntryExtensions", entry(testcrl.Entry{Raw: []byte("\x30\x14\x02\x01\x01\x17\x0d260101000000Z\x30\x00")})},
		{"entry with trailing bytes", "crlEntryExtensions", entry(testcrl.Entry{Raw: []byte("\x30\x14\x02\x01\x01\x17\x0d260101000000Z\x05\x00")})},
		{"entry with bytes after its extensions", "crlEntryExtensions", entry(testcrl.Entry{Raw: []byte("\x30\x22\x02\x01\x01\x17\x0d260101000000Z\x30\x0c\x30\x0a\x06\x03\x55\x1d\x15\x04\x03\x0a\x01\x01\x05\x00")})},
		{"extension of an entry stands twice", "repeated: 2.5.29.21", extension(testcrl.Reason(1), testcrl.Reason(1))},
		{"unknown extension of an entry stands twice", "repeated: 1.2.3", extension(testca.Unknown("1.2.3", false, nil), testca.Unknown("1.2.3", false, nil))},
		{"critical is not DER", "BOOLEAN", extension(testca.Ext{Raw: []byte("\x30\x0a\x06\x02\x2a\x03\x01\x01\x01\x04\x01\x00")})},
		{"extension of an entry without a value", "OCTET STRING", extension(testca.Ext{Raw: []byte("\x30\x04\x06\x02\x2a\x03")})},
		{"extension of an entry with a malformed identifier", "not an extension", extension(testca.Ext{Raw: []byte("\x30\x06\x06\x02\x2a\x83\x04\x00")})},
		{"reason 7", "reasonCode", extension(testcrl.Reason(7))},
		{"reason 11", "reasonCode", extension(testcrl.Reason(11))},
		{"reason of two octets", "reasonCode", extension(ext(testcrl.OIDReasonCode, "\x0a\x02\x00\x01"))},
		{"reason is an INTEGER", "reasonCode", extension(ext(testcrl.OIDReasonCode, "\x02\x01\x01"))},
		{"reason with trailing bytes", "reasonCode", extension(ext(testcrl.OIDReasonCode, "\x0a\x01\x01\x00"))},
		{"removeFromCRL in a complete list", "removeFromCRL", extension(testcrl.Reason(8))},
		{"invalidity date is a UTCTime", "invalidityDate", extension(ext(testcrl.OIDInvalidityDate, "\x17\x0d260101000000Z"))},
		{"invalidity date with a fraction", "invalidityDate", extension(ext(testcrl.OIDInvalidityDate, "\x18\x1120260101000000.5Z"))},
		{"invalidity date with trailing bytes", "invalidityDate", extension(ext(testcrl.OIDInvalidityDate, "\x18\x0f20260101000000Z\x00"))},
		{"certificateIssuer in a direct list", "certificateIssuer: in a list", extension(testcrl.CertificateIssuer(testca.Directory(someone)))},
		{"certificateIssuer without names", "certificateIssuer", with(exts(indirect), testcrl.RevokeSerial(1, testcrl.CertificateIssuer()))},
		{"certificateIssuer is malformed", "certificateIssuer", with(exts(indirect), testcrl.RevokeSerial(1, testcrl.CertificateIssuer(testca.GeneralName{0x89, 0})))},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			l, err := crl.Parse(issue(c.list))
			var malformed *pkix.ParseError
			if l != nil || !errors.As(err, &malformed) || !errors.Is(err, pkix.ErrMalformed) || !strings.Contains(err.Error(), c.want) {
				t.Errorf("%v, %v; want an error with %q", l, err, c.want)
			}
		})
	}
}

func TestEveryPrefixOfAListIsMalformed(t *testing.T) {
	der := issue(with(exts(indirect), testcrl.RevokeSerial(1, testcrl.Reason(1), testcrl.CertificateIssuer(testca.Directory(someone)))))
	for i := range der {
		if l, err := crl.Parse(der[:i]); l != nil || err == nil {
			t.Errorf("%d of %d octets are taken", i, len(der))
		}
	}
	if _, err := crl.Parse(append(bytes.Clone(der), 0)); err == nil {
		t.Error("a trailing octet is taken")
	}
}

// Row 62 of the red team.
func TestAListWithACriticalExtensionThatIsNotProcessedSaysSo(t *testing.T) {
	unknown := testca.Unknown("1.2.3", true, []byte{1})
	for _, c := range []struct {
		name string
		list testcrl.List
	}{
		{"unknown, of the list", with(exts(unknown))},
		{"unknown, of an entry", with(nil, testcrl.RevokeSerial(1, unknown), testcrl.RevokeSerial(2))},
		{"unknown, of an entry, before others", with(nil, testcrl.RevokeSerial(1, unknown, testca.Unknown("1.2.4", false, nil), testcrl.Reason(1)))},
		{"unknown, of the last entry", with(nil, testcrl.RevokeSerial(1), testcrl.RevokeSerial(2, testcrl.Reason(1), unknown))},
		{"issuerAltName, which nobody looks at", with(exts(testca.Unknown(testca.OIDIssuerAltName, true, []byte{0x30, 0})))},
		{"an extension of entries in the place of those of lists", with(exts(testcrl.Reason(1).WithCritical(true)))},
		{"an extension of lists in an entry", with(nil, testcrl.RevokeSerial(1, testcrl.Number(1).WithCritical(true)))},
		{"certificateIssuer that names no directory", with(exts(indirect), testcrl.RevokeSerial(1, testcrl.CertificateIssuer(testca.DNS("a.example"))))},
		{"certificateIssuer that names two", with(exts(indirect), testcrl.RevokeSerial(1, testcrl.CertificateIssuer(testca.Directory(someone), testca.Directory(another))))},
		{"certificateIssuer that names an empty one", with(exts(indirect), testcrl.RevokeSerial(1, testcrl.CertificateIssuer(testca.Directory(testca.Name{}))))},
	} {
		t.Run(c.name, func(t *testing.T) {
			if l := mustParse(t, issue(c.list)); !l.UnsupportedCritical {
				t.Error("passes for a list that can be used")
			}
		})
	}
}

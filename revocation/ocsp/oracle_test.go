package ocsp_test

import (
	"bytes"
	"crypto"
	"crypto/x509"
	"encoding/asn1"
	"errors"
	"math/big"
	"strings"
	"testing"

	"github.com/e2eid/e2eid/internal/der"
	"github.com/e2eid/e2eid/internal/pkix"
	"github.com/e2eid/e2eid/revocation/ocsp"
	"github.com/e2eid/e2eid/tests/testca"
	"github.com/e2eid/e2eid/tests/testocsp"

	oracle "golang.org/x/crypto/ocsp"
)

// exceptions are what Parse accepts and golang.org/x/crypto/ocsp does not: a text of its error, and why. An example
// that it takes is an exception no more, and fails.
var exceptions = []struct {
	text, reason string
	example      func(*testocsp.Response)
}{
	{"unsupported critical extension", "we report it beside the status, for the verifier to refuse", func(r *testocsp.Response) {
		r.Singles[0].Extensions = []testca.Ext{testca.Unknown("1.2.3", true, nil)}
	}},
	{"unsupported issuer hash algorithm", "another single of the response may be the one that is wanted", func(r *testocsp.Response) {
		r.Singles[0].ID.Algorithm = testca.Algorithm("2.16.840.1.101.3.4.2.7", nil) // SHA3-224
		r.Singles[0].ID.NameHash, r.Singles[0].ID.KeyHash = make([]byte, 28), make([]byte, 28)
	}},
	{"base 128 integer too large", "arcs of an OID may exceed 31 bits", func(r *testocsp.Response) {
		r.Singles[0].Extensions = []testca.Ext{testca.Unknown(testca.OIDStatus, false, nil)}
	}},
	{"invalid responder name", "a PrintableString may have @ and _, as names of certificates may", func(r *testocsp.Response) {
		r.RawName = testca.Name{{Type: testca.OIDCommonName, Value: "a@b_c", Tag: asn1.TagPrintableString}}.DER()
	}},
}

// agree parses in with both, and fails unless: one of ours is nil, the response or the error; the error is of a
// documented type; the response consists of exactly the bytes that were parsed; and the oracle agrees.
func agree(t *testing.T, in []byte) {
	t.Helper()
	r, err := ocsp.Parse(in)
	if err != nil {
		if r != nil {
			t.Errorf("Parse(%x) returned a response beside %v", in, err)
		}
		refused(t, in, err)
		return
	}
	if got := wrap(r, r.Certificates); !bytes.Equal(got, in) && !bytes.Equal(wrap(r, [][]byte{}), in) {
		t.Errorf("%x does not re-encode to itself, but to %x", in, got)
	}
	reencode(t, r)
	// The oracle checks signatures with certificates that are carried: it gets the response without.
	bare := wrap(r, nil)
	for i := range r.Singles {
		s := first(r, r.Singles[i].ID.Serial)
		o, err := oracle.ParseResponseForCert(bare, &x509.Certificate{SerialNumber: integer(s.ID.Serial)}, nil)
		if err != nil {
			if !excepted(err) {
				t.Errorf("the oracle refuses %x: %v", bare, err)
			}
			continue
		}
		compare(t, r, s, o)
	}
}

// refused checks an error of Parse.
func refused(t *testing.T, in []byte, err error) {
	t.Helper()
	var malformed *pkix.ParseError
	var status *ocsp.StatusError
	switch {
	case errors.As(err, &status):
		_, err := oracle.ParseResponse(in, nil)
		if refusal, ok := err.(oracle.ResponseError); !ok || int(refusal.Status) != int(status.Status) {
			t.Errorf("Parse(%x): %v, and the oracle %v", in, status, err)
		}
		if !bytes.Equal(in, testocsp.Refusal(byte(status.Status))) {
			t.Errorf("Parse(%x): %v, of a response that has more than a status", in, status)
		}
	case !errors.As(err, &malformed):
		t.Errorf("Parse(%x): %T %v", in, err, err)
	}
}

func excepted(err error) bool {
	for _, e := range exceptions {
		if strings.Contains(err.Error(), e.text) {
			return true
		}
	}
	return false
}

// compare fails unless the oracle read the same from a single and the response around it.
func compare(t *testing.T, r *ocsp.Response, s ocsp.Single, o *oracle.Response) {
	t.Helper()
	same := func(what string, ok bool) {
		t.Helper()
		if !ok {
			t.Errorf("%s: %+v and the oracle %+v", what, r, o)
		}
	}
	same("status", s.Status == map[int]ocsp.Status{
		oracle.Good: ocsp.Good, oracle.Revoked: ocsp.Revoked, oracle.Unknown: ocsp.Unknown}[o.Status])
	same("serial number", integer(s.ID.Serial).Cmp(o.SerialNumber) == 0)
	same("producedAt", r.ProducedAt.Equal(o.ProducedAt))
	same("thisUpdate", s.ThisUpdate.Equal(o.ThisUpdate))
	same("nextUpdate", s.NextUpdate.Equal(o.NextUpdate))
	same("revocationTime", s.RevokedAt.Equal(o.RevokedAt))
	same("reason", int(s.Reason) == o.RevocationReason)
	same("key hash", bytes.Equal(r.ResponderKeyHash, o.ResponderKeyHash))
	same("name", r.ResponderName == nil && o.RawResponderName == nil ||
		r.ResponderName != nil && bytes.Equal(r.ResponderName.Raw, o.RawResponderName))
	same("what is signed", bytes.Equal(r.RawTBS, o.TBSResponseData))
	same("signature", bytes.Equal(r.Signature, o.Signature))
	same("hash", hashes[s.ID.Hash.String()] == o.IssuerHash)
}

var hashes = map[string]crypto.Hash{
	"1.3.14.3.2.26":          crypto.SHA1,
	"2.16.840.1.101.3.4.2.1": crypto.SHA256,
	"2.16.840.1.101.3.4.2.2": crypto.SHA384,
	"2.16.840.1.101.3.4.2.3": crypto.SHA512,
}

// first returns the single that the oracle finds: the first of its serial number.
func first(r *ocsp.Response, serial []byte) ocsp.Single {
	for _, s := range r.Singles {
		if bytes.Equal(s.ID.Serial, serial) {
			return s
		}
	}
	panic("no such single")
}

// integer returns the value of an INTEGER's content.
func integer(content []byte) *big.Int {
	v := new(big.Int).SetBytes(content)
	if content[0]&0x80 != 0 {
		v.Sub(v, new(big.Int).Lsh(big.NewInt(1), uint(8*len(content))))
	}
	return v
}

// wrap encodes a response from its parts, with these certificates; nil is no field.
func wrap(r *ocsp.Response, certificates [][]byte) []byte {
	list := []byte{}
	if certificates != nil {
		list = element(0xa0, element(0x30, certificates...))
	}
	bits := element(3, []byte{0}, r.Signature)
	return wrapBasic(element(0x30, r.RawTBS, r.SignatureAlgorithm.Raw, bits, list))
}

func wrapBasic(basic []byte) []byte {
	kind := testca.OID("1.3.6.1.5.5.7.48.1.1").DER()
	return element(0x30, []byte{10, 1, 0}, element(0xa0, element(0x30, kind, element(4, basic))))
}

func element(tag byte, parts ...[]byte) []byte {
	raw := asn1.RawValue{Class: int(tag >> 6), Tag: int(tag & 31), IsCompound: tag&32 != 0, Bytes: bytes.Join(parts, nil)}
	out, err := asn1.Marshal(raw)
	if err != nil {
		panic(err)
	}
	return out
}

// reencode fails unless what is signed can be written again from the decoded fields alone, where no extensions are and
// every hash is known: nothing that Parse accepts goes unread. Parameters and an unspecified reason may be there or not.
func reencode(t *testing.T, r *ocsp.Response) {
	t.Helper()
	out := testocsp.Response{ByKey: r.ResponderKeyHash, ProducedAt: r.ProducedAt}
	if r.ResponderName != nil {
		out.RawName = r.ResponderName.Raw
	}
	for _, s := range r.Singles {
		hash, known := hashes[s.ID.Hash.String()]
		if !known || hash.Size() > 32 || s.ThisUpdate.IsZero() || s.Status == ocsp.Revoked && s.RevokedAt.IsZero() {
			return // zero times are defaults of testocsp
		}
		single := testocsp.Single{
			ID: testocsp.CertID{Algorithm: testocsp.HashAlgorithm(hash),
				NameHash: s.ID.IssuerNameHash, KeyHash: s.ID.IssuerKeyHash, Serial: s.ID.Serial},
			Status:    map[ocsp.Status]testocsp.Status{ocsp.Good: testocsp.Good, ocsp.Revoked: testocsp.Revoked, ocsp.Unknown: testocsp.Unknown}[s.Status],
			RevokedAt: s.RevokedAt, Reason: int(s.Reason),
			ThisUpdate: s.ThisUpdate, NextUpdate: s.NextUpdate, NoNextUpdate: s.NextUpdate.IsZero(),
		}
		if !bytes.Contains(r.RawTBS, single.ID.DER()) {
			single.ID.Algorithm = testca.Algorithm(testca.OID(s.ID.Hash.String()), nil)
		}
		if s.Reason == 0 && !bytes.Contains(r.RawTBS, single.DER()) {
			single.Reason = -1
		}
		out.Singles = append(out.Singles, single)
	}
	if got := out.TBS(); !bytes.Equal(got, r.RawTBS) && !hasExtensions(r.RawTBS) {
		t.Errorf("responseData %x\nis written again as %x", r.RawTBS, got)
	}
}

// hasExtensions reports whether ResponseData that Parse accepted has extensions, in itself or in a single.
func hasExtensions(tbs []byte) bool {
	last := func(s der.String) bool {
		var e der.String
		var tag der.Tag
		for s.AnyElement(&e, &tag) {
			if tag == der.Context(1).Constructed() && s.Empty() {
				return true
			}
		}
		return false
	}
	in := der.String(tbs)
	var content, skip, list, single der.String
	var tag der.Tag
	in.Read(&content, der.Sequence)
	content.AnyElement(&skip, &tag) // responderID has one of the same tags
	content.AnyElement(&skip, &tag)
	found := last(content)
	content.Read(&list, der.Sequence)
	for list.Read(&single, der.Sequence) {
		single.AnyElement(&skip, &tag)
		single.AnyElement(&skip, &tag) // so has certStatus
		found = found || last(single)
	}
	return found
}

package ocsp_test

import (
	"bytes"
	"crypto"
	"crypto/sha1"
	"testing"

	"github.com/e2eid/e2eid/internal/der"
	"github.com/e2eid/e2eid/internal/pkix"
	"github.com/e2eid/e2eid/revocation/ocsp"
	"github.com/e2eid/e2eid/tests/testca"
	"github.com/e2eid/e2eid/tests/testocsp"
)

func TestCertIDMatchesOneIssuerAndOneSerialNumber(t *testing.T) {
	for _, kind := range kinds() {
		w := newWorld(kind)
		name := w.authority.IntermediateCert().Subject.DER()
		key := publicKey(t, w.authority.Intermediate.Key).Key
		for _, hash := range []crypto.Hash{crypto.SHA1, crypto.SHA256, crypto.SHA384, crypto.SHA512} {
			responder := testocsp.ByAuthority(w.authority.Intermediate)
			responder.Hash = hash
			id := mustParse(t, responder.Sign(responder.Good(w.cert))).Singles[0].ID
			known := hash == crypto.SHA1 || hash == crypto.SHA256
			if id.Matches(name, key, id.Serial) != known {
				t.Errorf("%v, %v: Matches = %v", kind, hash, !known)
			}
			for what, args := range map[string][3][]byte{
				"another name":          {append(bytes.Clone(name), 0), key, id.Serial},
				"another key":           {name, append(bytes.Clone(key), 0), id.Serial},
				"another serial number": {name, key, append(bytes.Clone(id.Serial), 0)},
				"name and key swapped":  {key, name, id.Serial},
				"hashes for values":     {id.IssuerNameHash, id.IssuerKeyHash, id.Serial},
				"no name":               {nil, key, id.Serial},
				"no key":                {name, nil, id.Serial},
				"no serial number":      {name, key, nil},
			} {
				if id.Matches(args[0], args[1], args[2]) {
					t.Errorf("%v, %v: matches %s", kind, hash, what)
				}
			}
		}
	}
}

func TestResponderIsFoundByNameOrByKey(t *testing.T) {
	for _, kind := range kinds() {
		w := newWorld(kind)
		ca := w.authority.Intermediate
		key := publicKey(t, ca.Key).Key
		other := publicKey(t, testca.NewKey(kind, "other")).Key
		name := readName(t, w.authority.IntermediateCert().Subject)
		responder := testocsp.ByAuthority(ca)

		byName := mustParse(t, responder.Sign(responder.Good(w.cert)))
		if !byName.MayBe(name, key) || !byName.MayBe(name, other) {
			t.Errorf("%v: not found by name", kind)
		}
		if byName.MayBe(readName(t, testca.Name{}), key) {
			t.Errorf("%v: by name, found by key", kind)
		}
		responder.ByKey = true
		byKey := mustParse(t, responder.Sign(responder.Good(w.cert)))
		if !byKey.MayBe(name, key) || !byKey.MayBe(readName(t, testca.Name{}), key) {
			t.Errorf("%v: not found by key", kind)
		}
		if byKey.MayBe(name, other) || byKey.MayBe(name, nil) {
			t.Errorf("%v: by key, found by name", kind)
		}
	}
}

// RFC 5280, Section 7.1.
func TestResponderNamesCompareWithoutCaseAndKindOfString(t *testing.T) {
	w := newWorld(testca.P256)
	responder := testocsp.ByAuthority(w.authority.Intermediate)
	template := responder.Good(w.cert)
	template.RawName = testca.Name{{Type: testca.OIDCommonName, Value: "OCSP  Responder"}}.DER()
	r := mustParse(t, responder.Sign(template))
	same := testca.Name{{Type: testca.OIDCommonName, Value: " ocsp responder", Tag: 19}}
	if !r.MayBe(readName(t, same), nil) {
		t.Error("the same name in another form is not found")
	}
	different := testca.Name{{Type: testca.OIDCommonName, Value: "ocspresponder"}}
	if r.MayBe(readName(t, different), nil) {
		t.Error("another name is found")
	}
}

func readName(t *testing.T, n testca.Name) (out pkix.Name) {
	t.Helper()
	in := der.String(n.DER())
	if err := pkix.ReadName(&in, &out); err != nil {
		t.Fatal(err)
	}
	return out
}

// What MayBe and Matches are to be given as a key is what identifiers are made of, for every kind of key.
func TestKeyOfPublicKeyIsTheContentOfItsBitString(t *testing.T) {
	for _, kind := range kinds() {
		key := testca.NewKey(kind, "key")
		if got := publicKey(t, key).Key; !bytes.Equal(got, testca.RawPublicKey(key.Public())) {
			t.Errorf("%v: %x", kind, got)
		}
	}
}

// hasSHA1 asks MayBe whether key has this hash.
func hasSHA1(key, sum []byte) bool {
	r := ocsp.Response{ResponderKeyHash: sum}
	return r.MayBe(pkix.Name{}, key)
}

func TestKeyHashesOfEveryLengthAreSHA1(t *testing.T) {
	key := make([]byte, 300)
	for i := range key {
		key[i] = byte(i * 7)
	}
	for n := range len(key) + 1 {
		sum := sha1.Sum(key[:n])
		if !hasSHA1(key[:n], sum[:]) {
			t.Errorf("%d octets: not the hash of crypto/sha1", n)
		}
		sum[n%20] ^= 1
		if hasSHA1(key[:n], sum[:]) {
			t.Errorf("%d octets: has another hash as well", n)
		}
	}
}

package ocsp_test

import (
	"bytes"
	"crypto"
	"crypto/x509"
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/e2eid/e2eid/internal/der"
	"github.com/e2eid/e2eid/internal/pkix"
	"github.com/e2eid/e2eid/revocation/ocsp"
	"github.com/e2eid/e2eid/signature"
	"github.com/e2eid/e2eid/signature/native"
	"github.com/e2eid/e2eid/tests/testca"
	"github.com/e2eid/e2eid/tests/testocsp"

	oracle "golang.org/x/crypto/ocsp"
)

// A world is an authority of one kind of key and a certificate of it that crypto/x509 can read.
type world struct {
	authority *testca.Authority
	cert      []byte
}

func newWorld(kind testca.Kind) world {
	a := testca.New(testca.Options{Kind: kind, NoStatus: true})
	return world{a, a.Issue(a.Alice())}
}

// kinds returns every kind of key, and with -short, as for WebAssembly where signing is slow, one of each family but RSA.
func kinds() []testca.Kind {
	if testing.Short() {
		return []testca.Kind{testca.P256, testca.Ed25519, testca.MLDSA44}
	}
	return testca.Kinds()
}

// oracleKinds returns those that the oracle verifies and signs with.
func oracleKinds() []testca.Kind {
	return slices.DeleteFunc(kinds(), func(k testca.Kind) bool {
		return !slices.Contains([]testca.Kind{testca.P256, testca.P384, testca.P521, testca.RSA2048}, k)
	})
}

// responders returns everyone who may answer: the authority and a delegate, each by name and by key.
func (w world) responders() map[string]*testocsp.Responder {
	all := map[string]*testocsp.Responder{}
	for _, byKey := range []string{"", " by key"} {
		ca := testocsp.ByAuthority(w.authority.Intermediate)
		delegate := testocsp.Delegate(w.authority.Intermediate, "Responder", nil)
		ca.ByKey, delegate.ByKey = byKey != "", byKey != ""
		all["authority"+byKey], all["delegate"+byKey] = ca, delegate
	}
	return all
}

// responses returns a response of each status, and of each reason to revoke.
func responses(r *testocsp.Responder, cert []byte) map[string]testocsp.Response {
	all := map[string]testocsp.Response{
		"good":                     r.Good(cert),
		"unknown":                  r.Unknown(cert),
		"revoked without a reason": r.Revoked(cert, testca.At.Add(-time.Hour), -1),
	}
	for _, reason := range []int{0, 1, 2, 3, 4, 5, 6, 8, 9, 10} {
		all["revoked "+string(rune('a'+reason))] = r.Revoked(cert, testca.At.Add(-time.Hour), reason)
	}
	noNext := r.Good(cert)
	noNext.Singles[0].NoNextUpdate = true
	all["good without nextUpdate"] = noNext
	return all
}

func publicKey(t testing.TB, key testca.Key) (out pkix.PublicKey) {
	t.Helper()
	in := der.String(testca.SPKI(key.Public()))
	if err := pkix.ReadPublicKey(&in, &out); err != nil {
		t.Fatal(err)
	}
	return out
}

func mustParse(t testing.TB, in []byte) *ocsp.Response {
	t.Helper()
	r, err := ocsp.Parse(in)
	if err != nil {
		t.Fatalf("Parse: %v", err)
	}
	return r
}

func TestResponsesOfEveryKindOfKeyAreReadAsTheOracleReadsThem(t *testing.T) {
	for _, kind := range kinds() {
		w := newWorld(kind)
		for who, responder := range w.responders() {
			for what, template := range responses(responder, w.cert) {
				in := responder.Sign(template)
				agree(t, in)
				r := mustParse(t, in)
				if !bytes.Equal(r.Raw, in) || len(r.Singles) != 1 || r.UnsupportedCritical || r.Singles[0].UnsupportedCritical {
					t.Errorf("%v, %s, %s: %+v", kind, who, what, r)
				}
				check, err := r.Check(publicKey(t, responder.Key))
				if err != nil || native.Verify(check) != signature.Valid {
					t.Errorf("%v, %s, %s: signature %v %v", kind, who, what, err, native.Verify(check))
				}
				if strings.HasPrefix(who, "delegate") != (len(r.Certificates) == 1) {
					t.Errorf("%v, %s, %s: %d certificates", kind, who, what, len(r.Certificates))
				}
			}
		}
	}
}

// The oracle verifies the signatures itself with those keys that it knows: the authority's, or with the certificate it
// carries the delegate's, which it holds against the authority.
func TestOracleVerifiesWhatWeTakeApart(t *testing.T) {
	for _, kind := range oracleKinds() {
		w := newWorld(kind)
		issuer, err := x509.ParseCertificate(w.authority.Intermediate.DER)
		if err != nil {
			t.Fatal(err)
		}
		for who, responder := range w.responders() {
			for what, template := range responses(responder, w.cert) {
				in := responder.Sign(template)
				o, err := oracle.ParseResponse(in, issuer)
				if err != nil {
					t.Errorf("%v, %s, %s: %v", kind, who, what, err)
					continue
				}
				r := mustParse(t, in)
				compare(t, r, r.Singles[0], o)
				if o.Certificate != nil && !bytes.Equal(o.Certificate.Raw, r.Certificates[0]) {
					t.Errorf("%v, %s, %s: another certificate", kind, who, what)
				}
			}
		}
	}
}

func TestResponsesOfTheOracleAreRead(t *testing.T) {
	for _, kind := range oracleKinds() {
		w := newWorld(kind)
		issuer, err := x509.ParseCertificate(w.authority.Intermediate.DER)
		if err != nil {
			t.Fatal(err)
		}
		cert, err := x509.ParseCertificate(w.cert)
		if err != nil {
			t.Fatal(err)
		}
		for _, hash := range []crypto.Hash{crypto.SHA1, crypto.SHA256} {
			for _, status := range []int{oracle.Good, oracle.Revoked, oracle.Unknown} {
				in, err := oracle.CreateResponse(issuer, issuer, oracle.Response{
					Status: status, SerialNumber: cert.SerialNumber, ThisUpdate: testca.At, NextUpdate: testca.At.Add(time.Hour),
					RevokedAt: testca.At, RevocationReason: oracle.KeyCompromise, IssuerHash: hash, Certificate: issuer,
				}, w.authority.Intermediate.Key.Signer)
				if err != nil {
					t.Fatal(err)
				}
				agree(t, in)
				r := mustParse(t, in)
				if !r.Singles[0].ID.Matches(cert.RawIssuer, publicKey(t, w.authority.Intermediate.Key).Key, r.Singles[0].ID.Serial) {
					t.Errorf("%v, %v: does not match", kind, hash)
				}
				check, err := r.Check(publicKey(t, w.authority.Intermediate.Key))
				if err != nil || native.Verify(check) != signature.Valid {
					t.Errorf("%v: signature %v", kind, err)
				}
			}
		}
	}
}

func TestRefusalsAreStatusErrors(t *testing.T) {
	for status := range 256 {
		in := testocsp.Refusal(byte(status))
		r, err := ocsp.Parse(in)
		if r != nil || err == nil {
			t.Fatalf("status %d: %v, %v", status, r, err)
		}
		var refusal *ocsp.StatusError
		known := status == 1 || status == 2 || status == 3 || status == 5 || status == 6
		if errors.As(err, &refusal) != known || known && int(refusal.Status) != status {
			t.Errorf("status %d: %v", status, err)
		}
		if known && (refusal.Status.String() == "unknown" || refusal.Status.String() == ocsp.Successful.String()) {
			t.Errorf("status %d is called %v", status, refusal.Status)
		}
	}
}

func TestSignatureAlgorithmsThatAreRefused(t *testing.T) {
	w := newWorld(testca.P256)
	responder := testocsp.ByAuthority(w.authority.Intermediate)
	rsa, ecdsa := publicKey(t, testca.NewKey(testca.RSA1024, "other")), publicKey(t, responder.Key)
	for _, c := range []struct {
		name      string
		algorithm []byte
		key       pkix.PublicKey
		want      error
	}{
		{"SHA-1 with RSA", testocsp.SHA1WithRSA, rsa, signature.ErrAlgorithm},
		{"ECDSA with SHA-1", testocsp.ECDSAWithSHA1, ecdsa, signature.ErrAlgorithm},
		{"unknown", testca.Algorithm("1.2.3", nil), ecdsa, signature.ErrAlgorithm},
		{"key of another kind", nil, rsa, signature.ErrSignature},
	} {
		template := responder.Good(w.cert)
		template.Algorithm = c.algorithm
		r := mustParse(t, responder.Sign(template))
		if _, err := r.Check(c.key); !errors.Is(err, c.want) {
			t.Errorf("%s: %v, want %v", c.name, err, c.want)
		}
	}
}

func TestAChangedResponseHasAnInvalidSignature(t *testing.T) {
	w := newWorld(testca.P256)
	responder := testocsp.ByAuthority(w.authority.Intermediate)
	revoked := responder.Revoked(w.cert, testca.At, 1)
	good := responder.Good(w.cert)
	revoked.ChangeTBS = func([]byte) []byte { return good.TBS() }
	r := mustParse(t, responder.Sign(revoked))
	check, err := r.Check(publicKey(t, responder.Key))
	if err != nil || r.Singles[0].Status != ocsp.Good || native.Verify(check) != signature.Invalid {
		t.Errorf("%v, %v, %v", err, r.Singles[0].Status, native.Verify(check))
	}
}

func TestTheOracleStillRefusesWhatIsExcepted(t *testing.T) {
	w := newWorld(testca.P256)
	responder := testocsp.ByAuthority(w.authority.Intermediate)
	for _, e := range exceptions {
		template := responder.Good(w.cert)
		e.example(&template)
		in := responder.Sign(template)
		if _, err := ocsp.Parse(in); err != nil {
			t.Errorf("%s: we refuse it: %v", e.reason, err)
		}
		if _, err := oracle.ParseResponse(in, nil); err == nil || !strings.Contains(err.Error(), e.text) {
			t.Errorf("%s: the oracle says %v, want %q", e.reason, err, e.text)
		}
	}
}

func TestZeroValuesAreTheStrictest(t *testing.T) {
	var s ocsp.Single
	if s.Status != ocsp.Unknown {
		t.Errorf("zero status is %v", s.Status)
	}
	if s.ID.Matches(nil, nil, nil) {
		t.Error("zero CertID matches")
	}
	var r ocsp.Response
	if r.MayBe(pkix.Name{}, nil) {
		t.Error("zero response may be anyone's")
	}
	if _, err := r.Check(pkix.PublicKey{}); err == nil {
		t.Error("zero response has a check")
	}
	for i := range 256 {
		if s := ocsp.Status(i); (s.String() == "good") != (s == ocsp.Good) || (s.String() == "revoked") != (s == ocsp.Revoked) {
			t.Errorf("status %d is called %v", i, s)
		}
	}
}

// Package testocsp makes OCSP responses (RFC 6960) for tests, of which anything can be wrong.
//
// A [Responder] answers for an authority of package testca: the authority itself, or one whom it appointed. A
// [Response] is a template. [Responder.Good] and [Responder.Revoked] return one about a certificate that a verifier
// must believe; a hostile variant is that template with one field changed:
//
//	a := testca.New(testca.Options{})
//	cert := a.Issue(a.Alice())
//	responder := testocsp.ByAuthority(a.Intermediate)
//	good := responder.Sign(responder.Good(cert))
//
//	delegate := testocsp.Delegate(a.Intermediate, "responder", nil)
//	r := delegate.Good(cert)
//	r.Singles[0].NextUpdate = testca.At.Add(-time.Minute)
//	expired := delegate.Sign(r)
//
// What is usually wanted wrong:
//
//	another's response    ByAuthority(impostor.Intermediate), with Singles[0].ID = About(a.Intermediate, cert, crypto.SHA1)
//	delegate not allowed  Delegate(ca, "name", func(c *testca.Cert) { c.Set(testca.EKU(testca.OIDClientAuth)) })
//	delegate of a sibling Delegate(other, "name", nil), with Singles[0].ID as above
//	forged                r.SignWith = &key, or r.ChangeSignature, r.ChangeTBS
//	expired, not yet      Singles[0].ThisUpdate, Singles[0].NextUpdate, NoNextUpdate
//	two answers           r.Singles = append(r.Singles, …)
//	critical extension    r.Extensions or Singles[0].Extensions = []testca.Ext{testca.Unknown(id, true, value)}
//	SHA-1 signature       r.Algorithm = SHA1WithRSA or ECDSAWithSHA1 (over a signature with SHA-256)
//	no answer             Refusal(3)
//	no certificate        r.Certificates = nil; others: any DER
//
// Responses are written byte by byte, without the encoder of any verifier. Equal templates give equal bytes. Nothing is
// read from a clock, a file or the network.
package testocsp

import (
	"crypto"
	_ "crypto/sha1" // hashes of CertID
	_ "crypto/sha256"
	_ "crypto/sha512"
	"time"

	"github.com/e2eid/e2eid/tests/testca"
)

// Times of a response, if the template does not say otherwise. testca.At is between them.
var (
	ProducedAt = testca.At.Add(-30 * time.Minute)
	ThisUpdate = testca.At.Add(-time.Hour)
	NextUpdate = testca.At.Add(24 * time.Hour)
)

// A Status is a choice of CertStatus: its tag number.
type Status uint8

const (
	Good    Status = 0
	Revoked Status = 1
	Unknown Status = 2
)

// A Responder signs responses about certificates of an authority.
type Responder struct {
	Authority *testca.CA
	Key       testca.Key
	Cert      []byte      // its certificate. A delegate's is carried in the responses, the authority's own is not
	ByKey     bool        // responses name the responder by the hash of its key
	Hash      crypto.Hash // of CertIDs in its templates; zero: SHA-1
	delegate  bool
}

// ByAuthority returns the responder that is the authority itself.
func ByAuthority(ca *testca.CA) *Responder {
	return &Responder{Authority: ca, Key: ca.Key, Cert: ca.DER}
}

// Delegate returns a responder with a certificate that the authority issued for it: of this name, with
// id-kp-OCSPSigning, id-pkix-ocsp-nocheck and a P-256 key of its own. change, unless nil, changes the template of the
// certificate.
func Delegate(ca *testca.CA, name string, change func(*testca.Cert)) *Responder {
	return DelegateWithKey(ca, name, testca.NewKey(testca.P256, "responder "+name), change)
}

// DelegateWithKey is [Delegate] with a key of any kind.
func DelegateWithKey(ca *testca.CA, name string, key testca.Key, change func(*testca.Cert)) *Responder {
	c := testca.Cert{
		Subject: testca.Name{{Type: testca.OIDCommonName, Value: name}},
		Key:     key.Public(),
		Extensions: []testca.Ext{
			testca.BasicConstraints(false, -1), testca.KeyUsage(testca.DigitalSignature),
			testca.EKU(testca.OIDOCSPSigning), NoCheck(),
		},
	}
	if change != nil {
		change(&c)
	}
	return &Responder{Authority: ca, Key: key, Cert: ca.Issue(c), delegate: true}
}

// Good returns the template of a response that a certificate of the authority has status good.
func (r *Responder) Good(cert []byte) Response { return r.template(cert, Single{Status: Good}) }

// Unknown returns the template of a response that the responder does not know the certificate.
func (r *Responder) Unknown(cert []byte) Response { return r.template(cert, Single{Status: Unknown}) }

// Revoked returns the template of a response that a certificate was revoked, for this reason (RFC 5280, Section 5.3.1).
// A negative reason is left out.
func (r *Responder) Revoked(cert []byte, at time.Time, reason int) Response {
	return r.template(cert, Single{Status: Revoked, RevokedAt: at, Reason: reason})
}

func (r *Responder) template(cert []byte, s Single) Response {
	hash := r.Hash
	if hash == 0 {
		hash = crypto.SHA1
	}
	s.ID = About(r.Authority, cert, hash)
	out := Response{Singles: []Single{s}}
	if fields := read(r.Cert); r.ByKey {
		out.ByKey = digest(crypto.SHA1, fields.key)
	} else {
		out.RawName = fields.subject
	}
	if r.delegate {
		out.Certificates = [][]byte{r.Cert}
	}
	return out
}

// Sign encodes a response and signs it with the responder's key.
func (r *Responder) Sign(t Response) []byte { return t.encode(r.Key) }

// About returns the CertID of a certificate that ca issued, by hashes of this algorithm. The name hashed is the one in
// the certificate's issuer field, the key is ca's.
func About(ca *testca.CA, cert []byte, hash crypto.Hash) CertID {
	c, issuer := read(cert), read(ca.DER)
	return CertID{
		Algorithm: HashAlgorithm(hash),
		NameHash:  digest(hash, c.issuer),
		KeyHash:   digest(hash, issuer.key),
		Serial:    c.serial,
	}
}

// Refusal returns an OCSPResponse that has a responseStatus alone, such as 3: try later. Nobody signs those.
func Refusal(status byte) []byte { return []byte{0x30, 3, 10, 1, status} }

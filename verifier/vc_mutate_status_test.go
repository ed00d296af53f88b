package verifier_test

import (
	"bytes"
	"compress/zlib"
	"encoding/base64"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/e2eid/e2eid/credential/challenge"
	"github.com/e2eid/e2eid/credential/mls"
	"github.com/e2eid/e2eid/revocation"
	"github.com/e2eid/e2eid/signature/native"
	"github.com/e2eid/e2eid/tests/testca"
	"github.com/e2eid/e2eid/tests/testlist"
	"github.com/e2eid/e2eid/tests/testvc"
	"github.com/e2eid/e2eid/verifier"
)

var scenes = map[string]func(t testing.TB, s *scene){
	"SD-JWT":                        func(t testing.TB, s *scene) {},
	"SD-JWT in JSON":                func(t testing.TB, s *scene) { s.present = s.jsonSDJWT },
	"bare SD-JWT":                   func(t testing.TB, s *scene) { s.bare(s.unbound) },
	"bare JWT-VC":                   func(t testing.TB, s *scene) { s.bare(s.jwtVC) },
	"vp+jwt of vc+jwt":              func(t testing.TB, s *scene) { s.bitstring(s.listJWT); s.present = s.vp("vp+jwt", "vc+jwt") },
	"status list as vc+cose":        func(t testing.TB, s *scene) { s.bitstring(s.listCOSE); s.present = s.vp("vp+jwt", "vc+jwt") },
	"status list with a proof":      func(t testing.TB, s *scene) { s.bitstring(s.listProven); s.present = s.vp("vp+jwt", "vc+jwt") },
	"vp+jwt of SD-JWT and COSE":     func(t testing.TB, s *scene) { s.present = s.vp("vp+jwt", "vc+sd-jwt", "vc+cose") },
	"vp+sd-jwt":                     func(t testing.TB, s *scene) { s.present = s.vp("vp+sd-jwt", "vc+jwt") },
	"vp+cose of vc+cose":            func(t testing.TB, s *scene) { s.present = s.vp("vp+cose", "vc+cose") },
	"JWT-VP":                        func(t testing.TB, s *scene) { s.present = s.jwtVP },
	"Data Integrity":                func(t testing.TB, s *scene) { s.present = s.vp("Data Integrity", "proof") },
	"Data Integrity of several":     func(t testing.TB, s *scene) { s.present = s.vp("Data Integrity", "vc+jwt", "proof", "vc+sd-jwt") },
	"Data Integrity with a context": func(t testing.TB, s *scene) { s.present = s.vp("Data Integrity with a context", "proof") },
	"SD-JWT in a leaf":              func(t testing.TB, s *scene) { s.leaf(mls.SDJWT, s.sdjwt) },
	"UserInfo VC in a leaf":         func(t testing.TB, s *scene) { s.leaf(mls.UserInfoVC, s.jwtVC) },
	"bound challenge":               func(t testing.TB, s *scene) { s.challenged(s.sdjwt) },
	"bound challenge, vp+jwt":       func(t testing.TB, s *scene) { s.challenged(s.vp("vp+jwt", "vc+jwt")) },
	"status list as CWT":            func(t testing.TB, s *scene) { s.cwt() },
	"status assertion":              func(t testing.TB, s *scene) { s.assertion() },
	"the authority's own list":      func(t testing.TB, s *scene) { s.ownList() },
	"an issuer that is its key":     func(t testing.TB, s *scene) { s.rename(s.issuer.DID()); s.header = `"kid":"` + s.id + `#0"` },
	"keys of x5c":                   func(t testing.TB, s *scene) { s.path() },
	"keys of metadata": func(t testing.TB, s *scene) {
		s.keysIn(verifier.IssuerMetadata)
		s.fetched(metadataURL, `{"issuer":"https://issuer.example","jwks":{"keys":[`+s.issuer.JWK(`,"kid":"k1"`)+`]}}`)
	},
	"keys of a Signed JWK Set": func(t testing.TB, s *scene) {
		w := newJWKSWorld(t)
		s.at = w.at
		a := &s.trust.Authorities[0]
		a.Anchors, a.Status = [][]byte{w.ca.ca.Root.DER}, verifier.StatusUncheckedUnsafe // the CA has no CRLs
		a.Issuers[0].Keys, a.Issuers[0].Document = nil, verifier.SignedKeySet
		w.keys = `{"keys":[` + s.issuer.JWK(`,"kid":"k1"`) + `]}`
		s.alone = true
		s.documents = [][]byte{w.signedSet(t)}
	},
	"keys of a did:webvh": func(t testing.TB, s *scene) {
		w := newLogWorld(t, func(w *logWorld, e *testvc.Entry) { e.State = w.state(map[string]*testvc.Key{"k1": s.issuer}) })
		s.keysIn(verifier.DIDWebVH)
		s.rename(w.id)
		s.header = `"kid":"` + s.id + `#k1"`
		s.documents = [][]byte{w.log.Bytes()}
	},
}

func (s *scene) rename(id string) {
	s.id = id
	i := &s.trust.Authorities[0].Issuers[0]
	i.ID, i.Keys = id, nil
}

func (s *scene) challenged(present func(person) string) {
	c := challenge.Challenge{PresenterRole: challenge.Initiator, Session: bytes.Repeat([]byte{1}, 32), Nonce: bytes.Repeat([]byte{2}, 32),
		Verifier:  challenge.Party{Identifier: "mailto:bob@example.com", IdentityKey: bytes.Repeat([]byte{3}, 32)},
		Presenter: challenge.Party{Identifier: "mailto:alice@example.com", IdentityKey: bytes.Repeat([]byte{4}, 32)}}
	s.present, s.aud, s.nonce = present, challenge.Audience, c.TokenNonce()
	s.p = verifier.Presentation{Kind: verifier.ChallengedToken, Challenge: &c, Expected: s.p.Expected}
}

func (s *scene) cwt() {
	s.list = func(by *testvc.Key, revoked bool) []byte {
		bits := byte(1)
		if revoked {
			bits |= 8
		}
		var lst bytes.Buffer
		z := zlib.NewWriter(&lst)
		z.Write([]byte{bits, 0})
		z.Close()
		return by.SignCOSE(s.t, testvc.Sign1{Protected: []testvc.Pair{{Key: 1, Value: -7}, {Key: 4, Value: []byte("k1")}, {Key: 16, Value: "application/statuslist+cwt"}},
			Payload: testvc.CBOR([]testvc.Pair{{Key: 1, Value: s.idOf(by)}, {Key: 2, Value: listURI}, {Key: 6, Value: int(s.at.Unix()) - 1000}, {Key: 4, Value: int(s.at.Unix()) + 1000000},
				{Key: 65534, Value: 86400}, {Key: 65533, Value: []testvc.Pair{{Key: "bits", Value: 1}, {Key: "lst", Value: lst.Bytes()}}}})})
	}
}

func (s *scene) assertion() {
	s.status, s.asserted = `"status":`+assertionStatus, true
	s.p.Bytes = []byte(s.present(s.alice()))
	jwt, _, _ := strings.Cut(string(s.p.Bytes), "~")
	s.list = func(by *testvc.Key, revoked bool) []byte {
		return []byte(by.Sign(s.t, assertionHeader, fmt.Sprintf(`{"iss":"%s","iat":%d,"exp":%d,"credential_hash":"%s","credential_hash_alg":"sha-256","credential_status_validity":%d,"cnf":{"jwk":%s}}`,
			s.id, s.at.Unix()-1000, s.at.Unix()+90000, testvc.Hash(jwt), map[bool]int{true: 1}[revoked], s.holder.JWK(""))))
	}
}

func (s *scene) ownList() {
	s.alone = true // the list is not of the bag
	signer := testlist.New("corp", testca.New(testca.Options{ListID: listURI, CAListID: listURI + "/ca"}))
	s.trust.Authorities[0].Keys = []revocation.Key{signer.PublicKey()}
	head, blobs := signer.Next(s.at.Add(-time.Minute))
	s.prepare = func(v *verifier.Verifier) {
		u, err := v.PlanHead("corp", head, s.at)
		if err == nil {
			err = u.Conclude(native.Run(u.Checks()))
		}
		if err == nil {
			err = u.Install(blobs)
		}
		if err != nil {
			s.t.Fatal(err)
		}
	}
}

func (s *scene) path() {
	c := newCAWorld(s.t)
	s.at, s.issuer = c.at, c.issuer
	a := &s.trust.Authorities[0]
	a.Anchors, a.Status = c.trust.Authorities[0].Anchors, verifier.StatusUncheckedUnsafe
	a.Issuers[0].Keys, a.Issuers[0].X5C = nil, true
	s.header = `"x5c":["` + base64.StdEncoding.EncodeToString(c.ca.Intermediate.Issue(c.leaf)) + `","` + c.chain[0] + `"]`
	s.alone = true // nobody asks for the status of what is unchecked
}

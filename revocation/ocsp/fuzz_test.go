package ocsp_test

import (
	"crypto/sha1"
	"testing"

	"github.com/e2eid/e2eid/tests/testca"
	"github.com/e2eid/e2eid/tests/testocsp"
)

func FuzzParse(f *testing.F) {
	w := newWorld(testca.P256)
	for _, responder := range w.responders() {
		for _, template := range responses(responder, w.cert) {
			f.Add(responder.Sign(template))
		}
	}
	responder, template := base()
	template.Singles = append(template.Singles, testocsp.Single{ID: template.Singles[0].ID})
	f.Add(responder.Sign(template))
	template.Certificates = [][]byte{}
	f.Add(responder.Sign(template))
	for _, e := range exceptions {
		template := responder.Good(w.cert)
		e.example(&template)
		f.Add(responder.Sign(template))
	}
	f.Add(testocsp.Refusal(3))
	f.Fuzz(func(t *testing.T, in []byte) { agree(t, in) })
}

func FuzzSHA1(f *testing.F) {
	for _, n := range []int{0, 1, 55, 56, 63, 64, 65, 119, 120, 128, 1000} {
		f.Add(make([]byte, n))
	}
	f.Fuzz(func(t *testing.T, key []byte) {
		if sum := sha1.Sum(key); !hasSHA1(key, sum[:]) {
			t.Errorf("%x has another hash with crypto/sha1", key)
		}
	})
}

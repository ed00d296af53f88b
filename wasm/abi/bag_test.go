package abi

import (
	"bytes"
	"encoding/binary"
	"encoding/json"
	"testing"

	"github.com/e2eid/e2eid/tests/testca"
	"github.com/e2eid/e2eid/tests/testcrl"
	"github.com/e2eid/e2eid/tests/testocsp"
	"github.com/e2eid/e2eid/verifier"
)

type bagItem struct {
	kind byte
	der  []byte
}

func bagRequest(items ...bagItem) []byte {
	b := binary.BigEndian.AppendUint32(nil, uint32(len(items)))
	for _, item := range items {
		b = appendOpaque(append(b, item.kind), item.der)
	}
	return b
}

// certificate is a presentation of a certificate by itself, of which only the path is asked for.
func certificate(der []byte, others ...[]byte) []byte {
	b := []byte{byte(verifier.Certificate), 0, 0, 0, flagPathOnly}
	b = appendOpaque(b, nil)
	b = binary.BigEndian.AppendUint32(b, 0)
	b = appendOpaque(b, nil)
	b = appendOpaque(binary.BigEndian.AppendUint16(b, 0), der)
	b = binary.BigEndian.AppendUint16(b, uint16(len(others)))
	for _, der := range others {
		b = appendOpaque(b, der)
	}
	return b
}

// A bag decides; the next one takes its place; what cannot be read is left out, and said.
func TestVerdictsRestOnTheBag(t *testing.T) {
	h := newHost(t)
	plain := testca.New(testca.Options{NoStatus: true}) // the same keys as the host's
	alice := plain.Issue(plain.Alice())
	revokes := testcrl.List{Entries: []testcrl.Entry{testcrl.Revoke(alice)}}
	above := bagItem{bagCRL, testcrl.Issue(plain.Root, testcrl.List{})}
	responder := testocsp.ByAuthority(plain.Intermediate)
	ask := planRequest(certificate(alice, plain.Intermediate.DER))
	use := func(items ...bagItem) (refused []struct {
		Item int
		Code verifier.Code
	}) {
		t.Helper()
		var result struct {
			Refused []struct {
				Item int
				Code verifier.Code
			}
		}
		if err := json.Unmarshal(h.must("bag", bagRequest(items...)), &result); err != nil {
			t.Fatal(err)
		}
		return result.Refused
	}
	want(t, h.judge(ask)[0], "undetermined", "revocation_unavailable")
	use(above, bagItem{bagCRL, testcrl.Issue(plain.Intermediate, testcrl.List{})})
	want(t, h.judge(ask)[0], "verified", "")
	use(above, bagItem{bagCRL, testcrl.Issue(plain.Intermediate, revokes)})
	want(t, h.judge(ask)[0], "rejected", "revoked")
	use(above, bagItem{bagOCSP, responder.Sign(responder.Good(alice))})
	want(t, h.judge(ask)[0], "verified", "")
	use()
	want(t, h.judge(ask)[0], "undetermined", "revocation_unavailable")

	// The intermediate comes with the bag.
	good := []bagItem{above, {bagOCSP, responder.Sign(responder.Good(alice))}, {bagCertificate, plain.Intermediate.DER}}
	use(good...)
	want(t, h.judge(planRequest(certificate(alice)))[0], "verified", "")
	refused := use(append([]bagItem{{bagCRL, []byte{0x30}}, {bagCertificate, nil}}, good...)...)
	if len(refused) != 2 || refused[0].Item != 0 || refused[1].Item != 1 || refused[1].Code != verifier.CodeMalformed {
		t.Errorf("refused %+v", refused)
	}
	want(t, h.judge(planRequest(certificate(alice)))[0], "verified", "")
	if code := h.code("bag", bagRequest(bagItem{0xff, alice})); code != verifier.CodeInvalidRequest {
		t.Errorf("an item of unknown kind: %s", code)
	}
	want(t, h.judge(planRequest(certificate(alice)))[0], "verified", "")
}

func TestABagHasABottom(t *testing.T) {
	h := newHost(t)
	items := make([]bagItem, 1100)
	for i := range items {
		items[i] = bagItem{bagCertificate, h.ca.Intermediate.DER}
	}
	if response := h.must("bag", bagRequest(items...)); !bytes.Contains(response, []byte(`"item":1024,"code":"budget"`)) ||
		bytes.Contains(response, []byte(`"item":1023`)) {
		t.Errorf("%s", response)
	}
}

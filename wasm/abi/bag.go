package abi

import (
	"time"

	"github.com/e2eid/e2eid/internal/strictjson"
	"github.com/e2eid/e2eid/verifier"
)

// Kinds of items in a bag.
const (
	bagCertificate = 1
	bagCRL         = 2
	bagOCSP        = 3
	bagStatusList  = 4
	bagAssertion   = 5
	bagIssuerKeys  = 6 // a document of an issuer's keys that is signed
)

// maxRefused is how many refused items an answer lists: an item takes 5 bytes of a request, and 100 of the answer.
const maxRefused = 1024

// bag replaces what the verifier judges with. An item that is malformed, or for which there is no room, is left out and
// listed: one who can put a bad item into the bag must not empty it.
func (m *Module) bag(r *reader, dst []byte) ([]byte, *opError) {
	const minItem = 1 + 4
	count := r.uint32()
	if r.bad || uint64(count) > uint64(len(r.b))/minItem {
		return nil, errRequest
	}
	var b verifier.Bag
	out := append(dst, `{"refused":[`...)
	refused := 0
	for i := range count {
		kind, item := r.uint8(), r.opaque()
		if r.bad {
			return nil, errRequest
		}
		var err error
		switch kind {
		case bagCertificate:
			err = b.AddCertificate(item)
		case bagCRL:
			err = b.AddCRL(item)
		case bagOCSP:
			err = b.AddOCSP(item)
		case bagStatusList:
			err = b.AddStatusList(item)
		case bagAssertion:
			err = b.AddStatusAssertion(item)
		case bagIssuerKeys:
			err = b.AddIssuerDocument(item)
		default:
			return nil, errRequest
		}
		if err == nil || refused == maxRefused {
			continue
		}
		code := verifier.CodeMalformed
		if err == verifier.ErrBag {
			code = verifier.CodeBudget
		}
		out = strictjson.AppendInt(append(strictjson.Comma(out, refused), `{"item":`...), int64(i))
		out = strictjson.AppendString(append(out, `,"code":`...), string(code))
		out = append(strictjson.AppendString(append(out, `,"message":`...), err.Error()), '}')
		refused++
	}
	if !r.done() {
		return nil, errRequest
	}
	m.verifier.Use(&b)
	return append(out, ']', '}'), nil
}

// document takes a document of an issuer's keys that the host has fetched itself. On error the one before stays.
func (m *Module) document(r *reader, dst []byte) ([]byte, *opError) {
	issuer, url, fetched, b := string(r.opaque()), string(r.opaque()), r.int64(), r.opaque()
	if !r.done() {
		return nil, errRequest
	}
	switch err := m.verifier.SetFetchedDocument(issuer, url, b, time.Unix(fetched, 0).UTC()); err {
	case nil:
		return append(dst, "{}"...), nil
	case verifier.ErrUnwanted:
		return nil, refusal(verifier.CodeInvalidRequest, err.Error())
	default:
		return nil, refusal(verifier.CodeMalformed, err.Error())
	}
}

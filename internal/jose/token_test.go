package jose_test

import (
	"bytes"
	"errors"
	"testing"

	"github.com/e2eid/e2eid/internal/jose"
	"github.com/e2eid/e2eid/signature"
)

func TestOnlyTheAnswerValidOpensAToken(t *testing.T) {
	good := goodToken()
	u, err := jose.Parse([]byte(good.token()))
	if err != nil {
		t.Fatal(err)
	}
	key := mustKey(t, []byte(good.jwk))
	plan, err := u.Plan(key)
	if err != nil {
		t.Fatal(err)
	}
	for answer := range 256 {
		token, err := plan.Open(signature.Answer(answer))
		ok := false
		switch signature.Answer(answer) {
		case signature.Valid:
			ok = err == nil && string(token.Payload()) == good.payload && token.Key() == key && token.Header().KeyID == "1"
		case signature.Invalid:
			ok = token == nil && isKind(err, jose.ErrSignature)
		case signature.Unsupported:
			ok = token == nil && isKind(err, jose.ErrAlgorithm)
		default:
			ok = token == nil && errors.Is(err, signature.ErrAnswers)
		}
		if !ok {
			t.Errorf("answer %d: %v, %v", answer, token, err)
		}
		if token, err := new(jose.Plan).Open(signature.Answer(answer)); err == nil || token != nil {
			t.Errorf("a zero Plan opens with answer %d", answer)
		}
	}
}

func TestPlanNeedsAKey(t *testing.T) {
	u, err := jose.Parse([]byte(goodToken().token()))
	if err != nil {
		t.Fatal(err)
	}
	for _, key := range []*jose.Key{nil, {}} {
		if plan, err := u.Plan(key); plan != nil || !isKind(err, jose.ErrKey) {
			t.Errorf("%v: %v", plan, err)
		}
	}
	if plan, err := new(jose.Unverified).Plan(mustKey(t, []byte(publicJWK("P-256", "")))); plan != nil || err == nil {
		t.Errorf("a zero Unverified is planned: %v", err)
	}
}

func TestZeroTokenHasNoPayload(t *testing.T) {
	var token jose.Token
	if token.Payload() != nil || token.Key() != nil || token.Header().Algorithm != "" {
		t.Error("a zero Token says something")
	}
	if _, err := token.Claims(); !isKind(err, jose.ErrFormat) {
		t.Errorf("a zero Token has claims: %v", err)
	}
}

func TestTheCheckIsAboutTheBytesThatCame(t *testing.T) {
	f := goodToken()
	f.header = ` {"alg" : "ES256", "x":"\u0041"} ` // signed as it is written, not as anyone would write it again
	in := []byte(f.token())
	u, err := jose.Parse(in)
	if err != nil {
		t.Fatal(err)
	}
	plan, err := u.Plan(mustKey(t, []byte(f.jwk)))
	if err != nil {
		t.Fatal(err)
	}
	want := in[:bytes.LastIndexByte(in, '.')]
	if c := plan.Check(); !bytes.Equal(c.Message, want) || c.Algorithm != signature.ECDSAP256SHA256 {
		t.Errorf("%+v", c)
	}
	whole := bytes.Clone(in)
	clear(in)
	if !bytes.Equal(plan.Check().Message, whole[:len(want)]) || string(u.UnverifiedPayload()) != f.payload {
		t.Error("the token is retained")
	}
}

func TestErrorsNameKindAndCause(t *testing.T) {
	_, err := jose.Parse([]byte("e30x.AA.AA"))
	var e *jose.Error
	if !errors.As(err, &e) || e.Cause == nil || !errors.Is(err, e.Cause) || !errors.Is(err, jose.ErrFormat) {
		t.Errorf("%v", err)
	}
	if _, err = jose.Parse(nil); err.Error() != "jose: malformed: token does not have three parts" {
		t.Errorf("%v", err)
	}
}

package challenge_test

import (
	"bytes"
	"crypto/ed25519"
	"encoding/hex"
	"encoding/json"
	"errors"
	"os"
	"strings"
	"testing"

	"github.com/e2eid/e2eid/credential/challenge"
)

// A known is a case of tests/challenge/known.json. Byte strings are hexadecimal.
type known struct {
	Name                                                                                            string
	PresenterRole                                                                                   challenge.Role
	Session, Nonce, VerifierKey, PresenterKey, Certificate, Bytes, TokenNonce, PublicKey, Signature string
	Verifier, Presenter                                                                             string
}

func unhex(t *testing.T, s string) []byte {
	t.Helper()
	b, err := hex.DecodeString(s)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func TestKnownAnswers(t *testing.T) {
	text, err := os.ReadFile("../../tests/challenge/known.json")
	if err != nil {
		t.Fatal(err)
	}
	var cases []known
	if err := json.Unmarshal(text, &cases); err != nil || len(cases) != 4 {
		t.Fatal(len(cases), err)
	}
	for _, k := range cases {
		c := challenge.Challenge{
			PresenterRole: k.PresenterRole, Session: unhex(t, k.Session), Nonce: unhex(t, k.Nonce),
			Verifier:  challenge.Party{Identifier: k.Verifier, IdentityKey: unhex(t, k.VerifierKey)},
			Presenter: challenge.Party{Identifier: k.Presenter, IdentityKey: unhex(t, k.PresenterKey)},
		}
		if !c.Valid() {
			t.Errorf("%s: not valid", k.Name)
		}
		if k.Certificate == "" {
			if got := c.TokenNonce(); got != k.TokenNonce {
				t.Errorf("%s: nonce %s, want %s", k.Name, got, k.TokenNonce)
			}
			continue
		}
		message := c.Message(unhex(t, k.Certificate))
		if hex.EncodeToString(message) != k.Bytes {
			t.Errorf("%s: %x, want %s", k.Name, message, k.Bytes)
		}
		if !ed25519.Verify(unhex(t, k.PublicKey), message, unhex(t, k.Signature)) {
			t.Errorf("%s: the signature does not hold", k.Name)
		}
	}
}

func good() challenge.Challenge {
	return challenge.Challenge{
		PresenterRole: challenge.Initiator, Session: fill(1, 32), Nonce: fill(2, 32),
		Verifier:  challenge.Party{Identifier: "im:bob@example.com", IdentityKey: fill(3, 32)},
		Presenter: challenge.Party{Identifier: "im:alice@example.com", IdentityKey: fill(4, 32)},
	}
}

func fill(b byte, size int) []byte { return bytes.Repeat([]byte{b}, size) }

func TestWhatIsMissingOrOutOfBoundsHasNoBytes(t *testing.T) {
	whole := good()
	if !whole.Valid() || whole.TokenNonce() == "" || whole.Message([]byte{1}) == nil {
		t.Fatal("a whole challenge is refused")
	}
	if whole.Message(nil) != nil {
		t.Error("bytes to sign without a certificate")
	}
	for name, change := range map[string]func(*challenge.Challenge){
		"zero":                             func(c *challenge.Challenge) { *c = challenge.Challenge{} },
		"no role":                          func(c *challenge.Challenge) { c.PresenterRole = 0 },
		"unknown role":                     func(c *challenge.Challenge) { c.PresenterRole = 3 },
		"no session":                       func(c *challenge.Challenge) { c.Session = nil },
		"session of 15 bytes":              func(c *challenge.Challenge) { c.Session = fill(1, 15) },
		"session of 65 bytes":              func(c *challenge.Challenge) { c.Session = fill(1, 65) },
		"session that nobody has filled":   func(c *challenge.Challenge) { c.Session = fill(0, 32) },
		"no nonce":                         func(c *challenge.Challenge) { c.Nonce = nil },
		"nonce of 15 bytes":                func(c *challenge.Challenge) { c.Nonce = fill(1, 15) },
		"nonce of 65 bytes":                func(c *challenge.Challenge) { c.Nonce = fill(1, 65) },
		"nonce that nobody has filled":     func(c *challenge.Challenge) { c.Nonce = fill(0, 32) },
		"no identity key":                  func(c *challenge.Challenge) { c.Presenter.IdentityKey = nil },
		"identity key of zeroes":           func(c *challenge.Challenge) { c.Verifier.IdentityKey = fill(0, 32) },
		"identity key too long":            func(c *challenge.Challenge) { c.Verifier.IdentityKey = fill(1, 4097) },
		"nobody presents":                  func(c *challenge.Challenge) { c.Presenter.Identifier = "" },
		"nobody has asked":                 func(c *challenge.Challenge) { c.Verifier.Identifier = "" },
		"identifier not in canonical form": func(c *challenge.Challenge) { c.Verifier.Identifier = "im:bob@EXAMPLE.com" },
		"identifier longer than one can be": func(c *challenge.Challenge) {
			c.Presenter.Identifier = "im:a@" + strings.Repeat("a.", 9000) + "example"
		},
	} {
		c := good()
		change(&c)
		if c.Valid() || c.TokenNonce() != "" || c.Message([]byte{1}) != nil {
			t.Errorf("%s: taken", name)
		}
	}
}

// Fields are told apart wherever one ends and the next begins.
func TestNoTwoChallengesHaveTheSameBytes(t *testing.T) {
	seen := map[string]string{}
	for name, change := range map[string]func(*challenge.Challenge){
		"as it is":          func(*challenge.Challenge) {},
		"role":              func(c *challenge.Challenge) { c.PresenterRole = challenge.Responder },
		"session":           func(c *challenge.Challenge) { c.Session = fill(9, 32) },
		"session longer":    func(c *challenge.Challenge) { c.Session = append(c.Session, 32); c.Nonce = c.Nonce[1:] },
		"nonce":             func(c *challenge.Challenge) { c.Nonce = fill(9, 32) },
		"session and nonce": func(c *challenge.Challenge) { c.Session, c.Nonce = c.Nonce, c.Session },
		"verifier":          func(c *challenge.Challenge) { c.Verifier.Identifier = "im:mallory@example.com" },
		"verifier's key":    func(c *challenge.Challenge) { c.Verifier.IdentityKey = fill(9, 32) },
		"presenter":         func(c *challenge.Challenge) { c.Presenter.Identifier = "im:mallory@example.com" },
		"presenter's key":   func(c *challenge.Challenge) { c.Presenter.IdentityKey = fill(9, 32) },
		"keys, exchanged": func(c *challenge.Challenge) {
			c.Presenter.IdentityKey, c.Verifier.IdentityKey = fill(3, 32), fill(4, 32)
		},
		"parties, exchanged": func(c *challenge.Challenge) { c.Presenter, c.Verifier = c.Verifier, c.Presenter },
		"names, exchanged": func(c *challenge.Challenge) {
			c.Presenter.Identifier, c.Verifier.Identifier = c.Verifier.Identifier, c.Presenter.Identifier
		},
		"key longer":          func(c *challenge.Challenge) { c.Presenter.IdentityKey = fill(4, 33) },
		"all the other way":   func(c *challenge.Challenge) { c.PresenterRole = 2; c.Presenter, c.Verifier = c.Verifier, c.Presenter },
		"bigger than 63 each": func(c *challenge.Challenge) { c.Session, c.Nonce = fill(1, 64), fill(2, 64) },
	} {
		c := good()
		change(&c)
		for form, b := range map[string]string{"signature": string(c.Message([]byte{1})), "token": c.TokenNonce()} {
			if other := seen[b]; b == "" || other != "" {
				t.Errorf("%s, %s: the bytes of %q", name, form, other)
			}
			seen[b] = name
		}
	}
}

func TestAChallengeIsAnsweredOnce(t *testing.T) {
	asked := good()
	asked.Nonce = nil
	p, err := challenge.Ask(bytes.NewReader(fill(7, 64)), asked)
	if err != nil || !bytes.Equal(p.Nonce(), fill(7, 32)) {
		t.Fatal(err)
	}
	c, err := p.Take("im:alice@example.com")
	if err != nil || !c.Valid() || !bytes.Equal(c.Nonce, p.Nonce()) || c.Presenter.Identifier != "im:alice@example.com" {
		t.Fatalf("%+v, %v", c, err)
	}
	if c, err := p.Take("im:alice@example.com"); c != nil || !errors.Is(err, challenge.ErrSpent) {
		t.Errorf("taken again: %v", err)
	}
}

func TestAnAnswerThatIsRefusedSpendsTheChallengeToo(t *testing.T) {
	asked := good()
	asked.Nonce = nil
	p, err := challenge.Ask(bytes.NewReader(fill(7, 32)), asked)
	if err != nil {
		t.Fatal(err)
	}
	if c, err := p.Take("im:mallory@example.com"); c != nil || !errors.Is(err, challenge.ErrChallenge) {
		t.Errorf("another presenter than the one asked: %v", err)
	}
	if _, err := p.Take("im:alice@example.com"); !errors.Is(err, challenge.ErrSpent) {
		t.Errorf("taken after a refusal: %v", err)
	}
}

func TestWhoeverAnswersNamesThemselves(t *testing.T) {
	asked := good()
	asked.Nonce, asked.Presenter.Identifier = nil, ""
	for who, want := range map[string]error{"im:carol@example.com": nil, "": challenge.ErrChallenge, "carol": challenge.ErrChallenge} {
		p, err := challenge.Ask(bytes.NewReader(fill(7, 32)), asked)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := p.Take(who); !errors.Is(err, want) {
			t.Errorf("%q: %v", who, err)
		}
	}
}

func TestNothingIsAskedWithoutRandomnessOrParts(t *testing.T) {
	asked := good()
	asked.Nonce = nil
	if p, err := challenge.Ask(bytes.NewReader(fill(7, 31)), asked); p != nil || err == nil {
		t.Error("asked with half a nonce")
	}
	if _, err := challenge.Ask(bytes.NewReader(fill(0, 32)), asked); !errors.Is(err, challenge.ErrChallenge) {
		t.Errorf("asked with a nonce of zeroes: %v", err)
	}
	if _, err := challenge.Ask(bytes.NewReader(fill(7, 32)), good()); !errors.Is(err, challenge.ErrChallenge) {
		t.Errorf("asked with a nonce that was there: %v", err)
	}
	asked.Session = nil
	if _, err := challenge.Ask(bytes.NewReader(fill(7, 32)), asked); !errors.Is(err, challenge.ErrChallenge) {
		t.Errorf("asked without a session: %v", err)
	}
}

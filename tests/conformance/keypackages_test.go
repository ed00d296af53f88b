// Package conformance runs the shared vectors through the public API.
package conformance

import (
	"encoding/hex"
	"encoding/json"
	"testing"
	"time"

	"github.com/e2eid/e2eid/credential/name"
	"github.com/e2eid/e2eid/signature/native"
	"github.com/e2eid/e2eid/tests/vectors"
	"github.com/e2eid/e2eid/verifier"
)

// A keyPackageCase is one entry of vectors/mls/x509-keypackages.json, made by ts-mls and @peculiar/x509.
type keyPackageCase struct {
	CipherSuite    uint16    `json:"cipher_suite"`
	Label          string    `json:"label"`
	Expect         string    `json:"expect"`
	Reason         string    `json:"reason"`
	KeyPackage     hexBytes  `json:"key_package"`
	ReferenceID    string    `json:"reference_id"`
	TrustAnchor    hexBytes  `json:"trust_anchor"`
	Intermediate   hexBytes  `json:"intermediate"`
	ValidationTime time.Time `json:"validation_time"`
}

type hexBytes []byte

func (h *hexBytes) UnmarshalText(text []byte) (err error) {
	*h, err = hex.DecodeString(string(text))
	return err
}

func TestX509KeyPackages(t *testing.T) {
	var cases []keyPackageCase
	if err := json.Unmarshal(vectors.Read(t, "mls", "x509-keypackages.json"), &cases); err != nil {
		t.Fatal(err)
	}
	scope, err := name.ParseScope([]string{"example.com"})
	if err != nil {
		t.Fatal(err)
	}
	right := 0
	for _, c := range cases {
		v, err := verifier.New(verifier.Trust{
			Authorities: []verifier.Authority{{
				ID: "example", Scope: scope, Anchors: [][]byte{c.TrustAnchor}, Intermediates: [][]byte{c.Intermediate},
				Status: verifier.StatusUncheckedUnsafe, // the vectors have no revocation data
			}},
			Policy: verifier.Policy{MaxLeafLifetime: 10 * 366 * 24 * time.Hour}, // their LeafNodes last ten years
		})
		if err != nil {
			t.Fatal(err)
		}
		plan := v.Plan(c.ValidationTime, c.ValidationTime, []verifier.Presentation{{
			Kind: verifier.KeyPackage, Bytes: c.KeyPackage, Expected: []string{c.ReferenceID},
		}})
		got := plan.Conclude(native.Run(plan.Checks()))[0]
		want, code := verifier.Verified, verifier.Code("")
		if c.Expect != "valid" {
			want, code = verifier.Rejected, verifier.Code(c.Reason)
		}
		if got.Outcome() != want || got.Code() != code {
			t.Errorf("suite %d, %s: %s(%s), want %s(%s)\n%s", c.CipherSuite, c.Label, got.Outcome(), got.Code(), want, code, got.AppendJSON(nil))
			continue
		}
		right++
	}
	t.Logf("figure x509.keypackages_right %d cases", right)
	if right != 52 {
		t.Errorf("%d right, want 52", right)
	}
}

package dataintegrity_test

import (
	"errors"
	"slices"
	"strings"
	"testing"

	"github.com/e2eid/e2eid/credential/dataintegrity"
	"github.com/e2eid/e2eid/credential/did"
	"github.com/e2eid/e2eid/internal/strictjson"
	"github.com/e2eid/e2eid/tests/testvc"
	"github.com/e2eid/e2eid/tests/vectors"
)

const document = `{"@context":["https://www.w3.org/ns/credentials/v2"],"type":["VerifiableCredential"],"n":7,"name":"<Ä>"}`

// options are those of a proof by key, with more members first.
func options(key *testvc.Key, more string) string {
	suite := "ecdsa-jcs-2019"
	if key.Alg == "EdDSA" {
		suite = "eddsa-jcs-2022"
	}
	return `{` + more + `"type":"DataIntegrityProof","cryptosuite":"` + suite + `","verificationMethod":"` + key.DIDKey() + `#` + key.Multikey() + `","proofPurpose":"assertionMethod"}`
}

func parseAll(t *testing.T, text string) ([]*dataintegrity.Proof, error) {
	t.Helper()
	v, err := strictjson.Parse([]byte(text), strictjson.Limits{Bytes: 1 << 20, Nodes: 1 << 14, Depth: 32})
	if err != nil {
		t.Fatal(err)
	}
	return dataintegrity.ParseAll(v)
}

// held reports which proofs hold, each by the key that it names.
func held(t *testing.T, text string) (held []bool, err error) {
	t.Helper()
	proofs, err := parseAll(t, text)
	for _, p := range proofs {
		key, err := did.Key(p.VerificationMethod)
		if err != nil {
			t.Fatal(err)
		}
		held = append(held, holds(p, key))
	}
	return held, err
}

// A chain as the specification's example has it: two proofs, one over both, and one over that.
type chain struct {
	keys   [4]*testvc.Key
	proofs []string
}

func newChain(t *testing.T) *chain {
	c := &chain{}
	for i, alg := range []string{"EdDSA", "ES256", "ES384", "EdDSA"} {
		c.keys[i] = testvc.NewKey(t, alg)
	}
	p0 := c.keys[0].Prove(t, document, options(c.keys[0], `"id":"urn:a",`))
	p1 := c.keys[1].Prove(t, document, options(c.keys[1], `"id":"urn:b",`))
	// In the order of the proofs, whatever that of the names is.
	p2 := c.keys[2].Prove(t, document, options(c.keys[2], `"id":"urn:c","previousProof":["urn:b","urn:a"],`), p0, p1)
	p3 := c.keys[3].Prove(t, document, options(c.keys[3], `"previousProof":"urn:c",`), p2)
	c.proofs = []string{p0, p1, p2, p3}
	return c
}

func TestEachProofOfASetOrChainHolds(t *testing.T) {
	c := newChain(t)
	all := func(text string, n int) {
		t.Helper()
		got, err := held(t, text)
		if err != nil || len(got) != n || slices.Contains(got, false) {
			t.Errorf("%v %v, want %d that hold: %s", got, err, n, text)
		}
	}
	all(testvc.WithProofs(document, c.proofs...), 4)
	all(testvc.WithProofs(document, c.proofs[:1]...), 1)
	all(testvc.WithProofs(document, c.proofs[:2]...), 2)
	all(testvc.WithProofs(document, c.proofs[:3]...), 3)
	// Where no proof names two the order says nothing: what is first is told by previousProof.
	all(testvc.WithProofs(document, c.proofs[1], c.proofs[0]), 2)
	all(testvc.WithProofs(document, c.proofs[3], c.proofs[2], c.proofs[0], c.proofs[1]), 4)
	all(testvc.WithProofs(document, c.proofs[0], c.proofs[3], c.proofs[1], c.proofs[2]), 4)
	// As many as there may be.
	var eight []string
	for range 8 {
		key := testvc.NewKey(t, "EdDSA")
		eight = append(eight, key.Prove(t, document, options(key, "")))
	}
	all(testvc.WithProofs(document, eight...), 8)
	if _, err := parseAll(t, testvc.WithProofs(document, append(eight, c.proofs[0])...)); !errors.Is(err, dataintegrity.ErrLimit) {
		t.Errorf("nine proofs: %v", err)
	}
}

// One thing of a good chain is changed. want is which proofs hold, as "0110", or the error.
func TestChangesOfAChain(t *testing.T) {
	c := newChain(t)
	good := testvc.WithProofs(document, c.proofs...)
	join := func(proofs ...string) string { return testvc.WithProofs(document, proofs...) }
	edit := func(i int, old, new string) string {
		proofs := slices.Clone(c.proofs)
		if !strings.Contains(proofs[i], old) {
			t.Fatalf("%s is not in %s", old, proofs[i])
		}
		proofs[i] = strings.Replace(proofs[i], old, new, 1)
		return join(proofs...)
	}
	resigned := c.keys[1].Prove(t, document, options(c.keys[1], `"id":"urn:b",`)) // ECDSA: another value each time
	stranger := testvc.NewKey(t, "EdDSA")
	circle := func(first, second string) string {
		a, b := testvc.NewKey(t, "EdDSA"), testvc.NewKey(t, "EdDSA")
		p := a.Prove(t, document, options(a, `"id":"urn:x","previousProof":"`+first+`",`), c.proofs[0])
		return join(c.proofs[0], p, b.Prove(t, document, options(b, `"id":"urn:y","previousProof":"`+second+`",`), p))
	}
	for name, test := range map[string]struct {
		text string
		held string
		err  error
	}{
		"nothing":                                    {good, "1111", nil},
		"the document":                               {strings.Replace(good, `"n":7`, `"n":8`, 1), "0000", nil},
		"the proofs of one in another order":         {join(c.proofs[1], c.proofs[0], c.proofs[2], c.proofs[3]), "1101", nil},
		"an earlier proof made anew":                 {join(c.proofs[0], resigned, c.proofs[2], c.proofs[3]), "1101", nil},
		"an earlier one by a stranger, under its id": {join(stranger.Prove(t, document, options(stranger, `"id":"urn:a",`)), c.proofs[1], c.proofs[2], c.proofs[3]), "1101", nil},
		"a member of an earlier one":                 {edit(0, `"type"`, `"x":1,"type"`), "0101", nil},
		"the id of an earlier one":                   {edit(0, `urn:a`, `urn:z`), "", dataintegrity.ErrFormat},
		"the value of an earlier one":                {edit(0, `"proofValue":"z`, `"proofValue":"z1`), "0101", nil},
		"previousProof to another":                   {edit(3, `"urn:c"`, `"urn:a"`), "1110", nil},
		"previousProof is taken out":                 {edit(3, `"previousProof":"urn:c",`, ``), "1110", nil},
		"previousProof in an array":                  {edit(3, `"urn:c"`, `["urn:c"]`), "1110", nil},
		"an earlier one is taken out":                {join(c.proofs[0], c.proofs[2], c.proofs[3]), "", dataintegrity.ErrFormat},
		"the one in the middle is taken out":         {join(c.proofs[0], c.proofs[1], c.proofs[3]), "", dataintegrity.ErrFormat},
		"previousProof names itself":                 {edit(2, `["urn:b","urn:a"]`, `"urn:c"`), "", dataintegrity.ErrFormat},
		"previousProof names one twice":              {edit(2, `["urn:b","urn:a"]`, `["urn:b","urn:b"]`), "", dataintegrity.ErrFormat},
		"previousProof is empty":                     {edit(2, `["urn:b","urn:a"]`, `[]`), "", dataintegrity.ErrFormat},
		"previousProof is an empty text":             {edit(3, `"urn:c"`, `""`), "", dataintegrity.ErrFormat},
		"previousProof is a number":                  {edit(3, `"urn:c"`, `1`), "", dataintegrity.ErrFormat},
		"previousProof has a number":                 {edit(2, `"urn:b"`, `1`), "", dataintegrity.ErrFormat},
		"previousProof is null":                      {edit(3, `"urn:c"`, `null`), "", dataintegrity.ErrFormat},
		"an id that is a number":                     {edit(0, `"urn:a"`, `1`), "", dataintegrity.ErrFormat},
		"an id twice":                                {edit(1, `urn:b`, `urn:a`), "", dataintegrity.ErrFormat},
		"an id twice in a set":                       {join(c.proofs[0], stranger.Prove(t, document, options(stranger, `"id":"urn:a",`))), "", dataintegrity.ErrFormat},
		"a proof twice":                              {join(append(slices.Clone(c.proofs), c.proofs[3])...), "", dataintegrity.ErrFormat},
		"two that name each other":                   {circle("urn:y", "urn:x"), "", dataintegrity.ErrFormat},
		"two in a line":                              {circle("urn:a", "urn:x"), "111", nil},
		"a suite on RDF among them":                  {edit(3, "eddsa-jcs-2022", "eddsa-rdfc-2022"), "", dataintegrity.ErrUnsupported},
		"a type that is not known among them":        {edit(1, "DataIntegrityProof", "Ed25519Signature2020"), "", dataintegrity.ErrUnsupported},
		"one of an unknown suite, one malformed":     {strings.Replace(edit(3, "eddsa-jcs-2022", "eddsa-rdfc-2022"), `"proofPurpose":"assertionMethod"`, `"proofPurpose":1`, 1), "", dataintegrity.ErrFormat},
		"one malformed after one of an unknown type": {strings.Replace(edit(0, "DataIntegrityProof", "x"), `"previousProof":"urn:c",`, `"domain":1,`, 1), "", dataintegrity.ErrFormat},
		"a proof that is a text":                     {join(c.proofs[0], `"x"`), "", dataintegrity.ErrFormat},
		"an array of arrays":                         {join(`[`+c.proofs[0]+`]`, c.proofs[1]), "", dataintegrity.ErrFormat},
	} {
		got, err := held(t, test.text)
		text := ""
		for _, h := range got {
			text += map[bool]string{true: "1", false: "0"}[h]
		}
		if text != test.held || !errors.Is(err, test.err) {
			t.Errorf("%s: %q %v, want %q %v", name, text, err, test.held, test.err)
		}
	}
}

// Who reads one proof reads no set: to take the first of several would be to pass over the others.
func TestParseReadsOneProof(t *testing.T) {
	c := newChain(t)
	if _, err := parse(t, []byte(testvc.WithProofs(document, c.proofs[:2]...))); !errors.Is(err, dataintegrity.ErrUnsupported) {
		t.Errorf("a set: %v", err)
	}
	one := strings.Replace(testvc.WithProofs(document, c.proofs[0]), c.proofs[0], "["+c.proofs[0]+"]", 1)
	p, err := parse(t, []byte(one))
	if err != nil {
		t.Fatalf("one in an array: %v", err)
	}
	if key, err := did.Key(c.keys[0].DIDKey()); err != nil || !holds(p, key) {
		t.Errorf("one in an array does not hold: %v", err)
	}
}

// The specification's sets and chains are of a suite on RDF.
func TestSetsAndChainsOfOtherSuitesAreUnsupported(t *testing.T) {
	for _, file := range []string{"signedProofSet1.json", "signedProofSet2.json", "signedProofChain1.json", "signedProofChain2.json"} {
		text := string(vectors.Read(t, "vc", "data-integrity", "eddsa", "proof-set-chain", file))
		if _, err := parseAll(t, text); !errors.Is(err, dataintegrity.ErrUnsupported) {
			t.Errorf("%s: %v", file, err)
		}
		// As if of a suite that is known they are well-formed, which is to say that their links are read, and do not hold.
		got, err := held(t, strings.ReplaceAll(text, "eddsa-rdfc-2022", "eddsa-jcs-2022"))
		if err != nil || len(got) == 0 || slices.Contains(got, true) {
			t.Errorf("%s: %v %v", file, got, err)
		}
	}
}

// Package wycheproof reads the signature vectors of Project Wycheproof the way a certificate is read: the key is decoded
// from its SubjectPublicKeyInfo, the algorithm is found from an AlgorithmIdentifier and that key, and package signature
// describes the check. What is left is for a host to answer, the same in all of them.
package wycheproof

import (
	"crypto"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/e2eid/e2eid/internal/der"
	"github.com/e2eid/e2eid/internal/pkix"
	"github.com/e2eid/e2eid/signature"
	"github.com/e2eid/e2eid/tests/testca"
)

// Policies are the reasons for which a case is refused whatever its vector says. There is no other.
var Policies = map[string]string{
	"hash":      "SHA-1 is broken; SHA-224, SHA-512/224 and SHA-512/256 are in no WebCrypto",
	"mgf1-hash": "RSASSA-PSS masks with the hash of the message: RFC 4055, Section 3.1, recommends it, and WebCrypto has no other",
	"context":   "signatures of X.509 and MLS have no context string: these are checked without theirs",
	"jose":      "whole JSON objects (JWS, JWK), not signatures",
}

// A Case is a signature to verify.
type Case struct {
	ID      int
	Comment string
	Result  string // as in the file: valid, invalid, acceptable
	Policy  string // one of Policies, or empty
	Check   signature.Check
	Err     error // from decoding the key or describing the check, which is then zero
}

// Want is the only right answer. Refusing to describe the check is Invalid. What a verifier may take or leave we leave.
func (c Case) Want() signature.Answer {
	if c.Result == "valid" && c.Policy == "" {
		return signature.Valid
	}
	return signature.Invalid
}

func (c Case) String() string { return fmt.Sprintf("case %d (%s), %s", c.ID, c.Comment, c.Result) }

// Files lists the names of all vector files of a folder, without "_test.json".
func Files(dir string) ([]string, error) {
	paths, err := filepath.Glob(filepath.Join(dir, "*_test.json"))
	for i := range paths {
		paths[i] = strings.TrimSuffix(filepath.Base(paths[i]), "_test.json")
	}
	if err == nil && len(paths) == 0 {
		err = fmt.Errorf("wycheproof: no vectors in %s", dir)
	}
	slices.Sort(paths)
	return paths, err
}

type file struct {
	NumberOfTests int `json:"numberOfTests"`
	TestGroups    []group
}

type group struct {
	Type         string
	PublicKeyDer string
	SHA          string `json:"sha"`
	MGFSHA       string `json:"mgfSha"`
	SaltLength   int    `json:"sLen"`
	Tests        []struct {
		ID      int `json:"tcId"`
		Comment string
		Flags   []string
		Msg     json.RawMessage // hex, but for JOSE
		Sig     string
		Ctx     string
		Result  string
	}
}

// Read returns all cases of a file.
func Read(dir, name string) ([]Case, error) {
	text, err := os.ReadFile(filepath.Join(dir, name+"_test.json"))
	if err != nil {
		return nil, err
	}
	var f file
	if err := json.Unmarshal(text, &f); err != nil {
		return nil, fmt.Errorf("wycheproof: %s: %w", name, err)
	}
	var cases []Case
	for _, g := range f.TestGroups {
		describe, policy, err := g.describer()
		if err != nil {
			return nil, fmt.Errorf("wycheproof: %s: %w", name, err)
		}
		for _, t := range g.Tests {
			c := Case{ID: t.ID, Comment: strings.TrimSpace(t.Comment + " " + strings.Join(t.Flags, " ")), Result: t.Result, Policy: policy}
			if policy == "" && t.Ctx != "" {
				c.Policy = "context"
			}
			if c.Check, c.Err, err = describe(t.Msg, t.Sig); err != nil {
				return nil, fmt.Errorf("wycheproof: %s: case %d: %w", name, t.ID, err)
			}
			cases = append(cases, c)
		}
	}
	if len(cases) != f.NumberOfTests {
		return nil, fmt.Errorf("wycheproof: %s has %d cases, says %d", name, len(cases), f.NumberOfTests)
	}
	return cases, nil
}

// A describer makes a check. refused is an answer, err a fault of the file.
type describer func(msg json.RawMessage, sig string) (c signature.Check, refused, err error)

var errJOSE = errors.New("wycheproof: not a signature alone")

func (g group) describer() (describe describer, policy string, err error) {
	refuse := func(refused error) describer {
		return func(json.RawMessage, string) (signature.Check, error, error) { return signature.Check{}, refused, nil }
	}
	if g.Type == "JsonWebKey" || g.Type == "JsonWebSignature" {
		return refuse(errJOSE), "jose", nil
	}
	identifier, policy, err := g.identifier()
	if err != nil {
		return nil, "", err
	}
	spki, err := hex.DecodeString(g.PublicKeyDer)
	if err != nil {
		return nil, "", err
	}
	var key pkix.PublicKey
	in := der.String(spki)
	if err := pkix.ReadPublicKey(&in, &key); err != nil || !in.Empty() {
		return refuse(errors.Join(err, signature.ErrKey)), policy, nil
	}
	if identifier == nil {
		identifier = testca.Algorithm(testca.OID(key.OID.String()), nil) // that of the key
	}
	algorithm := pkix.SignatureAlgorithm{Raw: identifier}
	var params der.String
	in = identifier
	if !pkix.ReadAlgorithmIdentifier(&in, &algorithm.OID, &params) {
		return nil, "", errors.New("no AlgorithmIdentifier")
	}
	return func(msg json.RawMessage, sig string) (c signature.Check, refused, err error) {
		var text string
		if err := json.Unmarshal(msg, &text); err != nil {
			return c, nil, err
		}
		m, err := hex.DecodeString(text)
		s, err2 := hex.DecodeString(sig)
		if err := errors.Join(err, err2); err != nil {
			return c, nil, err
		}
		if g.Type != "EcdsaP1363Verify" {
			c, refused = algorithm.Check(key, m, s)
			return c, refused, nil
		}
		a, ok := algorithm.For(key) // r || s, as in JWS
		if !ok {
			return c, signature.ErrAlgorithm, nil
		}
		c, refused = signature.New(a, key.Key, m, s)
		return c, refused, nil
	}, policy, nil
}

var hashes = map[string]crypto.Hash{
	"SHA-1": crypto.SHA1, "SHA-224": crypto.SHA224, "SHA-256": crypto.SHA256, "SHA-384": crypto.SHA384,
	"SHA-512": crypto.SHA512, "SHA-512/224": crypto.SHA512_224, "SHA-512/256": crypto.SHA512_256,
}

var (
	ecdsaOIDs = map[crypto.Hash]testca.OID{
		crypto.SHA256: "1.2.840.10045.4.3.2", crypto.SHA384: "1.2.840.10045.4.3.3", crypto.SHA512: "1.2.840.10045.4.3.4",
	}
	pkcs1OIDs = map[crypto.Hash]testca.OID{
		crypto.SHA224: "1.2.840.113549.1.1.14", crypto.SHA256: "1.2.840.113549.1.1.11", crypto.SHA384: "1.2.840.113549.1.1.12",
		crypto.SHA512: "1.2.840.113549.1.1.13", crypto.SHA512_224: "1.2.840.113549.1.1.15", crypto.SHA512_256: "1.2.840.113549.1.1.16",
	}
)

// identifier returns the AlgorithmIdentifier of the group's signatures, nil for that of the key.
func (g group) identifier() (id []byte, policy string, err error) {
	if g.Type == "EddsaVerify" || g.Type == "MlDsaVerify" {
		return nil, "", nil
	}
	hash, ok := hashes[g.SHA]
	if !ok {
		return nil, "", fmt.Errorf("unknown hash %q", g.SHA)
	}
	if hash != crypto.SHA256 && hash != crypto.SHA384 && hash != crypto.SHA512 {
		policy = "hash"
	}
	switch g.Type {
	case "EcdsaVerify", "EcdsaP1363Verify":
		return testca.Algorithm(ecdsaOIDs[hash], nil), policy, nil
	case "RsassaPkcs1Verify":
		return testca.Algorithm(pkcs1OIDs[hash], []byte{5, 0}), policy, nil
	case "RsassaPssVerify", "RsassaPssWithParametersVerify":
		mgf, ok := hashes[g.MGFSHA]
		if !ok {
			return nil, "", fmt.Errorf("unknown hash %q of MGF1", g.MGFSHA)
		}
		if policy == "" && mgf != hash {
			policy = "mgf1-hash"
		}
		return testca.PSSAlgorithm(hash, mgf, g.SaltLength), policy, nil
	}
	return nil, "", fmt.Errorf("unknown type %q", g.Type)
}

package main

import (
	"crypto/ed25519"
	"encoding/base64"
	"encoding/hex"
	"encoding/pem"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"golang.org/x/crypto/cryptobyte/asn1"

	"github.com/e2eid/e2eid/credential/mls"
	"github.com/e2eid/e2eid/credential/mls/mlstest"
	"github.com/e2eid/e2eid/revocation"
	"github.com/e2eid/e2eid/revocation/publisher"
	"github.com/e2eid/e2eid/tests/testca"
	"github.com/e2eid/e2eid/tests/testcrl"
	"github.com/e2eid/e2eid/tests/testocsp"
)

// Everything here derives from names and fixed times, so that the transcripts in testdata are the same on every run.

const suite = mls.X25519AES128SHA256Ed25519

var lifetime = mls.Lifetime{
	NotBefore: uint64(testca.At.Add(-time.Hour).Unix()),
	NotAfter:  uint64(testca.At.AddDate(0, 3, 0).Unix()),
}

// bytesOf returns 32 bytes that stand for a key nobody uses.
func bytesOf(b byte) []byte {
	key := make([]byte, 32)
	for i := range key {
		key[i] = b
	}
	return key
}

func leaf(credential mls.Credential, signer testca.Key) mlstest.LeafNode {
	return mlstest.LeafNode{
		Suite: suite, Signer: signer.Signer, EncryptionKey: bytesOf(0xe0), Credential: credential, Lifetime: lifetime,
	}
}

func keyPackage(credential mls.Credential, signer testca.Key) mlstest.KeyPackage {
	return mlstest.KeyPackage{LeafNode: leaf(credential, signer), InitKey: bytesOf(0x10)}
}

// client returns the chain of a user's device 1 with an Ed25519 key.
func client(ca *testca.Authority, user string, index uint64) ([][]byte, testca.Key) {
	key := testca.NewKey(testca.Ed25519, user+" 1")
	c := ca.Client(user, "1", index)
	c.Key = key.Public()
	return ca.Chain(c), key
}

// hostile is what a name should never do to a terminal.
const hostile = "\x1b]0;owned\x07\x1b[2J\u202ealice\u200b\r\n\u009b31m"

// writeFixtures writes the files that the transcripts name.
func writeFixtures(t testing.TB, dir string) {
	t.Helper()
	write := func(name string, b []byte) {
		t.Helper()
		if err := os.WriteFile(filepath.Join(dir, name), b, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	ca := testca.New(testca.Options{})
	chain, alice := client(ca, "alice", 0)
	kp := keyPackage(mlstest.X509(chain...), alice)
	write("alice.kp", kp.Build())
	write("alice.msg", kp.BuildMessage())
	write("alice.hex", []byte(hex.EncodeToString(kp.Build())+"\n"))
	write("alice.b64", []byte(base64.StdEncoding.EncodeToString(kp.BuildMessage())+"\n"))
	write("cut.kp", kp.Build()[:200])

	bobChain, bob := client(ca, "bob", 1)
	write("bob.kp", keyPackage(mlstest.X509(bobChain...), bob).Build())
	write("stolen.kp", keyPackage(mlstest.X509(chain...), bob).Build())
	write("orphan.kp", keyPackage(mlstest.X509(chain[0]), alice).Build())

	update := leaf(mlstest.X509(chain...), alice)
	update.Source, update.GroupID, update.LeafIndex = mls.SourceUpdate, []byte("group"), 3
	write("update.leaf", update.Build())

	mallory := testca.NewKey(testca.Ed25519, "mallory")
	write("basic.kp", keyPackage(mlstest.Basic("mallory"), mallory).Build())
	write("basic-hostile.kp", keyPackage(mlstest.Basic(hostile), mallory).Build())
	write("unknown.leaf", leaf(mlstest.Unknown(0x0a0a, []byte(hostile)), mallory).Build())
	write("tree", mlstest.Tree(leaf(mlstest.Basic("mallory"), mallory).Build(), nil, leaf(mlstest.Basic("bob"), bob).Build()))

	writeCertificates(write, ca, chain)
	t.Logf("the answer of alice.pem is %x", writeAnswers(t, write, chain[0], alice))
	writeBags(write)
	writeMirrors(t, dir, write)
	write("polyglot", polyglot(t, mallory))
	writeTrust(write, ca)
	writeTokens(t, write)
	writeCOSE(t, write)
	writeInspected(t, write)
}

func writeCertificates(write func(string, []byte), ca *testca.Authority, chain [][]byte) {
	write("alice.der", chain[0])
	var bundle []byte
	for _, der := range chain {
		bundle = append(bundle, "# a certificate\n"...)
		bundle = append(bundle, pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der})...)
	}
	write("alice.pem", bundle)
	write("key.pem", pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: []byte{1}}))

	c := ca.Alice()
	c.Key = testca.NewKey(testca.Ed25519, "alice 1").Public()
	c.Subject = testca.Name{{Type: testca.OIDCommonName, Value: hostile}}
	write("hostile-cn.der", ca.Issue(c))

	// What the parser lets through: T.61, which nobody decodes, an attribute of an unknown type, characters that cannot
	// be seen, separators of RFC 4514, an unknown extension, an otherName, names that identify nobody.
	c.Subject = testca.Name{
		{Type: testca.OIDCountry, Value: "\x1b[2J", Tag: asn1.Tag(20)},
		{Type: "1.2.3.4", Value: "\x1b[2J", Tag: asn1.OCTET_STRING},
		{Type: testca.OIDOrganization, Value: " #a,b+c=\"d\" "},
		{Type: testca.OIDCommonName, Value: "al\u200dice"},
	}
	c.Set(testca.Unknown("1.2.3.4.5", false, []byte(hostile)),
		testca.SAN(testca.URI("HTTP://EXAMPLE.COM/\"$(id)"), testca.URI("mimi://Example.com/u/alice"), testca.IP(192, 0, 2, 1),
			testca.OtherName("1.2.3", []byte(hostile)), testca.Email("alice@example.com"), testca.DNS("*.example.com")),
		testca.NameConstraints([]testca.GeneralName{testca.IP(192, 0, 2, 0, 255, 255, 255, 0)}, []testca.GeneralName{testca.DNS("")}),
		testca.Policies(testca.OIDAnyPolicy), testca.CRLDP("http://ca.example/crl"), testca.AIA("http://ca.example/ocsp", ""))
	write("hostile.der", ca.Issue(c))
}

// writeBags writes a chain without status extensions, and CRLs and OCSP responses about it.
func writeBags(write func(string, []byte)) {
	ca := testca.New(testca.Options{NoStatus: true})
	block := func(kind string, der []byte) []byte { return pem.EncodeToMemory(&pem.Block{Type: kind, Bytes: der}) }
	c := ca.Alice()
	c.Set(testca.SAN(testca.DNS("*.example.com"), testca.IP(192, 0, 2, 1), testca.Email("alice@example.com")))
	end := ca.Issue(c)
	write("root.pem", block("CERTIFICATE", ca.Root.DER))
	write("plain.pem", block("CERTIFICATE", end))
	above := testcrl.Issue(ca.Root, testcrl.List{})
	write("bag.pem", slices.Concat(block("CERTIFICATE", ca.Intermediate.DER), block("X509 CRL", above),
		block("X509 CRL", testcrl.Issue(ca.Intermediate, testcrl.List{}))))
	write("revoked.pem", slices.Concat(block("CERTIFICATE", ca.Intermediate.DER), block("X509 CRL", above),
		block("X509 CRL", testcrl.Issue(ca.Intermediate, testcrl.List{
			Entries: []testcrl.Entry{testcrl.Revoke(end, testcrl.Reason(testcrl.KeyCompromise))},
		}))))
	responder := testocsp.ByAuthority(ca.Intermediate)
	write("stapled.der", responder.Sign(responder.Good(end)))
	write("above.pem", slices.Concat(block("CERTIFICATE", ca.Intermediate.DER), block("X509 CRL", above), []byte("-----BEGIN X509 CRL-----\nAAAA\n-----END X509 CRL-----\n")))
}

func headKey() ed25519.PrivateKey {
	return testca.NewKey(testca.Ed25519, "revocation").Signer.(ed25519.PrivateKey)
}

// writeMirrors writes the mirror, what it was an hour before, and one of somebody else's key.
func writeMirrors(t testing.TB, dir string, write func(string, []byte)) {
	t.Helper()
	must := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	publish := func(mirror string, key ed25519.PrivateKey, hours ...int) *revocation.UnverifiedHead {
		f, err := publisher.Open(filepath.Join(dir, mirror), "example")
		must(err)
		signer, err := publisher.NewSigner(key)
		must(err)
		var head *revocation.UnverifiedHead
		for _, h := range hours {
			this := testca.At.Add(time.Duration(h) * time.Hour)
			p := publisher.Publication{ThisUpdate: this, NextUpdate: this.Add(24 * time.Hour), Lists: []publisher.List{
				{ID: "https://authority.example/lists/1", Issued: 1000},
				{ID: "https://authority.example/lists/ca", Issued: 1, WithoutDetails: true},
			}}
			if h == -1 {
				p.Lists[0].Revoked = []revocation.Entry{
					{Index: 1, Since: this.Add(-time.Minute), Reason: revocation.KeyCompromise},
					{Index: 500, Reason: revocation.CertificateHold},
				}
			}
			head, err = f.Publish(p, signer)
			must(err)
		}
		return head
	}
	publish("mirror-old", headKey(), -2)
	publish("mirror-fork", headKey(), -2, 0) // another head of number 2
	publish("mirror-forged", testca.NewKey(testca.Ed25519, "thief").Signer.(ed25519.PrivateKey), -1)
	head := publish("mirror", headKey(), -2, -1)
	write("head", head.Bytes())
	list := head.Body().Lists[0]
	for name, blob := range map[string]revocation.Blob{"list.blob": list.Snapshot, "details.blob": list.Details} {
		b, err := os.ReadFile(filepath.Join(dir, "mirror", "blob", blob.Name()))
		must(err)
		write(name, b)
	}
	// A mirror that withholds a blob.
	publish("mirror-torn", headKey(), -2, -1)
	must(os.Remove(filepath.Join(dir, "mirror-torn", "blob", list.Details.Name())))
}

// polyglot returns bytes that are a head and a LeafNode at the same time: the label of a head begins like the size of
// an encryption_key of 9522 bytes, and what follows it stands in a proof behind the head.
func polyglot(t testing.TB, signer testca.Key) []byte {
	t.Helper()
	const prefix, keySize = 2, 0x2532 // "e2" is the varint 0x2532
	l := leaf(mlstest.Basic("mallory"), signer)
	rest := l.Build()[1+32:] // after its own encryption_key. The signature is for that one and does not hold
	body, err := revocation.AppendBody(nil, revocation.Body{Authority: "example", Number: 1,
		ThisUpdate: testca.At, NextUpdate: testca.At.Add(time.Hour)})
	if err != nil {
		t.Fatal(err)
	}
	before := len(body) + 1 + 2 + 8 + 1 + 1 + 1 + 2 + 2 // a signature of one byte, and of the proof: count, type, size
	proof := append(make([]byte, prefix+keySize-before), rest...)
	head, err := revocation.AssembleHead(body, []revocation.Signature{{Algorithm: 0x7fff, Signature: []byte{0}}},
		revocation.Proof{Type: 1, Data: proof})
	if err != nil {
		t.Fatal(err)
	}
	return head.Bytes()
}

func writeTrust(write func(string, []byte), ca *testca.Authority) {
	const format = `{"authorities":[{"id":"example","scope":["example.com"],"anchors":["%s"],%s"revocation":{"keys":[` +
		`{"algorithm":"Ed25519","key":"%s"}]}}],"policy":{"basic":"%s"}}`
	anchor := base64.StdEncoding.EncodeToString(ca.Root.DER)
	key := base64.StdEncoding.EncodeToString(headKey().Public().(ed25519.PublicKey))
	write("trust.json", fmt.Appendf(nil, format, anchor, "", key, "reject"))
	write("trust-report.json", fmt.Appendf(nil, format, anchor, "", key, "report"))
	write("trust-unchecked.json", fmt.Appendf(nil, format, anchor, `"status":"uncheckedUnsafe",`, key, "reject"))
	write("trust-misspelt.json", []byte(`{"authoritys":[]}`))
}

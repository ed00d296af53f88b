package main

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"os"
	"path/filepath"
	"time"

	"github.com/e2eid/e2eid/credential/mls"
	"github.com/e2eid/e2eid/credential/mls/mlstest"
	"github.com/e2eid/e2eid/revocation"
	"github.com/e2eid/e2eid/tests/testca"
	"github.com/e2eid/e2eid/tests/testlist"
)

// members is what web/test/watch.test.ts reads: what Alice presents, with index 0 of the list, and Bob with index 1.
type members struct {
	Anchor      []byte `json:"anchor"`
	Key         []byte `json:"key"` // of the heads, raw
	KeyPackage  []byte `json:"keyPackage"`
	LeafNode    []byte `json:"leafNode"` // of leaf 2 of group "g", by a commit
	Certificate []byte `json:"certificate"`
	Issuer      []byte `json:"issuer"` // the intermediate
	Bob         []byte `json:"bob"`    // his KeyPackage
}

// writeMembers writes a mirror with three heads, an hour after each other from start on: the second revokes Alice, and the
// third Bob too.
func writeMembers(dir string) {
	ca := testca.New(testca.Options{})
	lists := testlist.New(authority, ca)
	revoked := []revocation.Entry{{Index: 0, Reason: revocation.KeyCompromise}, {Index: 1}}
	for i := range 3 {
		head, blobs := lists.Next(start.Add(time.Duration(i)*time.Hour), revoked[:i]...)
		write(head, dir, "head"+string(rune('1'+i)))
		for _, blob := range blobs {
			sum := sha256.Sum256(blob)
			write(blob, dir, "blob", hex.EncodeToString(sum[:]))
		}
	}
	suite, lifetime := mls.P256AES128SHA256P256, mls.Lifetime{NotBefore: uint64(start.Unix()), NotAfter: uint64(start.AddDate(0, 1, 0).Unix())}
	leaf := func(user string, index uint64) mlstest.LeafNode {
		chain := ca.Chain(ca.Client(user, "1", index))
		return mlstest.LeafNode{Suite: suite, Signer: testca.NewKey(testca.P256, user+" 1").Signer, Credential: mlstest.X509(chain...), Lifetime: lifetime}
	}
	alice := leaf("alice", 0)
	chain := ca.Chain(ca.Client("alice", "1", 0))
	out := members{
		Anchor: ca.Root.DER, Key: lists.PublicKey().Key, Certificate: chain[0], Issuer: chain[1],
		KeyPackage: mlstest.KeyPackage{LeafNode: alice}.Build(), Bob: mlstest.KeyPackage{LeafNode: leaf("bob", 1)}.Build(),
	}
	alice.Source, alice.GroupID, alice.LeafIndex = mls.SourceCommit, []byte("g"), 2
	out.LeafNode = alice.Build()
	text, err := json.Marshal(out)
	check(err)
	write(text, dir, "members.json")
}

func write(b []byte, path ...string) {
	name := filepath.Join(path...)
	check(os.MkdirAll(filepath.Dir(name), 0o755))
	check(os.WriteFile(name, b, 0o644))
}

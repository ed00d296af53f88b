// Command roster writes a group for benchmarks: a trust configuration, and the LeafNodes of its members, each with its
// own P-256 key and certificate, as JSON with base64.
package main

import (
	"encoding/base64"
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"strconv"

	"github.com/e2eid/e2eid/credential/mls"
	"github.com/e2eid/e2eid/credential/mls/mlstest"
	"github.com/e2eid/e2eid/tests/testca"
)

type member struct {
	Expected  string `json:"expected"`
	LeafIndex int    `json:"leafIndex"`
	LeafNode  string `json:"leafNode"`
}

type roster struct {
	Trust       any      `json:"trust"`
	Now         int64    `json:"now"` // Unix seconds
	CipherSuite int      `json:"cipherSuite"`
	GroupID     string   `json:"groupId"`
	Members     []member `json:"members"`
}

func main() {
	n := flag.Int("n", 1000, "members")
	flag.Parse()
	ca := testca.New(testca.Options{})
	group := []byte("roster")
	encode := base64.StdEncoding.EncodeToString
	r := roster{
		Trust: map[string]any{"authorities": []any{map[string]any{
			"id": "example", "scope": []string{"example.com"}, "anchors": []string{encode(ca.Root.DER)},
			// A head would add one signature to two thousand and one.
			"status": "uncheckedUnsafe",
		}}},
		Now: testca.At.Unix(), CipherSuite: int(mls.P256AES128SHA256P256), GroupID: encode(group),
	}
	for i := range *n {
		user := "user" + strconv.Itoa(i)
		key := testca.NewKey(testca.P256, user+" 1")
		leaf := mlstest.LeafNode{
			Suite: mls.P256AES128SHA256P256, Signer: key.Signer, Credential: mlstest.X509(ca.Chain(ca.Client(user, "1", uint64(i)))...),
			Source: mls.SourceCommit, GroupID: group, LeafIndex: uint32(i),
		}
		r.Members = append(r.Members, member{"mimi://example.com/u/" + user, i, encode(leaf.Build())})
	}
	if err := json.NewEncoder(os.Stdout).Encode(r); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

// Command chains writes certification paths for benchmarks: one root, and below it paths of an intermediate and an end
// entity, each with P-256 keys of its own, as JSON with base64.
package main

import (
	"encoding/base64"
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"strconv"

	"github.com/e2eid/e2eid/tests/testca"
)

type chain struct {
	End          string `json:"end"`
	Intermediate string `json:"intermediate"`
}

type chains struct {
	Root   string  `json:"root"`
	Now    int64   `json:"now"` // Unix seconds
	Chains []chain `json:"chains"`
}

func main() {
	n := flag.Int("n", 200, "paths")
	flag.Parse()
	a := testca.New(testca.Options{NoStatus: true})
	encode := base64.StdEncoding.EncodeToString
	out := chains{Root: encode(a.Root.DER), Now: testca.At.Unix()}
	for i := range *n {
		c := a.IntermediateCert()
		c.Subject[1].Value += " " + strconv.Itoa(i)
		ca := a.Root.NewCA(c, testca.NewKey(testca.P256, "intermediate "+strconv.Itoa(i)))
		out.Chains = append(out.Chains, chain{encode(ca.Issue(a.Client("user"+strconv.Itoa(i), "1", 0))), encode(ca.DER)})
	}
	if err := json.NewEncoder(os.Stdout).Encode(out); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

// Command verdicts judges KeyPackages natively: one question as JSON on each line of standard input, one verdict as JSON
// on each line of standard output. Tests of the package compare them byte for byte with those of the WebAssembly module.
package main

import (
	"bufio"
	"encoding/hex"
	"encoding/json"
	"errors"
	"io"
	"log"
	"os"
	"time"

	"github.com/e2eid/e2eid/signature/native"
	"github.com/e2eid/e2eid/verifier"
	"github.com/e2eid/e2eid/verifier/trust"
)

// A question is as tests/browser/question.ts writes it.
type question struct {
	Trust      json.RawMessage `json:"trust"`
	KeyPackage string          `json:"keyPackage"` // hex
	Expected   string          `json:"expected"`
	Time       int64           `json:"time"` // Unix seconds
}

func main() {
	log.SetFlags(0)
	out := bufio.NewWriter(os.Stdout)
	for in := json.NewDecoder(os.Stdin); ; {
		var q question
		if err := in.Decode(&q); errors.Is(err, io.EOF) {
			break
		} else if err != nil {
			log.Fatal(err)
		}
		verdict, err := judge(q)
		if err != nil {
			log.Fatal(err)
		}
		if _, err := out.Write(append(verdict.AppendJSON(nil), '\n')); err != nil {
			log.Fatal(err)
		}
	}
	if err := out.Flush(); err != nil {
		log.Fatal(err)
	}
}

func judge(q question) (verifier.Verdict, error) {
	config, err := trust.Parse(q.Trust)
	if err != nil {
		return verifier.Verdict{}, err
	}
	v, err := verifier.New(config.Trust)
	if err != nil {
		return verifier.Verdict{}, err
	}
	keyPackage, err := hex.DecodeString(q.KeyPackage)
	if err != nil {
		return verifier.Verdict{}, err
	}
	at := time.Unix(q.Time, 0).UTC()
	plan := v.Plan(at, at, []verifier.Presentation{{
		Kind: verifier.KeyPackage, Bytes: keyPackage, Expected: []string{q.Expected},
	}})
	return plan.Conclude(native.Run(plan.Checks()))[0], nil
}

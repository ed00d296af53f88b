// Command batches prints what package wycheproof describes as batches for hosts that are not written in Go: a line of JSON
// for each file of the folder that its argument names, and two of our own, of what those files lack. Binary members are
// Base64.
package main

import (
	"encoding/json"
	"log"
	"os"

	"github.com/e2eid/e2eid/signature"
	"github.com/e2eid/e2eid/signature/native"
	"github.com/e2eid/e2eid/tests/wycheproof"
)

// A suite is a file without the cases that are refused before a host is asked.
type suite struct {
	File   string   `json:"file"`
	Batch  []byte   `json:"batch"`  // as signature.AppendBatch writes it
	Want   []byte   `json:"want"`   // the right answers, one byte each
	Native []byte   `json:"native"` // those of package native
	Names  []string `json:"names"`
}

func main() {
	log.SetFlags(0)
	if len(os.Args) != 2 {
		log.Fatal("usage: batches folder")
	}
	files, err := wycheproof.Files(os.Args[1])
	if err != nil {
		log.Fatal(err)
	}
	out := json.NewEncoder(os.Stdout)
	for _, file := range files {
		cases, err := wycheproof.Read(os.Args[1], file)
		if err != nil {
			log.Fatal(err)
		}
		s := suite{File: file}
		var checks []signature.Check
		for _, c := range cases {
			if c.Err == nil {
				checks = append(checks, c.Check)
				s.add(c.String(), c.Want() == signature.Valid)
			}
		}
		if len(checks) > 0 {
			s.print(out, checks)
		}
	}
	smallOrder(out)
	oddRSA(out)
}

func (s *suite) add(name string, valid bool) {
	s.Names = append(s.Names, name)
	want := signature.Invalid
	if valid {
		want = signature.Valid
	}
	s.Want = append(s.Want, byte(want))
}

func (s *suite) print(out *json.Encoder, checks []signature.Check) {
	s.Batch = signature.AppendBatch(nil, checks)
	for _, answer := range native.Run(checks) {
		s.Native = append(s.Native, byte(answer))
	}
	if err := out.Encode(s); err != nil {
		log.Fatal(err)
	}
}

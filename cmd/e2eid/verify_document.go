package main

import (
	"fmt"
	"os"
	"strings"

	"github.com/e2eid/e2eid/verifier"
)

// setDocuments has the verifier use documents of issuers' keys, each given as ID=FILE. Whoever calls says by that that
// they have fetched them, when the file was last written; one that is refused is a mistake in the call.
func setDocuments(v *verifier.Verifier, given []string) error {
	seen := map[string]int{}
	for _, s := range given {
		at := strings.LastIndexByte(s, '=')
		if at < 0 {
			return usageError("-issuer-document takes ID=FILE")
		}
		id, path := s[:at], s[at+1:]
		urls := v.DocumentURLs(id)
		if seen[id] >= len(urls) {
			return usageError(fmt.Sprintf("-issuer-document: no keys of %s are configured to come from another document", text(id)))
		}
		url := urls[seen[id]]
		seen[id]++
		b, err := readFile(path, maxInput)
		if err != nil {
			return err
		}
		info, err := os.Stat(path)
		if err != nil {
			return err
		}
		if err := v.SetFetchedDocument(id, url, b, info.ModTime()); err != nil {
			return fmt.Errorf("%q: %w", path, err)
		}
	}
	return nil
}

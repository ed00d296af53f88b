package differential

import (
	"bytes"
	"encoding/json"
	"os"
	"strings"
	"testing"
)

// An exception is a disagreement that has a reason.
type exception struct {
	ID     string `json:"id"`     // tags that the scenario must have, each, with a space between them
	Ours   string `json:"ours"`   // our answer
	Theirs string `json:"theirs"` // who answers what: "crypto/x509: accepted"
	Reason string `json:"reason"`

	tags  []string
	count int
}

type exceptions []*exception

// readExceptions reads those about one judge.
func readExceptions(t testing.TB, judge string) (list exceptions) {
	b, err := os.ReadFile("exceptions.json")
	if err != nil {
		t.Fatal(err)
	}
	var all exceptions
	in := json.NewDecoder(bytes.NewReader(b))
	in.DisallowUnknownFields()
	if err := in.Decode(&all); err != nil {
		t.Fatal(err)
	}
	seen := map[[3]string]bool{}
	for _, e := range all {
		who, answer, ok := strings.Cut(e.Theirs, ": ")
		key := [3]string{e.ID, e.Ours, e.Theirs}
		if !ok || e.ID == "" || e.Ours == "" || e.Reason == "" || seen[key] || (e.Ours == accepted) == (answer == accepted) {
			t.Errorf("not an exception, or twice: %+v", *e)
		}
		seen[key] = true
		if who == judge {
			e.tags = strings.Fields(e.ID)
			list = append(list, e)
		}
	}
	return list
}

// explains returns the exception that is about a disagreement, nil if there is none.
func (list exceptions) explains(s *scenario, mine, theirs string) *exception {
	for _, e := range list {
		if e.Ours == mine && e.Theirs == theirs && s.has(e.tags) {
			return e
		}
	}
	return nil
}

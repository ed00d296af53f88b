package differential

import (
	"slices"
	"strings"
	"testing"
)

const (
	judgeGo      = "crypto/x509"
	judgeOpenSSL = "openssl"
)

// We answer as crypto/x509 does, but for what exceptions.json explains.
func TestAgainstCryptoX509(t *testing.T) {
	var list []*scenario
	for _, s := range scenarios(t) {
		if goCan(s) {
			list = append(list, s)
		}
	}
	theirs := make([]string, len(list))
	for i, s := range list {
		theirs[i] = byGo(t, s)
	}
	compare(t, judgeGo, list, theirs)
}

// We answer as the program openssl does, but for what exceptions.json explains.
func TestAgainstOpenSSL(t *testing.T) {
	needOpenSSL(t)
	if testing.Short() {
		t.Skip("hundreds of processes")
	}
	list := scenarios(t)
	compare(t, judgeOpenSSL, list, byOpenSSL(t, list))
}

func compare(t *testing.T, judge string, list []*scenario, theirs []string) {
	known := readExceptions(t, judge)
	agreed, taken, lax, strict := 0, 0, 0, 0
	news := map[string][]string{}
	for i, s := range list {
		mine := ours(t, s)
		answer := judge + ": " + theirs[i]
		switch {
		case (mine == accepted) == (theirs[i] == accepted):
			agreed++
			if mine == accepted {
				taken++
			}
			continue
		case mine == accepted:
			lax++
		default:
			strict++
		}
		if e := known.explains(s, mine, answer); e != nil {
			e.count++
			continue
		}
		class := mine + " | " + answer
		news[class] = append(news[class], s.id())
	}
	var classes []string
	for class := range news {
		classes = append(classes, class)
	}
	slices.Sort(classes)
	for _, class := range classes {
		t.Errorf("%s\n\t%s", class, strings.Join(news[class], "\n\t"))
	}
	for _, e := range known {
		if e.count == 0 {
			t.Errorf("an exception that does not occur: %s | %s | %s", e.ID, e.Ours, e.Theirs)
		}
	}
	t.Logf("%d scenarios: %d agree, both accept %d; %s alone rejects %d, we alone reject %d", len(list), agreed, taken, judge, lax, strict)
}

package mls_test

import (
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/e2eid/e2eid/credential/mls"
)

// What a draft may still change stands in one place: drafts.go, and the demo's copy, which has the same values.
func TestCodePointsOfDraftsStandInOneFile(t *testing.T) {
	files, err := filepath.Glob("*.go")
	if err != nil {
		t.Fatal(err)
	}
	declared := regexp.MustCompile(`(?m)^\s*(\w+)\s+CredentialType = (\S+)`)
	found := map[string]string{}
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range declared.FindAllStringSubmatch(string(text), -1) {
			if m[1] == "Basic" || m[1] == "X509" { // of RFC 9420
				continue
			}
			if file != "drafts.go" {
				t.Errorf("%s is declared in %s", m[1], file)
			}
			found[m[1]] = m[2]
		}
	}
	if len(found) != 4 {
		t.Errorf("%d code points: %v", len(found), found)
	}
	demo, err := os.ReadFile("../../web/demo/mls-types.ts")
	if err != nil {
		t.Fatal(err)
	}
	for name, value := range map[string]mls.CredentialType{"SD_JWT": mls.SDJWT, "USERINFO_VC": mls.UserInfoVC} {
		if line := "export const " + name + ` = "` + strconv.Itoa(int(value)) + `"`; !strings.Contains(string(demo), line) {
			t.Errorf("the demo does not have %s", line)
		}
	}
}

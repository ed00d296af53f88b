package differential

import (
	"bytes"
	"encoding/pem"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/e2eid/e2eid/tests/testca"
)

// needOpenSSL skips the test where the program is absent, or another version than exceptions.json is about.
func needOpenSSL(t testing.TB) {
	out, err := exec.Command("openssl", "version").Output()
	if err != nil {
		t.Skipf("the program openssl is absent: %v", err)
	}
	if !strings.HasPrefix(string(out), "OpenSSL 3.0.") {
		t.Skipf("exceptions.json is about OpenSSL 3.0, and this is %s", bytes.TrimSpace(out))
	}
}

var opensslPurposes = map[testca.OID]string{
	testca.OIDClientAuth: "sslclient", testca.OIDServerAuth: "sslserver", testca.OIDEmailSign: "smimesign",
}

func opensslOptions(s *scenario) []string {
	// Level 2 is 112 bits: no SHA-1, no RSA below 2048.
	o := []string{"-auth_level", "2", "-partial_chain", "-policy_check", "-attime", strconv.FormatInt(s.at.Unix(), 10)}
	if s.usage != "" {
		o = append(o, "-purpose", opensslPurposes[s.usage])
	}
	if s.host != "" {
		o = append(o, "-verify_hostname", s.host)
	}
	for _, id := range s.acceptable {
		o = append(o, "-policy", string(id))
	}
	if len(s.acceptable) == 0 {
		o = append(o, "-policy", string(testca.OIDAnyPolicy)) // none would stand for none
	}
	for _, flag := range []struct {
		name string
		set  bool
	}{
		{"-explicit_policy", s.explicitPolicy}, {"-inhibit_map", s.inhibitMap}, {"-inhibit_any", s.inhibitAny},
		{"-crl_check_all", s.revocation}, {"-extended_crl", s.revocation}, {"-use_deltas", s.revocation},
	} {
		if flag.set {
			o = append(o, flag.name)
		}
	}
	return o
}

// maxBatch is how many end entities one process is asked about.
const maxBatch = 200

// byOpenSSL returns the answers of the program: accepted, or the numbers of its errors. Scenarios that differ in the end
// entity alone share a process.
func byOpenSSL(t testing.TB, list []*scenario) []string {
	var order []string
	groups := map[string][]int{}
	for i, s := range list {
		key := s.context()
		for n := 1; len(groups[key]) == maxBatch; n++ {
			key = s.context() + strconv.Itoa(n)
		}
		if groups[key] == nil {
			order = append(order, key)
		}
		groups[key] = append(groups[key], i)
	}
	answers := make([]string, len(list))
	errs := make([]error, len(order))
	dir := t.TempDir()
	const workers = 2
	done := make(chan bool)
	for w := range workers {
		go func() {
			for g := w; g < len(order); g += workers {
				errs[g] = openssl(filepath.Join(dir, strconv.Itoa(g)), list, groups[order[g]], answers)
			}
			done <- true
		}()
	}
	for range workers {
		<-done
	}
	if err := errors.Join(errs...); err != nil {
		t.Fatal(err)
	}
	return answers
}

var (
	opensslError = regexp.MustCompile(`(?m)^(?:.*: )?error ([0-9]+) at [0-9]+ depth lookup: (.*)$`)
	opensslFile  = regexp.MustCompile(`(?m)^([0-9]+\.der): OK$|^error ([0-9]+\.der): verification failed$`)
)

// openssl asks one process about scenarios of one context, in a folder that does not exist yet.
func openssl(dir string, list []*scenario, which []int, answers []string) error {
	if err := os.Mkdir(dir, 0o700); err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	s := list[which[0]]
	args := append([]string{"verify", "-no-CApath", "-no-CAstore"}, opensslOptions(s)...)
	for _, file := range []struct {
		option, label string
		ders          [][]byte
	}{{"-CAfile", "CERTIFICATE", s.roots}, {"-untrusted", "CERTIFICATE", s.others}, {"-CRLfile", "X509 CRL", s.crls}} {
		if len(file.ders) == 0 {
			continue
		}
		var b bytes.Buffer
		for _, der := range file.ders {
			if err := pem.Encode(&b, &pem.Block{Type: file.label, Bytes: der}); err != nil {
				return err
			}
		}
		name := strings.TrimPrefix(file.option, "-") + ".pem"
		if err := os.WriteFile(filepath.Join(dir, name), b.Bytes(), 0o600); err != nil {
			return err
		}
		args = append(args, file.option, name)
	}
	for n, i := range which {
		name := strconv.Itoa(n) + ".der"
		if err := os.WriteFile(filepath.Join(dir, name), list[i].end, 0o600); err != nil {
			return err
		}
		args = append(args, name)
	}
	cmd := exec.Command("openssl", args...)
	cmd.Dir = dir
	cmd.Env = append(os.Environ(), "OPENSSL_CONF=/dev/null", "LC_ALL=C")
	// Its stdout is a file or a pipe, which it fills at its end; the errors come as they happen. So a file is accepted if
	// stdout says so, and the errors before a failure are about that one.
	var out, errOut bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &errOut
	if err := cmd.Run(); err != nil && cmd.ProcessState == nil {
		return err
	}
	for _, i := range which {
		answers[i] = "unreadable"
	}
	set := func(name, answer string) error {
		n, err := strconv.Atoi(strings.TrimSuffix(name, ".der"))
		if err != nil || n >= len(which) {
			return fmt.Errorf("openssl: no such file: %q", name)
		}
		answers[which[n]] = answer
		return nil
	}
	for _, m := range opensslFile.FindAllStringSubmatch(out.String(), -1) {
		if err := set(m[1], accepted); err != nil {
			return err
		}
	}
	rest := errOut.String()
	for {
		at := opensslFile.FindStringSubmatchIndex(rest)
		if at == nil {
			return nil
		}
		var reasons []string
		for _, m := range opensslError.FindAllStringSubmatch(rest[:at[0]], -1) {
			if reason := m[1] + " " + m[2]; !slices.Contains(reasons, reason) {
				reasons = append(reasons, reason)
			}
		}
		slices.Sort(reasons)
		if err := set(rest[at[4]:at[5]], strings.Join(reasons, ", ")); err != nil {
			return err
		}
		rest = rest[at[1]:]
	}
}

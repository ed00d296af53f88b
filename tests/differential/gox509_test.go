package differential

import (
	"crypto/x509"
	"errors"
	"regexp"
	"strings"
	"testing"

	"github.com/e2eid/e2eid/tests/testca"
)

// goCan reports whether crypto/x509 can be asked: it has no CRLs in paths, and not all inputs about policies.
func goCan(s *scenario) bool {
	return !s.revocation && !s.explicitPolicy && !s.inhibitMap && !s.inhibitAny
}

var goUsages = map[testca.OID]x509.ExtKeyUsage{
	"": x509.ExtKeyUsageAny, testca.OIDClientAuth: x509.ExtKeyUsageClientAuth, testca.OIDServerAuth: x509.ExtKeyUsageServerAuth,
	testca.OIDEmailSign: x509.ExtKeyUsageEmailProtection,
}

// byGo returns the answer of crypto/x509: accepted, or the class of its error.
func byGo(t testing.TB, s *scenario) string {
	options := x509.VerifyOptions{
		Roots: x509.NewCertPool(), Intermediates: x509.NewCertPool(), CurrentTime: s.at, DNSName: s.host,
		KeyUsages: []x509.ExtKeyUsage{goUsages[s.usage]},
	}
	note := ""
	for _, id := range s.acceptable {
		o, err := x509.ParseOID(string(id))
		if err != nil {
			t.Fatal(err)
		}
		options.CertificatePolicies = append(options.CertificatePolicies, o)
	}
	for _, der := range s.roots {
		c, err := x509.ParseCertificate(der)
		if err != nil {
			return "unreadable: " + errorClass(err)
		}
		options.Roots.AddCert(c)
	}
	for _, der := range s.others {
		c, err := x509.ParseCertificate(der)
		if err != nil {
			note = "unreadable: " + errorClass(err)
			continue
		}
		options.Intermediates.AddCert(c)
	}
	end, err := x509.ParseCertificate(s.end)
	if err != nil {
		return "unreadable: " + errorClass(err)
	}
	if _, err = end.Verify(options); err == nil {
		return accepted
	}
	class := errorClass(err)
	if note != "" && class == "unknown authority" {
		return note
	}
	return class
}

var (
	hint    = regexp.MustCompile(`possibly because of "((?:[^"\\]|\\.)*)"`)
	quoted  = regexp.MustCompile(`\\?"(?:[^"\\]|\\[^"])*\\?"`)
	numbers = regexp.MustCompile(`\b[0-9][0-9a-fA-FT:.+-]*`)
)

// errorClass leaves out of an error what is about one certificate only.
func errorClass(err error) string {
	message := err.Error()
	if unknown := (x509.UnknownAuthorityError{}); errors.As(err, &unknown) {
		message = "unknown authority"
		if why := hint.FindStringSubmatch(err.Error()); why != nil {
			message += ": " + why[1]
		}
	}
	if invalid := (x509.CertificateInvalidError{}); errors.As(err, &invalid) && invalid.Reason == x509.Expired {
		return "expired or not yet valid"
	}
	if host := (x509.HostnameError{}); errors.As(err, &host) {
		return "hostname"
	}
	message = strings.ReplaceAll(message, "x509: ", "")
	message = quoted.ReplaceAllString(message, "_")
	return numbers.ReplaceAllString(message, "_")
}

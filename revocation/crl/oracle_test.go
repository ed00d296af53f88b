package crl_test

import (
	"bytes"
	"crypto/x509"
	"fmt"
	"math/big"
	"strings"
	"testing"

	"github.com/e2eid/e2eid/internal/der"
	"github.com/e2eid/e2eid/internal/pkix"
	"github.com/e2eid/e2eid/revocation/crl"
)

// oracleRefusesRightly returns why crypto/x509 may refuse what we take, "" if it may not.
func oracleRefusesRightly(l *crl.List, err error) string {
	says := func(s string) bool { return strings.Contains(err.Error(), s) }
	switch {
	case l.Version == 1 && says("unsupported crl version"):
		return "it reads version 2 only; RFC 5280, Section 5 requires both"
	case says("authority key identifier incorrectly marked critical"):
		return "the rule of Section 4.2.1.1 binds issuers; we process the extension, and its meaning is clear"
	case says("invalid attribute value") && hasOddStrings(l.Issuer):
		return "values that are no string it knows, which X.501 permits, or @ and _ in a PrintableString"
	case says("OID") && hasLongOID(l), says("invalid attribute type") && hasLongOID(l):
		return "it reads arcs of 31 bits"
	}
	return ""
}

// hasOddStrings reports values other than UTF8String, IA5String, and PrintableString as X.680 has it.
func hasOddStrings(n pkix.Name) bool {
	for _, a := range n.Attributes {
		switch a.Tag {
		case der.UTF8String, der.IA5String:
		case der.PrintableString:
			if bytes.ContainsAny(a.Value, "@_") {
				return true
			}
		default:
			return true
		}
	}
	return false
}

// hasLongOID reports an object identifier with an arc of over 31 bits anywhere: five octets, the first of which has over
// three bits.
func hasLongOID(l *crl.List) bool {
	long := func(id []byte) bool {
		for i, run := 0, 0; i < len(id); i++ {
			if run++; run == 5 && id[i-4]&0x7f > 7 || run > 5 {
				return true
			}
			if id[i]&0x80 == 0 {
				run = 0
			}
		}
		return false
	}
	// Every identifier, wherever it is, is a tag, a length and its octets.
	for i := 0; i+2 < len(l.Raw); i++ {
		if l.Raw[i] == 6 && l.Raw[i+1] < 0x80 && i+2+int(l.Raw[i+1]) <= len(l.Raw) && long(l.Raw[i+2:i+2+int(l.Raw[i+1])]) {
			return true
		}
	}
	return false
}

// compareWithOracle returns in what two decodings of one list differ, "" if in nothing.
func compareWithOracle(l *crl.List, o *x509.RevocationList) string {
	number := func(b []byte) *big.Int {
		if b == nil {
			return nil
		}
		return new(big.Int).SetBytes(b) // not negative
	}
	switch {
	case !bytes.Equal(l.RawTBS, o.RawTBSRevocationList):
		return "what is signed"
	case !bytes.Equal(l.Signature, o.Signature):
		return "signature"
	case !bytes.Equal(l.Issuer.Raw, o.RawIssuer):
		return "issuer"
	case !l.ThisUpdate.Equal(o.ThisUpdate):
		return "thisUpdate"
	case !l.NextUpdate.Equal(o.NextUpdate):
		return "nextUpdate"
	case (l.Number == nil) != (o.Number == nil) || l.Number != nil && number(l.Number).Cmp(o.Number) != 0:
		return "number"
	case len(l.Extensions) != len(o.Extensions):
		return "number of extensions"
	case l.Entries() != len(o.RevokedCertificateEntries):
		return "number of entries"
	case l.AuthorityKeyID != nil && !bytes.Equal(l.AuthorityKeyID.KeyID, o.AuthorityKeyId):
		return "authority key identifier"
	}
	for i, e := range l.Extensions {
		if their := o.Extensions[i]; e.ID.String() != their.Id.String() || e.Critical != their.Critical || !bytes.Equal(e.Value, their.Value) {
			return fmt.Sprintf("extension %d", i)
		}
	}
	unsupported := false
	i := 0
	for e := range l.All {
		their := o.RevokedCertificateEntries[i]
		if signed(e.Serial).Cmp(their.SerialNumber) != 0 || !e.RevokedAt.Equal(their.RevocationTime) || int(e.Reason) != their.ReasonCode {
			return fmt.Sprintf("entry %d", i)
		}
		for _, x := range their.Extensions {
			switch id := x.Id.String(); id {
			case "2.5.29.21", "2.5.29.24", "2.5.29.29":
			default:
				unsupported = unsupported || x.Critical
			}
		}
		i++
	}
	for _, x := range o.Extensions {
		switch id := x.Id.String(); id {
		case "2.5.29.20", "2.5.29.27", "2.5.29.28", "2.5.29.35", "2.5.29.46":
		default:
			unsupported = unsupported || x.Critical
		}
	}
	if unsupported && !l.UnsupportedCritical {
		return "critical extension"
	}
	return ""
}

// signed returns the value of the content of an INTEGER.
func signed(b []byte) *big.Int {
	n := new(big.Int).SetBytes(b)
	if b[0]&0x80 != 0 {
		n.Sub(n, new(big.Int).Lsh(big.NewInt(1), uint(8*len(b))))
	}
	return n
}

// The lists of the vectors that crypto/x509 takes and we refuse: what our error says, and why it is right.
var weRefuse = map[string]struct{ says, because string }{
	"BadCRLSignatureCACRL.crl":                        {"whole octets", "the test broke the octet that counts unused bits; no signature algorithm has any"},
	"crlWithAuthKeyID.pem":                            {"thisUpdate", offset},
	"crlWithDuplicatesInCRLEntryExtensions.pem":       {"thisUpdate", offset},
	"crlWithMissingAuthKeyID.pem":                     {"thisUpdate", offset},
	"crlWithNoDuplicateInCRLEntryExtensions.pem":      {"thisUpdate", offset},
	"crl_no_duplicate_ext.pem":                        {"thisUpdate", offset},
	"crl_with_duplicate_ext.pem":                      {"thisUpdate", offset},
	"crl_number_negative.pem":                         {"cRLNumber", "CRLNumber is not negative (RFC 5280, Section 5.2.3)"},
	"crl_number_too_large.pem":                        {"cRLNumber", "over 20 octets (Section 5.2.3)"},
	"crlWithAuthKeyIDContainsAuthorityCertIssuer.pem": {"authorityKeyIdentifier", primitive},
	"crlWithAutkeyIDMissingKeyID.pem":                 {"authorityKeyIdentifier", primitive},

	"crlEmpty.pem": {"issuer", nameless}, "crlReasonCodeCrit.pem": {"issuer", nameless},
	"crlThisUpdate20230505.pem": {"issuer", nameless}, "crlWithNoDuplicatesInRevokedCertificateList.pem": {"issuer", nameless},
	"crlWithReasonCode0.pem": {"issuer", nameless}, "crlWithReasonCode2.pem": {"issuer", nameless},
	"crlWithReasonCode5.pem": {"issuer", nameless}, "crlWithReasonCode7.pem": {"issuer", nameless},
	"crlWithRevokedCertificatesContainerButNoActualRevokedCerts-ReallyReallyBroken.pem": {"issuer", nameless},
	"crl_revocation_date_too_early.pem":                                                 {"issuer", nameless},
	"crl_revocation_time_after_this_update.pem":                                         {"issuer", nameless},
	"crl_revocation_time_before_this_update.pem":                                        {"issuer", nameless},
	"crl_revocation_time_equals_this_update.pem":                                        {"issuer", nameless},
	"crl_valid_revocation_date.pem":                                                     {"issuer", nameless},
}

const (
	offset    = "times in a zone other than Z (Section 4.1.2.5.1)"
	primitive = "authorityCertIssuer, [1] of a SEQUENCE OF, in the primitive form: not DER"
	nameless  = "the issuer field must have a name (Section 5.1.2.3)"
)

// Every list of the vectors: crypto/x509 says the same, or it is known why not.
func TestVectorsAgreeWithTheStandardLibrary(t *testing.T) {
	explained := map[string]bool{}
	taken, refused := 0, 0
	for _, folder := range [][]string{{"pkits", "crls"}, {"revocation", "crl-2011"}, {"revocation", "crl-2011-odd"},
		{"revocation", "crl-small"}, {"revocation", "crl-lint"}} {
		for _, v := range readVectors(t, folder...) {
			l, err := crl.Parse(v.der)
			o, oracleErr := x509.ParseRevocationList(v.der)
			switch why, known := weRefuse[v.name]; {
			case err == nil && oracleErr == nil:
				if differ := compareWithOracle(l, o); differ != "" {
					t.Errorf("%s: decoded differently: %s", v.name, differ)
				}
			case err == nil:
				if oracleRefusesRightly(l, oracleErr) == "" {
					t.Errorf("%s: we take it, crypto/x509 says %v", v.name, oracleErr)
				}
			case oracleErr == nil:
				explained[v.name] = true
				if !known || !strings.Contains(err.Error(), why.says) {
					t.Errorf("%s: crypto/x509 takes it, we say %v", v.name, err)
				}
			}
			if err != nil {
				refused++
				continue
			}
			taken++
			checkIndex(t, l)
		}
	}
	t.Logf("%d taken, %d refused", taken, refused)
	for name := range weRefuse {
		if !explained[name] {
			t.Errorf("%s: explained, but there is nothing to explain", name)
		}
	}
}

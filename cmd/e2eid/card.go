package main

import (
	"bufio"
	"encoding/hex"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/e2eid/e2eid/credential/mls"
	"github.com/e2eid/e2eid/credential/x509"
	"github.com/e2eid/e2eid/verifier"
)

// checkRules say what each check demands.
var checkRules = map[verifier.Check]string{
	verifier.CheckForm:             "decodes strictly, within the limits",
	verifier.CheckCredentialType:   "credential type is known and accepted",
	verifier.CheckDowngrade:        "not weaker than what this member has shown before",
	verifier.CheckHolder:           "its holder presents the credential",
	verifier.CheckContext:          "the holder's proof is for here and now",
	verifier.CheckBinding:          "credentials are bound to the leaf",
	verifier.CheckChallenge:        "certificate's key has signed the challenge",
	verifier.CheckIssuer:           "of an issuer that an authority has",
	verifier.CheckMetadata:         "issuer's keys are those of its metadata, fetched and fresh",
	verifier.CheckDIDWeb:           "issuer's keys are those of its did:web document, fetched and fresh",
	verifier.CheckSignedSet:        "issuer's keys are those of its newest Signed JWK Set",
	verifier.CheckDIDWebVH:         "issuer's keys are those of its newest did:webvh log",
	verifier.CheckSource:           "LeafNode was made for where it was found",
	verifier.CheckSuite:            "keys are well-formed and fit the cipher suite",
	verifier.CheckSignatureKey:     "credential is about the signature key",
	verifier.CheckLeafSignature:    "LeafNode signature",
	verifier.CheckPackageSignature: "KeyPackage signature",
	verifier.CheckLifetime:         "LeafNode lifetime",
	verifier.CheckPath:             "certification path to a trust anchor, signatures hold",
	verifier.CheckCritical:         "no critical extension left unprocessed",
	verifier.CheckConstraints:      "each issuer may issue",
	verifier.CheckNames:            "no name is outside what an issuer may certify",
	verifier.CheckPolicies:         "certificate policies, where they are demanded",
	verifier.CheckValidity:         "each certificate is within its validity",
	verifier.CheckKeyUsage:         "end entity's key usage",
	verifier.CheckIdentifier:       "presents an identifier",
	verifier.CheckExpected:         "it is who is expected, and nobody else",
	verifier.CheckScope:            "within what the authority may assert",
	verifier.CheckAuthority:        "one authority vouches",
	verifier.CheckStatus:           "not revoked",
	verifier.CheckCovered:          "revocation data speaks about it",
	verifier.CheckFresh:            "revocation data is fresh",
}

// tokenRules say the same where the credential is a verifiable one.
var tokenRules = map[verifier.Check]string{
	verifier.CheckPath:     "the issuer has signed it, by its key or a certification path to a trust anchor",
	verifier.CheckValidity: "it, and each certificate, is within its validity",
}

// marks stand before each check.
var marks = map[verifier.Result]string{
	verifier.Passed:  "✓",
	verifier.Failed:  "✗",
	verifier.Open:    "?",
	verifier.Skipped: "–",
}

// writeVerdict writes the card: the outcome on the first line, then who and why, then each check.
func writeVerdict(out *bufio.Writer, q *question, v verifier.Verdict, enc encoding) {
	row := func(name, value string) { fmt.Fprintf(out, "  %-11s %s\n", name, value) }
	if id, ok := v.Identity(); ok {
		when := ""
		if v.Historical() {
			when = " for " + timeText(q.at) + " AND NO LONGER"
		}
		who := text(id.ID)
		if id.ID == "" {
			who = "the " + kindNames[q.presentation.Kind] + ", whomever it names"
		}
		fmt.Fprintf(out, "VERIFIED%s: %s\n\n", when, who)
		writeIdentity(row, id)
		writeFreshness(row, v)
	} else {
		fmt.Fprintf(out, "%s: %s\n\n", strings.ToUpper(v.Outcome().String()), v.Code())
		writeReason(row, v, issuers(&q.presentation))
	}
	for _, w := range v.Warnings() {
		row("warning", warningText(w))
	}
	row("judged for", timeText(q.at)+", revocation data at "+timeText(q.now))
	row("input", kindNames[q.presentation.Kind]+", "+strconv.Itoa(len(q.presentation.Bytes))+" bytes, taken for "+string(enc))
	out.WriteByte('\n')
	writeFindings(out, v)
}

var kindNames = map[verifier.Kind]string{
	verifier.KeyPackage: "KeyPackage", verifier.LeafNode: "LeafNode", verifier.Certificate: "certificate",
	verifier.Token: "token", verifier.BareToken: "bare token",
	verifier.ChallengedCertificate: "certificate that answers a challenge", verifier.ChallengedToken: "token that answers a challenge",
}

func writeIdentity(row func(name, value string), id verifier.Identity) {
	if id.ID != "" {
		row("who", text(id.ID))
	}
	for _, s := range id.Identifiers {
		if s != id.ID {
			row("also", text(s))
		}
	}
	if id.Name != "" {
		row("name", text(id.Name)+" (not unique: never compare it)")
	}
	if id.Organization != "" {
		row("of", text(id.Organization)+" (not unique: never compare it)")
	}
	if id.Email != "" {
		known := " (stated, not verified)"
		if id.EmailVerified {
			known = " (verified)"
		}
		row("e-mail", text(id.Email)+known)
	}
	for _, s := range id.Roles {
		row("role", text(s))
	}
	if len(id.Policies) > 0 {
		row("policies", strings.Join(id.Policies, " "))
	}
	row("says who", "authority "+text(id.Authority))
	row("until when", timeText(id.NotAfter)+", since "+timeText(id.NotBefore))
}

func writeFreshness(row func(name, value string), v verifier.Verdict) {
	f, ok := v.Freshness()
	if !ok {
		row("revocation", "NOT CHECKED: the trust configuration says so")
		return
	}
	source := "head " + strconv.FormatUint(f.Number, 10)
	switch f.Source {
	case verifier.SourceCRL:
		source = "CRL"
	case verifier.SourceOCSP:
		source = "OCSP response"
	case verifier.SourceStatusList:
		source = "status list"
	case verifier.SourceStatusAssertion:
		source = "status assertion"
	case verifier.SourceShortLived:
		row("revocation", "not asked: issued for a short time, "+timeText(f.ThisUpdate)+" to "+timeText(f.NextUpdate))
		return
	}
	row("revocation", "not revoked, says "+source+" of "+timeText(f.ThisUpdate))
	row("fresh until", timeText(f.FreshUntil))
}

// writeReason writes why, and what would mend it. Issuers are names by the hexadecimal of their DER.
func writeReason(row func(name, value string), v verifier.Verdict, issuers map[string]string) {
	row("why", v.Code().Message())
	if n := v.Certificate(); n >= 0 {
		row("about", certificateText(n))
	}
	if r, ok := v.Revocation(); ok {
		since := "at a time that is not stated"
		if !r.Since.IsZero() {
			since = timeText(r.Since)
		}
		row("since", since+", reason "+r.Reason)
	}
	for _, m := range v.Missing() {
		switch m.Kind {
		case verifier.MissingRevocation:
			row("missing", "revocation data: "+text(m.Name))
		case verifier.MissingIssuerDocument:
			row("missing", "document of the issuer's keys: "+text(m.Name))
		case verifier.MissingIntermediate:
			who, ok := issuers[m.Name]
			if !ok { // of an intermediate that the trust configuration has
				who = "the subject whose DER is " + text(m.Name)
			}
			row("missing", "certificate of "+who)
		case verifier.MissingCRL:
			what, ok := issuers[m.Name]
			if ok {
				what = "CRL of " + what
			} else {
				what = "CRL: " + text(m.Name)
			}
			row("missing", what)
		default:
			row("missing", text(string(m.Kind))+" "+text(m.Name))
		}
	}
}

// issuers names the issuers of the certificates that are presented.
func issuers(p *verifier.Presentation) map[string]string {
	names := map[string]string{}
	var ders [][]byte
	switch p.Kind {
	case verifier.Certificate, verifier.ChallengedCertificate:
		ders = append([][]byte{p.Bytes}, p.Certificates...)
	case verifier.KeyPackage:
		if kp, err := mls.ParseKeyPackageAny(p.Bytes); err == nil {
			ders = kp.LeafNode.Credential.Certificates
		}
	case verifier.LeafNode:
		if leaf, err := mls.ParseLeafNode(p.Bytes); err == nil {
			ders = leaf.Credential.Certificates
		}
	}
	for _, der := range ders {
		if c, err := x509.ParseCertificate(der); err == nil {
			names[hex.EncodeToString(c.Issuer.Raw)] = distinguishedName(c.Issuer)
		}
	}
	return names
}

func writeFindings(out *bufio.Writer, v verifier.Verdict) {
	reached := map[verifier.Check]bool{}
	for _, f := range v.Findings() {
		reached[f.Check] = true
	}
	for _, f := range v.Findings() {
		rule := tokenRules[f.Check]
		if rule == "" || !reached[verifier.CheckIssuer] {
			rule = checkRules[f.Check]
		}
		fmt.Fprintf(out, "  %s %-7s %s", marks[f.Result], f.Check, rule)
		if f.Code != "" {
			fmt.Fprintf(out, ": %s", f.Code)
		}
		if f.Certificate >= 0 {
			fmt.Fprintf(out, ", %s", certificateText(f.Certificate))
		}
		if f.Result == verifier.Skipped {
			out.WriteString(": left out")
		}
		out.WriteByte('\n')
	}
	var rest []string
	for _, c := range verifier.Checks() {
		if verifier.CheckMetadata <= c && c <= verifier.CheckDIDWebVH {
			continue // of four places that keys may come from, one at most is reached
		}
		token := c == verifier.CheckHolder || c == verifier.CheckContext || c == verifier.CheckIssuer || c == verifier.CheckBinding
		if !reached[c] && c != verifier.CheckChallenge && (!token || reached[verifier.CheckIssuer] || reached[verifier.CheckHolder]) {
			rest = append(rest, c.String())
		}
	}
	if len(rest) > 0 {
		fmt.Fprintf(out, "\n  not reached: %s\n", strings.Join(rest, " "))
	}
}

func certificateText(n int) string {
	if n == 0 {
		return "certificate 0, the end entity"
	}
	return "certificate " + strconv.Itoa(n) + ", counted from the end entity"
}

func warningText(w string) string {
	switch w {
	case "punycode":
		return w + ": a host is internationalised; it may look like another"
	case "percent_encoded":
		return w + ": a name has characters beyond ASCII; it may look like another"
	}
	return text(w)
}

func timeText(t time.Time) string { return t.UTC().Format(time.RFC3339) }

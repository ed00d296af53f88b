package bugclasses

import (
	"testing"

	"github.com/e2eid/e2eid/tests/testca"
	"github.com/e2eid/e2eid/tests/world"
	"github.com/e2eid/e2eid/verifier"
)

type names = []testca.GeneralName

var (
	uri   = testca.URI
	dns   = testca.DNS
	email = testca.Email
	ip    = testca.IP
)

// under judges an end entity with these alternative names below an intermediate with these constraints.
func under(t *testing.T, constraints testca.Ext, san ...testca.GeneralName) verifier.Verdict {
	t.Helper()
	w := world.Unchecked(t)
	inter := w.CA.IntermediateCert()
	inter.Set(constraints)
	ca := w.CA.Root.NewCA(inter, testca.NewKey(testca.P256, "constrained"))
	c := w.CA.Alice()
	c.Set(testca.SAN(san...))
	return w.Path(ca.Issue(c), ca.DER)
}

// A constraintCase has a name that must be refused under constraints, and one that must not.
type constraintCase struct {
	what                string
	permitted, excluded names
	refused, accepted   testca.GeneralName
}

func tryAll(t *testing.T, cases []constraintCase) {
	for _, c := range cases {
		t.Run(c.what, func(t *testing.T) {
			constraints := testca.NameConstraints(c.permitted, c.excluded)
			world.Verified(t, under(t, constraints, c.accepted))
			world.Rejected(t, under(t, constraints, c.refused), verifier.CodeNameConstraint, 0)
			// Beside a name that is within, in either order, it is refused still.
			world.Rejected(t, under(t, constraints, c.accepted, c.refused), verifier.CodeNameConstraint, 0)
			world.Rejected(t, under(t, constraints, c.refused, c.accepted), verifier.CodeNameConstraint, 0)
		})
	}
}

// CVE-2026-78664, CVE-2026-78665, openssl/openssl#17195, aws/aws-lc#3156.
func TestHostIsTakenForDomainOrDomainForHost(t *testing.T) {
	tryAll(t, []constraintCase{
		{"mailbox at a host below a host", names{email("a.example")}, nil, email("u@b.a.example"), email("u@a.example")},
		{"mailbox at the host a domain begins with", names{email(".a.example")}, nil, email("u@a.example"), email("u@b.a.example")},
		{"mailbox at a host that only ends alike", names{email(".a.example")}, nil, email("u@ba.example"), email("u@b.a.example")},
		{"mailbox of another user", names{email("u@a.example")}, nil, email("v@a.example"), email("u@A.example")},
		{"mailbox in another case", names{email("u@a.example")}, nil, email("U@a.example"), email("u@a.example")},
		{"mailbox at an excluded host", nil, names{email("a.example")}, email("u@a.example"), email("u@b.a.example")},
		{"mailbox below an excluded domain", nil, names{email(".a.example")}, email("u@b.a.example"), email("u@a.example")},
		{"mailbox that is excluded", nil, names{email("u@a.example")}, email("u@a.example"), email("v@a.example")},
		{"mailbox whose quoted local part has a host", names{email("a.example")}, nil, email(`"u@a.example"@b.example`), email("u@a.example")},
		{"mailbox with two hosts", names{email("a.example")}, nil, email("u@b.example@a.example"), email("u@a.example")},
		{"URI at a host below a host", names{uri("a.example")}, nil, uri("https://b.a.example/"), uri("https://a.example/")},
		{"URI at the host a domain begins with", names{uri(".a.example")}, nil, uri("https://a.example/"), uri("https://b.a.example/")},
		{"URI at a host that only ends alike", names{uri(".a.example")}, nil, uri("https://ba.example/"), uri("https://b.a.example/")},
		{"URI at an excluded host", nil, names{uri("a.example")}, uri("https://a.example/"), uri("https://b.a.example/")},
		{"URI below an excluded domain", nil, names{uri(".a.example")}, uri("https://b.a.example/"), uri("https://a.example/")},
		{"URI that has the host in its path", names{uri("a.example")}, nil, uri("https://b.example/a.example"), uri("https://a.example/b.example")},
		{"DNS name that only ends alike", names{dns("a.example")}, nil, dns("ba.example"), dns("b.a.example")},
		{"DNS name that begins alike", names{dns("a.example")}, nil, dns("a.example.org"), dns("a.example")},
		{"DNS name below an excluded one", nil, names{dns("a.example")}, dns("b.A.example"), dns("ba.example")},
		{"DNS name with a dot at its end", names{dns("a.example")}, nil, dns("a.example."), dns("a.example")},
		{"excluded DNS name with a dot at its end", nil, names{dns("a.example")}, dns("a.example."), dns("b.example")},
		{"DNS name without content", names{dns("a.example")}, nil, dns(""), dns("a.example")},
		{"address of another network", names{ip(192, 0, 2, 0, 255, 255, 255, 0)}, nil, ip(192, 0, 3, 1), ip(192, 0, 2, 1)},
		{"address of an excluded network", nil, names{ip(192, 0, 2, 0, 255, 255, 255, 0)}, ip(192, 0, 2, 1), ip(192, 0, 3, 1)},
		{"address of another family", names{ip(192, 0, 2, 0, 255, 255, 255, 0)}, nil, ip(make([]byte, 16)...), ip(192, 0, 2, 1)},
		{"address mapped into the other family", names{ip(192, 0, 2, 0, 255, 255, 255, 0)}, nil,
			ip(0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 255, 255, 192, 0, 2, 1), ip(192, 0, 2, 1)},
	})
}

// A mask with holes, or an address with bits outside of it, has no meaning: nothing is within, and nothing is outside.
func TestMaskThatIsNoneIsNotTakenForOne(t *testing.T) {
	for _, base := range []testca.GeneralName{
		ip(192, 0, 2, 0, 255, 0, 255, 0), ip(192, 0, 2, 1, 255, 255, 255, 0), ip(0, 0, 0, 0, 0, 255, 255, 255),
	} {
		for _, constraints := range []testca.Ext{testca.NameConstraints(names{base}, nil), testca.NameConstraints(nil, names{base})} {
			world.Rejected(t, under(t, constraints, ip(192, 0, 2, 1)), verifier.CodeNameConstraint, 0)
			world.Verified(t, under(t, constraints, dns("a.example")))
		}
	}
}

// aws/aws-lc#3202, CVE-2024-45341, RUSTSEC-2026-0098, rustls/webpki#474, libressl/openbsd#131, wolfSSL/wolfssl#10638.
func TestURIIsReadDifferentlyByItsConstraints(t *testing.T) {
	permitted := names{uri("a.example"), uri(".a.example")}
	twin := uri("x://a.example")
	var cases []constraintCase
	for what, s := range map[string]string{
		"userinfo that looks like the host":              "x://a.example@b.example/",
		"userinfo with a port":                           "x://a.example:1@b.example/",
		"userinfo with an at sign":                       "x://a@a.example@b.example/",
		"userinfo after a backslash":                     `x://b.example\@a.example/`,
		"userinfo that ends with a slash":                "x://b.example/@a.example/",
		"userinfo that ends with a question mark":        "x://b.example?@a.example/",
		"userinfo that ends with a fragment":             "x://b.example#@a.example/",
		"no authority":                                   "x:a.example",
		"no authority but a slash":                       "x:/a.example",
		"no scheme":                                      "//a.example",
		"no scheme and no authority":                     "a.example",
		"empty authority":                                "x:///a.example",
		"empty host":                                     "x://@/a.example",
		"empty host before a port":                       "x://:1/a.example",
		"nothing":                                        "",
		"address":                                        "x://192.0.2.1/",
		"address of the other family":                    "x://[2001:db8::1]/",
		"address with a zone":                            "x://[fe80::1%25a.example]/",
		"address with a zone that is not encoded":        "x://[fe80::1%.a.example]/",
		"address in one number":                          "x://3221225985/",
		"address with a domain behind it":                "x://192.0.2.1.a.1/",
		"bracket that is not closed":                     "x://[a.example/",
		"port that is none":                              "x://a.example:b.example/",
		"encoded dot":                                    "x://b%2ea.example/",
		"encoded slash":                                  "x://b.example%2f.a.example/",
		"dot at the end":                                 "x://a.example./",
		"two dots":                                       "x://b..a.example/",
		"one label":                                      "x://example/",
		"host of an URI within the path of another":      "x://b.example/x://a.example",
		"host after a semicolon, where old clients read": "x://b.example;.a.example/",
	} {
		cases = append(cases, constraintCase{"permitted, " + what, permitted, nil, uri(s), twin})
	}
	tryAll(t, cases)
	// What an excluded domain might be about is refused, too: an inverted reading must not let it through.
	var inverted []constraintCase
	for what, s := range map[string]string{
		"userinfo": "x://b.example@a.example/", "port": "x://a.example:1/", "case": "x://A.Example/", "no authority": "x:a.example",
		"address": "x://192.0.2.1/", "address of the other family": "x://[2001:db8::1]/", "dot at the end": "x://a.example./",
		"backslash": `x://a.example\@b.example/`, "below": "x://b.a.example",
	} {
		inverted = append(inverted, constraintCase{"excluded, " + what, nil, permitted, uri(s), uri("x://a.example@b.example/")})
	}
	tryAll(t, inverted)
}

func TestURIWithUserinfoIsNotRefusedForIt(t *testing.T) {
	constraints := testca.NameConstraints(names{uri("a.example")}, nil)
	for _, s := range []string{"x://u@a.example", "x://u:p@a.example/", "x://u@A.EXAMPLE:443/p", "x://b.example@a.example?q#f"} {
		world.Verified(t, under(t, constraints, uri(s)))
	}
}

// CVE-2025-61727 (golang/go#76442), RUSTSEC-2026-0099.
func TestWildcardStandsForNamesOutsideTheConstraints(t *testing.T) {
	tryAll(t, []constraintCase{
		{"more than what is permitted", names{dns("a.b.example")}, nil, dns("*.b.example"), dns("*.a.b.example")},
		{"of the permitted itself", names{dns("b.example")}, nil, dns("*.example"), dns("*.b.example")},
		{"what is excluded", nil, names{dns("a.b.example")}, dns("*.b.example"), dns("*.c.example")},
		{"below what is excluded", nil, names{dns("b.example")}, dns("*.b.example"), dns("*.example.org")},
		{"beside what is excluded two labels deeper", nil, names{dns("x.a.b.example")}, dns("*.a.b.example"), dns("*.b.example")},
		{"within a label", names{dns("b.example")}, nil, dns("a*.b.example"), dns("*.b.example")},
		{"not the first label", names{dns("b.example")}, nil, dns("a.*.b.example"), dns("*.b.example")},
		{"two", names{dns("b.example")}, nil, dns("*.*.b.example"), dns("*.b.example")},
		{"by itself", nil, names{dns("b.example")}, dns("*"), dns("*.c.example")},
		{"without a dot", nil, names{dns("b.example")}, dns("*b.example"), dns("*.c.example")},
		{"in an excluded subtree", nil, names{dns("*.b.example")}, dns("a.b.example"), email("u@b.example")},
	})
}

// CVE-2026-27137 (C2SP/x509-limbo#565): only the last of several constraints held.
func TestOnlyOneOfSeveralConstraintsHolds(t *testing.T) {
	one, two, three := email("a.example"), email("b.example"), email("c.example")
	for _, list := range []names{{one, two, three}, {three, one, two}, {two, three, one}} {
		for _, host := range []string{"a.example", "b.example", "c.example"} {
			world.Verified(t, under(t, testca.NameConstraints(list, nil), email("u@"+host)))
			world.Rejected(t, under(t, testca.NameConstraints(nil, list), email("u@"+host)), verifier.CodeNameConstraint, 0)
		}
		world.Rejected(t, under(t, testca.NameConstraints(list, nil), email("u@d.example")), verifier.CodeNameConstraint, 0)
		world.Verified(t, under(t, testca.NameConstraints(nil, list), email("u@d.example")))
	}
	// Of several issuers each one's hold, whichever stands where.
	for _, order := range [][2]names{{{dns("example")}, {dns("a.example")}}, {{dns("a.example")}, {dns("example")}}} {
		w := deep(t)
		upper := w.CA.IntermediateCert()
		upper.Set(testca.BasicConstraints(true, -1), testca.NameConstraints(order[0], nil))
		high := w.CA.Root.NewCA(upper, testca.NewKey(testca.P256, "upper"))
		lower := upper
		lower.Subject = testca.Name{{Type: testca.OIDCommonName, Value: "lower"}}
		lower.Set(testca.NameConstraints(order[1], nil))
		low := high.NewCA(lower, testca.NewKey(testca.P256, "lower"))
		c := w.CA.Alice()
		c.Set(testca.SAN(dns("x.a.example")))
		world.Verified(t, w.Path(low.Issue(c), low.DER, high.DER))
		c.Set(testca.SAN(dns("b.example")))
		world.Rejected(t, w.Path(low.Issue(c), low.DER, high.DER), verifier.CodeNameConstraint, 0)
	}
	// And of several kinds each.
	both := testca.NameConstraints(names{dns("a.example"), email("a.example")}, nil)
	world.Verified(t, under(t, both, dns("a.example"), email("u@a.example")))
	world.Rejected(t, under(t, both, dns("a.example"), email("u@b.example")), verifier.CodeNameConstraint, 0)
	world.Rejected(t, under(t, both, dns("b.example"), email("u@a.example")), verifier.CodeNameConstraint, 0)
}

// deep returns a world whose root bounds no path length.
func deep(t testing.TB) *world.World {
	w := world.Unchecked(t)
	root := w.CA.RootCert()
	root.Set(testca.BasicConstraints(true, -1))
	w.CA.Root = testca.NewRoot(root, w.CA.Root.Key)
	w.Trust.Authorities[0].Anchors = [][]byte{w.CA.Root.DER}
	return w
}

// golang/go#81499: what RFC 5280 does not allow in a subtree is not passed over. The fault is the issuer's.
func TestMinimumOrMaximumOfASubtreeIsPassedOver(t *testing.T) {
	subtree := func(tail ...byte) testca.Ext {
		base := append([]byte(dns("a.example")), tail...)
		e := testca.NameConstraints(names{}, nil)
		tree := append([]byte{0x30, byte(len(base))}, base...)
		e.Value = append([]byte{0x30, byte(2 + len(tree)), 0xa0, byte(len(tree))}, tree...)
		return e
	}
	world.Verified(t, under(t, subtree(), dns("a.example")))
	world.Rejected(t, under(t, subtree(0x80, 1, 1), dns("a.example")), verifier.CodeNameConstraint, 1)
	world.Rejected(t, under(t, subtree(0x81, 1, 0), dns("a.example")), verifier.CodeNameConstraint, 1)
	world.Rejected(t, under(t, subtree(0x81, 1, 9), dns("a.example")), verifier.CodeNameConstraint, 1)
}

// openssl/openssl#30318, and RFC 9598, Section 6: constraints on mailboxes hold for the internationalised ones.
func TestMailboxInAnOtherNameIsPassedOverByConstraints(t *testing.T) {
	const onSmtpUTF8Mailbox = "1.3.6.1.5.5.7.8.9"
	mailbox := func(s string) testca.GeneralName {
		return testca.OtherName(onSmtpUTF8Mailbox, append([]byte{0x0c, byte(len(s))}, s...))
	}
	other := testca.OtherName("1.2.3.4", []byte{5, 0})
	tryAll(t, []constraintCase{
		{"outside what is permitted", names{email("a.example")}, nil, mailbox("ü@b.example"), email("u@a.example")},
		{"within what is excluded", nil, names{email("b.example")}, mailbox("ü@b.example"), email("u@a.example")},
		{"another name of the constrained kind", names{other}, nil, mailbox("ü@b.example"), email("u@a.example")},
		{"another name of the excluded kind", nil, names{other}, other, email("u@a.example")},
	})
}

// pyca/cryptography#15014, golang/go#45856: constraints on the subject.
func TestConstraintsOnTheSubjectAreForgotten(t *testing.T) {
	// The end entity's subject is O=example.com, CN=alice.
	organisation := func(s string) testca.GeneralName {
		return testca.Directory(testca.Name{{Type: testca.OIDOrganization, Value: s}})
	}
	san := dns("a.example")
	world.Verified(t, under(t, testca.NameConstraints(names{organisation("Example.COM")}, nil), san))
	world.Rejected(t, under(t, testca.NameConstraints(names{organisation("b.example")}, nil), san), verifier.CodeNameConstraint, 0)
	world.Verified(t, under(t, testca.NameConstraints(nil, names{organisation("b.example")}), san))
	world.Rejected(t, under(t, testca.NameConstraints(nil, names{organisation(" example.com ")}), san), verifier.CodeNameConstraint, 0)
	longer := testca.Directory(testca.Name{{Type: testca.OIDOrganization, Value: "example.com"}, {Type: testca.OIDCommonName, Value: "alice"},
		{Type: testca.OIDCommonName, Value: "1"}})
	world.Rejected(t, under(t, testca.NameConstraints(names{longer}, nil), san), verifier.CodeNameConstraint, 0)
	world.Verified(t, under(t, testca.NameConstraints(nil, names{longer}), san))

	// A mailbox in the subject counts where the alternative names have none.
	w := world.Unchecked(t)
	inter := w.CA.IntermediateCert()
	inter.Set(testca.NameConstraints(names{email("a.example")}, nil))
	ca := w.CA.Root.NewCA(inter, testca.NewKey(testca.P256, "constrained"))
	for host, want := range map[string]verifier.Outcome{"a.example": verifier.Verified, "b.example": verifier.Rejected} {
		c := w.CA.Alice()
		c.Subject = testca.Name{{Type: testca.OIDEmailAddress, Value: "u@" + host, Tag: 22}}
		if v := w.Path(ca.Issue(c), ca.DER); v.Outcome() != want || want == verifier.Rejected && v.Code() != verifier.CodeNameConstraint {
			t.Errorf("mailbox of the subject at %s: %s(%s)", host, v.Outcome(), v.Code())
		}
	}
}

// golang/go#59171: intermediates are constrained by those above them, unless they are self-issued.
func TestConstraintsOnIntermediatesAreForgotten(t *testing.T) {
	w := deep(t)
	upper := w.CA.IntermediateCert()
	upper.Set(testca.BasicConstraints(true, -1), testca.NameConstraints(nil, names{
		testca.Directory(testca.Name{{Type: testca.OIDOrganization, Value: "Excluded"}}), dns("excluded.example"),
	}))
	high := w.CA.Root.NewCA(upper, testca.NewKey(testca.P256, "upper"))
	low := func(organisation, host string) *testca.CA {
		c := w.CA.IntermediateCert()
		c.Subject = testca.Name{{Type: testca.OIDOrganization, Value: organisation}}
		c.Set(testca.SAN(dns(host)))
		return high.NewCA(c, testca.NewKey(testca.P256, "lower"))
	}
	good := low("Other", "a.example")
	world.Verified(t, w.Path(good.Issue(w.CA.Alice()), good.DER, high.DER))
	for _, bad := range []*testca.CA{low("excluded", "a.example"), low("Other", "x.excluded.example")} {
		world.Rejected(t, w.Path(bad.Issue(w.CA.Alice()), bad.DER, high.DER), verifier.CodeNameConstraint, 1)
	}
	// A self-issued intermediate has its issuer's name, to which its issuer's own constraints do not apply; but they
	// apply below it.
	upper.Subject = testca.Name{{Type: testca.OIDOrganization, Value: "Excluded"}}
	high = w.CA.Root.NewCA(upper, testca.NewKey(testca.P256, "upper"))
	same := upper
	same.Key = nil
	same.Forbid(testca.OIDNameConstraints)
	rolled := high.NewCA(same, testca.NewKey(testca.P256, "rolled"))
	world.Verified(t, w.Path(rolled.Issue(w.CA.Alice()), rolled.DER, high.DER))
	c := w.CA.Alice()
	c.Set(testca.SAN(dns("excluded.example")))
	world.Rejected(t, w.Path(rolled.Issue(c), rolled.DER, high.DER), verifier.CodeNameConstraint, 0)
}

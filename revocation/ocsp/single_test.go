package ocsp_test

import (
	"testing"

	"github.com/e2eid/e2eid/revocation/ocsp"
	"github.com/e2eid/e2eid/tests/testca"
	"github.com/e2eid/e2eid/tests/testocsp"
)

func TestEverySingleIsKept(t *testing.T) {
	responder, template := base()
	second := template.Singles[0]
	second.Status, second.Extensions = testocsp.Good, nil
	template.Singles = append(template.Singles, second, template.Singles[0])
	r := mustParse(t, responder.Sign(template))
	if len(r.Singles) != 3 || r.Singles[0].Status != ocsp.Revoked || r.Singles[1].Status != ocsp.Good || r.Singles[2].Status != ocsp.Revoked {
		t.Errorf("%+v", r.Singles)
	}
}

func TestCriticalExtensionsThatAreNotKnownAreReportedWhereTheyStand(t *testing.T) {
	critical := func(e testca.Ext) testca.Ext { return e.WithCritical(true) }
	for _, c := range []struct {
		name             string
		response, single []testca.Ext
		want, wantSingle bool
	}{
		{"none is critical", []testca.Ext{testca.Unknown("1.2.3", false, nil)}, []testca.Ext{testca.Unknown("1.2.3", false, nil)}, false, false},
		{"unknown one in the response", []testca.Ext{testca.Unknown("1.2.3", true, nil)}, nil, true, false},
		{"unknown one in the single", nil, []testca.Ext{testca.Unknown("1.2.3", true, nil)}, false, true},
		{"unknown one before a known one", []testca.Ext{testca.Unknown("1.2.3", true, nil), testocsp.ExtendedRevoke()}, nil, true, false},
		{"known ones", []testca.Ext{critical(testocsp.Nonce([]byte{1})), critical(testocsp.ExtendedRevoke())},
			[]testca.Ext{critical(testocsp.ArchiveCutoff(testca.At)), critical(testocsp.CRLReference("x"))}, false, false},
		{"known ones of a single in the response", []testca.Ext{critical(testocsp.ArchiveCutoff(testca.At))}, nil, true, false},
		{"known ones of the response in a single", nil, []testca.Ext{critical(testocsp.ExtendedRevoke())}, false, true},
		{"certificateIssuer of a CRL entry", nil, []testca.Ext{testca.Unknown("2.5.29.29", true, element(0x30, testca.Directory(nil)))}, false, true},
	} {
		responder, template := base()
		template.Extensions, template.Singles[0].Extensions = c.response, c.single
		second := template.Singles[0]
		second.Extensions = nil
		template.Singles = append(template.Singles, second)
		r := mustParse(t, responder.Sign(template))
		if r.UnsupportedCritical != c.want || r.Singles[0].UnsupportedCritical != c.wantSingle || r.Singles[1].UnsupportedCritical {
			t.Errorf("%s: %v %v %v", c.name, r.UnsupportedCritical, r.Singles[0].UnsupportedCritical, r.Singles[1].UnsupportedCritical)
		}
		if c.want && (r.ExtendedRevoke && c.name != "unknown one before a known one" || r.Nonce != nil) {
			t.Errorf("%s: %+v", c.name, r)
		}
	}
}

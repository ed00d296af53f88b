package verifier_test

import (
	"testing"
	"time"

	"github.com/e2eid/e2eid/tests/testca"
	"github.com/e2eid/e2eid/verifier"
)

// docs/vc.md: of a weak multi-credential, one that is revoked is never passed over, also where something else is wrong with it.
func TestRevokedBindingIsNotPassedOverForWhatElseIsWrong(t *testing.T) {
	helper = t
	for name, other := range map[string]string{"nothing": "", "it has expired": `"exp":1795435195`} {
		w := newMultiWorld(t)
		w.weak = true
		w.trust.Authorities[0].Status = verifier.StatusEndEntity
		w.trust.Authorities[0].ShortLived = 10 * 366 * 24 * time.Hour // of the certificate beside it
		w.cert.Forbid(testca.OIDStatus)
		replace(&w.listPayload, compressed(1, 0), compressed(0b1000, 0))
		if other != "" {
			replace(&w.payload, `"exp":1798000000`, other)
		}
		if v := w.judge(t); v.Outcome() != verifier.Rejected {
			t.Errorf("%s: %s", name, v.AppendJSON(nil))
		}
	}
}

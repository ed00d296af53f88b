package verifier_test

import (
	"runtime"
	"strings"
	"testing"

	"github.com/e2eid/e2eid/signature/native"
	"github.com/e2eid/e2eid/tests/testvc"
	"github.com/e2eid/e2eid/verifier"
)

// allocated is what judging a presentation with one list takes in all, in bytes, and what is said.
func allocated(t *testing.T, trust verifier.Trust, at *world, token, list string) (bytes uint64, verdict string) {
	t.Helper()
	v, err := verifier.New(trust)
	if err != nil {
		t.Fatal(err)
	}
	p := at.presentation
	p.Bytes = []byte(token)
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	bag := &verifier.Bag{}
	if err := bag.AddStatusList([]byte(list)); err != nil {
		t.Fatal(err)
	}
	v.Use(bag)
	plan := v.Plan(at.at, at.at, []verifier.Presentation{p})
	verdict = said(plan.Conclude(native.Run(plan.Checks()))[0])
	runtime.ReadMemStats(&after)
	return after.TotalAlloc - before.TotalAlloc, verdict
}

// A list that an issuer signed is inflated, and takes the room it says; one that nobody did is not, of any kind, however it is
// judged: a few kilobytes that anyone can write must not cost megabytes.
func TestAListThatNobodySignedIsNotInflated(t *testing.T) {
	const size = 15 << 20 // within the bound, so that nothing but the signature can stop it
	zeros := make([]byte, size)
	signedList := func(w *world) string { return w.listSigner.Sign(t, w.listHeader, w.listPayload) }
	for name, world := range map[string]func() (w *world, token string, list func() string){
		"Token Status List": func() (*world, string, func() string) {
			w := newWorld(t)
			replace(&w.listPayload, compressed(1, 0), compressed(zeros...))
			return w, w.token(t), func() string { return signedList(w) }
		},
		"CWT": func() (*world, string, func() string) {
			w := newCWTWorld(t)
			w.list = zeros
			return w.world, w.world.token(t), func() string { return w.token(t) }
		},
		"Bitstring":      func() (*world, string, func() string) { return inflatingVP(t, func(*vpWorld) {}, zeros) },
		"StatusList2021": func() (*world, string, func() string) { return inflatingVP(t, to2021, zeros) },
	} {
		w, token, list := world()
		if taken, said := allocated(t, w.trust, w, token, list()); taken < size || said != "verified" {
			t.Errorf("%s, signed: %s with %d bytes, want at least %d: nothing is measured", name, said, taken, size)
		}
		w.listSigner = testvc.NewKey(t, "ES256")
		forged := list()
		if taken, said := allocated(t, w.trust, w, token, forged); taken > size/8 || said != noAnswer {
			t.Errorf("%s, forged: %s with %d bytes", name, said, taken)
		}
	}
}

// inflatingVP is a vp whose credential has its status in a list of a W3C kind.
func inflatingVP(t *testing.T, change func(w *vpWorld), content []byte) (*world, string, func() string) {
	w := newVPWorld(t)
	change(w)
	replace(&w.list, noneRevoked, gzipped(content))
	credential := w.issuer.Sign(t, w.vcHeader, w.vc)
	return w.world, w.vpSigner.Sign(t, w.vpHeader, strings.ReplaceAll(w.vp, "TOKEN", credential)), func() string {
		return w.listSigner.Sign(t, `{"alg":"ES256","typ":"vc+jwt","kid":"k1"}`, w.list)
	}
}

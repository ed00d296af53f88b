package abi

import (
	"bytes"
	"encoding/binary"
	"runtime"
	"slices"
	"testing"

	"github.com/e2eid/e2eid/credential/mls/mlstest"
	"github.com/e2eid/e2eid/revocation"
	"github.com/e2eid/e2eid/signature"
	"github.com/e2eid/e2eid/tests/testca"
	"github.com/e2eid/e2eid/verifier"
)

// Alice's KeyPackage is verified, and none that differs from it in one byte, though a right host checks its signatures.
func TestNoByteOfAKeyPackageMayChange(t *testing.T) {
	h := newHost(t)
	h.refresh()
	good := h.keyPackage()
	step := 1
	if testing.Short() {
		step = 7
	}
	var changed [][]byte
	for i := 0; i < len(good); i += step {
		for _, bit := range []byte{0x01, 0x80} {
			b := bytes.Clone(good)
			b[i] ^= bit
			changed = append(changed, presentation(b, alice))
		}
	}
	changed = append(changed, presentation(append(bytes.Clone(good), 0), alice), presentation(good, alice))
	verdicts := h.judge(planRequest(changed...))
	if len(verdicts) != len(changed) {
		t.Fatalf("%d verdicts on %d presentations", len(verdicts), len(changed))
	}
	for i, v := range verdicts[:len(verdicts)-1] {
		if v.Outcome == "verified" || v.Code == "" || v.Code == verifier.CodeInternal {
			t.Errorf("change %d: %s(%s)", i, v.Outcome, v.Code)
		}
	}
	want(t, verdicts[len(verdicts)-1], "verified", "")
}

// A refused blob ends its plan: whoever asks again begins with the head. What was installed before stays.
func TestInstallIsAllOrNothing(t *testing.T) {
	h := newHost(t)
	h.refresh()
	ask := planRequest(presentation(h.keyPackage(), alice))
	for what, change := range map[string]func([][]byte) [][]byte{
		"a blob is missing":     func(b [][]byte) [][]byte { return b[1:] },
		"a blob is another":     func(b [][]byte) [][]byte { return append([][]byte{{1, 2, 3}}, b[1:]...) },
		"a byte is flipped":     func(b [][]byte) [][]byte { b[0] = bytes.Clone(b[0]); b[0][len(b[0])-1] ^= 1; return b },
		"a blob is cut":         func(b [][]byte) [][]byte { b[0] = b[0][:len(b[0])-1]; return b },
		"a blob has bytes more": func(b [][]byte) [][]byte { b[0] = append(bytes.Clone(b[0]), 0); return b },
		"no blobs":              func([][]byte) [][]byte { return nil },
	} {
		t.Run(what, func(t *testing.T) {
			h := newHost(t)
			// An index is revoked, so that the two lists differ: equal ones are one blob.
			head, blobs := h.lists.Next(testca.At, revocation.Entry{Index: 5, Since: testca.At})
			concluded := h.answer(h.must("head", headRequest(head)))
			h.must("accept", concluded)
			code := h.code("install", installRequest(concluded[:4], change(blobs)))
			if code != verifier.CodeBadRevocation && code != verifier.CodeRevocationUnavailable && code != verifier.CodeMalformed {
				t.Errorf("code %s", code)
			}
			if again := h.code("install", installRequest(concluded[:4], blobs)); again != verifier.CodeInvalidRequest {
				t.Errorf("the plan is still open: %s", again)
			}
			want(t, h.judge(ask)[0], "undetermined", verifier.CodeRevocationUnavailable)
		})
	}
	want(t, h.judge(ask)[0], "verified", "")
}

// A configuration that is refused leaves the module as it was; one that is taken forgets all else, also open plans.
func TestConfigureAgain(t *testing.T) {
	h := newHost(t)
	h.refresh()
	ask := planRequest(presentation(h.keyPackage(), alice))
	open := h.answer(h.must("plan", ask))
	if code := h.code("configure", appendOpaque(nil, []byte(`{"authorities":[{}]}`))); code != verifier.CodeInvalidConfig {
		t.Errorf("code %s", code)
	}
	want(t, parse(t, h.must("conclude", open))[0], "verified", "")

	open = h.answer(h.must("plan", ask))
	h.must("configure", h.configuration())
	if code := h.code("conclude", open); code != verifier.CodeInvalidRequest {
		t.Errorf("a plan of the configuration before: %s", code)
	}
	// Numbers of plans are not used again, so that an answer which comes late meets no other plan.
	if next := h.must("plan", ask); bytes.Equal(next[:4], open[:4]) {
		t.Error("the number of a plan is used again")
	}
	want(t, h.judge(ask)[0], "undetermined", verifier.CodeRevocationUnavailable)
}

// A request takes memory in proportion to its bytes, whatever counts and sizes stand in it.
func TestMemoryOfARequestIsBoundedByItsSize(t *testing.T) {
	h := newHost(t)
	h.refresh()
	const most = 0xffffffff
	u32 := func(n uint32) []byte { return binary.BigEndian.AppendUint32(nil, n) }
	times := planRequest()[:16]
	zeros := make([]byte, 100_000)
	empty := make([]byte, minPresentation)
	empty[0] = byte(verifier.KeyPackage)
	manyExpected := bytes.Clone(empty)
	manyExpected[len(empty)-6], manyExpected[len(empty)-5] = 0xff, 0xff
	for _, test := range []struct {
		name, op string
		request  []byte
	}{
		{"a count of presentations without them", "plan", append(bytes.Clone(times), u32(most)...)},
		{"a count of presentations with few bytes", "plan", append(append(bytes.Clone(times), u32(most)...), zeros...)},
		{"a count of expected identifiers without them", "plan", append(append(bytes.Clone(times), u32(1)...), manyExpected...)},
		{"as many empty presentations as there is room for", "plan", planRequest(slices.Repeat([][]byte{empty}, 4000)...)},
		{"expected identifiers of no bytes", "plan", append(append(bytes.Clone(times), u32(1)...), append(manyExpected[:len(empty)-4:len(empty)-4], make([]byte, 4*0xffff+4)...)...)},
		{"a KeyPackage of zeros", "plan", planRequest(presentation(zeros, alice))},
		{"a KeyPackage of vectors that hold more than there is", "plan", planRequest(presentation(bytes.Repeat([]byte{0xbf}, 100_000), alice))},
		{"a tree of zeros, which are blank nodes", "members", append(append([]byte{0, 2}, u32(0)...), appendOpaque(nil, mlstest.AppendVector(nil, zeros))...)},
		{"a tree whose size is not there", "members", append(append([]byte{0, 2}, u32(0)...), appendOpaque(nil, []byte{0xbf, 0xff, 0xff, 0xff})...)},
		{"a head of zeros", "head", headRequest(zeros)},
		{"a count of blobs without them", "install", append(u32(1), u32(most)...)},
		{"blobs of no bytes", "install", append(append(u32(1), u32(25_000)...), zeros...)},
		{"a record of zeros", "restore", zeros},
		{"a configuration of brackets", "configure", appendOpaque(nil, bytes.Repeat([]byte("["), 100_000))},
		{"a configuration of values", "configure", appendOpaque(nil, append([]byte(`{"authorities":[`), bytes.Repeat([]byte("0,"), 50_000)...))},
		{"an answer to no plan", "conclude", append(u32(most), zeros...)},
	} {
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		h.m.Dispatch(nil, test.op, test.request)
		runtime.ReadMemStats(&after)
		allocated, limit := after.TotalAlloc-before.TotalAlloc, 64<<10+100*uint64(len(test.request))
		if allocated > limit {
			t.Errorf("%s: %d bytes for a request of %d", test.name, allocated, len(test.request))
		}
	}
	want(t, h.judge(planRequest(presentation(h.keyPackage(), alice)))[0], "verified", "")
}

// What a host answers for one plan does nothing to another.
func TestAnswersBelongToTheirPlan(t *testing.T) {
	h := newHost(t)
	h.refresh()
	forged := h.keyPackage()
	forged[len(forged)-1] ^= 1
	good := h.must("plan", planRequest(presentation(h.keyPackage(), alice)))
	bad := h.must("plan", planRequest(presentation(forged, alice)))
	checks, err := signature.ParseBatch(bad[4:])
	if err != nil || len(checks) == 0 {
		t.Fatalf("%d checks, %v", len(checks), err)
	}
	goodAnswers, badAnswers := h.answer(good), h.answer(bad)
	want(t, parse(t, h.must("conclude", badAnswers))[0], "rejected", verifier.CodeBadSignature)
	want(t, parse(t, h.must("conclude", goodAnswers))[0], "verified", "")
}

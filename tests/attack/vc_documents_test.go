package attack

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/e2eid/e2eid/tests/testvc"
	"github.com/e2eid/e2eid/verifier"
)

// Whoever brings the bag fills it with logs of a did:webvh in which every hash is right, each as costly as one can be:
// update keys and hashes in every entry, and in the last document keys that take long to decode.
func TestLogsInABagTakeTimeInProportionToTheirSize(t *testing.T) {
	var keys []*testvc.Key
	var multikeys, hashes []any
	for range 16 {
		k := testvc.NewKey(t, "EdDSA")
		keys, multikeys, hashes = append(keys, k), append(multikeys, k.Multikey()), append(hashes, k.MultikeyHash())
	}
	l := &testvc.Log{T: t, Domain: "issuer.example"}
	for n := range 256 {
		id := "did:webvh:{SCID}:issuer.example"
		e := testvc.Entry{Time: fmt.Sprintf("2025-06-01T%02d:%02d:00Z", n/60, n%60), Signer: keys[0], Parameters: map[string]any{"updateKeys": multikeys, "nextKeyHashes": hashes}}
		if n == 0 {
			e.Parameters["method"], e.Parameters["scid"] = "did:webvh:1.0", "{SCID}"
		} else {
			id = l.DID()
		}
		var methods []any
		if n == 255 {
			for i := range 32 {
				methods = append(methods, map[string]any{"id": fmt.Sprint(id, "#", i), "controller": id, "type": "Multikey", "publicKeyMultibase": "z" + strings.Repeat("2", 3599)})
			}
		}
		e.State = map[string]any{"id": id, "assertionMethod": methods}
		l.Add(e)
	}
	took := time.Hour
	var err error
	for range 3 { // the best: other work on the machine makes one longer
		start := time.Now()
		err = (&verifier.Bag{}).AddIssuerDocument(l.Bytes())
		took = min(took, time.Since(start))
	}
	t.Logf("%d bytes, %v: %v", len(l.Bytes()), took, err)
	if limit := time.Duration(len(l.Bytes())) * time.Microsecond; took > limit { // a second for a megabyte
		t.Errorf("%d bytes take %v", len(l.Bytes()), took)
	}
	if err != nil {
		t.Fatal(err) // it is not refused before the work is done
	}
}

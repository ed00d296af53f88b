package redteam

import (
	"errors"
	"slices"
	"testing"

	"github.com/e2eid/e2eid/revocation"
	"github.com/e2eid/e2eid/signature"
	"github.com/e2eid/e2eid/tests/testca"
)

// A simKind is what clients differ in.
type simKind struct {
	every     int
	lied      bool // by its mirror
	delegated bool // it knows the authority's root, and no key
}

var simKinds = []simKind{
	{1, false, false}, {7, false, false}, {30, false, false}, // what is fetched of these is reported
	{1, true, false}, {1, true, true}, {2, true, false}, {7, true, true}, {7, true, false}, {30, true, true}, {45, true, false},
}

// Two years of issuing, revoking, suspending and expiring, two mass incidents, two new keys, clients that sleep for weeks, and a
// mirror that lies in every way it can (simLies): no client ever calls good what the authority had revoked by the head that the
// client holds, whatever is not the authority's is refused with its code and changes nothing, and the next honest answer is taken.
func TestTwoYears(t *testing.T) {
	if testing.Short() {
		t.Skip("publishes 730 times into a folder")
	}
	a := newSimAuthority(t)
	var clients []*simClient
	for _, kind := range simKinds {
		clients = append(clients, newSimClient(a, kind))
	}
	good, padded, suspending := 0, 0, 0
	for day := range simDays {
		a.live(day)
		a.publish(day)
		for _, l := range a.heads[day].Body().Lists {
			if l.Suspended > 0 {
				suspending++
				break
			}
		}
		for _, c := range clients {
			before := c.fetched
			if day%c.every == 0 {
				c.share(clients)
				c.wake(day)
			}
			if c == clients[0] && simPadded(day) {
				padded += c.fetched - before
			}
			if day%5 == 0 || c.every > 5 && day%c.every == 0 {
				good += c.check(day)
			}
		}
	}
	if good == 0 {
		t.Error("nothing was ever good")
	}
	if suspending < simDays*9/10 {
		t.Errorf("anything is suspended on %d days only", suspending)
	}
	told, recovered := map[string]int{}, map[string]int{}
	restarts, outrun := 0, 0
	for _, c := range clients {
		restarts, outrun = restarts+c.restarts, outrun+c.outrun
		for lie, n := range c.told {
			told[lie] += n
		}
		for lie, n := range c.recovered {
			recovered[lie] += n
		}
	}
	if restarts == 0 || outrun == 0 {
		t.Errorf("%d restarts, and %d times another client knew of a newer head", restarts, outrun)
	}
	for _, lie := range simLies {
		if told[lie.name] == 0 || recovered[lie.name] == 0 {
			t.Errorf("%q was told %d times, and an honest answer came after it %d times", lie.name, told[lie.name], recovered[lie.name])
		}
	}
	t.Logf("told: %v", told)
	days := 0
	for day := range simDays {
		if simPadded(day) {
			days++
		}
	}
	t.Logf("figure revocation.simulation_bytes_per_client_day %d bytes", clients[0].fetched/simDays)
	t.Logf("figure revocation.simulation_weekly_bytes_per_client_day %d bytes", clients[1].fetched/simDays)
	t.Logf("figure revocation.simulation_monthly_bytes_per_client_day %d bytes", clients[2].fetched/simDays)
	t.Logf("figure revocation.simulation_padded_bytes_per_client_day %d bytes", padded/days)
	t.Logf("figure revocation.simulation_unpadded_bytes_per_client_day %d bytes", (clients[0].fetched-padded)/(simDays-days))

	// The same number told in two ways, at the end.
	body := a.heads[simDays-1].Body()
	body.Lists = slices.Clone(body.Lists)[1:]
	body.Deltas = nil
	fork := simSign(t, body, simKey(simSequence(simDays)), a.heads[simDays-1].Proofs()...)
	for _, c := range clients[:1] {
		_, err := c.fetch(simDays-1, fork.Bytes(), nil)
		var e *revocation.EquivocationError
		if !errors.As(err, &e) || e.Held == nil || e.Got == nil {
			t.Errorf("two heads of one number: %v", err)
		}
	}
}

// simSign returns a head of this body by a key.
func simSign(t *testing.T, body revocation.Body, key testca.Key, proofs ...revocation.Proof) *revocation.UnverifiedHead {
	t.Helper()
	signed, err := revocation.AppendBody(nil, body)
	if err != nil {
		t.Fatal(err)
	}
	head, err := revocation.AssembleHead(signed, []revocation.Signature{simSignature(key, publicOf(key).ID(), signed)}, proofs...)
	if err != nil {
		t.Fatal(err)
	}
	return head
}

func simSignature(key testca.Key, id [8]byte, signed []byte) revocation.Signature {
	return revocation.Signature{Algorithm: uint16(signature.Ed25519), KeyID: id, Signature: key.Sign(signed)}
}

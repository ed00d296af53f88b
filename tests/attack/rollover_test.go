package attack

import (
	"bytes"
	"math"
	"testing"
	"time"

	"github.com/e2eid/e2eid/revocation"
	"github.com/e2eid/e2eid/signature"
	"github.com/e2eid/e2eid/signature/native"
	"github.com/e2eid/e2eid/tests/testca"
	"github.com/e2eid/e2eid/verifier"
)

// A listSigner is a key that signs heads.
type listSigner struct{ testca.Key }

func newListSigner(name string) listSigner { return listSigner{testca.NewKey(testca.Ed25519, name)} }

func (s listSigner) public() revocation.Key {
	return revocation.Key{Algorithm: signature.Ed25519, Key: testca.RawPublicKey(s.Public())}
}

func (s listSigner) sign(message []byte) revocation.Signature {
	k := s.public()
	return revocation.Signature{Algorithm: uint16(k.Algorithm), KeyID: k.ID(), Signature: s.Key.Sign(message)}
}

// rollover is the proof that next replaces former.
func rollover(t *testing.T, id string, sequence uint32, former, next listSigner) revocation.Proof {
	t.Helper()
	signed, err := revocation.AppendRollover(nil, revocation.Signers{Authority: id, Keys: []revocation.Key{next.public()}, Sequence: sequence})
	if err != nil {
		t.Fatal(err)
	}
	return revocation.Proof{Type: revocation.ProofRollovers, Data: revocation.AssembleRollover(signed, []revocation.Signature{former.sign(signed), next.sign(signed)})}
}

// emptyHead is a head without lists.
func emptyHead(t *testing.T, id string, number uint64, by listSigner, proofs ...revocation.Proof) []byte {
	t.Helper()
	body, err := revocation.AppendBody(nil, revocation.Body{Authority: id, Number: number, ThisUpdate: now, NextUpdate: now.Add(time.Hour)})
	if err != nil {
		t.Fatal(err)
	}
	u, err := revocation.AssembleHead(body, []revocation.Signature{by.sign(body)}, proofs...)
	if err != nil {
		t.Fatal(err)
	}
	return u.Bytes()
}

// Who steals a key that is certified for a short time has it for a short time. With a rollover to the highest sequence it
// would refuse every other key from then on, for good.
func TestACertifiedKeyDoesNotRollOver(t *testing.T) {
	p := newParty("example", testca.Options{})
	a := p.trusted(t, "example.com")
	a.Keys, a.Delegated = nil, true
	stolen, thief, honest := newListSigner("stolen"), newListSigner("thief"), newListSigner("honest")
	certified := func(s listSigner) revocation.Proof {
		c := testca.Cert{
			Subject: testca.Name{{Type: testca.OIDCommonName, Value: "list signer"}}, Key: s.Public(),
			NotBefore: now.Add(-time.Hour), NotAfter: now.Add(24 * time.Hour),
		}
		c.Set(testca.EKU(testca.OID(revocation.ListSigningOID)))
		return revocation.Proof{Type: revocation.ProofCertificates, Data: revocation.AppendDelegated(nil, p.ca.Root.Issue(c))}
	}
	v := newVerifier(t, a)
	err := offer(v, p.id, now, emptyHead(t, p.id, 1, thief, rollover(t, p.id, math.MaxUint32, stolen, thief), certified(stolen)), nil)
	if err == nil || verifier.RevocationCode(err) != verifier.CodeBadRevocation {
		t.Errorf("a head of a key that nobody certified: %v", err)
	}
	// Rollovers of those who configure the keys may stand behind the same head.
	if err := offer(v, p.id, now, emptyHead(t, p.id, 2, honest, rollover(t, p.id, 7, stolen, honest), certified(honest)), nil); err != nil {
		t.Errorf("the next head of a certified key: %v", err)
	}
	if err := offer(v, p.id, now, emptyHead(t, p.id, 4, honest, certified(honest)), nil); err != nil {
		t.Errorf("the one after it: %v", err)
	}
}

// One tab has seen that a key was replaced. The other, which was shown a later head of the thief of that key, must know it
// from the record that they share, in whatever order they take it over.
func TestReplacedKeysStayReplacedWhenRecordsAreMerged(t *testing.T) {
	p := newParty("example", testca.Options{})
	stolen, next := newListSigner("stolen"), newListSigner("next")
	a := p.trusted(t, "example.com")
	a.Keys = []revocation.Key{stolen.public()}
	replaced := rollover(t, p.id, 1, stolen, next)
	tab := func(head []byte) *verifier.Verifier {
		v := newVerifier(t, a)
		if err := offer(v, p.id, now, head, nil); err != nil {
			t.Fatal(err)
		}
		return v
	}
	aware := tab(emptyHead(t, p.id, 9, next, replaced))
	misled := tab(emptyHead(t, p.id, 10, stolen))
	records := [][]byte{aware.State(nil), misled.State(nil)}
	if err := misled.RestoreState(records[0]); err != nil {
		t.Fatal(err)
	}
	if err := aware.RestoreState(records[1]); err != nil {
		t.Fatal(err)
	}
	restarted := newVerifier(t, a)
	if err := restarted.RestoreState(misled.State(nil)); err != nil {
		t.Fatal(err)
	}
	for name, v := range map[string]*verifier.Verifier{"the misled tab": misled, "the other": aware, "a restart": restarted} {
		if len(v.Lists(nil, p.id)) > 0 {
			t.Errorf("%s judges by the lists of the replaced key", name)
		}
		if err := offer(v, p.id, now, emptyHead(t, p.id, 12, stolen), nil); err == nil || verifier.RevocationCode(err) != verifier.CodeBadRevocation {
			t.Errorf("%s takes a head of the replaced key: %v", name, err)
		}
		if err := offer(v, p.id, now, emptyHead(t, p.id, 14, next, replaced), nil); err != nil {
			t.Errorf("%s refuses the authority: %v", name, err)
		}
	}
}

// Two records say that an authority has signed two heads of one number, such as those of two tabs. That is known also before
// lists are held, and neither is judged by.
func TestRecordsThatContradictEachOtherLeaveNeitherHead(t *testing.T) {
	p := newParty("example", testca.Options{})
	by := newListSigner("lists")
	a := p.trusted(t, "example.com")
	a.Keys = []revocation.Key{by.public()}
	heads := [][]byte{emptyHead(t, p.id, 1, by), nil}
	body, err := revocation.AppendBody(nil, revocation.Body{Authority: p.id, Number: 1, ThisUpdate: now, NextUpdate: now.Add(2 * time.Hour)})
	if err != nil {
		t.Fatal(err)
	}
	other, err := revocation.AssembleHead(body, []revocation.Signature{by.sign(body)})
	if err != nil {
		t.Fatal(err)
	}
	heads[1] = other.Bytes()
	var records [][]byte
	for _, head := range heads {
		v := newVerifier(t, a)
		if err := offer(v, p.id, now, head, nil); err != nil {
			t.Fatal(err)
		}
		records = append(records, v.State(nil))
	}
	for _, order := range [][]int{{0, 1}, {1, 0}} {
		v := newVerifier(t, a)
		if err := v.RestoreState(records[order[0]]); err != nil {
			t.Fatal(err)
		}
		under, err := v.PlanHead(p.id, heads[order[0]], now)
		if err == nil {
			err = under.Conclude(native.Run(under.Checks()))
		}
		if err != nil {
			t.Fatal(err)
		}
		if err := v.RestoreState(records[order[1]]); verifier.RevocationCode(err) != verifier.CodeEquivocation {
			t.Errorf("records of two heads: %v", err)
		}
		if err := under.Install(nil); verifier.RevocationCode(err) != verifier.CodeEquivocation {
			t.Errorf("records in order %v, the first head on its way: %v", order, err)
		}
		for i, head := range heads {
			if err := offer(v, p.id, now, head, nil); err == nil || verifier.RevocationCode(err) != verifier.CodeEquivocation {
				t.Errorf("records in order %v, head %d: %v", order, i, err)
			}
		}
		if err := offer(v, p.id, now, emptyHead(t, p.id, 3, by), nil); err != nil {
			t.Errorf("a later head: %v", err)
		}
	}
}

// What stands behind the signatures is anyone's. Damaged, it is refused as what was brought, and never as if the client's own
// configuration were wrong.
func TestDamagedRolloverIsNotTheConfigurationsFault(t *testing.T) {
	p := newParty("example", testca.Options{})
	former, next := newListSigner("former"), newListSigner("next")
	a := p.trusted(t, "example.com")
	a.Keys = []revocation.Key{former.public()}
	head := emptyHead(t, p.id, 1, next, rollover(t, p.id, 1, former, next))
	v := newVerifier(t, a)
	whole := emptyHead(t, p.id, 1, next)
	taken := 0
	for bit := 8 * (len(whole) - 1); bit < 8*len(head); bit++ { // from the count of proofs on
		changed := bytes.Clone(head)
		changed[bit/8] ^= 1 << (bit % 8)
		err := offer(v, p.id, now, changed, nil)
		if err == nil {
			taken++
			continue
		}
		switch code := verifier.RevocationCode(err); code {
		case verifier.CodeMalformed, verifier.CodeBadRevocation, verifier.CodeUnsupportedCritical:
		default:
			t.Errorf("bit %d: %s: %v", bit, code, err)
		}
	}
	if taken > 0 {
		t.Errorf("%d damaged rollovers are taken", taken)
	}
	if err := offer(v, p.id, now, head, nil); err != nil {
		t.Error(err)
	}
}

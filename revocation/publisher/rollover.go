package publisher

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"

	"github.com/e2eid/e2eid/revocation"
)

// Rollover replaces the keys of the authority by next, all of which must sign from then on. Both sign the step, which stands
// behind every head published after: a client that knows the former keys follows it. sequence is above that of any rollover
// before, or that of the last one made again, which it replaces; at most four are kept, the newest. Publish with next
// afterwards. A client remembers the sequence, and refuses the former keys once it has seen a head of the new ones.
func (f *Folder) Rollover(sequence uint32, former, next []Signer) error {
	unlock, err := lock(f.home())
	if err != nil {
		return err
	}
	defer unlock()
	s := revocation.Signers{Authority: f.authority, Sequence: sequence}
	for _, k := range next {
		s.Keys = append(s.Keys, k.key)
	}
	slices.SortFunc(s.Keys, func(a, b revocation.Key) int {
		if a.Algorithm != b.Algorithm {
			return int(a.Algorithm) - int(b.Algorithm)
		}
		return bytes.Compare(a.Key, b.Key)
	})
	signed, err := revocation.AppendRollover(nil, s)
	if err != nil {
		return fmt.Errorf("%w: %w", ErrInput, err)
	}
	steps, err := f.rollovers()
	if err != nil {
		return err
	}
	if n := len(steps); n > 0 {
		// Up to the sequence all steps are alike, so that their order is that of the bytes.
		upTo := len(f.authority) + rolloverSequence
		switch last := steps[n-1]; {
		case bytes.HasPrefix(last, signed):
			steps = steps[:n-1] // made again, perhaps by other former keys
		case len(last) < upTo || bytes.Compare(last[:upTo], signed[:upTo]) >= 0:
			return fmt.Errorf("%w: sequence %d is not above that of the last replacement of keys", ErrInput, sequence)
		}
	}
	var signatures []revocation.Signature
	ids := map[[8]byte]bool{}
	for _, k := range append(slices.Clone(former), next...) {
		if ids[k.key.ID()] {
			continue // in both
		}
		ids[k.key.ID()] = true
		sig, err := k.sign(signed)
		if err != nil {
			return err
		}
		signatures = append(signatures, sig)
	}
	const most = 4
	if steps = append(steps, revocation.AssembleRollover(signed, signatures)); len(steps) > most {
		steps = steps[len(steps)-most:]
	}
	if err := os.MkdirAll(f.keysDir(), 0o755); err != nil {
		return fmt.Errorf("publisher: %w", err)
	}
	for i, s := range steps {
		path := filepath.Join(f.keysDir(), fmt.Sprint(i))
		if err := f.write(path, path+".new", s); err != nil {
			return err
		}
	}
	return nil
}

// rolloverSequence is where the sequence of a rollover ends, beside the authority's id: package revocation, "Rollover of keys".
const rolloverSequence = 22 + 1 + 1 + 4

func (f *Folder) keysDir() string { return filepath.Join(f.home(), ".keys") }

// rollovers returns the steps that are kept, the oldest first.
func (f *Folder) rollovers() (steps [][]byte, err error) {
	for i := range 4 {
		b, err := os.ReadFile(filepath.Join(f.keysDir(), fmt.Sprint(i)))
		if errors.Is(err, fs.ErrNotExist) {
			return steps, nil
		}
		if err != nil {
			return nil, fmt.Errorf("publisher: %w", err)
		}
		// Where steps moved up and were cut off, one is there twice.
		if n := len(steps); n == 0 || !bytes.Equal(steps[n-1], b) {
			steps = append(steps, b)
		}
	}
	return steps, nil
}

// proofs returns what stands behind a head.
func (f *Folder) proofs(p Publication) (proofs []revocation.Proof, err error) {
	steps, err := f.rollovers()
	if err != nil {
		return nil, err
	}
	if len(steps) > 0 {
		proofs = append(proofs, revocation.Proof{Type: revocation.ProofRollovers, Data: slices.Concat(steps...)})
	}
	for i, list := range [...][][]byte{p.Certificates, p.Delegations} {
		var data []byte
		for _, one := range list {
			data = revocation.AppendDelegated(data, one)
		}
		if len(data) > 0 {
			proofs = append(proofs, revocation.Proof{Type: revocation.ProofCertificates + uint16(i), Data: data})
		}
	}
	return proofs, nil
}

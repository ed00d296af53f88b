package dataintegrity

import "github.com/e2eid/e2eid/internal/strictjson"

// limits bound previous proofs: more than those of one document cannot be reached.
var limits = strictjson.Limits{Bytes: 1 << 20, Nodes: 1 << 16, Depth: 64}

// link returns for each proof an array of those that it names as previous, in the order in which they stand in the
// document; the zero Value for none (Section 4.5, "Verify Proof Sets and Chains").
func link(list []strictjson.Value, proofs []*Proof) ([]strictjson.Value, error) {
	chained := make([]strictjson.Value, len(list))
	var named [maxProofs]uint // bit j of the i-th: i names j
	for i, v := range list {
		for j := range i { // a set has nothing twice
			if proofs[i].id != "" && proofs[i].id == proofs[j].id || string(proofs[i].value) == string(proofs[j].value) {
				return nil, ErrFormat
			}
		}
		member, there := v.Get("previousProof")
		if !there {
			continue
		}
		ids, err := member.Array()
		if err != nil {
			ids = []strictjson.Value{member}
		}
		for _, id := range ids {
			bit := uint(0)
			if s, err := id.Text(); err == nil && s != "" {
				bit = bitOf(proofs, s)
			}
			if bit == 0 || named[i]&bit != 0 {
				return nil, ErrFormat
			}
			named[i] |= bit
		}
		if named[i] == 0 {
			return nil, ErrFormat
		}
		text := "["
		for j := range list {
			if named[i]>>j&1 == 1 {
				text += list[j].Raw() + ","
			}
		}
		text = text[:len(text)-1] + "]"
		if chained[i], err = strictjson.Parse([]byte(text), limits); err != nil {
			return nil, ErrLimit
		}
	}
	// Whatever names only what is done is done, until nothing more is: what is left is a circle.
	done := uint(0)
	for range list {
		for i := range list {
			if named[i]&^done == 0 {
				done |= 1 << i
			}
		}
	}
	if done != 1<<len(list)-1 {
		return nil, ErrFormat
	}
	return chained, nil
}

// bitOf returns the bit of the proof with this id, 0 if there is none.
func bitOf(proofs []*Proof, id string) uint {
	for i, p := range proofs {
		if p.id == id {
			return 1 << i
		}
	}
	return 0
}

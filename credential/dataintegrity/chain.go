package dataintegrity

import "github.com/e2eid/e2eid/internal/strictjson"

// limits bound previous proofs: more than those of one document cannot be reached.
var limits = strictjson.Limits{Bytes: 1 << 20, Nodes: 1 << 16, Depth: 64}

// link returns for each proof an array of those that it names as previous, in the order in which they stand in the
// document; the zero Value for none (Section 4.5, "Verify Proof Sets and Chains").
func link(list []strictjson.Value, proofs []*Proof) ([]strictjson.Value, error) {
	chained := make([]strictjson.Value, len(list))
	named := make([][]bool, len(list))
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
		if len(ids) == 0 || len(ids) >= len(list) { // more than there are others
			return nil, ErrFormat
		}
		named[i] = make([]bool, len(list))
		for _, id := range ids {
			s, err := id.Text()
			j := indexOf(proofs, s)
			if err != nil || s == "" || j < 0 || j == i || named[i][j] {
				return nil, ErrFormat
			}
			named[i][j] = true
		}
		text := "["
		for j, is := range named[i] {
			if is {
				text += list[j].Raw() + ","
			}
		}
		text = text[:len(text)-1] + "]"
		if chained[i], err = strictjson.Parse([]byte(text), limits); err != nil {
			return nil, ErrLimit
		}
	}
	if circular(named) {
		return nil, ErrFormat
	}
	return chained, nil
}

func indexOf(proofs []*Proof, id string) int {
	for i, p := range proofs {
		if p.id == id {
			return i
		}
	}
	return -1
}

// circular reports whether no order has each proof after those that it names: whatever can be put next is, until none
// can.
func circular(named [][]bool) bool {
	done := make([]bool, len(named))
	for range named {
	next:
		for i := range named {
			for j, is := range named[i] {
				if is && !done[j] {
					continue next
				}
			}
			done[i] = true
		}
	}
	for _, d := range done {
		if !d {
			return true
		}
	}
	return false
}

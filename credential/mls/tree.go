package mls

import (
	"cmp"
	"math/bits"
	"slices"
)

// A RatchetTree is the public state of a group (RFC 9420, Section 12.4.3.3). Blank nodes are left out.
//
// What is checked is the form of the tree by itself: that the last node is not blank, that leaves stand at even
// positions and parents at odd ones, and that each unmerged leaf is listed once, in rising order, under a parent it
// descends from, and is not blank (Sections 7.1 and 12.4.3.1). Hashes, parent hashes and uniqueness of keys are not: a
// tree is the group's only if its tree hash is the one in the GroupContext, which the MLS library holds.
type RatchetTree struct {
	Raw     []byte       // with the size before the nodes
	Nodes   int          // entries in the encoding, blank ones included
	Leaves  []TreeLeaf   // at least one, rising by Index
	Parents []ParentNode // rising by Node
}

// A TreeLeaf is an occupied leaf.
type TreeLeaf struct {
	Index    uint32 // the leaf_index
	LeafNode *LeafNode

	// Guessed reports that this leaf, or one before it, has a credential of unknown type, whose end was guessed. Then
	// even Index may be wrong for a reader that knows the type.
	Guessed bool
}

// A ParentNode is an occupied node between leaves and root (RFC 9420, Section 7.1).
type ParentNode struct {
	Node           uint32 // position in the tree, odd
	EncryptionKey  []byte // not empty; its form is not checked
	ParentHash     []byte
	UnmergedLeaves []uint32 // leaf indexes, strictly rising

	offset int
}

// ParseRatchetTree decodes the content of a ratchet_tree extension and nothing after it. It checks form only; see the
// package comment for the errors and for credentials of unknown type. On error the tree is nil. It keeps sub-slices of
// b.
func ParseRatchetTree(b []byte) (*RatchetTree, error) {
	r := newReader(b, maxTreeBytes)
	t := &RatchetTree{Raw: b}
	blank := true // the last node read
	r.vector("ratchet_tree", maxTreeNodes, func() {
		blank = !r.node(t)
		t.Nodes++
	})
	switch {
	case blank:
		r.fail(ErrMalformed, "ratchet_tree", "ends in a blank node, or is empty")
	case len(t.Leaves) == 0:
		r.fail(ErrMalformed, "ratchet_tree", "has no member")
	}
	r.checkUnmerged(t)
	if err := r.finish(); err != nil {
		return nil, err
	}
	return t, nil
}

const (
	nodeTypeLeaf   = 1
	nodeTypeParent = 2
)

// node reads an optional<Node> into t and reports whether it is occupied.
func (r *reader) node(t *RatchetTree) (occupied bool) {
	at := r.off
	switch r.uint8("present") {
	case 0:
		return false
	case 1:
	default:
		r.fail(ErrMalformed, "present", "is neither 0 nor 1")
	}
	position := uint32(t.Nodes)
	kind := r.uint8("node_type")
	switch {
	case r.err != nil:
	case kind == nodeTypeLeaf && position%2 == 0:
		leaf := TreeLeaf{Index: position / 2, LeafNode: r.leafNode()}
		leaf.Guessed = r.guessing
		t.Leaves = append(t.Leaves, leaf)
	case kind == nodeTypeParent && position%2 == 1:
		p := ParentNode{Node: position, offset: at, EncryptionKey: r.key("encryption_key"), ParentHash: r.opaque("parent_hash")}
		r.vector("unmerged_leaves", maxTreeNodes, func() {
			p.UnmergedLeaves = append(p.UnmergedLeaves, r.uint32("unmerged_leaves"))
		})
		t.Parents = append(t.Parents, p)
	default:
		r.fail(ErrMalformed, "node_type", "does not fit the position")
	}
	return true
}

// checkUnmerged checks the unmerged leaves of all parents, once all leaves are known.
func (r *reader) checkUnmerged(t *RatchetTree) {
	for i := range t.Parents {
		p := &t.Parents[i]
		first, last := leavesUnder(p.Node)
		for j, leaf := range p.UnmergedLeaves {
			switch {
			case r.err != nil:
				return
			case j > 0 && leaf <= p.UnmergedLeaves[j-1]:
				r.failAt(p.offset, ErrMalformed, "unmerged_leaves", "is not in rising order")
			case leaf < first || leaf > last:
				r.failAt(p.offset, ErrMalformed, "unmerged_leaves", "names a leaf elsewhere in the tree")
			case !t.occupied(leaf):
				r.failAt(p.offset, ErrMalformed, "unmerged_leaves", "names a blank leaf")
			}
		}
	}
}

// leavesUnder returns the first and last leaf index under a parent, in the numbering of RFC 9420, Appendix C: the level
// of a node is the number of ones at the end of its position.
func leavesUnder(position uint32) (first, last uint32) {
	reach := uint32(1)<<bits.TrailingZeros32(^position) - 1
	return (position - reach) / 2, (position + reach) / 2
}

func (t *RatchetTree) occupied(leaf uint32) bool {
	_, ok := slices.BinarySearchFunc(t.Leaves, leaf, func(l TreeLeaf, index uint32) int {
		return cmp.Compare(l.Index, index)
	})
	return ok
}

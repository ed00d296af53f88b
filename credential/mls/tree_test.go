package mls_test

import (
	"bytes"
	"errors"
	"testing"

	"github.com/e2eid/e2eid/credential/mls"
	"github.com/e2eid/e2eid/credential/mls/mlstest"
)

// tree returns a tree with leaves at these indexes, and parents.
func tree(leaves []uint32, parents ...mls.ParentNode) []byte {
	t := &mls.RatchetTree{Parents: parents}
	for _, i := range leaves {
		t.Leaves = append(t.Leaves, mls.TreeLeaf{Index: i, LeafNode: leaf()})
	}
	return mlstest.AppendRatchetTree(nil, t)
}

func parent(node uint32, unmerged ...uint32) mls.ParentNode {
	return mls.ParentNode{Node: node, EncryptionKey: []byte{1}, ParentHash: []byte{2}, UnmergedLeaves: unmerged}
}

func TestTreeForm(t *testing.T) {
	one := mlstest.AppendLeafNode(nil, leaf())
	leafEntry := append([]byte{1, 1}, one...)
	parentEntry := []byte{1, 2, 1, 1, 0, 0}
	nodes := func(entries ...[]byte) []byte { return mlstest.AppendVector(nil, bytes.Join(entries, nil)) }
	blank := []byte{0}
	for _, test := range []struct {
		name string
		tree []byte
		want error
	}{
		{"one member", tree([]uint32{0}), nil},
		{"first leaf is blank", tree([]uint32{1}), nil},
		{"two members and their parent", tree([]uint32{0, 1}, parent(1)), nil},
		{"last node is a parent", tree([]uint32{0}, parent(1)), nil},
		{"unmerged leaf", tree([]uint32{0, 1}, parent(1, 1)), nil},
		{"unmerged leaves in order", tree([]uint32{0, 1, 2, 3}, parent(3, 0, 2, 3)), nil},
		{"unmerged leaves out of order", tree([]uint32{0, 1, 2, 3}, parent(3, 2, 0)), mls.ErrMalformed},
		{"unmerged leaf stands twice", tree([]uint32{0, 1, 2, 3}, parent(3, 2, 2)), mls.ErrMalformed},
		{"unmerged leaf left of the parent", tree([]uint32{0, 1, 2, 3}, parent(5, 1)), mls.ErrMalformed},
		{"unmerged leaf right of the parent", tree([]uint32{0, 1, 2, 3}, parent(1, 2)), mls.ErrMalformed},
		{"unmerged leaf is blank", tree([]uint32{0, 1, 3}, parent(3, 2)), mls.ErrMalformed},
		{"unmerged leaf is beyond the last", tree([]uint32{0, 1, 2}, parent(3, 3)), mls.ErrMalformed},
		{"no nodes", []byte{0}, mls.ErrMalformed},
		{"only a blank node", nodes(blank), mls.ErrMalformed},
		{"blank node at the end", nodes(leafEntry, blank), mls.ErrMalformed},
		{"blank nodes at the end", nodes(leafEntry, blank, blank), mls.ErrMalformed},
		{"no member", nodes(blank, parentEntry), mls.ErrMalformed},
		{"parent in a leaf's place", nodes(parentEntry, blank, leafEntry), mls.ErrMalformed},
		{"leaf in a parent's place", nodes(leafEntry, leafEntry), mls.ErrMalformed},
		{"node type 0", nodes(append([]byte{1, 0}, one...)), mls.ErrMalformed},
		{"node type 3", nodes(append([]byte{1, 3}, one...)), mls.ErrMalformed},
		{"presence 2", nodes(append([]byte{2, 1}, one...)), mls.ErrMalformed},
		{"parent without a key", nodes(leafEntry, []byte{1, 2, 0, 0, 0}), mls.ErrMalformed},
		{"unmerged leaves of three bytes", nodes(leafEntry, []byte{1, 2, 1, 1, 0, 3, 0, 0, 0}), mls.ErrMalformed},
		{"nodes at the limit", nodes(make([]byte, mls.MaxTreeNodes-1), leafEntry), nil},
		{"nodes over the limit", nodes(make([]byte, mls.MaxTreeNodes+1), leafEntry), mls.ErrLimit},
		{"bytes over the limit", make([]byte, mls.MaxTreeBytes+1), mls.ErrLimit},
	} {
		got, err := mls.ParseRatchetTree(test.tree)
		if !errors.Is(err, test.want) || (err == nil) != (got != nil) {
			t.Errorf("%s: %v, want %v", test.name, err, test.want)
		}
		if err == nil && !bytes.Equal(mlstest.AppendRatchetTree(nil, got), test.tree) {
			t.Errorf("%s: does not re-encode to itself", test.name)
		}
	}
}

// In a full tree of 64 leaves every parent may list exactly its own descendants, which are found here by descent from
// the root as RFC 9420, Section 12.4.3.3 describes the array.
func TestUnmergedLeavesAreDescendants(t *testing.T) {
	const leaves = 64
	all := make([]uint32, leaves)
	for i := range all {
		all[i] = uint32(i)
	}
	var descend func(first, size uint32) // in nodes
	checked := 0
	descend = func(first, size uint32) {
		if size == 1 {
			return
		}
		half := size / 2 // the size is 2^d-1: two subtrees around their parent
		p := first + half
		for l := range uint32(leaves) {
			want := l*2 >= first && l*2 < first+size
			_, err := mls.ParseRatchetTree(tree(all, parent(p, l)))
			if (err == nil) != want {
				t.Errorf("parent at %d, unmerged leaf %d: %v, want a descendant = %v", p, l, err, want)
			}
			checked++
		}
		descend(first, half)
		descend(p+1, half)
	}
	descend(0, 2*leaves-1)
	if checked != (leaves-1)*leaves {
		t.Errorf("%d pairs checked, want %d", checked, (leaves-1)*leaves)
	}
}

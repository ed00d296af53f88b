package revocation

import (
	"math/bits"

	"github.com/e2eid/e2eid/internal/sha256"
)

// chunkSize is how many bytes of the canonical bitstring are a leaf of the Merkle tree.
const chunkSize = 4096

// root returns the Merkle root over the canonical bitstring of the set: RFC 9162, Section 2.1.1. Chunks of which nothing is
// held share one hash, so the work grows with what is held more than with what is covered.
func (s *indexSet) root() [32]byte {
	size := (s.covered + 7) / 8
	var leaf [1 + chunkSize]byte // 0x00 and the chunk
	flip := byte(0)
	if s.inverted {
		flip = 0xff
	}
	blank := func(chunk []byte) {
		for i := range chunk {
			chunk[i] = flip
		}
	}
	blank(leaf[1:])
	same := sha256.Sum256(leaf[:]) // of a whole chunk of which nothing is held
	var tree treeHash
	sorted := s.sorted
	for start := uint64(0); start < size; start += chunkSize {
		n := min(chunkSize, size-start)
		chunk := leaf[1 : 1+n]
		if s.bitmap != nil {
			for i, c := range s.bitmap[start : start+n] {
				chunk[i] = c ^ flip
			}
		} else if len(sorted) > 0 && uint64(sorted[0])/8 < start+n || n < chunkSize || start+n == size && s.inverted {
			blank(chunk)
			for len(sorted) > 0 && uint64(sorted[0])/8 < start+n {
				chunk[uint64(sorted[0])/8-start] ^= 1 << (sorted[0] % 8)
				sorted = sorted[1:]
			}
		} else {
			tree.add(same)
			continue
		}
		if last := s.covered % 8; start+n == size && last > 0 {
			chunk[n-1] &= 1<<last - 1
		}
		tree.add(sha256.Sum256(leaf[:1+n]))
	}
	return tree.root()
}

// listRoot returns the root of a list: of those revoked, or of both if any are suspended.
func listRoot(revoked, suspended *indexSet) [32]byte {
	root := revoked.root()
	if suspended == nil {
		return root
	}
	other := suspended.root()
	return sha256.Sum256(append(append([]byte{2}, root[:]...), other[:]...))
}

// A treeHash computes a Merkle root from leaf hashes in order, keeping the roots of complete subtrees.
type treeHash struct {
	leaves uint64
	stack  [][32]byte // one for each bit of leaves, largest subtree first
}

func (t *treeHash) add(leaf [32]byte) {
	t.stack = append(t.stack, leaf)
	t.leaves++
	for range bits.TrailingZeros64(t.leaves) {
		t.join()
	}
}

// join replaces the last two subtrees by one.
func (t *treeHash) join() {
	n := len(t.stack)
	var node [65]byte
	node[0] = 1
	copy(node[1:], t.stack[n-2][:])
	copy(node[33:], t.stack[n-1][:])
	t.stack[n-2] = sha256.Sum256(node[:])
	t.stack = t.stack[:n-1]
}

// root joins what is left, smallest first: each left side is then the largest power of two below its size.
func (t *treeHash) root() [32]byte {
	if len(t.stack) == 0 {
		return sha256.Sum256(nil)
	}
	for len(t.stack) > 1 {
		t.join()
	}
	return t.stack[0]
}

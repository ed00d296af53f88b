package mls_test

import (
	"bytes"
	"errors"
	"testing"

	"github.com/e2eid/e2eid/credential/mls"
	"github.com/e2eid/e2eid/credential/mls/mlstest"
)

// classify fails the test if an error is of none of the classes that the package documents.
func classify(t *testing.T, err error) {
	t.Helper()
	var parse *mls.ParseError
	for _, class := range []error{mls.ErrMalformed, mls.ErrLimit, mls.ErrUnsupportedVersion, mls.ErrUnsupportedCredential} {
		if errors.Is(err, class) && errors.As(err, &parse) {
			return
		}
	}
	t.Errorf("error of no class: %v", err)
}

// checkLeaf checks what holds for every LeafNode that decodes: its fields say all of its bytes, once.
func checkLeaf(t *testing.T, n *mls.LeafNode) {
	t.Helper()
	if got := mlstest.AppendLeafNode(nil, n); !bytes.Equal(got, n.Raw) {
		t.Errorf("%x re-encodes to %x", n.Raw, got)
	}
	group, index := []byte("group"), uint32(5)
	tbs, err := n.TBS(group, index)
	if err != nil {
		t.Fatalf("TBS: %v", err)
	}
	fields := *n
	fields.Signature = nil
	want := mlstest.AppendLeafNode(nil, &fields)
	want = want[:len(want)-1] // the size of no signature
	if n.Source != mls.SourceKeyPackage {
		want = append(mlstest.AppendVector(want, group), 0, 0, 0, 5)
	}
	if !bytes.Equal(tbs, want) {
		t.Errorf("TBS %x, from the fields %x", tbs, want)
	}
	message, err := n.SignContent(group, index)
	if want := signContent("LeafNodeTBS", want); err != nil || !bytes.Equal(message, want) {
		t.Errorf("SignContent %x, %v, from the fields %x", message, err, want)
	}
}

func signContent(label string, tbs []byte) []byte {
	return mlstest.AppendVector(mlstest.AppendVector(nil, []byte("MLS 1.0 "+label)), tbs)
}

// No input is both a KeyPackage and a message, what decodes re-encodes to itself, and TBS is what its fields say.
func FuzzParseKeyPackage(f *testing.F) {
	for _, v := range read[x509Vector](f, "x509-keypackages.json")[:26] { // suites 1 and 2
		f.Add([]byte(v.KeyPackage))
	}
	valid := mlstest.AppendKeyPackage(nil, keyPackage())
	f.Add(valid)
	f.Add(mlstest.Message(valid))
	f.Add(encodeKeyPackage(func(k *mls.KeyPackage) { k.CipherSuite, k.LeafNode.Credential = 5, mlstest.Unknown(5, []byte{1}) }))
	f.Fuzz(func(t *testing.T, in []byte) {
		before := bytes.Clone(in)
		bare, errBare := mls.ParseKeyPackage(in)
		message, errMessage := mls.ParseKeyPackageMessage(in)
		either, errEither := mls.ParseKeyPackageAny(in)
		switch {
		case errBare == nil && errMessage == nil:
			t.Fatalf("%x is a KeyPackage and a message", in)
		case (errEither == nil) != (errBare == nil || errMessage == nil):
			t.Fatalf("either: %v, bare: %v, message: %v", errEither, errBare, errMessage)
		case errBare != nil && bare != nil, errMessage != nil && message != nil, errEither != nil && either != nil:
			t.Fatalf("a value beside an error")
		case errEither != nil:
			classify(t, errEither)
			classify(t, errBare)
			classify(t, errMessage)
			return
		}
		encoded := mlstest.AppendKeyPackage(nil, either)
		if !bytes.Equal(encoded, either.Raw) {
			t.Errorf("%x re-encodes to %x", either.Raw, encoded)
		}
		if errMessage == nil {
			encoded = mlstest.Message(encoded)
		}
		if !bytes.Equal(encoded, in) {
			t.Errorf("%x re-encodes to %x", in, encoded)
		}
		fields := *either
		fields.Signature = nil
		tbs := mlstest.AppendKeyPackage(nil, &fields)
		tbs = tbs[:len(tbs)-1] // the size of no signature
		if !bytes.Equal(either.TBS(), tbs) || !bytes.Equal(either.SignContent(), signContent("KeyPackageTBS", tbs)) {
			t.Errorf("TBS %x, SignContent %x, from the fields %x", either.TBS(), either.SignContent(), tbs)
		}
		checkLeaf(t, either.LeafNode)
		if n, err := mls.ParseLeafNode(either.LeafNode.Raw); err != nil || !bytes.Equal(n.Raw, either.LeafNode.Raw) {
			t.Errorf("LeafNode by itself: %v", err)
		}
		if !bytes.Equal(in, before) {
			t.Error("input changed")
		}
	})
}

// What decodes re-encodes to itself, TBS is what its fields say, and every error has a class.
func FuzzParseLeafNode(f *testing.F) {
	for _, v := range read[x509Vector](f, "x509-keypackages.json")[:13] {
		k, err := mls.ParseKeyPackage(v.KeyPackage)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(k.LeafNode.Raw)
	}
	for source := mls.SourceKeyPackage; source <= mls.SourceCommit; source++ {
		f.Add(encodeLeaf(func(n *mls.LeafNode) { n.Source = source }))
	}
	f.Add(encodeLeaf(func(n *mls.LeafNode) { n.Credential = mlstest.Unknown(0x0a0a, nil) }))
	f.Fuzz(func(t *testing.T, in []byte) {
		n, err := mls.ParseLeafNode(in)
		if err != nil {
			if n != nil {
				t.Errorf("a value beside %v", err)
			}
			classify(t, err)
			return
		}
		if !bytes.Equal(n.Raw, in) {
			t.Errorf("Raw is %x, input %x", n.Raw, in)
		}
		checkLeaf(t, n)
	})
}

// What decodes re-encodes to itself, indexes rise, and each leaf stands by itself.
func FuzzParseRatchetTree(f *testing.F) {
	for _, v := range read[struct {
		Tree hexBytes `json:"tree"`
	}](f, "tree-validation.json")[:14] {
		f.Add([]byte(v.Tree))
	}
	f.Add(tree([]uint32{0, 1, 3}, parent(1, 1), parent(3, 0, 3)))
	f.Add(mlstest.Tree(encodeLeaf(func(n *mls.LeafNode) { n.Credential = mlstest.Unknown(4, nil) }), nil, mlstest.AppendLeafNode(nil, leaf())))
	f.Fuzz(func(t *testing.T, in []byte) {
		tree, err := mls.ParseRatchetTree(in)
		if err != nil {
			if tree != nil {
				t.Errorf("a value beside %v", err)
			}
			classify(t, err)
			return
		}
		if got := mlstest.AppendRatchetTree(nil, tree); !bytes.Equal(got, in) {
			t.Errorf("%x re-encodes to %x", in, got)
		}
		guessed := false
		for i, l := range tree.Leaves {
			if i > 0 && l.Index <= tree.Leaves[i-1].Index || int(l.Index)*2 >= tree.Nodes {
				t.Errorf("leaf %d has index %d of %d nodes", i, l.Index, tree.Nodes)
			}
			guessed = guessed || !l.LeafNode.Credential.Known()
			if l.Guessed != guessed {
				t.Errorf("leaf %d: Guessed = %v, want %v", i, l.Guessed, guessed)
			}
			checkLeaf(t, l.LeafNode)
			if len(l.LeafNode.Raw) <= mls.MaxLeafNodeBytes {
				if _, err := mls.ParseLeafNode(l.LeafNode.Raw); err != nil {
					t.Errorf("leaf %d by itself: %v", i, err)
				}
			}
		}
	})
}

// A size that is read is the one encoding of its value, and every value has one.
func FuzzVarint(f *testing.F) {
	for _, seed := range []string{"\x00", "\x3f", "\x40\x3f", "\x40\x40", "\x7f\xff", "\x80\x00\x3f\xff", "\x80\x00\x40\x00", "\xbf\xff\xff\xff", "\xc0"} {
		f.Add([]byte(seed), uint32(len(seed)))
	}
	f.Fuzz(func(t *testing.T, in []byte, n uint32) {
		if v, size, err := mls.ParseVarint(in); err == nil && !bytes.Equal(mlstest.AppendVarint(nil, v), in[:size]) {
			t.Errorf("%x is read as %d, which has another encoding", in[:size], v)
		}
		n &= 1<<30 - 1
		b := mlstest.AppendVarint(nil, int(n))
		if v, size, err := mls.ParseVarint(b); err != nil || v != int(n) || size != len(b) {
			t.Errorf("%d as %x is read as %d in %d bytes, %v", n, b, v, size, err)
		}
		if got := mls.AppendVarint(nil, int(n)); !bytes.Equal(got, b) {
			t.Errorf("%d is written as %x, want %x", n, got, b)
		}
	})
}

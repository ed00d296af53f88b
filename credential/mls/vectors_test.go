package mls_test

import (
	"bytes"
	"encoding/hex"
	"encoding/json"
	"testing"

	"github.com/e2eid/e2eid/credential/mls"
	"github.com/e2eid/e2eid/credential/mls/mlstest"
	"github.com/e2eid/e2eid/signature"
	"github.com/e2eid/e2eid/signature/native"
	"github.com/e2eid/e2eid/tests/vectors"
)

// hexBytes is a string of hex in a vector, or null.
type hexBytes []byte

func (h *hexBytes) UnmarshalJSON(b []byte) error {
	var s *string
	if err := json.Unmarshal(b, &s); err != nil || s == nil {
		return err
	}
	out, err := hex.DecodeString(*s)
	*h = out
	return err
}

// read decodes a file of vectors.
func read[T any](t testing.TB, file string) []T {
	t.Helper()
	var list []T
	if err := json.Unmarshal(vectors.Read(t, "mls", file), &list); err != nil {
		t.Fatal(err)
	}
	return list
}

// verifies reports whether a signature over a message is good in a suite.
func verifies(suite mls.CipherSuite, key, message, sig []byte) bool {
	algorithm, ok := suite.SignatureAlgorithm()
	if !ok {
		return false
	}
	check, err := signature.NewDER(algorithm, key, message, sig)
	return err == nil && native.Verify(check) == signature.Valid
}

func leafVerifies(suite mls.CipherSuite, n *mls.LeafNode, groupID []byte, index uint32) bool {
	message, err := n.SignContent(groupID, index)
	return err == nil && verifies(suite, n.SignatureKey, message, n.Signature)
}

func keyPackageVerifies(k *mls.KeyPackage) bool {
	return verifies(k.CipherSuite, k.LeafNode.SignatureKey, k.SignContent(), k.Signature)
}

// A tally counts the signatures of the vectors, by what they are.
type tally struct {
	t                     *testing.T
	every                 int // check one of so many
	seen                  int
	signWithLabel         int
	keyPackages           int
	keyPackageLeaves      int
	commitLeaves          int
	withoutGroup          int // update and commit leaves whose group_id the vectors do not give
	replayedElsewhere     int // commit leaves refused with another group_id
	replayedAtOtherLeaves int // commit leaves refused with another leaf_index
}

// check reports whether this signature is one to check, since they cost most of the test's time.
func (c *tally) check() bool {
	c.seen++
	return c.seen%c.every == 0
}

func (c *tally) keyPackage(k *mls.KeyPackage) {
	c.t.Helper()
	c.keyPackages++
	if c.check() && !keyPackageVerifies(k) {
		c.t.Errorf("KeyPackage signature fails: %x", k.Raw)
	}
	if k.LeafNode.Source != mls.SourceKeyPackage {
		c.t.Errorf("LeafNode in a KeyPackage has source %v", k.LeafNode.Source)
	}
	c.leaf(k.CipherSuite, k.LeafNode, nil, 0)
}

// leaf counts a leaf of a group; groupID is nil if the vectors do not give it.
func (c *tally) leaf(suite mls.CipherSuite, n *mls.LeafNode, groupID []byte, index uint32) {
	c.t.Helper()
	switch {
	case n.Source == mls.SourceKeyPackage:
		c.keyPackageLeaves++
	case groupID == nil:
		c.withoutGroup++
		return
	case n.Source == mls.SourceCommit:
		c.commitLeaves++
	default:
		c.t.Errorf("leaf %d has source %v", index, n.Source)
	}
	if !c.check() {
		return
	}
	if !leafVerifies(suite, n, groupID, index) {
		c.t.Errorf("LeafNode signature fails at leaf %d of group %x: %x", index, groupID, n.Raw)
	}
	if n.Source != mls.SourceCommit {
		return
	}
	other := bytes.Clone(groupID)
	other[0] ^= 1
	if leafVerifies(suite, n, other, index) {
		c.t.Errorf("commit leaf %d of group %x verifies in another group", index, groupID)
	} else {
		c.replayedElsewhere++
	}
	if leafVerifies(suite, n, groupID, index^1) {
		c.t.Errorf("commit leaf %d of group %x verifies at another leaf", index, groupID)
	} else {
		c.replayedAtOtherLeaves++
	}
}

// tree counts the leaves of a tree and compares its re-encoding.
func (c *tally) tree(suite mls.CipherSuite, b, groupID []byte) {
	c.t.Helper()
	tree := parseTree(c.t, b)
	for _, l := range tree.Leaves {
		c.leaf(suite, l.LeafNode, groupID, l.Index)
	}
}

func parseTree(t testing.TB, b []byte) *mls.RatchetTree {
	t.Helper()
	tree, err := mls.ParseRatchetTree(b)
	if err != nil {
		t.Fatalf("%v: %x", err, b)
	}
	if got := mlstest.AppendRatchetTree(nil, tree); !bytes.Equal(got, b) {
		t.Fatalf("tree does not re-encode to itself: %x", b)
	}
	return tree
}

func parseMessage(t testing.TB, b []byte) *mls.KeyPackage {
	t.Helper()
	k, err := mls.ParseKeyPackageMessage(b)
	if err != nil {
		t.Fatalf("%v: %x", err, b)
	}
	if got := mlstest.Message(mlstest.AppendKeyPackage(nil, k)); !bytes.Equal(got, b) {
		t.Fatalf("KeyPackage does not re-encode to itself: %x", b)
	}
	return k
}

func parseKeyPackage(t testing.TB, b []byte) *mls.KeyPackage {
	t.Helper()
	return parseMessage(t, mlstest.Message(b))
}

// The numbers are those of vectors/mls/README.md.
func TestEverySignatureOfTheVectorsVerifies(t *testing.T) {
	type want struct{ labels, keyPackages, keyPackageLeaves, commitLeaves, withoutGroup int }
	total := want{}
	for _, file := range []struct {
		name  string
		count func(t *testing.T, c *tally)
		want  want
	}{
		{"crypto-basics.json", countCryptoBasics, want{labels: 7}},
		{"welcome.json", countWelcome, want{keyPackages: 7, keyPackageLeaves: 7}},
		{"passive-client-welcome.json", countPassiveClient, want{keyPackages: 56, keyPackageLeaves: 56 + 420, withoutGroup: 28}},
		{"tree-validation.json", countTreeValidation, want{keyPackageLeaves: 119, commitLeaves: 1008}},
		{"treekem.json", countTreeKEM, want{keyPackageLeaves: 119, commitLeaves: 315 + 434}},
		{"messages.json", countMessages, want{keyPackages: 600, keyPackageLeaves: 600}},
		{"tree-operations.json", countTreeOperations, want{keyPackageLeaves: 11, withoutGroup: 69}},
	} {
		t.Run(file.name, func(t *testing.T) {
			c := &tally{t: t, every: 1}
			if testing.Short() {
				c.every = 7
			}
			file.count(t, c)
			got := want{c.signWithLabel, c.keyPackages, c.keyPackageLeaves, c.commitLeaves, c.withoutGroup}
			if got != file.want {
				t.Errorf("saw %+v, want %+v", got, file.want)
			}
			if !testing.Short() && (c.replayedElsewhere != c.commitLeaves || c.replayedAtOtherLeaves != c.commitLeaves) {
				t.Errorf("of %d commit leaves, %d were refused in another group and %d at another leaf, want all",
					c.commitLeaves, c.replayedElsewhere, c.replayedAtOtherLeaves)
			}
			total.labels += got.labels
			total.keyPackages += got.keyPackages
			total.keyPackageLeaves += got.keyPackageLeaves
			total.commitLeaves += got.commitLeaves
		})
	}
	if want := (want{labels: 7, keyPackages: 663, keyPackageLeaves: 1332, commitLeaves: 1757}); total != want && !t.Failed() {
		t.Errorf("in all %+v, want %+v", total, want)
	}
}

func countCryptoBasics(t *testing.T, c *tally) {
	for _, v := range read[struct {
		CipherSuite   mls.CipherSuite `json:"cipher_suite"`
		SignWithLabel struct {
			Pub, Content, Signature hexBytes
			Label                   string
		} `json:"sign_with_label"`
	}](t, "crypto-basics.json") {
		s := v.SignWithLabel
		message, err := mls.SignContent(s.Label, s.Content)
		if err != nil || !verifies(v.CipherSuite, s.Pub, message, s.Signature) {
			t.Errorf("suite %v: %v, signature fails", v.CipherSuite, err)
		}
		c.signWithLabel++
	}
}

func countWelcome(t *testing.T, c *tally) {
	for _, v := range read[struct {
		KeyPackage hexBytes `json:"key_package"`
	}](t, "welcome.json") {
		c.keyPackage(parseMessage(t, v.KeyPackage))
	}
}

func countPassiveClient(t *testing.T, c *tally) {
	for _, v := range read[struct {
		CipherSuite mls.CipherSuite `json:"cipher_suite"`
		KeyPackage  hexBytes        `json:"key_package"`
		RatchetTree hexBytes        `json:"ratchet_tree"`
	}](t, "passive-client-welcome.json") {
		c.keyPackage(parseMessage(t, v.KeyPackage))
		if v.RatchetTree != nil {
			c.tree(v.CipherSuite, v.RatchetTree, nil)
		}
	}
}

func countTreeValidation(t *testing.T, c *tally) {
	for _, v := range read[struct {
		CipherSuite mls.CipherSuite `json:"cipher_suite"`
		Tree        hexBytes        `json:"tree"`
		GroupID     hexBytes        `json:"group_id"`
	}](t, "tree-validation.json") {
		c.tree(v.CipherSuite, v.Tree, v.GroupID)
	}
}

func countTreeKEM(t *testing.T, c *tally) {
	for _, v := range read[struct {
		CipherSuite mls.CipherSuite `json:"cipher_suite"`
		GroupID     hexBytes        `json:"group_id"`
		RatchetTree hexBytes        `json:"ratchet_tree"`
		UpdatePaths []struct {
			Sender     uint32   `json:"sender"`
			UpdatePath hexBytes `json:"update_path"`
		} `json:"update_paths"`
	}](t, "treekem.json") {
		c.tree(v.CipherSuite, v.RatchetTree, v.GroupID)
		for _, p := range v.UpdatePaths {
			leaf, err := mls.ParseUpdatePath(p.UpdatePath)
			if err != nil {
				t.Fatalf("%v: %x", err, p.UpdatePath)
			}
			c.leaf(v.CipherSuite, leaf, v.GroupID, p.Sender)
		}
	}
}

func countMessages(t *testing.T, c *tally) {
	for _, v := range read[struct {
		KeyPackage  hexBytes `json:"mls_key_package"`
		AddProposal hexBytes `json:"add_proposal"` // struct { KeyPackage key_package; }
	}](t, "messages.json") {
		c.keyPackage(parseMessage(t, v.KeyPackage))
		c.keyPackage(parseKeyPackage(t, v.AddProposal))
	}
}

func countTreeOperations(t *testing.T, c *tally) {
	for _, v := range read[struct {
		CipherSuite mls.CipherSuite `json:"cipher_suite"`
		Before      hexBytes        `json:"tree_before"`
		After       hexBytes        `json:"tree_after"`
	}](t, "tree-operations.json") {
		c.tree(v.CipherSuite, v.Before, nil)
		c.tree(v.CipherSuite, v.After, nil)
	}
}

func TestVectorSizesDecode(t *testing.T) {
	list := read[struct {
		Header hexBytes `json:"vlbytes_header"`
		Length int      `json:"length"`
	}](t, "deserialization.json")
	if len(list) != 14 {
		t.Errorf("%d vectors, want 14", len(list))
	}
	for _, v := range list {
		if got, size, err := mls.ParseVarint(v.Header); err != nil || got != v.Length || size != len(v.Header) {
			t.Errorf("%x: %d in %d bytes, %v, want %d", v.Header, got, size, err, v.Length)
		}
		if got := mls.AppendVarint(nil, v.Length); !bytes.Equal(got, v.Header) {
			t.Errorf("%d is encoded as %x, want %x", v.Length, got, v.Header)
		}
	}
}

// Syntax of what carries no signature that could be checked.
func TestEveryTreeAndUpdateOfTheMessagesDecodes(t *testing.T) {
	for _, v := range read[struct {
		RatchetTree    hexBytes `json:"ratchet_tree"`
		UpdateProposal hexBytes `json:"update_proposal"` // struct { LeafNode leaf_node; }
	}](t, "messages.json") {
		parseTree(t, v.RatchetTree)
		n, err := mls.ParseLeafNode(v.UpdateProposal)
		if err != nil {
			t.Fatalf("%v: %x", err, v.UpdateProposal)
		}
		if got := mlstest.AppendLeafNode(nil, n); !bytes.Equal(got, v.UpdateProposal) {
			t.Errorf("LeafNode does not re-encode to itself: %x", v.UpdateProposal)
		}
	}
}

// Not KeyPackages: neither parser may take them.
func TestNoOtherMessageOfTheVectorsIsAKeyPackage(t *testing.T) {
	for _, v := range read[map[string]hexBytes](t, "messages.json") {
		for name, b := range v {
			_, bare := mls.ParseKeyPackage(b)
			_, message := mls.ParseKeyPackageMessage(b)
			_, either := mls.ParseKeyPackageAny(b)
			if (bare == nil) != (name == "add_proposal") {
				t.Errorf("%s as a bare KeyPackage: %v", name, bare)
			}
			if (message == nil) != (name == "mls_key_package") {
				t.Errorf("%s as a KeyPackage message: %v", name, message)
			}
			if (either == nil) != (bare == nil || message == nil) {
				t.Errorf("%s as either: %v, but bare %v and message %v", name, either, bare, message)
			}
		}
	}
}

func TestX509KeyPackagesDecode(t *testing.T) {
	list := read[x509Vector](t, "x509-keypackages.json")
	if len(list) != 52 {
		t.Errorf("%d vectors, want 52", len(list))
	}
	for _, v := range list {
		k := parseKeyPackage(t, v.KeyPackage)
		c := k.LeafNode.Credential
		if basic := v.Label == "downgrade-to-basic"; c.Type != mls.X509 && !basic || len(c.Certificates) == 0 && !basic {
			t.Errorf("%s: credential of type %v with %d certificates", v.Label, c.Type, len(c.Certificates))
		}
		// The bit was flipped after the KeyPackage was signed, so that both signatures fail.
		want := v.Label != "leaf-signature-bit-flipped"
		if got := keyPackageVerifies(k); got != want || k.CipherSuite != v.CipherSuite {
			t.Errorf("%s, suite %v: KeyPackage signature verifies = %v, want %v", v.Label, v.CipherSuite, got, want)
		}
		if got := leafVerifies(k.CipherSuite, k.LeafNode, nil, 0); got != want {
			t.Errorf("%s, suite %v: LeafNode signature verifies = %v, want %v", v.Label, v.CipherSuite, got, want)
		}
	}
}

type x509Vector struct {
	CipherSuite mls.CipherSuite `json:"cipher_suite"`
	Label       string          `json:"label"`
	KeyPackage  hexBytes        `json:"key_package"`
}

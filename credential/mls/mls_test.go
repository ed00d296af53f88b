package mls_test

import (
	"bytes"
	"encoding/binary"
	"errors"
	"runtime"
	"strings"
	"testing"

	"github.com/e2eid/e2eid/credential/mls"
	"github.com/e2eid/e2eid/credential/mls/mlstest"
	"github.com/e2eid/e2eid/signature"
)

// leaf returns a small valid LeafNode to change.
func leaf() *mls.LeafNode {
	return &mls.LeafNode{
		EncryptionKey: []byte("encryption key"),
		SignatureKey:  []byte("signature key"),
		Credential:    mlstest.Basic("alice"),
		Capabilities: mls.Capabilities{
			Versions:     []uint16{1},
			CipherSuites: []mls.CipherSuite{1, 0x0a0a},
			Extensions:   []mls.ExtensionType{0x1a1a},
			Proposals:    []uint16{0x2a2a},
			Credentials:  []mls.CredentialType{1, 2, 0x3a3a},
		},
		Source:     mls.SourceKeyPackage,
		Lifetime:   mls.Lifetime{NotBefore: 1, NotAfter: 1<<64 - 1},
		Extensions: []mls.Extension{{Type: 1, Data: []byte("id")}, {Type: 0x1a1a}},
		Signature:  []byte("signature"),
	}
}

func keyPackage() *mls.KeyPackage {
	return &mls.KeyPackage{
		CipherSuite: 1,
		InitKey:     []byte("init key"),
		LeafNode:    leaf(),
		Extensions:  []mls.Extension{{Type: 0x2a2a, Data: []byte{0}}},
		Signature:   []byte("signature"),
	}
}

func encodeLeaf(change func(*mls.LeafNode)) []byte {
	n := leaf()
	change(n)
	return mlstest.AppendLeafNode(nil, n)
}

func encodeKeyPackage(change func(*mls.KeyPackage)) []byte {
	k := keyPackage()
	change(k)
	return mlstest.AppendKeyPackage(nil, k)
}

func TestLeafNodeForm(t *testing.T) {
	cert := func(n int) [][]byte {
		chain := make([][]byte, n)
		for i := range chain {
			chain[i] = []byte{byte(i)}
		}
		return chain
	}
	extensions := func(n int) []mls.Extension {
		list := make([]mls.Extension, n)
		for i := range list {
			list[i].Type = mls.ExtensionType(100 + i)
		}
		return list
	}
	for _, test := range []struct {
		name   string
		change func(*mls.LeafNode)
		want   error
	}{
		{"valid", func(n *mls.LeafNode) {}, nil},
		{"source update", func(n *mls.LeafNode) { n.Source = mls.SourceUpdate }, nil},
		{"source commit", func(n *mls.LeafNode) { n.Source = mls.SourceCommit }, nil},
		{"source commit with a parent hash", func(n *mls.LeafNode) { n.Source, n.ParentHash = mls.SourceCommit, []byte("hash") }, nil},
		{"source 0 is reserved", func(n *mls.LeafNode) { n.Source = 0 }, mls.ErrMalformed},
		{"source 4 does not exist", func(n *mls.LeafNode) { n.Source = 4 }, mls.ErrMalformed},
		{"source 255 does not exist", func(n *mls.LeafNode) { n.Source = 255 }, mls.ErrMalformed},
		{"encryption key is empty", func(n *mls.LeafNode) { n.EncryptionKey = nil }, mls.ErrMalformed},
		{"signature key is empty", func(n *mls.LeafNode) { n.SignatureKey = nil }, mls.ErrMalformed},
		{"signature is empty", func(n *mls.LeafNode) { n.Signature = nil }, nil},
		{"basic identity is empty", func(n *mls.LeafNode) { n.Credential = mlstest.Basic("") }, nil},
		{"chain of one", func(n *mls.LeafNode) { n.Credential = mlstest.X509(cert(1)...) }, nil},
		{"chain at the limit", func(n *mls.LeafNode) { n.Credential = mlstest.X509(cert(mls.MaxCertificates)...) }, nil},
		{"chain over the limit", func(n *mls.LeafNode) { n.Credential = mlstest.X509(cert(mls.MaxCertificates + 1)...) }, mls.ErrLimit},
		{"chain is empty", func(n *mls.LeafNode) { n.Credential = mlstest.X509() }, mls.ErrMalformed},
		{"certificate is empty", func(n *mls.LeafNode) { n.Credential = mlstest.X509([]byte{1}, nil) }, mls.ErrMalformed},
		{"no capabilities, no extensions", func(n *mls.LeafNode) { n.Capabilities, n.Extensions = mls.Capabilities{}, nil }, nil},
		{"capabilities repeat", func(n *mls.LeafNode) { n.Capabilities.Proposals = []uint16{9, 9} }, nil},
		{"capabilities at the limit", func(n *mls.LeafNode) { n.Capabilities.Proposals = make([]uint16, mls.MaxCapabilities) }, nil},
		{"capabilities over the limit", func(n *mls.LeafNode) { n.Capabilities.Proposals = make([]uint16, mls.MaxCapabilities+1) }, mls.ErrLimit},
		{"extensions at the limit", func(n *mls.LeafNode) { n.Extensions = extensions(mls.MaxExtensions) }, nil},
		{"extensions over the limit", func(n *mls.LeafNode) { n.Extensions = extensions(mls.MaxExtensions + 1) }, mls.ErrLimit},
		{"extension type stands twice", func(n *mls.LeafNode) { n.Extensions = append(extensions(3), extensions(2)[1]) }, mls.ErrMalformed},
		{"not_after before not_before", func(n *mls.LeafNode) { n.Lifetime = mls.Lifetime{NotBefore: 2, NotAfter: 1} }, nil},
		{"unknown credential type", func(n *mls.LeafNode) { n.Credential = mlstest.Unknown(3, []byte("vc")) }, nil},
		{"unknown credential type before a source that does not exist", func(n *mls.LeafNode) { n.Credential, n.Source = mlstest.Unknown(5, nil), 4 }, mls.ErrUnsupportedCredential},
		{"unknown credential type before too many extensions", func(n *mls.LeafNode) {
			n.Credential, n.Extensions = mlstest.Unknown(0x0a0a, nil), extensions(mls.MaxExtensions+1)
		}, mls.ErrUnsupportedCredential},
		{"unknown credential type after an empty key", func(n *mls.LeafNode) { n.Credential, n.SignatureKey = mlstest.Unknown(5, nil), nil }, mls.ErrMalformed},
		{"at the size limit", func(n *mls.LeafNode) { grow(n, mls.MaxLeafNodeBytes) }, nil},
		{"over the size limit", func(n *mls.LeafNode) { grow(n, mls.MaxLeafNodeBytes+1) }, mls.ErrLimit},
	} {
		b := encodeLeaf(test.change)
		n, err := mls.ParseLeafNode(b)
		if !errors.Is(err, test.want) {
			t.Errorf("%s: %v, want %v", test.name, err, test.want)
		}
		if err != nil && n != nil {
			t.Errorf("%s: a value beside %v", test.name, err)
		}
		if err == nil && !bytes.Equal(mlstest.AppendLeafNode(nil, n), b) {
			t.Errorf("%s: does not re-encode to itself", test.name)
		}
		// In a KeyPackage and in a tree the same LeafNode has the same fate.
		if len(b) > mls.MaxLeafNodeBytes/2 {
			continue
		}
		raw := mlstest.KeyPackage{RawLeafNode: b, Suite: 1, Signature: []byte{1}}.Build()
		if _, err := mls.ParseKeyPackage(raw); !errors.Is(err, test.want) {
			t.Errorf("%s, in a KeyPackage: %v, want %v", test.name, err, test.want)
		}
		if _, err := mls.ParseRatchetTree(mlstest.Tree(b)); !errors.Is(err, test.want) {
			t.Errorf("%s, in a tree: %v, want %v", test.name, err, test.want)
		}
	}
}

// grow gives a LeafNode a signature that brings its encoding to n bytes.
func grow(l *mls.LeafNode, n int) {
	l.Signature = nil
	// Without a signature its size takes one byte, with it four.
	l.Signature = make([]byte, n-len(mlstest.AppendLeafNode(nil, l))-3)
}

func TestKeyPackageForm(t *testing.T) {
	for _, test := range []struct {
		name   string
		change func(*mls.KeyPackage)
		want   error
	}{
		{"valid", func(k *mls.KeyPackage) {}, nil},
		{"unknown cipher suite", func(k *mls.KeyPackage) { k.CipherSuite = 0xf000 }, nil},
		{"leaf made for another use is the verifier's to refuse", func(k *mls.KeyPackage) { k.LeafNode.Source = mls.SourceUpdate }, nil},
		{"init key is empty", func(k *mls.KeyPackage) { k.InitKey = nil }, mls.ErrMalformed},
		{"extension type stands twice", func(k *mls.KeyPackage) { k.Extensions = []mls.Extension{{Type: 7}, {Type: 7}} }, mls.ErrMalformed},
		{"one extension type in KeyPackage and LeafNode", func(k *mls.KeyPackage) { k.Extensions = []mls.Extension{{Type: 1}} }, nil},
		{"unknown credential type before an extension type that stands twice", func(k *mls.KeyPackage) {
			k.LeafNode.Credential = mlstest.Unknown(5, nil)
			k.Extensions = []mls.Extension{{Type: 7}, {Type: 7}}
		}, mls.ErrUnsupportedCredential},
	} {
		b := encodeKeyPackage(test.change)
		k, err := mls.ParseKeyPackage(b)
		if !errors.Is(err, test.want) {
			t.Errorf("%s: %v, want %v", test.name, err, test.want)
		}
		if (err == nil) != (k != nil) {
			t.Errorf("%s: %v beside %v", test.name, k, err)
		}
		if _, err := mls.ParseKeyPackageMessage(mlstest.Message(b)); !errors.Is(err, test.want) {
			t.Errorf("%s, in a message: %v, want %v", test.name, err, test.want)
		}
	}

	valid := mlstest.AppendKeyPackage(nil, keyPackage())
	for _, version := range []uint16{0, 2, 0x0100, 0xffff} {
		b := bytes.Clone(valid)
		binary.BigEndian.PutUint16(b, version)
		if _, err := mls.ParseKeyPackage(b); !errors.Is(err, mls.ErrUnsupportedVersion) {
			t.Errorf("version %d: %v, want ErrUnsupportedVersion", version, err)
		}
		if _, err := mls.ParseKeyPackageMessage(mlstest.Message(b)); !errors.Is(err, mls.ErrUnsupportedVersion) {
			t.Errorf("version %d in a message: %v, want ErrUnsupportedVersion", version, err)
		}
		b = mlstest.Message(valid)
		binary.BigEndian.PutUint16(b, version)
		if _, err := mls.ParseKeyPackageMessage(b); !errors.Is(err, mls.ErrUnsupportedVersion) {
			t.Errorf("message of version %d: %v, want ErrUnsupportedVersion", version, err)
		}
	}
	for format := range 1 << 16 {
		b := mlstest.Message(valid)
		binary.BigEndian.PutUint16(b[2:], uint16(format))
		if _, err := mls.ParseKeyPackageMessage(b); (err == nil) != (format == 5) {
			t.Fatalf("wire format %d: %v", format, err)
		}
	}
	if _, err := mls.ParseKeyPackage(make([]byte, mls.MaxKeyPackageBytes+1)); !errors.Is(err, mls.ErrLimit) {
		t.Errorf("over the size limit: %v, want ErrLimit", err)
	}
}

// Each input has one end: neither less nor more decodes.
func TestEveryPrefixAndEveryTrailerIsRefused(t *testing.T) {
	certificates := encodeKeyPackage(func(k *mls.KeyPackage) { k.LeafNode.Credential = mlstest.X509([]byte("a"), []byte("b")) })
	unknown := encodeKeyPackage(func(k *mls.KeyPackage) { k.LeafNode.Credential = mlstest.Unknown(5, []byte("data")) })
	for _, test := range []struct {
		name  string
		parse func([]byte) error
		input []byte
	}{
		{"LeafNode", parseLeafNode, mlstest.AppendLeafNode(nil, leaf())},
		{"KeyPackage", parseBare, mlstest.AppendKeyPackage(nil, keyPackage())},
		{"KeyPackage with certificates", parseBare, certificates},
		{"KeyPackage with an unknown credential", parseBare, unknown},
		{"message", parseInMessage, mlstest.Message(certificates)},
		{"either, bare", parseAny, certificates},
		{"either, message", parseAny, mlstest.Message(certificates)},
		{"tree", parseRatchetTree, mlstest.Tree(mlstest.AppendLeafNode(nil, leaf()), nil, mlstest.AppendLeafNode(nil, leaf()))},
	} {
		if err := test.parse(test.input); err != nil {
			t.Fatalf("%s: %v", test.name, err)
		}
		for n := range test.input {
			if test.parse(test.input[:n:n]) == nil {
				t.Errorf("%s: decodes without its last %d bytes", test.name, len(test.input)-n)
			}
		}
		for _, trailer := range [][]byte{{0}, {1}, {0xff}, test.input} {
			if test.parse(append(bytes.Clone(test.input), trailer...)) == nil {
				t.Errorf("%s: decodes with %d bytes after it", test.name, len(trailer))
			}
		}
	}
}

func parseLeafNode(b []byte) error    { _, err := mls.ParseLeafNode(b); return err }
func parseBare(b []byte) error        { _, err := mls.ParseKeyPackage(b); return err }
func parseInMessage(b []byte) error   { _, err := mls.ParseKeyPackageMessage(b); return err }
func parseAny(b []byte) error         { _, err := mls.ParseKeyPackageAny(b); return err }
func parseRatchetTree(b []byte) error { _, err := mls.ParseRatchetTree(b); return err }

// RFC 9420, Section 2.1.2: the three sizes, their bounds, and the examples it gives.
func TestOnlyTheShortestSizeIsTaken(t *testing.T) {
	for _, test := range []struct {
		name  string
		input []byte
		value int // -1: refused
	}{
		{"least of one byte", []byte{0}, 0},
		{"most of one byte", []byte{0x3f}, 63},
		{"63 in two bytes", []byte{0x40, 63}, -1},
		{"least of two bytes", []byte{0x40, 64}, 64},
		{"most of two bytes", []byte{0x7f, 0xff}, 16383},
		{"0 in two bytes", []byte{0x40, 0}, -1},
		{"16383 in four bytes", []byte{0x80, 0, 0x3f, 0xff}, -1},
		{"0 in four bytes", []byte{0x80, 0, 0, 0}, -1},
		{"least of four bytes", []byte{0x80, 0, 0x40, 0}, 16384},
		{"most of four bytes", []byte{0xbf, 0xff, 0xff, 0xff}, 1<<30 - 1},
		{"prefix 11", []byte{0xc0, 0, 0, 0, 0, 0, 0, 0}, -1},
		{"prefix 11 with all bits", bytes.Repeat([]byte{0xff}, 8), -1},
		{"nothing", nil, -1},
		{"half of two bytes", []byte{0x7f}, -1},
		{"three of four bytes", []byte{0xbf, 0xff, 0xff}, -1},
		{"example of four bytes", []byte{0x9d, 0x7f, 0x3e, 0x7d}, 494878333},
		{"example of two bytes", []byte{0x7b, 0xbd}, 15293},
		{"example of one byte", []byte{0x25}, 37},
	} {
		v, size, err := mls.ParseVarint(test.input)
		if test.value < 0 {
			if !errors.Is(err, mls.ErrMalformed) {
				t.Errorf("%s: %d, %v, want ErrMalformed", test.name, v, err)
			}
		} else if err != nil || v != test.value || size != len(test.input) {
			t.Errorf("%s: %d in %d bytes, %v, want %d", test.name, v, size, err, test.value)
		}
	}
}

// The body of an unknown credential may be anything. Whatever it is, it is never ErrMalformed, and never known.
func TestUnknownCredentialIsNeverCalledMalformed(t *testing.T) {
	jwt := binary.BigEndian.AppendUint32(nil, 300) // opaque jwt<0..2^32-1>, as a draft had it
	jwt = append(jwt, bytes.Repeat([]byte("j"), 300)...)
	for _, body := range [][]byte{nil, {0}, {0xff}, {0xff, 0xff, 0xff, 0xff}, {3, 1, 2, 3}, {3, 1, 2}, {3, 1, 2, 3, 4}, jwt, {0x40, 1, 0}} {
		for typ := range 1 << 16 {
			if typ > 16 && typ%0x1010 != 0x0a0a%0x1010 && typ != 0xf000 && typ != 0xffff {
				continue // the registry, GREASE, private use
			}
			if typ == 1 || typ == 2 {
				continue
			}
			raw := append(binary.BigEndian.AppendUint16(nil, uint16(typ)), body...)
			n, err := mls.ParseLeafNode(mlstest.LeafNode{Suite: 1, Signer: mlsSigner, RawCredential: raw}.Build())
			switch {
			case err != nil && !errors.Is(err, mls.ErrUnsupportedCredential):
				t.Errorf("type %#x, body %x: %v", typ, body, err)
			case err == nil && (n.Credential.Known() || n.Credential.Type != mls.CredentialType(typ)):
				t.Errorf("type %#x, body %x: known as %v", typ, body, n.Credential.Type)
			case err == nil && (n.Credential.Identity != nil || n.Credential.Certificates != nil):
				t.Errorf("type %#x, body %x: has an identity", typ, body)
			}
		}
	}
}

var mlsSigner = mlstest.NewSigner(1)

func TestGuessedLeavesAreMarked(t *testing.T) {
	known := mlstest.AppendLeafNode(nil, leaf())
	unknown := encodeLeaf(func(n *mls.LeafNode) { n.Credential = mlstest.Unknown(0x0004, []byte("multi")) })
	tree, err := mls.ParseRatchetTree(mlstest.Tree(known, nil, unknown, known))
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, l := range tree.Leaves {
		s := string(rune('0' + l.Index))
		if l.Guessed {
			s += "?"
		}
		got = append(got, s)
	}
	if s := strings.Join(got, " "); s != "0 2? 3?" {
		t.Errorf("leaves %s, want 0 2? 3?", s)
	}
	bad := bytes.Clone(known)
	bad[len(bad)-len("signature")-1] = 0xff // the size of its signature
	if err := parseRatchetTree(mlstest.Tree(known, bad)); !errors.Is(err, mls.ErrMalformed) {
		t.Errorf("damaged leaf: %v, want ErrMalformed", err)
	}
	if err := parseRatchetTree(mlstest.Tree(unknown, bad)); !errors.Is(err, mls.ErrUnsupportedCredential) {
		t.Errorf("damaged leaf after an unknown credential: %v, want ErrUnsupportedCredential", err)
	}
}

// A message can begin like a bare KeyPackage of cipher suite 5, since mls_key_package is 5 too.
func TestMessageAndBareKeyPackageOfSuite5AreToldApart(t *testing.T) {
	for _, suite := range append(mlstest.Suites(), 0, 0x0a0a, 0xffff) {
		for _, size := range []int{1, 32, 63, 64, 133, 256, 16383, 16384} {
			b := encodeKeyPackage(func(k *mls.KeyPackage) { k.CipherSuite, k.InitKey = suite, make([]byte, size) })
			if err := parseInMessage(b); err == nil {
				t.Errorf("suite %v, init key of %d bytes: bare KeyPackage is read as a message", suite, size)
			}
			if err := parseBare(mlstest.Message(b)); err == nil {
				t.Errorf("suite %v, init key of %d bytes: message is read as a bare KeyPackage", suite, size)
			}
			bare, err := mls.ParseKeyPackageAny(b)
			if err != nil {
				t.Fatalf("suite %v, init key of %d bytes, bare: %v", suite, size, err)
			}
			message, err := mls.ParseKeyPackageAny(mlstest.Message(b))
			if err != nil {
				t.Fatalf("suite %v, init key of %d bytes, message: %v", suite, size, err)
			}
			if !bytes.Equal(bare.Raw, b) || !bytes.Equal(message.Raw, b) || !bytes.Equal(bare.TBS(), message.TBS()) {
				t.Errorf("suite %v, init key of %d bytes: Raw or TBS differ from the KeyPackage", suite, size)
			}
		}
	}
}

func TestTBSIsWhatWasReceived(t *testing.T) {
	group := []byte("group")
	context := []byte("\x05group\x00\x00\x01\x02")
	for source := mls.SourceKeyPackage; source <= mls.SourceCommit; source++ {
		b := encodeLeaf(func(n *mls.LeafNode) { n.Source = source })
		n, err := mls.ParseLeafNode(b)
		if err != nil {
			t.Fatal(err)
		}
		want := b[:len(b)-1-len(n.Signature)]
		if source != mls.SourceKeyPackage {
			want = append(bytes.Clone(want), context...)
		}
		got, err := n.TBS(group, 0x102)
		if err != nil || !bytes.Equal(got, want) {
			t.Errorf("source %v: TBS %x, %v, want %x", source, got, err, want)
		}
		message, err := n.SignContent(group, 0x102)
		wantMessage, _ := mls.SignContent("LeafNodeTBS", want)
		if err != nil || !bytes.Equal(message, wantMessage) {
			t.Errorf("source %v: SignContent %x, %v, want %x", source, message, err, wantMessage)
		}
		for _, test := range []struct {
			size int
			want error
		}{{0, nil}, {mls.MaxGroupIDBytes, nil}, {mls.MaxGroupIDBytes + 1, mls.ErrLimit}} {
			if source == mls.SourceKeyPackage {
				test.want = nil
			}
			if _, err := n.TBS(make([]byte, test.size), 0); err != test.want {
				t.Errorf("source %v: TBS with a group_id of %d bytes: %v, want %v", source, test.size, err, test.want)
			}
			if _, err := n.SignContent(make([]byte, test.size), 0); err != test.want {
				t.Errorf("source %v: SignContent with a group_id of %d bytes: %v, want %v", source, test.size, err, test.want)
			}
		}
		if !bytes.Equal(n.Raw, b) {
			t.Errorf("source %v: Raw changed", source)
		}
	}
	if _, err := leaf().TBS(nil, 0); err != mls.ErrMalformed {
		t.Errorf("TBS of a LeafNode that was not decoded: %v, want ErrMalformed", err)
	}
	if _, err := new(mls.LeafNode).SignContent(nil, 0); err != mls.ErrMalformed {
		t.Errorf("SignContent of the zero LeafNode: %v, want ErrMalformed", err)
	}
	message, err := mls.SignContent("Label", []byte("content"))
	if want := "\x0dMLS 1.0 Label\x07content"; err != nil || string(message) != want {
		t.Errorf("SignContent: %q, %v, want %q", message, err, want)
	}
}

// Writing behind what a decoder returned must not change the input, which other fields share.
func TestAppendingToAFieldDoesNotReachTheNext(t *testing.T) {
	in := mlstest.AppendKeyPackage(nil, keyPackage())
	before := bytes.Clone(in)
	k, err := mls.ParseKeyPackage(in)
	if err != nil {
		t.Fatal(err)
	}
	tbs, err := k.LeafNode.TBS(nil, 0)
	if err != nil {
		t.Fatal(err)
	}
	for _, field := range [][]byte{tbs, k.TBS(), k.InitKey, k.LeafNode.Raw, k.LeafNode.SignatureKey, k.LeafNode.Credential.Identity} {
		_ = append(field, "overwritten"...)
	}
	if !bytes.Equal(in, before) {
		t.Error("input changed")
	}
}

func TestBuiltKeyPackagesVerify(t *testing.T) {
	for _, suite := range mlstest.Suites() {
		signer := mlstest.NewSigner(suite)
		l := mlstest.LeafNode{Suite: suite, Signer: signer, Credential: mlstest.X509([]byte("der"))}
		k, err := mls.ParseKeyPackageAny(mlstest.KeyPackage{LeafNode: l}.BuildMessage())
		if err != nil || !keyPackageVerifies(k) || !leafVerifies(suite, k.LeafNode, nil, 0) {
			t.Errorf("suite %v: %v, or a signature fails", suite, err)
		}
		for source := mls.SourceUpdate; source <= mls.SourceCommit; source++ {
			l.Source, l.GroupID, l.LeafIndex = source, []byte("group"), 7
			n, err := mls.ParseLeafNode(l.Build())
			if err != nil || !leafVerifies(suite, n, l.GroupID, 7) {
				t.Fatalf("suite %v, source %v: %v, or the signature fails", suite, source, err)
			}
			if leafVerifies(suite, n, []byte("other"), 7) || leafVerifies(suite, n, l.GroupID, 8) {
				t.Errorf("suite %v, source %v: verifies in another context", suite, source)
			}
		}
	}
}

func TestSuitesHaveTheirSignatureAlgorithm(t *testing.T) {
	want := map[mls.CipherSuite]signature.Algorithm{
		1: signature.Ed25519, 2: signature.ECDSAP256SHA256, 3: signature.Ed25519, 4: signature.Ed448,
		5: signature.ECDSAP521SHA512, 6: signature.Ed448, 7: signature.ECDSAP384SHA384,
	}
	for i := range 1 << 16 {
		suite := mls.CipherSuite(i)
		a, ok := suite.SignatureAlgorithm()
		if w, known := want[suite]; ok != known || a != w {
			t.Errorf("suite %d: %v, %v, want %v, %v", i, a, ok, w, known)
		}
		if _, known := want[suite]; known != strings.HasPrefix(suite.String(), "MLS_") {
			t.Errorf("suite %d is called %v", i, suite)
		}
	}
	if s := mls.CipherSuite(0x0a0a).String() + " " + mls.CredentialType(5).String(); s != "0x0a0a 0x0005" {
		t.Errorf("unknown values are called %s", s)
	}
}

// What a decoder allocates is bounded by the input that is there, not by the sizes it claims.
func TestAllocationIsBoundedByTheInput(t *testing.T) {
	small := encodeLeaf(func(n *mls.LeafNode) {
		*n = mls.LeafNode{EncryptionKey: []byte{1}, SignatureKey: []byte{1}, Credential: mlstest.Basic(""), Source: mls.SourceUpdate}
	})
	leaves := make([][]byte, 4000)
	for i := range leaves {
		leaves[i] = small
	}
	certificates := make([][]byte, mls.MaxCertificates)
	for i := range certificates {
		certificates[i] = []byte{1}
	}
	dense := encodeLeaf(func(n *mls.LeafNode) {
		n.Credential = mlstest.X509(certificates...)
		n.Capabilities.Proposals = make([]uint16, mls.MaxCapabilities)
		for i := range mls.MaxExtensions - 2 {
			n.Extensions = append(n.Extensions, mls.Extension{Type: mls.ExtensionType(100 + i)})
		}
	})
	claims := []byte{0xbf, 0xff, 0xff, 0xff, 1, 2, 3}
	for _, test := range []struct {
		name  string
		parse func([]byte) error
		input []byte
	}{
		{"tree of least leaves", parseRatchetTree, mlstest.Tree(leaves...)},
		{"tree of blank nodes before a leaf", parseRatchetTree, mlstest.Tree(append(make([][]byte, 100000), small)...)},
		{"tree that claims 1 GB", parseRatchetTree, claims},
		{"key that claims 1 GB", parseLeafNode, claims},
		{"densest LeafNode", parseLeafNode, dense},
		{"densest KeyPackage", parseBare, mlstest.KeyPackage{RawLeafNode: dense, Suite: 1, Signature: []byte{1}}.Build()},
	} {
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		err := test.parse(test.input)
		runtime.ReadMemStats(&after)
		got, limit := after.TotalAlloc-before.TotalAlloc, uint64(64*len(test.input)+8192)
		if got > limit {
			t.Errorf("%s (%v): %d bytes allocated for %d of input, want at most %d", test.name, err, got, len(test.input), limit)
		}
	}
}

// Package mlstest builds and signs KeyPackages and LeafNodes for tests: right ones, and ones that are wrong in exactly
// one way. It shares no encoder with package mls, so that either finds the other's mistakes.
//
// A test states what it wants in a struct; what it leaves out is chosen so that the result is valid:
//
//	alice := mlstest.NewSigner(suite)
//	kp := mlstest.KeyPackage{LeafNode: mlstest.LeafNode{
//		Suite: suite, Signer: alice, Credential: mlstest.X509(der),
//		Lifetime: mls.Lifetime{NotBefore: now - 60, NotAfter: now + 3600},
//	}}.Build()
//
// Functions panic where a test could only fail: a suite without an algorithm, a signer that refuses.
package mlstest

import (
	"crypto"
	"encoding/binary"
	"slices"

	"github.com/e2eid/e2eid/credential/mls"
)

const mls10 = 1

// Basic returns a basic credential.
func Basic(identity string) mls.Credential {
	return mls.Credential{Type: mls.Basic, Identity: []byte(identity)}
}

// X509 returns an X.509 credential of DER certificates, end entity first.
func X509(chain ...[]byte) mls.Credential {
	return mls.Credential{Type: mls.X509, Certificates: chain}
}

// Token returns a credential of a token: mls.SDJWT, in its classic form, or mls.UserInfoVC.
func Token(t mls.CredentialType, text string) mls.Credential {
	return mls.Credential{Type: t, Token: []byte(text)}
}

// Unknown returns a credential of another type, whose body is data as one vector.
func Unknown(t mls.CredentialType, data []byte) mls.Credential {
	return mls.Credential{Type: t, Data: data}
}

// A LeafNode describes a LeafNode to build. Suite, Signer and a credential are needed.
type LeafNode struct {
	Suite         mls.CipherSuite
	Signer        crypto.Signer // signs
	SignatureKey  []byte        // nil: the key of Signer
	EncryptionKey []byte        // nil: random bytes in the size of the suite's keys
	Credential    mls.Credential
	RawCredential []byte             // if not nil, stands in place of Credential
	Capabilities  *mls.Capabilities  // nil: what the LeafNode itself makes use of
	Source        mls.LeafNodeSource // 0: SourceKeyPackage
	Lifetime      mls.Lifetime       // with SourceKeyPackage
	ParentHash    []byte             // with SourceCommit
	Extensions    []mls.Extension

	GroupID   []byte // signed with SourceUpdate and SourceCommit
	LeafIndex uint32 // likewise

	Label     string // "": "LeafNodeTBS"
	Signature []byte // if not nil, stands in place of the right signature
}

// Build returns the encoding.
func (l LeafNode) Build() []byte {
	n := &mls.LeafNode{
		EncryptionKey: l.EncryptionKey,
		SignatureKey:  l.SignatureKey,
		Credential:    l.Credential,
		Source:        l.Source,
		Lifetime:      l.Lifetime,
		ParentHash:    l.ParentHash,
		Extensions:    l.Extensions,
		Signature:     l.Signature,
	}
	if n.EncryptionKey == nil {
		n.EncryptionKey = HPKEKey(l.Suite)
	}
	if n.SignatureKey == nil {
		n.SignatureKey = PublicKey(l.Signer.Public())
	}
	if n.Source == 0 {
		n.Source = mls.SourceKeyPackage
	}
	credential := l.RawCredential
	if credential == nil {
		credential = AppendCredential(nil, l.Credential)
	}
	if l.Capabilities != nil {
		n.Capabilities = *l.Capabilities
	} else {
		n.Capabilities = mls.Capabilities{
			Versions:     []uint16{mls10},
			CipherSuites: []mls.CipherSuite{l.Suite},
			Credentials:  []mls.CredentialType{mls.CredentialType(binary.BigEndian.Uint16(credential))},
		}
		for _, e := range l.Extensions {
			if e.Type > 5 { // RFC 9420, Section 7.2: defaults are not listed
				n.Capabilities.Extensions = append(n.Capabilities.Extensions, e.Type)
			}
		}
	}
	tbs := appendLeafNodeTBS(nil, n, credential)
	if n.Signature == nil {
		signed := slices.Clip(tbs)
		if n.Source == mls.SourceUpdate || n.Source == mls.SourceCommit {
			signed = binary.BigEndian.AppendUint32(AppendVector(signed, l.GroupID), l.LeafIndex)
		}
		n.Signature = Sign(l.Suite, l.Signer, or(l.Label, "LeafNodeTBS"), signed)
	}
	return AppendVector(tbs, n.Signature)
}

// A KeyPackage describes a KeyPackage to build. Only a LeafNode, or RawLeafNode with Suite and Signer, is needed.
type KeyPackage struct {
	LeafNode    LeafNode
	RawLeafNode []byte          // if not nil, stands in place of LeafNode
	Suite       mls.CipherSuite // 0: that of LeafNode
	Signer      crypto.Signer   // nil: that of LeafNode
	Version     uint16          // 0: mls10
	InitKey     []byte          // nil: random bytes in the size of the suite's keys
	Extensions  []mls.Extension

	Label     string // "": "KeyPackageTBS"
	Signature []byte // if not nil, stands in place of the right signature
}

// Build returns the encoding without an MLSMessage around it.
func (k KeyPackage) Build() []byte {
	if k.Suite == 0 {
		k.Suite = k.LeafNode.Suite
	}
	if k.Signer == nil {
		k.Signer = k.LeafNode.Signer
	}
	if k.InitKey == nil {
		k.InitKey = HPKEKey(k.Suite)
	}
	if k.Version == 0 {
		k.Version = mls10
	}
	if k.RawLeafNode == nil {
		k.RawLeafNode = k.LeafNode.Build()
	}
	fields := &mls.KeyPackage{CipherSuite: k.Suite, InitKey: k.InitKey, Extensions: k.Extensions}
	tbs := appendKeyPackageTBS(nil, k.Version, fields, k.RawLeafNode)
	if k.Signature == nil {
		k.Signature = Sign(k.Suite, k.Signer, or(k.Label, "KeyPackageTBS"), tbs)
	}
	return AppendVector(tbs, k.Signature)
}

// BuildMessage returns the encoding as an MLSMessage.
func (k KeyPackage) BuildMessage() []byte { return Message(k.Build()) }

// Message puts an encoded KeyPackage into an MLSMessage.
func Message(keyPackage []byte) []byte {
	return append([]byte{0, mls10, 0, 5}, keyPackage...)
}

// Tree returns a ratchet tree of encoded LeafNodes with blank parents. A nil entry is a blank leaf.
func Tree(leaves ...[]byte) []byte {
	var nodes []byte
	for i, leaf := range leaves {
		if i > 0 {
			nodes = append(nodes, 0) // the parent between two leaves
		}
		if leaf == nil {
			nodes = append(nodes, 0)
		} else {
			nodes = append(append(nodes, 1, 1), leaf...)
		}
	}
	return AppendVector(nil, nodes)
}

func or(s, otherwise string) string {
	if s == "" {
		return otherwise
	}
	return s
}

package main

import (
	"strconv"
	"time"

	"github.com/e2eid/e2eid/credential/mls"
)

func showKeyPackage(k *mls.KeyPackage) object {
	return object{
		{"version", registered(1, mlsVersions[1])},
		{"cipherSuite", suiteName(k.CipherSuite)},
		{"initKey", hexBytes(k.InitKey)},
		{"leafNode", showLeafNode(k.LeafNode)},
		{"extensions", showMLSExtensions(k.Extensions)},
		{"signature", hexBytes(k.Signature)},
	}
}

func showLeafNode(n *mls.LeafNode) object {
	o := object{
		{"encryptionKey", hexBytes(n.EncryptionKey)},
		{"signatureKey", hexBytes(n.SignatureKey)},
		{"credential", showCredential(&n.Credential)},
		{"capabilities", showCapabilities(&n.Capabilities)},
		{"leafNodeSource", n.Source.String()},
	}
	switch n.Source {
	case mls.SourceKeyPackage:
		o.add("lifetime", object{{"notBefore", unixTime(n.Lifetime.NotBefore)}, {"notAfter", unixTime(n.Lifetime.NotAfter)}})
	case mls.SourceCommit:
		o.add("parentHash", hexBytes(n.ParentHash))
	}
	o.add("extensions", showMLSExtensions(n.Extensions))
	o.add("signature", hexBytes(n.Signature))
	return o
}

func showCredential(c *mls.Credential) object {
	o := object{{"credentialType", credentialType(c.Type)}}
	switch {
	case c.Type == mls.Basic:
		o.add("identity", text(string(c.Identity)))
	case c.Type == mls.X509:
		o.add("certificates", listOf(c.Certificates, showDER))
	case c.Type == mls.SDJWT, c.Type == mls.UserInfoVC:
		o.add("token", showToken(c.Token))
	case len(c.Bindings) > 0:
		o.add("bindings", listOf(c.Bindings, func(b mls.Binding) any { return showBinding(&b) }))
	default:
		o.add("note", "unknown type: it was read as one vector, and all that follows in the LeafNode rests on that guess")
		o.add("data", hexBytes(c.Data))
	}
	return o
}

func showBinding(b *mls.Binding) object {
	return object{
		{"cipherSuite", suiteName(b.CipherSuite)},
		{"credential", showCredential(&b.Credential)},
		{"credentialKey", hexBytes(b.CredentialKey)},
		{"signature", hexBytes(b.Signature)},
	}
}

func showCapabilities(c *mls.Capabilities) object {
	return object{
		{"versions", listOf(c.Versions, func(v uint16) any { return registered(v, mlsVersions[v]) })},
		{"cipherSuites", listOf(c.CipherSuites, func(s mls.CipherSuite) any { return suiteName(s) })},
		{"extensions", listOf(c.Extensions, func(t mls.ExtensionType) any {
			return registered(uint16(t), mlsExtensionTypes[uint16(t)])
		})},
		{"proposals", listOf(c.Proposals, func(v uint16) any { return registered(v, mlsProposalTypes[v]) })},
		{"credentials", listOf(c.Credentials, func(t mls.CredentialType) any { return credentialType(t) })},
	}
}

func showMLSExtensions(extensions []mls.Extension) list {
	return listOf(extensions, func(e mls.Extension) any {
		return object{
			{"extensionType", registered(uint16(e.Type), mlsExtensionTypes[uint16(e.Type)])},
			{"extensionData", hexBytes(e.Data)},
		}
	})
}

func showTree(t *mls.RatchetTree) object {
	return object{
		{"nodes", uint64(t.Nodes)},
		{"leaves", listOf(t.Leaves, func(l mls.TreeLeaf) any {
			o := object{{"leafIndex", uint64(l.Index)}}
			if l.Guessed {
				o.add("note", "a credential of unknown type stands here or before: even the leaf index is a guess")
			}
			o.add("leafNode", showLeafNode(l.LeafNode))
			return o
		})},
		{"parents", listOf(t.Parents, func(p mls.ParentNode) any {
			return object{
				{"node", uint64(p.Node)},
				{"encryptionKey", hexBytes(p.EncryptionKey)},
				{"parentHash", hexBytes(p.ParentHash)},
				{"unmergedLeaves", listOf(p.UnmergedLeaves, func(i uint32) any { return uint64(i) })},
			}
		})},
	}
}

// lastTime is the end of the year 9999, the last that RFC 3339 can write.
const lastTime = 253402300799

// unixTime returns a time that a client wrote, which may be any 64 bits.
func unixTime(s uint64) any {
	if s > lastTime {
		return "after the year 9999: " + strconv.FormatUint(s, 10) + " seconds"
	}
	return time.Unix(int64(s), 0)
}

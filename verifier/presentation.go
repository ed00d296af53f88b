package verifier

import (
	"github.com/e2eid/e2eid/credential/challenge"
	"github.com/e2eid/e2eid/credential/mls"
	"github.com/e2eid/e2eid/credential/name"
)

// A Kind says what the bytes of a presentation are.
type Kind uint8

const (
	KeyPackage  Kind = 1 // bare, or in an MLSMessage
	LeafNode    Kind = 2
	Certificate Kind = 3 // X.509, by itself: whoever presents it proves by other means that it is theirs
	Token       Kind = 4 // verifiable credential, with its holder's proof: SD-JWT with key binding, or vp
	BareToken   Kind = 5 // verifiable credential: whoever presents it proves by other means that SignatureKey is theirs

	// Answers to a [challenge.Challenge], in messengers without MLS.
	ChallengedCertificate Kind = 6 // X.509, with the Signature of its key over the Challenge
	ChallengedToken       Kind = 7 // as Token, whose holder's proof is for the Challenge
)

// A Carrier says where a LeafNode was found, and so which source it must have (RFC 9420, Section 7.3).
type Carrier uint8

const (
	InKeyPackage Carrier = 1 // a LeafNode out of a KeyPackage
	InUpdate     Carrier = 2 // of an Update proposal
	InCommit     Carrier = 3 // of the UpdatePath of a Commit
	InTree       Carrier = 4 // of a ratchet tree: any source
)

// A Presentation is all that one verification is given: what a client presents, the context it was found in, and whom
// the application expects. The zero Presentation is rejected(invalid_request).
type Presentation struct {
	Kind  Kind
	Bytes []byte // not copied

	// Certificates are others that came with a Certificate, in any order.
	Certificates [][]byte

	// CipherSuite is the group's. It may be 0 with a KeyPackage, which then is judged by its own.
	CipherSuite mls.CipherSuite
	// Carrier of a LeafNode.
	Carrier Carrier
	// GroupID and LeafIndex are the context that a LeafNode of source update or commit was signed for.
	GroupID   []byte
	LeafIndex uint32
	// SignatureKey is the key that the protocol uses for this member, if the application has it from elsewhere.
	SignatureKey []byte

	// Expected are reference identifiers of users, clients or hosts in canonical form (package name). The credential
	// must present each.
	Expected []string
	// Discover asks who it is instead of expecting somebody: the application shows the identity and compares nothing.
	Discover bool
	// PathOnly asks of a Certificate, Token or BareToken whether it is valid, whomever it names. What is verified then is no identity: its
	// ID is empty. Exactly one of Expected, Discover and PathOnly is set.
	PathOnly bool

	// Audience and Nonce are what the holder's proof of a Token must be made for. The nonce is fresh for each
	// presentation and not guessable, and the application takes none twice. With a BareToken they may be empty.
	Audience, Nonce string
	// ProvenAt is when the holder's proof of a token was shown first, if it is judged again: it was made for that moment, and the
	// credential goes on. Unix seconds, not after the time of revocation data; 0 for the time that validity is judged for.
	ProvenAt int64

	// Challenge is what a ChallengedCertificate or ChallengedToken answers. Its presenter is one of Expected; with Discover
	// it is who the presenter claims to be, which the credential must confirm. The application takes one answer to each:
	// [challenge.Pending].
	Challenge *challenge.Challenge
	// Signature of a ChallengedCertificate is r || s for ECDSA, and the octets of the algorithm else (docs/challenge.md).
	Signature []byte

	// Guessed says that the bytes come out of a ratchet tree behind a credential of unknown type, so that nobody knows
	// where they begin: see [mls.TreeLeaf]. Then nobody is vouched for.
	Guessed bool

	// Assured says that this member has shown an authority's credential before: less is a downgrade.
	Assured bool
}

// A request is a presentation whose form is checked.
type request struct {
	*Presentation
	expected []name.Identifier
}

// check returns the request, or ok false if the call is incomplete or contradicts itself.
func (p *Presentation) check() (r request, ok bool) {
	if p.Kind == ChallengedCertificate || p.Kind == ChallengedToken {
		if p, ok = p.challenged(); !ok {
			return r, false
		}
	} else if p.Challenge != nil || len(p.Signature) > 0 {
		return r, false
	}
	r.Presentation = p
	bare := p.Carrier == 0 && len(p.GroupID) == 0 && p.LeafIndex == 0
	switch p.Kind {
	case KeyPackage:
		if !bare {
			return r, false
		}
	case Certificate:
		if !bare || p.CipherSuite != 0 || p.Guessed {
			return r, false
		}
	case LeafNode:
		if p.Carrier < InKeyPackage || p.Carrier > InTree || p.CipherSuite == 0 {
			return r, false
		}
	case Token, BareToken:
		if !bare || p.CipherSuite != 0 || p.Guessed || !p.tokenOK() {
			return r, false
		}
	default:
		return r, false
	}
	asked := 0
	for _, set := range [...]bool{len(p.Expected) > 0, p.Discover, p.PathOnly} {
		if set {
			asked++
		}
	}
	if asked != 1 || len(p.Expected) > maxExpected || p.Kind != Certificate && len(p.Certificates) > 0 ||
		p.PathOnly && p.Kind != Certificate && p.Kind != Token && p.Kind != BareToken ||
		p.Kind != Token && p.Kind != BareToken && (p.Audience+p.Nonce != "" || p.ProvenAt != 0) {
		return r, false
	}
	for _, s := range p.Expected {
		id, err := name.Parse(s)
		if err != nil || id.Class() == name.Other {
			return r, false
		}
		r.expected = append(r.expected, id)
	}
	return r, true
}

// Members returns a presentation for each occupied leaf of a ratchet tree (the ratchet_tree extension of RFC 9420,
// Section 12.4.3.3). What the application expects of each is left to fill in. Errors are those of
// [mls.ParseRatchetTree].
func Members(tree []byte, suite mls.CipherSuite, groupID []byte) ([]Presentation, error) {
	t, err := mls.ParseRatchetTree(tree)
	if err != nil {
		return nil, err
	}
	members := make([]Presentation, len(t.Leaves))
	for i, leaf := range t.Leaves {
		members[i] = Presentation{
			Kind: LeafNode, Bytes: leaf.LeafNode.Raw, CipherSuite: suite,
			Carrier: InTree, GroupID: groupID, LeafIndex: leaf.Index, Guessed: leaf.Guessed,
		}
	}
	return members, nil
}

package verifier

import "time"

// Every bound of a verification, with its reason. Bounds on single objects are in the packages that decode them.
const (
	// MaxPresentations of one plan. A group has at most a few ten thousand members; a roster larger than this is asked for in parts.
	MaxPresentations = 1 << 16
	// Reference identifiers of one presentation: a user, a device, and a few more.
	maxExpected = 16
	// Certificates that one presentation may carry. Package mls allows a credential 16; a bundle that comes with a
	// certificate by itself may have those of a bridge between hierarchies, some 35.
	maxPresentedCertificates = 64
	// CA certificates between the end entity and the anchor. PKITS needs 6.
	maxPathIntermediates = 8
	// Signature checks planned for the paths of one presentation. crypto/x509 stops at 100.
	maxEdges = 64
	// Paths walked to find the best; each walk is bounded by maxPathIntermediates.
	maxPaths = 64
	// What a Bag holds. A group's authorities have a few CRLs each; the bytes are those of two lists of a million entries.
	maxBagCertificates = 1024
	maxBagCRLs         = 256
	maxBagResponses    = 4096
	maxBagBytes        = 96 << 20
	// Checks planned for the revocation data of one presentation. A path of 5 with CRLs of two keys each needs 10.
	maxRevocationChecks = 64
	// CRLs looked at, for distribution points of certificates on the paths of one presentation.
	maxRevocationSteps = 20_000
	// Names and keys compared to find the CRLs and responses about the certificates of one presentation, counted by size:
	// some 20 ms natively. A path of 5 with 50 CRLs of several distribution points each needs a thousand.
	maxCompared = 250_000
	// Certificates of CRL issuers whose own status hangs on another CRL issuer's. PKITS needs 2.
	maxCRLIssuerDepth = 3
	// Names compared with subtrees on all paths of one presentation, counted by size: some 60 ms natively. crypto/x509
	// stops at 250,000.
	maxComparisons = 250_000
	// Status lists of a bag. An authority has a list for some million credentials. Of a name all count that somebody signed
	// who may; the others cost no more than that each is checked once in a plan.
	maxBagLists = 256
	// Status assertions of a bag, of which each member of a group brings one.
	maxBagAssertions = 4096
	// Bytes that are checked of lists and assertions in one plan. One key signed each, where issuers name their keys.
	maxSourceBytes = 2 * maxBagBytes
	// Bytes that are canonicalized of lists with Data Integrity proofs in one plan, which takes some forty times as long.
	maxProvenBytes = 8 << 20
	// Signatures of one list or assertion that are checked: those of every key of an issuer that names none.
	maxSourceChecks = 64
	// Certification paths of lists and assertions in one plan: each list may have its own, and issuers a few signers.
	maxSourceChains = maxBagLists + 64
	// Documents of issuers' keys in a bag, and those looked at for one issuer: the newest and a few that were not thrown away.
	maxBagDocuments    = 64
	maxIssuerDocuments = 8
	// Keys of signed documents that one credential, or list, may have been signed with: one of each if it says which.
	maxIssuerKeys = 16
	// How old an issuer's fetched document may be unless the configuration says otherwise.
	defaultDocumentAge = 24 * time.Hour
	// Bytes of all lists of a bag when inflated: four of the largest.
	maxInflated = 64 << 20
	// Time to live of a list beyond which it says nothing.
	maxTimeToLive = 10 * 366 * 24 * time.Hour
	// How long before it is judged a holder's proof may have been made, and how far the holder's clock may be ahead. A
	// proof is made for one nonce, which is answered at once, and may then lie in a queue.
	maxProofAge    = 10 * time.Minute
	proofTolerance = time.Minute
	// Issuers of one authority, and identifiers of one credential. A few of each are in use.
	maxIssuers = 256
	maxClaims  = 16
	maxPath    = 8
	// Roles that are shown. Whoever has more has them for machines.
	maxRoles = 32
	// Proven signatures remembered, 32 bytes each, in each of two generations.
	maxProven = 1 << 14
	// A LeafNode lifetime longer than this is refused unless the policy says otherwise: RFC 9420, Section 7.2 leaves
	// the maximum to the application. Authorities issue for up to a year.
	defaultMaxLifetime = 366 * 24 * time.Hour
)

// Package revocation reads the signed, compact revocation data of an authority and reports the status of a credential.
//
// An authority publishes one small signed head and, beside it, blobs that the head names by hash. Whoever delivers them
// is not trusted: it can withhold, never forge. Bytes become an answer in one way only:
//
//	ParseHead -> UnverifiedHead.Plan -> (host runs the checks) -> HeadPlan.Open -> State.Accept -> Head.Load -> Publication.Status
//
// [HeadPlan.Open] turns an authority's signature into a [Head], [State.Accept] refuses a head that a mirror may not go back
// or ahead to, and [Head.Load] takes the blobs, all or nothing. The package reads no clock, file or network, and keeps
// none of the slices it is given unless it says so.
//
// What follows is the specification of the bytes, version 1.
//
// # Conventions
//
// Integers are unsigned and big-endian. Times are seconds since 1970-01-01T00:00:00Z without leap seconds, at most
// 253402300799 (the end of the year 9999). A varint is a variable-length integer of RFC 9000, Section 16: the two top bits
// of the first byte say how many bytes it has (1, 2, 4 or 8), the other bits are the value; a value stands in the
// shortest form that holds it, any other is refused. "opaque x<uint8>" is one byte with a size and that many bytes,
// "opaque x<varint>" likewise with a varint; "T x<uint16>" is a uint16 with a count and that many T.
// Every object has one encoding. Decoders refuse all others, and bytes that are left over.
//
// # Head
//
//	struct {
//	    opaque    label[22];                 // "e2eid revocation head" and one zero byte
//	    uint8     version;                   // 1
//	    opaque    authority<uint8>;          // [a-z0-9.-]{1,64}, begins and ends with a letter or digit
//	    uint64    number;                    // > 0, rises with each head of the authority
//	    uint64    this_update;
//	    uint64    next_update;               // > this_update
//	    opaque    previous[32];              // hash of the head before this one; zeros in the first
//	    List      lists<uint16>;             // at most 1024, ids rising bytewise
//	    Extension extensions<uint8>;         // at most 16, types rising
//	} Body;
//
//	struct {
//	    opaque id<uint8>;                    // 1 to 255 bytes from 0x21 to 0x7e: the URI that credentials name
//	    uint8  kind;                         // 1: index list
//	    uint8  flags;                        // bit 0: details are there; the other bits are zero
//	    varint covered;                      // N: the list speaks for the indexes below N; at most 2^32
//	    varint revoked;                      // R <= N: how many of them are revoked or suspended
//	    opaque root[32];                     // of the set of them, see Root
//	    Blob   snapshot;                     // that set, see Index list
//	    Blob   details;                      // only with flag bit 0
//	} List;
//
//	struct { opaque sha256[32]; varint size; } Blob;      // 0 < size < 2^30
//	struct { uint16 type; opaque data<varint>; } Extension;
//
//	struct {
//	    Body      body;
//	    Signature signatures<uint8>;         // 1 to 16, rising by algorithm, then by key_id
//	} Head;                                  // at most 2^18 bytes
//
//	struct {
//	    uint16 algorithm;                    // signature.Algorithm
//	    opaque key_id[8];                    // the first bytes of SHA-256(algorithm || public key)
//	    opaque signature<varint>;            // over the bytes of body; ECDSA as r || s
//	} Signature;
//
// Signed are the bytes of Body as they stand, so the label separates them from whatever else the key signs, and the
// authority's id is part of what is signed. The hash of a head is SHA-256 of the same bytes: signing again does not make
// another head.
//
// Which keys sign for an authority, and how many of them must have signed, is the verifier's configuration ([Signers]).
// An entry of signatures whose key is not configured, or whose algorithm this version does not know, counts for
// nothing; so does one that does not verify. That is the place where a later version can put what is not the
// authority's: cosignatures, transparency proofs. What the authority signs is extended by extensions: an unknown type
// is ignored if it is below 0x8000 and makes the head refused from there on. This version defines none.
// An unknown version, kind or flag is refused.
//
// # Root
//
// The canonical bitstring of a list has N bits in ceil(N/8) bytes. Index i is bit i mod 8, counted from the least
// significant, of byte i/8 (as in a Token Status List); it is 1 if the index is revoked or suspended. Unused bits of
// the last byte are 0. Cut into chunks of 4096 bytes, the last as long as is left, it is the list of entries of a Merkle tree
// as in RFC 9162, Section 2.1.1, with SHA-256: a leaf is SHA-256(0x00 || chunk), an inner node
// SHA-256(0x01 || left || right), the left side holding the largest power of two below the number of chunks, and the
// root of no chunk at all (N = 0) is SHA-256 of nothing. The authority thereby signs the set and not one coding of it.
//
// # Index list
//
// A snapshot begins with the scheme, one byte below 0x80, which says how the rest codes the set. There is one scheme.
//
// Scheme 1, Golomb-coded gaps. Let the set be i(1) < ... < i(R), and the gaps g(1) = i(1), g(k) = i(k) - i(k-1) - 1.
// With M = max(1, floor(45426 N / (65536 R))), which is ln 2 times the mean distance, each gap is coded as q = floor(g/M)
// zero bits and a one bit, then g mod M in truncated binary: with b = ceil(log2 M) and c = 2^b - M, a remainder r < c takes
// b-1 bits and is r, any other takes b bits and is r + c. (M = 1: no bits.) Bits fill bytes from the most significant. After
// R gaps the last byte is filled with zero bits and the blob ends. For R = 0 the blob is the scheme byte alone.
//
// The decoder knows N, R and the size before it reads a byte: it stops at R gaps, refuses an index that is not below N,
// and asks for no memory before the blob is seen to be long enough for R gaps.
//
// # Details
//
// Why and since when is optional and apart from the set. Details begin with their own scheme, one byte from 0x80 on.
//
//	struct {
//	    uint8 scheme;                        // 0x80
//	    struct { uint8 reason; uint40 since; } entries[R];   // in the order of the indexes
//	} Details;                               // 1 + 6R bytes
//
// A reason is a CRLReason of RFC 5280, Section 5.3.1: 0 to 6, 9 or 10. Reason 6, certificateHold, says suspended; all
// others, and an index of a list without details, are revoked. A since of zero says nothing about the time.
//
// # State
//
// What a client remembers so that nobody leads it back, see [State]:
//
//	struct {
//	    opaque label[23];                    // "e2eid revocation state" and one zero byte
//	    uint8  version;                      // 1
//	    Seen   heads<uint16>;                // at most 1024, authorities rising bytewise
//	    opaque checksum[32];                 // SHA-256 of all before it: against torn writes, not against forgery
//	} Record;
//
//	struct {
//	    opaque authority<uint8>;
//	    uint64 number;
//	    uint64 this_update;
//	    opaque hash[32];
//	} Seen;                                  // the newest head accepted
//
// The head held is accepted again at any time. Another one is refused if, in this order, its number is below the one held; its
// number is the one held; its number is one above and its previous is not the hash held; its this_update is more than 300
// seconds after now; its next_update is more than 92 days after its this_update; its number is higher than its this_update,
// as if there had been more than one head a second since 1970; its this_update is before the one held.
//
// # How a status is concluded
//
// From what a publication says of an index, and from the time: revoked or suspended, however old the data is; else
// [Clock] if now is before thisUpdate by more than [ClockTolerance]; else [Stale] if now is after nextUpdate or the
// data is older than the caller's maximum age; else [NotCovered] if no list of that id is there or the index is not
// below N; else [Good]. Newer data can cover what old data did not, therefore Stale comes before NotCovered.
//
// # Memory
//
// A loaded list takes 4R bytes (sorted indexes, binary search) or, where that is less, N/8 bytes and 1 in 128 more
// (bitmap with ranks), and 6R bytes if it has details: at most 33 bytes for each byte of its blobs.
//
// # What a mirror can do
//
// It can withhold, and the data grows stale. A head that is older than one held is a [RollbackError]; two heads of one
// number are an [EquivocationError] with both as evidence; a head from the future is a [FastForwardError]. A head
// that has expired but is newer than the one held is accepted, since it is what the authority said last; an index that it
// does not revoke is Stale.
package revocation

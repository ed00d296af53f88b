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
//	    List      lists<uint16>;             // at most 1024, ids rising bytewise; covered of kind 1 at most 2^32 together
//	    Delta     deltas<uint8>;             // at most 16, back rising
//	    Extension extensions<uint8>;         // at most 16, types rising
//	} Body;
//
//	struct {
//	    uint8  shared;                       // bytes that the id has in common with the one before: as many as there are
//	    opaque rest<uint8>;                  // the rest of the id. An id has 1 to 255 bytes from 0x21 to 0x7e:
//	                                         // it is the URI that credentials name
//	    uint8  kind;                         // 1: index list; 2: serial list; 3: serial list of what is suspended
//	    uint8  flags;                        // bit 0: details (kind 1); bit 1: suspended (kind 1); bit 2: expires
//	    varint covered;                      // N: kind 1 speaks for the indexes below N; at most 2^32
//	    varint revoked;                      // R: how many of them are revoked; kinds 2 and 3: listed
//	    varint suspended;                    // S > 0, only with flag bit 1: how many are suspended. R + S <= N
//	    uint40 expires;                      // > 0, only with flag bit 2: when the last of its credentials has expired
//	    opaque root[32];                     // kind 1: of the sets, see Root
//	    opaque issuer[32];                   // kinds 2, 3: SHA-256 of the issuer's SubjectPublicKeyInfo
//	    uint40 issued_from;                  // kinds 2, 3: certificates with a notBefore from here on
//	    uint40 issued_before;                // and before this, which is later
//	    Blob   snapshot;                     // see Index list, Serial list
//	    Blob   details;                      // only with flag bit 0
//	} List;
//
//	struct { varint back; Blob delta; } Delta;            // 0 < back < number; see Delta
//	struct { opaque sha256[32]; varint size; } Blob;      // 0 < size < 2^30
//	struct { uint16 type; opaque data<varint>; } Extension;
//
//	struct {
//	    Body      body;
//	    Signature signatures<uint8>;         // 1 to 16, rising by algorithm, then by key_id
//	    Proof     proofs<uint8>;             // at most 16, types rising
//	} Head;                                  // at most 2^18 bytes
//
//	struct {
//	    uint16 algorithm;                    // signature.Algorithm
//	    opaque key_id[8];                    // the first bytes of SHA-256(algorithm || public key)
//	    opaque signature<varint>;            // over the bytes of body; ECDSA as r || s
//	} Signature;
//
//	struct { uint16 type; opaque data<varint>; } Proof;
//
// The snapshots and details that the lists name have less than 2^30 bytes together, one that is named twice counted twice. So
// what a client spends on a head has a bound, whoever has signed it.
//
// A head of ten lists with nine deltas and one Ed25519 signature has under 1500 bytes. Of each list expires takes 5 of them,
// suspended mostly 2, and details take 33 to 36 more, with which such a head has under 2000.
//
// Signed are the bytes of Body as they stand, so the label separates them from whatever else the key signs, and the
// authority's id is part of what is signed. The hash of a head is SHA-256 of the same bytes: signing again does not make
// another head.
//
// Which keys sign for an authority, and how many of them must have signed, is the verifier's configuration ([Signers]).
// An entry of signatures whose key is not configured, or whose algorithm this version does not know, counts for
// nothing; so does one that does not verify. A configuration that names keys of several algorithms and demands them all is
// hybrid: a break of one algorithm forges no head.
//
// Proofs are the place for what is not the authority's and comes after it has signed, such as a proof that a log has the
// head and witnesses have seen it; a type names its form and version. Type 1 holds
// rollovers of keys, types 2 and 3 delegations; all others are ignored.
// What the authority signs is extended by extensions: an unknown type is ignored if it is below 0x8000 and makes the head
// refused from there on. This version defines 0x8001, see Padding. An unknown version, kind or flag is refused.
//
// # Rollover of keys
//
// Proof type 1 is a row of at most 4 rollovers, without a count, up to the end of its data; sequences rise.
//
//	struct {
//	    opaque    label[22];                 // "e2eid revocation keys" and one zero byte
//	    uint8     version;                   // 1
//	    opaque    authority<uint8>;          // that of the head
//	    uint32    sequence;                  // > 0
//	    uint8     threshold;                 // how many of the keys must sign: from 1 to all
//	    Key       keys<uint8>;               // at most 16, rising by algorithm, then by key
//	    Signature signatures<uint8>;         // over all before it, as under a head
//	} Rollover;
//
//	struct { uint16 algorithm; opaque key<varint>; } Key;
//
// The configured keys, and their sequence (0 unless the configuration says otherwise), are in force at first. A rollover with a
// higher sequence that enough of the keys in force have signed, and enough of its own, puts its own in force; any other is
// passed over. Enough of the keys in force at the end must have signed the head. A client remembers the sequence, so that
// keys that were replaced, and perhaps stolen since, sign no head for it any more: a configuration with other keys needs
// a sequence not below that. Once it has accepted a head that keys of a rollover signed, it also takes no way from the configured
// keys to others that does not lead over this rollover: else keys that were replaced could be rolled over to anybody.
//
// # Delegation
//
// Proof type 2 is a row of at most 4 certificates, proof type 3 one of at most 4 tokens, without a count, up to the end of its
// data:
//
//	struct { opaque certificate<varint>; } Certificate;   // DER, RFC 5280
//	struct { opaque token<varint>; } Delegation;          // package delegation has its bytes
//
// A verifier that is configured with those who delegate, and not with keys, takes the key of one certificate or token for the
// one that must have signed:
//
//   - of a certificate, if an anchor of the authority has signed it, it is valid now, it is no CA's, its key usage, if there
//     is one, has digitalSignature, its extended key usage has [ListSigningOID], and no other extension is critical;
//   - of a token, if a configured key of an issuer of the authority has signed it, it names this issuer and this authority,
//     and is in force now.
//
// One that does not is passed over, and so are rollovers: a key that holds for a time decides about none that comes after it.
// Package verifier does that; this package hands certificates and tokens on. Neither can be taken back: they are made for a
// short time.
//
// # Root
//
// The canonical bitstring of a set of indexes below N has N bits in ceil(N/8) bytes. Index i is bit i mod 8, counted from
// the least significant, of byte i/8 (as in a Token Status List); it is 1 if the index is in the set. Unused bits of the last
// byte are 0. Cut into chunks of 4096 bytes, the last as long as is left, it is the list of entries of a Merkle tree as in
// RFC 9162, Section 2.1.1, with SHA-256: a leaf is SHA-256(0x00 || chunk), an inner node SHA-256(0x01 || left || right),
// the left side holding the largest power of two below the number of chunks, and the root of no chunk at all (N = 0) is
// SHA-256 of nothing.
//
// The root of a list is that of the set of what is revoked; if S > 0, it is SHA-256(0x02 || that root || root of the set of
// what is suspended). No index is in both sets. The authority thereby signs the sets and not one coding of them.
//
// # Set
//
// A set of count indexes below N is coded by the n numbers that are in it or, if count > floor(N/2), by the n = N - count
// that are not. The coding begins with the scheme, one byte. If n = 0 it is scheme 1 and ends there.
//
// Let the numbers be i(1) < ... < i(n), and the gaps g(1) = i(1), g(k) = i(k) - i(k-1) - 1.
//
// Scheme 1, Golomb. With M = max(1, floor(45426 N / (65536 n))), which is ln 2 times the mean distance, each gap is coded as
// q = floor(g/M) zero bits and a one bit, then g mod M in truncated binary: with b = ceil(log2 M) and c = 2^b - M, a
// remainder r < c takes b-1 bits and is r, any other takes b bits and is r + c. (M = 1: no bits.) Bits fill bytes from the
// most significant. After n gaps the last byte is filled with zero bits and the coding ends.
//
// Schemes 2 and 3, adaptive: the decisions that a gap is made of pass a range coder, under probabilities that begin as the
// geometric law of N and n has them and learn from what they see. Scheme 2 learns quickly and scheme 3 slowly; encoders
// choose, and take scheme 1, which is ten times faster to decode, where these save less than 1/160 and n <= floor(N/4). An adaptive coding of
// n > 1024 (size + 1) numbers is refused, its size being that of what follows the scheme.
//
// Of a gap g the number v = g + 1 is coded. Its class is k = floor(log2 v), from 0 to K-1, where K is how many binary digits N
// has. The class is coded in D decisions, D being how many binary digits K-1 has: the binary digits of k, the most significant
// first. The probability of each depends on the class before it (K for the first gap) and on the digits decided before.
// Then the digits of v after its first one: the first min(k, 3) of them as decisions, whose probability depends on k and
// on the digits before; the rest raw, in groups of at most 16, the more significant first.
//
// At the start the probability of a digit is that of the geometric law, whatever the class before. It tells numbers in
// [a, b) (digit 0) from those in [b, c). With f(v) the probability that a number is at least v, in 2^-64, the chance of 0 is
// z = floor((f(a) - f(b)) 65535 / (f(a) - f(c))), brought into [32, 65504], or 32768 if f(a) = f(c). f(v) is 0 if v > N, and
// otherwise is computed from the right as p = 2^64 - 1 and, for each binary digit 1 of v - 1 of weight 2^i, the least first,
// p = floor(p w(i) / 2^64); where w(0) = floor(2^64 (N - n) / N) and w(i+1) = floor(w(i)^2 / 2^64). For digits of a class,
// bounds are 2^k; where 2^k exceeds 2^63, f is 0.
//
// Each probability is a pair z, s. s begins as 2 in scheme 2, and as 1000 in scheme 3. After a 0, z grows by
// floor((65504 - z) / (s + 2)); after a 1 it falls by floor((z - 32) / (s + 2)). Then s grows by one while it is below 62 in
// scheme 2, and 1000 in scheme 3.
//
// # Range coder
//
// An interval [low, low + size) begins as [0, 2^48). A decision of probability z divides it at bound = floor(size / 2^16) z:
// digit 0 keeps [low, low + bound), digit 1 the rest. Of w raw bits of value x, size becomes floor(size / 2^w) and low grows by
// x times that. Then, while size < 2^40, both are multiplied by 256. With p the number of these multiplications, the coding
// stands for a number of p + 6 digits of base 256: the one in the interval that ends in the most zero digits and, of
// these, the least. Its digits without the zeros at the end are the coding; a decoder takes zeros after the end. One that
// ends in a zero byte, or is another number of the interval, is refused.
//
// # Index list
//
// The snapshot of an index list is the coding of the set of what is revoked. If S > 0 it is
//
//	struct { opaque revoked<varint>; opaque suspended[...]; }    // two codings, the second up to the end
//
// A decoder knows N, R, S and the size before it reads a byte: it stops at n gaps, refuses an index that is not below N, and
// asks for no memory before the blob is seen to be long enough.
//
// # Delta
//
// A delta of back b, in head n, says what has changed in the index lists between head n-b and head n: it serves a client that
// holds head n-b or any head after it, so that one step is enough however many were missed.
//
//	struct {
//	    uint8  scheme;                       // 0xc0
//	    Change changes[...];                 // up to the end, positions rising
//	} Delta;
//
//	struct {
//	    varint  skip;                        // lists of the head between this one and that of the change before
//	    Numbers revoked, suspended, good;    // what the indexes are now that were not so in all of these heads
//	    opaque  details[...];                // of the revoked and the suspended, if the list has details
//	} Change;
//
//	struct { varint count; opaque bits[...]; } Numbers;   // Golomb-coded as in scheme 1 with n = count, filled up to a byte
//
// No index is there twice in a change, and none is empty. A list that has no change has the sets of the head held. The
// outcome is checked against the root and the hash of the details. A delta serves a list that is held, of the same id, with
// a covered not below that held, and details in both or none; of each of its sets the same is coded, what is in it or what
// is not, before and after, and in the latter case covered is as it was. All other lists are taken from their snapshots; so
// are all where those together are not larger than the delta.
//
// # Padding
//
// An authority can have what it publishes padded to one of a few sizes. Its head then has the extension
//
//	struct {
//	    uint8  class;                        // 6 to 17: a larger head has no room for its signatures
//	    opaque zeros[...];                   // bytes of value 0, up to the end
//	} Padding;                               // extension type 0x8001
//
// with as many zeros that the size of the body is one of the class. The sizes of a class are those numbers from 2^class on of
// whose binary digits none but the first three is 1: 2^class, a fourth, a half and three fourths more, the double, and so on. Every
// blob of such a head, snapshot, details or delta, is
//
//	struct {
//	    uint8  scheme;                       // 0xf0
//	    opaque content<varint>;              // what the blob would be without padding
//	    opaque zeros[...];
//	} Padded;
//
// with as many zeros as bring it to the least size of the class that holds it, and no others: a content has one encoding for
// each class. The scheme 0xf0 is refused elsewhere, and a blob without it in such a head. Bounds are those of the content, which is
// no larger than the head says of the blob.
//
// # Details
//
// Why and since when is optional and apart from the sets. Details begin with their own scheme.
//
//	struct {
//	    uint8  scheme;                                          // 0x80
//	    struct { uint8 reason; uint40 since; } revoked[R];      // in the order of the indexes
//	    uint40 suspended[S];                                    // since when, likewise
//	} Details;
//
// A reason is a CRLReason of RFC 5280, Section 5.3.1: 0 to 5, 9 or 10; what is suspended has reason 6, certificateHold. A
// since of zero says nothing about the time.
//
// # Serial list
//
// For certificates that carry no index. The list speaks for certificates that the issuer's key has signed, with a notBefore from
// issued_from on and before issued_before; every such certificate that has not expired was taken into account, N of them,
// and R of these are listed. About any other it says nothing, and what it would answer is arbitrary: a client must know that
// the certificate was issued before it asks. As with sets, the n that are listed are held or, if R > floor(N/2), the n = N - R
// that are not. An authority may have rounded R and N - R up, by keys that no certificate has: see Privacy.
//
// The key of a certificate is SHA-256(issuer || content octets of its serialNumber), as four uint64 a, b, c, d.
// mix(x, i) is output number i, counted from 0, of SplitMix64 from state x on: with z = x + (i+1) 0x9e3779b97f4a7c15,
// z = (z ^ z>>30) 0xbf58476d1ce4e5b9, z = (z ^ z>>27) 0x94d049bb133111eb, it is z ^ z>>31, all modulo 2^64.
//
// The snapshot begins with a scheme. Scheme 0x10 is for few: a list of hashes.
//
//	struct {
//	    uint8  scheme;                       // 0x10; if n = 0, that is all
//	    uint8  width;                        // 1 to 46
//	    varint seed;                         // < 2^30
//	    opaque bits[...];                    // n <= 1024 numbers below 2^width, Golomb-coded as in scheme 1 with N = 2^width
//	} Hashes;
//
// A certificate is held if floor(mix(c, seed) / 2^(64-width)) is one of the numbers. Scheme 0x11 is a filter of two levels, for n > 0. Its
// bits, from the most significant of each byte, are:
//
//	rank (8 bits), 1 to 40; seed_bits (8 bits), at most 12; free (8 bits), 0 or 1
//	blocks1, blocks2, keys2: varints of at most 2^32, blocks1 and blocks2 > 0, keys2 >= n
//	blocks1 blocks: Rice(k, size), then seed of seed_bits bits, or Rice(1, seed) if seed_bits is 0
//	for each of these blocks: rank columns of as many bits as its size, and free more
//	blocks2 blocks: Rice(k, size), Rice(1, seed)
//	for each of these blocks: one column
//	zero bits up to the byte
//
// Rice(k, v) is floor(v/2^k) zero bits, a one bit, and k bits of v. A seed that is coded so is at most 8193. The sizes of the blocks of a level have the sum n (first
// level) or keys2 (second); each is at most 2048, less free in the first. With m the floor of the mean size, and k = floor(log2(m)/2), or 0 if m = 0,
// a size is coded as its distance e from m, in zigzag: 2e, or -2e - 1 if e < 0.
//
// A level is asked so: the block of a key is floor(a blocks1 / 2^64) in the first and floor(b blocks2 / 2^64) in the second. In a
// block of size s the row of the key is the first s bits, in the first level s + free, of mix(x, 32 seed), mix(x, 32 seed + 1),
// ..., from the most significant bit of each, with x = c in the first level and x = d in the second. Each column gives one bit: the parity of the row and the
// column. The certificate is held if column j of the first level gives bit j, from the least significant, of d for all
// j < rank, and the column of the second level gives 1.
//
// The head has the SHA-256 of the snapshot and not of the set, which cannot be told from a filter: a mirror cannot transcode
// a serial list.
//
// # State
//
// What a client remembers so that nobody leads it back, see [State]:
//
//	struct {
//	    opaque label[23];                    // "e2eid revocation state" and one zero byte
//	    uint8  version;                      // 1
//	    Seen   heads<uint16>;                // at most 1024, authorities rising bytewise
//	    Memory memories<uint16>;             // at most 1024, authorities rising bytewise
//	    opaque checksum[32];                 // SHA-256 of all before it: against torn writes, not against forgery
//	} Record;
//
//	struct {
//	    opaque authority<uint8>;
//	    uint64 number;
//	    uint64 this_update;
//	    opaque hash[32];
//	    uint32 sequence;                     // of the keys that signed it, see Rollover of keys
//	    opaque keys[32];                     // SHA-256 of what is signed of the rollover to them, zeros if they were configured
//	} Seen;                                  // the newest head accepted
//
//	struct {
//	    opaque authority<uint8>;
//	    uint40 floor;                        // when the newest was made of those that were forgotten, 0 if none was
//	    Signed signed<uint16>;               // names rising bytewise; not none if floor is 0
//	} Memory;                                // of the status lists and assertions of an authority
//
//	struct {
//	    opaque name[16];                     // the first bytes of SHA-256(kind || identifier), see NameOf
//	    uint40 made;                         // > floor: when the newest of this name was made
//	} Signed;                                // at most 16384 in the record
//
// A head is refused if the sequence of its keys is below the one held. The head held is accepted again at any time. Another
// one is refused if, in this order, its number is below the one held; its
// number is the one held; its number is one above and its previous is not the hash held; its this_update is more than 300
// seconds after now; its next_update is more than 92 days after its this_update; its number is higher than its this_update,
// as if there had been more than one head a second since 1970; its this_update is before the one held.
//
// A status list or assertion, of those that authorities sign beside their heads, is refused if one of its name was made later
// or, if none of its name is remembered, if it was made before the floor of its authority. One whose signature holds, and
// that the clock is not behind of, is remembered, whatever it says. Where there would be more than 16384, of the authority
// that has most those that were made first are forgotten: floor is when, and rises to it. So an authority that makes many names
// has its own refused, and nobody brings back what was forgotten. Records are merged by taking the later of each time; what
// was made up to the floor is then left out.
//
// # How a status is concluded
//
// From what a publication says of a credential, and from the time: revoked or suspended, however old the data is; else
// [Clock] if now is before thisUpdate by more than [ClockTolerance]; else [Stale] if now is after nextUpdate or the
// data is older than the caller's maximum age; else [NotCovered] if no list speaks for it: none of that id, or an index not
// below N; no list of kind 2 of the issuer's key with the notBefore in its range; else [Good]. Newer data can cover what old
// data did not, therefore Stale comes before NotCovered. Of several serial lists that speak for a certificate, the most
// severe answer counts.
//
// # Record of lists
//
// What a client keeps of a publication beside its head, see [Publication.Append]: the label "e2eid revocation lists", one
// zero byte, the version 1, and for each list of the head opaque snapshot<varint> and opaque details<varint>, both without
// padding; the details of a list that has none are of size 0. The sets of an index list are in scheme 1, whatever the
// authority's were, so that a publication has one record. It is checked like what comes from a mirror.
//
// # Transcoding
//
// An authority signs the root of the sets of an index list, and so vouches for them in any coding. Whoever has a publication, and
// no key, can code it anew: as a record of lists, which is the form that is quickest to decode. A client takes that from
// anybody by [Head.Restore]. Sets of n numbers take at most 1 + ceil((n (b + 1) + floor(N/M)) / 8) bytes in it, with M and b of scheme 1,
// and a client decodes each list and computes its root once at most, as it does with snapshots. Then it applies the next head's
// delta as if it had had the snapshots. The same root is what tells that a delta has led to the right sets.
//
// A mirror can code nothing else anew. [Head.Load] takes snapshots, details and deltas under the hashes that the head has for them
// and refuses all other bytes before it decodes any. So of all decoders only that of scheme 1 reads what nobody has
// signed, an address stands for the same bytes everywhere, and bytes that are no list of the head cost one hash. Nor can
// a mirror make deltas: what it had made of them would be known to be wrong only after the roots of all the lists, while those of the head
// reach back as far as the authority chooses. Serial lists and details stand in a record as they were published.
//
// # Memory
//
// With n numbers coded, a set takes 4n bytes (sorted, binary search) or, where that is less, N/8 bytes and 1 in 128 more
// (bitmap with ranks): at most 32 bytes for each byte of a Golomb coding and 4096 for each of an adaptive one. Details take
// 6R + 5S bytes; a serial list the size of its blob, twice, and 8 bytes for each block.
//
// # Privacy
//
// What is fetched follows from the head and from the head held ([Head.Needed]): it is the same for all clients that hold the
// same, whoever they talk to. Nothing is asked for by credential.
//
// Padding hides from who sees the sizes of encrypted transfers, and not their content, how much is revoked, and which of an
// authority's blobs a client lacks, as long as nobody compresses the transfer. It hides nothing from who fetches: of an index list the head shows N, R and S, and the list
// each index. An authority that does not want R known reserves indexes that nobody gets, and revokes as many of them as it likes:
// what is revoked stays so, hence they can blur the number and not round it. That a list has changed is always seen.
//
// A serial list cannot be listed, and so can hide its numbers from everybody: with padding, an authority rounds up how many it lists
// and how many it does not, each to a size of class 6, by keys derived from a secret that no certificate has. The head then shows
// R and N to within a fourth, or that there are at most 64. It still shows whether any are suspended.
//
// # What a mirror can do
//
// It can withhold, and the data grows stale. A head that is older than one held is a [RollbackError]; two heads of one
// number are an [EquivocationError] with both as evidence (of a head that was accepted before a restart, by its hash); a head
// from the future is a [FastForwardError]. A head that has expired but is newer than the one held is accepted, since it is what the authority said last; an index that it
// does not revoke is Stale.
package revocation

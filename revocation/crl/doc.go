// Package crl decodes certificate revocation lists (RFC 5280, Section 5) and finds certificates in them. It decides
// nothing: [Parse] returns an unauthenticated [List], and whether one speaks for a certificate (Section 6.3), is fresh
// and is signed by who may sign it, is for package verifier to say.
//
// # What is refused
//
// Everything decodes from strict DER. Beyond the syntax, a list is malformed if it cannot mean one thing:
//
//   - its two algorithm identifiers differ (Section 5.1.1.2), or its issuer has no name (5.1.2.3);
//   - nextUpdate is before thisUpdate: no moment is between them (5.1.2.5). Equal times are taken;
//   - it is of version 1 and has extensions, of its own or of an entry (5.1.2.1);
//   - a CRL number or base number is negative or has over 160 bits, which is all a verifier must handle (5.2.3);
//   - its issuing distribution point is an empty SEQUENCE, or says that it contains only certificates of several
//     kinds (5.2.5);
//   - a reason is none of CRLReason's, or is removeFromCRL in a list that is not a delta (5.3.1);
//   - an entry names its certificate's issuer and the list is not indirect (5.3.3);
//   - an extension that is decoded is malformed, or any stands twice in one place.
//
// An extension that is decoded is processed whatever its criticality: a delta or a partial list whose issuer forgot to
// mark it critical (5.2.4, 5.2.5) must not pass for a complete one, and a critical CRL number says nothing else than one
// that is not. Real authorities do both. Likewise an empty revokedCertificates, which must be absent (5.1.2.6), is
// taken: several authorities write it, and its meaning is clear.
//
// Every other critical extension, of the list or of an entry, sets [List.UnsupportedCritical]: such a list must not be
// used at all (5.2, 5.3). So does a certificateIssuer that does not have exactly one directoryName, since its entries
// could be anyone's.
//
// # Finding entries
//
// The index is made once, while parsing, and holds 5 bytes for each entry beside the DER. A hash chooses a bucket of four
// entries on average; a slot in the bucket has the offset of an entry in the DER and six more bits of the hash, by which
// a lookup passes over nearly every entry but the one it is for. Within a bucket slots are in order and searched by
// halves: of entries that an attacker made to hash alike, which is easy, a lookup reads 22 at most, and sorting them
// costs a factor of about three. Times and reasons are decoded again when asked for.
//
// An issuer may list a serial number several times. Of such entries the gravest counts: any revocation before
// certificateHold, and that before removeFromCRL; of equally grave ones the earliest by its date, then the first.
package crl

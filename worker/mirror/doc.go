// Package mirror serves what authorities publish (package revocation) and is trusted with nothing: it can withhold, never
// forge. It is the logic of the Worker and of the command's mirror alike; neither network nor storage is in it, only the
// interfaces [Store] and [Fetcher].
//
// # Addresses
//
// They are the same for every client, without query and without cookies:
//
//	GET /<authority>/head               the newest head; changes, so it carries an ETag
//	GET /blob/<SHA-256 in hex>          what a head names; never changes
//	GET /<authority>/carried/<name>     a CRL or status list token of the configuration, unchanged
//	GET /status                         counters, as JSON: see [Status]
//	GET /                               the same for a person
//
//	PUT /<authority>/head
//	PUT /<authority>/blob/<SHA-256 in hex>
//	PUT /<authority>/carried/<name>
//
// A PUT has a push token (Authorization: Bearer). The token only limits waste: what is accepted is decided by signatures
// and hashes, and whoever steals the token can offer nothing that a client would not refuse as well.
//
// # Publishing
//
// A head is accepted if the keys configured for its authority have signed it, and if a client that has seen every head
// accepted before would take it too: number and times neither run back nor ahead ([revocation.State]). Accepted is not
// yet served. The answer lists which of its blobs the mirror lacks; those, and no others, may be put; and the same head
// put once more is served as soon as nothing is missing. So nobody is ever served a head whose blobs are not there,
// blobs are never taken on trust, and a push that was cut off goes on where it stopped by being run again.
//
// A pull does the same from the authority's origin, which has the same addresses: [Mirror.Pull].
//
// # Storage
//
// The keys of a [Store] are the public addresses without the first slash, and below .mirror, which no address reaches:
//
//	.mirror/accepted/<authority>         the newest head accepted and the record that guards against rollback
//	.mirror/retired/<authority>/<time>   names of blobs that the head served until then has, and the next has not
//	.mirror/evidence/<authority>         the first head that contradicted one accepted
//	.mirror/status                       counters
//
// The order of writes is blobs, accepted, head: stopped between any two, the last good publication stays served.
// Retired blobs are deleted by [Mirror.Sweep] after a day, since clients may be about to fetch them.
package mirror

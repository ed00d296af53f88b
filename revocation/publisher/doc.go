// Package publisher is the authority's side of package revocation: it builds, signs and writes publications.
//
// A publication is a folder that e2eid mirror can serve as it stands:
//
//	<folder>/<authority>/head           the signed head
//	<folder>/blob/<SHA-256 in hex>      what heads name; never changes
//
// Beside the head are files whose name begins with a dot. They are the publisher's own, some of them secret (".cover", ".memory"), and
// not to be served: a server of files takes a copy without them.
//
// Several authorities can share a folder. [Folder.Publish] writes the blobs first and the head last, each under another
// name, synced and then renamed, so that a publication that is cut off at any point leaves the one before it in place, and
// publishing again completes it. Blobs of earlier publications stay, since clients may be about to fetch them.
//
// The folder is the authority's own: the number and hash of the last head are taken from it without a check of the
// signature. What a mirror serves is a copy.
package publisher

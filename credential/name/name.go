// Package name holds the canonical identifiers of users, clients and hosts, and the scopes that say which of them an
// authority may assert.
//
// An identifier has one form. [Parse] accepts that form and refuses every other, and nothing is ever normalised: two
// identifiers are the same if their bytes are (RFC 3986, Section 6.2.1), and what differs from the canonical form
// identifies nobody. RFC 5280, Section 7.4, has verifiers normalise URIs before they compare them; here the issuer
// must have done so. The result is stricter than that section in one direction only: fewer names are equal.
//
// # Forms
//
//	mimi://host                   Host    provider
//	mimi://host/u/name            User
//	mimi://host/d/name[/name]     Client
//	mimi://host/{r,g,p,t}/name    Other   room, MLS group, pseudonym, team
//	im:name@host                  User
//	sip:name@host                 User
//	acct:name@host                User
//	mailto:name@host              User    also an rfc822Name, see FromEmail
//	xmpp:name@host                User
//	xmpp:name@host/name           Client
//	xmpp:host                     Host
//	xmpp:host/name                Other
//	matrix:u/name:host            User
//	wireapp://%40handle@host      User
//	wireapp://id!device@host      Client
//	dns:host                      Host    also a dNSName, see FromDNS
//	ip:address                    Host    also an iPAddress, see FromIP
//
// The kinds of mimi identifiers are those of draft-ietf-mimi-protocol-06, Section 3, and of draft-mahy-mimi-identity,
// "Representation of identifiers using URIs".
//
// # Rules for all
//
//   - Visible ASCII only, at most [MaxSize] bytes: a URI has no other bytes, an IRI is mapped to a URI before it goes
//     into a certificate (RFC 5280, Section 7.4).
//   - The scheme and the host are in lower case (RFC 3986, Section 6.2.2.1).
//   - The host is a domain name of two or more LDH labels (RFC 5890, Section 2.3.1), each of at most 63 bytes, 253 in
//     all, without a trailing dot. A-labels stay as they are (RFC 5280, Section 7.2). A single label is refused: it
//     names another machine in every network. The last label begins with a letter, so an IPv4 address in any notation
//     is refused; so are IPv6 addresses.
//   - No port, no query, no fragment; no userinfo but wireapp's, where it is the name. A Matrix server name with a
//     port is refused like any other port.
//   - No empty part, so no "//" in a path and no slash at its end; no part that is "." or ".." (RFC 3986, Section
//     6.2.2.3).
//   - Percent-encoding only of what cannot stand for itself at its place, so never of unreserved characters (RFC 3986,
//     Sections 2.3 and 6.2.2.2), with upper-case hexadecimal digits (Section 6.2.2.1). Never of a control character, a
//     space or another character that cannot be seen, of "/", which would change the number of parts for a reader who
//     decodes first, or of "%", so that decoding once and decoding twice give the same. Encoded bytes beyond ASCII are
//     UTF-8. Their Unicode normalisation is not looked at: differently normalised names are different names.
//
// # Rules for each
//
//   - mimi: a part holds what a path segment may (RFC 3986, Section 3.3).
//   - im, mailto: the name is a dot-atom in which "#&=?^`{|}" are percent-encoded (RFC 6068, Section 2); quoted names
//     are refused. Its case counts (RFC 5280, Section 7.5). The im scheme has mailto's syntax (RFC 3860).
//   - sip: the case of the name counts (RFC 3261, Section 19.1.4). No password, no parameters, and "?" does not stand
//     for itself, though RFC 3261 has it so: other readers would see a query.
//   - acct: the name does not begin with percent-encoding (RFC 7565, Section 7).
//   - xmpp: no authority component; the characters that stand for themselves are those of RFC 5122, Section 3.3, and
//     the name before the host has none of those that RFC 7622, Section 3.3.1, excludes, and no upper-case ASCII
//     letter, since that profile maps case (Section 3.3).
//   - matrix: the name is of the current grammar, lower-case ASCII, digits and "._=-+" (Matrix specification,
//     Appendices, "User Identifiers"). A user ID with a slash, or of the historical grammars, identifies nobody.
//   - ip: an IPv4 address as four decimal numbers, or an IPv6 address as RFC 5952, Section 4 has it, without IPv4 in it.
//   - wireapp: a handle of lower-case ASCII, digits and "._-" after "%40", or a base64url id and a device number in
//     lower-case hexadecimal digits with a bare "!" between them, as Wire's certificates have it.
//
// What matches byte for byte can still look alike to a person: see [Identifier.Warnings].
package name

// MaxSize is the size in bytes that no identifier exceeds.
const MaxSize = 1024

// A Class says what an identifier names. The zero Class is Other, which is nobody that could be verified.
type Class uint8

const (
	Other  Class = iota // a room, a group, a pseudonym, or nothing
	User                // a person or service that owns clients
	Client              // one client, that is, one device, of a user
	Host                // a provider or a host
)

// String returns the name of the class in lower case.
func (c Class) String() string {
	switch c {
	case User:
		return "user"
	case Client:
		return "client"
	case Host:
		return "host"
	}
	return "other"
}

// An Identifier is a canonical identifier. Only [Parse], [FromEmail], [FromDNS] and [FromIP] make one; the zero Identifier names
// nobody and equals nothing. It is not comparable with ==, under which two zero Identifiers would be the same one: use
// [Identifier.Equal], and String as the key of a map.
type Identifier struct {
	_       [0]func()
	text    string
	scheme  string
	hostAt  int // text[hostAt:hostEnd] is the host
	hostEnd int
	class   Class
}

// Equal reports whether both are identifiers and their bytes are the same.
func (id Identifier) Equal(other Identifier) bool { return id.text != "" && id.text == other.text }

// IsZero reports whether id is the zero Identifier.
func (id Identifier) IsZero() bool { return id.text == "" }

// String returns the canonical form, or "" for the zero Identifier.
func (id Identifier) String() string { return id.text }

// Scheme returns the scheme, as "mimi".
func (id Identifier) Scheme() string { return id.scheme }

// Host returns the domain name, or address, that the identifier is under.
func (id Identifier) Host() string { return id.text[id.hostAt:id.hostEnd] }

// Class returns what the identifier names.
func (id Identifier) Class() Class { return id.class }

// A Warning is a hint for display, never a reason to accept or to refuse. The strings are stable.
type Warning string

const (
	Punycode       Warning = "punycode"        // the host has an A-label: show it as it is, not as Unicode
	PercentEncoded Warning = "percent_encoded" // the name has characters beyond ASCII, which may look like others
)

// Warnings returns what a person who reads the identifier should be warned of, in the order above.
func (id Identifier) Warnings() []Warning {
	var w []Warning
	if hasALabel(id.Host()) {
		w = append(w, Punycode)
	}
	for i := range len(id.text) {
		// In a canonical identifier a "%" begins a triplet, and a first digit of 8 or more is a byte beyond ASCII.
		if id.text[i] == '%' && id.text[i+1] >= '8' {
			return append(w, PercentEncoded)
		}
	}
	return w
}

package keydoc

import (
	"errors"
	"strconv"
	"strings"

	"github.com/e2eid/e2eid/credential/did"
	"github.com/e2eid/e2eid/credential/name"
	"github.com/e2eid/e2eid/internal/jose"
	"github.com/e2eid/e2eid/internal/strictjson"
)

const (
	prefixWeb   = "did:web:"
	prefixWebVH = "did:webvh:"
)

// DocumentURL returns the URL of the document of a did:web (its specification, "Read (Resolve)"). ok is false for other
// DIDs, and for those whose host is no domain name, or whose path could be read in two ways: percent-encoded, empty, or "." and
// "..". A port is a percent-encoded colon and digits.
func DocumentURL(id string) (url string, ok bool) {
	rest, ok := strings.CutPrefix(id, prefixWeb)
	if !ok {
		return "", false
	}
	return location(rest, "did.json")
}

// LogURL is [DocumentURL] of the log of a did:webvh (v1.0, "The DID to HTTPS Transformation").
func LogURL(id string) (url string, ok bool) {
	rest, ok := strings.CutPrefix(id, prefixWebVH)
	if !ok {
		return "", false
	}
	scid, rest, ok := strings.Cut(rest, ":")
	if _, isHash := multihash(scid); !ok || !isHash {
		return "", false
	}
	return location(rest, "did.jsonl")
}

func location(rest, file string) (url string, ok bool) {
	host, path, deep := strings.Cut(rest, ":")
	host, port, hasPort := strings.Cut(host, "%3A")
	if _, err := name.FromDNS(host); err != nil || !strings.Contains(host, ".") {
		return "", false
	}
	url = "https://" + host
	if hasPort {
		n, err := strconv.ParseUint(port, 10, 16)
		if err != nil || n == 0 || strconv.FormatUint(n, 10) != port {
			return "", false
		}
		url += ":" + port
	}
	if !deep {
		return url + "/.well-known/" + file, true
	}
	for _, segment := range strings.Split(path, ":") {
		if segment == "" || segment == "." || segment == ".." || strings.Trim(segment, idChars) != "" {
			return "", false
		}
		url += "/" + segment
	}
	return url + "/" + file, true
}

// idChars are the characters of a DID (DID Core 1.0, Section 3.1), without "%".
const idChars = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.-_"

// ParseDocument reads the document of a DID, which must be its id, and returns the keys of it that may sign credentials: those
// that assertionMethod lists or has in it, that the DID itself controls, and that are of a kind this version knows. ID of
// each is the fragment that names it. The error is an [*Error], or of package jose for a private key.
func ParseDocument(b []byte, id string) ([]*jose.Key, error) {
	v, err := parse(b, "DID document")
	if err != nil {
		return nil, err
	}
	return readDocument(v, id)
}

func readDocument(v strictjson.Value, id string) ([]*jose.Key, error) {
	if got, err := text(v, "id"); err != nil || got != id {
		return nil, &Error{ErrIssuer, "id"}
	}
	methods := map[string]*jose.Key{} // by fragment; nil if not ours to use
	count := 0
	read := func(m strictjson.Value) (string, error) {
		if count++; count > maxMethods {
			return "", malformed("too many verification methods")
		}
		fragment, key, err := readMethod(m, id)
		if err != nil {
			return "", err
		}
		if _, twice := methods[fragment]; twice && fragment != "" {
			return "", malformed("two verification methods of one id")
		}
		methods[fragment] = key
		return fragment, nil
	}
	err := v.Each("verificationMethod", func(m strictjson.Value) error {
		_, err := read(m)
		return err
	})
	if err != nil {
		return nil, wrap(err)
	}
	listed := map[string]bool{"": true}
	var keys []*jose.Key
	err = v.Each("assertionMethod", func(m strictjson.Value) error {
		var fragment string
		if reference, err := m.Text(); err == nil {
			if fragment, _ = strings.CutPrefix(reference, id+"#"); fragment == reference {
				return nil // of another DID, or relative, which did:web forbids
			}
			if count++; count > 2*maxMethods {
				return malformed("too many verification methods")
			}
		} else if fragment, err = read(m); err != nil {
			return err
		}
		if key := methods[fragment]; key != nil && !listed[fragment] {
			listed[fragment] = true
			keys = append(keys, key.Named(fragment))
		}
		return nil
	})
	if err != nil {
		return nil, wrap(err)
	}
	return keys, nil
}

// readMethod reads a verification method (Controlled Identifiers 1.0, Section 2.2). The fragment is empty, and the key nil,
// if it is another DID's; the key is nil if another controls it, or if it is of an unknown kind.
func readMethod(m strictjson.Value, id string) (fragment string, key *jose.Key, err error) {
	own, err := text(m, "id")
	if err != nil {
		return "", nil, err
	}
	jwk, hasJWK := m.Get("publicKeyJwk")
	multikey, hasMultikey := m.Get("publicKeyMultibase")
	for _, secret := range [...]string{"privateKeyJwk", "privateKeyMultibase", "secretKeyMultibase", "secretKeyJwk"} {
		if _, ok := m.Get(secret); ok {
			return "", nil, malformed("a private key")
		}
	}
	if hasJWK && hasMultikey {
		return "", nil, malformed("a verification method with two keys")
	}
	typ, _ := text(m, "type")
	switch {
	case hasJWK && (typ == "JsonWebKey" || typ == "JsonWebKey2020"):
		key, err = jose.ReadKey(jwk)
		if errors.Is(err, jose.ErrKey) {
			key, err = nil, nil // not for verifying
		}
	case hasMultikey && (typ == "Multikey" || typ == "Ed25519VerificationKey2020"):
		s, _ := multikey.Text()
		if key, err = did.Multikey(s); errors.Is(err, did.ErrUnsupported) {
			key, err = nil, nil
		}
	case hasJWK: // of an unknown type, but what it makes public is told all the same
		if _, err = jose.ReadKey(jwk); !errors.Is(err, jose.ErrSecret) {
			err = nil
		}
	}
	if err != nil {
		return "", nil, err
	}
	fragment, ours := strings.CutPrefix(own, id+"#")
	if !ours || fragment == "" || strings.Contains(fragment, "#") {
		return "", nil, nil
	}
	if controller, err := text(m, "controller"); err != nil || controller != id {
		return fragment, nil, nil
	}
	return fragment, key, nil
}

// wrap turns errors of other packages about a member into one of this.
func wrap(err error) error {
	if errors.Is(err, strictjson.ErrValue) || errors.Is(err, did.ErrFormat) {
		return malformed(err.Error())
	}
	return err
}

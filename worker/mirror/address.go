package mirror

import (
	"encoding/hex"
	"strings"
)

// A Kind is what an address stands for.
type Kind uint8

const (
	KindNone Kind = iota
	KindHead
	KindBlob
	KindCarried
	KindStatus
	KindPage
)

// An Address is the path of a request, taken apart.
type Address struct {
	Kind      Kind
	Authority string // of a head, of a carried object, of a blob that is put
	Name      string // of a blob in hex, of a carried object
}

// ParseAddress takes the path of a request apart as it came, escapes and all: no address of a mirror has any. The zero
// Address, KindNone, stands for all others. A blob is read at /blob/<hex>, without an authority, and put at
// /<authority>/blob/<hex>.
func ParseAddress(path string) Address {
	parts := strings.Split(path, "/")
	if len(parts) < 2 || len(parts) > 4 || parts[0] != "" {
		return Address{}
	}
	parts = parts[1:]
	switch {
	case len(parts) == 1 && parts[0] == "":
		return Address{Kind: KindPage}
	case len(parts) == 1 && parts[0] == "status":
		return Address{Kind: KindStatus}
	case len(parts) == 2 && parts[0] == "blob" && isHash(parts[1]):
		return Address{Kind: KindBlob, Name: parts[1]}
	case !validAuthority(parts[0]):
		return Address{}
	case len(parts) == 2 && parts[1] == "head":
		return Address{Kind: KindHead, Authority: parts[0]}
	case len(parts) == 3 && parts[1] == "blob" && isHash(parts[2]):
		return Address{Kind: KindBlob, Authority: parts[0], Name: parts[2]}
	case len(parts) == 3 && parts[1] == "carried" && validName(parts[2]):
		return Address{Kind: KindCarried, Authority: parts[0], Name: parts[2]}
	}
	return Address{}
}

func isHash(s string) bool {
	b, err := hex.DecodeString(s)
	return err == nil && len(b) == 32 && s == strings.ToLower(s)
}

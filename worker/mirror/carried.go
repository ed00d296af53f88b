package mirror

import (
	"bytes"
	"compress/gzip"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"io"
)

// A Form is the format of a carried object.
type Form string

const (
	FormCRL Form = "crl"            // RFC 5280, Section 5, DER
	FormJWT Form = "statuslist+jwt" // a Status List Token as JWT
	FormCWT Form = "statuslist+cwt" // a Status List Token as CWT
)

// ContentType returns the media type, empty if the form is unknown.
func (f Form) ContentType() string {
	switch f {
	case FormCRL:
		return "application/pkix-crl"
	case FormJWT:
		return "application/statuslist+jwt"
	case FormCWT:
		return "application/statuslist+cwt"
	}
	return ""
}

// plausible reports whether b could be of the form. Its signature is for the client to check; this keeps out what a
// misdirected push or an error page of an origin would put in the place of a good object.
func (f Form) plausible(b []byte) bool {
	switch f {
	case FormCRL:
		return derSequence(b)
	case FormJWT:
		return jwt(b)
	case FormCWT:
		// COSE_Sign1 or COSE_Mac0, tagged (RFC 9052, Section 2), perhaps within the tag of a CWT (RFC 8392, Section 6).
		b = bytes.TrimPrefix(b, []byte{0xd8, 61})
		return len(b) > 2 && (b[0] == 0xd2 || b[0] == 0xd1) && b[1] == 0x84
	}
	return false
}

// derSequence reports whether b is one SEQUENCE that ends where b does.
func derSequence(b []byte) bool {
	if len(b) < 2 || b[0] != 0x30 {
		return false
	}
	size, rest := int(b[1]), b[2:]
	if size >= 0x80 {
		n := size & 0x7f
		if n < 1 || n > 4 || len(rest) < n {
			return false
		}
		size = 0
		for _, c := range rest[:n] {
			size = size<<8 | int(c)
		}
		rest = rest[n:]
	}
	return size == len(rest)
}

// jwt reports whether b is three parts in base64url.
func jwt(b []byte) bool {
	parts := bytes.Split(b, []byte("."))
	for _, p := range parts {
		for _, c := range p {
			if !('a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' || '0' <= c && c <= '9' || c == '-' || c == '_') {
				return false
			}
		}
	}
	return len(parts) == 3 && len(parts[0]) > 0 && len(parts[1]) > 0
}

// AcceptCarried stores an object of the configuration. created is false if it stood there already.
func (m *Mirror) AcceptCarried(ctx context.Context, authority, name string, data []byte) (created bool, err error) {
	defer func() { m.count(ctx, authority, err, nil) }()
	c, err := m.carried(authority, name)
	if err != nil {
		return false, err
	}
	if int64(len(data)) > c.MaxBytes {
		return false, refuse(ReasonTooLarge, nil)
	}
	if !c.Form.plausible(data) {
		return false, refuse(ReasonMalformed, nil)
	}
	key := CarriedKey(authority, name)
	stored, compressed := compress(data)
	old, version, err := m.store.Get(ctx, key, maxCarriedSize)
	if err != nil && !errors.Is(err, ErrNotFound) {
		return false, refuse(storageReason(err), err)
	}
	if err == nil && bytes.Equal(old, stored) {
		return false, nil
	}
	meta := Meta{ContentType: c.Form.ContentType(), Modified: m.now(), ETag: ETag(data), Gzip: compressed}
	if err := m.store.Put(ctx, key, stored, version, meta); err != nil {
		return false, refuse(storageReason(err), err)
	}
	return true, nil
}

func (m *Mirror) carried(authority, name string) (Carried, error) {
	a, err := m.authority(authority)
	if err != nil {
		return Carried{}, err
	}
	for _, c := range a.Carried {
		if c.Name == name {
			return c, nil
		}
	}
	return Carried{}, refuse(ReasonNotFound, nil)
}

// CarriedForm returns the form of a carried object, if the configuration has it.
func (m *Mirror) CarriedForm(authority, name string) (Form, bool) {
	c, err := m.carried(authority, name)
	return c.Form, err == nil
}

// ETag returns the entity tag of bytes, without quotation marks.
func ETag(data []byte) string {
	sum := sha256.Sum256(data)
	return hex.EncodeToString(sum[:16])
}

// compress returns data in gzip if that saves a tenth. No carried object begins like gzip, so that the two are told apart.
func compress(data []byte) (stored []byte, compressed bool) {
	var b bytes.Buffer
	w, _ := gzip.NewWriterLevel(&b, gzip.BestCompression) // no error: the level exists
	w.Write(data)                                         // to memory
	w.Close()
	if b.Len() < len(data)-len(data)/10 {
		return b.Bytes(), true
	}
	return data, false
}

// Uncompress returns a carried object as it was put, and whether it is stored in gzip.
func Uncompress(stored []byte) (data []byte, compressed bool, err error) {
	if !bytes.HasPrefix(stored, []byte{0x1f, 0x8b}) {
		return stored, false, nil
	}
	r, err := gzip.NewReader(bytes.NewReader(stored))
	if err != nil {
		return nil, true, err
	}
	data, err = io.ReadAll(io.LimitReader(r, maxCarriedSize+1))
	if err == nil && len(data) > maxCarriedSize {
		err = errors.New("mirror: stored object is too large")
	}
	return data, true, err
}

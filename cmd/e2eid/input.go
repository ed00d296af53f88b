package main

import (
	"bytes"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"os"
	"unicode/utf8"
)

// maxInput bounds what is read of one file, in bytes: twice the largest ratchet tree (package mls) and more, for its
// hexadecimal digits.
const maxInput = 256 << 20

// readInput reads a file of at most so many bytes, or standard input for "-".
func readInput(path string, stdin io.Reader, most int64) ([]byte, error) {
	if path == "-" {
		return readAtMost(stdin, "standard input", most)
	}
	return readFile(path, most)
}

// readFile reads a file of at most so many bytes. The error names it.
func readFile(path string, most int64) ([]byte, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	return readAtMost(f, fmt.Sprintf("%q", path), most)
}

var errTooLarge = errors.New("is too large")

func readAtMost(r io.Reader, what string, most int64) ([]byte, error) {
	b, err := io.ReadAll(io.LimitReader(r, most+1))
	if err != nil {
		return nil, err
	}
	if int64(len(b)) > most {
		return nil, fmt.Errorf("%s %w: over %d bytes", what, errTooLarge, most)
	}
	return b, nil
}

// An encoding is what the bytes of a file were taken for.
type encoding string

const (
	encodingBinary encoding = "binary"
	encodingHex    encoding = "hex"
	encodingBase64 encoding = "base64"
	encodingPEM    encoding = "pem"
	encodingText   encoding = "text" // of a token
)

// decodeInput takes off an encoding as text. Which one follows from the characters alone: of hexadecimal digits in an
// even number it is hexadecimal; of the alphabet of RFC 4648, Section 4, with its padding, base64. White space around,
// and line breaks within, are left out. All other bytes are binary.
//
// Nothing binary is mistaken for text: each form that e2eid reads has bytes below 0x20, or above 0x7f, in every
// instance.
func decodeInput(b []byte) ([]byte, encoding) {
	compact := bytes.TrimSpace(b)
	compact = bytes.ReplaceAll(compact, []byte("\r\n"), nil)
	compact = bytes.ReplaceAll(compact, []byte("\n"), nil)
	if len(compact) > 0 {
		out := make([]byte, len(compact))
		if n, err := hex.Decode(out, compact); err == nil {
			return out[:n], encodingHex
		}
		if n, err := base64.StdEncoding.Strict().Decode(out, compact); err == nil {
			return out[:n], encodingBase64
		}
	}
	return b, encodingBinary
}

// isCBOR reports whether b begins like an array or a tag of CBOR, as COSE does: no text does, nor DER.
func isCBOR(b []byte) bool { return len(b) > 0 && b[0] >= 0x80 }

// isPEM reports whether b is text with a line that begins a PEM block (RFC 7468, Section 2).
func isPEM(b []byte) bool {
	marker := []byte("-----BEGIN ")
	return (bytes.HasPrefix(b, marker) || bytes.Contains(b, append([]byte("\n"), marker...))) && isText(b)
}

// isText reports whether b is UTF-8 without control characters but white space.
func isText(b []byte) bool {
	for _, c := range b {
		if c < ' ' && c != '\t' && c != '\n' && c != '\r' {
			return false
		}
	}
	return utf8.Valid(b)
}

// refuseMark refuses a byte order mark, which editors write and no form has: whoever else reads a file with one would find
// no token in it, nor JSON (RFC 8259, Section 8.1).
func refuseMark(b []byte) error {
	for _, mark := range []string{"\xef\xbb\xbf", "\xff\xfe", "\xfe\xff"} {
		if bytes.HasPrefix(b, []byte(mark)) {
			return errors.New("malformed: the input begins with a byte order mark; save it as UTF-8 without one")
		}
	}
	return nil
}

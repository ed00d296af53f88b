package issuer

import (
	"bytes"
	"compress/gzip"
	"compress/zlib"
	"fmt"
	"io"
	"time"

	"github.com/e2eid/e2eid/revocation/statuslist"
)

// StatusList signs a Token Status List of one bit for each index: 1 where a credential is revoked. It may be relied on
// from made until the second before notAfter, and clients look for a newer one after ttl.
func (i *TokenIssuer) StatusList(uri string, size int, revoked []int, made, notAfter time.Time, ttl time.Duration) (string, error) {
	encoded, err := packed(make([]byte, (size+7)/8), size, revoked, func(n int) byte { return 1 << n },
		func(w io.Writer) io.WriteCloser { return zlib.NewWriter(w) })
	if err != nil {
		return "", err
	}
	return i.signList(map[string]any{
		"iss": i.ID, "sub": uri, "iat": made.Unix(), "exp": notAfter.Unix(), "ttl": int64(ttl / time.Second),
		"status_list": map[string]any{"bits": 1, "lst": encoded},
	}, "statuslist+jwt")
}

// StatusList2021 signs a StatusList2021 as a JWT-VC, as UserInfo VCs refer to: an entry of one bit for each index, 1 where a
// credential is revoked. There are 131,072 entries at least, that a list tells little of whom it is about. It may be
// relied on from made until the second before notAfter.
func (i *TokenIssuer) StatusList2021(uri string, size int, revoked []int, made, notAfter time.Time) (string, error) {
	const least = 131072
	encoded, err := packed(make([]byte, (max(size, least)+7)/8), size, revoked, func(n int) byte { return 0x80 >> n },
		func(w io.Writer) io.WriteCloser { return gzip.NewWriter(w) })
	if err != nil {
		return "", err
	}
	return i.signList(map[string]any{
		"iss": i.ID, "iat": made.Unix(), "nbf": made.Unix(), "exp": notAfter.Unix(), "jti": uri, "sub": uri + "#list",
		"vc": map[string]any{
			"@context": []string{"https://www.w3.org/2018/credentials/v1", "https://w3id.org/vc/status-list/2021/v1"},
			"type":     []string{"VerifiableCredential", "StatusList2021Credential"},
			"credentialSubject": map[string]any{
				"id": uri + "#list", "type": "StatusList2021", "statusPurpose": "revocation", "encodedList": encoded,
			},
		},
	}, "JWT")
}

// packed sets the bits of what is revoked, of size indexes, and returns base64url of the list, compressed. mask has the bit of an
// index within its byte: the two specifications begin at opposite ends.
func packed(list []byte, size int, revoked []int, mask func(n int) byte, compress func(io.Writer) io.WriteCloser) (string, error) {
	for _, n := range revoked {
		if n < 0 || n >= size {
			return "", fmt.Errorf("%w: index %d of %d", ErrToken, n, size)
		}
		list[n/8] |= mask(n % 8)
	}
	var b bytes.Buffer
	w := compress(&b)
	if _, err := w.Write(list); err != nil {
		return "", err
	}
	if err := w.Close(); err != nil {
		return "", err
	}
	return encode(b.Bytes()), nil
}

// signList signs a list that our own reader takes.
func (i *TokenIssuer) signList(claims map[string]any, typ string) (string, error) {
	token, err := i.sign(claims, typ)
	if err != nil {
		return "", err
	}
	if _, err := statuslist.Parse([]byte(token)); err != nil {
		return "", fmt.Errorf("%w: %w", ErrToken, err)
	}
	return token, nil
}

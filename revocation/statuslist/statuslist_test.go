package statuslist_test

import (
	"bytes"
	"compress/gzip"
	"compress/zlib"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"
	"testing"

	"github.com/e2eid/e2eid/internal/base64url"
	"github.com/e2eid/e2eid/internal/jose"
	"github.com/e2eid/e2eid/revocation/statuslist"
	"github.com/e2eid/e2eid/signature"
	"github.com/e2eid/e2eid/signature/native"
	"github.com/e2eid/e2eid/tests/vectors"
)

// token returns a JWS of these parts, signed by nobody.
func token(header, claims string) []byte {
	return []byte(base64url.Encode([]byte(header)) + "." + base64url.Encode([]byte(claims)) + "." + base64url.Encode(make([]byte, 64)))
}

const (
	tokenHeader = `{"alg":"ES256","typ":"statuslist+jwt"}`
	vcHeader    = `{"alg":"ES256","typ":"vc+jwt"}`
	jwtHeader   = `{"alg":"ES256","typ":"JWT"}`
)

func deflate(b []byte) string {
	var out bytes.Buffer
	w := zlib.NewWriter(&out)
	w.Write(b)
	w.Close()
	return base64.RawURLEncoding.EncodeToString(out.Bytes())
}

func gzipped(b []byte) string {
	var out bytes.Buffer
	w := gzip.NewWriter(&out)
	w.Write(b)
	w.Close()
	return base64.RawURLEncoding.EncodeToString(out.Bytes())
}

func tokenClaims(bits int, lst string) string {
	return fmt.Sprintf(`{"sub":"https://a.example/1","iat":1700000000,"exp":1800000000,"ttl":3600,"status_list":{"bits":%d,"lst":"%s"}}`, bits, lst)
}

func bitstringClaims(list string) string {
	return `{"@context":["https://www.w3.org/ns/credentials/v2"],"id":"https://a.example/1","type":["VerifiableCredential","BitstringStatusListCredential"],` +
		`"issuer":"https://a.example","validFrom":"2024-01-01T00:00:00Z","credentialSubject":{"type":"BitstringStatusList","statusPurpose":"revocation","encodedList":"` + list + `"}}`
}

func list2021Claims(list string) string {
	return `{"iss":"https://a.example","iat":1700000000,"vc":{"id":"https://a.example/1","type":["VerifiableCredential","StatusList2021Credential"],` +
		`"credentialSubject":{"type":"StatusList2021","statusPurpose":"revocation","encodedList":"` + list + `"}}}`
}

func open(t *testing.T, header, claims string) *statuslist.List {
	t.Helper()
	l, err := statuslist.Parse(token(header, claims))
	if err != nil {
		t.Fatal(err)
	}
	if err := l.Open(); err != nil {
		t.Fatal(err)
	}
	return l
}

// openDraft opens the draft's own example of a token, in either form, with the draft's key.
func openDraft(t *testing.T, token, jwk []byte) *statuslist.List {
	t.Helper()
	l, err := statuslist.Parse(token)
	if err != nil {
		t.Fatal(err)
	}
	key, err := jose.ParseKey(jwk)
	if err != nil {
		t.Fatal(err)
	}
	plan, err := l.Token.Plan(key)
	if err != nil || native.Verify(plan.Check()) != signature.Valid {
		t.Fatalf("the token's signature does not hold: %v", err)
	}
	if l.Kind != statuslist.Token || l.URI != "https://example.com/statuslists/1" || l.TimeToLive != 43200 || l.IssuedAt() != 1686920170 || l.NotAfter != 2291720169 {
		t.Errorf("token is %+v", l)
	}
	if err := l.Open(); err != nil {
		t.Fatal(err)
	}
	return l
}

func TestTokenStatusListVectors(t *testing.T) {
	var doc struct {
		Key       json.RawMessage `json:"key_public_jwk"`
		Encodings []struct {
			ID       string
			Bits     int
			Size     uint64
			Statuses map[string]uint8
			JSON     struct {
				Bits int
				Lst  string
			}
		}
		Token struct{ Token string } `json:"status_list_token_jwt"`
	}
	if err := json.Unmarshal(vectors.Read(t, "vc", "token-status-list", "token-status-list.json"), &doc); err != nil {
		t.Fatal(err)
	}
	count := vectors.NewCount(t, "token-status-list", 7)
	for _, e := range doc.Encodings {
		count.Case(e.ID, func(t *testing.T) {
			l := open(t, tokenHeader, tokenClaims(e.JSON.Bits, e.JSON.Lst))
			if len(e.Statuses) == 0 {
				t.Error("no status stated")
			}
			for i := range e.Size {
				want := e.Statuses[strconv.FormatUint(i, 10)]
				if got, ok := l.Value(i, 1); !ok || got != want {
					t.Fatalf("entry %d is %d %v, want %d", i, got, ok, want)
				}
			}
			entries := uint64(l.Size() * 8 / e.Bits)
			for _, i := range []uint64{entries, entries + 1, 1 << 53, 1<<64 - 1} {
				if _, ok := l.Value(i, 1); ok {
					t.Errorf("entry %d of %d is there", i, entries)
				}
			}
		})
	}
	count.Case("token", func(t *testing.T) {
		l := openDraft(t, []byte(doc.Token.Token), doc.Key)
		if v, ok := l.Value(0, 1); v != 1 || !ok {
			t.Errorf("entry 0 is %d %v", v, ok)
		}
	})
}

func TestBitstringVectors(t *testing.T) {
	var doc struct {
		Lists []struct {
			ID, EncodedList string
			Multibase       bool
			StatusSize      int
			Bytes           int `json:"uncompressed_bytes"`
			Statuses        map[string]uint8
			Set             []uint64 `json:"set_indices_msb_first"`
			Expect          string
		}
	}
	if err := json.Unmarshal(vectors.Read(t, "vc", "bitstring-status-list", "lists.json"), &doc); err != nil {
		t.Fatal(err)
	}
	count := vectors.NewCount(t, "bitstring-status-list", 8)
	for _, v := range doc.Lists {
		count.Case(v.ID, func(t *testing.T) {
			header, claims := vcHeader, bitstringClaims(v.EncodedList)
			if !v.Multibase {
				header, claims = jwtHeader, list2021Claims(v.EncodedList)
			}
			l, err := statuslist.Parse(token(header, claims))
			if err != nil {
				t.Fatal(err)
			}
			err = l.Open()
			if v.ID == "made-too-short" {
				if !errors.Is(err, statuslist.ErrFormat) || !strings.HasSuffix(err.Error(), "fewer than 131,072 entries") || l.Size() != 0 {
					t.Errorf("%v, %d bytes", err, l.Size())
				}
				return
			}
			// One of 8 MiB out of 8 kB is within the bound, and what it says is read; TestABombIsRefused has what is not.
			if err != nil || l.Size() != v.Bytes || l.Size() > statuslist.MaxInflated {
				t.Fatalf("%v, %d bytes, want %d", err, l.Size(), v.Bytes)
			}
			want := map[uint64]uint8{}
			for i, s := range v.Statuses {
				n, _ := strconv.ParseUint(i, 10, 64)
				want[n] = s
			}
			for _, i := range v.Set {
				want[i] = 1
			}
			size := max(1, v.StatusSize)
			for i := range uint64(l.Size() * 8 / size) {
				if got, ok := l.Value(i, size); !ok || got != want[i] {
					t.Fatalf("entry %d is %d %v, want %d", i, got, ok, want[i])
				}
			}
		})
	}
}

// Each row changes one thing of a good token.
func TestListsThatAreRefused(t *testing.T) {
	lst := deflate([]byte{0xb9, 0xa3})
	good := tokenClaims(1, lst)
	large := make([]byte, 16384)
	bitstring := bitstringClaims("u" + gzipped(large))
	old := list2021Claims(gzipped(large))
	open(t, tokenHeader, good)
	open(t, vcHeader, bitstring)
	open(t, jwtHeader, old)
	for name, c := range map[string]struct {
		header, claims, from, to string
		want                     error
		why                      string
	}{
		"typ JWT":                        {jwtHeader, good, "", "", statuslist.ErrUnsupported, "a JWT without a status list"},
		"another typ":                    {`{"alg":"ES256","typ":"at+jwt"}`, good, "", "", statuslist.ErrUnsupported, "typ"},
		"no sub":                         {tokenHeader, good, `"sub":"https://a.example/1",`, ``, statuslist.ErrFormat, "sub is not a string with characters"},
		"sub that is a list":             {tokenHeader, good, `"https://a.example/1"`, `["https://a.example/1"]`, statuslist.ErrFormat, "sub is not a string with characters"},
		"no iat":                         {tokenHeader, good, `"iat":1700000000,`, ``, statuslist.ErrFormat, "no iat"},
		"iat that is a string":           {tokenHeader, good, `1700000000`, `"1700000000"`, statuslist.ErrFormat, "iat is not a time in whole seconds"},
		"exp that is a fraction":         {tokenHeader, good, `1800000000`, `1800000000.5`, statuslist.ErrFormat, "exp is not a time in whole seconds"},
		"exp with an exponent":           {tokenHeader, good, `1800000000`, `18e8`, statuslist.ErrFormat, "exp is not a time in whole seconds"},
		"ttl 0":                          {tokenHeader, good, `3600`, `0`, statuslist.ErrFormat, "ttl is not a positive number of seconds"},
		"ttl below 0":                    {tokenHeader, good, `3600`, `-1`, statuslist.ErrFormat, "ttl is not a positive number of seconds"},
		"bits 3":                         {tokenHeader, good, `"bits":1`, `"bits":3`, statuslist.ErrFormat, "bits is none of 1, 2, 4 and 8"},
		"bits 16":                        {tokenHeader, good, `"bits":1`, `"bits":16`, statuslist.ErrFormat, "bits is none of 1, 2, 4 and 8"},
		"bits that is a string":          {tokenHeader, good, `"bits":1`, `"bits":"1"`, statuslist.ErrFormat, "bits is none of 1, 2, 4 and 8"},
		"a list that has a status, TSL":  {tokenHeader, good, `"ttl"`, `"status":{},"ttl"`, statuslist.ErrFormat, "a status list that has a status"},
		"no list":                        {tokenHeader, good, `"status_list":`, `"other":`, statuslist.ErrFormat, "bits is none of 1, 2, 4 and 8"},
		"a list in GZIP":                 {tokenHeader, good, lst, gzipped([]byte{0xb9, 0xa3}), statuslist.ErrFormat, "the list cannot be inflated"},
		"a list with padding":            {tokenHeader, good, lst, lst + "==", statuslist.ErrFormat, "the list is not base64url"},
		"names twice":                    {tokenHeader, good, `"ttl"`, `"iat":1700000001,"ttl"`, jose.ErrFormat, "payload is not strict JSON: json: iat second member of this name (at byte 63)"},
		"no multibase":                   {vcHeader, bitstring, `"encodedList":"u`, `"encodedList":"`, statuslist.ErrFormat, "encodedList is not multibase of base64url"},
		"another multibase":              {vcHeader, bitstring, `"encodedList":"u`, `"encodedList":"z`, statuslist.ErrFormat, "encodedList is not multibase of base64url"},
		"a list in ZLIB":                 {vcHeader, bitstring, gzipped(large), deflate(large), statuslist.ErrFormat, "the list cannot be inflated"},
		"fewer entries than the least":   {vcHeader, bitstring, gzipped(large), gzipped(large[1:]), statuslist.ErrFormat, "fewer than 131,072 entries"},
		"no purpose":                     {vcHeader, bitstring, `"statusPurpose":"revocation",`, ``, statuslist.ErrFormat, "no statusPurpose"},
		"a list that has a status":       {vcHeader, bitstring, `"issuer"`, `"credentialStatus":{},"issuer"`, statuslist.ErrFormat, "a status list that has a status"},
		"another type":                   {vcHeader, bitstring, `BitstringStatusListCredential`, `OtherCredential`, statuslist.ErrUnsupported, "type of a status list"},
		"another subject type":           {vcHeader, bitstring, `"BitstringStatusList"`, `"StatusList2021"`, statuslist.ErrUnsupported, "type of a status list"},
		"another iss":                    {vcHeader, bitstring, `"issuer"`, `"iss":"https://b.example","issuer"`, statuslist.ErrFormat, "no issuer, or another iss"},
		"no issuer":                      {vcHeader, bitstring, `"issuer":"https://a.example",`, ``, statuslist.ErrFormat, "no issuer, or another iss"},
		"validUntil without a time zone": {vcHeader, bitstring, `"issuer"`, `"validUntil":"2030-01-01T00:00:00","issuer"`, statuslist.ErrFormat, "validUntil is not a date and time"},
		"ttl of 0 milliseconds":          {vcHeader, bitstring, `"statusPurpose"`, `"ttl":0,"statusPurpose"`, statuslist.ErrFormat, "ttl is not a positive number of milliseconds"},
		"another jti":                    {jwtHeader, old, `"vc"`, `"jti":"https://b.example/1","vc"`, statuslist.ErrFormat, "no id, or another jti"},
		"multibase in the old form":      {jwtHeader, old, `"encodedList":"`, `"encodedList":"u`, statuslist.ErrFormat, "the list cannot be inflated"},
		"a claim vc in vc+jwt":           {vcHeader, bitstring, `"issuer"`, `"vc":{},"issuer"`, statuslist.ErrFormat, "a claim of another data model"},
	} {
		if c.from != "" && !strings.Contains(c.claims, c.from) {
			t.Fatalf("%s: nothing to change", name)
		}
		l, err := statuslist.Parse(token(c.header, strings.Replace(c.claims, c.from, c.to, 1)))
		if err == nil {
			err = l.Open()
			if _, ok := l.Value(0, 1); ok && err != nil {
				t.Errorf("%s: a value beside %v", name, err)
			}
		}
		if !errors.Is(err, c.want) || !strings.HasSuffix(err.Error(), c.want.Error()+": "+c.why) {
			t.Errorf("%s: %v, want %v: %s", name, err, c.want, c.why)
		}
	}
}

func TestNothingIsInflatedBeforeOpen(t *testing.T) {
	l, err := statuslist.Parse(token(tokenHeader, tokenClaims(1, deflate([]byte{1}))))
	if err != nil {
		t.Fatal(err)
	}
	if _, ok := l.Value(0, 1); ok || l.Size() != 0 {
		t.Error("a value of a list that is not open")
	}
	// Not even looked at: the list is not base64url.
	if _, err := statuslist.Parse(token(tokenHeader, tokenClaims(1, "####"))); err != nil {
		t.Errorf("the list was looked at: %v", err)
	}
}

func TestABombIsRefused(t *testing.T) {
	var b bytes.Buffer
	w, _ := zlib.NewWriterLevel(&b, zlib.BestCompression)
	io.CopyN(w, zeros{}, statuslist.MaxInflated+1)
	w.Close()
	l, err := statuslist.Parse(token(tokenHeader, tokenClaims(1, base64.RawURLEncoding.EncodeToString(b.Bytes()))))
	if err != nil {
		t.Fatal(err)
	}
	if err := l.Open(); !errors.Is(err, statuslist.ErrLimit) || l.Size() != 0 {
		t.Errorf("%v, %d bytes held", err, l.Size())
	}
}

type zeros struct{}

func (zeros) Read(b []byte) (int, error) { clear(b); return len(b), nil }

// The bit orders are each other's opposite, and entries of several bits go along.
func TestBitOrders(t *testing.T) {
	content := append([]byte{0b1000_0010, 0b0100_0000}, make([]byte, 16382)...)
	for _, c := range []struct {
		bits uint64
		lsb  []uint8
		msb  []uint8
	}{
		{1, []uint8{0, 1, 0, 0, 0, 0, 0, 1}, []uint8{1, 0, 0, 0, 0, 0, 1, 0}},
		{2, []uint8{2, 0, 0, 2, 0, 0, 0, 1}, []uint8{2, 0, 0, 2, 1, 0, 0, 0}},
		{4, []uint8{2, 8, 0, 4}, []uint8{8, 2, 4, 0}},
		{8, []uint8{0x82, 0x40}, []uint8{0x82, 0x40}},
	} {
		ietf := open(t, tokenHeader, tokenClaims(int(c.bits), deflate(content)))
		w3c := open(t, vcHeader, bitstringClaims("u"+gzipped(content)))
		for i := range c.lsb {
			if got, ok := ietf.Value(uint64(i), 1); !ok || got != c.lsb[i] {
				t.Errorf("%d bits: entry %d of a Token Status List is %d, want %d", c.bits, i, got, c.lsb[i])
			}
			if got, ok := w3c.Value(uint64(i), int(c.bits)); !ok || got != c.msb[i] {
				t.Errorf("%d bits: entry %d of a Bitstring Status List is %d, want %d", c.bits, i, got, c.msb[i])
			}
		}
	}
}

// FuzzParseProven reads lists with Data Integrity proofs, for which holds what holds for others.
func FuzzParseProven(f *testing.F) {
	proof := `{"type":"DataIntegrityProof","cryptosuite":"eddsa-jcs-2022","created":"2024-01-01T00:00:00Z","verificationMethod":"https://a.example#k","proofPurpose":"assertionMethod","proofValue":"z` + strings.Repeat("1", 64) + `"}`
	list := bitstringClaims("u" + gzipped(make([]byte, 16384)))
	for _, proofs := range []string{proof, "[" + proof + "]", "[" + proof + "," + strings.Replace(proof, "z1", "z2", 1) + "]", `{"type":"Other"}`} {
		f.Add([]byte(list[:len(list)-1] + `,"proof":` + proofs + `}`))
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		l, err := statuslist.Parse(text)
		if err != nil {
			if l != nil {
				t.Fatal("a list beside an error")
			}
			return
		}
		if l.URI == "" || l.IssuedAt() <= 0 || l.NotAfter < 0 || l.TimeToLive < 0 || l.Kind == statuslist.Token && l.Token == nil || (l.Token == nil) == (len(l.Proofs) == 0) {
			t.Fatalf("%+v", l)
		}
		for _, p := range l.Proofs {
			if l.Issuer == "" || p.Purpose != "assertionMethod" || l.IssuedAt() < p.Created || p.Expires != 0 && l.NotAfter >= p.Expires {
				t.Fatalf("%+v of %+v", p, l)
			}
		}
		if err := l.Open(); err != nil && l.Size() != 0 {
			t.Fatalf("%d bytes beside %v", l.Size(), err)
		}
	})
}

// Whatever is accepted has entries up to its size and none after it, and all fit their bits.
func FuzzParse(f *testing.F) {
	lst := deflate([]byte{0xb9, 0xa3})
	f.Add(tokenHeader, tokenClaims(1, lst), uint64(3), 1)
	f.Add(tokenHeader, tokenClaims(4, lst), uint64(1<<63), 1)
	f.Add(vcHeader, bitstringClaims("u"+gzipped(make([]byte, 16384))), uint64(131071), 1)
	f.Add(jwtHeader, list2021Claims(gzipped(make([]byte, 16384))), uint64(131072), 3)
	f.Fuzz(func(t *testing.T, header, claims string, index uint64, size int) {
		l, err := statuslist.Parse(token(header, claims))
		if err != nil {
			if l != nil {
				t.Fatal("a list beside an error")
			}
			return
		}
		if l.URI == "" || l.IssuedAt() <= 0 || l.NotAfter < 0 || l.TimeToLive < 0 {
			t.Fatalf("%+v", l)
		}
		if _, ok := l.Value(index, size); ok {
			t.Fatal("a value before Open")
		}
		err = l.Open()
		value, ok := l.Value(index, size)
		if err != nil && (ok || l.Size() != 0) {
			t.Fatalf("a value beside %v", err)
		}
		if ok && (index >= uint64(l.Size())*8 || size >= 1 && size < 8 && l.Kind != statuslist.Token && value >= 1<<size) {
			t.Fatalf("entry %d of %d bytes is %d", index, l.Size(), value)
		}
	})
}

package statuslist_test

import (
	"bytes"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"errors"
	"strconv"
	"testing"

	"github.com/e2eid/e2eid/internal/cbor"
	"github.com/e2eid/e2eid/internal/cose"
	"github.com/e2eid/e2eid/internal/jose"
	"github.com/e2eid/e2eid/revocation/statuslist"
	"github.com/e2eid/e2eid/tests/testvc"
	"github.com/e2eid/e2eid/tests/vectors"
)

// A cwt is a good status list as CWT, signed by nobody, of which a test changes one thing.
type cwt struct {
	header      []testvc.Pair
	unprotected []testvc.Pair
	claims      []testvc.Pair
	list        []testvc.Pair
	payload     any // if it is not nil, in place of the claims
	tag         uint64
}

func newCWT() *cwt {
	lst, _ := base64.RawURLEncoding.DecodeString(deflate([]byte{0xb9, 0xa3}))
	return &cwt{
		header:      []testvc.Pair{{Key: 1, Value: -7}, {Key: 16, Value: "application/statuslist+cwt"}},
		unprotected: []testvc.Pair{{Key: 4, Value: []byte("12")}},
		claims: []testvc.Pair{{Key: 2, Value: "https://a.example/1"}, {Key: 6, Value: 1700000000}, {Key: 4, Value: 1800000000},
			{Key: 65534, Value: 3600}},
		list: []testvc.Pair{{Key: "bits", Value: 1}, {Key: "lst", Value: lst}},
		tag:  18,
	}
}

// set replaces a member, or takes it away if value is nil.
func set(pairs *[]testvc.Pair, key, value any) {
	for i, p := range *pairs {
		if p.Key == key {
			*pairs = append((*pairs)[:i:i], (*pairs)[i+1:]...)
			break
		}
	}
	if value != nil {
		*pairs = append(*pairs, testvc.Pair{Key: key, Value: value})
	}
}

func (c *cwt) encode() []byte {
	claims := c.claims
	if c.list != nil {
		claims = append(claims[:len(claims):len(claims)], testvc.Pair{Key: 65533, Value: c.list})
	}
	payload := any(claims)
	if c.payload != nil {
		payload = c.payload
	}
	message := any([]any{testvc.CBOR(c.header), c.unprotected, testvc.CBOR(payload), make([]byte, 64)})
	if c.tag != 0 {
		message = testvc.Tag{Number: c.tag, Content: message}
	}
	return testvc.CBOR(message)
}

func TestCWTVectors(t *testing.T) {
	var doc struct {
		Key       json.RawMessage `json:"key_public_jwk"`
		Encodings []struct {
			ID       string
			Size     uint64
			Statuses map[string]uint8
			CBOR     string `json:"cbor_hex"`
		}
		Token string `json:"status_list_token_cwt_hex"`
		Other string `json:"referenced_token_cwt_hex"`
	}
	if err := json.Unmarshal(vectors.Read(t, "vc", "token-status-list", "token-status-list.json"), &doc); err != nil {
		t.Fatal(err)
	}
	unhex := func(s string) []byte {
		b, err := hex.DecodeString(s)
		if err != nil {
			t.Fatal(err)
		}
		return b
	}
	count := vectors.NewCount(t, "token-status-list", 7)
	for _, e := range doc.Encodings {
		count.Case(e.ID, func(t *testing.T) {
			c := newCWT()
			c.list = nil
			set(&c.claims, 65533, testvc.Raw(unhex(e.CBOR)))
			l, err := statuslist.Parse(c.encode())
			if err != nil {
				t.Fatal(err)
			}
			if err := l.Open(); err != nil {
				t.Fatal(err)
			}
			for i := range e.Size {
				want := e.Statuses[strconv.FormatUint(i, 10)]
				if got, ok := l.Value(i, 1); !ok || got != want {
					t.Fatalf("entry %d is %d %v, want %d", i, got, ok, want)
				}
			}
		})
	}
	count.Case("token", func(t *testing.T) {
		l := openDraft(t, unhex(doc.Token), doc.Key)
		for i, want := range []uint8{1, 0, 0, 1, 1, 1, 0, 1, 1, 1, 0, 0, 0, 1, 0, 1} {
			if v, ok := l.Value(uint64(i), 1); v != want || !ok {
				t.Errorf("entry %d is %d %v", i, v, ok)
			}
		}
	})
	if l, err := statuslist.Parse(unhex(doc.Other)); !errors.Is(err, statuslist.ErrUnsupported) || l != nil {
		t.Errorf("a CWT that is no list: %v", err)
	}
}

func TestCWTsThatAreRefused(t *testing.T) {
	claim := func(key int, value any) func(*cwt) { return func(c *cwt) { set(&c.claims, key, value) } }
	header := func(key int, value any) func(*cwt) { return func(c *cwt) { set(&c.header, key, value) } }
	member := func(key string, value any) func(*cwt) { return func(c *cwt) { set(&c.list, key, value) } }
	var notCBOR cbor.Error
	for name, c := range map[string]struct {
		change func(*cwt)
		want   error
	}{
		"the good one":                    {func(*cwt) {}, nil},
		"an issuer":                       {claim(1, "https://a.example"), nil},
		"no exp and no ttl":               {func(c *cwt) { claim(4, nil)(c); claim(65534, nil)(c) }, nil},
		"an aggregation":                  {member("aggregation_uri", "https://a.example"), nil},
		"a claim nobody knows":            {claim(-70000, []any{true, nil}), nil},
		"typ of another case":             {header(16, "application/StatusList+CWT"), nil},
		"no tag":                          {func(c *cwt) { c.tag = 0 }, statuslist.ErrFormat},
		"the tag of COSE_Mac0":            {func(c *cwt) { c.tag = 17 }, cose.ErrMAC},
		"the tag of COSE_Sign":            {func(c *cwt) { c.tag = 98 }, jose.ErrFormat},
		"the tag of a CWT":                {func(c *cwt) { c.tag = 61 }, jose.ErrFormat},
		"alg of HMAC":                     {header(1, 5), cose.ErrMAC},
		"no typ":                          {header(16, nil), statuslist.ErrUnsupported},
		"typ of the JWT":                  {header(16, "application/statuslist+jwt"), statuslist.ErrUnsupported},
		"typ of a credential":             {header(16, "application/vc+cose"), jose.ErrFormat}, // whose payload is JSON
		"typ of a vp":                     {header(16, "application/vp+cose"), statuslist.ErrUnsupported},
		"typ without application":         {header(16, "statuslist+cwt"), jose.ErrFormat},
		"typ with a parameter":            {header(16, "application/statuslist+cwt; a=b"), statuslist.ErrUnsupported},
		"typ as a number":                 {header(16, 61), statuslist.ErrUnsupported},
		"typ in the unprotected header":   {func(c *cwt) { header(16, nil)(c); set(&c.unprotected, 16, "application/statuslist+cwt") }, jose.ErrFormat},
		"claims in the header":            {header(15, []testvc.Pair{{Key: 4, Value: 1}}), jose.ErrCritical},
		"no sub":                          {claim(2, nil), statuslist.ErrFormat},
		"sub that is empty":               {claim(2, ""), statuslist.ErrFormat},
		"sub as bytes":                    {claim(2, []byte("https://a.example/1")), statuslist.ErrFormat},
		"sub under its name":              {func(c *cwt) { claim(2, nil)(c); set(&c.claims, "sub", "https://a.example/1") }, statuslist.ErrFormat},
		"iss as bytes":                    {claim(1, []byte("https://a.example")), statuslist.ErrFormat},
		"iss that is empty":               {claim(1, ""), statuslist.ErrFormat},
		"no iat":                          {claim(6, nil), statuslist.ErrFormat},
		"iat 0":                           {claim(6, 0), statuslist.ErrFormat},
		"iat below 0":                     {claim(6, -1700000000), statuslist.ErrFormat},
		"iat as text":                     {claim(6, "1700000000"), statuslist.ErrFormat},
		"iat within a tag":                {claim(6, testvc.Tag{Number: 1, Content: 1700000000}), statuslist.ErrFormat},
		"iat after the year 9999":         {claim(6, 253402300800), statuslist.ErrFormat},
		"iat of 64 bits without a sign":   {claim(6, testvc.Raw("\x1b\xff\xff\xff\xff\xff\xff\xff\xff")), statuslist.ErrFormat},
		"exp 1":                           {claim(4, 1), statuslist.ErrFormat},
		"exp as null":                     {claim(4, testvc.Raw{0xf6}), statuslist.ErrFormat},
		"nbf below 0":                     {claim(5, -1), statuslist.ErrFormat},
		"ttl 0":                           {claim(65534, 0), statuslist.ErrFormat},
		"ttl below 0":                     {claim(65534, -1), statuslist.ErrFormat},
		"ttl as text":                     {claim(65534, "3600"), statuslist.ErrFormat},
		"no list":                         {func(c *cwt) { c.list = nil }, statuslist.ErrFormat},
		"a list as an array":              {func(c *cwt) { c.list = nil; claim(65533, []any{"bits", 1})(c) }, statuslist.ErrFormat},
		"no bits":                         {member("bits", nil), statuslist.ErrFormat},
		"bits 0":                          {member("bits", 0), statuslist.ErrFormat},
		"bits 3":                          {member("bits", 3), statuslist.ErrFormat},
		"bits 16":                         {member("bits", 16), statuslist.ErrFormat},
		"bits -1":                         {member("bits", -1), statuslist.ErrFormat},
		"a list that has a status":        {claim(65535, []testvc.Pair{}), statuslist.ErrFormat},
		"bits as text":                    {member("bits", "1"), statuslist.ErrFormat},
		"no lst":                          {member("lst", nil), statuslist.ErrFormat},
		"lst that is empty":               {member("lst", []byte{}), statuslist.ErrFormat},
		"lst as text":                     {member("lst", deflate([]byte{0xb9, 0xa3})), statuslist.ErrFormat},
		"claims that are an array":        {func(c *cwt) { c.payload = []any{1} }, statuslist.ErrFormat},
		"claims in JSON":                  {func(c *cwt) { c.payload = testvc.Raw(`{"sub":"https://a.example/1"}`) }, notCBOR},
		"no claims":                       {func(c *cwt) { c.payload = testvc.Raw{} }, notCBOR},
		"claims and bytes after them":     {func(c *cwt) { c.payload = testvc.Raw(append(testvc.CBOR(c.claims), 0)) }, notCBOR},
		"claims of indefinite length":     {func(c *cwt) { c.payload = testvc.Raw("\xbf\xff") }, notCBOR},
		"a claim twice":                   {func(c *cwt) { c.claims = append(c.claims, testvc.Pair{Key: 6, Value: 1800000000}) }, notCBOR},
		"a member twice":                  {func(c *cwt) { c.list = append(c.list, testvc.Pair{Key: "bits", Value: 8}) }, notCBOR},
		"iat as a float":                  {claim(6, testvc.Raw("\xfb\x41\xd9\x54\xfc\x40\x00\x00\x00")), notCBOR},
		"sub that is not UTF-8":           {claim(2, "https://a.example/\xff"), notCBOR},
		"a claim of many levels":          {claim(9, append(testvc.Raw(bytes.Repeat([]byte{0x81}, 1000)), 0)), cbor.ErrLimit},
		"a claim of many items":           {claim(9, make([]any, 256)), cbor.ErrLimit},
		"a byte string beyond the claims": {func(c *cwt) { c.payload = testvc.Raw("\xa1\x02\x5b\x7f\xff\xff\xff\xff\xff\xff\xff") }, notCBOR},
	} {
		w := newCWT()
		c.change(w)
		l, err := statuslist.Parse(w.encode())
		ok := errors.Is(err, c.want)
		if c.want == error(notCBOR) {
			ok = errors.As(err, &notCBOR) && notCBOR != cbor.ErrLimit
			notCBOR = ""
		}
		if !ok || (err == nil) == (l == nil) {
			t.Errorf("%s: %v, want %v", name, err, c.want)
		}
	}
}

func TestNothingOfACWTIsInflatedBeforeOpenAndNoBombThen(t *testing.T) {
	c := newCWT()
	set(&c.list, "lst", []byte("####"))
	l, err := statuslist.Parse(c.encode())
	if err != nil {
		t.Fatalf("the list was looked at: %v", err)
	}
	if _, ok := l.Value(0, 1); ok || l.Size() != 0 {
		t.Error("a value of a list that is not open")
	}
	if err := l.Open(); !errors.Is(err, statuslist.ErrFormat) || l.Size() != 0 {
		t.Errorf("what is not ZLIB: %v", err)
	}
	bomb, _ := base64.RawURLEncoding.DecodeString(deflate(make([]byte, statuslist.MaxInflated+1)))
	set(&c.list, "lst", bomb)
	if l, err = statuslist.Parse(c.encode()); err != nil {
		t.Fatal(err)
	}
	if err := l.Open(); !errors.Is(err, statuslist.ErrLimit) || l.Size() != 0 {
		t.Errorf("%v, %d bytes held", err, l.Size())
	}
	if _, err := statuslist.Parse(append(c.encode(), make([]byte, statuslist.MaxToken)...)); !errors.Is(err, jose.ErrLimit) {
		t.Errorf("a token of more than 16 MiB: %v", err)
	}
}

// A list as CWT says what it says as JWT.
func TestACWTSaysWhatTheJWTSays(t *testing.T) {
	c := newCWT()
	set(&c.claims, 5, 1700000100)
	fromCWT, err := statuslist.Parse(c.encode())
	if err != nil {
		t.Fatal(err)
	}
	fromJWT, err := statuslist.Parse(token(tokenHeader, `{"nbf":1700000100,`+tokenClaims(1, deflate([]byte{0xb9, 0xa3}))[1:]))
	if err != nil {
		t.Fatal(err)
	}
	for i, l := range []*statuslist.List{fromCWT, fromJWT} {
		if l.Kind != statuslist.Token || l.URI != "https://a.example/1" || l.Issuer != "" || l.IssuedAt() != 1700000100 || l.NotAfter != 1799999999 || l.TimeToLive != 3600 {
			t.Errorf("list %d is %+v", i, l)
		}
	}
}

// Whatever is accepted has entries up to its size and none after it, and an error stands alone.
func FuzzParseCWT(f *testing.F) {
	f.Add(newCWT().encode(), uint64(15))
	four := newCWT()
	set(&four.list, "bits", 4)
	f.Add(four.encode(), uint64(1<<63))
	f.Fuzz(func(t *testing.T, b []byte, index uint64) {
		l, err := statuslist.Parse(append([]byte{0xd2}, b[min(1, len(b)):]...))
		if err != nil {
			if l != nil {
				t.Fatal("a list beside an error")
			}
			return
		}
		if l.URI == "" || l.IssuedAt() <= 0 || l.NotAfter < 0 || l.TimeToLive < 0 || l.Kind != statuslist.Token {
			t.Fatalf("%+v", l)
		}
		if _, ok := l.Value(index, 1); ok {
			t.Fatal("a value before Open")
		}
		err = l.Open()
		if _, ok := l.Value(index, 1); ok && (err != nil || index >= uint64(l.Size())*8) || err != nil && l.Size() != 0 {
			t.Fatalf("entry %d of %d bytes beside %v", index, l.Size(), err)
		}
	})
}

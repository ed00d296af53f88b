package cose_test

import (
	"bytes"
	"errors"
	"slices"
	"strings"
	"testing"

	"github.com/e2eid/e2eid/internal/cose"
	"github.com/e2eid/e2eid/internal/jose"
	"github.com/e2eid/e2eid/tests/testvc"
)

// base is a good message of which each row changes one thing.
func base() testvc.Sign1 {
	return testvc.Sign1{
		Protected:   []testvc.Pair{{Key: 1, Value: -7}, {Key: 16, Value: "application/a"}, {Key: 4, Value: []byte("kid")}},
		Unprotected: []testvc.Pair{{Key: 5, Value: []byte("iv")}},
		Payload:     []byte("payload"),
	}
}

func protected(label int, value any) func(*testvc.Sign1) {
	return func(s *testvc.Sign1) { s.Set(label, value) }
}

func unprotected(label int, value any) func(*testvc.Sign1) {
	return func(s *testvc.Sign1) { s.Unprotected = append(s.Unprotected, testvc.Pair{Key: label, Value: value}) }
}

// wrapped makes the message of its parts.
func wrapped(how func(parts []any) any) func(*testvc.Sign1) {
	return func(s *testvc.Sign1) { s.Wrap = how }
}

func tagged(n uint64) func(*testvc.Sign1) {
	return wrapped(func(parts []any) any { return testvc.Tag{Number: n, Content: parts} })
}

func part(i int, value any) func(*testvc.Sign1) {
	return wrapped(func(parts []any) any {
		parts[i] = value
		return testvc.Tag{Number: 18, Content: parts}
	})
}

// deep are levels of arrays within each other.
func deep(levels int) testvc.Raw {
	return append(bytes.Repeat([]byte{0x81}, levels), 0)
}

func TestMessagesThatAreRefused(t *testing.T) {
	s := signers(t)[0]
	if _, err := judge(s.key.SignCOSE(t, base()), s.jwk); err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct {
		change func(*testvc.Sign1)
		want   error
	}{
		"a label nobody knows":          {protected(999, "x"), nil},
		"a text for a label":            {func(m *testvc.Sign1) { m.Protected = append(m.Protected, testvc.Pair{Key: "x", Value: nil}) }, nil},
		"by itself":                     {wrapped(func(parts []any) any { return parts }), nil},
		"kid in the unprotected header": {func(m *testvc.Sign1) { m.Set(4, nil); unprotected(4, []byte("kid"))(m) }, nil},
		"one certificate":               {protected(33, []byte("one")), nil},
		"an empty payload":              {func(m *testvc.Sign1) { m.Payload = []byte{} }, nil},
		"within the tag of a CWT":       {wrapped(func(parts []any) any { return testvc.Tag{Number: 61, Content: testvc.Tag{Number: 18, Content: parts}} }), jose.ErrFormat},
		"within its tag twice":          {wrapped(func(parts []any) any { return testvc.Tag{Number: 18, Content: testvc.Tag{Number: 18, Content: parts}} }), jose.ErrFormat},
		"the tag of COSE_Encrypt0":      {tagged(16), jose.ErrFormat},
		"the tag of COSE_Mac0":          {tagged(17), cose.ErrMAC},
		"the tag of COSE_Mac":           {tagged(97), cose.ErrMAC},
		"the tag of COSE_Sign":          {tagged(98), jose.ErrFormat},
		"the tag of an encoding":        {tagged(24), jose.ErrFormat},
		"three parts":                   {wrapped(func(parts []any) any { return testvc.Tag{Number: 18, Content: parts[:3]} }), jose.ErrFormat},
		"five parts":                    {wrapped(func(parts []any) any { return testvc.Tag{Number: 18, Content: append(parts, parts[3])} }), jose.ErrFormat},
		"a map of two pairs": {wrapped(func(parts []any) any {
			return testvc.Tag{Number: 18, Content: []testvc.Pair{{Key: 1, Value: 2}, {Key: 3, Value: 4}}}
		}), jose.ErrFormat},
		"a byte string":                          {wrapped(func(parts []any) any { return testvc.CBOR(parts) }), jose.ErrFormat},
		"the protected header as a map":          {part(0, testvc.Raw("\xa1\x01\x26")), jose.ErrFormat},
		"no protected header":                    {part(0, []byte{}), jose.ErrFormat},
		"no protected header, null":              {part(0, nil), jose.ErrFormat},
		"the unprotected header encoded":         {part(1, []byte{0xa0}), jose.ErrFormat},
		"no unprotected header":                  {part(1, nil), jose.ErrFormat},
		"a detached payload":                     {part(2, nil), jose.ErrFormat},
		"a payload that is text":                 {part(2, "payload"), jose.ErrFormat},
		"another payload":                        {part(2, []byte("payloae")), jose.ErrSignature},
		"no signature":                           {part(3, nil), jose.ErrFormat},
		"an empty signature":                     {part(3, []byte{}), jose.ErrFormat},
		"a short signature":                      {part(3, make([]byte, 63)), jose.ErrSignature},
		"a signature of zeroes":                  {part(3, make([]byte, 64)), jose.ErrSignature},
		"a signature of COSE_Sign":               {func(m *testvc.Sign1) { m.Context = "Signature" }, jose.ErrSignature},
		"a counter signature":                    {func(m *testvc.Sign1) { m.Context = "CounterSignature" }, jose.ErrSignature},
		"a header that was not signed":           {part(0, testvc.CBOR([]testvc.Pair{{Key: 1, Value: -7}})), jose.ErrSignature},
		"no alg":                                 {protected(1, nil), jose.ErrFormat},
		"alg in the unprotected header":          {func(m *testvc.Sign1) { m.Set(1, nil); unprotected(1, -7)(m) }, jose.ErrFormat},
		"another alg in the unprotected header":  {unprotected(1, -8), jose.ErrFormat},
		"the same alg in the unprotected header": {unprotected(1, -7), jose.ErrFormat},
		"alg of another curve":                   {protected(1, -35), jose.ErrKey},
		"alg of another curve, fully-specified":  {protected(1, -51), jose.ErrKey},
		"alg of EdDSA":                           {protected(1, -8), jose.ErrKey},
		"alg as text":                            {protected(1, "ES256"), jose.ErrAlgorithm},
		"alg of secp256k1":                       {protected(1, -47), jose.ErrAlgorithm},
		"alg of RSASSA-PSS":                      {protected(1, -37), jose.ErrAlgorithm},
		"alg of brainpool":                       {protected(1, -265), jose.ErrAlgorithm},
		"alg of a hash":                          {protected(1, -16), jose.ErrAlgorithm},
		"alg 0":                                  {protected(1, 0), jose.ErrAlgorithm},
		"alg of HMAC":                            {protected(1, 5), cose.ErrMAC},
		"alg of AES-GCM":                         {protected(1, 1), cose.ErrMAC},
		"alg as bytes":                           {protected(1, []byte{0x26}), jose.ErrFormat},
		"alg twice":                              {func(m *testvc.Sign1) { m.Protected = append(m.Protected, testvc.Pair{Key: 1, Value: -7}) }, jose.ErrFormat},
		"alg twice, in another encoding": {func(m *testvc.Sign1) {
			m.Protected = append(m.Protected, testvc.Pair{Key: testvc.Raw{0x18, 1}, Value: -7})
		}, jose.ErrFormat},
		"crit of what nobody knows":                  {func(m *testvc.Sign1) { m.Set(2, []any{999}); m.Set(999, 1) }, jose.ErrCritical},
		"crit of what is known":                      {protected(2, []any{16}), jose.ErrCritical},
		"crit of what is not there":                  {protected(2, []any{999}), jose.ErrCritical},
		"crit without labels":                        {protected(2, []any{}), jose.ErrFormat},
		"crit as a number":                           {protected(2, 16), jose.ErrFormat},
		"crit as a map":                              {protected(2, []testvc.Pair{{Key: 1, Value: 2}}), jose.ErrFormat},
		"crit in the unprotected header":             {unprotected(2, []any{999}), jose.ErrFormat},
		"claims in the header":                       {protected(15, []testvc.Pair{{Key: 4, Value: 1}}), jose.ErrCritical},
		"claims in the unprotected header":           {unprotected(15, []testvc.Pair{}), jose.ErrFormat},
		"typ in the unprotected header":              {func(m *testvc.Sign1) { m.Set(16, nil); unprotected(16, "application/a")(m) }, jose.ErrFormat},
		"content type in the unprotected header":     {unprotected(3, "application/a"), jose.ErrFormat},
		"kid in both headers":                        {unprotected(4, []byte("kid")), jose.ErrFormat},
		"a label twice in the unprotected header":    {unprotected(5, []byte("iv")), jose.ErrFormat},
		"a label that is a byte string, unprotected": {func(m *testvc.Sign1) { m.Unprotected[0].Key = []byte{1} }, jose.ErrFormat},
		"typ without a slash":                        {protected(16, "a"), jose.ErrFormat},
		"typ that is empty":                          {protected(16, ""), jose.ErrFormat},
		"typ as bytes":                               {protected(16, []byte("application/a")), jose.ErrFormat},
		"typ below 0":                                {protected(16, -1), jose.ErrFormat},
		"typ that is long":                           {protected(16, "a/"+strings.Repeat("a", 4<<10)), jose.ErrFormat},
		"content type as null":                       {protected(3, testvc.Raw{0xf6}), jose.ErrFormat},
		"kid as text":                                {protected(4, "kid"), jose.ErrFormat},
		"kid that is empty":                          {protected(4, []byte{}), jose.ErrFormat},
		"kid that is long":                           {protected(4, make([]byte, 4<<10+1)), jose.ErrFormat},
		"x5chain without certificates":               {protected(33, []any{}), jose.ErrFormat},
		"x5chain as text":                            {protected(33, "certificate"), jose.ErrFormat},
		"x5chain as a map":                           {protected(33, []testvc.Pair{{Key: "a", Value: []byte("certificate")}}), jose.ErrFormat},
		"x5chain with an empty certificate":          {protected(33, []any{[]byte("one"), []byte{}}), jose.ErrFormat},
		"x5chain of nine":                            {protected(33, slices.Repeat([]any{[]byte("one")}, 9)), jose.ErrLimit},
		"text that is not UTF-8":                     {protected(16, "application/\xff"), jose.ErrFormat},
		"a protected header and bytes after it":      {func(m *testvc.Sign1) { m.Encoded = append(testvc.CBOR(m.Protected), 0) }, jose.ErrFormat},
		"a protected header that is an array":        {func(m *testvc.Sign1) { m.Encoded = testvc.CBOR([]any{1, -7}) }, jose.ErrFormat},
		"a protected header of indefinite length":    {func(m *testvc.Sign1) { m.Encoded = []byte("\xbf\x01\x26\xff") }, jose.ErrFormat},
		"a protected header of many levels":          {protected(999, deep(8)), jose.ErrLimit},
		"an unprotected header of many levels":       {unprotected(999, deep(8)), jose.ErrLimit},
		"a protected header of many items":           {protected(999, slices.Repeat([]any{0}, 128)), jose.ErrLimit},
		"an array of indefinite length": {wrapped(func(parts []any) any {
			b := testvc.CBOR(parts)
			return testvc.Tag{Number: 18, Content: testvc.Raw("\x9f" + string(b[1:]) + "\xff")}
		}), jose.ErrFormat},
		"a tag in two bytes": {wrapped(func(parts []any) any { return testvc.Raw("\xd8\x12" + string(testvc.CBOR(parts))) }), jose.ErrFormat},
		"bytes after the end": {wrapped(func(parts []any) any {
			return testvc.Raw(string(testvc.CBOR(testvc.Tag{Number: 18, Content: parts})) + "\x00")
		}), jose.ErrFormat},
	} {
		m := base()
		c.change(&m)
		token, err := judge(s.key.SignCOSE(t, m), s.jwk)
		if !errors.Is(err, c.want) || (err == nil) != (c.want == nil) || (err != nil) == (token != nil) {
			t.Errorf("%s: %v, want %v", name, err, c.want)
		}
	}
	good := s.key.SignCOSE(t, base())
	if _, err := cose.Parse(good, len(good)-1); !errors.Is(err, jose.ErrLimit) {
		t.Errorf("more than so many bytes: %v", err)
	}
	for i := range good {
		if _, err := cose.Parse(good[:i], maxBytes); err == nil {
			t.Errorf("accepted without its end after %d bytes", i)
		}
	}
}

package verifier_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/e2eid/e2eid/signature/native"
	"github.com/e2eid/e2eid/tests/testvc"
	"github.com/e2eid/e2eid/verifier"
)

// The rows about status.

const (
	noAnswer    = "undetermined revocation_unavailable STAT-1"
	noList      = noAnswer + ", list refused"
	notCovered  = "undetermined not_covered STAT-1"
	staleAnswer = "undetermined stale_revocation STAT-2"
	revokedNow  = "rejected revoked STAT-3"
)

// list replaces text in what the list says.
func list(old, new string) func(testing.TB) string {
	return sd(func(w *world) { replace(&w.listPayload, old, new) })
}

// w3cList does in a Bitstring Status List, and w3cEntry in what refers to it.
func w3cList(old, new string) func(testing.TB) string {
	return inVP(func(w *vpWorld) { replace(&w.list, old, new) })
}

func w3cEntry(old, new string) func(testing.TB) string {
	return inVP(func(w *vpWorld) { replace(&w.vc, old, new) })
}

// to2021 makes the list a StatusList2021.
func to2021(w *vpWorld) {
	replace(&w.vc, "BitstringStatusListEntry", "StatusList2021Entry")
	w.list = strings.ReplaceAll(w.list, "BitstringStatusList", "StatusList2021")
	replace(&w.list, `"encodedList":"u`, `"encodedList":"`)
}

var noneRevoked = gzipped(make([]byte, 16384))

// bit judges with the list of a W3C kind in which this entry alone is set.
func bit(change func(w *vpWorld), i int) func(testing.TB) string {
	return inVP(func(w *vpWorld) {
		change(w)
		replace(&w.list, noneRevoked, setBit(i))
	})
}

// idx judges with this as idx, JSON.
func idx(json string) func(testing.TB) string { return payload(`"idx":3`, `"idx":`+json) }

var statusRow = []rowCase{
	{"bomb", "", list(compressed(1, 0), compressed(make([]byte, 20<<20)...)), notCovered + ": the list is larger than 16 MiB"},
	{"bomb", "that nobody signed", sd(func(w *world) {
		w.listSigner = newES256()
		replace(&w.listPayload, compressed(1, 0), compressed(make([]byte, 20<<20)...))
	}), noAnswer + ": the list is larger than 16 MiB"},
	{"bomb", "Bitstring", w3cList(noneRevoked, gzipped(make([]byte, 20<<20))), notCovered + ": the list is larger than 16 MiB"},
	{"bomb", "StatusList2021", inVP(func(w *vpWorld) { to2021(w); replace(&w.list, noneRevoked, gzipped(make([]byte, 20<<20))) }), notCovered + ": the list is larger than 16 MiB"},
	{"bomb", "CWT", byCWT(func(w *cwtWorld) { w.list = make([]byte, 20<<20) }), notCovered + ": the list is larger than 16 MiB"},
	{"wrong bit order", "Token Status List, the first bit is the lowest", list(compressed(1, 0), compressed(0b0000_1000, 0)), revokedNow},
	{"wrong bit order", "Token Status List, counted from the other end", list(compressed(1, 0), compressed(0b0001_0000, 0)), "verified"},
	{"wrong bit order", "Token Status List, 2 bits", list(`1,"lst":"`+compressed(1, 0), `2,"lst":"`+compressed(0b0100_0000, 0)), revokedNow},
	{"wrong bit order", "Token Status List, 2 bits from the other end", list(`1,"lst":"`+compressed(1, 0), `2,"lst":"`+compressed(0b0000_0010, 0)), "verified"},
	{"wrong bit order", "Token Status List, 4 bits", list(`1,"lst":"`+compressed(1, 0), `4,"lst":"`+compressed(0, 0b0001_0000)), revokedNow},
	{"wrong bit order", "Token Status List, 4 bits from the other end", list(`1,"lst":"`+compressed(1, 0), `4,"lst":"`+compressed(0, 0b0000_0001)), "verified"},
	{"wrong bit order", "CWT", byCWT(func(w *cwtWorld) { w.list = []byte{0b0000_1000, 0} }), revokedNow},
	{"wrong bit order", "CWT, counted from the other end", byCWT(func(w *cwtWorld) { w.list = []byte{0b0001_0000, 0} }), "verified"},
	{"wrong bit order", "Bitstring, the first bit is the highest", bit(func(*vpWorld) {}, 94567), revokedNow},
	{"wrong bit order", "Bitstring, counted from the other end", bit(func(*vpWorld) {}, 94567^7), "verified"},
	{"wrong bit order", "Bitstring, 2 bits", bit(func(w *vpWorld) { replace(&w.vc, `"94567"`, `"1000","statusSize":2`) }, 2001), revokedNow},
	{"wrong bit order", "Bitstring, 2 bits from the other end", bit(func(w *vpWorld) { replace(&w.vc, `"94567"`, `"1000","statusSize":2`) }, 2001^7), "verified"},
	{"wrong bit order", "StatusList2021, the first bit is the highest", bit(to2021, 94567), revokedNow},
	{"wrong bit order", "StatusList2021, counted from the other end", bit(to2021, 94567^7), "verified"},
	{"idx <0", "", idx("-1"), badForm + ": idx is not an integer from 0 on"},
	{"idx <0", "minus zero", idx("-0"), badForm + ": idx is not an integer from 0 on"},
	{"idx <0", "Bitstring", w3cEntry(`"94567"`, `"-1"`), badForm + ": statusListIndex is not a decimal number in a string"},
	{"idx string", "", idx(`"3"`), badForm + ": idx is not an integer from 0 on"},
	{"idx string", "that is none, where the W3C has one", w3cEntry(`"94567"`, `94567`), badForm + ": statusListIndex is not a string with characters"},
	{"idx string", "with a zero in front", w3cEntry(`"94567"`, `"094567"`), badForm + ": statusListIndex is not a decimal number in a string"},
	{"idx string", "with a sign", w3cEntry(`"94567"`, `"+94567"`), badForm + ": statusListIndex is not a decimal number in a string"},
	{"idx string", "with white space", w3cEntry(`"94567"`, `" 94567"`), badForm + ": statusListIndex is not a decimal number in a string"},
	{"idx string", "of another base", w3cEntry(`"94567"`, `"0x17167"`), badForm + ": statusListIndex is not a decimal number in a string"},
	{"idx string", "empty", w3cEntry(`"94567"`, `""`), badForm + ": statusListIndex is not a string with characters"},
	{"idx string", "null", idx("null"), badForm + ": idx is not an integer from 0 on"},
	{"idx float", "", idx("3.5"), badForm + ": idx is not an integer from 0 on"},
	{"idx float", "that is whole", idx("3.0"), badForm + ": idx is not an integer from 0 on"},
	{"idx float", "with an exponent", idx("3e0"), badForm + ": idx is not an integer from 0 on"},
	{"idx float", "Bitstring", w3cEntry(`"94567"`, `"94567.0"`), badForm + ": statusListIndex is not a decimal number in a string"},
	{"idx 2^53", "", idx("9007199254740992"), notCovered},
	{"idx 2^53", "and 3 more", idx("9007199254740995"), notCovered},
	{"idx 2^53", "2^64", idx("18446744073709551616"), badForm + ": idx is not an integer from 0 on"},
	{"idx 2^53", "2^64 and 3 more, Bitstring", w3cEntry(`"94567"`, `"18446744073709551619"`), badForm + ": statusListIndex is not a decimal number in a string"},
	{"idx 2^53", "2^61, times its bits", bit(func(w *vpWorld) { replace(&w.vc, `"94567"`, `"2305843009213693952","statusSize":8`) }, 1), notCovered},
	{"idx out of range", "", idx("16"), notCovered},
	{"idx out of range", "the last one within", idx("15"), "verified"},
	{"idx out of range", "Bitstring", w3cEntry(`"94567"`, `"131072"`), notCovered},
	{"idx out of range", "Bitstring, by its size", w3cEntry(`"94567"`, `"94567","statusSize":2`), notCovered},
	{"bits 3", "", list(`"bits":1`, `"bits":3`), noList + ": bits is none of 1, 2, 4 and 8"},
	{"bits 3", "0", list(`"bits":1`, `"bits":0`), noList + ": bits is none of 1, 2, 4 and 8"},
	{"bits 3", "16", list(`"bits":1`, `"bits":16`), noList + ": bits is none of 1, 2, 4 and 8"},
	{"bits 3", "in a string", list(`"bits":1`, `"bits":"1"`), noList + ": bits is none of 1, 2, 4 and 8"},
	{"bits 3", "absent", list(`"bits":1,`, ``), noList + ": bits is none of 1, 2, 4 and 8"},
	{"bits 3", "CWT", byCWT(func(w *cwtWorld) { w.bits = 3 }), noList + ": bits is none of 1, 2, 4 and 8"},
	{"bits 3", "statusSize 9", w3cEntry(`"94567"`, `"94567","statusSize":9`), badForm + ": statusSize is not a small number of bits"},
	{"bits 3", "statusSize 0", w3cEntry(`"94567"`, `"94567","statusSize":0`), badForm + ": statusSize is not a small number of bits"},
	{"sub != uri", "", list(listURI, listURI+"0"), noAnswer},
	{"sub != uri", "and a slash", list(listURI, listURI+"/"), noAnswer},
	{"sub != uri", "by case", list("https://issuer", "https://Issuer"), noAnswer},
	{"sub != uri", "absent", list(`"sub"`, `"xsub"`), noList + ": sub is not a string with characters"},
	{"sub != uri", "Bitstring, the id", w3cList(listURI, listURI+"0"), noAnswer},
	{"sub != uri", "CWT", byCWT(func(w *cwtWorld) { w.claim(2, listURI+"0") }), noAnswer},
	{"typ JWT", "", sd(func(w *world) { replace(&w.listHeader, "statuslist+jwt", "JWT") }), noList + ": no status list of a form that is known: a JWT without a status list"},
	{"typ JWT", "absent", sd(func(w *world) { replace(&w.listHeader, `"typ":"statuslist+jwt",`, ``) }), noList + ": no status list of a form that is known: a JWT without a status list"},
	{"typ JWT", "that of a credential", sd(func(w *world) { replace(&w.listHeader, "statuslist+jwt", "dc+sd-jwt") }), noList + ": no status list of a form that is known: typ"},
	{"typ JWT", "that of a CWT", sd(func(w *world) { replace(&w.listHeader, "statuslist+jwt", "statuslist+cwt") }), noList + ": no status list of a form that is known: typ"},
	{"list by another issuer", "nobody knows", list(`"iat"`, `"iss":"https://evil.example","iat"`), noAnswer},
	{"list by another issuer", "by its key", sd(func(w *world) { w.listSigner = newES256() }), noAnswer},
	{"list by another issuer", "of another authority", sd(func(w *world) {
		key := newES256()
		w.trust.Authorities = append(w.trust.Authorities, verifier.Authority{ID: "other", Scope: mustScope("other.example"),
			Issuers: []verifier.Issuer{{ID: "https://other.example", Keys: []byte(`{"keys":[` + key.JWK(`,"kid":"k1"`) + `]}`)}}})
		w.listSigner = key
		replace(&w.listPayload, `"iat"`, `"iss":"https://other.example","iat"`)
	}), noAnswer},
	{"list by another issuer", "Bitstring", w3cList(`"issuer":"https://issuer.example"`, `"issuer":"https://evil.example"`), noAnswer},
	{"list by another issuer", "the holder", sd(func(w *world) {
		w.listSigner = w.holder
		replace(&w.listHeader, "ES256", "EdDSA")
		replace(&w.listPayload, `"iat"`, `"iss":"`+w.holder.DID()+`","iat"`)
	}), noAnswer},
	{"exp passed but ttl fresh", "", list("1751000000", "1750000000"), staleAnswer},
	{"exp passed but ttl fresh", "Bitstring", w3cList(`2025-06-16T00:00:00Z","credentialSubject":{`, `2025-06-15T00:00:01Z","credentialSubject":{"ttl":86400000,`), staleAnswer},
	{"exp passed but ttl fresh", "the other way round", list("86400", "60"), staleAnswer},
	{"exp passed but ttl fresh", "neither", list(`"exp":1751000000,"ttl":86400,`, ``), staleAnswer},
	{"ttl 0", "", list("86400", "0"), noList + ": ttl is not a positive number of seconds"},
	{"ttl 0", "below it", list("86400", "-86400"), noList + ": ttl is not a positive number of seconds"},
	{"ttl 0", "in a string", list("86400", `"86400"`), noList + ": ttl is not a positive number of seconds"},
	{"ttl 0", "a fraction", list("86400", "86400.5"), noList + ": ttl is not a positive number of seconds"},
	{"ttl 0", "Bitstring", w3cList(`"credentialSubject":{`, `"credentialSubject":{"ttl":0,`), noList + ": ttl is not a positive number of milliseconds"},
	{"ttl huge", "and exp to come", list("86400", "9007199254740991"), "verified"},
	{"ttl huge", "and exp passed", list(`1751000000,"ttl":86400`, `1750000000,"ttl":9007199254740991`), staleAnswer},
	{"ttl huge", "and no exp", list(`"exp":1751000000,"ttl":86400`, `"ttl":9007199254740991`), staleAnswer},
	{"ttl huge", "whose end is beyond 64 bits", list(`"exp":1751000000,"ttl":86400`, `"ttl":9223372036854775807`), staleAnswer},
	{"ttl huge", "longer than the authority lets a list be fresh", sd(func(w *world) {
		w.trust.Authorities[0].MaxAge = 3600_000_000_000
		replace(&w.listPayload, "86400", "300000000")
		replace(&w.listPayload, "1749990000", "1749996399")
	}), staleAnswer},
	{"iat future", "", list("1749990000", "1750001000"), "undetermined clock STAT-2"},
	{"iat future", "absent", list(`"iat":1749990000,`, ``), noList + ": no iat"},
	{"iat future", "Bitstring", w3cList("2025-06-15T00:00:00Z", "2025-06-15T23:00:00Z"), "undetermined clock STAT-2"},
	{"rollback", "of the issuer's own list", rolledBack(func(w *world) string { return w.listPayload }, "1749990000", "1749995000"), "undetermined rollback STAT-1"},
	{"rollback", "to one as old", rolledBack(func(w *world) string { return w.listPayload }, "1749990000", "1749990000"), "verified"},
	{"purpose mismatch", "of the list", w3cList(`"statusPurpose":"revocation"`, `"statusPurpose":"suspension"`), notCovered},
	{"purpose mismatch", "of the entry", w3cEntry(`"statusPurpose":"revocation"`, `"statusPurpose":"suspension"`), notCovered},
	{"purpose mismatch", "that nobody knows", inVP(func(w *vpWorld) {
		replace(&w.vc, `"statusPurpose":"revocation"`, `"statusPurpose":"message"`)
		replace(&w.list, `"statusPurpose":"revocation"`, `"statusPurpose":"message"`)
	}), notCovered},
	{"purpose mismatch", "StatusList2021", inVP(func(w *vpWorld) {
		to2021(w)
		replace(&w.list, `"statusPurpose":"revocation"`, `"statusPurpose":"suspension"`)
	}), notCovered},
	{"purpose mismatch", "one of several", w3cList(`"statusPurpose":"revocation"`, `"statusPurpose":["suspension","revocation"]`), "verified"},
	{"list that itself has a status", "Bitstring", w3cList(`"credentialSubject"`, `"credentialStatus":`+statusOfList+`,"credentialSubject"`), noList + ": a status list that has a status"},
	{"list that itself has a status", "StatusList2021", inVP(func(w *vpWorld) {
		to2021(w)
		replace(&w.list, `"credentialSubject"`, `"credentialStatus":`+statusOfList+`,"credentialSubject"`)
	}), noList + ": a status list that has a status"},
	{"list that itself has a status", "Token Status List", list(`"iat"`, `"status":{"status_list":{"idx":0,"uri":"https://issuer.example/status/2"}},"iat"`), noList + ": a status list that has a status"},
	{"recursion", "Bitstring, a list that names itself", w3cList(`"credentialSubject"`, `"credentialStatus":`+strings.Replace(statusOfList, "status/2", "status/1", 1)+`,"credentialSubject"`), noList + ": a status list that has a status"},
	{"list that itself has a status", "CWT", byCWT(func(w *cwtWorld) {
		w.claim(65535, []testvc.Pair{{Key: "status_list", Value: []testvc.Pair{{Key: "idx", Value: 0}, {Key: "uri", Value: "https://issuer.example/status/2"}}}})
	}), noList + ": a status list that has a status"},
	{"recursion", "Token Status List, a list that names itself", list(`"iat"`, `"status":{"status_list":{"idx":0,"uri":"`+listURI+`"}},"iat"`), noList + ": a status list that has a status"},
}

const statusOfList = `{"type":"BitstringStatusListEntry","statusPurpose":"revocation","statusListIndex":"1","statusListCredential":"https://issuer.example/status/2"}`

// rolledBack shows a client a list made at one time and then, without it, the one of the other.
func rolledBack(payload func(w *world) string, older, newer string) func(testing.TB) string {
	return func(t testing.TB) string {
		w := newWorld(t)
		v, err := verifier.New(w.trust)
		if err != nil {
			t.Fatal(err)
		}
		p := w.presentation
		p.Bytes = []byte(w.token(t))
		var last string
		for _, made := range []string{newer, older} {
			bag := &verifier.Bag{}
			if err := bag.AddStatusList([]byte(w.listSigner.Sign(t, w.listHeader, strings.Replace(payload(w), "1749990000", made, 1)))); err != nil {
				t.Fatal(err)
			}
			v.Use(bag)
			plan := v.Plan(w.at, w.at, []verifier.Presentation{p})
			last = said(plan.Conclude(native.Run(plan.Checks()))[0])
			if made == newer && last != "verified" {
				t.Fatal(last)
			}
		}
		return last
	}
}

// missing judges without a list, and says what the verdict asks for.
func missing(change func(w *world)) func(testing.TB) string {
	return func(t testing.TB) string {
		w := newWorld(t)
		w.noList = true
		change(w)
		v := w.judge(t)
		return fmt.Sprint(said(v), ", asks for ", len(v.Missing()))
	}
}

// at judges with this as the list's address, and no list there.
func at(uri string) func(testing.TB) string {
	return missing(func(w *world) { replace(&w.payload, listURI, uri) })
}

const asksNobody = notCovered + ", asks for 0"

var statusURLRow = []rowCase{
	{"http:", "", at("http://issuer.example/status/1"), asksNobody},
	{"http:", "ftp:", at("ftp://issuer.example/status/1"), asksNobody},
	{"http:", "javascript:", at("javascript:alert(1)"), asksNobody},
	{"http:", "by case", at("HTTPS://issuer.example/status/1"), asksNobody},
	{"http:", "no scheme", at("//issuer.example/status/1"), asksNobody},
	{"data:", "", at("data:application/statuslist+jwt,x"), asksNobody},
	{"file:", "", at("file:///etc/passwd"), asksNobody},
	{"localhost", "", at("https://localhost/1"), asksNobody},
	{"localhost", "below it", at("https://a.localhost/1"), asksNobody},
	{"localhost", "with a dot", at("https://localhost./1"), asksNobody},
	{"localhost", "a name without a dot", at("https://intranet/1"), asksNobody},
	{"IP", "", at("https://127.0.0.1/1"), asksNobody},
	{"IP", "of the cloud's metadata", at("https://169.254.169.254/latest"), asksNobody},
	{"IP", "version 6", at("https://[::1]/1"), asksNobody},
	{"IP", "in one number", at("https://2130706433/1"), asksNobody},
	{"IP", "in hexadecimal", at("https://0x7f.1/1"), asksNobody},
	{"IP", "in octal", at("https://0177.0.0.01/1"), asksNobody},
	{"credentials in URL", "", at("https://a:b@issuer.example/1"), asksNobody},
	{"credentials in URL", "none in front of @", at("https://@issuer.example/1"), asksNobody},
	{"credentials in URL", "a port", at("https://issuer.example:22/1"), asksNobody},
	{"credentials in URL", "a backslash", at(`https://issuer.example\\@evil.example/1`), asksNobody},
	{"fetch only after the signature holds", "it does", missing(func(*world) {}), noAnswer + ", asks for 1"},
	{"fetch only after the signature holds", "it does not", missing(func(w *world) { w.signer = newES256() }), badIssuerSignature + ", asks for 0"},
	{"fetch only after the signature holds", "nobody knows the issuer", missing(func(w *world) {
		replace(&w.payload, "https://issuer.example", "https://evil.example")
	}), "rejected untrusted_issuer VC-1, asks for 0"},
	{"fetch only after the signature holds", "malformed", missing(func(w *world) { replace(&w.payload, "1760000000", `"x"`) }), badForm + ", asks for 0: exp is not a time in whole seconds"},
}

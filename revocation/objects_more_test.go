package revocation_test

import (
	"bytes"
	"crypto"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/sha256"
	"encoding/asn1"
	"encoding/hex"
	"math/big"
	"strings"
	"testing"
	"time"

	"github.com/e2eid/e2eid/revocation"
	"github.com/e2eid/e2eid/signature"
)

// Objects of two heads: number 8, and number 9 with a delta from it, of an index list with details and suspended, and of
// serial lists of both kinds.

// p256Key is the ECDSA key of the objects: the private number 7.
func p256Key() *ecdsa.PrivateKey {
	k, err := ecdsa.ParseRawPrivateKey(elliptic.P256(), append(make([]byte, 31), 7))
	if err != nil {
		panic(err)
	}
	return k
}

func p256Public() revocation.Key {
	point, err := p256Key().PublicKey.Bytes()
	if err != nil {
		panic(err)
	}
	return revocation.Key{Algorithm: signature.ECDSAP256SHA256, Key: point}
}

// signatureByP256 is a Signature by that key, deterministic by RFC 6979.
func signatureByP256(signed string) string {
	message, _ := hex.DecodeString(signed)
	digest := sha256.Sum256(message)
	der, err := p256Key().Sign(nil, digest[:], crypto.SHA256)
	if err != nil {
		panic(err)
	}
	var rs struct{ R, S *big.Int }
	if _, err := asn1.Unmarshal(der, &rs); err != nil {
		panic(err)
	}
	both := append(rs.R.FillBytes(make([]byte, 32)), rs.S.FillBytes(make([]byte, 32))...)
	return ofSize(2, 0x0101) + hashOf(ofSize(2, 0x0101) + hex.EncodeToString(p256Public().Key))[:16] + varint(64) + hex.EncodeToString(both)
}

// tlv is a value of DER.
func tlv(tag string, parts ...string) string {
	content := strings.Join(parts, "")
	switch n := len(content) / 2; {
	case n < 128:
		return tag + ofSize(1, uint64(n)) + content
	case n < 256:
		return tag + "81" + ofSize(1, uint64(n)) + content
	default:
		return tag + "82" + ofSize(2, uint64(n)) + content
	}
}

// certificateBy is a certificate of RFC 5280 for the Ed25519 key with seed key, signed by that with seed 3.
func certificateBy(subject string, key byte, extensions ...string) string {
	const ed25519OID = "06032b6570"
	commonName := func(s string) string { return tlv("30", tlv("31", tlv("30", "0603550403", tlv("0c", text(s))))) }
	public := hex.EncodeToString(signKey(key).Public().(ed25519.PublicKey))
	tbs := tlv("30", tlv("a0", "020102"), "020101", tlv("30", ed25519OID), commonName("anchor"),
		tlv("30", tlv("17", text("231101000000Z")), tlv("17", text("240501000000Z"))), commonName(subject),
		tlv("30", tlv("30", ed25519OID), tlv("03", "00", public)), tlv("a3", tlv("30", extensions...)))
	message, _ := hex.DecodeString(tbs)
	return tlv("30", tbs, tlv("30", ed25519OID), tlv("03", "00", hex.EncodeToString(ed25519.Sign(signKey(3), message))))
}

// issuerHash is the SHA-256 of a SubjectPublicKeyInfo, or of nothing in particular.
var issuerHash = hashOf(text("issuer"))

func moreObjects() []object {
	const critical = "0101ff"
	// basicConstraints with cA, keyUsage with keyCertSign and cRLSign; keyUsage with digitalSignature, extKeyUsage with the OID of
	// extension.go.
	anchor := certificateBy("anchor", 3, tlv("30", "0603551d13", critical, tlv("04", tlv("30", critical))),
		tlv("30", "0603551d0f", critical, tlv("04", "03020106")))
	certificate := certificateBy("list signer", 2, tlv("30", "0603551d0f", critical, tlv("04", "03020780")),
		tlv("30", "0603551d25", tlv("04", tlv("30", tlv("06", "6981faeefdd18fcedab1e5978cd59b83d3b4de4b01")))))

	// A list of 100. In head 8 index 5 is revoked (see objects_test.go), and 50 and 60 are suspended: M = 34, b = 6, c = 30: 50 is
	// 01 10000, 60 after it 1 01001.
	details8 := "80" + "01" + ofSize(5, 1690000000) + ofSize(5, 1690000001) + ofSize(5, 0)
	snapshot8 := "02" + "018a" + "01" + "6148"
	root8 := hashOf("02" + hashOf("00"+"20"+strings.Repeat("00", 12)) + hashOf("00"+strings.Repeat("00", 6)+"04"+"10"+strings.Repeat("00", 5)))
	// In head 9 50 is revoked, 60 is good, and 7 suspended. Revoked: 5 is 1 00101, 50 after it 01 01010. Suspended: 7 is 1 000111.
	details9 := "80" + "01" + ofSize(5, 1690000000) + "04" + ofSize(5, 1700000000) + ofSize(5, 1700000001)
	snapshot9 := "03" + "019550" + "01" + "8e"
	root9 := hashOf("02" + hashOf("00"+"20"+strings.Repeat("00", 5)+"04"+strings.Repeat("00", 6)) + hashOf("00"+"80"+strings.Repeat("00", 12)))
	// 50 becomes revoked: 1 110010; 7 suspended; 60 good, a long remainder: 1 1110111. Then the details of the first two.
	delta := "c0" + "00" + "01" + "e4" + "01" + "8e" + "01" + "f7" + "04" + ofSize(5, 1700000000) + ofSize(5, 1700000001)

	// Of the certificates with serial numbers 1 to 4, mix(c, 0) begins with e6, 47, e8 and cf. Revoked is 2: M = 177, b = 8, c = 79:
	// 0x47 is 1 1000111. Suspended are 1 and 3: M = 88, b = 7, c = 40: 0xe6 is 001 1011110, 0xe8 after it 1 000001.
	revoked, suspended := "10"+"08"+"00"+"c7", "10"+"08"+"00"+"37a080"
	blob := func(b string) string { return hashOf(b) + size(b) }
	body := func(number uint64, previous, revokedCount, suspendedCount, root, snapshot, details, deltas string) string {
		return text("e2eid revocation head\x00") + "01" + "09" + text("a.example") + ofSize(8, number) + ofSize(8, 1700000000+number) +
			ofSize(8, 1700086400) + previous + ofSize(2, 3) +
			"00" + "01" + text("d") + "01" + "03" + varint(100) + revokedCount + suspendedCount + root + blob(snapshot) + blob(details) +
			"00" + "03" + text("s/1") + "02" + "04" + "04" + "01" + ofSize(5, 1800000000) + issuerHash + ofSize(5, 1600000000) + ofSize(5, 1700000000) + blob(revoked) +
			"02" + "01" + text("2") + "03" + "00" + "04" + "02" + issuerHash + ofSize(5, 0) + ofSize(5, 1700000000) + blob(suspended) +
			deltas + "00"
	}
	body8 := body(8, strings.Repeat("33", 32), "01", "02", root8, snapshot8, details8, "00")
	body9 := body(9, hashOf(body8), "02", "01", root9, snapshot9, details9, "01"+"01"+blob(delta))
	certified := size(certificate) + certificate
	head := func(b string) string {
		return b + "02" + signatureByP256(b) + signatureBy(2, b) + "01" + ofSize(2, 2) + size(certified) + certified
	}
	return []object{
		{"anchor", anchor}, {"certificate for lists", certificate},
		{"snapshot of two sets", snapshot8}, {"details", details8}, {"revoked serial numbers", revoked}, {"suspended serial numbers", suspended},
		{"head 8", head(body8)}, {"delta with details", delta}, {"snapshot after it", snapshot9}, {"details after it", details9}, {"head 9", head(body9)},
	}
}

// What is written is what the package reads, and what it writes.
func TestMoreObjects(t *testing.T) {
	file := map[string][]byte{}
	for _, o := range moreObjects() {
		file[o.Name], _ = hex.DecodeString(o.Hex)
	}
	hybrid := revocation.Signers{Authority: "a.example", Keys: []revocation.Key{publicKey(2), p256Public()}}
	old, err := open(file["head 8"], hybrid)
	if err != nil {
		t.Fatal(err)
	}
	h, err := open(file["head 9"], hybrid)
	if err != nil {
		t.Fatal(err)
	}
	u, err := revocation.ParseHead(file["head 9"])
	if err != nil {
		t.Fatal(err)
	}
	if certificates, err := u.Certificates(); err != nil || len(certificates) != 1 || !bytes.Equal(certificates[0], file["certificate for lists"]) {
		t.Errorf("certificates %x, %v", certificates, err)
	}
	serials := [][]byte{file["revoked serial numbers"], file["suspended serial numbers"]}
	held := mustLoad(t, old, nil, append([][]byte{file["snapshot of two sets"], file["details"]}, serials...))
	whole := mustLoad(t, h, nil, append([][]byte{file["snapshot after it"], file["details after it"]}, serials...))
	stepped := mustLoad(t, h, held, [][]byte{file["delta with details"]})
	now := time.Unix(1700000100, 0)
	var issuer [32]byte
	hex.Decode(issuer[:], []byte(issuerHash))
	for _, c := range []struct {
		name     string
		p        *revocation.Publication
		standing map[uint64]revocation.Standing
	}{
		{"head 8", held, map[uint64]revocation.Standing{5: revocation.Revoked, 50: revocation.Suspended, 60: revocation.Suspended, 7: revocation.Good}},
		{"head 9", whole, map[uint64]revocation.Standing{5: revocation.Revoked, 50: revocation.Revoked, 60: revocation.Good, 7: revocation.Suspended}},
		{"head 9 by the delta", stepped, map[uint64]revocation.Standing{5: revocation.Revoked, 50: revocation.Revoked, 60: revocation.Good, 7: revocation.Suspended}},
	} {
		for index, want := range c.standing {
			if got := c.p.Status("d", index, now, 0).Standing; got != want {
				t.Errorf("%s: index %d is %v, want %v", c.name, index, got, want)
			}
		}
		for serial, want := range []revocation.Standing{1: revocation.Suspended, 2: revocation.Revoked, 3: revocation.Suspended, 4: revocation.Good} {
			if got := c.p.StatusOfSerial(issuer, []byte{byte(serial)}, time.Unix(1650000000, 0), now, 0).Standing; serial > 0 && got != want {
				t.Errorf("%s: serial number %d is %v, want %v", c.name, serial, got, want)
			}
		}
		if got := c.p.StatusOfSerial(issuer, []byte{4}, time.Unix(1700000000, 0), now, 0).Standing; got != revocation.NotCovered {
			t.Errorf("%s: issued too late, but %v", c.name, got)
		}
	}
	if got := whole.Status("d", 50, now, 0); got.Reason != revocation.Superseded || got.Since.Unix() != 1700000000 {
		t.Errorf("index 50: %v since %v", got.Reason, got.Since)
	}
	if !bytes.Equal(stepped.Append(nil), whole.Append(nil)) {
		t.Error("the delta leads elsewhere than the snapshots")
	}

	// What we write is the same.
	b := h.Body()
	if again, err := revocation.AppendBody(nil, b); err != nil || !bytes.HasPrefix(file["head 9"], again) || b.Lists[1].Expires != 1800000000 {
		t.Errorf("body %x, %v", again, err)
	}
	entries := whole.Entries("d")
	l, blobs := list(t, "d", 100, true, entries...)
	if l != b.Lists[0] || !bytes.Equal(blobs[0], file["snapshot after it"]) || !bytes.Equal(blobs[1], file["details after it"]) {
		t.Errorf("list %+v, %x", l, blobs)
	}
	delta, err := revocation.EncodeDelta(b.Lists, map[string][]uint64{"d": {7, 50, 60}}, map[string][]revocation.Entry{"d": entries})
	if err != nil || !bytes.Equal(delta, file["delta with details"]) {
		t.Errorf("delta %x, %v", delta, err)
	}
}

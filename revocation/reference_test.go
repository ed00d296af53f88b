package revocation

import (
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"encoding/json"
	"flag"
	"math"
	"os"
	"strings"
	"testing"
)

// This file is a second writer of the format, as slow and plain as can be, made from the package doc and not from the
// code: strings of 0 and 1, and recursion as RFC 9162 has it. It writes testdata/known-answers.json.

var update = flag.Bool("update", false, "write testdata/known-answers.json anew")

// slowRoot returns the root of a set.
func slowRoot(covered uint64, indexes []uint32) [32]byte {
	bitstring := make([]byte, (covered+7)/8)
	for _, i := range indexes {
		bitstring[i/8] += 1 << (i % 8)
	}
	var chunks [][]byte
	for len(bitstring) > 4096 {
		chunks, bitstring = append(chunks, bitstring[:4096]), bitstring[4096:]
	}
	if len(bitstring) > 0 {
		chunks = append(chunks, bitstring)
	}
	return slowTree(chunks)
}

// slowTree is MTH of RFC 9162, Section 2.1.1.
func slowTree(d [][]byte) [32]byte {
	switch n := len(d); n {
	case 0:
		return sha256.Sum256(nil)
	case 1:
		return sha256.Sum256(append([]byte{0}, d[0]...))
	default:
		k := 1
		for 2*k < n {
			k *= 2
		}
		left, right := slowTree(d[:k]), slowTree(d[k:])
		return sha256.Sum256(append(append([]byte{1}, left[:]...), right[:]...))
	}
}

// slowNumbers returns what a coding codes: the set or, if it is more than half, the rest.
func slowNumbers(covered uint64, indexes []uint32) []uint32 {
	if uint64(len(indexes))*2 <= covered {
		return indexes
	}
	in := map[uint32]bool{}
	for _, i := range indexes {
		in[i] = true
	}
	rest := []uint32{}
	for i := range covered {
		if !in[uint32(i)] {
			rest = append(rest, uint32(i))
		}
	}
	return rest
}

// slowGolomb returns the bits of numbers before they are filled up to bytes.
func slowGolomb(covered uint64, numbers []uint32) string {
	if len(numbers) == 0 {
		return ""
	}
	m := covered * 45426 / (65536 * uint64(len(numbers)))
	if m == 0 {
		m = 1
	}
	b := 0
	for 1<<b < m {
		b++
	}
	c := 1<<b - m
	out, previous := "", int64(-1)
	for _, i := range numbers {
		gap := uint64(int64(i) - previous - 1)
		previous = int64(i)
		out += strings.Repeat("0", int(gap/m)) + "1"
		if r := gap % m; b > 0 && r < c {
			out += slowDigits(r, b-1)
		} else {
			out += slowDigits(r+c, b)
		}
	}
	return out
}

func slowDigits(v uint64, width int) (s string) {
	for range width {
		s, v = string(rune('0'+v%2))+s, v/2
	}
	return s
}

// slowBytes fills digits up to bytes.
func slowBytes(digits string) (out []byte) {
	for len(digits)%8 != 0 {
		digits += "0"
	}
	for ; digits != ""; digits = digits[8:] {
		v := byte(0)
		for _, d := range digits[:8] {
			v = 2*v + byte(d-'0')
		}
		out = append(out, v)
	}
	return out
}

// slowSet returns the coding of a set by a scheme.
func slowSet(covered uint64, indexes []uint32, scheme int) []byte {
	numbers := slowNumbers(covered, indexes)
	if scheme == 1 || len(numbers) == 0 {
		return append([]byte{1}, slowBytes(slowGolomb(covered, numbers))...)
	}
	return append([]byte{byte(scheme)}, slowAdaptive(covered, numbers, scheme)...)
}

func slowVarint(v uint64) []byte {
	switch {
	case v <= 63:
		return []byte{byte(v)}
	case v <= 16383:
		return binary.BigEndian.AppendUint16(nil, uint16(0x4000+v))
	case v <= 1073741823:
		return binary.BigEndian.AppendUint32(nil, uint32(0x80000000+v))
	}
	return binary.BigEndian.AppendUint64(nil, 0xc000000000000000+v)
}

// An answer is one entry of the file; bytes are hexadecimal.
type answer struct {
	Name     string     `json:"name"`
	Covered  uint64     `json:"covered"`
	Revoked  []uint32   `json:"revoked"`
	Details  [][2]int64 `json:"details"` // reason, since
	Bits     string     `json:"bits"`    // of the coding of those revoked by scheme 1, before filling up
	Quick    string     `json:"quick"`   // and by scheme 2
	Slow     string     `json:"slow"`    // and by scheme 3
	Root     string     `json:"root"`
	Snapshot string     `json:"snapshot"`
	DetailsX string     `json:"detailsBlob"`
	// Body is that of the only list of authority "a.example", number 7 at 1700000000 until 1700003600, after a head with hash
	// 2222…22, id "https://a.example/s", extension 5 with data "x".
	Body string `json:"body"`
}

func slowAnswer(name string, covered uint64, indexes []uint32, details [][2]int64) answer {
	var revoked, suspended []uint32
	reasons, since := []byte{0x80}, []byte{}
	for n, d := range details {
		time := binary.BigEndian.AppendUint64(nil, uint64(d[1]))[3:]
		if d[0] == 6 {
			suspended = append(suspended, indexes[n])
			since = append(since, time...)
		} else {
			revoked = append(revoked, indexes[n])
			reasons = append(append(reasons, byte(d[0])), time...)
		}
	}
	detailsBlob := append(reasons, since...)
	root := slowRoot(covered, revoked)
	// The smallest of the schemes, or the first if that is less than a 160th larger and at most a fourth is coded.
	smallest := func(set []uint32) []byte {
		dense := uint64(len(slowNumbers(covered, set))) > covered/4
		best := slowSet(covered, set, 1)
		for scheme := 2; scheme <= 3; scheme++ {
			b := slowSet(covered, set, scheme)
			if len(b) < len(best)-len(best)/160 || (dense || best[0] != 1) && len(b) < len(best) {
				best = b
			}
		}
		return best
	}
	snapshot := smallest(revoked)
	flags := byte(1)
	if suspended != nil {
		flags = 3
		other := slowRoot(covered, suspended)
		root = sha256.Sum256(append(append([]byte{2}, root[:]...), other[:]...))
		snapshot = append(append(slowVarint(uint64(len(snapshot))), snapshot...), smallest(suspended)...)
	}
	body := []byte("e2eid revocation head\x00\x01\x09a.example")
	body = append(body, 0, 0, 0, 0, 0, 0, 0, 7)
	body = append(body, 0, 0, 0, 0, 0x65, 0x53, 0xf1, 0x00)
	body = append(body, 0, 0, 0, 0, 0x65, 0x53, 0xff, 0x10)
	body = append(body, strings.Repeat("\x22", 32)...)
	body = append(body, 0, 1)
	body = append(body, "\x00\x13https://a.example/s"...)
	body = append(body, 1, flags)
	body = append(body, slowVarint(covered)...)
	body = append(body, slowVarint(uint64(len(revoked)))...)
	if suspended != nil {
		body = append(body, slowVarint(uint64(len(suspended)))...)
	}
	body = append(body, root[:]...)
	for _, blob := range [][]byte{snapshot, detailsBlob} {
		sum := sha256.Sum256(blob)
		body = append(body, sum[:]...)
		body = append(body, slowVarint(uint64(len(blob)))...)
	}
	body = append(body, "\x00\x01\x00\x05\x01x"...)
	return answer{name, covered, indexes, details, slowGolomb(covered, slowNumbers(covered, revoked)),
		hex.EncodeToString(slowSet(covered, revoked, 2)), hex.EncodeToString(slowSet(covered, revoked, 3)),
		hex.EncodeToString(root[:]), hex.EncodeToString(snapshot), hex.EncodeToString(detailsBlob), hex.EncodeToString(body)}
}

func slowAnswers() []answer {
	every := make([]uint32, 16)
	for i := range every {
		every[i] = uint32(i)
	}
	none := func(n int) [][2]int64 { return make([][2]int64, n) }
	return []answer{
		slowAnswer("nothing is covered", 0, []uint32{}, none(0)),
		slowAnswer("nothing is revoked", 8, []uint32{}, none(0)),
		slowAnswer("everything is revoked: nothing to code", 16, every, none(16)),
		slowAnswer("all but one are revoked: the one is coded", 17, every, none(16)),
		slowAnswer("half are revoked: M is 1", 32, every, none(16)),
		slowAnswer("M is 2, a power of two", 6, []uint32{1, 5}, none(2)),
		slowAnswer("M is 6: remainders of two and three bits", 10, []uint32{9}, [][2]int64{{1, 1690000000}}),
		slowAnswer("long run of zeros", 100, []uint32{96, 97, 98, 99}, none(4)),
		slowAnswer("suspended and revoked, times at the bounds", 1000, []uint32{0, 500, 999},
			[][2]int64{{6, 1}, {10, 253402300799}, {0, 0}}),
		slowAnswer("two chunks, the second of one bit", 32769, []uint32{32767, 32768}, none(2)),
		slowAnswer("three chunks: the right side is smaller", 3*32768, []uint32{5, 40000, 98303}, none(3)),
		slowAnswer("all that a list can cover, last index", 1<<32, []uint32{math.MaxUint32}, none(1)),
	}
}

func TestKnownAnswers(t *testing.T) {
	const path = "testdata/known-answers.json"
	want := slowAnswers()
	text, err := json.MarshalIndent(want, "", " ")
	if err != nil {
		t.Fatal(err)
	}
	text = append(text, '\n')
	if *update {
		if err := os.WriteFile(path, text, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	stored, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if string(stored) != string(text) {
		t.Error("the second writer and the file differ")
	}
	var answers []answer
	if err := json.Unmarshal(stored, &answers); err != nil {
		t.Fatal(err)
	}
	for _, a := range answers {
		t.Run(a.Name, func(t *testing.T) {
			entries := make([]Entry, len(a.Revoked))
			for i, index := range a.Revoked {
				entries[i] = Entry{Index: uint64(index), Reason: Reason(a.Details[i][0])}
				if since := a.Details[i][1]; since > 0 {
					entries[i].Since = fromUnix(uint64(since))
				}
			}
			l, blobs, err := EncodeList("https://a.example/s", a.Covered, entries, true)
			if err != nil {
				t.Fatal(err)
			}
			body := Body{Authority: "a.example", Number: 7, ThisUpdate: fromUnix(1700000000), NextUpdate: fromUnix(1700003600),
				Lists: []List{l}, Extensions: []Extension{{5, []byte("x")}}}
			copy(body.Previous[:], strings.Repeat("\x22", 32))
			signed, err := AppendBody(nil, body)
			if err != nil {
				t.Fatal(err)
			}
			for _, c := range []struct{ name, got, want string }{
				{"root", hex.EncodeToString(l.Root[:]), a.Root},
				{"snapshot", hex.EncodeToString(blobs[0]), a.Snapshot},
				{"details", hex.EncodeToString(blobs[1]), a.DetailsX},
				{"body", hex.EncodeToString(signed), a.Body},
			} {
				if c.got != c.want {
					t.Errorf("%s is %s, want %s", c.name, c.got, c.want)
				}
			}
		})
	}
}

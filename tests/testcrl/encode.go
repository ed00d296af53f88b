package testcrl

import (
	"time"

	"golang.org/x/crypto/cryptobyte"
	"golang.org/x/crypto/cryptobyte/asn1"

	"github.com/e2eid/e2eid/tests/testca"
)

// tbs encodes the TBSCertList (RFC 5280, Section 5.1).
func (l *List) tbs() []byte {
	return sequence(func(b *cryptobyte.Builder) {
		switch {
		case l.RawVersion != nil:
			b.AddBytes(l.RawVersion)
		case l.Version == 0:
			b.AddASN1Int64(1)
		case l.Version != 1:
			b.AddASN1Int64(int64(l.Version) - 1)
		}
		b.AddBytes(l.InnerAlgorithm)
		if l.RawIssuer != nil {
			b.AddBytes(l.RawIssuer)
		} else {
			b.AddBytes(l.Issuer.DER())
		}
		if l.RawTimes != nil {
			b.AddBytes(l.RawTimes)
		} else {
			addTime(b, l.ThisUpdate, ThisUpdate)
			if !l.NoNextUpdate {
				addTime(b, l.NextUpdate, NextUpdate)
			}
		}
		switch {
		case l.RawEntries != nil:
			b.AddBytes(l.RawEntries)
		case len(l.Entries) > 0:
			b.AddASN1(asn1.SEQUENCE, func(b *cryptobyte.Builder) {
				for _, e := range l.Entries {
					b.AddBytes(e.DER())
				}
			})
		}
		switch {
		case l.RawExtensions != nil:
			b.AddBytes(l.RawExtensions)
		case len(l.Extensions) > 0:
			b.AddASN1(explicit(0), func(b *cryptobyte.Builder) { addExtensions(b, l.Extensions) })
		}
		b.AddBytes(l.TrailingTBS)
	})
}

// DER encodes the entry.
func (e Entry) DER() []byte {
	if e.Raw != nil {
		return e.Raw
	}
	return sequence(func(b *cryptobyte.Builder) {
		if e.RawSerial != nil {
			b.AddBytes(e.RawSerial)
		} else {
			b.AddASN1BigInt(e.Serial)
		}
		if e.RawTime != nil {
			b.AddBytes(e.RawTime)
		} else {
			addTime(b, e.RevokedAt, RevokedAt)
		}
		if len(e.Extensions) > 0 {
			addExtensions(b, e.Extensions)
		}
	})
}

func addExtensions(b *cryptobyte.Builder, extensions []testca.Ext) {
	b.AddASN1(asn1.SEQUENCE, func(b *cryptobyte.Builder) {
		for _, e := range extensions {
			b.AddBytes(e.DER())
		}
	})
}

func addTime(b *cryptobyte.Builder, t, otherwise time.Time) {
	if t.IsZero() {
		t = otherwise
	}
	if t = t.UTC(); t.Year() >= 1950 && t.Year() < 2050 {
		b.AddASN1UTCTime(t)
	} else {
		b.AddASN1GeneralizedTime(t)
	}
}

// Many encodes a revokedCertificates for [List.RawEntries] that is too long for templates: entry i has the content
// octets of an INTEGER that serial returns, the same time as all, and a reason unless that is negative.
func Many(count int, serial func(i int) []byte, reason int) []byte {
	var extensions []byte
	if reason >= 0 {
		var b cryptobyte.Builder
		addExtensions(&b, []testca.Ext{Reason(byte(reason))})
		extensions = b.BytesOrPanic()
	}
	date := element(asn1.UTCTime, []byte("261123100000Z"))
	var content []byte
	for i := range count {
		s := serial(i)
		content = append(content, byte(asn1.SEQUENCE), byte(2+len(s)+len(date)+len(extensions)))
		content = append(append(content, byte(asn1.INTEGER), byte(len(s))), s...)
		content = append(append(content, date...), extensions...)
	}
	return element(asn1.SEQUENCE, content)
}

func explicit(n uint8) asn1.Tag { return asn1.Tag(n).ContextSpecific().Constructed() }

func element(tag asn1.Tag, content []byte) []byte {
	var b cryptobyte.Builder
	b.AddASN1(tag, func(b *cryptobyte.Builder) { b.AddBytes(content) })
	return b.BytesOrPanic()
}

func sequence(content func(*cryptobyte.Builder)) []byte {
	var b cryptobyte.Builder
	b.AddASN1(asn1.SEQUENCE, content)
	return b.BytesOrPanic()
}

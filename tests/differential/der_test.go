package differential

import (
	"crypto/elliptic"
	"math/big"

	"golang.org/x/crypto/cryptobyte"
	"golang.org/x/crypto/cryptobyte/asn1"

	"github.com/e2eid/e2eid/tests/testca"
)

// tbsOf returns what is signed of a certificate or list, as an element.
func tbsOf(der []byte) []byte {
	in := cryptobyte.String(der)
	var tbs cryptobyte.String
	if !in.ReadASN1(&in, asn1.SEQUENCE) || !in.ReadASN1Element(&tbs, asn1.SEQUENCE) {
		panic("not a certificate or list")
	}
	return tbs
}

// assemble puts what is signed, the algorithm and a signature together.
func assemble(tbs, algorithm, signature []byte) []byte {
	var b cryptobyte.Builder
	b.AddASN1(asn1.SEQUENCE, func(b *cryptobyte.Builder) {
		b.AddBytes(tbs)
		b.AddBytes(algorithm)
		b.AddASN1BitString(signature)
	})
	return b.BytesOrPanic()
}

// keyIDOf returns the subject key identifier of an authority.
func keyIDOf(ca *testca.CA) (id []byte) {
	for _, e := range ca.Cert.Extensions {
		if e.OID == testca.OIDSubjectKeyID {
			in := cryptobyte.String(e.Value)
			in.ReadASN1Bytes(&id, asn1.OCTET_STRING)
		}
	}
	return id
}

// negateS returns the other signature of ECDSA with P-256 that is as valid.
func negateS(signature []byte) []byte {
	in := cryptobyte.String(signature)
	r, s := new(big.Int), new(big.Int)
	if !in.ReadASN1(&in, asn1.SEQUENCE) || !in.ReadASN1Integer(r) || !in.ReadASN1Integer(s) {
		panic("not a signature")
	}
	var b cryptobyte.Builder
	b.AddASN1(asn1.SEQUENCE, func(b *cryptobyte.Builder) {
		b.AddASN1BigInt(r)
		b.AddASN1BigInt(s.Sub(elliptic.P256().Params().N, s))
	})
	return b.BytesOrPanic()
}

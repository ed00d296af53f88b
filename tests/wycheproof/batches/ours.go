package main

import (
	"bytes"
	"crypto"
	"encoding/json"
	"fmt"
	"log"

	"github.com/e2eid/e2eid/signature"
	"github.com/e2eid/e2eid/tests/edwards"
	"github.com/e2eid/e2eid/tests/testca"
)

// smallOrder prints the signatures of package edwards; package signature says which equation each algorithm has.
func smallOrder(out *json.Encoder) {
	s := suite{File: "points with a part of small order"}
	var checks []signature.Check
	add := func(a signature.Algorithm, e edwards.Signature, valid bool) {
		c, err := signature.New(a, e.Key, e.Message, e.Signature)
		if err != nil {
			log.Fatalf("%s: %s: %v", a, e.Name, err)
		}
		checks = append(checks, c)
		s.add(fmt.Sprintf("%s: %s", a, e.Name), valid)
	}
	for _, e := range edwards.Curve25519().Signatures() {
		add(signature.Ed25519, e, e.Cofactorless)
	}
	for _, e := range edwards.Curve448().Signatures() {
		add(signature.Ed448, e, e.Dropping)
	}
	s.print(out, checks)
}

// oddRSA prints signatures of RSA keys at the edges of what package signature takes: moduli that are no whole number of
// octets, the smallest and the largest exponent, salts from none to the longest.
func oddRSA(out *json.Encoder) {
	s := suite{File: "RSA keys at the edges"}
	var checks []signature.Check
	add := func(name string, a signature.Algorithm, key testca.Key, sig []byte, valid bool) {
		c, err := signature.New(a, testca.RawPublicKey(key.Public()), []byte("message"), sig)
		if err != nil {
			log.Fatalf("%s: %s: %v", name, a, err)
		}
		checks = append(checks, c)
		s.add(fmt.Sprintf("%s: %s", name, a), valid)
	}
	type shape struct {
		bits     int
		exponent int64
	}
	shapes := []shape{{2048, 3}, {2048, 1<<31 - 1}, {2049, 3}}
	for bits := 2048; bits <= 2056; bits++ {
		shapes = append(shapes, shape{bits, 65537})
	}
	for _, shape := range shapes {
		key := testca.NewRSAKey(shape.bits, shape.exponent, "edge")
		name := fmt.Sprintf("%d bits, exponent %d", shape.bits, shape.exponent)
		sig := key.Sign([]byte("message"))
		add(name, signature.RSAPKCS1SHA256, key, sig, true)
		add(name, signature.RSAPSSSHA256, key, sig, false)
		changed := bytes.Clone(sig)
		changed[len(sig)-1] ^= 1
		add(name+", changed", signature.RSAPKCS1SHA256, key, changed, false)
		most := (shape.bits-1+7)/8 - crypto.SHA256.Size() - 2
		for _, salt := range []int{0, 1, 32, most} {
			sig := key.SignPSS([]byte("message"), crypto.SHA256, crypto.SHA256, salt)
			for _, claimed := range []int{0, 1, 31, 32, 33, most - 1, most} {
				add(fmt.Sprintf("%s, a salt of %d", name, salt), signature.RSAPSSSHA256+signature.Algorithm(claimed), key, sig, claimed == salt)
			}
		}
	}
	s.print(out, checks)
}

package pkix

import (
	"github.com/e2eid/e2eid/internal/der"
	"github.com/e2eid/e2eid/signature"
)

const (
	oidPSS    OID = "\x2a\x86\x48\x86\xf7\x0d\x01\x01\x0a" // id-RSASSA-PSS, RFC 4055, Section 3.1
	oidMGF1   OID = "\x2a\x86\x48\x86\xf7\x0d\x01\x01\x08" // id-mgf1, RFC 4055, Section 2.2
	oidSHA256 OID = "\x60\x86\x48\x01\x65\x03\x04\x02\x01" // id-sha256, RFC 4055, Section 2.1
	oidSHA384 OID = "\x60\x86\x48\x01\x65\x03\x04\x02\x02" //
	oidSHA512 OID = "\x60\x86\x48\x01\x65\x03\x04\x02\x03" //
)

// Defaults of RSASSA-PSS-params. Those of the other two fields are SHA-1, and MGF1 with it.
const (
	defaultSalt    = 20
	defaultTrailer = 1
)

// readPSS reads RSASSA-PSS-params (RFC 4055, Section 3.1). ok is false if they are malformed. The algorithm is 0 if no
// signature.Algorithm has these parameters: SHA-1, which is what a field that is left out stands for, another hash, a
// mask of another hash than the message's, a salt of more than 255 octets.
//
// A salt length that is the default must be left out (X.690, Section 11.5). The same rule for the trailer field yields
// to RFC 4055, which has verifiers take it both ways, and real certificates have it.
func readPSS(params der.String) (alg signature.Algorithm, ok bool) {
	var seq, field der.String
	var hash, mask signature.Algorithm
	var present bool
	salt := defaultSalt
	if !params.Read(&seq, der.Sequence) || !params.Empty() {
		return 0, false
	}
	if !seq.Optional(&field, &present, der.Context(0).Constructed()) || present && !readPSSHash(field, &hash) {
		return 0, false
	}
	if !seq.Optional(&field, &present, der.Context(1).Constructed()) || present && !readMGF1(field, &mask) {
		return 0, false
	}
	if !seq.Optional(&field, &present, der.Context(2).Constructed()) {
		return 0, false
	}
	if present {
		if salt, ok = ReadSmall(&field, der.Integer); !ok || !field.Empty() || salt == defaultSalt {
			return 0, false
		}
	}
	if !seq.Optional(&field, &present, der.Context(3).Constructed()) || !seq.Empty() {
		return 0, false
	}
	if present {
		if trailer, ok := ReadSmall(&field, der.Integer); !ok || !field.Empty() || trailer != defaultTrailer {
			return 0, false
		}
	}
	if hash == 0 || mask != hash || salt > 0xff {
		return 0, true
	}
	return hash + signature.Algorithm(salt), true
}

// readPSSHash reads the AlgorithmIdentifier of a hash, as the algorithm that has it and no salt; 0 if there is none.
// Parameters are NULL or absent: RFC 4055, Section 2.1.
func readPSSHash(in der.String, out *signature.Algorithm) bool {
	var id OID
	var params der.String
	if !ReadAlgorithmIdentifier(&in, &id, &params) || !in.Empty() || len(params) > 0 && !isNull(params) {
		return false
	}
	switch id {
	case oidSHA256:
		*out = signature.RSAPSSSHA256
	case oidSHA384:
		*out = signature.RSAPSSSHA384
	case oidSHA512:
		*out = signature.RSAPSSSHA512
	default:
		*out = 0
	}
	return true
}

// readMGF1 reads the AlgorithmIdentifier of a mask generation function; of one other than MGF1 the hash is 0.
func readMGF1(in der.String, hash *signature.Algorithm) bool {
	var id OID
	var params der.String
	if !ReadAlgorithmIdentifier(&in, &id, &params) || !in.Empty() {
		return false
	}
	*hash = 0
	return id != oidMGF1 || readPSSHash(params, hash)
}

// pssFor returns the algorithm of a signature with these parameters by key. Those of an id-RSASSA-PSS key restrict it
// (RFC 4055, Section 3.3): all must be the same, but the salt may be longer.
func pssFor(key PublicKey, params der.String) (alg signature.Algorithm, ok bool) {
	if alg, ok = readPSS(params); !ok || alg == 0 {
		return 0, false
	}
	hash, salt, _ := alg.PSS()
	if least, minSalt, restricted := key.PSS.PSS(); restricted && (hash != least || salt < minSalt) {
		return 0, false
	}
	return alg, true
}

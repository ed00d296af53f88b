// Package jose reads signed JOSE objects and public keys for verifying: JWS (RFC 7515), JWK and JWK Set (RFC 7517), with
// the algorithms of RFC 7518, 8037, 9864 and 9964. What could be read in two ways is refused, and what is not needed is
// not there: no encryption, no MACs, no unsecured JWS, no extension that "crit" could name.
//
// # A token becomes a payload
//
//	Parse -> Unverified.Plan(key) -> (host runs the check) -> Plan.Open(answer) -> Token.Payload
//
// [Parse] checks form alone. A [Token] comes from [Plan.Open] only, after the host has said that the signature holds;
// before that the payload can be had by [Unverified.UnverifiedPayload], for finding out whose key to try. The package
// chooses no key. It never uses "jwk", "jku", "x5u" or "x5t" of a header, and returns "kid" and "x5c" for the caller to
// look up or to validate.
//
// # What is trusted of a header
//
// The protected header alone. In the JSON serialization an unprotected header must not have a name that decides
// anything ("alg" and its like), nor one that the protected header has; what else is there is handed to the caller
// apart, as the disclosures of RFC 9901, Section 8 are. Its "kid" is ignored.
//
// # Keys
//
// "alg" names an algorithm of the key's own type and curve, or the key does not fit: ES256 takes a P-256 key and no
// other. "use", "key_ops" and "alg" of a JWK are honoured. "x5c", "x5t" and "x5u" of a JWK are ignored: a key that the
// caller trusts needs no certificate, and a certificate beside another key makes that no better. Points are checked to
// lie on their curve by the hosts.
package jose

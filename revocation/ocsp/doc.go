// Package ocsp decodes OCSP responses (RFC 6960). It decides nothing: who may sign a response, when it is too old, and
// what its status means for a credential is package verifier's to say. Nothing is fetched: responses come with what is
// presented, or from whoever runs the verifier.
//
//	response, err := ocsp.Parse(der)
//	check, err := response.Check(responderKey)
//	for _, single := range response.Singles {
//		if single.ID.Matches(issuerName, issuerKey, serial) { … }
//	}
//
// # Encoding
//
// One response is one DER value and nothing after it, in the notation of RFC 6960, Section 4.2.1. What is optional
// there and not here is said beside it:
//
//	OCSPResponse      SEQUENCE { responseStatus ENUMERATED, responseBytes [0] EXPLICIT ResponseBytes OPTIONAL }
//	ResponseBytes     SEQUENCE { responseType id-pkix-ocsp-basic, response OCTET STRING of a BasicOCSPResponse }
//	BasicOCSPResponse SEQUENCE { tbsResponseData, signatureAlgorithm, signature BIT STRING,
//	                             certs [0] EXPLICIT SEQUENCE OF Certificate OPTIONAL }
//	ResponseData      SEQUENCE { version: always v1, which DER leaves out; responderID, producedAt GeneralizedTime,
//	                             responses SEQUENCE OF SingleResponse, at least one;
//	                             responseExtensions [1] EXPLICIT Extensions OPTIONAL }
//	ResponderID       CHOICE   { byName [1] EXPLICIT Name, byKey [2] EXPLICIT OCTET STRING of 20 octets }
//	SingleResponse    SEQUENCE { certID, certStatus, thisUpdate GeneralizedTime,
//	                             nextUpdate [0] EXPLICIT GeneralizedTime OPTIONAL,
//	                             singleExtensions [1] EXPLICIT Extensions OPTIONAL }
//	CertID            SEQUENCE { hashAlgorithm AlgorithmIdentifier, issuerNameHash, issuerKeyHash OCTET STRING,
//	                             serialNumber INTEGER }
//	CertStatus        CHOICE   { good [0] IMPLICIT NULL, revoked [1] IMPLICIT RevokedInfo, unknown [2] IMPLICIT NULL }
//	RevokedInfo       SEQUENCE { revocationTime GeneralizedTime, revocationReason [0] EXPLICIT CRLReason OPTIONAL }
//
// Times are YYYYMMDDHHMMSSZ (Section 4.2.2.1, and by it RFC 5280, Section 4.1.2.5.2). responseBytes stands exactly if
// responseStatus is successful (0).
//
// # What a caller must still check
//
// A response speaks for a certificate only if all of this holds:
//   - [Response.Check] succeeds with the key of the certificate's issuer, or of a certificate that this same issuer key
//     signed and that has id-kp-OCSPSigning (Section 4.2.2.2). [Response.MayBe] only narrows the search for it.
//   - [CertID.Matches] holds for that issuer. Of several singles that match, the most severe counts.
//   - thisUpdate and nextUpdate hold the time of interest.
//   - neither the response nor the single has an unsupported critical extension.
package ocsp

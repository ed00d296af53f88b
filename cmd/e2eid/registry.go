package main

import (
	"fmt"

	"github.com/e2eid/e2eid/credential/mls"
	"github.com/e2eid/e2eid/credential/x509"
	"github.com/e2eid/e2eid/signature"
)

// oidNames names object identifiers as the documents that define them do.
var oidNames = map[string]string{
	// Keys and signatures: RFC 3279, RFC 4055, RFC 5480, RFC 5758, RFC 8410, RFC 9881.
	"1.2.840.113549.1.1.1":    "rsaEncryption",
	"1.2.840.113549.1.1.5":    "sha1WithRSAEncryption",
	"1.2.840.113549.1.1.10":   "id-RSASSA-PSS",
	"1.2.840.113549.1.1.11":   "sha256WithRSAEncryption",
	"1.2.840.113549.1.1.12":   "sha384WithRSAEncryption",
	"1.2.840.113549.1.1.13":   "sha512WithRSAEncryption",
	"1.2.840.10045.2.1":       "id-ecPublicKey",
	"1.2.840.10045.4.3.2":     "ecdsa-with-SHA256",
	"1.2.840.10045.4.3.3":     "ecdsa-with-SHA384",
	"1.2.840.10045.4.3.4":     "ecdsa-with-SHA512",
	"1.3.101.112":             "id-Ed25519",
	"1.3.101.113":             "id-Ed448",
	"2.16.840.1.101.3.4.3.17": "id-ml-dsa-44",
	"2.16.840.1.101.3.4.3.18": "id-ml-dsa-65",
	"2.16.840.1.101.3.4.3.19": "id-ml-dsa-87",

	// Extensions: RFC 5280, Section 4.2, and docs/status-extension.md.
	"2.5.29.9":                "subjectDirectoryAttributes",
	"2.5.29.14":               "subjectKeyIdentifier",
	"2.5.29.15":               "keyUsage",
	"2.5.29.17":               "subjectAltName",
	"2.5.29.18":               "issuerAltName",
	"2.5.29.19":               "basicConstraints",
	"2.5.29.30":               "nameConstraints",
	"2.5.29.31":               "cRLDistributionPoints",
	"2.5.29.32":               "certificatePolicies",
	"2.5.29.33":               "policyMappings",
	"2.5.29.35":               "authorityKeyIdentifier",
	"2.5.29.36":               "policyConstraints",
	"2.5.29.37":               "extKeyUsage",
	"2.5.29.46":               "freshestCRL",
	"2.5.29.54":               "inhibitAnyPolicy",
	"1.3.6.1.5.5.7.1.1":       "authorityInfoAccess",
	"1.3.6.1.5.5.7.1.11":      "subjectInfoAccess",
	"1.3.6.1.5.5.7.1.24":      "tlsfeature",
	"1.3.6.1.4.1.11129.2.4.2": "signedCertificateTimestampList",
	"2.25.166729748438539482490491179987987410763": "e2eid-status",

	// Extended key usages: RFC 5280, Section 4.2.1.12.
	"2.5.29.37.0":       "anyExtendedKeyUsage",
	"1.3.6.1.5.5.7.3.1": "serverAuth",
	"1.3.6.1.5.5.7.3.2": "clientAuth",
	"1.3.6.1.5.5.7.3.3": "codeSigning",
	"1.3.6.1.5.5.7.3.4": "emailProtection",
	"1.3.6.1.5.5.7.3.8": "timeStamping",
	"1.3.6.1.5.5.7.3.9": "OCSPSigning",

	// Policies and access methods: RFC 5280, Sections 4.2.1.4 and 4.2.2.1.
	"2.5.29.32.0":        "anyPolicy",
	"1.3.6.1.5.5.7.48.1": "ocsp",
	"1.3.6.1.5.5.7.48.2": "caIssuers",
}

// oid returns the dotted form and, after a space, the name if it has one.
func oid(o x509.OID) string { return named(o.String(), oidNames[o.String()]) }

func named(value, name string) string {
	if name == "" {
		return value
	}
	return value + " " + name
}

var keyKinds = map[x509.KeyKind]string{
	x509.KeyRSA: "RSA", x509.KeyP256: "P-256", x509.KeyP384: "P-384", x509.KeyP521: "P-521", x509.KeyEd25519: "Ed25519",
	x509.KeyEd448: "Ed448", x509.KeyMLDSA44: "ML-DSA-44", x509.KeyMLDSA65: "ML-DSA-65", x509.KeyMLDSA87: "ML-DSA-87",
	x509.KeyRSAPSS: "RSASSA-PSS",
}

// Registries of RFC 9420, Section 17.
var (
	mlsVersions       = map[uint16]string{1: "mls10"}
	mlsExtensionTypes = map[uint16]string{
		1: "application_id", 2: "ratchet_tree", 3: "required_capabilities", 4: "external_pub", 5: "external_senders",
	}
	mlsProposalTypes = map[uint16]string{
		1: "add", 2: "update", 3: "remove", 4: "psk", 5: "reinit", 6: "external_init", 7: "group_context_extensions",
	}
)

// registered returns a value of an MLS registry in four hexadecimal digits and, after a space, its name if it has one.
func registered(v uint16, name string) string {
	// RFC 9420, Section 13.5: 0x0A0A, 0x1A1A, and so on to 0xEAEA.
	if name == "" && v>>8 == v&0xff && v&0xf == 0xa && v>>8 != 0xfa {
		name = "GREASE"
	}
	return named(fmt.Sprintf("0x%04x", v), name)
}

func suiteName(s mls.CipherSuite) string {
	if _, ok := s.SignatureAlgorithm(); !ok {
		return registered(uint16(s), "")
	}
	return registered(uint16(s), s.String())
}

func credentialType(t mls.CredentialType) string {
	if c := (mls.Credential{Type: t}); !c.Known() {
		return registered(uint16(t), "")
	}
	return registered(uint16(t), t.String())
}

func algorithmName(a uint16) string {
	s := signature.Algorithm(a).String()
	if s == "unknown" {
		s = ""
	}
	return named(fmt.Sprintf("0x%04x", a), s)
}

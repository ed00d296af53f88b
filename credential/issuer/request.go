package issuer

import (
	"crypto/x509"
	"encoding/asn1"
	"fmt"
	"slices"

	"golang.org/x/crypto/cryptobyte"
	cbasn1 "golang.org/x/crypto/cryptobyte/asn1"
)

// maxRequestBytes bounds a request: maxNames names of maxNameBytes, an RSA key of 8192 bits and its signature.
const maxRequestBytes = 192 << 10

// Signature algorithms of a request. Without SHA-1, which crypto/x509 lets pass in requests.
var requestAlgorithms = []x509.SignatureAlgorithm{
	x509.ECDSAWithSHA256, x509.ECDSAWithSHA384, x509.ECDSAWithSHA512, x509.PureEd25519,
	x509.SHA256WithRSA, x509.SHA384WithRSA, x509.SHA512WithRSA,
	x509.SHA256WithRSAPSS, x509.SHA384WithRSAPSS, x509.SHA512WithRSAPSS,
}

// parseRequest reads a certification request and checks its key and its proof of possession. The names it asks for
// are not checked. The error wraps [ErrRequest], [ErrWeakKey] or [ErrPossession].
func parseRequest(der []byte) (*x509.CertificateRequest, error) {
	if len(der) > maxRequestBytes {
		return nil, wrap(ErrRequest, "too long")
	}
	csr, err := x509.ParseCertificateRequest(der)
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrRequest, err)
	}
	if err := checkKey(csr.PublicKey); err != nil { // first: it bounds what the signature costs
		return nil, err
	}
	if !slices.Contains(requestAlgorithms, csr.SignatureAlgorithm) {
		return nil, wrap(ErrWeakKey, "signature algorithm "+csr.SignatureAlgorithm.String())
	}
	if err := csr.CheckSignature(); err != nil {
		return nil, fmt.Errorf("%w: %w", ErrPossession, err)
	}
	return csr, nil
}

var (
	oidSubjectAltName = asn1.ObjectIdentifier{2, 5, 29, 17}
	oidCommonName     = asn1.ObjectIdentifier{2, 5, 4, 3}
	oidOrganization   = asn1.ObjectIdentifier{2, 5, 4, 10}
)

// namesFor returns the names to certify: those of the account, in its order, that the request asks for, or all if it
// asks for none. The error is a [*NotOwnedError] or wraps [ErrRequest].
func namesFor(account Account, csr *x509.CertificateRequest) ([]string, error) {
	if err := checkSubject(account, csr); err != nil {
		return nil, err
	}
	asked, err := requestedNames(account, csr)
	if err != nil {
		return nil, err
	}
	if asked == nil {
		return slices.Clone(account.Names), nil
	}
	for _, name := range asked {
		if !slices.Contains(account.Names, name) {
			return nil, &NotOwnedError{account.ID, name}
		}
	}
	var names []string
	for _, name := range account.Names {
		if slices.Contains(asked, name) {
			names = append(names, name)
		}
	}
	return names, nil
}

// checkSubject refuses a subject that says more than the account. Tools fill in commonName with what they have at
// hand, so it may be any name of the account; what is certified is the account's display name.
func checkSubject(account Account, csr *x509.CertificateRequest) error {
	for _, a := range csr.Subject.Names {
		value, ok := a.Value.(string)
		switch {
		case ok && a.Type.Equal(oidCommonName) && (value == account.DisplayName || slices.Contains(account.Names, value)):
		case ok && a.Type.Equal(oidOrganization) && value == account.Organization:
		case ok && value == "":
		default:
			return &NotOwnedError{account.ID, fmt.Sprintf("%s=%v", a.Type, a.Value)}
		}
	}
	return nil
}

// nameKinds are the choices of GeneralName (RFC 5280, Section 4.2.1.6) by tag number.
var nameKinds = [...]string{"otherName", "rfc822Name", "dNSName", "x400Address", "directoryName", "ediPartyName",
	"uniformResourceIdentifier", "iPAddress", "registeredID"}

// requestedNames returns the URIs of the requested subjectAltName, nil if there is none. They are taken from its bytes
// and not from csr.URIs, which does not keep them.
func requestedNames(account Account, csr *x509.CertificateRequest) ([]string, error) {
	var names []string
	for _, e := range csr.Extensions {
		if !e.Id.Equal(oidSubjectAltName) {
			continue
		}
		in := cryptobyte.String(e.Value)
		var list cryptobyte.String
		if names != nil || !in.ReadASN1(&list, tagSequence) || !in.Empty() || list.Empty() {
			return nil, wrap(ErrRequest, "subjectAltName")
		}
		for !list.Empty() {
			var value cryptobyte.String
			var tag cbasn1.Tag
			if !list.ReadAnyASN1(&value, &tag) || len(names) == maxNames {
				return nil, wrap(ErrRequest, "subjectAltName")
			}
			if tag != tagURI.ContextSpecific() {
				kind := "name"
				if n := int(tag & 0x1f); n < len(nameKinds) {
					kind = nameKinds[n]
				}
				return nil, &NotOwnedError{account.ID, fmt.Sprintf("%s %q", kind, []byte(value))}
			}
			if slices.Contains(names, string(value)) {
				return nil, wrap(ErrRequest, "a name stands twice")
			}
			names = append(names, string(value))
		}
	}
	return names, nil
}

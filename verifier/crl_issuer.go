package verifier

import (
	"github.com/e2eid/e2eid/credential/x509"
	"github.com/e2eid/e2eid/signature"
)

// authentic returns the public key with which a CRL was signed by one who may sign it for certificate i of a path, nil
// if nobody did (RFC 5280, Section 6.3.3, (f) and (g)).
//
// The issuer of the CRL has its name, and is a certificate of the path above i, or has a path to the same anchor which
// runs through certificates of that name alone until it meets the path above i. The RFC asks for the same anchor only;
// but then every CA below an anchor could certify the name of another, and take back its revocations. One that also
// certifies the other's key still could: on the path that this makes it is above i. It could certify anybody by itself.
func (s *statuses) authentic(l *signedCRL, p path, i int) []byte {
	for _, signer := range l.signers {
		if s.p.questions.of(signer.check) != signature.Valid {
			continue
		}
		switch own := p.find(signer.issuer); {
		case own < 0 && mayIssueCRL(signer.issuer.cert) && s.issuerHolds(signer.issuer, p, i),
			// What the path's certificate of that key says counts: whoever has the key can sign another that says more.
			own > i && mayIssueCRL(p[own].cert),
			own == i && mayIssueCRL(p[i].cert) && s.speaksForItself(p, i):
			return signer.issuer.cert.RawPublicKey
		}
	}
	return nil
}

// speaksForItself reports whether certificate i is that of a CRL issuer, whose own status its CA has left to its own CRL
// by naming it there. NIST has that valid (PKITS, 4.14.30). It holds for issuers of CRLs only, never on the path of a
// credential.
func (s *statuses) speaksForItself(p path, i int) bool {
	if len(s.signers) == 0 {
		return false
	}
	for _, point := range p[i].cert.CRLDistributionPoint {
		if hasDirectory(point.CRLIssuer, p[i].cert.Subject) {
			return true
		}
	}
	return false
}

func mayIssueCRL(c *x509.Certificate) bool { return c.KeyUsage == nil || *c.KeyUsage&x509.CRLSign != 0 }

// issuerHolds reports whether a certificate beside a path that certifies the key of a CRL issuer is valid now, and not
// revoked itself.
func (s *statuses) issuerHolds(signer *node, p path, i int) (holds bool) {
	if len(s.signers) == maxCRLIssuerDepth || path(s.signers).repeats(signer) {
		return false // its status would hang on its own
	}
	s.signers = append(s.signers, signer)
	defer func() { s.signers = s.signers[:len(s.signers)-1] }()
	s.g.pathsFrom(signer, &s.p.questions, func(side path) {
		if holds || !s.step() || side[len(side)-1].identity != p[len(p)-1].identity {
			return
		}
		meets := 1
		for ; meets < len(side) && !p[i+1:].repeats(side[meets]); meets++ {
			if !side[meets].cert.Subject.Equal(signer.cert.Subject) {
				return
			}
		}
		r := &report{}
		side.holds(PolicyInputs{}, s.now, r, &s.g.compared)
		if r.first(Failed) != nil {
			return
		}
		// What is above the meeting is judged as part of the path.
		for j := range side[:meets] {
			one := s.of(side, j)
			if one.code == CodeRevoked || one.code == CodeSuspended || p.authority().status == StatusRequired && one.code != "" {
				return
			}
		}
		holds = true
	})
	return holds
}

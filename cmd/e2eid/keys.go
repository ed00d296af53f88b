package main

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"encoding/asn1"
	"encoding/base64"
	"encoding/json"
	"encoding/pem"
	"errors"
	"fmt"
	"io"
	"os"
	"time"

	"github.com/e2eid/e2eid/credential/issuer"
	"github.com/e2eid/e2eid/internal/jose"
	"github.com/e2eid/e2eid/internal/jwxsign"
	"github.com/e2eid/e2eid/revocation"
	"github.com/e2eid/e2eid/revocation/publisher"
	"github.com/e2eid/e2eid/signature"
)

func init() {
	commands["keys"] = command{"make keys that sign, or an authority of certificates, show them, or let an issuer delegate to one", runKeys}
}

const keysUsage = "new -algorithm NAME FILE | show FILE | jwk [-kid KID] FILE | authority -organization NAME -list ID -ca-list ID [flag]... FOLDER | delegate -authority ID -issuer ID -by FILE -key FILE [flag]... FILE"

func runKeys(args []string, _ io.Reader, stdout, stderr io.Writer) int {
	flags := newFlags("keys", keysUsage, stderr)
	var algorithm, by, alg, kid, key string
	d := publisher.Delegation{}
	var lasts time.Duration
	flags.StringVar(&algorithm, "algorithm", "Ed25519", "new, authority: `name` as in a trust configuration: Ed25519, ECDSA-P256-SHA256 and, not of an authority, ML-DSA-44 or ML-DSA-65")
	flags.StringVar(&d.Authority, "authority", "", "delegate: `id` of the authority whose heads are signed")
	flags.StringVar(&d.Issuer, "issuer", "", "delegate: `id` of one of its issuers, as verifiers configure it")
	flags.StringVar(&by, "by", "", "delegate: `file` with a private key of the issuer")
	flags.StringVar(&alg, "alg", "", "delegate: JWS `algorithm` of that key; the one of its kind if left out")
	flags.StringVar(&kid, "kid", "", "delegate, jwk: `kid` of that key, if verifiers know it by one")
	flags.StringVar(&key, "key", "", "delegate: `file` with the key that is to sign heads, public or private")
	timeFlag(flags, &d.NotBefore, "from", "delegate, authority: RFC 3339 `time` from which it holds; the clock if left out")
	flags.DurationVar(&lasts, "for", 30*24*time.Hour, "delegate: `duration` for which it holds; authority: that its certificates hold at most")
	var authority issuer.Config
	flags.StringVar(&authority.Organization, "organization", "", "authority: its `name`, in its certificates")
	flags.StringVar(&authority.ListID, "list", "", "authority: `id` of the revocation list of what it issues")
	flags.StringVar(&authority.CAListID, "ca-list", "", "authority: `id` of that of its own certificates")
	what, args := verb(args)
	if what == "" && len(args) == 0 {
		flags.Usage()
		return exitUsage
	}
	if status, ok := parseFlags(flags, args); !ok {
		return status
	}
	fail := func(err error) int { return failure(stderr, "keys", err) }
	if flags.NArg() != 1 {
		return fail(usageError("keys takes " + keysUsage))
	}
	path := flags.Arg(0)
	if d.NotBefore.IsZero() {
		d.NotBefore = time.Now()
	}
	var err error
	switch what {
	case "new":
		err = newKey(path, algorithm)
	case "show":
		key = path
	case "jwk":
		jwk, err := jwkOf(path, kid)
		if err != nil {
			return fail(err)
		}
		fmt.Fprintf(stdout, "%s\n", jwk)
		return exitOK
	case "authority":
		authority.MaxValidity, authority.Now = lasts, func() time.Time { return d.NotBefore }
		root, err := newAuthority(path, algorithm, authority)
		if err != nil {
			return fail(err)
		}
		stdout.Write(root)
		return exitOK
	case "delegate":
		d.NotAfter = d.NotBefore.Add(lasts)
		err = delegate(path, d, by, alg, kid, key)
		path = key
	default:
		return fail(usageError("keys takes " + keysUsage))
	}
	var k revocation.Key
	if err == nil {
		k, err = readPublicKey(path)
	}
	if err != nil {
		return fail(err)
	}
	// As it stands in "keys" of a trust configuration.
	fmt.Fprintf(stdout, "{\"algorithm\": %q, \"key\": %q}\n", k.Algorithm, base64.StdEncoding.EncodeToString(k.Key))
	return exitOK
}

// newKey writes a private key that was not there, for its owner alone.
func newKey(path, algorithm string) error {
	var encoded []byte
	var err error
	switch algorithm {
	case signature.Ed25519.String():
		var key crypto.Signer
		if _, key, err = ed25519.GenerateKey(rand.Reader); err == nil {
			encoded, err = x509.MarshalPKCS8PrivateKey(key)
		}
	case signature.ECDSAP256SHA256.String():
		var key crypto.Signer
		if key, err = ecdsa.GenerateKey(elliptic.P256(), rand.Reader); err == nil {
			encoded, err = x509.MarshalPKCS8PrivateKey(key)
		}
	case signature.MLDSA44.String(), signature.MLDSA65.String():
		var seed [seedSize]byte
		rand.Read(seed[:]) // never fails
		encoded, err = pkcs8OfSeed(map[string]asn1.ObjectIdentifier{"ML-DSA-44": oidMLDSA44, "ML-DSA-65": oidMLDSA65}[algorithm], seed)
	default:
		return usageError("-algorithm is Ed25519, ECDSA-P256-SHA256, ML-DSA-44 or ML-DSA-65")
	}
	if err != nil {
		return err
	}
	return writeNew(path, pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: encoded}))
}

// writeNew writes a file that is not there yet.
func writeNew(path string, b []byte) error {
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return err
	}
	_, err = f.Write(b)
	return errors.Join(err, f.Close())
}

func delegate(path string, d publisher.Delegation, by, alg, kid, key string) (err error) {
	if by == "" || key == "" || d.Issuer == "" || d.Authority == "" {
		return usageError("keys delegate takes -authority, -issuer, -by and -key")
	}
	issuer, alg, err := readSigningKey(by, alg)
	if err != nil {
		return err
	}
	if d.Key, err = readPublicKey(key); err != nil {
		return err
	}
	token, err := d.Sign(alg, issuer, kid)
	if err != nil {
		return err
	}
	return writeNew(path, append(token, '\n'))
}

// jwkOf returns the one public key of a file, or that of a private one, as a JWK.
func jwkOf(path, kid string) ([]byte, error) {
	key, err := oneKey(path)
	if err != nil {
		return nil, err
	}
	jwk := key.JWK()
	if kid == "" {
		return jwk, nil
	}
	name, err := json.Marshal(kid)
	if err != nil {
		return nil, err
	}
	jwk = append(fmt.Appendf(nil, `{"kid":%s,`, name), jwk[1:]...)
	_, err = jose.ParseKey(jwk)
	return jwk, err
}

// readSigningKey reads a private key that signs tokens, and says by which alg: the one of its kind if none is given.
func readSigningKey(path, alg string) (crypto.Signer, string, error) {
	key, err := readKey(path)
	if err == nil && alg == "" {
		if alg, err = algorithmOf(key); err != nil {
			err = fmt.Errorf("%q: %w", path, err)
		}
	}
	return key, alg, err
}

// algorithmOf returns the alg of a key's kind, if there is but one.
func algorithmOf(key crypto.Signer) (string, error) {
	public, err := jwxsign.PublicKey(key.Public())
	if err != nil {
		return "", err
	}
	for _, alg := range []string{"Ed25519", "Ed448", "ES256", "ES384", "ES512", "ML-DSA-44", "ML-DSA-65", "ML-DSA-87"} {
		if public.Fits(alg) {
			return alg, nil
		}
	}
	return "", errors.New("say with -alg which algorithm the key signs with")
}

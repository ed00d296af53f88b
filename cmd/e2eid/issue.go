package main

import (
	"encoding/json"
	"flag"
	"fmt"
	"io"
	"slices"
	"time"

	"github.com/e2eid/e2eid/credential/issuer"
	"github.com/e2eid/e2eid/credential/sdjwt"
	"github.com/e2eid/e2eid/internal/strictjson"
)

func init() {
	commands["issue"] = command{"issue a verifiable credential or certificate for a holder's key", runIssue}
}

// An issuing is what the flags of issue say.
type issuing struct {
	kind        string
	key, holder string // files
	lasts       time.Duration
	disclosable []string
	index       *uint64
	issuer      issuer.TokenIssuer
	credential  issuer.Credential
	certificate certifying
	file        string
}

// credentialForms are the values of -kind beside certificate.
var credentialForms = map[string]func(*issuer.TokenIssuer, issuer.Credential) (string, error){
	"sd-jwt": (*issuer.TokenIssuer).SDJWTVC, "jwt-vc": (*issuer.TokenIssuer).JWTVC, "userinfo": (*issuer.TokenIssuer).UserInfoVC,
}

func runIssue(args []string, stdin io.Reader, stdout, stderr io.Writer) int {
	var i issuing
	flags := newFlags("issue", "-issuer ID -key FILE -holder FILE -for DURATION [flag]... CLAIMS|- | -kind certificate -authority FOLDER -account ID -name URI... -for DURATION [flag]... REQUEST|-", stderr)
	flags.StringVar(&i.kind, "kind", "sd-jwt", "what to issue: sd-jwt (an SD-JWT VC), jwt-vc (of the data model 1.1), userinfo (an OpenID UserInfo VC) or certificate (X.509, for a PKCS#10 request)")
	flags.StringVar(&i.issuer.ID, "issuer", "", "`id` of the issuer, as verifiers configure it")
	flags.StringVar(&i.key, "key", "", "`file` with a private key of the issuer, PEM or JWK")
	flags.StringVar(&i.issuer.Algorithm, "alg", "", "JWS `algorithm` of that key; the one of its kind if left out")
	flags.StringVar(&i.issuer.KeyID, "kid", "", "`kid` of that key, if verifiers know it by one; a UserInfo VC needs it")
	flags.StringVar(&i.holder, "holder", "", "`file` with the public key that the credential is bound to, JWK or PEM; of a private key its public part")
	flags.StringVar(&i.credential.Type, "type", "", "the `type`: vct of an SD-JWT VC, or the type of a JWT-VC; a UserInfo VC has its own")
	timeFlag(flags, &i.credential.NotBefore, "from", "`time` (RFC 3339, or Unix seconds) from which it holds; the clock if left out")
	flags.DurationVar(&i.lasts, "for", 0, "`duration` for which it holds, such as 720h")
	stringsFlag(flags, &i.disclosable, "disclosable", "sd-jwt: a `claim` that the holder may withhold; may be repeated")
	flags.StringVar(&i.credential.StatusURI, "status-list", "", "`uri` of the status list that says whether it is revoked")
	uintFlag(flags, func(v uint64) { i.index = &v }, 32, "status-index", "its index in that list, a `number` that no other credential has")
	account := &i.certificate.account
	flags.StringVar(&i.certificate.authority, "authority", "", "certificate: `folder` of the authority, from e2eid keys authority")
	flags.StringVar(&account.ID, "account", "", "certificate: `id` of the account that has asked, in the inventory alone")
	stringsFlag(flags, &account.Names, "name", "certificate: an `identifier` of the account; may be repeated; a request may name some of them, and no others")
	flags.StringVar(&account.DisplayName, "display-name", "", "certificate: commonName, a `text` for people")
	flags.StringVar(&account.Organization, "organization", "", "certificate: organizationName, a `text` for people")
	if status, ok := parseFlags(flags, args); !ok {
		return status
	}
	var err error
	flags.Visit(func(f *flag.Flag) {
		if !slices.Contains(commonFlags, f.Name) && slices.Contains(certificateFlags, f.Name) != (i.kind == "certificate") {
			err = usageError(fmt.Sprintf("-%s does not go with -kind %s", f.Name, text(i.kind)))
		}
	})
	if err == nil {
		err = i.check(flags.Args())
	}
	var issued string
	if err == nil {
		issued, err = i.run(stdin, stderr)
	}
	if err == nil {
		_, err = fmt.Fprintln(stdout, issued)
	}
	if err != nil {
		return failure(stderr, "issue", err)
	}
	return exitOK
}

func (i *issuing) check(files []string) error {
	c := &i.credential
	switch {
	case i.kind != "certificate" && credentialForms[i.kind] == nil:
		return usageError("-kind is sd-jwt, jwt-vc, userinfo or certificate")
	case len(files) != 1:
		return usageError("issue takes one file of CLAIMS or a REQUEST, or - for standard input")
	case i.lasts < 2*time.Second:
		return usageError("-for says how long the credential holds: two seconds or more")
	}
	if c.NotBefore.IsZero() {
		c.NotBefore = time.Now()
	}
	i.file = files[0]
	if i.kind == "certificate" {
		return i.certificate.check()
	}
	switch {
	case i.issuer.ID == "" || i.key == "" || i.holder == "":
		return usageError("issue takes -issuer, -key, -holder and -for")
	case (c.Type == "") != (i.kind == "userinfo"):
		return usageError("-kind sd-jwt and jwt-vc need -type, and userinfo has its own")
	case i.kind == "userinfo" && i.issuer.KeyID == "":
		return usageError("-kind userinfo needs -kid")
	case i.kind != "sd-jwt" && len(i.disclosable) > 0:
		return usageError("-disclosable goes with -kind sd-jwt: of the others nothing can be withheld")
	case (c.StatusURI == "") != (i.index == nil):
		return usageError("-status-list and -status-index go together")
	}
	if i.index != nil {
		c.StatusIndex = int64(*i.index)
	}
	c.NotBefore = c.NotBefore.Truncate(time.Second)
	c.NotAfter = c.NotBefore.Add(i.lasts.Truncate(time.Second) - time.Second) // the last second
	return nil
}

// run returns the credential.
func (i *issuing) run(stdin io.Reader, stderr io.Writer) (issued string, err error) {
	if i.kind == "certificate" {
		chain, err := i.certificate.run(i.file, i.credential.NotBefore, i.lasts, stdin, stderr)
		return string(chain), err
	}
	if i.issuer.Key, i.issuer.Algorithm, err = readSigningKey(i.key, i.issuer.Algorithm); err != nil {
		return "", err
	}
	if i.credential.Holder, err = oneKey(i.holder); err != nil {
		return "", err
	}
	if err := i.readClaims(stdin); err != nil {
		return "", err
	}
	return credentialForms[i.kind](&i.issuer, i.credential)
}

// claimLimits are those of package sdjwt for what it will read.
var claimLimits = strictjson.Limits{Bytes: sdjwt.MaxBytes, Nodes: 1 << 14, Depth: 24}

// readClaims reads the file of claims, an object, and parts them by -disclosable. What they say is kept as it is written.
func (i *issuing) readClaims(stdin io.Reader) error {
	b, err := readInput(i.file, stdin, sdjwt.MaxBytes)
	if err != nil {
		return err
	}
	v, err := strictjson.Parse(b, claimLimits)
	if err != nil {
		return fmt.Errorf("claims: %w", err)
	}
	members, err := v.Object()
	if err != nil {
		return fmt.Errorf("claims: %w", err)
	}
	c := &i.credential
	c.Claims, c.Disclosable = map[string]any{}, map[string]any{}
	for _, m := range members {
		c.Claims[m.Name] = json.RawMessage(m.Value.Raw())
	}
	for _, name := range i.disclosable {
		value, there := c.Claims[name]
		if !there {
			return fmt.Errorf("-disclosable %s: the claims do not have it, or it is said twice", text(name))
		}
		c.Disclosable[name] = value
		delete(c.Claims, name)
	}
	return nil
}

package demo

import (
	"context"
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"sync"
	"sync/atomic"
	"time"

	"github.com/e2eid/e2eid/credential/issuer"
	"github.com/e2eid/e2eid/revocation"
	"github.com/e2eid/e2eid/revocation/publisher"
)

const (
	authorityID = "id.aurora.example"

	// A head is fresh for so long: short enough to watch it go stale. The next one comes after half of it.
	headValidity = 10 * time.Minute
)

// scope is what the authority may assert: users of the messenger and their clients.
var scope = []string{"mimi://aurora.example/u/", "mimi://aurora.example/d/"}

// An account is a user as the authority knows them from enrolment, with the token of their signed-in session.
type account struct {
	issuer.Account
	Token, Birthdate string
}

// newAccounts returns the users of the demo, with fresh tokens.
func newAccounts() []account {
	const organization = "Aurora Research"
	user := func(id, name, born string) account {
		return account{Token: rand.Text(), Birthdate: born, Account: issuer.Account{
			ID:           id,
			DisplayName:  name,
			Organization: organization,
			Names:        []string{scope[0] + id, scope[1] + id + "/web"},
		}}
	}
	return []account{user("alice", "Alice Okafor", "1990-04-17"), user("bob", "Bob Lindqvist", "1986-11-02")}
}

// An authority issues, revokes and publishes.
type authority struct {
	ca       *issuer.Authority
	folder   *publisher.Folder
	signer   publisher.Signer
	accounts []account
	trust    []byte        // the trust configuration, JSON
	tokens   crypto.Signer // signs verifiable credentials
	now      func() time.Time

	// off is what the switch has set. The lock makes each change and its publication one step.
	off atomic.Bool
	mu  sync.Mutex
}

// openAuthority opens the authority kept in dir, or makes a new one there, and publishes a head into the folder
// published. mirrorOrigin goes into the trust configuration.
func openAuthority(dir, published, mirrorOrigin string, now func() time.Time) (_ *authority, err error) {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, err
	}
	a := &authority{accounts: newAccounts(), now: now}
	key, err := keptKey(filepath.Join(dir, "head.key"))
	if err != nil {
		return nil, err
	}
	if a.tokens, err = keptKey(filepath.Join(dir, "credentials.key")); err != nil {
		return nil, err
	}
	if a.signer, err = publisher.NewSigner(key); err != nil {
		return nil, err
	}
	if a.folder, err = publisher.Open(published, authorityID); err != nil {
		return nil, err
	}
	home := filepath.Join(dir, "authority")
	a.ca, err = issuer.Open(home, now)
	if errors.Is(err, fs.ErrNotExist) {
		a.ca, err = newCA(home, now)
	}
	if err != nil {
		return nil, err
	}
	if a.trust, err = trustConfig(a.ca, a.signer.Key(), a.tokens.Public(), mirrorOrigin); err == nil {
		_, err = a.publish()
	}
	if err != nil {
		return nil, errors.Join(err, a.close())
	}
	return a, nil
}

func newCA(home string, now func() time.Time) (*issuer.Authority, error) {
	ca, err := issuer.New(issuer.Config{
		Organization: "Aurora Identity",
		ListID:       "https://id.aurora.example/lists/people",
		CAListID:     "https://id.aurora.example/lists/issuers",
		Now:          now,
	})
	if err != nil {
		return nil, err
	}
	return ca, ca.Save(home)
}

// keptKey reads a key of the authority, or makes it. It is P-256, which the WebCrypto of every browser has.
func keptKey(path string) (crypto.Signer, error) {
	content, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		return newKey(path)
	}
	if err != nil {
		return nil, err
	}
	block, _ := pem.Decode(content)
	if block == nil {
		return nil, fmt.Errorf("demo: %s is not a PEM file", path)
	}
	key, err := x509.ParsePKCS8PrivateKey(block.Bytes)
	signer, ok := key.(crypto.Signer)
	if err != nil || !ok {
		return nil, fmt.Errorf("demo: %s does not hold a key", path)
	}
	return signer, nil
}

func newKey(path string) (crypto.Signer, error) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return nil, err
	}
	der, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		return nil, err
	}
	return key, os.WriteFile(path, pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: der}), 0o600)
}

// enrol issues a certificate to the account that a token stands for, and publishes a head that covers it. The chain
// begins with the end entity.
func (a *authority) enrol(token string, csr []byte) (chain [][]byte, head uint64, err error) {
	a.mu.Lock()
	defer a.mu.Unlock()
	account, err := a.account(token)
	if err != nil {
		return nil, 0, err
	}
	issued, err := a.ca.Issue(issuer.Request{Account: account.Account, PKCS10: csr})
	if err != nil {
		return nil, 0, err
	}
	head, err = a.publish()
	return [][]byte{issued.Certificate, a.ca.Intermediate()}, head, err
}

// account returns the account that a token stands for.
func (a *authority) account(token string) (*account, error) {
	for i := range a.accounts {
		if a.accounts[i].Token == token {
			return &a.accounts[i], nil
		}
	}
	return nil, errToken
}

var (
	errToken   = errors.New("demo: no account has this token")
	errAccount = errors.New("demo: no such account")
)

// revoke revokes every certificate of an account and publishes.
func (a *authority) revoke(id string, why revocation.Reason) (count int, head uint64, err error) {
	a.mu.Lock()
	defer a.mu.Unlock()
	for _, account := range a.accounts {
		if account.ID != id {
			continue
		}
		if count, err = a.ca.Inventory().RevokeAccount(id, a.now(), issuer.Reason(why)); err != nil {
			return 0, 0, err
		}
		head, err = a.publish()
		return count, head, err
	}
	return 0, 0, errAccount
}

// publish signs a head of what the inventory says now, and returns its number.
func (a *authority) publish() (uint64, error) {
	now := a.now()
	p := publisher.Publication{ThisUpdate: now, NextUpdate: now.Add(headValidity)}
	for _, l := range a.ca.Inventory().Lists() {
		list := publisher.List{ID: l.ID, Issued: l.Issued}
		for _, r := range l.Revoked {
			list.Revoked = append(list.Revoked, revocation.Entry{
				Index: r.Index, Since: r.Since, Reason: revocation.Reason(r.Reason), // both are CRLReasons
			})
		}
		p.Lists = append(p.Lists, list)
	}
	head, err := a.folder.Publish(p, a.signer)
	if err != nil {
		return 0, err
	}
	return head.Body().Number, nil
}

// keepFresh publishes from time to time while the authority is on.
func (a *authority) keepFresh(ctx context.Context) {
	tick := time.NewTicker(headValidity / 2)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
			a.refresh()
		}
	}
}

// refresh publishes unless the authority is switched off. If it fails, the last head stays and the next change or
// tick tries again: clients see it grow old.
func (a *authority) refresh() {
	a.mu.Lock()
	defer a.mu.Unlock()
	if !a.off.Load() {
		a.publish()
	}
}

// turn switches the authority. One that was off for long has let its head go stale.
func (a *authority) turn(on bool) {
	a.off.Store(!on)
	if on {
		a.refresh()
	}
}

func (a *authority) close() error { return a.ca.Inventory().Close() }

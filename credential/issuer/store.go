package issuer

import (
	"bytes"
	"crypto"
	stdx509 "crypto/x509"
	"encoding/json"
	"encoding/pem"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"time"

	credential "github.com/e2eid/e2eid/credential/x509"
)

// Files of an authority's folder. root.key is needed only to make another intermediate, which this package does not
// do: take it away and keep it offline.
const (
	fileConfig          = "authority.json"
	fileRoot            = "root.pem"
	fileRootKey         = "root.key"
	fileIntermediate    = "intermediate.pem"
	fileIntermediateKey = "intermediate.key"
	fileInventory       = "inventory.json"

	maxFileBytes = 64 << 10 // of all but the inventory
	storeVersion = 1
)

var (
	// ErrStore reports a folder that does not hold an authority, or parts of different ones.
	ErrStore = errors.New("issuer: not an authority's folder")
	// ErrSaved reports an authority that has a folder already. Two would hand out the same indexes.
	ErrSaved = errors.New("issuer: the authority is saved already")
)

type storedConfig struct {
	Version      int    `json:"version"`
	Organization string `json:"organization"`
	ListID       string `json:"list"`
	CAListID     string `json:"caList"`
	MaxValidity  int64  `json:"maxValidity"` // seconds
}

// Save writes a new authority to a folder that is empty or does not exist, all of it or nothing, and keeps the
// inventory there from now on. Keys are PKCS#8 in PEM (RFC 7468, Section 10), readable for the owner only. The folder
// is in use until the inventory is closed. The error is [ErrSaved] or one of the file system.
func (a *Authority) Save(dir string) (err error) {
	if dir, err = filepath.Abs(dir); err != nil {
		return err
	}
	inv := a.inventory
	inv.mu.Lock() // nothing is allotted between the copy and the move
	defer inv.mu.Unlock()
	if inv.file != nil {
		return ErrSaved
	}
	if inv.closed {
		return ErrClosed
	}
	tmp, err := os.MkdirTemp(filepath.Dir(dir), "."+filepath.Base(dir)+".*") // mode 0700
	if err != nil {
		return err
	}
	file := &inventoryFile{path: filepath.Join(dir, fileInventory), replace: replaceFile}
	moved := false
	defer func() {
		if !moved {
			if file.lock != nil {
				file.unlock()
			}
			os.RemoveAll(tmp)
		}
	}()
	if file.lock, err = lockFile(filepath.Join(tmp, fileInventory+".lock")); err != nil {
		return err
	}
	files, err := a.files()
	if err != nil {
		return err
	}
	for name, content := range files {
		if err := replaceFile(filepath.Join(tmp, name), content); err != nil {
			return err
		}
	}
	if err := removeEmpty(dir); err != nil {
		return err
	}
	if err := os.Rename(tmp, dir); err != nil {
		return err
	}
	moved = true
	inv.file = file
	return syncDir(filepath.Dir(dir))
}

// removeEmpty removes a folder that is empty. It is no error if there is none.
func removeEmpty(dir string) error {
	info, err := os.Lstat(dir)
	if errors.Is(err, os.ErrNotExist) {
		return nil
	}
	if err == nil && !info.IsDir() {
		err = &os.PathError{Op: "save", Path: dir, Err: errors.New("not a folder")}
	}
	if err != nil {
		return err
	}
	if os.Remove(dir) != nil {
		return &os.PathError{Op: "save", Path: dir, Err: errors.New("a folder that is not empty")}
	}
	return nil
}

// files returns the content of an authority's folder.
func (a *Authority) files() (map[string][]byte, error) {
	config, err := json.MarshalIndent(storedConfig{
		storeVersion, a.config.Organization, a.config.ListID, a.config.CAListID, int64(a.config.MaxValidity / time.Second),
	}, "", "  ")
	if err != nil {
		return nil, err
	}
	inventory, err := encodeInventory(a.inventory.lists)
	if err != nil {
		return nil, err
	}
	files := map[string][]byte{
		fileConfig:       append(config, '\n'),
		fileRoot:         pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: a.root}),
		fileIntermediate: pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: a.intermediate}),
		fileInventory:    inventory,
	}
	for name, key := range map[string]crypto.Signer{fileRootKey: a.rootKey, fileIntermediateKey: a.issuing.key} {
		der, err := stdx509.MarshalPKCS8PrivateKey(key)
		if err != nil {
			return nil, err
		}
		files[name] = pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: der})
	}
	return files, nil
}

// Open opens an authority that [Authority.Save] wrote. root.key need not be there. now is the clock; nil is time.Now.
// The folder is in use until the inventory is closed. The error wraps [ErrStore], [ErrConfig] or [ErrInventory], or is
// [ErrInUse] or one of the file system.
func Open(dir string, now func() time.Time) (*Authority, error) {
	content, err := readFile(filepath.Join(dir, fileConfig), maxFileBytes)
	if err != nil {
		return nil, err
	}
	var stored storedConfig
	if err := decodeJSON(content, &stored); err != nil {
		return nil, fmt.Errorf("%w: %s: %w", ErrStore, fileConfig, err)
	}
	const maxSeconds = int64(1<<63-1) / int64(time.Second)
	if stored.Version != storeVersion || stored.MaxValidity <= 0 || stored.MaxValidity > maxSeconds {
		return nil, wrap(ErrStore, fileConfig+": unknown version, or no validity")
	}
	a := &Authority{config: Config{
		Organization: stored.Organization,
		ListID:       stored.ListID,
		CAListID:     stored.CAListID,
		MaxValidity:  time.Duration(stored.MaxValidity) * time.Second,
		Now:          now,
	}}
	if err := a.config.complete(); err != nil {
		return nil, err
	}
	root, err := readCertificate(filepath.Join(dir, fileRoot))
	if err != nil {
		return nil, err
	}
	intermediate, err := readCertificate(filepath.Join(dir, fileIntermediate))
	if err != nil {
		return nil, err
	}
	key, err := readKey(filepath.Join(dir, fileIntermediateKey))
	if err != nil {
		return nil, err
	}
	spki, err := stdx509.MarshalPKIXPublicKey(key.Public())
	if err != nil {
		return nil, err
	}
	if !bytes.Equal(spki, intermediate.RawPublicKey) || !intermediate.Issuer.Equal(root.Subject) {
		return nil, wrap(ErrStore, "root, intermediate and key do not belong together")
	}
	a.root, a.intermediate = root.Raw, intermediate.Raw
	a.issuing = issuingCA{
		key:      key,
		subject:  intermediate.Subject.Raw,
		keyID:    intermediate.SubjectKeyID,
		validity: validity{intermediate.NotBefore, intermediate.NotAfter},
	}
	a.inventory, err = openInventory(filepath.Join(dir, fileInventory), false)
	if err != nil {
		return nil, err
	}
	// An inventory that was lost and made anew would hand out indexes a second time.
	status := intermediate.Status
	if status != nil {
		record, ok := a.inventory.Record(status.ListID, status.Index)
		if ok && bytes.Equal(record.Serial.Bytes(), bytes.TrimLeft(intermediate.Serial, "\x00")) {
			return a, nil
		}
	}
	a.inventory.Close()
	return nil, wrap(ErrInventory, "it does not have the intermediate")
}

// readPEM returns what is in a file that is one PEM block of this type.
func readPEM(path, kind string) ([]byte, error) {
	content, err := readFile(path, maxFileBytes)
	if err != nil {
		return nil, err
	}
	block, rest := pem.Decode(content)
	if block == nil || block.Type != kind || len(block.Headers) != 0 || len(bytes.TrimSpace(rest)) != 0 {
		return nil, wrap(ErrStore, filepath.Base(path)+" is not one PEM block "+kind)
	}
	return block.Bytes, nil
}

func readCertificate(path string) (*credential.Certificate, error) {
	der, err := readPEM(path, "CERTIFICATE")
	if err != nil {
		return nil, err
	}
	cert, err := credential.ParseCertificate(der)
	if err != nil {
		return nil, fmt.Errorf("%w: %s: %w", ErrStore, filepath.Base(path), err)
	}
	return cert, nil
}

func readKey(path string) (crypto.Signer, error) {
	der, err := readPEM(path, "PRIVATE KEY")
	if err != nil {
		return nil, err
	}
	key, err := stdx509.ParsePKCS8PrivateKey(der)
	signer, ok := key.(crypto.Signer)
	if err != nil || !ok {
		return nil, wrap(ErrStore, filepath.Base(path)+" is not a PKCS#8 key") // the cause could quote the key
	}
	return signer, nil
}

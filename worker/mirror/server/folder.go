package server

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
	"slices"
	"strings"
	"sync"

	"github.com/e2eid/e2eid/revocation"
	"github.com/e2eid/e2eid/worker/mirror"
)

// temporary is where files are written before they get their name. What is left there was cut off.
const temporary = ".mirror/tmp"

// A Folder is a [mirror.Store]: a file for each object, under its key. Each file is synced and then renamed.
type Folder struct {
	root   *os.Root
	unlock func()
	mu     sync.Mutex // one conditional write at a time
}

// OpenFolder opens the folder dir, which must be there, to be written by this process alone. The error is
// [ErrFolderBusy] if another process has it.
func OpenFolder(dir string) (*Folder, error) {
	root, err := os.OpenRoot(dir)
	if err != nil {
		return nil, err
	}
	f := &Folder{root: root}
	if err := f.prepare(); err != nil {
		root.Close()
		return nil, err
	}
	return f, nil
}

func (f *Folder) prepare() (err error) {
	for _, dir := range []string{"blob", temporary} {
		if err := f.mkdir(dir); err != nil {
			return err
		}
	}
	if f.unlock, err = lockFolder(f.root, ".mirror"); err != nil {
		return err
	}
	entries, err := fs.ReadDir(f.root.FS(), temporary)
	for _, e := range entries {
		err = errors.Join(err, f.root.Remove(path.Join(temporary, e.Name())))
	}
	if err != nil {
		f.unlock()
	}
	return err
}

// OpenFolderReadOnly opens the folder dir to be served. Whoever publishes there goes on writing.
func OpenFolderReadOnly(dir string) (*Folder, error) {
	root, err := os.OpenRoot(dir)
	if err != nil {
		return nil, err
	}
	return &Folder{root: root}, nil
}

// Close gives the folder back.
func (f *Folder) Close() error {
	if f.unlock != nil {
		f.unlock()
	}
	return f.root.Close()
}

// open opens an object to be read. It is not found if it is a folder or a device, too.
func (f *Folder) open(key string) (*os.File, fs.FileInfo, error) {
	file, err := f.root.Open(key)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil, mirror.ErrNotFound
	}
	if err != nil {
		return nil, nil, err
	}
	info, err := file.Stat()
	if err == nil && !info.Mode().IsRegular() {
		err = mirror.ErrNotFound
	}
	if err != nil {
		file.Close()
		return nil, nil, err
	}
	return file, info, nil
}

// Get implements [mirror.Store].
func (f *Folder) Get(_ context.Context, key string, max int64) (data []byte, version string, err error) {
	file, _, err := f.open(key)
	if err != nil {
		return nil, "", err
	}
	defer file.Close()
	data, err = io.ReadAll(io.LimitReader(file, max+1))
	if err == nil && int64(len(data)) > max {
		err = fmt.Errorf("mirror: %s is over %d bytes", key, max)
	}
	if err != nil {
		return nil, "", err
	}
	return data, versionOf(data), nil
}

func versionOf(data []byte) string {
	sum := sha256.Sum256(data)
	return hex.EncodeToString(sum[:])
}

// Put implements [mirror.Store].
func (f *Folder) Put(ctx context.Context, key string, data []byte, version string, _ mirror.Meta) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	_, current, err := f.Get(ctx, key, 1<<30)
	if err != nil && !errors.Is(err, mirror.ErrNotFound) {
		return err
	}
	if current != version {
		return mirror.ErrConflict
	}
	if err := f.mkdir(path.Dir(key)); err != nil {
		return err
	}
	return f.replace(key, func(file *os.File) error {
		_, err := file.Write(data)
		return err
	})
}

// PutBlob implements [mirror.Store].
func (f *Folder) PutBlob(_ context.Context, b revocation.Blob, body io.Reader) error {
	return f.replace(mirror.BlobKey(b), func(file *os.File) error {
		hash := sha256.New()
		n, err := io.Copy(io.MultiWriter(file, hash), io.LimitReader(body, int64(b.Size)+1))
		switch {
		case errors.Is(err, os.ErrDeadlineExceeded):
			return mirror.ErrSlow
		case err != nil && !errors.Is(err, io.ErrUnexpectedEOF):
			return err
		case err != nil, n < int64(b.Size):
			return mirror.ErrCut
		case n > int64(b.Size) || [32]byte(hash.Sum(nil)) != b.SHA256:
			return mirror.ErrMismatch
		}
		return nil
	})
}

// replace makes key what write writes, all of it or as before.
func (f *Folder) replace(key string, write func(*os.File) error) error {
	name := path.Join(temporary, rand.Text())
	file, err := f.root.OpenFile(name, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o644)
	if err != nil {
		return err
	}
	if err = write(file); err == nil {
		err = file.Sync()
	}
	err = errors.Join(err, file.Close())
	if err == nil {
		err = f.root.Rename(name, key)
	}
	if err != nil {
		return errors.Join(err, f.root.Remove(name))
	}
	return f.sync(path.Dir(key))
}

// mkdir makes a folder and those above it last.
func (f *Folder) mkdir(dir string) error {
	if dir == "." {
		return nil
	}
	if info, err := f.root.Stat(dir); err == nil && info.IsDir() {
		return nil
	}
	if err := f.mkdir(path.Dir(dir)); err != nil {
		return err
	}
	if err := f.root.Mkdir(dir, 0o755); err != nil && !errors.Is(err, fs.ErrExist) {
		return err
	}
	return f.sync(path.Dir(dir))
}

func (f *Folder) sync(dir string) error { return syncFolder(f.root, dir) }

// HasBlob implements [mirror.Store]. A blob gets its name only after its hash was checked.
func (f *Folder) HasBlob(_ context.Context, b revocation.Blob) (bool, error) {
	info, err := f.root.Stat(mirror.BlobKey(b))
	if errors.Is(err, fs.ErrNotExist) {
		return false, nil
	}
	return err == nil && info.Mode().IsRegular() && info.Size() == int64(b.Size), err
}

// Delete implements [mirror.Store].
func (f *Folder) Delete(_ context.Context, key string) error {
	if err := f.root.Remove(key); err != nil {
		if errors.Is(err, fs.ErrNotExist) {
			return nil
		}
		return err
	}
	return f.sync(path.Dir(key))
}

// List implements [mirror.Store].
func (f *Folder) List(_ context.Context, prefix string, max int) ([]string, error) {
	dir := strings.TrimSuffix(prefix, "/")
	entries, err := fs.ReadDir(f.root.FS(), dir)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, err
	}
	var keys []string
	for _, e := range entries {
		if e.Type().IsRegular() {
			keys = append(keys, prefix+e.Name())
		}
	}
	slices.Sort(keys)
	return keys[:min(len(keys), max)], nil
}

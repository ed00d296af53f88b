package demo

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net/http"
	"os"
	"path"
	"strings"
	"time"
)

// ErrSite reports a folder that does not hold the built page.
var ErrSite = errors.New("demo: the page is not built: run ./build.sh demo")

// The kinds of files that the page has. What is of another kind is not served.
var mediaTypes = map[string]string{
	".html": "text/html; charset=utf-8",
	".css":  "text/css; charset=utf-8",
	".js":   "text/javascript; charset=utf-8",
	".svg":  "image/svg+xml",
	".wasm": "application/wasm",
}

// A page serves the built page and its configuration.
type page struct {
	root   *os.Root
	site   fs.FS // of root
	policy string
	config []byte
}

// newPage opens the folder of the page. The error wraps [ErrSite] if it is not there.
func newPage(site, authority, mirror string, accounts []account) (*page, error) {
	root, err := os.OpenRoot(site) // does not follow links out of it
	if err != nil {
		return nil, fmt.Errorf("%w (%w)", ErrSite, err)
	}
	for _, name := range []string{"index.html", "verifier.wasm"} {
		if _, err := root.Stat(name); err != nil {
			root.Close()
			return nil, fmt.Errorf("%w (%w)", ErrSite, err)
		}
	}
	type user struct {
		ID           string `json:"id"`
		Name         string `json:"name"`
		Organization string `json:"organization"`
		Identifier   string `json:"identifier"`
		Token        string `json:"token"`
	}
	config := struct {
		Authority string `json:"authority"`
		Mirror    string `json:"mirror"`
		Accounts  []user `json:"accounts"`
	}{Authority: authority, Mirror: mirror}
	for _, a := range accounts {
		config.Accounts = append(config.Accounts, user{a.ID, a.DisplayName, a.Organization, a.Names[0], a.Token})
	}
	p := &page{root: root, site: root.FS()}
	if p.config, err = json.Marshal(config); err != nil {
		root.Close()
		return nil, err
	}
	p.policy = strings.Join([]string{
		"default-src 'none'",
		"script-src 'self' 'wasm-unsafe-eval'", // the latter compiles WebAssembly and nothing else
		"style-src 'self'",
		"img-src 'self' data:",
		"connect-src 'self' " + authority + " " + mirror,
		"base-uri 'none'",
		"form-action 'none'",
		"frame-ancestors 'none'",
	}, "; ")
	return p, nil
}

func (p *page) close() error { return p.root.Close() }

func (p *page) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	h := w.Header()
	h.Set("Content-Security-Policy", p.policy)
	h.Set("Cross-Origin-Resource-Policy", "same-origin")
	h.Set("Cross-Origin-Opener-Policy", "same-origin")
	h.Set("Cache-Control", "no-store") // the next build is at the same address
	if r.Method != http.MethodGet && r.Method != http.MethodHead {
		h.Set("Allow", "GET, HEAD")
		http.Error(w, "only GET and HEAD", http.StatusMethodNotAllowed)
		return
	}
	name := strings.TrimPrefix(r.URL.Path, "/")
	switch name {
	case "":
		name = "index.html"
	case "config.json":
		h.Set("Content-Type", "application/json")
		w.Write(p.config)
		return
	}
	mediaType, ok := mediaTypes[path.Ext(name)]
	if !ok || !fs.ValidPath(name) {
		http.NotFound(w, r)
		return
	}
	f, err := p.site.Open(name)
	if err != nil {
		http.NotFound(w, r)
		return
	}
	defer f.Close()
	info, err := f.Stat()
	content, seeks := f.(io.ReadSeeker)
	if err != nil || !info.Mode().IsRegular() || !seeks {
		http.NotFound(w, r)
		return
	}
	h.Set("Content-Type", mediaType)
	http.ServeContent(w, r, "", time.Time{}, content)
}

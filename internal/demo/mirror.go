package demo

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/e2eid/e2eid/revocation"
)

// A mirror serves a folder that revocation/publisher has written: two forms of address, the same for everybody, and
// nothing else of what lies there. It is not trusted: clients check what it sends.
type mirror struct{ dir string }

func (m mirror) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Access-Control-Allow-Origin", "*")
	w.Header().Set("Cross-Origin-Resource-Policy", "cross-origin")
	if r.Method != http.MethodGet && r.Method != http.MethodHead {
		w.Header().Set("Allow", "GET, HEAD")
		http.Error(w, "only GET and HEAD", http.StatusMethodNotAllowed)
		return
	}
	name, caching, ok := mirrored(r.URL.EscapedPath())
	if !ok || r.URL.RawQuery != "" || r.URL.ForceQuery {
		http.NotFound(w, r)
		return
	}
	content, err := os.ReadFile(filepath.Join(m.dir, filepath.FromSlash(name)))
	if err != nil {
		http.NotFound(w, r)
		return
	}
	sum := sha256.Sum256(content)
	w.Header().Set("Content-Type", "application/octet-stream")
	w.Header().Set("Cache-Control", caching)
	w.Header().Set("ETag", `"`+hex.EncodeToString(sum[:16])+`"`)
	http.ServeContent(w, r, "", time.Time{}, bytes.NewReader(content))
}

// mirrored returns the name of the file that an address stands for, relative to the folder, and how long it may be
// cached. The address is taken as it came: nothing in the two forms is ever escaped.
func mirrored(path string) (name, caching string, ok bool) {
	first, second, ok := strings.Cut(strings.TrimPrefix(path, "/"), "/")
	switch {
	case !ok || !strings.HasPrefix(path, "/"):
		return "", "", false
	case first == "blob":
		sum, err := hex.DecodeString(second)
		if err != nil || len(sum) != sha256.Size || hex.EncodeToString(sum) != second {
			return "", "", false
		}
		return "blob/" + second, "public, max-age=31536000, immutable", true
	case second == "head" && revocation.ValidAuthority(first):
		return first + "/head", "no-cache", true
	}
	return "", "", false
}

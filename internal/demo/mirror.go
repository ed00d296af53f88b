package demo

import (
	"net/http"
	"sync/atomic"
	"time"

	"github.com/e2eid/e2eid/revocation"
	"github.com/e2eid/e2eid/worker/mirror"
	"github.com/e2eid/e2eid/worker/mirror/server"
)

// openMirror serves the folder that the authority publishes in, as "e2eid mirror" does. Nobody pushes to it. It is not
// trusted: clients check what it sends, and the page can turn it hostile.
func openMirror(published string, key revocation.Key, page string, now func() time.Time) (*server.Folder, http.Handler, error) {
	folder, err := server.OpenFolderReadOnly(published)
	if err != nil {
		return nil, nil, err
	}
	signers := revocation.Signers{Authority: authorityID, Keys: []revocation.Key{key}}
	config := mirror.Config{Authorities: []mirror.Authority{{Signers: signers}}}
	options := server.Options{Mirror: mirror.New(folder, config, now, nil), Now: now}
	return folder, withholding(folder, page, server.Handler(folder, options)), nil
}

// withholding adds to a mirror what a hostile one can do at best: POST /withhold {"on":true} has it answer with the head
// that is the newest then, whatever the authority publishes. It cannot make one, nor make one last longer.
func withholding(folder *server.Folder, page string, next http.Handler) http.Handler {
	var held atomic.Pointer[[]byte]
	withhold := crossOrigin(page, fromOrigin(page, func(w http.ResponseWriter, r *http.Request) {
		var request struct {
			On bool `json:"on"`
		}
		err := readJSON(r, &request)
		var head []byte
		if err == nil && request.On {
			head, _, err = folder.Get(r.Context(), mirror.HeadKey(authorityID), revocation.MaxHeadSize)
		}
		switch {
		case err != nil:
		case request.On:
			held.Store(&head)
		default:
			held.Store(nil)
		}
		writeJSON(w, map[string]bool{"on": request.On}, err)
	}))
	// No ServeMux: it would answer paths that the mirror refuses.
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		head := held.Load()
		switch {
		case r.URL.Path == "/withhold" && (r.Method == http.MethodPost || r.Method == http.MethodOptions):
			withhold.ServeHTTP(w, r)
		case head != nil && r.URL.Path == "/"+authorityID+"/head" && r.Method == http.MethodGet:
			w.Header().Set("Access-Control-Allow-Origin", "*")
			w.Header().Set("Content-Type", "application/octet-stream")
			w.Header().Set("Cache-Control", "no-store")
			w.Write(*head)
		default:
			next.ServeHTTP(w, r)
		}
	})
}

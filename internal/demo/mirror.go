package demo

import (
	"net/http"
	"time"

	"github.com/e2eid/e2eid/revocation"
	"github.com/e2eid/e2eid/worker/mirror"
	"github.com/e2eid/e2eid/worker/mirror/server"
)

// openMirror serves the folder that the authority publishes in, as "e2eid mirror" does. Nobody pushes to it. It is not
// trusted: clients check what it sends.
func openMirror(published string, key revocation.Key, now func() time.Time) (*server.Folder, http.Handler, error) {
	folder, err := server.OpenFolderReadOnly(published)
	if err != nil {
		return nil, nil, err
	}
	signers := revocation.Signers{Authority: authorityID, Keys: []revocation.Key{key}}
	config := mirror.Config{Authorities: []mirror.Authority{{Signers: signers}}}
	options := server.Options{Mirror: mirror.New(folder, config, now, nil), Now: now}
	return folder, server.Handler(folder, options), nil
}

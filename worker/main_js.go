//go:build js

// Command worker is the part of the Cloudflare Worker that is Go: it takes pushes and pulls from origins, since there
// something must be verified. Reads never come here; index.mjs answers them.
package main

import (
	"context"
	"log/slog"
	"net/http"
	"os"
	"syscall/js"
	"time"

	"github.com/syumai/workers"
	"github.com/syumai/workers/cloudflare"
	"github.com/syumai/workers/cloudflare/cron"

	"github.com/e2eid/e2eid/worker/mirror"
)

func main() {
	// An instance serves one event and is then thrown away, so that everything is read anew.
	log := slog.New(slog.NewJSONHandler(os.Stdout, nil))
	config, err := mirror.ParseConfig([]byte(cloudflare.Getenv("CONFIG")))
	if err != nil {
		log.Error("configuration", "error", err)
	}
	tokens, err := mirror.ParseTokens(cloudflare.Getenv("PUSH_TOKEN"))
	if err != nil {
		log.Error("PUSH_TOKEN", "error", err)
	}
	glue := cloudflare.GetBinding("glue")
	m := mirror.New(bucket{glue}, config, time.Now, log)
	uploads := &mirror.Uploads{Mirror: m, Tokens: tokens}
	workers.ServeNonBlock(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		// The library's own reader does not tell why a body ended.
		if raw, ok := r.Body.(interface{ GetRawJSBody() js.Value }); ok {
			r.Body = &stream{body: raw.GetRawJSBody()}
		}
		uploads.ServeHTTP(w, r)
	}))
	cron.ScheduleTaskNonBlock(func(ctx context.Context) error {
		m.Pull(ctx, origins{glue}) // logs and counts what fails; the next run tries again
		if err := m.Sweep(ctx); err != nil {
			log.Error("sweep", "error", err)
		}
		return nil // an error would panic in the library
	})
	workers.Ready()
	<-workers.Done()
}

package server

import (
	"log/slog"
	"net/http"
	"time"

	"github.com/e2eid/e2eid/revocation"
	"github.com/e2eid/e2eid/worker/mirror"
)

// Bounds of the server. A body or an answer has so long at first, and a second more for each slowest bytes of it.
const (
	headerTimeout  = 10 * time.Second
	bodyTimeout    = 15 * time.Second
	idleTimeout    = time.Minute
	slowest        = 32 << 10
	maxHeaderBytes = 16 << 10
	maxUploads     = 8 // at once
)

// Options say how a folder is served.
type Options struct {
	Mirror *mirror.Mirror // over the folder; nil: it is only served
	Tokens mirror.Tokens  // of pushes; none: nobody may push
	Now    func() time.Time
	// Patience is the time that a pushed body has at first. Zero: 15 seconds.
	Patience time.Duration
}

// Handler serves a folder as package mirror describes. Answers are the same for every client, and name none.
func Handler(folder *Folder, o Options) http.Handler {
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.Patience == 0 {
		o.Patience = bodyTimeout
	}
	h := &handler{
		reads:    reads{folder: folder, mirror: o.Mirror, now: o.Now, last: map[string]lastHead{}},
		slots:    make(chan struct{}, maxUploads),
		patience: o.Patience,
	}
	if o.Mirror != nil && len(o.Tokens) > 0 {
		h.uploads = &mirror.Uploads{Mirror: o.Mirror, Tokens: o.Tokens}
	}
	return h
}

// New returns a server of the handler whose clients can neither hold connections for ever nor send headers without end. It
// logs nothing by itself: what net/http logs names the client.
func New(h http.Handler) *http.Server {
	return &http.Server{
		Handler:           h,
		ReadHeaderTimeout: headerTimeout,
		ReadTimeout:       headerTimeout,
		WriteTimeout:      bodyTimeout,
		IdleTimeout:       idleTimeout,
		MaxHeaderBytes:    maxHeaderBytes,
		ErrorLog:          slog.NewLogLogger(slog.DiscardHandler, slog.LevelError),
	}
}

type handler struct {
	reads    reads
	uploads  *mirror.Uploads // nil: nobody may push
	slots    chan struct{}
	patience time.Duration
}

func (h *handler) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	anyoneMayRead(w.Header())
	at := mirror.ParseAddress(r.URL.EscapedPath())
	switch {
	case r.URL.RawQuery != "" || r.URL.ForceQuery:
		mirror.WriteProblem(w, mirror.ReasonQuery)
		return
	case at.Kind == mirror.KindNone:
		notFound(w)
		return
	}
	readable := at.Kind != mirror.KindBlob || at.Authority == ""
	writable := at.Authority != "" && h.uploads != nil
	allow := methods(readable, writable)
	if allow == "" {
		notFound(w)
		return
	}
	switch {
	case readable && (r.Method == http.MethodGet || r.Method == http.MethodHead):
		h.reads.serve(w, r, at)
	case readable && r.Method == http.MethodOptions:
		preflight(w.Header(), allow)
		w.WriteHeader(http.StatusNoContent)
	case writable && r.Method == http.MethodPut:
		h.upload(w, r)
	default:
		w.Header().Set("Allow", allow)
		mirror.WriteProblem(w, mirror.ReasonMethod)
	}
}

// anyoneMayRead sets what every answer has: any page may read it, and nothing is guessed about its type.
func anyoneMayRead(h http.Header) {
	h.Set("Access-Control-Allow-Origin", "*")
	h.Set("X-Content-Type-Options", "nosniff")
}

// preflight lets pages of any origin read, and none write.
func preflight(h http.Header, allow string) {
	h.Set("Allow", allow)
	h.Set("Access-Control-Allow-Methods", "GET, HEAD")
	h.Set("Access-Control-Allow-Headers", "If-None-Match, Range")
	h.Set("Access-Control-Max-Age", "86400")
	h.Set("Cache-Control", "public, max-age=86400")
}

func methods(readable, writable bool) string {
	switch {
	case readable && writable:
		return "GET, HEAD, OPTIONS, PUT"
	case readable:
		return "GET, HEAD, OPTIONS"
	case writable:
		return "PUT"
	}
	return ""
}

func (h *handler) upload(w http.ResponseWriter, r *http.Request) {
	select {
	case h.slots <- struct{}{}:
		defer func() { <-h.slots }()
	default:
		w.Header().Set("Connection", "close")
		mirror.WriteProblem(w, mirror.ReasonBusy)
		return
	}
	control := http.NewResponseController(w)
	until := time.Now().Add(h.patience + transfer(r.ContentLength))
	control.SetReadDeadline(until)                   // not by a test's recorder
	control.SetWriteDeadline(until.Add(bodyTimeout)) // likewise
	h.uploads.ServeHTTP(w, r)
}

// patient gives an answer of this size the time it takes.
func patient(w http.ResponseWriter, size int64) {
	http.NewResponseController(w).SetWriteDeadline(time.Now().Add(bodyTimeout + transfer(size)))
}

// transfer returns how long a body of this size may take. A size that is announced may be any.
func transfer(size int64) time.Duration {
	return time.Duration(min(max(0, size), revocation.MaxBlobSize)/slowest) * time.Second
}

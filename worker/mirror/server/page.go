package server

import (
	"crypto/sha256"
	_ "embed" // the page
	"encoding/base64"
	"net/http"
	"strings"
	"time"

	"github.com/e2eid/e2eid/worker/mirror"
)

// page is the status page: one file, which the Worker serves too.
//
//go:embed page.html
var page string

// pagePolicy lets the page run the script and style within it, and fetch from here.
var pagePolicy = "default-src 'none'; script-src " + hashSource(page, "script") + "; style-src " + hashSource(page, "style") +
	"; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"

// hashSource returns the source expression of the one element of this name (Content Security Policy Level 3, Section 2.3.1).
func hashSource(html, element string) string {
	_, rest, _ := strings.Cut(html, "<"+element+">")
	content, _, _ := strings.Cut(rest, "</"+element+">")
	sum := sha256.Sum256([]byte(content))
	return "'sha256-" + base64.StdEncoding.EncodeToString(sum[:]) + "'"
}

func (s *reads) page(w http.ResponseWriter, r *http.Request) {
	h := w.Header()
	h.Set("Content-Type", "text/html; charset=utf-8")
	h.Set("Cache-Control", "public, max-age=300")
	h.Set("Content-Security-Policy", pagePolicy)
	h.Set("Referrer-Policy", "no-referrer")
	etag := `"` + mirror.ETag([]byte(page)) + `"`
	respond(w, r, representation{strings.NewReader(page), int64(len(page)), etag, time.Time{}})
}

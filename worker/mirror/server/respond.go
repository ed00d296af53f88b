package server

import (
	"io"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/e2eid/e2eid/worker/mirror"
)

// A representation is what is served at an address at one moment. worker/http.mjs does the same for the Worker.
type representation struct {
	body     io.ReadSeeker
	size     int64
	etag     string    // with its quotation marks; empty: none
	modified time.Time // zero: not stated
}

// respond answers a GET or HEAD: all of it, a range (RFC 9110, Section 14), or that a condition (Section 13) leaves nothing
// to send. Other headers are set already.
func respond(w http.ResponseWriter, r *http.Request, rep representation) {
	h := w.Header()
	if rep.etag != "" {
		h.Set("ETag", rep.etag)
	}
	if !rep.modified.IsZero() {
		h.Set("Last-Modified", rep.modified.UTC().Format(http.TimeFormat))
	}
	switch rep.precondition(r.Header) {
	case http.StatusNotModified:
		h.Del("Content-Type")
		h.Del("Content-Encoding")
		w.WriteHeader(http.StatusNotModified)
		return
	case http.StatusPreconditionFailed:
		h.Set("Cache-Control", "no-store")
		mirror.WriteProblem(w, mirror.ReasonCondition)
		return
	}
	from, size, status := int64(0), rep.size, http.StatusOK
	if spec := r.Header.Get("Range"); spec != "" && r.Method == http.MethodGet && rep.unchanged(r.Header.Get("If-Range")) {
		from, size, status = parseRange(spec, rep.size)
	}
	switch status {
	case http.StatusRequestedRangeNotSatisfiable:
		h.Del("ETag")
		h.Del("Last-Modified")
		h.Set("Cache-Control", "no-store")
		h.Set("Content-Range", "bytes */"+strconv.FormatInt(rep.size, 10))
		mirror.WriteProblem(w, mirror.ReasonRange)
		return
	case http.StatusPartialContent:
		h.Set("Content-Range", "bytes "+strconv.FormatInt(from, 10)+"-"+strconv.FormatInt(from+size-1, 10)+"/"+strconv.FormatInt(rep.size, 10))
	}
	h.Set("Content-Length", strconv.FormatInt(size, 10))
	if r.Method == http.MethodGet && from > 0 {
		if _, err := rep.body.Seek(from, io.SeekStart); err != nil {
			panic(http.ErrAbortHandler) // nothing is sent rather than something else
		}
	}
	w.WriteHeader(status)
	if r.Method == http.MethodGet {
		io.CopyN(w, rep.body, size)
	}
}

// precondition returns the status that the conditions of a request lead to, 0 if they let it pass (RFC 9110, Section 13.2.2).
func (rep representation) precondition(h http.Header) int {
	if list := h.Get("If-Match"); list != "" {
		if !matches(list, rep.etag, true) {
			return http.StatusPreconditionFailed
		}
	} else if t, err := http.ParseTime(h.Get("If-Unmodified-Since")); err == nil && !rep.modified.IsZero() {
		if rep.modified.Truncate(time.Second).After(t) {
			return http.StatusPreconditionFailed
		}
	}
	if list := h.Get("If-None-Match"); list != "" {
		if matches(list, rep.etag, false) {
			return http.StatusNotModified
		}
	} else if t, err := http.ParseTime(h.Get("If-Modified-Since")); err == nil && !rep.modified.IsZero() {
		if !rep.modified.Truncate(time.Second).After(t) {
			return http.StatusNotModified
		}
	}
	return 0
}

// unchanged reports whether an If-Range lets the Range pass. A date never does: two heads may have one second.
func (rep representation) unchanged(condition string) bool {
	return condition == "" || condition == rep.etag
}

// matches reports whether an entity tag is in a list. Ours have no commas, so that a list is cut at every one.
func matches(list, etag string, strong bool) bool {
	if strings.TrimSpace(list) == "*" {
		return true
	}
	return etag != "" && slices.ContainsFunc(strings.Split(list, ","), func(tag string) bool {
		tag = strings.TrimSpace(tag)
		if !strong {
			tag = strings.TrimPrefix(tag, "W/")
		}
		return tag == etag
	})
}

// parseRange returns what a Range asks for of so many bytes. One that is not understood, or is of several parts, is
// ignored, as it may be (RFC 9110, Section 14.2).
func parseRange(spec string, total int64) (from, size int64, status int) {
	first, last, ok := strings.Cut(strings.TrimPrefix(spec, "bytes="), "-")
	start, startOK := position(first)
	end, endOK := position(last)
	switch {
	case !strings.HasPrefix(spec, "bytes=") || !ok || !startOK && first != "" || !endOK && last != "" || first == "" && last == "":
		return 0, total, http.StatusOK
	case first == "":
		start = max(0, total-end)
		if end == 0 || total == 0 {
			return 0, 0, http.StatusRequestedRangeNotSatisfiable
		}
		return start, total - start, http.StatusPartialContent
	case last != "" && end < start:
		return 0, total, http.StatusOK
	case start >= total:
		return 0, 0, http.StatusRequestedRangeNotSatisfiable
	case last == "" || end >= total:
		end = total - 1
	}
	return start, end - start + 1, http.StatusPartialContent
}

// position reads digits. Fifteen are more than any object has, and exact in JavaScript too.
func position(s string) (int64, bool) {
	if len(s) < 1 || len(s) > 15 || strings.Trim(s, "0123456789") != "" {
		return 0, false
	}
	n, err := strconv.ParseInt(s, 10, 64)
	return n, err == nil
}

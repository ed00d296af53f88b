package server

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/e2eid/e2eid/revocation"
	"github.com/e2eid/e2eid/worker/mirror"
)

// What caches are told. worker/read.mjs has the same.
const (
	cacheHead     = "public, max-age=30, stale-if-error=604800"
	cacheBlob     = "public, max-age=31536000, immutable"
	cacheStatus   = "public, max-age=5"
	cacheNotFound = "public, max-age=10"
)

// reads answers GET and HEAD.
type reads struct {
	folder *Folder
	mirror *mirror.Mirror // nil: nothing is configured
	now    func() time.Time

	mu   sync.Mutex
	last map[string]lastHead // the last head read of each authority that has one
}

// lastHead is served on when the folder cannot be read.
type lastHead struct {
	head     []byte
	modified time.Time
	at       time.Time // when it was read
}

func (s *reads) serve(w http.ResponseWriter, r *http.Request, at mirror.Address) {
	var err error
	switch at.Kind {
	case mirror.KindHead:
		err = s.head(w, r, at.Authority)
	case mirror.KindBlob:
		err = s.blob(w, r, at.Name)
	case mirror.KindCarried:
		err = s.carried(w, r, at)
	case mirror.KindStatus:
		err = s.status(w, r)
	case mirror.KindPage:
		s.page(w, r)
	}
	if errors.Is(err, mirror.ErrNotFound) {
		notFound(w)
	} else if err != nil {
		mirror.WriteProblem(w, mirror.ReasonStorage)
	}
}

func notFound(w http.ResponseWriter) {
	w.Header().Set("Cache-Control", cacheNotFound)
	mirror.WriteProblem(w, mirror.ReasonNotFound)
}

// head serves the newest head. If the folder fails, or holds what is no head, the last one stays, and its Age tells.
func (s *reads) head(w http.ResponseWriter, r *http.Request, authority string) error {
	now := s.now()
	data, _, err := s.folder.Get(r.Context(), mirror.HeadKey(authority), revocation.MaxHeadSize)
	var last lastHead
	if err == nil {
		var u *revocation.UnverifiedHead
		if u, err = revocation.ParseHead(data); err == nil {
			last = lastHead{data, u.Body().ThisUpdate, now}
		}
	}
	s.mu.Lock()
	switch {
	case err == nil:
		s.last[authority] = last
	case errors.Is(err, mirror.ErrNotFound):
		delete(s.last, authority)
	default:
		if held, ok := s.last[authority]; ok {
			last, err = held, nil
		}
	}
	s.mu.Unlock()
	if err != nil {
		return err
	}
	h := w.Header()
	h.Set("Content-Type", "application/octet-stream")
	h.Set("Cache-Control", cacheHead)
	h.Set("Age", strconv.FormatInt(int64(now.Sub(last.at)/time.Second), 10))
	respond(w, r, representation{bytes.NewReader(last.head), int64(len(last.head)), `"` + mirror.ETag(last.head) + `"`, last.modified})
	return nil
}

func (s *reads) blob(w http.ResponseWriter, r *http.Request, name string) error {
	file, info, err := s.folder.open("blob/" + name)
	if err != nil {
		return err
	}
	defer file.Close()
	w.Header().Set("Content-Type", "application/octet-stream")
	w.Header().Set("Cache-Control", cacheBlob)
	w.Header().Set("Accept-Ranges", "bytes")
	patient(w, info.Size())
	respond(w, r, representation{file, info.Size(), `"` + name + `"`, time.Time{}})
	return nil
}

// carried serves an object of another format, compressed if the client takes that and asks for no part of it.
func (s *reads) carried(w http.ResponseWriter, r *http.Request, at mirror.Address) error {
	if s.mirror == nil {
		return mirror.ErrNotFound
	}
	form, ok := s.mirror.CarriedForm(at.Authority, at.Name)
	if !ok {
		return mirror.ErrNotFound
	}
	file, info, err := s.folder.open(mirror.CarriedKey(at.Authority, at.Name))
	if err != nil {
		return err
	}
	defer file.Close()
	stored, err := io.ReadAll(io.LimitReader(file, 16<<20))
	if err != nil {
		return err
	}
	data, compressed, err := mirror.Uncompress(stored)
	if err != nil {
		return err
	}
	h := w.Header()
	h.Set("Content-Type", form.ContentType())
	h.Set("Cache-Control", cacheHead)
	h.Set("Vary", "Accept-Encoding")
	h.Set("Accept-Ranges", "bytes")
	etag := mirror.ETag(data)
	if compressed && r.Header.Get("Range") == "" && takesGzip(r.Header.Get("Accept-Encoding")) {
		h.Set("Content-Encoding", "gzip")
		data, etag = stored, etag+"-gzip"
	}
	respond(w, r, representation{bytes.NewReader(data), int64(len(data)), `"` + etag + `"`, info.ModTime()})
	return nil
}

// takesGzip reports whether an Accept-Encoding names gzip and does not exclude it.
func takesGzip(accept string) bool {
	for part := range strings.SplitSeq(accept, ",") {
		name, parameter, _ := strings.Cut(part, ";")
		if strings.EqualFold(strings.TrimSpace(name), "gzip") {
			q, ok := strings.CutPrefix(strings.TrimSpace(parameter), "q=")
			weight, err := strconv.ParseFloat(q, 64)
			return !ok || err == nil && weight > 0
		}
	}
	return false
}

func (s *reads) status(w http.ResponseWriter, r *http.Request) error {
	status := mirror.Status{Now: s.now().Unix(), Authorities: []mirror.AuthorityStatus{}, Refused: map[mirror.Reason]uint64{}}
	if s.mirror != nil {
		var err error
		if status, err = s.mirror.Status(r.Context()); err != nil {
			return err
		}
	}
	body, err := json.Marshal(status)
	if err != nil {
		return err
	}
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("Cache-Control", cacheStatus)
	respond(w, r, representation{body: bytes.NewReader(body), size: int64(len(body))})
	return nil
}

package mirror

import (
	"crypto/sha256"
	"crypto/subtle"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"os"
	"strconv"
	"strings"

	"github.com/e2eid/e2eid/revocation"
)

// MinTokenSize is the least size of a push token in bytes: shorter ones could be guessed.
const MinTokenSize = 16

// Tokens are the push tokens that are good, hashed. Of none nothing is.
type Tokens [][32]byte

// ParseTokens reads tokens that white space separates: two while one replaces the other.
func ParseTokens(text string) (Tokens, error) {
	var t Tokens
	for _, token := range strings.Fields(text) {
		if len(token) < MinTokenSize {
			return nil, errors.New("mirror: a push token is shorter than " + strconv.Itoa(MinTokenSize) + " bytes")
		}
		t = append(t, sha256.Sum256([]byte(token)))
	}
	return t, nil
}

// allow reports whether a request has a good token.
func (t Tokens) allow(r *http.Request) bool {
	token, ok := strings.CutPrefix(r.Header.Get("Authorization"), "Bearer ")
	if !ok {
		return false
	}
	sum := sha256.Sum256([]byte(token))
	good := 0
	for i := range t {
		good |= subtle.ConstantTimeCompare(sum[:], t[i][:])
	}
	return good == 1
}

// Uploads handles PUT. It answers with what became of the body, as JSON, or with a problem (RFC 9457).
type Uploads struct {
	Mirror *Mirror
	Tokens Tokens
}

// Uploaded is the answer to a PUT. A head whose Missing is not empty was accepted and is served once they are there and it
// is put again.
type Uploaded struct {
	Created bool      `json:"created"` // false: it stood there already
	Served  bool      `json:"served"`
	Number  uint64    `json:"number,omitempty"`
	Missing []Missing `json:"missing"`
}

// Missing names a blob.
type Missing struct {
	SHA256 string `json:"sha256"`
	Size   uint64 `json:"size"`
}

func (u *Uploads) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	at := ParseAddress(r.URL.EscapedPath())
	switch {
	case r.Method != http.MethodPut:
		w.Header().Set("Allow", "PUT")
		u.refuse(w, ReasonMethod)
		return
	case r.URL.RawQuery != "" || r.URL.ForceQuery:
		u.refuse(w, ReasonQuery)
		return
	case at.Authority == "":
		u.refuse(w, ReasonNotFound)
		return
	case !u.Tokens.allow(r):
		w.Header().Set("WWW-Authenticate", "Bearer")
		u.refuse(w, ReasonToken)
		return
	case r.Header.Get("Content-Encoding") != "":
		u.refuse(w, ReasonEncoding)
		return
	}
	uploaded, err := u.put(r, at)
	if err != nil {
		w.Header().Set("Connection", "close") // what is left of the body is not worth reading
		WriteProblem(w, ReasonOf(err))
		return
	}
	status := http.StatusOK
	switch {
	case len(uploaded.Missing) > 0:
		status = http.StatusAccepted
	case uploaded.Created:
		status = http.StatusCreated
	}
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("Cache-Control", "no-store")
	w.Header().Set("X-Content-Type-Options", "nosniff")
	w.WriteHeader(status)
	json.NewEncoder(w).Encode(uploaded)
}

// refuse answers before the mirror has looked at anything.
func (u *Uploads) refuse(w http.ResponseWriter, r Reason) {
	u.Mirror.CountStranger(r)
	w.Header().Set("Connection", "close")
	WriteProblem(w, r)
}

func (u *Uploads) put(r *http.Request, at Address) (Uploaded, error) {
	ctx := r.Context()
	uploaded := Uploaded{Missing: []Missing{}}
	switch at.Kind {
	case KindHead:
		head, err := u.body(r, at.Authority, revocation.MaxHeadSize)
		if err != nil {
			return uploaded, err
		}
		accepted, err := u.Mirror.AcceptHead(ctx, at.Authority, head)
		if err != nil {
			return uploaded, err
		}
		uploaded.Created, uploaded.Served, uploaded.Number = accepted.Changed, accepted.Served, accepted.Number
		for _, b := range accepted.Missing {
			uploaded.Missing = append(uploaded.Missing, Missing{b.Name(), b.Size})
		}
		return uploaded, nil
	case KindBlob:
		body := io.Reader(r.Body)
		if r.Body == nil {
			body = http.NoBody
		}
		created, err := u.Mirror.AcceptBlob(ctx, at.Authority, at.Name, r.ContentLength, body)
		uploaded.Created = created
		return uploaded, err
	}
	c, err := u.Mirror.carried(at.Authority, at.Name)
	if err != nil {
		u.Mirror.count(ctx, at.Authority, err, nil)
		return uploaded, err
	}
	data, err := u.body(r, at.Authority, c.MaxBytes)
	if err == nil {
		uploaded.Created, err = u.Mirror.AcceptCarried(ctx, at.Authority, at.Name, data)
	}
	uploaded.Served = err == nil
	return uploaded, err
}

// body reads at most max bytes of a body. What a sender announces allocates nothing.
func (u *Uploads) body(r *http.Request, authority string, max int64) (data []byte, err error) {
	defer func() {
		if err != nil {
			u.Mirror.count(r.Context(), authority, err, nil)
		}
	}()
	if r.ContentLength > max {
		return nil, refuse(ReasonTooLarge, nil)
	}
	if r.Body == nil {
		return nil, nil
	}
	data, err = io.ReadAll(io.LimitReader(r.Body, max+1))
	switch {
	case errors.Is(err, os.ErrDeadlineExceeded), errors.Is(err, ErrSlow):
		return nil, refuse(ReasonSlow, err)
	case err != nil:
		return nil, refuse(ReasonCut, err)
	case int64(len(data)) > max:
		return nil, refuse(ReasonTooLarge, nil)
	}
	return data, nil
}

// problem is the form of an error answer: RFC 9457, with reason as an extension.
type problem struct {
	Type   string `json:"type"`
	Title  string `json:"title"`
	Status int    `json:"status"`
	Detail string `json:"detail"`
	Reason Reason `json:"reason"`
}

// WriteProblem answers with a problem (RFC 9457). Unless told otherwise before, nobody stores the answer.
func WriteProblem(w http.ResponseWriter, r Reason) {
	body, err := json.Marshal(problem{"about:blank", http.StatusText(r.Status()), r.Status(), r.Detail(), r})
	if err != nil {
		panic(err) // strings and a number
	}
	h := w.Header()
	h.Set("Content-Type", "application/problem+json")
	h.Set("X-Content-Type-Options", "nosniff")
	if h.Get("Cache-Control") == "" {
		h.Set("Cache-Control", "no-store")
	}
	if r == ReasonBusy || r == ReasonStorage {
		h.Set("Retry-After", "5")
	}
	h.Set("Content-Length", strconv.Itoa(len(body)))
	w.WriteHeader(r.Status())
	w.Write(body)
}

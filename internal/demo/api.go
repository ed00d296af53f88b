package demo

import (
	"encoding/base64"
	"errors"
	"net/http"

	"github.com/e2eid/e2eid/credential/issuer"
	"github.com/e2eid/e2eid/revocation"
)

// handler returns the authority's API. Only the page's origin may read answers, and change anything.
func (a *authority) handler(page string) http.Handler {
	mux := http.NewServeMux()
	mux.Handle("GET /trust", a.whenOn(a.serveTrust))
	mux.Handle("POST /enrol", a.whenOn(fromOrigin(page, a.serveEnrol)))
	mux.Handle("POST /revoke", a.whenOn(fromOrigin(page, a.serveRevoke)))
	mux.Handle("POST /switch", fromOrigin(page, a.serveSwitch))
	return crossOrigin(page, mux)
}

// whenOn refuses everything while the authority is switched off.
func (a *authority) whenOn(next http.HandlerFunc) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if a.off.Load() {
			writeJSON(w, nil, &refusal{http.StatusServiceUnavailable, "the authority is switched off"})
			return
		}
		next(w, r)
	})
}

// fromOrigin refuses what another page, or no page at all, has sent.
func fromOrigin(page string, next http.HandlerFunc) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		if r.Header.Get("Origin") != page {
			writeJSON(w, nil, &refusal{http.StatusForbidden, "only the page may do this"})
			return
		}
		next(w, r)
	}
}

// crossOrigin answers the browser's questions on behalf of the page (Fetch, "CORS protocol").
func crossOrigin(page string, next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Access-Control-Allow-Origin", page)
		w.Header().Set("Vary", "Origin")
		if r.Method == http.MethodOptions {
			w.Header().Set("Access-Control-Allow-Methods", "GET, POST")
			w.Header().Set("Access-Control-Allow-Headers", "Content-Type")
			w.WriteHeader(http.StatusNoContent)
			return
		}
		next.ServeHTTP(w, r)
	})
}

func (a *authority) serveTrust(w http.ResponseWriter, _ *http.Request) {
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("Cache-Control", "no-store")
	w.Write(a.trust)
}

func (a *authority) serveEnrol(w http.ResponseWriter, r *http.Request) {
	var request struct {
		Token string `json:"token"`
		CSR   string `json:"csr"`
		Form  string `json:"form"`
	}
	if err := readJSON(r, &request); err != nil {
		writeJSON(w, nil, err)
		return
	}
	csr, err := base64.StdEncoding.Strict().DecodeString(request.CSR)
	if err != nil {
		writeJSON(w, nil, &refusal{http.StatusBadRequest, "csr is not base64"})
		return
	}
	switch request.Form {
	case "":
		chain, head, err := a.enrol(request.Token, csr)
		writeJSON(w, map[string]any{"chain": chain, "head": head}, enrolRefusal(err))
	case formSDJWT, formUserInfo:
		credential, head, err := a.enrolToken(request.Token, request.Form, csr)
		writeJSON(w, map[string]any{"credential": credential, "head": head}, enrolRefusal(err))
	default:
		writeJSON(w, nil, &refusal{http.StatusBadRequest, "the form of credential is not known"})
	}
}

// enrolRefusal says to the applicant what was wrong with a request.
func enrolRefusal(err error) error {
	var notOwned *issuer.NotOwnedError
	switch {
	case errors.Is(err, errToken):
		return &refusal{http.StatusUnauthorized, "no account has this token"}
	case errors.As(err, &notOwned):
		return &refusal{http.StatusForbidden, "the account does not own " + notOwned.Name}
	case errors.Is(err, issuer.ErrPossession):
		return &refusal{http.StatusBadRequest, "the request is not signed by the key it is for"}
	case errors.Is(err, issuer.ErrRequest), errors.Is(err, issuer.ErrWeakKey):
		return &refusal{http.StatusBadRequest, "the request cannot be certified"}
	}
	return err
}

func (a *authority) serveRevoke(w http.ResponseWriter, r *http.Request) {
	var request struct {
		Account string `json:"account"`
		Reason  string `json:"reason"`
	}
	if err := readJSON(r, &request); err != nil {
		writeJSON(w, nil, err)
		return
	}
	reason, ok := reasonNamed(request.Reason)
	if !ok {
		writeJSON(w, nil, &refusal{http.StatusBadRequest, "the reason is none of RFC 5280"})
		return
	}
	count, head, err := a.revoke(request.Account, reason)
	if errors.Is(err, errAccount) {
		err = &refusal{http.StatusNotFound, "no such account"}
	}
	writeJSON(w, map[string]any{"revoked": count, "head": head}, err)
}

// reasonNamed returns the reason that has this name in RFC 5280, Section 5.3.1.
func reasonNamed(name string) (revocation.Reason, bool) {
	for r := revocation.Unspecified; r <= revocation.AACompromise; r++ {
		if r.Valid() && r.String() == name {
			return r, true
		}
	}
	return 0, false
}

func (a *authority) serveSwitch(w http.ResponseWriter, r *http.Request) {
	var request struct {
		On *bool `json:"on"`
	}
	err := readJSON(r, &request)
	if err == nil && request.On == nil {
		err = &refusal{http.StatusBadRequest, "on or off?"}
	}
	if err != nil {
		writeJSON(w, nil, err)
		return
	}
	a.turn(*request.On)
	writeJSON(w, map[string]bool{"on": *request.On}, nil)
}

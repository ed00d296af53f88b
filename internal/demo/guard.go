package demo

import (
	"encoding/json"
	"errors"
	"io"
	"mime"
	"net/http"
)

// sameHost refuses requests for another host than the one listened on. A site of the open web whose name is made to
// lead to this machine (DNS rebinding) sends its own.
func sameHost(host string, next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Host != host {
			http.Error(w, "this server is http://"+host+" and no other", http.StatusMisdirectedRequest)
			return
		}
		w.Header().Set("X-Content-Type-Options", "nosniff")
		w.Header().Set("Referrer-Policy", "no-referrer")
		next.ServeHTTP(w, r)
	})
}

// A refusal is an error that the client is told, with the status it gets.
type refusal struct {
	status int
	reason string
}

func (r *refusal) Error() string { return r.reason }

// readJSON decodes a body that is one JSON value of this form. The Content-Type makes browsers ask before they send it
// from another origin.
func readJSON(r *http.Request, into any) error {
	if kind, _, err := mime.ParseMediaType(r.Header.Get("Content-Type")); err != nil || kind != "application/json" {
		return &refusal{http.StatusUnsupportedMediaType, "the body is to be application/json"}
	}
	in := json.NewDecoder(r.Body)
	in.DisallowUnknownFields()
	err := in.Decode(into)
	var tooLong *http.MaxBytesError
	switch {
	case errors.As(err, &tooLong):
		return &refusal{http.StatusRequestEntityTooLarge, "the body is too long"}
	case err != nil:
		return &refusal{http.StatusBadRequest, "the body is not of the form expected"}
	}
	if _, err := in.Token(); err != io.EOF {
		return &refusal{http.StatusBadRequest, "something follows the body"}
	}
	return nil
}

// writeJSON answers with value, or with what an error says. Errors that are no refusals stay inside.
func writeJSON(w http.ResponseWriter, value any, err error) {
	status := http.StatusOK
	if err != nil {
		var refused *refusal
		if !errors.As(err, &refused) {
			refused = &refusal{http.StatusInternalServerError, "the authority failed"}
		}
		status = refused.status
		value = map[string]string{"error": refused.reason}
	}
	body, err := json.Marshal(value)
	if err != nil {
		http.Error(w, "internal error", http.StatusInternalServerError)
		return
	}
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("Cache-Control", "no-store")
	w.WriteHeader(status)
	w.Write(body)
}

package server

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"time"
)

// pullTimeout bounds one object from an origin.
const pullTimeout = 2 * time.Minute

// Fetcher gets objects from origins: without cookies, and without following redirects, which would leave the configuration.
type Fetcher struct{ client *http.Client }

// NewFetcher returns a Fetcher.
func NewFetcher() *Fetcher {
	return &Fetcher{&http.Client{
		Timeout:       pullTimeout,
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}}
}

// Fetch implements mirror.Fetcher.
func (f *Fetcher) Fetch(ctx context.Context, address string) (io.ReadCloser, int64, error) {
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, address, nil)
	if err != nil {
		return nil, 0, err
	}
	r.Header.Set("Cache-Control", "no-cache")
	response, err := f.client.Do(r)
	if err != nil {
		return nil, 0, err
	}
	if response.StatusCode != http.StatusOK {
		response.Body.Close()
		return nil, 0, fmt.Errorf("mirror: origin answered with status %d", response.StatusCode)
	}
	return response.Body, response.ContentLength, nil
}

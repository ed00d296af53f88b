// Package push brings a publication from an authority's folder to mirrors: the head, to learn what is missing, the blobs, and the
// head again, from when on it is served. Cut off at any point and run again, it goes on where it stopped; run twice, it
// changes nothing the second time.
package push

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/e2eid/e2eid/revocation"
	"github.com/e2eid/e2eid/worker/mirror"
)

const (
	timeout   = 10 * time.Minute // of one object
	attempts  = 3                // of one object, if the mirror or the way to it fails
	maxAnswer = 4 << 20          // bytes: a head names 2048 blobs at most
)

// A RefusedError reports what a mirror refused, and why.
type RefusedError struct {
	Address string
	Status  int
	Reason  mirror.Reason // empty if the answer was not a mirror's
	Detail  string
}

func (e *RefusedError) Error() string {
	return fmt.Sprintf("push: %s: %d %s: %s", e.Address, e.Status, e.Reason, e.Detail)
}

// A Client pushes to one mirror.
type Client struct {
	// Base is the mirror's address, with a slash at its end. Unless it is of this machine it should be https: the token
	// travels in it.
	Base  string
	Token string
	HTTP  *http.Client // nil: one without redirects and with a timeout
	// Wait is the pause before a second attempt. Zero: a second.
	Wait time.Duration
}

// A Result says what a push has done.
type Result struct {
	Number  uint64
	Blobs   int  // sent now
	Changed bool // the mirror served another head before
}

// Publication pushes what an authority has in a folder that revocation/publisher has written.
func (c *Client) Publication(ctx context.Context, dir, authority string) (Result, error) {
	base, err := url.Parse(c.Base)
	if err != nil || base.Scheme != "https" && base.Scheme != "http" || base.Host == "" || !strings.HasSuffix(c.Base, "/") ||
		base.RawQuery != "" || base.User != nil {
		return Result{}, fmt.Errorf("push: %q is no http or https address that ends with a slash", c.Base)
	}
	if !revocation.ValidAuthority(authority) {
		return Result{}, fmt.Errorf("push: authority id %q", authority)
	}
	head, err := os.ReadFile(filepath.Join(dir, authority, "head"))
	if err != nil {
		return Result{}, fmt.Errorf("push: %w", err)
	}
	address := c.Base + mirror.HeadKey(authority)
	answer, err := c.put(ctx, address, func() (io.ReadCloser, int64, error) {
		return io.NopCloser(bytes.NewReader(head)), int64(len(head)), nil
	})
	if err != nil {
		return Result{}, err
	}
	result := Result{Number: answer.Number, Changed: answer.Created}
	for _, b := range answer.Missing {
		if err := c.blob(ctx, dir, authority, b); err != nil {
			return result, err
		}
		result.Blobs++
	}
	if answer.Served && len(answer.Missing) == 0 {
		return result, nil
	}
	answer, err = c.put(ctx, address, func() (io.ReadCloser, int64, error) {
		return io.NopCloser(bytes.NewReader(head)), int64(len(head)), nil
	})
	result.Changed = answer.Created
	if err == nil && (!answer.Served || len(answer.Missing) > 0) {
		err = errors.New("push: the mirror does not serve the head though it has all its blobs")
	}
	return result, err
}

func (c *Client) blob(ctx context.Context, dir, authority string, b mirror.Missing) error {
	// The name comes from the mirror and becomes a path.
	if mirror.ParseAddress("/blob/"+b.SHA256).Kind != mirror.KindBlob {
		return errors.New("push: the mirror lacks a blob that has no name")
	}
	_, err := c.put(ctx, c.Base+authority+"/blob/"+b.SHA256, func() (io.ReadCloser, int64, error) {
		file, err := os.Open(filepath.Join(dir, "blob", b.SHA256))
		if err != nil {
			return nil, 0, err
		}
		info, err := file.Stat()
		if err != nil {
			return nil, 0, errors.Join(err, file.Close())
		}
		return file, info.Size(), nil
	})
	return err
}

// put sends a body, again if the way to the mirror or the mirror itself fails.
func (c *Client) put(ctx context.Context, address string, body func() (io.ReadCloser, int64, error)) (mirror.Uploaded, error) {
	for attempt := 1; ; attempt++ {
		answer, err := c.putOnce(ctx, address, body)
		refused := (*RefusedError)(nil)
		if err == nil || attempt == attempts || ctx.Err() != nil || errors.As(err, &refused) && refused.Status < 500 {
			return answer, err
		}
		wait := c.Wait
		if wait == 0 {
			wait = time.Second
		}
		select {
		case <-ctx.Done():
			return answer, ctx.Err()
		case <-time.After(wait * time.Duration(attempt)):
		}
	}
}

func (c *Client) putOnce(ctx context.Context, address string, body func() (io.ReadCloser, int64, error)) (answer mirror.Uploaded, err error) {
	content, size, err := body()
	if err != nil {
		return answer, fmt.Errorf("push: %w", err)
	}
	defer content.Close()
	r, err := http.NewRequestWithContext(ctx, http.MethodPut, address, content)
	if err != nil {
		return answer, fmt.Errorf("push: %w", err)
	}
	r.ContentLength = size
	r.Header.Set("Authorization", "Bearer "+c.Token)
	r.Header.Set("Content-Type", "application/octet-stream")
	client := c.HTTP
	if client == nil {
		client = &http.Client{Timeout: timeout, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	}
	response, err := client.Do(r)
	if err != nil {
		return answer, fmt.Errorf("push: %w", err)
	}
	defer response.Body.Close()
	text, err := io.ReadAll(io.LimitReader(response.Body, maxAnswer))
	if err != nil {
		return answer, fmt.Errorf("push: %s: %w", address, err)
	}
	switch response.StatusCode {
	case http.StatusOK, http.StatusCreated, http.StatusAccepted:
		if err := json.Unmarshal(text, &answer); err != nil {
			return answer, fmt.Errorf("push: %s: answer of another form: %w", address, err)
		}
		return answer, nil
	}
	refused := &RefusedError{Address: address, Status: response.StatusCode}
	var problem struct {
		Reason mirror.Reason
		Detail string
	}
	if json.Unmarshal(text, &problem) == nil {
		refused.Reason, refused.Detail = problem.Reason, problem.Detail
	}
	return answer, refused
}

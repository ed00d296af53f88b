package mirror

import (
	"context"
	"errors"
	"io"

	"github.com/e2eid/e2eid/revocation"
)

// A Fetcher gets what is at an address, without cookies and credentials. size is negative if it is not told. The caller
// closes body.
type Fetcher interface {
	Fetch(ctx context.Context, address string) (body io.ReadCloser, size int64, err error)
}

// Pull brings in what the origins of all authorities offer. One that fails does not keep the others from being pulled; the
// error joins all. What has not changed is left as it is.
func (m *Mirror) Pull(ctx context.Context, from Fetcher) error {
	var errs []error
	for _, id := range m.ids {
		a := m.authorities[id]
		if a.Origin != "" {
			errs = append(errs, m.logged(ctx, "pull", id, m.pull(ctx, from, a)))
		}
		for _, c := range a.Carried {
			if c.Origin != "" {
				errs = append(errs, m.logged(ctx, "pull "+c.Name, id, m.pullCarried(ctx, from, a, c)))
			}
		}
	}
	return errors.Join(errs...)
}

func (m *Mirror) pull(ctx context.Context, from Fetcher, a Authority) error {
	head, err := m.fetch(ctx, from, a.Authority, a.Origin+HeadKey(a.Authority), revocation.MaxHeadSize)
	if err != nil {
		return err
	}
	accepted, err := m.AcceptHead(ctx, a.Authority, head)
	if err != nil || len(accepted.Missing) == 0 {
		return err
	}
	for _, b := range accepted.Missing {
		if err := m.pullBlob(ctx, from, a, b); err != nil {
			return err
		}
	}
	accepted, err = m.AcceptHead(ctx, a.Authority, head)
	if err == nil && !accepted.Served {
		err = refuse(ReasonBusy, nil) // somebody removed what we have just brought
	}
	return err
}

func (m *Mirror) pullBlob(ctx context.Context, from Fetcher, a Authority, b revocation.Blob) error {
	body, size, err := from.Fetch(ctx, a.Origin+BlobKey(b))
	if err != nil {
		err = refuse(ReasonOrigin, err)
		m.count(ctx, a.Authority, err, nil)
		return err
	}
	defer body.Close()
	if size < 0 {
		size = int64(b.Size) // what is read is bounded and hashed in any case
	}
	_, err = m.acceptNamed(ctx, b, size, body)
	m.count(ctx, a.Authority, err, nil)
	return err
}

func (m *Mirror) pullCarried(ctx context.Context, from Fetcher, a Authority, c Carried) error {
	data, err := m.fetch(ctx, from, a.Authority, c.Origin, c.MaxBytes)
	if err != nil {
		return err
	}
	_, err = m.AcceptCarried(ctx, a.Authority, c.Name, data)
	return err
}

// fetch reads at most max bytes from an address.
func (m *Mirror) fetch(ctx context.Context, from Fetcher, authority, address string, max int64) (data []byte, err error) {
	defer func() {
		if err != nil {
			m.count(ctx, authority, err, nil)
		}
	}()
	body, size, err := from.Fetch(ctx, address)
	if err != nil {
		return nil, refuse(ReasonOrigin, err)
	}
	defer body.Close()
	if size > max {
		return nil, refuse(ReasonTooLarge, nil)
	}
	data, err = io.ReadAll(io.LimitReader(body, max+1))
	switch {
	case err != nil:
		return nil, refuse(ReasonOrigin, err)
	case int64(len(data)) > max:
		return nil, refuse(ReasonTooLarge, nil)
	}
	return data, nil
}

func (m *Mirror) logged(ctx context.Context, what, authority string, err error) error {
	if err != nil {
		m.log.WarnContext(ctx, what, "authority", authority, "reason", string(ReasonOf(err)), "error", err.Error())
	}
	return err
}

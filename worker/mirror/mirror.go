package mirror

import (
	"context"
	"log/slog"
	"time"

	"github.com/e2eid/e2eid/revocation"
)

// A Mirror accepts what authorities publish into a [Store]. It is safe for concurrent use, and so are several Mirrors over
// one Store: the Store's conditional writes settle who was first.
type Mirror struct {
	store       Store
	authorities map[string]Authority
	ids         []string // as in the configuration
	now         func() time.Time
	log         *slog.Logger
	strangers   strangers
}

// New returns a Mirror for the authorities of c. A nil now is the clock, a nil log says nothing.
func New(store Store, c Config, now func() time.Time, log *slog.Logger) *Mirror {
	m := &Mirror{store: store, authorities: map[string]Authority{}, now: now, log: log}
	if m.now == nil {
		m.now = time.Now
	}
	if m.log == nil {
		m.log = slog.New(slog.DiscardHandler)
	}
	for _, a := range c.Authorities {
		m.authorities[a.Authority] = a
		m.ids = append(m.ids, a.Authority)
	}
	return m
}

func (m *Mirror) authority(id string) (Authority, error) {
	a, ok := m.authorities[id]
	if !ok {
		return Authority{}, refuse(ReasonUnknownAuthority, nil)
	}
	return a, nil
}

// named returns the blobs that a head names, each once.
func named(b revocation.Body) []revocation.Blob {
	var all []revocation.Blob
	for _, l := range b.Lists {
		all = append(all, l.Snapshot, l.Details)
	}
	for _, d := range b.Deltas {
		all = append(all, d.Blob)
	}
	return without(all, []revocation.Blob{{}}) // a list without details
}

// without returns those of names that others does not have, each once.
func without(names, others []revocation.Blob) []revocation.Blob {
	drop := map[revocation.Blob]bool{}
	for _, n := range others {
		drop[n] = true
	}
	var left []revocation.Blob
	for _, n := range names {
		if !drop[n] {
			drop[n] = true
			left = append(left, n)
		}
	}
	return left
}

// present reports for each blob whether the store has it, asking a few at once.
func (m *Mirror) present(ctx context.Context, names []revocation.Blob) ([]bool, error) {
	const atOnce = 6 // what a Worker may have open
	has := make([]bool, len(names))
	errs := make([]error, len(names))
	slots := make(chan struct{}, atOnce)
	done := make(chan struct{})
	for i, name := range names {
		go func() {
			slots <- struct{}{}
			has[i], errs[i] = m.store.HasBlob(ctx, name)
			<-slots
			done <- struct{}{}
		}()
	}
	for range names {
		<-done
	}
	for _, err := range errs {
		if err != nil {
			return nil, refuse(storageReason(err), err)
		}
	}
	return has, nil
}

// missing returns the blobs that the store lacks.
func (m *Mirror) missing(ctx context.Context, names []revocation.Blob) ([]revocation.Blob, error) {
	has, err := m.present(ctx, names)
	if err != nil {
		return nil, err
	}
	lack := []revocation.Blob{}
	for i, name := range names {
		if !has[i] {
			lack = append(lack, name)
		}
	}
	return lack, nil
}

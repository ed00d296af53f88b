package mirror

import (
	"context"
	"encoding/json"
	"errors"
	"sync"
	"time"
)

// A Status is what the counters say. Times are Unix seconds, zero if there was none.
type Status struct {
	Now         int64             `json:"now"`
	Authorities []AuthorityStatus `json:"authorities"`
	// Refused has what was refused of nobody this mirror serves, such as pushes without a token. It is kept in memory.
	Refused map[Reason]uint64 `json:"refused"`
}

// An AuthorityStatus counts what was accepted and refused of one authority.
type AuthorityStatus struct {
	ID         string            `json:"id"`
	Number     uint64            `json:"number"` // of the head that is served, 0: none
	ThisUpdate int64             `json:"thisUpdate"`
	NextUpdate int64             `json:"nextUpdate"`
	Age        int64             `json:"age"`         // seconds from ThisUpdate to Now; stored as 0
	Since      int64             `json:"servedSince"` // when it was accepted here
	Waiting    int               `json:"waiting"`     // blobs that a newer accepted head lacks
	Accepted   uint64            `json:"accepted"`    // heads that came to be served
	Refused    map[Reason]uint64 `json:"refused"`
	LastReason Reason            `json:"lastRefused,omitempty"`
	LastAt     int64             `json:"lastRefusedAt,omitempty"`
}

// counters is the form of the object at StatusKey.
type counters struct {
	Authorities map[string]*AuthorityStatus `json:"authorities"`
}

const (
	maxStatusSize  = 4 << 20
	statusAttempts = 4
)

// strangers counts refusals that belong to no authority. They are not stored: a stranger's request must not cost a write.
type strangers struct {
	mu      sync.Mutex
	refused map[Reason]uint64
}

func (s *strangers) add(r Reason) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.refused == nil {
		s.refused = map[Reason]uint64{}
	}
	s.refused[r]++
}

// CountStranger counts a refusal before anything was looked at: one without a push token.
func (m *Mirror) CountStranger(r Reason) { m.strangers.add(r) }

// count notes what became of an operation. That it cannot be noted does not change the answer.
func (m *Mirror) count(ctx context.Context, authority string, err error, accepted *Accepted) {
	if _, ours := m.authorities[authority]; !ours {
		m.strangers.add(ReasonOf(err))
		return
	}
	if err == nil && (accepted == nil || accepted.Served && !accepted.Changed && len(accepted.Missing) == 0) {
		return
	}
	failed := m.update(ctx, func(c *counters) {
		s := c.of(authority)
		if err != nil {
			s.LastReason, s.LastAt = ReasonOf(err), m.now().Unix()
			s.Refused[s.LastReason]++
			return
		}
		s.Waiting = len(accepted.Missing)
		if accepted.Changed {
			s.Accepted++
			s.Since = m.now().Unix()
			s.describe(accepted.Number, accepted.thisUpdate, accepted.nextUpdate)
		}
	})
	if failed != nil {
		m.log.ErrorContext(ctx, "counters not written", "error", failed)
	}
	if err == nil && accepted.Changed {
		m.log.InfoContext(ctx, "serving", "authority", authority, "number", accepted.Number)
	}
}

func (c *counters) of(authority string) *AuthorityStatus {
	if c.Authorities == nil {
		c.Authorities = map[string]*AuthorityStatus{}
	}
	s := c.Authorities[authority]
	if s == nil {
		s = &AuthorityStatus{ID: authority}
		c.Authorities[authority] = s
	}
	if s.Refused == nil {
		s.Refused = map[Reason]uint64{}
	}
	return s
}

func (m *Mirror) counters(ctx context.Context) (c counters, version string, err error) {
	object, version, err := m.store.Get(ctx, StatusKey, maxStatusSize)
	if err != nil && !errors.Is(err, ErrNotFound) {
		return counters{}, "", err
	}
	if err == nil && json.Unmarshal(object, &c) != nil {
		c = counters{} // damaged: counting starts anew
	}
	return c, version, nil
}

func (m *Mirror) update(ctx context.Context, change func(*counters)) error {
	for attempt := 1; ; attempt++ {
		c, version, err := m.counters(ctx)
		if err != nil {
			return err
		}
		change(&c)
		object, err := json.Marshal(c)
		if err != nil {
			return err
		}
		err = m.store.Put(ctx, StatusKey, object, version, Meta{ContentType: "application/json"})
		if !errors.Is(err, ErrConflict) || attempt == statusAttempts {
			return err
		}
	}
}

// Status returns the counters, with what is served of each authority of the configuration.
func (m *Mirror) Status(ctx context.Context) (Status, error) {
	now := m.now()
	c, _, err := m.counters(ctx)
	if err != nil {
		return Status{}, refuse(storageReason(err), err)
	}
	s := Status{Now: now.Unix(), Authorities: []AuthorityStatus{}, Refused: map[Reason]uint64{}}
	for _, id := range m.ids {
		h, err := m.load(ctx, m.authorities[id])
		if err != nil {
			return Status{}, err
		}
		a := *c.of(id)
		if h.served != nil {
			a.describe(h.served.Body().Number, h.served.Body().ThisUpdate, h.served.Body().NextUpdate)
			a.Age = now.Unix() - a.ThisUpdate
		}
		s.Authorities = append(s.Authorities, a)
	}
	m.strangers.mu.Lock()
	defer m.strangers.mu.Unlock()
	for r, n := range m.strangers.refused {
		s.Refused[r] = n
	}
	return s, nil
}

func (a *AuthorityStatus) describe(number uint64, this, next time.Time) {
	a.Number, a.ThisUpdate, a.NextUpdate = number, this.Unix(), next.Unix()
}

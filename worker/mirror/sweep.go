package mirror

import (
	"context"
	"encoding/json"
	"errors"
	"strconv"
	"strings"
	"time"

	"github.com/e2eid/e2eid/revocation"
)

const (
	// KeepRetired is how long blobs stay that no head names any more: a client that has fetched the head before may be
	// about to fetch them.
	KeepRetired = 24 * time.Hour

	maxSweep       = 100 // records of one authority at a time
	maxRetiredSize = 1 << 20
)

// retire notes which blobs will not be named any more once next is served. The note is written first: a blob is then
// forgotten at no point, and one that is still named when its time comes is left alone.
func (m *Mirror) retire(ctx context.Context, h *held, next *revocation.Head) error {
	gone := without(h.names(), named(next.Body()))
	if len(gone) == 0 {
		return nil
	}
	names := make([]string, len(gone))
	for i, b := range gone {
		names[i] = b.Name()
	}
	object, err := json.Marshal(names)
	if err != nil {
		return refuse(ReasonInternal, err)
	}
	key := retiredKey + next.Authority() + "/" + strconv.FormatInt(m.now().Unix(), 10) + "-" + strconv.FormatUint(next.Number(), 10)
	err = m.store.Put(ctx, key, object, Absent, Meta{ContentType: "application/json"})
	if err != nil && !errors.Is(err, ErrConflict) { // the same note is there already
		return refuse(storageReason(err), err)
	}
	return nil
}

// Sweep deletes blobs that have not been named for [KeepRetired], of every authority. An error leaves the rest for the next time.
func (m *Mirror) Sweep(ctx context.Context) error {
	var keys []string
	for _, id := range m.ids {
		found, err := m.store.List(ctx, retiredKey+id+"/", maxSweep)
		if err != nil {
			return refuse(storageReason(err), err)
		}
		for _, key := range found {
			if at, ok := retiredAt(key); ok && m.now().Sub(at) >= KeepRetired {
				keys = append(keys, key)
			}
		}
	}
	if len(keys) == 0 {
		return nil
	}
	live := map[string]bool{}
	for _, id := range m.ids {
		h, err := m.load(ctx, m.authorities[id])
		if err != nil {
			return err
		}
		for _, b := range h.names() {
			live[b.Name()] = true
		}
	}
	for _, key := range keys {
		if err := m.sweep(ctx, key, live); err != nil {
			return err
		}
	}
	return nil
}

func (m *Mirror) sweep(ctx context.Context, key string, live map[string]bool) error {
	object, _, err := m.store.Get(ctx, key, maxRetiredSize)
	if err != nil {
		return refuse(storageReason(err), err)
	}
	var names []string
	if err := json.Unmarshal(object, &names); err != nil {
		names = nil // damaged: some blobs stay for ever
	}
	keep := false
	for _, name := range names {
		switch {
		case live[name]:
			keep = true // named again, or not served yet: the note stays until it is not
		case isHash(name):
			if err := m.store.Delete(ctx, "blob/"+name); err != nil {
				return refuse(storageReason(err), err)
			}
		}
	}
	if keep {
		return nil
	}
	if err := m.store.Delete(ctx, key); err != nil {
		return refuse(storageReason(err), err)
	}
	return nil
}

func retiredAt(key string) (time.Time, bool) {
	last := key[strings.LastIndexByte(key, '/')+1:]
	at, _, _ := strings.Cut(last, "-")
	seconds, err := strconv.ParseInt(at, 10, 64)
	return time.Unix(seconds, 0), err == nil
}

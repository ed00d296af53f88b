package redteam

import (
	"bytes"
	"slices"

	"github.com/e2eid/e2eid/revocation"
	"github.com/e2eid/e2eid/verifier"
)

// beside returns a lie about the blobs of the honest head.
func beside(name string, refuse []verifier.Code, blobs func(m *simMirror, needed []revocation.Blob, honest [][]byte) ([][]byte, bool)) simLie {
	return simLie{name, func(m *simMirror) (simAnswer, bool) {
		a := simAnswer{head: m.honest().Bytes(), refuse: refuse}
		a.blobs = func(needed []revocation.Blob, honest [][]byte) ([][]byte, bool) {
			if len(needed) == 0 {
				return nil, false
			}
			return blobs(m, needed, honest)
		}
		return a, true
	}}
}

// instead returns a lie that puts another blob in place of one.
func instead(name string, refuse []verifier.Code, other func(m *simMirror, needed revocation.Blob, honest []byte) []byte) simLie {
	return beside(name, refuse, func(m *simMirror, needed []revocation.Blob, honest [][]byte) ([][]byte, bool) {
		from := m.lies.IntN(len(needed))
		for i := range needed {
			i = (i + from) % len(needed)
			if b := other(m, needed[i], honest[i]); b != nil && !bytes.Equal(b, honest[i]) {
				honest[i] = b
				return honest, true
			}
		}
		return nil, false
	})
}

// unnamed returns b unless the honest head names it: what it names is no lie by itself.
func (m *simMirror) unnamed(b []byte) []byte {
	if m.named(b) {
		return nil
	}
	return b
}

// before returns the body of an older head.
func (m *simMirror) before() revocation.Body {
	return m.heads[max(0, m.day-1-m.lies.IntN(60))].Body()
}

// listOf returns the list of the honest head whose snapshot this is, nil if it is none.
func (m *simMirror) listOf(snapshot revocation.Blob) *revocation.List {
	body := m.honest().Body()
	for i := range body.Lists {
		if body.Lists[i].Snapshot == snapshot {
			return &body.Lists[i]
		}
	}
	return nil
}

var simBlobLies = []simLie{
	beside("blobs repeated", nil, func(m *simMirror, _ []revocation.Blob, honest [][]byte) ([][]byte, bool) {
		return append(honest, honest...), true
	}),
	beside("blobs in another order", nil, func(m *simMirror, _ []revocation.Blob, honest [][]byte) ([][]byte, bool) {
		slices.Reverse(honest)
		return honest, len(honest) > 1
	}),
	beside("every blob of the head", nil, func(m *simMirror, _ []revocation.Blob, _ [][]byte) (all [][]byte, _ bool) {
		for _, name := range m.names() {
			all = append(all, m.blob(name))
		}
		return all, true
	}),
	beside("no blob at all", simUnavailable, func(*simMirror, []revocation.Blob, [][]byte) ([][]byte, bool) { return nil, true }),
	beside("a blob withheld", simUnavailable, func(m *simMirror, _ []revocation.Blob, honest [][]byte) ([][]byte, bool) {
		return slices.Delete(honest, 0, 1+m.lies.IntN(len(honest))), true
	}),
	beside("a blob more", simBad, func(m *simMirror, _ []revocation.Blob, honest [][]byte) ([][]byte, bool) {
		return slices.Insert(honest, m.lies.IntN(len(honest)+1), []byte{1, 2, 3}), true
	}),
	instead("a bit of a blob", simBad, func(m *simMirror, _ revocation.Blob, honest []byte) []byte { return m.flip(honest) }),
	instead("a blob cut off", simBad, func(m *simMirror, _ revocation.Blob, honest []byte) []byte {
		return honest[:m.lies.IntN(len(honest))]
	}),
	instead("a blob and more", simBad, func(m *simMirror, _ revocation.Blob, honest []byte) []byte {
		return append(bytes.Clone(honest), 0)
	}),
	instead("a megabyte", simBad, func(*simMirror, revocation.Blob, []byte) []byte { return make([]byte, 1<<20) }),
	instead("another blob of the head", simUnavailable, func(m *simMirror, _ revocation.Blob, honest []byte) []byte {
		names := m.names()
		return m.blob(names[m.lies.IntN(len(names))])
	}),
	instead("the delta of another step", simUnavailable, func(m *simMirror, needed revocation.Blob, _ []byte) []byte {
		deltas := m.honest().Body().Deltas
		if m.listOf(needed) != nil || len(deltas) < 2 {
			return nil
		}
		return m.blob(deltas[m.lies.IntN(len(deltas))].Blob)
	}),
	instead("the delta of another head", simBad, func(m *simMirror, needed revocation.Blob, _ []byte) []byte {
		deltas := m.before().Deltas
		if m.listOf(needed) != nil || len(deltas) == 0 {
			return nil
		}
		return m.unnamed(m.blob(deltas[m.lies.IntN(len(deltas))].Blob))
	}),
	instead("a list of another head", simBad, func(m *simMirror, needed revocation.Blob, _ []byte) []byte {
		l := m.listOf(needed)
		for _, old := range m.before().Lists {
			if l != nil && l.ID == old.ID {
				return m.unnamed(m.blob(old.Snapshot))
			}
		}
		return nil
	}),
	instead("another list of another head", simBad, func(m *simMirror, needed revocation.Blob, _ []byte) []byte {
		lists := m.before().Lists
		return m.unnamed(m.blob(lists[m.lies.IntN(len(lists))].Snapshot))
	}),
	instead("a list that revokes nobody", simBad, func(m *simMirror, needed revocation.Blob, _ []byte) []byte {
		l := m.listOf(needed)
		if l == nil || l.Kind != revocation.KindIndex {
			return nil
		}
		_, blobs, err := revocation.EncodeList(l.ID, l.Covered, nil, false)
		if err != nil {
			m.t.Fatal(err)
		}
		return m.unnamed(blobs[0])
	}),
	instead("a delta that takes all back", simBad, func(m *simMirror, needed revocation.Blob, _ []byte) []byte {
		if m.listOf(needed) != nil || m.c.held == nil {
			return nil
		}
		body, all := m.honest().Body(), map[string][]uint64{}
		for _, l := range body.Lists {
			for _, e := range m.c.held.Entries(l.ID) {
				all[l.ID] = append(all[l.ID], e.Index)
			}
		}
		delta, err := revocation.EncodeDelta(body.Lists, all, map[string][]revocation.Entry{})
		if err != nil {
			m.t.Fatal(err)
		}
		return m.unnamed(delta)
	}),
	{"the client's own record of older lists", func(m *simMirror) (simAnswer, bool) {
		a := simAnswer{head: m.honest().Bytes(), refuse: simAny, either: true} // padding by itself changes no list
		a.blobs = func(needed []revocation.Blob, _ [][]byte) ([][]byte, bool) {
			return [][]byte{m.c.v.Lists(nil, simID)}, len(needed) > 0 && m.c.held != nil
		}
		return a, true
	}},
}

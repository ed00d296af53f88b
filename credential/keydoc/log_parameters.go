package keydoc

import "github.com/e2eid/e2eid/internal/strictjson"

// update applies parameters (v1.0, "did:webvh DID Method Parameters").
func (s *logState) update(p strictjson.Value, number int) error {
	if err := p.Fields("method", "scid", "updateKeys", "nextKeyHashes", "witness", "watchers", "portable", "deactivated", "ttl"); err != nil {
		return malformed("parameters: " + err.Error())
	}
	bad := malformed("a parameter that is missing, not of its type, or where it must not be")
	first := number == 1
	if v, ok := p.Get("method"); ok || first {
		if m, err := v.Text(); err != nil || m != method {
			return malformed("method of a version that is not known")
		}
	}
	scid, ok := p.Get("scid")
	if ok != first {
		return bad
	}
	if first {
		var err error
		if s.scid, err = scid.Text(); err != nil {
			return bad
		}
		if _, ok := multihash(s.scid); !ok {
			return bad
		}
	}
	prerotated := len(s.nextHashes) > 0
	for _, list := range [...]struct {
		name     string
		to       *[]string
		required bool
	}{{"updateKeys", &s.updateKeys, first || prerotated}, {"nextKeyHashes", &s.nextHashes, prerotated}} {
		_, ok := p.Get(list.name)
		if !ok {
			if list.required {
				return bad
			}
			continue
		}
		var texts []string
		err := p.Each(list.name, func(v strictjson.Value) error {
			t, err := v.Text()
			if list.to == &s.nextHashes { // others than hashes are allowed, and no key has them
				sum, _ := multihash(t)
				t = string(sum)
			}
			if texts = append(texts, t); err != nil || len(texts) > maxUpdateKeys {
				return bad
			}
			return nil
		})
		if err != nil {
			return bad
		}
		*list.to = texts
	}
	if v, ok := p.Get("witness"); ok {
		members, err := v.Object()
		if err != nil {
			return bad
		}
		s.witnessed = s.witnessed || len(members) > 0
	}
	if v, ok := p.Get("watchers"); ok && v.Kind() != strictjson.Array {
		return bad
	}
	if v, ok := p.Get("ttl"); ok {
		if n, err := v.Int64(); err != nil || n < 0 || n > 1<<31 {
			return bad
		}
	}
	if v, ok := p.Get("portable"); ok {
		portable, err := v.Bool()
		if err != nil || portable && !first {
			return bad
		}
		s.portable = portable
	}
	if v, ok := p.Get("deactivated"); ok {
		var err error
		if s.finished, err = v.Bool(); err != nil {
			return bad
		}
	}
	return nil
}

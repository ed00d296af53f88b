package verifier

import (
	"time"

	"github.com/e2eid/e2eid/internal/strictjson"
)

// AppendJSON appends the verdict as JSON: no white space, fields in a fixed order, times as Unix seconds. The same
// verdict is the same bytes in every host. web/src/types.ts has the type.
func (v Verdict) AppendJSON(dst []byte) []byte {
	dst = append(dst, `{"outcome":`...)
	dst = strictjson.AppendString(dst, v.outcome.String())
	if v.outcome == Verified {
		dst = v.appendIdentity(append(dst, `,"identity":`...))
		dst = v.freshness.appendJSON(append(dst, `,"revocation":`...))
		dst = append(dst, `,"historical":`...)
		dst = appendBool(dst, v.historical)
	} else {
		dst = append(dst, `,"code":`...)
		dst = strictjson.AppendString(dst, string(v.Code()))
		dst = append(dst, `,"message":`...)
		dst = strictjson.AppendString(dst, v.Code().Message())
		if n := v.Certificate(); n >= 0 {
			dst = strictjson.AppendInt(append(dst, `,"certificate":`...), int64(n))
		}
		if v.revocation != nil {
			dst = v.revocation.appendJSON(append(dst, `,"revoked":`...))
		}
		dst = append(dst, `,"missing":[`...)
		for i, m := range v.missing {
			dst = strictjson.Comma(dst, i)
			dst = append(dst, `{"kind":`...)
			dst = strictjson.AppendString(dst, string(m.Kind))
			dst = append(dst, `,"name":`...)
			dst = append(strictjson.AppendString(dst, m.Name), '}')
		}
		dst = append(dst, ']')
	}
	dst = appendStrings(append(dst, `,"warnings":`...), v.warnings)
	dst = append(dst, `,"findings":[`...)
	for i := range v.findings {
		dst = v.findings[i].appendJSON(strictjson.Comma(dst, i))
	}
	return append(dst, ']', '}')
}

func (v Verdict) appendIdentity(dst []byte) []byte {
	id := v.identity
	dst = append(dst, `{"id":`...)
	dst = strictjson.AppendString(dst, id.ID)
	dst = appendStrings(append(dst, `,"identifiers":`...), id.Identifiers)
	dst = append(dst, `,"authority":`...)
	dst = strictjson.AppendString(dst, id.Authority)
	if id.Name != "" {
		dst = strictjson.AppendString(append(dst, `,"name":`...), id.Name)
	}
	if id.Organization != "" {
		dst = strictjson.AppendString(append(dst, `,"organization":`...), id.Organization)
	}
	if id.Email != "" {
		dst = strictjson.AppendString(append(dst, `,"email":{"address":`...), id.Email)
		dst = append(appendBool(append(dst, `,"verified":`...), id.EmailVerified), '}')
	}
	if len(id.Roles) > 0 {
		dst = appendStrings(append(dst, `,"roles":`...), id.Roles)
	}
	if len(id.Policies) > 0 {
		dst = appendStrings(append(dst, `,"policies":`...), id.Policies)
	}
	dst = appendTime(append(dst, `,"notBefore":`...), id.NotBefore)
	dst = appendTime(append(dst, `,"notAfter":`...), id.NotAfter)
	return append(dst, '}')
}

func (f *Freshness) appendJSON(dst []byte) []byte {
	if f == nil {
		return append(dst, "null"...)
	}
	dst = strictjson.AppendString(append(dst, `{"source":`...), string(f.Source))
	dst = strictjson.AppendInt(append(dst, `,"number":`...), int64(f.Number))
	dst = appendTime(append(dst, `,"thisUpdate":`...), f.ThisUpdate)
	dst = appendTime(append(dst, `,"nextUpdate":`...), f.NextUpdate)
	dst = appendTime(append(dst, `,"freshUntil":`...), f.FreshUntil)
	return append(dst, '}')
}

func (r *Revocation) appendJSON(dst []byte) []byte {
	dst = append(dst, '{')
	if !r.Since.IsZero() {
		dst = append(appendTime(append(dst, `"since":`...), r.Since), ',')
	}
	dst = append(dst, `"reason":`...)
	return append(strictjson.AppendString(dst, r.Reason), '}')
}

// appendJSON writes names of this package alone, none of which needs an escape.
func (f *Finding) appendJSON(dst []byte) []byte {
	dst = append(dst, `{"check":"`...)
	dst = append(dst, f.Check.String()...)
	dst = append(dst, `","result":"`...)
	dst = append(dst, f.Result.String()...)
	dst = append(dst, '"')
	if f.Code != "" {
		dst = append(append(append(dst, `,"code":"`...), f.Code...), '"')
	}
	if f.Certificate >= 0 {
		dst = strictjson.AppendInt(append(dst, `,"certificate":`...), int64(f.Certificate))
	}
	return append(dst, '}')
}

func appendStrings(dst []byte, list []string) []byte {
	dst = append(dst, '[')
	for i, s := range list {
		dst = strictjson.AppendString(strictjson.Comma(dst, i), s)
	}
	return append(dst, ']')
}

func appendTime(dst []byte, t time.Time) []byte { return strictjson.AppendInt(dst, t.Unix()) }

func appendBool(dst []byte, b bool) []byte {
	if b {
		return append(dst, "true"...)
	}
	return append(dst, "false"...)
}

package crl

import (
	"github.com/e2eid/e2eid/internal/der"
	"github.com/e2eid/e2eid/internal/pkix"
)

// A run is a stretch of entries for certificates of one issuer: certificateIssuer holds until the next entry that has
// it (RFC 5280, Section 5.3.3). Before the first run they are those of the list's issuer, which is number 0.
type run struct {
	offset uint32
	issuer uint16
}

// startRun notes that from the entry at offset on the issuer is the one that names, the content of a GeneralNames, say.
func (l *List) startRun(offset uint32, names der.String) error {
	x := &l.index
	if len(names) > maxIssuerBytes {
		return pkix.Malformed("certificateIssuer", "too large")
	}
	if x.ids == nil {
		x.ids, x.encodings = map[string]uint16{l.issuerKey: 0}, map[string]uint16{}
	}
	issuer, known := x.encodings[string(names)]
	if !known {
		if len(x.encodings) == maxIssuers {
			return pkix.Malformed("certificateIssuer", "too many issuers")
		}
		name, err := l.readIssuer(names)
		if err != nil {
			return err
		}
		key := name.Key()
		if issuer, known = x.ids[key]; !known {
			x.names = append(x.names, name)
			issuer = uint16(len(x.names))
			x.ids[key] = issuer
		}
		x.encodings[string(names)] = issuer
	}
	if issuer != x.issuerAt(offset) {
		x.runs = append(x.runs, run{offset, issuer})
	}
	return nil
}

// readIssuer returns the directoryName of a certificateIssuer. Without exactly one nobody can say whose the entries
// are; the name is empty then, which is no certificate's issuer.
func (l *List) readIssuer(in der.String) (pkix.Name, error) {
	names, err := pkix.ReadGeneralNames(in)
	if err != nil {
		return pkix.Name{}, pkix.InPart("certificateIssuer", err)
	}
	var issuer pkix.Name
	count := 0
	for _, n := range names {
		if n.Kind == pkix.DirectoryName {
			issuer = n.Directory
			count++
		}
	}
	if count != 1 || issuer.Empty() {
		l.UnsupportedCritical = true
		return pkix.Name{}, nil
	}
	return issuer, nil
}

// issuerAt returns the number of the issuer that the entry at offset is for.
func (x *index) issuerAt(offset uint32) uint16 {
	low, high := 0, len(x.runs)
	for low < high {
		if middle := (low + high) / 2; x.runs[middle].offset <= offset {
			low = middle + 1
		} else {
			high = middle
		}
	}
	if low == 0 {
		return 0
	}
	return x.runs[low-1].issuer
}

package jose_test

import (
	"errors"

	"github.com/e2eid/e2eid/internal/jose"
)

// isKind reports whether err is of this kind and of no other.
func isKind(err, kind error) bool {
	var e *jose.Error
	return errors.As(err, &e) && e.Kind == kind && e.Part != "" && e.Reason != "" && errors.Is(err, kind)
}

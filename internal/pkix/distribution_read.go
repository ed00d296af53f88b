package pkix

import "github.com/e2eid/e2eid/internal/der"

// ReadDistributionPointName reads all of in, the content of the explicit tag of a DistributionPointName.
func ReadDistributionPointName(in der.String, out *DistributionPointName) bool { return out.read(in) }

// ReadReasons reads the content of a BIT STRING that is a ReasonFlags.
func ReadReasons(b []byte, out *Reasons) bool { return NamedBits(b, reasonCount, out) }

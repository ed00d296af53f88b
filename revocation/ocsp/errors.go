package ocsp

// A ResponseStatus says how a responder took a request (RFC 6960, Section 4.2.1). Number 4 is not used.
type ResponseStatus uint8

const (
	Successful       ResponseStatus = 0
	MalformedRequest ResponseStatus = 1
	InternalError    ResponseStatus = 2
	TryLater         ResponseStatus = 3
	SigRequired      ResponseStatus = 5
	Unauthorized     ResponseStatus = 6
)

func (s ResponseStatus) String() string {
	switch s {
	case Successful:
		return "successful"
	case MalformedRequest:
		return "malformed request"
	case InternalError:
		return "internal error"
	case TryLater:
		return "try later"
	case SigRequired:
		return "signature required"
	case Unauthorized:
		return "unauthorized"
	}
	return "unknown"
}

// A StatusError reports a well-formed response by which a responder says nothing about any certificate. Nobody signs
// such responses: anyone on the way can make one (RFC 6960, Section 5), and it is as good as none.
type StatusError struct{ Status ResponseStatus }

func (e *StatusError) Error() string { return "ocsp: responder gave no answer: " + e.Status.String() }

package fetch

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"code.dny.dev/ssrf"
)

// Kind says what went wrong, for the one who decides what happens next.
type Kind string

const (
	KindTimeout     Kind = "timeout"      // a deadline passed, or the body came too slowly
	KindNetwork     Kind = "network"      // no connection, or it broke; the body was cut off
	KindStatus      Kind = "status"       // an HTTP status that is no answer
	KindShape       Kind = "shape"        // an answer that is not what the agency gives: a page, an error, another format
	KindTooLarge    Kind = "too_large"    // larger than allowed, or it unpacks to far too much
	KindRefusedHost Kind = "refused_host" // an address that may not be asked: not on the list, not public, a redirect elsewhere
	KindRateLimited Kind = "rate_limited" // asked too often: RetryAfter says when again, if the agency did
	KindAuth        Kind = "auth"         // refused: a key is missing or has ended, or the network is barred
)

// maxErrorBody is how much of an error answer is kept: enough to recognise it.
const maxErrorBody = 4 << 10

// maxRetryAfter bounds what an agency may ask: nobody silences a feed for ever.
const maxRetryAfter = 24 * time.Hour

// Error is why a Get gave no answer.
type Error struct {
	Kind       Kind
	Agency     string
	URL        string // without secrets
	Status     int    // HTTP status; 0 = none came
	RetryAfter time.Duration
	Body       []byte // the first bytes of an error answer
	Err        error
}

func (e *Error) Error() string {
	return fmt.Sprintf("fetching %s: %s: %v", e.URL, e.Kind, e.Err)
}

func (e *Error) Unwrap() error { return e.Err }

// KindOf is the kind of the *Error in the chain, or "".
func KindOf(err error) Kind {
	var e *Error
	if errors.As(err, &e) {
		return e.Kind
	}
	return ""
}

// ShapeError is for the reader of an answer that turns out not to be one.
func ShapeError(agency, address string, err error) *Error {
	return &Error{Kind: KindShape, Agency: agency, URL: Redact(address), Err: err}
}

func newError(r Request, kind Kind, err error) *Error {
	return &Error{Kind: kind, Agency: r.Agency, URL: Redact(r.URL), Err: err}
}

var (
	errIdle     = errors.New("the body stopped coming")
	errSlow     = errors.New("the body comes too slowly")
	errTooLarge = errors.New("the body is larger than allowed")
	errBomb     = errors.New("the body unpacks to far more than it was")
	errEncoding = errors.New("the body has an encoding that was not asked for")
)

// kindOf reads the transport's error.
func kindOf(ctx context.Context, err error) Kind {
	cause := context.Cause(ctx)
	var netErr net.Error
	switch {
	case errors.Is(err, errTooLarge), errors.Is(err, errBomb):
		return KindTooLarge
	case errors.Is(err, errEncoding):
		return KindShape
	case errors.Is(err, errRedirect), isGuard(err):
		return KindRefusedHost
	case errors.Is(err, errSlow), errors.Is(cause, errIdle), errors.Is(cause, context.DeadlineExceeded):
		return KindTimeout
	case errors.As(err, &netErr) && netErr.Timeout():
		return KindTimeout
	}
	return KindNetwork
}

func isGuard(err error) bool {
	return errors.Is(err, ssrf.ErrProhibitedIP) || errors.Is(err, ssrf.ErrProhibitedPort) ||
		errors.Is(err, ssrf.ErrProhibitedNetwork) || errors.Is(err, ssrf.ErrInvalidHostPort)
}

// bare takes off net/http's wrapping, which repeats the URL with its secrets,
// and tells the real cause of a cancelled request.
func bare(ctx context.Context, err error) error {
	var urlErr *url.Error
	if errors.As(err, &urlErr) {
		err = urlErr.Err
	}
	if cause := context.Cause(ctx); cause != nil && !errors.Is(err, cause) && errors.Is(err, context.Canceled) {
		return cause
	}
	return err
}

// secretWords mark the query parameters that Redact hides.
var secretWords = []string{"key", "token", "secret", "sig", "auth", "pass", "pwd", "credential"}

// Redact hides what may be a secret in an address: user information and the
// values of parameters that sound like one. The rest stays readable.
func Redact(address string) string {
	u, err := url.Parse(address)
	if err != nil {
		return "(an address that cannot be read)"
	}
	u.User, u.Fragment = nil, ""
	params := strings.Split(u.RawQuery, "&")
	for i, p := range params {
		name, _, _ := strings.Cut(p, "=")
		if soundsSecret(name) {
			params[i] = name + "=REDACTED"
		}
	}
	u.RawQuery = strings.Join(params, "&")
	return u.String()
}

func soundsSecret(name string) bool {
	if plain, err := url.QueryUnescape(name); err == nil {
		name = plain
	}
	name = strings.ToLower(name)
	for _, w := range secretWords {
		if strings.Contains(name, w) {
			return true
		}
	}
	return false
}

// retryAfter reads the header in both its forms (RFC 9110, 10.2.3). A date is
// compared with the server's own Date, so that our clock does not matter.
func retryAfter(h http.Header) time.Duration {
	v := strings.TrimSpace(h.Get("Retry-After"))
	var d time.Duration
	if n, err := strconv.Atoi(v); err == nil {
		d = time.Duration(min(n, int(maxRetryAfter/time.Second))) * time.Second
	} else if at, err := http.ParseTime(v); err == nil {
		if now, err := http.ParseTime(h.Get("Date")); err == nil {
			d = at.Sub(now)
		}
	}
	return max(0, min(d, maxRetryAfter))
}

// Package fetch reads agencies over HTTP and cannot be kept waiting.
//
// What is promised of every Get:
//
//   - It ends. Dialling, TLS, the header, every pause within the body and the
//     whole each have a deadline, and a body that drips is given up by its rate.
//     No goroutine outlives the call, except those of idle connections, which
//     Close ends.
//   - It is bounded. The body is cut off at a size, and a compressed one also by
//     its ratio, before it fills the memory.
//   - It goes where it was meant to. Only the agency's own hosts are asked, by
//     https, never through a proxy of the environment; a redirect may not leave
//     the host; and the address actually dialled must be a public one, so that a
//     name that was made to point inside the network is refused after DNS.
//   - It is honest about who asks (User-Agent with a contact) and asks only for
//     what changed, where the agency answers conditional requests.
//   - Its errors are an *Error with a Kind, and never show a secret of the URL.
//
// There are no retries here: the caller is a job, and the job engine retries
// with a backoff that outlives the process.
//
// Options.BaseURLs is the one seam for simulated agencies. Where it names an
// agency, requests for it go to that address instead, plain http and loopback
// included, and to no other host.
package fetch

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"fmt"
	"mime"
	"net/http"
	"net/url"
	"strings"
	"time"
)

// DefaultUserAgent says who asks where the operator gives nothing better.
const DefaultUserAgent = "BabyShield (recall reader)"

// DefaultMaxBytes bounds a body after decompression. The largest known answer,
// the whole list of us-cpsc, has 27 MB.
const DefaultMaxBytes = 64 << 20

// Options configure a Client. The zero value is good for production.
type Options struct {
	UserAgent    string            // "" = DefaultUserAgent
	Contact      string            // how an agency reaches the operator: an address or URL, added to the user agent
	BaseURLs     map[string]string // agency code -> base URL that replaces scheme and host, and prefixes the path
	AllowPrivate bool              // BaseURLs may also point into private networks (a mirror of the operator's own)
	Timeouts     Timeouts
}

// Timeouts are the deadlines of one Get. A zero field takes its default.
type Timeouts struct {
	Dial       time.Duration // 5 s
	TLS        time.Duration // 5 s
	Header     time.Duration // 15 s, from the request's end to the whole header
	Total      time.Duration // 60 s
	Idle       time.Duration // 10 s, between two pieces of the body
	RateWindow time.Duration // 30 s: the body must bring MinRate bytes a second in every window
	MinRate    int64         // 1024 bytes a second
}

func (t Timeouts) withDefaults() Timeouts {
	return Timeouts{
		Dial:       cmp.Or(t.Dial, 5*time.Second),
		TLS:        cmp.Or(t.TLS, 5*time.Second),
		Header:     cmp.Or(t.Header, 15*time.Second),
		Total:      cmp.Or(t.Total, 60*time.Second),
		Idle:       cmp.Or(t.Idle, 10*time.Second),
		RateWindow: cmp.Or(t.RateWindow, 30*time.Second),
		MinRate:    cmp.Or(t.MinRate, 1024),
	}
}

// Request is one question to an agency.
type Request struct {
	Agency       string   // code, for BaseURLs and for errors
	URL          string   // https, at one of Hosts
	Hosts        []string // the agency's own hosts
	ETag         string   // of the answer already known; "" = none
	LastModified string   // likewise
	MaxBytes     int64    // of the body, decompressed; 0 = DefaultMaxBytes
	Accept       string   // media type; "application/json" also refuses an HTML page
}

// Response is a whole answer of status 200, or the news that nothing changed.
type Response struct {
	URL          string // where it came from, without secrets
	NotModified  bool   // status 304: the answer already known still stands
	Body         []byte // decompressed
	ContentType  string
	ETag         string
	LastModified string
	Date         time.Time // the server's clock; zero = not told
}

// Client asks agencies. It may be used by many goroutines at once.
type Client struct {
	agent    string
	bases    map[string]*url.URL
	timeouts Timeouts
	public   *http.Client // the open Internet only
	override *http.Client // for agencies in bases
}

// New builds a Client. It errs where a base URL cannot be one.
func New(o Options) (*Client, error) {
	c := &Client{
		agent:    cmp.Or(o.UserAgent, DefaultUserAgent),
		bases:    map[string]*url.URL{},
		timeouts: o.Timeouts.withDefaults(),
	}
	if o.Contact != "" {
		c.agent += " (contact: " + strings.Map(printable, o.Contact) + ")"
	}
	for code, base := range o.BaseURLs {
		u, err := url.Parse(base)
		if err != nil || u.Host == "" || u.Scheme != "http" && u.Scheme != "https" {
			return nil, fmt.Errorf("reading the base URL of %s: %q is not an http or https address", code, base)
		}
		c.bases[code] = u
	}
	c.public = newHTTPClient(c.timeouts, guardPublic())
	c.override = newHTTPClient(c.timeouts, guardOverride(o.AllowPrivate))
	return c, nil
}

func printable(r rune) rune {
	if r < ' ' || r > '~' {
		return -1
	}
	return r
}

// Close lets go of idle connections.
func (c *Client) Close() {
	c.public.CloseIdleConnections()
	c.override.CloseIdleConnections()
}

// Get asks once. Every error is an *Error.
func (c *Client) Get(ctx context.Context, r Request) (*Response, error) {
	target, client, err := c.route(r)
	if err != nil {
		return nil, newError(r, KindRefusedHost, err)
	}
	ctx, cancel := context.WithTimeout(ctx, c.timeouts.Total)
	defer cancel()
	ctx, stall := context.WithCancelCause(ctx)
	defer stall(nil)

	req, err := http.NewRequestWithContext(ctx, http.MethodGet, target, nil)
	if err != nil {
		return nil, newError(r, KindRefusedHost, errors.New("the address cannot be read"))
	}
	c.setHeader(req, r)
	resp, err := client.Do(req)
	if err != nil {
		return nil, newError(r, kindOf(ctx, err), bare(ctx, err))
	}
	defer resp.Body.Close()

	body, err := c.body(ctx, stall, resp, cmp.Or(r.MaxBytes, DefaultMaxBytes))
	if err := classify(r, resp, body); err != nil {
		return nil, err // the status says more than how its page was cut off
	}
	if err != nil {
		return nil, newError(r, kindOf(ctx, err), bare(ctx, err))
	}
	return answer(target, resp, body), nil
}

func (c *Client) setHeader(req *http.Request, r Request) {
	req.Header.Set("User-Agent", c.agent)
	req.Header.Set("Accept-Encoding", "gzip") // by hand: the transport's own would hide the ratio
	if r.Accept != "" {
		req.Header.Set("Accept", r.Accept)
	}
	if r.ETag != "" {
		req.Header.Set("If-None-Match", r.ETag)
	}
	if r.LastModified != "" {
		req.Header.Set("If-Modified-Since", r.LastModified)
	}
}

func answer(target string, resp *http.Response, body []byte) *Response {
	out := &Response{
		URL:          Redact(target),
		NotModified:  resp.StatusCode == http.StatusNotModified,
		Body:         body,
		ContentType:  resp.Header.Get("Content-Type"),
		ETag:         resp.Header.Get("ETag"),
		LastModified: resp.Header.Get("Last-Modified"),
	}
	if t, err := http.ParseTime(resp.Header.Get("Date")); err == nil {
		out.Date = t.UTC()
	}
	return out
}

// classify turns everything but a usable answer into an error. Agencies send
// error pages with status 200, so JSON that was asked for must not be HTML.
func classify(r Request, resp *http.Response, body []byte) error {
	status := func(kind Kind) error {
		e := newError(r, kind, fmt.Errorf("the answer has status %d", resp.StatusCode))
		e.Status, e.Body = resp.StatusCode, body[:min(len(body), maxErrorBody)]
		e.RetryAfter = retryAfter(resp.Header)
		return e
	}
	switch code := resp.StatusCode; {
	case code == http.StatusNotModified && (r.ETag != "" || r.LastModified != ""):
		return nil
	case code == http.StatusUnauthorized || code == http.StatusForbidden:
		return status(KindAuth)
	case code == http.StatusTooManyRequests,
		code == http.StatusServiceUnavailable && resp.Header.Get("Retry-After") != "":
		return status(KindRateLimited)
	case code != http.StatusOK:
		return status(KindStatus)
	}
	media, _, _ := mime.ParseMediaType(resp.Header.Get("Content-Type"))
	if r.Accept == "application/json" && (media == "text/html" || looksLikeMarkup(body)) {
		return newError(r, KindShape, errors.New("the answer is a page (HTML or XML), not JSON"))
	}
	return nil
}

func looksLikeMarkup(body []byte) bool {
	body = bytes.TrimPrefix(body, []byte("\xef\xbb\xbf"))
	return bytes.HasPrefix(bytes.TrimLeft(body, " \t\r\n"), []byte("<"))
}

package web

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net/http"
	"runtime/debug"
	"strings"
	"time"

	"github.com/a-h/templ"

	"github.com/babyshield/babyshield"
)

// page is what a handler returns: a title and a body for the layout.
type page struct {
	title   string // of the page, without anything a person typed
	current string // path of the menu's entry that this is
	body    templ.Component
	status  int   // 0 = 200
	site    *site // nil where the database did not answer
	private bool  // holds what a person typed: no cache may keep it
	answer  bool  // says itself what could not be read
	allow   string
}

// page serves what the handler returns, or the error page.
func (s *server) page(handle func(*http.Request) (*page, error)) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		p, err := s.guarded(handle, r)
		if err != nil {
			p = s.errorPage(r, err)
		}
		body := &bytes.Buffer{}
		if err := layout(s.chrome(p), p.body).Render(r.Context(), body); err != nil {
			p = s.errorPage(r, fmt.Errorf("rendering %s: %w", r.URL.Path, err))
			body.Reset()
			if err := layout(s.chrome(p), p.body).Render(context.WithoutCancel(r.Context()), body); err != nil {
				panic(err) // the error page renders from constants: its test proves it
			}
		}
		h := w.Header()
		h.Set("Content-Type", "text/html; charset=utf-8")
		h.Set("Cache-Control", "no-cache")
		if p.private || p.status != 0 {
			h.Set("Cache-Control", "no-store")
		}
		if p.allow != "" {
			h.Set("Allow", p.allow)
		}
		w.WriteHeader(max(p.status, http.StatusOK))
		_, _ = body.WriteTo(w) // the reader is gone: nobody is left to tell
	})
}

// guarded calls the handler and makes an error of a panic.
func (s *server) guarded(handle func(*http.Request) (*page, error), r *http.Request) (p *page, err error) {
	defer func() {
		switch v := recover(); v {
		case nil:
		case http.ErrAbortHandler:
			panic(v)
		default:
			err = fmt.Errorf("panic: %v", v)
			s.Log.ErrorContext(r.Context(), "panic", "method", r.Method, "path", r.URL.Path, "panic", fmt.Sprint(v), "stack", string(debug.Stack()))
		}
	}()
	return handle(r)
}

// methodError says that the path is there and the method is not.
type methodError struct{ allow string }

func (e *methodError) Error() string { return "method not allowed" }

// notServed is the error of a path, or of a method, that no page has.
func notServed(mux *http.ServeMux, r *http.Request) error {
	var allowed []string
	for _, method := range []string{http.MethodGet, http.MethodPost} {
		probe := r.Clone(r.Context())
		probe.Method = method
		if _, pattern := mux.Handler(probe); pattern != "/" {
			allowed = append(allowed, method)
		}
	}
	if len(allowed) > 0 {
		return &methodError{allow: strings.Join(allowed, ", ")}
	}
	return babyshield.Errorf(babyshield.NotFound, "There is no page at this address.")
}

// errorPage is the page for an error, and the one place where the pages' errors
// get a status and are logged.
func (s *server) errorPage(r *http.Request, err error) *page {
	status, title, message := http.StatusInternalServerError, "Something went wrong", babyshield.MessageOf(err)
	var method *methodError
	var tooLong *http.MaxBytesError
	code := s.codeOf(r, err)
	switch {
	case errors.As(err, &method):
		p := &page{title: "This does not work here", status: http.StatusMethodNotAllowed, allow: method.allow}
		p.body = errorBody(p.title, "This address does not take this kind of request.")
		return p
	case errors.As(err, &tooLong):
		status, title, message = http.StatusRequestEntityTooLarge, "That was too long", "The form holds more text than we read."
	case code == babyshield.NotFound:
		status, title = http.StatusNotFound, "Not found"
	case code == babyshield.Forbidden || code == babyshield.Unauthenticated:
		status, title = http.StatusForbidden, "Not allowed"
	case code == babyshield.Invalid || code == babyshield.Conflict || code == babyshield.RateLimited:
		status, title = http.StatusUnprocessableEntity, "We could not read that"
	case code == babyshield.Unavailable:
		status, title = http.StatusServiceUnavailable, "We cannot show this now"
		message = "Our database does not answer. Try again in some minutes, or look on the agency's own site."
	default:
		s.Log.ErrorContext(r.Context(), "unexpected error", "method", r.Method, "path", r.URL.Path, "error", err, "stack", string(debug.Stack()))
	}
	return &page{title: title, status: status, body: errorBody(title, message)}
}

// codeOf is the kind of an error. One that nobody foresaw, while the database does
// not answer, is the database's.
func (s *server) codeOf(r *http.Request, err error) babyshield.Code {
	code := babyshield.CodeOf(err)
	if code != babyshield.Internal {
		return code
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(r.Context()), 2*time.Second)
	defer cancel()
	if s.Store.Ping(ctx) == nil {
		return code
	}
	s.Log.ErrorContext(r.Context(), "the database does not answer", "path", r.URL.Path, "error", err)
	return babyshield.Unavailable
}

// policy lets the page load our own style and pictures and send our own forms,
// and nothing else.
const policy = "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"

func secured(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		h := w.Header()
		h.Set("Content-Security-Policy", policy)
		h.Set("X-Content-Type-Options", "nosniff")
		h.Set("X-Frame-Options", "DENY")
		// Not no-referrer: browsers would send "Origin: null" with our own forms.
		h.Set("Referrer-Policy", "same-origin")
		h.Set("Cross-Origin-Opener-Policy", "same-origin")
		h.Set("Cross-Origin-Resource-Policy", "same-origin")
		h.Set("Permissions-Policy", "camera=(), geolocation=(), microphone=()")
		next.ServeHTTP(w, r)
	})
}

const (
	maxForm     = 64 << 10         // bytes of a form
	requestTime = 20 * time.Second // of any request
)

func bounded(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		ctx, cancel := context.WithTimeout(r.Context(), requestTime)
		defer cancel()
		r = r.WithContext(ctx)
		r.Body = http.MaxBytesReader(w, r.Body, maxForm)
		next.ServeHTTP(w, r)
	})
}

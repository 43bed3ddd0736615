package api

import (
	"context"
	"errors"
	"net/http"
	"runtime/debug"
	"strings"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"github.com/babyshield/babyshield"
)

// statuses is the one place where a kind of failure gets its HTTP status.
var statuses = map[babyshield.Code]int{
	babyshield.Invalid:         http.StatusUnprocessableEntity,
	babyshield.Unauthenticated: http.StatusUnauthorized,
	babyshield.Forbidden:       http.StatusForbidden,
	babyshield.NotFound:        http.StatusNotFound,
	babyshield.Conflict:        http.StatusConflict,
	babyshield.RateLimited:     http.StatusTooManyRequests,
	babyshield.Unavailable:     http.StatusServiceUnavailable,
	babyshield.Internal:        http.StatusInternalServerError,
}

// problem turns an error of a handler into what the caller sees, and logs what
// the caller must not see.
func (s *server) problem(ctx context.Context, operation string, err error) error {
	code, message := babyshield.CodeOf(err), babyshield.MessageOf(err)
	switch {
	case ctx.Err() != nil && errors.Is(ctx.Err(), context.Canceled):
		code, message = babyshield.Unavailable, "The request was cancelled." // nobody reads it
	case code == babyshield.Internal && !s.databaseAnswers(ctx):
		code, message = babyshield.Unavailable, "The database does not answer. Nothing could be checked. Try again later."
		s.Log.ErrorContext(ctx, "the database does not answer", "operation", operation, "error", err)
	case code == babyshield.Internal:
		s.Log.ErrorContext(ctx, "unexpected error", "operation", operation, "error", err, "stack", string(debug.Stack()))
	}
	p := newProblem(statuses[code], message)
	if code == babyshield.Unavailable || code == babyshield.RateLimited {
		return huma.ErrorWithHeaders(p, http.Header{"Retry-After": {"10"}})
	}
	return p
}

// databaseAnswers asks anew, apart from the deadline that the request may have
// used up.
func (s *server) databaseAnswers(ctx context.Context) bool {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), 2*time.Second)
	defer cancel()
	return s.Store.Ping(ctx) == nil
}

func newProblem(status int, detail string) *huma.ErrorModel {
	return &huma.ErrorModel{Status: status, Title: http.StatusText(status), Detail: detail}
}

// withoutValues takes what the caller sent out of huma's own validation errors:
// it may be personal, and an error is logged and copied more freely than a
// request.
func withoutValues(_ huma.Context, _ string, v any) (any, error) {
	m, ok := v.(*huma.ErrorModel)
	if !ok {
		return v, nil
	}
	if m.Detail != "" {
		m.Detail = strings.ToUpper(m.Detail[:1]) + m.Detail[1:]
	}
	for _, e := range m.Errors {
		e.Value = nil
	}
	return m, nil
}

// writeProblem is for what answers outside of huma's operations.
func writeProblem(w http.ResponseWriter, status int, detail string) {
	w.Header().Set("Content-Type", "application/problem+json")
	w.WriteHeader(status)
	_ = jsonFormat.Marshal(w, newProblem(status, detail)) // the client is gone: nobody is left to tell
}

// notFound answers every path and method that no operation has.
func notFound(mux *http.ServeMux) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if allowed := allowedMethods(mux, r); allowed != "" {
			w.Header().Set("Allow", allowed)
			writeProblem(w, http.StatusMethodNotAllowed, "This path does not take this method.")
			return
		}
		writeProblem(w, http.StatusNotFound, "There is nothing at this path. See /api/openapi.json.")
	})
}

// allowedMethods are those with which the request's path would have been served.
func allowedMethods(mux *http.ServeMux, r *http.Request) string {
	var allowed []string
	for _, method := range []string{http.MethodGet, http.MethodPost} {
		probe := r.Clone(r.Context())
		probe.Method = method
		if _, pattern := mux.Handler(probe); pattern != "/" {
			allowed = append(allowed, method)
		}
	}
	return strings.Join(allowed, ", ")
}

func denyCrossOrigin(w http.ResponseWriter, _ *http.Request) {
	writeProblem(w, http.StatusForbidden, "Another web site may not send this request.")
}

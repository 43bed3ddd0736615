// Package api is the JSON API: checks, recalls, agencies, health and the OpenAPI
// document. One file a resource.
//
// # What is promised
//
//   - The forms are those of CONTRACT: items in, babyshield.Answer out; lists are
//     {"data", "next", "meta"}.
//   - A check that cannot be made is an error (503), never an empty result.
//   - Every error is application/problem+json (RFC 9457), made in problem.go and
//     nowhere else. It repeats no value that the caller sent, and for an internal
//     error it says nothing of the cause: that goes to the log, with a stack.
//   - GET changes nothing, may be read from any web page (CORS), and carries a
//     strong ETag: If-None-Match is answered 304. Answers of a check are never
//     stored by a cache.
//   - A request body is at most 1 MiB, and its JSON is nested at most 32 deep.
//
// # Health
//
// /livez is 200 while the process serves. /readyz is 503 only if the database
// does not answer, because then no request can be served. Stale agencies do not
// take a process out of service: it still answers, honestly, not_checked. But the
// body tells each agency's state and one word for all of them ("fresh", "partial",
// "blind"), for a monitor to alarm on.
package api

import (
	"context"
	"log/slog"
	"net/http"
	"time"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humago"

	"github.com/babyshield/babyshield/internal/check"
	"github.com/babyshield/babyshield/internal/store"
)

// Deps are what the API stands on. All but Version are required.
type Deps struct {
	Store   *store.Store
	Check   *check.Checker
	Log     *slog.Logger
	Now     func() time.Time
	Version string
}

// server is the API at work; its methods are the handlers.
type server struct {
	Deps
}

// maxBody is the longest request body, in bytes.
const maxBody = 1 << 20

// requestTime is how long a request may take. The store's own waits are shorter.
const requestTime = 20 * time.Second

// Handler serves /api/, /livez and /readyz. Everything else under it is a
// problem+json 404.
func Handler(d Deps) http.Handler {
	s := &server{Deps: d}
	mux := http.NewServeMux()
	api := humago.New(mux, config(d.Version))
	s.checkRoutes(api)
	s.recallRoutes(api)
	s.agencyRoutes(api)
	s.healthRoutes(api)
	mux.Handle("GET /api/openapi.json", serveDocument(api.OpenAPI()))
	mux.Handle("/", notFound(mux))

	cross := http.NewCrossOriginProtection()
	cross.SetDenyHandler(http.HandlerFunc(denyCrossOrigin))
	return s.recovering(deadline(openToRead(etagged(cross.Handler(mux)))))
}

// register adds one operation. What a handler returns as an error becomes a
// problem here, so that no handler need think of it.
func register[I, O any](s *server, api huma.API, op huma.Operation, handle func(context.Context, *I) (*O, error)) {
	op.MaxBodyBytes = maxBody
	op.Errors = append(op.Errors, http.StatusInternalServerError)
	if op.Responses["503"] == nil {
		op.Errors = append(op.Errors, http.StatusServiceUnavailable)
	}
	huma.Register(api, op, func(ctx context.Context, in *I) (*O, error) {
		out, err := handle(ctx, in)
		if err != nil {
			return nil, s.problem(ctx, op.OperationID, err)
		}
		return out, nil
	})
}

// List is the form of every list.
type List[T, M any] struct {
	Data []T    `json:"data"`
	Next string `json:"next" doc:"Cursor of the next page; empty at the end."`
	Meta M      `json:"meta"`
}

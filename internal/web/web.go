// Package web is the pages: check a product, read recalls, see which agencies
// could be read. One file a page, and a .templ file with its markup; *_templ.go
// is generated from it (make generate) and committed.
//
// # What is promised
//
//   - Every page works without JavaScript (there is none), loads nothing from
//     another host, and is under 50 kB.
//   - GET changes nothing. What a person types about a product goes by POST and
//     stands in no address, title or log.
//   - A check that fails on our side is answered "not checked", never "no recall
//     found" and never an empty list.
//   - A page is rendered whole before its first byte is sent: a fault gives the
//     error page, not half a page. The error page needs no database.
//   - Text from outside is untrusted: it is escaped, cleaned of characters that
//     turn the direction of text, cut, and marked with its language. A link leaves
//     this site only to http or https, and its host is printed.
//   - The order is the same wherever a recall is shown: the hazard, what to do now,
//     is it yours, the remedy, how sure we are, the official notice, details.
//   - A status is told by icon, word and border; color adds to it. Nothing is
//     green and nothing is ticked.
//
// Sentences about hazards, remedies and certainty are package notify's, so that a
// message and the page that it links to say the same.
package web

import (
	"context"
	"log/slog"
	"net/http"
	"time"

	"github.com/babyshield/babyshield"
	"github.com/babyshield/babyshield/internal/check"
	"github.com/babyshield/babyshield/internal/store"
)

// Deps are what the pages stand on. All but Version are required.
type Deps struct {
	Store   *store.Store
	Check   *check.Checker
	Log     *slog.Logger
	Now     func() time.Time
	Version string
}

// server is the pages at work; its methods are the handlers.
type server struct {
	Deps
}

// Handler serves the pages and their static files. Any other path is a page that
// says so.
func Handler(d Deps) http.Handler {
	s := &server{Deps: d}
	mux := http.NewServeMux()
	mux.Handle("GET /{$}", s.page(s.home))
	mux.Handle("GET /check", s.page(s.home))
	mux.Handle("POST /check", s.page(s.answer))
	mux.Handle("GET /recalls", s.page(s.recalls))
	mux.Handle("GET /recalls/{id}", s.page(s.recall))
	mux.Handle("GET /agencies", s.page(s.agencies))
	mux.Handle("GET /static/{file}", static)
	mux.Handle("/", s.page(func(r *http.Request) (*page, error) { return nil, notServed(mux, r) }))

	cross := http.NewCrossOriginProtection()
	cross.SetDenyHandler(s.page(func(*http.Request) (*page, error) {
		return nil, babyshield.Errorf(babyshield.Forbidden, "Another web site may not send this form.")
	}))
	return secured(bounded(cross.Handler(mux)))
}

// site is what most pages say of the agencies.
type site struct {
	states []babyshield.AgencyState
	now    time.Time
}

func (s *server) site(ctx context.Context) (*site, error) {
	states, err := s.Store.Agencies(ctx)
	if err != nil {
		return nil, err
	}
	return &site{states: states, now: s.Now()}, nil
}

// neverRead says whether no agency was ever read: then samples are shown.
func (t *site) neverRead() bool {
	for _, a := range t.states {
		if !a.LastSuccess.IsZero() {
			return false
		}
	}
	return true
}

// agency is the agency of a code; one that is not known has its code for a name.
func (t *site) agency(code string) babyshield.AgencyState {
	for _, a := range t.states {
		if a.Code == code {
			return a
		}
	}
	return babyshield.AgencyState{Code: code, Name: code}
}

package api_test

import (
	"bytes"
	"database/sql"
	"encoding/json"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/babyshield/babyshield"
	"github.com/babyshield/babyshield/internal/api"
	"github.com/babyshield/babyshield/internal/babyshieldtest"
	"github.com/babyshield/babyshield/internal/check"
	"github.com/babyshield/babyshield/internal/store"
)

// site is the API over a store with a clock, as a client sees it.
type site struct {
	t       *testing.T
	store   *store.Store
	clock   *babyshieldtest.Clock
	handler http.Handler
	log     *bytes.Buffer
}

// eachSite runs the test on both databases with an empty, seeded store. samples
// ship with it.
func eachSite(t *testing.T, test func(t *testing.T, s *site), samples ...babyshield.Recall) {
	t.Helper()
	babyshieldtest.EachDatabase(t, func(t *testing.T, url string) { test(t, newSite(t, url, samples...)) })
}

func newSite(t *testing.T, url string, samples ...babyshield.Recall) *site {
	s := &site{t: t, clock: babyshieldtest.NewClock(), log: &bytes.Buffer{}}
	s.store = babyshieldtest.Open(t, url, func(o *store.Options) {
		o.Now = s.clock.Now
		o.Seed.Samples = samples
	})
	s.handler = api.Handler(api.Deps{
		Store: s.store, Check: check.New(s.store, s.clock.Now), Now: s.clock.Now, Version: "test",
		Log: slog.New(slog.NewTextHandler(s.log, nil)),
	})
	return s
}

// lite is a site on SQLite, for what no database decides.
func lite(t *testing.T, samples ...babyshield.Recall) *site {
	return newSite(t, "sqlite:"+filepath.Join(t.TempDir(), "babyshield.db"), samples...)
}

// read stores recalls of us-cpsc and counts all agencies as read now.
func (s *site) read(recalls ...babyshield.Recall) {
	s.t.Helper()
	if len(recalls) > 0 {
		babyshieldtest.Save(s.t, s.store, false, recalls...)
	}
	for _, a := range babyshieldtest.Agencies() {
		if err := s.store.MarkRead(s.t.Context(), a.Code); err != nil {
			s.t.Fatal(err)
		}
	}
}

func (s *site) do(method, path, body string, header ...string) *httptest.ResponseRecorder {
	s.t.Helper()
	r := httptest.NewRequestWithContext(s.t.Context(), method, path, strings.NewReader(body))
	if body != "" {
		r.Header.Set("Content-Type", "application/json")
	}
	for i := 0; i < len(header); i += 2 {
		r.Header.Set(header[i], header[i+1])
	}
	w := httptest.NewRecorder()
	s.handler.ServeHTTP(w, r)
	return w
}

// get decodes the answer of a request that must succeed and must be what the
// OpenAPI document says.
func (s *site) get(method, path, body string, into any) *httptest.ResponseRecorder {
	s.t.Helper()
	w := s.do(method, path, body)
	if w.Code != http.StatusOK {
		s.t.Fatalf("%s %s: status %d: %s", method, path, w.Code, w.Body)
	}
	s.conforms(method, path, w)
	if err := json.Unmarshal(w.Body.Bytes(), into); err != nil {
		s.t.Fatalf("%s %s: %v", method, path, err)
	}
	return w
}

type problem struct {
	Title, Detail string
	Status        int
	Errors        []struct{ Message, Location string }
}

// refused decodes the answer of a request that must fail with the status.
func (s *site) refused(w *httptest.ResponseRecorder, status int) problem {
	s.t.Helper()
	if w.Code != status {
		s.t.Fatalf("status %d, want %d: %s", w.Code, status, w.Body)
	}
	if got := w.Header().Get("Content-Type"); got != "application/problem+json" {
		s.t.Errorf("Content-Type %q, want application/problem+json", got)
	}
	var p problem
	if err := json.Unmarshal(w.Body.Bytes(), &p); err != nil {
		s.t.Fatalf("the problem is no JSON: %v: %s", err, w.Body)
	}
	if p.Status != status || p.Title == "" || p.Detail == "" {
		s.t.Errorf("problem %+v, want status %d, a title and a detail", p, status)
	}
	return p
}

func TestCheck(t *testing.T) {
	recalled := babyshieldtest.Recall("26-101", "Plumbo", "Wobble Rattle", "WR-2040")
	sample := babyshieldtest.Recall("S-1", "Mustero", "Sample Swing", "SS-7001")
	tests := []struct {
		name   string
		before func(s *site)
		body   string
		want   babyshield.Status
		reason string // a part of it
		match  string // recall number
	}{
		{
			name: "a match", before: func(s *site) { s.read(recalled) },
			body: `{"ref":"r1","brand":"Plumbo","name":"Wobble Rattle","model":"WR-2040"}`, want: "affected", match: "26-101",
		},
		{
			name: "a miss with everything read", before: func(s *site) { s.read(recalled) },
			body: `{"ref":"r1","brand":"Ottrin","name":"paper lamp","model":"Q-88123"}`, want: "no_match",
		},
		{
			name: "null is absent", before: func(s *site) { s.read(recalled) },
			body: `{"ref":"r1","brand":"Ottrin","name":"paper lamp","model":null,"countries":null}`, want: "no_match",
		},
		{
			name: "a miss with a stale agency", before: func(s *site) { s.read(recalled); s.clock.Advance(9 * 24 * 3600e9) },
			body: `{"ref":"r1","brand":"Ottrin","name":"paper lamp"}`, want: "not_checked", reason: "was last read on",
		},
		{
			name: "a match with a stale agency", before: func(s *site) { s.read(recalled); s.clock.Advance(9 * 24 * 3600e9) },
			body: `{"ref":"r1","brand":"Plumbo","name":"Wobble Rattle","model":"WR-2040"}`, want: "affected", match: "26-101",
		},
		{
			name: "no agency ever read", before: func(*site) {},
			body: `{"ref":"r1","brand":"Ottrin","name":"paper lamp"}`, want: "not_checked", reason: "has not been read yet",
		},
		{
			name: "a sample while no agency was read", before: func(*site) {},
			body: `{"ref":"r1","brand":"Mustero","name":"Sample Swing","model":"SS-7001"}`, want: "affected", match: "S-1",
		},
		{
			name: "no sample once an agency was read", before: func(s *site) { s.read() },
			body: `{"ref":"r1","brand":"Mustero","name":"Sample Swing","model":"SS-7001"}`, want: "no_match",
		},
		{
			name: "a sample on request", before: func(s *site) { s.read() },
			body: `{"ref":"r1","brand":"Mustero","name":"Sample Swing","model":"SS-7001","samples":true}`, want: "affected", match: "S-1",
		},
		{
			name: "nothing to go by", before: func(s *site) { s.read() },
			body: `{"ref":"r1","color":"red"}`, want: "not_checked", reason: "at least one of",
		},
		{
			name: "a country that nobody covers", before: func(s *site) { s.read() },
			body: `{"ref":"r1","name":"paper lamp","countries":["NZ"]}`, want: "not_covered", reason: "these countries",
		},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			s := lite(t, sample)
			tt.before(s)
			var got babyshield.Answer
			w := s.get("POST", "/api/v1/check", tt.body, &got)
			if got.Status != tt.want || got.Ref != "r1" || !strings.Contains(got.Reason, tt.reason) {
				t.Errorf("got %s, want status %s with a reason like %q", w.Body, tt.want, tt.reason)
			}
			if (tt.match == "") != (len(got.Matches) == 0) || tt.match != "" && got.Matches[0].Number != tt.match {
				t.Errorf("matches %+v, want %q", got.Matches, tt.match)
			}
			if tt.want != "not_covered" && len(got.Checked) == 0 {
				t.Error("there is no coverage receipt")
			}
			if got := w.Header().Get("Cache-Control"); got != "no-store" {
				t.Errorf("Cache-Control %q, want no-store", got)
			}
		})
	}
}

func TestCheckOnBothDatabases(t *testing.T) {
	eachSite(t, func(t *testing.T, s *site) {
		s.read(babyshieldtest.Recall("26-101", "Plumbo", "Wobble Rattle", "WR-2040"))
		var got babyshield.Answer
		s.get("POST", "/api/v1/check", `{"brand":"Plumbo","name":"Wobble Rattle","model":"WR-2040"}`, &got)
		if got.Status != babyshield.StatusAffected || len(got.Matches) != 1 {
			t.Errorf("got %+v, want one recall that affects it", got)
		}
	})
}

func TestBadRequests(t *testing.T) {
	const private = "anna at example dot org"
	tests := []struct {
		name, method, path, body string
		status                   int
		detail                   string // a part of the detail or of the first error
	}{
		{"no JSON", "POST", "/api/v1/check", `{"name":`, 400, "unexpected end"},
		{"no body", "POST", "/api/v1/check", ``, 400, "body is required"},
		{"another form", "POST", "/api/v1/check", `[]`, 422, "expected object"},
		{"a number for a name", "POST", "/api/v1/check", `{"name":7}`, 422, "expected string"},
		{"an unknown key", "POST", "/api/v1/check", `{"name":"x","brandd":"` + private + `"}`, 422, "unexpected property"},
		{"a wrong type with a private value", "POST", "/api/v1/check", `{"name":"x","countries":"` + private + `"}`, 422, "expected array"},
		{"an impossible country", "POST", "/api/v1/check", `{"name":"x","countries":["Narnia"]}`, 422, "two letters"},
		{"too deep", "POST", "/api/v1/check", `{"name":` + strings.Repeat("[", 100) + strings.Repeat("]", 100) + `}`, 400, "too deep"},
		{"too long", "POST", "/api/v1/check", `{"name":"` + strings.Repeat("x", 1<<20) + `"}`, 413, "too large"},
		{"an impossible day", "GET", "/api/v1/recalls?since=2026-02-30", ``, 422, "not a date"},
		{"a strange cursor", "GET", "/api/v1/recalls?cursor=bogus", ``, 422, "not one of ours"},
		{"too many at once", "GET", "/api/v1/recalls?limit=201", ``, 422, "<= 200"},
		{"an unknown agency", "GET", "/api/v1/recalls?agency=xx-none", ``, 422, "no agency"},
		{"an unknown parameter", "GET", "/api/v1/recalls?agancy=us-cpsc", ``, 422, "unknown query parameter"},
		{"an unknown recall", "GET", "/api/v1/recalls/rcl_none", ``, 404, "no recall"},
		{"an unknown path", "GET", "/api/v1/nothing", ``, 404, "nothing at this path"},
		{"an unknown path outside", "GET", "/livez/x", ``, 404, "nothing at this path"},
		{"a wrong method", "DELETE", "/api/v1/recalls", ``, 405, "does not take this method"},
		{"GET of a check", "GET", "/api/v1/check", ``, 405, "does not take this method"},
	}
	s := lite(t)
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			s.t = t
			w := s.do(tt.method, tt.path, tt.body)
			p := s.refused(w, tt.status)
			said := p.Detail
			for _, e := range p.Errors {
				said += " " + e.Message
			}
			if tt.status != 404 && tt.status != 405 || strings.Contains(tt.path, "rcl_") {
				s.conforms(tt.method, tt.path, w)
			}
			if !strings.Contains(said, tt.detail) {
				t.Errorf("said %q, want a part %q", said, tt.detail)
			}
			if strings.Contains(w.Body.String(), private) {
				t.Errorf("the problem repeats what was sent: %s", w.Body)
			}
		})
	}
	if s.log.Len() > 0 {
		t.Errorf("mistakes of the caller were logged: %s", s.log)
	}
}

func TestRecalls(t *testing.T) {
	eachSite(t, func(t *testing.T, s *site) {
		first := babyshieldtest.Recall("26-101", "Plumbo", "Wobble Rattle", "WR-2040")
		second := babyshieldtest.Recall("26-102", "Ottrin", "Folding Gate", "FG-11")
		third := babyshieldtest.Recall("26-103", "Velmo", "Night Lamp", "NL-3")
		second.Published, third.Published, third.Updated = "2026-11-20", "", ""
		s.read(first, second, third)

		type list = api.List[api.RecallRow, api.RecallsMeta]
		numbers := func(query string) (out []string, next string) {
			var got list
			s.get("GET", "/api/v1/recalls"+query, "", &got)
			for _, r := range got.Data {
				out = append(out, r.Number)
			}
			return out, got.Next
		}
		for _, tt := range []struct {
			query string
			want  []string
		}{
			{"", []string{"26-102", "26-101", "26-103"}},
			{"?agency=us-cpsc&since=2026-11-20", []string{"26-102"}},
			{"?agency=ca-health-canada", nil},
			{"?samples=true", nil},
		} {
			if got, _ := numbers(tt.query); !cmp.Equal(got, tt.want) {
				t.Errorf("%q: got %v, want %v", tt.query, got, tt.want)
			}
		}
		page, next := numbers("?limit=2")
		rest, end := numbers("?limit=2&cursor=" + next)
		if got := slices.Concat(page, rest); !cmp.Equal(got, []string{"26-102", "26-101", "26-103"}) || end != "" {
			t.Errorf("in pages: got %v and then %q, want all three and the end", got, end)
		}

		var got list
		s.get("GET", "/api/v1/recalls?since=2026-11-20", "", &got)
		want := api.RecallRow{
			ID: babyshield.RecallID("us-cpsc", "26-102"), Agency: "us-cpsc", Number: "26-102", Kind: "recall",
			Title: second.Title, URL: second.URL, Published: &second.Published, Updated: &second.Updated,
			Severity: "high", Hazards: second.Hazards, Remedies: second.Remedies,
			Language: "en-US", Event: babyshield.EventID("us-cpsc", "26-102"), Revision: 1, Products: got.Data[0].Products,
		}
		if d := cmp.Diff(want, got.Data[0]); d != "" {
			t.Errorf("row (-want +got):\n%s", d)
		}
		if p := got.Data[0].Products; len(p) != 1 || !cmp.Equal(p[0].Models, []string{"FG-11"}) {
			t.Errorf("products %+v, want one with model FG-11", p)
		}
		if got.Meta.AsOf == nil || !got.Meta.AsOf.Equal(s.clock.Now()) || got.Meta.Samples {
			t.Errorf("meta %+v, want read now and no samples", got.Meta)
		}
	})
}

func TestSamplesAreListedUntilAnAgencyIsRead(t *testing.T) {
	s := lite(t, babyshieldtest.Recall("S-1", "Mustero", "Sample Swing", "SS-7001"))
	var got api.List[api.RecallRow, api.RecallsMeta]
	s.get("GET", "/api/v1/recalls", "", &got)
	if len(got.Data) != 1 || !got.Data[0].Sample || !got.Meta.Samples || got.Meta.AsOf != nil {
		t.Errorf("before any read: %+v, want the sample, marked", got)
	}
	s.read()
	s.get("GET", "/api/v1/recalls", "", &got)
	if len(got.Data) != 0 || got.Meta.Samples {
		t.Errorf("after a read: %+v, want nothing", got)
	}
}

func TestRecall(t *testing.T) {
	eachSite(t, func(t *testing.T, s *site) {
		r := babyshieldtest.Recall("26-101", "Plumbo", "Wobble Rattle", "WR-2040")
		r.Joint = []string{"https://recalls-rappels.canada.ca/en/alert-recall/wobble"}
		sibling := babyshieldtest.Recall("77001", "Plumbo", "Wobble Rattle", "WR-2040")
		sibling.Agency, sibling.URL = "ca-health-canada", r.Joint[0]
		s.read(r)
		babyshieldtest.Save(t, s.store, false, sibling)

		var got api.RecallDetail
		w := s.get("GET", "/api/v1/recalls/"+r.ID(), "", &got)
		if got.Details != r.Details || got.Revision != 1 || got.Firms == nil || got.Images == nil {
			t.Errorf("got %s", w.Body)
		}
		if len(got.Siblings) != 1 || got.Siblings[0].ID != sibling.ID() || got.Siblings[0].Why == "" {
			t.Errorf("siblings %+v, want the Canadian notice and why", got.Siblings)
		}
	})
}

func TestAgencies(t *testing.T) {
	eachSite(t, func(t *testing.T, s *site) {
		type list = api.List[api.AgencyRow, api.AgenciesMeta]
		var got list
		s.get("GET", "/api/v1/agencies", "", &got)
		if len(got.Data) != len(babyshieldtest.Agencies()) || got.Data[0].State != "never" || got.Meta.Data != "blind" {
			t.Errorf("before any read: %+v", got)
		}
		babyshieldtest.Save(t, s.store, false, babyshieldtest.Recall("26-101", "Plumbo", "Wobble Rattle", "WR-2040"))
		if err := s.store.MarkRead(t.Context(), "us-cpsc"); err != nil {
			t.Fatal(err)
		}
		if err := s.store.FailPoll(t.Context(), "ca-health-canada", "The site does not answer.", 0); err != nil {
			t.Fatal(err)
		}
		s.get("GET", "/api/v1/agencies", "", &got)
		if got.Meta.Data != "partial" {
			t.Errorf("data is %q, want partial", got.Meta.Data)
		}
		for _, a := range got.Data {
			switch a.Code {
			case "us-cpsc":
				if a.State != "ok" || a.Recalls != 1 || a.Notices != 1 || a.LastSuccess == nil || a.Homepage == "" || a.Licence == "" {
					t.Errorf("got %+v, want read with one recall", a)
				}
			case "ca-health-canada":
				if a.State != "never" || a.LastError != "The site does not answer." || a.NextRun == nil {
					t.Errorf("got %+v, want never read and why", a)
				}
			}
		}
	})
}

func TestHealth(t *testing.T) {
	eachSite(t, func(t *testing.T, s *site) {
		var got api.Readiness
		s.get("GET", "/readyz", "", &got)
		if got.Status != "ready" || got.Data != "blind" || len(got.Agencies) == 0 {
			t.Errorf("without any read: %+v, want ready and blind", got)
		}
		s.read()
		s.get("GET", "/readyz", "", &got)
		if got.Data != "fresh" {
			t.Errorf("with all read: %+v, want fresh", got)
		}
		if err := s.store.Close(); err != nil {
			t.Fatal(err)
		}
		if w := s.do("GET", "/livez", ""); w.Code != http.StatusOK {
			t.Errorf("livez without a database: %d, want 200", w.Code)
		}
		w := s.do("GET", "/readyz", "")
		if w.Code != http.StatusServiceUnavailable || !strings.Contains(w.Body.String(), "The database does not answer.") {
			t.Errorf("readyz without a database: %d %s, want 503 and the reason", w.Code, w.Body)
		}
		s.conforms("GET", "/readyz", w)
	})
}

// TestNoAnswerWithoutDatabase is the first invariant: an error never looks like
// "nothing found".
func TestNoAnswerWithoutDatabase(t *testing.T) {
	eachSite(t, func(t *testing.T, s *site) {
		s.read()
		if err := s.store.Close(); err != nil {
			t.Fatal(err)
		}
		for _, r := range [][3]string{
			{"POST", "/api/v1/check", `{"name":"paper lamp"}`},
			{"GET", "/api/v1/recalls", ""},
			{"GET", "/api/v1/recalls/rcl_x", ""},
			{"GET", "/api/v1/agencies", ""},
		} {
			w := s.do(r[0], r[1], r[2])
			p := s.refused(w, http.StatusServiceUnavailable)
			if p.Detail != "The database does not answer. Nothing could be checked. Try again later." || w.Header().Get("Retry-After") == "" {
				t.Errorf("%s %s: %s", r[0], r[1], w.Body)
			}
		}
		if !strings.Contains(s.log.String(), "closed") {
			t.Errorf("the cause is not in the log: %s", s.log)
		}
	})
}

func TestConditionalRequests(t *testing.T) {
	s := lite(t)
	r := babyshieldtest.Recall("26-101", "Plumbo", "Wobble Rattle", "WR-2040")
	s.read(r)
	for _, path := range []string{"/api/v1/recalls", "/api/v1/recalls/" + r.ID(), "/api/openapi.json"} {
		first := s.do("GET", path, "")
		tag := first.Header().Get("ETag")
		if first.Code != 200 || len(tag) != 34 {
			t.Fatalf("%s: status %d, ETag %q", path, first.Code, tag)
		}
		again := s.do("GET", path, "", "If-None-Match", `"other", W/`+tag)
		if again.Code != http.StatusNotModified || again.Body.Len() > 0 {
			t.Errorf("%s: status %d and %d bytes, want 304 and none", path, again.Code, again.Body.Len())
		}
	}
	before := s.do("GET", "/api/v1/recalls", "").Header().Get("ETag")
	r.Details += " The firm has received one report."
	s.read(r)
	if after := s.do("GET", "/api/v1/recalls/"+r.ID(), "", "If-None-Match", before); after.Code != 200 {
		t.Errorf("after an amendment: status %d, want 200", after.Code)
	}
	if w := s.do("GET", "/api/v1/recalls/none", ""); w.Header().Get("ETag") != "" {
		t.Error("an error has an ETag")
	}
}

func TestOtherSites(t *testing.T) {
	s := lite(t)
	if w := s.do("GET", "/api/v1/recalls", "", "Origin", "https://other.example"); w.Header().Get("Access-Control-Allow-Origin") != "*" {
		t.Error("another site may not read the recalls")
	}
	w := s.do("POST", "/api/v1/check", `{"name":"x"}`, "Sec-Fetch-Site", "cross-site")
	s.refused(w, http.StatusForbidden)
	if w.Header().Get("Access-Control-Allow-Origin") != "" {
		t.Error("another site may read the answer of a check")
	}
}

// TestInternalErrorsSayNothing provokes a panic and an unreadable row.
func TestInternalErrorsSayNothing(t *testing.T) {
	t.Run("panic", func(t *testing.T) {
		var log bytes.Buffer
		s := lite(t)
		s.handler = api.Handler(api.Deps{
			Store: s.store, Check: check.New(s.store, s.clock.Now), Log: slog.New(slog.NewTextHandler(&log, nil)),
			Now: func() time.Time { panic("the clock fell off the wall") },
		})
		w := s.do("GET", "/api/v1/agencies", "")
		s.refused(w, http.StatusInternalServerError)
		if strings.Contains(w.Body.String(), "clock") {
			t.Errorf("the cause is shown: %s", w.Body)
		}
		if !strings.Contains(log.String(), "fell off the wall") || !strings.Contains(log.String(), "agencies.go") {
			t.Errorf("the log lacks the cause or its stack: %s", log.String())
		}
	})
	t.Run("unreadable row", func(t *testing.T) {
		file := filepath.Join(t.TempDir(), "babyshield.db")
		s := newSite(t, "sqlite:"+file)
		r := babyshieldtest.Recall("26-101", "Plumbo", "Wobble Rattle", "WR-2040")
		s.read(r)
		db, err := sql.Open("sqlite", "file:"+file)
		if err != nil {
			t.Fatal(err)
		}
		defer db.Close()
		if _, err := db.ExecContext(t.Context(), "UPDATE recalls SET content = '{'"); err != nil {
			t.Fatal(err)
		}
		w := s.do("GET", "/api/v1/recalls/"+r.ID(), "")
		s.refused(w, http.StatusInternalServerError)
		if strings.Contains(w.Body.String(), "JSON") {
			t.Errorf("the cause is shown: %s", w.Body)
		}
		if !strings.Contains(s.log.String(), "unexpected end of JSON") || !strings.Contains(s.log.String(), "stack=") {
			t.Errorf("the log lacks the cause or its stack: %s", s.log)
		}
	})
}

// FuzzCheck: no body makes the server fail, and every answer is JSON.
func FuzzCheck(f *testing.F) {
	f.Add([]byte(`{"brand":"Plumbo","name":"Wobble Rattle","model":"WR-2040","countries":["US"]}`))
	f.Add([]byte(`{"name":"\u0000","gtin":"4006381333931","made":"2024-02-30"}`))
	f.Add([]byte(`[[[[[[`))
	f.Add([]byte("\xff\xfe"))
	s := babyshieldtest.Open(f, "sqlite:"+filepath.Join(f.TempDir(), "babyshield.db"))
	clock := babyshieldtest.NewClock()
	h := api.Handler(api.Deps{Store: s, Check: check.New(s, clock.Now), Now: clock.Now, Log: babyshieldtest.Quiet()})
	f.Fuzz(func(t *testing.T, body []byte) {
		r := httptest.NewRequestWithContext(t.Context(), http.MethodPost, "/api/v1/check", bytes.NewReader(body))
		r.Header.Set("Content-Type", "application/json")
		w := httptest.NewRecorder()
		h.ServeHTTP(w, r)
		if w.Code >= 500 || !json.Valid(w.Body.Bytes()) {
			t.Errorf("status %d: %s", w.Code, w.Body)
		}
	})
}

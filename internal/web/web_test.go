package web_test

import (
	"bytes"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/babyshield/babyshield"
	"github.com/babyshield/babyshield/internal/babyshieldtest"
	"github.com/babyshield/babyshield/internal/check"
	"github.com/babyshield/babyshield/internal/store"
	"github.com/babyshield/babyshield/internal/web"
)

// visitor reads the pages over a store with a clock.
type visitor struct {
	t       *testing.T
	store   *store.Store
	clock   *babyshieldtest.Clock
	handler http.Handler
	log     *bytes.Buffer
}

var sample = babyshieldtest.Recall("S-1", "Mustero", "Sample Swing", "SS-7001")

func newVisitor(t *testing.T, url string) *visitor {
	v := &visitor{t: t, clock: babyshieldtest.NewClock(), log: &bytes.Buffer{}}
	v.store = babyshieldtest.Open(t, url, func(o *store.Options) {
		o.Now = v.clock.Now
		o.Seed.Samples = []babyshield.Recall{sample}
	})
	v.handler = web.Handler(web.Deps{
		Store: v.store, Check: check.New(v.store, v.clock.Now), Now: v.clock.Now, Version: "test",
		Log: slog.New(slog.NewTextHandler(v.log, nil)),
	})
	return v
}

func eachVisitor(t *testing.T, test func(t *testing.T, v *visitor)) {
	t.Helper()
	babyshieldtest.EachDatabase(t, func(t *testing.T, url string) { test(t, newVisitor(t, url)) })
}

// lite is a visitor of pages over SQLite, for what no database decides.
func lite(t *testing.T) *visitor {
	return newVisitor(t, "sqlite:"+filepath.Join(t.TempDir(), "babyshield.db"))
}

// read stores recalls and counts all agencies as read now.
func (v *visitor) read(recalls ...babyshield.Recall) {
	v.t.Helper()
	if len(recalls) > 0 {
		babyshieldtest.Save(v.t, v.store, false, recalls...)
	}
	for _, a := range babyshieldtest.Agencies() {
		if err := v.store.MarkRead(v.t.Context(), a.Code); err != nil {
			v.t.Fatal(err)
		}
	}
}

func (v *visitor) do(r *http.Request) *httptest.ResponseRecorder {
	v.t.Helper()
	w := httptest.NewRecorder()
	v.handler.ServeHTTP(w, r)
	return w
}

// open gets a page that must be there.
func (v *visitor) open(path string) *doc {
	v.t.Helper()
	return v.page(httptest.NewRequestWithContext(v.t.Context(), "GET", path, nil), http.StatusOK)
}

// ask sends the form.
func (v *visitor) ask(status int, pairs ...string) *doc {
	v.t.Helper()
	form := url.Values{}
	for i := 0; i < len(pairs); i += 2 {
		form.Set(pairs[i], pairs[i+1])
	}
	r := httptest.NewRequestWithContext(v.t.Context(), "POST", "/check", strings.NewReader(form.Encode()))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	return v.page(r, status)
}

func (v *visitor) page(r *http.Request, status int) *doc {
	v.t.Helper()
	w := v.do(r)
	if w.Code != status {
		v.t.Fatalf("%s %s: status %d, want %d:\n%s", r.Method, r.URL, w.Code, status, w.Body)
	}
	if got := w.Header().Get("Content-Type"); got != "text/html; charset=utf-8" {
		v.t.Errorf("%s %s: Content-Type %q", r.Method, r.URL, got)
	}
	if got := w.Header().Get("Cache-Control"); r.Method == http.MethodPost && got != "no-store" {
		v.t.Errorf("Cache-Control of an answer is %q, want no-store", got)
	}
	d := parse(v.t, w)
	d.sound()
	return d
}

var rattle = babyshieldtest.Recall("26-101", "Plumbo", "Wobble Rattle", "WR-2040")

func TestEveryPage(t *testing.T) {
	eachVisitor(t, func(t *testing.T, v *visitor) {
		for _, state := range []struct {
			name string
			set  func()
		}{
			{"before any read", func() {}},
			{"with all read", func() { v.read(rattle) }},
			{"with all stale", func() { v.clock.Advance(9 * 24 * time.Hour) }},
		} {
			state.set()
			for _, path := range []string{"/", "/check", "/recalls", "/recalls?agency=us-cpsc", "/agencies", "/recalls/" + sample.ID()} {
				v.open(path)
			}
			v.ask(http.StatusOK, "name", "quillon paper lamp")
		}
		v.open("/recalls/" + rattle.ID())
		if v.log.Len() > 0 {
			t.Errorf("something was logged: %s", v.log)
		}
	})
}

func TestFirstRun(t *testing.T) {
	v := lite(t)
	for _, path := range []string{"/", "/recalls", "/recalls/" + sample.ID()} {
		d := v.open(path)
		d.wantText(d.one("aside.first-run"), "No agency has been read yet.", "samples, not real notices")
		d.wantText(d.one("main .sample"), "Sample, not a real notice")
	}
	d := v.ask(http.StatusOK, "brand", "Mustero", "name", "Sample Swing", "model", "SS-7001")
	d.wantText(d.one("article.match .sample"), "Sample, not a real notice")
	d = v.ask(http.StatusOK, "name", "quillon paper lamp")
	d.wantText(d.one("section.not-checked"), "We could not check this now.", "No agency has been read yet.")

	v.read(rattle)
	d = v.open("/recalls")
	if len(d.all("aside")) > 0 || len(d.all(".sample")) > 0 || !strings.Contains(d.raw, "Wobble Rattle") {
		t.Error("after a read: there are still samples, or no recall")
	}
	v.clock.Advance(9 * 24 * time.Hour)
	d = v.open("/")
	d.wantText(d.one("aside.banner"), "US Consumer Product Safety Commission was last read on 23 Nov 2026, 12:00 UTC.", "says nothing")
}

func TestAnswerAffected(t *testing.T) {
	eachVisitor(t, func(t *testing.T, v *visitor) {
		v.read(rattle)
		d := v.ask(http.StatusOK, "brand", "Plumbo", "name", "Wobble Rattle", "model", "WR-2040")
		panel := d.one("section.panel")
		if attr(panel, "class") != "panel affected" || attr(panel, "role") != "alert" {
			t.Errorf("panel %q with role %q, want affected and alert", attr(panel, "class"), attr(panel, "role"))
		}
		d.wantText(panel, "Recalled", "Stop using it. It is recalled.")
		d.wantText(d.one("article.match"),
			"People can choke.", "Small parts can come off", "Stop using it now.", "Do not throw it away: you may need it for the refund.",
			"Matches: model", "contact the firm for a refund", "This is a match.", "number 26-101, 19 Nov 2026", "Read the notice on www.cpsc.gov")
		d.wantOrder("article.match h3", "The hazard", "What to do now", "Is it yours?", "The remedy", "How sure we are", "The official notice")
		if q := d.all("article.match blockquote"); len(q) == 0 || attr(q[0], "lang") != "en-US" {
			t.Error("the agency's words have no language")
		}
		d.wantText(d.one("section.receipt"), "US Consumer Product Safety Commission : read in time, last read on 23 Nov 2026, 12:00 UTC")
		if title := text(d.one("title")); strings.Contains(title, "Plumbo") {
			t.Errorf("the title %q tells what was asked", title)
		}
		if strings.Contains(v.log.String(), "Plumbo") {
			t.Error("the log tells what was asked")
		}
	})
}

func TestAnswerAsksForWhatDecides(t *testing.T) {
	v := lite(t)
	r := rattle
	r.Products = []babyshield.ProductEntry{{Name: "Plumbo Wobble Rattle", Brand: "Plumbo", Model: "WR-2040", Codes: "Serial numbers 1000 to 2000"}}
	r.Details = "This recall involves Plumbo Wobble Rattles with model number WR-2040 and serial numbers 1000 through 2000."
	v.read(r)
	d := v.ask(http.StatusOK, "brand", "Plumbo", "name", "Wobble Rattle", "model", "WR-2040", "country", "US")
	d.wantText(d.one("section.check"), "Check needed", "Stop using it until you check one thing.")
	d.wantText(d.one("article.match"), "Not known: serial number.", "Look for the serial number on the product or its label.", "not certain")

	form := d.one("form.ask")
	sent := []string{"serial", "1500"}
	for _, n := range d.all("form.ask input") {
		if attr(n, "type") == "hidden" {
			sent = append(sent, attr(n, "name"), attr(n, "value"))
		} else if attr(n, "name") != "serial" {
			t.Errorf("asks for %q", attr(n, "name"))
		}
	}
	if attr(form, "method") != "post" || !slices.Contains(sent, "WR-2040") || !slices.Contains(sent, "US") {
		t.Errorf("the form sends %q, want all that was typed", sent)
	}
	d = v.ask(http.StatusOK, sent...)
	d.one("section.affected")
}

func TestAnswerWithoutMatch(t *testing.T) {
	eachVisitor(t, func(t *testing.T, v *visitor) {
		v.read(rattle)
		d := v.ask(http.StatusOK, "name", "quillon paper lamp", "gtin", "12345678")
		panel := d.one("section.no-match")
		d.wantText(panel, "No recall found for this item.", "We looked in 3 sources at 12:00 UTC on 23 Nov 2026.",
			"This does not prove that nothing is wrong with it.", "the check digit is wrong")
		if attr(panel, "role") != "status" || len(d.all("section.receipt li")) != 3 {
			t.Error("the answer lacks its role or its receipt")
		}
		for _, n := range d.all("input") {
			if attr(n, "name") == "name" && attr(n, "value") != "quillon paper lamp" {
				t.Error("the form forgot what was typed")
			}
		}

		v.clock.Advance(9 * 24 * time.Hour)
		d = v.ask(http.StatusOK, "name", "quillon paper lamp")
		d.wantText(d.one("section.not-checked"), "We could not check this now.", "US Consumer Product Safety Commission was last read on 23 Nov 2026")
		if len(d.all("section.no-match")) > 0 || len(d.all("ul.links a")) != 3 || len(d.all("aside")) > 0 {
			t.Error("not checked looks like no match, lacks the official links, or says the same twice")
		}
	})
}

func TestForm(t *testing.T) {
	v := lite(t)
	v.read(babyshieldtest.Recall("26-101", "Plumbo", "Wobble Rattle", "WR-2040"))
	t.Run("nothing typed", func(t *testing.T) {
		v.t = t
		d := v.ask(http.StatusUnprocessableEntity, "color", "red")
		problem := d.one("form .form-problem")
		d.wantText(problem, "Write at least what it is")
		if attr(problem, "role") != "alert" || !has(d.one("details"), "open") {
			t.Error("the problem is not announced, or what was typed is folded away")
		}
	})
	t.Run("a barcode in the first field", func(t *testing.T) {
		v.t = t
		d := v.ask(http.StatusOK, "name", "4006381333931")
		for _, n := range d.all("input") {
			if attr(n, "name") == "gtin" && attr(n, "value") != "4006381333931" || attr(n, "name") == "name" && attr(n, "value") != "" {
				t.Errorf("%s is %q", attr(n, "name"), attr(n, "value"))
			}
		}
	})
	t.Run("a country that nobody covers", func(t *testing.T) {
		v.t = t
		d := v.ask(http.StatusOK, "name", "quillon paper lamp", "country", "NZ")
		d.wantText(d.one("section.not-covered"), "Not covered", "We do not watch this kind of product here.")
	})
	t.Run("no country at all", func(t *testing.T) {
		v.t = t
		d := v.ask(http.StatusUnprocessableEntity, "name", "quillon paper lamp", "country", "Narnia")
		d.wantText(d.one("form .form-problem"), "two letters")
	})
	t.Run("too much", func(t *testing.T) {
		v.t = t
		d := v.ask(http.StatusRequestEntityTooLarge, "name", strings.Repeat("x", 70_000))
		d.wantText(d.one("h1"), "That was too long")
	})
	t.Run("from another site", func(t *testing.T) {
		v.t = t
		r := httptest.NewRequestWithContext(t.Context(), "POST", "/check", strings.NewReader("name=x"))
		r.Header.Set("Sec-Fetch-Site", "cross-site")
		d := v.page(r, http.StatusForbidden)
		d.wantText(d.one("h1"), "Not allowed")
	})
}

func TestRecallPage(t *testing.T) {
	eachVisitor(t, func(t *testing.T, v *visitor) {
		r := rattle
		r.Joint = []string{"https://recalls-rappels.canada.ca/en/alert-recall/wobble"}
		r.Units, r.SoldAt = "About 1,200", "Toy shops nationwide"
		r.Firms = []babyshield.Firm{{Role: "importer", Name: "Plumbo Inc."}}
		r.Images = []babyshield.Image{{URL: "https://www.cpsc.gov/picture.jpg", Caption: "the rattle"}}
		sibling := babyshieldtest.Recall("77001", "Plumbo", "Wobble Rattle", "WR-2040")
		sibling.Agency, sibling.URL, sibling.Title = "ca-health-canada", r.Joint[0], "Rattle recalled in Canada"
		v.read(r)
		babyshieldtest.Save(t, v.store, false, sibling)

		d := v.open("/recalls/" + r.ID())
		d.wantText(d.one("h1"), r.Title)
		d.wantOrder("article.recall h2", "The hazard", "What to do now", "Is it yours?", "The remedy", "How sure we are", "The official notice", "Details")
		d.wantText(d.one("article.recall"), "WR-2040", "About 1,200", "Toy shops nationwide", "Importer Plumbo Inc.",
			"Picture 1 on www.cpsc.gov", "Rattle recalled in Canada", "Stop using it until you have checked.")
		for _, n := range d.all("div.product dd span") {
			if attr(n, "translate") != "no" {
				t.Errorf("%q may be translated", text(n))
			}
		}
		d = v.open("/recalls/" + sibling.ID())
		d.wantText(d.one("article.recall"), "Contains information licensed under the Open Government Licence")
	})
}

func TestRecallsInPages(t *testing.T) {
	v := lite(t)
	var list []babyshield.Recall
	for i := range 40 {
		list = append(list, babyshieldtest.Recall("26-"+string(rune('A'+i/10))+string(rune('0'+i%10)), "Plumbo", "Wobble Rattle", "WR-2040"))
	}
	v.read(list...)
	d := v.open("/recalls?agency=us-cpsc")
	next := d.all("nav.paging a")
	if len(d.all("ol.rows li")) != 30 || len(next) != 1 {
		t.Fatalf("%d rows and %d links, want 30 and the next page", len(d.all("ol.rows li")), len(next))
	}
	d = v.open(attr(next[0], "href"))
	if len(d.all("ol.rows li")) != 10 || len(d.all("nav.paging a")) != 1 {
		t.Errorf("second page: %d rows, want 10 and the way back", len(d.all("ol.rows li")))
	}
	d = v.open("/recalls?agency=ca-health-canada")
	d.wantText(d.one("p.empty"), "There are no recalls to list here.")
}

func TestAgencies(t *testing.T) {
	eachVisitor(t, func(t *testing.T, v *visitor) {
		d := v.open("/agencies")
		if len(d.all("article.feed-never")) != len(babyshieldtest.Agencies()) {
			t.Error("before any read: not each agency is marked so")
		}
		v.read(rattle)
		if err := v.store.FailPoll(t.Context(), "us-cpsc", "The site answered 503.", 0); err != nil {
			t.Fatal(err)
		}
		if err := v.store.SetAgencyEnabled(t.Context(), "us-fda-food", false); err != nil {
			t.Fatal(err)
		}
		v.clock.Advance(5 * time.Minute)
		d = v.open("/agencies")
		d.wantText(d.one("article.feed-failing"), "US Consumer Product Safety Commission", "Last try failed", "What went wrong: The site answered 503.",
			"23 Nov 2026, 12:00 UTC (5 minutes ago)", "Terms of the data:", "Search on www.cpsc.gov")
		d.wantText(d.one("article.feed-ok"), "Read in time", "Open Government Licence")
		d.wantText(d.one("article.feed-off"), "Switched off")
		d.wantText(d.one("main"), "2 sources, 2 read in time.")
		v.clock.Advance(9 * 24 * time.Hour)
		d = v.open("/agencies")
		if len(d.all("article.feed-stale")) != 2 {
			t.Error("after nine days: want two that were not read in time")
		}
	})
}

func TestErrorPages(t *testing.T) {
	get := func(v *visitor, method, path string) *httptest.ResponseRecorder {
		return v.do(httptest.NewRequestWithContext(v.t.Context(), method, path, nil))
	}
	v := lite(t)
	for _, tt := range []struct {
		name, method, path string
		status             int
		says               string
	}{
		{"no such page", "GET", "/nothing", 404, "There is no page at this address."},
		{"no such recall", "GET", "/recalls/rcl_none", 404, "There is no recall"},
		{"a strange cursor", "GET", "/recalls?cursor=bogus", 422, "not one of ours"},
		{"a wrong method", "DELETE", "/check", 405, "does not take this kind of request"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			v.t = t
			w := get(v, tt.method, tt.path)
			d := parse(t, w)
			d.sound()
			d.wantText(d.one("section.panel"), tt.says)
			if w.Code != tt.status {
				t.Errorf("status %d, want %d", w.Code, tt.status)
			}
			if allow := w.Header().Get("Allow"); tt.status == 405 && allow != "GET, POST" {
				t.Errorf("Allow %q, want GET, POST", allow)
			}
		})
	}
	t.Run("panic", func(t *testing.T) {
		v := lite(t)
		v.handler = web.Handler(web.Deps{
			Store: v.store, Check: check.New(v.store, v.clock.Now), Log: slog.New(slog.NewTextHandler(v.log, nil)),
			Now: func() time.Time { panic("the clock fell off the wall") },
		})
		w := get(v, "GET", "/agencies")
		d := parse(t, w)
		d.sound()
		d.wantText(d.one("section.panel"), "Something went wrong on our side.")
		if w.Code != 500 || strings.Contains(d.raw, "clock") || !strings.Contains(v.log.String(), "fell off the wall") || !strings.Contains(v.log.String(), "web.go") {
			t.Errorf("status %d; the cause belongs in the log with its stack: %s", w.Code, v.log)
		}
	})
}

// TestNoAnswerWithoutDatabase: what cannot be looked at was not checked.
func TestNoAnswerWithoutDatabase(t *testing.T) {
	eachVisitor(t, func(t *testing.T, v *visitor) {
		v.read(rattle)
		if err := v.store.Close(); err != nil {
			t.Fatal(err)
		}
		d := v.ask(http.StatusServiceUnavailable, "name", "quillon paper lamp")
		d.wantText(d.one("section.not-checked"), "We could not check this now.", "Our database does not answer.")
		for _, path := range []string{"/", "/recalls", "/agencies", "/recalls/" + rattle.ID()} {
			d := v.page(httptest.NewRequestWithContext(t.Context(), "GET", path, nil), http.StatusServiceUnavailable)
			d.wantText(d.one("section.panel"), "We cannot show this now", "Our database does not answer.")
		}
	})
}

func TestHeaders(t *testing.T) {
	v := lite(t)
	for _, path := range []string{"/", "/nothing", "/static/nothing.css"} {
		h := v.do(httptest.NewRequestWithContext(t.Context(), "GET", path, nil)).Header()
		csp := h.Get("Content-Security-Policy")
		for _, part := range []string{"default-src 'none'", "style-src 'self'", "form-action 'self'", "frame-ancestors 'none'", "base-uri 'none'"} {
			if !strings.Contains(csp, part) {
				t.Errorf("%s: the policy %q lacks %s", path, csp, part)
			}
		}
		if strings.Contains(csp, "unsafe") || strings.Contains(csp, "http") || h.Get("X-Content-Type-Options") != "nosniff" || h.Get("Referrer-Policy") == "" {
			t.Errorf("%s: headers %v", path, h)
		}
	}
}

// TestHostileRecall puts markup, links and codes that turn the direction of text
// into every field of a recall.
func TestHostileRecall(t *testing.T) {
	v := lite(t)
	evil := "<script>alert(1)</script><b onclick=x>\"' onmouseover=x javascript:alert(1) \u202e\x00\u0007" + strings.Repeat(" long words without an end", 400)
	r := babyshield.Recall{
		Agency: "us-cpsc", Number: "26-666 <b>", Kind: "recall", Title: "Plumbo " + evil, URL: "javascript:alert(1)", Status: evil, Class: evil,
		Units: evil, Injuries: evil, SoldAt: evil, Contact: evil, Details: evil, Language: `en" onload="x`, Published: "2026-11-19",
		Hazards:  []babyshield.Hazard{{Code: "choking", Text: evil}},
		Remedies: []babyshield.Remedy{{Code: "refund", Text: evil}},
		Firms:    []babyshield.Firm{{Role: evil, Name: evil}},
		Images:   []babyshield.Image{{URL: "javascript:alert(1)", Caption: evil}, {URL: "https://user@evil.example/x"}},
		MadeIn:   []string{evil},
	}
	for range 300 {
		r.Products = append(r.Products, babyshield.ProductEntry{Name: "Plumbo Wobble Rattle " + evil, Brand: "Plumbo", Model: "WR-2040", Codes: evil})
	}
	v.read(r)
	for name, d := range map[string]*doc{
		"recall":  v.open("/recalls/" + r.ID()),
		"recalls": v.open("/recalls"),
		"home":    v.open("/"),
		"answer":  v.ask(http.StatusOK, "brand", "Plumbo", "name", "Wobble Rattle", "model", "WR-2040"),
		"asked":   v.ask(http.StatusOK, "name", "quillon paper lamp", "brand", evil[:100], "gtin", evil[:60]),
	} {
		if name != "asked" && len(d.all("main a")) == 0 {
			t.Errorf("%s: the page shows nothing", name)
		}
		if strings.ContainsAny(text(d.one("main")), "\u202e\x00\u0007") {
			t.Errorf("%s: a character that turns text or rings a bell is shown", name)
		}
		for _, n := range d.all("a") {
			if strings.Contains(attr(n, "href"), "evil.example") {
				t.Errorf("%s: a link with a user part is shown", name)
			}
		}
	}
	d := v.ask(http.StatusOK, "brand", "Plumbo", "name", "Wobble Rattle", "model", "WR-2040")
	if len(d.all("article.match")) == 0 {
		t.Fatal("the hostile recall is not matched: this test sees too little")
	}
	d.wantText(d.one("article.match"), "<script>alert(1)</script>")
}

// TestWithdrawnRecall: a notice that its agency took back is shown as that, and
// answers nobody.
func TestWithdrawnRecall(t *testing.T) {
	v := lite(t)
	r := babyshieldtest.Recall("27001", "Lumora", "Cradle Swing", "LS-2200")
	r.Status, r.Updated = "Withdrawn", "2026-11-21"
	v.read(r)
	d := v.open("/recalls/" + r.ID())
	d.wantText(d.one("article.recall"), "The authority withdrew this notice on 21 Nov 2026. We keep the record.")
	answer := v.ask(http.StatusOK, "brand", "Lumora", "name", "cradle swing", "model", "LS2200")
	if got := strings.Join(answer.texts("main"), " "); strings.Contains(got, "It is recalled") || !strings.Contains(got, "No recall found") {
		t.Errorf("a withdrawn notice answers:\n%s", got)
	}
}

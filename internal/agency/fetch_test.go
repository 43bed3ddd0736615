package agency_test

import (
	"bytes"
	"compress/gzip"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"go.uber.org/goleak"

	"github.com/babyshield/babyshield"
	"github.com/babyshield/babyshield/internal/agency"
	"github.com/babyshield/babyshield/internal/fetch"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

var now = time.Date(2026, 11, 2, 9, 0, 0, 0, time.UTC)

// poll runs one Fetch against a simulated agency.
func poll(t *testing.T, code string, req agency.Request, h http.HandlerFunc) (agency.Result, *collect, error) {
	t.Helper()
	srv := httptest.NewServer(h)
	t.Cleanup(srv.Close)
	c, err := fetch.New(fetch.Options{
		BaseURLs: map[string]string{code: srv.URL},
		Timeouts: fetch.Timeouts{Header: 400 * time.Millisecond, Idle: 400 * time.Millisecond, Total: 10 * time.Second},
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(c.Close)
	req.Now = now
	sink := &collect{}
	res, err := feed(t, code).Fetch(t.Context(), c, req, sink)
	return res, sink, err
}

func sendJSON(w http.ResponseWriter, s string) {
	w.Header().Set("Content-Type", "application/json")
	_, _ = io.WriteString(w, s)
}

// delta is a poll that has read before.
var delta = agency.Request{Cursor: agency.Cursor{Watermark: "2026-10-31", ETag: `"1"`}}

func cpscRecord(number, recalled, published string) string {
	return fmt.Sprintf(`{"RecallNumber":%q,"RecallDate":"%sT00:00:00","LastPublishDate":"%sT00:00:00","Title":"Pretend Toys Recalled"}`, number, recalled, published)
}

func TestFetchCPSC(t *testing.T) {
	var asked []url.Values
	fresh, amended := cpscRecord("27001", "2026-10-29", "2026-10-29"), cpscRecord("03525", "2003-01-02", "2026-10-30")
	res, sink, err := poll(t, "us-cpsc", delta, func(w http.ResponseWriter, r *http.Request) {
		asked = append(asked, r.URL.Query())
		if r.URL.Path != "/RestWebServices/Recall" {
			t.Errorf("asked for %s", r.URL.Path)
		}
		if r.URL.Query().Has("LastPublishDateStart") {
			sendJSON(w, "["+amended+","+fresh+"]")
			return
		}
		sendJSON(w, "["+fresh+"]")
	})
	if err != nil {
		t.Fatal(err)
	}
	want := []url.Values{
		{"format": {"json"}, "RecallDateStart": {"2026-10-01"}}, // 30 days before the watermark
		{"format": {"json"}, "LastPublishDateStart": {"2026-10-01"}},
	}
	if fmt.Sprint(asked) != fmt.Sprint(want) {
		t.Errorf("asked %v, want %v", asked, want)
	}
	if keys(sink) != "27001 03525" || res.Records != 2 || res.Complete || len(res.Notes) != 0 {
		t.Errorf("got %s, %+v", keys(sink), res)
	}
	if n := sink.notices[0]; !n.FetchedAt.Equal(now) || !strings.Contains(n.URL, "RecallDateStart=2026-10-01") {
		t.Errorf("notice %+v", n)
	}
	if res.Cursor.Watermark != "2026-11-02" {
		t.Errorf("cursor %s", res.Cursor)
	}
}

func keys(c *collect) string {
	var out []string
	for _, n := range c.notices {
		out = append(out, n.Key)
	}
	return strings.Join(out, " ")
}

func TestFetchCPSCAmendmentsRefused(t *testing.T) {
	for name, refuse := range map[string]http.HandlerFunc{
		"status": func(w http.ResponseWriter, _ *http.Request) { http.Error(w, "bad parameter", http.StatusBadRequest) },
		"ignored": func(w http.ResponseWriter, _ *http.Request) {
			sendJSON(w, "["+cpscRecord("03525", "2003-01-02", "2014-05-06")+"]")
		},
	} {
		t.Run(name, func(t *testing.T) {
			res, sink, err := poll(t, "us-cpsc", delta, func(w http.ResponseWriter, r *http.Request) {
				if r.URL.Query().Has("LastPublishDateStart") {
					refuse(w, r)
					return
				}
				sendJSON(w, "["+cpscRecord("27001", "2026-10-29", "2026-10-29")+"]")
			})
			if err != nil || keys(sink) != "27001" || len(res.Notes) != 1 {
				t.Errorf("got %s, %+v, %v, want the poll to stand with a note", keys(sink), res, err)
			}
		})
	}
}

func TestFetchCPSCFull(t *testing.T) {
	var spans []string
	serve := func(w http.ResponseWriter, r *http.Request) {
		q := r.URL.Query()
		spans = append(spans, q.Get("RecallDateStart")+".."+q.Get("RecallDateEnd"))
		if q.Get("RecallDateStart") == "2026-01-01" {
			sendJSON(w, "["+cpscRecord("27001", "2026-10-29", "2026-10-29")+"]")
			return
		}
		sendJSON(w, "[]")
	}
	res, sink, err := poll(t, "us-cpsc", agency.Request{}, serve) // nothing was ever read: everything
	if err != nil || keys(sink) != "27001" || !res.Complete {
		t.Errorf("got %s, %+v, %v", keys(sink), res, err)
	}
	if first, last := spans[0], spans[len(spans)-1]; first != "1970-01-01..1973-12-31" || last != "2026-01-01.." {
		t.Errorf("spans %v", spans)
	}
	if _, _, err := poll(t, "us-cpsc", agency.Request{Full: true}, func(w http.ResponseWriter, _ *http.Request) { sendJSON(w, "[]") }); fetch.KindOf(err) != fetch.KindShape {
		t.Errorf("a whole list that is empty: %v, want kind shape", err)
	}
}

func fdaRow(event, number, date string) string {
	return fmt.Sprintf(`{"product_type":"Food","event_id":%q,"recall_number":%q,"report_date":%q,"product_description":"Pretend tea %s"}`, event, number, date, number)
}

func fdaAnswer(skip, total int, rows ...string) string {
	return fmt.Sprintf(`{"meta":{"last_updated":"2026-10-28","results":{"skip":%d,"limit":1000,"total":%d}},"results":[%s]}`, skip, total, strings.Join(rows, ","))
}

func TestFetchFDAFood(t *testing.T) {
	rows := make([]string, 2300)
	for i := range rows {
		rows[i] = fdaRow(strconv.Itoa(90000+i/3), "H-"+strconv.Itoa(i), "20261021")
	}
	var asked []string
	res, sink, err := poll(t, "us-fda-food", delta, func(w http.ResponseWriter, r *http.Request) {
		asked = append(asked, r.URL.RawQuery)
		skip, _ := strconv.Atoi(r.URL.Query().Get("skip"))
		sendJSON(w, fdaAnswer(skip, len(rows), rows[skip:min(skip+1000, len(rows))]...))
	})
	if err != nil {
		t.Fatal(err)
	}
	if len(sink.notices) != len(rows) || res.Records != len(rows) || res.Complete {
		t.Errorf("got %d notices, %+v", len(sink.notices), res)
	}
	if want := "search=report_date:[20261001+TO+20261202]&sort=report_date:asc&limit=1000&skip=0"; asked[0] != want || len(asked) != 3 {
		t.Errorf("asked %q (%d times), want %q", asked[0], len(asked), want)
	}
}

func TestFetchFDAFoodNothing(t *testing.T) {
	none := func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		w.WriteHeader(http.StatusNotFound)
		_, _ = io.WriteString(w, `{"error":{"code":"NOT_FOUND","message":"No matches found!"}}`)
	}
	res, sink, err := poll(t, "us-fda-food", delta, none)
	if err != nil || len(sink.notices) != 0 || res.Cursor.Watermark != "2026-11-02" {
		t.Errorf("nothing new: got %+v, %v, want a good poll", res, err)
	}
	if _, _, err := poll(t, "us-fda-food", agency.Request{Full: true}, none); fetch.KindOf(err) != fetch.KindShape {
		t.Errorf("a whole list that is empty: %v, want kind shape", err)
	}
	gone := func(w http.ResponseWriter, _ *http.Request) { http.NotFound(w, nil) }
	if _, _, err := poll(t, "us-fda-food", delta, gone); fetch.KindOf(err) != fetch.KindStatus {
		t.Errorf("another 404: %v, want kind status", err)
	}
}

// TestFetchFDAFoodSlices: more rows than skip reaches are read in halves.
func TestFetchFDAFoodSlices(t *testing.T) {
	var spans []string
	_, sink, err := poll(t, "us-fda-food", agency.Request{Since: "2026-10-01"}, func(w http.ResponseWriter, r *http.Request) {
		span := r.URL.Query().Get("search")
		spans = append(spans, strings.TrimPrefix(span, "report_date:"))
		from := span[len("report_date:[") : len("report_date:[")+8]
		if len(spans) == 1 {
			row := fdaRow("1", "H-1", from)
			sendJSON(w, fdaAnswer(0, 30_000, slices.Repeat([]string{row}, 1000)...))
			return
		}
		sendJSON(w, fdaAnswer(0, 1, fdaRow("1", "H-"+from, from)))
	})
	if err != nil {
		t.Fatal(err)
	}
	want := "[20261001 TO 20261202] [20261001 TO 20261101] [20261102 TO 20261202]"
	if got := strings.Join(spans, " "); got != want || len(sink.notices) != 2 {
		t.Errorf("spans %s (%d notices), want %s", got, len(sink.notices), want)
	}
}

func TestFetchHealthCanada(t *testing.T) {
	serve := func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path != "/sites/default/files/opendata-donneesouvertes/HCRSAMOpenData.json" {
			t.Errorf("asked for %s", r.URL.Path)
		}
		w.Header().Set("ETag", `"2"`)
		if r.Header.Get("If-None-Match") == `"2"` {
			w.WriteHeader(http.StatusNotModified)
			return
		}
		w.Header().Set("Last-Modified", "Sun, 01 Nov 2026 08:00:00 GMT")
		sendJSON(w, `[{"NID":"91001","Title":"Pretend tea recalled"},{"NID":"91002","NID":"91003"}]`)
	}
	res, sink, err := poll(t, "ca-health-canada", delta, serve)
	if err != nil || keys(sink) != "91001" || len(sink.aside) != 1 || !res.Complete || res.Records != 2 {
		t.Fatalf("got %s, %+v, %v", keys(sink), res, err)
	}
	if s := sink.aside[0]; s.Position != 2 || !s.At.Equal(now) || s.Source == "" || s.Agency != "ca-health-canada" {
		t.Errorf("set aside %+v", s)
	}
	cursor, err := agency.ParseCursor(res.Cursor.String())
	if err != nil || cursor != res.Cursor || cursor.ETag != `"2"` || cursor.LastModified == "" {
		t.Fatalf("cursor %s comes back as %s, %v", res.Cursor, cursor, err)
	}
	again, sink, err := poll(t, "ca-health-canada", agency.Request{Cursor: cursor}, serve)
	if err != nil || !again.NotModified || len(sink.notices) != 0 || again.Cursor.ETag != `"2"` {
		t.Errorf("asked again: %+v, %v, want not modified and the cursor kept", again, err)
	}
	full, _, err := poll(t, "ca-health-canada", agency.Request{Cursor: cursor, Full: true}, serve)
	if err != nil || full.NotModified {
		t.Errorf("asked for everything: %+v, %v, want it", full, err)
	}
}

// TestFetchFaults: what is no answer is an error for every agency, and nothing of
// it reaches the sink.
func TestFetchFaults(t *testing.T) {
	var bomb bytes.Buffer
	z := gzip.NewWriter(&bomb)
	_, _ = z.Write([]byte("["))
	_, _ = z.Write(bytes.Repeat([]byte(" "), 8<<20))
	_ = z.Close()
	good := map[string]string{
		"us-cpsc":          "[" + cpscRecord("27001", "2026-10-29", "2026-10-29") + "," + cpscRecord("27002", "2026-10-29", "2026-10-29") + "]",
		"us-fda-food":      fdaAnswer(0, 2, fdaRow("1", "H-1", "20261021"), fdaRow("1", "H-2", "20261021")),
		"ca-health-canada": `[{"NID":"91001"},{"NID":"91002"}]`,
	}
	body := func(f func(code string) string) func(string) http.HandlerFunc {
		return func(code string) http.HandlerFunc {
			return func(w http.ResponseWriter, _ *http.Request) { sendJSON(w, f(code)) }
		}
	}
	every := func(h http.HandlerFunc) func(string) http.HandlerFunc {
		return func(string) http.HandlerFunc { return h }
	}
	tests := []struct {
		name  string
		serve func(code string) http.HandlerFunc
		want  fetch.Kind
	}{
		{"hangs", every(func(_ http.ResponseWriter, r *http.Request) { <-r.Context().Done() }), fetch.KindTimeout},
		{"stops in the middle", func(code string) http.HandlerFunc {
			return func(w http.ResponseWriter, r *http.Request) {
				_, _ = io.WriteString(w, good[code][:20])
				w.(http.Flusher).Flush()
				<-r.Context().Done()
			}
		}, fetch.KindTimeout},
		{"500", every(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusInternalServerError) }), fetch.KindStatus},
		{"429", every(func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Retry-After", "60")
			w.WriteHeader(http.StatusTooManyRequests)
		}), fetch.KindRateLimited},
		{"page with status 200", every(func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Type", "text/html")
			_, _ = io.WriteString(w, "<html>Please wait</html>")
		}), fetch.KindShape},
		{"redirect elsewhere", every(func(w http.ResponseWriter, r *http.Request) {
			http.Redirect(w, r, "https://elsewhere.example.net/apology.html", http.StatusFound)
		}), fetch.KindRefusedHost},
		{"bomb", every(func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Encoding", "gzip")
			_, _ = w.Write(bomb.Bytes())
		}), fetch.KindTooLarge},
		{"empty body", body(func(string) string { return "" }), fetch.KindShape},
		{"error envelope", body(func(string) string { return `{"error":{"code":"SERVER_ERROR","message":"later"}}` }), fetch.KindShape},
		{"null", body(func(string) string { return "null" }), fetch.KindShape},
		{"cut off in the last record", body(func(c string) string { return good[c][:len(good[c])-20] }), fetch.KindShape},
		{"cut off before the last bracket", body(func(c string) string { return good[c][:len(good[c])-1] }), fetch.KindShape},
		{"followed by something", body(func(c string) string { return good[c] + good[c] }), fetch.KindShape},
		{"another agency", body(func(c string) string {
			if c == "us-cpsc" {
				return good["ca-health-canada"]
			}
			return good["us-cpsc"]
		}), fetch.KindShape},
	}
	for _, tt := range tests {
		for _, f := range agency.All() {
			t.Run(tt.name+"/"+f.Agency.Code, func(t *testing.T) {
				t.Parallel()
				res, sink, err := poll(t, f.Agency.Code, delta, tt.serve(f.Agency.Code))
				if fetch.KindOf(err) != tt.want {
					t.Errorf("got %+v, %v, want kind %s", res, err, tt.want)
				}
				if len(sink.notices)+len(sink.aside) > 0 {
					t.Errorf("the sink has seen %d notices and %d others of a page that is none", len(sink.notices), len(sink.aside))
				}
			})
		}
	}
}

// TestFetchIgnoredQuestion: an agency that ignores a parameter sends everything.
func TestFetchIgnoredQuestion(t *testing.T) {
	old := map[string]string{
		"us-cpsc":     "[" + cpscRecord("03525", "2003-01-02", "2014-05-06") + "]",
		"us-fda-food": fdaAnswer(0, 1, fdaRow("1", "F-1", "20130102")),
	}
	for code, body := range old {
		_, sink, err := poll(t, code, delta, func(w http.ResponseWriter, _ *http.Request) { sendJSON(w, body) })
		if fetch.KindOf(err) != fetch.KindShape || len(sink.notices) > 0 {
			t.Errorf("%s: got %v, want kind shape", code, err)
		}
	}
	many := "[" + strings.Repeat(`{"RecallNumber":"1"},`, 9000) + `{"RecallNumber":"1"}]` // no dates to judge by
	if _, _, err := poll(t, "us-cpsc", delta, func(w http.ResponseWriter, _ *http.Request) { sendJSON(w, many) }); fetch.KindOf(err) != fetch.KindShape {
		t.Errorf("9,001 records for a month: got %v, want kind shape", err)
	}
	short := fdaAnswer(0, 5, fdaRow("1", "H-1", "20261021"))
	if _, _, err := poll(t, "us-fda-food", delta, func(w http.ResponseWriter, _ *http.Request) { sendJSON(w, short) }); fetch.KindOf(err) != fetch.KindShape {
		t.Errorf("1 row of 5: got %v, want kind shape", err)
	}
}

// TestFetchSamples serves our own sample notices as answers and wants all of them.
func TestFetchSamples(t *testing.T) {
	for _, f := range agency.All() {
		code := f.Agency.Code
		data, err := os.ReadFile("samples/" + code + ".json")
		if err != nil {
			t.Fatal(err)
		}
		_, sink, err := poll(t, code, agency.Request{Since: "2026-08-01"}, func(w http.ResponseWriter, _ *http.Request) { sendJSON(w, string(data)) })
		if err != nil || len(sink.notices) == 0 || len(sink.aside) > 0 {
			t.Errorf("%s: %d notices, %d set aside, %v", code, len(sink.notices), len(sink.aside), err)
		}
		for _, n := range sink.notices {
			if _, err := f.Parse(n); err != nil {
				t.Errorf("%s: %v", n.Key, err)
			}
		}
	}
}

func TestCursor(t *testing.T) {
	for _, c := range []agency.Cursor{{}, {Watermark: "2026-11-02"}, {ETag: `W/"x"`, LastModified: "Mon"}} {
		got, err := agency.ParseCursor(c.String())
		if err != nil || got != c {
			t.Errorf("%+v comes back as %+v, %v", c, got, err)
		}
	}
	for _, s := range []string{"x", "[]", `{"watermark":"2026-13-01"}`} {
		if c, err := agency.ParseCursor(s); err == nil || c != (agency.Cursor{}) {
			t.Errorf("ParseCursor(%q) = %+v, %v, want an error", s, c, err)
		}
	}
}

var _ agency.Sink = (*collect)(nil)

// TestSinkErrorEnds: the sink's error ends the reading and comes back.
func TestSinkErrorEnds(t *testing.T) {
	full := babyshield.Errorf(babyshield.Unavailable, "The disk is full.")
	for _, f := range agency.All() {
		data := readFile(t, "samples/"+f.Agency.Code+".json")
		err := f.Split("x", bytes.NewReader(data), failing{full})
		if babyshield.CodeOf(err) != babyshield.Unavailable {
			t.Errorf("%s: got %v, want the sink's error", f.Agency.Code, err)
		}
	}
}

type failing struct{ err error }

func (f failing) Notice(babyshield.Notice) error     { return f.err }
func (f failing) SetAside(babyshield.SetAside) error { return f.err }

package agency

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"time"
	"unicode"

	"github.com/babyshield/babyshield"
	"github.com/babyshield/babyshield/internal/fetch"
)

// US Food and Drug Administration, enforcement reports on food through openFDA.
//
// A record is a row: one product of an event. The event is the recall (Number),
// the row a part of it. A row's recall_number may be empty, also for good, and is
// filled in later, so it cannot be the row's identity: Part is a digest of what the
// row says the product is (product_description and code_info, letters and digits
// only), and recall_number goes to ProductEntry.Key. Within the recorded events no
// two rows are alike in both. The price: a row whose description is edited becomes a
// new part beside the old one (two lines with one Key), which covers more, never
// less; two rows that are alike in both are one part.
//
// The field that dates a record: report_date. The others have typing errors such as
// 02121207 and 19301211; they are left out and shown. There is no official page, no
// remedy and no picture.
//
// A date may be YYYYMMDD (the API) or YYYY-MM-DD. Nothing found is status 404 with
// the code NOT_FOUND: empty for a span of days, a failure for the whole list.
const codeFDAFood = "us-fda-food"

const (
	fdaHost  = "api.fda.gov"
	fdaAPI   = "https://" + fdaHost + "/food/enforcement.json"
	fdaLimit = 1000   // rows a page, the most that is allowed
	fdaSkip  = 25_000 // beyond it the API errs: slice by date instead
	fdaFirst = "2004-01-01"
)

var usFDAFood = Feed{
	Agency: babyshield.Agency{
		Code:     codeFDAFood,
		Name:     "US Food and Drug Administration, food enforcement reports",
		Country:  "US",
		Language: "en",
		Covers:   []string{"food", "infant formula", "dietary supplements"},
		Homepage: "https://www.fda.gov/safety/recalls-market-withdrawals-safety-alerts",
		Licence:  "CC0 1.0",
		Cadence:  "weekly, on Wednesdays",
		Every:    6 * time.Hour,
		Proven:   true,
	},
	Hosts: []string{fdaHost},
	Fetch: fetchFDAFood,
	Split: splitFDAFood,
	Parse: parseFDAFood,
}

var fdaWire = wire{code: codeFDAFood, envelope: "results", identify: func(o object) (string, error) {
	f := &fields{o: o}
	event, kind := f.line("event_id"), f.line("product_type")
	switch {
	case f.err != nil:
	case event == "":
		f.err = noIdentity(codeFDAFood, o, "event_id")
	case kind != "Food":
		f.err = fmt.Errorf("the record is of openFDA's %q, not \"Food\"", kind)
	case fdaPart(f) == "":
		f.err = errors.New("the record has neither product_description nor code_info nor recall_number")
	}
	return event + "/" + fdaPart(f), f.err
}}

// fdaPart identifies a row within its event.
func fdaPart(f *fields) string {
	text := alnum(f.raw("product_description")) + "\x00" + alnum(f.raw("code_info"))
	if text == "\x00" {
		return f.line("recall_number")
	}
	sum := sha256.Sum256([]byte(text))
	return "d:" + hex.EncodeToString(sum[:8])
}

// alnum folds a text to its letters and digits, one blank between runs, so that
// typography is no change. Its results are stored: it must never change.
func alnum(s string) string {
	return strings.Join(strings.FieldsFunc(strings.ToLower(s), func(r rune) bool {
		return !unicode.IsLetter(r) && !unicode.IsDigit(r)
	}), " ")
}

func splitFDAFood(name string, r io.Reader, sink Sink) error {
	br, err := Open(name, r)
	if err != nil {
		return err
	}
	return fdaWire.splitJSON(name, br, sink)
}

func fetchFDAFood(ctx context.Context, c *fetch.Client, req Request, sink Sink) (Result, error) {
	start, narrow := req.window()
	end := babyshield.MakeDay(req.Now.UTC().AddDate(0, 0, Overlap)) // reports are dated ahead at times
	res := Result{Cursor: Cursor{Watermark: req.watermark()}, Complete: !narrow}
	p := fdaPoll{c: c, now: req.Now, sink: sink}
	if narrow {
		err := p.span(ctx, start, end)
		res.Records = p.records
		return res, err
	}
	res.Complete = req.Cursor.Resume == ""
	for from := max(babyshield.Day(fdaFirst), req.Cursor.Resume); from < end; { // a year at a time
		to := min(from[:4]+"-12-31", end)
		res.Cursor.Resume = from
		if err := p.span(ctx, from, to); err != nil {
			return res, err
		}
		from = nextDay(to)
	}
	res.Cursor.Resume = ""
	if p.records == 0 && res.Complete {
		return Result{}, fetch.ShapeError(codeFDAFood, fdaAPI, errors.New("the whole list is empty"))
	}
	res.Records = p.records
	return res, nil
}

type fdaPoll struct {
	c       *fetch.Client
	now     time.Time
	sink    Sink
	records int
}

// span reads the rows reported within the days, both included. Where they are more
// than the API lets through, each half is a span of its own.
func (p *fdaPoll) span(ctx context.Context, from, to babyshield.Day) error {
	for skip := 0; ; skip += fdaLimit {
		pg, total, err := p.page(ctx, from, to, skip)
		if err != nil || total == 0 {
			return err
		}
		if total > fdaSkip && from < to {
			middle := midDay(from, to)
			if err := p.span(ctx, from, middle); err != nil {
				return err
			}
			return p.span(ctx, nextDay(middle), to)
		}
		if err := deliver(pg, p.now, p.sink); err != nil {
			return err
		}
		p.records += pg.records()
		if skip+pg.records() >= total {
			return nil
		}
	}
}

// page reads one page and proves it: its place, its length and its days are those
// that were asked for. total is 0 where nothing was found.
func (p *fdaPoll) page(ctx context.Context, from, to babyshield.Day, skip int) (pg *page, total int, err error) {
	// "+TO+" must stay as it is: url.Values would escape the plus signs.
	query := fmt.Sprintf("search=report_date:[%s+TO+%s]&sort=report_date:asc&limit=%d&skip=%d",
		compact(from), compact(to), fdaLimit, skip)
	resp, err := p.c.Get(ctx, fetch.Request{
		Agency: codeFDAFood, URL: fdaAPI + "?" + query, Hosts: []string{fdaHost}, Accept: "application/json",
	})
	if noMatch(err) && skip == 0 {
		return nil, 0, nil
	}
	if err != nil {
		return nil, 0, err
	}
	outside := 0
	pg, err = fdaWire.page(resp, func(o object) {
		if d, err := parseDay((&fields{o: o}).raw("report_date"), layoutCompact); err == nil && d != "" && (d < from || d > to) {
			outside++
		}
	})
	if err != nil {
		return nil, 0, err
	}
	total, err = fdaTotal(pg, skip)
	if err == nil && outside > 0 {
		err = fmt.Errorf("%d of %d rows lie outside the days that were asked for: the question was not understood", outside, pg.records())
	}
	if err != nil {
		return nil, 0, fetch.ShapeError(codeFDAFood, resp.URL, err)
	}
	return pg, total, nil
}

// noMatch says whether openFDA answered that nothing was found, and nothing else.
func noMatch(err error) bool {
	var e *fetch.Error
	if !errors.As(err, &e) || e.Status != http.StatusNotFound {
		return false
	}
	var body struct {
		Error struct {
			Code string `json:"code"`
		} `json:"error"`
	}
	return json.Unmarshal(e.Body, &body) == nil && body.Error.Code == "NOT_FOUND"
}

// fdaTotal reads the envelope's counts and holds them against the page.
func fdaTotal(pg *page, skip int) (int, error) {
	var meta struct {
		Results struct{ Skip, Limit, Total *int } `json:"results"`
	}
	if err := json.Unmarshal(pg.others["meta"], &meta); err != nil {
		return 0, fmt.Errorf("reading the answer's meta: %w", err)
	}
	m := meta.Results
	if m.Total == nil || m.Skip == nil || *m.Skip != skip {
		return 0, errors.New("the answer's meta does not tell which rows these are")
	}
	if want := min(fdaLimit, *m.Total-skip); pg.records() != want {
		return 0, fmt.Errorf("the answer has %d rows of %d (after %d), want %d", pg.records(), *m.Total, skip, want)
	}
	return *m.Total, nil
}

func compact(d babyshield.Day) string { return strings.ReplaceAll(string(d), "-", "") }

func nextDay(d babyshield.Day) babyshield.Day {
	t, _ := d.Time() // days here are our own
	return babyshield.MakeDay(t.AddDate(0, 0, 1))
}

func midDay(from, to babyshield.Day) babyshield.Day {
	a, _ := from.Time()
	b, _ := to.Time()
	return babyshield.MakeDay(a.Add(b.Sub(a) / 2))
}

func parseFDAFood(n babyshield.Notice) (babyshield.Recall, error) {
	o, err := decodeObject(n.Raw)
	if err != nil {
		return babyshield.Recall{}, err
	}
	if _, err := fdaWire.identify(o); err != nil {
		return babyshield.Recall{}, err
	}
	f := &fields{o: o}
	firm, product, reason := f.line("recalling_firm"), f.line("product_description"), f.prose("reason_for_recall")
	r := babyshield.Recall{
		Agency:    codeFDAFood,
		Number:    f.line("event_id"),
		Part:      fdaPart(f),
		Form:      n.Form,
		Kind:      babyshield.KindRecall,
		Title:     fdaTitle(firm, product, reason),
		Status:    f.line("status"),
		Class:     f.line("classification"),
		SoldAt:    f.prose("distribution_pattern"),
		Contact:   fdaContact(f, firm),
		Published: f.day("report_date", layoutCompact),
		Language:  "en",
	}
	r.Updated = r.Published // of the dates that can be trusted the one that moves
	r.Details = paragraphs(reason, fdaDoubts(f))
	r.Hazards = hazards(nonEmpty(reason), "")
	if firm != "" {
		r.Firms = []babyshield.Firm{{Role: "recalling_firm", Name: firm}}
	}
	r.Products = []babyshield.ProductEntry{{
		Name:     product,
		Category: f.line("product_type"),
		Codes:    paragraphs(f.prose("code_info"), f.prose("more_code_info")),
		Units:    known(f.line("product_quantity")),
		Key:      f.line("recall_number"),
	}}
	r.Severity = severity(r.Class, r.Hazards, "")
	if f.err != nil {
		return babyshield.Recall{}, f.err
	}
	return r, nil
}

func fdaTitle(firm, product, reason string) string {
	title := short(product, 90)
	if firm != "" {
		title = firm + " recalls " + title
	}
	if reason != "" {
		title += ": " + short(line(reason), 90)
	}
	return title
}

// fdaDoubts shows the impossible dates of a row.
func fdaDoubts(f *fields) string {
	var doubts []string
	for _, key := range []string{"recall_initiation_date", "center_classification_date", "termination_date"} {
		_, doubt := f.looseDay(key, layoutCompact)
		doubts = append(doubts, doubt)
	}
	return paragraphs(doubts...)
}

// fdaContact is the firm's postal address, all that the record gives.
func fdaContact(f *fields, firm string) string {
	place := strings.TrimSpace(f.line("state") + " " + f.line("postal_code"))
	return strings.Join(nonEmpty(
		firm, f.line("address_1"), known(f.line("address_2")), f.line("city"), place, f.line("country")), ", ")
}

// known drops the words for "not given".
func known(s string) string {
	switch strings.ToLower(s) {
	case "n/a", "na", "none", "unknown", "not available":
		return ""
	}
	return s
}

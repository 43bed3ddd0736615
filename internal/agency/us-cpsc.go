package agency

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/babyshield/babyshield"
	"github.com/babyshield/babyshield/internal/fetch"
)

// US Consumer Product Safety Commission.
//
// One JSON list, no paging, no validators (Recall Retrieval Web Services
// Programmer's Guide v1.4). A misspelt parameter is ignored and gives the whole
// list, so every narrow answer is checked against what was asked. Sources disagree
// whether LastPublishDateStart is still served: it is asked second, and a refusal
// costs a note, not the poll.
//
// Identity is RecallNumber, as text: no dash, letters lower-cased, digits padded
// to five. RecallID is a hint only and is missing in some carriers.
//
// The field that dates a record: RecallDate (API), Date (exports).
const codeCPSC = "us-cpsc"

const (
	cpscHost = "www.saferproducts.gov"
	cpscAPI  = "https://" + cpscHost + "/RestWebServices/Recall"
)

var usCPSC = Feed{
	Agency: babyshield.Agency{
		Code:     codeCPSC,
		Name:     "US Consumer Product Safety Commission",
		Country:  "US",
		Language: "en",
		Covers: []string{
			"toys", "nursery products", "children's clothing", "furniture", "household products",
			"electronics", "appliances", "sports and recreation", "tools and garden",
		},
		Homepage: "https://www.cpsc.gov/Recalls",
		Licence:  "US government work, public domain",
		Cadence:  "weekdays, mostly Thursdays, 20 to 30 a week",
		Every:    time.Hour,
		Proven:   true,
	},
	Hosts: []string{cpscHost},
	Fetch: fetchCPSC,
	Split: splitCPSC,
	Parse: parseCPSC,
}

var cpscWire = wire{code: codeCPSC, form: babyshield.FormFull, identify: func(o object) (string, error) {
	f := &fields{o: o}
	number := cpscNumber(f.raw("RecallNumber"))
	if f.err == nil && number == "" {
		f.err = noIdentity(codeCPSC, o, "RecallNumber")
	}
	return number, f.err
}}

var cpscDigits = regexp.MustCompile(`^(\d{1,5})([a-z]?)$`)

// cpscNumber is a recall number in the form that is compared: "24-039" and 24039
// are "24039", 2211 is "02211", "99-120C" is "99120c". Text without a digit
// ("N/A") is no number.
func cpscNumber(s string) string {
	s = strings.Map(func(r rune) rune {
		switch r {
		case '-', '\u2010', '\u2011', '\u2012', '\u2013', ' ':
			return -1
		}
		return r
	}, strings.ToLower(line(s)))
	if m := cpscDigits.FindStringSubmatch(s); m != nil {
		return strings.Repeat("0", 5-len(m[1])) + m[1] + m[2]
	}
	if !strings.ContainsAny(s, "0123456789") {
		return ""
	}
	return s
}

func splitCPSC(name string, r io.Reader, sink Sink) error {
	br, err := Open(name, r)
	if err != nil {
		return err
	}
	switch (&scanner{br: br}).peek() {
	case '[', '{':
		return cpscWire.splitJSON(name, br, sink)
	}
	return splitCPSCExport(name, br, sink)
}

func fetchCPSC(ctx context.Context, c *fetch.Client, req Request, sink Sink) (Result, error) {
	start, narrow := req.window()
	if !narrow {
		return fetchCPSCAll(ctx, c, req, sink)
	}
	res := Result{Cursor: Cursor{Watermark: req.watermark()}}
	p, err := cpscRecalled(ctx, c, start, "")
	if err != nil {
		return Result{}, err
	}
	if most := 500 + 50*days(start, req.Now); p.records() > most { // five times the busiest month
		return Result{}, fetch.ShapeError(codeCPSC, cpscAPI, fmt.Errorf(
			"a narrow question was answered with %d records: RecallDateStart was not understood", p.records()))
	}
	amended, err := cpscAmended(ctx, c, start)
	switch kind := fetch.KindOf(err); {
	case kind == fetch.KindStatus || kind == fetch.KindShape || kind == fetch.KindTooLarge:
		res.Notes = append(res.Notes, "amendments of older recalls could not be asked for: "+err.Error())
	case err != nil:
		return Result{}, err
	default:
		p.join(amended)
	}
	res.Records = p.records()
	return res, deliver(p, req.Now, sink)
}

// fetchCPSCAll reads everything in spans of four years, each small enough for the
// deadline, and hands over each span as soon as it is proven.
func fetchCPSCAll(ctx context.Context, c *fetch.Client, req Request, sink Sink) (Result, error) {
	res := Result{Cursor: Cursor{Watermark: req.watermark(), Resume: req.Cursor.Resume}, Complete: req.Cursor.Resume == ""}
	for year := earliest; year <= req.Now.Year(); year += 4 {
		if babyshield.Day(fmt.Sprintf("%d-12-31", year+3)) < req.Cursor.Resume {
			continue
		}
		from, to := babyshield.Day(fmt.Sprintf("%d-01-01", year)), babyshield.Day(fmt.Sprintf("%d-12-31", year+3))
		if year+4 > req.Now.Year() {
			to = "" // the last span is open: a record dated next year is read too
		}
		p, err := cpscRecalled(ctx, c, from, to)
		if err != nil {
			return res, err
		}
		if err := deliver(p, req.Now, sink); err != nil {
			return res, err
		}
		res.Records += p.records()
		res.Cursor.Resume = babyshield.Day(fmt.Sprintf("%d-01-01", year+4))
	}
	if res.Records == 0 && res.Complete {
		return Result{}, fetch.ShapeError(codeCPSC, cpscAPI, errors.New("the whole list is empty"))
	}
	res.Cursor.Resume = ""
	return res, nil
}

func cpscRecalled(ctx context.Context, c *fetch.Client, from, to babyshield.Day) (*page, error) {
	q := url.Values{"format": {"json"}, "RecallDateStart": {string(from)}}
	if to != "" {
		q.Set("RecallDateEnd", string(to))
	}
	return cpscAsk(ctx, c, q, "RecallDate", from, to)
}

func cpscAmended(ctx context.Context, c *fetch.Client, from babyshield.Day) (*page, error) {
	return cpscAsk(ctx, c, url.Values{"format": {"json"}, "LastPublishDateStart": {string(from)}}, "LastPublishDate", from, "")
}

// cpscAsk reads one answer and proves it narrow: a record outside the days asked
// for means that the parameter was ignored.
func cpscAsk(ctx context.Context, c *fetch.Client, q url.Values, field string, from, to babyshield.Day) (*page, error) {
	resp, err := c.Get(ctx, fetch.Request{
		Agency: codeCPSC, URL: cpscAPI + "?" + q.Encode(), Hosts: usCPSCHosts, Accept: "application/json",
	})
	if err != nil {
		return nil, err
	}
	outside := 0
	p, err := cpscWire.page(resp, func(o object) {
		d, err := parseDay((&fields{o: o}).raw(field))
		if err == nil && d != "" && (d < from || to != "" && d > to) {
			outside++
		}
	})
	if err == nil && outside > 0 {
		err = fetch.ShapeError(codeCPSC, resp.URL, fmt.Errorf(
			"%d of %d records lie outside the days that were asked for: the question was not understood", outside, p.records()))
	}
	return p, err
}

// usCPSCHosts stands apart from the feed, which would depend on itself.
var usCPSCHosts = []string{cpscHost}

// join adds the records of another page that are not in p already.
func (p *page) join(other *page) {
	known := map[string]bool{}
	for _, n := range p.notices {
		known[n.Digest] = true
	}
	for _, n := range other.notices {
		if !known[n.Digest] {
			p.notices = append(p.notices, n)
		}
	}
	p.aside = append(p.aside, other.aside...)
}

func days(from babyshield.Day, now time.Time) int {
	t, ok := from.Time()
	if !ok {
		return 0
	}
	return max(0, int(now.Sub(t).Hours()/24))
}

func parseCPSC(n babyshield.Notice) (babyshield.Recall, error) {
	o, err := decodeObject(n.Raw)
	if err != nil {
		return babyshield.Recall{}, err
	}
	f := &fields{o: o}
	var r babyshield.Recall
	switch n.Form {
	case babyshield.FormExport:
		r = cpscExport(f)
	case babyshield.FormSummary:
		r = cpscSummary(f)
	default:
		r = cpscFull(f)
	}
	if f.err == nil && r.Number == "" {
		f.err = noIdentity(codeCPSC, o, "recall number")
	}
	if f.err != nil {
		return babyshield.Recall{}, f.err
	}
	r.Agency, r.Form, r.Language = codeCPSC, n.Form, "en"
	return r, nil
}

// cpscFull reads a record of the API.
func cpscFull(f *fields) babyshield.Recall {
	updated, doubt := f.looseDay("LastPublishDate")
	r := babyshield.Recall{
		Number:    cpscNumber(f.raw("RecallNumber")),
		Title:     f.line("Title"),
		URL:       f.line("URL"),
		Details:   paragraphs(f.prose("Description"), doubt),
		Contact:   f.prose("ConsumerContact"),
		Published: f.day("RecallDate"),
		Updated:   updated,
		Injuries:  paragraphs(f.names("Injuries", "Name")...),
		SoldAt:    paragraphs(f.names("Retailers", "Name")...),
		MadeIn:    f.names("ManufacturerCountries", "Country"),
		Joint:     f.names("Inconjunctions", "URL"),
	}
	r.Kind = kindByTitle(r.Title)
	for _, role := range []struct{ key, role string }{
		{"Manufacturers", "manufacturer"}, {"Importers", "importer"}, {"Distributors", "distributor"},
	} {
		for _, name := range f.names(role.key, "Name") {
			r.Firms = append(r.Firms, babyshield.Firm{Role: role.role, Name: line(name)})
		}
	}
	f.each("Images", func(e *fields) {
		if u := e.line("URL"); u != "" {
			r.Images = append(r.Images, babyshield.Image{URL: u, Caption: e.line("Caption")})
		}
	})
	cpscProducts(f, &r)
	r.Hazards = hazards(f.names("Hazards", "Name"), r.Title)
	r.Remedies = remedyOptions(f.names("RemedyOptions", "Option"), paragraphs(f.names("Remedies", "Name")...))
	r.Severity = severity("", r.Hazards, r.Injuries)
	return r
}

// cpscProducts reads the lines. Barcodes stand beside the list of products, not
// in it, so each line gets them all.
func cpscProducts(f *fields, r *babyshield.Recall) {
	upcs := f.names("ProductUPCs", "UPC")
	var units []string
	f.each("Products", func(e *fields) {
		p := babyshield.ProductEntry{
			Name: e.line("Name"), Model: e.line("Model"), Category: e.line("Type"), Codes: e.prose("Description"),
			Units: e.line("NumberOfUnits"), UPCs: upcs,
		}
		if p.Units != "" && !slices.Contains(units, p.Units) {
			units = append(units, p.Units)
		}
		r.Products = append(r.Products, p)
	})
	if len(r.Products) == 0 && (r.Title != "" || upcs != nil) {
		r.Products = []babyshield.ProductEntry{{Name: r.Title, UPCs: upcs}}
	}
	r.Units = paragraphs(units...)
}

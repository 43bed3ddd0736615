package web

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/babyshield/babyshield"
	"github.com/babyshield/babyshield/internal/notify"
	"github.com/babyshield/babyshield/internal/store"
)

// Limits of what a page shows of a recall, in characters and counts, so that a
// page stays under 50 kB. The rest is in the official notice and in the API.
const (
	maxTitle   = 300
	maxQuote   = 4000
	maxText    = 6000
	maxFact    = 300
	maxName    = 120
	maxQuotes  = 3
	maxCodes   = 24
	maxBulk    = 9000 // all products together
	maxRelated = 10
)

// recallView is a recall as every page shows it: cleaned, cut, and in the fixed
// order.
type recallView struct {
	id, title, lang, kind string
	agency, number, day   string // day: of publication, or of the last change
	sample                bool

	hazard       []string // our sentences
	hazardQuotes []string // the agency's
	doNow        []string
	remedy       []string
	remedyQuotes []string
	contact      string

	link, host           string // of the official notice, or of the agency's site
	isNotice             bool   // link is the notice itself
	attribution, licence string
}

func newRecallView(r *store.StoredRecall, a babyshield.AgencyState, v babyshield.Verdict) recallView {
	w := recallView{
		id: r.ID, title: notify.Clean(r.Title, maxTitle), lang: language(r.Language), kind: kindWord(r.Kind),
		agency: notify.Clean(a.Name, maxName), number: notify.Clean(r.Number, maxName), day: notify.Date(r.Published),
		sample: r.Sample, hazard: notify.Hazard(&r.Recall), doNow: notify.DoNow(v, r.Remedies),
		contact: notify.Clean(r.Contact, maxQuote), attribution: notify.Clean(a.Attribution, maxQuote), licence: notify.Clean(a.Licence, maxName),
	}
	if d := notify.Date(r.Updated); w.day == "" && d != "" {
		w.day = "changed " + d
	}
	if w.title == "" {
		w.title = w.kind + " " + w.number
	}
	for _, h := range r.Hazards {
		w.hazardQuotes = addQuote(w.hazardQuotes, h.Text)
	}
	for _, m := range r.Remedies {
		if notify.Clean(m.Text, maxQuote) != "" {
			w.remedyQuotes = addQuote(w.remedyQuotes, m.Text)
		} else if s := notify.Remedy(m.Code); s != "" && !slices.Contains(w.remedy, s) {
			w.remedy = append(w.remedy, s)
		}
	}
	if len(w.remedyQuotes) > 0 {
		w.remedy = nil // the agency's own words say it better
	}
	w.link, w.isNotice = notify.WebURL(r.URL), true
	if w.link == "" {
		w.link, w.isNotice = notify.WebURL(a.Homepage), false
	}
	w.host = notify.Host(w.link)
	return w
}

func addQuote(quotes []string, text string) []string {
	q := notify.Clean(text, maxQuote)
	if q == "" || slices.Contains(quotes, q) || len(quotes) == maxQuotes {
		return quotes
	}
	return append(quotes, q)
}

// byline names the notice: agency, number and day.
func (w recallView) byline() string {
	line := w.agency
	if w.number != "" {
		line += ", number " + w.number
	}
	if w.day != "" {
		line += ", " + w.day
	}
	return line
}

// paragraphs are the lines of a long text of the agency, cut at the end.
func paragraphs(text string) (out []string) {
	left := maxText
	for line := range strings.Lines(text) {
		p := notify.Clean(line, left)
		if p == "" {
			continue
		}
		out = append(out, p)
		if left -= utf8.RuneCountInString(p); left < 2 {
			break
		}
	}
	return out
}

// fact is a labelled line of a recall. Values that are codes are not translated.
type fact struct {
	label  string
	values []string
	more   int  // values that are left out
	prose  bool // sentences, not codes
	ours   bool // our words, not the agency's
}

// ourFact is a line in our own words.
func ourFact(label, value string) fact {
	return fact{label: label, values: []string{value}, prose: true, ours: true}
}

// productView is a recalled product with what identifies it.
type productView struct {
	name   string
	facts  []fact
	decide string // what decides whether a unit is meant; "" = all units
}

// newProducts shows as many products as fit, and says how many do not.
func newProducts(lines []babyshield.RecalledProduct) (views []productView, more int) {
	bulk := 0
	for i := range lines {
		v := newProduct(&lines[i])
		bulk += v.size()
		if bulk > maxBulk && len(views) > 0 {
			return views, len(lines) - len(views)
		}
		views = append(views, v)
	}
	return views, 0
}

func newProduct(p *babyshield.RecalledProduct) productView {
	v := productView{name: notify.Clean(p.Name, maxName), decide: fieldWords(p.Scope.Fields)}
	if v.name == "" {
		v.name = "Product without a name"
	}
	v.add("Brand", append([]string{p.Brand}, p.Brands...)...)
	v.add("Model", p.Models...)
	v.add("Model year", years(p.Years)...)
	v.add("Amazon number", p.ASINs...)
	v.add("Barcode number", p.GTINs...)
	v.add("Lot", p.Lots...)
	v.add("Serial number", ranges(p.Serials)...)
	v.add("Date code", p.DateCodes...)
	v.add("Made", period(p.Made.From, p.Made.To))
	v.add("Sold", period(p.Sold.From, p.Sold.To))
	v.add("Sold at", p.Sold.At...)
	v.add("Color", p.Colors...)
	v.add("Size", p.Sizes...)
	v.add("Not recalled", append(slices.Clone(p.Excluded.Models), p.Excluded.Lots...)...)
	return v
}

func (v *productView) add(label string, values ...string) {
	f := fact{label: label}
	for _, s := range values {
		s = notify.Clean(s, maxName)
		switch {
		case s == "" || slices.Contains(f.values, s):
		case len(f.values) == maxCodes:
			f.more++
		default:
			f.values = append(f.values, s)
		}
	}
	if len(f.values) > 0 {
		v.facts = append(v.facts, f)
	}
}

func (v *productView) size() int {
	n := len(v.name) + 100
	for _, f := range v.facts {
		for _, s := range f.values {
			n += len(s) + 20 // its markup
		}
	}
	return n
}

func years(list []int) []string {
	out := make([]string, len(list))
	for i, y := range list {
		out[i] = strconv.Itoa(y)
	}
	return out
}

func ranges(list []babyshield.Range) []string {
	out := make([]string, len(list))
	for i, r := range list {
		out[i] = r.From
		if r.To != "" && r.To != r.From {
			out[i] = r.From + " to " + r.To
		}
	}
	return out
}

// period writes a span of days; an open end is said.
func period(from, to babyshield.Day) string {
	f, t := notify.Date(from), notify.Date(to)
	switch {
	case f == "" && t == "":
		return ""
	case f == "":
		return "until " + t
	case t == "":
		return "since " + f
	case f == t:
		return f
	}
	return f + " to " + t
}

// details are what the notice says besides. What it does not say is left out,
// but for what a reader looks for first.
func details(r *store.StoredRecall) []fact {
	var out []fact
	line := func(label, text string) {
		if s := notify.Clean(text, maxFact); s != "" {
			out = append(out, fact{label: label, values: []string{s}, prose: true})
		}
	}
	line("Units", r.Units)
	line("Injuries", r.Injuries)
	line("Where it was sold", r.SoldAt)
	for _, f := range r.Firms[:min(len(r.Firms), maxRelated)] {
		line(firmRole(f.Role), f.Name)
	}
	line("Made in", strings.Join(r.MadeIn[:min(len(r.MadeIn), maxRelated)], ", "))
	line("Status, as the agency says it", r.Status)
	line("Class, as the agency says it", r.Class)
	if d := notify.Date(r.Updated); d != "" {
		out = append(out, ourFact("Last changed by the agency", d))
	}
	if r.Revision > 1 {
		out = append(out, ourFact("Versions that we have seen", fmt.Sprintf("%d, the last on %s", r.Revision, instant(r.Revised))))
	}
	return out
}

var firmRoles = map[string]string{
	"manufacturer": "Manufacturer", "importer": "Importer", "distributor": "Distributor",
	"retailer": "Shop", "recalling_firm": "Recalling firm",
}

func firmRole(role string) string {
	if w, ok := firmRoles[role]; ok {
		return w
	}
	return "Firm"
}

// pictureLinks are links to pictures on the agency's site: this site shows none,
// because loading them would tell the other host who reads what.
func pictureLinks(images []babyshield.Image) []string {
	var out []string
	for _, i := range images {
		if u := notify.WebURL(i.URL); u != "" && len(out) < maxRelated {
			out = append(out, u)
		}
	}
	return out
}

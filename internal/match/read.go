package match

import (
	"slices"
	"strings"

	"github.com/babyshield/babyshield"
)

// Reader is the version of Read, of Prepare with its keys, and of Pack. It is
// stored with what they gave, so that a better reader can be applied to what is
// stored. It changes whenever one of them may give something else for the same
// recall.
const Reader = 2

// maxLines is how many products of one recall are read.
const maxLines = 2000

// Read returns the products of a recall with what identifies and bounds them. A
// recall that lists no product gives one line, read from its title and text. The
// order is that of r.Products.
//
// Prose that belongs to the recall as a whole (Details) bounds every line that
// has none of its own.
func Read(r *babyshield.Recall) []babyshield.RecalledProduct {
	h := readTitle(r.Title)
	whole := readWhole(r)
	whole.brands = newBrandReader(r, &h, whole.details)
	entries := r.Products[:min(len(r.Products), maxLines)]
	if len(entries) == 0 {
		entries = []babyshield.ProductEntry{{Name: h.product}}
	}
	out := make([]babyshield.RecalledProduct, 0, len(entries))
	for i := range entries {
		out = append(out, whole.line(r, &entries[i], h))
	}
	return out
}

// reading is what the prose of the whole recall says, which bounds every line
// that has nothing of its own.
type reading struct {
	details  []string // the sentences on what is recalled
	excluded []string // and those on what is not
	brands   *brandReader
	codes    codes
	made     babyshield.Period
	madeFrom []babyshield.Source
	sold     babyshield.Sold
	soldFrom []babyshield.Source
	look     look
}

func readWhole(r *babyshield.Recall) reading {
	var w reading
	w.details, w.excluded = splitScope(r.Details)
	w.codes = readCodes(w.details)
	w.codes.namedModels(w.details)
	w.made, w.madeFrom = madePeriod(w.details)
	w.sold, w.soldFrom = readSold(r, w.details)
	w.look = readLook(w.details)
	return w
}

// line reads one product.
func (w *reading) line(r *babyshield.Recall, e *babyshield.ProductEntry, h headline) babyshield.RecalledProduct {
	p := babyshield.RecalledProduct{
		Name: lineName(e, h), Category: e.Category, Key: e.Key,
		Sold: w.sold, Made: w.made, Colors: w.look.colors, Sizes: w.look.sizes,
	}
	p.Brand, p.Brands = w.brands.line(r, e, &h, w.details)
	fields, left := splitScope(e.Codes)
	c := entryCodes(e, fields, &w.codes, len(r.Products) <= 1)
	p.Models, p.ASINs, p.Lots, p.DateCodes, p.Serials, p.GTINs = c.models, c.asins, c.lots, c.dates, c.serials, c.gtins
	if len(p.DateCodes)+len(p.Lots)+len(p.Serials) > 0 {
		p.DateFormat = c.format
	}
	sources := slices.Concat(c.source, w.soldFrom, w.look.sources)
	if m, from := madePeriod(fields); m.From != "" || m.To != "" {
		p.Made, sources = m, append(sources, from...)
	} else {
		sources = append(sources, w.madeFrom...)
	}
	if p.Made == (babyshield.Period{}) && !c.expires {
		p.Made = madeOf(c.format, p.DateCodes)
	}
	years, from := readYears(p.Name, append([]string{h.product}, w.details...))
	p.Years, sources = slices.Compact(slices.Sorted(slices.Values(append(years, c.years...)))), append(sources, from...)
	p.Excluded, from = readExcluded(slices.Concat(left, w.excluded), &c)
	sources = append(sources, from...)
	p.Scope = babyshield.Scope{Fields: scopeFields(&p, w.look.decides), Sources: sources}
	if s := allUnits(w.details, fields); s != "" {
		p.Scope.All = true
		p.Scope.Sources = addSource(p.Scope.Sources, "all", s)
	}
	return p
}

// lineName is the product's name in one line of decent length: a packed food's
// "name" is its whole label.
func lineName(e *babyshield.ProductEntry, h headline) string {
	n := strings.TrimSpace(e.Name)
	if n == "" {
		n = h.product
	}
	return clip(strings.Join(strings.Fields(n), " "), 500)
}

// entryCodes joins what the entry's own fields and prose say with what the prose
// of the whole recall says; that bounds the line only where the line says nothing
// of the kind, or is the only one.
func entryCodes(e *babyshield.ProductEntry, fields []string, shared *codes, alone bool) codes {
	own := readCodes(slices.Concat(sentences(e.Name), fields))
	for part := range strings.FieldsFuncSeq(clip(e.Model, maxProse), func(r rune) bool { return r == ',' || r == ';' || r == '\n' || r == '|' }) {
		if part = strings.Join(strings.Fields(part), " "); code(part) != "" && len(part) <= maxToken {
			own.models = appendNew(own.models, part, maxModels)
		}
	}
	for _, u := range e.UPCs[:min(len(e.UPCs), maxCodes)] {
		if g, err := babyshield.NormalizeGTIN(clip(u, 100)); err == nil {
			own.gtins = appendNew(own.gtins, g, maxCodes)
			continue
		}
		own.gatherGTINs(lex(clip(u, 500)), 0)
	}
	n := own.counts()
	own.models = either(own.models, shared.models, alone && e.Model == "", maxModels)
	own.asins = either(own.asins, shared.asins, alone, maxModels)
	own.gtins = either(own.gtins, shared.gtins, alone, maxCodes)
	if len(own.lots)+len(own.serials)+len(own.dates) == 0 {
		own.lots, own.serials, own.dates = shared.lots, shared.serials, shared.dates
	}
	if own.format == "" {
		own.format = shared.format
	}
	own.expires = own.expires || shared.expires
	if own.counts() != n {
		own.source = append(own.source, shared.source...)
	}
	own.years = append(own.years, shared.years...)
	return own
}

// either is what the line says itself, else what the whole recall says; both
// where the recall is about this line alone.
func either(own, shared []string, both bool, limit int) []string {
	switch {
	case len(own) == 0:
		return shared
	case both:
		for _, v := range shared {
			own = appendNew(own, v, limit)
		}
	}
	return own
}

// scopeFields are the item keys that decide whether a unit of the line is
// recalled, most deciding first.
func scopeFields(p *babyshield.RecalledProduct, look []string) []string {
	var f []string
	for _, one := range []struct {
		key string
		has bool
	}{
		{"model", len(p.Models) > 0},
		{"lot", len(p.Lots) > 0},
		{"serial", len(p.Serials) > 0},
		{"date_code", len(p.DateCodes) > 0},
		{"color", slices.Contains(look, "color")},
		{"size", slices.Contains(look, "size")},
		{"made", p.Made.From != "" || p.Made.To != ""},
		{"bought", p.Sold.From != "" || p.Sold.To != ""},
	} {
		if one.has {
			f = append(f, one.key)
		}
	}
	return f
}

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
const Reader = 1

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
	details := sentences(r.Details)
	shared := readCodes(details)
	made := madePeriod(details)
	sold := babyshield.Sold{At: sellersIn(r.SoldAt)}
	if p := soldPeriod(clip(plain(r.SoldAt), 5000), details); p.From != "" || p.To != "" {
		sold.From, sold.To = p.From, p.To
	}
	entries := r.Products[:min(len(r.Products), maxLines)]
	if len(entries) == 0 {
		entries = []babyshield.ProductEntry{{Name: h.product}}
	}
	out := make([]babyshield.RecalledProduct, 0, len(entries))
	for i := range entries {
		e := &entries[i]
		p := babyshield.RecalledProduct{
			Name: lineName(e, h), Category: e.Category, Sold: sold, Made: made, Key: e.Key,
		}
		p.Brand, p.Brands = readBrands(r, e, h, brandProse(e, details))
		c := entryCodes(e, shared)
		p.Models, p.Lots, p.DateCodes, p.Serials, p.GTINs = c.models, c.lots, c.dates, c.serials, c.gtins
		if e.Codes != "" {
			if m := madePeriod(sentences(e.Codes)); m.From != "" || m.To != "" {
				p.Made = m
			}
		}
		p.Scope = babyshield.Scope{Fields: scopeFields(&p), Source: clip(strings.Join(c.source, " "), 1500)}
		out = append(out, p)
	}
	return out
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

// brandProse is where the brand of a line may be named in words.
func brandProse(e *babyshield.ProductEntry, details []string) []string {
	if len(e.Name) > 60 {
		return append(sentences(e.Name), details...)
	}
	return details
}

// entryCodes joins what the entry's own fields and prose say. Only where they
// say nothing does the prose of the whole recall bound the line.
func entryCodes(e *babyshield.ProductEntry, shared codes) codes {
	own := readCodes(slices.Concat(sentences(e.Name), sentences(e.Codes)))
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
	n := own.count()
	if len(own.models) == 0 {
		own.models = shared.models
	}
	if len(own.gtins) == 0 {
		own.gtins = shared.gtins
	}
	if len(own.lots)+len(own.serials)+len(own.dates) == 0 {
		own.lots, own.serials, own.dates = shared.lots, shared.serials, shared.dates
	}
	if own.count() > n {
		own.source = append(own.source, shared.source...)
	}
	return own
}

// scopeFields are the item keys that decide whether a unit of the line is
// recalled, most deciding first.
func scopeFields(p *babyshield.RecalledProduct) []string {
	var f []string
	for _, one := range []struct {
		key string
		has bool
	}{
		{"model", len(p.Models) > 0},
		{"lot", len(p.Lots) > 0},
		{"serial", len(p.Serials) > 0},
		{"date_code", len(p.DateCodes) > 0},
		{"made", p.Made.From != "" || p.Made.To != ""},
		{"bought", p.Sold.From != "" || p.Sold.To != ""},
	} {
		if one.has {
			f = append(f, one.key)
		}
	}
	return f
}

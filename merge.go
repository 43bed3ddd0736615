package babyshield

import (
	"cmp"
	"reflect"
	"slices"
	"strings"
)

// Supersede says what stands when a record of the same part and form arrives
// again. Empty fields of the newer record keep what is known: absent, null and
// empty are the same content, and carriers drop empty fields. A record that is
// older by the agency's own date changes nothing: feeds go back in time.
//
// The price: a field that the agency empties on purpose stays as it was.
func Supersede(known, incoming Recall) Recall {
	if incoming.Updated != "" && known.Updated != "" && incoming.Updated < known.Updated {
		return known
	}
	out := incoming
	fill(&out, &known)
	return out
}

// Merge makes the recall out of its parts: of each part the richest form speaks
// alone (a poorer one beside it, such as a CSV row beside the API's record, is
// kept and never amends), then the parts are joined (the union of their lines,
// the gravest class, the liveliest status, the earliest publication). The order
// of the parts does not matter. It panics on an empty list.
func Merge(parts []Recall) Recall {
	parts = slices.Clone(parts)
	slices.SortStableFunc(parts, func(a, b Recall) int {
		return cmp.Or(strings.Compare(a.Part, b.Part), cmp.Compare(a.Form, b.Form))
	})
	var whole []Recall
	for _, p := range parts {
		if n := len(whole); n > 0 && whole[n-1].Part == p.Part {
			continue
		}
		whole = append(whole, p)
	}
	out := whole[0]
	out.Form = 0
	for _, p := range whole[1:] {
		join(&out, &p)
	}
	out.Part, out.Products = "", latestLines(whole)
	return out
}

// latestLines are the lines of all parts. A line with the agency's own key stands
// once, as the latest part has it: a row whose text was edited is another part.
func latestLines(parts []Recall) []ProductEntry {
	type line struct {
		ProductEntry
		updated Day
	}
	var all []line
	for _, p := range parts {
		for _, e := range p.Products {
			same := func(l line) bool { return e.Key != "" && l.Key == e.Key && len(parts) > 1 }
			i := slices.IndexFunc(all, same)
			switch {
			case i < 0:
				all = append(all, line{e, p.Updated})
			case p.Updated >= all[i].updated:
				all[i] = line{e, p.Updated}
			}
		}
	}
	var out []ProductEntry
	for _, l := range all {
		out = append(out, l.ProductEntry)
	}
	return out
}

// fill copies into dst every field that is empty there. Product lists of the
// same length are filled line by line, since a poorer form may know the name
// and not the barcode. Reflection, so that a new field cannot be forgotten.
func fill(dst, src *Recall) {
	products := dst.Products
	fillStruct(reflect.ValueOf(dst).Elem(), reflect.ValueOf(src).Elem())
	if len(products) == 0 || len(products) != len(src.Products) {
		return
	}
	dst.Products = slices.Clone(products)
	for i := range dst.Products {
		fillStruct(reflect.ValueOf(&dst.Products[i]).Elem(), reflect.ValueOf(&src.Products[i]).Elem())
	}
}

func fillStruct(dst, src reflect.Value) {
	for i := range dst.NumField() {
		if f := dst.Field(i); f.IsZero() || f.Kind() == reflect.Slice && f.Len() == 0 {
			f.Set(src.Field(i))
		}
	}
}

// join adds another part of the same recall to out.
func join(out, p *Recall) {
	out.Status = gravest(statusOrder, out.Status, p.Status)
	out.Class = gravest(classOrder, out.Class, p.Class)
	if p.Severity.Rank() > out.Severity.Rank() {
		out.Severity = p.Severity
	}
	out.Hazards = union(out.Hazards, p.Hazards)
	out.Remedies = union(out.Remedies, p.Remedies)
	out.Firms = union(out.Firms, p.Firms)
	out.Images = union(out.Images, p.Images)
	out.Joint = union(out.Joint, p.Joint)
	out.MadeIn = union(out.MadeIn, p.MadeIn)
	out.Details = lines(out.Details, p.Details)
	out.Units = lines(out.Units, p.Units)
	out.Injuries = lines(out.Injuries, p.Injuries)
	out.SoldAt = lines(out.SoldAt, p.SoldAt)
	out.Contact = lines(out.Contact, p.Contact)
	out.Title = cmp.Or(out.Title, p.Title)
	out.URL = cmp.Or(out.URL, p.URL)
	out.Kind = cmp.Or(out.Kind, p.Kind)
	out.Language = cmp.Or(out.Language, p.Language)
	if out.Published == "" || p.Published != "" && p.Published < out.Published {
		out.Published = p.Published
	}
	out.Updated = max(out.Updated, p.Updated)
}

// The words of openFDA, the one agency so far whose recalls come in parts, most
// pressing first (open.fda.gov/apis/food/enforcement/searchable-fields).
var (
	statusOrder = []string{"Ongoing", "Pending", "Completed", "Terminated"}
	classOrder  = []string{"Class I", "Class II", "Class III", "Not Yet Classified"}
)

// gravest picks the word that comes first in order; words outside the order come
// last, and among those the smaller one, so that the result does not depend on
// the order of arrival.
func gravest(order []string, a, b string) string {
	if a == "" || b == "" {
		return cmp.Or(a, b)
	}
	rank := func(s string) int {
		if i := slices.Index(order, s); i >= 0 {
			return i
		}
		return len(order)
	}
	if c := cmp.Or(cmp.Compare(rank(a), rank(b)), strings.Compare(a, b)); c <= 0 {
		return a
	}
	return b
}

func union[T comparable](a, b []T) []T {
	a = slices.Clip(a)
	for _, x := range b {
		if !slices.Contains(a, x) {
			a = append(a, x)
		}
	}
	return a
}

// lines joins two texts, each line once.
func lines(a, b string) string {
	if a == "" || a == b || b == "" {
		return cmp.Or(a, b)
	}
	return strings.Join(union(strings.Split(a, "\n"), strings.Split(b, "\n")), "\n")
}

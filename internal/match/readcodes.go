package match

import (
	"regexp"
	"slices"
	"strings"

	"github.com/babyshield/babyshield"
)

// Caps on what is kept of one line. The longest real lists (snowmobiles, lots of
// packed food) stay below them.
const (
	maxModels  = 1000
	maxCodes   = 100_000 // more than maxProse can hold: a list cut short would call listed lots unlisted
	maxSources = 6       // of one field
	maxSource  = 400     // bytes
)

// codes is what prose says of identity and scope.
type codes struct {
	models, asins, lots, dates []string
	serials                    []babyshield.Range
	gtins                      []string
	format                     string // of dates
	expires                    bool   // dates say how long it keeps, not when it was made
	years                      []int  // of tables
	open                       bool   // a bound was met that cannot be written
	source                     []babyshield.Source
}

// readCodes reads the identifiers that the sentences announce or list in tables.
func readCodes(sentences []string) codes {
	var c codes
	for _, s := range sentences {
		before := c.counts()
		l := lex(s)
		if c.format == "" {
			c.format = dateFormatIn(s)
		}
		c.gluedGTINs(s)
		if len(c.models) > 0 && isCodeList(l) {
			c.gatherList(l, 0, kindModel, whole)
		}
		for i := 0; i < len(l); {
			if end := c.table(l, i); end > i {
				i = end
				continue
			}
			k, next := announces(l, i)
			if k == kindNone {
				i++
				continue
			}
			c.expires = c.expires || k == kindDate && keeps[l[i].lower]
			// What follows is read from next; scanning goes on there too, since
			// another announcement may stand inside ("model and serial numbers").
			i = c.gather(l, next, k)
		}
		if c.open {
			c.cut(before)
			c.open = false
		}
		if containsAny(s, "e.g", "i.e", "xample", "E.g", "I.e") && examples.MatchString(s) {
			c.cut(before)
		}
		c.note(before, s)
	}
	return c
}

// keeps announce until when something keeps.
var keeps = set("best use sell enjoy freeze exp expiration expiry expires bb")

// isCodeList says whether a sentence begins with three long codes: the rest of a
// list that a remark cut in two.
func isCodeList(l []lexeme) bool {
	if len(l) < 3 {
		return false
	}
	for _, w := range l[:3] {
		if len(w.text) < 6 || !isUpper(w.text) || !mixedCode(code(w.text)) {
			return false
		}
	}
	return true
}

// codeFields are the item keys of what codes holds, in the order of counts.
var codeFields = [...]string{"model", "asin", "gtin", "lot", "serial", "date_code"}

func (c *codes) counts() [len(codeFields)]int {
	return [...]int{len(c.models), len(c.asins), len(c.gtins), len(c.lots), len(c.serials), len(c.dates)}
}

// examples are not the list: what a unit's number may look like bounds nothing.
var examples = regexp.MustCompile(`(?i)\be\.?g\.|\bexamples?\b|\bi\.e\.`)

// cut takes back the lots, serial numbers and date codes read since then.
func (c *codes) cut(before [len(codeFields)]int) {
	c.lots, c.serials, c.dates = c.lots[:min(before[3], len(c.lots))], c.serials[:min(before[4], len(c.serials))], c.dates[:min(before[5], len(c.dates))]
}

// note keeps the sentence as the source of what it gave.
func (c *codes) note(before [len(codeFields)]int, sentence string) {
	after := c.counts()
	for f := range after {
		if after[f] > before[f] {
			c.source = addSource(c.source, codeFields[f], sentence)
		}
	}
}

func addSource(list []babyshield.Source, field, words string) []babyshield.Source {
	n := 0
	s := babyshield.Source{Field: field, Words: clip(strings.Join(strings.Fields(words), " "), maxSource)}
	for _, o := range list {
		if o == s {
			return list
		}
		if o.Field == field {
			n++
		}
	}
	if n >= maxSources || s.Words == "" {
		return list
	}
	return append(list, s)
}

// drop takes back the last value of the kind.
func (c *codes) drop(k kind) {
	last := func(list *[]string) {
		if n := len(*list); n > 0 {
			*list = (*list)[:n-1]
		}
	}
	switch k {
	case kindModel:
		last(&c.models)
	case kindLot:
		last(&c.lots)
	case kindSerial:
		if n := len(c.serials); n > 0 {
			c.serials = c.serials[:n-1]
		}
	default: // the others have no ranges
	}
}

var gluedRE = regexp.MustCompile(`[a-z)](\d{12,13})(?:[A-Z.]|$)`)

var bracketRE = regexp.MustCompile(`\((\d{12,13})\)`)

// gluedGTINs reads the barcode numbers of a table whose cells were glued
// together ("Covered oven036000291452Oval oven"), and those in brackets.
func (c *codes) gluedGTINs(s string) {
	found := gluedRE.FindAllStringSubmatch(s, 200)
	if strings.Contains(s, "UPC") { // "UPC codes are on the 5 mL (036000291452) and the 15 mL bottle (...)"
		found = append(found, bracketRE.FindAllStringSubmatch(s, 50)...)
	}
	for _, m := range found {
		if g, err := babyshield.NormalizeGTIN(m[1]); err == nil {
			c.gtins = appendNew(c.gtins, g, maxCodes)
		}
	}
}

// namedModels reads the codes before the word: "the 9-quart DUAF-005 model".
func (c *codes) namedModels(sentences []string) {
	for _, s := range sentences {
		if !strings.Contains(s, " model") {
			continue
		}
		before := c.counts()
		l := lex(s)
		for i := 1; i < len(l); i++ {
			if (l[i].lower == "model" || l[i].lower == "models") && !(i+1 < len(l) && afterModel[l[i+1].lower]) && isNamed(l, i-1) {
				c.add(kindModel, l[i-1].text, whole)
			}
		}
		c.note(before, s)
	}
}

// afterModel are words that make "model" something else than what the code
// before it is.
var afterModel = set("number numbers no year years name names #")

func isNamed(l []lexeme, i int) bool {
	w := l[i]
	return !w.mark && isUpper(w.text) && hasDigit(w.text) && len(w.text) >= 4 && !isMeasure(l, i) && !strings.ContainsAny(w.text, "*'")
}

// add keeps one value.
func (c *codes) add(k kind, v string, a aspect) {
	if u := unmask(v); u != v {
		if v = u; a == whole {
			a = beginning
		}
	}
	v = a.star(v)
	switch k {
	case kindModel:
		if asinRE.MatchString(v) {
			c.asins = appendNew(c.asins, v, maxModels)
			return
		}
		c.models = appendNew(c.models, v, maxModels)
	case kindASIN:
		c.asins = appendNew(c.asins, v, maxModels)
	case kindLot:
		c.lots = appendNew(c.lots, v, maxCodes)
	case kindSerial:
		if from, to, ok := dashRange(v); ok && a != whole {
			c.serials = append(c.serials, babyshield.Range{From: from, To: strings.TrimSuffix(to, "*") + "*"})
			return
		} else if ok {
			c.serials = append(c.serials, babyshield.Range{From: from, To: to})
			return
		}
		if a, b, ok := strings.Cut(v, "-"); ok && len(a) == 4 && len(b) == 4 && isNumber(a+b) {
			return // parts of numbers: "the first four digits are between 5201-5542"
		}
		if len(c.serials) < maxCodes {
			c.serials = append(c.serials, babyshield.Range{From: v})
		}
	default: // the others have gatherers of their own
	}
}

// addRange makes the last value and v the ends of a range. Models and lots of a
// range are spelled out where they count up by less than fifty.
func (c *codes) addRange(k kind, from, to string, a aspect) {
	switch k {
	case kindSerial:
		if u := unmask(to); u != to || a == beginning {
			c.serials[len(c.serials)-1] = babyshield.Range{From: unmask(from), To: u + "*"}
			return
		}
		c.serials[len(c.serials)-1] = babyshield.Range{From: from, To: to}
	case kindModel:
		c.models = spellOut(c.models, from, to, a, maxModels)
	case kindLot:
		c.lots = spellOut(c.lots, from, to, a, maxCodes)
	default: // as in add
	}
}

// spellOut puts the codes of a range in the place of its lower end, which is the
// last of the list: each one where they count up, else "A to B".
func spellOut(list []string, from, to string, a aspect, limit int) []string {
	list = list[:max(0, len(list)-1)]
	all := between(from, to)
	if all == nil {
		return appendNew(list, a.star(from)+" to "+a.star(to), limit)
	}
	for _, v := range all {
		list = appendNew(list, a.star(v), limit)
	}
	return list
}

// dashRange splits "546515117-547916107": two halves of one shape.
func dashRange(v string) (from, to string, ok bool) {
	a, b, ok := strings.Cut(v, "-")
	return a, b, ok && (len(a) >= 5 || len(a) == 4 && strings.HasSuffix(b, "*")) && shape(a) == shape(strings.TrimSuffix(b, "*"))
}

// shape is the code with every digit as 0 and every letter as A.
func shape(s string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r >= '0' && r <= '9':
			return '0'
		case r >= 'A' && r <= 'Z' || r >= 'a' && r <= 'z':
			return 'A'
		}
		return r
	}, s)
}

// between spells a range out: the last digits count up by less than fifty. Ranges that are no such thing give nil.
func between(from, to string) []string {
	i := len(from)
	for i > 0 && from[i-1] >= '0' && from[i-1] <= '9' {
		i--
	}
	head, digits := from[:i], from[i:]
	if len(from) != len(to) || !strings.HasPrefix(to, head) || !isNumber(to[i:]) || len(digits) == 0 || len(digits) > 9 {
		return nil
	}
	a, b := atoi(digits), atoi(to[i:])
	if b <= a || b-a >= 50 {
		return nil
	}
	var out []string
	for n := a; n <= b; n++ {
		d := itoa(n)
		out = append(out, head+strings.Repeat("0", len(digits)-len(d))+d)
	}
	return out
}

// appendNew appends v unless it is there or the list is full. Only the newest
// entries are compared, so that long lists stay cheap; Prepare drops the rest.
func appendNew(list []string, v string, limit int) []string {
	if v == "" || len(list) >= limit || slices.Contains(list[max(0, len(list)-50):], v) {
		return list
	}
	return append(list, v)
}

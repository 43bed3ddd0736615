package match

import (
	"cmp"
	"slices"
	"strings"

	"github.com/babyshield/babyshield"
)

// Recall is a recall folded for comparison. It is immutable: any number of
// goroutines may compare with it at once.
type Recall struct {
	published babyshield.Day
	lines     []line
	keys      []int64
	index     []keyLine // sorted by key
	keyed     bool      // unpacked without keys: the item is known to share one
}

// keyLine says that a line has a key.
type keyLine struct {
	key  int64
	line int32
}

// line is a product of a recall, folded.
type line struct {
	brands    []brandName
	all       bool      // the notice says that all units are recalled
	obscure   bool      // none of its brands is known beyond this: what it sells are few things
	core      []word    // of the product's name and the title, unique, in order
	coreStems []string  // the words of core
	kinds     []string  // all kinds of its names
	heads     []string  // the nouns that say what it is: "glider" of "recliner and swivel gliders with USB port"
	text      []uint32  // sorted: all words of name, title and description that say anything
	measures  []measure // of the product's names
	prose     []measure // of the description
	colors    []string  // colours that the text names
	tokens    []string  // sorted: codes and numbers of the text that may be a designation
	named     []string  // those of the product's names and of the listed models
	audience  audience
	years     []int // model years

	models    matcher
	mentioned []string // sorted: codes in the prose that nothing announces
	gtins     []string
	lots      matcher
	serials   []babyshield.Range // folded codes
	dates     []dateCode
	format    string // how date codes are written
	asins     []string
	sizes     []size

	notModels, notLots matcher // named as not recalled
	notSerials         []babyshield.Range

	made   span
	sold   span
	soldAt []brandName
	needs  []string // Scope.Fields
}

// matcher holds codes, codes with stars, and ranges of codes.
type matcher struct {
	whole []string // sorted
	stars []string
	spans [][2]string
}

func (m *matcher) empty() bool { return len(m.whole)+len(m.stars)+len(m.spans) == 0 }

func (m *matcher) has(c string) bool {
	if c == "" {
		return false
	}
	if _, ok := slices.BinarySearch(m.whole, c); ok {
		return true
	}
	return slices.ContainsFunc(m.stars, func(p string) bool { return fitsStars(c, p) }) ||
		slices.ContainsFunc(m.spans, func(s [2]string) bool {
			in, alike := inRange(c, babyshield.Range{From: s[0], To: s[1]})
			return in && alike
		})
}

// maxStars bounds the codes with stars, which are tried one by one.
const maxStars = 200

// newMatcher folds listed codes; stars and ranges are those of
// babyshield.RecalledProduct.
func newMatcher(list []string) matcher {
	var m matcher
	for _, s := range list {
		from, to, isRange := strings.Cut(s, " to ")
		c := code(from)
		switch {
		case c == "", standardPart(c):
		case isRange && code(to) != "":
			if len(m.spans) < maxStars {
				m.spans = append(m.spans, [2]string{c, code(to)})
			}
		case strings.Contains(s, "*"):
			m.stars = appendNew(m.stars, starred(s), maxStars)
		default:
			m.whole = append(m.whole, c)
		}
	}
	slices.Sort(m.whole)
	m.whole = slices.Compact(m.whole)
	return m
}

// starred folds a code and keeps the stars at its ends.
func starred(s string) string {
	c := code(s)
	if c == "" {
		return ""
	}
	if strings.HasPrefix(s, "*") {
		c = "*" + c
	}
	if strings.HasSuffix(s, "*") {
		c += "*"
	}
	return c
}

// maxMentioned is how many unannounced codes of a description are kept.
const maxMentioned = 60

// mentionedIn finds the codes in a description that no word announces: a label's
// text in quotes, the cells of a table. They are evidence where they agree.
func mentionedIn(r *babyshield.Recall) []string {
	var out []string
	for _, s := range sentences(clip(r.Details, maxText)) {
		for _, c := range codesIn(s, maxMentioned) {
			if mixedCode(c) && len(out) < maxMentioned {
				out = append(out, c)
			}
		}
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// listed says whether the code is one of those that the line lists.
func (l *line) listed(c string) bool {
	if l.models.has(c) || l.lots.has(c) {
		return true
	}
	return slices.ContainsFunc(l.dates, func(d dateCode) bool { return d.code == c || d.to == c }) ||
		slices.ContainsFunc(l.serials, func(r babyshield.Range) bool { return strings.Trim(r.From, "*") == c || r.To == c })
}

// maxTextWords is how many words of a description count as evidence.
const maxTextWords = 300

// Prepare folds a recall and its products, as given by Read or as stored.
func Prepare(r *babyshield.Recall, products []babyshield.RecalledProduct) *Recall {
	out := &Recall{published: r.Published.Last()}
	h := readTitle(r.Title)
	prose := proseOf(r.Details)
	title := words(h.product, maxNameWords)
	mentioned := mentionedIn(r)
	for i := range products[:min(len(products), maxLines)] {
		l := prepareLine(&products[i], title, prose)
		if len(r.Products) <= 1 {
			l.mentioned = slices.DeleteFunc(slices.Clone(mentioned), l.listed)
		}
		out.lines = append(out.lines, l)
	}
	for i := range out.lines {
		for _, k := range out.lines[i].keys(lineTextWords(&products[i], title, prose.words)) {
			out.index = append(out.index, keyLine{k, int32(i)})
		}
	}
	slices.SortFunc(out.index, func(a, b keyLine) int {
		return cmp.Or(cmp.Compare(a.key, b.key), cmp.Compare(a.line, b.line))
	})
	out.index = slices.Compact(out.index)
	for _, kl := range out.index {
		if n := len(out.keys); n == 0 || out.keys[n-1] != kl.key {
			out.keys = append(out.keys, kl.key)
		}
	}
	return out
}

func prepareLine(p *babyshield.RecalledProduct, title []string, prose prose) line {
	l := line{
		models: newMatcher(p.Models),
		lots:   newMatcher(p.Lots),
		dates:  newDateCodes(p.DateCodes, p.DateFormat),
		format: p.DateFormat,
		asins:  p.ASINs,
		sizes:  sizesOf(strings.Join(p.Sizes, ", ")),

		notModels:  newMatcher(p.Excluded.Models),
		notLots:    newMatcher(p.Excluded.Lots),
		notSerials: foldRanges(p.Excluded.Serials),
		made:       spanOf(p.Made),
		sold:       spanOf(babyshield.Period{From: p.Sold.From, To: p.Sold.To}),
		gtins:      slices.Compact(slices.Sorted(slices.Values(p.GTINs))),
		needs:      p.Scope.Fields,
		serials:    foldRanges(p.Serials),
	}
	for _, n := range append([]string{p.Brand}, p.Brands...) {
		if b := brandOf(n); b.known() {
			l.brands = append(l.brands, b)
		}
	}
	for _, s := range p.Sold.At {
		if b := brandOf(strings.TrimSuffix(strings.ToLower(s), ".com")); p.Sold.Only && b.known() && !sellerSet[b.joined] && len(l.brands) < maxBrands+2 {
			l.brands = append(l.brands, b) // what one shop alone sells goes by the shop's name
		}
		if b := brandOf(strings.TrimSuffix(strings.ToLower(s), ".com")); b.known() {
			l.soldAt = append(l.soldAt, b)
		}
	}
	l.obscure = !slices.ContainsFunc(l.brands, func(b brandName) bool { return knownBrand(b.joined) || b.broad })
	l.years, l.all = p.Years, p.Scope.All
	l.setWords(p, title, prose)
	return l
}

func foldRanges(list []babyshield.Range) []babyshield.Range {
	out := make([]babyshield.Range, 0, len(list))
	for _, r := range list {
		if from := starred(r.From); from != "" {
			out = append(out, babyshield.Range{From: from, To: starred(r.To)})
		}
	}
	return out
}

// dateCode is a listed date code: one, or a range as printed, with the days that
// it means where it is a date.
type dateCode struct {
	code, to  string
	low, high pair // of a range
	days      span
}

func newDateCodes(list []string, format string) []dateCode {
	out := make([]dateCode, 0, len(list))
	for _, s := range list {
		from, to, isRange := strings.Cut(s, " to ")
		d := dateCode{code: starred(from), to: code(to)}
		if d.code == "" {
			continue
		}
		if isRange {
			d.low, d.high = pairOf(from), pairOf(to)
		}
		first, ok := daysMeant(from, format)
		last, okLast := daysMeant(to, format)
		switch {
		case isRange && ok && okLast:
			d.days = span{first.from, last.to}
		case !isRange && ok:
			d.days = first
		}
		out = append(out, d)
	}
	return out
}

// daysMeant reads a date code by the notice's format, or as a date.
func daysMeant(s, format string) (span, bool) {
	if d, ok := codeDays(format, s); ok {
		return d, true
	}
	from, to, ok := NormalizeDate(s)
	return span{from, to}, ok
}

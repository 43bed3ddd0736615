package match

import (
	"cmp"
	"regexp"
	"slices"
	"strings"
	"unicode"

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
		case c == "":
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
	l.years = p.Years
	l.setWords(p, title, prose)
	return l
}

// lineTextWords are the stemmed kinds and names of a line's text in the order
// in which they say what it is: name, title, description.
func lineTextWords(p *babyshield.RecalledProduct, title, prose []string) []string {
	var out []string
	seen := map[string]bool{}
	for n, list := range [][]string{words(p.Name, maxNameWords), title, words(p.Category, 10), prose} {
		least := classCommon
		if n > 1 {
			least = classKind
		}
		for _, w := range list {
			w = stem(w)
			if c := classOf(w); c < least || seen[w] {
				continue
			}
			seen[w] = true
			if out = append(out, w); len(out) == maxTextWords {
				return out
			}
		}
	}
	return out
}

// maxCore is how many words of the names of a product are compared.
const maxCore = 24

// setWords takes the words of the product's names, and of the whole text.
func (l *line) setWords(p *babyshield.RecalledProduct, title []string, prose prose) {
	for _, name := range [][]string{words(p.Name, maxNameWords), title} {
		for _, w := range name {
			w = stem(w)
			x := newWord(w)
			switch {
			case x.c == classRare && prose.lower[w]:
				x.c = classCommon
			case x.c == classCommon && prose.upper[w] && !prose.lower[w]:
				x.c = classRare // "Hampshire" or "Petite": written as a name
			}
			if x.c != classStop && len(l.core) < maxCore && !slices.Contains(l.coreStems, w) {
				l.core, l.coreStems = append(l.core, x), append(l.coreStems, w)
			}
		}
		for _, h := range headsOf(name) {
			if !slices.Contains(l.heads, h) && len(l.heads) < 6 {
				l.heads = append(l.heads, h)
			}
		}
	}
	for _, h := range headsOf(words(involves(prose.text), 40)) {
		if !slices.Contains(l.heads, h) && len(l.heads) < 6 {
			l.heads = append(l.heads, h)
		}
	}
	for _, list := range [][]string{words(p.Name, maxNameWords), title, words(p.Category, 10), prose.words} {
		for _, w := range list {
			if w = stem(w); classOf(w) != classStop && len(l.text) < maxTextWords {
				l.text = append(l.text, wordHash(w))
			}
		}
	}
	slices.Sort(l.text)
	l.text = slices.Compact(l.text)
	l.kinds = kindsIn(slices.Concat(words(p.Name, maxNameWords), title))
	l.measures = measuresIn(p.Name, 12)
	l.prose = measuresIn(prose.text, maxMeasures)
	if l.colors = plainColors(words(strings.Join(p.Colors, " "), 60)); l.colors == nil {
		l.colors = plainColors(slices.Concat(words(p.Name, maxNameWords), prose.words))
	}
	l.named = designationsIn(p.Name, 20)
	for _, m := range p.Models {
		if c := code(m); len(l.named) < 60 && !slices.Contains(l.named, c) {
			l.named = append(l.named, c)
		}
	}
	l.tokens = slices.Concat(l.named, designationsIn(prose.text, 100))
	slices.Sort(l.tokens)
	l.tokens = slices.Compact(l.tokens)
	l.audience = audienceOf(slices.Concat(words(p.Name, maxNameWords), title))
	if l.audience == 0 {
		l.audience = audienceOf(prose.words)
	}
}

// prose is a description as words.
type prose struct {
	text  string
	words []string
	lower map[string]bool // stems of words that it writes in lower case: they describe, and are no names
	upper map[string]bool // stems of words that it writes with a capital
}

func proseOf(details string) prose {
	text := clip(details, maxText)
	p := prose{text: text, words: words(text, 1500), lower: map[string]bool{}, upper: map[string]bool{}}
	for w := range strings.FieldsFuncSeq(plain(text), func(r rune) bool { return !unicode.IsLetter(r) && r != '\'' }) {
		if f := foldWord(strings.ToLower(w)); f != "" {
			if isCapital(w[0]) {
				p.upper[stem(f)] = true
			} else {
				p.lower[stem(f)] = true
			}
		}
	}
	return p
}

// turns end the noun phrase of a name: what follows qualifies it.
var turns = set("with w for in including includes without sold from by fits compatible to on at and/or plus")

// headOf is the last kind of product in the first noun phrase of a name, as the
// pair of words that means it, if one does, and as the word: "hottub" and "tub".
func headOf(name []string) []string {
	var head []string
	for k, w := range name {
		if turns[w] && head != nil {
			break
		}
		if kinds := kindsAt(name, k); kinds != nil {
			head = kinds
		}
	}
	return head
}

// headsOf are the heads of the noun phrases that "and" and "or" join in a name.
func headsOf(name []string) []string {
	var out []string
	start := 0
	flush := func(end int) {
		out = append(out, headOf(name[start:end])...)
		start = end
	}
	for k, w := range name {
		if w == "and" || w == "or" {
			flush(k)
			start = k + 1
		} else if turns[w] {
			flush(k)
			return out
		}
	}
	flush(len(name))
	return out
}

var involvesRE = regexp.MustCompile(`(?i)\b(?:recall|expansion|alert|warning) (?:involves|includes|covers|concerns|is for|pertains to)\b([^.;:(]{3,200})`)

// involves is what the description says that the recall is about.
func involves(text string) string {
	m := involvesRE.FindStringSubmatch(clip(text, 2000))
	if m == nil {
		return ""
	}
	return m[1]
}

// firstPhrase is a name up to the first comma, bracket or dash: what comes after
// describes.
func firstPhrase(s string) string {
	s = plain(s)
	for _, sep := range []string{",", "(", ";", " - ", " w/", "/ "} {
		if a, _, ok := strings.Cut(s, sep); ok && strings.TrimSpace(a) != "" {
			s = a
		}
	}
	return s
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
	code, to string
	days     span
}

func newDateCodes(list []string, format string) []dateCode {
	out := make([]dateCode, 0, len(list))
	for _, s := range list {
		from, to, isRange := strings.Cut(s, " to ")
		d := dateCode{code: starred(from), to: code(to)}
		if d.code == "" {
			continue
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

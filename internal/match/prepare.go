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
	brands []brandName
	name   []word   // of the product's name, unique, in order
	head   uint64   // the noun that says what it is: "gliders" of "recliner and swivel gliders with USB port"
	text   []uint64 // sorted: kinds and names in name, title and description

	models    matcher
	mentioned []string // sorted: codes in the prose that nothing announces
	gtins     []string
	lots      matcher
	serials   []babyshield.Range // folded codes
	dates     []dateCode
	made      span
	sold      span
	soldAt    []brandName
	needs     []string // Scope.Fields
}

// word is a stemmed word, hashed, with its class and the kind that it is one of
// (a necklace is jewelry), if any.
type word struct {
	h      uint64
	family uint64
	c      class
}

func newWord(stem string) word {
	w := word{h: hash('t', stem), c: classOf(stem)}
	if f, ok := families[stem]; ok {
		w.family = hash('t', f)
	}
	return w
}

// matcher holds codes and the beginnings of codes.
type matcher struct {
	whole  []string // sorted
	prefix []string
}

func (m *matcher) empty() bool { return len(m.whole)+len(m.prefix) == 0 }

func (m *matcher) has(c string) bool {
	if c == "" {
		return false
	}
	if _, ok := slices.BinarySearch(m.whole, c); ok {
		return true
	}
	return slices.ContainsFunc(m.prefix, func(p string) bool { return strings.HasPrefix(c, p) })
}

// newMatcher folds listed codes; "KFP300*" stands for a beginning.
func newMatcher(list []string) matcher {
	var m matcher
	for _, s := range list {
		c := code(s)
		switch {
		case c == "":
		case strings.HasSuffix(s, "*"):
			m.prefix = appendNew(m.prefix, c, 200)
		default:
			m.whole = append(m.whole, c)
		}
	}
	slices.Sort(m.whole)
	m.whole = slices.Compact(m.whole)
	return m
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
const maxTextWords = 150

// Prepare folds a recall and its products, as given by Read or as stored.
func Prepare(r *babyshield.Recall, products []babyshield.RecalledProduct) *Recall {
	out := &Recall{published: r.Published.Last()}
	h := readTitle(r.Title)
	prose := words(clip(r.Details, maxText), 1500)
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
		for _, k := range out.lines[i].keys(lineTextWords(&products[i], title, prose)) {
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

func prepareLine(p *babyshield.RecalledProduct, title, prose []string) line {
	l := line{
		models:  newMatcher(p.Models),
		lots:    newMatcher(p.Lots),
		dates:   newDateCodes(p.DateCodes),
		made:    spanOf(p.Made),
		sold:    spanOf(babyshield.Period{From: p.Sold.From, To: p.Sold.To}),
		gtins:   slices.Compact(slices.Sorted(slices.Values(p.GTINs))),
		needs:   p.Scope.Fields,
		serials: foldRanges(p.Serials),
	}
	for _, n := range append([]string{p.Brand}, p.Brands...) {
		if b := brandOf(n); b.known() {
			l.brands = append(l.brands, b)
		}
	}
	for _, s := range p.Sold.At {
		if b := brandOf(strings.TrimSuffix(strings.ToLower(s), ".com")); b.known() {
			l.soldAt = append(l.soldAt, b)
		}
	}
	name := words(p.Name, maxNameWords)
	if len(name) == 0 {
		name = title
	}
	l.name = uniqueWords(name)
	l.head = headOf(name)
	for _, w := range lineTextWords(p, title, prose) {
		l.text = append(l.text, hash('t', w))
	}
	slices.Sort(l.text)
	return l
}

// lineTextWords are the stemmed kinds and names of a line's text in the order
// in which they say what it is: name, title, description.
func lineTextWords(p *babyshield.RecalledProduct, title, prose []string) []string {
	var out []string
	seen := map[string]bool{}
	for _, list := range [][]string{words(p.Name, maxNameWords), title, words(p.Category, 10), prose} {
		for _, w := range list {
			w = stem(w)
			if c := classOf(w); c < classKind || seen[w] {
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

// uniqueWords stems and classes words; stop words are left out.
func uniqueWords(list []string) []word {
	var out []word
	for _, w := range list {
		w = stem(w)
		x := newWord(w)
		if x.c != classStop && !slices.Contains(out, x) {
			out = append(out, x)
		}
	}
	return out
}

// turns end the noun phrase of a name: what follows qualifies it.
var turns = set("with w for in including includes without sold from by fits compatible to on at and/or plus")

// headOf is the hash of the last kind of product in the first noun phrase of a
// name, or 0.
func headOf(name []string) uint64 {
	head := ""
	for _, w := range name {
		if turns[w] && head != "" {
			break
		}
		if w = stem(w); classOf(w) == classKind {
			head = w
		}
	}
	if head == "" {
		return 0
	}
	return hash('t', head)
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
		from, to := code(r.From), code(r.To)
		if from == "" {
			continue
		}
		if strings.HasSuffix(r.From, "*") {
			from += "*"
		}
		out = append(out, babyshield.Range{From: from, To: to})
	}
	return out
}

// dateCode is a listed date code: one, or a range as printed, with the days that
// it means where it is a date.
type dateCode struct {
	code, to string
	days     span
}

func newDateCodes(list []string) []dateCode {
	out := make([]dateCode, 0, len(list))
	for _, s := range list {
		from, to, _ := strings.Cut(s, " to ")
		d := dateCode{code: code(from), to: code(to)}
		if a, b, ok := NormalizeDate(from); ok {
			d.days = span{a, b}
			if to != "" {
				_, last, ok := NormalizeDate(to)
				if !ok {
					d.days = span{}
				} else {
					d.days.to = last
				}
			}
		}
		if d.code != "" {
			out = append(out, d)
		}
	}
	return out
}

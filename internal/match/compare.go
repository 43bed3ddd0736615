package match

import (
	"slices"

	"github.com/babyshield/babyshield"
)

// Compare judges one recall and one item: the worst of the recall's lines. The
// verdict is "" where no line meets the item; Differ and Because then say what
// spoke against the nearest one, where there is one.
//
// It is a function of its arguments alone and safe for concurrent use.
func Compare(r *Recall, i *Item) babyshield.Judgement {
	var worst babyshield.Judgement
	best := -1.0
	for _, n := range r.candidates(i) {
		e := r.lines[n].weigh(i, r.published)
		j := e.judge()
		j.Line = int(n)
		if rank := e.rank(&j); rank > best {
			worst, best = j, rank
		}
	}
	return worst
}

// candidates are the lines that share a key with the item, in order.
func (r *Recall) candidates(i *Item) []int32 {
	if r.keyed {
		return oneLine
	}
	var lines []int32
	for _, k := range i.keys {
		at, ok := slices.BinarySearchFunc(r.index, k, func(kl keyLine, k int64) int {
			switch {
			case kl.key < k:
				return -1
			case kl.key > k:
				return 1
			}
			return 0
		})
		for ok && at < len(r.index) && r.index[at].key == k {
			lines = append(lines, r.index[at].line)
			at++
		}
	}
	slices.Sort(lines)
	return slices.Compact(lines)
}

var oneLine = []int32{0}

// level is how well the names agree.
type level uint8

const (
	levelNone   level = iota
	levelWeak         // a word or two
	levelMedium       // the same sort of thing
	levelStrong       // the words that tell this product from its siblings
)

// evidence is what was found of one line and one item.
type evidence struct {
	line *line
	item *Item

	brand       fit
	brandKnown  bool // the brand field names one
	broad       bool // the brand makes many kinds of things
	houseBrand  bool // the brand field names one of the line's sellers
	gtin        relation
	model       relation
	modelCode   string // the code that agrees
	modelInName bool   // it stands in the item's name
	name        level
	names       nameEvidence
	accessory   bool

	designation, color, audience, exclusive relation
	measure, named                          relation // measures against all of the text, and against the names alone

	units  [4]relation // lot, serial, date_code, made
	years  relation    // model years
	size   relation    // of clothes, beds and the like
	asin   relation
	bought relation
	late   relation // differs: bought after the end of sales
}

// unitFields are the item keys of evidence.units.
var unitFields = [4]string{"lot", "serial", "date_code", "made"}

// weigh gathers the evidence.
func (l *line) weigh(i *Item, published babyshield.Day) evidence {
	e := evidence{line: l, item: i}
	b := e.weighBrand()
	e.broad = b != nil && b.broad
	e.weighCodes()
	e.weighName(b)
	e.units = l.weighUnits(i)
	e.years = relateYears(i.years, l.years)
	e.size = relateSizes(i.sizes, l.sizes)
	e.bought, e.late = l.weighBought(i, published)
	e.name = e.level()
	return e
}

// weighBrand finds the line's brand that fits best: in the brand field, else
// anywhere in the name, else as the shop. It returns that brand.
func (e *evidence) weighBrand() *brandName {
	var best *brandName
	i := e.item
	e.brandKnown = i.brand.known()
	for n := range e.line.soldAt {
		e.houseBrand = e.houseBrand || e.line.soldAt[n].fits(&i.brand) >= fitContain
	}
	inName := fitFull
	if e.brandKnown && !e.houseBrand && !e.line.saysAll(&i.brand) {
		inName = fitPartly // the brand field names another: a licence, a look-alike, a thing for it
	}
	for _, where := range []func(*brandName) fit{
		func(b *brandName) fit { return b.fits(&i.brand) },
		func(b *brandName) fit { return min(b.inName(i.raw), inName) },
		func(b *brandName) fit {
			if e.brandKnown {
				return fitNone
			}
			return min(b.fits(&i.seller), fitContain)
		},
	} {
		for n := range e.line.brands {
			if f := where(&e.line.brands[n]); f > e.brand {
				e.brand, best = f, &e.line.brands[n]
			}
		}
		if e.brand >= fitContain {
			return best
		}
	}
	return best
}

// saysAll says whether the line's text has all words of a brand.
func (l *line) saysAll(b *brandName) bool {
	return !slices.ContainsFunc(b.hashes, func(h uint32) bool { return !l.hasText(h) })
}

// inName looks for the brand in folded words: all of it, or (partly) the word
// that stands for it.
func (b *brandName) inName(raw []string) fit {
	best := fitNone
	for i := range raw {
		joined := ""
		for n := 0; n < maxBrandWords && i+n < len(raw) && len(joined) < len(b.joined); n++ {
			if w := raw[i+n]; w != "and" {
				joined += w
			}
			if joined == b.joined && (len(b.words) > 1 || nameLike(b.words[0]) || i == 0) {
				return fitContain
			}
		}
		for _, f := range b.forms[1:] {
			if raw[i] == f || i+1 < len(raw) && raw[i]+raw[i+1] == f {
				best = fitPartly
				if len(b.words) >= 3 && f == b.words[0]+b.words[1] {
					return fitContain
				}
			}
		}
	}
	return best
}

// weighName measures how far the names agree, without the words that say who
// made or sold it; b is the brand that was found.
func (e *evidence) weighName(b *brandName) {
	l, i := e.line, e.item
	e.names = l.weighNames(i, func(h uint32) bool { return e.saysWho(b, h) })
	e.accessory = l.serves(i) || (!e.names.headIn || e.names.modifier) && slices.ContainsFunc(i.accessory, l.strangePart)
	e.exclusive = relateExclusive(i.words, i.raw, l.coreStems)
	e.designation = relateDesignations(i.tokens, l.named, l.tokens)
	e.color = relateColors(i.colors, l.colors)
	e.audience = relateAudience(i.audience, l.audience)
	e.measure, e.named = l.weighMeasures(i)
}

// strangePart says whether a word makes an item a part of the line's product: not
// where the line has the word, nor where the line's product is such a part itself
// ("fits", "replacement").
func (l *line) strangePart(w string) bool {
	return !l.says(w) && (accessoryNouns[w] || !slices.ContainsFunc(l.heads, func(h string) bool { return accessoryNouns[h] }))
}

// serves says whether the item is something for the line's product: what comes
// before "for" or "fits" is another kind of thing, and what comes behind is named
// by the line.
func (l *line) serves(i *Item) bool {
	if i.forAt < 1 {
		return false
	}
	if in, modifier := l.headAmong(i.raw[:i.forAt]); in && !modifier {
		return false
	}
	for _, w := range i.raw[i.forAt+1:] {
		s := stem(w)
		if slices.Contains(l.coreStems, s) || l.isHead(s) || l.models.has(code(w)) || slices.ContainsFunc(l.brands, func(b brandName) bool { return slices.Contains(b.words, w) }) {
			return true
		}
	}
	return false
}

// weighMeasures compares the item's measures with those of all of the line's
// text, and with those of its names alone.
func (l *line) weighMeasures(i *Item) (all, named relation) {
	exact, rough := relateMeasures(i.measures, l.measures)
	named = max(exact, rough)
	exact, rough = relateMeasures(i.measures, slices.Concat(l.measures, l.prose))
	all = max(exact, rough)
	return all, named
}

// saysWho says whether the word is one of the brand that was found, as far as
// the item's brand field has it, or of the shop.
func (e *evidence) saysWho(b *brandName, h uint32) bool {
	if e.item.brand.known() {
		return e.item.brand.hasWord(h)
	}
	return b.hasWord(h) || e.item.seller.hasWord(h)
}

// points is how well the words, measures, colours and dates of the item agree
// with the line. The brand and listed codes are judged apart. The points were set
// by hand after a fit on labelled pairs of our own, about other recalls than those
// that the figures in the README come from.
func (e *evidence) points() float64 {
	n := &e.names
	p := -0.9 + 1.1*min(n.inText, 4)/4
	if n.total > 0 {
		p += 0.55 * min(1, n.hit/min(n.total, maxNameWeight))
	}
	if n.own > 0 {
		p += 1.1 * min(1, n.inText/min(n.own, maxOwnWeight))
	}
	strange := n.strangeNames + n.strangeKinds + n.strangeOther
	if n.terms > manyTerms { // whoever tells much tells of other things too
		strange *= manyTerms / float64(n.terms)
	}
	p -= 0.36 * min(strange, 4)
	for _, c := range []struct {
		is     bool
		points float64
	}{
		{!e.brandKnown, 0.7}, // who writes the brand into the name writes what it is
		{e.line.obscure, 0.2},
		{e.line.obscure && n.head >= kinRelated, 0.6},
		{n.names > 0 && n.nameHits == n.names, 0.25},
		{n.names > 0 && n.nameHits == 0 && strange >= 0.9, -0.5}, // another line of the brand
		{n.head == kinUnrelated, -0.5},
		{n.head == kinUnknown, -0.3},
		{n.strangeHead, -0.7},
		{e.accessory, -1.2},
		{e.broad, -0.9},
		{e.broad && n.nameHits > 0, -0.4},
		{e.designation == agrees, 0.55},
		{e.measure == agrees, 0.7},
		{e.bought == agrees, 0.15},
	} {
		if c.is {
			p += c.points
		}
	}
	return p - 2.1*float64(min(e.contradictions(), 2))
}

// contradictions counts the details, other than those of the scope, that speak of
// another product.
func (e *evidence) contradictions() int {
	n := 0
	for _, r := range []relation{e.designation, e.measure, e.named, e.color, e.audience, e.exclusive, e.years, e.late} {
		if r == differs {
			n++
		}
	}
	if e.line.denied(e.item) {
		n++
	}
	return n
}

// denied says whether the item says of itself that it is not what a word of the
// line's names says: "non electric", "without feet".
func (l *line) denied(i *Item) bool {
	for k := range max(0, len(i.raw)-1) {
		if denials[i.raw[k]] && slices.Contains(l.coreStems, stem(i.raw[k+1])) {
			return true
		}
	}
	return false
}

var denials = set("non not no without")

// manyTerms is how many telling words a name has that only names.
const manyTerms = 8

// maxOwnWeight caps the weight of an item's name that the line's text must have:
// market places' titles are stuffed with words.
const maxOwnWeight = 6

// maxNameWeight caps the weight of a line's name that an item must share in: the
// name of packed food is its whole label, and nobody writes that down.
const maxNameWeight = 4

// level turns the points into a level.
func (e *evidence) level() level {
	if e.names.own == 0 {
		return levelNone // a brand alone
	}
	switch p := e.points(); {
	case p >= pointsStrong:
		return levelStrong
	case p >= pointsMedium:
		return levelMedium
	case p >= pointsWeak:
		return levelWeak
	}
	return levelNone
}

// The points from which names agree so far.
const (
	pointsStrong = 0.9
	pointsMedium = -0.2
	pointsWeak   = -0.8
)

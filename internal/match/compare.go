package match

import (
	"slices"
	"strings"

	"github.com/babyshield/babyshield"
)

// Days of grace. An owner's memory of a purchase is a month out easily; goods
// stay on sale and change hands for years after a recall, but not for ever.
const (
	graceBefore = 31
	graceAfter  = 3 * 365
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

	brand      fit
	brandKnown bool // the brand field names one
	houseBrand bool // the brand field names one of the line's sellers
	gtin       relation
	model      relation
	modelCode  string // the code that agrees
	name       level
	accessory  bool

	units  [4]relation // lot, serial, date_code, made
	bought relation
}

// unitFields are the item keys of evidence.units.
var unitFields = [4]string{"lot", "serial", "date_code", "made"}

// weigh gathers the evidence.
func (l *line) weigh(i *Item, published babyshield.Day) evidence {
	e := evidence{line: l, item: i}
	b := e.weighBrand()
	e.weighCodes()
	e.weighName(b)
	e.units = l.weighUnits(i)
	e.bought = l.weighBought(i, published)
	return e
}

// weighBrand finds the line's brand that fits best: in the brand field, else
// anywhere in the name, else as the shop. It returns that brand.
func (e *evidence) weighBrand() *brandName {
	var best *brandName
	i := e.item
	e.brandKnown = i.brand.known()
	for _, where := range []func(*brandName) fit{
		func(b *brandName) fit { return b.fits(&i.brand) },
		func(b *brandName) fit { return b.inName(i.raw) },
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
	for n := range e.line.soldAt {
		e.houseBrand = e.houseBrand || e.line.soldAt[n].fits(&i.brand) >= fitContain
	}
	return best
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

// weighCodes compares barcodes and models. A model field that holds a code which
// is not listed differs; a code inside a name only ever agrees.
func (e *evidence) weighCodes() {
	l, i := e.line, e.item
	if len(l.gtins) > 0 && len(i.gtins) > 0 {
		e.gtin = differs
		if slices.ContainsFunc(i.gtins, func(g string) bool { return slices.Contains(l.gtins, g) }) {
			e.gtin = agrees
		}
	}
	for _, list := range [][]string{i.models, i.nameCodes} {
		for _, c := range list {
			if _, mentioned := slices.BinarySearch(l.mentioned, c); len(c) >= 2 && l.models.has(c) || mentioned {
				e.model, e.modelCode = agrees, c
				return
			}
		}
	}
	if i.hasModel && (!l.models.empty() || slices.ContainsFunc(l.mentioned, func(m string) bool { return shape(m) == shape(i.models[0]) })) {
		e.model = differs
	}
}

// overlap is what two names have in common, without the words of the brand.
type overlap struct {
	total, hit  float64 // weight of the line's name, and of what the item has of it
	names       int     // words of the line's name that look like names
	nameHits    int
	kindHits    int
	own, inText float64 // weight of the item's words, and of those in the line's text
	strange     int     // names of the item that the line's text does not have
}

// weighName measures how far the names agree, without the words of the brand
// that was found.
func (e *evidence) weighName(b *brandName) {
	l, i := e.line, e.item
	o := overlapOf(l, i, b)
	e.name = o.level()
	// The line has a name of its own and the item has another: a sibling.
	if o.names > 0 && o.nameHits == 0 && o.strange > 0 && e.name > levelNone {
		e.name--
	}
	// Another sort of thing of the same name.
	if e.name > levelWeak && l.head != 0 && i.head != 0 && !i.has(l.head) && !l.inText(word{h: i.head}) {
		e.name = levelWeak
	}
	if b != nil && b.broad && o.names == 0 && e.name == levelStrong && o.hit < o.total*0.8 {
		e.name = levelMedium
	}
	e.accessory = slices.ContainsFunc(i.accessory, func(h uint64) bool { return !l.hasWord(h) })
}

func overlapOf(l *line, i *Item, b *brandName) overlap {
	var o overlap
	for _, w := range l.name {
		if b.hasWord(w.h) {
			continue
		}
		o.total += w.c.weight()
		has := i.has(w.h) || w.family != 0 && i.hasFamily(w.family)
		if w.c == classRare {
			o.names++
		}
		if !has {
			continue
		}
		o.hit += w.c.weight()
		switch w.c {
		case classRare:
			o.nameHits++
		case classKind:
			o.kindHits++
		default:
		}
	}
	for _, w := range i.name {
		if w.c < classKind || b.hasWord(w.h) || i.brand.hasWord(w.h) {
			continue
		}
		o.own += w.c.weight()
		if l.inText(w) {
			o.inText += w.c.weight()
		} else if w.c == classRare {
			o.strange++
		}
	}
	return o
}

// maxNameWeight caps the weight of a line's name that an item must share in: the
// name of packed food is its whole label, and nobody writes that down.
const maxNameWeight = 8

// level turns the shares into a level.
func (o *overlap) level() level {
	total := min(o.total, maxNameWeight)
	switch {
	case o.hit >= 0.6*total && o.hit > 0 && o.nameHits+o.kindHits > 0:
		return levelStrong
	case o.nameHits > 0 && o.hit >= 0.3*total,
		o.kindHits > 0 && o.hit >= 0.25*total,
		o.own > 0 && o.inText >= 0.6*o.own && o.inText >= 3:
		return levelMedium
	case o.nameHits+o.kindHits > 0, o.inText >= 2:
		return levelWeak
	}
	return levelNone
}

func (it *Item) has(h uint64) bool {
	return slices.ContainsFunc(it.name, func(w word) bool { return w.h == h })
}

// hasFamily says whether the item names any member of a family of kinds.
func (it *Item) hasFamily(f uint64) bool {
	return slices.ContainsFunc(it.name, func(w word) bool { return w.family == f || w.h == f })
}

// inText says whether the line's text has the word, or names its family.
func (l *line) inText(w word) bool {
	_, ok := slices.BinarySearch(l.text, w.h)
	if !ok && w.family != 0 {
		_, ok = slices.BinarySearch(l.text, w.family)
	}
	return ok
}

func (l *line) hasWord(h uint64) bool {
	if _, ok := slices.BinarySearch(l.text, h); ok {
		return true
	}
	return slices.ContainsFunc(l.name, func(w word) bool { return w.h == h })
}

// weighUnits compares what bounds the line among units of one model.
func (l *line) weighUnits(i *Item) [4]relation {
	var u [4]relation
	if !l.lots.empty() && i.lot != "" {
		u[0] = differs
		if l.lots.has(i.lot) {
			u[0] = agrees
		}
	}
	u[1] = l.weighSerial(i.serial)
	u[2] = l.weighDateCode(i.dateCode, i.dateDays)
	u[3] = i.made.relate(l.made)
	// People write a batch into the serial field and the like: a listed code
	// agrees wherever it stands.
	if !l.lots.empty() {
		if u[1] == unknown && l.lots.has(i.serial) {
			u[1] = agrees
		}
		if u[2] == unknown && l.lots.has(i.dateCode) {
			u[2] = agrees
		}
	}
	if u[0] == unknown && i.lot != "" {
		if l.weighDateCode(i.lot, span{}) == agrees || l.weighSerial(i.lot) == agrees {
			u[0] = agrees
		}
	}
	// What is bought before the first unit was made is none of them.
	if u[3] == unknown && l.made.from != "" && i.bought.to != "" && i.bought.to < addDays(l.made.from, -graceBefore) {
		u[3] = differs
	}
	return u
}

// weighSerial places a serial number in the listed ranges. Numbers of another
// shape cannot be compared.
func (l *line) weighSerial(s string) relation {
	if s == "" || len(l.serials) == 0 {
		return unknown
	}
	out := straddle
	for _, r := range l.serials {
		switch in, alike := inRange(s, r); {
		case in:
			return agrees
		case alike:
			out = differs
		}
	}
	return out
}

// inRange says whether s is in r, and whether that can be said. Where the range
// is of the last digits ("last 8 of the VIN"), the end of s is compared.
func inRange(s string, r babyshield.Range) (in, alike bool) {
	if p, ok := strings.CutSuffix(r.From, "*"); ok {
		return strings.HasPrefix(s, p), true
	}
	if r.To == "" {
		return s == r.From, shape(s) == shape(r.From)
	}
	if len(s) > len(r.From) && len(r.From) >= 6 {
		s = s[len(s)-len(r.From):]
	}
	if shape(s) != shape(r.From) || shape(s) != shape(r.To) {
		return false, false
	}
	return r.From <= s && s <= r.To, true
}

// weighDateCode finds a date code in the list: the same code, or, where both are
// dates, a day inside. A number inside a printed range agrees; one outside of it
// proves nothing, since each maker counts weeks, days and years its own way.
func (l *line) weighDateCode(c string, days span) relation {
	if c == "" || len(l.dates) == 0 {
		return unknown
	}
	out := differs
	for _, d := range l.dates {
		switch {
		case d.to == "" && d.code == c:
			return agrees
		case d.days.known() && days.known():
			switch days.relate(d.days) {
			case agrees:
				return agrees
			case straddle:
				out = straddle
			case unknown, differs:
			}
		case d.to != "" && isNumber(c) && isNumber(d.code) && len(c) == len(d.code) && len(c) == len(d.to) && d.code <= c && c <= d.to:
			return agrees
		case d.to != "":
			out = straddle
		}
	}
	return out
}

// weighBought places the purchase in the time of sale: clearly before it, or
// long after the recall, is outside. Second-hand purchases in between are not.
func (l *line) weighBought(i *Item, published babyshield.Day) relation {
	b := i.bought
	switch {
	case !b.known():
		return unknown
	case l.sold.from != "" && b.to < addDays(l.sold.from, -graceBefore):
		return differs
	case published != "" && b.from > addDays(max(published, l.sold.to), graceAfter):
		return differs
	}
	if r := b.relate(l.sold); r == agrees {
		return agrees
	}
	return unknown
}

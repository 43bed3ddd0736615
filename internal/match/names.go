package match

import (
	"slices"
	"strings"
)

// word is a stemmed word, hashed, with its class. Of two different words one in
// four thousand million have one hash; that shifts the share of one name by one
// word.
type word struct {
	h uint32
	c class
}

func wordHash(stem string) uint32 { return uint32(hash('t', stem)) }

func newWord(stem string) word { return word{wordHash(stem), classOf(stem)} }

// itemWord is a word of an item's name with where it stands.
type itemWord struct {
	word

	stem string
	late bool // behind the first comma, bracket or dash: it describes, or is the owner's note
}

// itemWords are the words of a name, stemmed and unique, without stop words.
func itemWords(name, model string) []itemWord {
	var out []itemWord
	late := false
	add := func(text string) {
		for _, w := range words(text, maxNameWords-len(out)) {
			s := stem(w)
			if x := newWord(s); x.c != classStop && !slices.ContainsFunc(out, func(o itemWord) bool { return o.h == x.h }) {
				out = append(out, itemWord{x, s, late})
			}
		}
	}
	for i, part := range segments(name) {
		late = i > 0
		add(part)
	}
	late = false
	add(model)
	return out
}

// segments splits a name at its commas, brackets and free-standing dashes.
func segments(s string) []string {
	s = strings.NewReplacer(" - ", "\x00", " / ", "\x00", " | ", "\x00").Replace(plain(s))
	return strings.FieldsFunc(s, func(r rune) bool { return strings.ContainsRune(",;()[]\x00", r) })
}

// nameEvidence is what the words of an item say about the product of a line. The
// words of the brand are left out everywhere.
type nameEvidence struct {
	head kinship // of what the item names to what the line is
	any  kinship // of what the item names to any kind in the line's names

	total, hit      float64 // weight of the line's name, and of what the item has of it
	names, nameHits int     // words of the line's name that look like names
	kindHits        int

	own, inText  float64 // weight of the item's words, and of those in the line's text
	strangeNames float64 // names of the item that the line's text does not have
	strangeKinds float64
	strangeOther float64 // ordinary words
	headIn       bool    // the item names what the line is
	modifier     bool    // it does so before another noun: "stroller fan"
	strangeHead  bool    // what the item says it is occurs nowhere in the line's text
	terms        int     // words of the item that say anything
}

// weighNames compares the names. skip are words that say who made or sold it.
func (l *line) weighNames(i *Item, skip func(h uint32) bool) nameEvidence {
	var n nameEvidence
	hits := make([]bool, len(l.core))
	n.weighItem(l, i, skip, hits)
	for k, w := range l.core {
		if skip(w.h) {
			continue
		}
		n.total += w.c.weight()
		if w.c == classRare {
			n.names++
		}
		if !hits[k] {
			continue
		}
		n.hit += w.c.weight()
		switch w.c {
		case classRare:
			n.nameHits++
		case classKind:
			n.kindHits++
		default:
		}
	}
	n.headIn, n.modifier = l.headIn(i)
	n.head, n.any = nearest(i.kinds, l.heads), nearest(i.kinds, l.kinds)
	n.strangeHead = (!n.headIn || n.modifier) && len(i.heads) > 0 && n.head < kinSibling && !l.says(i.heads[len(i.heads)-1])
	return n
}

// weighItem goes through the item's words and notes which words of the line's
// name they hit.
func (n *nameEvidence) weighItem(l *line, i *Item, skip func(h uint32) bool, hits []bool) {
	for k := range i.words {
		w := &i.words[k]
		if skip(w.h) {
			continue
		}
		found := false
		for c := range l.core {
			if l.core[c].h == w.h {
				hits[c], found = true, true
			}
		}
		if !found {
			found = l.hitsRelated(w, hits) || l.hitsCompound(i, k, hits) || l.says(w.stem) || l.knowsCode(w.stem)
		}
		if !found && ownerWords[w.stem] {
			continue
		}
		weight := w.c.weight()
		if w.late && !found {
			weight *= lateShare
		}
		n.own += weight
		if w.c >= classCommon {
			n.terms++
		}
		switch {
		case found:
			n.inText += weight
		case w.c == classRare:
			n.strangeNames += weight / classRare.weight()
		case w.c == classKind:
			n.strangeKinds += weight
		case w.c == classCommon:
			n.strangeOther += weight / classCommon.weight()
		}
	}
}

// knowsCode says whether a word of a name is a code that the line lists.
func (l *line) knowsCode(w string) bool {
	return hasDigit(w) && (l.models.has(code(w)) || l.hasToken(code(w)))
}

func (l *line) hasToken(c string) bool {
	_, ok := slices.BinarySearch(l.tokens, c)
	return ok
}

// lateShare is the weight of a word behind the first phrase of a name.
const lateShare = 0.5

// hitsRelated notes the kinds of the line's name that mean the same as w or of
// which the one is a kind of the other, and names that differ in one letter.
func (l *line) hitsRelated(w *itemWord, hits []bool) bool {
	found := false
	for c, s := range l.coreStems {
		switch {
		case w.c == classKind && l.core[c].c == classKind && sameKind(w.stem, s) >= kinRelated,
			w.c == classRare && l.core[c].c == classRare && oneLetterOff(w.stem, s):
			hits[c], found = true, true
		}
	}
	return found
}

// hitsCompound finds "tree house" where the line says "treehouse", and the other
// way round.
func (l *line) hitsCompound(i *Item, k int, hits []bool) bool {
	w := i.words[k].stem
	for _, other := range []int{k - 1, k + 1} {
		if other < 0 || other >= len(i.words) {
			continue
		}
		joined := wordHash(i.words[min(k, other)].stem + i.words[max(k, other)].stem)
		for c := range l.core {
			if l.core[c].h == joined {
				hits[c] = true
				return true
			}
		}
		if l.hasText(joined) {
			return true
		}
	}
	for at := 3; at <= len(w)-3; at++ {
		a, b := wordHash(w[:at]), wordHash(stem(w[at:]))
		if !l.hasText(a) || !l.hasText(b) {
			continue
		}
		for c := range l.core {
			if l.core[c].h == a || l.core[c].h == b {
				hits[c] = true
			}
		}
		return true
	}
	return false
}

// says says whether the line's text has the word.
func (l *line) says(stem string) bool { return l.hasText(wordHash(stem)) }

func (l *line) hasText(h uint32) bool {
	_, ok := slices.BinarySearch(l.text, h)
	return ok
}

// nearest is the nearest kinship of any kind in a name to one of the line's.
func nearest(kinds, to []string) kinship {
	best := kinUnknown
	for _, k := range to {
		best = max(best, bestKinship(kinds, k))
	}
	return best
}

// oneLetterOff says whether two words of six letters and more differ by one
// letter more, less, other or exchanged with its neighbour.
func oneLetterOff(a, b string) bool {
	if len(a) > len(b) {
		a, b = b, a
	}
	if len(a) < 5 || len(b) < 6 || len(b)-len(a) > 1 || a[0] != b[0] || hasDigit(a) || hasDigit(b) {
		return false
	}
	n := 0
	for n < len(a) && a[n] == b[n] {
		n++
	}
	if len(a) < len(b) {
		return a[n:] == b[n+1:]
	}
	if n == len(a) {
		return true
	}
	return a[n+1:] == b[n+1:] || n+1 < len(a) && a[n] == b[n+1] && a[n+1] == b[n] && a[n+2:] == b[n+2:]
}

// ownerWords are what owners add for themselves: rooms, people, occasions, state.
var ownerWords = set(`gift bday birthday grandma grandpa granny nana mom mommy dad daddy aunt uncle cousin sister brother neighbor friend
	opened left half receipt say tag label sticker stamped badge printed print stock bin classroom closet hall hallway upstair downstair basement garage attic
	shed porch church daycare preschool kindergarten playground park field elem elementary north south east west donated donation
	thrift goodwill craigslist facebook marketplace ebay order invoice work great clean dirty broken missing scratch worn sealed box bought got
	bathrm bdrm rm crib shower spare unit bay district clinic office barn cabin lake cottage van trunk loaner rental demo display
	ship shipping fast lot bundle estate sale listing obo firm pickup pick local cash condition mint vgc`)

// headIn says whether the item names what the line is, and whether it does so
// only before another noun that the line does not know: "stroller fan".
func (l *line) headIn(i *Item) (in, modifier bool) { return l.headAmong(i.raw) }

func (l *line) headAmong(raw []string) (in, modifier bool) {
	for k := range raw {
		if !slices.ContainsFunc(kindsAt(raw, k), l.isHead) {
			continue
		}
		in = true
		if k+1 < len(raw) {
			next := stem(raw[k+1])
			if classOf(next) == classKind && !l.says(next) && !slices.ContainsFunc(kindsAt(raw, k+1), l.isHead) {
				modifier = true
				continue
			}
		}
		return true, false
	}
	return in, modifier
}

// isHead says whether a kind is what the line is, or a kind of it.
func (l *line) isHead(kind string) bool {
	return slices.ContainsFunc(l.heads, func(h string) bool { return sameKind(kind, h) >= kinRelated })
}

// kindsAt are the kinds that end at word k: the word, and the pair that it ends.
func kindsAt(raw []string, k int) []string {
	var out []string
	s := stem(raw[k])
	if k > 0 {
		if pair, ok := joinKind(stem(raw[k-1]), s); ok {
			out = append(out, pair)
		}
	}
	if classOf(s) == classKind {
		out = append(out, s)
	}
	return out
}

// colorNames are the plain colours, each with the one that it may be taken for.
// Makers' names for shades say nothing.
var colorNames = map[string]string{
	"black": "black", "white": "white", "ivory": "white", "cream": "white", "red": "red", "burgundy": "red", "maroon": "red",
	"blue": "blue", "navy": "blue", "turquoise": "blue", "teal": "blue", "green": "green", "olive": "green", "mint": "green",
	"yellow": "yellow", "gold": "yellow", "pink": "pink", "rose": "pink", "coral": "pink", "peach": "pink",
	"purple": "purple", "lavender": "purple", "orange": "orange", "brown": "brown", "bronze": "brown", "copper": "brown",
	"beige": "brown", "tan": "brown", "khaki": "brown", "gray": "gray", "silver": "gray", "charcoal": "gray",
}

// plainColors gives the plain colours among folded words.
func plainColors(ws []string) []string {
	var out []string
	for _, w := range ws {
		if c := colorNames[stem(w)]; c != "" && !slices.Contains(out, c) {
			out = append(out, c)
		}
	}
	return out
}

// otherColor stands among the colours of a line for those that are none of
// colorNames ("espresso"): any colour may be one.
const otherColor = "other"

// lineColors are the plain colours that a notice lists.
func lineColors(list []string) []string {
	out := plainColors(words(strings.Join(list, " "), 60))
	if slices.ContainsFunc(list, func(c string) bool { return plainColors(words(c, 8)) == nil }) {
		out = append(out, otherColor)
	}
	return out
}

// relateColors says whether the item's colour is one that the line's text names.
func relateColors(item, line []string) relation {
	switch {
	case len(item) == 0 || len(line) == 0:
		return unknown
	case slices.ContainsFunc(item, func(c string) bool { return slices.Contains(line, c) }):
		return agrees
	case slices.Contains(line, otherColor):
		return unknown
	}
	return differs
}

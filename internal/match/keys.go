package match

import (
	"slices"
	"strings"
)

// Caps on the keys of one side. A line's listed codes are one key each and do
// not count against maxLineKeys.
const (
	maxItemKeys = 48
	maxLineKeys = 200
	maxLotKeys  = 1000
	maxForms    = 10
	brandWords0 = 8 // words of an item that are joined with its brand
)

// Keys are the recall's keys, sorted and unique.
func (r *Recall) Keys() []int64 { return slices.Clone(r.keys) }

// Keys are the item's keys, sorted and unique.
func (it *Item) Keys() []int64 { return slices.Clone(it.keys) }

// longLot is a lot that may stand alone as a key: letters and digits, at least
// seven of them.
func longLot(s string) bool { return len(s) >= 7 && mixedCode(s) }

func lotKey(s string) int64         { return int64(hash('l', s)) }
func gtinKey(g string) int64        { return int64(hash('g', g)) }
func modelKey(c string) int64       { return int64(hash('m', c)) }
func shortKey(form, c string) int64 { return int64(hash('s', form, c)) }
func brandKey(form string) int64    { return int64(hash('b', form)) }
func kindKey(form string, kind uint32) int64 {
	return int64(hash('k', form, string(rune(kind>>16)), string(rune(kind&0xffff))))
}
func wordKey(form, word string) int64 { return int64(hash('w', form, word)) }

// forms of all brands of the line, best first.
func (l *line) forms() []string {
	var out []string
	for i := range l.brands {
		for _, f := range l.brands[i].forms {
			if len(out) < maxForms && !slices.Contains(out, f) {
				out = append(out, f)
			}
		}
	}
	return out
}

// keys of a line: text gives its words, most telling first.
func (l *line) keys(text []string) []int64 {
	forms := l.forms()
	var out []int64
	for _, g := range l.gtins {
		out = append(out, gtinKey(g))
	}
	for _, a := range l.asins {
		out = append(out, gtinKey(a))
	}
	lots := 0
	for _, s := range l.lots.whole {
		if longLot(s) && lots < maxLotKeys {
			lots++
			out = append(out, lotKey(s))
		}
	}
	for _, m := range l.mentioned {
		out = append(out, modelKey(m))
	}
	short := 0
	for _, m := range l.models.whole {
		if strongCode(m) {
			out = append(out, modelKey(m))
			continue
		}
		for _, f := range forms {
			if short < maxLineKeys/2 {
				short++
				out = append(out, shortKey(f, m))
			}
		}
	}
	for _, f := range forms {
		if !broadSet[f] {
			out = append(out, brandKey(f))
		}
	}
	n := short
	for _, g := range l.kindGroups() {
		for _, f := range forms {
			if n < maxLineKeys {
				n++
				out = append(out, kindKey(f, g))
			}
		}
	}
	for _, w := range text {
		for _, f := range forms {
			if n == maxLineKeys {
				return out
			}
			if w != f {
				n++
				out = append(out, wordKey(f, w))
			}
		}
	}
	return out
}

// aloneBrand says whether a word of a name is distinctive enough to be a key by
// itself: no ordinary word, and none of the brands that are known because they
// make many things.
func aloneBrand(form string) bool {
	return len(form) >= 3 && !broadSet[form] && !knownBrand(form) && nameLike(form)
}

// kindGroups are the kinds of what the line is, and what these are kinds of.
func (l *line) kindGroups() []uint32 { return kindKeysOf(slices.Concat(l.heads, l.kinds)) }

// maxKindKeys bounds the kinds of one side.
const maxKindKeys = 12

func kindKeysOf(heads []string) []uint32 {
	var out []uint32
	for _, h := range heads {
		for _, g := range kindsOf(h) {
			if len(out) < maxKindKeys && !slices.Contains(out, g) {
				out = append(out, g)
			}
		}
	}
	return out
}

// kindGroups are the kinds that an item names, its head's first.
func (it *Item) kindGroups() []uint32 {
	heads := slices.Clone(it.heads)
	for k := range it.raw {
		heads = append(heads, kindsAt(it.raw, k)...)
	}
	list := kindKeysOf(heads)
	return list[:min(4, len(list))]
}

// makeKeys gives an item's keys, sorted and unique. Codes come first, then
// brand and words: kinds before names, since a recall always names the kind.
func (it *Item) makeKeys() []int64 {
	var out []int64
	add := func(k int64) {
		if len(out) < maxItemKeys && !slices.Contains(out, k) {
			out = append(out, k)
		}
	}
	for _, g := range it.gtins {
		add(gtinKey(g))
	}
	for _, a := range it.asins {
		add(gtinKey(a))
	}
	for _, c := range it.lots {
		if longLot(c) {
			add(lotKey(c))
		}
	}
	forms := it.brand.forms[:min(3, len(it.brand.forms))]
	for _, c := range it.models {
		if strongCode(c) {
			add(modelKey(c))
		} else if len(c) >= 2 {
			for _, f := range forms {
				add(shortKey(f, c))
			}
		}
	}
	for _, c := range it.nameCodes {
		add(modelKey(c))
	}
	kinds, ws := it.kindGroups(), it.keyWords()
	combine := func(form string, alone bool, kinds []uint32, words []string) {
		if alone {
			add(brandKey(form))
		}
		for _, g := range kinds {
			add(kindKey(form, g))
		}
		for _, w := range words {
			if w != form {
				add(wordKey(form, w))
			}
		}
	}
	for _, f := range forms {
		combine(f, !broadSet[f], kinds, ws[:min(brandWords0, len(ws))])
	}
	sure, maybe := it.brandsInName()
	for _, f := range sure {
		combine(f, !broadSet[f], kinds, ws[:min(brandWords0/2, len(ws))])
	}
	for _, f := range maybe {
		combine(f, aloneBrand(f), kinds[:min(1, len(kinds))], ws[:min(2, len(ws))])
	}
	slices.Sort(out)
	return out
}

// keyWords are the stems of the name, kinds and names in turn, without the names
// that are the brand's own.
func (it *Item) keyWords() []string {
	var kinds, names, others []string
	for _, w := range it.words {
		switch {
		case w.c == classKind:
			kinds = append(kinds, w.stem)
		case w.c < classCommon || slices.Contains(it.brand.words, w.stem):
		case w.c == classCommon:
			others = append(others, w.stem)
		default:
			names = append(names, w.stem)
		}
	}
	// One name between two kinds, so that neither can push the other out.
	var out []string
	for i := 0; i < len(kinds) || i < len(names); i++ {
		if i < len(kinds) {
			out = append(out, kinds[i])
		}
		if i < len(names) {
			out = append(out, names[i])
		}
	}
	return append(out, others...)
}

// Caps on the words of a name that are tried as a brand.
const (
	maxSureBrands  = 3
	maxMaybeBrands = 7
	brandsWithin   = 12 // they stand among the first words
)

// brandsInName are the brands of the table that a name holds, and the shop; and
// the words and joined pairs at its beginning that may be a brand: "fisher price
// swing" gives "fisherprice", "quindex swing" gives "quindex".
func (it *Item) brandsInName() (sure, maybe []string) {
	seen := slices.Clone(it.brand.forms)
	add := func(to *[]string, limit int, f string) {
		if len(*to) < limit && len(f) >= 3 && !slices.Contains(seen, f) && !sellerSet[f] {
			*to, seen = append(*to, f), append(seen, f)
		}
	}
	ws := trimNoise(it.raw)
	ws = ws[:min(len(ws), brandsWithin)]
	if it.seller.known() {
		add(&sure, maxSureBrands, it.seller.joined)
	}
	for i := range ws {
		if b, n := namedBrand(ws[i:]); n > 0 {
			add(&sure, maxSureBrands, b)
		}
	}
	if it.brand.known() {
		return sure, nil
	}
	for _, f := range maybeBrands(ws) {
		if knownBrand(f) && strings.HasPrefix(strings.Join(ws, ""), f) {
			add(&sure, maxSureBrands, aliasOf(f))
		} else {
			add(&maybe, maxMaybeBrands, f)
		}
	}
	return sure, maybe
}

// maybeBrands are the words and joined words of a name that may be a brand, best
// first. What a name begins with may be one though it is an ordinary word.
func maybeBrands(ws []string) []string {
	var out []string
	for n := min(3, len(ws)); n > 0; n-- {
		if f := strings.Join(ws[:n], ""); n > 1 && len(f) >= 6 || n == 1 && classOf(stem(f)) >= classCommon || knownBrand(f) {
			out = append(out, f)
		}
	}
	for i, w := range ws {
		if nameLike(w) {
			out = append(out, w)
		}
		if i+1 < len(ws) && (isPair(w, ws[i+1]) || nameLike(w) && isNumber(ws[i+1])) {
			out = append(out, w+ws[i+1])
		}
	}
	return out
}

// isPair says whether two words may be a brand together: one at least is no
// common word and neither is a number.
func isPair(a, b string) bool {
	return hasLetter(a) && hasLetter(b) && (nameLike(a) || nameLike(b)) && len(a)+len(b) >= 5 &&
		classOf(stem(a)) != classStop && classOf(stem(b)) != classStop
}

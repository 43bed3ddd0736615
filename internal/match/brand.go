package match

import (
	"slices"
	"strings"
)

// brandName is a brand as compared. Its forms are what the keys are made of.
type brandName struct {
	words  []string // folded, without company noise
	hashes []uint32 // of the words, stemmed
	joined string   // "fisherprice": spacing and dashes do not matter
	forms  []string // joined; for longer names also the first two words and the first
	broad  bool     // makes many kinds of things: brand and kind are not enough
}

func (b *brandName) known() bool { return b.joined != "" }

// maxBrandWords bounds a brand; more is a sentence.
const maxBrandWords = 6

// brandOf folds a brand that stands in a brand field or is named as a firm. Its
// forms hold the name under which the table of brands keeps it.
func brandOf(s string) brandName {
	b := foldBrand(s)
	if alias := aliasOf(b.joined); b.known() && alias != b.joined {
		b.forms = append(b.forms, alias)
		b.broad = b.broad || broadSet[alias]
	}
	return b
}

// itemBrand folds the brand field of an item. A brand of the table with one
// letter wrong is that brand.
func itemBrand(s string) brandName {
	b := brandOf(s)
	if right := mistyped(b.joined); right != "" {
		b.forms = append(b.forms, right)
	}
	return b
}

// sellerOf folds who sold an item, without the market place: the "SX-BB" of
// "AliExpress SX-BB Store".
func sellerOf(s string) brandName {
	var ws []string
	for _, w := range words(strings.ReplaceAll(strings.ToLower(clip(s, 200)), ".com", " "), 12) {
		if !sellerSet[w] && !shopWords[w] {
			ws = append(ws, w)
		}
	}
	if len(ws) > maxBrandWords {
		return brandName{}
	}
	if b := brandOf(strings.Join(ws, " ")); b.known() && !broadSet[b.joined] {
		return b
	}
	return brandName{}
}

// shopWords are no part of a seller's name.
var shopWords = set("store shop storefront seller com www http https official the on via by from marketplace downtown mall outlet dealer website site order fashion's")

// foldBrand folds a brand as it is written.
func foldBrand(s string) brandName {
	all := words(clip(s, 400), maxBrandWords+4)
	ws := trimNoise(all)
	if len(ws) == 0 || len(ws) > maxBrandWords || noBrandSet[strings.Join(ws, "")] || noBrandSet[ws[0]] {
		return brandName{}
	}
	b := brandName{words: ws, joined: strings.Join(ws, "")}
	if len(b.joined) < 2 {
		return brandName{}
	}
	b.broad = broadSet[b.joined] || len(ws) > 1 && broadSet[ws[0]] || len(ws) > 2 && broadSet[ws[0]+ws[1]]
	for _, w := range ws {
		b.hashes = append(b.hashes, wordHash(stem(w)))
	}
	b.forms = append(b.forms, b.joined)
	if the, ok := strings.CutPrefix(b.joined, "the"); ok && len(the) >= 6 {
		b.forms = append(b.forms, the)
	}
	if len(ws) >= 3 {
		b.forms = append(b.forms, ws[0]+ws[1])
	}
	if len(ws) >= 2 {
		for _, w := range []string{ws[0], ws[len(ws)-1]} {
			if (nameLike(w) || ordinaryName(w)) && !slices.Contains(b.forms, w) {
				b.forms = append(b.forms, w)
			}
		}
	}
	return b
}

// trimNoise drops connecting words, and company words at the end, unless nothing
// else would be left.
func trimNoise(ws []string) []string {
	kept := make([]string, 0, len(ws))
	for _, w := range ws {
		if w != "and" && w != "the" && w != "by" {
			kept = append(kept, w)
		}
	}
	n := len(kept)
	for n > 1 && noiseSet[kept[n-1]] {
		n--
	}
	return kept[:n]
}

// nameLike says whether a single word of a brand may stand for it: no common
// word, no number.
func nameLike(w string) bool {
	return len(w) >= 3 && hasLetter(w) && classOf(stem(w)) == classRare && !noiseSet[w] && !sellerSet[w]
}

// ordinaryName says whether a word is an ordinary one that may be all that is
// written of a brand's name: the "Burke" of "BCI Burke".
func ordinaryName(w string) bool {
	return len(w) >= 4 && classOf(stem(w)) == classCommon && !noiseSet[w] && !sellerSet[w]
}

// fit is how well two brands agree.
type fit uint8

const (
	fitNone    fit = iota
	fitPartly      // one distinctive word in common: a candidate, no more
	fitContain     // one is the other with more words: "Burke" and "BCI Burke"
	fitFull
)

// fits compares two known brands.
func (b *brandName) fits(o *brandName) fit {
	if !b.known() || !o.known() {
		return fitNone
	}
	if f := fitsByTable(b.joined, o.joined); f != fitNone {
		return f
	}
	small, large := b, o
	if len(small.words) > len(large.words) {
		small, large = large, small
	}
	if containsRun(large.words, small.words) && (len(small.words) > 1 || nameLike(small.words[0])) {
		return fitContain
	}
	if len(small.joined) >= 5 && strings.HasPrefix(large.joined, small.joined) && !boundaryInside(large.words, small.joined) {
		return fitContain
	}
	if n := len(small.words); slices.Equal(small.words, large.words[:n]) && hasLetter(small.words[0]) {
		if !slices.ContainsFunc(large.words[n:], func(w string) bool { return classOf(stem(w)) == classRare }) {
			return fitContain // "DR" and "DR Power Equipment"
		}
		return fitPartly
	}
	for _, f := range b.forms {
		if slices.Contains(o.forms, f) {
			return fitPartly
		}
	}
	return fitNone
}

// fitsByTable is how well two brands agree by their whole names and by what the
// table of brands says. One letter off is the same name where only one of the two
// is a known one.
func fitsByTable(a, b string) fit {
	switch relatedBrands(a, b) {
	case sameBrand:
		return fitFull
	case subBrand:
		return fitContain
	case brandsUnknown, ownedBrand, familyBrand, unrelatedBrands:
	}
	if len(a) >= 6 && oneLetterOff(a, b) && knownBrand(a) != knownBrand(b) {
		return fitContain
	}
	return fitNone
}

// boundaryInside says whether prefix ends within a word of ws: "cat" in
// "caterpillar" is no brand in common.
func boundaryInside(ws []string, prefix string) bool {
	n := 0
	for _, w := range ws {
		n += len(w)
		if n == len(prefix) {
			return false
		}
		if n > len(prefix) {
			return true
		}
	}
	return true
}

// hasWord says whether the hash is that of a word of the brand; nil has none.
func (b *brandName) hasWord(h uint32) bool {
	return b != nil && slices.Contains(b.hashes, h)
}

func containsRun(long, short []string) bool {
	for i := 0; i+len(short) <= len(long); i++ {
		if slices.Equal(long[i:i+len(short)], short) {
			return true
		}
	}
	return false
}

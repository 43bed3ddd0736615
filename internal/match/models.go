package match

import (
	"regexp"
	"slices"
	"strings"
)

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
	if slices.ContainsFunc(i.asins, func(a string) bool { return slices.Contains(l.asins, a) }) {
		e.asin = agrees
	}
	for n, list := range [][]string{i.models, i.nameCodes} {
		for _, c := range list {
			if l.notModels.has(c) {
				e.model = differs
				return
			}
			if _, mentioned := slices.BinarySearch(l.mentioned, c); len(c) >= 2 && l.models.has(c) || mentioned {
				e.model, e.modelCode, e.modelInName = agrees, c, n > 0
				return
			}
		}
	}
	if i.hasModel && (l.nearModel(i.models) || shopCode(i.spelling) && !slices.ContainsFunc(i.models, l.models.alike)) {
		return // a variant of a listed model, or none: the notice has to be compared
	}
	if i.hasModel && (l.likeModels(i.models) || slices.ContainsFunc(l.mentioned, func(m string) bool { return shape(m) == shape(i.models[0]) })) {
		e.model = differs
	}
}

// likeModels says whether a code of the item is built like one of the listed.
func (l *line) likeModels(codes []string) bool {
	if len(l.models.stars)+len(l.models.spans) > 0 {
		return true
	}
	return slices.ContainsFunc(codes, func(c string) bool {
		return slices.ContainsFunc(l.models.whole, func(m string) bool {
			return hasLetter(c) == hasLetter(m) && hasDigit(c) == hasDigit(m)
		})
	})
}

// lookalike writes letters as the digits that owners take them for.
var lookalike = strings.NewReplacer("O", "0", "I", "1", "L", "1", "S", "5", "B", "8", "Z", "2")

var shopCodeRE = regexp.MustCompile(`(?i)(?:\b(?:asin|fnsku|sku|upc|ean|gtin|item|article|art|ref|reference|tcin|dpci|order|stock|catalog|cat|style)\b[ .:#]*(?:no|number|num|nr|code)?\b[ .:#]*\S*\d|\bsku\d+$|^\s*(?:B0|X0)[0-9A-Z]{8}\s*$)`)

// shopCode says whether a model field holds a shop's number rather than a maker's,
// by the word that announces it or by its form: "SKU 1002003", Amazon's "B0...".
func shopCode(model string) bool { return shopCodeRE.MatchString(clip(model, 200)) }

// nearModel says whether a code is a listed model with one or two letters more or
// less at its end, which makers add for a colour, a packing or a bare tool; one
// that is cut short; or one in which a letter stands for the digit that it looks
// like.
func (l *line) nearModel(codes []string) bool {
	for _, c := range codes {
		series := 0 // listed models that begin with it: "5500" of "5500-06" and "5500-08"
		for _, m := range l.models.whole {
			if len(c) >= 4 && hasDigit(c) && strings.HasPrefix(m, c) {
				series++
			}
			if series > 1 {
				return true
			}
			short, long := c, m
			if len(short) > len(long) {
				short, long = long, short
			}
			if len(short) >= 4 && hasDigit(short) && len(long)-len(short) <= 2 && strings.HasPrefix(long, short) && !hasDigit(long[len(short):]) {
				return true
			}
			if len(c) == len(m) && len(c) >= 4 && lookalike.Replace(c) == lookalike.Replace(m) {
				return true
			}
		}
	}
	return false
}

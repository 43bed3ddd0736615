package match

import (
	"slices"
	"strings"
)

// maxItemLots bounds the lots of an item.
const maxItemLots = 6

// lotsOf folds a lot, without the word that announces it, and the codes of a field
// that holds more than one: "AB1234 07:45", "LOT AB1234 EXP 06/2024".
func lotsOf(s string) []string {
	s = clip(s, 200)
	var out []string
	add := func(c string) {
		if c != "" {
			out = appendNew(out, c, maxItemLots)
		}
	}
	add(code(s))
	for _, p := range []string{"LOTNUMBER", "LOTCODE", "LOTNO", "LOT", "BATCHNUMBER", "BATCHCODE", "BATCHNO", "BATCH"} {
		if t, ok := strings.CutPrefix(code(s), p); ok && hasDigit(t) {
			add(t)
			break
		}
	}
	for _, p := range strings.FieldsFunc(s, func(r rune) bool { return strings.ContainsRune(" ,;/:()#", r) }) {
		if c := code(p); len(c) >= 4 && hasDigit(c) {
			add(c)
		}
	}
	return out
}

// lotIs says whether a folded code is listed, as a lot or by another name.
func (l *line) lotIs(c string) bool {
	return l.lots.has(c) || l.weighDateCode(c, pair{}, span{}) == agrees || l.weighSerial(c) == agrees
}

// weighLots says whether one of the codes of a lot field is listed. What has no
// digit ("unknown"), what is only the beginning or the end of a listed lot, and a
// date where no listed lot is written like it cannot be compared.
func (l *line) weighLots(codes []string, isDate bool) relation {
	switch {
	case l.lots.empty():
		return unknown
	case slices.ContainsFunc(codes, l.lots.has):
		return agrees
	case !slices.ContainsFunc(codes, hasDigit):
		return unknown
	case slices.ContainsFunc(codes, l.partOfLot), isDate && !l.lots.alike(codes[0]):
		return straddle
	}
	return differs
}

// alike says whether a listed code has the shape of c.
func (m *matcher) alike(c string) bool {
	is := func(o string) bool { return shape(o) == shape(c) }
	return slices.ContainsFunc(m.whole, is) || slices.ContainsFunc(m.spans, func(s [2]string) bool { return is(s[0]) })
}

// partOfLot says whether a code is how a listed lot begins or ends.
func (l *line) partOfLot(c string) bool {
	return len(c) >= 4 && slices.ContainsFunc(l.lots.whole, func(m string) bool { return strings.HasPrefix(m, c) || strings.HasSuffix(m, c) })
}

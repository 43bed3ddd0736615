package match

import "slices"

// TooLittle says whether the item names too little for a miss to mean anything: a
// kind of product alone, a brand alone, words that describe and name nobody. It
// may meet a recall all the same.
func (it *Item) TooLittle() bool {
	if len(it.gtins)+len(it.asins)+len(it.nameCodes) > 0 || it.hasModel || slices.ContainsFunc(it.lots, longLot) {
		return false
	}
	if it.brand.known() && len(it.models) > 0 {
		return false
	}
	named, who := it.brand.known(), slices.Clone(it.brand.words)
	ws := trimNoise(it.raw)
	for i := range ws {
		if _, n := namedBrand(ws[i:]); n > 0 {
			named = true
			for _, w := range ws[i : i+n] {
				who = append(who, w, stem(w))
			}
		}
	}
	what := 0
	for _, w := range it.words {
		switch {
		case w.c < classCommon || slices.Contains(who, w.stem):
		case w.c == classRare && !named: // it may be the brand
			named = true
		default:
			what++
		}
	}
	return !named || what == 0
}

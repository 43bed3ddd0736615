package match

import (
	"regexp"
	"strings"
)

var (
	groups     = regexp.MustCompile(`^(?:\d+(?:[-/]\d+)+|\d+\.\d{5,})\*?$`)
	dimensions = regexp.MustCompile(`(?i)^\d+(?:\.\d+)?['"]?(?:x\d.*)?$`)
)

// cellAt is the code at j and how many lexemes it takes. An empty cell with a
// width is a number that belongs to no column of codes.
func (t *tableReader) cellAt(l []lexeme, j int) (cell, int) {
	w := l[j]
	if t.isSpaced(l, j) {
		return cell{text: w.text + " " + l[j+1].text, shape: shape(l[j+1].text)}, 2 // "FE 350"
	}
	if w.mark || !hasDigit(w.text) {
		return cell{}, 0
	}
	if t.h.vin && len(w.text) == 17 && (j+1 == len(l) || !isRangeWord(l[j+1], false)) {
		return cell{}, 1 // one vehicle's number beside a model is an example or a lower bound
	}
	if n := t.gtinCell(l, j); n > 0 {
		return cell{}, n
	}
	if y := yearsOf(w.text); y != nil {
		if t.h.has(colYear) {
			t.years = append(t.years, y...)
		}
		t.unsure = t.unsure || t.h.starred
		return cell{}, 1
	}
	if !t.isCode(l, j) {
		return cell{}, 0
	}
	return t.codeCell(l, j)
}

// isSpaced says whether two capitals and a number at j are one model. Only where
// models are the one column of codes.
func (t *tableReader) isSpaced(l []lexeme, j int) bool {
	w := l[j]
	if len(t.kinds) != 1 || t.kinds[0] != colModel || w.mark || len(w.text) != 2 || !isUpper(w.text) || hasDigit(w.text) || j+1 == len(l) {
		return false
	}
	return isShortNumber(l, j+1) && !isMeasure(l, j+1) && len(l[j+1].text) >= 3 && yearsOf(l[j+1].text) == nil
}

// gtinCell keeps a barcode number at j and returns how many lexemes it takes; it
// passes what is too long to be anything else.
func (t *tableReader) gtinCell(l []lexeme, j int) int {
	d := strings.ReplaceAll(l[j].text, "-", "")
	if !isNumber(d) || len(d) < 11 && len(d) != 1 {
		return 0
	}
	if g, n := gtinAt(l, j); n > 0 && (n == 1 || len(d) == 1) {
		t.found[colGTIN] = append(t.found[colGTIN], cell{text: g})
		return n
	}
	if len(d) >= 11 && t.h.has(colGTIN) {
		return 1
	}
	return 0
}

// codeCell is the code at j, alone or with the upper end of its range.
func (t *tableReader) codeCell(l []lexeme, j int) (cell, int) {
	w := l[j]
	x := cell{text: w.text, shape: shape(unmask(w.text))}
	if from, to, ok := dashRange(w.text); ok && (t.h.has(colSerial) || t.h.has(colLot) || t.h.has(colDate)) {
		return cell{text: from, to: to, shape: shape(from)}, 1
	}
	between := j > 0 && l[j-1].lower == "between"
	if j+2 < len(l) && isRangeWord(l[j+1], between) && t.isCode(l, j+2) && (shape(unmask(l[j+2].text)) == x.shape || len(w.text) >= 8 && len(l[j+2].text) >= 8) {
		x.to = l[j+2].text
		return x, 3
	}
	return x, 1
}

// isCode says whether the lexeme looks like the code of a table and not like a
// measure, a date or a word of a name.
func (t *tableReader) isCode(l []lexeme, j int) bool {
	w := l[j].text
	switch {
	case l[j].mark, !hasDigit(w), len(w) > maxToken, strings.ContainsAny(w, "'%"), isMeasure(l, j),
		t.h.price && isNumber(w) && len(w) <= 6,
		len(w) < 5 && !t.h.pairs && dimensions.MatchString(w):
		return false
	case dateLike.MatchString(w):
		return t.h.has(colDate)
	case !hasLetter(w) && strings.Trim(w, "0123456789*") != "":
		return len(code(w)) >= 5 && groups.MatchString(w) // "20-01437", but no "1.5"
	}
	return t.isPlainCode(w)
}

// isPlainCode is isCode for words of letters, digits and dashes.
func (t *tableReader) isPlainCode(w string) bool {
	u := unmask(w)
	switch {
	case isNumber(u):
		return len(u) >= 5 || u != w || len(u) == 4 && (t.h.pairs || t.h.has(colDate) && !t.h.has(colModel))
	case t.h.prefix && len(u) <= 4 && isUpper(u):
		return true
	case strings.Contains(u, "*"):
		return false // what is left open in the middle cannot be compared
	}
	capitals := strings.TrimRight(u, "abcdefghijklmnopqrstuvwxyz")
	return len(code(u)) >= 4 && len(u)-len(capitals) <= 1 && isUpper(capitals)
}

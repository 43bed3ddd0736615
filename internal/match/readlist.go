package match

import (
	"regexp"
	"strings"
)

// gather reads the values from i on into c and returns where to go on.
func (c *codes) gather(l []lexeme, i int, k kind) int {
	if k == kindPart {
		k = kindModel
		if besides(l) {
			k = kindOther
		}
	}
	from, a := valuesAt(l, i, k)
	switch k {
	case kindGTIN:
		return c.gatherGTINs(l, from)
	case kindDate:
		return c.gatherDates(l, from, a)
	case kindOther:
		return from
	default:
	}
	if k == kindSerial && (from == len(l) || !startsValue(l, from, k, a)) {
		if end := c.gatherRange(l, i); end > 0 {
			return end
		}
	}
	return c.gatherList(l, from, k, a)
}

// besides says whether a sentence speaks of parts that are recalled beside the
// product: their numbers do not tell one product from another.
func besides(l []lexeme) bool {
	for i, w := range l {
		switch w.lower {
		case "also", "addition", "accessory", "accessories":
			return true
		case "service", "replacement":
			if i+1 < len(l) && strings.HasPrefix(l[i+1].lower, "part") {
				return true
			}
		}
	}
	return false
}

// listReader reads the values of one announcement.
type listReader struct {
	c       *codes
	l       []lexeme
	k       kind
	a       aspect
	last    string // the value before, for "A through B"
	between bool   // "and" stands between bounds
}

// gatherList reads a list of models, lots or serial numbers.
func (c *codes) gatherList(l []lexeme, i int, k kind, a aspect) int {
	r := listReader{c: c, l: l, k: k, a: a}
	r.between = isBetween(l, i-1) || i > 1 && l[i-1].lower == ":" && isBetween(l, i-2)
	for i < len(l) {
		next, more := r.step(i)
		if !more {
			return next
		}
		i = next
	}
	return i
}

// step reads what stands at i, and says where to go on and whether the list does.
func (r *listReader) step(i int) (next int, more bool) {
	if k, _ := announces(r.l, i); k != kindNone {
		return i, false
	}
	w := r.l[i]
	if v, n := valueAt(r.l, i, r.k, r.a); n > 0 {
		return r.value(v, i+n)
	}
	switch {
	case r.noMeasure(w.text):
		return r.value(w.text, i+1)
	case w.lower == "(":
		end, ok := closing(r.l, i)
		if !ok {
			return i + 1, false
		}
		return end, true
	case isBetween(r.l, i) && i+1 < len(r.l) && startsValue(r.l, i+1, r.k, r.a):
		r.between, r.last = true, ""
		return i + 1, true
	case r.last != "" && isRangeWord(w, r.between) && i+1 < len(r.l):
		return r.upper(rangeEnd(r.l, i+1))
	case isConnector(w.lower):
		return i + 1, true
	}
	if next := resumes(r.l, i, r.k, r.last); next > 0 {
		return next, true
	}
	if r.k == kindLot && r.last != "" && isNumber(w.text) && !r.l[i-1].mark {
		r.c.open = true // groups of one code: "BEF2 065 03 24"
	}
	return i, false
}

// noMeasure says whether what looks like a measure goes on with the list: after
// "2151T", "2151W" is no power.
func (r *listReader) noMeasure(w string) bool {
	return r.k == kindModel && len(r.last) >= 4 && len(w) >= 4 && w[:3] == r.last[:3] && withUnit.MatchString(w)
}

// value takes in a value that ends before i.
func (r *listReader) value(v string, i int) (next int, more bool) {
	switch {
	case openEnded(r.l, i):
		r.c.open = true // "and higher": a bound that cannot be written
		return i, false
	case r.k == kindLot && r.last != "" && dateLike.MatchString(v) && !dateLike.MatchString(r.last):
		return i, true // the date of the lot before
	}
	r.c.add(r.k, v, r.a)
	r.last = v
	if _, _, ok := dashRange(v); ok {
		r.last = ""
	}
	return i, true
}

// upper reads the upper end of a range at i.
func (r *listReader) upper(i int) (next int, more bool) {
	v, n := valueAt(r.l, i, r.k, r.a)
	switch {
	case n > 0 && alike(r.last, v):
		r.c.addRange(r.k, r.last, v, r.a)
	case r.k != kindModel:
		r.c.drop(r.k) // a bound that was not understood
	case n > 0:
		r.c.add(r.k, v, r.a)
	}
	r.last = ""
	return i + n, n > 0
}

// resumes is where a list of lots or serial numbers goes on behind a remark
// ("152, after 15:00; 153"), or 0. Half a list would call the rest unaffected.
func resumes(l []lexeme, i int, k kind, last string) int {
	if last == "" || k == kindModel && len(last) < 5 && (len(last) < 4 || !hasLetter(last)) {
		return 0
	}
	for j := i; j+1 < len(l) && j < i+6; j++ {
		if kk, _ := announces(l, j); kk != kindNone {
			return 0
		}
		if isConnector(l[j].lower) && l[j].lower != ":" && l[j].lower != "/" && shape(l[j+1].text) == shape(last) {
			return j + 1
		}
	}
	return 0
}

func isBetween(l []lexeme, i int) bool {
	return i >= 0 && i < len(l) && (l[i].lower == "between" || l[i].lower == "from")
}

// gatherRange finds "000000 to 014034" within the next words of "the serial
// range of the recalled units is ...". It returns where to go on; 0 = none.
func (c *codes) gatherRange(l []lexeme, i int) int {
	for end := min(len(l)-2, i+maxDetour); i < end; i++ {
		if kk, _ := announces(l, i); kk != kindNone && kk != kindSerial {
			return 0
		}
		from, n := valueAt(l, i, kindSerial, whole)
		if n == 0 {
			continue
		}
		if i+n+1 >= len(l) || !isRangeWord(l[i+n], true) {
			return 0
		}
		to, m := valueAt(l, i+n+1, kindSerial, whole)
		if m == 0 || len(from) < 4 || shape(from) != shape(to) {
			return 0
		}
		c.add(kindSerial, from, whole)
		c.addRange(kindSerial, from, to, whole)
		return i + n + 1 + m
	}
	return 0
}

// openEnded says whether "and higher" or the like follows a value.
func openEnded(l []lexeme, i int) bool {
	if i < len(l) && l[i].lower == "(" {
		i++
	}
	if i < len(l) && (l[i].lower == "and" || l[i].lower == "or") {
		i++
	} else {
		return false
	}
	if i < len(l) && l[i].lower == "all" {
		i++
	}
	return i < len(l) && openEnds[l[i].lower]
}

var openEnds = set("higher lower above below greater less later earlier older newer prior before after up under over beyond previous")

// alike says whether two values may be the ends of a range.
func alike(from, to string) bool {
	from, to = unmask(from), unmask(to)
	switch {
	case shape(from) == shape(to):
		return from <= to
	case isNumber(from) && isNumber(to):
		return len(from) < len(to)
	}
	return len(from) == len(to) && len(from) >= 8 && !strings.ContainsAny(from+to, "/") // serial numbers with letters here and there
}

// rangeEnd skips "and including" before the upper end of a range.
func rangeEnd(l []lexeme, i int) int {
	for i+1 < len(l) && (l[i].lower == "and" || l[i].lower == "including" || l[i].lower == "inclusive") {
		i++
	}
	return i
}

func isConnector(w string) bool {
	switch w {
	case ",", ";", "and", "or", "&", "/", ":", "#", "number", "as", "well", "also", "numbers", "no":
		return true
	}
	return false
}

func isRangeWord(w lexeme, between bool) bool {
	switch w.lower {
	case "through", "thru", "to", "-":
		return true
	case "and":
		return between
	}
	return false
}

// closing is the index after the bracket that closes the one at i, where the
// bracket holds a short remark and announces nothing.
func closing(l []lexeme, i int) (int, bool) {
	for j := i + 1; j < len(l) && j < i+14; j++ {
		if l[j].lower == ")" {
			return j + 1, true
		}
		if k, _ := announces(l, j); k != kindNone {
			return 0, false
		}
	}
	return 0, false
}

var (
	withUnit = regexp.MustCompile(`(?i)^\d{1,5}(?:[./]\d+)?-?(?:v|volts?|w|watts?|inch(?:es)?|in|oz|ounces?|ml|l|liters?|qt|quarts?|ft|foot|feet|cm|mm|lbs?|pound|packs?|pieces?|pcs?|ct|count|x|mah|hz|gallons?|years?|months?|days?|hours?|speed|digits?|cups?|slice|person|drawers?|th|st|nd|rd|g|kg|d|k|way)$|^\d+\.\d+m$`)
	units    = set(`inches inch in feet foot ft cm mm oz ounce ounces lb lbs pounds pound v volt volts w watt watts ml l liter liters quart quarts
		gallon gallons piece pieces pack packs percent % years year months month days models styles versions colors units different stores
		x times consumers reports incidents mm hz people millimeters centimeters million digits digit characters character letters
		btu btus psi rpm mah kg grams gram sizes`)
	dateLike = regexp.MustCompile(`^\d{1,2}/\d{1,4}(?:/\d{2,4})?$`)
	masked   = regexp.MustCompile(`^([A-Z0-9-]*\d[A-Z0-9-]*?)-?(?:[xX*#]{2,})$`)
	openHead = regexp.MustCompile(`^[xX*#]{2,}`) // what is left open comes first: where it begins is not known
	asinRE   = regexp.MustCompile(`^(?:B0|X00)[0-9A-Z]{7,8}$`)
)

// maxSerial is the length of the longest serial numbers; longer is glued text.
const maxSerial = 24

// unmask takes the signs off a value that stand for any digit: "62xxxxxxxx" is
// what begins with 62.
func unmask(v string) string {
	if m := masked.FindStringSubmatch(v); m != nil {
		return m[1]
	}
	return strings.Trim(v, "*")
}

// valueAt is the value at i and how many lexemes it takes; 0 = none. A short
// upper-case word and a number after it are one value ("PS 550"), and so are a
// lot and the short upper-case word after it ("208150 AJ").
func valueAt(l []lexeme, i int, k kind, a aspect) (string, int) {
	w := l[i]
	switch {
	case k == kindASIN:
		if asinRE.MatchString(w.text) {
			return w.text, 1
		}
	case w.mark, len(w.text) > maxToken, isMeasure(l, i) && (k != kindSerial || a == whole), k == kindModel && dateLike.MatchString(w.text):
	case k == kindLot && isPairOfDigits(l, i):
		return w.text + " " + l[i+1].text, 2
	case hasDigit(w.text):
		return digitsAt(l, i, k, a)
	case w.text != strings.ToUpper(w.text):
	case k == kindSerial && (a == beginning || a == ending):
		return w.text, 1
	case k == kindModel:
		return lettersAt(l, i)
	}
	return "", 0
}

// digitsAt is the value with a digit at i.
func digitsAt(l []lexeme, i int, k kind, a aspect) (string, int) {
	w, n := l[i], len(code(l[i].text))
	switch {
	case n < 2, n < 3 && isNumber(w.text) && a == whole, k == kindSerial && n > maxSerial, k != kindModel && openHead.MatchString(w.text):
		return "", 0
	case i+1 == len(l):
		return w.text, 1
	case k == kindLot && isMonthName(l[i+1]): // "29 JAN 2026"
		return "", 0
	case n >= 4 && isSuffix(l, i+1) && (k == kindLot || k == kindModel && isNumber(w.text)), n <= 4 && k == kindModel && editions[l[i+1].text]:
		return w.text + " " + l[i+1].text, 2
	}
	return w.text, 1
}

// editions end a model's name: "F7 Pro".
var editions = map[string]bool{"Pro": true, "Plus": true, "Max": true, "Mini": true, "Lite": true, "Air": true, "Ultra": true, "SE": true, "PRO": true, "PLUS": true, "MAX": true, "MINI": true}

// isPairOfDigits says whether a lot of two pairs of digits begins at i: "10 23".
func isPairOfDigits(l []lexeme, i int) bool {
	two := func(j int) bool { return j < len(l) && len(l[j].text) == 2 && isNumber(l[j].text) }
	return two(i) && two(i+1) && (i+2 == len(l) || isConnector(l[i+2].lower) && l[i+2].lower != "/" || l[i+2].text == l[i+2].lower && !hasDigit(l[i+2].text))
}

// isSuffix says whether the lexeme is a short word of capitals that closes a
// code: nothing that goes on follows.
func isSuffix(l []lexeme, i int) bool {
	w := l[i]
	if w.mark || len(w.text) > 3 || !isUpper(w.text) || hasDigit(w.text) || announcers[w.lower] != kindNone || labels[w.lower] || fillers[w.lower] || isConnector(w.lower) || units[w.lower] && len(w.text) > 1 {
		return false
	}
	return i+1 == len(l) || !l[i+1].mark && !hasDigit(l[i+1].text) && l[i+1].text == l[i+1].lower
}

// labels are short words of capitals that announce something else.
var labels = set("man mfg mfd use by po net wt pkg qty sku")

// lettersAt is the model of capitals alone, or of capitals and a number, at i.
func lettersAt(l []lexeme, i int) (string, int) {
	w := l[i]
	switch {
	case len(w.text) >= 4 && (i == 0 || !hasDigit(l[i-1].text)) && endsValue(l, i+1):
		return w.text, 1 // "QSSTTVFDXL", but no brand: "models of the QUINDEX Steam Mop"
	case len(w.text) < 4 && i+1 < len(l) && isShortNumber(l, i+1):
		return w.text + " " + l[i+1].text, 2
	}
	return "", 0
}

// endsValue says whether nothing capitalised goes on at i.
func endsValue(l []lexeme, i int) bool {
	return i >= len(l) || l[i].mark || hasDigit(l[i].text) || isUpper(l[i].text) || !isCapital(l[i].text[0])
}

// isMeasure says whether the lexeme is a number with a unit, in one or two words.
func isMeasure(l []lexeme, i int) bool {
	return withUnit.MatchString(l[i].text) || i+1 < len(l) && units[l[i+1].lower] && !hasLetter(l[i].text) && strings.Count(l[i].text, "/") < 2
}

func isShortNumber(l []lexeme, i int) bool {
	return !l[i].mark && hasDigit(l[i].text) && len(l[i].text) < 12 && !withUnit.MatchString(l[i].text)
}

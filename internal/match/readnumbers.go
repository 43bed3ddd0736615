package match

import (
	"regexp"
	"strings"

	"github.com/babyshield/babyshield"
)

// gatherGTINs reads barcode numbers, which agencies print with blanks.
func (c *codes) gatherGTINs(l []lexeme, i int) int {
	for i < len(l) {
		if g, n := gtinAt(l, i); n > 0 {
			c.gtins = appendNew(c.gtins, g, maxCodes)
			i += n
			continue
		}
		if !isConnector(l[i].lower) && !isNumber(l[i].text) {
			return i
		}
		i++
	}
	return i
}

// gtinAt joins the fewest groups of digits from i on that make a barcode number
// with a right check digit, trying UPC, EAN and GTIN-14 before eight digits.
func gtinAt(l []lexeme, i int) (string, int) {
	digits := ""
	weak, weakN := "", 0 // right by chance more easily: a longer one goes before
	for n := 0; n < 6 && i+n < len(l); n++ {
		w := strings.ReplaceAll(l[i+n].text, "-", "")
		if l[i+n].text == "-" {
			continue
		}
		if !isNumber(w) || len(digits)+len(w) > 14 {
			break
		}
		digits += w
		if len(digits) < 8 || len(digits) == 9 || len(digits) == 10 {
			continue
		}
		text := digits
		if len(text) == 11 { // a leading zero is often left out; the check digit proves it
			text = "0" + text
		}
		g, err := babyshield.NormalizeGTIN(text)
		switch {
		case err != nil:
		case len(digits) == 8 || len(digits) == 11:
			weak, weakN = g, n+1
		default:
			return g, n + 1
		}
	}
	return weak, weakN
}

// gatherDates reads date codes: codes, or dates in words, joined as printed.
func (c *codes) gatherDates(l []lexeme, i int, a aspect) int {
	r := listReader{c: c, l: l, k: kindDate, a: a, between: isBetween(l, i-1)}
	for i < len(l) {
		next, more := r.dateStep(i)
		if !more {
			return next
		}
		i = next
	}
	return i
}

// dateStep is step for date codes.
func (r *listReader) dateStep(i int) (next int, more bool) {
	if k, _ := announces(r.l, i); k != kindNone {
		return i, false
	}
	if v, n := dateCodeAt(r.l, i); n > 0 {
		return r.date(printedRange(v), i+n)
	}
	switch w := r.l[i]; {
	case r.last != "" && isRangeWord(w, r.between) && i+1 < len(r.l):
		return r.upperDate(rangeEnd(r.l, i+1))
	case isConnector(w.lower):
		return i + 1, true
	case w.lower == "(":
		end, ok := closing(r.l, i)
		if !ok {
			return i + 1, false
		}
		return end, true
	}
	return i, false
}

// date takes in a date code that ends before i.
func (r *listReader) date(v string, i int) (next int, more bool) {
	if openEnded(r.l, i) {
		r.c.open = true
		return i, false
	}
	r.c.dates = appendNew(r.c.dates, r.a.star(v), maxCodes)
	r.last = v
	if i < len(r.l) && isSuffix(r.l, i) {
		i++ // the plant: "07/22 NH or 08/22 NH"
	}
	return i, true
}

// upperDate reads the later end of a range at i.
func (r *listReader) upperDate(i int) (next int, more bool) {
	if k, at := announces(r.l, i); k == kindDate && at < len(r.l) { // "sell by 7/9/24 through sell by 7/26/24"
		i = at
	}
	v, n := dateCodeAt(r.l, i)
	last := len(r.c.dates) - 1
	if n == 0 {
		r.c.dates = r.c.dates[:last]
		return i, false
	}
	r.c.dates[last] = r.a.star(r.last) + " to " + r.a.star(v)
	r.last = ""
	return i + n, true
}

// printedRange writes a range of one word out: "21/3-23/10".
func printedRange(v string) string {
	from, to, ok := strings.Cut(v, "-")
	if ok && (strings.Contains(from, "/") && strings.Contains(to, "/") || len(from) >= 6 && isNumber(from+to) && len(from) == len(to)) {
		return from + " to " + to
	}
	return v
}

// dateCodeAt is the date code at i and how many lexemes it takes: "0583VE01",
// "JAN 0518", "26 Feb 2027", "June 5, 2024".
func dateCodeAt(l []lexeme, i int) (string, int) {
	if v, n := spacedDate(l, i); n > 0 {
		return v, n
	}
	var parts []string
	month := false
	j := i
	for ; j < len(l) && len(parts) < 3; j++ {
		w := l[j]
		if w.lower == "," && month && len(parts) == 2 && j+1 < len(l) && len(l[j+1].text) == 4 && isNumber(l[j+1].text) {
			continue
		}
		switch {
		case isMonthName(w):
			if month || len(parts) == 1 && len(parts[0]) > 2 {
				return joined(parts), j - i
			}
			month = true
		case w.mark, !hasDigit(w.text), len(parts) > 0 && !month, withUnit.MatchString(w.text) && !month:
			return joined(parts), j - i
		}
		parts = append(parts, w.text)
	}
	return joined(parts), j - i
}

// spacedDate is a date of three pairs of digits: "07 15 26".
func spacedDate(l []lexeme, i int) (string, int) {
	if i+2 >= len(l) {
		return "", 0
	}
	for _, w := range l[i : i+3] {
		if len(w.text) != 2 || !isNumber(w.text) {
			return "", 0
		}
	}
	return l[i].text + " " + l[i+1].text + " " + l[i+2].text, 3
}

// isMonthName knows the verb "may" from the month by its capital.
func isMonthName(w lexeme) bool {
	return !w.mark && len(w.text) <= 9 && w.text[0] >= 'A' && w.text[0] <= 'Z' && monthOnly.MatchString(w.lower)
}

var monthOnly = regexp.MustCompile(`^(?:` + monthNames + `)$`)

func joined(parts []string) string { return strings.Join(parts, " ") }

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
	last := ""
	between := i > 0 && (l[i-1].lower == "between" || l[i-1].lower == "from")
	for i < len(l) {
		if k, _ := announces(l, i); k != kindNone {
			return i
		}
		v, n := dateCodeAt(l, i)
		if from, to, ok := strings.Cut(v, "-"); ok && (strings.Contains(from, "/") && strings.Contains(to, "/") || len(from) >= 6 && isNumber(from+to) && len(from) == len(to)) {
			v = from + " to " + to // "21/3-23/10"
		}
		switch {
		case n > 0 && openEnded(l, i+n):
			c.open = true
			return i + n
		case n > 0:
			c.dates = appendNew(c.dates, a.star(v), maxCodes)
			i, last = i+n, v
			if i < len(l) && isSuffix(l, i) {
				i++ // the plant: "07/22 NH or 08/22 NH"
			}
		case last != "" && isRangeWord(l[i], between) && i+1 < len(l):
			to := rangeEnd(l, i+1)
			if k, at := announces(l, to); k == kindDate { // "sell by 7/9/24 through sell by 7/26/24"
				to = at
			}
			v, n := dateCodeAt(l, to)
			if n == 0 {
				c.dates = c.dates[:len(c.dates)-1]
				return to
			}
			c.dates[len(c.dates)-1] = a.star(last) + " to " + a.star(v)
			i, last = to+n, ""
		case isConnector(l[i].lower):
			i++
		case l[i].lower == "(":
			end, ok := closing(l, i)
			if !ok {
				return i + 1
			}
			i = end
		default:
			return i
		}
	}
	return i
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

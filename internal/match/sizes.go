package match

import (
	"regexp"
	"strings"
)

// size is a size of clothes or beds, with the system that it is of: sizes of two
// systems cannot be compared.
type size struct {
	system byte // 'a' letters, 'b' beds, 'y' years, 'm' months, 'c' centimetres, 'i' inches, 'n' other numbers
	text   string
	n      int // of all but letters and beds
}

var (
	sizeLetters = map[string]string{
		"xxs": "xxs", "xs": "xs", "s": "s", "sm": "s", "small": "s", "m": "m", "med": "m", "medium": "m", "l": "l", "lg": "l", "large": "l",
		"xl": "xl", "xlarge": "xl", "xxl": "xxl", "2xl": "xxl", "3xl": "xxxl", "xxxl": "xxxl",
	}
	sizeBeds   = set("twin full queen king")
	sizeAgesRE = regexp.MustCompile(`\b(\d{1,3})(?:\s?-\s?(\d{1,3}))?\s?(t|y|yrs?|years?|m|mos?|months?|cm|in|inch|inches|lbs?|kgs?)?\b`)
)

// maxAge is the greatest number without a unit that is taken for years.
const maxAge = 20

// systemOf is the system of a number with its unit, or 0 where it is no size.
func systemOf(n int, unit string) byte {
	switch {
	case unit == "cm":
		return 'c'
	case strings.HasPrefix(unit, "in"):
		return 'i'
	case strings.HasPrefix(unit, "lb"), strings.HasPrefix(unit, "kg"):
		return 0
	case strings.HasPrefix(unit, "m"):
		return 'm'
	case unit == "" && n > maxAge:
		return 'n'
	}
	return 'y'
}

// sizesOf reads sizes. Small numbers without a unit are years.
func sizesOf(text string) []size {
	if text == "" {
		return nil
	}
	text = strings.ToLower(plain(clip(text, 300)))
	var out []size
	for _, w := range words(text, 20) {
		if s, ok := sizeLetters[w]; ok {
			out = append(out, size{system: 'a', text: s})
		}
		if sizeBeds[w] {
			out = append(out, size{system: 'b', text: w})
		}
	}
	for _, m := range sizeAgesRE.FindAllStringSubmatch(text, 8) {
		for _, s := range m[1:3] {
			if n := atoi(s); s != "" && systemOf(n, m[3]) != 0 {
				out = append(out, size{system: systemOf(n, m[3]), n: n})
			}
		}
	}
	return out
}

// relateSizes says whether a size of the item is among the line's, as far as they
// are of one system.
func relateSizes(item, line []size) relation {
	out := unknown
	for _, s := range item {
		low, high := 1000, -1
		for _, o := range line {
			if o.system != s.system {
				continue
			}
			if o.text == s.text && o.n == s.n {
				return agrees
			}
			low, high = min(low, o.n), max(high, o.n)
			out = differs
		}
		if s.text == "" && low <= s.n && s.n <= high {
			return agrees
		}
	}
	return out
}

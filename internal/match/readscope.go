package match

import (
	"regexp"
	"slices"
	"strings"

	"github.com/babyshield/babyshield"
)

var (
	allRE      = regexp.MustCompile(`(?i)\b(?:recall|expansion|warning|announcement)\s+(?:expansion\s+)?(?:involves|includes|covers|affects|applies to|is for)\s+(?:the\s+)?all\s+\w`)
	allUnitsRE = regexp.MustCompile(`(?i)\ball\s+(?:\w+\s+){0,2}?(?:units|models|lots|lot (?:codes|numbers)|serial numbers|sizes|batch(?:es| codes| numbers)|date codes|vins|versions|codes)\s+(?:\w+\s+){0,4}?(?:are|is)\s+(?:\w+\s+)?(?:included|affected|recalled|involved|subject|part of|being recalled)`)
	allCodesRE = regexp.MustCompile(`(?i)^\W*all\s+(?:\w+\s+)?(?:lots?|codes?|lot (?:codes?|numbers?)|dates?|product|units|sizes|batch(?:es| codes)|expiration dates)\W*(?:within expiry|on the market|in commerce|distributed)?\W*$`)
)

// allUnits finds the sentence that says that all units of what the notice names
// are recalled, or "". fields are entries of a field for codes.
func allUnits(details, fields []string) string {
	for _, s := range details {
		if t := clip(s, 1000); containsAny(t, " all ", "All ") && (allRE.MatchString(t) || allUnitsRE.MatchString(t)) {
			return s
		}
	}
	for _, s := range fields {
		if allCodesRE.MatchString(clip(s, 200)) {
			return s
		}
	}
	return ""
}

// maxExcluded is how many sentences on what is left out are kept.
const maxExcluded = 6

// readExcluded reads what the sentences name as not recalled, without what is
// recalled by other words: notices say "model A made after May" is not.
func readExcluded(sentences []string, c *codes) (babyshield.Excluded, []babyshield.Source) {
	if len(sentences) == 0 {
		return babyshield.Excluded{}, nil
	}
	out := readCodes(sentences)
	var e babyshield.Excluded
	e.Models = without(out.models, c.models)
	e.Lots = without(out.lots, c.lots)
	e.DateCodes = without(out.dates, c.dates)
	for _, r := range out.serials {
		if !slices.Contains(c.serials, r) {
			e.Serials = append(e.Serials, r)
		}
	}
	var sources []babyshield.Source
	for _, s := range sentences[:min(len(sentences), maxExcluded)] {
		sources = addSource(sources, "excluded", s)
	}
	for _, s := range sources {
		e.Words = append(e.Words, s.Words)
	}
	return e, sources
}

// without is list without the codes that others has as well; "QX-1*" has "QX-1B".
func without(list, others []string) []string {
	m := newMatcher(others)
	return slices.DeleteFunc(list, func(s string) bool { return m.has(code(s)) })
}

// Model years are read where a notice calls them so, and before a name.
const (
	yearList = `(?:19|20)\d{2}(?:(?:\s*(?:-|,|&|/|\bthrough\b|\bto\b|\band\b|\bor\b)\s*)+(?:(?:19|20)\d{2}|\d{2}\b))*`
)

var (
	yearsRE    = regexp.MustCompile(`(?i)\bmodel[- ]years?:?\s+(?:of\s+|from\s+|between\s+)?(` + yearList + `)|\b(` + yearList + `)\s+model[- ]years?\b`)
	yearNameRE = regexp.MustCompile(`^(?:Certain |All |Select )?(` + yearList + `)\s+([A-Z][\w-]*)|\((` + yearList + `)\)\s*$`)
	yearProse  = regexp.MustCompile(`\b(?:involves|includes)\s+(?:certain |all |the |select )?(` + yearList + `)\s+([A-Z][\w-]*)`)
	yearWord   = regexp.MustCompile(`(?:19|20)\d{2}|\d{2}\b|-|through|to\b`)
)

// readYears reads the model years that a name and the description give, in order.
func readYears(name string, details []string) ([]int, []babyshield.Source) {
	var out []int
	var sources []babyshield.Source
	take := func(text string, res ...*regexp.Regexp) {
		if !containsAny(text, "19", "20") {
			return
		}
		for _, re := range res {
			for _, m := range re.FindAllStringSubmatch(clip(text, 2000), 20) {
				list, next := "", ""
				for _, g := range m[1:] {
					if g == "" {
						continue
					}
					if list == "" {
						list = g
					} else {
						next = g
					}
				}
				if years := spellYears(list); years != nil && !units[strings.ToLower(next)] {
					out = append(out, years...)
					sources = addSource(sources, "years", text)
				}
			}
		}
	}
	take(strings.TrimSpace(plain(name)), yearsRE, yearNameRE)
	for _, s := range details {
		take(s, yearsRE, yearProse)
	}
	slices.Sort(out)
	return slices.Compact(out), sources
}

// spellYears is "2017-2019 and 2021" as years, or nil.
func spellYears(list string) []int {
	var out []int
	last, ranged := 0, false
	for _, w := range yearWord.FindAllString(list, 60) {
		if !isNumber(w) {
			ranged = true
			continue
		}
		y := atoi(w)
		if len(w) == 2 && last > 0 {
			y += last / 100 * 100
		}
		if y < 1970 || y > 2050 || ranged && (y <= last || y-last > 40) {
			return nil
		}
		from := y
		if ranged {
			from = last + 1
		}
		for n := from; n <= y; n++ {
			out = append(out, n)
		}
		last, ranged = y, false
	}
	return out
}

// yearsOf is the model years of "2019" or "2018-2023", or nil.
func yearsOf(s string) []int {
	from, to, ok := strings.Cut(s, "-")
	if !ok {
		to = from
	}
	if len(from) != 4 || !isNumber(from) || !isNumber(to) {
		return nil
	}
	if len(to) == 2 {
		to = from[:2] + to
	}
	a, b := atoi(from), 0
	if len(to) == 4 {
		b = atoi(to)
	}
	if a < 1970 || b > 2050 || b < a || b-a > 40 {
		return nil
	}
	var out []int
	for y := a; y <= b; y++ {
		out = append(out, y)
	}
	return out
}

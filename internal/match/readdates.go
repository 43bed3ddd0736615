package match

import (
	"regexp"
	"strings"

	"github.com/babyshield/babyshield"
)

// Patterns of a date in prose. The first of a pair may leave out its year
// ("between June and August 2001").
const (
	proseDate = `(?:(?:` + monthNames + `)\.?(?: \d{1,2}(?:st|nd|rd|th)?)?,? (?:of )?\d{4}|\d{1,2} (?:` + monthNames + `)\.?,? \d{4}|\d{1,2}[-/]\d{1,2}[-/]\d{2,4}|\d{1,2}[-/]\d{4}|\d{4}-\d{2}(?:-\d{2})?|(?:19|20)\d{2})`
	halfDate  = `(?:` + monthNames + `)\.?(?: \d{1,2}(?:st|nd|rd|th)?)?`
	season0   = `(?:(?:the )?(?:spring|summer|fall|autumn|winter|beginning|end|early|late|mid)(?: of)?[ -])?`
)

var (
	rangeRE  = regexp.MustCompile(`(?i)\b` + season0 + `(` + proseDate + `|` + halfDate + `),?\s*(?:\band\b|\bthrough\b|\bthru\b|\bto\b|\buntil\b|-)\s*` + season0 + `(` + proseDate + `)\b`)
	beforeRE = regexp.MustCompile(`(?i)\b(?:on or before|before|prior to|through|until|up to)\s+(` + proseDate + `)\b`)
	afterRE  = regexp.MustCompile(`(?i)\b(?:on or after|after|since|beginning(?: in)?|starting(?: in)?|from)\s+(` + proseDate + `)\b`)
	onRE     = regexp.MustCompile(`(?i)(?:\b(?:in|on|of|is|during|dated)\s+|:\s*)(` + proseDate + `)\b`)

	madeRE = regexp.MustCompile(`(?i)\b(?:manufactur(?:ed|ing|e)|produced|production|made|built|assembled)\b[^.;]{0,60}`)
	soldRE = regexp.MustCompile(`(?i)\b(?:sold|available|distributed|purchased|on sale)\b[^;]{0,240}`)
)

// periodsIn is the envelope of all periods that the text names: several models
// with several periods bound the line only as far as their union does.
func periodsIn(text string) (babyshield.Period, bool) {
	var p babyshield.Period
	found := false
	add := func(from, to babyshield.Day) {
		q := babyshield.Period{From: from, To: to}
		if found {
			q = union(p, q)
		}
		p, found = q, true
	}
	rest := text
	for _, m := range rangeRE.FindAllStringSubmatch(text, 50) {
		from, okFrom := proseDay(m[1], m[2])
		to, okTo := proseDay(m[2], "")
		if okFrom && okTo && from.First() <= to.Last() {
			add(from, to)
			rest = strings.Replace(rest, m[0], " ", 1)
		}
	}
	if found {
		return p, true
	}
	for _, one := range []struct {
		re       *regexp.Regexp
		from, to bool
	}{{beforeRE, false, true}, {afterRE, true, false}, {onRE, true, true}} {
		for _, m := range one.re.FindAllStringSubmatch(rest, 50) {
			d, ok := proseDay(m[1], "")
			if !ok {
				continue
			}
			from, to := d, d
			if !one.from {
				from = ""
			}
			if !one.to {
				to = ""
			}
			add(from, to)
		}
		if found {
			return p, true
		}
	}
	return p, false
}

// union is the smallest period that holds both; an open bound stays open.
func union(p, q babyshield.Period) babyshield.Period {
	if q.From == "" || p.From != "" && q.From.First() < p.From.First() {
		p.From = q.From
	}
	if q.To == "" || p.To != "" && q.To.Last() > p.To.Last() {
		p.To = q.To
	}
	return p
}

// proseDay is the day, month or year of a date in prose; like lends its year to
// a date that has none.
func proseDay(s, like string) (babyshield.Day, bool) {
	s = strings.ReplaceAll(s, " of ", " ")
	if like != "" && !regexYear.MatchString(s) && !strings.Contains(s, "/") {
		s += " " + regexYear.FindString(like)
	}
	from, to, ok := NormalizeDate(s)
	switch {
	case !ok:
		return "", false
	case from == to:
		return from, true
	case from[:7] == to[:7]:
		return from[:7], true
	}
	return from[:4], true
}

var regexYear = regexp.MustCompile(`\b(?:19|20)\d{2}\b`)

// madePeriod reads when the recalled units were made, out of the sentences that
// do not speak of units left out.
func madePeriod(sentences []string) babyshield.Period {
	var parts []string
	for _, s := range sentences {
		for _, m := range madeRE.FindAllString(s, 20) {
			// "made in China and sold from 2019": the date is not the making's.
			m, _, _ = strings.Cut(m, " sold ")
			parts = append(parts, m)
		}
	}
	var p babyshield.Period
	found := false
	for _, part := range parts {
		q, ok := periodsIn(part)
		if !ok {
			continue
		}
		if found {
			q = union(p, q)
		}
		p, found = q, true
	}
	return p
}

// soldPeriod reads when the product was on sale: out of the agency's sold-at
// text, else out of a sentence of the description.
func soldPeriod(soldAt string, sentences []string) babyshield.Period {
	if p, ok := periodsIn(soldAt); ok {
		return p
	}
	for _, s := range sentences {
		for _, m := range soldRE.FindAllString(s, 5) {
			if r := rangeRE.FindString(m); r != "" {
				if p, ok := periodsIn(r); ok {
					return p
				}
			}
		}
	}
	return babyshield.Period{}
}

// maxSellers is how many sellers of a line are kept.
const maxSellers = 12

var sellerStop = regexp.MustCompile(`(?i)\s+(?:from|in|since|between|beginning|during|starting|until|through|for (?:about|between|around|approximately))\s+(?:` + monthNames + `|\d|about|between|\$|early|late|mid|the )`)

// sellersIn reads the shops that a sold-at text names.
func sellersIn(soldAt string) []string {
	s := plain(clip(soldAt, 2000))
	if loc := sellerStop.FindStringIndex(s); loc != nil {
		s = s[:loc[0]]
	}
	if a, _, ok := strings.Cut(s, ". "); ok {
		s = a
	}
	s = sellerJoin.ReplaceAllString(s, ",")
	var out []string
	for part := range strings.SplitSeq(s, ",") {
		part = strings.Trim(sellerNoise.ReplaceAllString(part, ""), " .:")
		if part == "" || len(part) > 60 || len(out) == maxSellers {
			continue
		}
		if first := part[0]; first >= 'A' && first <= 'Z' || strings.Contains(part, ".com") {
			out = append(out, part)
		}
	}
	return out
}

var (
	sellerJoin  = regexp.MustCompile(`(?i);|\band\b(?: online| nationwide)?|\bonline at\b|\bat\b|\bincluding\b|\bother\b`)
	sellerNoise = regexp.MustCompile(`(?i)^\s*(?:exclusively|online|sold|nationwide|stores?|https?://|www\.)+\s*|\s+(?:stores?|nationwide|online|websites?|and)\b.*$`)
)

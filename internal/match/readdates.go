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
	beforeRE = regexp.MustCompile(`(?i)\b(?:on or before|before|prior to|through|until|up to)\s+` + season0 + `(` + proseDate + `)\b`)
	afterRE  = regexp.MustCompile(`(?i)\b(?:on or after|after|since|beginning(?: in)?|starting(?: in)?|from)\s+` + season0 + `(` + proseDate + `)\b`)
	olderRE  = regexp.MustCompile(`(?i)\b(` + proseDate + `),?\s+(?:and|or)\s+(?:prior|earlier|before|older)\b`)
	newerRE  = regexp.MustCompile(`(?i)\b(` + proseDate + `),?\s+(?:and|or)\s+(?:later|after|newer)\b`)
	onRE     = regexp.MustCompile(`(?i)(?:\b(?:in|on|of|is|during|dated)\s+|:\s*)(` + proseDate + `)\b`)

	madeRE = regexp.MustCompile(`(?i)\b(?:manufactur(?:ed|ing|e)|produced|production|made|built|assembled)\b`)
	// listRE0 finds the dates of a list after the first.
	listRE0 = regexp.MustCompile(`(?i)(?:^|,|\band\b|\bor\b|&)\s*(?:in\s+|on\s+)?(` + proseDate + `)\b`)
	soldRE  = regexp.MustCompile(`(?i)\b(?:sold|available|distributed|purchased|on sale)\b[^;]{0,240}`)
)

// periodsIn is the envelope of all periods that the text names: several models
// with several periods bound the line only as far as their union does. Where the
// text gives periods in one way, what it says in weaker ways is no period ("from
// March 2019 through May 2020 at stores opened in 2015"), but for a text that is
// about nothing else (all).
func periodsIn(text string, all bool) (babyshield.Period, bool) {
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
	for _, one := range []struct {
		re       *regexp.Regexp
		from, to bool
	}{{olderRE, false, true}, {newerRE, true, false}, {beforeRE, false, true}, {afterRE, true, false}, {onRE, true, true}, {listRE0, true, true}} {
		if found && !all || one.re == listRE0 && !found {
			break
		}
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
			if all {
				rest = strings.Replace(rest, m[0], " ", 1)
			}
		}
	}
	return p, found && p != babyshield.Period{}
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

// maxWindow is how many bytes after "manufactured" its dates may stand.
const maxWindow = 70

// madePeriod reads when the recalled units were made, out of the sentences that
// do not speak of units left out, and the sentences that said so.
func madePeriod(sentences []string) (babyshield.Period, []babyshield.Source) {
	var p babyshield.Period
	var sources []babyshield.Source
	found := false
	for _, s := range sentences {
		if !containsAny(s, "anufactur", "roduc", "made", "Made", "uilt", "ssembl", "MANUFACTUR", "PRODUC", "MADE") {
			continue
		}
		at := madeRE.FindAllStringIndex(s, 40)
		for n, m := range at {
			end := min(len(s), m[1]+maxWindow)
			if n+1 < len(at) {
				end = min(end, at[n+1][0])
			}
			if inHeading(s, m[0]) {
				end = len(s) // a column of a table
			}
			part := remark.ReplaceAllString(clip(s[m[0]:end], end-m[0]), " ")
			if i := strings.IndexAny(part, ";"); i >= 0 {
				part = part[:i]
			}
			// "made in China and sold from 2019": the date is not the making's.
			if at := otherDates.FindStringIndex(part); at != nil {
				part = part[:at[0]]
			}
			q, ok := periodsIn(part, true)
			if !ok {
				continue
			}
			if found {
				q = union(p, q)
			}
			p, found = q, true
			sources = addSource(sources, "made", s)
		}
	}
	return p, sources
}

// otherDates announce dates that are not the making's, or codes.
var otherDates = regexp.MustCompile(`(?i)\b(?:sold|lots?|expir\w*|exp|best|use by|sell by|bb|batch\w*|serials?|upc)\b`)

// remark is a bracket between the bounds of a period.
var remark = regexp.MustCompile(`\s*\([^()]{0,60}\)\s*`)

// inHeading says whether the word at i stands in a run of capitalised words, as
// the headings of tables do: "Model Manufacture Date".
func inHeading(s string, i int) bool {
	before := strings.TrimRight(s[:i], " ")
	before = before[strings.LastIndexByte(before, ' ')+1:]
	after := strings.Fields(s[i:min(len(s), i+60)])
	return isCapital(s[i]) && (before == "" || isCapital(before[0])) && len(after) > 1 && (after[1] == "Date" || after[1] == "Dates")
}

// soldPeriod reads when the product was on sale: out of the agency's sold-at
// text, else out of a sentence of the description.
func soldPeriod(soldAt string, sentences []string) (babyshield.Period, []babyshield.Source) {
	if p, ok := periodsIn(soldAt, false); ok {
		return p, addSource(nil, "bought", soldAt)
	}
	for _, s := range sentences {
		for _, m := range soldRE.FindAllString(s, 5) {
			if r := rangeRE.FindString(m); r != "" {
				if p, ok := periodsIn(r, false); ok {
					return p, addSource(nil, "bought", s)
				}
			}
		}
	}
	return babyshield.Period{}, nil
}

package match

import (
	"cmp"
	"regexp"
	"strconv"
	"strings"
	"time"

	"github.com/babyshield/babyshield"
)

// NormalizeDate reads a date as people and agencies write it and returns the
// first and last day that it can mean: "2022", "2022-06", "2022-06-14",
// "2022-06-14T10:00:00Z", "20220614", "2022/06", "06/2022", "6/1/2013",
// "6/1/13", "May 2022", "May-22", "May 5, 2022", "5 May 2022", "summer 2021",
// "about 2019". Numbers with two separators are month/day/year, as the agencies
// of the United States write, unless the first cannot be a month.
//
// ok is false where the text is no date or leaves the year open. Years run from
// 1950 to 2099.
func NormalizeDate(s string) (from, to babyshield.Day, ok bool) {
	s = strings.ToLower(strings.TrimSpace(plain(clip(s, 200))))
	s = strings.Trim(vague.ReplaceAllString(s, ""), " .,~()")
	for _, f := range dateForms {
		m := f.re.FindStringSubmatch(s)
		if m == nil {
			continue
		}
		d, ok := makeDay(m[f.y], pick(m, f.m), pick(m, f.d))
		if !ok && f.swap {
			d, ok = makeDay(m[f.y], m[f.d], m[f.m])
		}
		if ok {
			return d.First(), d.Last(), true
		}
	}
	if m := seasonRE.FindStringSubmatch(s); m != nil {
		return season(m[1], m[2])
	}
	return "", "", false
}

var (
	vague    = regexp.MustCompile(`^(?:about|approx(?:imately|\.)?|around|circa|ca\.?|c\.|roughly|maybe|in|on|mid|early|late|exp(?:iry|ires|iration)?\.?(?: date)?|best (?:by|before|if used by)|use by|sell by|bb|mfg\.?(?: date)?|made|manufactured|dated?)[ :.-]+`)
	seasonRE = regexp.MustCompile(`^(spring|summer|fall|autumn|winter) ?(?:of )?((?:19|20)\d\d)$`)
)

const monthNames = `jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?`

// dateForm is a pattern with the groups of year, month and day; 0 = absent.
type dateForm struct {
	re      *regexp.Regexp
	y, m, d int
	swap    bool // where month/day/year is impossible, day/month/year
}

var dateForms = []dateForm{
	{re: regexp.MustCompile(`^(\d{4})$`), y: 1},
	{re: regexp.MustCompile(`^(\d{4})[-/.](\d{1,2})$`), y: 1, m: 2},
	{re: regexp.MustCompile(`^(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})(?:[t ].*)?$`), y: 1, m: 2, d: 3},
	{re: regexp.MustCompile(`^(\d{4})(\d{2})(\d{2})$`), y: 1, m: 2, d: 3},
	{re: regexp.MustCompile(`^(\d{1,2})[-/.](\d{4})$`), y: 2, m: 1},
	{re: regexp.MustCompile(`^(\d{1,2})[-/.](\d{1,2})[-/.](\d{4}|\d{2})(?: .*)?$`), y: 3, m: 1, d: 2, swap: true},
	{re: regexp.MustCompile(`^(` + monthNames + `)\.?[ ,/-]*(?:of )?'?(\d{4}|\d{2})$`), y: 2, m: 1},
	{re: regexp.MustCompile(`^(` + monthNames + `)\.?[ /-]*(\d{1,2})(?:st|nd|rd|th)?[ ,/-]+(\d{4}|\d{2})$`), y: 3, m: 1, d: 2},
	{re: regexp.MustCompile(`^(\d{1,2})(?:st|nd|rd|th)?[ /-]*(?:of )?(` + monthNames + `)\.?[ ,/-]*(\d{4}|\d{2})$`), y: 3, m: 2, d: 1},
	{re: regexp.MustCompile(`^(\d{4})[ /-]*(` + monthNames + `)\.?(?:[ /-]*(\d{1,2}))?$`), y: 1, m: 2, d: 3},
}

func pick(m []string, i int) string {
	if i == 0 {
		return ""
	}
	return m[i]
}

// makeDay is the day, month or year of the given parts; empty parts are absent.
func makeDay(y, m, d string) (babyshield.Day, bool) {
	if len(y) == 2 {
		y = cmp.Or(map[bool]string{true: "19" + y}[y > "69"], "20"+y)
	}
	if y < "1950" || y > "2099" || len(y) != 4 {
		return "", false
	}
	if m == "" {
		return babyshield.Day(y), true
	}
	if n := monthNumber(m); n > 0 {
		m = strconv.Itoa(n)
	}
	text := y + "-" + two(m)
	if d != "" {
		text += "-" + two(d)
	}
	day, err := babyshield.ParseDay(text)
	return day, err == nil
}

func two(s string) string {
	if len(s) == 1 {
		return "0" + s
	}
	return s
}

// monthNumber is 1 to 12 for an English month name or its first letters, else 0.
func monthNumber(s string) int {
	if len(s) < 3 {
		return 0
	}
	for m := time.January; m <= time.December; m++ {
		if strings.EqualFold(m.String()[:3], s[:3]) {
			return int(m)
		}
	}
	return 0
}

// season is the span of a northern season. A winter is ambiguous: it may be that
// which began or that which ended in the year.
func season(name, year string) (from, to babyshield.Day, ok bool) {
	y := babyshield.Day(year)
	switch name {
	case "spring":
		return y + "-03-01", y + "-06-21", true
	case "summer":
		return y + "-06-01", y + "-09-22", true
	case "fall", "autumn":
		return y + "-09-01", y + "-12-21", true
	}
	n, err := strconv.Atoi(year)
	if err != nil {
		return "", "", false
	}
	return babyshield.Day(strconv.Itoa(n-1) + "-12-01"), (y + "-12").Last(), true
}

// span is a period of full days, as compared. Empty bounds are open; the zero
// span is unknown.
type span struct{ from, to babyshield.Day }

func (s span) known() bool { return s.from != "" || s.to != "" }

func spanOf(p babyshield.Period) span { return span{p.From.First(), p.To.Last()} }

// relation of an item's span to a bound.
type relation int8

const (
	unknown  relation = iota // not recorded, or it cannot be said
	agrees                   // inside
	differs                  // outside
	straddle                 // partly inside: the date is not exact enough
)

// relate says how s lies to the bound b.
func (s span) relate(b span) relation {
	switch {
	case !s.known() || !b.known():
		return unknown
	case b.from != "" && s.to != "" && s.to < b.from, b.to != "" && s.from != "" && s.from > b.to:
		return differs
	case (b.from == "" || s.from != "" && s.from >= b.from) && (b.to == "" || s.to != "" && s.to <= b.to):
		return agrees
	}
	return straddle
}

// addDays moves a full day by n days; an unknown day stays unknown.
func addDays(d babyshield.Day, n int) babyshield.Day {
	t, ok := d.Time()
	if !ok {
		return ""
	}
	return babyshield.MakeDay(t.AddDate(0, 0, n))
}

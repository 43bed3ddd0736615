package match

import (
	"regexp"
	"strconv"
	"strings"
	"time"

	"github.com/babyshield/babyshield"
)

// A date format says how a maker writes dates in its codes, as letters for the
// digits: Y year (two or four), M month, D day of the month, W week of the year
// (ISO), J day of the year (three). "YYWW" reads 2318 as week 18 of 2023,
// "DDMMYY" 050624 as 5 June 2024. Separators stand for themselves and do not
// matter.
var dateFormatRE = regexp.MustCompile(`\b(?:MM|WW|DDD|DD|JJJ|YYYY|YY|[-/. ]){2,9}\b`)

// dateFormatIn finds a date format in a sentence: "in the format MMYY",
// "date codes (YYWW)", or the order of year, week, month and day in words. ""
// is none, or one that could be read in two ways.
func dateFormatIn(sentence string) string {
	if strings.Contains(sentence, "YY") {
		for _, f := range dateFormatRE.FindAllString(clip(sentence, 2000), 5) {
			if f = normalFormat(f); f != "" {
				return f
			}
		}
	}
	return formatInWords(sentence)
}

var (
	firstDigitsRE = regexp.MustCompile(`(?i)\bfirst (two|three|four|2|3|4) (?:digits|numbers|characters)\b[^.;]{0,40}?\b(week|month|day of the year|year)\b`)
	lastDigitsRE  = regexp.MustCompile(`(?i)\b(?:last|next|second|final) (two|three|four|2|3|4) (?:digits|numbers|characters)\b[^.;]{0,40}?\b(week|month|day of the year|year)\b`)
)

// formatInWords reads "the first two digits are the week and the last two the
// year".
func formatInWords(sentence string) string {
	if !strings.Contains(sentence, "irst ") || !strings.Contains(sentence, "year") {
		return ""
	}
	s := clip(sentence, 2000)
	a, b := firstDigitsRE.FindStringSubmatch(s), lastDigitsRE.FindStringSubmatch(s)
	if a == nil || b == nil {
		return ""
	}
	part := func(m []string) string {
		n := map[string]int{"two": 2, "three": 3, "four": 4, "2": 2, "3": 3, "4": 4}[strings.ToLower(m[1])]
		letter := map[string]string{"week": "W", "month": "M", "year": "Y", "day of the year": "J"}[strings.ToLower(m[2])]
		return strings.Repeat(letter, n)
	}
	return normalFormat(part(a) + part(b))
}

// normalFormat takes the separators out of a format and says whether it names a
// year with a month, a week or a day of the year, each once.
func normalFormat(f string) string {
	f = strings.Map(func(r rune) rune {
		if strings.ContainsRune("-/. ", r) {
			return -1
		}
		return r
	}, f)
	f = strings.Replace(f, "DDD", "JJJ", 1)
	switch strings.Join(runs(f), " ") {
	case "YY WW", "WW YY", "YYYY WW", "WW YYYY",
		"YY MM", "MM YY", "YYYY MM", "MM YYYY",
		"YY JJJ", "JJJ YY", "YYYY JJJ", "JJJ YYYY",
		"YY MM DD", "YYYY MM DD", "MM DD YY", "MM DD YYYY", "DD MM YY", "DD MM YYYY":
		return f
	}
	return ""
}

// runs splits a string where its letter changes.
func runs(s string) []string {
	var out []string
	for i := 0; i < len(s); {
		j := i
		for j < len(s) && s[j] == s[i] {
			j++
		}
		out = append(out, s[i:j])
		i = j
	}
	return out
}

// codeDays is the span of days that a date code means in a format as
// [babyshield.RecalledProduct].DateFormat holds it. The code must be of the
// format's length, but for separators; what follows a date code ("2318A") is
// not understood.
func codeDays(format, text string) (span, bool) {
	digits := code(text)
	if format == "" || len(digits) != len(format) || !isNumber(digits) {
		return span{}, false
	}
	var year, month, day, week, yday string
	at := 0
	for _, run := range runs(format) {
		part := digits[at : at+len(run)]
		at += len(run)
		switch run[0] {
		case 'Y':
			year = part
		case 'M':
			month = part
		case 'D':
			day = part
		case 'W':
			week = part
		case 'J':
			yday = part
		}
	}
	y := atoi(year)
	if len(year) == 2 {
		y += 2000
	}
	switch {
	case week != "":
		return weekOf(y, atoi(week))
	case yday != "":
		return dayOf(y, atoi(yday))
	}
	d, ok := makeDay(strconv.Itoa(y), month, day)
	return span{d.First(), d.Last()}, ok
}

// madeOf is when units with the listed date codes were made, where the notice
// says how the codes are written and all of them can be read so.
func madeOf(format string, list []string) babyshield.Period {
	var out span
	for _, s := range list {
		from, to, ok := strings.Cut(s, " to ")
		if !ok {
			to = from
		}
		a, okFrom := codeDays(format, from)
		b, okTo := codeDays(format, to)
		if !okFrom || !okTo || b.to < a.from {
			return babyshield.Period{}
		}
		if out.from == "" || a.from < out.from {
			out.from = a.from
		}
		out.to = max(out.to, b.to)
	}
	if strings.Contains(format, "W") && out.known() {
		out = span{addDays(out.from, -7), addDays(out.to, 7)} // weeks are counted in more ways than one
	}
	return babyshield.Period{From: out.from, To: out.to}
}

// weekOf is the span of an ISO week. Makers count weeks in more than one way,
// some days apart.
func weekOf(year, week int) (span, bool) {
	if week < 1 || week > 53 || year < 1950 || year > 2099 {
		return span{}, false
	}
	first := time.Date(year, 1, 4, 0, 0, 0, 0, time.UTC) // is always in week 1
	monday := first.AddDate(0, 0, -(int(first.Weekday())+6)%7+7*(week-1))
	return span{babyshield.MakeDay(monday), babyshield.MakeDay(monday.AddDate(0, 0, 6))}, true
}

func dayOf(year, day int) (span, bool) {
	if day < 1 || day > 366 || year < 1950 || year > 2099 {
		return span{}, false
	}
	t := time.Date(year, 1, day, 0, 0, 0, 0, time.UTC)
	d := babyshield.MakeDay(t)
	return span{d, d}, t.Year() == year
}

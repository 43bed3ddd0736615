package babyshield

import (
	"fmt"
	"time"
)

// Day is a calendar day, "2006-01-02", or a part of one: "2006" or "2006-01".
// "" is an unknown day. Agencies publish days, not instants, mostly without a
// zone, so a day is kept as a day and compared as text.
type Day string

// MakeDay is the day of t in t's own location.
func MakeDay(t time.Time) Day {
	if t.IsZero() {
		return ""
	}
	return Day(t.Format(time.DateOnly))
}

// ParseDay accepts YYYY, YYYY-MM and YYYY-MM-DD and refuses impossible dates
// and years outside 1900 to 2199. "" is accepted and is the unknown day.
func ParseDay(s string) (Day, error) {
	if s == "" {
		return "", nil
	}
	layout, ok := map[int]string{4: "2006", 7: "2006-01", 10: time.DateOnly}[len(s)]
	if !ok {
		return "", fmt.Errorf("%q is not a date (want YYYY, YYYY-MM or YYYY-MM-DD)", s)
	}
	t, err := time.Parse(layout, s)
	if err != nil || t.Year() < 1900 || t.Year() > 2199 {
		return "", fmt.Errorf("%q is not a date (want YYYY, YYYY-MM or YYYY-MM-DD)", s)
	}
	return Day(s), nil
}

// First and Last are the bounds of a day that may be a whole month or year,
// as full days. Both are "" for the unknown day.
func (d Day) First() Day {
	switch len(d) {
	case 4:
		return d + "-01-01"
	case 7:
		return d + "-01"
	}
	return d
}

// Last is the last full day of d; see First.
func (d Day) Last() Day {
	switch len(d) {
	case 4:
		return d + "-12-31"
	case 7:
		t, err := time.Parse("2006-01", string(d))
		if err != nil {
			return d
		}
		return MakeDay(t.AddDate(0, 1, -1))
	}
	return d
}

// Time is the first instant of the day in UTC, and false for the unknown day.
func (d Day) Time() (time.Time, bool) {
	t, err := time.Parse(time.DateOnly, string(d.First()))
	return t, err == nil
}

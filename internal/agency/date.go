package agency

import (
	"fmt"
	"time"

	"github.com/babyshield/babyshield"
)

// The days of agencies. None publishes an instant: a zone would only move a day.
const (
	layoutCompact = "20060102"        // openFDA
	layoutLong    = "January 2, 2006" // CPSC's export: "March 05, 2026"
	layoutSlash   = "1/2/2006"        // SaferProducts.gov: month first
)

// earliest is the first year that a date of a recall can have: the oldest agency
// here began in 1973. openFDA has years such as 0212 and 1930 by typing errors.
const earliest = 1970

// parseDay reads a day in ISO form, with or without a midnight behind it, or in
// one of the layouts. "" is the unknown day.
func parseDay(s string, layouts ...string) (babyshield.Day, error) {
	s = line(s)
	if s == "" {
		return "", nil
	}
	text := s
	if len(s) > len(time.DateOnly) && s[len(time.DateOnly)] == 'T' {
		text = s[:len(time.DateOnly)]
	}
	for _, layout := range append([]string{time.DateOnly}, layouts...) {
		// "_2" would refuse "March 05": the reference day takes both.
		if t, err := time.Parse(layout, text); err == nil && t.Year() >= earliest && t.Year() < 2200 {
			return babyshield.MakeDay(t), nil
		}
	}
	return "", fmt.Errorf("%q is no possible date", s)
}

// day reads a field that dates the record: an impossible one is a mistake.
func (f *fields) day(key string, layouts ...string) babyshield.Day {
	d, err := parseDay(f.raw(key), layouts...)
	if err != nil && f.err == nil {
		f.err = fmt.Errorf("the field %q: %w", key, err)
	}
	return d
}

// looseDay reads any other date. An impossible one is left out, and a line for
// Recall.Details shows the agency's characters.
func (f *fields) looseDay(key string, layouts ...string) (d babyshield.Day, doubt string) {
	d, err := parseDay(f.raw(key), layouts...)
	if err != nil {
		return "", fmt.Sprintf("%s as published: %s (no possible date)", key, f.line(key))
	}
	return d, ""
}

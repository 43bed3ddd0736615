package web

import (
	"fmt"
	"strings"
	"time"

	"github.com/babyshield/babyshield"
	"github.com/babyshield/babyshield/internal/notify"
)

// look is how a status is told: by an icon, a word and a border (class).
type look struct {
	class string
	icon  string
	word  string
}

var looks = map[babyshield.Status]look{
	babyshield.StatusAffected:   {"affected", "octagon", "Recalled"},
	babyshield.StatusCheck:      {"check", "triangle", "Check needed"},
	babyshield.StatusPossible:   {"possible", "compare", "Compare"},
	babyshield.StatusNoMatch:    {"no-match", "magnifier", "No recall found"},
	babyshield.StatusNotChecked: {"not-checked", "broken", "Not checked"},
	babyshield.StatusNotCovered: {"not-covered", "minus", "Not covered"},
}

// lookOf never fails: what is not known was not checked.
func lookOf(s babyshield.Status) look {
	if l, ok := looks[s]; ok {
		return l
	}
	return looks[babyshield.StatusNotChecked]
}

// feedLooks are the states of a feed.
var feedLooks = map[babyshield.FeedState]look{
	babyshield.FeedOK:       {"feed-ok", "dot", "Read in time"},
	babyshield.FeedFailing:  {"feed-failing", "triangle", "Last try failed"},
	babyshield.FeedStale:    {"feed-stale", "broken", "Not read in time"},
	babyshield.FeedNever:    {"feed-never", "broken", "Not read yet"},
	babyshield.FeedDisabled: {"feed-off", "minus", "Switched off"},
}

var kindWords = map[babyshield.Kind]string{
	babyshield.KindRecall:      "Recall",
	babyshield.KindWithdrawal:  "Withdrawal",
	babyshield.KindSafetyAlert: "Warning",
	babyshield.KindAdvisory:    "Notice",
}

func kindWord(k babyshield.Kind) string {
	if w, ok := kindWords[k]; ok {
		return w
	}
	return kindWords[babyshield.KindRecall]
}

// countryNames are those of agencies that may be read; others show their code.
var countryNames = map[string]string{
	"AU": "Australia", "CA": "Canada", "DE": "Germany", "ES": "Spain", "EU": "European Union", "FR": "France",
	"GB": "United Kingdom", "IE": "Ireland", "IT": "Italy", "JP": "Japan", "KR": "South Korea", "NL": "Netherlands",
	"NZ": "New Zealand", "PL": "Poland", "PT": "Portugal", "US": "United States",
}

func countryName(code string) string {
	if n, ok := countryNames[code]; ok {
		return n
	}
	return code
}

// instant writes a time for people: "23 Nov 2026, 14:05 UTC".
func instant(t time.Time) string { return t.UTC().Format("2 Jan 2006, 15:04 UTC") }

// ago says how long before now a time was, in one unit.
func ago(now, t time.Time) string {
	d := now.Sub(t)
	switch {
	case d < time.Minute:
		return "just now"
	case d < time.Hour:
		return plural(int(d/time.Minute), "minute") + " ago"
	case d < 48*time.Hour:
		return plural(int(d/time.Hour), "hour") + " ago"
	}
	return plural(int(d/(24*time.Hour)), "day") + " ago"
}

// plural counts regular nouns.
func plural(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return fmt.Sprintf("%d %ss", n, noun)
}

// fieldWords names item fields in a sentence: "brand, model".
func fieldWords(keys []string) string {
	words := make([]string, len(keys))
	for i, k := range keys {
		words[i] = notify.FieldWord(k)
	}
	return strings.Join(words, ", ")
}

// hazardWords names the hazards of a recall in a list: "choking, lead".
func hazardWords(hazards []babyshield.Hazard) string {
	var words []string
	for _, h := range hazards {
		w := strings.ReplaceAll(string(h.Code), "_", " ")
		if w != "" && w != "other" && !strings.Contains(strings.Join(words, ","), w) && len(words) < 3 {
			words = append(words, w)
		}
	}
	return strings.Join(words, ", ")
}

// language is the lang attribute of an agency's text; "" where it is no BCP 47
// tag that could stand there.
func language(tag string) string {
	if len(tag) < 2 || len(tag) > 35 || strings.Trim(strings.ToLower(tag), "abcdefghijklmnopqrstuvwxyz0123456789-") != "" {
		return ""
	}
	return tag
}

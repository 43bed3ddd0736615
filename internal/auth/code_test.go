package auth

import (
	"regexp"
	"strings"
	"testing"
)

func TestNewSetupCode(t *testing.T) {
	form := regexp.MustCompile(`^([0-9A-HJKMNP-TV-Z]{5}-){4}[0-9A-HJKMNP-TV-Z]{5}$`)
	seen := map[string]bool{}
	used := map[rune]int{}
	for range 2000 {
		code := NewSetupCode()
		if !form.MatchString(code) || seen[code] {
			t.Fatalf("got %q: not in groups of five, or made before", code)
		}
		seen[code] = true
		for _, r := range strings.ReplaceAll(code, "-", "") {
			used[r]++
		}
	}
	for _, r := range codeAlphabet { // each is expected 1562 times; 8 deviations are about 310
		if used[r] < 1200 || used[r] > 1900 {
			t.Errorf("%c was used %d times of 50000", r, used[r])
		}
	}
}

func TestCodeMatches(t *testing.T) {
	const code = "7K2MQ-X04RD-9HTVA-3NC8P-WZ51E"
	hash := HashCode(code)
	for typed, want := range map[string]bool{
		code:                                true,
		strings.ToLower(code):               true,
		strings.ReplaceAll(code, "-", ""):   true,
		"\t7k2mq x04rd 9htva 3nc8p wz51e\n": true,
		"7K2MQ-XO4RD-9HTVA-3NC8P-WZ5IE":     true, // O for 0, I for 1
		"7K2MQ-Xo4RD-9HTVA-3NC8P-WZ5lE":     true,
		"7K2MQ-X04RD-9HTVA-3NC8P-WZ51F":     false,
		"7K2MQ":                             false,
		"":                                  false,
	} {
		if got := CodeMatches(typed, hash); got != want {
			t.Errorf("CodeMatches(%q) = %v, want %v", typed, got, want)
		}
	}
	for _, empty := range []string{"", " - "} {
		if CodeMatches(empty, HashCode("")) || CodeMatches(code, empty) {
			t.Error("an empty code or hash matches")
		}
	}
	if len(hash) != 64 || strings.Contains(hash, "7K2MQ") {
		t.Errorf("got hash %q", hash)
	}
}

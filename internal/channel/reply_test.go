package channel

import (
	"strings"
	"testing"
	"unicode/utf8"
)

func TestRedact(t *testing.T) {
	for in, want := range map[string]string{
		"550 5.1.1 <person@example.org>: unknown":         "550 5.1.1 <…>: unknown",
		"550 person@example.org... no":                    "550 …... no",
		"550 user person not here":                        "550 user … not here",
		"550 PERSON person":                               "550 … …",
		"550 personal mail is refused":                    "550 personal mail is refused",
		"see https://b.example/?m=person%40example.org&x": "see https:…&x",
		"prvs=1a2b=person@example.org":                    "…",
		"a\r\nb\x00\u202ec":                               "a bc",
		"péché@exämple.org no":                            "… no",
		"nothing":                                         "nothing",
	} {
		if got := redact(in, "person@example.org", "person", ""); got != want {
			t.Errorf("redact(%q) = %q, want %q", in, got, want)
		}
	}
}

func FuzzRedact(f *testing.F) {
	f.Add("550 5.1.1 <person@example.org>: unknown")
	f.Add(strings.Repeat("x", 5000))
	f.Fuzz(func(t *testing.T, s string) {
		got := redact(s+" person@example.org "+s, "person@example.org", "person")
		if strings.Contains(got, "person@") || strings.ContainsAny(got, "\r\n\x00") || utf8.RuneCountInString(got) > maxDetail || !utf8.ValidString(got) {
			t.Errorf("redact(%q) = %q", s, got)
		}
	})
}

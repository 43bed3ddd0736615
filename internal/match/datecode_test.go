package match

import (
	"testing"

	"github.com/babyshield/babyshield"
)

func TestDateFormatIn(t *testing.T) {
	for text, want := range map[string]string{
		"The date code is engraved on the plug in the format MMYY.":                                                          "MMYY",
		"It has one of the following date codes (YYWW): 2318, 2319.":                                                         "YYWW",
		"The manufacture date code in YY/MM format is on the label.":                                                         "YYMM",
		"The date in YYYYMMDD format is on the label.":                                                                       "YYYYMMDD",
		"The code's last two numbers are for the year and the first three numbers are for the day of the year.":              "JJJYY",
		"The first two digits represent the week of manufacture, and the last two digits represent the year of manufacture.": "WWYY",
		"The codes are in the YYWWD format.":                                                                                 "",
		"The hole is 50 MM wide.":                                                                                            "",
		"The first two digits are the plant, the last two digits the line.":                                                  "",
	} {
		if got := dateFormatIn(text); got != want {
			t.Errorf("%q: got %q, want %q", text, got, want)
		}
	}
}

func TestCodeDays(t *testing.T) {
	for _, tt := range []struct {
		format, code string
		from, to     babyshield.Day
	}{
		{"MMYY", "0722", "2022-07-01", "2022-07-31"},
		{"YYWW", "2318", "2023-05-01", "2023-05-07"},
		{"WWYY", "0121", "2021-01-04", "2021-01-10"},
		{"JJJYY", "15623", "2023-06-05", "2023-06-05"},
		{"YYMM", "23/06", "2023-06-01", "2023-06-30"},
		{"DDMMYYYY", "05062024", "2024-06-05", "2024-06-05"},
		{"MMYY", "1322", "", ""},
		{"YYWW", "2354", "", ""},
		{"JJJYY", "36623", "", ""}, // no leap year
		{"JJJYY", "36624", "2024-12-31", "2024-12-31"},
		{"MMYY", "0722A", "", ""},
		{"", "0722", "", ""},
	} {
		got, ok := codeDays(tt.format, tt.code)
		if ok != (tt.from != "") || ok && (got.from != tt.from || got.to != tt.to) {
			t.Errorf("%s as %s: got %v, %v; want %s to %s", tt.code, tt.format, got, ok, tt.from, tt.to)
		}
	}
}

func FuzzCodeDays(f *testing.F) {
	f.Add("MMYY", "0722")
	f.Add("YYWW", "23-18")
	f.Add("date codes (JJJYY)", "15623")
	f.Fuzz(func(t *testing.T, text, code string) {
		format := dateFormatIn(text)
		if s, ok := codeDays(format, code); ok {
			for _, d := range []babyshield.Day{s.from, s.to} {
				if _, err := babyshield.ParseDay(string(d)); err != nil || len(d) != 10 {
					t.Fatalf("%q as %q: %q is no day: %v", code, format, d, err)
				}
			}
			if s.to < s.from {
				t.Fatalf("%q as %q ends before it begins", code, format)
			}
		}
	})
}

package match_test

import (
	"testing"

	"pgregory.net/rapid"

	"github.com/babyshield/babyshield"
	"github.com/babyshield/babyshield/internal/match"
)

func TestNormalizeDate(t *testing.T) {
	for _, tt := range []struct {
		in       string
		from, to babyshield.Day
	}{
		{"2022", "2022-01-01", "2022-12-31"},
		{"2022-06", "2022-06-01", "2022-06-30"},
		{"2022-2", "2022-02-01", "2022-02-28"},
		{"2022-06-14", "2022-06-14", "2022-06-14"},
		{"2022-06-14T10:00:00Z", "2022-06-14", "2022-06-14"},
		{"2022-06-14 10:00", "2022-06-14", "2022-06-14"},
		{"20220614", "2022-06-14", "2022-06-14"},
		{"2022/06/14", "2022-06-14", "2022-06-14"},
		{"06/2022", "2022-06-01", "2022-06-30"},
		{"6/1/2013", "2013-06-01", "2013-06-01"},
		{"6/1/13", "2013-06-01", "2013-06-01"},
		{"10/8/98", "1998-10-08", "1998-10-08"},
		{"25/12/2020", "2020-12-25", "2020-12-25"},
		{"14.06.2022", "2022-06-14", "2022-06-14"},
		{"May 2022", "2022-05-01", "2022-05-31"},
		{"MAY-22", "2022-05-01", "2022-05-31"},
		{"Sept. 2021", "2021-09-01", "2021-09-30"},
		{"May 5, 2022", "2022-05-05", "2022-05-05"},
		{"June 1st, 2022", "2022-06-01", "2022-06-01"},
		{"5 May 2022", "2022-05-05", "2022-05-05"},
		{"26/FEB/2027", "2027-02-26", "2027-02-26"},
		{"2022 June", "2022-06-01", "2022-06-30"},
		{"about 2019", "2019-01-01", "2019-12-31"},
		{"~2019", "2019-01-01", "2019-12-31"},
		{"Best by 01/28/27", "2027-01-28", "2027-01-28"},
		{"summer 2021", "2021-06-01", "2021-09-22"},
		{"winter 2021", "2020-12-01", "2021-12-31"},
		{" 2022-06 ", "2022-06-01", "2022-06-30"},
		{"", "", ""},
		{"June", "", ""},
		{"yesterday", "", ""},
		{"2022-13", "", ""},
		{"2022-02-30", "", ""},
		{"13/13/2022", "", ""},
		{"1822", "", ""},
		{"036000291452", "", ""},
		{"L2345", "", ""},
	} {
		t.Run(tt.in, func(t *testing.T) {
			from, to, ok := match.NormalizeDate(tt.in)
			if from != tt.from || to != tt.to || ok != (tt.from != "") {
				t.Errorf("NormalizeDate(%q) = %q, %q, %v; want %q, %q", tt.in, from, to, ok, tt.from, tt.to)
			}
		})
	}
}

// Whatever is read is a span of real days, in order.
func TestNormalizeDateSpan(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := rapid.OneOf(rapid.StringMatching(`[0-9a-zA-Z ,./-]{0,14}`), rapid.StringMatching(`[0-9]{1,4}[-/. ][0-9]{1,2}([-/. ][0-9]{1,4})?`)).Draw(t, "text")
		from, to, ok := match.NormalizeDate(s)
		if !ok {
			return
		}
		a, okA := from.Time()
		b, okB := to.Time()
		if !okA || !okB || len(from) != 10 || len(to) != 10 || b.Before(a) {
			t.Fatalf("NormalizeDate(%q) = %q, %q", s, from, to)
		}
	})
}

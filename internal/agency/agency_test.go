package agency_test

import (
	"bytes"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/babyshield/babyshield"
	"github.com/babyshield/babyshield/internal/agency"
)

// collect is a sink that keeps everything.
type collect struct {
	notices []babyshield.Notice
	aside   []babyshield.SetAside
}

func (c *collect) Notice(n babyshield.Notice) error {
	c.notices = append(c.notices, n)
	return nil
}

func (c *collect) SetAside(s babyshield.SetAside) error {
	c.aside = append(c.aside, s)
	return nil
}

func feed(tb testing.TB, code string) agency.Feed {
	tb.Helper()
	f, ok := agency.Get(code)
	if !ok {
		tb.Fatalf("there is no agency %s", code)
	}
	return f
}

// split reads a file's bytes and parses its notices; what cannot be parsed joins
// what was set aside, as the caller of both does it.
func split(f agency.Feed, name string, data []byte) (got []babyshield.Recall, sink *collect, err error) {
	sink = &collect{}
	err = f.Split(name, bytes.NewReader(data), sink)
	for _, n := range sink.notices {
		r, err := f.Parse(n)
		if err != nil {
			sink.aside = append(sink.aside, babyshield.SetAside{Position: n.Position, Key: n.Key, Reason: err.Error()})
			continue
		}
		got = append(got, r)
	}
	slices.SortStableFunc(sink.aside, func(a, b babyshield.SetAside) int { return a.Position - b.Position })
	return got, sink, err
}

func TestAll(t *testing.T) {
	all := agency.All()
	if !slices.IsSortedFunc(all, func(a, b agency.Feed) int { return strings.Compare(a.Agency.Code, b.Agency.Code) }) {
		t.Error("All is not sorted by code")
	}
	for _, f := range all {
		a := f.Agency
		if a.Code == "" || a.Name == "" || len(a.Country) != 2 || a.Language == "" || len(a.Covers) == 0 ||
			!strings.HasPrefix(a.Homepage, "https://") || a.Licence == "" || a.Cadence == "" || a.Every <= 0 {
			t.Errorf("%s: a field of the agency is missing: %+v", a.Code, a)
		}
		if len(f.Hosts) == 0 || f.Fetch == nil || f.Split == nil || f.Parse == nil {
			t.Errorf("%s: a part of the feed is missing", a.Code)
		}
		if files, _ := filepath.Glob(filepath.Join("testdata", a.Code, "*.txt")); len(files) == 0 {
			t.Errorf("%s has no testdata/%s/*.txt", a.Code, a.Code)
		}
	}
	if _, ok := agency.Get("xx-none"); ok {
		t.Error("Get of an unknown code succeeds")
	}
}

func readFile(tb testing.TB, path string) []byte {
	tb.Helper()
	b, err := os.ReadFile(path)
	if err != nil {
		tb.Fatal(err)
	}
	return b
}

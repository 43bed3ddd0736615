package main

import (
	"encoding/json"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/babyshield/babyshield/internal/babyshieldtest"
)

// The invented labels are named as the real ones, so that the table in the README
// has the form of theirs.
var evalFiles = []string{"testdata/eval/owner-items.jsonl", "testdata/eval/report-items.jsonl", "testdata/eval/owner-items-other-recalls.jsonl"}

// evalBench has a database with the invented recalls.
func evalBench(t *testing.T) *bench {
	t.Helper()
	b := newBench(t)
	b.must(0, "agency", "import", "us-cpsc", "testdata/eval/recalls.json")
	return b
}

func (b *bench) eval(code int, flags ...string) string {
	b.t.Helper()
	return b.must(code, slices.Concat([]string{"eval"}, evalFiles, flags)...)
}

// TestEval keeps the forms of the answer.
func TestEval(t *testing.T) {
	b := evalBench(t)
	for _, tt := range []struct {
		name  string
		flags []string
	}{
		{"text", nil},
		{"json", []string{"--json"}},
		{"markdown", []string{"--markdown"}},
		{"seen", []string{"--half", "seen"}},
		{"unseen", []string{"--half", "unseen"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			b := &bench{t: t, env: b.env}
			golden(t, "eval/"+tt.name+".golden", measured.ReplaceAllString(b.eval(0, tt.flags...), "on DAY"))
		})
	}
}

var measured = regexp.MustCompile(`on \d{4}-\d\d-\d\d`)

// TestEvalUnseen: nothing of a row of the unseen half is told where one half was
// asked for, in either form.
func TestEvalUnseen(t *testing.T) {
	b := evalBench(t)
	inUnseen := `"Lumora"` // all of its recalls are of the unseen half
	for _, flags := range [][]string{{"--half", "unseen"}, {"--half", "unseen", "--json"}, {"--half", "seen"}, {"--half", "seen", "--json"}, {"--summary"}, {"--summary", "--json"}} {
		if got := b.eval(0, flags...); strings.Contains(got, inUnseen) {
			t.Errorf("%v tells of a row:\n%s", flags, got)
		}
	}
	if got := b.eval(0); !strings.Contains(got, inUnseen) {
		t.Errorf("without flags rows are told, so that this test can fail:\n%s", got)
	}
}

// TestEvalOrder: the order of the files decides nothing but that of the sets.
func TestEvalOrder(t *testing.T) {
	b := evalBench(t)
	lines := func(files ...string) map[string]bool {
		set := map[string]bool{}
		for line := range strings.Lines(b.must(0, slices.Concat([]string{"eval", "--json"}, files)...)) {
			set[line] = true
		}
		return set
	}
	one, two := lines(evalFiles...), lines(evalFiles[2], evalFiles[1], evalFiles[0])
	for line := range one {
		if !two[line] {
			t.Errorf("in one order alone: %s", line)
		}
	}
	if len(one) != len(two) || len(one) < 5 {
		t.Errorf("%d and %d lines", len(one), len(two))
	}
}

// TestEvalEnding: floors, and what cannot be measured.
func TestEvalEnding(t *testing.T) {
	b := evalBench(t)
	write := func(name, text string) string {
		path := filepath.Join(t.TempDir(), name)
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		return path
	}
	with := func(flags ...string) []string { return slices.Concat(evalFiles, flags) }
	traps := write("traps.jsonl", `{"id":"x","recall":"27001","label":"none","item":{"name":"desk fan"}}`)
	for _, tt := range []struct {
		name, want string
		code       int
		args       []string
	}{
		{name: "reached", args: with("--min-found", "0.8", "--min-precision", "0.66")},
		{name: "found too little", code: exitError, args: with("--min-found", "0.81"), want: "found 0.800 in owner-items.jsonl is less than 0.81."},
		{name: "too many false alerts", code: exitError, args: with("--min-precision", "0.7"), want: "precision 0.667 in owner-items.jsonl is less than 0.7."},
		{name: "nothing to measure", code: exitError, args: []string{traps, "--min-found", "0.1"}, want: "traps.jsonl has nothing to measure found on"},
		{name: "no floor over nothing", args: []string{traps}},
		{name: "no share", code: exitUsage, args: []string{traps, "--min-found", "80"}, want: "from 0 to 1"},
		{name: "no half", code: exitUsage, args: []string{traps, "--half", "third"}, want: "third"},
		{name: "two forms", code: exitUsage, args: []string{traps, "--json", "--markdown"}, want: "one of them"},
		{name: "no file", code: exitUsage, want: "expected"},
		{name: "missing file", code: exitError, args: []string{"nothing.jsonl"}, want: "There is no file nothing.jsonl"},
		{name: "unknown recall", code: exitError, args: []string{write("far.jsonl", `{"id":"x","recall":"99-999","label":"none","item":{"name":"desk fan"}}`)}, want: "far.jsonl, line 1: the recall us-cpsc 99999 is not in this database"},
		{name: "bad line", code: exitError, args: []string{write("bad.jsonl", "\n{")}, want: "bad.jsonl, line 2: "},
		{name: "the same twice", code: exitError, args: []string{traps, traps}, want: "judged already in traps.jsonl, line 1"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			b := &bench{t: t, env: b.env}
			_, stderr, code := b.run("", slices.Concat([]string{"eval", "--summary"}, tt.args)...)
			if code != tt.code || !strings.Contains(stderr, tt.want) || strings.Count(stderr, "\n") > 1 {
				t.Errorf("code %d, %q, want %d and one line with %q", code, stderr, tt.code, tt.want)
			}
		})
	}
	if line := newBench(t).refused("eval", traps); !strings.Contains(line, "There is no database") {
		t.Errorf("without a database: %q", line)
	}
}

// TestEvalShared measures the real matcher, on the road of an operator: recorded
// recalls are imported, labelled items are screened. The floors catch a matcher
// that is broken; the README has the figures.
func TestEvalShared(t *testing.T) {
	if babyshieldtest.Rounds(5, 5) < 5 { // the race detector: 2,460 recalls take minutes then, and race nothing
		return
	}
	var files []string
	for _, path := range evalFiles {
		files = append(files, babyshieldtest.Shared(t, "eval", filepath.Base(path)))
	}
	b := newBench(t)
	b.must(0, "agency", "import", "us-cpsc", babyshieldtest.Shared(t, "eval", "recalls-us-cpsc.json.gz"))
	b.must(0, "eval", files[0], files[2], "--summary", "--min-found", "0.6", "--min-precision", "0.5")
	pairs := map[string]int{}
	for line := range strings.Lines(b.must(0, slices.Concat([]string{"eval", "--summary", "--json"}, files)...)) {
		var f evalFigures
		if err := json.Unmarshal([]byte(line), &f); err != nil {
			t.Fatal(err)
		}
		pairs[f.Set] = f.Pairs
		t.Logf("%s: found %.3f, precision %.3f", f.Set, *f.Found, *f.Precision)
	}
	if pairs["owner-items.jsonl"] != 451 || pairs["report-items.jsonl"] != 219 || pairs["total"] != 670 || len(pairs) != 3 {
		t.Errorf("pairs %v, want all rows of the two sets", pairs)
	}
}

// TestReadmeTable: the README's table is what eval --markdown prints, but for the
// figures.
func TestReadmeTable(t *testing.T) {
	readme, err := os.ReadFile("../../README.md")
	if err != nil {
		t.Fatal(err)
	}
	_, after, found := strings.Cut(string(readme), "<!-- make eval: begin -->\n")
	table, _, ends := strings.Cut(after, "<!-- make eval: end -->\n")
	if !found || !ends {
		t.Fatal("README.md has no table between <!-- make eval: begin --> and <!-- make eval: end -->")
	}
	if got, want := tableForm(table), tableForm(evalBench(t).eval(0, "--markdown")); got != want {
		t.Errorf("the table is not of the form that make eval prints:\n got %s\nwant %s", got, want)
	}
}

var (
	shareForm  = regexp.MustCompile(`\d\.\d\d \(\d\.\d\d to \d\.\d\d\), \d+ of \d+|\| -`)
	numberForm = regexp.MustCompile(`\d+`)
)

// tableForm is a table without its figures.
func tableForm(table string) string {
	table = shareForm.ReplaceAllStringFunc(table, func(s string) string {
		if s == "| -" {
			return "| SHARE"
		}
		return "SHARE"
	})
	return numberForm.ReplaceAllString(strings.TrimSpace(table), "N")
}

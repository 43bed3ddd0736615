package check_test

import (
	"math"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/babyshield/babyshield"
	"github.com/babyshield/babyshield/internal/babyshieldtest"
	"github.com/babyshield/babyshield/internal/check"
	"github.com/babyshield/babyshield/internal/store"
)

// The recalls of the tests of eval: 27001, 27003 and 27005 are of the unseen
// half, 27002 and 27004 of the seen one.
var evalRecalls = []babyshield.Recall{
	swing,
	babyshieldtest.Recall("27002", "Quindex", "Space Heater", "QH-10"),
	babyshieldtest.Recall("27003", "Quindex", "Space Heater", "QH-20"),
	babyshieldtest.Recall("27004", "Quindex", "Space Heater", "QH-30"),
}

// Two files: eight pairs, and a second judgement of the item h1.
const (
	firstLabels = `
{"id":"s1","recall":"27-001","label":"affected","item":{"brand":"Lumora","name":"cradle swing","model":"LS2200"}}
{"id":"s2","recall":27001,"label":"check","missing":["model"],"item":{"brand":"Lumora","name":"cradle swing"}}
{"id":"s3","recall":"27001","label":"affected","why":"wrong","item":{"brand":"Fernhill","name":"picnic table","model":"PT-4"}}
{"id":"s4","recall":"27001","label":"none","why":"wrong","item":{"brand":"Lumora","name":"cradle swing","model":"LS-2200","color":"grey"}}
{"id":"s4","recall":"27002","label":"none","item":{"brand":"Lumora","name":"cradle swing","model":"LS-2200","color":"grey"}}
{"id":"h1","recall":"27002","label":"check","missing":["size"],"item":{"brand":"Quindex","name":"space heater"}}
{"id":"h2","recall":"27002","label":"affected","item":{"brand":"Quindex","name":"space heater","model":"QH-10"}}
{"id":"h3","recall":"27002","label":"possible","item":{"name":"heater"}}`
	secondLabels = `{"id":"h1","recall":"27003","label":"%s","item":{"brand":"Quindex","name":"space heater"}}`
)

func second(label string) string { return strings.Replace(secondLabels, "%s", label, 1) }

func labels(t *testing.T, name, text string) *check.LabelFile {
	t.Helper()
	f, err := check.ReadLabels(name, strings.NewReader(text))
	if err != nil {
		t.Fatal(err)
	}
	return f
}

// eachEval runs a test with a screener over evalRecalls.
func eachEval(t *testing.T, test func(t *testing.T, s *check.Screener)) {
	t.Helper()
	eachChecker(t, func(t *testing.T, s *store.Store, c *check.Checker, _ *babyshieldtest.Clock) {
		babyshieldtest.Save(t, s, false, evalRecalls...)
		read(t, s, "us-cpsc")
		screener, err := c.Screener(t.Context(), check.Options{}, nil)
		if err != nil {
			t.Fatal(err)
		}
		test(t, screener)
	})
}

// TestEvaluate: what each kind of pair counts as, whatever the order of the files.
func TestEvaluate(t *testing.T) {
	const none, possible, chk, affected = 0, 1, 2, 3
	seen := check.Figures{Items: 3, AskedMissing: 1}
	seen.Pairs[none][none] = 1
	seen.Pairs[chk][chk] = 1
	seen.Pairs[affected][affected] = 1
	seen.Pairs[possible][none] = 1
	seen.Unjudged[chk] = 1 // h1 on 27004
	unseen := check.Figures{Items: 4, AskedMissing: 1, NamedMissing: 1}
	unseen.Pairs[affected] = [4]int{none: 1, affected: 1}
	unseen.Pairs[chk][chk] = 1
	unseen.Pairs[none][affected] = 1

	findings := []string{"miss s3 27001", "false_alert s4 27001", "unjudged h1 27004"}
	eachEval(t, func(t *testing.T, s *check.Screener) {
		for _, tt := range []struct {
			name, second string
			rank         int // of the second judgement, whose pair is said check
			swapped      bool
			findings     []string
		}{
			{name: "second says check", second: "check", rank: chk, findings: findings},
			{name: "second first", second: "check", rank: chk, swapped: true, findings: findings},
			{name: "second says possible", second: "possible", rank: possible, findings: findings},
			{name: "second says none", second: "none", rank: none, findings: []string{"miss s3 27001", "false_alert s4 27001", "false_alert h1 27003", "unjudged h1 27004"}},
		} {
			t.Run(tt.name, func(t *testing.T) {
				files := []*check.LabelFile{labels(t, "first", firstLabels), labels(t, "second", second(tt.second))}
				if tt.swapped {
					files[0], files[1] = files[1], files[0]
				}
				e, err := s.Evaluate(files)
				if err != nil {
					t.Fatal(err)
				}
				want := []check.SetFigures{{Name: "first", Seen: seen, Unseen: unseen}}
				want[0].Unseen.Others[tt.rank][chk] = 1
				if diff := cmp.Diff(want, e.Sets); diff != "" {
					t.Errorf("figures (-want +got):\n%s", diff)
				}
				got := map[string]bool{}
				for _, f := range e.Findings {
					got[string(f.Kind)+" "+f.Label.ID+" "+f.Match.Number] = true
				}
				for _, f := range tt.findings {
					if !got[f] {
						t.Errorf("no finding %q among %v", f, got)
					}
				}
				if len(got) != len(tt.findings) || len(got) != len(e.Findings) {
					t.Errorf("findings %v, want %v", got, tt.findings)
				}
			})
		}
	})
}

// TestEvaluateAlone: without the second file its pair is unjudged; two sets may
// number different items alike.
func TestEvaluateAlone(t *testing.T) {
	eachEval(t, func(t *testing.T, s *check.Screener) {
		e, err := s.Evaluate([]*check.LabelFile{
			labels(t, "first", firstLabels),
			labels(t, "other", `{"id":"s1","recall":"27004","label":"none","item":{"brand":"Quindex","name":"desk fan"}}`),
		})
		if err != nil {
			t.Fatal(err)
		}
		if len(e.Sets) != 2 || e.Sets[1].Name != "other" || e.Sets[1].Seen.Items != 1 {
			t.Fatalf("sets: %+v", e.Sets)
		}
		f := e.Sets[0].Of(check.HalfAll)
		if got := f.OthersUnjudged(); got != 2 {
			t.Errorf("%d unjudged, want 2", got)
		}
		if got, want := f.Found(), (check.Share{Count: 4, Of: 5}); got != want {
			t.Errorf("found %v, want %v", got, want)
		}
		if got, want := f.Precision(), (check.Share{Count: 4, Of: 7}); got != want {
			t.Errorf("precision %v, want %v", got, want)
		}
		if total := e.Total(check.HalfAll); total.Items != 8 || total.Judged() != 9 {
			t.Errorf("total: %d items, %d pairs, want 8 and 9", total.Items, total.Judged())
		}
	})
}

// TestEvaluateOverlap: an item of two sets is counted once, in the larger one, and
// what either judges of it is judged.
func TestEvaluateOverlap(t *testing.T) {
	small := `{"id":"own","recall":"27004","label":"none","item":{"brand":"Quindex","name":"desk fan"}}` + "\n" + second("check")
	eachEval(t, func(t *testing.T, s *check.Screener) {
		e, err := s.Evaluate([]*check.LabelFile{labels(t, "small", small), labels(t, "first", firstLabels)})
		if err != nil {
			t.Fatal(err)
		}
		for i, want := range []struct{ items, pairs, unjudged int }{{1, 2, 0}, {7, 8, 1}} {
			f := e.Sets[i].Of(check.HalfAll)
			if f.Items != want.items || f.Judged() != want.pairs || f.OthersUnjudged() != want.unjudged || f.OthersRight() != 0 {
				t.Errorf("%s: %d items, %d pairs, %d unjudged, %d others right, want %+v", e.Sets[i].Name, f.Items, f.Judged(), f.OthersUnjudged(), f.OthersRight(), want)
			}
		}
	})
}

// TestEvaluateRefuses: figures that would be wrong are not given.
func TestEvaluateRefuses(t *testing.T) {
	eachEval(t, func(t *testing.T, s *check.Screener) {
		line := func(recall string) string {
			return `{"id":"x","recall":"` + recall + `","label":"none","item":{"name":"desk fan"}}` + "\n"
		}
		for _, tt := range []struct {
			name, text, want string
			code             babyshield.Code
		}{
			{name: "unknown recall", text: line("27001") + line("99-999"), want: "set, line 2: the recall us-cpsc 99999 is not in this database", code: babyshield.NotFound},
			{name: "unknown agency", text: `{"id":"x","agency":"us-none","recall":"27001","label":"none","item":{"name":"desk fan"}}`, want: "us-none", code: babyshield.NotFound},
			{name: "judged twice", text: line("27001") + "\n" + line("27-001"), want: "set, line 3: the item x and the recall 27001 are judged already in set, line 1", code: babyshield.Invalid},
		} {
			_, err := s.Evaluate([]*check.LabelFile{labels(t, "set", tt.text)})
			if babyshield.CodeOf(err) != tt.code || !strings.Contains(babyshield.MessageOf(err), tt.want) {
				t.Errorf("%s: %v, want %s with %q", tt.name, err, tt.code, tt.want)
			}
		}
	})
}

func TestReadLabels(t *testing.T) {
	f := labels(t, "x.jsonl", "\ufeff{\"id\":7,\"recall\":\"99-120C\",\"label\":\"check\",\"missing\":[\"model\",\"the handle\"],\"extra\":1,\"item\":{\"name\":\" desk\\tfan \",\"gtin\":36000291452,\"colour\":\"red\",\"lot\":null}}\r\n\n")
	want := []check.Label{{
		File: "x.jsonl", Line: 1, ID: "7", Agency: "us-cpsc", Number: "99120c", Truth: babyshield.VerdictCheck,
		Missing: []string{"model"}, Item: babyshield.Item{Name: "desk fan", GTIN: "36000291452"},
	}}
	if diff := cmp.Diff(want, f.Labels); diff != "" {
		t.Errorf("labels (-want +got):\n%s", diff)
	}
	if len(f.Warnings) != 1 || !strings.Contains(f.Warnings[0], `x.jsonl, line 1: the item field "colour"`) {
		t.Errorf("warnings: %q", f.Warnings)
	}
	for _, tt := range []struct{ name, text, want string }{
		{"empty", " \n\n", "no labelled pair"},
		{"no JSON", "\nid,recall", "line 2: this is no line of labelled data"},
		{"a list", "[]", "line 1"},
		{"cut off", `{"id":"a","recall":"1","label":"none","item":{"name":"x"}`, "line 1"},
		{"no id", `{"recall":"1","label":"none","item":{"name":"x"}}`, "there is no id"},
		{"no recall", `{"id":"a","label":"none","item":{"name":"x"}}`, "there is no recall"},
		{"no label", `{"id":"a","recall":"1","item":{"name":"x"}}`, `not ""`},
		{"unknown label", `{"id":"a","recall":"1","label":"yes","item":{"name":"x"}}`, `not "yes"`},
		{"no item", `{"id":"a","recall":"1","label":"none"}`, "the item cannot be judged"},
		{"a list for a model", `{"id":"a","recall":"1","label":"none","item":{"model":["x"]}}`, "neither text nor a number"},
		{"a line without end", strings.Repeat(" ", 5<<20), "after line 0"},
	} {
		f, err := check.ReadLabels("x.jsonl", strings.NewReader(tt.text))
		if babyshield.CodeOf(err) != babyshield.Invalid || !strings.Contains(babyshield.MessageOf(err), tt.want) || f != nil {
			t.Errorf("%s: %v, want invalid with %q", tt.name, err, tt.want)
		}
	}
}

func FuzzReadLabels(f *testing.F) {
	f.Add(firstLabels)
	f.Add(second("none"))
	f.Add("\ufeff{\"id\":1,\"recall\":2,\"label\":\"none\",\"item\":{\"name\":null}}")
	f.Fuzz(func(t *testing.T, text string) {
		file, err := check.ReadLabels("x", strings.NewReader(text))
		if err != nil {
			if babyshield.CodeOf(err) != babyshield.Invalid {
				t.Errorf("not the caller's mistake: %v", err)
			}
			return
		}
		for _, l := range file.Labels {
			if l.ID == "" || l.Number == "" || l.Item.Validate() != nil || l.Line < 1 {
				t.Errorf("read %+v", l)
			}
		}
	})
}

func TestFoldNumber(t *testing.T) {
	for in, want := range map[string]string{"24-039": "24039", "2211": "02211", "99120C": "99120c", "99-120c": "99120c", "24\u2013 039": "24039"} {
		if got := check.FoldNumber(in); got != want {
			t.Errorf("FoldNumber(%q) = %q, want %q", in, got, want)
		}
	}
}

// TestHalfOf pins the split: were it to move, what somebody tuned on would be
// taken for what nobody saw.
func TestHalfOf(t *testing.T) {
	for in, want := range map[string]check.Half{
		"27001": check.HalfUnseen, "27002": check.HalfSeen, "27003": check.HalfUnseen, "27004": check.HalfSeen,
		"02211": check.HalfUnseen, "99120c": check.HalfUnseen,
	} {
		if got := check.HalfOf(in); got != want {
			t.Errorf("HalfOf(%q) = %s, want %s", in, got, want)
		}
	}
}

// TestInterval holds Wilson's interval against published values.
func TestInterval(t *testing.T) {
	for _, tt := range []struct {
		share     check.Share
		low, high float64
	}{
		{check.Share{Count: 0, Of: 10}, 0, 0.2775},
		{check.Share{Count: 10, Of: 10}, 0.7225, 1},
		{check.Share{Count: 50, Of: 100}, 0.4038, 0.5962},
		{check.Share{Count: 81, Of: 263}, 0.2553, 0.3662}, // Newcombe 1998, table I
		{check.Share{Count: 15, Of: 148}, 0.0624, 0.1605},
		{check.Share{Count: 1, Of: 29}, 0.0061, 0.1718},
	} {
		low, high := tt.share.Interval()
		if math.Abs(low-tt.low) > 0.00006 || math.Abs(high-tt.high) > 0.00006 {
			t.Errorf("%v: %.4f to %.4f, want %.4f to %.4f", tt.share, low, high, tt.low, tt.high)
		}
	}
}

// TestShares: each share on counts that differ in every cell.
func TestShares(t *testing.T) {
	f := check.Figures{
		Items: 8, PossibleItems: 2, AskedMissing: 5, NamedMissing: 3, Unjudged: [4]int{0, 4, 1, 2},
		Pairs:  check.Grid{{40, 30, 20, 10}, {4, 3, 2, 1}, {8, 7, 6, 5}, {16, 15, 14, 13}},
		Others: check.Grid{{0, 1, 2, 3}, {0, 1, 1, 1}, {0, 2, 3, 4}, {0, 3, 5, 7}},
	}
	for name, got := range map[string][2]check.Share{
		"found":         {f.Found(), {Count: 6 + 5 + 14 + 13, Of: 26 + 58}},
		"precision":     {f.Precision(), {Count: 38, Of: 38 + 30 + 5 + 3}},
		"at best":       {f.PrecisionAtBest(), {Count: 38, Of: 38 + 30 + 5}},
		"traps":         {f.Traps(), {Count: 30, Of: 100}},
		"said affected": {f.SaidAffected(), {Count: 13 + 7, Of: 10 + 1 + 5 + 13 + 3 + 1 + 4 + 7 + 2}},
		"affected said": {f.AffectedSaid(), {Count: 13, Of: 58}},
		"check found":   {f.CheckFound(), {Count: 11, Of: 26}},
		"missing named": {f.MissingNamed(), {Count: 3, Of: 5}},
	} {
		if got[0] != got[1] {
			t.Errorf("%s: %v, want %v", name, got[0], got[1])
		}
	}
	if got := f.PossibleMatches(); got != 30+3+7+15+1+1+2+3+4 {
		t.Errorf("possible matches: %d", got)
	}
	if got := f.Per1000(f.PossibleItems); got != 250 {
		t.Errorf("possible items per 1,000: %d, want 250", got)
	}
	if got := (&check.Figures{}).Per1000(1); got != 0 {
		t.Errorf("per 1,000 of no items: %d, want 0", got)
	}
	double := f.Plus(f)
	if double.Judged() != 2*f.Judged() || double.OthersRight() != 2*f.OthersRight() || double.OthersUnjudged() != 6 || double.Items != 16 || double.Found() != (check.Share{Count: 76, Of: 168}) {
		t.Errorf("twice: %+v", double)
	}
}

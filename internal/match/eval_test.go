package match_test

import (
	"bufio"
	"cmp"
	"compress/gzip"
	"encoding/json"
	"hash/fnv"
	"math"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/babyshield/babyshield"
	"github.com/babyshield/babyshield/internal/babyshieldtest"
	"github.com/babyshield/babyshield/internal/match"
)

// apiRecall is as much of a CPSC record as the tests here need.
type apiRecall struct {
	RecallNumber, RecallDate, Title, Description, URL string
	Products                                          []struct{ Name, Model, Type string }
	ProductUPCs                                       []struct{ UPC string }
	Retailers, Manufacturers, Importers, Distributors []struct{ Name string }
}

func (a *apiRecall) recall() *babyshield.Recall {
	r := &babyshield.Recall{
		Agency: "us-cpsc", Number: a.RecallNumber, Title: a.Title, Details: a.Description,
		Published: babyshield.Day(a.RecallDate[:min(10, len(a.RecallDate))]),
	}
	for _, p := range a.Products {
		e := babyshield.ProductEntry{Name: p.Name, Model: p.Model, Category: p.Type}
		for _, u := range a.ProductUPCs {
			e.UPCs = append(e.UPCs, u.UPC)
		}
		r.Products = append(r.Products, e)
	}
	for _, f := range a.Retailers {
		r.SoldAt = strings.TrimSpace(r.SoldAt + " " + f.Name)
	}
	for role, list := range map[string][]struct{ Name string }{"manufacturer": a.Manufacturers, "importer": a.Importers, "distributor": a.Distributors} {
		for _, f := range list {
			r.Firms = append(r.Firms, babyshield.Firm{Role: role, Name: f.Name})
		}
	}
	slices.SortFunc(r.Firms, func(a, b babyshield.Firm) int {
		return cmp.Or(-strings.Compare(a.Role, b.Role), strings.Compare(a.Name, b.Name))
	})
	return r
}

// canonical folds a recall number as CONTRACT says.
func canonical(n string) string {
	n = strings.ToLower(strings.ReplaceAll(n, "-", ""))
	digits := len(n) - len(strings.TrimLeft(n, "0123456789"))
	return strings.Repeat("0", max(0, 5-digits)) + n
}

func loadRecalls(tb testing.TB) []*babyshield.Recall {
	tb.Helper()
	f, err := os.Open(babyshieldtest.Shared(tb, "eval", "recalls-us-cpsc.json.gz"))
	if err != nil {
		tb.Fatal(err)
	}
	defer f.Close()
	z, err := gzip.NewReader(f)
	if err != nil {
		tb.Fatal(err)
	}
	var list []apiRecall
	if err := json.NewDecoder(z).Decode(&list); err != nil {
		tb.Fatal(err)
	}
	out := make([]*babyshield.Recall, 0, len(list))
	for i := range list {
		out = append(out, list[i].recall())
	}
	return out
}

// labelled is a line of the labelled data.
type labelled struct {
	ID, Recall, Label, Why string
	Missing                []string
	Item                   babyshield.Item
}

func loadLabels(tb testing.TB, file string) []labelled {
	tb.Helper()
	if file != ownLabels {
		file = babyshieldtest.Shared(tb, "eval", file)
	}
	f, err := os.Open(file)
	if err != nil {
		tb.Fatal(err)
	}
	defer f.Close()
	var out []labelled
	s := bufio.NewScanner(f)
	s.Buffer(nil, 1<<20)
	for s.Scan() {
		var l labelled
		if err := json.Unmarshal(s.Bytes(), &l); err != nil {
			tb.Fatal(err)
		}
		l.Recall = canonical(l.Recall)
		out = append(out, l)
	}
	if err := s.Err(); err != nil {
		tb.Fatal(err)
	}
	return out
}

// ownLabels are pairs that we wrote to develop the matcher with: figures on them
// flatter. They need the recalls of the shared folder too.
const ownLabels = "testdata/labels.jsonl"

// half is 0 for the half of the recalls that was looked at while the matcher was
// written, 1 for the half that was kept out of sight.
func half(number string) int {
	h := fnv.New32a()
	h.Write([]byte(number))
	return int(h.Sum32() % 2)
}

// prepared is a recall ready for comparison.
type prepared struct {
	number string
	*match.Recall
}

func prepareAll(recalls []*babyshield.Recall) []prepared {
	out := make([]prepared, 0, len(recalls))
	for _, r := range recalls {
		out = append(out, prepared{canonical(r.Number), match.Prepare(r, match.Read(r))})
	}
	return out
}

// score counts as the README of the labelled data defines found and precision.
type score struct {
	want, found            int // affected and check pairs, and those alerted
	traps, trapped         int // none pairs, and those alerted
	others                 int // alerts on a recall that is not the item's
	affected, calledSo     int // labelled affected, and called so
	saidAffected, saidTrue int
	missing, namedMissing  int
}

func (s *score) precision() float64 {
	return float64(s.found) / math.Max(1, float64(s.found+s.trapped+s.others))
}

func (s *score) recall() float64 { return float64(s.found) / math.Max(1, float64(s.want)) }

func (s *score) pair(l *labelled, j babyshield.Judgement) {
	alerted := j.Verdict.Alerts()
	switch l.Label {
	case "affected", "check":
		s.want++
		s.found += count(alerted)
		if l.Label == "affected" {
			s.affected++
			s.calledSo += count(j.Verdict == babyshield.VerdictAffected)
		} else if len(l.Missing) > 0 && alerted {
			s.missing++
			s.namedMissing += count(slices.ContainsFunc(j.Missing, func(f string) bool { return slices.Contains(l.Missing, f) }))
		}
	case "none":
		s.traps++
		s.trapped += count(alerted)
	}
	if j.Verdict == babyshield.VerdictAffected {
		s.saidAffected++
		s.saidTrue += count(l.Label == "affected")
	}
}

func count(b bool) int {
	if b {
		return 1
	}
	return 0
}

// TestEval measures the matcher over all labelled pairs and recalls and logs the
// figures of both halves. The floors only catch a matcher that is broken.
func TestEval(t *testing.T) {
	recalls := prepareAll(loadRecalls(t))
	byNumber := map[string][]prepared{}
	index := map[int64][]int{}
	for n, r := range recalls {
		byNumber[r.number] = append(byNumber[r.number], r)
		for _, k := range r.Keys() {
			index[k] = append(index[k], n)
		}
	}
	neutral := map[string]bool{}
	for _, l := range loadLabels(t, "owner-items-other-recalls.jsonl") {
		if l.Label == "affected" || l.Label == "check" {
			neutral[l.ID+" "+l.Recall] = true
		}
	}
	for _, file := range []string{"owner-items.jsonl", "report-items.jsonl", ownLabels} {
		var halves [2]score
		labels := loadLabels(t, file)
		named := map[string]bool{}
		for _, l := range labels {
			named[l.ID+" "+l.Recall] = true
		}
		seen := map[string]bool{}
		for n := range labels {
			l := &labels[n]
			s := &halves[half(l.Recall)]
			item := match.PrepareItem(&l.Item)
			rs := byNumber[l.Recall]
			if len(rs) == 0 {
				t.Fatalf("%s: no recall %s", l.ID, l.Recall)
			}
			j := match.Compare(rs[0].Recall, item)
			for _, r := range rs[1:] {
				if o := match.Compare(r.Recall, item); o.Verdict.Rank() > j.Verdict.Rank() {
					j = o
				}
			}
			s.pair(l, j)
			if os.Getenv("MATCH_EVAL_VERBOSE") != "" && half(l.Recall) == 0 && j.Verdict.Alerts() != (l.Label == "affected" || l.Label == "check") && l.Label != "possible" {
				t.Logf("%s label %s, got %q: %s %s %+v differ %v: %s", l.ID, l.Label, j.Verdict, l.Why, l.Recall, l.Item, j.Differ, j.Because)
			}
			if seen[l.ID] {
				continue
			}
			seen[l.ID] = true
			for _, o := range candidates(index, item) {
				r := recalls[o]
				if key := l.ID + " " + r.number; named[key] || neutral[key] {
					continue
				}
				if j := match.Compare(r.Recall, item); j.Verdict.Alerts() {
					s.others++
					if os.Getenv("MATCH_EVAL_VERBOSE") != "" && half(l.Recall) == 0 {
						t.Logf("%s OTHER %s %q: %+v: %v %s", l.ID, r.number, j.Verdict, l.Item, j.Agree, j.Because)
					}
				}
			}
		}
		for h, s := range halves {
			t.Logf("%s, %s half: found %d of %d (%.2f), precision %.2f, traps alerted %d of %d, on other recalls %d; "+
				"affected right %d of %d, labelled affected and called so %d of %d, missing named %d of %d",
				file, [2]string{"seen", "unseen"}[h], s.found, s.want, s.recall(), s.precision(), s.trapped, s.traps, s.others,
				s.saidTrue, s.saidAffected, s.calledSo, s.affected, s.namedMissing, s.missing)
			if file != "report-items.jsonl" && (s.recall() < 0.65 || s.precision() < 0.65) {
				t.Errorf("%s: found %.2f at precision %.2f, want at least 0.65 of each", file, s.recall(), s.precision())
			}
		}
	}
}

// candidates are the recalls that share a key with the item.
func candidates(index map[int64][]int, item *match.Item) []int {
	var out []int
	for _, k := range item.Keys() {
		out = append(out, index[k]...)
	}
	slices.Sort(out)
	return slices.Compact(out)
}

package babyshieldtest_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/babyshield/babyshield/internal/babyshieldtest"
	"github.com/babyshield/babyshield/internal/match"
)

// TestGenerator: the same seed gives the same, another seed another; what is made
// is read as well as the real recalls are.
func TestGenerator(t *testing.T) {
	g, again := babyshieldtest.NewGenerator(t, 1), babyshieldtest.NewGenerator(t, 1)
	const n, step = 9000, 7
	brands, models, gtins := map[string]bool{}, 0, 0
	for i := 0; i < n; i += step {
		r := g.Recall(i)
		if diff := cmp.Diff(r, again.Recall(i)); diff != "" {
			t.Fatalf("recall %d differs the second time:\n%s", i, diff)
		}
		for _, p := range match.Read(&r) {
			brands[strings.ToLower(p.Brand)] = true
			models += len(p.Models)
			gtins += len(p.GTINs)
		}
	}
	if len(brands) < 8 || g.Real && len(brands) < n/step/4 || models < n/step/2 || gtins < n/step/20 {
		t.Errorf("%d brands, %d models, %d barcodes in %d recalls: they are not like the real ones", len(brands), models, gtins, n/step)
	}
	if a, b := g.Recall(0), babyshieldtest.NewGenerator(t, 2).Recall(0); a.Title == b.Title && a.Details == b.Details {
		t.Error("another seed gives the same recall")
	}
}

// TestGeneratedItems: owners' items meet the recalls more often than not, near
// misses and foreign things seldom.
func TestGeneratedItems(t *testing.T) {
	g := babyshieldtest.NewGenerator(t, 1)
	const n, items = 1000, 4000
	index := map[int64][]*match.Recall{}
	for i := range n {
		r := g.Recall(i)
		p := match.Prepare(&r, match.Read(&r))
		for _, k := range p.Keys() {
			index[k] = append(index[k], p)
		}
	}
	var met [3]float64 // owners', near misses, foreign: the share that is alerted
	for i := range items {
		item := g.Item(i, n)
		p := match.PrepareItem(&item)
		alerted := 0.0
		for _, k := range p.Keys() {
			for _, r := range index[k] {
				if match.Compare(r, p).Verdict.Alerts() {
					alerted = 1
				}
			}
		}
		switch kind := i % 10; {
		case kind == 0:
			met[0] += alerted / (items * 0.1)
		case kind < 4:
			met[1] += alerted / (items * 0.3)
		default:
			met[2] += alerted / (items * 0.6)
		}
	}
	t.Logf("alerted: owners' items %.2f, near misses %.2f, foreign %.2f", met[0], met[1], met[2])
	if met[0] < 0.5 || met[1] > 0.3 || met[2] > 0.05 {
		t.Errorf("alerted: owners' items %.2f, near misses %.2f, foreign %.2f", met[0], met[1], met[2])
	}
}

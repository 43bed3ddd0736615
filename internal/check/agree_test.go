package check_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"golang.org/x/sync/errgroup"

	"github.com/babyshield/babyshield"
	"github.com/babyshield/babyshield/internal/babyshieldtest"
	"github.com/babyshield/babyshield/internal/check"
	"github.com/babyshield/babyshield/internal/store"
)

// TestScreenAgreesAtLarge compares the two roads to an answer over generated
// recalls, some of several lines, and items, from two goroutines as the command
// does.
func TestScreenAgreesAtLarge(t *testing.T) {
	const n, items = 150, 400
	g := babyshieldtest.NewGenerator(t, 5)
	eachChecker(t, func(t *testing.T, s *store.Store, c *check.Checker, _ *babyshieldtest.Clock) {
		var page []babyshield.Recall
		for i := range n {
			r := g.Recall(i)
			if i%3 == 0 { // another recall's products as further lines
				other := g.Recall(i + 1)
				r.Products = append(r.Products, other.Products...)
			}
			page = append(page, r)
		}
		babyshieldtest.Save(t, s, false, page...)
		read(t, s, "us-cpsc")
		screener, err := c.Screener(t.Context(), check.Options{}, nil)
		if err != nil || screener.Recalls() != n {
			t.Fatalf("%d recalls, %v", screener.Recalls(), err)
		}
		answers := make([]babyshield.Answer, items)
		var two errgroup.Group
		for half := range 2 {
			two.Go(func() error {
				for i := half; i < items; i += 2 {
					answers[i] = screener.Answer(g.Item(i, n), "")
				}
				return nil
			})
		}
		if err := two.Wait(); err != nil {
			t.Fatal(err)
		}
		met := 0
		for i := range items {
			want := ask(t, c, g.Item(i, n))
			if diff := cmp.Diff(want, answers[i], cmpopts.IgnoreFields(babyshield.Answer{}, "Checked")); diff != "" {
				t.Fatalf("item %d (-check +screen):\n%s", i, diff)
			}
			met += len(want.Matches)
		}
		if met < items/20 {
			t.Errorf("%d matches of %d items: this compares nothing", met, items)
		}
	})
}

// TestSamplesApart: a screener holds samples only until an agency was read, or
// where they are asked for, and marks them.
func TestSamplesApart(t *testing.T) {
	eachChecker(t, func(t *testing.T, s *store.Store, c *check.Checker, _ *babyshieldtest.Clock) {
		recalls := func(o check.Options) int {
			screener, err := c.Screener(t.Context(), o, nil)
			if err != nil {
				t.Fatal(err)
			}
			for _, m := range screener.Answer(listed, "").Matches {
				if m.Sample != (m.Number == "sample1") {
					t.Errorf("%+v: sample %t", o, m.Sample)
				}
			}
			return screener.Recalls()
		}
		if n := recalls(check.Options{}); n != 1 {
			t.Errorf("%d recalls before the first read, want the sample", n)
		}
		babyshieldtest.Save(t, s, false, swing)
		read(t, s, "us-cpsc")
		if n := recalls(check.Options{}); n != 1 {
			t.Errorf("%d recalls after it, want the real one", n)
		}
		if n := recalls(check.Options{Samples: true}); n != 2 {
			t.Errorf("%d recalls with samples, want 2", n)
		}
	})
}

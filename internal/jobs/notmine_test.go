package jobs_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/sync/errgroup"

	"github.com/babyshield/babyshield"
	"github.com/babyshield/babyshield/internal/babyshieldtest"
	"github.com/babyshield/babyshield/internal/store"
)

// TestNotMine: the answer stands through what it does not rest on, and falls with
// its ground.
func TestNotMine(t *testing.T) {
	t.Parallel()
	byLot := store.Answer{State: babyshield.MatchNotMine, Reason: "the label says B7", Fields: []string{"lot"}}
	for _, tt := range []struct {
		name   string
		change func(t *testing.T, s *store.Store)
		state  babyshield.MatchState
		why    string
	}{
		{"another model", func(t *testing.T, s *store.Store) {
			babyshieldtest.Save(t, s, true, amendedSwing("21", withModels("LS-2200 and QZ-4400")))
		}, babyshield.MatchNotMine, ""},
		{"its lot", func(t *testing.T, s *store.Store) {
			babyshieldtest.Save(t, s, true, amendedSwing("21", func(r *babyshield.Recall) { r.Details += " Lot numbers A100 and A200 are included." }))
		}, babyshield.MatchReopened, "lot"},
		{"the item's place", func(t *testing.T, s *store.Store) {
			edit(t, s, "North", func(it *babyshield.OwnedItem) { it.Location = "cellar" })
		}, babyshield.MatchNotMine, ""},
		{"the item's color", func(t *testing.T, s *store.Store) {
			edit(t, s, "North", func(it *babyshield.OwnedItem) { it.Color = "blue" })
		}, babyshield.MatchReopened, "item"},
		{"answered before the amendment was matched", func(t *testing.T, s *store.Store) {
			babyshieldtest.Save(t, s, true, amendedSwing("21", func(r *babyshield.Recall) { r.Details += " Lot numbers A100 and A200 are included." }))
			sayOf(t, s, "North", store.Answer{State: babyshield.MatchNotSure})
			sayOf(t, s, "North", byLot)
		}, babyshield.MatchReopened, "lot"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			babyshieldtest.EachStore(t, func(t *testing.T, s *store.Store) {
				sink := babyshieldtest.NewSink(nil)
				babyshieldtest.Household(t, s, "North", "n@example.org", thing)
				babyshieldtest.Save(t, s, true, swing)
				drain(t, s, sink)
				for range 2 {
					sayOf(t, s, "North", byLot)
				}
				tt.change(t, s)
				drain(t, s, sink)
				m := matchesOf(t, s, "North")[0]
				if m.State != tt.state || m.Answer == nil || m.Answer.Answer != babyshield.MatchNotMine || m.Answer.Reason != byLot.Reason || !cmp.Equal(m.Answer.Fields, byLot.Fields) {
					t.Fatalf("the match is %+v, its answer %+v; want %s", m, m.Answer, tt.state)
				}
				want := []string{"North new affected thing"}
				if tt.state == babyshield.MatchReopened {
					want = append(want, fmt.Sprintf("North widened %s thing", m.Verdict))
				}
				wantStories(t, s, tt.name, want...)
				why := ""
				if m.Answer.Why.Item {
					why = "item"
				}
				for _, f := range m.Answer.Why.Fields {
					why += f.Field
				}
				if why != tt.why || m.Answer.Reopened.IsZero() != (tt.why == "") {
					t.Errorf("re-opened at %v by %q, want %q", m.Answer.Reopened, why, tt.why)
				}
				audit(t, s)
				// The decision can be taken back and taken again.
				sayOf(t, s, "North", store.Answer{State: babyshield.MatchMine})
				sayOf(t, s, "North", byLot)
				if m := matchesOf(t, s, "North")[0]; m.State != babyshield.MatchNotMine || !m.Answer.Reopened.IsZero() {
					t.Errorf("answered anew: %+v", m)
				}
				if err := s.RemoveItem(t.Context(), babyshield.AsOperator(), "North", "thing"); err != nil {
					t.Fatal(err)
				}
				drain(t, s, sink)
				audit(t, s)
			})
		})
	}
}

// TestNotMineBeforeAnyAlert: what a back-fill found and somebody answered is asked
// and told when its ground falls, as the first alert.
func TestNotMineBeforeAnyAlert(t *testing.T) {
	babyshieldtest.EachStore(t, func(t *testing.T, s *store.Store) {
		sink := babyshieldtest.NewSink(nil)
		babyshieldtest.Household(t, s, "North", "n@example.org", thing)
		babyshieldtest.Save(t, s, false, swing)
		drain(t, s, sink)
		sayOf(t, s, "North", store.Answer{State: babyshield.MatchNotMine})
		items, _, err := s.ItemList(t.Context(), babyshield.AsOperator(), "North", 0, 10)
		if err != nil || items[0].Status != babyshield.StatusNoMatch || !cmp.Equal(items[0].NotMine, []string{swing.ID()}) {
			t.Errorf("the item is listed as %s with %v, %v", items[0].Status, items[0].NotMine, err)
		}
		babyshieldtest.Save(t, s, true, amendedSwing("20", withModels("LS-2200 and QZ-4400")))
		drain(t, s, sink)
		wantStories(t, s, "re-opened", "North new affected thing")
		audit(t, s)
	})
}

// TestAnsweredMeanwhile: people answer while the amendment that re-opens is being
// matched from both sides. In the end the match is re-opened and told, once.
func TestAnsweredMeanwhile(t *testing.T) {
	t.Parallel()
	babyshieldtest.EachStore(t, func(t *testing.T, s *store.Store) {
		sink := babyshieldtest.NewSink(nil)
		forever := time.Now().Add(time.Hour)
		for n := range babyshieldtest.Rounds(8, 80) {
			household := fmt.Sprintf("home %d", n)
			r := recallOf(n)
			it := product(n)
			it.Ref = "thing"
			babyshieldtest.Household(t, s, household, "", it)
			babyshieldtest.Save(t, s, true, r)
			drain(t, s, sink)
			id := matchesOf(t, s, household)[0].ID
			amended := r
			amended.Updated, amended.Details = "2026-11-21", r.Details+" Lot numbers A100 and A200 are included."
			babyshieldtest.Save(t, s, true, amended)
			var all errgroup.Group
			all.Go(func() error {
				return s.AnswerMatch(t.Context(), babyshield.AsOperator(), id, store.Answer{State: babyshield.MatchNotMine, Fields: []string{"lot"}})
			})
			all.Go(func() error {
				return s.MatchRecalls(t.Context(), babyshield.MatchRecallsArgs{Recalls: []int64{int64(n) + 1}}, forever)
			})
			all.Go(func() error {
				return s.MatchItems(t.Context(), babyshield.MatchItemsArgs{Items: []int64{int64(n) + 1}}, forever)
			})
			if err := all.Wait(); err != nil {
				t.Fatal(err)
			}
			drain(t, s, sink)
			m := matchesOf(t, s, household)[0]
			told := 0
			for _, a := range babyshieldtest.Alerts(t, s) {
				if a.Household == household && a.Class == babyshield.AlertWidened {
					told++
				}
			}
			// Answered before the matching: of the first version, and so re-opened.
			// Answered after it: of the second, and so it stands.
			if reopened := m.State == babyshield.MatchReopened; reopened != (told == 1) || !reopened && (m.State != babyshield.MatchNotMine || told != 0) {
				t.Errorf("round %d: %s, %d alerts that it widened", n, m.State, told)
			}
		}
		audit(t, s)
	})
}

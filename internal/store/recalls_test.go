package store_test

import (
	"fmt"
	"math/rand/v2"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/babyshield/babyshield"
	"github.com/babyshield/babyshield/internal/babyshieldtest"
	"github.com/babyshield/babyshield/internal/match"
	"github.com/babyshield/babyshield/internal/store"
)

// TestSaveOrder: the same records in any order, repeated or split over pages, give
// the same recalls.
func TestSaveOrder(t *testing.T) {
	var recalls []babyshield.Recall
	for i := range 6 {
		recalls = append(recalls, babyshieldtest.Recall(fmt.Sprintf("2700%d", i), "Lumora", "Swing", fmt.Sprintf("LS-%d00", i+1)))
	}
	for i := range 5 { // one recall in five parts
		p := babyshieldtest.Recall("90000", "Orchard", fmt.Sprintf("Apple Sauce %d", i), "")
		p.Agency, p.Part, p.Class, p.Status = "us-fda-food", fmt.Sprintf("F-%d", i), []string{"Class II", "Class I", "Class III"}[i%3], []string{"Terminated", "Ongoing"}[i%2]
		recalls = append(recalls, p)
	}
	poorer := recalls[0]
	poorer.Form, poorer.Title, poorer.Remedies = babyshield.FormExport, "Other words", nil
	recalls = append(recalls, poorer)

	babyshieldtest.EachDatabase(t, func(t *testing.T, url string) {
		want := map[string]string{}
		for round := range 6 {
			u := url
			if round > 0 {
				u = "sqlite:" + t.TempDir() + "/again.db"
			}
			s := babyshieldtest.Open(t, u)
			shuffled := append([]babyshield.Recall{}, recalls...)
			rng := rand.New(rand.NewPCG(uint64(round), 1))
			rng.Shuffle(len(shuffled), func(i, j int) { shuffled[i], shuffled[j] = shuffled[j], shuffled[i] })
			for _, r := range append(shuffled, shuffled...) {
				babyshieldtest.Save(t, s, true, r)
			}
			got := map[string]string{}
			for _, agency := range []string{"us-cpsc", "us-fda-food"} {
				list, _, err := s.RecallList(t.Context(), store.RecallFilter{Agency: agency})
				if err != nil {
					t.Fatal(err)
				}
				for _, r := range list {
					got[r.ID] = r.Digest()
				}
			}
			if round == 0 {
				want = got
			}
			if diff := cmp.Diff(want, got); diff != "" || len(got) != 7 {
				t.Fatalf("round %d: %d recalls (-want +got):\n%s", round, len(got), diff)
			}
		}
	})
}

// TestAmend: changed content is one revision more, an older copy is none, a
// record without some fields is none.
func TestAmend(t *testing.T) {
	babyshieldtest.EachStore(t, func(t *testing.T, s *store.Store) {
		r := babyshieldtest.Recall("27001", "Lumora", "Swing", "LS-2200")
		r.Products[0].UPCs = []string{"036000291452"}
		amended := r
		amended.Units, amended.Updated = "About 20", "2026-11-20"
		thin := amended
		thin.Products = []babyshield.ProductEntry{{Name: r.Products[0].Name}}
		thin.Contact = ""
		for i, step := range []struct {
			recall babyshield.Recall
			change store.Change
			rev    int64
		}{
			{r, store.New, 1},
			{r, store.Unchanged, 1},
			{amended, store.Amended, 2},
			{r, store.Unchanged, 2},
			{thin, store.Unchanged, 2},
			{amended, store.Unchanged, 2},
		} {
			if got := babyshieldtest.Save(t, s, true, step.recall)["27001"]; got != step.change {
				t.Errorf("step %d: %s, want %s", i, got, step.change)
			}
			stored, err := s.Recall(t.Context(), r.ID())
			if err != nil || stored.Revision != step.rev {
				t.Errorf("step %d: revision %d, %v; want %d", i, stored.Revision, err, step.rev)
			}
		}
		stored, err := s.Recall(t.Context(), r.ID())
		if err != nil || len(stored.Products[0].UPCs) != 1 || stored.Units != "About 20" {
			t.Errorf("stored: %+v, %v", stored.Recall, err)
		}
	})
}

// TestDirectionsAgree: what the key index finds for a recall and for an item is
// what a nested loop finds.
func TestDirectionsAgree(t *testing.T) {
	babyshieldtest.EachStore(t, func(t *testing.T, s *store.Store) {
		brands := []string{"Lumora", "Borealis", "Tall Oak", "Kiteway"}
		names := []string{"Cradle Swing", "Space Heater", "Bunk Bed", "Balance Bike"}
		var recalls []babyshield.Recall
		for i := range 12 {
			recalls = append(recalls, babyshieldtest.Recall(fmt.Sprintf("270%02d", i), brands[i%4], names[i/3%4], fmt.Sprintf("M-%d0X", i)))
		}
		babyshieldtest.Save(t, s, true, recalls...)
		for i := range 60 {
			item := babyshield.Item{Brand: brands[i%4], Name: names[i/4%4]}
			if i%2 == 0 {
				item.Model = fmt.Sprintf("m%d0x", i%12)
			}
			want := map[string]babyshield.Verdict{}
			p := match.PrepareItem(&item)
			for _, r := range recalls {
				if j := match.Compare(match.Prepare(&r, match.Read(&r)), p); j.Verdict != "" {
					want[r.ID()] = j.Verdict
				}
			}
			found, complete, err := s.Candidates(t.Context(), p.Keys(), false)
			if err != nil || !complete {
				t.Fatal(complete, err)
			}
			got := map[string]babyshield.Verdict{}
			for _, c := range found {
				n, err := c.Shown.Notice()
				if err != nil {
					t.Fatal(err)
				}
				r, _, err := match.Unpack(c.Keys, c.Lines)
				if err != nil {
					t.Fatal(err)
				}
				if j := match.Compare(r, p); j.Verdict != "" {
					got[babyshield.RecallID(n.Agency, n.Number)] = j.Verdict
				}
			}
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("item %+v (-loop +index):\n%s", item, diff)
			}
		}
	})
}

// TestRecallPages walks a list page by page.
func TestRecallPages(t *testing.T) {
	babyshieldtest.EachStore(t, func(t *testing.T, s *store.Store) {
		var all []babyshield.Recall
		for i := range 25 {
			r := babyshieldtest.Recall(fmt.Sprintf("271%02d", i), "Lumora", "Swing", "X-1")
			r.Published = babyshield.Day(fmt.Sprintf("2026-11-%02d", i%5+1))
			all = append(all, r)
		}
		babyshieldtest.Save(t, s, false, all...)
		seen := map[string]bool{}
		last := babyshield.Day("9999")
		for cursor, pages := "", 0; ; pages++ {
			list, next, err := s.RecallList(t.Context(), store.RecallFilter{Cursor: cursor, Size: 7})
			if err != nil {
				t.Fatal(err)
			}
			for _, r := range list {
				if seen[r.ID] || r.Published > last {
					t.Errorf("%s twice or out of order", r.Number)
				}
				seen[r.ID], last = true, r.Published
			}
			if cursor = next; next == "" {
				break
			}
		}
		if len(seen) != 25 {
			t.Errorf("%d recalls, want 25", len(seen))
		}
		if _, _, err := s.RecallList(t.Context(), store.RecallFilter{Cursor: "no cursor"}); babyshield.CodeOf(err) != babyshield.Invalid {
			t.Errorf("a broken cursor: %v", err)
		}
	})
}

// TestRecallsVersion: the version of the recalls changes with each that is added or
// amended, and with nothing else.
func TestRecallsVersion(t *testing.T) {
	babyshieldtest.EachStore(t, func(t *testing.T, s *store.Store) {
		version := func() string {
			t.Helper()
			v, err := s.RecallsVersion(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			return v
		}
		recall := babyshieldtest.Recall("27001", "Lumora", "Swing", "LS-100")
		seen := map[string]string{version(): "nothing"}
		for _, step := range []struct {
			name    string
			recall  babyshield.Recall
			changes bool
		}{
			{"a recall", recall, true},
			{"the same again", recall, false},
			{"an amendment", func() babyshield.Recall { r := recall; r.Title = "Other words"; return r }(), true},
			{"another recall", babyshieldtest.Recall("27002", "Quindex", "Rocker", "QR-1"), true},
		} {
			before := version()
			babyshieldtest.Save(t, s, true, step.recall)
			now := version()
			if (now != before) != step.changes {
				t.Errorf("%s: version %s after %s, changed must be %v", step.name, now, before, step.changes)
			}
			if other, old := seen[now]; step.changes && old {
				t.Errorf("%s: the version %s was that of %s", step.name, now, other)
			}
			seen[now] = step.name
		}
	})
}

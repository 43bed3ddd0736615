package store_test

import (
	"os"
	"strings"
	"testing"
	"time"

	"github.com/babyshield/babyshield"
	"github.com/babyshield/babyshield/internal/babyshieldtest"
	"github.com/babyshield/babyshield/internal/store"
)

// TestJudgedByAnOldVersion: the recall is amended, and the amendment gone through,
// between the judgement of an item and its saving. What is saved and told is of
// the present version: nobody else comes by here again.
func TestJudgedByAnOldVersion(t *testing.T) {
	for _, tt := range []struct {
		name   string
		change func(r *babyshield.Recall)
		alerts int
		rev    int64
	}{
		{"taken back", func(r *babyshield.Recall) { r.Status = "Withdrawn" }, 0, 0},
		{"another model", func(r *babyshield.Recall) {
			r.Products = []babyshield.ProductEntry{{Name: "Lumora Swing", Brand: "Lumora", Model: "QZ-4400"}}
			r.Details = "This recall involves Lumora Swing with model number QZ-4400."
		}, 0, 0},
		{"another remedy", func(r *babyshield.Recall) {
			r.Remedies = []babyshield.Remedy{{Code: "repair", Text: "Contact the firm."}}
		}, 1, 2},
		{"editorial", func(r *babyshield.Recall) { r.Contact = "555-0100" }, 1, 2},
	} {
		t.Run(tt.name, func(t *testing.T) {
			babyshieldtest.EachStore(t, func(t *testing.T, s *store.Store) {
				r := babyshieldtest.Recall("27001", "Lumora", "Swing", "LS-2200")
				babyshieldtest.Save(t, s, true, r)
				forever := time.Now().Add(time.Hour)
				match := func() {
					for _, met := range []bool{false, true} {
						if err := s.MatchRecalls(t.Context(), babyshield.MatchRecallsArgs{Recalls: []int64{1}, Met: met}, forever); err != nil {
							t.Fatal(err)
						}
					}
				}
				match()
				babyshieldtest.Household(t, s, "North", "", babyshield.Item{Brand: "Lumora", Name: "swing", Model: "LS2200"})
				err := store.JudgeThenSave(t.Context(), s, 1, 1, func() {
					amended := r
					amended.Updated = "2026-11-21"
					tt.change(&amended)
					babyshieldtest.Save(t, s, true, amended)
					if err := s.MatchRecalls(t.Context(), babyshield.MatchRecallsArgs{Recalls: []int64{1}, Met: true}, forever); err != nil {
						t.Fatal(err)
					}
				})
				if err != nil {
					t.Fatal(err)
				}
				if got := babyshieldtest.Alerts(t, s); len(got) != tt.alerts {
					t.Errorf("%d alerts, want %d: %+v", len(got), tt.alerts, got)
				}
				matches, _, err := s.MatchList(t.Context(), babyshield.AsOperator(), "North", 0, 10)
				if err != nil || len(matches) != tt.alerts || tt.alerts > 0 && matches[0].Revision != tt.rev {
					t.Errorf("matches %+v, %v, want %d of revision %d", matches, err, tt.alerts, tt.rev)
				}
			})
		})
	}
}

// TestMatchStates: the states of a match have one name in the code, in both
// databases and in the document that draws them.
func TestMatchStates(t *testing.T) {
	states := append([]babyshield.MatchState{babyshield.MatchOpen, babyshield.MatchReopened}, babyshield.Answers...)
	for _, name := range []string{"migrations/sqlite/00001_base.sql", "migrations/postgres/00001_base.sql", "../../docs/matches.md"} {
		text, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		quote := "'"
		if strings.HasSuffix(name, ".md") {
			quote = "**"
		}
		for _, s := range states {
			if !strings.Contains(string(text), quote+string(s)+quote) {
				t.Errorf("%s does not name the state %s", name, s)
			}
		}
	}
}

package store_test

import (
	"database/sql"
	"fmt"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/babyshield/babyshield"
	"github.com/babyshield/babyshield/internal/babyshieldtest"
	"github.com/babyshield/babyshield/internal/match"
	"github.com/babyshield/babyshield/internal/store"
)

// TestPreparedOfAnotherReader: what another version of the program prepared, or
// nobody, is prepared anew where it is needed, and by reading again.
func TestPreparedOfAnotherReader(t *testing.T) {
	babyshieldtest.EachDatabase(t, func(t *testing.T, url string) {
		s := babyshieldtest.Open(t, url)
		var recalls []babyshield.Recall
		for i := range 4 {
			recalls = append(recalls, babyshieldtest.Recall(fmt.Sprintf("2710%d", i), "Lumora", "Cradle Swing", fmt.Sprintf("LS-220%d", i)))
		}
		babyshieldtest.Save(t, s, false, recalls...)
		item := match.PrepareItem(&babyshield.Item{Brand: "Lumora", Name: "cradle swing"})
		want := candidates(t, s, item)
		if len(want) != 4 {
			t.Fatalf("%d candidates, want 4", len(want))
		}
		db := openRaw(t, url)
		for _, statement := range []string{
			"UPDATE recall_prepared SET reader = 0, lines = keys, shown = keys WHERE recall_id IN (SELECT min(recall_id) FROM recall_prepared)",
			"UPDATE recalls SET reader = 0 WHERE id IN (SELECT min(recall_id) FROM recall_prepared)",
			"DELETE FROM recall_prepared WHERE recall_id IN (SELECT max(recall_id) FROM recall_prepared)",
		} {
			if _, err := db.ExecContext(t.Context(), statement); err != nil {
				t.Fatal(err)
			}
		}
		if diff := cmp.Diff(want, candidates(t, s, item)); diff != "" {
			t.Errorf("candidates of another reader (-before +after):\n%s", diff)
		}
		read, changed, err := s.Reread(t.Context(), func(int) {})
		if err != nil || read != 1 || changed != 1 {
			t.Errorf("read %d again, changed %d, %v, want 1 and 1", read, changed, err)
		}
		var left int
		err = db.QueryRowContext(t.Context(), "SELECT count(*) FROM recall_prepared WHERE reader = 0").Scan(&left)
		if err != nil || left != 0 {
			t.Errorf("%d are left of the other reader, %v", left, err)
		}
		findings, err := s.Audit(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		broken := 0
		for _, f := range findings {
			if !f.Holds {
				broken++
				if f.Invariant != "every recall is prepared for matching" || len(f.Broken) != 1 {
					t.Errorf("%+v", f)
				}
			}
		}
		if broken != 1 {
			t.Errorf("%d invariants broken, want that of the one recall that is not prepared", broken)
		}
	})
}

// candidates are the judgements by title.
func candidates(t *testing.T, s *store.Store, item *match.Item) map[string]babyshield.Judgement {
	t.Helper()
	found, complete, err := s.Candidates(t.Context(), item.Keys(), false)
	if err != nil || !complete {
		t.Fatal(complete, err)
	}
	out := map[string]babyshield.Judgement{}
	for _, p := range found {
		r, _, err := match.Unpack(p.Keys, p.Lines)
		if err != nil {
			t.Fatal(err)
		}
		n, err := p.Shown.Notice()
		if err != nil {
			t.Fatal(err)
		}
		if n.Hazard == "" || len(n.Remedies) != 1 || n.URL == "" || n.Title == "" {
			t.Errorf("shown: %+v", n)
		}
		out[n.Agency+" "+n.Number] = match.Compare(r, item)
	}
	return out
}

func openRaw(t *testing.T, url string) *sql.DB {
	t.Helper()
	driver, source := "pgx", url
	if path, ok := store.SQLitePath(url); ok {
		driver, source = "sqlite", "file:"+path+"?_pragma=busy_timeout(10000)"
	}
	db, err := sql.Open(driver, source)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { db.Close() })
	return db
}

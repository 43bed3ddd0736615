package babyshieldtest_test

import (
	"database/sql"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/babyshield/babyshield/internal/babyshieldtest"
	"github.com/babyshield/babyshield/internal/store"

	"github.com/babyshield/babyshield"
)

// TestLoadRecalls: what is loaded in bulk is what the store's own road leaves, as
// far as finding and judging reads it.
func TestLoadRecalls(t *testing.T) {
	const n = 250
	g := babyshieldtest.NewGenerator(t, 3)
	newURL := map[string]func() string{
		"sqlite":   func() string { return "sqlite:" + filepath.Join(t.TempDir(), "load.db") },
		"postgres": func() string { return babyshieldtest.Postgres(t) },
	}
	for _, db := range []string{"sqlite", "postgres"} {
		t.Run(db, func(t *testing.T) {
			bulk, slow := newURL[db](), newURL[db]()
			babyshieldtest.LoadRecalls(t, g, n, bulk)
			s := babyshieldtest.Open(t, slow)
			var page []babyshield.Recall
			for i := range n {
				page = append(page, g.Recall(i))
			}
			babyshieldtest.Save(t, s, false, page...)
			for _, query := range []string{
				`SELECT r.public_id, r.agency, r.number, r.title, r.published, r.severity, r.revision, r.digest, r.content, r.products, r.reader,
					r.event_why, r.sample, r.muted, e.public_id FROM recalls r JOIN events e ON e.id = r.event_id ORDER BY r.number`,
				"SELECT k.key, r.public_id FROM recall_keys k JOIN recalls r ON r.id = k.recall_id ORDER BY k.key, r.public_id",
				"SELECT r.public_id, p.reader, p.sample, p.keys, p.lines, p.shown FROM recall_prepared p JOIN recalls r ON r.id = p.recall_id ORDER BY r.number",
				"SELECT u.url, e.public_id FROM event_urls u JOIN events e ON e.id = u.event_id ORDER BY u.url",
			} {
				got, want := rowsOf(t, bulk, query), rowsOf(t, slow, query)
				if diff := cmp.Diff(want, got); diff != "" || len(got) < n {
					t.Errorf("%d rows, %s\n(-saved +loaded):\n%.2000s", len(got), query, diff)
				}
			}
			s = babyshieldtest.Open(t, bulk)
			babyshieldtest.Save(t, s, false, babyshieldtest.Recall("27001", "Lumora", "Cradle Swing", "LS-2200")) // ids go on
		})
	}
}

func rowsOf(t *testing.T, url, query string) (all [][]any) {
	t.Helper()
	driver, source := "pgx", url
	if path, ok := store.SQLitePath(url); ok {
		driver, source = "sqlite", path
	}
	db, err := sql.Open(driver, source)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	rows, err := db.QueryContext(t.Context(), query)
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	columns, err := rows.Columns()
	if err != nil {
		t.Fatal(err)
	}
	for rows.Next() {
		row := make([]any, len(columns))
		to := make([]any, len(columns))
		for i := range row {
			to[i] = &row[i]
		}
		if err := rows.Scan(to...); err != nil {
			t.Fatal(err)
		}
		all = append(all, row)
	}
	if err := rows.Err(); err != nil {
		t.Fatal(err)
	}
	return all
}

package check_test

import (
	"database/sql"
	"fmt"
	"path/filepath"
	"strings"
	"testing"

	"github.com/babyshield/babyshield"
	"github.com/babyshield/babyshield/internal/store"
)

// rival is what one would use without keys: a trigram index over the titles and
// the names of the products, asked for the twenty best rows. SQLite has FTS5 with
// its trigram tokenizer (any of the words, ordered by rank), PostgreSQL pg_trgm
// (word_similarity at its default threshold).
type rival struct {
	db    *sql.DB
	query string
	value func(words []string) string
}

// newRival copies the recalls' texts into a table of the rival's own and indexes
// them.
func newRival(b *testing.B, w *world) *rival {
	b.Helper()
	if path, ok := store.SQLitePath(w.url); ok {
		db := openRival(b, "sqlite", filepath.Join(b.TempDir(), "rival.db"))
		db.SetMaxOpenConns(1)
		for _, s := range []string{
			"PRAGMA synchronous = OFF",
			"ATTACH '" + path + "' AS recalled",
			"CREATE VIRTUAL TABLE rival USING fts5(t, tokenize = 'trigram', detail = full)",
			`INSERT INTO rival (rowid, t) SELECT id, title || ' ' || coalesce((SELECT group_concat(value ->> 'name', ' ') FROM json_each(products)), '') FROM recalled.recalls`,
			"INSERT INTO rival (rival) VALUES ('optimize')",
		} {
			execRival(b, db, s)
		}
		return &rival{db, "SELECT rowid FROM rival WHERE rival MATCH $1 ORDER BY rank LIMIT 20", func(words []string) string {
			return `"` + strings.Join(words, `" OR "`) + `"`
		}}
	}
	db := openRival(b, "pgx", w.url)
	for _, s := range []string{
		"CREATE EXTENSION IF NOT EXISTS pg_trgm",
		"DROP TABLE IF EXISTS rival",
		`CREATE TABLE rival AS SELECT id, title || ' ' || coalesce((SELECT string_agg(p ->> 'name', ' ') FROM json_array_elements(products::json) p), '') AS t FROM recalls`,
		"CREATE INDEX ON rival USING gin (t gin_trgm_ops)",
		"ANALYZE rival",
	} {
		execRival(b, db, s)
	}
	return &rival{db, "SELECT id FROM rival WHERE $1 <% t ORDER BY word_similarity($1, t) DESC LIMIT 20", func(words []string) string {
		return strings.Join(words, " ")
	}}
}

func openRival(b *testing.B, driver, source string) *sql.DB {
	b.Helper()
	db, err := sql.Open(driver, source)
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { db.Close() })
	return db
}

func execRival(b *testing.B, db *sql.DB, statement string) {
	b.Helper()
	if _, err := db.ExecContext(b.Context(), statement); err != nil {
		b.Fatal(fmt.Errorf("%s: %w", statement, err))
	}
}

// search finds at most twenty recalls and returns how many.
func (r *rival) search(b *testing.B, item *babyshield.Item) int {
	b.Helper()
	words := rivalWords(item)
	if len(words) == 0 {
		return 0
	}
	rows, err := r.db.QueryContext(b.Context(), r.query, r.value(words))
	if err != nil {
		b.Fatalf("searching for %q: %v", words, err)
	}
	defer rows.Close()
	n := 0
	for rows.Next() {
		n++
	}
	if err := rows.Err(); err != nil {
		b.Fatal(err)
	}
	return n
}

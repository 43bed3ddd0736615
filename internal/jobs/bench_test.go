package jobs_test

import (
	"database/sql"
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/babyshield/babyshield/internal/babyshieldtest"
	"github.com/babyshield/babyshield/internal/jobs"
	"github.com/babyshield/babyshield/internal/store"
)

// BenchmarkImport imports the 902 recorded CPSC recalls, beside the limit in the
// same run: the raw insert of the very rows that the import left, in one
// transaction per hundred, into tables without anything else to do.
func BenchmarkImport(b *testing.B) {
	file := babyshieldtest.Shared(b, "feeds", "us-cpsc", "recall-2023-12..2026-03-902-records.json.gz")
	for _, db := range []string{"sqlite", "postgres"} {
		b.Run(db, func(b *testing.B) {
			var took, raw, again []time.Duration
			for range b.N {
				url := "sqlite:" + filepath.Join(b.TempDir(), "import.db")
				if db == "postgres" {
					url = babyshieldtest.Postgres(b)
				}
				s := babyshieldtest.Open(b, url, func(o *store.Options) { o.Log = babyshieldtest.Quiet() })
				d := jobs.Deps{Store: s, Log: babyshieldtest.Quiet(), Now: s.Now}
				babyshieldtest.ResetPeak()
				took = append(took, importOnce(b, d, file))
				b.ReportMetric(babyshieldtest.PeakMB(), "peak-MB")
				again = append(again, importOnce(b, d, file))
				raw = append(raw, rawInsert(b, url))
			}
			t, r, a := median(took), median(raw), median(again)
			b.ReportMetric(0, "ns/op")
			b.ReportMetric(902/t.Seconds(), "recalls/s")
			b.ReportMetric(float64(t.Milliseconds()), "import-ms")
			b.ReportMetric(float64(a.Milliseconds()), "same-file-again-ms")
			b.ReportMetric(float64(r.Milliseconds()), "limit-raw-insert-ms")
			b.ReportMetric(t.Seconds()/r.Seconds(), "times-raw-insert")
		})
	}
}

func median(d []time.Duration) time.Duration {
	slices.Sort(d)
	return d[len(d)/2]
}

func importOnce(b *testing.B, d jobs.Deps, file string) time.Duration {
	b.Helper()
	start := time.Now()
	got, err := jobs.Import(b.Context(), d, "us-cpsc", []string{file}, jobs.ImportOptions{})
	if err != nil || got.Recalls != 902 {
		b.Fatalf("%+v, %v", got, err)
	}
	return time.Since(start)
}

// rawInsert copies the rows of the import's tables into bare copies of them.
func rawInsert(b *testing.B, url string) time.Duration {
	b.Helper()
	driver, source := "pgx", url
	if path, ok := store.SQLitePath(url); ok {
		driver, source = "sqlite", "file:"+path+"?_pragma=busy_timeout(10000)&_pragma=synchronous(FULL)&_txlock=immediate"
	}
	db, err := sql.Open(driver, source)
	if err != nil {
		b.Fatal(err)
	}
	defer db.Close()
	var total time.Duration
	for _, table := range []string{"notices", "recalls", "recall_parts", "recall_revisions", "recall_keys"} {
		rows, columns := readAll(b, db, table)
		if _, err := db.ExecContext(b.Context(), "CREATE TABLE bare_"+table+" AS SELECT * FROM "+table+" WHERE 1 = 0"); err != nil {
			b.Fatal(err)
		}
		start := time.Now()
		for page := range slices.Chunk(rows, 100) {
			insertPage(b, db, "bare_"+table, columns, page)
		}
		total += time.Since(start)
	}
	return total
}

func readAll(b *testing.B, db *sql.DB, table string) ([][]any, int) {
	b.Helper()
	rows, err := db.QueryContext(b.Context(), "SELECT * FROM "+table)
	if err != nil {
		b.Fatal(err)
	}
	defer rows.Close()
	columns, err := rows.Columns()
	if err != nil {
		b.Fatal(err)
	}
	var out [][]any
	for rows.Next() {
		row, into := make([]any, len(columns)), make([]any, len(columns))
		for i := range row {
			into[i] = &row[i]
		}
		if err := rows.Scan(into...); err != nil {
			b.Fatal(err)
		}
		out = append(out, row)
	}
	if err := rows.Err(); err != nil {
		b.Fatal(err)
	}
	return out, len(columns)
}

func insertPage(b *testing.B, db *sql.DB, table string, columns int, page [][]any) {
	b.Helper()
	tx, err := db.BeginTx(b.Context(), nil)
	if err != nil {
		b.Fatal(err)
	}
	marks := make([]string, columns)
	for i := range marks {
		marks[i] = fmt.Sprintf("$%d", i+1)
	}
	st, err := tx.PrepareContext(b.Context(), "INSERT INTO "+table+" VALUES ("+strings.Join(marks, ",")+")")
	if err != nil {
		b.Fatal(err)
	}
	defer func() { _ = st.Close() }() // the transaction ends it anyway
	for _, row := range page {
		if _, err := st.ExecContext(b.Context(), row...); err != nil {
			b.Fatal(err)
		}
	}
	if err := tx.Commit(); err != nil {
		b.Fatal(err)
	}
}

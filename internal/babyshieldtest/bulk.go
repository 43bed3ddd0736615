package babyshieldtest

import (
	"context"
	"database/sql"
	"fmt"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5"

	"github.com/babyshield/babyshield/internal/store"
)

// Bulk loads tables past the store's methods, as fast as the database takes
// rows, where loading is not what is measured. While it is open nobody else may
// use the database.
type Bulk struct {
	tb   testing.TB
	lite *sql.DB   // or
	pg   *pgx.Conn // one of the two
	done []string  // statements for Close
}

// NewBulk makes the database's tables, if they are missing, and begins to load.
func NewBulk(tb testing.TB, url string) *Bulk {
	tb.Helper()
	s, err := store.Open(tb.Context(), store.Options{URL: url, Create: true, Sealer: PlainSealer{}, Log: Quiet(), Seed: store.Seed{Agencies: Agencies()}})
	if err != nil {
		tb.Fatalf("opening a store: %v", err)
	}
	if err := s.Close(); err != nil {
		tb.Fatal(err)
	}
	b := &Bulk{tb: tb}
	path, ok := store.SQLitePath(url)
	if !ok {
		if b.pg, err = pgx.Connect(tb.Context(), url); err != nil {
			tb.Fatal(err)
		}
		// Rows are checked against other tables one by one otherwise.
		b.exec("SET session_replication_role = replica")
		b.exec("SET maintenance_work_mem = '512MB'")
		b.done = []string{"VACUUM (ANALYZE)"} // as autovacuum would in the end
		return b
	}
	if b.lite, err = sql.Open("sqlite", "file:"+path+"?_pragma=cache_size(-200000)"); err != nil {
		tb.Fatal(err)
	}
	b.lite.SetMaxOpenConns(1)
	b.exec("PRAGMA journal_mode = DELETE") // WAL goes to nothing by this step only
	b.exec("PRAGMA journal_mode = OFF")
	b.exec("PRAGMA synchronous = OFF")
	b.exec("PRAGMA locking_mode = EXCLUSIVE")
	b.done = []string{"PRAGMA locking_mode = NORMAL", "PRAGMA journal_mode = WAL"}
	return b
}

func (b *Bulk) exec(statement string) {
	b.tb.Helper()
	var err error
	if b.pg != nil {
		_, err = b.pg.Exec(b.tb.Context(), statement)
	} else {
		_, err = b.lite.ExecContext(b.tb.Context(), statement)
	}
	if err != nil {
		b.tb.Fatalf("%s: %v", statement, err)
	}
}

// Close ends the loading: statistics are made, and the file is as the store
// expects it.
func (b *Bulk) Close() {
	b.tb.Helper()
	for _, s := range b.done {
		b.exec(s)
	}
	if b.pg != nil {
		if err := b.pg.Close(context.Background()); err != nil {
			b.tb.Fatal(err)
		}
		return
	}
	if err := b.lite.Close(); err != nil {
		b.tb.Fatal(err)
	}
}

// Copy appends n rows to a table.
func (b *Bulk) Copy(table, columns string, n int, row func(i int) []any) {
	b.tb.Helper()
	if b.pg == nil {
		b.insert(table, columns, n, row)
		return
	}
	i := -1
	source := pgx.CopyFromFunc(func() ([]any, error) {
		if i++; i >= n {
			return nil, nil
		}
		return row(i), nil
	})
	names := strings.Split(strings.ReplaceAll(columns, " ", ""), ",")
	if _, err := b.pg.CopyFrom(b.tb.Context(), pgx.Identifier{table}, names, source); err != nil {
		b.tb.Fatalf("loading %s: %v", table, err)
	}
}

// rowsAtOnce is how many rows one INSERT of SQLite takes: enough that the cost of
// a statement does not show.
const rowsAtOnce = 100

func (b *Bulk) insert(table, columns string, n int, row func(i int) []any) {
	b.tb.Helper()
	ctx := b.tb.Context()
	tx, err := b.lite.BeginTx(ctx, nil)
	if err != nil {
		b.tb.Fatal(err)
	}
	one := "(" + strings.TrimSuffix(strings.Repeat("?,", strings.Count(columns, ",")+1), ",") + ")"
	into := "INSERT INTO " + table + " (" + columns + ") VALUES "
	many, err := tx.PrepareContext(ctx, into+strings.TrimSuffix(strings.Repeat(one+",", rowsAtOnce), ","))
	if err != nil {
		b.tb.Fatal(err)
	}
	defer func() { _ = many.Close() }() // the transaction ends it anyway
	args := make([]any, 0, rowsAtOnce*(strings.Count(columns, ",")+1))
	for i := 0; i < n; {
		args = args[:0]
		rows := min(n-i, rowsAtOnce)
		for range rows {
			args = append(args, row(i)...)
			i++
		}
		if rows == rowsAtOnce {
			_, err = many.ExecContext(ctx, args...)
		} else {
			_, err = tx.ExecContext(ctx, into+strings.TrimSuffix(strings.Repeat(one+",", rows), ","), args...)
		}
		if err != nil {
			b.tb.Fatalf("loading %s up to row %d: %v", table, i, err)
		}
	}
	if err := tx.Commit(); err != nil {
		b.tb.Fatal(err)
	}
}

// KeyOf is a key and whose it is.
type KeyOf struct{ Key, ID int64 }

// CopyKeys fills an empty table of keys ("recall_keys", "item_keys"), whose pairs
// must be sorted. Its indexes are made afterwards, which gives the same and is
// faster.
func (b *Bulk) CopyKeys(table, column string, keys []KeyOf) {
	b.tb.Helper()
	b.exec("DROP INDEX " + table + "_by_" + strings.TrimSuffix(column, "_id"))
	if b.pg != nil {
		b.exec("ALTER TABLE " + table + " DROP CONSTRAINT " + table + "_pkey")
	}
	row := make([]any, 2) // a row is used up before the next one is asked for
	b.Copy(table, "key, "+column, len(keys), func(i int) []any {
		row[0], row[1] = keys[i].Key, keys[i].ID
		return row
	})
	if b.pg != nil {
		b.exec("ALTER TABLE " + table + " ADD PRIMARY KEY (key, " + column + ")")
	}
	b.exec(fmt.Sprintf("CREATE INDEX %s_by_%s ON %s (%s)", table, strings.TrimSuffix(column, "_id"), table, column))
}

// NextIDs lets a table's own ids go on behind n that were loaded.
func (b *Bulk) NextIDs(table string, n int) {
	b.tb.Helper()
	if b.pg != nil { // SQLite takes the largest id for the last
		b.exec(fmt.Sprintf("SELECT setval(pg_get_serial_sequence('%s', 'id'), %d)", table, n))
	}
}

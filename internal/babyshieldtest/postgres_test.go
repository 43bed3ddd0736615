package babyshieldtest_test

import (
	"testing"

	"github.com/jackc/pgx/v5"

	"github.com/babyshield/babyshield/internal/babyshieldtest"
)

func TestPostgresIsEmptyAndOurs(t *testing.T) {
	first, second := babyshieldtest.Postgres(t), babyshieldtest.Postgres(t)
	if first == second {
		t.Fatalf("two calls gave the same database %s", first)
	}
	for _, u := range []string{first, second} {
		conn, err := pgx.Connect(t.Context(), u)
		if err != nil {
			t.Fatal(err)
		}
		defer conn.Close(t.Context())
		// The same table in both: fails if they were one database, or not empty.
		if _, err := conn.Exec(t.Context(), "CREATE TABLE marks (id BIGINT PRIMARY KEY)"); err != nil {
			t.Errorf("creating a table in an empty database: %v", err)
		}
	}
}

func TestPostgresIsDropped(t *testing.T) {
	server := babyshieldtest.Postgres(t)
	var database string
	t.Run("user", func(t *testing.T) {
		config, err := pgx.ParseConfig(babyshieldtest.Postgres(t))
		if err != nil {
			t.Fatal(err)
		}
		database = config.Database
		if got := countDatabases(t, server, database); got != 1 {
			t.Errorf("while its test runs: %d databases %s, want 1", got, database)
		}
	})
	if got := countDatabases(t, server, database); got != 0 {
		t.Errorf("after its test: %d databases %s, want 0", got, database)
	}
}

func countDatabases(t *testing.T, server, name string) (n int) {
	t.Helper()
	conn, err := pgx.Connect(t.Context(), server)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close(t.Context())
	if err := conn.QueryRow(t.Context(), "SELECT count(*) FROM pg_database WHERE datname = $1", name).Scan(&n); err != nil {
		t.Fatal(err)
	}
	return n
}

// BenchmarkPostgres tells what a database costs each test, without its drop.
func BenchmarkPostgres(b *testing.B) {
	for b.Loop() {
		babyshieldtest.Postgres(b)
	}
}

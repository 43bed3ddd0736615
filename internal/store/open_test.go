package store_test

import (
	"context"
	"database/sql"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/babyshield/babyshield"
	"github.com/babyshield/babyshield/internal/babyshieldtest"
	"github.com/babyshield/babyshield/internal/store"
)

// TestOpenRefuses: whatever is wrong with a database is said in one plain line,
// and nothing is written to it.
func TestOpenRefuses(t *testing.T) {
	file := func(t *testing.T, content string) string {
		path := filepath.Join(t.TempDir(), "x.db")
		if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
		return path
	}
	for _, c := range []struct {
		name   string
		create bool
		url    func(t *testing.T) string
		want   string
	}{
		{"missing", false, func(t *testing.T) string { return filepath.Join(t.TempDir(), "none.db") }, "There is no database"},
		{"empty file", false, func(t *testing.T) string { return file(t, "") }, "empty or of an older"},
		{"no database", true, func(t *testing.T) string { return file(t, strings.Repeat("not a database ", 20)) }, "no SQLite file"},
		{"short", true, func(t *testing.T) string { return file(t, "x") }, "no SQLite file"},
		{"another program's", true, otherProgram, "another program"},
		{"newer", true, func(t *testing.T) string { return newer(t, filepath.Join(t.TempDir(), "new.db")) }, "newer BabyShield"},
		{"no path", true, func(*testing.T) string { return "sqlite:" }, "no database of ours"},
		{"no server", true, func(*testing.T) string { return "postgres://nobody@127.0.0.1:1/none?connect_timeout=2" }, "does not answer"},
		{"newer postgres", true, func(t *testing.T) string { return newer(t, babyshieldtest.Postgres(t)) }, "newer BabyShield"},
		{"empty postgres", false, func(t *testing.T) string { return babyshieldtest.Postgres(t) }, "empty or of an older"},
	} {
		t.Run(c.name, func(t *testing.T) {
			s, err := store.Open(t.Context(), store.Options{URL: c.url(t), Create: c.create})
			if err == nil {
				t.Fatal("opened", s.Close())
			}
			if got := babyshield.MessageOf(err); !strings.Contains(got, c.want) || strings.Contains(got, "\n") {
				t.Errorf("got %q (%v), want one line with %q", got, err, c.want)
			}
		})
	}
}

// TestOpenReadOnly: as root every file is writable, so the folder is a file here.
func TestOpenReadOnly(t *testing.T) {
	blocked := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(blocked, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	_, err := store.Open(t.Context(), store.Options{URL: filepath.Join(blocked, "x.db"), Create: true})
	if err == nil || strings.Contains(err.Error(), "\n") {
		t.Errorf("got %v, want one line", err)
	}
}

// TestOpenLocked: a writer that never ends makes the start fail with a plain line,
// after the busy timeout.
func TestOpenLocked(t *testing.T) {
	if testing.Short() {
		t.Skip("waits for SQLite's busy timeout")
	}
	path := filepath.Join(t.TempDir(), "x.db")
	babyshieldtest.Open(t, path)
	db := openSQL(t, path)
	conn, err := db.Conn(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	if _, err := conn.ExecContext(t.Context(), "BEGIN EXCLUSIVE"); err != nil {
		t.Fatal(err)
	}
	_, err = store.Open(t.Context(), store.Options{URL: path, Create: true})
	if got := babyshield.MessageOf(err); !strings.Contains(got, "locked") {
		t.Errorf("got %q (%v)", got, err)
	}
}

func otherProgram(t *testing.T) string {
	path := filepath.Join(t.TempDir(), "other.db")
	if _, err := openSQL(t, path).ExecContext(context.Background(), "CREATE TABLE songs (id INTEGER)"); err != nil {
		t.Fatal(err)
	}
	return path
}

// newer makes a database of ours and marks it as of a later version.
func newer(t *testing.T, url string) string {
	babyshieldtest.Open(t, url)
	db := openSQL(t, url)
	if _, err := db.ExecContext(t.Context(), "INSERT INTO babyshield_migrations (version_id, is_applied) VALUES (99999, true)"); err != nil {
		t.Fatal(err)
	}
	return url
}

func openSQL(t *testing.T, url string) *sql.DB {
	t.Helper()
	driver, source := "sqlite", url
	if strings.HasPrefix(url, "postgres://") {
		driver = "pgx"
	}
	db, err := sql.Open(driver, source)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { db.Close() })
	return db
}

// TestMigrateAgain: opening a current database again changes nothing.
func TestMigrateAgain(t *testing.T) {
	babyshieldtest.EachDatabase(t, func(t *testing.T, url string) {
		for range 3 {
			s := babyshieldtest.Open(t, url)
			states, err := s.Agencies(t.Context())
			if err != nil || len(states) != len(babyshieldtest.Agencies()) {
				t.Fatalf("%d agencies, %v", len(states), err)
			}
		}
	})
}

// TestDriverBindsByNumber pins what the one SQL text rests on: $2 means the second
// argument, wherever it stands. mattn/go-sqlite3 would bind by order.
func TestDriverBindsByNumber(t *testing.T) {
	var a, b string
	err := openSQL(t, filepath.Join(t.TempDir(), "x.db")).QueryRowContext(t.Context(), "SELECT $2, $1", "one", "two").Scan(&a, &b)
	if err != nil || a != "two" || b != "one" {
		t.Errorf("got %q %q, %v", a, b, err)
	}
}

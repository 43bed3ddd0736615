package main

import (
	"bytes"
	"context"
	"database/sql"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/babyshield/babyshield/internal/agency"
	"github.com/babyshield/babyshield/internal/auth"
	"github.com/babyshield/babyshield/internal/babyshieldtest"
	"github.com/babyshield/babyshield/internal/store"
)

// processes is how many start at once, as many as a careless operator would; fewer
// under the race detector, where each costs ten times as much.
func processes() int { return babyshieldtest.Rounds(64, 64) }

// asProcess makes the test binary act as the program: "main", "screen", or
// "naive", which seeds by looking first, as the predecessor did.
const asProcess = "BABYSHIELD_TEST_PROCESS"

func TestMain(m *testing.M) {
	if role := os.Getenv(asProcess); role != "" {
		if err := act(role); err != nil {
			fmt.Fprintln(os.Stderr, err)
			exit(1)
		}
		exit(0)
	}
	exit(m.Run())
}

// exit ends a test process; main does it by itself.
func exit(code int) { os.Exit(code) } //nolint:forbidigo // a test binary that acts as the program has no other way to tell its outcome

// act plays the program, or the naive one, from the starting gun on.
func act(role string) (err error) {
	if role == "screen" { // at once, with checkpoints as close as the disk allows
		checkpointEvery = 0
		main()
		return nil
	}
	var db *sql.DB
	if role == "naive" {
		if db, err = openNaive(os.Getenv("BABYSHIELD_DATABASE")); err != nil {
			return err
		}
	}
	// Ready; then the gun: the parent closes its end of the gate for all at once.
	if _, err := os.NewFile(4, "ready").Write([]byte{1}); err != nil {
		return err
	}
	if _, err := io.ReadAll(os.NewFile(3, "gate")); err != nil {
		return err
	}
	if role == "naive" {
		return naiveSeed(db)
	}
	main()
	return nil
}

// race starts all processes of a round at the same moment, each running its
// commands one after another, and returns what they printed and how they failed.
func race(t *testing.T, role string, env []string, commands ...string) (output string, failures []string) {
	t.Helper()
	read, write, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	readyRead, readyWrite, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	pipes := []*os.File{read, readyWrite}
	ctx, cancel := context.WithTimeout(t.Context(), 3*time.Minute)
	defer cancel()
	var mu sync.Mutex
	var all strings.Builder
	var wg sync.WaitGroup
	for range processes() {
		first := start(ctx, t, role, env, pipes, commands[0])
		wg.Go(func() {
			out, err := first()
			for _, c := range commands[1:] {
				if err != nil {
					break
				}
				var more string
				more, err = start(ctx, t, role, env, pipes, c)()
				out += more
			}
			mu.Lock()
			defer mu.Unlock()
			all.WriteString(out)
			if err != nil {
				failures = append(failures, fmt.Sprintf("%v: %s", err, out))
			}
		})
	}
	if _, err := io.ReadFull(readyRead, make([]byte, processes())); err != nil {
		t.Error(err)
	}
	write.Close()
	wg.Wait()
	for _, f := range []*os.File{read, readyRead, readyWrite} {
		f.Close()
	}
	return all.String(), failures
}

// start begins one process and returns a function that waits for it.
func start(ctx context.Context, t *testing.T, role string, env []string, pipes []*os.File, command string) func() (string, error) {
	t.Helper()
	cmd := exec.CommandContext(ctx, os.Args[0], strings.Fields(command)...)
	cmd.Env = append(append(os.Environ(), env...), asProcess+"="+role)
	cmd.ExtraFiles = pipes
	var out bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &out
	if err := cmd.Start(); err != nil {
		return func() (string, error) { return "", err }
	}
	return func() (string, error) {
		err := cmd.Wait()
		return out.String(), err
	}
}

// TestStartRace starts 64 processes on an empty database, each `migrate` and then
// `work --drain`: none may fail, and each seed is there exactly once.
func TestStartRace(t *testing.T) {
	rounds := babyshieldtest.Rounds(20, 200)
	for _, db := range []string{"sqlite", "postgres"} {
		t.Run(db, func(t *testing.T) {
			began, failed := time.Now(), 0
			for round := range rounds {
				url, env := emptyDatabase(t, db)
				out, failures := race(t, "main", env, "migrate", "work --drain")
				failed += len(failures)
				for _, f := range failures {
					t.Errorf("round %d: %s", round, f)
				}
				seededOnce(t, url, out)
			}
			t.Logf("%d rounds of %d processes, each migrate and then work: %d failures in %d starts, %s", rounds, processes(), failed, 2*rounds*processes(), time.Since(began).Round(time.Second))
		})
	}
}

// TestStartRaceControl proves that the race is one: seeding by check-then-insert,
// without our lock, fails in at least nine of ten rounds. While other tests share
// the processors its processes start less closely together; half of the rounds is
// then still proof, as twenty rounds of TestStartRace would all pass by chance once
// in a million runs.
func TestStartRaceControl(t *testing.T) {
	for _, db := range []string{"sqlite", "postgres"} {
		t.Run(db, func(t *testing.T) {
			broken, rounds, atLeast := 0, babyshieldtest.Rounds(10, 10), babyshieldtest.Rounds(5, 9)
			for range rounds {
				_, env := emptyDatabase(t, db)
				if _, failures := race(t, "naive", env, "seed"); len(failures) > 0 {
					broken++
				}
			}
			t.Logf("check-then-insert failed in %d of %d rounds", broken, rounds)
			if rounds == 10 && broken < atLeast {
				t.Errorf("the control failed in only %d of 10 rounds, not %d: this race proves nothing", broken, atLeast)
			}
		})
	}
}

func emptyDatabase(t *testing.T, db string) (url string, env []string) {
	t.Helper()
	key := "BABYSHIELD_KEY=" + auth.NewKey()
	if db == "sqlite" {
		url = "sqlite:" + filepath.Join(t.TempDir(), "race.db")
		key = "BABYSHIELD_LOG_LEVEL=warn" // the key file is raced for as well
	} else {
		url = babyshieldtest.Postgres(t)
		// 64 processes of up to three connections, and one each for the lock.
		url += map[bool]string{true: "&", false: "?"}[strings.Contains(url, "?")] + "pool_max_conns=3"
	}
	return url, []string{"BABYSHIELD_DATABASE=" + url, key, "BABYSHIELD_ADMIN_EMAIL=first@example.org", "BABYSHIELD_SMTP="}
}

// seededOnce counts what the winner must have written, and nobody else.
func seededOnce(t *testing.T, url, out string) {
	t.Helper()
	driver, source := "sqlite", strings.TrimPrefix(url, "sqlite:")
	if strings.HasPrefix(url, "postgres") {
		driver, source = "pgx", plainURL(url)
	}
	db, err := sql.Open(driver, source)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	samples, err := agency.Samples()
	if err != nil {
		t.Fatal(err)
	}
	for query, want := range map[string]int{
		"SELECT count(*) FROM agencies":                                           len(agency.All()),
		"SELECT count(*) FROM policies":                                           len(store.Policies),
		"SELECT count(*) FROM secrets":                                            1,
		"SELECT count(*) FROM users WHERE role = 'administrator'":                 1,
		"SELECT count(*) FROM recalls WHERE sample":                               len(samples),
		"SELECT count(*) - count(DISTINCT version_id) FROM babyshield_migrations": 0,
	} {
		var got int
		if err := db.QueryRowContext(t.Context(), query).Scan(&got); err != nil || got != want {
			t.Errorf("%s: %d, %v; want %d", query, got, err, want)
		}
	}
	if n := strings.Count(out, "set-up code"); n != 1 {
		t.Errorf("the set-up code was shown %d times, want once", n)
	}
}

// naiveSeed is how not to do it: look whether the administrator is there, and if
// not, insert every seed.
func naiveSeed(db *sql.DB) error {
	ctx := context.Background()
	if _, err := db.ExecContext(ctx, "PRAGMA journal_mode = WAL"); err != nil && !strings.Contains(err.Error(), "42601") {
		return err // PostgreSQL knows no pragmas; SQLite does not wait for a busy file here
	}
	tables := map[string]int{"users": 1, "agencies": len(agency.All()), "policies": len(store.Policies)}
	for table := range tables {
		if _, err := db.ExecContext(ctx, "CREATE TABLE IF NOT EXISTS "+table+" (name TEXT PRIMARY KEY)"); err != nil {
			return err
		}
	}
	var n int
	if err := db.QueryRowContext(ctx, "SELECT count(*) FROM users").Scan(&n); err != nil || n > 0 {
		return err
	}
	for _, table := range []string{"policies", "agencies", "users"} {
		for i := range tables[table] {
			if _, err := db.ExecContext(ctx, "INSERT INTO "+table+" (name) VALUES ($1)", fmt.Sprint("row ", i)); err != nil {
				return err
			}
		}
	}
	return nil
}

// openNaive connects before the starting gun, so that all really start at once.
func openNaive(url string) (*sql.DB, error) {
	driver, source := "sqlite", "file:"+strings.TrimPrefix(url, "sqlite:")+"?_pragma=busy_timeout(10000)"
	if strings.HasPrefix(url, "postgres") {
		driver, source = "pgx", plainURL(url)
	}
	db, err := sql.Open(driver, source)
	if err != nil {
		return nil, err
	}
	db.SetMaxOpenConns(1)
	return db, db.PingContext(context.Background())
}

func plainURL(url string) string {
	return strings.NewReplacer("&pool_max_conns=3", "", "?pool_max_conns=3", "").Replace(url)
}

package babyshieldtest

import (
	"bufio"
	"context"
	"crypto/rand"
	_ "embed" // the script
	"errors"
	"fmt"
	"io"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
)

// errNoServer is why PostgreSQL tests are skipped.
var errNoServer = errors.New("no PostgreSQL server binaries found")

// Postgres is the URL of a fresh, empty PostgreSQL database for this test, which
// is dropped when the test ends. It is on the server of BABYSHIELD_TEST_POSTGRES,
// or on a scratch server of this process (started by the first call, in about a
// second) from server binaries found on the machine. Where there is neither, the
// test is skipped.
func Postgres(tb testing.TB) string {
	tb.Helper()
	server, err := postgresServer()
	if errors.Is(err, errNoServer) {
		skip(tb, "BABYSHIELD_REQUIRE_POSTGRES", "PostgreSQL", "set BABYSHIELD_TEST_POSTGRES or install the server")
	}
	if err != nil {
		tb.Fatalf("starting a scratch PostgreSQL: %v", err)
	}
	name := "babyshield_test_" + strings.ToLower(rand.Text()[:16])
	// template0 is never connected to, so that tests may create databases at once.
	if err := execOn(server.url, "CREATE DATABASE "+name+" TEMPLATE template0"); err != nil {
		tb.Fatalf("creating a database for the test: %v", err)
	}
	tb.Cleanup(func() {
		// FORCE: a process that the test killed may leave its session for a moment.
		if err := execOn(server.url, "DROP DATABASE "+name+" WITH (FORCE)"); err != nil {
			tb.Errorf("dropping the test's database: %v", err)
		}
	})
	database := *server.url
	database.Path = "/" + name
	return database.String()
}

// execOn runs one statement on a connection of its own. It has its own time
// limit, because a test's context is over before the test's clean-up.
func execOn(server *url.URL, statement string) error {
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	conn, err := pgx.Connect(ctx, server.String())
	if err != nil {
		return err
	}
	_, err = conn.Exec(ctx, statement)
	return errors.Join(err, conn.Close(ctx))
}

// server is what a test process knows of its server.
type server struct {
	url *url.URL // of a database to connect to for creating others
	// life is the end of a pipe that keeps a scratch server alive, for the kernel
	// to close with this process. It is kept here because the garbage collector
	// closes files that nothing refers to.
	life *os.File
}

// postgresServer is the server of this process.
var postgresServer = sync.OnceValues(func() (*server, error) {
	if given := os.Getenv("BABYSHIELD_TEST_POSTGRES"); given != "" {
		u, err := url.Parse(given)
		if err != nil {
			return nil, errors.New("BABYSHIELD_TEST_POSTGRES is not a URL") // the error itself may hold a password
		}
		return &server{url: u}, nil
	}
	bin, err := findServer()
	if err != nil {
		return nil, err
	}
	return startServer(bin)
})

// findServer is the folder of the server binaries: of those on PATH, else those
// that pg_config knows, else the newest in the usual places.
func findServer() (string, error) {
	var dirs []string
	if initdb, err := exec.LookPath("initdb"); err == nil {
		if initdb, err = filepath.EvalSymlinks(initdb); err == nil {
			dirs = append(dirs, filepath.Dir(initdb))
		}
	}
	ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
	defer cancel()
	if out, err := exec.CommandContext(ctx, "pg_config", "--bindir").Output(); err == nil {
		dirs = append(dirs, strings.TrimSpace(string(out)))
	}
	for _, pattern := range []string{
		"/usr/lib/postgresql/*/bin", "/usr/pgsql-*/bin",
		"/opt/homebrew/opt/postgresql@*/bin", "/usr/local/opt/postgresql@*/bin",
	} {
		found, err := filepath.Glob(pattern) // sorted; versions since 10 have two digits
		if err != nil {
			return "", err
		}
		slices.Reverse(found)
		dirs = append(dirs, found...)
	}
	for _, dir := range dirs {
		if isServer(dir) {
			return dir, nil
		}
	}
	return "", errNoServer
}

func isServer(dir string) bool {
	for _, name := range []string{"initdb", "pg_ctl", "postgres"} {
		if _, err := exec.LookPath(filepath.Join(dir, name)); err != nil {
			return false
		}
	}
	return true
}

//go:embed postgres.sh
var serverScript string

// startServer starts a server that ends with this process, and returns once it
// answers.
func startServer(bin string) (*server, error) {
	attr, err := serverAttr()
	if err != nil {
		return nil, err
	}
	// Not os.TempDir: a socket's path is limited to about 100 bytes, and the
	// folder must be open to another user where we are root.
	dir, err := os.MkdirTemp("/tmp", "babyshield-test-pg-")
	if err != nil {
		return nil, err
	}
	if err := giveTo(attr, dir); err != nil {
		return nil, errors.Join(err, os.Remove(dir))
	}
	life, keep, err := os.Pipe() // neither end is inherited by other processes
	if err != nil {
		return nil, err
	}
	cmd := exec.Command("sh", "-c", serverScript, "sh", bin, dir) //nolint:noctx // its life is the pipe's
	cmd.Dir = dir
	cmd.Env = append(os.Environ(), "LC_ALL=C", "TZ=UTC")
	cmd.SysProcAttr = attr
	cmd.Stdin = life
	// With our standard error in its hands, go test waits for the clean-up.
	cmd.Stderr = os.Stderr
	said, err := cmd.StdoutPipe()
	if err != nil {
		return nil, err
	}
	err = cmd.Start()
	life.Close()
	if err != nil {
		return nil, errors.Join(err, keep.Close(), os.Remove(dir))
	}
	return &server{url: socketURL(dir), life: keep}, awaitReady(said)
}

// awaitReady reads what the script says until it is ready or gives up. The
// script's own time limits end the wait.
func awaitReady(said io.Reader) error {
	lines := bufio.NewScanner(said)
	var log strings.Builder
	for lines.Scan() {
		if lines.Text() == "ready" {
			return nil
		}
		fmt.Fprintln(&log, lines.Text())
	}
	return errors.Join(fmt.Errorf("the server did not start:\n%s", log.String()), lines.Err())
}

func socketURL(dir string) *url.URL {
	return &url.URL{
		Scheme:   "postgres",
		User:     url.User("postgres"),
		Path:     "/postgres",
		RawQuery: url.Values{"host": {dir}}.Encode(),
	}
}

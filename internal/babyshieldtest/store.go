package babyshieldtest

import (
	"bytes"
	"errors"
	"io"
	"log/slog"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"github.com/babyshield/babyshield/internal/agency"
	"github.com/babyshield/babyshield/internal/store"

	"github.com/babyshield/babyshield"
)

// EachStore runs the test on a new SQLite store and, as another subtest, on a new
// PostgreSQL store. Both are migrated and seeded with all agencies and no
// samples.
func EachStore(t *testing.T, test func(t *testing.T, s *store.Store)) {
	t.Helper()
	EachDatabase(t, func(t *testing.T, url string) { test(t, Open(t, url)) })
}

// EachDatabase runs the test with the URL of an empty SQLite file that does not
// exist yet and, as another subtest, of an empty PostgreSQL database.
func EachDatabase(t *testing.T, test func(t *testing.T, url string)) {
	t.Helper()
	t.Run("sqlite", func(t *testing.T) { test(t, "sqlite:"+filepath.Join(t.TempDir(), "babyshield.db")) })
	t.Run("postgres", func(t *testing.T) { test(t, Postgres(t)) })
}

// Open opens a store that is closed with the test. change, if given, adjusts the
// options.
func Open(tb testing.TB, url string, change ...func(*store.Options)) *store.Store {
	tb.Helper()
	o := store.Options{URL: url, Create: true, Sealer: PlainSealer{}, Log: Log(tb), Seed: store.Seed{Agencies: Agencies()}}
	for _, c := range change {
		c(&o)
	}
	s, err := store.Open(tb.Context(), o)
	if err != nil {
		tb.Fatalf("opening a store: %v", err)
	}
	tb.Cleanup(func() {
		if err := s.Close(); err != nil {
			tb.Errorf("closing the store: %v", err)
		}
	})
	return s
}

// Agencies are all agencies of the program.
func Agencies() []babyshield.Agency {
	var out []babyshield.Agency
	for _, f := range agency.All() {
		out = append(out, f.Agency)
	}
	return out
}

// PlainSealer seals nothing: it marks what it was given with its context, so that
// a test sees what was sealed and that the right context opens it.
type PlainSealer struct{}

// Seal marks the plain bytes.
func (PlainSealer) Seal(plain []byte, context string) ([]byte, error) {
	return append([]byte("sealed "+context+"\x00"), plain...), nil
}

// Open removes the mark, or fails where the context is another.
func (PlainSealer) Open(sealed []byte, context string) ([]byte, error) {
	plain, ok := bytes.CutPrefix(sealed, []byte("sealed "+context+"\x00"))
	if !ok {
		return nil, errors.New("sealed in another context")
	}
	return plain, nil
}

// Log writes to the test's output.
func Log(tb testing.TB) *slog.Logger {
	w := &logWriter{tb: tb}
	tb.Cleanup(w.close)
	return slog.New(slog.NewTextHandler(w, &slog.HandlerOptions{Level: slog.LevelWarn}))
}

// Quiet logs nowhere.
func Quiet() *slog.Logger { return slog.New(slog.NewTextHandler(io.Discard, nil)) }

type logWriter struct {
	mu     sync.Mutex
	tb     testing.TB
	closed bool
}

func (w *logWriter) Write(p []byte) (int, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if !w.closed {
		w.tb.Log(string(bytes.TrimRight(p, "\n")))
	}
	return len(p), nil
}

func (w *logWriter) close() {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.closed = true
}

// Clock is a clock that tests turn by hand.
type Clock struct {
	mu  sync.Mutex
	now time.Time
}

// NewClock starts at a fixed moment.
func NewClock() *Clock { return &Clock{now: time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC)} }

// Now is the time of the clock.
func (c *Clock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now
}

// Advance turns the clock.
func (c *Clock) Advance(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now = c.now.Add(d)
}

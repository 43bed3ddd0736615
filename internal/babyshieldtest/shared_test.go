package babyshieldtest_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/babyshield/babyshield/internal/babyshieldtest"
)

// recorder is a testing.TB that remembers how a helper ended the test.
type recorder struct {
	testing.TB
	skipped, failed string
}

type ended struct{}

func (r *recorder) Skip(args ...any) { r.skipped = args[0].(string); panic(ended{}) }

func (r *recorder) Fatalf(format string, _ ...any) { r.failed = format; panic(ended{}) }

// inModule makes a module root beside nothing the working directory, and returns
// the folder that they stand in.
func inModule(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	pkg := filepath.Join(dir, "main", "internal", "x")
	if err := os.MkdirAll(pkg, 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, "main", "go.mod"), nil, 0o600); err != nil {
		t.Fatal(err)
	}
	t.Chdir(pkg)
	t.Setenv("BABYSHIELD_SHARED", "")
	t.Setenv("BABYSHIELD_REQUIRE_SHARED", "")
	return dir
}

func shared(t *testing.T, elem ...string) (path string, r *recorder) {
	t.Helper()
	r = &recorder{TB: t}
	defer func() {
		if e := recover(); e != nil && e != (ended{}) {
			panic(e)
		}
	}()
	return babyshieldtest.Shared(r, elem...), r
}

func TestShared(t *testing.T) {
	t.Run("not there is skipped and noted", func(t *testing.T) {
		dir := inModule(t)
		notes := filepath.Join(dir, "notes")
		t.Setenv("BABYSHIELD_TEST_SKIPS", notes)
		_, r := shared(t, "feeds")
		if !strings.HasPrefix(r.skipped, "skipped: no ../shared") || r.failed != "" {
			t.Errorf("skipped %q, failed %q, want skipped: no ../shared", r.skipped, r.failed)
		}
		if got, err := os.ReadFile(notes); err != nil || string(got) != r.skipped+"\n" {
			t.Errorf("noted %q (%v), want the reason on a line", got, err)
		}
	})
	t.Run("not there but required fails", func(t *testing.T) {
		inModule(t)
		t.Setenv("BABYSHIELD_REQUIRE_SHARED", "1")
		if _, r := shared(t); r.failed == "" || r.skipped != "" {
			t.Errorf("skipped %q, failed %q, want failed", r.skipped, r.failed)
		}
	})
	t.Run("there", func(t *testing.T) {
		dir := inModule(t)
		want := filepath.Join(dir, "shared", "feeds")
		if err := os.MkdirAll(want, 0o700); err != nil {
			t.Fatal(err)
		}
		if got, r := shared(t, "feeds"); got != want || r.failed != "" || r.skipped != "" {
			t.Errorf("got %q (skipped %q, failed %q), want %q", got, r.skipped, r.failed, want)
		}
	})
	t.Run("there without the element fails", func(t *testing.T) {
		dir := inModule(t)
		if err := os.MkdirAll(filepath.Join(dir, "shared"), 0o700); err != nil {
			t.Fatal(err)
		}
		if _, r := shared(t, "feeds"); r.failed == "" || r.skipped != "" {
			t.Errorf("skipped %q, failed %q, want failed", r.skipped, r.failed)
		}
	})
	t.Run("named by the environment", func(t *testing.T) {
		dir := inModule(t)
		elsewhere := t.TempDir()
		for given, want := range map[string]string{elsewhere: elsewhere, "internal": filepath.Join(dir, "main", "internal")} {
			t.Setenv("BABYSHIELD_SHARED", given)
			if got, _ := shared(t); got != want {
				t.Errorf("BABYSHIELD_SHARED=%s: got %q, want %q", given, got, want)
			}
		}
	})
	t.Run("named by the environment but not there fails", func(t *testing.T) {
		dir := inModule(t)
		t.Setenv("BABYSHIELD_SHARED", filepath.Join(dir, "nothing"))
		if _, r := shared(t); r.failed == "" || r.skipped != "" {
			t.Errorf("skipped %q, failed %q, want failed", r.skipped, r.failed)
		}
	})
}

func TestRounds(t *testing.T) {
	for _, tt := range []struct {
		name, prove, race   string
		usual, proved, want int
	}{
		{name: "usual", usual: 20, proved: 200, want: 20},
		{name: "prove", prove: "1", usual: 20, proved: 200, want: 200},
		{name: "race", race: "1", usual: 20, proved: 200, want: 4},
		{name: "never none", race: "1", usual: 3, proved: 200, want: 1},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Setenv("BABYSHIELD_PROVE", tt.prove)
			t.Setenv("BABYSHIELD_RACE", tt.race)
			if testing.Short() && tt.name == "usual" {
				t.Skip("-short makes every round a short one")
			}
			if got := babyshieldtest.Rounds(tt.usual, tt.proved); got != tt.want {
				t.Errorf("Rounds(%d, %d) = %d, want %d", tt.usual, tt.proved, got, tt.want)
			}
		})
	}
}

package main

import (
	"bytes"
	"flag"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/babyshield/babyshield/internal/auth"
	"github.com/babyshield/babyshield/internal/babyshieldtest"
)

var update = flag.Bool("update", false, "write the golden files again")

// bench is a user with an environment, who types commands.
type bench struct {
	t   testing.TB
	env map[string]string
}

// newBench has a new SQLite database that does not exist yet, as its default.
func newBench(t testing.TB) *bench {
	return &bench{t: t, env: map[string]string{"BABYSHIELD_DATABASE": filepath.Join(t.TempDir(), "data", "babyshield.db")}}
}

// onEach runs the test with a bench on an empty SQLite file, and on an empty
// PostgreSQL database with a key.
func onEach(t *testing.T, test func(t *testing.T, b *bench)) {
	t.Helper()
	babyshieldtest.EachDatabase(t, func(t *testing.T, url string) {
		b := &bench{t: t, env: map[string]string{"BABYSHIELD_DATABASE": url}}
		if strings.HasPrefix(url, "postgres") {
			b.env["BABYSHIELD_KEY"] = auth.NewKey()
		}
		test(t, b)
	})
}

// run runs a command with the given standard input.
func (b *bench) run(stdin string, args ...string) (stdout, stderr string, code int) {
	b.t.Helper()
	var out, errs bytes.Buffer
	err := run(b.t.Context(), args, func(name string) string { return b.env[name] }, strings.NewReader(stdin), &out, &errs)
	code = report(&errs, err)
	return out.String(), errs.String(), code
}

// must runs a command that has to end with the given code, and returns what it
// printed.
func (b *bench) must(code int, args ...string) string {
	b.t.Helper()
	stdout, stderr, got := b.run("", args...)
	if got != code {
		b.t.Fatalf("babyshield %s: code %d, want %d\nstdout: %s\nstderr: %s", strings.Join(args, " "), got, code, stdout, stderr)
	}
	return stdout
}

// refused runs a command that has to end with code 1 and one line on standard
// error, and returns the line.
func (b *bench) refused(args ...string) string {
	b.t.Helper()
	stdout, stderr, code := b.run("", args...)
	if code != exitError || stdout != "" || strings.Count(stderr, "\n") != 1 || !strings.HasPrefix(stderr, "babyshield: ") {
		b.t.Errorf("babyshield %s: code %d, stdout %q, stderr %q, want code 1 and one line", strings.Join(args, " "), code, stdout, stderr)
	}
	return stderr
}

// golden compares with a file in testdata, or writes it.
func golden(t *testing.T, name, got string) {
	t.Helper()
	path := filepath.Join("testdata", name)
	if *update {
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), got); diff != "" {
		t.Errorf("%s differs (-want +got; -update writes it again):\n%s", path, diff)
	}
}

// steady replaces what differs from run to run: instants, random ids (numbered in
// the order in which they appear), keys of messages, the database's name, and
// what doctor says of the disk under a file. Runs of blanks that aligned them
// become two.
type steady struct {
	ids      map[string]string
	database string
}

var (
	instants = regexp.MustCompile(`\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z|\d{1,2} [A-Z][a-z]{2} \d{4} \d\d:\d\d UTC`)
	randoms  = regexp.MustCompile(`\b(hsh|itm|chn|alt|mat)_[a-z0-9]{16}\b`)
	wireKeys = regexp.MustCompile(`\b(test-[a-z0-9]{16}|[a-z2-7]{32})\b`)
	disk     = regexp.MustCompile(`(?m)^.* GB free .*\n`)
	columns  = regexp.MustCompile(`(\S) {2,}`)
)

func (s *steady) text(text string) string {
	text = strings.ReplaceAll(text, s.database, "DATABASE")
	text = instants.ReplaceAllString(text, "TIME")
	text = wireKeys.ReplaceAllString(text, "WIREKEY")
	text = disk.ReplaceAllString(text, "")
	text = randoms.ReplaceAllStringFunc(text, func(id string) string {
		if s.ids[id] == "" {
			s.ids[id] = id[:4] + strconv.Itoa(len(s.ids)+1)
		}
		return s.ids[id]
	})
	return columns.ReplaceAllString(text, "$1  ")
}

package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/babyshield/babyshield"
	"github.com/babyshield/babyshield/internal/jobs"
	"github.com/babyshield/babyshield/internal/stock"
)

func TestReport(t *testing.T) {
	cause := errors.New("dial tcp: secret internals")
	for _, tt := range []struct {
		name string
		err  error
		code int
		want string
	}{
		{name: "done", err: nil, code: 0},
		{name: "affected", err: foundAffected, code: 3},
		{name: "not checked, wrapped", err: fmt.Errorf("checking: %w", notChecked), code: 4},
		{name: "usage", err: usagef("item add", "say what"), code: 2, want: "babyshield: say what (see: babyshield item add --help)\n"},
		{name: "for a person", err: babyshield.Wrap(babyshield.Unavailable, cause, "The database does not answer."), code: 1, want: "babyshield: The database does not answer.\n"},
		{name: "wrapped for a person", err: fmt.Errorf("reading: %w", babyshield.Errorf(babyshield.NotFound, "There is none.")), code: 1, want: "babyshield: There is none.\n"},
		{name: "unexpected", err: fmt.Errorf("reading the agencies: %w", cause), code: 1, want: "babyshield: reading the agencies: dial tcp: secret internals\n"},
		{name: "two, in one line", err: errors.Join(cause, errors.New("b")), code: 1, want: "babyshield: dial tcp: secret internals b\n"},
		{name: "stopped", err: fmt.Errorf("reading: %w", context.Canceled), code: 1, want: "babyshield: Stopped before the end.\n"},
		{name: "poll", err: &jobs.PollError{Agency: "us-cpsc", Why: "the answer has status 500", Err: cause}, code: 1, want: "babyshield: us-cpsc could not be read: the answer has status 500\n"},
		{name: "hostile", err: errors.New("a\x1b[2Jb\u202ec"), code: 1, want: "babyshield: a\ufffd[2Jb\ufffdc\n"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			var b bytes.Buffer
			if code := report(&b, tt.err); code != tt.code || b.String() != tt.want {
				t.Errorf("code %d, %q, want %d, %q", code, b.String(), tt.code, tt.want)
			}
		})
	}
}

func TestUsage(t *testing.T) {
	for _, tt := range []struct {
		name, want string
		args       []string
		env        map[string]string
	}{
		{name: "nothing", want: "expected one of"},
		{name: "unknown command", args: []string{"incidents"}, want: "unexpected argument incidents"},
		{name: "unknown flag", args: []string{"check", "x", "--colour", "red"}, want: "unknown flag --colour"},
		{name: "missing argument", args: []string{"household", "add"}, want: `expected "<name>"`},
		{name: "log level", args: []string{"version", "--log-level", "loud"}, want: `not "loud"`},
		{name: "from the environment", args: []string{"version"}, env: map[string]string{"BABYSHIELD_LOG_LEVEL": "loud"}, want: `not "loud"`},
		{name: "time limit", args: []string{"version", "--send-timeout", "1h"}, want: "at most 25s"},
		{name: "base url", args: []string{"version", "--base-url", "example.org"}, want: "--base-url is an address"},
		{name: "administrator", args: []string{"version", "--admin-email", "nobody"}, want: "--admin-email is one address"},
		{name: "key", args: []string{"version", "--key", "short"}, want: "--key cannot be used"},
		{name: "mail without a sender", args: []string{"version", "--smtp", "smtp://localhost:25"}, want: "sender address is needed"},
		{name: "agency's address", args: []string{"version", "--agency-url", "us-cpsc=ftp://x"}, want: "us-cpsc"},
		{name: "all at once", args: []string{"version", "--log-level", "loud", "--base-url", "x"}, want: "--base-url"},
		{name: "words and name", args: []string{"check", "crib", "--name", "cot"}, want: "not both"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			b := &bench{t: t, env: tt.env}
			stdout, stderr, code := b.run("", tt.args...)
			if code != exitUsage || stdout != "" || strings.Count(stderr, "\n") != 1 || !strings.Contains(stderr, tt.want) {
				t.Errorf("code %d, stdout %q, stderr %q, want 2 and one line with %q", code, stdout, stderr, tt.want)
			}
		})
	}
}

// TestEnvironment: a flag wins over its variable; an item's fields have none.
func TestEnvironment(t *testing.T) {
	b := newBench(t)
	b.must(0, "migrate")
	b.env["BABYSHIELD_JSON"] = "true"
	if got := b.must(0, "household", "add", "Home"); !strings.HasPrefix(got, "{") {
		t.Errorf("with BABYSHIELD_JSON=true: %q, want JSON", got)
	}
	if got := b.must(0, "household", "list", "--json=false"); strings.HasPrefix(got, "{") {
		t.Errorf("with --json=false: %q, want text", got)
	}
	b.env["BABYSHIELD_LOT"], b.env["BABYSHIELD_STATE"] = "L1", "sold"
	if got := b.must(0, "item", "add", "crib"); strings.Contains(got, "L1") {
		t.Errorf("BABYSHIELD_LOT got into an item: %s", got)
	}
	b.env["BABYSHIELD_COUNTRIES"] = "JP"
	if _, stderr, code := b.run("", "check", "crib"); code != int(notChecked) {
		t.Errorf("with BABYSHIELD_COUNTRIES: code %d, %s, want 4", code, stderr)
	}
}

// TestRedacted: no secret of the configuration reaches the log.
func TestRedacted(t *testing.T) {
	c := Config{
		Database: "postgres://user:secret1@db/babyshield", Key: "secret2", SMTP: "smtp://secret3:secret4@mail.example.org:587",
		MailFrom: "alerts@example.org", AdminEmail: "secret5@example.org", AgencyURL: map[string]string{"us-cpsc": "http://secret6@mirror"},
	}
	var b bytes.Buffer
	newLog(&b, slog.LevelDebug).Debug("configuration", c.redacted()...)
	if strings.Contains(b.String(), "secret") {
		t.Errorf("the log holds a secret: %s", b.String())
	}
	for _, want := range []string{"mail.example.org:587", "db/babyshield", "us-cpsc"} {
		if !strings.Contains(b.String(), want) {
			t.Errorf("the log lacks %s: %s", want, b.String())
		}
	}
}

func TestParseSince(t *testing.T) {
	now := time.Date(2026, 3, 1, 1, 0, 0, 0, time.UTC)
	for in, want := range map[string]babyshield.Day{
		"": "", "30d": "2026-01-30", "0d": "2026-03-01", "2026-01-31": "2026-01-31", "2026-01": "2026-01-01", "2025": "2025-01-01",
	} {
		if got, err := parseSince("x", in, now); got != want || err != nil {
			t.Errorf("parseSince(%q) = %q, %v, want %q", in, got, err, want)
		}
	}
	for _, in := range []string{"30", "d", "-3d", "2026-02-30", "yesterday", "99999999d"} {
		if got, err := parseSince("x", in, now); err == nil {
			t.Errorf("parseSince(%q) = %q, want an error", in, got)
		}
	}
}

// TestProgress: nothing before two seconds, nothing where nobody watches.
func TestProgress(t *testing.T) {
	for _, tt := range []struct {
		name  string
		tty   bool
		after time.Duration
		want  string
	}{
		{name: "soon", tty: true, after: time.Second, want: ""},
		{name: "long", tty: true, after: 3 * time.Second, want: "\r\x1b[K5 done\r\x1b[K"},
		{name: "piped", tty: false, after: time.Hour, want: ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			var b bytes.Buffer
			now := time.Date(2026, 3, 1, 1, 0, 0, 0, time.UTC)
			a := &app{stderr: &b, tty: tt.tty, now: func() time.Time { return now }}
			p := a.progress()
			now = now.Add(tt.after)
			p.say("%d done", 5)
			p.say("%d done", 6) // too soon after
			p.done()
			if b.String() != tt.want {
				t.Errorf("got %q, want %q", b.String(), tt.want)
			}
		})
	}
}

// TestScreeningTells: how far a list is, and how long it takes, where its size is
// known; rows of an earlier run count, but not for the speed.
func TestScreeningTells(t *testing.T) {
	for _, tt := range []struct {
		name       string
		size, read int64
		skipped    int
		from       int64
		want       string
	}{
		{"a file", 4000, 1000, 0, 0, "5000 rows screened, 500 a second, 25 %, about 30s left"},
		{"a pipe", 0, 1000, 0, 0, "5000 rows screened, 500 a second"},
		{"gone on with", 4000, 3000, 4000, 2000, "5000 rows screened, 100 a second, 75 %, about 10s left"},
		{"a file that grows", 4000, 5000, 0, 0, "5000 rows screened, 500 a second, 100 %, about 0s left"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			var b bytes.Buffer
			now := time.Date(2026, 3, 1, 1, 0, 0, 0, time.UTC)
			a := &app{stderr: &b, tty: true, now: func() time.Time { return now }}
			sc := &screening{app: a, progress: a.progress(), size: tt.size, began: now, skipped: tt.skipped, from: tt.from}
			sc.sum.Rows = 5000
			sc.read.Store(tt.read)
			now = now.Add(10 * time.Second)
			sc.tell()
			if got := strings.TrimPrefix(b.String(), "\r\x1b[K"); got != tt.want {
				t.Errorf("got %q, want %q", got, tt.want)
			}
		})
	}
}

// TestScreeningPanic: a fault in a goroutine ends the run with an error, not the
// process.
func TestScreeningPanic(t *testing.T) {
	var b bytes.Buffer
	sc := &screening{app: newApp(strings.NewReader(""), &b, &b)} // without recalls to look in
	c := newChunk()
	c.rows = append(c.rows, stock.Row{Number: 7, Item: babyshield.Item{Name: "swing"}})
	sc.judge(t.Context(), c)
	if c.err == nil || !strings.Contains(c.err.Error(), "row 7") || !strings.Contains(b.String(), "stack=") {
		t.Errorf("error %v, log %q; want the row, and a stack", c.err, b.String())
	}
}

// TestNotices: the licence of WordNet, from which parts of the program come, is in
// every copy of it, word for word.
func TestNotices(t *testing.T) {
	licence, err := os.ReadFile("../../internal/match/WORDNET-LICENSE")
	if err != nil {
		t.Fatal(err)
	}
	b := newBench(t)
	if diff := cmp.Diff(string(licence), b.must(0, "version", "--notices")); diff != "" {
		t.Errorf("version --notices (-want +got):\n%s", diff)
	}
	var got struct {
		Notices []struct{ Of, Text string }
	}
	if err := json.Unmarshal([]byte(b.must(0, "version", "--notices", "--json")), &got); err != nil {
		t.Fatal(err)
	}
	if len(got.Notices) != 1 || got.Notices[0].Of != "WordNet 3.0" || got.Notices[0].Text != string(licence) {
		t.Errorf("version --notices --json: %+v", got)
	}
	about, err := os.ReadFile("../../NOTICE")
	if err != nil || !strings.Contains(string(about), "internal/match/WORDNET-LICENSE") {
		t.Errorf("NOTICE does not name the licence: %v\n%s", err, about)
	}
}

// TestFullDisk: an answer that could not be written is no success.
func TestFullDisk(t *testing.T) {
	b := newBench(t)
	b.must(0, "migrate")
	for _, command := range []string{"agency list", "agency list --json", "recall list", "recall list --json", "version", "check crib", "screen testdata/stock.csv", "screen testdata/stock.csv --json", "--help"} {
		var errs bytes.Buffer
		err := run(t.Context(), strings.Fields(command), func(n string) string { return b.env[n] }, strings.NewReader(""), fullDisk{}, &errs)
		if code := report(&errs, err); code != exitError {
			t.Errorf("babyshield %s: code %d, want 1", command, code)
		}
	}
}

type fullDisk struct{}

func (fullDisk) Write([]byte) (int, error) {
	return 0, &fs.PathError{Op: "write", Path: "out", Err: errors.New("no space left on device")}
}

// TestPanic: a fault of ours is one line, and its stack is in the log.
func TestPanic(t *testing.T) {
	var errs bytes.Buffer
	err := run(t.Context(), []string{"version"}, func(string) string { panic("fault") }, strings.NewReader(""), os.Stdout, &errs)
	if err == nil || !strings.Contains(errs.String(), "stack=") {
		t.Errorf("error %v, log %q, want an error and a stack", err, errs.String())
	}
}

func TestLoopback(t *testing.T) {
	for in, want := range map[string]bool{
		"127.0.0.1:1": true, "[::1]:1": true, "localhost:1": true, "127.9.9.9:1": true,
		":1": false, "0.0.0.0:1": false, "[::]:1": false, "192.168.1.1:1": false, "example.org:1": false, "x": false,
	} {
		if got := loopback(in); got != want {
			t.Errorf("loopback(%q) = %t, want %t", in, got, want)
		}
	}
}

package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/babyshield/babyshield/internal/babyshieldtest"
)

// stockList is a list of so many rows, of each kind that an answer can be, with
// cells that span lines and cells that begin formulas.
func stockList(rows int) string {
	var b strings.Builder
	b.WriteString("ref,brand,name,model,date_code,notes,email\n")
	for i := range rows {
		switch i % 7 {
		case 0:
			fmt.Fprintf(&b, "r%d,Invented Nestling,bassinet,NB-40,2615,\"two\nlines, %d\",a@example.org\n", i, i)
		case 1:
			fmt.Fprintf(&b, "r%d,Invented Nestling,bassinet,NB-40,,=1+1,\n", i)
		case 2:
			fmt.Fprintf(&b, "r%d,,,,,nothing to go by,\n", i)
		default:
			fmt.Fprintf(&b, "r%d,Pindle,wooden spoon %d,,,\"say \"\"x\"\"\",\n", i, i%50)
		}
	}
	return b.String()
}

var anyAsOf = regexp.MustCompile(`20\d\d-\d\d-\d\dT\d\d:\d\d:\d\dZ`)

// timeless is an output without its time, which must be one for all its rows.
func timeless(t *testing.T, text []byte) string {
	t.Helper()
	times := map[string]bool{}
	out := anyAsOf.ReplaceAllFunc(text, func(at []byte) []byte {
		times[string(at)] = true
		return []byte("T")
	})
	if len(times) > 2 || len(times) > 1 && !bytes.Contains(text, []byte(`{"summary"`)) { // the receipt has its own
		t.Errorf("one output carries the times %v", times)
	}
	return string(out)
}

func readFile(t *testing.T, name string) []byte {
	t.Helper()
	text, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	return text
}

// cutReader is a pipe whose reader is interrupted at some point.
type cutReader struct {
	r    io.Reader
	left int
	cut  func()
}

func (c *cutReader) Read(p []byte) (int, error) {
	if c.left <= 0 {
		c.cut()
	}
	n, err := c.r.Read(p[:min(len(p), 4096)])
	c.left -= n
	return n, err
}

// interrupted runs a screening of the list from a pipe, and interrupts it after so
// many bytes.
func (b *bench) interrupted(list string, after int, args ...string) string {
	b.t.Helper()
	ctx, cancel := context.WithCancel(b.t.Context())
	defer cancel()
	var out, errs bytes.Buffer
	in := &cutReader{r: strings.NewReader(list), left: after, cut: cancel}
	err := run(ctx, args, func(name string) string { return b.env[name] }, in, &out, &errs)
	if code := report(&errs, err); code != exitError || !errors.Is(err, context.Canceled) {
		b.t.Fatalf("an interrupted run ended with %d, %v\n%s", code, err, errs.String())
	}
	return errs.String()
}

// stopped interrupts runs until one has left a checkpoint: an early interrupt may
// come before the first answer.
func (b *bench) stopped(list, out string, args ...string) {
	b.t.Helper()
	for after := 100_000; after < len(list); after += 1000 {
		b.interrupted(list, after, append([]string{"screen", "-", "--resume", "-o", out}, args...)...)
		if _, err := os.Stat(out + ".part.json"); err == nil {
			return
		}
	}
	b.t.Fatal("no interrupt left a checkpoint")
}

// resumeBench has a few recalls, a list in a file, and its answers of a run that
// nothing interrupted.
func resumeBench(t *testing.T, rows int, args ...string) (b *bench, list, in, out, want string) {
	t.Helper()
	checkpoint := checkpointEvery
	checkpointEvery = 0
	t.Cleanup(func() { checkpointEvery = checkpoint })
	b = newBench(t)
	b.must(0, "migrate")
	b.must(0, "agency", "import", "us-cpsc", "testdata/cpsc.json")
	dir := t.TempDir()
	list, in, out = stockList(rows), filepath.Join(dir, "stock.csv"), filepath.Join(dir, "checked")
	if err := os.WriteFile(in, []byte(list), 0o600); err != nil {
		t.Fatal(err)
	}
	b.must(int(foundAffected), append([]string{"screen", in, "-o", out + ".whole"}, args...)...)
	return b, list, in, out, timeless(t, readFile(t, out+".whole"))
}

// left are the files beside OUT that a run left.
func left(t *testing.T, out string) (names []string) {
	t.Helper()
	found, err := filepath.Glob(filepath.Join(filepath.Dir(out), "*"))
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range found {
		if strings.Contains(f, ".part") {
			names = append(names, filepath.Base(f))
		}
	}
	return names
}

// TestResume interrupts a run at several places and goes on: the output is the
// one of a run that nothing interrupted, and the summary counts all rows.
func TestResume(t *testing.T) {
	for name, args := range map[string][]string{"CSV": nil, "JSON": {"--json"}} {
		t.Run(name, func(t *testing.T) {
			b, list, in, out, want := resumeBench(t, 20_000, args...)
			args = append([]string{"screen", "-", "--resume", "-o", out}, args...)
			for _, after := range []int{0, 100_000, 400_000, 800_000} {
				b.interrupted(list, after, args...)
				if _, err := os.Stat(out); !errors.Is(err, os.ErrNotExist) {
					t.Fatalf("an interrupted run left an output (%v)", err)
				}
			}
			b.stopped(list, out, args[5:]...)
			if got := left(t, out); len(got) != 2 {
				t.Errorf("an interrupted run left %q, want the part and its checkpoint", got)
			}
			args[1] = in // the same list, now from a file
			stdout, stderr, code := b.run("", args...)
			if code != int(foundAffected) || stdout != "" || !strings.Contains(stderr, "Screening goes on after ") {
				t.Errorf("code %d, %q, %q; want 3, nothing, and that it goes on", code, stdout, stderr)
			}
			if name == "CSV" && !strings.Contains(stderr, "20000 rows: 2858 affected, 2857 to check") {
				t.Errorf("the summary does not count all rows: %q", stderr)
			}
			if d := cmp.Diff(want, timeless(t, readFile(t, out))); d != "" {
				t.Errorf("not the output of an uninterrupted run (-want +got):\n%.2000s", d)
			}
			if got := left(t, out); len(got) != 0 {
				t.Errorf("a finished run left %q", got)
			}
		})
	}
}

// TestResumeOther: where the list, the recalls, the options or the files are not
// what they were, nothing of the earlier run is kept, and the reason is said.
func TestResumeOther(t *testing.T) {
	const rows = 3000
	tail := func(t *testing.T, out string, change func(text []byte) []byte) {
		t.Helper()
		if err := os.WriteFile(out+".part", change(readFile(t, out+".part")), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	for _, tt := range []struct {
		name   string
		change func(t *testing.T, b *bench, in, out string)
		args   []string
		says   string // "" = it goes on
		other  bool   // the output is another than before, rightly
	}{
		{name: "nothing", change: func(*testing.T, *bench, string, string) {}},
		{name: "a torn row", change: func(t *testing.T, _ *bench, _, out string) {
			tail(t, out, func(b []byte) []byte { return append(b, "r99,Pindle,woo"...) })
		}},
		{name: "a row twice", change: func(t *testing.T, _ *bench, _, out string) {
			tail(t, out, func(b []byte) []byte { return append(b, b[len(b)/2:]...) })
		}},
		{name: "a part that is cut", says: "is not as it was left", change: func(t *testing.T, _ *bench, _, out string) {
			tail(t, out, func(b []byte) []byte { return b[:len(b)/2] })
		}},
		{name: "a part that was edited", says: "is not as it was left", change: func(t *testing.T, _ *bench, _, out string) {
			tail(t, out, func(b []byte) []byte { return bytes.Replace(b, []byte("Pindle"), []byte("Pandle"), 1) })
		}},
		{name: "no part", says: "is not as it was left", change: func(t *testing.T, _ *bench, _, out string) {
			if err := os.Remove(out + ".part"); err != nil {
				t.Fatal(err)
			}
		}},
		{name: "no checkpoint", says: " ", change: func(t *testing.T, _ *bench, _, out string) {
			if err := os.Remove(out + ".part.json"); err != nil {
				t.Fatal(err)
			}
		}},
		{name: "a torn checkpoint", says: " ", change: func(t *testing.T, _ *bench, _, out string) {
			if err := os.Truncate(out+".part.json", 40); err != nil {
				t.Fatal(err)
			}
		}},
		{name: "a row behind", other: true, change: func(t *testing.T, _ *bench, in, _ string) {
			if err := os.WriteFile(in, append(readFile(t, in), "r,,spoon,,,,\n"...), 0o600); err != nil {
				t.Fatal(err)
			}
		}},
		{name: "a row before", other: true, says: "the list changed", change: func(t *testing.T, _ *bench, in, _ string) {
			text := strings.Replace(string(readFile(t, in)), "r3,Pindle", "r3,Pandle", 1)
			if err := os.WriteFile(in, []byte(text), 0o600); err != nil {
				t.Fatal(err)
			}
		}},
		{name: "a shorter list", other: true, says: "the list changed", change: func(t *testing.T, _ *bench, in, _ string) {
			if err := os.WriteFile(in, []byte(stockList(20)), 0o600); err != nil {
				t.Fatal(err)
			}
		}},
		{name: "the recalls", says: "the recalls changed", change: func(t *testing.T, b *bench, _, _ string) {
			text := strings.ReplaceAll(string(readFile(t, "testdata/cpsc.json")), "bassinet", "basinette")
			more := filepath.Join(t.TempDir(), "more.json")
			if err := os.WriteFile(more, []byte(text), 0o600); err != nil {
				t.Fatal(err)
			}
			b.must(0, "agency", "import", "us-cpsc", more)
		}, other: true},
		{name: "the format", says: "options", args: []string{"--json"}, other: true, change: func(*testing.T, *bench, string, string) {}},
		{name: "the countries", says: "options", args: []string{"--countries", "JP"}, other: true, change: func(*testing.T, *bench, string, string) {}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			b, list, in, out, want := resumeBench(t, rows)
			b.stopped(list, out)
			tt.change(t, b, in, out)
			if tt.other {
				if _, stderr, code := b.run("", append([]string{"screen", in, "-o", out + ".other"}, tt.args...)...); code == exitError {
					t.Fatal(stderr)
				}
				want = timeless(t, readFile(t, out+".other"))
			}
			_, stderr, code := b.run("", append([]string{"screen", in, "--resume", "-o", out}, tt.args...)...)
			if code == exitError {
				t.Fatal(stderr)
			}
			goesOn := strings.Contains(stderr, "Screening goes on after ")
			if goesOn != (tt.says == "") || tt.says != " " && tt.says != "" && !strings.Contains(stderr, "Screening begins again: ") || !strings.Contains(stderr, strings.TrimSpace(tt.says)) {
				t.Errorf("it says %q, want a word on %q", stderr, tt.says)
			}
			if d := cmp.Diff(want, timeless(t, readFile(t, out))); d != "" {
				t.Errorf("output (-want +got):\n%.2000s", d)
			}
			if got := left(t, out); len(got) != 0 {
				t.Errorf("a finished run left %q", got)
			}
		})
	}
}

// TestResumeRefused: what cannot be done right is not done.
func TestResumeRefused(t *testing.T) {
	b, list, in, out, _ := resumeBench(t, 3000)
	if _, stderr, code := b.run("", "screen", in, "--resume"); code != exitUsage || !strings.Contains(stderr, "-o FILE") {
		t.Errorf("without -o: code %d, %q", code, stderr)
	}
	if line := b.refused("screen", in, "--resume", "-o", filepath.Join(filepath.Dir(out), "none", "x.csv")); !strings.Contains(line, "no folder") {
		t.Errorf("got %q, want a word on the folder", line)
	}
	b.stopped(list, out)
	if _, stderr, code := b.run(strings.Replace(list, "r3,Pindle", "r3,Pandle", 1), "screen", "-", "--resume", "-o", out); code != exitError || !strings.Contains(stderr, "is not the one whose screening was interrupted") {
		t.Errorf("another list from a pipe: code %d, %q", code, stderr)
	}
	p, err := openPart(out)
	if err != nil {
		t.Fatal(err)
	}
	if line := b.refused("screen", in, "--resume", "-o", out); !strings.Contains(line, "Another run is writing") {
		t.Errorf("got %q, want a word on the other run", line)
	}
	if err := p.close(); err != nil {
		t.Fatal(err)
	}
	if _, stderr, code := b.run("", "screen", in, "--resume", "-o", out); code != int(foundAffected) || !strings.Contains(stderr, "Screening goes on") {
		t.Errorf("after all that: code %d, %q, want that it goes on", code, stderr)
	}
}

// TestResumeKills kills a real process at any instant, again and again, and starts
// it again: the output is byte for byte (but for the time of its answers) the one
// of a run that nothing stopped.
func TestResumeKills(t *testing.T) {
	b, _, in, out, want := resumeBench(t, 30_000)
	screen := func(ctx context.Context) (string, error) {
		cmd := exec.CommandContext(ctx, os.Args[0], "screen", in, "--resume", "-o", out)
		cmd.Env = append(os.Environ(), "BABYSHIELD_DATABASE="+b.env["BABYSHIELD_DATABASE"], asProcess+"=screen")
		var errs bytes.Buffer
		cmd.Stderr = &errs
		err := cmd.Run() // SIGKILL when ctx ends
		return errs.String(), err
	}
	code := func(err error) int {
		var exit *exec.ExitError
		if errors.As(err, &exit) {
			return exit.ExitCode()
		}
		return 0
	}
	began := time.Now()
	if stderr, err := screen(t.Context()); code(err) != int(foundAffected) {
		t.Fatalf("%v: %s", err, stderr)
	}
	whole := time.Since(began)
	kills, resumed := 0, 0
	// How long a run takes changes with what else the machine does: runs that end by
	// themselves make the lives of the next shorter, and kills make them longer.
	longest := whole
	rounds := babyshieldtest.Rounds(6, 60)
	for round := 0; round < rounds || (kills == 0 || resumed == 0) && round < 10*rounds; round++ {
		if err := os.Remove(out); err != nil {
			t.Fatal(err)
		}
		for {
			_, none := os.Stat(out)
			life := time.Duration(rand.Int64N(int64(longest)))
			ctx, cancel := context.WithTimeout(t.Context(), life)
			stderr, err := screen(ctx)
			cancel()
			// There is a moment in which a checkpoint stands without its part: after OUT got
			// its name. At no other may a kill cost more than the work since the checkpoint.
			if strings.Contains(stderr, "begins again") && none != nil {
				t.Fatalf("a kill made it begin again: %s", stderr)
			}
			if strings.Contains(stderr, "goes on after") {
				resumed++
			}
			if code(err) == int(foundAffected) {
				longest = max(longest*3/4, whole/20)
				break
			}
			longest = min(longest*9/8, 2*whole)
			if code(err) != -1 {
				t.Fatalf("%v: %s", err, stderr)
			}
			kills++
		}
		if d := cmp.Diff(want, timeless(t, readFile(t, out))); d != "" {
			t.Fatalf("after %d kills (-want +got):\n%.2000s", kills, d)
		}
	}
	if kills == 0 || resumed == 0 {
		t.Errorf("%d kills, %d runs that went on: this proves nothing", kills, resumed)
	}
	t.Logf("%d kills, %d runs went on, a whole run takes %v", kills, resumed, whole.Round(time.Millisecond))
}

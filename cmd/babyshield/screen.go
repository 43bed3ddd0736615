package main

import (
	"bufio"
	"context"
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"runtime/debug"
	"strings"
	"time"

	"github.com/babyshield/babyshield"
	"github.com/babyshield/babyshield/internal/check"
	"github.com/babyshield/babyshield/internal/notify"
	"github.com/babyshield/babyshield/internal/stock"
	"github.com/babyshield/babyshield/internal/store"
)

type screenCmd struct {
	File      string   `arg:"" help:"A stock list, CSV or JSON a line; - for standard input."`
	Out       string   `short:"o" help:"Write to this file instead of standard output; it appears whole or not at all." placeholder:"FILE"`
	FailOn    string   `help:"What ends with code 3: affected, or check too (default: ${default})." default:"affected" placeholder:"VERDICT"`
	Countries []string `help:"Where it is sold, such as US,CA: agencies of these countries are required for an answer." placeholder:"CODES"`
	Samples   bool     `help:"Look at the samples that ship with the program too."`
}

func (screenCmd) Help() string {
	return `
It answers every row, in the order of the list. The list's own columns are kept; what was found is added in columns that begin with bs_. With --json it prints an answer a line, and a summary as the last line.

It ends with code 3 where a row is affected, else with 4 where a row could not be checked.

Examples:

    babyshield screen stock.csv -o checked.csv
    babyshield screen - --json --fail-on check --countries US < stock.csv
`
}

// Run screens a list.
func (c *screenCmd) Run(ctx context.Context, a *app) error {
	if c.FailOn != "affected" && c.FailOn != "check" {
		return usagef("screen", "--fail-on is affected or check, not %q", c.FailOn)
	}
	countries, err := babyshield.ParseCountries(c.Countries)
	if err != nil {
		return usagef("screen", "%s", babyshield.MessageOf(err))
	}
	in, name, err := a.input(c.File)
	if err != nil {
		return err
	}
	defer in.Close()
	// All recalls stay in memory until the end: without this as much again would be
	// taken before rubbish is collected.
	debug.SetGCPercent(25)
	sum := check.Summary{Checked: []babyshield.Checked{}}
	err = a.with(ctx, needs{}, func(s *store.Store) error {
		p := a.progress()
		defer p.done()
		o := check.Options{Countries: countries, Samples: c.Samples}
		screener, err := check.New(s, a.now).Screener(ctx, o, func(n int) { p.say("%s loaded", count(n, "recall", "recalls")) })
		if err != nil {
			return err
		}
		rows, err := stock.NewReader(name, in)
		if err != nil {
			return err
		}
		sum.Checked = append(sum.Checked, screener.Coverage().Checked...)
		return c.write(a, func(w io.Writer) error {
			sc := screening{app: a, name: name, rows: rows, screener: screener, sum: &sum, progress: p}
			return sc.run(ctx, w)
		})
	})
	if err != nil {
		return err
	}
	if !a.JSON {
		a.noteSummary(sum)
	}
	return c.ending(sum)
}

// write calls fn with where the answers go.
func (c *screenCmd) write(a *app, fn func(w io.Writer) error) error {
	if c.Out == "" || c.Out == "-" {
		return errors.Join(fn(a.stdout), a.stdout.failed())
	}
	return writeWhole(c.Out, fn)
}

func (c *screenCmd) ending(sum check.Summary) error {
	switch {
	case sum.Affected > 0, c.FailOn == "check" && sum.Check > 0:
		return foundAffected
	case sum.NotChecked+sum.NotCovered > 0, sum.Rows > 0 && !fresh(sum.Checked):
		return notChecked
	}
	return nil
}

func (a *app) noteSummary(s check.Summary) {
	a.notef("%s: %d affected, %d to check, %d possible, %d no match, %d not checked, %d not covered. No match does not prove that nothing is wrong with a product.",
		count(s.Rows, "row", "rows"), s.Affected, s.Check, s.Possible, s.NoMatch, s.NotChecked, s.NotCovered)
	for _, c := range s.Checked {
		if c.AsOf == nil {
			a.notef("Source: %s, never read", c.Agency)
			continue
		}
		a.notef("Source: %s, read %s (%s)", c.Agency, c.AsOf.UTC().Format("2 Jan 2006 15:04 UTC"), c.State)
	}
}

// screening is one list on its way through.
type screening struct {
	*app
	name     string
	rows     *stock.Reader
	screener *check.Screener
	sum      *check.Summary
	progress *progress
}

func (sc *screening) run(ctx context.Context, out io.Writer) error {
	w := bufio.NewWriter(out)
	put, end := sc.asCSV(w)
	if sc.JSON {
		put, end = sc.asJSON(w)
	}
	for {
		row, err := sc.rows.Next()
		if errors.Is(err, io.EOF) {
			break
		}
		if err := errors.Join(err, ctx.Err()); err != nil {
			return err
		}
		answer := sc.screener.Answer(row.Item, row.Problem)
		if row.Problem != "" {
			sc.notef("not checked: %s, row %d (line %d): %s", sc.name, row.Number, row.Line, row.Problem)
		}
		sc.sum.Count(answer.Status)
		if err := put(row, answer); err != nil {
			return fmt.Errorf("writing row %d: %w", row.Number, err)
		}
		sc.progress.say("%s screened", count(sc.sum.Rows, "row", "rows"))
	}
	for _, warning := range sc.rows.Warnings() {
		sc.notef("%s", warning)
	}
	return errors.Join(end(), w.Flush())
}

// asJSON writes an answer a line, and the summary last.
func (sc *screening) asJSON(w io.Writer) (put func(stock.Row, babyshield.Answer) error, end func() error) {
	e := json.NewEncoder(w)
	e.SetEscapeHTML(false)
	put = func(_ stock.Row, answer babyshield.Answer) error { return e.Encode(answer) }
	end = func() error { return e.Encode(map[string]any{"summary": sc.sum}) }
	return put, end
}

// asCSV writes the caller's columns and ours.
func (sc *screening) asCSV(w io.Writer) (put func(stock.Row, babyshield.Answer) error, end func() error) {
	var out *stock.Writer // made with the first row, so that it writes nothing where JSON is wanted
	start := func() {
		if out == nil {
			out = stock.NewWriter(w, sc.rows.Header())
		}
	}
	put = func(row stock.Row, answer babyshield.Answer) error {
		start()
		return out.Write(row.Cells, csvResult(answer))
	}
	end = func() error {
		start()
		return out.Flush()
	}
	return put, end
}

// csvResult is an answer in the columns of a CSV list: its worst recall, or why
// there is none.
func csvResult(answer babyshield.Answer) stock.Result {
	r := stock.Result{Status: string(answer.Status), Because: answer.Reason, AsOf: answer.AsOf.Format(time.RFC3339)}
	if len(answer.Matches) == 0 {
		return r
	}
	m := answer.Matches[0]
	r.Verdict, r.Recall, r.Hazard, r.DoNow = string(m.Verdict), m.Agency+" "+m.Number, m.Hazard, strings.Join(notify.DoNow(m.Verdict, m.Remedies), " ")
	r.Because, r.Missing, r.URL = m.Because, strings.Join(m.Missing, " "), m.URL
	return r
}

// writeWhole writes a file so that others see the old one or the whole new one,
// also if the machine stops in between.
func writeWhole(name string, fn func(w io.Writer) error) error {
	dir, base := filepath.Split(name)
	temp := filepath.Join(dir, "."+base+"."+strings.ToLower(rand.Text()[:8]))
	// A list that was asked for is as readable as any file that the user makes.
	f, err := os.OpenFile(temp, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o666) //nolint:gosec // the umask decides
	if errors.Is(err, fs.ErrNotExist) {
		return babyshield.Wrap(babyshield.NotFound, err, "There is no folder for %s.", name)
	}
	if err != nil {
		return fileError("The file", name, err)
	}
	err = fn(f)
	if err == nil {
		err = f.Sync()
	}
	if cerr := f.Close(); err == nil {
		err = cerr
	}
	if err == nil {
		err = os.Rename(temp, name)
	}
	if err != nil {
		if rerr := os.Remove(temp); rerr != nil && !errors.Is(rerr, os.ErrNotExist) {
			err = errors.Join(err, rerr)
		}
		return fileError("The file", name, err)
	}
	return nil
}

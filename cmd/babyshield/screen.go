package main

import (
	"context"
	"errors"
	"io"
	"runtime/debug"

	"github.com/babyshield/babyshield"
	"github.com/babyshield/babyshield/internal/check"
	"github.com/babyshield/babyshield/internal/store"
)

type screenCmd struct {
	File      string   `arg:"" help:"A stock list, CSV or JSON a line; - for standard input."`
	Out       string   `short:"o" help:"Write to this file instead of standard output; it appears whole or not at all." placeholder:"FILE"`
	FailOn    string   `help:"What ends with code 3: affected, or check too (default: ${default})." default:"affected" placeholder:"VERDICT"`
	Countries []string `help:"Where it is sold, such as US,CA: agencies of these countries are required for an answer." placeholder:"CODES"`
	Samples   bool     `help:"Look at the samples that ship with the program too."`
	Resume    bool     `help:"Go on where an interrupted run with --resume stopped; with -o."`
}

func (screenCmd) Help() string {
	return `
It answers every row, in the order of the list. The list's own columns are kept; what was found is added in columns that begin with bs_. With --json it prints an answer a line, and a summary as the last line.

The list may have commas, semicolons or tabs, in UTF-8, UTF-16 or Windows-1252, and the headers of Homebox, Grocy, Snipe-IT, Shopify, Google Merchant, eBay, Amazon or Square. Columns that look like customer data are not read, and empty in what is written.

It ends with code 3 where a row is affected, else with 4 where a row could not be checked.

With --resume the work is kept in FILE.part every two seconds, so that the same command, typed again after an interrupt, a crash or a power cut, goes on there. It begins again, and says so, where the list, the recalls, the options or the program changed since.

Examples:

    babyshield screen stock.csv -o checked.csv
    babyshield screen huge.tsv -o checked.csv --resume
    babyshield screen - --json --fail-on check --countries US < stock.csv
`
}

// Run screens a list.
func (c *screenCmd) Run(ctx context.Context, a *app) error {
	if c.FailOn != "affected" && c.FailOn != "check" {
		return usagef("screen", "--fail-on is affected or check, not %q", c.FailOn)
	}
	if c.Resume && (c.Out == "" || c.Out == "-") {
		return usagef("screen", "--resume needs a file to go on with: -o FILE")
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
	sc := &screening{app: a, name: name, in: in, options: check.Options{Countries: countries, Samples: c.Samples}, progress: a.progress()}
	defer sc.progress.done()
	err = a.with(ctx, needs{}, func(s *store.Store) error {
		sc.store = s
		switch {
		case c.Resume:
			return sc.resumable(ctx, c.Out)
		case c.Out == "" || c.Out == "-":
			return errors.Join(sc.once(ctx, a.stdout), a.stdout.failed())
		}
		return writeWhole(c.Out, func(w io.Writer) error { return sc.once(ctx, w) })
	})
	if err != nil {
		return err
	}
	sc.progress.done()
	if !a.JSON {
		a.noteSummary(sc.sum)
	}
	return c.ending(sc.sum)
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

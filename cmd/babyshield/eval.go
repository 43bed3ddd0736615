package main

import (
	"context"
	"fmt"
	"strings"

	"github.com/babyshield/babyshield"
	"github.com/babyshield/babyshield/internal/check"
	"github.com/babyshield/babyshield/internal/store"
)

type evalCmd struct {
	Files        []string `arg:"" name:"labels" help:"Labelled data, a JSON object a line; - for standard input."`
	MinFound     float64  `help:"End with code 1 where less than this share is found, 0 to 1, in any set." placeholder:"SHARE"`
	MinPrecision float64  `help:"End with code 1 where less than this share of the alerts is right, 0 to 1, in any set." placeholder:"SHARE"`
	Half         string   `help:"Which recalls: all, seen or unseen. Of unseen no rows are printed (default: ${default})." enum:"all,seen,unseen" default:"all" placeholder:"HALF"`
	Summary      bool     `help:"Print the figures and leave out the lists of misses and false alerts."`
	Markdown     bool     `help:"Print the figures as a table for a document, with those of the unseen half."`
}

func (evalCmd) Help() string {
	return `
Each line of a labels file is {"id", "recall", "label", "missing", "why", "item"}: an item, a recall number (of us-cpsc, or of the "agency" that the line names), and what a careful reader said of the two: affected, check, possible or none. Every item is judged as screen judges it, against all recalls of the database. Import the recalls into a database of its own first, and read them again with recall reread where the program changed since.

Found is the share of the pairs labelled affected or check that are alerted. Precision is the share of the alerts that are right: an alert on a pair labelled none, or on any recall that no file judges for the item, is wrong. A file all of whose items stand in another one holds second judgements: an alert that it calls right is neutral. Beside each share stands its 95 % interval (Wilson).

A floor must be reached by each set. Who improves the matcher reads the rows of --half seen and leaves the others alone: the unseen half, which is told by a hash of the recall number, then says whether the improvement is real.

Examples:

    babyshield agency import us-cpsc recalls.json.gz --database eval.db
    babyshield eval owner-items.jsonl other-recalls.jsonl --database eval.db --half seen
    babyshield eval *.jsonl --database eval.db --summary --min-found 0.8 --min-precision 0.7
`
}

// Run measures the screener on labelled data.
func (c *evalCmd) Run(ctx context.Context, a *app) error {
	switch {
	case c.MinFound < 0 || c.MinFound > 1 || c.MinPrecision < 0 || c.MinPrecision > 1:
		return usagef("eval", "--min-found and --min-precision are shares from 0 to 1, such as 0.8")
	case c.Markdown && a.JSON:
		return usagef("eval", "--markdown and --json are two forms of the same: give one of them")
	}
	files, err := c.read(a)
	if err != nil {
		return err
	}
	r := evalReport{app: a, half: check.Half(c.Half), rows: !c.Summary && !c.Markdown && c.Half != string(check.HalfUnseen)}
	err = a.with(ctx, needs{}, func(s *store.Store) error {
		p := a.progress()
		defer p.done()
		screener, err := check.New(s, a.now).Screener(ctx, check.Options{}, func(n int) { p.say("%s loaded", count(n, "recall", "recalls")) })
		if err != nil {
			return err
		}
		r.recalls = screener.Recalls()
		r.Evaluation, err = screener.Evaluate(files)
		return err
	})
	if err != nil {
		return err
	}
	switch {
	case a.JSON:
		err = r.printJSON()
	case c.Markdown:
		r.printMarkdown()
	default:
		r.printText()
	}
	if err != nil {
		return err
	}
	return c.floors(&r)
}

// read reads the labels. A file is named as on the command line, so that two of
// one name in two folders stay apart.
func (c *evalCmd) read(a *app) ([]*check.LabelFile, error) {
	var files []*check.LabelFile
	for _, path := range c.Files {
		in, name, err := a.input(path)
		if err != nil {
			return nil, err
		}
		for _, f := range files {
			if f.Name == name {
				name = path
			}
		}
		f, err := check.ReadLabels(name, in)
		in.Close()
		if err != nil {
			return nil, err
		}
		for _, w := range f.Warnings {
			a.notef("%s", w)
		}
		files = append(files, f)
	}
	return files, nil
}

// floors is the ending: each set must reach each floor that is given. A share of
// nothing reaches none.
func (c *evalCmd) floors(r *evalReport) error {
	var below []string
	test := func(set, what string, s check.Share, floor float64) {
		switch {
		case floor == 0:
		case s.Of == 0:
			below = append(below, fmt.Sprintf("%s has nothing to measure %s on", set, what))
		case s.Value() < floor:
			below = append(below, fmt.Sprintf("%s %.3f in %s is less than %g", what, s.Value(), set, floor))
		}
	}
	for i := range r.Sets {
		f := r.Sets[i].Of(r.half)
		test(r.Sets[i].Name, "found", f.Found(), c.MinFound)
		test(r.Sets[i].Name, "precision", f.Precision(), c.MinPrecision)
	}
	if len(below) > 0 {
		return babyshield.Errorf(babyshield.Conflict, "Below the floor: %s.", strings.Join(below, "; "))
	}
	return nil
}

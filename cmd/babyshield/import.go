package main

import (
	"context"
	"errors"
	"io"
	"os"
	"path/filepath"

	"github.com/babyshield/babyshield"
	"github.com/babyshield/babyshield/internal/stock"
	"github.com/babyshield/babyshield/internal/store"
)

type itemImportCmd struct {
	File      string `arg:"" help:"A list of items, or - for standard input."`
	Household string `help:"Of this household (default: where there is one, that)." placeholder:"NAME"`
}

func (itemImportCmd) Help() string {
	return `
The columns are those of the flags of item add, and what Homebox, Grocy, Snipe-IT, Shopify and others call them. A row with a ref that is known changes that item; without a ref, each import adds the row again. A bad row is set aside, and the others go on.

Examples:

    babyshield item import toys.csv --household Home
    babyshield item import - --json < items.ndjson
`
}

// importSummary is what item import prints.
type importSummary struct {
	Household string `json:"household"`
	Rows      int    `json:"rows"`
	Saved     int    `json:"added_or_updated"`
	SetAside  int    `json:"set_aside"`
}

// importBatch is how many items one transaction adds.
const importBatch = 500

// Run imports a list. What was saved before an error stays.
func (c *itemImportCmd) Run(ctx context.Context, a *app) error {
	in, name, err := a.input(c.File)
	if err != nil {
		return err
	}
	defer in.Close()
	return a.with(ctx, needs{}, func(s *store.Store) error {
		h, err := s.Household(ctx, operator(), c.Household)
		if err != nil {
			return err
		}
		rows, err := stock.NewReader(name, in)
		if err != nil {
			return err
		}
		im := importer{app: a, store: s, name: name, summary: importSummary{Household: h.Name}, progress: a.progress()}
		err = im.run(ctx, rows)
		im.progress.done()
		if err != nil {
			return err
		}
		if a.JSON {
			return a.json(im.summary)
		}
		a.printf("%s of %s added to %s or up to date there; %d set aside\n", count(im.summary.Saved, "item", "items"), count(im.summary.Rows, "row", "rows"), h.Name, im.summary.SetAside)
		return nil
	})
}

// importer collects good rows and saves them in batches.
type importer struct {
	*app
	store    *store.Store
	name     string
	batch    []babyshield.Item
	summary  importSummary
	progress *progress
}

func (im *importer) run(ctx context.Context, rows *stock.Reader) error {
	for {
		row, err := rows.Next()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return errors.Join(im.flush(ctx), err)
		}
		im.take(row)
		if len(im.batch) == importBatch {
			if err := im.flush(ctx); err != nil {
				return err
			}
		}
	}
	for _, w := range rows.Warnings() {
		im.notef("%s", w)
	}
	return im.flush(ctx)
}

// take collects a row, or sets it aside with its place and reason.
func (im *importer) take(row stock.Row) {
	im.summary.Rows++
	problem := row.Problem
	it := row.Item
	it.Clean()
	if problem == "" {
		if err := it.Validate(); err != nil {
			problem = babyshield.MessageOf(err)
		}
	}
	if problem != "" {
		im.summary.SetAside++
		im.notef("set aside: %s, row %d (line %d): %s", im.name, row.Number, row.Line, problem)
		return
	}
	im.batch = append(im.batch, it)
}

func (im *importer) flush(ctx context.Context) error {
	if len(im.batch) == 0 {
		return nil
	}
	if _, err := im.store.AddItems(ctx, operator(), im.summary.Household, im.batch); err != nil {
		return err
	}
	im.summary.Saved += len(im.batch)
	im.batch = im.batch[:0]
	im.progress.say("%s saved", count(im.summary.Saved, "item", "items"))
	return nil
}

// input opens a file, or standard input for "-", and returns its name for
// messages.
func (a *app) input(name string) (io.ReadCloser, string, error) {
	if name == "-" {
		return io.NopCloser(a.stdin), "standard input", nil
	}
	f, err := os.Open(name)
	if err != nil {
		return nil, "", fileError("The file", name, err)
	}
	if st, err := f.Stat(); err == nil && st.IsDir() {
		f.Close()
		return nil, "", babyshield.Errorf(babyshield.Invalid, "%s is a folder, not a file.", name)
	}
	return f, filepath.Base(name), nil
}

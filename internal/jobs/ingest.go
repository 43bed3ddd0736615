package jobs

import (
	"cmp"
	"context"
	"fmt"
	"runtime/debug"

	"github.com/babyshield/babyshield"
	"github.com/babyshield/babyshield/internal/agency"
	"github.com/babyshield/babyshield/internal/store"
)

// Tally is what came of reading an agency: Notices raw records, Recalls = New +
// Amended + Unchanged (distinct), Quarantined records set aside.
type Tally struct {
	Agency      string `json:"agency"`
	Notices     int    `json:"notices"`
	Recalls     int    `json:"recalls"`
	New         int    `json:"new"`
	Amended     int    `json:"amended"`
	Unchanged   int    `json:"unchanged"`
	Quarantined int    `json:"quarantined"`

	Problems []babyshield.SetAside `json:"-"` // the first of them, for messages
}

// pageSize is how many records one transaction saves: few enough that others get
// the writer in between.
const pageSize = 100

// maxParts is how many records of recalls in parts are held back, so that a recall
// is saved whole and not amended by its own next row.
const maxParts = 2000

// maxProblems bounds Tally.Problems; the database has them all.
const maxProblems = 50

// ingest is the one road from raw notices to the store, for polls and imports. It
// hands the agency a Sink.
type ingest struct {
	d        Deps
	feed     agency.Feed
	source   string // the file being imported; "" = each notice has its URL
	muted    bool
	dryRun   bool
	progress func(notices int)

	page    store.Page
	parts   []store.Record // of recalls that come in several records: saved together at the end
	changes map[string]store.Change
	tally   Tally
	cutOff  bool  // a source ended before its end
	saveErr error // the store's, as opposed to the file's
}

func newIngest(d Deps, feed agency.Feed) *ingest {
	code := feed.Agency.Code
	return &ingest{
		d: d, feed: feed, page: store.Page{Agency: code},
		changes: map[string]store.Change{}, tally: Tally{Agency: code},
	}
}

// sink is an agency.Sink for one call with one context.
type sink struct {
	notice func(n babyshield.Notice) error
	aside  func(a babyshield.SetAside) error
}

func (s sink) Notice(n babyshield.Notice) error     { return s.notice(n) }
func (s sink) SetAside(a babyshield.SetAside) error { return s.aside(a) }

func (in *ingest) sink(ctx context.Context) agency.Sink {
	return sink{
		notice: func(n babyshield.Notice) error { return in.notice(ctx, n) },
		aside: func(a babyshield.SetAside) error {
			in.tally.Notices++
			in.cutOff = in.cutOff || a.Ends
			return in.setAside(ctx, a)
		},
	}
}

// notice parses a raw record and saves the page when it is full.
func (in *ingest) notice(ctx context.Context, n babyshield.Notice) error {
	in.tally.Notices++
	if n.FetchedAt.IsZero() {
		n.FetchedAt = in.d.Now().UTC()
	}
	if in.progress != nil {
		in.progress(in.tally.Notices)
	}
	r, err := in.parse(ctx, n)
	if err != nil {
		return in.setAside(ctx, babyshield.SetAside{
			Agency: n.Agency, Source: cmp.Or(n.URL, in.source), Position: n.Position, Key: n.Key, Reason: err.Error(), Raw: n.Raw,
		})
	}
	rec := store.Record{Notice: n, Recall: r}
	if r.Part != "" {
		if in.parts = append(in.parts, rec); len(in.parts) < maxParts {
			return nil
		}
		return in.saveParts(ctx)
	}
	return in.add(ctx, rec)
}

// parse guards against a record that makes a parser panic: it is set aside like
// any other that cannot be read.
func (in *ingest) parse(ctx context.Context, n babyshield.Notice) (r babyshield.Recall, err error) {
	defer func() {
		if v := recover(); v != nil {
			in.d.Log.ErrorContext(ctx, "a parser panicked", "agency", n.Agency, "record", n.Key, "panic", fmt.Sprint(v), "stack", string(debug.Stack()))
			err = fmt.Errorf("the parser failed on this record (%v)", v)
		}
	}()
	if r, err = in.feed.Parse(n); err == nil {
		err = store.CheckKeys(n, &r)
	}
	return r, err
}

// setAside keeps a record that could not be read.
func (in *ingest) setAside(ctx context.Context, a babyshield.SetAside) error {
	a.Agency = in.feed.Agency.Code
	if a.At.IsZero() {
		a.At = in.d.Now().UTC()
	}
	in.tally.Quarantined++
	if len(in.tally.Problems) < maxProblems {
		in.tally.Problems = append(in.tally.Problems, a)
	}
	in.page.SetAside = append(in.page.SetAside, a)
	return in.saveIfFull(ctx)
}

func (in *ingest) add(ctx context.Context, rec store.Record) error {
	in.page.Records = append(in.page.Records, rec)
	return in.saveIfFull(ctx)
}

func (in *ingest) saveIfFull(ctx context.Context) error {
	if len(in.page.Records)+len(in.page.SetAside) < pageSize {
		return nil
	}
	return in.save(ctx)
}

// save writes the page in one transaction.
func (in *ingest) save(ctx context.Context) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	page := in.page
	page.Muted = in.muted
	in.page = store.Page{Agency: page.Agency}
	if in.dryRun {
		for _, r := range page.Records {
			in.changes[r.Recall.Number] = store.Unchanged
		}
		return nil
	}
	changes, err := in.d.Store.SaveNotices(ctx, page)
	if err != nil {
		in.saveErr = err
		return err
	}
	for number, c := range changes {
		if rank(c) > rank(in.changes[number]) {
			in.changes[number] = c
		}
	}
	return nil
}

// flush saves what is left.
func (in *ingest) flush(ctx context.Context) error {
	if err := in.saveParts(ctx); err != nil {
		return err
	}
	if err := in.save(ctx); err != nil {
		return err
	}
	in.count()
	return nil
}

// saveParts saves the recalls that came in parts, each whole in one page.
func (in *ingest) saveParts(ctx context.Context) error {
	groups := map[string][]store.Record{}
	var order []string
	for _, rec := range in.parts {
		n := rec.Recall.Number
		if groups[n] == nil {
			order = append(order, n)
		}
		groups[n] = append(groups[n], rec)
	}
	in.parts = nil
	for _, n := range order {
		in.page.Records = append(in.page.Records, groups[n]...)
		if err := in.saveIfFull(ctx); err != nil {
			return err
		}
	}
	return nil
}

func (in *ingest) count() {
	in.tally.Recalls, in.tally.New, in.tally.Amended, in.tally.Unchanged = len(in.changes), 0, 0, 0
	for _, c := range in.changes {
		switch c {
		case store.New:
			in.tally.New++
		case store.Amended:
			in.tally.Amended++
		case store.Unchanged:
			in.tally.Unchanged++
		}
	}
}

func rank(c store.Change) int {
	switch c {
	case store.New:
		return 3
	case store.Amended:
		return 2
	case store.Unchanged:
		return 1
	}
	return 0
}

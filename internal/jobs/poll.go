package jobs

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/riverqueue/river"

	"github.com/babyshield/babyshield"
	"github.com/babyshield/babyshield/internal/agency"
	"github.com/babyshield/babyshield/internal/fetch"
	"github.com/babyshield/babyshield/internal/store"
)

// pollWorker reads one agency. A failed poll is no failed job: it is written to
// the agency's row with its next time, and shown there.
type pollWorker struct {
	river.WorkerDefaults[babyshield.PollArgs]
	d Deps
}

func (w *pollWorker) Timeout(*river.Job[babyshield.PollArgs]) time.Duration {
	return store.MaxJobTimeout
}

func (w *pollWorker) Work(ctx context.Context, j *river.Job[babyshield.PollArgs]) error {
	t, err := Poll(ctx, w.d, j.Args.Agency, PollOptions{})
	var failed *PollError
	switch {
	case errors.As(err, &failed):
		w.d.Log.WarnContext(ctx, j.Args.Agency+" could not be read", "agency", j.Args.Agency, "why", failed.Why)
		return nil
	case babyshield.CodeOf(err) == babyshield.NotFound:
		return river.JobCancel(err) // an agency that this program does not know
	case err != nil:
		return err
	}
	w.d.Log.InfoContext(ctx, "read an agency", "agency", t.Agency, "notices", t.Notices, "new", t.New, "amended", t.Amended, "set_aside", t.Quarantined)
	return nil
}

// PollOptions narrow or widen a poll by hand.
type PollOptions struct {
	Since    babyshield.Day // from this day on; the agency's cursor stays where it was
	Full     bool           // everything
	DryRun   bool           // fetch and parse, keep nothing
	Progress func(notices int)
}

// PollError is a poll that failed, as it was written to the agency's row.
type PollError struct {
	Agency, Why string
	Err         error
}

func (e *PollError) Error() string { return e.Agency + " could not be read: " + e.Why }

func (e *PollError) Unwrap() error { return e.Err }

// Poll reads an agency once. Until the agency's whole list was read once, what
// comes is a back-fill and alerts nobody. A poll of a part (Since) is no read that
// a miss could rest on. A poll that fails keeps what was saved of it, moves no cursor
// and does not count as a read.
func Poll(ctx context.Context, d Deps, code string, o PollOptions) (Tally, error) {
	feed, err := get(code)
	if err != nil {
		return Tally{Agency: code}, err
	}
	p, err := d.Store.BeginPoll(ctx, code)
	if err != nil {
		return Tally{Agency: code}, err
	}
	req, err := request(ctx, d, p, o)
	if err != nil {
		return Tally{Agency: code}, err
	}
	in := newIngest(d, feed)
	in.muted, in.dryRun, in.progress = p.LastFull.IsZero(), o.DryRun, o.Progress
	fetchCtx, cancel := sparing(ctx)
	defer cancel()
	res, err := feed.Fetch(fetchCtx, d.Fetch, req, in.sink(ctx))
	if err == nil {
		err = in.flush(ctx)
	}
	if err == nil {
		err = plausible(ctx, d, p, res, in.tally)
	}
	if err != nil {
		return in.tally, failPoll(ctx, d, in, goesOn(req, res), o, err)
	}
	for _, note := range res.Notes {
		d.Log.WarnContext(ctx, "note on a poll", "agency", code, "note", note)
	}
	return in.tally, endPoll(ctx, d, code, p, req, res, o)
}

// saveTime is what a job's fetching leaves of its time for saving what came.
const saveTime = 10 * time.Second

// sparing is the context of the fetching: the poll's own, less saveTime.
func sparing(ctx context.Context) (context.Context, context.CancelFunc) {
	if end, ok := ctx.Deadline(); ok {
		return context.WithDeadline(ctx, end.Add(-saveTime))
	}
	return context.WithCancel(ctx)
}

// goesOn is the old cursor with the place where a whole listing was cut off, and
// whether that place lies further on than before.
func goesOn(req agency.Request, res agency.Result) (c headway) {
	c.cursor, c.from = req.Cursor, req.Cursor.Resume
	c.further = res.Cursor.Resume > c.from
	if c.further {
		c.cursor.Resume = res.Cursor.Resume
	}
	return c
}

type headway struct {
	cursor  agency.Cursor
	from    babyshield.Day // where this poll began
	further bool
}

func request(ctx context.Context, d Deps, p store.Poll, o PollOptions) (agency.Request, error) {
	every, err := d.Store.PolicyDuration(ctx, "poll.full_reread")
	if err != nil {
		return agency.Request{}, err
	}
	now := d.Now()
	cursor, err := agency.ParseCursor(p.Cursor)
	if err != nil {
		d.Log.WarnContext(ctx, "a cursor cannot be read; everything is asked for", "err", err)
	}
	full := o.Full || o.Since == "" && now.Sub(p.LastFull) > every
	return agency.Request{Cursor: cursor, Full: full, Since: o.Since, Now: now}, nil
}

// plausible refuses a full listing that is far shorter than what is known: more
// likely the agency's fault than so many withdrawals. Nothing was lost by it, as
// a poll never removes; but it is no good read.
func plausible(ctx context.Context, d Deps, p store.Poll, res agency.Result, t Tally) error {
	if t.Notices > 0 && t.Recalls == 0 {
		return fmt.Errorf("none of %d records could be understood", t.Notices)
	}
	if !res.Complete || res.NotModified {
		return nil
	}
	share, err := d.Store.PolicyShare(ctx, "poll.minimum")
	if err != nil {
		return err
	}
	if float64(t.Recalls) < share*float64(p.Recalls) {
		return fmt.Errorf("the full list has %d recalls where %d are known: implausibly few", t.Recalls, p.Recalls)
	}
	return nil
}

// failPoll writes down why a poll failed. One that ran out of time while it made
// headway goes on at the next tick.
func failPoll(ctx context.Context, d Deps, in *ingest, h headway, o PollOptions, cause error) error {
	code := in.feed.Agency.Code
	why := cause.Error()
	if errors.Is(cause, context.DeadlineExceeded) {
		why = "it took too long"
	}
	if len(why) > 300 {
		why = why[:300]
	}
	var f *fetch.Error
	var retryAfter time.Duration
	if errors.As(cause, &f) {
		retryAfter = f.RetryAfter
	}
	failed := &PollError{Agency: code, Why: why, Err: cause}
	if o.DryRun {
		return failed
	}
	ctx, cancel := record(ctx)
	defer cancel()
	if err := in.flush(ctx); err != nil {
		h.cursor.Resume, h.further = h.from, false // what came is not all kept
	}
	stopped := errors.Is(cause, context.Canceled) // by us, as at SIGTERM: no fault of the agency's
	late := errors.Is(cause, context.DeadlineExceeded) || fetch.KindOf(cause) == fetch.KindTimeout
	if stopped || late && (h.further || in.tally.New > 0) {
		failed.Why = fmt.Sprintf("not finished yet: %d recalls read in this go, it goes on at once", in.tally.Recalls)
		return errors.Join(failed, d.Store.ContinuePoll(ctx, code, h.cursor.String(), failed.Why))
	}
	if err := d.Store.FailPoll(ctx, code, why, retryAfter); err != nil {
		return errors.Join(failed, err)
	}
	return failed
}

func endPoll(ctx context.Context, d Deps, code string, p store.Poll, req agency.Request, res agency.Result, o PollOptions) error {
	switch {
	case o.DryRun || o.Since != "":
		return nil
	}
	full := p.LastFull
	if req.Full || res.Complete || req.Cursor.Resume != "" {
		full = req.Now
	}
	return d.Store.EndPoll(ctx, code, res.Cursor.String(), full)
}

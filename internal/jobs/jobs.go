// Package jobs works on what happens in the background: reading agencies,
// matching, sending, auditing, tidying. One file a job kind; the queue is
// River's, in the database.
//
// # What is promised
//
//   - A job has ids only, opens its own transactions, and treats a missing row as
//     a warning.
//   - Every job may be worked again from its beginning at any time: a killed
//     worker's job is. All effects are keyed, so a second run changes nothing.
//   - Every job ends within store.MaxJobTimeout. Long work is cut at a budget, and
//     the rest is enqueued in the transaction of the last step.
//   - A job holds no transaction while it talks to the outside.
//   - A hung agency holds one worker of the poll queue until its deadline, and
//     nobody else's.
package jobs

import (
	"context"
	"log/slog"
	"time"

	"github.com/riverqueue/river"

	"github.com/babyshield/babyshield"
	"github.com/babyshield/babyshield/internal/fetch"
	"github.com/babyshield/babyshield/internal/store"
)

// defaultBudget is how long a job goes on taking up further work. What it began by
// then still has time to end before the job's timeout: 15 s, one send of at most
// 25 s, and recordTime make store.MaxJobTimeout.
const defaultBudget = 15 * time.Second

// recordTime is for noting an outcome after the job's own context has ended.
const recordTime = 5 * time.Second

// Sender hands one message to one channel and tells how that ended. It must
// return by the context's deadline.
type Sender interface {
	Send(ctx context.Context, kind string, settings []byte, m babyshield.Message) babyshield.Result
}

// Ledger is where a send is noted before and after. It is *store.Store; a proof
// puts a broken one here to see that it is caught.
type Ledger interface {
	BeginSend(ctx context.Context, delivery int64) (*store.Sending, error)
	EndSend(ctx context.Context, d *store.Sending, r babyshield.Result) (held bool, err error)
}

// Deps are what the workers need.
type Deps struct {
	Store    *store.Store
	Fetch    *fetch.Client
	Channels Sender
	Log      *slog.Logger
	Now      func() time.Time
	Ledger   Ledger        // nil = Store
	Budget   time.Duration // 0 = 15 s; tests make it short
}

// Workers returns a worker for every job kind. Every process registers all of
// them, whatever it works on: River's leader throws away stuck jobs of a kind
// that it does not know.
func Workers(d Deps) *river.Workers {
	if d.Ledger == nil {
		d.Ledger = d.Store
	}
	if d.Budget == 0 {
		d.Budget = defaultBudget
	}
	w := river.NewWorkers()
	river.AddWorker(w, &tickWorker{d: d})
	river.AddWorker(w, &pollWorker{d: d})
	river.AddWorker(w, &matchRecallsWorker{d: d})
	river.AddWorker(w, &matchItemsWorker{d: d})
	river.AddWorker(w, &deliverWorker{d: d})
	river.AddWorker(w, &auditWorker{d: d})
	river.AddWorker(w, &tidyWorker{d: d})
	return w
}

// record is a context for noting an outcome: it lives on for a moment where the
// job's own context has ended, so that what happened is not forgotten.
func record(ctx context.Context) (context.Context, context.CancelFunc) {
	return context.WithTimeout(context.WithoutCancel(ctx), recordTime)
}

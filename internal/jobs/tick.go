package jobs

import (
	"context"

	"github.com/riverqueue/river"

	"github.com/babyshield/babyshield"
)

// tickWorker enqueues what is due by the database's clocks. River's own schedule
// lives in memory; ours must survive any process.
type tickWorker struct {
	river.WorkerDefaults[babyshield.TickArgs]
	d Deps
}

func (w *tickWorker) Work(ctx context.Context, _ *river.Job[babyshield.TickArgs]) error {
	n, err := w.d.Store.EnqueueDue(ctx)
	if err == nil && n > 0 {
		w.d.Log.DebugContext(ctx, "polls are due", "agencies", n)
	}
	return err
}

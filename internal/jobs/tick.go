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
	if !w.d.NoPoll {
		n, err := w.d.Store.EnqueueDue(ctx)
		if err != nil {
			return err
		}
		w.d.Log.DebugContext(ctx, "looked for what is due", "polls", n)
	}
	return w.d.Store.EnqueueRoutine(ctx, babyshield.AuditArgs{}, babyshield.TidyArgs{})
}

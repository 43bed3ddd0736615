package jobs

import (
	"context"

	"github.com/riverqueue/river"

	"github.com/babyshield/babyshield"
)

// tidyWorker applies the retention clocks.
type tidyWorker struct {
	river.WorkerDefaults[babyshield.TidyArgs]
	d Deps
}

func (w *tidyWorker) Work(ctx context.Context, _ *river.Job[babyshield.TidyArgs]) error {
	n, err := w.d.Store.Tidy(ctx)
	if err == nil && n > 0 {
		w.d.Log.InfoContext(ctx, "old messages were forgotten", "messages", n)
	}
	return err
}

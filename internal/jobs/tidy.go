package jobs

import (
	"context"
	"errors"

	"github.com/riverqueue/river"

	"github.com/babyshield/babyshield"
)

// tidyWorker applies the retention clocks and picks up what is overdue.
type tidyWorker struct {
	river.WorkerDefaults[babyshield.TidyArgs]
	d Deps
}

func (w *tidyWorker) Work(ctx context.Context, _ *river.Job[babyshield.TidyArgs]) error {
	n, err := w.d.Store.Tidy(ctx)
	if err == nil && n > 0 {
		w.d.Log.InfoContext(ctx, "old messages were forgotten", "messages", n)
	}
	again, resendErr := w.d.Store.Resend(ctx)
	if again > 0 {
		w.d.Log.WarnContext(ctx, "overdue deliveries were enqueued again", "deliveries", again)
	}
	return errors.Join(err, resendErr)
}

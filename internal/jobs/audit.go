package jobs

import (
	"context"

	"github.com/riverqueue/river"

	"github.com/babyshield/babyshield"
)

// auditWorker tests the invariants every hour. A broken one is an error in the
// log; it names ids only.
type auditWorker struct {
	river.WorkerDefaults[babyshield.AuditArgs]
	d Deps
}

func (w *auditWorker) Work(ctx context.Context, _ *river.Job[babyshield.AuditArgs]) error {
	findings, err := w.d.Store.Audit(ctx)
	if err != nil {
		return err
	}
	for _, f := range findings {
		if !f.Holds {
			w.d.Log.ErrorContext(ctx, "an invariant is broken", "invariant", f.Invariant, "broken", f.Broken)
		}
	}
	return nil
}

package jobs

import (
	"context"
	"errors"
	"slices"
	"time"

	"github.com/riverqueue/river"

	"github.com/babyshield/babyshield"
	"github.com/babyshield/babyshield/internal/store"
)

// deliverWorker sends a page of deliveries: claim, send, record, one after
// another. A crash between send and record leaves an attempt of outcome unknown,
// and the message goes again with the same key: at least once on the wire, once
// in the ledger.
type deliverWorker struct {
	river.WorkerDefaults[babyshield.DeliverArgs]
	d Deps
}

// Timeout leaves the last send, begun at the end of the budget, its whole time.
func (w *deliverWorker) Timeout(*river.Job[babyshield.DeliverArgs]) time.Duration {
	return w.d.Budget + w.d.Store.SendTimeout + recordTime
}

func (w *deliverWorker) Work(ctx context.Context, j *river.Job[babyshield.DeliverArgs]) error {
	until := w.d.Now().Add(w.d.Budget)
	var again time.Duration // until the first of waiting can be taken
	var waiting []int64
	var failed error
	for i, id := range j.Args.Deliveries {
		if i > 0 && w.d.Now().After(until) || ctx.Err() != nil {
			// The rest goes into a job of its own before this one ends, what must wait
			// behind what need not.
			ctx, cancel := record(ctx)
			defer cancel()
			return errors.Join(failed, w.d.Store.EnqueueDeliveries(ctx, slices.Concat(j.Args.Deliveries[i:], waiting)))
		}
		var busy *store.BusyError
		switch err := w.send(ctx, id); {
		case errors.As(err, &busy):
			if len(waiting) == 0 || busy.Wait < again {
				again = busy.Wait
			}
			waiting = append(waiting, id)
		case err != nil:
			failed = errors.Join(failed, err) // the others are not its prisoners
		}
	}
	if failed != nil {
		return failed
	}
	if len(waiting) > 0 {
		return river.JobSnooze(again + 100*time.Millisecond)
	}
	return nil
}

func (w *deliverWorker) send(ctx context.Context, id int64) error {
	d, err := w.d.Ledger.BeginSend(ctx, id)
	if err != nil || d == nil {
		return err
	}
	sendCtx, cancel := context.WithTimeout(ctx, w.d.Store.SendTimeout)
	result := w.d.Channels.Send(sendCtx, d.Kind, d.Settings, d.Message)
	cancel()

	ctx, cancel = record(ctx)
	defer cancel()
	held, err := w.d.Ledger.EndSend(ctx, d, result)
	switch {
	case err != nil:
		return err
	case !held:
		w.d.Log.WarnContext(ctx, "another process took the delivery over; its attempt counts", "delivery", id, "attempt", d.Attempt)
	case result.Outcome == babyshield.OutcomeAccepted:
		w.d.Log.InfoContext(ctx, "delivered", "delivery", id, "attempt", d.Attempt, "kind", d.Kind)
	default:
		w.d.Log.WarnContext(ctx, "not delivered", "delivery", id, "attempt", d.Attempt, "kind", d.Kind, "outcome", result.Outcome, "detail", result.Detail)
	}
	return nil
}

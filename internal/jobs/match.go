package jobs

import (
	"context"

	"github.com/riverqueue/river"

	"github.com/babyshield/babyshield"
)

// matchRecallsWorker judges new and amended recalls against all items.
type matchRecallsWorker struct {
	river.WorkerDefaults[babyshield.MatchRecallsArgs]
	d Deps
}

func (w *matchRecallsWorker) Work(ctx context.Context, j *river.Job[babyshield.MatchRecallsArgs]) error {
	return w.d.Store.MatchRecalls(ctx, j.Args, w.d.Now().Add(w.d.Budget))
}

// matchItemsWorker judges new and changed items against all recalls.
type matchItemsWorker struct {
	river.WorkerDefaults[babyshield.MatchItemsArgs]
	d Deps
}

func (w *matchItemsWorker) Work(ctx context.Context, j *river.Job[babyshield.MatchItemsArgs]) error {
	return w.d.Store.MatchItems(ctx, j.Args, w.d.Now().Add(w.d.Budget))
}

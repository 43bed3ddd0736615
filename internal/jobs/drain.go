package jobs

import (
	"context"
	"time"

	"github.com/babyshield/babyshield/internal/store"
)

// Drain waits until no job is due or running, by this or any other process. Jobs
// that wait for a later time (a retry in five minutes) are left. A job whose
// process died counts as running until it is rescued, at most 90 s later.
// Queues that this process does not work on are named in except. progress is
// called on every look.
func Drain(ctx context.Context, s *store.Store, progress func(due, running int), except ...string) error {
	look := time.NewTicker(100 * time.Millisecond)
	defer look.Stop()
	// Two looks in a row: a job that is being made by one that just ended must not
	// be missed between the two.
	for quiet := 0; quiet < 2; {
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-look.C:
		}
		due, running, err := s.Pending(ctx, except...)
		if err != nil {
			return err
		}
		if progress != nil {
			progress(due, running)
		}
		if quiet++; due+running > 0 {
			quiet = 0
		}
	}
	return nil
}

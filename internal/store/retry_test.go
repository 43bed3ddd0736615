package store

import (
	"errors"
	"slices"
	"testing"
	"time"

	"github.com/riverqueue/river"
	"github.com/riverqueue/river/rivertype"

	"github.com/babyshield/babyshield"
)

// TestNextRetry: a job waits longer for each failure of its own, and not at all
// longer for having been rescued.
func TestNextRetry(t *testing.T) {
	now := time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC)
	own := rivertype.AttemptError{Error: errors.ErrUnsupported.Error()}
	rescue := rivertype.AttemptError{Error: "Stuck job rescued by JobRescuer"}
	for _, c := range []struct {
		name   string
		errors []rivertype.AttemptError
		want   time.Duration
	}{
		{"the first failure is not on record yet", nil, time.Second},
		{"one failure", []rivertype.AttemptError{own}, 2 * time.Second},
		{"three failures", []rivertype.AttemptError{own, own, own}, 8 * time.Second},
		{"a hundred failures", slices.Repeat([]rivertype.AttemptError{own}, 100), time.Hour},
		{"one rescue", []rivertype.AttemptError{rescue}, time.Second},
		{"ten thousand rescues", slices.Repeat([]rivertype.AttemptError{rescue}, 10_000), time.Second},
		{"rescues between failures", []rivertype.AttemptError{rescue, own, rescue, rescue, own}, 4 * time.Second},
	} {
		t.Run(c.name, func(t *testing.T) {
			p := retryPolicy{func() time.Time { return now }}
			if got := p.NextRetry(&rivertype.JobRow{Errors: c.errors}).Sub(now); got != c.want {
				t.Errorf("waits %s, want %s", got, c.want)
			}
		})
	}
}

// TestNoKindIsDiscarded: no kind of job can be thrown away for a number of rescues
// that it could live to see, once a minute for two weeks.
func TestNoKindIsDiscarded(t *testing.T) {
	for _, args := range []river.JobArgs{
		babyshield.TickArgs{},
		babyshield.PollArgs{},
		babyshield.MatchRecallsArgs{},
		babyshield.MatchItemsArgs{},
		babyshield.DeliverArgs{},
		babyshield.AuditArgs{},
		babyshield.TidyArgs{},
	} {
		if got := job(args).InsertOpts.MaxAttempts; got < 14*24*60 {
			t.Errorf("%s is thrown away after %d attempts", args.Kind(), got)
		}
	}
}

// TestRescueArithmetic: the sum of the waits until a killed worker's job runs
// again is within 90 s for every timeout that is allowed. The last three are the
// engine's and the retry policy's.
func TestRescueArithmetic(t *testing.T) {
	const rescuerLooks, schedulerLooks, retry = 30 * time.Second, 5 * time.Second, time.Second
	if sum := max(RescueAfter, MaxJobTimeout) + rescuerLooks + schedulerLooks + retry; sum > 90*time.Second {
		t.Errorf("a killed worker's job runs again after up to %s, want at most 90 s", sum)
	}
	if JobTimeout > RescueAfter {
		t.Errorf("a job may run for %s and is rescued after %s: it would be worked on twice", JobTimeout, RescueAfter)
	}
}

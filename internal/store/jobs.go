package store

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"strings"
	"time"

	"github.com/riverqueue/river"
	"github.com/riverqueue/river/rivertype"

	"github.com/babyshield/babyshield"
)

// Queues. Each has its own bound, so that hanging agencies or mail servers leave
// the others their workers.
const (
	QueueMain    = "main"
	QueuePoll    = "poll"
	QueueDeliver = "deliver"
)

// The job engine's clocks. A killed worker's job runs again after RescueAfter (or
// its own timeout, if that is longer), plus up to 30 s until River's rescuer
// looks, plus 5 s of its scheduler: within 90 s for every timeout up to
// MaxJobTimeout. A worker's Timeout must not exceed MaxJobTimeout.
const (
	JobTimeout    = 40 * time.Second
	RescueAfter   = 45 * time.Second
	MaxJobTimeout = 45 * time.Second
)

// neverDiscard is the number of attempts that River allows before it throws a job
// away. A rescue uses up an attempt, and no job may be lost for having been
// rescued, so it is out of reach; what must end, ends by its own rule.
const neverDiscard = 30_000

// Priorities, 1 first: what was just asked for goes before a back-fill.
const (
	prioritySoon  = 1
	priorityUsual = 2
)

// job pairs arguments with their insert options, the one place where they live.
// The tick is worked where polls are, so that a process that polls nothing cannot
// use up its turn.
func job(args river.JobArgs) river.InsertManyParams {
	o := &river.InsertOpts{Queue: QueueMain, MaxAttempts: neverDiscard, Priority: priorityUsual}
	switch args.Kind() {
	case babyshield.PollArgs{}.Kind():
		o.Queue, o.UniqueOpts = QueuePoll, unfinished
	case babyshield.TickArgs{}.Kind():
		o.Queue, o.UniqueOpts, o.Priority = QueuePoll, unfinished, prioritySoon
	case babyshield.DeliverArgs{}.Kind():
		o.Queue = QueueDeliver
	case babyshield.AuditArgs{}.Kind(), babyshield.TidyArgs{}.Kind():
		o.UniqueOpts, o.Priority = river.UniqueOpts{ByPeriod: routineEvery}, prioritySoon
	case babyshield.MatchItemsArgs{}.Kind():
		o.Priority = prioritySoon
	}
	return river.InsertManyParams{Args: args, InsertOpts: o}
}

// unfinished allows one job of the same arguments until it has ended.
var unfinished = river.UniqueOpts{ByArgs: true, ByState: []rivertype.JobState{
	rivertype.JobStateAvailable, rivertype.JobStatePending, rivertype.JobStateRunning,
	rivertype.JobStateRetryable, rivertype.JobStateScheduled,
}}

func jobAt(args river.JobArgs, at time.Time) river.InsertManyParams {
	p := job(args)
	p.InsertOpts.ScheduledAt = at
	return p
}

const (
	tickEvery    = 30 * time.Second
	routineEvery = time.Hour // audit and tidy
)

// periodic makes a job at once and then at each interval. River keeps no schedule
// in the database; the jobs' uniqueness makes up for leaders that come and go.
func periodic(args river.JobArgs, every time.Duration) *river.PeriodicJob {
	return river.NewPeriodicJob(river.PeriodicInterval(every), func() (river.JobArgs, *river.InsertOpts) {
		p := job(args)
		return p.Args, p.InsertOpts
	}, &river.PeriodicJobOpts{RunOnStart: true})
}

// WorkConfig bounds the job runtime of one process.
type WorkConfig struct {
	Workers *river.Workers // all kinds, always: the leader discards stuck jobs of a kind it does not know
	Main    int            // concurrent jobs; 0 = 4
	Poll    int            // 0 = 16; negative = this process polls no agency
	Deliver int            // 0 = 4
	NoTick  bool           // do not enqueue what is due: for `work --drain` and tests
	Stop    time.Duration  // how long running jobs may take to finish on Stop; 0 = 20 s
	Rescue  time.Duration  // 0 = RescueAfter; tests make it short
	Timeout time.Duration  // 0 = JobTimeout
}

// Runtime is a process's running jobs.
type Runtime struct {
	client jobClient
	stop   time.Duration
}

// Work starts to work on jobs until Stop. Every process with a Runtime may
// become River's leader, which schedules the tick and rescues stuck jobs.
func (s *Store) Work(ctx context.Context, c WorkConfig) (*Runtime, error) {
	cfg := &river.Config{
		Workers:                     c.Workers,
		Logger:                      slog.New(leveled{s.Log.Handler()}),
		JobTimeout:                  or(c.Timeout, JobTimeout),
		RescueStuckJobsAfter:        or(c.Rescue, RescueAfter),
		MaxAttempts:                 neverDiscard,
		RetryPolicy:                 retryPolicy{s.Now},
		ErrorHandler:                errorLog{s.Log},
		CompletedJobRetentionPeriod: time.Hour,
		DiscardedJobRetentionPeriod: 30 * 24 * time.Hour,
		SoftStopTimeout:             or(c.Stop, 20*time.Second),
		Queues: map[string]river.QueueConfig{
			QueueMain:    {MaxWorkers: or(c.Main, 4)},
			QueueDeliver: {MaxWorkers: or(c.Deliver, 4), FetchCooldown: 20 * time.Millisecond},
		},
	}
	if c.Poll >= 0 {
		cfg.Queues[QueuePoll] = river.QueueConfig{MaxWorkers: or(c.Poll, 16)}
	}
	if !c.NoTick {
		cfg.PeriodicJobs = []*river.PeriodicJob{
			periodic(babyshield.TickArgs{}, tickEvery),
			periodic(babyshield.AuditArgs{}, routineEvery),
			periodic(babyshield.TidyArgs{}, routineEvery),
		}
	}
	client, err := s.engine.work(cfg)
	if err != nil {
		return nil, fmt.Errorf("preparing the jobs: %w", err)
	}
	// The jobs outlive the context that asks for the start: they end by Stop.
	if err := client.Start(context.WithoutCancel(ctx)); err != nil {
		return nil, fmt.Errorf("starting the jobs: %w", err)
	}
	return &Runtime{client: client, stop: or(c.Stop, 20*time.Second)}, nil
}

// Stop takes no further jobs, lets the running ones finish within the configured
// time, then cancels them; their jobs are worked again elsewhere.
func (r *Runtime) Stop(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), r.stop+5*time.Second)
	defer cancel()
	if err := r.client.Stop(ctx); err != nil {
		return fmt.Errorf("stopping the jobs: %w", errors.Join(err, r.client.StopAndCancel(ctx)))
	}
	return nil
}

// Pending counts the jobs that are due now or being worked, by any process, in
// all queues but those named. Jobs that wait for a later time are not counted.
func (s *Store) Pending(ctx context.Context, except ...string) (due, running int, err error) {
	params := river.NewJobListParams().First(10_000).States(rivertype.JobStateAvailable, rivertype.JobStateRunning,
		rivertype.JobStateRetryable, rivertype.JobStateScheduled)
	list, err := s.engine.jobs().JobList(ctx, params)
	if err != nil {
		return 0, 0, fmt.Errorf("counting jobs: %w", err)
	}
	for _, j := range list.Jobs {
		switch {
		case slices.Contains(except, j.Queue):
		case j.State == rivertype.JobStateRunning:
			running++
		case j.State == rivertype.JobStateAvailable || !j.ScheduledAt.After(s.Now()):
			due++
		}
	}
	return due, running, nil
}

// Troubled lists the jobs that failed by themselves at least n times, for doctor
// and audit: "match_recalls 4711: 7 failures, last: ...".
func (s *Store) Troubled(ctx context.Context, n int) ([]string, error) {
	params := river.NewJobListParams().First(1000).States(rivertype.JobStateRetryable, rivertype.JobStateDiscarded)
	list, err := s.engine.jobs().JobList(ctx, params)
	if err != nil {
		return nil, fmt.Errorf("listing failed jobs: %w", err)
	}
	var out []string
	for _, j := range list.Jobs {
		if f := failures(j); f >= n || j.State == rivertype.JobStateDiscarded {
			out = append(out, fmt.Sprintf("%s %d: %d failures, %s", j.Kind, j.ID, f, j.State))
		}
	}
	return out, nil
}

// retryPolicy waits longer after each failure of the job's own, up to an hour. A
// rescue is no failure of the job: it runs again at once.
type retryPolicy struct{ now func() time.Time }

const rescued = "Stuck job rescued" // River's words in AttemptError, see its job_rescuer.go

func (p retryPolicy) NextRetry(j *rivertype.JobRow) time.Time {
	wait := time.Second << min(failures(j), 12)
	return p.now().UTC().Add(min(wait, time.Hour))
}

func failures(j *rivertype.JobRow) int {
	n := 0
	for _, e := range j.Errors {
		if !strings.HasPrefix(e.Error, rescued) {
			n++
		}
	}
	return n
}

// errorLog logs each failed job once, with its stack where it panicked.
type errorLog struct{ log *slog.Logger }

func (h errorLog) HandleError(ctx context.Context, j *rivertype.JobRow, err error) *river.ErrorHandlerResult {
	level := slog.LevelError
	if errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded) || babyshield.CodeOf(err) != babyshield.Internal {
		level = slog.LevelWarn
	}
	h.log.Log(ctx, level, "job failed", "kind", j.Kind, "job", j.ID, "attempt", j.Attempt, "err", err)
	return nil
}

func (h errorLog) HandlePanic(ctx context.Context, j *rivertype.JobRow, v any, trace string) *river.ErrorHandlerResult {
	h.log.ErrorContext(ctx, "job panicked", "kind", j.Kind, "job", j.ID, "attempt", j.Attempt, "panic", fmt.Sprint(v), "stack", trace)
	return nil
}

func or[T comparable](v, otherwise T) T {
	var zero T
	if v == zero {
		return otherwise
	}
	return v
}

// leveled lets River's warnings and errors through and drops its chatter.
type leveled struct{ slog.Handler }

func (l leveled) Enabled(ctx context.Context, level slog.Level) bool {
	return level >= slog.LevelWarn && l.Handler.Enabled(ctx, level)
}

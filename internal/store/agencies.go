package store

import (
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"time"

	"github.com/riverqueue/river"

	"github.com/babyshield/babyshield"
	"github.com/babyshield/babyshield/internal/store/gen"
)

// Agencies returns all agencies with the state of their feeds, by code.
func (s *Store) Agencies(ctx context.Context) ([]babyshield.AgencyState, error) {
	rows, err := s.q.Agencies(ctx)
	if err != nil {
		return nil, fmt.Errorf("reading the agencies: %w", err)
	}
	out := make([]babyshield.AgencyState, len(rows))
	for i, r := range rows {
		if out[i], err = agencyState(r); err != nil {
			return nil, err
		}
	}
	return out, nil
}

// AgencyCounts adds the numbers of notices, recalls and set-aside records, which
// cost a scan each.
func (s *Store) AgencyCounts(ctx context.Context, states []babyshield.AgencyState) error {
	notices, err := s.q.NoticeCounts(ctx)
	if err != nil {
		return fmt.Errorf("counting notices: %w", err)
	}
	recalls, err := s.q.RecallCounts(ctx, false)
	if err != nil {
		return fmt.Errorf("counting recalls: %w", err)
	}
	aside, err := s.q.SetAsideCounts(ctx)
	if err != nil {
		return fmt.Errorf("counting set-aside records: %w", err)
	}
	at := map[string]*babyshield.AgencyState{}
	for i := range states {
		at[states[i].Code] = &states[i]
	}
	for _, n := range notices {
		at[n.Agency].Notices = n.N
	}
	for _, n := range recalls {
		at[n.Agency].Recalls = n.N
	}
	for _, n := range aside {
		at[n.Agency].SetAside = n.N
	}
	return nil
}

func agencyState(r gen.Agency) (babyshield.AgencyState, error) {
	a := babyshield.AgencyState{
		Code: r.Code, Name: r.Name, Country: r.Country, Language: r.Language, Homepage: r.Homepage, Licence: r.Licence,
		Attribution: r.Attribution, Cadence: r.Cadence,
		Enabled: r.Enabled, Proven: r.Proven, Tolerance: time.Duration(r.ToleranceMs) * time.Millisecond,
		LastAttempt: fromMS(r.LastAttemptAt), LastSuccess: fromMS(r.LastSuccessAt), LastNew: fromMS(r.LastNewAt),
		NextRun: fromMS(r.NextPollAt), Failures: int(r.Failures), LastError: r.LastError,
	}
	return a, json.Unmarshal([]byte(r.Covers), &a.Covers)
}

// SetAgencyEnabled switches an agency's feed on or off. Switched on, it is due at
// once.
func (s *Store) SetAgencyEnabled(ctx context.Context, code string, enabled bool) error {
	return s.begin(ctx, func(ctx context.Context, t *tx) error {
		n, err := t.SetAgencyEnabled(ctx, gen.SetAgencyEnabledParams{Code: code, Enabled: enabled, NextPollAt: 0})
		if err == nil && n == 0 {
			return babyshield.Errorf(babyshield.NotFound, "There is no agency %q. See: babyshield agency list", code)
		}
		return err
	})
}

// EnqueueDue makes a poll job for each enabled agency whose time has come and
// books its next time in the same transaction. Any number of processes may do
// this at once: of two, one changes next_poll_at. It returns how many jobs it
// made.
func (s *Store) EnqueueDue(ctx context.Context) (int, error) {
	n := 0
	err := s.begin(ctx, func(ctx context.Context, t *tx) error {
		n = 0
		due, err := t.DueAgencies(ctx, gen.DueAgenciesParams{Enabled: true, Now: ms(t.now)})
		if err != nil {
			return fmt.Errorf("reading what is due: %w", err)
		}
		var jobs []river.InsertManyParams
		for _, a := range due {
			next := t.now.Add(jitter(a.Code, time.Duration(a.EveryMs)*time.Millisecond, t.now))
			won, err := t.ClaimPoll(ctx, gen.ClaimPollParams{Code: a.Code, Next: ms(next), Was: a.NextPollAt})
			if err != nil {
				return err
			}
			if won == 1 {
				jobs = append(jobs, job(babyshield.PollArgs{Agency: a.Code}))
			}
		}
		if n = len(jobs); n == 0 {
			return nil
		}
		return t.insert(ctx, jobs)
	})
	return n, err
}

// jitter spreads polls by up to a tenth of the interval, so that sites that
// started together do not all ask the agency in the same second.
func jitter(code string, every time.Duration, now time.Time) time.Duration {
	sum := sha256.Sum256(fmt.Appendf(nil, "%s %d", code, now.UnixNano()))
	return every - time.Duration(int64(every)/10*int64(sum[0])/255)
}

// Poll is what a poll needs to know of its agency.
type Poll struct {
	Cursor   string
	LastRead time.Time // zero = never: this read is a back-fill
	LastFull time.Time
	Recalls  int64
	Enabled  bool
}

// BeginPoll notes the attempt and returns where the last one ended.
func (s *Store) BeginPoll(ctx context.Context, code string) (Poll, error) {
	var p Poll
	err := s.begin(ctx, func(ctx context.Context, t *tx) error {
		a, err := t.Agency(ctx, code)
		if err != nil {
			if notFound(err) == nil {
				return babyshield.Errorf(babyshield.NotFound, "There is no agency %q. See: babyshield agency list", code)
			}
			return err
		}
		p = Poll{Cursor: a.CursorText, LastRead: fromMS(a.LastSuccessAt), LastFull: fromMS(a.LastFullAt), Enabled: a.Enabled}
		counts, err := t.RecallCounts(ctx, false)
		if err != nil {
			return err
		}
		for _, c := range counts {
			if c.Agency == code {
				p.Recalls = c.N
			}
		}
		return t.PollStarted(ctx, gen.PollStartedParams{Code: code, Now: ms(t.now)})
	})
	return p, err
}

// EndPoll records a complete, parsed read. Full is the time of the last full
// re-read.
func (s *Store) EndPoll(ctx context.Context, code, cursor string, full time.Time) error {
	return s.begin(ctx, func(ctx context.Context, t *tx) error {
		if err := t.PollSucceeded(ctx, gen.PollSucceededParams{Code: code, CursorText: cursor, LastFullAt: ms(full)}); err != nil {
			return err
		}
		return t.AgencyRead(ctx, gen.AgencyReadParams{Code: code, Now: ms(t.now)})
	})
}

// FailPoll records a poll that failed, with a plain sentence, and when to try
// again. It never moves the time of the last good read.
func (s *Store) FailPoll(ctx context.Context, code, why string, retryAfter time.Duration) error {
	return s.begin(ctx, func(ctx context.Context, t *tx) error {
		a, err := t.Agency(ctx, code)
		if err != nil {
			return err
		}
		// 2, 4, 8 ... minutes, at most the agency's own interval and never sooner than
		// it asked for: the breaker of a feed that is down.
		wait := min(time.Minute<<min(a.Failures+1, 10), time.Duration(a.EveryMs)*time.Millisecond)
		next := t.now.Add(max(wait, retryAfter))
		return t.PollFailed(ctx, gen.PollFailedParams{Code: code, LastError: why, NextPollAt: ms(next)})
	})
}

// pollAgain is when a poll that goes on is due again: after its job has ended,
// since an agency has one poll job at a time.
const pollAgain = 5 * time.Second

// ContinuePoll records a poll that ran out of time while it made headway: it is
// due again at once, and goes on where its cursor says. It is no failure of the
// agency's, and no read either.
func (s *Store) ContinuePoll(ctx context.Context, code, cursor, why string) error {
	return s.begin(ctx, func(ctx context.Context, t *tx) error {
		return t.PollGoesOn(ctx, gen.PollGoesOnParams{Code: code, CursorText: cursor, LastError: why, NextPollAt: ms(t.now.Add(pollAgain))})
	})
}

// MarkRead counts an import as a read of the agency now.
func (s *Store) MarkRead(ctx context.Context, code string) error {
	return s.begin(ctx, func(ctx context.Context, t *tx) error {
		return t.AgencyRead(ctx, gen.AgencyReadParams{Code: code, Now: ms(t.now)})
	})
}

// SetAside lists the records of an agency that could not be read.
func (s *Store) SetAside(ctx context.Context, code string) ([]babyshield.SetAside, error) {
	rows, err := s.q.SetAsides(ctx, code)
	if err != nil {
		return nil, fmt.Errorf("reading set-aside records: %w", err)
	}
	out := make([]babyshield.SetAside, len(rows))
	for i, r := range rows {
		out[i] = babyshield.SetAside{Agency: r.Agency, Source: r.Source, Position: int(r.Position), Key: r.RecordKey, Reason: r.Reason, Raw: r.Raw, At: fromMS(r.At)}
	}
	return out, nil
}

// maxSetAside bounds what is kept of a set-aside record: enough to see what it was.
const maxSetAside = 64 << 10

func addSetAside(ctx context.Context, t *tx, a babyshield.SetAside) error {
	raw := a.Raw
	if len(raw) > maxSetAside {
		raw = raw[:maxSetAside]
	}
	// The same bad record again is one row, whatever file it came in.
	identity := a.Raw
	if len(identity) == 0 {
		identity = fmt.Appendf(nil, "%s %d", a.Source, a.Position)
	}
	sum := sha256.Sum256(append([]byte(a.Reason+"\x00"), identity...))
	at := a.At
	if at.IsZero() {
		at = t.now
	}
	_, err := t.AddSetAside(ctx, gen.AddSetAsideParams{
		Agency: a.Agency, Digest: hex.EncodeToString(sum[:]), Source: a.Source, Position: int64(a.Position),
		RecordKey: a.Key, Reason: cmp.Or(a.Reason, "unreadable"), Raw: append([]byte{}, raw...), At: ms(at),
	})
	if err != nil {
		return fmt.Errorf("setting record %d of %s aside: %w", a.Position, a.Source, err)
	}
	return nil
}

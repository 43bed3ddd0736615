package jobs_test

import (
	"testing"
	"time"

	"github.com/babyshield/babyshield"
	"github.com/babyshield/babyshield/internal/babyshieldtest"
	"github.com/babyshield/babyshield/internal/channel"
	"github.com/babyshield/babyshield/internal/jobs"
	"github.com/babyshield/babyshield/internal/store"
)

// TestStop stops the runtime while a message is on its way.
func TestStop(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name    string
		answer  time.Duration // until the mail server answers
		stop    time.Duration // that running jobs may take
		state   babyshield.DeliveryState
		outcome babyshield.Outcome
	}{
		{"the send ends in time", time.Second, 20 * time.Second, babyshield.DeliveryAccepted, babyshield.OutcomeAccepted},
		// Cut off, it may have been taken: that is recorded, and it goes again later.
		{"the send does not end", time.Hour, time.Second, babyshield.DeliveryPending, babyshield.OutcomeUnknown},
	} {
		t.Run(c.name, func(t *testing.T) {
			eachDatabaseAtOnce(t, func(t *testing.T, url string) {
				s := babyshieldtest.Open(t, url)
				sink := babyshieldtest.NewSMTPSink(t)
				sink.SetFaults(babyshieldtest.SMTPFaults{DelayAfterData: c.answer})
				w := newWorld(s)
				if err := w.addHousehold(t.Context(), "home", 1); err != nil {
					t.Fatal(err)
				}
				if err := w.add(t.Context(), "home", hasSwing); err != nil {
					t.Fatal(err)
				}
				babyshieldtest.Save(t, s, true, swing)

				channels, err := channel.New(channel.Config{SMTP: sink.URL(), From: "BabyShield <alerts@example.org>", HelloName: "stop.example"})
				if err != nil {
					t.Fatal(err)
				}
				d := jobs.Deps{Store: s, Channels: channels, Log: babyshieldtest.Quiet(), Now: s.Now}
				rt, err := s.Work(t.Context(), store.WorkConfig{Workers: jobs.Workers(d), NoTick: true, Poll: -1, Stop: c.stop})
				if err != nil {
					t.Fatal(err)
				}
				babyshieldtest.Eventually(t, time.Minute, "the message arrives", func() bool { return len(sink.Messages()) == 1 })
				begin := time.Now()
				if err := rt.Stop(t.Context()); err != nil {
					t.Errorf("stopping: %v", err)
				}
				if took := time.Since(begin); took > 30*time.Second {
					t.Errorf("stopping took %s, want at most 30 s", took)
				}
				if n := len(sink.Messages()); n != 1 {
					t.Errorf("%d copies, want 1", n)
				}
				if d := babyshieldtest.Alerts(t, s)[0].Deliveries[0]; d.State != c.state || d.Attempts != 1 {
					t.Errorf("the delivery is %s after %d attempts, want %s after 1", d.State, d.Attempts, c.state)
				}
				// An attempt that nobody ended has no end: one that ended unknown has.
				open, err := count(t.Context(), openBeside(t, url), "SELECT count(*) FROM attempts WHERE ended_at = 0 OR outcome <> $1", string(c.outcome))
				if err != nil || open != 0 {
					t.Errorf("%d attempts without a record of %s, %v", open, c.outcome, err)
				}
			})
		})
	}
}

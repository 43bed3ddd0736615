package jobs_test

import (
	"context"
	"database/sql"
	"fmt"
	"path/filepath"
	"testing"
	"time"

	"github.com/babyshield/babyshield"
	"github.com/babyshield/babyshield/internal/babyshieldtest"
	"github.com/babyshield/babyshield/internal/jobs"
	"github.com/babyshield/babyshield/internal/store"
)

// TestKillsCatch proves that the proof above has teeth: it is run on programs
// with a seeded fault, and must say what they lose or hide.
func TestKillsCatch(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		mutant string
		caught func(*proof) int
		shows  point // a kill there is one that the proof must catch
	}{
		{"record before send", func(p *proof) int { return len(p.Lost) }, pointMail},
		{"forget the unknown attempt", func(p *proof) int { return len(p.Unexplained) }, pointData},
	} {
		t.Run(c.mutant, func(t *testing.T) {
			t.Parallel()
			storm := newStorm(t, "sqlite:"+filepath.Join(t.TempDir(), "babyshield.db"), c.mutant, babyshieldtest.Rounds(60, 200))
			storm.plans, storm.least = []point{c.shows, pointAny}, 5
			storm.decides = func(p *process) bool { return p.killed == c.shows }
			if n := c.caught(storm.run(t)); n == 0 {
				t.Error("the mutant survived")
			} else {
				t.Logf("caught: %d", n)
			}
		})
	}
}

// TestFenceCatch seeds a ledger without a fence: one who was taken for dead comes
// back and has the last word. The proof must see it, and must see nothing in the
// program as it is.
func TestFenceCatch(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name   string
		mutant bool
	}{{"the program as it is", false}, {"without a fence", true}} {
		t.Run(c.name, func(t *testing.T) {
			babyshieldtest.EachDatabase(t, func(t *testing.T, url string) {
				clock := babyshieldtest.NewClock()
				s := babyshieldtest.Open(t, url, func(o *store.Options) { o.Now = clock.Now })
				db := openBeside(t, url)
				var l jobs.Ledger = s
				if c.mutant {
					l = fenceless{s, db}
				}
				w := newWorld(s)
				if err := w.addHousehold(t.Context(), "home", 1); err != nil {
					t.Fatal(err)
				}
				if err := w.add(t.Context(), "home", hasSwing); err != nil {
					t.Fatal(err)
				}
				w.recalls = []babyshield.Recall{swing}
				babyshieldtest.Save(t, s, true, swing)
				if err := s.MatchRecalls(t.Context(), babyshield.MatchRecallsArgs{Recalls: []int64{1}}, clock.Now().Add(time.Hour)); err != nil {
					t.Fatal(err)
				}
				var wire []wireCopy
				begin := func() *store.Sending {
					d, err := l.BeginSend(t.Context(), 1)
					if err != nil {
						t.Fatal(err)
					}
					if d != nil {
						wire = append(wire, wireCopy{Key: d.Message.WireKey, To: w.addresses["home"][0]})
					}
					return d
				}
				end := func(d *store.Sending, o babyshield.Outcome) {
					if _, err := l.EndSend(t.Context(), d, babyshield.Result{Outcome: o}); err != nil {
						t.Fatal(err)
					}
				}
				stale := begin()
				clock.Advance(time.Minute)
				end(begin(), babyshield.OutcomeAccepted)
				end(stale, babyshield.OutcomeTemporary)
				clock.Advance(time.Hour)
				if d := begin(); d != nil {
					end(d, babyshield.OutcomeAccepted)
				}
				p := prove(&w.truth, readLedger(t, s, db), wire)
				if got := p.problems(); (len(got) > 0) != c.mutant {
					t.Errorf("caught %q, want some: %v (%s)", got, c.mutant, p)
				}
			})
		})
	}
}

// mutantLedger is the ledger with a seeded fault, or nil for the program as it is.
func mutantLedger(name string, s *store.Store) (jobs.Ledger, error) {
	switch name {
	case "":
		return nil, nil //nolint:nilnil // no other ledger than the store
	case "record before send":
		return recordFirst{s}, nil
	case "forget the unknown attempt":
		db, err := sql.Open(besideDriver(s.URL))
		return forgetful{s, db}, err
	}
	return nil, fmt.Errorf("there is no mutant %q", name)
}

// recordFirst marks a message accepted and sends it then: a crash in between
// loses it for ever.
type recordFirst struct{ *store.Store }

func (l recordFirst) BeginSend(ctx context.Context, delivery int64) (*store.Sending, error) {
	d, err := l.Store.BeginSend(ctx, delivery)
	if err == nil && d != nil {
		_, err = l.Store.EndSend(ctx, d, babyshield.Result{Outcome: babyshield.OutcomeAccepted})
	}
	return d, err
}

func (l recordFirst) EndSend(context.Context, *store.Sending, babyshield.Result) (bool, error) {
	return true, nil
}

// forgetful wipes what a dead process left when it takes its delivery over: extra
// copies are then told by nothing.
type forgetful struct {
	*store.Store
	db *sql.DB
}

func (l forgetful) BeginSend(ctx context.Context, delivery int64) (*store.Sending, error) {
	d, err := l.Store.BeginSend(ctx, delivery)
	if err == nil && d != nil {
		_, err = l.db.ExecContext(ctx, "DELETE FROM attempts WHERE delivery_id = $1 AND attempt < $2 AND outcome = 'unknown'", d.ID, d.Attempt)
	}
	return d, err
}

// fenceless lets whoever comes last have the word, whatever attempt he holds.
type fenceless struct {
	*store.Store
	db *sql.DB
}

func (l fenceless) EndSend(ctx context.Context, d *store.Sending, r babyshield.Result) (bool, error) {
	if _, err := l.db.ExecContext(ctx, "UPDATE deliveries SET state = 'sending' WHERE id = $1", d.ID); err != nil {
		return false, err
	}
	now := *d
	if err := l.db.QueryRowContext(ctx, "SELECT attempt FROM deliveries WHERE id = $1", d.ID).Scan(&now.Attempt); err != nil {
		return false, err
	}
	return l.Store.EndSend(ctx, &now, r)
}

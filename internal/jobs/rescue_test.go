package jobs_test

import (
	"context"
	"database/sql"
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/riverqueue/river"
	"github.com/riverqueue/river/riverdriver/riverpgxv5"
	"github.com/riverqueue/river/riverdriver/riversqlite"
	"github.com/riverqueue/river/rivertype"

	"github.com/babyshield/babyshield"
	"github.com/babyshield/babyshield/internal/babyshieldtest"
	"github.com/babyshield/babyshield/internal/store"
)

// rescueWithin is what the program promises: a killed worker's job runs again
// within this time while another process is there.
const rescueWithin = 90 * time.Second

// TestRescue kills a worker in the middle of a send, with the clocks of
// production, and waits for another process to take its job up. Under the race
// detector and with -short the clocks are short ones.
func TestRescue(t *testing.T) {
	t.Parallel() // it mostly waits
	eachDatabaseAtOnce(t, func(t *testing.T, url string) {
		var spec workerSpec
		if babyshieldtest.Rounds(5, 5) < 5 {
			spec = stormSpec
		}
		r := newRescue(t, url, spec)
		r.killInSend(t, "first")
		killed := time.Now()

		second := r.begin(t, "second", pointAny)
		r.await(t, second, "the job runs again", func() bool { return len(r.sink.arrived()) == 2 })
		t.Logf("it ran again %.0f s after the kill", time.Since(killed).Seconds())
		if took := time.Since(killed); took > rescueWithin {
			t.Errorf("the job ran again after %s, want within %s", took, rescueWithin)
		}
		r.await(t, second, "the message is recorded", func() bool {
			return r.count(t, "SELECT count(*) FROM deliveries WHERE state = 'accepted'") == 1
		})
		r.await(t, second, "the job is completed", func() bool { return deliverJob(t, url, r.db).State == rivertype.JobStateCompleted })
		r.end(second)
		r.prove(t, 2, 1)

		j := deliverJob(t, url, r.db)
		if j.Attempt != 2 || len(j.Errors) != 1 || !strings.HasPrefix(j.Errors[0].Error, "Stuck job rescued") {
			t.Errorf("the job has %d attempts and the errors %v, want 2 and one rescue", j.Attempt, j.Errors)
		}
	})
}

// TestRescuedOften kills every process that works on one job. The job is never
// thrown away, and is not put off longer each time.
func TestRescuedOften(t *testing.T) {
	t.Parallel() // it mostly waits
	eachDatabaseAtOnce(t, func(t *testing.T, url string) {
		r := newRescue(t, url, stormSpec)
		rounds := babyshieldtest.Rounds(2, 10)
		for n := range rounds {
			begin := time.Now()
			r.killInSend(t, "worker-"+string(rune('a'+n)))
			if took := time.Since(begin); took > rescueWithin {
				t.Errorf("kill %d: the job ran again after %s, want within %s", n+1, took, rescueWithin)
			}
			if n == 0 {
				// As if it had been rescued every minute for two weeks.
				if _, err := r.db.ExecContext(t.Context(), "UPDATE river_job SET attempt = 20000 WHERE kind = 'deliver'"); err != nil {
					t.Fatal(err)
				}
			}
		}
		r.settle(t)
		r.prove(t, rounds+1, rounds)
		if j := deliverJob(t, url, r.db); j.Attempt != 20000+rounds || j.State != rivertype.JobStateCompleted || len(j.Errors) != rounds {
			t.Errorf("the job is %s after %d attempts and %d errors, want completed after %d and %d", j.State, j.Attempt, len(j.Errors), 20000+rounds, rounds)
		}
		audit(t, r.store)
	})
}

// rescue is one household with one address and one item, and its recall.
type rescue struct {
	truth
	spec  workerSpec
	store *store.Store
	db    *sql.DB
	sink  *killSink
}

func newRescue(t *testing.T, url string, spec workerSpec) *rescue {
	t.Helper()
	r := &rescue{
		spec: spec, sink: newKillSink(t),
		store: babyshieldtest.Open(t, url, func(o *store.Options) { o.SendTimeout = spec.SendTimeout }),
	}
	r.db = openBeside(t, url)
	r.spec.URL, r.spec.SMTP = url, r.sink.url
	w := newWorld(r.store)
	if err := w.addHousehold(t.Context(), "home", 1); err != nil {
		t.Fatal(err)
	}
	if err := w.add(t.Context(), "home", hasSwing); err != nil {
		t.Fatal(err)
	}
	babyshieldtest.Save(t, r.store, true, swing)
	w.recalls = []babyshield.Recall{swing}
	w.planted[told{"home", swing.Number}] = true
	r.truth = w.truth
	return r
}

// begin starts a worker process, which ends with the test at the latest.
func (r *rescue) begin(t *testing.T, id string, plan point) *process {
	t.Helper()
	spec := r.spec
	spec.ID = id
	p, err := startProcess(spec, plan)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { r.end(p) })
	r.sink.know(p)
	return p
}

func (r *rescue) end(p *process) {
	p.kill(pointAny)
	<-p.gone
}

// killInSend kills a worker whose message has arrived and is not answered.
func (r *rescue) killInSend(t *testing.T, id string) {
	t.Helper()
	before := len(r.sink.arrived())
	p := r.begin(t, id, pointHold)
	r.await(t, p, "a message of "+id, func() bool { return len(r.sink.arrived()) > before })
	r.end(p)
	if err := p.trouble(); err != nil {
		t.Error(err)
	}
	if !p.between {
		t.Errorf("%s was not killed between send and record", id)
	}
}

func (r *rescue) await(t *testing.T, p *process, what string, ok func() bool) {
	t.Helper()
	babyshieldtest.Eventually(t, 2*rescueWithin, what, func() bool {
		select {
		case <-p.gone:
			t.Fatal(p.trouble())
		default:
		}
		return ok()
	})
}

func (r *rescue) count(t *testing.T, query string) int {
	t.Helper()
	n, err := count(t.Context(), r.db, query)
	if err != nil {
		t.Fatal(err)
	}
	return n
}

func (r *rescue) settle(t *testing.T) {
	t.Helper()
	spec := r.spec
	spec.ID = "clean"
	r.sink.setCalm(true)
	settle(t, spec, r.store, r.db)
}

// prove holds ledger and wire against the one alert, with so many copies and
// attempts left unknown.
func (r *rescue) prove(t *testing.T, copies, unknown int) {
	t.Helper()
	p := prove(&r.truth, readLedger(t, r.store, r.db), r.sink.arrived())
	t.Log(p)
	for _, problem := range p.problems() {
		t.Error(problem)
	}
	if p.Copies != copies || p.Unknown != unknown {
		t.Errorf("%d copies and %d attempts left unknown, want %d and %d", p.Copies, p.Unknown, copies, unknown)
	}
}

// deliverJob is the one deliver job.
func deliverJob(t *testing.T, url string, db *sql.DB) *rivertype.JobRow {
	t.Helper()
	rows := jobRows(t, url, db, babyshield.DeliverArgs{}.Kind())
	if len(rows) != 1 {
		t.Fatalf("%d deliver jobs, want 1", len(rows))
	}
	return rows[0]
}

// jobRows reads the jobs of a kind through the job engine, beside the store.
func jobRows(t *testing.T, url string, db *sql.DB, kind string) []*rivertype.JobRow {
	t.Helper()
	params := river.NewJobListParams().Kinds(kind).First(1000)
	list := func(ctx context.Context) (*river.JobListResult, error) {
		if _, ok := store.SQLitePath(url); ok {
			c, err := river.NewClient(riversqlite.New(db), &river.Config{})
			if err != nil {
				return nil, err
			}
			return c.JobList(ctx, params)
		}
		pool, err := pgxpool.New(ctx, url)
		if err != nil {
			return nil, err
		}
		defer pool.Close()
		c, err := river.NewClient(riverpgxv5.New(pool), &river.Config{})
		if err != nil {
			return nil, err
		}
		return c.JobList(ctx, params)
	}
	result, err := list(t.Context())
	if err != nil {
		t.Fatalf("reading the jobs: %v", err)
	}
	return result.Jobs
}

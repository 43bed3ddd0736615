package jobs_test

import (
	"context"
	"database/sql"
	"fmt"
	"math/rand/v2"
	"os"
	"sync"
	"testing"
	"time"

	"golang.org/x/sync/errgroup"

	"github.com/babyshield/babyshield/internal/babyshieldtest"
	"github.com/babyshield/babyshield/internal/store"
)

// TestKills is the proof that a killed process loses nothing and doubles nothing:
// four workers at a time live 0.3 to 2 s before SIGKILL, at least a third of them
// ending between the send of a message and its record, while recalls and items
// are added. Never "delivered exactly once": once in the ledger, at least once on
// the wire, and every extra copy is counted and explained.
func TestKills(t *testing.T) {
	eachDatabaseAtOnce(t, func(t *testing.T, url string) {
		storm := newStorm(t, url, "", babyshieldtest.Rounds(200, 2000))
		got := storm.run(t)
		for _, p := range got.problems() {
			t.Error(p)
		}
		if got.Keys != got.Deliveries || got.Intents != got.Expected {
			t.Errorf("%d keys for %d deliveries, %d intents for %d alerts that must be", got.Keys, got.Deliveries, got.Intents, got.Expected)
		}
		if got.Possible == 0 {
			t.Error("no pair is only possible: the distractors distract nobody")
		}
		audit(t, storm.store)
		if 3*storm.hits < storm.killed {
			t.Errorf("only %d of %d kills fell between send and record, want a third", storm.hits, storm.killed)
		}
		if !t.Failed() {
			t.Logf("%d of %d kills fell between send and record", storm.hits, storm.killed)
			t.Logf("no failure in %d kills bounds the rate by %.2f %% per kill (3/n, 95 %%)", storm.killed, 300/float64(storm.killed))
		}
	})
}

// eachDatabaseAtOnce is babyshieldtest.EachDatabase with both at the same time.
func eachDatabaseAtOnce(t *testing.T, test func(t *testing.T, url string)) {
	t.Helper()
	babyshieldtest.EachDatabase(t, func(t *testing.T, url string) {
		t.Helper()
		t.Parallel()
		test(t, url)
	})
}

// stormSpec has clocks as short as the work allows, so that a rescue comes soon.
// Under the race detector the work takes longer.
var stormSpec = func() workerSpec {
	w := workerSpec{Main: 2, Deliver: 3, Timeout: 5 * time.Second, SendTimeout: 2 * time.Second, Budget: time.Second}
	if os.Getenv("BABYSHIELD_RACE") == "1" {
		w.Timeout, w.SendTimeout = 10*time.Second, 4*time.Second
	}
	w.Rescue = w.Timeout + time.Second
	return w
}()

// storm kills workers until enough of them are dead.
type storm struct {
	url   string
	spec  workerSpec
	want  int     // kills
	plans []point // drawn from
	// decides says which kills show what the storm is for; they must be at least a
	// third of all, or at least so many.
	decides func(*process) bool
	least   int

	store *store.Store
	db    *sql.DB
	sink  *killSink
	world *world

	mu     sync.Mutex
	kills  map[point]int
	killed int
	hits   int // kills that decide
	born   int
}

func newStorm(t *testing.T, url, mutant string, kills int) *storm {
	t.Helper()
	s := &storm{
		url: url, spec: stormSpec, want: kills, kills: map[point]int{},
		decides: func(p *process) bool { return p.between },
		plans:   []point{pointData, pointData, pointData, pointData, pointMail, pointReply, pointAny, pointAny},
		store:   babyshieldtest.Open(t, url, func(o *store.Options) { o.SendTimeout = stormSpec.SendTimeout }),
		sink:    newKillSink(t),
	}
	s.db = openBeside(t, url)
	s.world = newWorld(s.store)
	s.spec.URL, s.spec.SMTP, s.spec.Mutant = url, s.sink.url, mutant
	return s
}

// run plants, kills, drains and proves.
func (s *storm) run(t *testing.T) *proof {
	t.Helper()
	begin := time.Now()
	if err := s.world.plant(t.Context()); err != nil {
		t.Fatal(err)
	}
	s.settle(t)

	ctx, cancel := context.WithTimeout(t.Context(), 2*time.Minute+time.Duration(s.want)*2*time.Second)
	defer cancel()
	all, ctx := errgroup.WithContext(ctx)
	for range 4 {
		all.Go(func() error { return s.keep(ctx) })
	}
	all.Go(func() error { return s.feed(ctx) })
	if err := all.Wait(); err != nil {
		t.Fatalf("after %d kills: %v", s.killed, err)
	}
	killing := time.Since(begin)
	s.sink.setCalm(true)
	s.settle(t)

	p := prove(&s.world.truth, readLedger(t, s.store, s.db), s.sink.arrived())
	intact(t, s.url, s.db)
	t.Logf("%d kills in %.0f s, drained %.0f s later; %d (%d %%) of them decide; killed %v", s.killed, killing.Seconds(),
		(time.Since(begin) - killing).Seconds(), s.hits, 100*s.hits/s.killed, s.kills)
	t.Logf("%s", p)
	return p
}

func (s *storm) enough() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.killed >= s.want && s.decided()
}

func (s *storm) decided() bool {
	if s.least > 0 {
		return s.hits >= s.least
	}
	return 3*s.hits >= s.killed
}

// next is the name of the next worker and where it is to die: by chance, but where
// it decides if too few do.
func (s *storm) next() (id string, plan point) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.born++
	plan = s.plans[0]
	if s.decided() {
		plan = s.plans[rand.IntN(len(s.plans))]
	}
	return fmt.Sprintf("w%d", s.born), plan
}

// keep keeps one worker alive, and one after another dying.
func (s *storm) keep(ctx context.Context) error {
	for !s.enough() {
		if err := s.one(ctx); err != nil {
			return err
		}
	}
	return nil
}

// one starts a worker and sees to its end, 0.3 to 2 s after it began to work.
func (s *storm) one(ctx context.Context) error {
	spec := s.spec
	id, plan := s.next()
	spec.ID = id
	p, err := startProcess(spec, plan)
	if err != nil {
		return fmt.Errorf("starting worker %s: %w", spec.ID, err)
	}
	defer func() { <-p.gone }()
	defer p.kill(pointAny) // nobody outlives the test
	s.sink.know(p)
	select {
	case <-p.ready:
	case <-p.gone:
		return p.trouble()
	case <-ctx.Done():
		return ctx.Err()
	}
	age := 300*time.Millisecond + rand.N(1700*time.Millisecond)
	if p.plan != pointAny {
		// Armed early, it dies at its point, or at the latest after two seconds.
		age = 2 * time.Second
		arm := time.AfterFunc(300*time.Millisecond+rand.N(300*time.Millisecond), p.arm)
		defer arm.Stop()
	}
	life := time.NewTimer(age)
	defer life.Stop()
	select {
	case <-life.C:
		p.kill(pointAny)
	case <-p.gone:
	case <-ctx.Done():
		return ctx.Err()
	}
	<-p.gone
	s.mu.Lock()
	defer s.mu.Unlock()
	s.killed++
	s.kills[p.killed]++
	if s.decides(p) {
		s.hits++
	}
	return p.trouble()
}

// feed adds recalls and items whenever the workers have little to do, as long as
// they are killed.
func (s *storm) feed(ctx context.Context) error {
	look := time.NewTicker(25 * time.Millisecond)
	defer look.Stop()
	for !s.enough() {
		select {
		case <-ctx.Done():
			return nil // the keepers say why
		case <-look.C:
		}
		waiting, err := count(ctx, s.db, "SELECT count(*) FROM river_job WHERE state = 'available'")
		switch {
		case ctx.Err() != nil:
			return nil
		case err != nil:
			return fmt.Errorf("looking for work: %w", err)
		case waiting >= 12:
			continue
		}
		// What was begun is ended: a page half added would be no truth.
		if err := s.world.grow(context.WithoutCancel(ctx)); err != nil {
			return fmt.Errorf("adding recalls and items: %w", err)
		}
	}
	return nil
}

// settle works, in this process, until no job and no delivery is left.
func (s *storm) settle(t *testing.T) {
	t.Helper()
	spec := s.spec
	spec.ID, spec.Main, spec.Deliver = "clean", 4, 8
	settle(t, spec, s.store, s.db)
}

func settle(t *testing.T, spec workerSpec, s *store.Store, db *sql.DB) {
	t.Helper()
	rt, err := spec.start(t.Context(), s)
	if err != nil {
		t.Fatalf("starting to drain: %v", err)
	}
	defer func() {
		if err := rt.Stop(t.Context()); err != nil {
			t.Error(err)
		}
	}()
	ctx, cancel := context.WithTimeout(t.Context(), 4*time.Minute)
	defer cancel()
	look := time.NewTicker(100 * time.Millisecond)
	defer look.Stop()
	for {
		work, err := count(ctx, db, "SELECT count(*) FROM river_job WHERE state NOT IN ('completed', 'cancelled', 'discarded')")
		if err != nil {
			t.Fatalf("draining: %v", err)
		}
		open, err := count(ctx, db, "SELECT count(*) FROM deliveries WHERE state IN ('pending', 'sending')")
		if err != nil {
			t.Fatalf("draining: %v", err)
		}
		if work == 0 && open == 0 {
			return
		}
		select {
		case <-ctx.Done():
			t.Fatalf("draining does not end: %d jobs and %d deliveries are left", work, open)
		case <-look.C:
		}
	}
}

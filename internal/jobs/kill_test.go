package jobs_test

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"math/rand/v2"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"golang.org/x/sync/errgroup"

	"github.com/babyshield/babyshield"
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
	})
}

// TestKillsCatch proves that the proof above has teeth: it is run on programs
// with a seeded fault, and must say what they lose or hide.
func TestKillsCatch(t *testing.T) {
	for _, c := range []struct {
		mutant string
		caught func(*proof) int
		plans  []point // where such a fault shows
	}{
		{"record before send", func(p *proof) int { return len(p.Lost) }, []point{pointMail, pointAny}},
		{"forget the unknown attempt", func(p *proof) int { return len(p.Unexplained) }, []point{pointData}},
	} {
		t.Run(c.mutant, func(t *testing.T) {
			t.Parallel()
			storm := newStorm(t, "sqlite:"+filepath.Join(t.TempDir(), "babyshield.db"), c.mutant, babyshieldtest.Rounds(60, 200))
			storm.plans, storm.share = c.plans, 0
			if n := c.caught(storm.run(t)); n == 0 {
				t.Error("the mutant survived")
			} else {
				t.Logf("caught: %d", n)
			}
		})
	}
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

// The clocks of the storm: as short as the work allows, so that a rescue is soon.
var stormSpec = workerSpec{Main: 2, Deliver: 3, Rescue: 6 * time.Second, Timeout: 5 * time.Second, SendTimeout: 3 * time.Second}

// storm kills workers until enough of them are dead.
type storm struct {
	url   string
	spec  workerSpec
	want  int     // kills
	share float64 // of them, between send and record
	plans []point // drawn from

	store *store.Store
	db    *sql.DB
	sink  *killSink
	world *world

	mu     sync.Mutex
	kills  map[point]int
	killed int
	hit    int // between send and record
	born   int
}

func newStorm(t *testing.T, url, mutant string, kills int) *storm {
	t.Helper()
	s := &storm{
		url: url, spec: stormSpec, want: kills, share: 1.0 / 3, kills: map[point]int{},
		plans: []point{pointData, pointData, pointData, pointData, pointMail, pointReply, pointAny, pointAny},
		store: babyshieldtest.Open(t, url, func(o *store.Options) { o.SendTimeout = stormSpec.SendTimeout }),
		sink:  newKillSink(t),
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

	limit := 2*time.Minute + time.Duration(s.want)*2*time.Second
	ctx, cancel := context.WithTimeout(t.Context(), limit)
	defer cancel()
	keepers, ctx := errgroup.WithContext(ctx)
	for range 4 {
		keepers.Go(func() error { return s.keep(ctx) })
	}
	fed := make(chan error, 1)
	feeding, stop := context.WithCancel(ctx)
	go func() { fed <- s.feed(feeding) }()
	err := keepers.Wait()
	stop()
	if err := errors.Join(err, <-fed); err != nil {
		t.Fatalf("after %d kills: %v", s.killed, err)
	}
	killing := time.Since(begin)
	s.sink.setCalm(true)
	s.settle(t)

	p := prove(&s.world.truth, readLedger(t, s.store, s.db), s.sink.arrived())
	intact(t, s.url, s.db)
	t.Logf("%d kills in %.0f s, drained %.0f s later; %d (%d %%) between send and record; by plan: %v", s.killed, killing.Seconds(),
		(time.Since(begin) - killing).Seconds(), s.hit, 100*s.hit/max(1, s.killed), s.kills)
	t.Logf("%s", p)
	t.Logf("no failure in %d kills bounds the rate by %.2f %% per kill (3/n, 95 %%)", s.killed, 300/float64(s.killed))
	return p
}

func (s *storm) enough() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.killed >= s.want && float64(s.hit) >= s.share*float64(s.killed)
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
	s.mu.Lock()
	s.born++
	spec.ID = fmt.Sprintf("w%d", s.born)
	s.mu.Unlock()
	p, err := startProcess(spec, s.plans[rand.IntN(len(s.plans))])
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
	life := time.NewTimer(300*time.Millisecond + rand.N(1700*time.Millisecond))
	if p.plan != pointAny {
		// Armed early, it dies at its point, or at the latest after two seconds.
		arm := time.AfterFunc(300*time.Millisecond+rand.N(300*time.Millisecond), p.arm)
		defer arm.Stop()
		life.Reset(2 * time.Second)
	}
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
	if p.between {
		s.hit++
	}
	return p.trouble()
}

// feed adds recalls and items whenever the workers have little to do.
func (s *storm) feed(ctx context.Context) error {
	look := time.NewTicker(25 * time.Millisecond)
	defer look.Stop()
	for {
		select {
		case <-ctx.Done():
			return nil
		case <-look.C:
		}
		waiting, err := count(ctx, s.db, "SELECT count(*) FROM river_job WHERE state = 'available'")
		if err == nil && waiting < 12 {
			// What was begun is ended: a page half added would be no truth.
			err = s.world.grow(context.WithoutCancel(ctx))
		}
		if err != nil && ctx.Err() == nil {
			return fmt.Errorf("adding recalls and items: %w", err)
		}
	}
}

// settle works, in this process, until no job and no delivery is left.
func (s *storm) settle(t *testing.T) {
	t.Helper()
	spec := s.spec
	spec.ID, spec.Mutant, spec.Main, spec.Deliver = "clean", "", 4, 8
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

// world makes recalls and their owners, page by page, and remembers them.
type world struct {
	truth
	store *store.Store
	pages int
}

const (
	homes    = 24 // households that own what is recalled
	pageSize = 8  // recalls
)

// offsets tell which households own the products of a page: the first owns two
// of each of the first pages; the next two have theirs before the recall, the
// last gets it after.
var offsets = [4]int{0, 1, 4, 7}

var (
	brands = []string{"Lumora", "Borealis", "Glimmer", "Tuskerby", "Pellonia", "Quindle", "Varnholt"}
	kinds  = []string{"Cradle Swing", "Bath Seat", "Toddler Tower", "Night Lamp", "Play Gym", "Space Heater", "Step Stool", "Bottle Warmer", "Bed Rail"}
)

func newWorld(s *store.Store) *world {
	return &world{store: s, truth: truth{addresses: map[string][]string{}, planted: map[told]bool{}}}
}

func home(n int) string     { return fmt.Sprintf("home-%02d", n%homes) }
func stranger(n int) string { return fmt.Sprintf("stranger-%02d", n) }

// product is what recall n is about; no two have one model.
func product(n int) babyshield.Item {
	b := brands[n%len(brands)]
	return babyshield.Item{Brand: b, Name: strings.ToLower(kinds[n%len(kinds)]), Model: fmt.Sprintf("%sX-%d", b[:1], 2000+n)}
}

func recallOf(n int) babyshield.Recall {
	p := product(n)
	return babyshieldtest.Recall(number(n), p.Brand, kinds[n%len(kinds)], p.Model)
}

func number(n int) string { return fmt.Sprint(30000 + n) }

// plant makes the households, every third of them with a second address, and
// what they own before anything is recalled.
func (w *world) plant(ctx context.Context) error {
	for n := range homes {
		if err := w.addHousehold(ctx, home(n), 1+min(1, n%3/2)); err != nil {
			return err
		}
	}
	for page := range 4 {
		if err := w.own(ctx, page, 0, "first", "second"); err != nil {
			return err
		}
	}
	if err := errors.Join(w.own(ctx, 0, 1, "item"), w.own(ctx, 0, 2, "item")); err != nil {
		return err
	}
	return w.distract(ctx)
}

// distract makes households whose things are close to what is recalled: another
// model, no model, another brand, a word or two of the name.
func (w *world) distract(ctx context.Context) error {
	for n := range 14 {
		p := product(n)
		near := []babyshield.Item{
			{Brand: p.Brand, Name: p.Name, Model: "QQ-7"},
			{Brand: p.Brand, Name: p.Name},
			{Brand: "Nobodine", Name: p.Name, Model: p.Model},
			{Brand: p.Brand, Name: strings.Fields(p.Name)[1] + " cover"},
			{Name: p.Brand + " " + strings.Fields(p.Name)[0]},
		}[n%5]
		near.Ref = "near"
		if err := w.addHousehold(ctx, stranger(n), 1); err != nil {
			return err
		}
		if err := w.add(ctx, stranger(n), near); err != nil {
			return err
		}
	}
	return nil
}

// grow adds the next page: owners of the one after it, its recalls, and owners
// that come too late for them.
func (w *world) grow(ctx context.Context) error {
	page := w.pages
	if err := errors.Join(w.own(ctx, page+1, 1, "item"), w.own(ctx, page+1, 2, "item")); err != nil {
		return err
	}
	p := store.Page{Agency: "us-cpsc"}
	for n := page * pageSize; n < (page+1)*pageSize; n++ {
		p.Records = append(p.Records, babyshieldtest.Record(recallOf(n)))
	}
	if _, err := w.store.SaveNotices(ctx, p); err != nil {
		return err
	}
	for n := page * pageSize; n < (page+1)*pageSize; n++ {
		w.recalls = append(w.recalls, recallOf(n))
		for i := range offsets {
			if i > 0 || page < 4 {
				w.planted[told{home(page*5 + offsets[i]), number(n)}] = true
			}
		}
	}
	w.pages++
	return w.own(ctx, page, 3, "late")
}

// own gives the products of a page to one of its households, one of each name.
func (w *world) own(ctx context.Context, page, which int, names ...string) error {
	var items []babyshield.Item
	for n := page * pageSize; n < (page+1)*pageSize; n++ {
		for _, name := range names {
			it := product(n)
			it.Ref = fmt.Sprintf("%s %d", name, n)
			items = append(items, it)
		}
	}
	return w.add(ctx, home(page*5+offsets[which]), items...)
}

func (w *world) add(ctx context.Context, household string, items ...babyshield.Item) error {
	for _, it := range items {
		w.items = append(w.items, possession{household, it})
	}
	_, err := w.store.AddItems(ctx, babyshield.AsOperator(), household, slices.Clone(items))
	return err
}

func (w *world) addHousehold(ctx context.Context, name string, channels int) error {
	who := babyshield.AsOperator()
	if _, err := w.store.AddHousehold(ctx, who, babyshield.Household{Name: name}); err != nil {
		return err
	}
	for n := range channels {
		address := fmt.Sprintf("%s-%d@example.org", name, n)
		c := store.NewChannel{Kind: "email", Settings: fmt.Appendf(nil, `{"address":%q}`, address), Label: "e…@example.org"}
		if _, err := w.store.AddChannel(ctx, who, name, c); err != nil {
			return err
		}
		w.addresses[name] = append(w.addresses[name], address)
	}
	return nil
}

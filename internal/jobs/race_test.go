package jobs_test

import (
	"fmt"
	"testing"

	"golang.org/x/sync/errgroup"

	"github.com/babyshield/babyshield"
	"github.com/babyshield/babyshield/internal/babyshieldtest"
	"github.com/babyshield/babyshield/internal/jobs"
	"github.com/babyshield/babyshield/internal/store"
)

// TestAddedTogether adds an item and saves its recall at the same moment, through
// two stores, as two processes would. Each is matched after its commit, so the
// later one of the two must see the other: the alert is there, and once.
func TestAddedTogether(t *testing.T) {
	t.Parallel()
	babyshieldtest.EachDatabase(t, func(t *testing.T, url string) {
		sink := babyshieldtest.NewSink(nil)
		here, there := babyshieldtest.Open(t, url), babyshieldtest.Open(t, url)
		rounds := babyshieldtest.Rounds(40, 400)
		for n := range rounds {
			babyshieldtest.Household(t, here, fmt.Sprintf("home %d", n), fmt.Sprintf("home-%d@example.org", n))
		}
		// The jobs of both are worked on meanwhile, so that matching runs into the
		// other's transaction too.
		rt, err := here.Work(t.Context(), store.WorkConfig{
			Workers: jobs.Workers(jobs.Deps{Store: here, Channels: sink, Log: here.Log, Now: here.Now}), NoTick: true, Poll: -1,
		})
		if err != nil {
			t.Fatal(err)
		}
		for n := range rounds {
			start := make(chan struct{})
			var both errgroup.Group
			both.Go(func() error {
				<-start
				it := product(n)
				it.Ref = "item"
				_, err := here.AddItems(t.Context(), babyshield.AsOperator(), fmt.Sprintf("home %d", n), []babyshield.Item{it})
				return err
			})
			both.Go(func() error {
				<-start
				_, err := there.SaveNotices(t.Context(), store.Page{Agency: "us-cpsc", Records: []store.Record{babyshieldtest.Record(recallOf(n))}})
				return err
			})
			close(start)
			if err := both.Wait(); err != nil {
				t.Fatalf("round %d: %v", n, err)
			}
		}
		if err := rt.Stop(t.Context()); err != nil {
			t.Error(err)
		}
		drain(t, here, sink)

		alerts := map[told]int{}
		for _, a := range babyshieldtest.Alerts(t, here) {
			alerts[told{a.Household, a.Number}]++
		}
		for n := range rounds {
			if k := (told{fmt.Sprintf("home %d", n), number(n)}); alerts[k] != 1 {
				t.Errorf("%d alerts of %v, want 1", alerts[k], k)
			}
		}
		if messages, _ := sink.Sent(); len(alerts) != rounds || len(messages) != rounds {
			t.Errorf("%d alerts and %d messages, want %d", len(alerts), len(messages), rounds)
		}
		audit(t, here)
	})
}

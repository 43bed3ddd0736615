package jobs_test

import (
	"context"
	"slices"
	"testing"
	"time"

	"github.com/babyshield/babyshield"
	"github.com/babyshield/babyshield/internal/babyshieldtest"
	"github.com/babyshield/babyshield/internal/jobs"
	"github.com/babyshield/babyshield/internal/store"
)

// drain works everything that is due.
func drain(t *testing.T, s *store.Store, sender jobs.Sender) {
	t.Helper()
	drainWith(t, s, jobs.Deps{Store: s, Channels: sender, Log: babyshieldtest.Log(t), Now: s.Now})
}

func drainWith(t *testing.T, s *store.Store, d jobs.Deps) {
	t.Helper()
	rt, err := s.Work(t.Context(), store.WorkConfig{Workers: jobs.Workers(d), NoTick: true})
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	if err := jobs.Drain(ctx, s, nil); err != nil {
		t.Errorf("draining: %v", err)
	}
	if err := rt.Stop(t.Context()); err != nil {
		t.Errorf("stopping: %v", err)
	}
}

func audit(t *testing.T, s *store.Store) {
	t.Helper()
	findings, err := s.Audit(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range findings {
		if !f.Holds {
			t.Errorf("broken invariant: %s: %v", f.Invariant, f.Broken)
		}
	}
}

var (
	swing    = babyshieldtest.Recall("27001", "Lumora", "Cradle Swing", "LS-2200")
	heater   = babyshieldtest.Recall("27002", "Borealis", "Space Heater", "BH-90X")
	hasSwing = babyshield.Item{Ref: "swing", Brand: "Lumora", Name: "cradle swing", Model: "LS2200"}
	hasLamp  = babyshield.Item{Ref: "lamp", Brand: "Glimmer", Name: "desk lamp", Model: "GL-5"}
	hasHeat  = babyshield.Item{Ref: "heater", Brand: "Borealis", Name: "space heater", Model: "BH90X"}
)

// TestRoad walks the road of a recall: two owners, one alert each, told once.
func TestRoad(t *testing.T) {
	babyshieldtest.EachStore(t, func(t *testing.T, s *store.Store) {
		babyshieldtest.Household(t, s, "North", "n@example.org", hasSwing, hasLamp)
		babyshieldtest.Household(t, s, "South", "s@example.org", hasSwing)
		babyshieldtest.Household(t, s, "East", "e@example.org", hasLamp)
		sink := babyshieldtest.NewSink(nil)
		if got := babyshieldtest.Save(t, s, true, swing, heater); got["27001"] != store.New {
			t.Errorf("saving a new recall: got %v", got)
		}
		drain(t, s, sink)
		_, to := sink.Sent()
		slices.Sort(to)
		if want := []string{"n@example.org", "s@example.org"}; !slices.Equal(to, want) {
			t.Errorf("told %v, want %v", to, want)
		}
		// The same again, and a poorer form of it, change nothing.
		poorer := babyshieldtest.Recall("27001", "Lumora", "Cradle Swing", "LS-2200")
		poorer.Form, poorer.Details, poorer.Remedies = babyshield.FormExport, "", nil
		for _, r := range []babyshield.Recall{swing, poorer} {
			if got := babyshieldtest.Save(t, s, true, r); got["27001"] != store.Unchanged {
				t.Errorf("saving it again: got %v", got)
			}
		}
		drain(t, s, sink)
		if m, _ := sink.Sent(); len(m) != 2 {
			t.Errorf("sent %d messages, want 2", len(m))
		}
		audit(t, s)
	})
}

// TestItemAddedLater is told at once, although the recall came by a back-fill; the
// one that was there before is muted.
func TestItemAddedLater(t *testing.T) {
	babyshieldtest.EachStore(t, func(t *testing.T, s *store.Store) {
		sink := babyshieldtest.NewSink(nil)
		babyshieldtest.Household(t, s, "North", "n@example.org", hasSwing)
		babyshieldtest.Save(t, s, false, swing, heater)
		drain(t, s, sink)
		if m, _ := sink.Sent(); len(m) != 0 {
			t.Fatalf("a back-fill told %d", len(m))
		}
		items, _, err := s.ItemList(t.Context(), babyshield.AsOperator(), "North", 0, 10)
		if err != nil || len(items) != 1 || items[0].Status != babyshield.StatusAffected || !items[0].Muted {
			t.Errorf("the muted match does not show: %+v, %v", items, err)
		}
		if _, err := s.AddItems(t.Context(), babyshield.AsOperator(), "North", []babyshield.Item{hasHeat}); err != nil {
			t.Fatal(err)
		}
		drain(t, s, sink)
		if m, _ := sink.Sent(); len(m) != 1 {
			t.Errorf("an item added later: sent %d, want 1", len(m))
		}
		audit(t, s)
	})
}

// TestSecondItemOfEvent: before the message is composed, a second item joins the
// alert; after it, the item gets the alert's next revision.
func TestSecondItemOfEvent(t *testing.T) {
	babyshieldtest.EachStore(t, func(t *testing.T, s *store.Store) {
		second, third := hasSwing, hasSwing
		second.Ref, third.Ref = "swing 2", "swing 3"
		sink := babyshieldtest.NewSink(nil)
		babyshieldtest.Household(t, s, "North", "n@example.org", hasSwing, second)
		babyshieldtest.Save(t, s, true, swing)
		drain(t, s, sink)
		if _, err := s.AddItems(t.Context(), babyshield.AsOperator(), "North", []babyshield.Item{third}); err != nil {
			t.Fatal(err)
		}
		drain(t, s, sink)
		alerts := babyshieldtest.Alerts(t, s)
		if len(alerts) != 2 || len(alerts[0].Items) != 2 || len(alerts[1].Items) != 1 || alerts[1].Revision != 2 {
			t.Errorf("alerts: %+v", alerts)
		}
		if m, _ := sink.Sent(); len(m) != 2 || m[0].WireKey == m[1].WireKey {
			t.Errorf("sent %d messages", len(m))
		}
		audit(t, s)
	})
}

// TestJointRecall: two agencies' notices of one happening make one alert, in
// either order of arrival.
func TestJointRecall(t *testing.T) {
	t.Parallel()
	canadian := babyshieldtest.Recall("99001", "Lumora", "Cradle Swing", "LS-2200")
	canadian.Agency, canadian.URL = "ca-health-canada", "https://recalls-rappels.canada.ca/en/alert-recall/lumora"
	american := swing
	american.Joint = []string{"https://recalls-rappels.canada.ca/en/alert-recall/lumora/"}
	for name, order := range map[string][]babyshield.Recall{"american first": {american, canadian}, "canadian first": {canadian, american}} {
		t.Run(name, func(t *testing.T) {
			babyshieldtest.EachStore(t, func(t *testing.T, s *store.Store) {
				sink := babyshieldtest.NewSink(nil)
				babyshieldtest.Household(t, s, "North", "n@example.org", hasSwing)
				for _, r := range order {
					babyshieldtest.Save(t, s, true, r)
					drain(t, s, sink)
				}
				if m, _ := sink.Sent(); len(m) != 1 {
					t.Errorf("sent %d messages, want 1", len(m))
				}
				siblings, err := s.Siblings(t.Context(), american.ID())
				if err != nil || len(siblings) != 1 || siblings[0].Agency != "ca-health-canada" {
					t.Errorf("siblings: %+v, %v", siblings, err)
				}
				audit(t, s)
			})
		})
	}
}

// TestChannelAddedLater delivers what nobody could be told.
func TestChannelAddedLater(t *testing.T) {
	babyshieldtest.EachStore(t, func(t *testing.T, s *store.Store) {
		sink := babyshieldtest.NewSink(nil)
		babyshieldtest.Household(t, s, "North", "", hasSwing)
		babyshieldtest.Save(t, s, true, swing)
		drain(t, s, sink)
		if _, err := s.AddChannel(t.Context(), babyshield.AsOperator(), "North", store.NewChannel{Kind: "test", Settings: []byte("late"), Label: "l"}); err != nil {
			t.Fatal(err)
		}
		drain(t, s, sink)
		if m, _ := sink.Sent(); len(m) != 1 {
			t.Errorf("sent %d messages, want 1", len(m))
		}
		audit(t, s)
	})
}

// TestOutcomes shows what follows from each answer of the other side.
func TestOutcomes(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name    string
		outcome babyshield.Outcome
		state   babyshield.DeliveryState
	}{
		{"accepted", babyshield.OutcomeAccepted, babyshield.DeliveryAccepted},
		{"temporary", babyshield.OutcomeTemporary, babyshield.DeliveryPending},
		{"lost answer", babyshield.OutcomeUnknown, babyshield.DeliveryPending},
		{"refused", babyshield.OutcomePermanent, babyshield.DeliveryFailed},
		{"gone", babyshield.OutcomeGone, babyshield.DeliveryFailed},
	} {
		t.Run(c.name, func(t *testing.T) {
			babyshieldtest.EachStore(t, func(t *testing.T, s *store.Store) {
				sink := babyshieldtest.NewSink(func(babyshield.Message, int) babyshield.Result {
					return babyshield.Result{Outcome: c.outcome, Detail: "as told"}
				})
				babyshieldtest.Household(t, s, "North", "n@example.org", hasSwing)
				babyshieldtest.Save(t, s, true, swing)
				drain(t, s, sink)
				d := babyshieldtest.Alerts(t, s)[0].Deliveries[0]
				if d.State != c.state || d.Attempts != 1 {
					t.Errorf("delivery is %+v, want %s after 1 attempt", d, c.state)
				}
				channels, err := s.Channels(t.Context(), babyshield.AsOperator())
				if err != nil {
					t.Fatal(err)
				}
				if gone := !channels[0].DisabledAt.IsZero(); gone != (c.outcome == babyshield.OutcomeGone) {
					t.Errorf("channel disabled: %v", gone)
				}
				log, err := s.ChannelLog(t.Context(), babyshield.AsOperator(), channels[0].ID, 10)
				if err != nil || len(log) != 1 || log[0].Outcome != c.outcome {
					t.Errorf("log: %+v, %v", log, err)
				}
			})
		})
	}
}

// TestStaleHolder: whoever lost a delivery to a later claim changes nothing.
func TestStaleHolder(t *testing.T) {
	babyshieldtest.EachDatabase(t, func(t *testing.T, url string) {
		clock := babyshieldtest.NewClock()
		s := babyshieldtest.Open(t, url, func(o *store.Options) { o.Now = clock.Now })
		babyshieldtest.Household(t, s, "North", "n@example.org", hasSwing)
		babyshieldtest.Save(t, s, true, swing)
		if err := s.MatchRecalls(t.Context(), babyshield.MatchRecallsArgs{Recalls: []int64{1}}, clock.Now().Add(time.Hour)); err != nil {
			t.Fatal(err)
		}
		first, err := s.BeginSend(t.Context(), 1)
		if err != nil || first == nil {
			t.Fatalf("claiming: %v, %v", first, err)
		}
		var busy *store.BusyError
		if _, err := s.BeginSend(t.Context(), 1); !asBusy(err, &busy) || busy.Wait <= 0 {
			t.Errorf("a second claim while the first is alive: %v", err)
		}
		clock.Advance(time.Minute)
		second, err := s.BeginSend(t.Context(), 1)
		if err != nil || second == nil || second.Attempt != 2 {
			t.Fatalf("claiming from a dead holder: %+v, %v", second, err)
		}
		if held, err := s.EndSend(t.Context(), first, babyshield.Result{Outcome: babyshield.OutcomePermanent}); err != nil || held {
			t.Errorf("the stale holder: held %v, %v", held, err)
		}
		if held, err := s.EndSend(t.Context(), second, babyshield.Result{Outcome: babyshield.OutcomeAccepted}); err != nil || !held {
			t.Errorf("the present holder: held %v, %v", held, err)
		}
		if first.Message.WireKey != second.Message.WireKey || first.Message.Text != second.Message.Text || !first.Message.Created.Equal(second.Message.Created) {
			t.Error("the two attempts carry different messages")
		}
		d := babyshieldtest.Alerts(t, s)[0].Deliveries[0]
		if d.State != babyshield.DeliveryAccepted || d.Attempts != 2 {
			t.Errorf("delivery: %+v", d)
		}
		audit(t, s)
	})
}

package jobs_test

import (
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/babyshield/babyshield"
	"github.com/babyshield/babyshield/internal/babyshieldtest"
	"github.com/babyshield/babyshield/internal/jobs"
	"github.com/babyshield/babyshield/internal/store"
)

// TestBusyDeliveryIsKept: a page with a delivery that a dead process claimed is
// worked again until that one is sent too.
func TestBusyDeliveryIsKept(t *testing.T) {
	t.Parallel()
	babyshieldtest.EachDatabase(t, func(t *testing.T, url string) {
		s := babyshieldtest.Open(t, url, func(o *store.Options) { o.SendTimeout = time.Millisecond })
		for i := range 5 {
			babyshieldtest.Household(t, s, fmt.Sprint("H", i), fmt.Sprint("h", i), hasSwing)
		}
		babyshieldtest.Save(t, s, true, swing)
		if err := s.MatchRecalls(t.Context(), babyshield.MatchRecallsArgs{Recalls: []int64{1}}, time.Now().Add(time.Hour)); err != nil {
			t.Fatal(err)
		}
		if d, err := s.BeginSend(t.Context(), 2); err != nil || d == nil {
			t.Fatalf("claiming: %v, %v", d, err)
		}
		sink := babyshieldtest.NewSink(nil)
		drainWith(t, s, jobs.Deps{Store: s, Channels: sink, Log: babyshieldtest.Quiet(), Now: s.Now, Budget: time.Nanosecond})
		babyshieldtest.Eventually(t, 25*time.Second, "all five are accepted", func() bool {
			drainWith(t, s, jobs.Deps{Store: s, Channels: sink, Log: babyshieldtest.Quiet(), Now: s.Now, Budget: time.Nanosecond})
			for _, a := range babyshieldtest.Alerts(t, s) {
				if a.Deliveries[0].State != babyshield.DeliveryAccepted {
					return false
				}
			}
			return true
		})
		if m, _ := sink.Sent(); len(m) != 5 {
			t.Errorf("sent %d messages, want 5", len(m))
		}
	})
}

// TestManyOwners: more owners than a page, found by keys and by earlier matches.
func TestManyOwners(t *testing.T) {
	t.Parallel()
	babyshieldtest.EachStore(t, func(t *testing.T, s *store.Store) {
		who := babyshield.AsOperator()
		babyshieldtest.Household(t, s, "Depot", "", hasLamp)
		var old, fresh []babyshield.Item
		for i := range 300 {
			old = append(old, babyshield.Item{Ref: fmt.Sprint("old", i), Brand: "Lumora", Name: "cradle swing", Model: "LS2200"})
			fresh = append(fresh, babyshield.Item{Ref: fmt.Sprint("new", i), Brand: "Velanto", Name: "cradle swing", Model: "VX7700"})
		}
		if _, err := s.AddItems(t.Context(), who, "Depot", old); err != nil {
			t.Fatal(err)
		}
		sink := babyshieldtest.NewSink(nil)
		babyshieldtest.Save(t, s, true, swing)
		drain(t, s, sink)
		if _, err := s.AddItems(t.Context(), who, "Depot", fresh); err != nil {
			t.Fatal(err)
		}
		drain(t, s, sink)
		amended := babyshieldtest.Recall("27001", "Velanto", "Cradle Swing", "VX-7700")
		amended.Updated = "2026-11-21"
		babyshieldtest.Save(t, s, true, amended)
		drain(t, s, sink)
		items := map[string]bool{}
		for _, a := range babyshieldtest.Alerts(t, s) {
			for _, i := range a.Items {
				items[i] = true
			}
		}
		if len(items) != 600 {
			t.Errorf("%d of 600 items were told of", len(items))
		}
		audit(t, s)
	})
}

// TestSamplesNeverAlert, not even after the reader of notices improved.
func TestSamplesNeverAlert(t *testing.T) {
	babyshieldtest.EachDatabase(t, func(t *testing.T, url string) {
		sample := swing
		sample.Number = "sample1"
		s := babyshieldtest.Open(t, url, func(o *store.Options) { o.Seed.Samples = []babyshield.Recall{sample} })
		babyshieldtest.Household(t, s, "North", "n", hasSwing)
		sink := babyshieldtest.NewSink(nil)
		if err := s.MatchRecalls(t.Context(), babyshield.MatchRecallsArgs{Recalls: []int64{1}}, time.Now().Add(time.Hour)); err != nil {
			t.Fatal(err)
		}
		drain(t, s, sink)
		if m, _ := sink.Sent(); len(m) != 0 || len(babyshieldtest.Alerts(t, s)) != 0 {
			t.Errorf("a sample alerted: %d messages", len(m))
		}
	})
}

// TestMutedStaysMuted: what a back-fill found alerts nobody when the agency then
// changes a word; who is newly covered is told.
func TestMutedStaysMuted(t *testing.T) {
	babyshieldtest.EachStore(t, func(t *testing.T, s *store.Store) {
		sink := babyshieldtest.NewSink(nil)
		other := babyshield.Item{Brand: "Lumora", Name: "cradle swing", Model: "QZ4400"}
		babyshieldtest.Household(t, s, "North", "north", hasSwing)
		babyshieldtest.Household(t, s, "South", "south", other)
		babyshieldtest.Save(t, s, false, swing)
		drain(t, s, sink)
		amended := swing
		amended.Contact, amended.Updated = "Another number", "2026-11-21"
		babyshieldtest.Save(t, s, true, amended)
		drain(t, s, sink)
		if m, _ := sink.Sent(); len(m) != 0 {
			t.Errorf("a changed telephone number alerted %d", len(m))
		}
		widened := amended
		widened.Products = []babyshield.ProductEntry{{Name: "Lumora Cradle Swing", Brand: "Lumora", Model: "LS-2200, QZ-4400"}}
		widened.Details, widened.Updated = "This recall involves Lumora Cradle Swing with model numbers LS-2200 and QZ-4400.", "2026-11-22"
		babyshieldtest.Save(t, s, true, widened)
		drain(t, s, sink)
		if _, to := sink.Sent(); len(to) != 1 || to[0] != "south" {
			t.Errorf("told %v, want south alone", to)
		}
		audit(t, s)
	})
}

// TestImportDoesNotSwallow: an import without --alert over a recall whose match job
// still waits does not mute it.
func TestImportDoesNotSwallow(t *testing.T) {
	babyshieldtest.EachStore(t, func(t *testing.T, s *store.Store) {
		sink := babyshieldtest.NewSink(nil)
		babyshieldtest.Household(t, s, "North", "north", hasSwing)
		babyshieldtest.Save(t, s, true, swing)
		amended := swing
		amended.Contact, amended.Updated = "Another number", "2026-11-21"
		babyshieldtest.Save(t, s, false, amended)
		drain(t, s, sink)
		if m, _ := sink.Sent(); len(m) != 1 {
			t.Errorf("sent %d messages, want 1", len(m))
		}
		audit(t, s)
	})
}

// TestChannelAgain: a removed channel can be added again and works.
func TestChannelAgain(t *testing.T) {
	babyshieldtest.EachStore(t, func(t *testing.T, s *store.Store) {
		who := babyshield.AsOperator()
		sink := babyshieldtest.NewSink(nil)
		babyshieldtest.Household(t, s, "North", "north", hasSwing)
		channels, err := s.Channels(t.Context(), who)
		if err != nil {
			t.Fatal(err)
		}
		if err := s.RemoveChannel(t.Context(), who, channels[0].ID); err != nil {
			t.Fatal(err)
		}
		babyshieldtest.Save(t, s, true, swing)
		drain(t, s, sink)
		if _, err := s.AddChannel(t.Context(), who, "North", store.NewChannel{Kind: "test", Settings: []byte("north"), Label: "n"}); err != nil {
			t.Fatal(err)
		}
		drain(t, s, sink)
		if _, to := sink.Sent(); len(to) != 1 || to[0] != "north" {
			t.Errorf("told %v", to)
		}
	})
}

// TestAcknowledgedAlert: a further item does not slip into an alert that was seen.
func TestAcknowledgedAlert(t *testing.T) {
	babyshieldtest.EachStore(t, func(t *testing.T, s *store.Store) {
		who := babyshield.AsOperator()
		sink := babyshieldtest.NewSink(nil)
		babyshieldtest.Household(t, s, "North", "", hasSwing)
		babyshieldtest.Save(t, s, true, swing)
		drain(t, s, sink)
		if err := s.AcknowledgeAlert(t.Context(), who, babyshieldtest.Alerts(t, s)[0].ID); err != nil {
			t.Fatal(err)
		}
		if _, err := s.AddChannel(t.Context(), who, "North", store.NewChannel{Kind: "test", Settings: []byte("n"), Label: "n"}); err != nil {
			t.Fatal(err)
		}
		second := hasSwing
		second.Ref = "swing 2"
		if _, err := s.AddItems(t.Context(), who, "North", []babyshield.Item{second}); err != nil {
			t.Fatal(err)
		}
		drain(t, s, sink)
		if m, _ := sink.Sent(); len(m) != 1 {
			t.Errorf("sent %d messages, want 1 for the second item", len(m))
		}
		audit(t, s)
	})
}

// TestSavedTogether: many processes save the same new recalls, and two recalls
// that name one foreign notice, at once: no failure, no event with one agency twice.
func TestSavedTogether(t *testing.T) {
	t.Parallel()
	babyshieldtest.EachStore(t, func(t *testing.T, s *store.Store) {
		for round := range babyshieldtest.Rounds(20, 200) {
			joint := fmt.Sprintf("https://recalls-rappels.canada.ca/en/alert-recall/thing-%d", round)
			canadian := babyshieldtest.Recall(fmt.Sprint("C", round), "Lumora", "Swing", "LS-2200")
			canadian.Agency, canadian.URL = "ca-health-canada", joint
			babyshieldtest.Save(t, s, false, canadian)
			var wg sync.WaitGroup
			errs := make([]error, 6)
			for i := range errs {
				wg.Go(func() {
					r := babyshieldtest.Recall(fmt.Sprintf("%d-%d", round, i%2), "Lumora", "Swing", "LS-2200")
					r.Joint, r.Form = []string{joint}, babyshield.Form(i%3)
					_, errs[i] = s.SaveNotices(t.Context(), store.Page{Agency: r.Agency, Records: []store.Record{babyshieldtest.Record(r)}, Muted: true})
				})
			}
			wg.Wait()
			for _, err := range errs {
				if err != nil {
					t.Errorf("round %d: %v", round, err)
				}
			}
			siblings, err := s.Siblings(t.Context(), canadian.ID())
			if err != nil || len(siblings) != 1 {
				t.Errorf("round %d: the event holds %d others, %v", round, len(siblings), err)
			}
		}
	})
}

// TestLongKeys: an identity too long to be a key costs its own record only.
func TestLongKeys(t *testing.T) {
	long := strings.Repeat("9", 9000)
	r := babyshieldtest.Recall(long, "Lumora", "Swing", "LS-2200")
	if err := store.CheckKeys(babyshield.Notice{Key: "x"}, &r); babyshield.CodeOf(err) != babyshield.Invalid {
		t.Errorf("got %v", err)
	}
	babyshieldtest.EachStore(t, func(t *testing.T, s *store.Store) {
		r := swing
		r.URL = "https://www.cpsc.gov/" + long
		babyshieldtest.Save(t, s, true, r)
		item := hasSwing
		item.Ref = long
		babyshieldtest.Household(t, s, "North", "")
		if _, err := s.AddItems(t.Context(), babyshield.AsOperator(), "North", []babyshield.Item{item}); babyshield.CodeOf(err) != babyshield.Invalid {
			t.Errorf("got %v", err)
		}
	})
}

// TestSinceIsNoRead: a poll of a part is nothing that a miss could rest on, and it
// alerts nobody before the whole list was read once.
func TestSinceIsNoRead(t *testing.T) {
	babyshieldtest.EachStore(t, func(t *testing.T, s *store.Store) {
		d := pollDeps(t, s, &cpscPeer{})
		if _, err := jobs.Poll(t.Context(), d, "us-cpsc", jobs.PollOptions{Since: "2025-03-01"}); err != nil {
			t.Fatal(err)
		}
		if state := agencyState(t, s, "us-cpsc"); !state.LastSuccess.IsZero() {
			t.Errorf("a poll of a part counted as a read: %+v", state)
		}
	})
}

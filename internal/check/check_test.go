package check_test

import (
	"context"
	"encoding/json"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/babyshield/babyshield"
	"github.com/babyshield/babyshield/internal/babyshieldtest"
	"github.com/babyshield/babyshield/internal/check"
	"github.com/babyshield/babyshield/internal/store"
)

var (
	swing  = babyshieldtest.Recall("27001", "Lumora", "Cradle Swing", "LS-2200")
	listed = babyshield.Item{Ref: "a", Brand: "Lumora", Name: "cradle swing", Model: "LS2200"}
	bare   = babyshield.Item{Ref: "b", Brand: "Lumora", Name: "cradle swing"}
	other  = babyshield.Item{Ref: "c", Brand: "Acme", Name: "bookcase"}
)

// eachChecker runs a test with a store whose clock can be turned.
func eachChecker(t *testing.T, test func(t *testing.T, s *store.Store, c *check.Checker, clock *babyshieldtest.Clock)) {
	t.Helper()
	babyshieldtest.EachDatabase(t, func(t *testing.T, url string) {
		clock := babyshieldtest.NewClock()
		s := babyshieldtest.Open(t, url, func(o *store.Options) {
			o.Now = clock.Now
			sample := babyshieldtest.Recall("sample1", "Lumora", "Cradle Swing", "LS-2200")
			o.Seed.Samples = []babyshield.Recall{sample}
		})
		test(t, s, check.New(s, clock.Now), clock)
	})
}

func ask(t *testing.T, c *check.Checker, item babyshield.Item, countries ...string) babyshield.Answer {
	t.Helper()
	a, err := c.Item(t.Context(), item, check.Options{Countries: countries})
	if err != nil {
		t.Fatal(err)
	}
	return a
}

func read(t *testing.T, s *store.Store, codes ...string) {
	t.Helper()
	for _, code := range codes {
		if err := s.MarkRead(t.Context(), code); err != nil {
			t.Fatal(err)
		}
	}
}

// TestMisses: a miss is no_match only where every required agency was read in
// time.
func TestMisses(t *testing.T) {
	eachChecker(t, func(t *testing.T, s *store.Store, c *check.Checker, clock *babyshieldtest.Clock) {
		want := func(when string, item babyshield.Item, status babyshield.Status, countries ...string) babyshield.Answer {
			t.Helper()
			a := ask(t, c, item, countries...)
			if a.Status != status {
				t.Errorf("%s: %s (%s), want %s", when, a.Status, a.Reason, status)
			}
			if (status == babyshield.StatusNotChecked || status == babyshield.StatusNotCovered) != (a.Reason != "") {
				t.Errorf("%s: reason %q", when, a.Reason)
			}
			return a
		}
		a := want("nothing was ever read", other, babyshield.StatusNotChecked)
		if len(a.Checked) != 3 || a.Checked[0].AsOf != nil || a.Checked[0].State != babyshield.FeedNever {
			t.Errorf("receipt: %+v", a.Checked)
		}
		read(t, s, "us-cpsc")
		want("no country: the agencies that were read", other, babyshield.StatusNoMatch)
		want("a country with an unread agency", other, babyshield.StatusNotChecked, "US")
		want("another country's unread agency", other, babyshield.StatusNotChecked, "ca")
		read(t, s, "us-fda-food")
		a = want("all of the country", other, babyshield.StatusNoMatch, "US")
		if len(a.Checked) != 2 || a.Checked[0].Agency != "us-cpsc" || a.Checked[0].AsOf == nil {
			t.Errorf("receipt: %+v", a.Checked)
		}
		want("a country that nobody covers", other, babyshield.StatusNotCovered, "NZ")
		want("nothing to go by", babyshield.Item{Lot: "7"}, babyshield.StatusNotChecked, "US")
		want("a kind of product alone", babyshield.Item{Name: "crib"}, babyshield.StatusNotChecked, "US")
		want("a brand alone", babyshield.Item{Brand: "Lumora"}, babyshield.StatusNotChecked, "US")
		want("half a barcode", babyshield.Item{GTIN: "123"}, babyshield.StatusNotChecked, "US")
		clock.Advance(9 * 24 * time.Hour)
		a = want("stale", other, babyshield.StatusNotChecked, "US")
		if !strings.Contains(a.Reason, "23 Nov 2026") {
			t.Errorf("the reason does not say since when: %q", a.Reason)
		}
		read(t, s, "us-cpsc", "us-fda-food")
		want("read again", other, babyshield.StatusNoMatch, "US")
		for _, code := range []string{"us-cpsc", "us-fda-food", "ca-health-canada"} {
			if err := s.SetAgencyEnabled(t.Context(), code, false); err != nil {
				t.Fatal(err)
			}
		}
		want("all switched off", other, babyshield.StatusNotChecked)
		want("all of the country switched off", other, babyshield.StatusNotCovered, "US")
	})
}

// TestHits: a recall is told whatever the coverage is; samples only until an
// agency was read.
func TestHits(t *testing.T) {
	eachChecker(t, func(t *testing.T, s *store.Store, c *check.Checker, _ *babyshieldtest.Clock) {
		a := ask(t, c, listed)
		if a.Status != babyshield.StatusAffected || len(a.Matches) != 1 || !a.Matches[0].Sample {
			t.Errorf("before the first read: %+v", a)
		}
		babyshieldtest.Save(t, s, false, swing)
		read(t, s, "us-cpsc")
		a = ask(t, c, listed, "NZ")
		if a.Status != babyshield.StatusAffected || len(a.Matches) != 1 || a.Matches[0].Sample || a.Matches[0].RecallID != swing.ID() {
			t.Errorf("a recall in a country not covered: %+v", a)
		}
		a = ask(t, c, bare)
		if a.Status != babyshield.StatusCheck || !slices.Equal(a.Matches[0].Missing, []string{"model"}) {
			t.Errorf("a missing model: %+v", a)
		}
		with, err := c.Item(t.Context(), listed, check.Options{Samples: true})
		if err != nil || len(with.Matches) != 2 {
			t.Errorf("with samples: %+v, %v", with, err)
		}
	})
}

// TestScreenAgrees: screening in memory answers as a check does.
func TestScreenAgrees(t *testing.T) {
	eachChecker(t, func(t *testing.T, s *store.Store, c *check.Checker, _ *babyshieldtest.Clock) {
		babyshieldtest.Save(t, s, false, swing, babyshieldtest.Recall("27002", "Borealis", "Space Heater", "BH-90X"))
		read(t, s, "us-cpsc")
		screener, err := c.Screener(t.Context(), check.Options{}, nil)
		if err != nil || screener.Recalls() != 2 {
			t.Fatalf("%d recalls, %v", screener.Recalls(), err)
		}
		var sum check.Summary
		for _, item := range []babyshield.Item{listed, bare, other, {}, {Name: "borealis heater bh90x"}} {
			got := screener.Answer(item, "")
			sum.Count(got.Status)
			if diff := cmp.Diff(ask(t, c, item), got, cmpopts.IgnoreFields(babyshield.Answer{}, "Checked")); diff != "" {
				t.Errorf("%+v (-check +screen):\n%s", item, diff)
			}
		}
		if sum.Rows != 5 || sum.NoMatch != 1 || sum.NotChecked != 1 {
			t.Errorf("summary: %+v", sum)
		}
		if a := screener.Answer(listed, "the barcode is damaged"); a.Status != babyshield.StatusAffected {
			t.Errorf("a damaged field hid a recall: %+v", a)
		}
		if a := screener.Answer(other, "the barcode is damaged"); a.Status != babyshield.StatusNotChecked || a.Reason == "" {
			t.Errorf("a damaged field gave a miss: %+v", a)
		}
	})
}

// TestErrors: a database that does not answer is an error, never a miss.
func TestErrors(t *testing.T) {
	eachChecker(t, func(t *testing.T, s *store.Store, c *check.Checker, _ *babyshieldtest.Clock) {
		read(t, s, "us-cpsc")
		ended, cancel := context.WithCancel(t.Context())
		cancel()
		if a, err := c.Item(ended, other, check.Options{}); err == nil {
			t.Errorf("an answer without a database: %+v", a)
		}
		if _, err := c.Screener(ended, check.Options{}, nil); err == nil {
			t.Error("a screener without a database")
		}
		if _, err := c.Item(t.Context(), other, check.Options{Countries: []string{"USA"}}); babyshield.CodeOf(err) != babyshield.Invalid {
			t.Errorf("a country of three letters: %v", err)
		}
	})
}

// TestAnswerJSON pins the contract's form: lists are never null.
func TestAnswerJSON(t *testing.T) {
	eachChecker(t, func(t *testing.T, s *store.Store, c *check.Checker, _ *babyshieldtest.Clock) {
		babyshieldtest.Save(t, s, false, swing)
		read(t, s, "us-cpsc")
		b, err := json.Marshal(ask(t, c, listed))
		if err != nil {
			t.Fatal(err)
		}
		want := `{"ref":"a","status":"affected","as_of":"2026-11-23T12:00:00Z","matches":[{"agency":"us-cpsc","number":"27001","recall_id":"` + swing.ID() +
			`","title":"Lumora Recalls Cradle Swing Due to Choking Hazard","verdict":"affected","agree":["model","brand","name"],"differ":[],"missing":[],"because":"The brand and the model LS2200 are named in the recall."}],"checked":[{"agency":"us-cpsc","state":"ok","as_of":"2026-11-23T12:00:00Z"}]}`
		if diff := cmp.Diff(want, string(b)); diff != "" {
			t.Error(diff)
		}
		b, err = json.Marshal(ask(t, c, other))
		if err != nil || !strings.Contains(string(b), `"status":"no_match"`) || !strings.Contains(string(b), `"matches":[]`) {
			t.Errorf("%s, %v", b, err)
		}
	})
}

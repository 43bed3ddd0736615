package jobs_test

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/babyshield/babyshield"
	"github.com/babyshield/babyshield/internal/babyshieldtest"
	"github.com/babyshield/babyshield/internal/jobs"
	"github.com/babyshield/babyshield/internal/store"
)

// story is one alert in short: class, verdict and items.
func story(a babyshield.Alert) string {
	return fmt.Sprintf("%s %s %s %s", a.Household, a.Class, a.Verdict, strings.Join(a.Items, "+"))
}

// stories are all alerts in the order they were made.
func stories(t *testing.T, s *store.Store) []string {
	t.Helper()
	var out []string
	for _, a := range babyshieldtest.Alerts(t, s) {
		out = append(out, story(a))
	}
	return out
}

func wantStories(t *testing.T, s *store.Store, when string, want ...string) {
	t.Helper()
	if diff := cmp.Diff(want, stories(t, s)); diff != "" {
		t.Errorf("%s, alerts (-want +got):\n%s", when, diff)
	}
}

// importRecord imports one record as its agency gives it.
func importRecord(t *testing.T, s *store.Store, code string, alert bool, record map[string]any) {
	t.Helper()
	var file any = []any{record}
	if code == "us-fda-food" {
		file = map[string]any{"meta": map[string]any{}, "results": []any{record}}
	}
	b, err := json.Marshal(file)
	if err != nil {
		t.Fatal(err)
	}
	name := filepath.Join(t.TempDir(), "page.json")
	if err := os.WriteFile(name, b, 0o600); err != nil {
		t.Fatal(err)
	}
	d := jobs.Deps{Store: s, Log: babyshieldtest.Log(t), Now: s.Now}
	if _, err := jobs.Import(t.Context(), d, code, []string{name}, jobs.ImportOptions{Alert: alert}); err != nil {
		t.Fatal(err)
	}
}

// bassinet is a record of CPSC; the firm is invented.
func bassinet(day, models, remedy, option string) map[string]any {
	named := func(key, text string) []any { return []any{map[string]any{key: text}} }
	return map[string]any{
		"RecallID": 90001, "RecallNumber": "26901", "RecallDate": "2026-10-05T00:00:00", "LastPublishDate": day + "T00:00:00",
		"Title":       "Bramble Nest Recalls Bassinets Due to Fall Hazard",
		"URL":         "https://www.cpsc.gov/Recalls/2026/Bramble-Nest-Recalls-Bassinets",
		"Description": "This recall involves Bramble Nest bassinets with model numbers " + models + ".",
		"Products":    []any{map[string]any{"Name": "Bramble Nest bassinets", "Model": models}},
		"Hazards":     named("Name", "The legs of the bassinet can come off, posing a fall hazard to infants."),
		"Remedies":    named("Name", remedy), "RemedyOptions": named("Option", option),
	}
}

// TestAmendmentRoad walks four versions of one record from its file to the
// message: a first alert, another model, another remedy, a model taken off. Each
// is told once, however often its file is read.
func TestAmendmentRoad(t *testing.T) {
	babyshieldtest.EachStore(t, func(t *testing.T, s *store.Store) {
		first := babyshield.Item{Ref: "first", Brand: "Bramble Nest", Name: "bassinet", Model: "NB-40"}
		second := babyshield.Item{Ref: "second", Brand: "Bramble Nest", Name: "bassinet", Model: "NB-50"}
		babyshieldtest.Household(t, s, "North", "n@example.org", first, second)
		babyshieldtest.Household(t, s, "South", "s@example.org", second)
		sink := babyshieldtest.NewSink(nil)
		const legs, refund = "Contact Bramble Nest for free new legs.", "Contact Bramble Nest for a full refund."
		versions := []struct {
			record map[string]any
			told   []string
			says   []string // in the last message
		}{
			{
				bassinet("2026-10-05", "NB-40", legs, "Replace"),
				[]string{"North new affected first"},
				[]string{"Subject: Stop using the Bramble Nest bassinets: recall (US"},
			},
			{
				bassinet("2026-10-12", "NB-40, NB-50", legs, "Replace"),
				[]string{"North widened affected second", "South new affected second"},
				nil,
			},
			{
				bassinet("2026-10-19", "NB-40, NB-50", refund, "Refund"),
				[]string{"North remedy affected first+second", "South remedy affected second"},
				[]string{"Subject: What is offered for the Bramble Nest bassinets changed", "- Changed: what the notice offers or asks.", "full refund"},
			},
			{
				bassinet("2026-10-26", "NB-50", refund, "Refund"),
				[]string{"North rescinded affected first"},
				[]string{"Subject: An item on your list: recall changed and no longer covers it", `no longer covers "bassinet" on your list`, "- Changed: no longer lists model NB-40."},
			},
		}
		var want []string
		for i, v := range versions {
			when := fmt.Sprintf("version %d", i+1)
			want = append(want, v.told...)
			for range 2 {
				importRecord(t, s, "us-cpsc", true, v.record)
				drain(t, s, sink)
				got := stories(t, s)
				slices.Sort(got)
				sorted := slices.Sorted(slices.Values(want))
				if diff := cmp.Diff(sorted, got); diff != "" {
					t.Fatalf("%s, alerts (-want +got):\n%s", when, diff)
				}
			}
			messages, _ := sink.Sent()
			if len(messages) != len(want) {
				t.Errorf("%s: %d messages, want %d", when, len(messages), len(want))
			}
			last := messages[len(messages)-1]
			for _, text := range v.says {
				if !strings.Contains("Subject: "+last.Subject+"\n"+strings.Join(strings.Fields(last.Text), " "), text) {
					t.Errorf("%s: the message does not say %q:\n%s\n%s", when, text, last.Subject, last.Text)
				}
			}
			audit(t, s)
		}
		messages, to := sink.Sent()
		widened := slices.IndexFunc(messages, func(m babyshield.Message) bool { return strings.Contains(m.Subject, "now covers more") })
		if widened < 0 || to[widened] != "n@example.org" {
			t.Fatalf("nobody, or another, was told that it covers more: %v", to)
		}
		for _, text := range []string{"This recall has changed and now covers more. Stop using the", "- Changed: now also covers model NB-50 (was 1 model)."} {
			if !strings.Contains(strings.Join(strings.Fields(messages[widened].Text), " "), text) {
				t.Errorf("the message does not say %q:\n%s", text, messages[widened].Text)
			}
		}
	})
}

// TestWithdrawnRoad: the agency takes a notice back by its status.
func TestWithdrawnRoad(t *testing.T) {
	babyshieldtest.EachStore(t, func(t *testing.T, s *store.Store) {
		pear := babyshield.Item{Ref: "pear", Brand: "Quindex Orchard", Name: "pear puree", Lot: "QO2606A"}
		babyshieldtest.Household(t, s, "North", "n@example.org", pear)
		sink := babyshieldtest.NewSink(nil)
		record := func(status string) map[string]any {
			return map[string]any{
				"recall_number": "F-0001-2027", "event_id": "97001", "status": status, "classification": "Class I",
				"product_description": "Quindex Orchard pear puree, 4 oz pouch", "code_info": "Lot QO2606A", "reason_for_recall": "Elevated levels of lead.",
				"recalling_firm": "Quindex Orchard", "report_date": "20261111", "recall_initiation_date": "20261030", "product_type": "Food",
			}
		}
		importRecord(t, s, "us-fda-food", true, record("Ongoing"))
		drain(t, s, sink)
		wantStories(t, s, "in force", "North new affected pear")
		importRecord(t, s, "us-fda-food", true, record("Terminated"))
		drain(t, s, sink)
		wantStories(t, s, "ended", "North new affected pear")
		importRecord(t, s, "us-fda-food", true, record("Withdrawn"))
		drain(t, s, sink)
		wantStories(t, s, "withdrawn", "North new affected pear", "North rescinded affected pear")
		messages, _ := sink.Sent()
		last := messages[len(messages)-1]
		if want := "The authority withdrew this notice"; !strings.Contains(last.Text, want) || !strings.HasPrefix(last.Subject, "Notice withdrawn for the") {
			t.Errorf("the message does not say %q:\n%s\n%s", want, last.Subject, last.Text)
		}
		items, _, err := s.ItemList(t.Context(), babyshield.AsOperator(), "North", 0, 10)
		if err != nil || items[0].Status != babyshield.StatusNoMatch {
			t.Errorf("the item's status is %s, %v", items[0].Status, err)
		}
		found, _, err := s.RecallList(t.Context(), store.RecallFilter{Agency: "us-fda-food"})
		if err != nil || len(found) != 1 || found[0].Status != "Withdrawn" {
			t.Errorf("the record is not kept: %+v, %v", found, err)
		}
		// An item that comes after that is not alerted of it.
		pear.Ref = "late"
		if _, err := s.AddItems(t.Context(), babyshield.AsOperator(), "North", []babyshield.Item{pear}); err != nil {
			t.Fatal(err)
		}
		drain(t, s, sink)
		importRecord(t, s, "us-fda-food", true, record("Ongoing, again"))
		drain(t, s, sink)
		wantStories(t, s, "in force again", "North new affected pear", "North rescinded affected pear", "North widened affected pear+late")
		audit(t, s)
	})
}

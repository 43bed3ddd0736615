package babyshield_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/babyshield/babyshield"
)

// swingVersion is a notice with two lines; the firm is invented.
func swingVersion() babyshield.Version {
	return babyshield.Version{
		Recall: &babyshield.Recall{
			Agency: "xx-test", Number: "1", Title: "Lumora Recalls Swings", Status: "Ongoing", Severity: babyshield.SeverityMedium,
			Hazards:  []babyshield.Hazard{{Code: "fall", Text: "The seat can come off."}},
			Remedies: []babyshield.Remedy{{Code: "refund", Text: "Contact Lumora for a refund."}},
		},
		Lines: []babyshield.RecalledProduct{
			{Brand: "Lumora", Name: "Cradle Swing", Models: []string{"LS-2200", "LS-2201"}, Lots: []string{"A1"}},
			{Brand: "Lumora", Name: "Travel Swing", Models: []string{"TS-10"}, Lots: []string{"B2"}},
		},
	}
}

func TestAmend(t *testing.T) {
	field := func(c ...babyshield.FieldChange) babyshield.Amendment { return babyshield.Amendment{Fields: c} }
	for _, tt := range []struct {
		name   string
		change func(v *babyshield.Version)
		want   babyshield.Amendment
	}{
		{"nothing", func(*babyshield.Version) {}, babyshield.Amendment{}},
		{"words, pictures, a telephone number", func(v *babyshield.Version) {
			v.Recall.Title, v.Recall.Contact, v.Recall.Units, v.Recall.Updated = "Lumora recalls swings", "555-0100", "About 20", "2026-11-20"
			v.Recall.Images = []babyshield.Image{{URL: "https://example.org/x.png"}}
		}, babyshield.Amendment{}},
		{"spelling and order", func(v *babyshield.Version) {
			v.Lines[0], v.Lines[1] = v.Lines[1], v.Lines[0]
			v.Lines[1].Models, v.Lines[1].Name = []string{"ls 2201", "LS2200"}, "CRADLE  SWING"
			v.Recall.Remedies[0].Text = "contact lumora, for a refund"
		}, babyshield.Amendment{}},
		{"our own grade and codes", func(v *babyshield.Version) {
			v.Recall.Severity, v.Recall.Hazards[0].Code, v.Recall.Remedies[0].Code = babyshield.SeverityCritical, "other", "replace"
		}, babyshield.Amendment{}},
		{"one remedy cut in two", func(v *babyshield.Version) {
			v.Recall.Remedies = []babyshield.Remedy{{Code: "stop_use", Text: "Contact Lumora"}, {Code: "refund", Text: "for a refund."}}
		}, babyshield.Amendment{}},
		{"ended, not taken back", func(v *babyshield.Version) { v.Recall.Status = "Terminated" }, babyshield.Amendment{}},

		{
			"a model more", func(v *babyshield.Version) { v.Lines[0].Models = []string{"LS-2200", "LS-2201", "LS-2300"} },
			field(babyshield.FieldChange{Field: "model", Added: []string{"LS-2300"}, Before: 3}),
		},
		{
			"a model less", func(v *babyshield.Version) { v.Lines[0].Models = []string{"LS-2200"} },
			field(babyshield.FieldChange{Field: "model", Dropped: []string{"LS-2201"}, Before: 3}),
		},
		{"a period and a lot", func(v *babyshield.Version) {
			v.Lines[1].Made, v.Lines[1].Lots = babyshield.Period{From: "2024-01", To: "2024-06"}, []string{"B3"}
		}, field(
			babyshield.FieldChange{Field: "lot", Added: []string{"B3"}, Dropped: []string{"B2"}, Before: 2},
			babyshield.FieldChange{Field: "made", Added: []string{"2024-01 to 2024-06"}})},
		{"the lots change places", func(v *babyshield.Version) {
			v.Lines[0].Lots, v.Lines[1].Lots = v.Lines[1].Lots, v.Lines[0].Lots
		}, field(
			babyshield.FieldChange{Field: "model", Before: 3}, babyshield.FieldChange{Field: "lot", Before: 2},
			babyshield.FieldChange{Field: "brand", Before: 1}, babyshield.FieldChange{Field: "name", Before: 2})},
		{"another remedy", func(v *babyshield.Version) { v.Recall.Remedies[0].Text = "Contact Lumora for a new seat." }, babyshield.Amendment{Remedy: true}},
		{"a graver hazard", func(v *babyshield.Version) {
			v.Recall.Severity, v.Recall.Hazards[0].Text = babyshield.SeverityHigh, "The seat can come off. One death is known."
		}, babyshield.Amendment{Graver: true}},
		{"a hazard less grave", func(v *babyshield.Version) {
			v.Recall.Severity, v.Recall.Hazards[0].Text = babyshield.SeverityLow, "The seat can creak."
		}, babyshield.Amendment{}},
		{"taken back", func(v *babyshield.Version) { v.Recall.Status = " Withdrawn" }, babyshield.Amendment{Rescinded: true}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			after := swingVersion()
			tt.change(&after)
			got := babyshield.Amend(swingVersion(), after)
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
			if got.Editorial() != cmp.Equal(tt.want, babyshield.Amendment{}) {
				t.Errorf("editorial: %v of %+v", got.Editorial(), got)
			}
		})
	}
	taken := swingVersion()
	taken.Recall.Status = "rescinded"
	if got := babyshield.Amend(taken, swingVersion()); !got.Restored || got.Rescinded {
		t.Errorf("put in force again: %+v", got)
	}
}

func TestTouches(t *testing.T) {
	a := babyshield.Amendment{Fields: []babyshield.FieldChange{{Field: "lot"}, {Field: "made"}}}
	for _, tt := range []struct {
		keys []string
		want bool
	}{{nil, true}, {[]string{"lot"}, true}, {[]string{"model", "made"}, true}, {[]string{"model"}, false}} {
		if got := a.Touches(tt.keys); got != tt.want {
			t.Errorf("touches %v: %v, want %v", tt.keys, got, tt.want)
		}
	}
	if (&babyshield.Amendment{Remedy: true}).Touches(nil) {
		t.Error("another remedy touches a line")
	}
}

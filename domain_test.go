package babyshield_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/babyshield/babyshield"
)

func TestParseDay(t *testing.T) {
	for _, c := range []struct {
		in          string
		first, last babyshield.Day
		ok          bool
	}{
		{"2026", "2026-01-01", "2026-12-31", true},
		{"2024-02", "2024-02-01", "2024-02-29", true},
		{"2026-11-23", "2026-11-23", "2026-11-23", true},
		{"", "", "", true},
		{"2026-02-30", "", "", false},
		{"0212-12-07", "", "", false},
		{"23.11.2026", "", "", false},
		{"2026-13", "", "", false},
	} {
		d, err := babyshield.ParseDay(c.in)
		if (err == nil) != c.ok || c.ok && (d.First() != c.first || d.Last() != c.last) {
			t.Errorf("ParseDay(%q) = %q (%q to %q), %v", c.in, d, d.First(), d.Last(), err)
		}
	}
}

// TestMergeOrder: a recall is the same whatever the order of its parts.
func TestMergeOrder(t *testing.T) {
	words := []string{"", "Class I", "Class II", "Ongoing", "Terminated", "a", "b"}
	rapid.Check(t, func(t *rapid.T) {
		var parts []babyshield.Recall
		for i := range rapid.IntRange(1, 6).Draw(t, "parts") {
			word := func(name string) string { return rapid.SampledFrom(words).Draw(t, name) }
			parts = append(parts, babyshield.Recall{
				Agency: "us-fda-food", Number: "1", Part: fmt.Sprint(i / 2), Form: babyshield.Form(i % 2),
				Class: word("class"), Status: word("status"), Title: word("title"), Units: word("units"),
				Products:  []babyshield.ProductEntry{{Name: word("name")}},
				Published: babyshield.Day(rapid.SampledFrom([]string{"", "2026-01-01", "2026-02-01"}).Draw(t, "day")),
			})
		}
		want := babyshield.Merge(parts)
		shuffled := rapid.Permutation(parts).Draw(t, "order")
		if got := babyshield.Merge(shuffled); got.Digest() != want.Digest() {
			t.Fatalf("another order, another recall:\n%s", cmp.Diff(want, got))
		}
	})
}

func TestMerge(t *testing.T) {
	a := babyshield.Recall{Agency: "us-fda-food", Number: "9", Part: "b", Class: "Class III", Status: "Terminated", Published: "2026-03-01", Products: []babyshield.ProductEntry{{Name: "Two"}}}
	b := babyshield.Recall{Agency: "us-fda-food", Number: "9", Part: "a", Class: "Class I", Status: "Ongoing", Published: "2026-02-01", Products: []babyshield.ProductEntry{{Name: "One"}}}
	got := babyshield.Merge([]babyshield.Recall{a, b})
	want := babyshield.Recall{
		Agency: "us-fda-food", Number: "9", Class: "Class I", Status: "Ongoing", Published: "2026-02-01",
		Products: []babyshield.ProductEntry{{Name: "One"}, {Name: "Two"}},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	edited := b
	edited.Part, edited.Updated, edited.Products = "c", "2026-04-01", []babyshield.ProductEntry{{Name: "One, lot 7 too", Key: "F-1"}}
	keyed := b
	keyed.Updated, keyed.Products = "2026-03-01", []babyshield.ProductEntry{{Name: "One", Key: "F-1"}}
	if got := babyshield.Merge([]babyshield.Recall{edited, keyed, a}); len(got.Products) != 2 || got.Products[0].Name != "One, lot 7 too" {
		t.Errorf("an edited line stands beside its older text: %+v", got.Products)
	}
	export := b
	export.Form, export.Class, export.Title = babyshield.FormExport, "Class II", "poorer"
	if got := babyshield.Merge([]babyshield.Recall{export, b}); got.Class != "Class I" || got.Title != "" {
		t.Errorf("a poorer form amended a richer one: %+v", got)
	}
}

func TestSupersede(t *testing.T) {
	known := babyshield.Recall{
		Number: "1", Title: "Old", Updated: "2026-02-01", Contact: "call us",
		Products: []babyshield.ProductEntry{{Name: "Swing", UPCs: []string{"036000291452"}}},
	}
	older := babyshield.Recall{Number: "1", Title: "Older", Updated: "2026-01-01"}
	if got := babyshield.Supersede(known, older); got.Title != "Old" {
		t.Errorf("an older copy won: %+v", got)
	}
	newer := babyshield.Recall{Number: "1", Title: "New", Updated: "2026-03-01", Products: []babyshield.ProductEntry{{Name: "Swing"}}}
	got := babyshield.Supersede(known, newer)
	if got.Title != "New" || got.Contact != "call us" || len(got.Products[0].UPCs) != 1 {
		t.Errorf("got %+v", got)
	}
	if known.Products[0].Name != "Swing" || len(newer.Products[0].UPCs) != 0 {
		t.Error("an argument was changed")
	}
}

// TestDigest: what we derive is no content, nor is the difference between absent
// and empty.
func TestDigest(t *testing.T) {
	a := babyshield.Recall{Number: "1", Hazards: []babyshield.Hazard{{Code: "fire", Text: "It burns."}}}
	b := a
	b.Severity, b.Form, b.Firms = babyshield.SeverityHigh, babyshield.FormSummary, []babyshield.Firm{}
	b.Hazards = []babyshield.Hazard{{Code: "burn", Text: "It burns."}, {Code: "fire", Text: "It burns."}}
	if a.Digest() != b.Digest() {
		t.Error("codes, severity, form or an empty list changed the digest")
	}
	b.Hazards[0].Text = "It melts."
	if a.Digest() == b.Digest() {
		t.Error("other words, same digest")
	}
	if a.ID() != b.ID() || !strings.HasPrefix(a.ID(), "rcl_") {
		t.Errorf("ids %s, %s", a.ID(), b.ID())
	}
}

// TestItemKeys: every key has a field, and JSON knows it under the same name.
func TestItemKeys(t *testing.T) {
	var it babyshield.Item
	for _, k := range babyshield.ItemKeys {
		*it.Field(k) = k
	}
	b, err := json.Marshal(it)
	if err != nil {
		t.Fatal(err)
	}
	var m map[string]string
	if err := json.Unmarshal(b, &m); err != nil {
		t.Fatal(err)
	}
	for _, k := range babyshield.ItemKeys {
		if m[k] != k {
			t.Errorf("field %s is %q in JSON", k, m[k])
		}
	}
	if len(m) != len(babyshield.ItemKeys) || it.Field("no such") != nil {
		t.Errorf("%d fields in JSON", len(m))
	}
}

func TestItemValidate(t *testing.T) {
	for _, c := range []struct {
		name string
		item babyshield.Item
		ok   bool
	}{
		{"name", babyshield.Item{Name: "swing"}, true},
		{"gtin", babyshield.Item{GTIN: "1"}, true},
		{"nothing", babyshield.Item{}, false},
		{"only a lot", babyshield.Item{Lot: "7"}, false},
		{"punctuation", babyshield.Item{Name: "--- !!"}, false},
		{"blanks", babyshield.Item{Name: " \u00a0\u200b"}, false},
		{"too long", babyshield.Item{Name: strings.Repeat("x", babyshield.MaxField+1)}, false},
	} {
		c.item.Clean()
		if err := c.item.Validate(); (err == nil) != c.ok {
			t.Errorf("%s: %v", c.name, err)
		}
	}
}

// TestFeedState: only a feed that was read within its tolerance lets a miss count.
func TestFeedState(t *testing.T) {
	now := time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC)
	ok := babyshield.AgencyState{Enabled: true, LastSuccess: now.Add(-time.Hour)}
	failing, stale, off, never := ok, ok, ok, ok
	failing.Failures = 3
	stale.LastSuccess = now.Add(-9 * 24 * time.Hour)
	off.Enabled = false
	never.LastSuccess = time.Time{}
	for _, c := range []struct {
		state babyshield.AgencyState
		want  babyshield.FeedState
		fresh bool
	}{{ok, "ok", true}, {failing, "failing", true}, {stale, "stale", false}, {off, "disabled", false}, {never, "never", false}} {
		if got := c.state.State(now); got != c.want || got.Fresh() != c.fresh {
			t.Errorf("got %s (fresh %v), want %s", got, got.Fresh(), c.want)
		}
	}
}

func TestErrors(t *testing.T) {
	err := fmt.Errorf("saving: %w", babyshield.Wrap(babyshield.Unavailable, io.EOF, "The disk is full."))
	if babyshield.CodeOf(err) != babyshield.Unavailable || babyshield.MessageOf(err) != "The disk is full." || !errors.Is(err, io.EOF) {
		t.Errorf("%v: %s, %q", err, babyshield.CodeOf(err), babyshield.MessageOf(err))
	}
	if babyshield.CodeOf(io.EOF) != babyshield.Internal || strings.Contains(babyshield.MessageOf(io.EOF), "EOF") {
		t.Error("an unknown error shows its inside")
	}
	if babyshield.CodeOf(nil) != "" {
		t.Error("nil has a code")
	}
}

func TestHouseholdValidate(t *testing.T) {
	h := babyshield.Household{Name: "  North   Street ", Countries: []string{"us, ca"}}
	if err := h.Validate(); err != nil || h.Name != "North Street" || !slices.Equal(h.Countries, []string{"US", "CA"}) || h.Timezone != "UTC" {
		t.Errorf("%+v, %v", h, err)
	}
	for _, bad := range []babyshield.Household{{}, {Name: "x", Countries: []string{"USA"}}, {Name: "x", Timezone: "Mars/Base"}} {
		if err := bad.Validate(); babyshield.CodeOf(err) != babyshield.Invalid {
			t.Errorf("%+v was accepted", bad)
		}
	}
}

func TestRanks(t *testing.T) {
	if babyshield.VerdictAffected.Rank() <= babyshield.VerdictCheck.Rank() || babyshield.VerdictPossible.Alerts() || !babyshield.VerdictCheck.Alerts() {
		t.Error("verdicts are out of order")
	}
	if babyshield.SeverityCritical.Rank() != 4 || babyshield.Severity("").Rank() != 0 || !babyshield.HazardCode("lead").Valid() || babyshield.RemedyCode("prayer").Valid() {
		t.Error("severities or codes are wrong")
	}
}

// TestClean: the short way to a clean field gives what the long one does.
func TestClean(t *testing.T) {
	blanks := func(r rune) bool {
		return r <= ' ' || strings.ContainsRune("\u007f\u00a0\u200b\u2060\ufeff", r)
	}
	rapid.Check(t, func(t *rapid.T) {
		pieces := rapid.SampledFrom([]string{"a", "b", " ", "\t", "\u00a0", "\u200b", "\ufeff", "é", "日", "\ufffd", "\xff", "\xc3", "\xe6\x97"})
		in := strings.Join(rapid.SliceOf(pieces).Draw(t, "in"), "")
		it := babyshield.Item{Name: in}
		it.Clean()
		if want := strings.Join(strings.FieldsFunc(strings.ToValidUTF8(in, "\ufffd"), blanks), " "); it.Name != want {
			t.Fatalf("%q became %q, want %q", in, it.Name, want)
		}
	})
}

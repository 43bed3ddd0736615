package babyshieldtest

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"testing"

	"github.com/babyshield/babyshield"
	"github.com/babyshield/babyshield/internal/store"
)

// Recall is a recall of us-cpsc for one branded product with one model.
func Recall(number, brand, name, model string) babyshield.Recall {
	return babyshield.Recall{
		Agency: "us-cpsc", Number: number, Kind: babyshield.KindRecall,
		Title:    fmt.Sprintf("%s Recalls %s Due to Choking Hazard", brand, name),
		URL:      "https://www.cpsc.gov/Recalls/2026/" + number,
		Products: []babyshield.ProductEntry{{Name: brand + " " + name, Brand: brand, Model: model}},
		Details:  fmt.Sprintf("This recall involves %s %s with model number %s.", brand, name, model),
		Hazards:  []babyshield.Hazard{{Code: "choking", Text: "Small parts can come off, posing a choking hazard."}},
		Remedies: []babyshield.Remedy{{Code: "refund", Text: "Stop using it and contact the firm for a refund."}},
		Severity: babyshield.SeverityHigh, Published: "2026-11-19", Updated: "2026-11-19", Language: "en-US",
	}
}

// Record wraps a recall as if it had just been fetched.
func Record(r babyshield.Recall) store.Record {
	raw, err := json.Marshal(r)
	if err != nil {
		panic(err) // only strings and slices
	}
	sum := sha256.Sum256(raw)
	key := r.Number
	if r.Part != "" {
		key += "/" + r.Part
	}
	return store.Record{Recall: r, Notice: babyshield.Notice{
		Agency: r.Agency, Key: key, Form: r.Form, Digest: hex.EncodeToString(sum[:]), Raw: raw, Position: 1,
	}}
}

// Save saves recalls in one page and fails the test on an error. alert says
// whether owners are told.
func Save(tb testing.TB, s *store.Store, alert bool, recalls ...babyshield.Recall) map[string]store.Change {
	tb.Helper()
	p := store.Page{Agency: recalls[0].Agency, Muted: !alert}
	for _, r := range recalls {
		p.Records = append(p.Records, Record(r))
	}
	changes, err := s.SaveNotices(tb.Context(), p)
	if err != nil {
		tb.Fatalf("saving %d recalls: %v", len(recalls), err)
	}
	return changes
}

// Household makes a household with the given items and, if address is not "", a
// channel of kind "test" whose settings are that address.
func Household(tb testing.TB, s *store.Store, name, address string, items ...babyshield.Item) {
	tb.Helper()
	who := babyshield.AsOperator()
	if _, err := s.AddHousehold(tb.Context(), who, babyshield.Household{Name: name}); err != nil {
		tb.Fatalf("adding the household %s: %v", name, err)
	}
	if address != "" {
		c := store.NewChannel{Kind: "test", Settings: []byte(address), Label: "t…"}
		if _, err := s.AddChannel(tb.Context(), who, name, c); err != nil {
			tb.Fatalf("adding a channel to %s: %v", name, err)
		}
	}
	if len(items) == 0 {
		return
	}
	if _, err := s.AddItems(tb.Context(), who, name, items); err != nil {
		tb.Fatalf("adding items to %s: %v", name, err)
	}
}

// Alerts lists all alerts.
func Alerts(tb testing.TB, s *store.Store) []babyshield.Alert {
	tb.Helper()
	var out []babyshield.Alert
	for after := int64(0); ; {
		page, next, err := s.AlertList(tb.Context(), babyshield.AsOperator(), after, 500)
		if err != nil {
			tb.Fatalf("listing alerts: %v", err)
		}
		out = append(out, page...)
		if next == 0 {
			return out
		}
		after = next
	}
}

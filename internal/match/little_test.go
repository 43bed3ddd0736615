package match

import (
	"testing"

	"github.com/babyshield/babyshield"
)

func TestTooLittle(t *testing.T) {
	for _, tt := range []struct {
		item babyshield.Item
		want bool
	}{
		{babyshield.Item{}, true},
		{babyshield.Item{Name: "crib"}, true},
		{babyshield.Item{Name: "toy"}, true},
		{babyshield.Item{Name: "baby monitor"}, true},
		{babyshield.Item{Name: "blue wooden crib"}, true},
		{babyshield.Item{Name: "white table lamp"}, true},
		{babyshield.Item{Name: "crib", Seller: "Target"}, true},
		{babyshield.Item{Name: "crib", Brand: "unknown"}, true},
		{babyshield.Item{Brand: "Lumora"}, true},
		{babyshield.Item{Brand: "Lumora", Name: "Lumora"}, true},
		{babyshield.Item{Brand: "Lumora", Name: "large, blue", Bought: "2026-01-02"}, true},
		{babyshield.Item{Name: "Lumora"}, true},
		{babyshield.Item{Brand: "Fisher-Price"}, true},
		{babyshield.Item{Name: "fisher price"}, true},
		{babyshield.Item{Lot: "7"}, true},
		{babyshield.Item{GTIN: "123"}, true},

		{babyshield.Item{Brand: "Lumora", Name: "crib"}, false},
		{babyshield.Item{Brand: "Lumora", Name: "Dreamette"}, false},
		{babyshield.Item{Name: "lumora crib"}, false},
		{babyshield.Item{Name: "fisher price swing"}, false},
		{babyshield.Item{Brand: "Lumora", Model: "12"}, false},
		{babyshield.Item{Model: "LS-2200"}, false},
		{babyshield.Item{Name: "swing LS-2200"}, false},
		{babyshield.Item{GTIN: "9521000000018"}, false},
		{babyshield.Item{Lot: "AB1234567"}, false},
	} {
		if got := PrepareItem(&tt.item).TooLittle(); got != tt.want {
			t.Errorf("%+v: %t, want %t", tt.item, got, tt.want)
		}
	}
}

// TestCodeWithoutSeparators: a listed model in a name is no strange name.
func TestCodeWithoutSeparators(t *testing.T) {
	r := babyshield.Recall{Agency: "us-cpsc", Number: "27002", Title: "Borealis Recalls Space Heater Due to Burn Hazard", Published: "2026-11-19"}
	p := Prepare(&r, []babyshield.RecalledProduct{{Name: "Borealis Space Heater", Brand: "Borealis", Models: []string{"BH-90X"}, Scope: babyshield.Scope{Fields: []string{"model"}}}})
	for _, it := range []babyshield.Item{{Name: "borealis heater bh90x"}, {Brand: "Borealis", Name: "heater BH90X"}, {Name: "Borealis heater BH-90X"}} {
		if j := Compare(p, PrepareItem(&it)); j.Verdict != babyshield.VerdictAffected {
			t.Errorf("%+v: %+v, want affected", it, j)
		}
	}
}

package agency_test

import (
	"regexp"
	"strings"
	"testing"

	"github.com/babyshield/babyshield"
	"github.com/babyshield/babyshield/internal/agency"
)

func TestSamples(t *testing.T) {
	got, err := agency.Samples()
	if err != nil {
		t.Fatal(err)
	}
	if len(got) != 8 {
		t.Errorf("%d sample recalls, want 8", len(got))
	}
	agencies := map[string]bool{}
	for _, r := range got {
		agencies[r.Agency] = true
		checkWords(t, r)
		if !strings.HasPrefix(r.Number, "sample") {
			t.Errorf("%s %q: a sample's number begins with sample", r.Agency, r.Number)
		}
		if len(r.Hazards) == 0 || r.Hazards[0].Code == "other" || r.Severity == "" || len(r.Products) == 0 {
			t.Errorf("%s %s lacks hazard, severity or products: %+v", r.Agency, r.Number, r)
		}
		for _, p := range r.Products {
			codes := append(regexp.MustCompile(`UPC (\d+)`).FindAllString(p.Name, -1), p.UPCs...)
			for _, c := range codes {
				c = strings.TrimPrefix(c, "UPC ")
				if _, err := babyshield.NormalizeGTIN(c); err != nil || !strings.HasPrefix(c, "952") {
					t.Errorf("%s %s: barcode %s: %v, want one of the prefix 952", r.Agency, r.Number, c, err)
				}
			}
		}
	}
	if len(agencies) != len(agency.All()) {
		t.Errorf("samples of %v, want of every agency", agencies)
	}
}

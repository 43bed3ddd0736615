package match_test

import (
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/babyshield/babyshield"
	"github.com/babyshield/babyshield/internal/match"
)

func prepare(r *babyshield.Recall) *match.Recall { return match.Prepare(r, match.Read(r)) }

// Notices that the cases below judge items against.
var (
	warmer = &babyshield.Recall{
		Title: "Quindle Bottle Warmers Recalled Due to Burn Hazard", Published: "2024-06-13",
		Products: []babyshield.ProductEntry{{Name: "Quindle Bottle Warmers"}},
		Details:  "This recall involves Quindle bottle warmers with model numbers QW-K03 and QW-K04. The warmers are white. UPC 0 36000 29145 2 is on the box.",
		SoldAt:   "Bramble Market stores nationwide from March 2022 through April 2024 for about $30.",
	}
	gate = &babyshield.Recall{
		Title: "Mullo Baby Gates Recalled Due to Entrapment Hazard", Published: "2024-06-13",
		Products: []babyshield.ProductEntry{{Name: "Mullo Baby Gates"}},
		Details:  "This recall involves all Mullo baby gates. The pressure-mounted gates are white and made of steel.",
		SoldAt:   "Online at Bramble.com from March 2022 through April 2024 for about $30.",
	}
	trimmer = &babyshield.Recall{
		Title: "Zundle Recalls Hedge Trimmers Due to Laceration Hazard", Published: "2024-06-13",
		Products: []babyshield.ProductEntry{{Name: "Zundle Cordless Hedge Trimmers"}},
		Details:  "This recall involves Zundle cordless hedge trimmers with model number ZT6001 and with serial numbers from LT21000D180001 to LT22365D060025, manufactured between March 2021 and May 2022.",
	}
	chair = &babyshield.Recall{
		Title: "Harpple High Chairs Recalled Due to Fall Hazard", Published: "2024-06-13",
		Products: []babyshield.ProductEntry{{Name: "Harpple Convertible High Chairs"}},
		Details:  `This recall involves Harpple convertible high chairs. Only high chairs with "Batch Number 202408" printed on a label are included in the recall.`,
	}
	swing = &babyshield.Recall{
		Title: "Fisher-Price Recalls Zorrum Swings Due to Fall Hazard", Published: "2024-06-13",
		Products: []babyshield.ProductEntry{{Name: "Fisher-Price Zorrum Infant Swings"}},
		Details:  "This recall involves all Zorrum infant swings.",
	}
)

func TestCompare(t *testing.T) {
	type item = babyshield.Item
	affected, check, possible := babyshield.VerdictAffected, babyshield.VerdictCheck, babyshield.VerdictPossible
	for _, tt := range []struct {
		name    string
		recall  *babyshield.Recall
		item    item
		want    babyshield.Verdict
		missing []string
		differ  []string
	}{
		{"brand and model", warmer, item{Brand: "quindle", Model: "qw k03", Name: "milk warmer"}, affected, nil, nil},
		{"model in the name", warmer, item{Name: "QUINDLE bottle warmer QW-K04 used"}, affected, nil, nil},
		{"barcode", warmer, item{GTIN: "036000291452"}, affected, nil, nil},
		{"barcode without its zero", warmer, item{GTIN: "36000291452", Name: "white thing"}, affected, nil, nil},
		{"model missing", warmer, item{Brand: "Quindle", Name: "bottle warmer", Bought: "2023-01"}, check, []string{"model"}, nil},
		{"model and date missing", warmer, item{Name: "quindle bottle warmer"}, check, []string{"model", "bought"}, nil},
		{"other model", warmer, item{Brand: "Quindle", Name: "bottle warmer", Model: "QW-K05"}, "", nil, []string{"model"}},
		{"other brand", warmer, item{Brand: "Bellababbo", Name: "bottle warmer", Bought: "2023-01"}, "", nil, nil},
		{"other brand, a model number by chance", warmer, item{Brand: "Bellababbo", Name: "hair dryer", Model: "QWK03"}, "", nil, []string{"brand"}},
		{"other brand's label on the same thing", warmer, item{Brand: "Bellababbo", Name: "bottle warmer", GTIN: "036000291452"}, affected, nil, []string{"brand"}},
		{"brand alone", warmer, item{Brand: "Quindle"}, "", nil, nil},
		{"brand, other product", warmer, item{Brand: "Quindle", Name: "stroller"}, "", nil, nil},
		{"kind alone", warmer, item{Name: "bottle warmer"}, "", nil, nil},
		{"nothing", warmer, item{}, "", nil, nil},
		{"bought before sales", warmer, item{Brand: "Quindle", Name: "bottle warmer", Model: "QW-K03", Bought: "2019-05"}, "", nil, []string{"bought"}},
		{"bought long after", warmer, item{Brand: "Quindle", Name: "bottle warmer", Bought: "2031"}, "", nil, []string{"bought"}},
		{"bought second hand after", warmer, item{Brand: "Quindle", Name: "bottle warmer", Model: "QW-K03", Bought: "2025-02"}, affected, nil, nil},
		{"accessory", warmer, item{Brand: "Quindle", Name: "replacement power cord for bottle warmer"}, possible, nil, nil},
		{"no identifier in the notice", gate, item{Brand: "Mullo", Name: "baby gate, white"}, affected, nil, nil},
		{"brand in the name", gate, item{Name: "mullo baby gate"}, affected, nil, nil},
		{"another thing of the brand", gate, item{Brand: "Mullo", Name: "wooden play kitchen"}, "", nil, nil},
		{"serial inside", trimmer, item{Brand: "Zundle", Name: "hedge trimmer", Model: "ZT6001", Serial: "LT21310D120045"}, affected, nil, nil},
		{"serial outside", trimmer, item{Brand: "Zundle", Name: "hedge trimmer", Model: "ZT6001", Serial: "LT23310D120045"}, "", nil, []string{"serial"}},
		{"serial missing", trimmer, item{Brand: "Zundle", Name: "hedge trimmer", Model: "ZT 6001"}, check, []string{"serial", "made"}, nil},
		{"made inside", trimmer, item{Brand: "Zundle", Name: "hedge trimmer", Model: "ZT6001", Made: "June 2021"}, affected, nil, nil},
		{"made outside", trimmer, item{Brand: "Zundle", Name: "hedge trimmer", Model: "ZT6001", Made: "8/2023"}, "", nil, []string{"made"}},
		{"serial inside outweighs the date", trimmer, item{Brand: "Zundle", Name: "hedge trimmer", Model: "ZT6001", Serial: "LT21310D120045", Made: "2019"}, affected, nil, []string{"made"}},
		{"bought before it was made", trimmer, item{Brand: "Zundle", Name: "hedge trimmer", Model: "ZT6001", Bought: "2019-01"}, "", nil, []string{"made"}},
		{"lot inside", chair, item{Brand: "Harpple", Name: "high chair", Lot: "2024-08"}, affected, nil, nil},
		{"lot outside", chair, item{Brand: "Harpple", Name: "high chair", Lot: "202501"}, "", nil, []string{"lot"}},
		{"lot missing", chair, item{Brand: "Harpple", Name: "high chair"}, check, []string{"lot"}, nil},
		{"broad brand with its line", swing, item{Name: "fisher price Zorrum swing, clean"}, affected, nil, nil},
		{"broad brand, sibling", swing, item{Brand: "Fisher Price", Name: "Butterbloom swing"}, possible, nil, nil},
	} {
		t.Run(tt.name, func(t *testing.T) {
			got := match.Compare(prepare(tt.recall), match.PrepareItem(&tt.item))
			if got.Verdict != tt.want {
				t.Errorf("verdict = %q, want %q (%+v)", got.Verdict, tt.want, got)
			}
			if d := cmp.Diff(tt.missing, got.Missing, cmpopts.EquateEmpty()); d != "" && got.Verdict != possible {
				t.Errorf("missing (-want +got):\n%s", d)
			}
			if d := cmp.Diff(tt.differ, got.Differ, cmpopts.EquateEmpty()); d != "" {
				t.Errorf("differ (-want +got):\n%s", d)
			}
			checkSentence(t, got)
		})
	}
}

// promising are the words that no sentence of ours may hold (EXPERIENCE 4.2).
var promising = regexp.MustCompile(`(?i)\b(?:safe|only|minor|isolated|voluntary|precaution\w*|discretionary|guaranteed|all clear|may potentially)\b|!`)

func checkSentence(tb testing.TB, j babyshield.Judgement) {
	tb.Helper()
	switch {
	case j.Verdict != "" && !strings.HasSuffix(j.Because, "."):
		tb.Errorf("%q is no sentence", j.Because)
	case promising.MatchString(j.Because):
		tb.Errorf("%q holds a word that is not ours to say", j.Because)
	case len(j.Missing) > 2:
		tb.Errorf("%d fields are missing, want at most 2: %v", len(j.Missing), j.Missing)
	}
	for _, list := range [][]string{j.Agree, j.Differ, j.Missing} {
		for _, k := range list {
			if !slices.Contains(babyshield.ItemKeys, k) {
				tb.Errorf("%q is no item key", k)
			}
		}
	}
}

// The worst line of a recall is the one that is reported.
func TestCompareLines(t *testing.T) {
	r := prepare(&babyshield.Recall{
		Title: "Bramble Foods Recalls Granola",
		Products: []babyshield.ProductEntry{
			{Brand: "Bramble", Name: "Bramble Oat Granola", Codes: "Lot: A1001"},
			{Brand: "Bramble", Name: "Bramble Almond Granola", Codes: "Lot: B2001"},
		},
	})
	got := match.Compare(r, match.PrepareItem(&babyshield.Item{Brand: "Bramble", Name: "almond granola", Lot: "B2001"}))
	if got.Verdict != babyshield.VerdictAffected || got.Line != 1 {
		t.Errorf("got %+v, want affected by line 1", got)
	}
}

// One prepared recall serves many goroutines.
func TestConcurrent(t *testing.T) {
	r := prepare(trimmer)
	want := match.Compare(r, match.PrepareItem(&babyshield.Item{Name: "zundle hedge trimmer ZT6001"}))
	var wg sync.WaitGroup
	for range 4 {
		wg.Go(func() {
			for range 200 {
				got := match.Compare(r, match.PrepareItem(&babyshield.Item{Name: "zundle hedge trimmer ZT6001"}))
				if d := cmp.Diff(want, got); d != "" {
					t.Errorf("judgement (-want +got):\n%s", d)
				}
			}
		})
	}
	wg.Wait()
}

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
	tiara = &babyshield.Recall{
		Title: "Glimmette Children's Tiaras Recalled Due to Lead Poisoning Hazard; Sold Exclusively at Bramble Market", Published: "2024-06-13",
		Products: []babyshield.ProductEntry{{Name: "Glimmette Children's Tiaras"}},
		Details:  "This recall involves Glimmette children's tiaras. They were sold in pink, purple and silver. The blue tiaras are not included in this recall.",
		SoldAt:   "Bramble Market stores nationwide from March 2022 through April 2024 for about $5.",
	}
	lights = &babyshield.Recall{
		Title: "Glimmette Mini Lights Recalled Due to Battery Ingestion Hazard", Published: "2024-06-13",
		Products: []babyshield.ProductEntry{{Name: "Glimmette Mini Lights"}},
		Details:  "This recall involves Glimmette LED mini lights. Each light holds a CR2032 lithium coin battery.",
		SoldAt:   "Online at Amazon.com from March 2022 through April 2024 for about $9.",
	}
	dresser = &babyshield.Recall{
		Title: "Oakvale 12-Drawer Dressers Recalled Due to Tip-Over Hazard", Published: "2024-06-13",
		Products: []babyshield.ProductEntry{{Name: "Oakvale 12-Drawer Dressers"}},
		Details:  "This recall involves Oakvale 12-drawer fabric dressers. The dressers are black or white.",
		SoldAt:   "Online at Amazon.com from March 2022 through April 2024 for about $90.",
	}
	quad = &babyshield.Recall{
		Title: "Trundra Recalls Ridgeback All-Terrain Vehicles Due to Crash Hazard", Published: "2024-06-13",
		Products: []babyshield.ProductEntry{{Name: "Model Year 2022-2023 Trundra Ridgeback 850 All-Terrain Vehicles"}},
		Details:  "This recall involves all model year 2022 and 2023 Trundra Ridgeback 850 all-terrain vehicles (ATVs).",
		SoldAt:   "Trundra dealers nationwide from March 2022 through April 2024 for about $9,000.",
	}
	pajamas = &babyshield.Recall{
		Title: "Snoozle Children's Pajamas Recalled Due to Burn Hazard; Sold Exclusively on Temu by Pelmont Textiles", Published: "2024-06-13",
		Products: []babyshield.ProductEntry{{Name: "Snoozle Children's Pajamas"}},
		Details:  "This recall involves Snoozle children's two-piece pajamas sold in sizes 2T to 6T.",
		SoldAt:   "Online at Temu.com from March 2022 through April 2024 for about $20.",
	}
	formula = &babyshield.Recall{
		Title: "Bramble Recalls Infant Formula Due to Contamination", Published: "2024-06-13",
		Products: []babyshield.ProductEntry{{Name: "Bramble Infant Formula"}},
		Details:  "This recall involves Bramble infant formula with lot number QB1234 or QB1240 and a use by date of June 2024.",
	}
	granola = &babyshield.Recall{
		Title: "Bramble Recalls Granola", Published: "2024-06-13",
		Products: []babyshield.ProductEntry{{Name: "Bramble Granola"}},
		Details:  "This recall involves Bramble granola with lot number QB1234567. ASIN B0QXABCD12 is on the bag.",
	}
	cooker = &babyshield.Recall{
		Title: "Quindex Recalls Electric Pressure Cookers Due to Burn Hazard", Published: "2024-06-13",
		Products: []babyshield.ProductEntry{{Name: "Quindex Electric Pressure Cookers"}},
		Details:  "This recall involves Quindex electric pressure cookers with model numbers QPC600, 5500-06 and 5500-08. They are rated 120V.",
		SoldAt:   "Bramble Market stores nationwide from March 2022 through April 2024 for about $90.",
	}
	bench = &babyshield.Recall{
		Title: "Oakvale Benches Recalled Due to Fall Hazard", Published: "2024-06-13",
		Products: []babyshield.ProductEntry{{Name: "Oakvale Benches"}},
		Details:  "This recall involves Oakvale benches. They were sold in white and espresso.",
		SoldAt:   "Bramble Market stores nationwide from March 2022 through April 2024 for about $90.",
	}
	charger = &babyshield.Recall{
		Title: "Mullo Recalls Battery Packs and Chargers Due to Fire Hazard", Published: "2024-06-13",
		Products: []babyshield.ProductEntry{{Name: "Mullo Battery Packs and Chargers"}},
		Details:  "This recall involves Mullo 12V battery packs and chargers used with Mullo ride-on toys.",
		SoldAt:   "Bramble Market stores nationwide from March 2022 through April 2024 for about $90.",
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
		{"Amazon's number in the model field", warmer, item{Brand: "Quindle", Name: "bottle warmer", Model: "B0QWERTY12", Bought: "2023-01"}, check, []string{"model"}, nil},
		{"other model", warmer, item{Brand: "Quindle", Name: "bottle warmer", Model: "QW-K05"}, "", nil, []string{"model"}},
		{"other brand", warmer, item{Brand: "Bellababbo", Name: "bottle warmer", Bought: "2023-01"}, "", nil, nil},
		{"other brand, a model number by chance", warmer, item{Brand: "Bellababbo", Name: "hair dryer", Model: "QWK03"}, "", nil, []string{"brand"}},
		{"other brand's label on the same thing", warmer, item{Brand: "Bellababbo", Name: "bottle warmer", GTIN: "036000291452"}, affected, nil, []string{"brand"}},
		{"a button cell is nobody's model", lights, item{Brand: "Volterra", Name: "CR2032 lithium coin cells 6 pack", Bought: "2023-01"}, "", nil, nil},
		{"brand alone, typed as a name", warmer, item{Name: "Quindle"}, "", nil, nil},
		{"brand alone", warmer, item{Brand: "Quindle"}, "", nil, nil},
		{"brand, other product", warmer, item{Brand: "Quindle", Name: "stroller"}, "", nil, nil},
		{"kind alone", warmer, item{Name: "bottle warmer"}, "", nil, nil},
		{"nothing", warmer, item{}, "", nil, nil},
		{"bought before sales", warmer, item{Brand: "Quindle", Name: "bottle warmer", Model: "QW-K03", Bought: "2019-05"}, "", nil, []string{"bought"}},
		{"bought long after", warmer, item{Brand: "Quindle", Name: "bottle warmer", Bought: "2031"}, "", nil, []string{"bought"}},
		{"bought second hand after", warmer, item{Brand: "Quindle", Name: "bottle warmer", Model: "QW-K03", Bought: "2025-02"}, affected, nil, nil},
		{"bought soon after the end of sales", gate, item{Brand: "Mullo", Name: "white baby gate", Bought: "2024-09"}, check, nil, nil},
		{"accessory", warmer, item{Brand: "Quindle", Name: "replacement power cord for bottle warmer"}, "", nil, nil},
		{"accessory with the model in its name", warmer, item{Name: "power cord fits Quindle QW-K03"}, "", nil, nil},
		{"no identifier in the notice", gate, item{Brand: "Mullo", Name: "baby gate, white", Bought: "2023-01"}, affected, nil, nil},
		{"no identifier, no date", gate, item{Brand: "Mullo", Name: "baby gate, white"}, check, []string{"bought"}, nil},
		{"brand in the name", gate, item{Name: "mullo baby gate", Bought: "May 2023"}, affected, nil, nil},
		{"another word for it", gate, item{Brand: "Mullo", Name: "safety gate for stairs", Bought: "2023-01"}, affected, nil, nil},
		{"brand in two words", gate, item{Brand: "Mul-Lo", Name: "baby gate", Bought: "2023-01"}, affected, nil, nil},
		{"another maker's in the brand field", gate, item{Brand: "Bellababbo", Name: "baby gate like mullo", Bought: "2023-01"}, "", nil, nil},
		{"other drawers", dresser, item{Brand: "Oakvale", Name: "8 drawer dresser", Bought: "2023-01"}, "", nil, []string{"size"}},
		{"drawers in words", dresser, item{Brand: "oak vale", Name: "twelve-drawer dresser", Bought: "2023-01"}, affected, nil, nil},
		{"drawers not counted", dresser, item{Brand: "Oakvale", Name: "fabric dresser", Bought: "2023-01"}, check, []string{"size"}, nil},
		{"excluded colour", tiara, item{Brand: "Glimmette", Name: "tiara", Color: "blue", Bought: "2023-01"}, possible, nil, []string{"color"}},
		{"listed colour", tiara, item{Brand: "Glimmette", Name: "tiara", Color: "pink", Bought: "2023-01"}, affected, nil, nil},
		{"model year outside", quad, item{Brand: "Trundra", Name: "2020 Ridgeback 850 ATV"}, "", nil, []string{"made"}},
		{"model year inside", quad, item{Brand: "Trundra", Name: "2022 Ridgeback 850 ATV", Bought: "2022-09"}, affected, nil, nil},
		{"model year missing", quad, item{Brand: "Trundra", Name: "Ridgeback 850 quad", Bought: "2022-09"}, check, []string{"made"}, nil},
		{"seller on a market place", pajamas, item{Name: "kids pajamas 2 pc", Size: "4T", Seller: "Temu - Pelmont Textiles", Bought: "2023-01"}, affected, nil, nil},
		{"another thing of the brand", gate, item{Brand: "Mullo", Name: "wooden play kitchen"}, "", nil, nil},
		{"serial inside", trimmer, item{Brand: "Zundle", Name: "hedge trimmer", Model: "ZT6001", Serial: "LT21310D120045"}, affected, nil, nil},
		{"serial inside, in words of the owner", trimmer, item{Brand: "Zundle", Name: "garden tool, shed 2", Serial: "LT21310D120045"}, check, []string{"model"}, nil},
		{"serial outside, in words of the owner", trimmer, item{Brand: "Zundle", Name: "garden tool, shed 2", Serial: "LT23310D120045"}, "", nil, []string{"serial"}},
		{"serial outside", trimmer, item{Brand: "Zundle", Name: "hedge trimmer", Model: "ZT6001", Serial: "LT23310D120045"}, "", nil, []string{"serial"}},
		{"serial missing", trimmer, item{Brand: "Zundle", Name: "hedge trimmer", Model: "ZT 6001"}, check, []string{"serial", "made"}, nil},
		{"made inside", trimmer, item{Brand: "Zundle", Name: "hedge trimmer", Model: "ZT6001", Made: "June 2021"}, affected, nil, nil},
		{"made outside", trimmer, item{Brand: "Zundle", Name: "hedge trimmer", Model: "ZT6001", Made: "8/2023"}, "", nil, []string{"made"}},
		{"serial inside outweighs the date", trimmer, item{Brand: "Zundle", Name: "hedge trimmer", Model: "ZT6001", Serial: "LT21310D120045", Made: "2019"}, affected, nil, []string{"made"}},
		{"bought before it was made", trimmer, item{Brand: "Zundle", Name: "hedge trimmer", Model: "ZT6001", Bought: "2019-01"}, "", nil, []string{"made"}},
		{"lot inside", chair, item{Brand: "Harpple", Name: "high chair", Lot: "2024-08"}, affected, nil, nil},
		{"lot outside", chair, item{Brand: "Harpple", Name: "high chair", Lot: "202501"}, "", nil, []string{"lot"}},
		{"lot missing", chair, item{Brand: "Harpple", Name: "high chair"}, check, []string{"lot"}, nil},
		{"lot with its word", formula, item{Brand: "Bramble", Name: "infant formula", Lot: "LOT: QB1234"}, affected, nil, nil},
		{"lot with a time", formula, item{Brand: "Bramble", Name: "infant formula", Lot: "QB1234 07:45"}, affected, nil, nil},
		{"two lots", formula, item{Brand: "Bramble", Name: "infant formula", Lot: "QB1299, QB1234"}, affected, nil, nil},
		{"lot without its letters", formula, item{Brand: "Bramble", Name: "infant formula", Lot: "1234"}, check, []string{"date_code"}, nil},
		{"lot not known", formula, item{Brand: "Bramble", Name: "infant formula", Lot: "unknown"}, check, []string{"lot", "date_code"}, nil},
		{"other lot", formula, item{Brand: "Bramble", Name: "infant formula", Lot: "LOT QB1299"}, "", nil, []string{"lot"}},
		{"date code not readable", formula, item{Brand: "Bramble", Name: "infant formula", DateCode: "n/a"}, check, []string{"lot", "date_code"}, nil},
		{"date in another form", formula, item{Brand: "Bramble", Name: "infant formula", DateCode: "06/24"}, check, []string{"lot"}, nil},
		{"other date", formula, item{Brand: "Bramble", Name: "infant formula", DateCode: "June 2025"}, "", nil, []string{"date_code"}},
		{"a shop's number in the model field", cooker, item{Brand: "Quindex", Name: "pressure cooker", Model: "B09QX12345"}, check, []string{"model", "bought"}, nil},
		{"a shop's number with its word", cooker, item{Brand: "Quindex", Name: "pressure cooker", Model: "Item 88213"}, check, []string{"model", "bought"}, nil},
		{"model with suffixes", cooker, item{Brand: "Quindex", Name: "pressure cooker", Model: "QPC-600-SS-8Q"}, affected, nil, nil},
		{"model with an O for its 0", cooker, item{Brand: "Quindex", Name: "pressure cooker", Model: "QPC60O"}, check, []string{"model", "bought"}, nil},
		{"model cut short", cooker, item{Brand: "Quindex", Name: "pressure cooker", Model: "5500"}, check, []string{"model", "bought"}, nil},
		{"another of the mains' voltages", cooker, item{Brand: "Quindex", Name: "pressure cooker 110V", Bought: "2023-01"}, check, []string{"model"}, nil},
		{"with a manual", cooker, item{Brand: "Quindex", Name: "pressure cooker with manual", Bought: "2023-01"}, check, []string{"model"}, nil},
		{"year of the purchase in the name", quad, item{Brand: "Trundra", Name: "Ridgeback 850, bought in 2024", Bought: "2024-02"}, check, []string{"made"}, nil},
		{"made the year before its model year", quad, item{Brand: "Trundra", Name: "Ridgeback 850", Made: "2021", Bought: "2022-04"}, affected, nil, nil},
		{"made two years before", quad, item{Brand: "Trundra", Name: "Ridgeback 850", Made: "2020", Bought: "2022-04"}, "", nil, []string{"made"}},
		{"a colour that has no plain name", bench, item{Brand: "Oakvale", Name: "bench", Color: "brown", Bought: "2023-01"}, affected, nil, nil},
		{"fits, where chargers are recalled", charger, item{Brand: "Mullo", Name: "ride-on battery fits 6V or 12V cars", Bought: "2023-01"}, affected, nil, nil},
		{"made, the day before the month", trimmer, item{Brand: "Zundle", Name: "hedge trimmer", Model: "ZT6001", Made: "02/07/2021"}, check, []string{"serial"}, nil},
		{"bought before, either way", warmer, item{Brand: "Quindle", Name: "bottle warmer", Model: "QW-K03", Bought: "02/01/2021"}, "", nil, []string{"bought"}},
		{"bought, the day before the month, inside", warmer, item{Brand: "Quindle", Name: "bottle warmer", Model: "QW-K03", Bought: "01/05/2022"}, affected, nil, nil},
		{"a date in the lot field", formula, item{Brand: "Bramble", Name: "infant formula", Lot: "6/2025"}, check, []string{"date_code"}, nil},
		{"broad brand with its line", swing, item{Name: "fisher price Zorrum swing, clean"}, affected, nil, nil},
		{"broad brand, sibling", swing, item{Brand: "Fisher Price", Name: "Butterbloom swing"}, "", nil, nil},
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

// A sentence names what agrees, and nothing else.
func TestBecause(t *testing.T) {
	for _, tt := range []struct {
		recall *babyshield.Recall
		item   babyshield.Item
		want   string
	}{
		{gate, babyshield.Item{Brand: "Mullo", Name: "baby gate", Bought: "2023-01"}, "The brand and the name agree with the recall."},
		{granola, babyshield.Item{Brand: "Bramble", Lot: "QB1234567"}, "The brand agrees with the recall; the lot is inside its scope."},
		{granola, babyshield.Item{Name: "granola", Lot: "QB1234567"}, "The name agrees with the recall; the lot is inside its scope; compare the other details with the notice."},
		{granola, babyshield.Item{Name: "thing", Lot: "QB1234567"}, "Too little agrees with the recall to say that it is this product."},
		{granola, babyshield.Item{Name: "thing", GTIN: "B0QXABCD12"}, "The Amazon number is listed in the recall; not known: the lot."},
		{trimmer, babyshield.Item{Brand: "Zundle", Name: "hedge trimmer", Model: "ZT6001", Bought: "2019-01"}, "The recall names the brand or the model, but it was bought before the recalled ones were made."},
	} {
		if got := match.Compare(prepare(tt.recall), match.PrepareItem(&tt.item)).Because; got != tt.want {
			t.Errorf("%+v: %q, want %q", tt.item, got, tt.want)
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

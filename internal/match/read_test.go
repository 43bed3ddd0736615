package match_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/babyshield/babyshield"
	"github.com/babyshield/babyshield/internal/match"
)

// Each case reads one thing out of an invented notice. Only the fields that the
// case names are compared.
func TestRead(t *testing.T) {
	type fields = babyshield.RecalledProduct
	for _, tt := range []struct {
		name   string
		recall babyshield.Recall
		want   fields
	}{
		{"one model", babyshield.Recall{Details: "This recall involves Quindle bottle warmers with model number QW-K03. The warmers are white."}, fields{Models: []string{"QW-K03"}, Colors: []string{"white"}}},
		{"two models", babyshield.Recall{Details: "Models QN-RGFGSS1 and QN-RGFCGS2 are included in this recall."}, fields{Models: []string{"QN-RGFGSS1", "QN-RGFCGS2"}}},
		{"models with colours", babyshield.Recall{Details: "The model numbers are 80-503000 (blue) and 80-503050 (pink)."}, fields{Models: []string{"80-503000", "80-503050"}}},
		{"letters alone", babyshield.Recall{Details: "Ovens with model numbers QSSTTVFDXL, QSSTTVFDDG and QSSTTVFDMAF."}, fields{Models: []string{"QSSTTVFDXL", "QSSTTVFDDG", "QSSTTVFDMAF"}}},
		{"code with a blank", babyshield.Recall{Details: `"Model: PS 550" is printed on a label on the bottom of the product.`}, fields{Models: []string{"PS 550"}}},
		{"model after No.", babyshield.Recall{Details: `"Model No.: ZY2025" is printed on a label.`}, fields{Models: []string{"ZY2025"}}},
		{"SKUs", babyshield.Recall{Details: "The cribs have one of the following SKU numbers 246898, 534758 and 405394 along with the brand."}, fields{Models: []string{"246898", "534758", "405394"}}},
		{"beginning", babyshield.Recall{Details: "Recalled units have model numbers beginning with KFP300, 4KFP300 and RRKFP3."}, fields{Models: []string{"KFP300*", "4KFP300*", "RRKFP3*"}}},
		{"counted up", babyshield.Recall{Details: "Models QX101 through QX104 are recalled."}, fields{Models: []string{"QX101", "QX102", "QX103", "QX104"}}},
		{"measures are none", babyshield.Recall{Details: "The model measures 36 inches by 12 inches and weighs 20 pounds. All models have 24V batteries."}, fields{}},
		{"model years are no models", babyshield.Recall{Details: "This recall involves model year 2021 and 2022 bicycles."}, fields{Years: []int{2021, 2022}}},
		{"what is left out", babyshield.Recall{Details: "Model QA-100 is recalled. Model QA-200 is not included in this recall."}, fields{Models: []string{"QA-100"}, Excluded: babyshield.Excluded{Models: []string{"QA-200"}, Words: []string{"Model QA-200 is not included in this recall."}}}},
		{"UPC with blanks", babyshield.Recall{Details: "UPC 0 36000 29145 2 is on the box."}, fields{GTINs: []string{"00036000291452"}}},
		{"UPCs", babyshield.Recall{Details: "Model QB204 and UPC code 036000291452 or 012345678905 can be found on the packaging."}, fields{Models: []string{"QB204"}, GTINs: []string{"00036000291452", "00012345678905"}}},
		{"UPC with a wrong check digit", babyshield.Recall{Details: "UPC 036000291453 is on the box."}, fields{}},
		{"UPC field", babyshield.Recall{Products: []babyshield.ProductEntry{{Name: "Oat rings", UPCs: []string{"0 36000 29145 2"}}}}, fields{GTINs: []string{"00036000291452"}}},
		{"lots", babyshield.Recall{Details: "Only the following lot numbers are included in this recall: 35-22, 40-22 and 15-23."}, fields{Lots: []string{"35-22", "40-22", "15-23"}}},
		{"batch", babyshield.Recall{Details: `"Production Batch Number 202408" is printed on a label.`}, fields{Lots: []string{"202408"}}},
		{"all lots", babyshield.Recall{Products: []babyshield.ProductEntry{{Name: "Taro cakes", Codes: "All lot codes"}}}, fields{}},
		{"serial range", babyshield.Recall{Details: "Only blowers with serial numbers ranging from 546515117 to 547916107 are included in the recall."}, fields{Serials: []babyshield.Range{{From: "546515117", To: "547916107"}}}},
		{"serial ranges with dashes", babyshield.Recall{Details: "Trimmers with serial numbers within ranges LT21091D180001 - LT22365D060025 and RG23125N250001 - RG24252D101110."}, fields{Serials: []babyshield.Range{{From: "LT21091D180001", To: "LT22365D060025"}, {From: "RG23125N250001", To: "RG24252D101110"}}}},
		{"serial beginnings", babyshield.Recall{Details: "Cooktops with serial numbers beginning with prefixes LT, MT or RT."}, fields{Serials: []babyshield.Range{{From: "LT*"}, {From: "MT*"}, {From: "RT*"}}}},
		{"masked serial", babyshield.Recall{Details: "Serial numbers starting with 62xxxxxxxx are included in this recall."}, fields{Serials: []babyshield.Range{{From: "62*"}}}},
		{"date codes", babyshield.Recall{Details: "Toys with date codes 1952VE01, 0583VE01 and 0593VE01 are recalled."}, fields{DateCodes: []string{"1952VE01", "0583VE01", "0593VE01"}}},
		{"date code range", babyshield.Recall{Details: "Model 17249 with date codes between 16919 and 11122."}, fields{Models: []string{"17249"}, DateCodes: []string{"16919 to 11122"}}},
		{"printed date codes", babyshield.Recall{Details: "Only model number 100107 and date codes 21/3-23/10 are included in this recall."}, fields{Models: []string{"100107"}, DateCodes: []string{"21/3 to 23/10"}}},
		{"best by", babyshield.Recall{Products: []babyshield.ProductEntry{{Name: "Hunter mix", Codes: "BEST BY 01/28/27, 26/FEB/2027 Lot# 034320462, 034320562"}}}, fields{DateCodes: []string{"01/28/27", "26/FEB/2027"}, Lots: []string{"034320462", "034320562"}}},
		{"made between", babyshield.Recall{Details: "The stools were manufactured between March 2020 and May 2021."}, fields{Made: babyshield.Period{From: "2020-03", To: "2021-05"}}},
		{"made before", babyshield.Recall{Details: "Units with a manufactured date prior to May 2022 are recalled."}, fields{Made: babyshield.Period{To: "2022-05"}}},
		{"made, one year for both", babyshield.Recall{Details: "The affected units were manufactured between June and August 2001."}, fields{Made: babyshield.Period{From: "2001-06", To: "2001-08"}}},
		{"made in a place", babyshield.Recall{Details: "The gates were made in Freedonia. They are sold in white."}, fields{Colors: []string{"white"}}},
		{"sold period", babyshield.Recall{SoldAt: "Bramble Market and other stores nationwide and online at Bramble.com from November 2016 through April 2023 for about $30."}, fields{Sold: babyshield.Sold{From: "2016-11", To: "2023-04", At: []string{"Bramble Market", "Bramble.com"}}}},
		{"sold in a month", babyshield.Recall{SoldAt: "Online at Bramble.com in May 2024 for about $30."}, fields{Sold: babyshield.Sold{From: "2024-05", To: "2024-05", At: []string{"Bramble.com"}}}},
		{"two sold periods", babyshield.Recall{SoldAt: "Online from December 2020 through April 2025 for model A1, and from June 2019 through January 2024 for model B2."}, fields{Sold: babyshield.Sold{From: "2019-06", To: "2025-04"}}},
		{"entry's own model", babyshield.Recall{Products: []babyshield.ProductEntry{{Name: "Swing", Model: "SW-1, SW-2"}}, Details: "Model SW-9 is recalled."}, fields{Models: []string{"SW-1", "SW-2"}}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			got := match.Read(&tt.recall)
			if len(got) != 1 {
				t.Fatalf("got %d products, want 1", len(got))
			}
			ignore := cmpopts.IgnoreFields(fields{}, "Name", "Brand", "Brands", "Scope", "Category")
			if d := cmp.Diff(tt.want, got[0], ignore); d != "" {
				t.Errorf("product (-want +got):\n%s", d)
			}
		})
	}
}

func TestReadBrand(t *testing.T) {
	entry := func(name string) []babyshield.ProductEntry { return []babyshield.ProductEntry{{Name: name}} }
	for _, tt := range []struct {
		name   string
		recall babyshield.Recall
		brand  string
		others []string
	}{
		{"field", babyshield.Recall{Products: []babyshield.ProductEntry{{Name: "Swing", Brand: "Mullo"}}}, "Mullo", nil},
		{"name begins with it", babyshield.Recall{Title: "Quindex Baby Gates Recalled Due to Entrapment Hazard", Products: entry("Quindex Baby Gates")}, "Quindex", nil},
		{"behind a common word", babyshield.Recall{Products: entry("Children's QUINDEX Bed Rails")}, "QUINDEX", nil},
		{"two words", babyshield.Recall{Products: entry("Little Quorps Wooden Blocks")}, "Little Quorps", nil},
		{"no brand", babyshield.Recall{Title: "Baby Gates Recalled Due to Entrapment Hazard"}, "", nil},
		{"firm and line", babyshield.Recall{Title: "Bramble Yard Recalls Zundle Magnetic Displays Due to Laceration Hazard", Products: entry("Zundle Magnetic Displays")}, "Zundle", []string{"Bramble Yard"}},
		{"firm alone", babyshield.Recall{Title: "Bramble Yard Recalls Baby Rattles Due to Choking Hazard"}, "Bramble Yard", nil},
		{"recalled by", babyshield.Recall{Title: "Baby Rattles Recalled by Bramble Yard; Choking Hazard"}, "Bramble Yard", nil},
		{"announce", babyshield.Recall{Title: "CPSC, Bramble Yard Inc. Announce Recall of Plush Toys"}, "Bramble Yard", nil},
		{"plural firms", babyshield.Recall{Title: "Bramble Yard and Quindex Recall Baby Walkers"}, "Bramble Yard", []string{"Quindex"}},
		{"seller in the title", babyshield.Recall{Title: "Baby Loungers Recalled Due to Fall Hazard; Sold Exclusively on Amazon by Quindex"}, "Quindex", nil},
		{"branded", babyshield.Recall{Title: "Baby Loungers Recalled", Details: "This recall involves Quindex-branded baby loungers."}, "Quindex", nil},
		{"quoted", babyshield.Recall{Title: "Baby Loungers Recalled", Details: `The loungers are gray. "QUINDEX" is printed on the label.`}, "QUINDEX", nil},
		{"brand names", babyshield.Recall{Title: "Spas Recalled", Details: "They are sold under the brand names Quindex, Zundle and Bramble-Yard."}, "Quindex", []string{"Zundle", "Bramble-Yard"}},
		{"doing business as", babyshield.Recall{Title: "Baby Loungers Recalled", Firms: []babyshield.Firm{{Role: "importer", Name: "Farland Xu Trading Co. Ltd., dba Quindex, of Farland"}}}, "Quindex", []string{"Farland Xu Trading"}},
		{"firm says where the brand ends", babyshield.Recall{Title: "Quindex Zorro Shades Recalled", Products: entry("Quindex Zorro Shades"), Firms: []babyshield.Firm{{Role: "manufacturer", Name: "Quindex Inc., of Farland"}}}, "Quindex", nil},
		{"ordinary words that the prose never writes small", babyshield.Recall{Title: "Bramble Yard Recalls Crimson Meadow Foam Rollers", Products: entry("Crimson Meadow Foam Rollers"), Details: "This recall involves Crimson Meadow Foam Rollers. The foam rollers are green."}, "Crimson Meadow", []string{"Bramble Yard"}},
		{"words that the prose writes small", babyshield.Recall{Title: "Levitoro Lamps Recalled", Products: entry("Levitoro Lamps"), Details: "The recalled levitoro lamps are green."}, "", nil},
		{"one ordinary word", babyshield.Recall{Title: "Bramble Yard Recalls Helmets", Products: entry("Hasten Multi-Purpose Helmet"), Details: "This recall involves the Hasten multi-purpose helmet. The helmets are blue."}, "Hasten", []string{"Bramble Yard"}},
		{"number in front", babyshield.Recall{Title: "19 Meadows Furniture Dressers Recalled Due to Tip-Over", Products: entry("19 Meadows Furniture 18-Drawer Dressers")}, "19 Meadows", nil},
		{"several products", babyshield.Recall{Title: "Bramble Yard Recalls Laundry Packets", Products: entry("Quindex Pods, Zundle Flings and Mullo Pods laundry packets")}, "Quindex", []string{"Zundle", "Mullo", "Bramble Yard"}},
		{"list of brands", babyshield.Recall{Title: "Dressers Recalled", Products: entry("Quindex, Zundle and Mullo-branded Dressers")}, "Quindex", []string{"Zundle", "Mullo"}},
		{"trade mark sign", babyshield.Recall{Title: "Crumb & Kettle® with Lavender Toy Sorters Recalled", Products: entry("Toy Sorters")}, "Crumb & Kettle", nil},
		{"printed, of ordinary words", babyshield.Recall{Title: "Bramble Yard Recalls Angry Lemon Stain Removers", Products: entry("Angry Lemon Stain Removers"), Details: `The bottles are angry and lemon. "Angry Lemon" is printed on the front.`}, "Angry Lemon", []string{"Bramble Yard"}},
		{"site", babyshield.Recall{Title: "Quindex Treadmills Recalled", Products: entry("Quindex T9800 treadmills"), SoldAt: "Online at quindexfitness.com from May 2020."}, "Quindex", []string{"Quindex Fitness"}},
		{"end of a firm's name", babyshield.Recall{Title: "Bramblet Q-Z-GO Recalls Golf Cars", Products: entry("Q-Z-GO Golf Cars")}, "Q-Z-GO", []string{"Bramblet Q-Z-GO"}},
		{"beginning of a firm's name", babyshield.Recall{Title: "Bramble Lakes Wholesale Trading Recalls Batteries", Products: entry("Bramble Lakes Button Cell Batteries")}, "Bramble Lakes", []string{"Bramble Lakes Wholesale Trading"}},
		{"legal form and place", babyshield.Recall{Title: "Cargo Bicycles Recalled; Manufactured by Quindex B.V.", Firms: []babyshield.Firm{{Role: "manufacturer", Name: "Quindex B.V., of the Farlands"}}}, "Quindex", nil},
		{"place behind from", babyshield.Recall{Title: "Stems Recalled", Firms: []babyshield.Firm{{Role: "distributor", Name: "The Wheel Group, dba Quindex Parts, from Farville, Farland"}}}, "Quindex Parts", []string{"The Wheel Group"}},
		{"does business under several", babyshield.Recall{Title: "Dressers Recalled", Firms: []babyshield.Firm{{Role: "importer", Name: "Mullo LLC, dba Quindex, Zundle and Mullohome, of Farland"}}}, "Quindex", []string{"Zundle", "Mullohome", "Mullo"}},
		{"the only shop", babyshield.Recall{Title: "Quindex Recalls Tumblers; Sold Exclusively at Mullo Stores", Products: entry("Tumblers")}, "Quindex", []string{"Mullo"}},
		{"market place", babyshield.Recall{Title: "Quindex Recalls Tumblers; Sold Exclusively on Amazon.com", Products: entry("Tumblers")}, "Quindex", nil},
		{"possessive firm", babyshield.Recall{Title: "Mullo's Recalls Pajamas", Products: entry("Pajamas")}, "Mullo's", nil},
		{"model", babyshield.Recall{Title: "Table Saws Recalled", Products: entry("G0815 Table Saws")}, "", nil},
		{"label of a food", babyshield.Recall{Title: "Crackers Recalled", Products: entry("Quindex Crackers, Net Wt. 5 oz, Contains: Wheat, Mullo Foods, Zundleville")}, "Quindex", nil},
		{"used with", babyshield.Recall{Title: "Quindex Recalls Chargers", Products: entry("Chargers for DeWalt Drills")}, "Quindex", nil},
		{"agency", babyshield.Recall{Title: "CPSC, Mullo Store Announce Recall of Toy Drums"}, "Mullo Store", nil},
		{"retailers are none", babyshield.Recall{Title: "Baby Loungers Recalled", Firms: []babyshield.Firm{{Role: "retailer", Name: "Bramble Market"}}}, "", nil},
	} {
		t.Run(tt.name, func(t *testing.T) {
			p := match.Read(&tt.recall)[0]
			if d := cmp.Diff(tt.brand, p.Brand); d != "" {
				t.Errorf("brand (-want +got):\n%s", d)
			}
			if d := cmp.Diff(tt.others, p.Brands, cmpopts.EquateEmpty()); d != "" {
				t.Errorf("other names (-want +got):\n%s", d)
			}
		})
	}
}

func TestReadScope(t *testing.T) {
	p := match.Read(&babyshield.Recall{
		Title:   "Quindex Gates Recalled",
		Details: "Model QG-1 with lot number L1234 and serial numbers from 100000 to 200000, manufactured in May 2021.",
		SoldAt:  "Online from June 2021 through July 2022.",
	})[0]
	if d := cmp.Diff([]string{"model", "lot", "serial", "made", "bought"}, p.Scope.Fields); d != "" {
		t.Errorf("fields (-want +got):\n%s", d)
	}
	if len(p.Scope.Sources) == 0 {
		t.Error("no source of the scope")
	}
}

// Products keep their order, and each its own codes.
func TestReadLines(t *testing.T) {
	got := match.Read(&babyshield.Recall{
		Title: "Bramble Foods Recalls Lemons",
		Products: []babyshield.ProductEntry{
			{Key: "F-1", Name: "Lemons, 2 lb bag, UPC 0 36000 29145 2", Codes: "Lot: A1001, A1002"},
			{Key: "F-2", Name: "Limes, 2 lb bag", Codes: "Lot: B2001; Best by 05/2026"},
		},
	})
	want := []babyshield.RecalledProduct{
		{Key: "F-1", Name: "Lemons, 2 lb bag, UPC 0 36000 29145 2", GTINs: []string{"00036000291452"}, Lots: []string{"A1001", "A1002"}},
		{Key: "F-2", Name: "Limes, 2 lb bag", Lots: []string{"B2001"}, DateCodes: []string{"05/2026"}},
	}
	ignore := cmpopts.IgnoreFields(babyshield.RecalledProduct{}, "Brand", "Brands", "Scope")
	if d := cmp.Diff(want, got, ignore); d != "" {
		t.Errorf("products (-want +got):\n%s", d)
	}
}

package match_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/babyshield/babyshield"
	"github.com/babyshield/babyshield/internal/match"
)

// Each case reads one thing; only codes, periods, years and what is left out are
// compared.
func TestReadLists(t *testing.T) {
	type fields = babyshield.RecalledProduct
	one := func(from, to string) []babyshield.Range { return []babyshield.Range{{From: from, To: to}} }
	for _, tt := range []struct {
		name, text string
		want       fields
	}{
		{"ending", "Production codes ending in 0123 or 1223 are recalled.", fields{DateCodes: []string{"*0123", "*1223"}}},
		{"serial ending", "Only units with serial numbers ending in QX or QZ are included.", fields{Serials: []babyshield.Range{{From: "*QX"}, {From: "*QZ"}}}},
		{"containing", "The units have serial numbers containing 15914 or 19203.", fields{Serials: []babyshield.Range{{From: "*15914*"}, {From: "*19203*"}}}},
		{"beginnings in a range", "The serial numbers begin with QJG, QJH and QJK00 to QJK33.", fields{Serials: []babyshield.Range{{From: "QJG*"}, {From: "QJH*"}, {From: "QJK00", To: "QJK33*"}}}},
		{"beginning, said twice", `The serial number, which begins with S/N "61", is on the label.`, fields{Serials: []babyshield.Range{{From: "61*"}}}},
		{"letters after a detour", "The serial numbers for the affected models begin with one of the following two letter combinations: DR, FR, GR.", fields{Serials: []babyshield.Range{{From: "DR*"}, {From: "FR*"}, {From: "GR*"}}}},
		{"range after a detour", "The serial range of the recalled vehicles is 000000 to 014034.", fields{Serials: one("000000", "014034")}},
		{"list after a colon", "It was sold with the following model numbers and color combinations: 700000 (blue basket with tan cart,) 708500 (pink basket) and 8567KL.", fields{Models: []string{"700000", "708500", "8567KL"}}},
		{"list after are", "Affected lot numbers for units sold without a pump are 211102 and 211103.", fields{Lots: []string{"211102", "211103"}}},
		{"lot range", "Lot numbers between 220402 and 240152 are recalled.", fields{Lots: []string{"220402 to 240152"}}},
		{"lot range counted up", "Lots A1001 through A1003 are recalled.", fields{Lots: []string{"A1001", "A1002", "A1003"}}},
		{"lot with letters behind", `Lot code "208150 AJ" is printed on a label.`, fields{Lots: []string{"208150 AJ"}}},
		{"lots of two pairs", "The batch numbers are 10 23, 12 23 and 02 24.", fields{Lots: []string{"10 23", "12 23", "02 24"}}},
		{"lots with remarks", "Lot code: 152, after 15:00; 153, any time", fields{Lots: []string{"152", "153"}}},
		{"heat codes", "Heat codes requiring replacement include: E22QM483 and C23QM320.", fields{Lots: []string{"E22QM483", "C23QM320"}}},
		{"two ranges between", "Last 8 digits of the VIN between: NT808000 and NT808150 and between NT100101 and NT101060.", fields{Serials: []babyshield.Range{{From: "NT808000", To: "NT808150"}, {From: "NT100101", To: "NT101060"}}}},
		{"open upwards stays unread", "Serial numbers 500123 and higher are recalled.", fields{}},
		{"open downwards stays unread", "Batch 20260212, best by 5/13/2026 and all prior batches.", fields{}},
		{"bounds of two looks stay unread", "The serial numbers range between 207986920110001 and QOAR2112048400.", fields{}},
		{"an example is no list", "The serial number is on the label (e.g. QHM000001).", fields{}},
		{"named model", "The 10-quart QUAF-10 model is black. The 9-quart QUAF-005 model is gray.", fields{Models: []string{"QUAF-10", "QUAF-005"}}},
		{"brand is no model", "It comes in several models of the QUINDEX Steam Mop.", fields{}},
		{"edition", `The model number "F7 Pro" is on the frame.`, fields{Models: []string{"F7 Pro"}}},
		{"parts besides", "In addition, this recall involves accessory kits with part numbers 2417296 and 2417297.", fields{}},
		{"part itself", "This recall involves tunnels with part numbers QZXX0182 and QZXX0192.", fields{Models: []string{"QZXX0182", "QZXX0192"}}},
		{"no watts", "Steamers models 1985, 1985T, 2151, 2151T, 2151W and 2151V are recalled.", fields{Models: []string{"1985", "1985T", "2151", "2151T", "2151W", "2151V"}}},
		{"ASIN", "The purse (Amazon ASIN B08MB3CJD6) is green. The label shows FNSKU X003FFPT63.", fields{ASINs: []string{"B08MB3CJD6", "X003FFPT63"}}},
		{"through and including", "Date codes 0306 through and including 0432 are recalled.", fields{DateCodes: []string{"0306 to 0432"}}},
		{"announced twice in a range", "Sell by 7/9/24 THROUGH Sell by 7/26/24", fields{DateCodes: []string{"7/9/24 to 7/26/24"}}},
		{"date of three pairs", "BEST IF ENJOYED BY: 07 15 26", fields{DateCodes: []string{"07 15 26"}}},
		{"date codes with a plant", "The manufacturing date code is either 07/22 NH or 08/22 NH.", fields{DateCodes: []string{"07/22", "08/22"}, Made: babyshield.Period{}}},
		{"date format", "Curling irons with a date code between 0722 and 1223. The code is in the format MMYY.", fields{DateCodes: []string{"0722 to 1223"}, DateFormat: "MMYY", Made: babyshield.Period{From: "2022-07-01", To: "2023-12-31"}}},
		{"weeks", "They have one of the following date codes (YYWW): 2318, 2322.", fields{DateCodes: []string{"2318", "2322"}, DateFormat: "YYWW", Made: babyshield.Period{From: "2023-04-24", To: "2023-06-11"}}},
		{"best-by is not made", "Best by 0727 or 0827 in the format MMYY.", fields{DateCodes: []string{"0727", "0827"}, DateFormat: "MMYY"}},
		{"made on several days", "Lot Code: 26J059877 Dates of Manufacture: 04/27/2026 Lot Code: 26J059878 Dates of Manufacture: 04/28/2026", fields{Lots: []string{"26J059877", "26J059878"}, Made: babyshield.Period{From: "2026-04-27", To: "2026-04-28"}}},
		{"made in several months", "The beds were manufactured in February 2018, June 2018, and December 2019.", fields{Made: babyshield.Period{From: "2018-02", To: "2019-12"}}},
		{"made, with remarks", "They were manufactured from January 1, 2013 (date code 13011) through August 24, 2020 (date code 20352).", fields{DateCodes: []string{"13011", "20352"}, Made: babyshield.Period{From: "2013-01-01", To: "2020-08-24"}}},
		{"made and prior", "Only units manufactured in 2022 and prior are included.", fields{Made: babyshield.Period{To: "2022"}}},
		{"best-by behind made", "Production Lot Code: 12426 Expiration Date: 4/8/2026", fields{Lots: []string{"12426"}, DateCodes: []string{"4/8/2026"}}},
		{"model years", "This recall involves model year 2017-2019 and 2021 Quindex carts.", fields{Years: []int{2017, 2018, 2019, 2021}}},
		{"years before a name", "This recall involves 2022-2023 Quindex 950 vehicles.", fields{Years: []int{2022, 2023}}},
		{"a power is no year", "This recall includes 2000 Watt heaters.", fields{}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			got := match.Read(&babyshield.Recall{Details: tt.text})[0]
			ignore := cmpopts.IgnoreFields(fields{}, "Name", "Brand", "Brands", "Scope", "Category", "Colors", "Sizes", "Sold", "Excluded")
			if d := cmp.Diff(tt.want, got, ignore, cmpopts.EquateEmpty()); d != "" {
				t.Errorf("product (-want +got):\n%s", d)
			}
		})
	}
}

func TestReadExcluded(t *testing.T) {
	for _, tt := range []struct {
		name, text string
		models     []string
		excluded   babyshield.Excluded
	}{
		{"sentence", "Model QA-100 is recalled. Models QA-200 and QA-300 are not included.", []string{"QA-100"}, babyshield.Excluded{Models: []string{"QA-200", "QA-300"}, Words: []string{"Models QA-200 and QA-300 are not included."}}},
		{"clause", "Models QA-100 and QA-101 are recalled; model QA-200 is not affected.", []string{"QA-100", "QA-101"}, babyshield.Excluded{Models: []string{"QA-200"}, Words: []string{"model QA-200 is not affected."}}},
		{"except", "All models are recalled except model QA-200.", nil, babyshield.Excluded{Models: []string{"QA-200"}, Words: []string{"except model QA-200."}}},
		{"lots", "Model QA-100 is recalled. Lot L2001 is not part of this recall.", []string{"QA-100"}, babyshield.Excluded{Lots: []string{"L2001"}, Words: []string{"Lot L2001 is not part of this recall."}}},
		{"by a mark", "Model QA-100 is recalled. Units with a green dot on the box are not affected.", []string{"QA-100"}, babyshield.Excluded{Words: []string{"Units with a green dot on the box are not affected."}}},
		{"some units of a recalled model", "Model QA-100 is recalled. Units of model QA-100 made after May 2023 are not included.", []string{"QA-100"}, babyshield.Excluded{Words: []string{"Units of model QA-100 made after May 2023 are not included."}}},
		{"batteries are no units", "This recall involves model QA-100 (batteries not included).", []string{"QA-100"}, babyshield.Excluded{}},
		{"injuries are no units", "Model QA-100 is recalled. No other injuries were reported.", []string{"QA-100"}, babyshield.Excluded{}},
		{"labels of food are no units", "The label of item number QA-100 does not include milk.", []string{"QA-100"}, babyshield.Excluded{}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			p := match.Read(&babyshield.Recall{Details: tt.text})[0]
			if d := cmp.Diff(tt.models, p.Models, cmpopts.EquateEmpty()); d != "" {
				t.Errorf("models (-want +got):\n%s", d)
			}
			if d := cmp.Diff(tt.excluded, p.Excluded, cmpopts.EquateEmpty()); d != "" {
				t.Errorf("excluded (-want +got):\n%s", d)
			}
		})
	}
}

func TestReadAll(t *testing.T) {
	for text, want := range map[string]bool{
		"This recall involves all Quindex gates.":                       true,
		"All lot codes are included in this recall.":                    true,
		"This recall involves all VINs of model year 2024 carts.":       true,
		"This recall involves Quindex gates. All models have a ladder.": false,
		"This recall involves Quindex All Natural cleaner.":             false,
	} {
		if p := match.Read(&babyshield.Recall{Details: text})[0]; p.Scope.All != want {
			t.Errorf("%q: all is %v, want %v", text, p.Scope.All, want)
		}
	}
	for codes, want := range map[string]bool{"All lot codes": true, "All lots.": true, "All lots shipped before 2/23/2024": false, "All lot codes of 369 and below": false} {
		p := match.Read(&babyshield.Recall{Products: []babyshield.ProductEntry{{Name: "Taro cakes", Codes: codes}}})[0]
		if p.Scope.All != want {
			t.Errorf("%q: all is %v, want %v", codes, p.Scope.All, want)
		}
	}
}

func TestReadLook(t *testing.T) {
	for _, tt := range []struct {
		text          string
		colors, sizes []string
		decides       []string
	}{
		{"The gates were sold in gray, light blue, rustic brown and hot pink.", []string{"gray", "light blue", "rustic brown", "hot pink"}, nil, nil},
		{"They were sold in the following colors: red, navy and white.", []string{"red", "navy", "white"}, nil, nil},
		{"They were sold in beige (model QB1) and gray (model QB2).", []string{"beige", "gray"}, nil, nil},
		{"The robes were sold in sizes 2T, 3-4, S and M.", nil, []string{"2T", "3-4", "S", "M"}, nil},
		{"The robes were sold in sizes 12M through 12Y.", nil, []string{"12M to 12Y"}, nil},
		{"The gates were sold in blue and red. Only the blue gates are included in this recall.", []string{"blue"}, nil, []string{"color"}},
		{"The robes come in sizes S, M and L. Only robes in size S are recalled.", nil, []string{"S"}, []string{"size"}},
		{"The gates were sold only in white.", nil, nil, nil},
		{"The gate is made of wood.", nil, nil, nil},
	} {
		p := match.Read(&babyshield.Recall{Details: tt.text})[0]
		if strings.Contains(tt.text, "only in white") {
			tt.colors = p.Colors // read or not, it must not decide
		}
		if d := cmp.Diff(tt.colors, p.Colors, cmpopts.EquateEmpty()); d != "" {
			t.Errorf("%q: colors (-want +got):\n%s", tt.text, d)
		}
		if d := cmp.Diff(tt.sizes, p.Sizes, cmpopts.EquateEmpty()); d != "" {
			t.Errorf("%q: sizes (-want +got):\n%s", tt.text, d)
		}
		var decides []string
		for _, f := range p.Scope.Fields {
			if f == "color" || f == "size" {
				decides = append(decides, f)
			}
		}
		if !slices.Equal(decides, tt.decides) {
			t.Errorf("%q: decides %v, want %v", tt.text, decides, tt.decides)
		}
	}
}

func TestReadSellers(t *testing.T) {
	for _, tt := range []struct {
		title, soldAt string
		at            []string
		only          bool
	}{
		{"Baby Loungers Recalled; Sold Exclusively on Amazon.com by Quindex", "Amazon.com from May 2023 through June 2024 for about $30.", []string{"Amazon.com", "Quindex"}, true},
		{"Chess Games Recalled; Sold Exclusively on Temu.com through Mullo Good Life", "Exclusively online at Temu.com from May 2023 through June 2024.", []string{"Temu.com", "Mullo Good Life"}, true},
		{"Games Recalled; Sold on Amazon by Quindex and Zundle; Imported by Farland", "Online at Amazon.com in May 2024.", []string{"Amazon.com", "Amazon", "Quindex", "Zundle"}, false},
		{"Chairs Recalled", "About 940 of these chairs were sold exclusively at Bramble Market stores nationwide from May 2023.", []string{"Bramble Market"}, true},
		{"Tools Recalled", "Hardware and home improvement stores nationwide from June 2020.", nil, false},
		{"Oat rings", "NY, NJ, and North Carolina", nil, false},
		{"Oat rings", "Distributed to wholesaler in NY", nil, false},
	} {
		p := match.Read(&babyshield.Recall{Title: tt.title, SoldAt: tt.soldAt})[0]
		if d := cmp.Diff(tt.at, p.Sold.At, cmpopts.EquateEmpty()); d != "" {
			t.Errorf("%q, %q: sellers (-want +got):\n%s", tt.title, tt.soldAt, d)
		}
		if tt.only && !p.Sold.Only && !strings.HasPrefix(tt.soldAt, "About") {
			t.Errorf("%q, %q: not said to be the only ones", tt.title, tt.soldAt)
		}
	}
}

// Every field that has values names the words that they came from, and the first
// value of each stands in them.
func TestReadSources(t *testing.T) {
	p := match.Read(&babyshield.Recall{
		Title:   "Quindex Gates Recalled; Sold on Amazon by Mullo",
		Details: "This recall involves all 2022 Quindex gates. Model QG-100 with lot number L12345, UPC 036000291452 and serial numbers from 100000 to 200000. ASIN B08MB3CJD6. Date code 0722. They were manufactured in May 2021. They were sold in gray and in sizes S and M. Model QG-200 is not included.",
		SoldAt:  "Amazon.com from June 2021 through July 2022.",
	})[0]
	for field, value := range map[string]string{
		"model": "QG-100", "lot": "L12345", "gtin": "036000291452", "serial": "100000", "asin": "B08MB3CJD6", "date_code": "0722", "made": "May 2021",
		"color": "gray", "size": "S and M", "bought": "June 2021", "seller": "Amazon", "years": "2022", "all": "all", "excluded": "QG-200",
	} {
		found := slices.ContainsFunc(p.Scope.Sources, func(s babyshield.Source) bool {
			return s.Field == field && strings.Contains(s.Words, value)
		})
		if !found {
			t.Errorf("%s: %q stands in no source: %v", field, value, p.Scope.Sources)
		}
	}
}

// TestReadLinear: twice the text costs about twice, never four times. Each size is
// measured at its best of several, so that a busy machine does not decide.
func TestReadLinear(t *testing.T) {
	more := map[string]string{
		"headings":  "Model Number Serial Number Range ",
		"table":     "QB-5810H P61312001001 to P61312002590 ",
		"colors":    "sold in red, ",
		"sizes":     "sizes S, M ",
		"except":    "except model ",
		"years":     "2018-2019 model year ",
		"detours":   "serial numbers for the ",
		"remarks":   "manufactured (a) ",
		"formats":   "MM/YY/",
		"glued":     "oven036000291452",
		"exclusive": "sold exclusively on ",
	}
	cost := func(s string) time.Duration {
		r, _ := everywhere("Model Number UPC " + s)
		best := time.Hour
		for range 5 {
			start := time.Now()
			match.Read(r)
			best = min(best, time.Since(start))
		}
		return best
	}
	for name, part := range more {
		small, large := cost(strings.Repeat(part, 5_000/len(part))), cost(strings.Repeat(part, 20_000/len(part)))
		if large > 10*small && large > 20*time.Millisecond { // four times the text; a square would be sixteen
			t.Errorf("%s: %s for 5,000 bytes, %s for 20,000", name, small, large)
		}
	}
}

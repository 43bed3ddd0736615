package match_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/babyshield/babyshield"
	"github.com/babyshield/babyshield/internal/match"
)

// Tables as they arrive: without lines and columns.
func TestReadTable(t *testing.T) {
	type fields = babyshield.RecalledProduct
	ranges := func(pairs ...string) (out []babyshield.Range) {
		for i := 0; i < len(pairs); i += 2 {
			out = append(out, babyshield.Range{From: pairs[i], To: pairs[i+1]})
		}
		return out
	}
	for _, tt := range []struct {
		name, text string
		want       fields
	}{
		{"name and model", `The following model numbers are included: Name Model 36" Quindle Range QF36450G/BK/P QF36450G/BK/P/LP 48" Quindle Range-4 Burners QF48450DG/S/P`, fields{Models: []string{"QF36450G/BK/P", "QF36450G/BK/P/LP", "QF48450DG/S/P"}}},
		{"model and barcode", "Cube Sets Model UPC Bold, 24 Cubes 1000199 036000291452 Glitter Cubes, 27 Cubes 1000250 012345678905", fields{Models: []string{"1000199", "1000250"}, GTINs: []string{"00036000291452", "00012345678905"}}},
		{"barcode with blanks", "Model UPC QGS011F 0 36000 29145 2 QGS011S 0 12345 67890 5", fields{Models: []string{"QGS011F", "QGS011S"}, GTINs: []string{"00036000291452", "00012345678905"}}},
		{"barcodes first", "The label shows: Product Name UPC Codes Model Numbers Coffee Maker 036000291452, 012345678905 708924 708925", fields{Models: []string{"708924", "708925"}, GTINs: []string{"00036000291452", "00012345678905"}}},
		{"model and serial range", "Model Number Serial Number Range QB-5810H P61312001001 to P61312002590 QB-5810T P61212001001 to P61212004155", fields{Models: []string{"QB-5810H", "QB-5810T"}, Serials: ranges("P61312001001", "P61312002590", "P61212001001", "P61212004155")}},
		{"several ranges a model", "Model Number Serial Number Range QCRE305CBW VF34601466 thru VF34601608, VF34508449 thru VF34508592 QCRG3051BW VF34504801 thru VF34504942", fields{Models: []string{"QCRE305CBW", "QCRG3051BW"}, Serials: ranges("VF34601466", "VF34601608", "VF34508449", "VF34508592", "VF34504801", "VF34504942")}},
		{"between", "Model Number Serial Number QFMIS121 Between A2001 and A2310", fields{Models: []string{"QFMIS121"}, Serials: ranges("A2001", "A2310")}},
		{"masked range", "Model Numbers Serial Numbers QEK1722SX (Stainless) YA325***** thru YA724***** QEK1722ER (Red) YB325***** thru YB724*****", fields{Models: []string{"QEK1722SX", "QEK1722ER"}, Serials: ranges("YA325", "YA724*", "YB325", "YB724*")}},
		{"bounds in columns", "Product Model No. Serial No. (From) Serial No. (To) Grease Gun QPG01S1 0137895 0143614 163962 164761", fields{Models: []string{"QPG01S1"}, Serials: ranges("0137895", "0143614", "163962", "164761")}},
		{"prefix and bounds", "Model Year Model Name Serial Number Prefix From To 2016 DRIVE PTV (EFI) JC0 0700101 0706598 2017 DRIVE FLEET JC2 0300101 0312000", fields{Years: []int{2016, 2017}, Serials: ranges("JC00700101", "JC00706598", "JC20300101", "JC20312000")}},
		{"first digits", "Model Numbers Serial Numbers (first 8 digits) 13110003 31QK30-01 or 31QK30-02 13110005 31QK30-03", fields{Models: []string{"13110003", "13110005"}, Serials: ranges("31QK30-01*", "", "31QK30-02*", "", "31QK30-03*", "")}},
		{"vehicles", "Product Name Model Number Vehicle Identification Number 2025 QX450 QX450MSFNN JKAKXGMCSA008598 - JKAKXGMCSA011475", fields{Models: []string{"QX450", "QX450MSFNN"}, Serials: ranges("JKAKXGMCSA008598", "JKAKXGMCSA011475")}},
		{"one vehicle is no list", "Model Numbers VIN Retail Price KAT1000ARFNN JKAATCA12RB500001 18799 KAT1000BRFNN JKAATCB14RB500001 16799", fields{Models: []string{"KAT1000ARFNN", "KAT1000BRFNN"}}},
		{"model and batches", "Color SKU Batch Number Almond Loop M11288ATLB WC0234712405 WC0238412406 Latte Loop M11288LTDB WC0229042401", fields{Models: []string{"M11288ATLB", "M11288LTDB"}, Lots: []string{"WC0234712405", "WC0238412406", "WC0229042401"}}},
		{"lots first", "Name Size Lot Number SKU Deep Oil 10 ml 183055, 183232, 190882 60200144 Past Oil 10 ml 182621, 190072 31350001", fields{Models: []string{"60200144", "31350001"}, Lots: []string{"183055", "183232", "190882", "182621", "190072"}}},
		{"prose goes on behind it", "Model# Name Batch Number QSCT334 Silent 5X-1017 5X-1517 QSCT355 Apache 5X-5317 The UPC code for the stands is 036000291452", fields{Models: []string{"QSCT334", "QSCT355"}, Lots: []string{"5X-1017", "5X-1517", "5X-5317"}, GTINs: []string{"00036000291452"}}},
		{"years", "Make & Model Model Years Quindle Classic 2018-2020 Quindle 750 Crew 2022", fields{Years: []int{2018, 2019, 2020, 2022}}},
		{"glued barcodes", "The UPC code is on the box.Covered oven036000291452Oval oven012345678905", fields{GTINs: []string{"00036000291452", "00012345678905"}}},
		{"headings of prose", "The Model Number and Serial Number can be found on a label 36 inches above the floor.", fields{}},
		{"sizes and prices are no codes", "Style Size Retail Price Gate 36x48 12-inch 199", fields{}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			got := match.Read(&babyshield.Recall{Details: tt.text})[0]
			ignore := cmpopts.IgnoreFields(fields{}, "Name", "Brand", "Brands", "Scope", "Category", "Colors", "Sizes", "Made")
			if d := cmp.Diff(tt.want, got, ignore, cmpopts.EquateEmpty()); d != "" {
				t.Errorf("product (-want +got):\n%s", d)
			}
		})
	}
}

// Where the cells of a table cannot be told apart, what would call units
// unaffected stays unread.
func TestReadTableUnsure(t *testing.T) {
	for _, text := range []string{
		"Name Serial Number Swing A1001 Gate A1002 Crib A1003 Tent A1004 Cot 77123",
		"Product Serial Number Range Start Serial Number Range End Boiler QT000568 QT0053624 Boiler QT0053625 QT0053626",
	} {
		p := match.Read(&babyshield.Recall{Details: text})[0]
		if len(p.Serials) > 0 {
			t.Errorf("%q: serials %v, want none", text, p.Serials)
		}
	}
}

func FuzzReadTable(f *testing.F) {
	f.Add("Model Number Serial Number Range", "QB-5810H P61312001001 to P61312002590")
	f.Add("Serial Number Prefix From To", "JC0 0700101 0706598")
	f.Add("SKU UPC Lot", "0 36000 29145 2 A17 B0")
	f.Fuzz(func(t *testing.T, heads, rows string) {
		p := match.Read(&babyshield.Recall{Details: heads + " " + rows})[0]
		text := strings.ToLower(heads + " " + rows)
		for _, m := range p.Models {
			if m = strings.Trim(strings.ToLower(m), "*"); !strings.Contains(m, " ") && !strings.Contains(m, " to ") && m != "" && len(p.Models) < 2 && isASCII(text) && !strings.ContainsAny(text, "'\"") && !strings.Contains(text, m) {
				t.Fatalf("model %q is not in %q", m, text)
			}
		}
	})
}

func isASCII(s string) bool { return strings.IndexFunc(s, func(r rune) bool { return r > 126 }) < 0 }

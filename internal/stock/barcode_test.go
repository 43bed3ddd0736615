package stock_test

import (
	"strings"
	"testing"

	"github.com/babyshield/babyshield"
)

// A barcode is repaired where its check digit proves the repair; else the row says
// what is wrong, as damage only where a spreadsheet surely did it.
func TestBarcodes(t *testing.T) {
	for _, tt := range []struct{ name, cell, want, problem, note string }{
		{"as it is", "036000291452", "036000291452", "", ""},
		{"blanks", "0 36000 29145 2", "036000291452", "", ""},
		{"dashes", "0-36000-29145-2", "036000291452", "", ""},
		{"more zeros", "00036000291452", "00036000291452", "", ""},
		{"lost zero", "36000291452", "036000291452", "", ""},
		{"two lost zeros", "1234500007", "001234500007", "", ""},
		{"lost zero, wrong check digit", "36000291453", "36000291453", "", "a spreadsheet may have damaged it"},
		{"wrong check digit", "036000291453", "036000291453", "", "check digit is wrong"},
		{"a shop's own", "2012345678903", "2012345678903", "", "a shop's own number"},
		{"spreadsheet decimal", "36000291452.0", "036000291452", "", ""},
		{"decimal comma", `"36000291452,00"`, "036000291452", "", ""},
		{"a fraction", "36000291452.5", "36000291452.5", "", "is no barcode number"},
		{"thousands", `"36,000,291,452"`, "036000291452", "", ""},
		{"thousands with points", "36.000.291.452", "036000291452", "", ""},
		{"thousands, wrong", `"36,000,291,453"`, "36,000,291,453", "", "is no barcode number"},
		{"apostrophe", "'036000291452", "036000291452", "", ""},
		{"formula text", `"=""036000291452"""`, "036000291452", "", ""},
		{"exponent with all digits", "8.54123456783E+11", "854123456783", "", ""},
		{"exponent with all digits, lost zero", "3.6000291452E+10", "036000291452", "", ""},
		{"exponent, decimal comma", `"8,54123456783E+11"`, "854123456783", "", ""},
		{"exponent, wrong check digit", "8.54123456784E+11", "", "its digits are lost", ""},
		{"exponent without", "8.54123E+11", "", "its digits are lost", ""},
		{"exponent, short", "8.54E+11", "", "its digits are lost", ""},
		{"a date", "12/05/2003", "", "it made a date of it", ""},
		{"a date whose digits pass for an EAN-8", "1999-12-36", "", "it made a date of it", ""},
		{"a day", "5-Oct", "", "it made a date of it", ""},
		{"UPC-E", "04252614", "04252614", "", ""},
		{"ITF-14", "10036000291459", "10036000291459", "", ""},
		{"digital link", "https://id.example.org/01/00036000291452/10/LOT1?17=270101", "00036000291452", "", ""},
		{"element string", "(01)00036000291452(10)AB-12", "00036000291452", "", ""},
		{"element string of a scanner", "]C10100036000291452" + "10AB12", "00036000291452", "", ""},
		{"element string, wrong", "(01)00036000291453(10)AB", "(01)00036000291453(10)AB", "", "is no barcode number"},
		{"several", `"111, 036000291452"`, "036000291452", "", ""},
		{"none", "N/A", "", "", ""},
		{"none, eBay", "Does not apply", "", "", ""},
		{"none, zeros", "000000000000", "", "", ""},
		{"ASIN", "B0ABCDEFGH", "", "", ""},
		{"own number", "X001ABC", "X001ABC", "", "is no barcode number"},
		{"own digits", "4711", "4711", "", "it has 4 digits"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			_, rows := readAll(t, "name,gtin\nswing,"+tt.cell+"\n")
			row := rows[0]
			if got := row.Item.GTIN; got != tt.want {
				t.Errorf("GTIN of %s = %q, want %q", tt.cell, got, tt.want)
			}
			for what, p := range map[string][2]string{"problem": {row.Problem, tt.problem}, "note": {row.Note, tt.note}} {
				if got, want := p[0], p[1]; (got == "") != (want == "") || !strings.Contains(got, want) {
					t.Errorf("%s of %s = %q, want one with %q", what, tt.cell, got, want)
				}
			}
		})
	}
}

// The same product in every form that it is written gives the same number.
func TestOneNumber(t *testing.T) {
	for _, cell := range []string{
		"036000291452", "36000291452", "0036000291452", "00036000291452", "36000291452.0", "3.6000291452E+10",
		"https://id.example.org/01/00036000291452", "(01)00036000291452",
	} {
		_, rows := readAll(t, "gtin\n"+cell+"\n")
		if got, err := babyshield.NormalizeGTIN(rows[0].Item.GTIN); err != nil || got != "00036000291452" {
			t.Errorf("%s is %q, %v", cell, got, err)
		}
	}
}

// Codes have no check digit: what a spreadsheet made of them is named, and no
// code, so that it differs from no recall.
func TestDamagedCodes(t *testing.T) {
	for _, tt := range []struct{ key, cell, want, problem string }{
		{"model", "1.20E+06", "", "damaged the model 1.20E+06"},
		{"model", "12E5", "12E5", ""},
		{"model", "5-Oct", "", "damaged the model 5-Oct"},
		{"model", "Oct-05", "", "damaged the model Oct-05"},
		{"model", "OCT-05", "OCT-05", ""},
		{"model", "MR-77", "MR-77", ""},
		{"model", "E+10X", "E+10X", ""},
		{"lot", "12-Mar", "12-Mar", ""},
		{"lot", "4.20E+11", "", "damaged the lot"},
		{"serial", "9.87654E+14", "", "damaged the serial"},
	} {
		t.Run(tt.key+" "+tt.cell, func(t *testing.T) {
			_, rows := readAll(t, "name,"+tt.key+"\nswing,"+tt.cell+"\n")
			if got := *rows[0].Item.Field(tt.key); got != tt.want || !strings.Contains(rows[0].Problem, tt.problem) || (rows[0].Problem == "") != (tt.problem == "") {
				t.Errorf("%q, problem %q; want %q, %q", got, rows[0].Problem, tt.want, tt.problem)
			}
			if got := rows[0].Cells[1]; got != tt.cell {
				t.Errorf("the caller's cell became %q", got)
			}
		})
	}
}

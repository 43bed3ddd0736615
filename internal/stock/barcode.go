package stock

import (
	"fmt"
	"regexp"
	"strings"

	"github.com/babyshield/babyshield"
)

var (
	scientific = regexp.MustCompile(`^([1-9])(?:[.,](\d+))?[eE]\+?(\d{1,2})$`)
	thousands  = regexp.MustCompile(`^(\d{1,3}(?:,\d{3}){2,4})(?:\.0+)?$|^(\d{1,3}(?:\.\d{3}){2,4})(?:,0+)?$|^(\d{1,3}(?:['\x{a0}\x{202f}]\d{3}){2,4})$`)
	decimal    = regexp.MustCompile(`^(\d+)[.,]0+$`)
	asDate     = regexp.MustCompile(`(?i)^(?:\d{1,4}[-/.]\d{1,2}[-/.]\d{1,4}(?: .*)?|\d{1,2}[- ](?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*(?:[- ]\d{2,4})?|(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*[- ]\d{2,4})$`)
	notOne     = regexp.MustCompile(`(?i)^(?:n/?a|none|null|nil|0+|-+|unknown|does not apply|no barcode|tbd|gtin exempt(?:ion)?|not applicable)$`)
	asin       = regexp.MustCompile(`^B0[0-9A-Z]{8}$`)
	gs1Link    = regexp.MustCompile(`(?i)^https?://[^?#]*/01/(\d{8,14})(?:[/?#]|$)`)
	gs1Element = regexp.MustCompile(`^(?:\(01\)|(?:\]C1|\]d2|\x1d)?01)(\d{14})(?:[\x1d(]|1[01357]|2[124]|30|$)`)
)

// reading is what was made of a barcode cell.
type reading struct {
	gtin    string // digits with a right check digit, or the cell as it is
	problem string // a spreadsheet destroyed the digits
	note    string // why the cell was no use, where nothing proves damage
}

// barcode cleans a barcode cell: what Excel and Google Sheets wrap around it
// ("=\"0123\"", a leading apostrophe, a trailing ".0", separators of thousands)
// goes, leading zeros that a spreadsheet took come back. Each such repair is made
// only where the check digit proves it. A cell that holds several gives the first
// good one; a GS1 Digital Link or element string gives its GTIN.
//
// A problem is given where a spreadsheet surely destroyed the digits, a note
// where the cell is no barcode for a reason that is not known.
func barcode(cell string) reading {
	s := strings.TrimSpace(cell)
	if digitsOnly(s) {
		if _, err := babyshield.NormalizeGTIN(s); err == nil {
			return reading{gtin: s}
		}
	}
	if t, ok := strings.CutPrefix(s, `="`); ok {
		s = strings.TrimSuffix(t, `"`)
	}
	s = strings.TrimSpace(strings.TrimPrefix(s, "'"))
	if s == "" || notOne.MatchString(s) || asin.MatchString(s) {
		return reading{}
	}
	if asDate.MatchString(s) { // before its digits are taken for those of an EAN-8
		return reading{problem: damaged("barcode", s)}
	}
	if g, ok := repaired(s); ok {
		return reading{gtin: g}
	}
	parts := strings.FieldsFunc(s, func(r rune) bool { return r == ',' || r == ';' || r == '|' || r == '\n' || r == '\r' })
	for n, part := range parts {
		if g, ok := repaired(strings.TrimSpace(part)); ok {
			return reading{gtin: g}
		}
		if n == 20 {
			break
		}
	}
	if p := damaged("barcode", s); p != "" {
		return reading{problem: p}
	}
	if len(parts) > 0 && scientific.MatchString(strings.TrimSpace(parts[0])) {
		return reading{problem: lost("barcode", s)}
	}
	return reading{gtin: s, note: useless(s)}
}

// useless says why a cell that is no barcode is none.
func useless(s string) string {
	_, err := babyshield.NormalizeGTIN(s)
	switch n := len(s); {
	case err == nil || !digitsOnly(s):
		return fmt.Sprintf("%s is no barcode number and was not used.", clip(s))
	case n == 10 || n == 11:
		return fmt.Sprintf("The barcode %s has %d digits, and no leading zeros make its check digit right: a spreadsheet may have damaged it. It was not used.", s, n)
	case n == 8 || n >= 12 && n <= 14:
		return fmt.Sprintf("The barcode %s was not used: its check digit is wrong, or it is a shop's own number.", s)
	}
	return fmt.Sprintf("%s is no barcode number and was not used: it has %d digits.", clip(s), len(s))
}

// repaired is the barcode as digits where its check digit is right.
func repaired(s string) (string, bool) {
	if m := gs1Link.FindStringSubmatch(s); m != nil {
		s = m[1]
	} else if m := gs1Element.FindStringSubmatch(s); m != nil {
		s = m[1]
	}
	if m := decimal.FindStringSubmatch(s); m != nil {
		s = m[1]
	}
	if m := thousands.FindStringSubmatch(s); m != nil {
		s = onlyDigits(m[1] + m[2] + m[3])
	}
	if m := scientific.FindStringSubmatch(s); m != nil {
		// Only a mantissa with all its digits is the number itself.
		digits := m[1] + m[2]
		if fmt.Sprint(len(digits)-1) != strings.TrimLeft(m[3], "0") {
			return "", false
		}
		s = digits
	}
	if _, err := babyshield.NormalizeGTIN(s); err == nil {
		return onlyDigits(s), true
	}
	if n := len(s); digitsOnly(s) && (n == 10 || n == 11) {
		padded := strings.Repeat("0", 12-n) + s
		if _, err := babyshield.NormalizeGTIN(padded); err == nil {
			return padded, true
		}
	}
	return "", false
}

// isbn reads a cell of a column of book numbers: those of 13 digits are barcodes,
// those of ten are none, whatever their digits.
func isbn(cell string) reading {
	if g := onlyDigits(cell); len(g) == 13 {
		return barcode(g)
	}
	return reading{}
}

// damaged says what a spreadsheet did to a code, "" if nothing can be told. A
// number that it shows as a power of ten has lost its digits; a code that it took
// for a date has lost everything.
func damaged(what, s string) string {
	switch {
	case scientific.MatchString(s):
		return lost(what, s)
	case asDate.MatchString(s):
		return fmt.Sprintf("a spreadsheet damaged the %s %s: it made a date of it", what, clip(s))
	}
	return ""
}

func lost(what, s string) string {
	return fmt.Sprintf("a spreadsheet damaged the %s %s: its digits are lost", what, clip(s))
}

var (
	powerOfTen = regexp.MustCompile(`^\d(?:[.,]\d+)?E\+\d{2,3}$`)
	dayOfYear  = regexp.MustCompile(`^(?:\d{1,2}-(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)|(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)-\d{2})$`)
)

// damagedCode is damaged for codes that have no check digit: only what a
// spreadsheet writes letter for letter is taken for its work. A lot may be a day.
func damagedCode(key, s string) string {
	day := key == "model" && len(s) <= 6 && strings.Contains(s, "-") && dayOfYear.MatchString(s)
	if day || strings.Contains(s, "E+") && powerOfTen.MatchString(s) {
		return damaged(key, s)
	}
	return ""
}

func digitsOnly(s string) bool {
	for i := range len(s) {
		if s[i] < '0' || s[i] > '9' {
			return false
		}
	}
	return s != ""
}

func onlyDigits(s string) string {
	return strings.Map(func(r rune) rune {
		if r < '0' || r > '9' {
			return -1
		}
		return r
	}, s)
}

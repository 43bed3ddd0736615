package stock

import (
	"fmt"
	"regexp"
	"strings"

	"github.com/babyshield/babyshield"
)

var (
	scientific = regexp.MustCompile(`^([1-9])(?:[.,](\d+))?[eE]\+?(\d{1,2})$`)
	digitsOnly = regexp.MustCompile(`^\d+$`)
	notOne     = regexp.MustCompile(`(?i)^(?:n/?a|none|null|nil|0+|-+|unknown|does not apply|no barcode|tbd)$`)
)

// barcode cleans a barcode cell: what Excel and Google Sheets wrap around it
// ("=\"0123\"", a leading apostrophe, a trailing ".0") goes, leading zeros that a
// spreadsheet took come back where the check digit proves that they were there.
// A cell that holds several gives the first good one. A problem is given where a
// spreadsheet destroyed the digits; any other text comes back as it is, and wrong
// says that it is no barcode number.
func barcode(cell string) (gtin, problem string, wrong bool) {
	s := strings.TrimSpace(cell)
	if t, ok := strings.CutPrefix(s, `="`); ok {
		s = strings.TrimSuffix(t, `"`)
	}
	s = strings.TrimSpace(strings.TrimPrefix(s, "'"))
	if s == "" || notOne.MatchString(s) {
		return "", "", false
	}
	first := s
	for n, part := range strings.FieldsFunc(s, func(r rune) bool { return r == ',' || r == ';' || r == '|' || r == '\n' }) {
		part = strings.TrimSpace(part)
		if n == 0 {
			first = part
		}
		if g, ok := repaired(part); ok {
			return g, "", false
		}
		if n == 20 {
			break
		}
	}
	if m := scientific.FindStringSubmatch(s); m != nil || scientific.MatchString(first) {
		return "", fmt.Sprintf("a spreadsheet damaged the barcode %s: its digits are lost", clip(s)), true
	}
	return s, "", true
}

// repaired is the barcode as digits where its check digit is right.
func repaired(s string) (string, bool) {
	if t, ok := strings.CutSuffix(s, ".0"); ok {
		s = t
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
		return strings.Join(strings.FieldsFunc(s, func(r rune) bool { return r < '0' || r > '9' }), ""), true
	}
	if n := len(s); digitsOnly.MatchString(s) && (n == 10 || n == 11) {
		padded := strings.Repeat("0", 12-n) + s
		if _, err := babyshield.NormalizeGTIN(padded); err == nil {
			return padded, true
		}
	}
	return "", false
}

package babyshield

import (
	"fmt"
	"strings"
)

// NormalizeGTIN reads a barcode number as people and agencies write it (spaces
// and dashes allowed) and returns it as GTIN-14 with leading zeros. It accepts
// GTIN-8, UPC-A (12), EAN-13 and GTIN-14 whose check digit is right (GS1
// General Specifications 7.9), and UPC-E with number system 0 or 1 (8 digits
// whose expansion has a right check digit, tried where the EAN-8 reading
// fails). Restricted circulation numbers (GTIN-13 prefixes 02, 04 and 20 to 29:
// GS1 General Specifications 1.4) are refused: shops print their own meaning
// into them, so they identify nothing.
func NormalizeGTIN(s string) (string, error) {
	digits := strings.Map(func(r rune) rune {
		if r == ' ' || r == '-' || r == '\u00a0' || r == '\u2011' {
			return -1
		}
		return r
	}, strings.TrimSpace(s))
	if strings.Trim(digits, "0123456789") != "" {
		return "", fmt.Errorf("%q is not a barcode number: it has characters other than digits", s)
	}
	switch len(digits) {
	case 8:
		if !checkDigitOK(digits) {
			expanded, ok := expandUPCE(digits)
			if !ok || !checkDigitOK(expanded) {
				return "", fmt.Errorf("%q is not a barcode number: the check digit is wrong", s)
			}
			digits = expanded
		}
	case 12, 13, 14:
		if !checkDigitOK(digits) {
			return "", fmt.Errorf("%q is not a barcode number: the check digit is wrong", s)
		}
	default:
		return "", fmt.Errorf("%q is not a barcode number: it has %d digits (want 8, 12, 13 or 14)", s, len(digits))
	}
	gtin := strings.Repeat("0", 14-len(digits)) + digits
	if strings.Trim(gtin, "0") == "" {
		return "", fmt.Errorf("%q is not a barcode number: it is all zeros", s)
	}
	if restricted(gtin, len(digits)) {
		return "", fmt.Errorf("%q is a shop's own number (restricted circulation) and identifies no product", s)
	}
	return gtin, nil
}

// checkDigitOK tells whether the last digit is the GS1 check digit of the rest:
// weights 3 and 1 alternate from the right.
func checkDigitOK(digits string) bool {
	sum := 0
	for i := range digits {
		d := int(digits[len(digits)-1-i] - '0')
		if i%2 == 1 {
			d *= 3
		}
		sum += d
	}
	return sum%10 == 0
}

// restricted reports GS1's in-store ranges. In GTIN-13 terms they are prefixes
// 02, 04 and 20 to 29; in GTIN-8 the prefixes 0 and 2.
func restricted(gtin14 string, length int) bool {
	if length == 8 {
		return gtin14[6] == '0' || gtin14[6] == '2'
	}
	p := gtin14[1:3]
	return p == "02" || p == "04" || p[0] == '2'
}

// expandUPCE turns the eight digits of a UPC-E (number system, six, check) into
// the UPC-A that it abbreviates (GS1 General Specifications 5.2.2.4).
func expandUPCE(s string) (string, bool) {
	if s[0] != '0' && s[0] != '1' {
		return "", false
	}
	d, check := s[1:7], s[7:]
	var body string
	switch d[5] {
	case '0', '1', '2':
		body = d[:2] + d[5:] + "0000" + d[2:5]
	case '3':
		body = d[:3] + "00000" + d[3:5]
	case '4':
		body = d[:4] + "00000" + d[4:5]
	default:
		body = d[:5] + "0000" + d[5:]
	}
	return s[:1] + body + check, true
}

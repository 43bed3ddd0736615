package match

import (
	"strings"

	"github.com/babyshield/babyshield"
)

// against says in words what speaks against a match.
var against = map[string]string{
	"lot":         "the lot is not one of those listed",
	"serial":      "the serial number is outside the range",
	"date_code":   "the date code is not one of those listed",
	"made":        "it was made outside the recalled period",
	"size":        "the size is another",
	"early":       "it was bought before the recalled ones were made",
	"late":        "it was bought after the recalled product was sold",
	"audience":    "the product is made for other people",
	"designation": "the model in the name is another",
	"color":       "the colour is another",
	"bought":      "it was bought outside the time in which the recalled product was sold",
}

// against is the detail, other than those of the scope, that speaks of another
// product, or "".
func (e *evidence) against() string {
	for _, c := range []struct {
		r   relation
		key string
	}{{e.designation, "designation"}, {e.named, "size"}, {e.measure, "size"}, {e.years, "made"}, {e.color, "color"}, {e.audience, "audience"}, {e.late, "late"}} {
		if c.r == differs {
			return c.key
		}
	}
	return ""
}

// whyNot is the sentence of a miss that was near enough to share a key.
func (e *evidence) whyNot() string {
	switch {
	case e.model == differs && e.brand >= fitContain:
		return "The recall names the brand, but not this model."
	case e.brand < fitContain && e.brandKnown:
		return "The recall is about another brand."
	case e.brand >= fitContain && e.names.own == 0:
		return "The recall names the brand, but nothing says which product of it this is."
	case e.accessory:
		return "It looks like an accessory or a part of such a product."
	case e.brand >= fitContain && e.against() != "":
		return "The recall names the brand, but " + against[e.against()] + "."
	}
	if e.brand < fitContain {
		return "Too little agrees with the recall to say that it is this product."
	}
	return "The brand is named in the recall, but the product is another."
}

// spelled is the model that agrees as the item has it, where that differs from
// the folded code by plain separators only.
func (e *evidence) spelled() string {
	s := e.item.spelling
	plain := strings.Trim(strings.ToLower(s), "abcdefghijklmnopqrstuvwxyz0123456789-./ ") == ""
	if plain && len(s) <= 2*len(e.modelCode) && code(s) == e.modelCode {
		return s
	}
	return e.modelCode
}

// because is the one sentence of a verdict. It holds no word that promises
// anything, and of the item's own text at most a listed model.
func (e *evidence) because(v babyshield.Verdict, missing []string) string {
	var b strings.Builder
	switch {
	case v == babyshield.VerdictPossible:
		b.WriteString("Some words agree with the recall, but not enough to say that it is this product")
	case e.gtin == agrees:
		b.WriteString("The barcode is listed in the recall")
	case e.asin == agrees:
		b.WriteString("The Amazon number is listed in the recall")
	case e.model == agrees && e.brand >= fitContain:
		b.WriteString("The brand and the model " + e.spelled() + " are named in the recall")
	case e.model == agrees:
		b.WriteString("The model " + e.spelled() + " is named in the recall")
	default:
		b.WriteString(e.whatAgrees())
	}
	for n, r := range e.units {
		if r == agrees {
			b.WriteString("; the " + inWords[unitFields[n]] + " is inside its scope")
			break
		}
	}
	if v != babyshield.VerdictAffected && len(missing) > 0 {
		b.WriteString("; not known: the " + inWords[missing[0]])
		if len(missing) > 1 {
			b.WriteString(" and the " + inWords[missing[1]])
		}
	} else if v == babyshield.VerdictCheck {
		b.WriteString("; compare the other details with the notice")
	}
	b.WriteString(".")
	return b.String()
}

// whatAgrees is the beginning of the sentence where no code says which product it is.
func (e *evidence) whatAgrees() string {
	switch {
	case e.brand >= fitContain && e.name >= levelMedium:
		return "The brand and the name agree with the recall"
	case e.brand >= fitContain:
		return "The brand agrees with the recall"
	case e.brand == fitPartly:
		return "The name and a part of the brand agree with the recall"
	}
	return "The name agrees with the recall"
}

var inWords = map[string]string{
	"brand": "brand", "model": "model number", "lot": "lot", "serial": "serial number",
	"date_code": "date code", "made": "date it was made", "bought": "date it was bought",
	"size": "size", "color": "colour", "name": "name", "seller": "seller",
}

package notify

import (
	"fmt"
	"slices"
	"strings"

	"github.com/babyshield/babyshield"
)

// This file is the catalogue of our own sentences in English. They are short,
// active and in the present tense, blame nobody and promise nothing. A lint test
// renders each of them and refuses the words that we do not use.

// kindWords are how a notice of some kind is called.
type kindWords struct {
	noun    string // "Stop using the lounger: recall (...)"
	covered string // the second sentence of the headline
}

var kinds = map[babyshield.Kind]kindWords{
	babyshield.KindRecall:      {"recall", "It is recalled."},
	babyshield.KindWithdrawal:  {"withdrawal", "It is withdrawn from sale."},
	babyshield.KindSafetyAlert: {"warning", "An official warning covers it."},
	babyshield.KindAdvisory:    {"notice", "An official notice covers it."},
}

// subjectForm takes product, kind and agency, in this order.
func subjectForm(class babyshield.AlertClass, v babyshield.Verdict, more bool) string {
	switch class {
	case babyshield.AlertRescinded:
		return "Notice withdrawn for the %s: %s (%s)"
	case babyshield.AlertRemedy:
		return "What is offered for the %s changed: %s (%s)"
	case babyshield.AlertNew, babyshield.AlertWidened: // below
	}
	tail := ": %s (%s)"
	switch {
	case class == babyshield.AlertWidened && more:
		tail = ": %s now covers more (%s)"
	case class == babyshield.AlertWidened:
		tail = ": %s changed (%s)"
	}
	switch v {
	case babyshield.VerdictAffected:
		return "Stop using the %s" + tail
	case babyshield.VerdictPossible:
		return "Compare your %s" + tail
	default:
		return "Check your %s" + tail
	}
}

// itemForm takes the item's name in quotation marks and the kind of notice.
func itemForm(class babyshield.AlertClass, v babyshield.Verdict) string {
	if class == babyshield.AlertRescinded {
		return "%s on your list was in the %s when we last told you."
	}
	switch v {
	case babyshield.VerdictAffected:
		return "%s on your list is in the %s."
	case babyshield.VerdictPossible:
		return "%s on your list is like a product in the %s."
	default:
		return "%s on your list may be in the %s."
	}
}

var certainties = map[babyshield.Verdict]string{
	babyshield.VerdictAffected: "This is a match. The details that decide it agree.",
	babyshield.VerdictCheck:    "This is likely and not certain. A detail that decides it is not known.",
	babyshield.VerdictPossible: "This is possible and not certain. Compare the product with the notice.",
	"":                         "We do not know. Compare the product with the notice.",
}

// certaintyMixed stands where one alert holds items of different verdicts.
const certaintyMixed = "It is not the same for each item. See the list above for what agrees and what is not known."

// exposures are those whom a notice may name, most vulnerable first, with the
// words by which it names them.
var exposures = []struct {
	who   string
	words []string
}{
	{"Babies", []string{"baby", "babies", "infant", "infants", "newborn", "newborns"}},
	{"Children", []string{"child", "children", "toddler", "toddlers", "kids"}},
}

// hazardForms take those who are exposed. A form without a verb for them says
// what the product does.
var hazardForms = map[babyshield.HazardCode]string{
	"choking":            "%s can choke.",
	"suffocation":        "%s can suffocate.",
	"strangulation":      "%s can be strangled.",
	"entrapment":         "%s can get trapped.",
	"drowning":           "%s can drown.",
	"fall":               "%s can fall and be hurt.",
	"tip_over":           "%s can be crushed when it tips over.",
	"fire":               "%s can be hurt when it catches fire.",
	"burn":               "%s can be burned.",
	"electric_shock":     "%s can get an electric shock.",
	"laceration":         "%s can be cut.",
	"impact":             "%s can be hit and hurt.",
	"poisoning":          "%s can be poisoned.",
	"chemical":           "%s can be harmed by a chemical in it.",
	"lead":               "%s can be harmed by lead in it.",
	"allergen":           "People with an allergy can have a severe reaction.",
	"microbial":          "%s can fall ill from germs in it.",
	"foreign_object":     "%s can be hurt by a foreign object in it.",
	"sharp_edges":        "%s can be cut by sharp edges.",
	"structural_failure": "%s can be hurt when it breaks.",
	"ingestion":          "%s can be badly hurt by swallowing a part of it.",
	"crash":              "%s can be hurt in a crash.",
	"other":              "",
}

func hazardSentence(code babyshield.HazardCode, who string) string {
	form := hazardForms[code]
	if !strings.Contains(form, "%s") {
		return form
	}
	return fmt.Sprintf(form, who)
}

// remedies are said where the agency gives a code and no words.
var remedies = map[babyshield.RemedyCode]string{
	"refund":           "The notice offers a refund.",
	"replace":          "The notice offers a replacement.",
	"repair":           "The notice offers a repair.",
	"dispose":          "The notice asks you to dispose of it.",
	"stop_use":         "The notice asks you to stop using it.",
	"new_instructions": "The notice offers new instructions.",
	"return":           "The notice asks you to return it.",
	"none_offered":     "The notice offers no remedy.",
	"other":            "",
}

// keepFor are the remedies for which the product itself may be needed.
var keepFor = map[babyshield.RemedyCode]string{
	"refund":  "refund",
	"replace": "exchange",
	"repair":  "repair",
	"return":  "return",
}

// fieldWords are how an item's fields are called in a sentence.
var fieldWords = map[string]string{
	"name": "name", "brand": "brand", "model": "model", "gtin": "barcode number", "lot": "lot number",
	"serial": "serial number", "date_code": "date code", "made": "date of manufacture",
	"bought": "date of purchase", "seller": "seller", "color": "color", "size": "size",
	"category": "kind of product",
}

// fieldsOnLabel are those that a person can read off the product.
var fieldsOnLabel = []string{"brand", "model", "gtin", "lot", "serial", "date_code", "made", "size"}

func fieldWord(key string) string {
	if w, ok := fieldWords[key]; ok {
		return w
	}
	return clean(strings.ReplaceAll(key, "_", " "), maxName)
}

func list(keys []string) string {
	words := make([]string, 0, len(keys))
	for _, k := range keys {
		words = append(words, fieldWord(k))
	}
	return strings.Join(words, ", ")
}

// findOut are the questions about what no label shows.
var findOut = map[string]string{"bought": "when you bought it", "seller": "where you bought it"}

// lookFor tells how to find out what is missing.
func lookFor(missing []string) string {
	var label, other []string
	for _, k := range missing {
		if slices.Contains(fieldsOnLabel, k) {
			label = append(label, "the "+fieldWord(k))
		} else if q := findOut[k]; q != "" {
			other = append(other, q)
		} else {
			other = append(other, "its "+fieldWord(k))
		}
	}
	var said []string
	if len(label) > 0 {
		said = append(said, "Look for "+strings.Join(label, " and ")+" on the product or its label.")
	}
	if len(other) > 0 {
		said = append(said, "Find out "+strings.Join(other, " and ")+".")
	}
	return strings.Join(said, " ")
}

func counted(n int) string {
	switch n {
	case 1:
		return "one thing"
	case 2:
		return "two things"
	}
	return "it against the notice"
}

// emergencies are the numbers that a person dials first. Poison lines stand
// where a country has one for the whole of it.
var emergencies = map[string]struct{ call, poison string }{
	"US": {"911", "1-800-222-1222"},
	"CA": {"911", "1-844-764-7669"},
	"GB": {"999", ""},
	"IE": {"112", ""},
	"FR": {"112", ""},
	"DE": {"112", ""},
	"AU": {"000", ""},
	"NZ": {"111", ""},
}

// emergencyLine is the first line of every alert.
func emergencyLine(countries []string) string {
	var calls, poison []string
	for _, c := range countries {
		e, ok := emergencies[strings.ToUpper(c)]
		if !ok {
			continue
		}
		if !slices.Contains(calls, e.call) {
			calls = append(calls, e.call)
		}
		if e.poison != "" {
			poison = append(poison, e.poison+" ("+strings.ToUpper(c)+")")
		}
	}
	line := "If someone is hurt now, call your emergency number"
	if len(calls) > 0 {
		line += ": " + strings.Join(calls, " or ")
	}
	line += "."
	if len(poison) > 0 {
		line += " Poison help: " + strings.Join(poison, ", ") + "."
	}
	return line
}

package match

import (
	"slices"
	"strings"

	"github.com/babyshield/babyshield"
)

// maxMissing is how many missing fields are named: people answer one question,
// perhaps two.
const maxMissing = 2

// judge turns evidence into a judgement.
func (e *evidence) judge() babyshield.Judgement {
	j := babyshield.Judgement{Agree: e.agreeing(), Differ: e.differing()}
	v := e.identity()
	if v == "" {
		j.Because = e.whyNot()
		return j
	}
	if f := e.contradiction(); f != "" {
		j.Because = "The recall names the brand or the model, but " + against[f] + "."
		return j
	}
	if v == babyshield.VerdictPossible {
		j.Verdict = v
		j.Missing = e.missingIdentity()
		j.Because = e.because(v, j.Missing)
		return j
	}
	j.Missing = e.missing()
	j.Verdict = v
	if len(j.Missing) > 0 || e.undecided() {
		j.Verdict = babyshield.VerdictCheck
	}
	j.Because = e.because(j.Verdict, j.Missing)
	return j
}

// identity says how far it is settled that the item is of the line, whatever the
// unit: affected = settled, check = the line is right but something could tell
// it from a sibling.
func (e *evidence) identity() babyshield.Verdict {
	switch {
	case e.gtin == agrees, e.asin == agrees:
		return babyshield.VerdictAffected
	case e.model == differs:
		return ""
	case e.model == agrees:
		return e.identityByModel()
	case e.lotSettles():
		if e.brand >= fitContain {
			return babyshield.VerdictAffected
		}
		if !e.brandKnown && e.name >= levelWeak {
			return babyshield.VerdictCheck
		}
		return ""
	case e.brand < fitPartly:
		return ""
	case e.brand == fitPartly:
		return e.identityByPart()
	}
	v := map[level]babyshield.Verdict{
		levelStrong: babyshield.VerdictAffected,
		levelMedium: babyshield.VerdictCheck,
		levelWeak:   babyshield.VerdictPossible,
	}[e.name]
	if v == babyshield.VerdictCheck && (e.bought == agrees || e.settled()) {
		// Where the notice lists no models, nothing but the name and the time can
		// settle it.
		v = babyshield.VerdictAffected
	}
	switch {
	case e.accessory && e.name < levelStrong:
		return ""
	case e.accessory, e.gtin == differs && v != "":
		return babyshield.VerdictPossible
	}
	return v
}

// identityByPart weighs one distinctive word of a brand in common. In a brand
// field it is another brand; in a name it may be the brand cut short.
func (e *evidence) identityByPart() babyshield.Verdict {
	switch {
	case e.accessory:
		return ""
	case !e.brandKnown && e.name == levelStrong:
		return babyshield.VerdictCheck
	case e.name == levelStrong, !e.brandKnown && e.name == levelMedium:
		return babyshield.VerdictPossible
	}
	return ""
}

// lotSettles says whether a listed lot or serial number agrees that is too long
// to agree by chance.
func (e *evidence) lotSettles() bool {
	return e.units[0] == agrees && longLot(e.item.lot) || e.units[1] == agrees && longLot(e.item.serial) && e.name > levelNone
}

// identityByModel weighs a listed model: with its brand it settles, alone it
// does where the code is long and mixed and the sort of thing agrees.
func (e *evidence) identityByModel() babyshield.Verdict {
	mixed := len(e.modelCode) >= 6 && hasDigit(e.modelCode) && hasLetter(e.modelCode)
	switch {
	case e.accessory && e.name < levelStrong && (e.modelInName || e.brand < fitContain):
		return ""
	case e.modelInName && e.names.names > 0 && e.names.nameHits == 0 && e.names.strangeNames >= 1:
		// "Sportsman XP 1000" is no "Ranger XP 1000".
		return ""
	case e.brand >= fitContain, e.houseBrand:
		return babyshield.VerdictAffected
	case !strongCode(e.modelCode):
		return ""
	case e.brand == fitPartly && e.name >= levelWeak:
		return babyshield.VerdictAffected
	case !e.brandKnown && (mixed || e.name >= levelMedium) && e.name >= levelWeak:
		return babyshield.VerdictAffected
	case mixed && e.name >= levelMedium:
		return babyshield.VerdictCheck // another brand's label on the same thing
	case mixed || e.name >= levelWeak:
		return babyshield.VerdictPossible
	}
	return ""
}

// contradiction is the field that puts the item outside the scope, or "". A unit
// number that is inside outweighs a date that is outside.
func (e *evidence) contradiction() string {
	number := e.units[0] == agrees || e.units[1] == agrees && e.line.exactSerial(e.item.serial)
	for n, r := range e.units {
		if r == differs && !(number && n >= 2) && !(n == 1 && e.units[0] == agrees) {
			return unitFields[n]
		}
	}
	switch {
	case e.bought == differs && !number && e.gtin != agrees:
		return "bought"
	case e.years == differs && !number:
		return "made"
	case e.size == differs && slices.Contains(e.line.needs, "size"), e.named == differs && e.line.countsExact() && e.model != agrees && e.gtin != agrees:
		return "size"
	case e.color == differs && slices.Contains(e.line.needs, "color"):
		return "color"
	}
	return ""
}

// settled says whether one of the unit fields agrees.
func (e *evidence) settled() bool {
	for _, r := range e.units {
		if r == agrees {
			return true
		}
	}
	return false
}

// undecided says whether the item gives a deciding detail in a form that cannot
// be compared with the notice's, or the notice decides by one that it does not
// list ("certain VINs").
func (e *evidence) undecided() bool {
	if e.settled() {
		return false
	}
	for n, r := range e.units {
		if r == straddle || r == unknown && slices.Contains(e.line.needs, unitFields[n]) && !e.line.lists(n) {
			return true
		}
	}
	return e.name < levelMedium && e.model != agrees && e.gtin != agrees
}

// lists says whether the line lists values of a unit field.
func (l *line) lists(unit int) bool {
	switch unitFields[unit] {
	case "lot":
		return !l.lots.empty()
	case "serial":
		return len(l.serials) > 0
	case "date_code":
		return len(l.dates) > 0
	}
	return l.made.known()
}

// missing are the deciding fields that the item does not record.
func (e *evidence) missing() []string {
	var out []string
	unit := e.settled()
	identified := e.model == agrees || e.gtin == agrees || e.asin == agrees
	for _, f := range e.line.needs {
		switch f {
		case "model":
			if !identified && e.model == unknown && !(unit && e.name >= levelMedium) {
				out = append(out, f)
			}
		case "bought":
			// Where nothing else decides, the time of sale does; beside another
			// open question it is worth asking.
			if (len(out) > 0 || !identified && !unit && len(e.line.needs) == 1) && e.bought == unknown && !e.item.bought.known() {
				out = append(out, f)
			}
		case "size":
			if !identified && e.measure == unknown && e.item.size == "" {
				out = append(out, f)
			}
		case "color":
			if !identified && e.color == unknown {
				out = append(out, f)
			}
		default:
			if !unit && e.unit(f) == unknown && e.item.unitMissing(f) {
				out = append(out, f)
			}
		}
	}
	if len(e.line.years) > 0 && e.years == unknown && !unit && !slices.Contains(out, "made") {
		out = append(out, "made")
	}
	if !identified && e.line.countsExact() && e.measure == unknown && !slices.Contains(out, "size") {
		out = append(out, "size")
	}
	return out[:min(len(out), maxMissing)]
}

// countsExact says whether the line's names count something that owners copy:
// "13-drawer", "62V".
func (l *line) countsExact() bool {
	return slices.ContainsFunc(l.measures, func(m measure) bool { return m.unit <= lastExact })
}

// unit is the relation of a unit field.
func (e *evidence) unit(f string) relation {
	for n, name := range unitFields {
		if name == f {
			return e.units[n]
		}
	}
	return unknown
}

// missingIdentity is what would tell whether a possible match is one.
func (e *evidence) missingIdentity() []string {
	var out []string
	if !e.brandKnown && e.brand < fitContain {
		out = append(out, "brand")
	}
	if len(e.item.models) == 0 {
		out = append(out, "model")
	}
	return out
}

// agreeing and differing list item keys, most deciding first.
func (e *evidence) agreeing() []string { return e.fields(agrees) }

func (e *evidence) differing() []string { return e.fields(differs) }

func (e *evidence) fields(want relation) []string {
	var out []string
	add := func(key string, r relation) {
		if r == want {
			out = append(out, key)
		}
	}
	add("gtin", e.gtin)
	add("model", e.model)
	brand, name, seller := unknown, unknown, unknown
	switch {
	case e.brand >= fitContain:
		brand = agrees
	case e.brandKnown:
		brand = differs
	}
	if e.name >= levelMedium {
		name = agrees
	}
	add("brand", brand)
	add("name", name)
	for n, f := range unitFields {
		r := e.units[n]
		if f == "made" && (r == unknown || e.years == differs) {
			r = e.years
		}
		add(f, r)
	}
	add("bought", e.bought)
	size := e.size
	switch {
	case e.named == differs:
		size = differs
	case size == unknown && e.measure != differs:
		size = e.measure
	}
	add("size", size)
	add("color", e.color)
	if e.item.seller.known() {
		for n := range e.line.soldAt {
			if e.line.soldAt[n].fits(&e.item.seller) >= fitContain {
				seller = agrees
			}
		}
	}
	add("seller", seller)
	return out
}

// rank orders the judgements of several lines, worst first; among equals the one
// that agrees in more, and asks for less.
func (e *evidence) rank(j *babyshield.Judgement) float64 {
	return float64(j.Verdict.Rank()*1000+len(j.Agree)*20-len(j.Missing)*5) + float64(e.name)
}

// against says in words what speaks against a match.
var against = map[string]string{
	"lot":         "the lot is not one of those listed",
	"serial":      "the serial number is outside the range",
	"date_code":   "the date code is not one of those listed",
	"made":        "it was made outside the recalled period",
	"size":        "the size is another",
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
	case e.accessory:
		return "It looks like an accessory or a part of such a product."
	case e.brand >= fitContain && e.against() != "":
		return "The recall names the brand, but " + against[e.against()] + "."
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
	case e.model == agrees && e.brand >= fitContain:
		b.WriteString("The brand and the model " + e.spelled() + " are named in the recall")
	case e.model == agrees:
		b.WriteString("The model " + e.spelled() + " is named in the recall")
	default:
		b.WriteString("The brand and the name agree with the recall")
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

var inWords = map[string]string{
	"brand": "brand", "model": "model number", "lot": "lot", "serial": "serial number",
	"date_code": "date code", "made": "date it was made", "bought": "date it was bought",
	"size": "size", "color": "colour", "name": "name", "seller": "seller",
}

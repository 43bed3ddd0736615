package match

import (
	"slices"

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
		if f == "made" && !e.item.made.known() && e.years != differs {
			f = "early"
		}
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
	case e.brand >= fitContain && e.name == levelNone && e.serialInRange():
		return babyshield.VerdictCheck
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
	return e.units[0] == agrees && slices.ContainsFunc(e.item.lots, func(c string) bool { return longLot(c) && e.line.lotIs(c) }) || e.units[1] == agrees && longLot(e.item.serial) && e.name > levelNone
}

// serialInRange says whether the brand's serial number agrees, too long to do so by
// chance, and nothing else of the item speaks of another product. Its words may
// then be ones that the notice does not use; makers number siblings from one range
// too, so it is not settled.
func (e *evidence) serialInRange() bool {
	return e.units[1] == agrees && len(e.item.serial) >= 7 && e.line.exactSerial(e.item.serial) &&
		!e.accessory && e.names.head != kinUnrelated && e.contradictions() == 0
}

// identityByModel weighs a listed model: with its brand it settles, alone it
// does where the code is long and mixed and the sort of thing agrees.
func (e *evidence) identityByModel() babyshield.Verdict {
	mixed := len(e.modelCode) >= 6 && hasDigit(e.modelCode) && hasLetter(e.modelCode)
	switch {
	case e.modelOfAnother():
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

// modelOfAnother says whether a listed model is named for another thing: an
// accessory, or a line of the brand that shares the designation ("Ridgeback XP
// 1000" is no "Dunehawk XP 1000").
func (e *evidence) modelOfAnother() bool {
	if e.accessory && e.name < levelStrong && (e.modelInName || e.brand < fitContain) {
		return true
	}
	return e.modelInName && e.names.names > 0 && e.names.nameHits == 0 && e.names.strangeNames >= 1
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
	case number:
	case e.bought == differs && e.gtin != agrees:
		return "bought"
	case e.years == differs:
		return "made"
	}
	return e.variantContradiction()
}

// variantContradiction is "size" or "color" where that puts the item outside.
func (e *evidence) variantContradiction() string {
	identified := e.model == agrees || e.gtin == agrees
	switch {
	case e.size == differs && slices.Contains(e.line.needs, "size"), e.named == differs && e.line.countsExact() && !identified:
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
	if e.identified() {
		return false
	}
	// A notice that says nothing to decide by is no notice about all units.
	return e.name < levelMedium || len(e.line.needs) == 0 && !e.line.all
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
	for _, f := range e.line.needs {
		// Where nothing else decides, the time of sale does; beside another open
		// question it is worth asking.
		if f == "bought" && len(out) == 0 && (e.identified() || e.settled() || len(e.line.needs) > 1) {
			continue
		}
		if e.lacks(f) {
			out = append(out, f)
		}
	}
	if len(e.line.years) > 0 && e.years == unknown && !e.settled() && !slices.Contains(out, "made") {
		out = append(out, "made")
	}
	if !e.identified() && e.line.countsExact() && e.measure == unknown && !slices.Contains(out, "size") {
		out = append(out, "size")
	}
	return out[:min(len(out), maxMissing)]
}

// identified says whether a code of the notice says which product it is.
func (e *evidence) identified() bool {
	return e.model == agrees || e.gtin == agrees || e.asin == agrees
}

// lacks says whether the item does not record a deciding field and nothing else
// settles it.
func (e *evidence) lacks(field string) bool {
	switch field {
	case "model":
		return !e.identified() && e.model == unknown && !(e.settled() && e.name >= levelMedium)
	case "bought":
		return e.bought == unknown && !e.item.bought.known()
	case "size":
		return !e.identified() && e.measure == unknown && e.item.size == ""
	case "color":
		return !e.identified() && e.color == unknown
	}
	return !e.settled() && e.unit(field) == unknown && e.item.unitMissing(field)
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
	model := e.model
	if e.asin == agrees {
		model = agrees // Amazon's number stands where others write a model
	}
	add("model", model)
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

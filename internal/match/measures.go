package match

import (
	"regexp"
	"strconv"
	"strings"
)

// measure is a number with the unit that it counts: 62 volts, 12 drawers.
type measure struct {
	value float32
	unit  unit
}

// unit is what a number counts. Those up to lastExact are printed alike by makers,
// agencies and owners, so another number is another product. The rest people
// measure for themselves.
type unit uint32

const (
	unitNone unit = iota
	unitVolt
	unitWatt
	unitDrawer
	unitQuart
	unitGallon
	unitCC
	unitPiece
	unitTier
	unitBurner
	unitSeat
	unitSpeed
	unitBTU
	unitMilliampHour
	unitAmp
	unitHorsepower
	unitPSI
	unitTon
	unitSeries
	unitCup
	unitSlice
	unitBladed
	unitLight
	unitStep
	lastExact = unitStep

	unitInch unit = iota
	unitFoot
	unitPound
	unitOunce
	unitGram
	unitLiter
)

// unitNames are the spellings of the units; those with a factor are turned into
// the unit's own measure.
var unitNames = map[string]struct {
	u      unit
	factor float32
}{
	"v": {unitVolt, 1}, "volt": {unitVolt, 1}, "volts": {unitVolt, 1}, "vdc": {unitVolt, 1},
	"w": {unitWatt, 1}, "watt": {unitWatt, 1}, "watts": {unitWatt, 1}, "kw": {unitWatt, 1000},
	"drawer": {unitDrawer, 1}, "drawers": {unitDrawer, 1}, "drwr": {unitDrawer, 1}, "dwr": {unitDrawer, 1}, "dwrs": {unitDrawer, 1}, "drw": {unitDrawer, 1}, "drwrs": {unitDrawer, 1},
	"qt": {unitQuart, 1}, "qts": {unitQuart, 1}, "quart": {unitQuart, 1}, "quarts": {unitQuart, 1},
	"gal": {unitGallon, 1}, "gallon": {unitGallon, 1}, "gallons": {unitGallon, 1},
	"cc": {unitCC, 1}, "piece": {unitPiece, 1}, "pieces": {unitPiece, 1}, "pc": {unitPiece, 1}, "pcs": {unitPiece, 1}, "pce": {unitPiece, 1},
	"tier": {unitTier, 1}, "tiers": {unitTier, 1}, "shelf": {unitTier, 1}, "shelves": {unitTier, 1},
	"burner": {unitBurner, 1}, "burners": {unitBurner, 1},
	"seat": {unitSeat, 1}, "seater": {unitSeat, 1}, "seats": {unitSeat, 1}, "passenger": {unitSeat, 1}, "person": {unitSeat, 1},
	"speed": {unitSpeed, 1}, "speeds": {unitSpeed, 1}, "btu": {unitBTU, 1}, "btus": {unitBTU, 1},
	"mah": {unitMilliampHour, 1}, "ah": {unitMilliampHour, 1000}, "amp": {unitAmp, 1}, "amps": {unitAmp, 1},
	"hp": {unitHorsepower, 1}, "horsepower": {unitHorsepower, 1}, "psi": {unitPSI, 1}, "ton": {unitTon, 1}, "tons": {unitTon, 1},
	"series": {unitSeries, 1}, "cup": {unitCup, 1}, "cups": {unitCup, 1}, "slice": {unitSlice, 1},
	"blade": {unitBladed, 1}, "blades": {unitBladed, 1}, "light": {unitLight, 1}, "lights": {unitLight, 1}, "step": {unitStep, 1}, "steps": {unitStep, 1},
	"in": {unitInch, 1}, "inch": {unitInch, 1}, "inches": {unitInch, 1}, "cm": {unitInch, 1 / 2.54}, "mm": {unitInch, 1 / 25.4},
	"ft": {unitFoot, 1}, "foot": {unitFoot, 1}, "feet": {unitFoot, 1},
	"lb": {unitPound, 1}, "lbs": {unitPound, 1}, "pound": {unitPound, 1}, "pounds": {unitPound, 1},
	"oz": {unitOunce, 1}, "ounce": {unitOunce, 1}, "ounces": {unitOunce, 1},
	"g": {unitGram, 1}, "gram": {unitGram, 1}, "grams": {unitGram, 1}, "kg": {unitGram, 1000},
	"l": {unitLiter, 1}, "liter": {unitLiter, 1}, "liters": {unitLiter, 1}, "litre": {unitLiter, 1}, "litres": {unitLiter, 1}, "ml": {unitLiter, 0.001},
}

// unitCounted is the first of the units that are any kind of product: "12-gun".
const unitCounted unit = 1 << 16

var (
	measureRE = regexp.MustCompile(`(\d[\d,]*(?:\.\d+)?)(?:[ -]?(?:(\d+)/(\d+)))?([ -]?)("|[a-z]+)`)
	// listedRE finds a number that shares the unit of the next: "12- and 18-gun".
	listedRE = regexp.MustCompile(`(\d[\d.]*)-?(?: ?, ?| and | or | to |-)(\d[\d.]*)([ -]?)("|[a-z]+)`)
)

// numberWords are the small numbers that people write out.
var numberWords = regexp.MustCompile(`\b(?:one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|single|double)\b`)

var numberOf = map[string]string{
	"one": "1", "two": "2", "three": "3", "four": "4", "five": "5", "six": "6", "seven": "7", "eight": "8", "nine": "9",
	"ten": "10", "eleven": "11", "twelve": "12", "single": "1", "double": "2",
}

// maxMeasures is how many measures of a text are kept.
const maxMeasures = 40

// measuresIn finds the measures of a text, at most limit.
func measuresIn(text string, limit int) []measure {
	text = strings.ToLower(plain(text))
	text = numberWords.ReplaceAllStringFunc(text, func(w string) string { return numberOf[w] })
	text = listedRE.ReplaceAllString(text, "$1$3$4 $2$3$4")
	var out []measure
	for _, m := range measureRE.FindAllStringSubmatch(text, 4*limit) {
		name := m[5]
		if name == `"` {
			name = "in"
		}
		u, ok := unitNames[name]
		if k := stem(name); !ok && m[4] == "-" && isKind(k) {
			u.u, u.factor, ok = unitCounted|unit(wordHash(k)), 1, true
		}
		if !ok || len(name) == 1 && m[4] == " " && name != "v" && name != "w" {
			continue
		}
		v, err := strconv.ParseFloat(strings.ReplaceAll(m[1], ",", ""), 32)
		if err != nil || v == 0 {
			continue
		}
		if m[2] != "" {
			if d := atoi(clip(m[3], 4)); d > 0 {
				v += float64(atoi(clip(m[2], 4))) / float64(d)
			}
		}
		if out = append(out, measure{float32(v) * u.factor, u.u}); len(out) == limit {
			break
		}
	}
	return out
}

// relateMeasures compares what both sides count: differs where the item counts
// something that the line counts too, always with another number.
func relateMeasures(item, line []measure) (exact, rough relation) {
	for _, m := range item {
		r := unknown
		for _, o := range line {
			if o.unit != m.unit {
				continue
			}
			if ratio := o.value / m.value; ratio > 0.94 && ratio < 1.06 {
				r = agrees
				break
			}
			r = differs
		}
		to := &exact
		if m.unit > lastExact && m.unit < unitCounted {
			to = &rough
		}
		switch {
		case r == differs && *to != agrees, r == agrees:
			*to = r
		}
	}
	return exact, rough
}

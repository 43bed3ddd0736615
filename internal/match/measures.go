package match

import (
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

// numberOf are the small numbers that people write out.
var numberOf = map[string]float32{
	"one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8, "nine": 9,
	"ten": 10, "eleven": 11, "twelve": 12, "single": 1, "double": 2,
}

// maxMeasures is how many measures of a text are kept.
const maxMeasures = 40

// measuresIn finds the measures of a text, at most limit. Numbers that share a
// unit have it each: "12- and 18-gun".
func measuresIn(text string, limit int) []measure {
	m := measurer{s: strings.ToLower(plain(text)), limit: limit}
	for i := 0; i < len(m.s) && len(m.found) < limit; {
		switch c := m.s[i]; {
		case c >= '0' && c <= '9':
			i = m.number(i)
		case c >= 'a' && c <= 'z':
			i = m.word(i)
		case c == '"':
			if m.end == i {
				m.emit(unitInch, 1)
			}
			m.open = m.open[:0]
			i++
		case c == ' ' || c == ',' || c == '-' || c == '&':
			i++
		default:
			m.open = m.open[:0]
			i++
		}
	}
	return m.found
}

// measurer reads a text from its beginning.
type measurer struct {
	s     string
	limit int
	found []measure
	open  []float32 // numbers that wait for their unit
	end   int       // where the last of them ended
}

// maxOpen is how many numbers may share a unit.
const maxOpen = 12

func (m *measurer) add(v float32, end int) {
	if v > 0 && len(m.open) < maxOpen {
		m.open = append(m.open, v)
	}
	m.end = end
}

// number reads "1,500", "2.5", "1/2" or the "1/2" of "7 1/2".
func (m *measurer) number(i int) int {
	j := m.digits(i)
	v := parseNumber(m.s[i:j])
	if j+1 < len(m.s) && m.s[j] == '/' && isDigit(m.s[j+1]) {
		k := m.digits(j + 1)
		if d := parseNumber(m.s[j+1 : k]); d > 0 {
			v /= d
		}
		if n := len(m.open); n > 0 && m.end < i && strings.Trim(m.s[m.end:i], " -") == "" {
			m.open[n-1] += v
			m.end = k
			return k
		}
		j = k
	}
	m.add(v, j)
	return j
}

// digits is the end of the number at i. A point or comma belongs to it where a
// digit follows.
func (m *measurer) digits(i int) int {
	for i < len(m.s) && (isDigit(m.s[i]) || (m.s[i] == '.' || m.s[i] == ',') && i+1 < len(m.s) && isDigit(m.s[i+1])) {
		i++
	}
	return i
}

func (m *measurer) word(i int) int {
	j := i
	for j < len(m.s) && m.s[j] >= 'a' && m.s[j] <= 'z' {
		j++
	}
	w := m.s[i:j]
	if v, ok := numberOf[w]; ok {
		m.add(v, j)
		return j
	}
	if len(m.open) == 0 || w == "and" || w == "or" || w == "to" {
		return j
	}
	gap := m.s[m.end:i]
	u, ok := unitNames[w]
	if k := stem(w); !ok && gap == "-" && isKind(k) {
		u.u, u.factor, ok = unitCounted|unit(wordHash(k)), 1, true
	}
	if ok && (gap == "" || gap == "-" || gap == " " && (len(w) > 1 || w == "v" || w == "w")) {
		m.emit(u.u, u.factor)
	}
	m.open = m.open[:0]
	return j
}

// emit gives the open numbers their unit.
func (m *measurer) emit(u unit, factor float32) {
	for _, v := range m.open {
		if len(m.found) < m.limit {
			m.found = append(m.found, measure{v * factor, u})
		}
	}
}

func isDigit(c byte) bool { return c >= '0' && c <= '9' }

func parseNumber(s string) float32 {
	v, err := strconv.ParseFloat(strings.ReplaceAll(s, ",", ""), 32)
	if err != nil {
		return 0
	}
	return float32(v)
}

// mains is the voltage of the mains that a number of volts stands for, or 0: 110,
// 115 and 120 are one, as are 220, 230 and 240.
func mains(volts float32) int {
	switch {
	case volts >= 100 && volts <= 127:
		return 120
	case volts >= 220 && volts <= 240:
		return 230
	}
	return 0
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
			if ratio := o.value / m.value; ratio > 0.94 && ratio < 1.06 || m.unit == unitVolt && mains(m.value) > 0 && mains(m.value) == mains(o.value) {
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

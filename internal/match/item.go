package match

import (
	"maps"
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/babyshield/babyshield"
)

// Item is an item folded for comparison. It is immutable.
type Item struct {
	keys   []int64
	brand  brandName // of the brand field; unknown where that is empty
	seller brandName // a shop, never a market place
	raw    []string  // folded words of name and model, unstemmed, in order
	words  []itemWord
	kinds  []string // the kinds that the name holds
	heads  []string // the noun that says what it is, see headOf

	measures  []measure
	tokens    []string // designations in the name: "570", "VH2"
	audience  audience
	years     []int // model years that the name mentions
	colors    []string
	size      string // folded
	sizes     []size
	asins     []string
	models    []string // codes of the model field
	hasModel  bool     // the model field holds a code (and no mere name)
	spelling  string   // the model field as written, for the sentence
	nameCodes []string // codes in the name
	gtins     []string
	lots      []string // the lot, and where the field holds more, the codes in it
	lotIsDate bool
	serial    string
	dateCode  string
	datePair  pair
	dateDays  span
	made      span
	bought    span
	forAt     int      // where in raw a "for" or "fits" stands, or -1
	accessory []string // words that make it a part of something else
}

// PrepareItem folds an item.
func PrepareItem(i *babyshield.Item) *Item {
	it := &Item{
		brand:  itemBrand(i.Brand),
		lots:   lotsOf(i.Lot),
		serial: serialOf(i.Serial),
	}
	it.seller = sellerOf(i.Seller)
	model := clip(i.Model, maxText)
	if len(asinsIn(model)) > 0 {
		model = "" // Amazon's number is no maker's: it must not differ from one
	}
	it.spelling = model
	it.readModel(model)
	it.raw = words(clip(i.Name, maxText), maxNameWords)
	if !it.hasModel && model != "" {
		it.raw = append(it.raw, words(model, 16)...)
	}
	it.nameCodes = codesIn(clip(i.Name, maxText), 3)
	note := model
	if it.hasModel {
		note = ""
	}
	it.words = itemWords(clip(i.Name, maxText), note)
	it.heads = headOf(words(firstPhrase(clip(i.Name, maxText)), maxNameWords))
	if it.heads == nil {
		it.heads = headOf(it.raw)
	}
	it.kinds = kindsIn(it.raw)
	it.accessory = accessoryIn(it.raw)
	it.forAt = slices.IndexFunc(it.raw, func(w string) bool { return servesSet[w] })
	if k := slices.Index(it.raw, "use"); k >= 0 && it.forAt < 0 && k+1 < len(it.raw) && it.raw[k+1] == "with" {
		it.forAt = k + 1
	}
	it.measures = measuresIn(clip(i.Name, maxText)+". "+clip(i.Size, 200), 12)
	it.years = yearsIn(clip(i.Name, maxText))
	it.tokens = designationsIn(clip(i.Name, maxText), 6)
	it.size, it.sizes = code(clip(i.Size, 200)), sizesOf(i.Size)
	it.asins = asinsIn(i.Model, i.Name, i.GTIN, i.URL, i.Ref)
	if len(it.years) == 0 && len(i.Made) == 4 && isNumber(i.Made) {
		y := atoi(i.Made)
		it.years = []int{y, y + 1} // the next model year is made in the autumn
	}
	it.audience = audienceOf(slices.Concat(it.raw, words(clip(i.Size, 200), 6)))
	it.colors = plainColors(words(clip(i.Color, 200), 12))
	it.readGTIN(i.GTIN)
	_, _, it.lotIsDate = NormalizeDate(i.Lot)
	it.made, it.bought = daysOf(i.Made), daysOf(i.Bought)
	it.dateCode, it.dateDays = code(clip(i.DateCode, 200)), daysOf(i.DateCode)
	it.datePair = pairOf(i.DateCode)
	it.keys = it.makeKeys()
	return it
}

// unitMissing says whether the item does not record a unit field at all.
func (it *Item) unitMissing(f string) bool {
	switch f {
	case "lot":
		return !slices.ContainsFunc(it.lots, hasDigit)
	case "serial":
		return it.serial == ""
	case "date_code":
		return !hasDigit(it.dateCode)
	}
	return !it.made.known()
}

// daysOf are the days that a date of an owner's may mean. Of "02/07/2023" that is
// from the earlier to the later reading: not all of them write the month first.
func daysOf(s string) span {
	from, to, ok := NormalizeDate(s)
	if !ok {
		return span{}
	}
	if m := twoNumbersRE.FindStringSubmatch(clip(s, 200)); m != nil {
		if first, last, ok := NormalizeDate(m[2] + m[1] + m[3]); ok {
			from, to = min(from, first), max(to, last)
		}
	}
	return span{from, to}
}

var twoNumbersRE = regexp.MustCompile(`^\s*(\d{1,2}[-/.])(\d{1,2}[-/.])((?:\d{4}|\d{2})(?: .*)?)$`)

// serialOf folds a serial number; "S/N 123", "n/a" and the like are stripped.
func serialOf(s string) string {
	c := code(clip(s, 200))
	for _, p := range []string{"SERIALNUMBER", "SERIALNO", "SERIAL", "SN", "VIN"} {
		if t, ok := strings.CutPrefix(c, p); ok && hasDigit(t) {
			c = t
			break
		}
	}
	if !hasDigit(c) {
		return ""
	}
	return c
}

// readGTIN takes the barcode where its check digit is right, also where a
// spreadsheet took its leading zeros; the check digit proves the repair.
func (it *Item) readGTIN(s string) {
	s = strings.TrimSpace(clip(s, 100))
	s = strings.TrimLeft(strings.TrimPrefix(strings.ToUpper(s), "UPC"), ": #")
	s = strings.TrimSuffix(s, ".0")
	if g, err := babyshield.NormalizeGTIN(s); err == nil {
		it.gtins = []string{g}
		return
	}
	if isNumber(s) && (len(s) == 11 || len(s) == 10) {
		if g, err := babyshield.NormalizeGTIN(strings.Repeat("0", 12-len(s)) + s); err == nil {
			it.gtins = []string{g}
		}
	}
}

// maxItemCodes bounds the codes of a model field.
const maxItemCodes = 6

// readModel takes the codes of a model field: the whole, and each part of it
// that has a digit. "SKU 534987" is 534987, "KABI0176 G062401IC" is either.
func (it *Item) readModel(s string) {
	if whole := code(s); whole != "" && len(s) <= maxToken {
		it.models = append(it.models, whole)
	}
	add := func(c string) {
		if len(it.models) < maxItemCodes && !slices.Contains(it.models, c) {
			it.models = append(it.models, c)
		}
	}
	parts := strings.FieldsFunc(s, func(r rune) bool { return strings.ContainsRune(" ,;/()#:", r) })
	for _, p := range parts {
		if c := code(p); hasDigit(c) && len(c) >= 3 && !withUnit.MatchString(p) {
			add(c)
		}
		// Makers add a packaging or colour suffix: "FRC29-9993" is FRC29, "5500-06-115"
		// is 5500-06.
		for at, r := range clip(p, maxToken) {
			if c := code(p[:at]); r == '-' && strings.Contains(p[:at], "-") && strongCode(c) {
				add(c)
			}
		}
		if head, tail, ok := strings.Cut(p, "-"); ok {
			for _, half := range []string{head, tail} {
				if mixedCode(code(half)) {
					add(code(half))
				}
			}
		}
	}
	it.hasModel = isModelCode(s, parts)
}

// isModelCode tells a code from a name: "A17 B0" and "QSTVFDX" are codes, "Vista
// V2" is a name with a digit.
func isModelCode(s string, parts []string) bool {
	if slices.ContainsFunc(parts, func(p string) bool { return strongCode(code(p)) }) {
		return true
	}
	whole := code(s)
	if len(s) > maxToken || s != strings.ToUpper(s) {
		return false
	}
	return hasDigit(whole) && len(whole) >= 3 && len(whole) <= 20 ||
		len(parts) == 1 && len(whole) >= 4 && hasLetter(whole)
}

// strongCode says whether a code may identify a product without its brand: five
// characters or more, with at least two digits, and no date or measure.
func strongCode(c string) bool {
	digits := 0
	for i := range len(c) {
		if c[i] >= '0' && c[i] <= '9' {
			digits++
		}
	}
	return len(c) >= 5 && digits >= 2 && len(c) <= maxToken && !standardPart(c) && !withUnit.MatchString(c)
}

var standardRE = regexp.MustCompile(`^(?:(?:CR|LR|SR|AG|PR)\d{2,4}S?W?|(?:UL|EN|ISO|IEC|ASTMF?|ANSI|CPSC|CFR|IPX?|USB|DOT|FMVSS)\d{1,5})$`)

// standardPart says whether a folded code names a standard or a part that any
// product may hold, such as a button cell: no model of anybody's.
func standardPart(c string) bool { return len(c) <= 10 && standardRE.MatchString(c) }

// mixedCode is a strong code of letters and digits: hardly ever chance.
func mixedCode(c string) bool { return strongCode(c) && hasLetter(c) && c[0] < utf8.RuneSelf }

// codesIn finds strong codes in a name, at most limit: letters and digits mixed,
// or a number of five digits and more.
func codesIn(s string, limit int) []string {
	l := lex(clip(s, 2000))
	var out []string
	for i := range l {
		if l[i].mark || dateLike.MatchString(l[i].text) {
			continue
		}
		c := code(l[i].text)
		if !strongCode(c) && i+1 < len(l) && isUpper(l[i].text) && len(l[i].text) <= 4 && isNumber(l[i+1].text) {
			c = code(l[i].text + l[i+1].text)
		}
		if strongCode(c) && len(out) < limit && !slices.Contains(out, c) {
			out = append(out, c)
		}
	}
	return out
}

func isUpper(s string) bool { return s == strings.ToUpper(s) && hasLetter(s) }

// accessoryMarks say of a thing that it goes with another; accessoryNouns are such
// things.
var (
	accessoryMarks = set("replacement replace compatible fit spare aftermarket accessory")
	accessoryNouns = func() map[string]bool {
		m := maps.Clone(accessorySet)
		maps.DeleteFunc(m, func(w string, _ bool) bool { return accessoryMarks[stem(w)] })
		return m
	}()
)

// accessoryIn gives the words of a name that make it a part of or a thing for
// another product: "sheet for ...", "... replacement filter", "case, fits ...".
// A word of the list alone is none ("belt swing seat, blue pad").
func accessoryIn(raw []string) []string {
	var out []string
	marked, turned := false, false
	for i, w := range raw {
		s := stem(w)
		turned = turned || turns[w]
		if accessoryMarks[s] {
			marked = true
			out = append(out, s)
			continue
		}
		if !accessorySet[s] {
			continue
		}
		out = append(out, s)
		switch {
		case i+1 < len(raw) && (raw[i+1] == "for" || raw[i+1] == "fits"):
			marked = true
		case i == len(raw)-1 && i < 8 && !turned:
			marked = true
		}
	}
	if !marked {
		return nil
	}
	return out
}

// servesSet are the words behind which the thing is named that an accessory is
// for.
var servesSet = set("for fit fits fitting compatible")

package match

import (
	"regexp"
	"slices"
	"strings"

	"github.com/babyshield/babyshield"
)

// Caps on what is kept of one line. The longest real lists (snowmobiles, lots of
// packed food) stay below them.
const (
	maxModels = 1000
	maxCodes  = 100_000 // more than maxProse can hold: a list cut short would call listed lots unlisted
)

// kind is what a word of prose announces.
type kind uint8

const (
	kindNone kind = iota
	kindModel
	kindSerial
	kindLot
	kindDate
	kindGTIN
	kindOther // announces numbers that identify no product: telephone, release
)

// codes is what prose says of identity and scope.
type codes struct {
	models, lots, dates []string
	serials             []babyshield.Range
	gtins               []string
	source              []babyshield.Source // the sentences that any of it came from
}

// readCodes reads the identifiers that the sentences announce.
func readCodes(sentences []string) codes {
	var c codes
	for _, s := range sentences {
		n := c.count()
		l := lex(s)
		for i := 0; i < len(l); {
			k, next := announces(l, i)
			if k == kindNone {
				i++
				continue
			}
			// What follows is read from next; scanning goes on there too, since
			// another announcement may stand inside ("model and serial numbers").
			i = c.gather(l, next, k)
		}
		if c.count() > n && len(c.source) < 6 {
			c.source = append(c.source, babyshield.Source{Field: "model", Words: clip(s, 300)})
		}
	}
	return c
}

func (c *codes) count() int {
	return len(c.models) + len(c.lots) + len(c.dates) + len(c.serials) + len(c.gtins)
}

var announcers = map[string]kind{
	"model": kindModel, "models": kindModel, "style": kindModel, "styles": kindModel, "sku": kindModel, "skus": kindModel,
	"asin": kindModel, "asins": kindModel, "mpn": kindModel,
	"serial": kindSerial, "serials": kindSerial, "s/n": kindSerial, "vin": kindSerial, "vins": kindSerial,
	"lot": kindLot, "lots": kindLot, "batch": kindLot, "batches": kindLot,
	"upc": kindGTIN, "upcs": kindGTIN, "ean": kindGTIN, "gtin": kindGTIN, "gtins": kindGTIN, "barcode": kindGTIN, "barcodes": kindGTIN,
	"exp": kindDate, "expiration": kindDate, "expiry": kindDate, "expires": kindDate, "bb": kindDate,
	"telephone": kindOther, "phone": kindOther, "hotline": kindOther, "release": kindOther, "fax": kindOther, "call": kindOther,
	"fnsku": kindOther, "cas": kindOther, "fda": kindOther, "ndc": kindOther,
}

// pairs are announcements of two words.
var pairs = map[[2]string]kind{
	{"item", "number"}: kindModel, {"item", "numbers"}: kindModel, {"item", "no"}: kindModel, {"item", "nos"}: kindModel, {"item", "#"}: kindModel, {"item", "code"}: kindModel,
	{"part", "number"}: kindModel, {"part", "numbers"}: kindModel, {"part", "no"}: kindModel, {"part", "#"}: kindModel,
	{"product", "number"}: kindModel, {"product", "numbers"}: kindModel, {"product", "code"}: kindModel, {"product", "codes"}: kindModel, {"product", "#"}: kindModel,
	{"the", "number"}: kindModel, {"the", "numbers"}: kindModel, {"stock", "number"}: kindModel, {"article", "number"}: kindModel, {"catalog", "number"}: kindModel,
	{"date", "code"}: kindDate, {"date", "codes"}: kindDate, {"production", "code"}: kindDate, {"production", "codes"}: kindDate,
	{"manufacturing", "code"}: kindDate, {"manufacturing", "codes"}: kindDate, {"manufacture", "code"}: kindDate, {"manufacture", "codes"}: kindDate,
	{"best", "by"}: kindDate, {"best", "before"}: kindDate, {"best", "if"}: kindDate, {"use", "by"}: kindDate, {"sell", "by"}: kindDate, {"enjoy", "by"}: kindDate,
	{"bar", "code"}: kindGTIN, {"bar", "codes"}: kindGTIN,
	{"model", "year"}: kindOther, {"model", "years"}: kindOther,
}

// announces says what the lexeme at i announces, and where its values may begin.
func announces(l []lexeme, i int) (kind, int) {
	if i+1 < len(l) {
		if k, ok := pairs[[2]string{l[i].lower, l[i+1].lower}]; ok && k != kindNone {
			return k, i + 2
		}
	}
	return announcers[l[i].lower], i + 1
}

// fillers may stand between an announcement and its values.
var fillers = set(`number numbers no nos # code codes : ( ) is are was were of the following include includes including included listed
	below either and or with within range ranges ranging from between beginning starting begin begins start starts that which
	has have date dates a an one these prefix prefixes recalled units only identification stamped by used in sequence inclusive this recall , /`)

const maxFillers = 10

// gather reads the values from i on into c and returns where to go on.
func (c *codes) gather(l []lexeme, i int, k kind) int {
	prefix := false
	limit := min(len(l), i+maxFillers)
	for i < limit && fillers[l[i].lower] {
		switch l[i].lower {
		case "beginning", "starting", "begin", "begins", "start", "starts", "prefix", "prefixes":
			prefix = true
		}
		i++
	}
	switch k {
	case kindGTIN:
		return c.gatherGTINs(l, i)
	case kindDate:
		return c.gatherDates(l, i)
	case kindOther:
		return i
	default:
	}
	return c.gatherList(l, i, k, prefix)
}

// gatherList reads a list of models, lots or serial numbers.
func (c *codes) gatherList(l []lexeme, i int, k kind, prefix bool) int {
	last := "" // the value before, for "A through B"
	between := i > 0 && (l[i-1].lower == "between" || l[i-1].lower == "from")
	for i < len(l) {
		w := l[i]
		if kk, _ := announces(l, i); kk != kindNone {
			return i
		}
		v, n := valueAt(l, i, k, prefix)
		if n > 0 {
			c.add(k, v, prefix)
			i, last = i+n, v
			continue
		}
		switch {
		case w.lower == "(":
			end, ok := closing(l, i)
			if !ok {
				return i + 1
			}
			i = end
		case last != "" && isRangeWord(w, between && k == kindSerial) && i+1 < len(l):
			v, n := valueAt(l, i+1, k, false)
			if n == 0 {
				return i + 1
			}
			c.addRange(k, last, v)
			i, last = i+1+n, ""
		case isConnector(w.lower):
			i++
		default:
			return i
		}
	}
	return i
}

func isConnector(w string) bool {
	switch w {
	case ",", ";", "and", "or", "&", "/", ":", "#", "number", "as", "well", "also", "numbers", "no":
		return true
	}
	return false
}

func isRangeWord(w lexeme, between bool) bool {
	switch w.lower {
	case "through", "thru", "to", "-":
		return true
	case "and":
		return between
	}
	return false
}

// closing is the index after the bracket that closes the one at i, where the
// bracket holds a short remark and announces nothing.
func closing(l []lexeme, i int) (int, bool) {
	for j := i + 1; j < len(l) && j < i+14; j++ {
		if l[j].lower == ")" {
			return j + 1, true
		}
		if k, _ := announces(l, j); k != kindNone {
			return 0, false
		}
	}
	return 0, false
}

var (
	withUnit = regexp.MustCompile(`(?i)^\d+(?:[./]\d+)?-?(?:v|volts?|w|watts?|inch(?:es)?|in|oz|ounces?|ml|l|liters?|qt|quarts?|ft|foot|feet|cm|mm|lbs?|pound|packs?|pieces?|pcs?|ct|count|x|mah|hz|gallons?|years?|months?|days?|hours?|speed|cups?|slice|person|drawers?|th|st|nd|rd|g|kg|d|k|way)$`)
	units    = set(`inches inch in feet foot ft cm mm oz ounce ounces lb lbs pounds pound v volt volts w watt watts ml l liter liters quart quarts
		gallon gallons piece pieces pack packs percent % years year months month days models styles versions colors units different stores
		x times consumers reports incidents mm hz people millimeters centimeters million`)
	dateLike = regexp.MustCompile(`^\d{1,2}/\d{1,4}(?:/\d{2,4})?$`)
	masked   = regexp.MustCompile(`^([A-Z0-9-]*\d[A-Z0-9-]*?)[xX*]{2,}$`)
)

// valueAt is the value at i and how many lexemes it takes; 0 = none. A short
// upper-case word and a number after it are one value ("PS 550").
func valueAt(l []lexeme, i int, k kind, prefix bool) (string, int) {
	w := l[i]
	if w.mark || len(w.text) > maxToken || isMeasure(l, i) || k == kindModel && dateLike.MatchString(w.text) {
		return "", 0
	}
	if hasDigit(w.text) {
		if n := len(code(w.text)); n < 2 || k == kindModel && n < 3 && isNumber(w.text) {
			return "", 0
		}
		return w.text, 1
	}
	switch {
	case w.text != strings.ToUpper(w.text):
	case k == kindSerial && prefix:
		return w.text, 1
	case k == kindModel:
		return lettersAt(l, i)
	}
	return "", 0
}

// lettersAt is the model of capitals alone, or of capitals and a number, at i.
func lettersAt(l []lexeme, i int) (string, int) {
	w := l[i]
	switch {
	case len(w.text) >= 4 && (i == 0 || !hasDigit(l[i-1].text)):
		return w.text, 1 // "QSSTTVFDXL"
	case len(w.text) < 4 && i+1 < len(l) && isShortNumber(l, i+1):
		return w.text + " " + l[i+1].text, 2
	}
	return "", 0
}

// isMeasure says whether the lexeme is a number with a unit, in one or two words.
func isMeasure(l []lexeme, i int) bool {
	return withUnit.MatchString(l[i].text) || i+1 < len(l) && units[l[i+1].lower] && !hasLetter(l[i].text)
}

func isShortNumber(l []lexeme, i int) bool {
	return !l[i].mark && hasDigit(l[i].text) && len(l[i].text) < 12 && !withUnit.MatchString(l[i].text)
}

// add keeps one value.
func (c *codes) add(k kind, v string, prefix bool) {
	if m := masked.FindStringSubmatch(v); m != nil {
		v, prefix = m[1], true
	}
	if prefix && !strings.HasSuffix(v, "*") {
		v += "*"
	}
	switch k {
	case kindModel:
		c.models = appendNew(c.models, v, maxModels)
	case kindLot:
		c.lots = appendNew(c.lots, v, maxCodes)
	case kindSerial:
		if a, b, ok := dashRange(v); ok {
			c.serials = append(c.serials, babyshield.Range{From: a, To: b})
			return
		}
		if len(c.serials) < maxCodes {
			c.serials = append(c.serials, babyshield.Range{From: v})
		}
	default: // the others have gatherers of their own
	}
}

// addRange makes the last value and v the ends of a range. Models and lots of a
// range are spelled out where they count up by less than fifty.
func (c *codes) addRange(k kind, from, to string) {
	switch k {
	case kindSerial:
		c.serials[len(c.serials)-1] = babyshield.Range{From: strings.TrimSuffix(from, "*"), To: to}
	case kindModel:
		for _, v := range between(from, to) {
			c.models = appendNew(c.models, v, maxModels)
		}
	case kindLot:
		for _, v := range between(from, to) {
			c.lots = appendNew(c.lots, v, maxCodes)
		}
	default: // as in add
	}
}

// dashRange splits "546515117-547916107": two halves of one shape.
func dashRange(v string) (from, to string, ok bool) {
	a, b, ok := strings.Cut(v, "-")
	return a, b, ok && len(a) >= 5 && shape(a) == shape(b)
}

// shape is the code with every digit as 0 and every letter as A.
func shape(s string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r >= '0' && r <= '9':
			return '0'
		case r >= 'A' && r <= 'Z' || r >= 'a' && r <= 'z':
			return 'A'
		}
		return r
	}, s)
}

// between spells a range out: the last digits count up. Ranges that are no such
// thing give their upper end.
func between(from, to string) []string {
	i := len(from)
	for i > 0 && from[i-1] >= '0' && from[i-1] <= '9' {
		i--
	}
	head, digits := from[:i], from[i:]
	if len(from) != len(to) || !strings.HasPrefix(to, head) || !isNumber(to[i:]) || len(digits) == 0 || len(digits) > 9 {
		return []string{to}
	}
	a, b := atoi(digits), atoi(to[i:])
	if b <= a || b-a >= 50 {
		return []string{to}
	}
	var out []string
	for n := a + 1; n <= b; n++ {
		d := itoa(n)
		out = append(out, head+strings.Repeat("0", len(digits)-len(d))+d)
	}
	return out
}

// appendNew appends v unless it is there or the list is full. Only the newest
// entries are compared, so that long lists stay cheap; Prepare drops the rest.
func appendNew(list []string, v string, limit int) []string {
	if v == "" || len(list) >= limit || slices.Contains(list[max(0, len(list)-50):], v) {
		return list
	}
	return append(list, v)
}

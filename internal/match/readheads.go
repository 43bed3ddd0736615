package match

import (
	"slices"
	"strings"
)

// column is what a heading announces.
type column uint8

const (
	colOther column = iota
	colName
	colModel
	colSerial
	colLot
	colDate
	colGTIN
	colYear
)

// headings of a table.
type headings struct {
	columns []column
	pairs   bool // lower and upper bounds are columns of their own
	prefix  bool // and so is what both begin with
	starred bool // codes stand for what begins with them: "first 8 digits"
	vin     bool // serial numbers are those of vehicles
	price   bool
}

func (h *headings) has(c column) bool { return slices.Contains(h.columns, c) }

// codeColumns are the columns of codes that look alike, in order.
func (h *headings) codeColumns() []column {
	var out []column
	for _, c := range h.columns {
		if c >= colModel && c <= colDate && !slices.Contains(out, c) {
			out = append(out, c)
		}
	}
	return out
}

// headingWords may stand in headings; the value says what they tell of the column.
var headingWords = map[string]column{
	"product": colOther, "products": colName, "name": colName, "names": colName, "description": colName, "brand": colName, "item": colOther, "items": colName,
	"number": colOther, "numbers": colOther, "no": colOther, "nos": colOther, "#": colOther, "code": colOther, "codes": colOther,
	"model": colModel, "models": colModel, "sku": colModel, "skus": colModel, "style": colModel, "styles": colModel, "part": colOther, "catalog": colModel, "dpci": colModel,
	"serial": colSerial, "vin": colSerial, "vins": colSerial, "identification": colOther, "vehicle": colOther,
	"lot": colLot, "lots": colLot, "batch": colLot, "upc": colGTIN, "upcs": colGTIN, "ean": colGTIN, "gtin": colGTIN, "barcode": colGTIN, "bar": colOther,
	"date": colOther, "dates": colOther, "expiration": colOther, "production": colOther, "manufacture": colOther, "manufacturing": colOther, "manufactured": colOther,
	"year": colYear, "years": colYear, "color": colOther, "colors": colOther, "size": colOther, "sizes": colOther, "type": colOther, "unit": colOther,
	"range": colOther, "ranges": colOther, "prefix": colOther, "prefixes": colOther, "image": colOther, "images": colOther, "picture": colOther, "photo": colOther,
	"assembly": colOther, "pictures": colOther, "photos": colOther, "measurements": colOther, "weight": colOther, "distribution": colOther, "units": colOther, "remedy": colOther, "sold": colOther,
	"pattern": colOther, "fragrance": colOther, "scent": colOther, "flavor": colOther, "finish": colOther, "material": colOther, "capacity": colOther, "thickness": colOther,
	"begins": colOther, "begin": colOther, "with": colOther, "price": colOther, "retail": colOther, "quantity": colOther, "starting": colOther, "ending": colOther, "beginning": colOther, "first": colOther, "last": colOther, "from": colOther, "to": colOther, "start": colOther, "end": colOther,
}

// headReader reads a run of headings.
type headReader struct {
	h     headings
	l     []lexeme
	words []string // of the column that is being read
}

// maxHeads is how many lexemes headings may take.
const maxHeads = 40

// headingsAt reads headings from i on and returns where the rows begin; 0 =
// there are none.
func headingsAt(l []lexeme, i int) (headings, int) {
	r := headReader{l: l}
	for j := i; j < len(l) && j < i+maxHeads; {
		n, ok := r.step(j)
		switch {
		case !ok:
			return headings{}, 0
		case n == 0:
			r.flush()
			return r.h, r.h.check(l, i, j)
		}
		j += n
	}
	return headings{}, 0
}

// flush ends the column.
func (r *headReader) flush() {
	if len(r.words) > 0 {
		r.h.columns = append(r.h.columns, columnOf(r.words))
		r.words = nil
	}
}

// step reads what stands at j and returns how many lexemes it took; 0 = no
// heading. It is not ok where these cannot be headings at all.
func (r *headReader) step(j int) (n int, ok bool) {
	w := r.l[j]
	switch {
	case w.lower == "(":
		return r.bracket(j)
	case w.lower == "of" && len(r.words) > 0 && j+1 < len(r.l) && isHeading(r.l[j+1].lower) && isCapital(r.l[j+1].text[0]):
		r.words = append(r.words, r.l[j+1].lower) // "Date of Manufacture"
		return 2, true
	case w.mark && w.text != "#":
		return 1, w.text == "/" || w.text == "&"
	}
	lower := headingOf(w.lower)
	if !isHeading(lower) || !w.mark && !isCapital(w.text[0]) && (len(r.words) == 0 || lower != "number" && lower != "numbers") {
		return 0, true
	}
	r.word(lower)
	return 1, true
}

// bracket reads "(s)" and "(From)", and passes a remark.
func (r *headReader) bracket(j int) (n int, ok bool) {
	if j+2 < len(r.l) && r.l[j+2].lower == ")" && (r.l[j+1].lower == "s" || isHeading(r.l[j+1].lower) && headingWords[r.l[j+1].lower] == colOther) {
		r.h.note(r.l[j+1].lower)
		return 3, true
	}
	end, closed := closing(r.l, j)
	if len(r.words) == 0 || !closed || end-j > 8 {
		return 0, false
	}
	r.h.starred = r.h.starred || r.l[j+1].lower == "first"
	return end - j, true
}

// word takes in a word. A new column begins where the one before is complete, or
// names another thing.
func (r *headReader) word(w string) {
	if n := len(r.words); n > 0 && !continues(r.words, w) && (complete(r.words[n-1]) || headingWords[w] >= colModel && columnOf(r.words) >= colModel) {
		r.flush()
	}
	r.words = append(r.words, w)
	r.h.note(w)
}

func isHeading(w string) bool { _, ok := headingWords[w]; return ok }

// headingOf is the heading in "PID/Style" and "Item/SKU", else the word itself.
func headingOf(w string) string {
	if strings.Count(w, "/") != 1 {
		return w
	}
	for part := range strings.SplitSeq(w, "/") {
		if headingWords[part] >= colModel {
			return part
		}
	}
	return w
}

// note keeps what a heading's word says of bounds.
func (h *headings) note(w string) {
	switch w {
	case "from", "starting", "beginning", "first", "start":
		h.pairs = true
	case "prefix", "prefixes":
		h.prefix = true
	case "vin", "vins", "vehicle":
		h.vin = true
	case "begins", "begin":
		h.starred = true
	case "price", "retail":
		h.price = true
	}
}

// check says where the rows begin: at j, if what began at i are the headings of a
// table. One heading is enough behind another word of it: "Toy Item Number".
func (h *headings) check(l []lexeme, i, j int) int {
	if len(h.columns) == 1 && h.columns[0] == colModel && j > i+1 && i > 0 && !l[i-1].mark && isCapital(l[i-1].text[0]) && !sentenceStart[l[i-1].text] &&
		j < len(l) && !l[j].mark && isCapital(l[j].text[0]) && !hasDigit(l[j].text) && !isUpper(l[j].text) {
		return j
	}
	if len(h.columns) < 2 || len(h.codeColumns()) == 0 && !h.has(colGTIN) || j >= len(l) {
		return 0
	}
	if l[j].mark || !hasDigit(l[j].text) && !isCapital(l[j].text[0]) {
		return 0
	}
	return j
}

// complete says whether a heading may end with the word.
func complete(w string) bool {
	switch w {
	case "product", "part", "vehicle", "retail", "starting", "ending", "beginning", "first", "last", "expiration", "production", "manufacture", "manufacturing", "manufactured", "unit", "item", "bar", "identification":
		return false
	}
	return true
}

// continues says whether the word goes on with the column: "Model" and "Number",
// "Serial Number" and "Range".
func continues(words []string, w string) bool {
	last := words[len(words)-1]
	switch w {
	case "number", "numbers", "no", "nos", "#", "code", "codes", "identification":
		return last != "name" && last != "number" && last != "numbers" && last != "code" && last != "codes"
	case "range", "ranges", "from", "to", "prefix", "prefixes", "start", "end", "begins", "begin", "with":
		return true
	case "name", "names", "year", "years":
		return last == "model" || last == "brand" || last == "product" || last == "style" || last == "item"
	case "date", "dates":
		return last != "name" && last != "number"
	}
	return false
}

// columnOf is the column that the words of one heading announce.
func columnOf(words []string) column {
	has := func(list ...string) bool {
		return slices.ContainsFunc(list, func(w string) bool { return slices.Contains(words, w) })
	}
	numbered := has("number", "numbers", "no", "nos", "#", "code", "codes")
	switch {
	case has("year", "years"):
		return colYear
	case has("serial", "vin", "vins"), has("vehicle") && has("identification"), has("prefix", "from") && !has("model"):
		return colSerial
	case has("lot", "lots", "batch"):
		return colLot
	case has("upc", "upcs", "ean", "gtin", "barcode"), has("bar") && has("code", "codes"):
		return colGTIN
	case has("expiration"), has("date", "production", "manufacturing") && has("code", "codes"):
		return colDate
	case has("date", "dates"):
		return colOther
	case has("name", "names", "description", "brand") && !numbered:
		return colName
	case has("model", "models", "sku", "skus", "style", "styles", "catalog", "dpci"), has("item", "part", "product") && (numbered || has("identification")):
		return colModel
	case has("product", "products", "item", "items"):
		return colName
	}
	return colOther
}

package match

import (
	"slices"
	"strings"

	"github.com/babyshield/babyshield"
)

// Notices hold tables that lost their lines and columns on the way to us: a run
// of headings in capitals ("Product Name Model Number Serial Number Range") and
// then the cells of all rows in one run of words. A table is read where its
// headings are at least two columns with a column of codes among them. Cells go
// to columns by what they look like and by the order of the headings; where that
// is not certain, serial numbers, lots and date codes stay unread, since half a
// list would call the other half unaffected.

// cell is a code in a table: one, or a range.
type cell struct {
	text, to string
	shape    string
}

// tableReader puts the cells of one table into columns.
type tableReader struct {
	h      headings
	kinds  []column
	found  map[column][]cell
	shapes map[string]column // of codes whose column is known
	next   int               // of kinds: the column that a lone code is expected in
	ranged bool              // a range was seen
	unsure bool
	years  []int
}

// table reads the table whose headings begin at i, and returns where it ends; 0
// = there is none.
func (c *codes) table(l []lexeme, i int) int {
	if !mayHead(l, i) {
		return 0
	}
	h, from := headingsAt(l, i)
	if from == 0 {
		return 0
	}
	end := proseAfter(l, from)
	t := tableReader{h: h, kinds: h.codeColumns(), found: map[column][]cell{}, shapes: map[string]column{}}
	var run []cell
	for j := from; j < end; {
		x, n := t.cellAt(l, j)
		switch {
		case n > 0 && x.text != "":
			run = append(run, x)
		case n > 0: // a number that is none of the codes
		case isConnector(l[j].lower) || l[j].lower == "-" || l[j].lower == "(":
			n = 1
		default:
			t.put(run)
			run, n = nil, 1
		}
		j += n
	}
	t.put(run)
	c.keep(&t)
	return end
}

// mayHead says whether i is the first word that may be a heading.
func mayHead(l []lexeme, i int) bool {
	return !l[i].mark && isCapital(l[i].text[0]) && isHeading(headingOf(l[i].lower)) && !neverFirst[l[i].lower] && (i == 0 || !isHeading(l[i-1].lower) || !isCapital(l[i-1].text[0]))
}

// neverFirst are words of headings that begin none.
var neverFirst = set("no nos number numbers code codes range ranges from to with begins begin prefix prefixes end ending")

func startsTable(l []lexeme, i int) bool {
	if !mayHead(l, i) {
		return false
	}
	_, from := headingsAt(l, i)
	return from > 0
}

// proseAfter is where the rows end: at the sentence that goes on behind them, or
// the next table.
func proseAfter(l []lexeme, from int) int {
	for j := from; j < len(l); j++ {
		if j > from && startsTable(l, j) {
			return j
		}
		if !verbs[l[j].lower] {
			continue
		}
		for back := j; back > from && back > j-12; back-- {
			if sentenceStart[l[back].text] {
				return back
			}
		}
		return j
	}
	return len(l)
}

var (
	verbs         = set("is are was were can may will has have located found if")
	sentenceStart = map[string]bool{"The": true, "These": true, "This": true, "All": true, "Only": true, "Units": true, "Consumers": true, "Each": true, "Both": true, "A": true, "If": true, "They": true}
)

// put assigns the codes of one run to columns.
func (t *tableReader) put(run []cell) {
	if len(run) == 0 || len(t.kinds) == 0 {
		return
	}
	if t.h.pairs && slices.Contains(t.kinds, colSerial) {
		t.putPairs(run)
		return
	}
	var single []cell
	ranges := t.rangeColumn()
	for _, x := range run {
		if x.to != "" && ranges != colOther {
			t.assign(ranges, x)
			t.ranged = true
			continue
		}
		single = append(single, x)
	}
	switch n := len(t.kinds); {
	case len(single) == 0:
	case n == 1:
		t.assign(t.kinds[0], single...)
	case n == 2 && t.ranged: // ranges are of one column, so that what looks otherwise is of the other
		for _, x := range single {
			k := t.kinds[0]
			if _, ok := t.shapes[x.shape]; ok || k == ranges {
				k = t.expected(x)
			}
			t.assign(k, x)
		}
	case n == 2 && len(single) > 1 && t.next == 0:
		t.putTwo(single)
	default:
		for _, x := range single {
			t.assign(t.expected(x), x)
		}
	}
}

// rangeColumn is the column that ranges belong to.
func (t *tableReader) rangeColumn() column {
	for _, k := range []column{colSerial, colDate, colLot} {
		if slices.Contains(t.kinds, k) {
			return k
		}
	}
	return colOther
}

func (t *tableReader) assign(k column, list ...cell) {
	for _, x := range list {
		if known, ok := t.shapes[x.shape]; ok && known != k {
			t.unsure = true
		}
		t.shapes[x.shape] = k
		t.found[k] = append(t.found[k], x)
	}
	if i := slices.Index(t.kinds, k); i >= 0 {
		t.next = (i + 1) % len(t.kinds)
	}
}

// expected is the column of a lone code: that of its shape, that of a code which
// begins alike, else the next one.
func (t *tableReader) expected(x cell) column {
	if slices.Contains(t.kinds, colDate) && strings.Count(x.text, "/") == 2 {
		return colDate
	}
	if k, ok := t.shapes[x.shape]; ok {
		return k
	}
	for _, k := range t.kinds {
		if list := t.found[k]; len(list) > 0 && alikeHead(list[len(list)-1].text, x.text) {
			return k
		}
	}
	if k := t.kinds[t.next]; k != colSerial || !t.h.vin || len(x.text) == 17 {
		return k
	}
	return t.kinds[(t.next+1)%len(t.kinds)] // no vehicle's number is shorter
}

// alikeHead says whether two codes begin alike: "GK2309880" and "GK23081458".
func alikeHead(a, b string) bool {
	const n = 4
	return len(a) > n && len(b) > n && a[:n] == b[:n]
}

// putTwo splits a run that begins with the first of two columns where the look
// of the codes changes, if it does so once.
func (t *tableReader) putTwo(run []cell) {
	at := 1
	for at < len(run) && run[at].shape == run[0].shape {
		at++
	}
	if len(run) == 2 && at == 2 {
		at = 1 // one of each, alike
	}
	for i := at + 1; i < len(run); i++ {
		if run[i].shape != run[at].shape || at == len(run) {
			for _, x := range run {
				t.assign(t.expected(x), x)
			}
			return
		}
	}
	if at == len(run) {
		t.assign(t.expected(run[0]), run...)
		return
	}
	t.assign(t.kinds[0], run[:at]...)
	t.assign(t.kinds[1], run[at:]...)
}

// odd says whether a column of lots, serial numbers or date codes holds a code
// that looks like no other of it: most likely it belongs elsewhere.
func odd(list []cell) bool {
	count := map[string]int{}
	single := 0
	for _, x := range list {
		if x.to == "" {
			count[x.shape]++
			single++
		}
	}
	for _, n := range count {
		if n == 1 && single >= 4 && len(count) <= single/2 {
			return true
		}
	}
	return false
}

// putPairs reads lower and upper bounds in turn, among them models.
func (t *tableReader) putPairs(run []cell) {
	if t.h.prefix {
		t.putTriples(run)
		return
	}
	models := slices.Contains(t.kinds, colModel)
	for i := 0; i < len(run); i++ {
		from := run[i].text
		switch {
		case i+1 < len(run) && bounds(from, run[i+1].text):
			t.found[colSerial] = append(t.found[colSerial], cell{text: from, to: run[i+1].text})
			i++
		case models && hasLetter(from) && len(from) < 8:
			t.found[colModel] = append(t.found[colModel], run[i])
		default:
			t.unsure = true
			return
		}
	}
}

// putTriples reads what both bounds begin with, the lower and the upper one.
func (t *tableReader) putTriples(run []cell) {
	if len(run)%3 != 0 {
		t.unsure = true
		return
	}
	for i := 0; i < len(run); i += 3 {
		head, from, to := run[i].text, run[i+1].text, run[i+2].text
		if !bounds(from, to) {
			t.unsure = true
			return
		}
		t.found[colSerial] = append(t.found[colSerial], cell{text: head + from, to: head + to})
	}
}

// bounds says whether two codes may be a lower and an upper bound.
func bounds(from, to string) bool {
	if shape(from) == shape(to) {
		return from <= to
	}
	return isNumber(from) && isNumber(to) && len(from) < len(to)
}

// keep adds what a table gave.
func (c *codes) keep(t *tableReader) {
	for _, x := range t.found[colGTIN] {
		c.gtins = appendNew(c.gtins, x.text, maxCodes)
	}
	for _, x := range t.found[colModel] {
		if t.unsure && isNumber(x.text) {
			continue
		}
		c.add(kindModel, x.text, whole)
		if x.to != "" {
			c.addRange(kindModel, x.text, x.to, whole)
		}
	}
	c.years = append(c.years, t.years...)
	if t.unsure || odd(t.found[colLot]) || odd(t.found[colDate]) || odd(t.found[colSerial]) {
		return
	}
	for _, x := range t.found[colLot] {
		c.add(kindLot, x.text, whole)
		if x.to != "" {
			c.addRange(kindLot, x.text, x.to, whole)
		}
	}
	for _, x := range t.found[colDate] {
		v := x.text
		if x.to != "" {
			v += " to " + x.to
		}
		v = printedRange(v)
		c.dates = appendNew(c.dates, v, maxCodes)
	}
	for _, x := range t.found[colSerial] {
		if x.to == "" {
			a := whole
			if t.h.starred {
				a = beginning
			}
			c.add(kindSerial, x.text, a)
			continue
		}
		if unmask(x.to) != x.to {
			x.text, x.to = unmask(x.text), unmask(x.to)+"*"
		}
		c.serials = append(c.serials, babyshield.Range{From: x.text, To: x.to})
	}
}

package match

import (
	"regexp"
	"slices"
	"strings"

	"github.com/babyshield/babyshield"
)

// Days of grace. An owner's memory of a purchase is a month out easily; makers
// count the weeks of a year in more than one way; goods stay on sale and change
// hands for years after a recall, but not for ever.
const (
	graceBefore = 31
	graceLate   = 45
	graceAfter  = 3 * 365
	graceWeek   = 6
)

// weighUnits compares what bounds the line among units of one model.
func (l *line) weighUnits(i *Item) [4]relation {
	var u [4]relation
	u[0] = l.weighLots(i.lots, i.lotIsDate)
	u[1] = l.weighSerial(i.serial)
	u[2] = l.weighDateCode(i.dateCode, i.datePair, i.dateDays)
	u[3] = i.made.relate(l.made)
	if u[3] == unknown && u[2] == unknown {
		u[3] = l.codeMeans(i.dateCode, i.dateDays).relate(l.made)
	}
	if u[0] != agrees && slices.ContainsFunc(i.lots, l.notLots.has) || len(i.lots) > 0 && l.notLots.has(i.lots[0]) {
		u[0] = differs
	}
	if slices.ContainsFunc(l.notSerials, func(r babyshield.Range) bool { in, _ := inRange(i.serial, r); return in && i.serial != "" }) {
		u[1] = differs
	}
	l.weighMisplaced(i, &u)
	// What is bought before the first unit was made is none of them.
	if u[3] == unknown && l.made.from != "" && i.bought.to != "" && i.bought.to < addDays(l.made.from, -graceBefore) {
		u[3] = differs
	}
	return u
}

// weighMisplaced finds codes in another field than the notice calls them by:
// people write a batch into the serial field and the like. A listed code agrees
// wherever it stands.
func (l *line) weighMisplaced(i *Item, u *[4]relation) {
	if !l.lots.empty() {
		if u[1] == unknown && l.lots.has(i.serial) {
			u[1] = agrees
		}
		if u[2] == unknown && l.lots.has(i.dateCode) {
			u[2] = agrees
		}
	}
	if u[0] != agrees && slices.ContainsFunc(i.lots, l.lotIs) {
		u[0] = agrees
	}
}

// weighSerial places a serial number in the listed ranges. Numbers of another
// shape cannot be compared.
func (l *line) weighSerial(s string) relation {
	if s == "" || len(l.serials) == 0 {
		return unknown
	}
	out := straddle
	for _, r := range l.serials {
		switch in, alike := inRange(s, r); {
		case in:
			return agrees
		case alike:
			out = differs
		}
	}
	return out
}

// exactSerial says whether a serial number agrees in more than its first letters.
func (l *line) exactSerial(s string) bool {
	return slices.ContainsFunc(l.serials, func(r babyshield.Range) bool {
		in, _ := inRange(s, r)
		return in && (!strings.Contains(r.From, "*") || len(r.From) > 4)
	})
}

// inRange says whether s is in r, and whether that can be said. Stars are those
// of babyshield.RecalledProduct. Where the range is of the last digits ("last 8
// of the VIN"), the end of s is compared.
func inRange(s string, r babyshield.Range) (in, alike bool) {
	if to, ok := strings.CutSuffix(r.To, "*"); ok { // a range of beginnings
		n := len(r.From)
		if len(s) < n || n != len(to) || shape(s[:n]) != shape(r.From) {
			return false, false
		}
		return r.From <= s[:n] && s[:n] <= to, true
	}
	if strings.Contains(r.From, "*") {
		return fitsStars(s, r.From), alikeStars(s, r.From)
	}
	if r.To == "" {
		return s == r.From, shape(s) == shape(r.From)
	}
	if len(s) > len(r.From) && len(r.From) >= 6 && len(r.From) == len(r.To) {
		s = s[len(s)-len(r.From):]
	}
	if len(r.From) < 6 && len(s) > len(r.From)+2 {
		return false, false // a short code somewhere within the number
	}
	if isNumber(s) && isNumber(r.From) && isNumber(r.To) {
		return !shorter(s, r.From) && !shorter(r.To, s), true
	}
	if shape(s) != shape(r.From) || shape(s) != shape(r.To) {
		return false, false
	}
	return r.From <= s && s <= r.To, true
}

// shorter says whether the number a is less than b; both are digits.
func shorter(a, b string) bool {
	a, b = strings.TrimLeft(a, "0"), strings.TrimLeft(b, "0")
	return len(a) < len(b) || len(a) == len(b) && a < b
}

// alikeStars says whether a code has the shape of a code with stars where that has
// no star: "26001PS22" is not built like "PS21*" and says nothing against it.
func alikeStars(c, pattern string) bool {
	inner := strings.Trim(pattern, "*")
	n := len(inner)
	switch {
	case len(c) < n:
		return false
	case !strings.HasPrefix(pattern, "*"):
		return shape(c[:n]) == shape(inner)
	case !strings.HasSuffix(pattern, "*"):
		return shape(c[len(c)-n:]) == shape(inner)
	}
	return true
}

// fitsStars says whether a folded code is what a code with stars stands for:
// "LT*", "*K", "*417*".
func fitsStars(c, pattern string) bool {
	inner := strings.Trim(pattern, "*")
	head, tail := !strings.HasPrefix(pattern, "*"), !strings.HasSuffix(pattern, "*")
	switch {
	case inner == "":
		return false
	case head && tail:
		return c == inner
	case head:
		return strings.HasPrefix(c, inner)
	case tail:
		return strings.HasSuffix(c, inner)
	}
	return strings.Contains(c, inner)
}

// codeMeans is the days that an item's date code means by the notice's format, or
// by itself.
func (l *line) codeMeans(c string, days span) span {
	if s, ok := codeDays(l.format, c); ok {
		return span{addDays(s.from, -graceWeek), addDays(s.to, graceWeek)}
	}
	return days
}

// weighDateCode finds a date code in the list: the same code, or, where both are
// dates, a day inside. Other codes can be told to be outside of a range only
// where the range itself shows in which order its parts count.
func (l *line) weighDateCode(c string, p pair, days span) relation {
	if c == "" || len(l.dates) == 0 {
		return unknown
	}
	days = l.codeMeans(c, days)
	out := differs
	for _, d := range l.dates {
		switch r := d.relate(c, p, days); r {
		case agrees:
			return agrees
		case straddle:
			out = straddle
		case unknown, differs:
		}
	}
	if !hasDigit(c) {
		return unknown // "not readable"
	}
	return out
}

func (d *dateCode) relate(c string, p pair, days span) relation {
	switch {
	case d.to == "" && (d.code == c || strings.Contains(d.code, "*") && fitsStars(c, d.code) || oneBegins(c, d.code)):
		return agrees
	case d.days.known() && days.known():
		return days.relate(d.days)
	case d.to == "" && d.days.known() == days.known():
		return differs
	case d.to == "":
		return straddle // one may be a date and the other a code
	}
	if isNumber(c) && len(c) == len(d.code) && len(c) == len(d.to) && len(c) != 4 && d.code <= d.to && isNumber(d.code) && isNumber(d.to) {
		return insideIf(d.code <= c && c <= d.to)
	}
	return relatePrinted(p, d.low, d.high)
}

// oneBegins says whether a code of four characters and more is how the other
// begins: "0722" and "0722NH".
func oneBegins(a, b string) bool {
	return min(len(a), len(b)) >= 4 && (strings.HasPrefix(a, b) || strings.HasPrefix(b, a))
}

// pair is a code of two numbers, such as a year and a week; the zero pair is none.
type pair [2]int

var pairRE = regexp.MustCompile(`^\D*(\d{1,4})[-/. ](\d{1,4})\D*$`)

// pairOf reads "21/3", or four digits as two and two.
func pairOf(s string) pair {
	s = strings.TrimSpace(clip(s, 40))
	if m := pairRE.FindStringSubmatch(s); m != nil {
		return pair{atoi(m[1]), atoi(m[2])}
	}
	if len(s) == 4 && isNumber(s) {
		return pair{atoi(s[:2]), atoi(s[2:])}
	}
	return pair{}
}

func (p pair) known() bool           { return p != pair{} }
func (p pair) reversed() pair        { return pair{p[1], p[0]} }
func (p pair) upTo(o pair) bool      { return p[0] < o[0] || p[0] == o[0] && p[1] <= o[1] }
func (p pair) in(from, to pair) bool { return from.upTo(p) && p.upTo(to) }

// yearish says whether a number may be a year of a thing that is still in use.
func yearish(n int) bool { return n >= 10 && n <= 40 || n >= 1990 && n <= 2040 }

// relatePrinted places a code in a range of codes that nothing explains: the range
// shows in which order its numbers count, by running upward in that order alone,
// or by having years in one place alone.
func relatePrinted(c, from, to pair) relation {
	if !c.known() || !from.known() || !to.known() {
		return straddle
	}
	up, down := from.upTo(to), from.reversed().upTo(to.reversed())
	if up && down {
		first, second := yearish(from[0]) && yearish(to[0]), yearish(from[1]) && yearish(to[1])
		if first != second {
			up, down = first, second
		}
	}
	inUp, inDown := c.in(from, to), c.reversed().in(from.reversed(), to.reversed())
	switch {
	case up && (!down || inUp == inDown):
		return printedIf(inUp, c.reversed().in(from, to))
	case down && !up:
		return printedIf(inDown, c.in(from.reversed(), to.reversed()))
	}
	return straddle
}

// printedIf is insideIf for a code that its owner may have written the other way
// round ("31/22" for week 31 of "22/31").
func printedIf(in, turned bool) relation {
	if !in && turned {
		return straddle
	}
	return insideIf(in)
}

func insideIf(in bool) relation {
	if in {
		return agrees
	}
	return differs
}

// weighBought places the purchase in the time of sale: clearly before it, or
// long after the recall, is outside. A purchase soon after the end of sales may be
// second-hand and is only late.
func (l *line) weighBought(i *Item, published babyshield.Day) (bought, late relation) {
	b := i.bought
	switch {
	case !b.known():
		return unknown, unknown
	case l.sold.from != "" && b.to < addDays(l.sold.from, -graceBefore):
		return differs, unknown
	case published != "" && b.from > addDays(max(published, l.sold.to), graceAfter):
		return differs, unknown
	case l.sold.to != "" && b.from > addDays(l.sold.to, graceLate):
		return unknown, differs
	}
	if r := b.relate(l.sold); r == agrees {
		return agrees, agrees
	}
	return unknown, unknown
}

// relateYears compares model years.
func relateYears(item, line []int) relation {
	if len(item) == 0 || len(line) == 0 {
		return unknown
	}
	if slices.ContainsFunc(item, func(y int) bool { return slices.Contains(line, y) }) {
		return agrees
	}
	return differs
}

var itemASINRE = regexp.MustCompile(`\b(?:B0|X0)[0-9A-Z]{8}\b`)

// asinsIn finds Amazon's product numbers.
func asinsIn(texts ...string) []string {
	var out []string
	for _, t := range texts {
		if len(t) < 10 || !hasDigit(t) {
			continue
		}
		for _, a := range itemASINRE.FindAllString(strings.ToUpper(clip(t, 2000)), 4) {
			if hasDigit(a[2:]) && !slices.Contains(out, a) {
				out = append(out, a)
			}
		}
	}
	return out
}

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
	u[0] = l.lots.relate(i.lot)
	u[1] = l.weighSerial(i.serial)
	u[2] = l.weighDateCode(i.dateCode, i.dateDays)
	u[3] = i.made.relate(l.made)
	if u[3] == unknown && u[2] == unknown {
		u[3] = l.codeMeans(i.dateCode, i.dateDays).relate(l.made)
	}
	if l.notLots.has(i.lot) {
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
	if i.lot == "" || u[0] == agrees {
		return
	}
	if l.weighDateCode(i.lot, span{}) == agrees || l.weighSerial(i.lot) == agrees {
		u[0] = agrees
	}
}

// relate says whether a folded code is one of those listed; without a list or a
// code nothing can be said.
func (m *matcher) relate(c string) relation {
	switch {
	case m.empty() || c == "":
		return unknown
	case m.has(c):
		return agrees
	}
	return differs
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
		return fitsStars(s, r.From), true
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
func (l *line) weighDateCode(c string, days span) relation {
	if c == "" || len(l.dates) == 0 {
		return unknown
	}
	days = l.codeMeans(c, days)
	out := differs
	for _, d := range l.dates {
		switch r := d.relate(c, days); r {
		case agrees:
			return agrees
		case straddle:
			out = straddle
		case unknown, differs:
		}
	}
	return out
}

func (d *dateCode) relate(c string, days span) relation {
	switch {
	case d.to == "" && (d.code == c || strings.Contains(d.code, "*") && fitsStars(c, d.code) || oneBegins(c, d.code)):
		return agrees
	case d.days.known() && days.known():
		return days.relate(d.days)
	case d.to == "":
		return differs
	}
	return relatePrinted(c, d.code, d.to)
}

// oneBegins says whether a code of four characters and more is how the other
// begins: "0722" and "0722NH".
func oneBegins(a, b string) bool {
	return min(len(a), len(b)) >= 4 && (strings.HasPrefix(a, b) || strings.HasPrefix(b, a))
}

// relatePrinted places a code in a range of codes that nothing explains. Codes of
// one length and of digits alone are cut in pairs; if the range runs upward with
// the first pair counting most, or else with the last, that is its order.
func relatePrinted(c, from, to string) relation {
	if len(c) != len(from) || len(c) != len(to) || !isNumber(c) || !isNumber(from) || !isNumber(to) {
		return straddle
	}
	up, down := from <= to, pairsReversed(from) <= pairsReversed(to)
	inUp, inDown := from <= c && c <= to, pairsReversed(from) <= pairsReversed(c) && pairsReversed(c) <= pairsReversed(to)
	switch {
	case up && !down || len(c)%2 == 1 && up:
		return map[bool]relation{true: agrees, false: differs}[inUp]
	case down && !up && len(c)%2 == 0:
		return map[bool]relation{true: agrees, false: differs}[inDown]
	case up && down && inUp == inDown:
		return map[bool]relation{true: agrees, false: differs}[inUp]
	}
	return straddle
}

// pairsReversed is "2318" for "1823".
func pairsReversed(s string) string {
	var b strings.Builder
	for i := len(s); i >= 2; i -= 2 {
		b.WriteString(s[i-2 : i])
	}
	return b.String()
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

// size is a size of clothes or beds, with the system that it is of: sizes of two
// systems cannot be compared.
type size struct {
	system byte // 'a' letters, 'b' beds, 'y' years, 'm' months
	text   string
	n      int // years or months
}

var (
	sizeLetters = map[string]string{
		"xxs": "xxs", "xs": "xs", "s": "s", "sm": "s", "small": "s", "m": "m", "med": "m", "medium": "m", "l": "l", "lg": "l", "large": "l",
		"xl": "xl", "xlarge": "xl", "xxl": "xxl", "2xl": "xxl", "3xl": "xxxl", "xxxl": "xxxl",
	}
	sizeBeds   = set("twin full queen king")
	sizeAgesRE = regexp.MustCompile(`(\d{1,2})(?:\s?-\s?(\d{1,2}))?\s?(t|y|yrs?|years?|m|mos?|months?)?\b`)
)

// sizesOf reads sizes. Ages without a unit are years.
func sizesOf(text string) []size {
	if text == "" {
		return nil
	}
	text = strings.ToLower(plain(clip(text, 300)))
	var out []size
	for _, w := range words(text, 20) {
		if s, ok := sizeLetters[w]; ok {
			out = append(out, size{system: 'a', text: s})
		}
		if sizeBeds[w] {
			out = append(out, size{system: 'b', text: w})
		}
	}
	for _, m := range sizeAgesRE.FindAllStringSubmatch(text, 8) {
		system := byte('y')
		if strings.HasPrefix(m[3], "m") {
			system = 'm'
		}
		for _, n := range m[1:3] {
			if n != "" {
				out = append(out, size{system: system, n: atoi(n)})
			}
		}
	}
	return out
}

// relateSizes says whether a size of the item is among the line's, as far as they
// are of one system.
func relateSizes(item, line []size) relation {
	out := unknown
	for _, s := range item {
		low, high := 1000, -1
		for _, o := range line {
			if o.system != s.system {
				continue
			}
			if o.text == s.text && o.n == s.n {
				return agrees
			}
			low, high = min(low, o.n), max(high, o.n)
			out = differs
		}
		if s.text == "" && low <= s.n && s.n <= high {
			return agrees
		}
	}
	return out
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

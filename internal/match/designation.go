package match

import (
	"regexp"
	"slices"
	"strings"
)

// designationsIn finds the words with a digit that may tell one product of a
// line from its siblings: "570", "VH2", "TF20", "G30P". Measures, years, counts
// and dates are none.
func designationsIn(text string, limit int) []string {
	l := lex(clip(text, maxText))
	var out []string
	for i := range l {
		if c := designationAt(l, i); c != "" && !slices.Contains(out, c) {
			if out = append(out, c); len(out) == limit {
				break
			}
		}
	}
	return out
}

// designationAt is the designation at i, folded, or "".
func designationAt(l []lexeme, i int) string {
	w := l[i]
	switch {
	case w.mark, !hasDigit(w.text), strings.ContainsAny(w.text, "/*"), isMeasure(l, i), isDimension(w.lower):
		return ""
	case i > 0 && l[i-1].lower == "#", i+1 < len(l) && unitNames[l[i+1].lower].u != unitNone:
		return ""
	}
	c := code(w.text)
	isYear := len(c) == 4 && (c[:2] == "19" || c[:2] == "20")
	if isNumber(c) && (len(c) < 3 || len(c) > 8 || isYear) || len(c) < 2 || len(c) > 20 || isOrdinal(c) || standardPart(c) {
		return ""
	}
	return c
}

// isDimension says whether a word is like "52x28" or a size like "4t" or "3-6m".
func isDimension(w string) bool {
	if !isDigit(w[0]) {
		return false
	}
	t := strings.Trim(w, "0123456789.")
	switch t {
	case "x", "-", "t", "y", "m", "yr", "mo", "ct", "pk", "k", "s", "xl", "-in-", "in", "d", "mp":
		return true
	}
	return strings.Trim(strings.ToLower(w), "0123456789.x-\"'") == "" && strings.ContainsAny(w, "x-")
}

func isOrdinal(c string) bool {
	return strings.HasSuffix(c, "ST") || strings.HasSuffix(c, "ND") || strings.HasSuffix(c, "RD") || strings.HasSuffix(c, "TH")
}

// relateDesignations says whether the item's name holds a designation of the
// line, or one that is built like those of the line and is none of them.
func relateDesignations(item, named, tokens []string) relation {
	out := unknown
	for _, c := range item {
		if _, ok := slices.BinarySearch(tokens, c); ok {
			return agrees
		}
		if slices.ContainsFunc(named, func(n string) bool { return alikeDesignation(c, n) }) {
			out = differs
		}
	}
	return out
}

// alikeDesignation says whether two codes are of one system: the same pattern of
// letters and digits, or the same letters before other digits.
func alikeDesignation(a, b string) bool {
	if shape(a) == shape(b) {
		return true
	}
	la := strings.TrimRight(a, "0123456789")
	lb := strings.TrimRight(b, "0123456789")
	return len(la) >= 2 && la == lb
}

// audience is for whom a product is made.
type audience uint8

const (
	audienceChild audience = 1 << iota
	audienceAdult
)

var (
	childWords = set(`child infant baby toddler youth kid newborn boy girl preschool preschooler teen junior`)
	adultWords = set(`adult man woman mens womens senior`)
)

// audienceOf reads for whom folded words say that a product is.
func audienceOf(ws []string) audience {
	var a audience
	for _, w := range ws {
		switch w = stem(w); {
		case childWords[w]:
			a |= audienceChild
		case adultWords[w]:
			a |= audienceAdult
		}
	}
	return a
}

// relateAudience says whether the item is for adults and the line for children,
// or the other way round.
func relateAudience(item, line audience) relation {
	switch {
	case item == 0 || line == 0:
		return unknown
	case item&line != 0:
		return agrees
	}
	return differs
}

// exclusive are groups of words of which a product is one: who sells the single
// one does not mean the double one.
var exclusive = []map[string]bool{
	set("single double triple"),
	set("gas gasoline electric propane manual hydraulic"),
	set("twin full queen king"),
	set("corded cordless"),
	set("left right"),
	set("indoor outdoor"),
	set("wood metal plastic ceramic"),
}

// aside says whether the item has a word only where it tells of a part: behind
// "with" ("with manual", "with metal legs").
func aside(stemmed string, raw []string) bool {
	at := slices.IndexFunc(raw, func(w string) bool { return w == "with" || w == "w" || w == "includes" || w == "including" })
	return at >= 0 && !slices.ContainsFunc(raw[:at], func(w string) bool { return stem(w) == stemmed })
}

// relateExclusive says whether an item names another of such words than the
// line's names do; raw are the item's words in order.
func relateExclusive(item []itemWord, raw, line []string) relation {
	out := unknown
	for _, group := range exclusive {
		theirs, ours, both := false, false, false
		for _, s := range line {
			theirs = theirs || group[s]
		}
		for _, w := range item {
			if group[w.stem] {
				ours = ours || !aside(w.stem, raw)
				both = both || slices.Contains(line, w.stem)
			}
		}
		switch {
		case both:
			out = max(out, agrees)
		case theirs && ours:
			return differs
		}
	}
	return out
}

// yearsIn finds the model years that a name mentions: "2024", "MY25", "'22".
func yearsIn(name string) []int {
	if !hasDigit(name) {
		return nil
	}
	var out []int
	for _, m := range yearRE.FindAllStringSubmatch(otherYears.ReplaceAllString(plain(name), " "), 4) {
		y := atoi(m[1] + m[2] + m[3])
		if y < 100 {
			y += 2000
		}
		out = append(out, y)
	}
	return out
}

// otherYears are years in a name that are none of the model: of a purchase, of a
// firm, of what came with it.
var otherYears = regexp.MustCompile(`(?i)\b(?:bought|purchased?|got|gotten|received|since|est\.?|established|founded|from|in|w/|with|christmas|xmas|birthday)(?: (?:new|used|it|on|in|about|around|late|early|the|a|of|spring|summer|fall|winter|christmas|` + monthNames + `)\.?)* ?(?:19|20)\d\d\b`)

var yearRE = regexp.MustCompile(`(?i)(?:^|[^\w.])(?:((?:19[7-9]|20[0-3])\d)|my ?(?:20)?(\d\d)|'(\d\d))(?:$|[^\w.%])`)

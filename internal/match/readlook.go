package match

import (
	"regexp"
	"slices"
	"strings"

	"github.com/babyshield/babyshield"
)

// Colours and sizes are read where a notice says what a product was sold in. A
// notice nearly always names all that were sold, so they decide nothing, unless
// it says that they do ("only the blue ones").

var colorWords = set(`black white gray grey blue navy red pink green yellow purple orange brown tan beige silver gold golden teal turquoise
	ivory cream lavender lilac mint charcoal maroon burgundy bronze copper khaki magenta fuchsia coral peach aqua espresso mahogany walnut
	cherry oak natural multicolor multicolored multi-colored camouflage camo violet indigo rose chrome clear taupe sage plum mauve crimson
	lime olive mocha graphite platinum rainbow cyan amber`)

// shades go with a colour word: "light blue", "hot pink".
var shades = set(`light dark bright hot pale deep pastel baby sky royal neon matte metallic off soft dusty navy forest lime sea slate mint steel jet multi candy stone heather ocean midnight`)

// colorStop are words after which a colour is that of a part, not of the product.
var colorStop = set(`either made with have has metal plastic wooden various size sizes one two three four sets box packaging`)

const (
	maxColors = 24
	maxSizes  = 40
)

var (
	colorsRE = regexp.MustCompile(`(?i)\b(?:sold|come|comes|came|available|offered|made|produced|are|is|were|was|painted|colou?rs? include|colou?rs?:)\s+(?:(?:either|only|exclusively|also|all|both|mostly|primarily)\s+)?(?:in\s+)?(?:the\s+)?(?:(?:following|these|several|various|multiple|different|two|three|four|five|six)\s+)*(?:colors?(?: combinations?)?)?[:,]?\s*(?:including\s+|in\s+|such as\s+)?`)
	sizesRE  = regexp.MustCompile(`(?i)\bsizes?(?:\s+(?:of|from|in|are|were|include|includes|including|range|ranges|ranging|between|or|the|following))*:?\s+`)
	sizeRE   = regexp.MustCompile(`^(?i:\d{1,2}(?:\.5)?(?:-\d{1,2})?[mtyk]?|\d{1,2}[mtyk]|\d{1,2}/\d{1,2}[mty]?|\d{1,2}-\d{1,2}[mty]?|one size|newborn|nb|preemie|infant|toddler|youth|adult|small|medium|large|x-large|xx-large|extra|xs|xxs|s|m|l|xl|xxl|2xl|3xl|4xl|twin|full|queen|king|crib|ym|yl|ys|os)$`)
	sizeJoin = set(`, and or / & through to - ( ) months month years year`)

	// "Only the blue and the pink gates are included", "only in the color pink".
	onlyColorRE = regexp.MustCompile(`(?i)\bonly (?:the )?(\w+)(?: (?:and|or) (?:the )?(\w+))? (?:\w+ ){0,3}(?:is|are|was|were) (?:being )?(?:included|recalled|affected|involved)`)
	onlyInRE    = regexp.MustCompile(`(?i)\bonly (?:those |the |units |ones |items )*(?:\w+ ){0,2}(?:sold |made )?(?:in |with )?(?:the )?(?:colou?rs?|sizes?)\b`)
	recalledRE  = regexp.MustCompile(`(?i)\b(?:included|recalled|affected|involved|subject|part of)\b`)
)

// colorsIn reads the colours of one sentence.
func colorsIn(s string) []string {
	var out []string
	for _, at := range colorsRE.FindAllStringIndex(s, 20) {
		rest := s[at[1]:min(len(s), at[1]+300)]
		list, misses := colorList(rest)
		if misses {
			continue
		}
		for _, c := range list {
			out = appendNew(out, c, maxColors)
		}
	}
	return out
}

// colorReader reads a list of colours.
type colorReader struct {
	list    []string
	words   []string // of the colour that is being read
	unknown int      // of those that are no colour: "rustic brown"
	depth   int      // of brackets
}

// colorList reads "light blue, pink and white" from the start of text. It misses
// where the text does not begin with a colour.
func colorList(text string) (list []string, misses bool) {
	var r colorReader
	for _, w := range lex(text) {
		if !r.step(w) {
			break
		}
	}
	r.flush()
	return r.list, len(r.list) == 0
}

// flush ends a colour and says whether it was one.
func (r *colorReader) flush() bool {
	words := r.words
	r.words, r.unknown = nil, 0
	if len(words) == 0 {
		return true
	}
	if !isColor(words[len(words)-1]) {
		return false
	}
	r.list = append(r.list, strings.Join(words, " "))
	return true
}

// isColor says whether a word is a colour, or two: "green/yellow".
func isColor(w string) bool {
	return colorWords[w] || slices.ContainsFunc(strings.Split(w, "/"), func(w string) bool { return colorWords[w] })
}

// step takes in a word and says whether the list goes on.
func (r *colorReader) step(w lexeme) bool {
	switch {
	case w.lower == "(":
		r.depth++
	case w.lower == ")" && r.depth > 0:
		r.depth--
	case r.depth > 0:
	case w.lower == ",", w.lower == "and", w.lower == "or", w.lower == "/", w.lower == "&":
		return r.flush()
	case isColor(w.lower), shades[w.lower]:
		r.words = append(r.words, w.lower)
		return len(r.words) <= 4
	case r.qualifies(w):
		r.unknown++
		r.words = append(r.words, w.lower)
	default:
		return false
	}
	return true
}

// qualifies says whether a word may belong to a colour that follows.
func (r *colorReader) qualifies(w lexeme) bool {
	return !w.mark && r.unknown < 2 && !hasDigit(w.text) && classOf(w.lower) != classStop && !colorStop[w.lower] &&
		(len(r.words) == 0 || !colorWords[r.words[len(r.words)-1]])
}

// sizesIn reads the sizes of one sentence.
func sizesIn(s string) []string {
	var out []string
	for _, at := range sizesRE.FindAllStringIndex(s, 10) {
		l := lex(s[at[1]:min(len(s), at[1]+300)])
		for i := 0; i < len(l); i++ {
			w := l[i]
			if sizeJoin[w.lower] {
				continue
			}
			if !sizeRE.MatchString(w.text) || len(w.text) == 1 && !isUpper(w.text) && !isNumber(w.text) || isMeasure(l, i) && !monthsAfter(l, i) {
				break
			}
			v := w.text
			if strings.EqualFold(v, "extra") && i+1 < len(l) && sizeRE.MatchString(l[i+1].text) {
				v += " " + l[i+1].text
				i++
			}
			switch {
			case i+2 < len(l) && (l[i+1].lower == "through" || l[i+1].lower == "to" || l[i+1].lower == "-") && sizeRE.MatchString(l[i+2].text):
				v += " to " + l[i+2].text
				i += 2
			}
			if monthsAfter(l, i) {
				v += " " + l[i+1].lower
			}
			out = appendNew(out, v, maxSizes)
		}
	}
	return out
}

func monthsAfter(l []lexeme, i int) bool {
	return i+1 < len(l) && (l[i+1].lower == "months" || l[i+1].lower == "years" || l[i+1].lower == "month" || l[i+1].lower == "year")
}

// look is what a notice says of colour and size.
type look struct {
	colors, sizes []string
	decides       []string // item keys: where only some of what was sold is recalled
	sources       []babyshield.Source
}

// readLook reads colours and sizes out of the description. Of sentences that say
// that they decide, only what these name counts.
func readLook(details []string) look {
	var l look
	for _, s := range details[:min(len(details), 40)] {
		s = clip(s, 1500)
		var colors, sizes []string
		colored := hasColor(s)
		if colored {
			colors = colorsIn(s)
		}
		if containsAny(s, "size", "Size") {
			sizes = sizesIn(s)
		}
		if colors == nil && sizes == nil && !colored {
			continue
		}
		only := containsAny(s, "only ", "Only ") && recalledRE.MatchString(s)
		if m := onlyColors(s, only); m != nil {
			l.take("color", &l.colors, m, true, s)
			continue
		}
		only = only && onlyInRE.MatchString(s)
		l.take("color", &l.colors, colors, only && len(sizes) == 0, s)
		l.take("size", &l.sizes, sizes, only && len(colors) == 0, s)
	}
	return l
}

func (l *look) take(field string, list *[]string, found []string, decides bool, sentence string) {
	known := slices.Contains(l.decides, field)
	if len(found) == 0 || known && !decides {
		return
	}
	if decides && !known {
		*list = nil
		l.decides = append(l.decides, field)
		l.sources = slices.DeleteFunc(l.sources, func(s babyshield.Source) bool { return s.Field == field })
	}
	for _, v := range found {
		*list = appendNew(*list, v, maxSizes)
	}
	l.sources = addSource(l.sources, field, sentence)
}

// onlyColors are the colours of "only the blue and pink ones are included".
func onlyColors(s string, only bool) []string {
	if !only {
		return nil
	}
	m := onlyColorRE.FindStringSubmatch(s)
	if m == nil || !colorWords[strings.ToLower(m[1])] {
		return nil
	}
	out := []string{strings.ToLower(m[1])}
	if second := strings.ToLower(m[2]); colorWords[second] {
		out = append(out, second)
	}
	return out
}

func hasColor(s string) bool {
	for w := range strings.FieldsFuncSeq(s, func(r rune) bool { return !('a' <= r && r <= 'z' || 'A' <= r && r <= 'Z') }) {
		if len(w) >= 3 && colorWords[strings.ToLower(w)] {
			return true
		}
	}
	return false
}

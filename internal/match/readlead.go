package match

import (
	"slices"
	"strings"
)

// token is a word of a phrase that names a product.
type token struct {
	text    string
	words   []string // folded
	capital bool     // begins with a capital or a digit
	sign    bool     // a trade mark sign stands behind it
	owner   bool     // "Quindle's": a name ends here
	brand   bool     // "Quindle-branded": likewise
	ends    bool     // a comma or the like behind it
}

// maxPhrase is how many tokens of a phrase are looked at.
const maxPhrase = 14

// signByte stands for a trade mark sign: plain leaves it alone.
const signByte = "\x01"

var signs = strings.NewReplacer(signByte, " ", "®", signByte, "™", signByte, "℠", signByte, "(R)", signByte, "(r)", signByte, "(TM)", signByte, "(tm)", signByte)

// signPlain is plain text with trade mark signs kept; one that is marked already
// stays.
func signPlain(s string) string {
	if s = clip(s, 400); strings.Contains(s, signByte) {
		return plain(s)
	}
	return plain(signs.Replace(s))
}

func tokensOf(phrase string) []token {
	var out []token
	for f := range strings.FieldsSeq(signPlain(phrase)) {
		t := token{sign: strings.Contains(f, signByte), ends: endsToken(f)}
		f, t.brand = cutBranded(strings.ReplaceAll(f, signByte, ""))
		t.text = strings.Trim(f, `"'.,;:()[]!`)
		if strings.HasSuffix(f, ".") && !t.ends {
			t.text += "."
		}
		if f == "" || len(out) == maxPhrase {
			break
		}
		t.owner = strings.HasSuffix(f, "'s") || strings.HasSuffix(f, "s'")
		t.words = words(t.text, 4)
		if t.text == "" {
			if f != "&" && f != "+" {
				continue
			}
			t.text = f
		}
		t.capital = isCapital(t.text[0]) || t.text[0] >= '0' && t.text[0] <= '9' || t.text[0] >= 0x80
		out = append(out, t)
	}
	return out
}

// endsToken says whether a mark behind the word ends the phrase: the full stop of
// "Mr." and "J.C." does not.
func endsToken(f string) bool {
	switch f[len(f)-1] {
	case ',', ';', ':', ')':
		return true
	case '.':
		return len(f) > 4
	}
	return false
}

// cutBranded takes "-branded" off.
func cutBranded(f string) (string, bool) {
	for _, tail := range []string{"-branded", "-brand", "-Branded", "-Brand"} {
		if t, ok := strings.CutSuffix(f, tail); ok && t != "" {
			return t, true
		}
	}
	return f, false
}

// joins says whether the token only connects the words of a name.
func (t *token) joins() bool { return t.text == "&" || t.text == "+" }

// named says whether the token may be a name by itself: a rare word that the
// prose never writes in lower case. "E-Z-GO" and "X-Pro" are one word each.
func (b *brandReader) named(t *token) bool {
	if !t.capital || len(t.words) == 0 {
		return false
	}
	if len(t.words) > 1 && slices.ContainsFunc(t.words, func(w string) bool { return len(w) == 1 }) {
		joined := strings.Join(t.words, "")
		return nameLike(joined) && !b.lower[stem(joined)]
	}
	return slices.ContainsFunc(t.words, func(w string) bool { return nameLike(w) && !functionWords[w] && !states[w] && !b.lower[stem(w)] })
}

// functionWords are the words of English that no table of nouns and adjectives has.
var functionWords = set("you we they she him them who what when where while then there here how why which could should would shall must might because until since although though unless into onto upon within among between against during before after under over through across behind beyond toward towards himself itself themselves yourself")

// states are places after which food and fashion are called; one alone is no brand.
var states = set("alabama alaska arizona arkansas california colorado connecticut delaware florida georgia hawaii idaho illinois indiana iowa kansas kentucky louisiana maine maryland massachusetts michigan minnesota mississippi missouri montana nebraska nevada ohio oklahoma oregon pennsylvania tennessee texas utah vermont virginia wisconsin wyoming america american europe european england france germany italy italian mexico mexican canada canadian china chinese japan japanese korea korean india indian")

// articles begin names of other languages.
var articles = set("la le les el los las lo il de di da del san santa don mr mrs dr st")

// ordinary says whether the token's words say what the product is or is like, or
// nothing.
func (b *brandReader) ordinary(t *token) bool {
	return !slices.ContainsFunc(t.words, func(w string) bool {
		return !b.lower[stem(w)] && classOf(stem(w)) >= classCommon && classOf(stem(w)) != classKind
	})
}

var people = stems("child kid baby infant toddler boy girl youth adult man woman lady teen unisex wood metal plastic electric cordless portable led lithium certain toy model year series collection style type edition set brand new multiple")

func stems(list string) map[string]bool {
	m := map[string]bool{}
	for w := range set(list) {
		m[stem(w)] = true
	}
	return m
}

// leadOf finds the name that a phrase begins with: its tokens without those that
// only describe, and how many of them are the name by the words alone.
// "UVIPC Baby Gates" gives "UVIPC", "Children's WYBITNY Bed Rails" "WYBITNY",
// "Baby Gates" nothing.
func (b *brandReader) leadOf(ts []token) (run []token, n int) {
	for i := range ts[:min(len(ts), 5)] {
		if i > 0 && len(ts[i].words) > 0 && turns[ts[i].words[0]] {
			return ts, 0
		}
		if b.knownAt(ts[i:]) || b.firmLength(ts[i:]) > 0 {
			return ts[i:], 0
		}
		if b.begins(ts, i) {
			return ts[i:], b.nameLength(ts[i:])
		}
	}
	return ts, 0
}

// knownAt says whether another source has the name with which the tokens begin.
func (b *brandReader) knownAt(ts []token) bool {
	for k := 1; k <= min(len(ts), 4) && (ts[k-1].capital || ts[k-1].joins()); k++ {
		if !ts[k-1].joins() && b.known(ts[:k]) {
			return true
		}
	}
	return false
}

// begins says whether a name begins at i: a name-like word, or a capitalised
// ordinary one that one or two of its kind and then a name-like word follow
// ("Great Lakes", "Black & Decker", "Little Tikes").
func (b *brandReader) begins(ts []token, i int) bool {
	t := &ts[i]
	if b.named(t) || b.stylised(ts[i:]) {
		return true
	}
	if hasDigit(t.text) {
		return i == 0 && isNumber(t.text) && b.plainName(ts) > 0
	}
	if !t.capital || len(t.words) == 0 || t.ends || people[stem(t.words[0])] || classOf(stem(t.words[0])) == classStop && !articles[t.words[0]] {
		return false
	}
	j := i + 1
	if j < len(ts) && ts[j].joins() {
		j++
	}
	if j < len(ts) && b.named(&ts[j]) && !hasDigit(ts[j].text) {
		return true
	}
	return i == 0 && b.plainName(ts) > 0
}

// stylised says whether the first word alone is in capitals, as makers write their
// names: "ZEBRA Platform Beds".
func (b *brandReader) stylised(ts []token) bool {
	t := &ts[0]
	return len(ts) > 1 && len(t.text) >= 4 && len(t.words) == 1 && isUpper(t.text) && !hasDigit(t.text) && !t.ends && !b.writesLower(t) &&
		hasLetter(ts[1].text) && !isUpper(ts[1].text) && classOf(stem(t.words[0])) >= classCommon && !b.describing(t)
}

// plainName is how many tokens at the beginning are a name out of ordinary words:
// at least two that the prose never writes in lower case, before one that it does
// or that is a kind of product. "Zebra Alley Foam Rollers" gives 2 where the prose
// has "foam rollers", "19 Zebras Furniture" 2.
func (b *brandReader) plainName(ts []token) int {
	n, telling := b.plainRun(ts)
	if n < 2 || n == len(ts) || ts[n-1].joins() {
		return 0
	}
	next := &ts[n]
	stops := len(next.words) == 0 || len(next.words) == 1 && classOf(stem(next.words[0])) == classStop
	if !telling && (next.capital || stops) {
		return 0 // nothing but the capitals says so, and all words have them
	}
	if !b.writesLower(next) && (len(next.words) == 0 || classOf(stem(next.words[0])) != classKind) {
		return 0
	}
	return n
}

// plainRun is how many tokens may be such a name, and whether one of them is no
// word that fits everything.
func (b *brandReader) plainRun(ts []token) (n int, telling bool) {
	for ; n < min(len(ts), 4); n++ {
		t := &ts[n]
		if n > 0 && t.joins() {
			continue
		}
		if !t.capital || len(t.words) == 0 || b.writesLower(t) || n > 0 && hasDigit(t.text) {
			break
		}
		c := classOf(stem(t.words[0]))
		ordinary := c != classCommon && c != classRare
		switch {
		case n >= 2 && telling && ordinary && !ts[n-1].joins():
			return n, true
		case n == 0 && isNumber(t.text):
		case b.describing(t), t.ends, n == 1 && ordinary && isNumber(ts[0].text):
			return 0, false
		}
		telling = telling || c == classCommon
	}
	return n, telling
}

// describing says whether a token says nothing or for whom the product is.
func (b *brandReader) describing(t *token) bool {
	return len(t.words) == 0 || classOf(stem(t.words[0])) == classStop || people[stem(t.words[0])]
}

// writesLower says whether the prose writes one of the token's words in lower case.
func (b *brandReader) writesLower(t *token) bool {
	return slices.ContainsFunc(t.words, func(w string) bool { return b.lower[stem(w)] })
}

// nameLength is how many tokens of a run are the name: up to the first ordinary
// word behind a name-like one.
func (b *brandReader) nameLength(run []token) int {
	if !b.named(&run[0]) {
		if b.stylised(run) {
			return 1
		}
		if n := b.plainName(run); n > 0 {
			return n
		}
	}
	n, seen := 0, false
	for n < len(run) && n < 4 {
		t := &run[n]
		named := b.named(t)
		if n > 0 && !t.joins() && (!t.capital || seen && !named || hasDigit(t.text)) {
			break
		}
		seen = seen || named
		n++
		if t.owner || t.brand || t.ends || t.sign {
			break
		}
	}
	for n > 0 && run[n-1].joins() {
		n--
	}
	return n
}

// joinTokens is the name that the tokens write.
func joinTokens(ts []token) string {
	var parts []string
	for i := range ts {
		parts = append(parts, ts[i].text)
	}
	return strings.TrimSuffix(strings.Join(parts, " "), "'s")
}

// foldTokens is the name as brands are compared, or "".
func foldTokens(ts []token) string {
	b := brandOf(joinTokens(ts))
	return b.joined
}

// firmLength is how many tokens of a run are a firm's name but for what firms add,
// or its last words: "Great Lakes" of Great Lakes Wholesale, "E-Z-GO" of Textron
// E-Z-GO.
func (b *brandReader) firmLength(run []token) int {
	for k := min(len(run), 4); k > 0; k-- {
		ts := run[:k]
		ws := brandOf(joinTokens(ts)).words
		named := slices.ContainsFunc(ts, func(t token) bool { return b.named(&t) })
		told := slices.ContainsFunc(ws, func(w string) bool { return !b.lower[stem(w)] })
		if len(ws) == 0 || !ts[k-1].capital || ts[k-1].joins() || !told || !named && len(ws) < 2 {
			continue
		}
		if slices.ContainsFunc(b.firms, func(f []string) bool {
			return len(f) > len(ws) && (slices.Equal(f[:len(ws)], ws) || slices.Equal(f[len(f)-len(ws):], ws))
		}) {
			return k
		}
	}
	return 0
}

// guess notes an ordinary word with a capital at the beginning of a name. It is
// believed if another source has it, as the prose, where a word in lower case
// follows it; or, where the table knows it, the headline. It returns whether that does.
func (b *brandReader) guess(run []token, from source) (known bool) {
	if len(run) == 0 || !run[0].capital || len(run[0].words) != 1 || hasDigit(run[0].text) {
		return false
	}
	t, w := &run[0], run[0].words[0]
	known = knownBrand(w)
	if b.lower[stem(w)] || people[stem(w)] || !known && (classOf(stem(w)) != classCommon || len(run) < 2 || t.ends) {
		return false
	}
	switch {
	case from == fromProse && len(run) > 1 && !run[1].capital && !run[1].joins() && len(run[1].text) > 2:
		b.add(t.text, fromProse, false)
	case from == fromProse:
	case known:
		b.add(t.text, from, false)
	default:
		b.add(t.text, fromGuess, false)
	}
	return known
}

// readTable adds the brands of the table that a phrase names, up to where it says
// what the product is used with.
func (b *brandReader) readTable(ts []token) {
	for i := range ts {
		if len(ts[i].words) == 0 {
			continue
		}
		if turns[ts[i].words[0]] {
			return
		}
		if !ts[i].capital {
			continue
		}
		var ws []string
		for _, t := range ts[i:min(len(ts), i+maxBrandWords)] {
			ws = append(ws, t.words...)
		}
		if _, n := namedBrand(ws); n > 0 {
			k, have := i, 0
			for k < len(ts) && have < n {
				have += len(ts[k].words)
				k++
			}
			b.add(joinTokens(ts[i:k]), fromTable, true)
		}
	}
}

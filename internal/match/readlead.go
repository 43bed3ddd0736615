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

// signs turns trade mark signs into a byte that plain leaves alone.
var signs = strings.NewReplacer("®", "\x01", "™", "\x01", "℠", "\x01", "(R)", "\x01", "(TM)", "\x01", "(tm)", "\x01")

func tokensOf(phrase string) []token {
	var out []token
	for f := range strings.FieldsSeq(plain(signs.Replace(clip(phrase, 400)))) {
		t := token{sign: strings.Contains(f, "\x01"), ends: endsToken(f)}
		f, t.brand = cutBranded(strings.ReplaceAll(f, "\x01", ""))
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
	return slices.ContainsFunc(t.words, func(w string) bool { return nameLike(w) && !b.lower[stem(w)] })
}

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
		if b.begins(ts, i) {
			return ts[i:], b.nameLength(ts[i:])
		}
		if b.knownAt(ts[i:]) {
			return ts[i:], 0
		}
	}
	return ts, 0
}

// knownAt says whether another source has the name with which the tokens begin.
func (b *brandReader) knownAt(ts []token) bool {
	for k := 1; k <= min(len(ts), 4) && (ts[k-1].capital || ts[k-1].joins()); k++ {
		if !ts[k-1].joins() && b.marked(foldTokens(ts[:k])) {
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
	if b.named(t) {
		return true
	}
	if hasDigit(t.text) {
		return i == 0 && isNumber(t.text) && b.plainName(ts) > 0
	}
	if !t.capital || len(t.words) == 0 || t.ends || people[stem(t.words[0])] || classOf(stem(t.words[0])) == classStop {
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

// plainName is how many tokens at the beginning are a name out of ordinary words:
// at least two that the prose never writes in lower case, before one that it does
// or that is a kind of product. "Zebra Alley Foam Rollers" gives 2 where the prose
// has "foam rollers", "19 Zebras Furniture" 2.
func (b *brandReader) plainName(ts []token) int {
	telling, n := false, 0
	for n < len(ts) && n < 4 {
		t := &ts[n]
		if t.joins() && n > 0 {
			n++
			continue
		}
		if !t.capital || len(t.words) == 0 || b.writesLower(t) || n > 0 && hasDigit(t.text) {
			break
		}
		c := classOf(stem(t.words[0]))
		if n >= 2 && telling && c <= classKind && c != classCommon {
			break
		}
		if c == classStop && !hasDigit(t.text) || people[stem(t.words[0])] || t.ends || n == 1 && c != classCommon && hasDigit(ts[0].text) {
			return 0
		}
		telling = telling || c == classCommon
		n++
	}
	if n < 2 || n == len(ts) || ts[n-1].joins() {
		return 0
	}
	next := ts[n].words
	if !telling && (ts[n].capital || len(next) == 0 || len(next) == 1 && classOf(stem(next[0])) == classStop) {
		return 0
	}
	if !b.writesLower(&ts[n]) && (len(next) == 0 || classOf(stem(next[0])) != classKind) {
		return 0
	}
	return n
}

// writesLower says whether the prose writes one of the token's words in lower case.
func (b *brandReader) writesLower(t *token) bool {
	return slices.ContainsFunc(t.words, func(w string) bool { return b.lower[stem(w)] })
}

// nameLength is how many tokens of a run are the name: up to the first ordinary
// word behind a name-like one.
func (b *brandReader) nameLength(run []token) int {
	if !b.named(&run[0]) {
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

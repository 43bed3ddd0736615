package match

import (
	"regexp"
	"slices"
	"strings"
	"unicode"

	"github.com/babyshield/babyshield"
)

// lineTextWords are the stemmed kinds and names of a line's text in the order
// in which they say what it is: name, title, description.
func lineTextWords(p *babyshield.RecalledProduct, title, prose []string) []string {
	var out []string
	seen := map[string]bool{}
	for n, list := range [][]string{words(p.Name, maxNameWords), title, words(p.Category, 10), prose} {
		least := classCommon
		if n > 1 {
			least = classKind
		}
		for _, w := range list {
			w = stem(w)
			if c := classOf(w); c < least || seen[w] {
				continue
			}
			seen[w] = true
			if out = append(out, w); len(out) == maxTextWords {
				return out
			}
		}
	}
	return out
}

// maxCore is how many words of the names of a product are compared.
const maxCore = 24

// setWords takes the words of the product's names, and of the whole text.
func (l *line) setWords(p *babyshield.RecalledProduct, title []string, prose prose) {
	name := words(p.Name, maxNameWords)
	for _, list := range [][]string{name, title} {
		l.addCore(list, prose)
		l.addHeads(headsOf(list))
	}
	l.addHeads(headsOf(words(involves(prose.text), 40)))
	for _, list := range [][]string{name, title, words(p.Category, 10), prose.words} {
		for _, w := range list {
			if w = stem(w); classOf(w) != classStop && len(l.text) < maxTextWords {
				l.text = append(l.text, wordHash(w))
			}
		}
	}
	slices.Sort(l.text)
	l.text = slices.Compact(l.text)
	l.kinds = kindsIn(slices.Concat(name, title))
	if l.audience = audienceOf(slices.Concat(name, title)); l.audience == 0 {
		l.audience = audienceOf(prose.words)
	}
	if l.colors = lineColors(p.Colors); l.colors == nil {
		l.colors = plainColors(slices.Concat(name, prose.words))
	}
	l.setNumbers(p, prose)
}

// addCore adds the words of a name to what items are compared with.
func (l *line) addCore(name []string, prose prose) {
	for _, w := range name {
		w = stem(w)
		x := newWord(w)
		switch {
		case x.c == classRare && prose.lower[w]:
			x.c = classCommon
		case x.c == classCommon && prose.upper[w] && !prose.lower[w]:
			x.c = classRare // "Hampshire" or "Petite": written as a name
		}
		if x.c != classStop && len(l.core) < maxCore && !slices.Contains(l.coreStems, w) {
			l.core, l.coreStems = append(l.core, x), append(l.coreStems, w)
		}
	}
}

// maxLineHeads is how many nouns may say what a line is.
const maxLineHeads = 6

func (l *line) addHeads(heads []string) {
	for _, h := range heads {
		if !slices.Contains(l.heads, h) && len(l.heads) < maxLineHeads {
			l.heads = append(l.heads, h)
		}
	}
}

// setNumbers takes the measures and the designations.
func (l *line) setNumbers(p *babyshield.RecalledProduct, prose prose) {
	l.measures = measuresIn(p.Name, 12)
	l.prose = measuresIn(prose.text, maxMeasures)
	l.named = designationsIn(p.Name, 20)
	for _, m := range p.Models {
		if c := code(m); len(l.named) < 60 && !slices.Contains(l.named, c) {
			l.named = append(l.named, c)
		}
	}
	l.tokens = slices.Concat(l.named, designationsIn(prose.text, 100))
	slices.Sort(l.tokens)
	l.tokens = slices.Compact(l.tokens)
}

// prose is a description as words.
type prose struct {
	text  string
	words []string
	lower map[string]bool // stems of words that it writes in lower case: they describe, and are no names
	upper map[string]bool // stems of words that it writes with a capital
}

func proseOf(details string) prose {
	text := clip(details, maxText)
	p := prose{text: text, words: words(text, 1500), lower: map[string]bool{}, upper: map[string]bool{}}
	for w := range strings.FieldsFuncSeq(plain(text), func(r rune) bool { return !unicode.IsLetter(r) && r != '\'' }) {
		if f := foldWord(strings.ToLower(w)); f != "" {
			if isCapital(w[0]) {
				p.upper[stem(f)] = true
			} else {
				p.lower[stem(f)] = true
			}
		}
	}
	return p
}

// turns end the noun phrase of a name: what follows qualifies it.
var turns = set("with w for in including includes without sold from by fits compatible to on at and/or plus")

// headOf is the last kind of product in the first noun phrase of a name, as the
// pair of words that means it, if one does, and as the word: "hottub" and "tub".
func headOf(name []string) []string {
	var head []string
	for k, w := range name {
		if turns[w] && head != nil {
			break
		}
		if kinds := kindsAt(name, k); kinds != nil {
			head = kinds
		}
	}
	return head
}

// headsOf are the heads of the noun phrases that "and" and "or" join in a name.
func headsOf(name []string) []string {
	var out []string
	start := 0
	flush := func(end int) {
		out = append(out, headOf(name[start:end])...)
		start = end
	}
	for k, w := range name {
		if w == "and" || w == "or" {
			flush(k)
			start = k + 1
		} else if turns[w] {
			flush(k)
			return out
		}
	}
	flush(len(name))
	return out
}

var involvesRE = regexp.MustCompile(`(?i)\b(?:recall|expansion|alert|warning) (?:involves|includes|covers|concerns|is for|pertains to)\b([^.;:(]{3,200})`)

// involves is what the description says that the recall is about.
func involves(text string) string {
	m := involvesRE.FindStringSubmatch(clip(text, 2000))
	if m == nil {
		return ""
	}
	return m[1]
}

// firstPhrase is a name up to the first comma, bracket or dash: what comes after
// describes.
func firstPhrase(s string) string {
	s = plain(s)
	for _, sep := range []string{",", "(", ";", " - ", " w/", "/ "} {
		if a, _, ok := strings.Cut(s, sep); ok && strings.TrimSpace(a) != "" {
			s = a
		}
	}
	return s
}

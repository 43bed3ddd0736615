package match

import (
	_ "embed" // the tables below
	"strings"
	"sync"
)

// The table of kinds of products: nouns that say what a product is, and which of
// them mean the same or lie near each other. It comes from WordNet 3.0 (licence:
// WORDNET-LICENSE), filtered by kinds_wordnet_test.go, with our own words for what
// WordNet of 2006 does not know. Like words.go it is fixed with the version of the
// program, so that verdicts depend on nothing that is stored.
var (
	//go:embed kinds.txt
	wordnetKinds string
	//go:embed kinds_own.txt
	ownKinds string
	//go:embed common.txt
	commonWords string
)

// kinship is how two kinds of products are related.
type kinship uint8

const (
	kinUnknown   kinship = iota // one of the two is no kind that the table knows
	kinUnrelated                // a crib and a high chair
	kinSibling                  // kinds of one narrow kind: a crib and a bassinet
	kinRelated                  // one is a kind of the other: a sofa and furniture
	kinSame                     // one word, or two for the same thing: a pram and a stroller
)

func (k kinship) String() string {
	return [...]string{"unknown", "unrelated", "sibling", "related", "same"}[k]
}

// kindTable holds the kinds by word. It is built once and never changed.
type kindTable struct {
	words map[string]kindRange
	ids   []uint32
	broad []bool // of ids: a kind of so many things that sharing it means little
}

// kindRange is where a word's groups are in kindTable.ids: first the kinds that
// the word means, then what these are kinds of, then what those are kinds of.
type kindRange struct {
	at               uint32
	own, first, both uint8 // ends, counted from at
}

// maxKinds caps the groups of one word.
const maxKinds = 64

var (
	kinds  = sync.OnceValue(func() *kindTable { return newKindTable(wordnetKinds, ownKinds) })
	common = sync.OnceValue(newCommonWords)
)

// isKind says whether a stemmed word, or two joined ones ("hottub"), is a noun
// that says what a product is.
func isKind(w string) bool {
	_, ok := kinds().words[w]
	return ok
}

// kindsOf are the kinds that a stemmed word means: two words that share one mean
// the same. The slice is not to be changed.
func kindsOf(w string) []uint32 {
	t := kinds()
	r := t.words[w]
	return t.ids[r.at : r.at+uint32(r.own) : r.at+uint32(r.own)]
}

// kindGroups are the kinds that a stemmed word means and what they are kinds of,
// two levels up and short of kinds that fit everything (device, container). Where
// kindsOf of one word and kindGroups of another share one, the second is a kind of
// the first. The slice is not to be changed.
func kindGroups(w string) []uint32 {
	t := kinds()
	r := t.words[w]
	return t.ids[r.at : r.at+uint32(r.both) : r.at+uint32(r.both)]
}

// sameKind relates two stemmed words or joined pairs of words.
func sameKind(a, b string) kinship {
	t := kinds()
	x, okA := t.words[a]
	y, okB := t.words[b]
	if !okA || !okB {
		return kinUnknown
	}
	best := kinUnrelated
	for i := range x.both {
		for j := range y.both {
			if t.ids[x.at+uint32(i)] == t.ids[y.at+uint32(j)] {
				best = max(best, t.share(x, y, i, j))
			}
		}
	}
	return best
}

// share is what it means that group i of one word is group j of another.
func (t *kindTable) share(x, y kindRange, i, j uint8) kinship {
	switch {
	case i < x.own && j < y.own:
		return kinSame
	case i < x.own || j < y.own:
		return kinRelated
	case !t.broad[x.at+uint32(i)] && (i < x.first || j < y.first):
		return kinSibling
	}
	return kinUnrelated
}

// particles make a verb of the word before them: to pick up is no pickup.
var particles = set("up off out in on over down away back")

// joinKind is the one word for two stemmed words that name a kind together, and
// whether they do: "space", "heater" are "spaceheater".
func joinKind(first, second string) (string, bool) {
	if first == "" || particles[second] {
		return "", false
	}
	w := first + second
	return w, isKind(w)
}

// isCommon says whether a stemmed word is an ordinary English word, and so not by
// itself the name of a brand or of a line of products. Many product nouns are not
// among them: ask isKind too.
func isCommon(w string) bool {
	_, ok := common()[w]
	return ok
}

func newCommonWords() map[string]struct{} {
	m := make(map[string]struct{}, strings.Count(commonWords, "\n"))
	for line := range strings.Lines(commonWords) {
		if w := strings.TrimSuffix(line, "\n"); w != "" && w[0] != '#' {
			m[stem(w)] = struct{}{}
		}
	}
	return m
}

// containers hold what the name before them says, if it says anything.
var containers = set("bottle can jar box bag pouch tube packet carton canister package pack case tub tin")

// headKind is the noun that says what a product is, out of the folded words of its
// name: the last kind of the first noun phrase, two words together where they are a
// kind together, without the bottle that it comes in. It is "" if the name holds no
// kind.
func headKind(name []string) string {
	head, before := "", ""
	for _, w := range name {
		if turns[w] && head != "" {
			break
		}
		w = stem(w)
		if pair, ok := joinKind(before, w); ok {
			head = pair
		} else if isKind(w) && (head == "" || !containers[w]) {
			head = w
		}
		before = w
	}
	return head
}

// kindsIn are all kinds that the folded words of a name hold: single words, and
// pairs of neighbours. People write first what comes to mind, so that the last of
// them need not be what the thing is.
func kindsIn(name []string) (list []string) {
	before := ""
	for _, w := range name {
		w = stem(w)
		if pair, ok := joinKind(before, w); ok {
			list = appendNew(list, pair, maxKinds)
		}
		if isKind(w) {
			list = appendNew(list, w, maxKinds)
		}
		before = w
	}
	return list
}

// bestKinship is the nearest kinship of a kind with any in a list.
func bestKinship(list []string, kind string) kinship {
	best := kinUnknown
	for _, w := range list {
		best = max(best, sameKind(w, kind))
	}
	return best
}

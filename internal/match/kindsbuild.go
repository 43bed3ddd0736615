package match

import (
	"slices"
	"strconv"
	"strings"
)

// kindNode is a kind while the table is built.
type kindNode struct {
	id      uint32
	broad   bool
	parents []uint32
}

// appendKind appends a kind that is not there yet.
func appendKind(list []uint32, id uint32) []uint32 {
	if len(list) >= maxKinds || slices.Contains(list, id) {
		return list
	}
	return append(list, id)
}

// kindBuilder reads the tables' lines.
type kindBuilder struct {
	nodes map[uint32]*kindNode
	words map[string][]uint32 // the kinds that a word means
	pairs []pairNode          // our own
}

// pairNode is a new kind that two words name, and the second of them.
type pairNode struct {
	id     uint32
	second string
}

func newKindTable(wordnet, own string) *kindTable {
	b := kindBuilder{nodes: make(map[uint32]*kindNode, 12_000), words: make(map[string][]uint32, 20_000)}
	var mapped [][2]string // a word that synonyms maps to another, and its line's id
	for line := range strings.Lines(wordnet) {
		mapped = b.addSynset(line, mapped)
	}
	// What synonyms takes for another word lends it its kinds only where that has
	// none: a "tee" is then a shirt, and a shirt is nothing to play golf with.
	lent := map[string][]uint32{}
	for _, m := range mapped {
		if w := stem(m[0]); len(b.words[w]) == 0 {
			id, _ := strconv.ParseUint(m[1], 10, 32)
			lent[w] = appendKind(lent[w], uint32(id))
		}
	}
	for w, ids := range lent {
		b.words[w] = ids
	}
	for line := range strings.Lines(strings.ReplaceAll(own, "\n\t", " ")) {
		b.addOwn(line)
	}
	// Where nothing else is said, a pair is a kind of what its second word means, if
	// that means one thing: a golf cart is a cart.
	for _, p := range b.pairs {
		if n, ids := b.nodes[p.id], b.words[p.second]; len(n.parents) == 0 && len(ids) == 1 && ids[0] != p.id {
			n.parents = ids
		}
	}
	return b.table()
}

// addSynset reads a line of kinds.txt: an id, "*" if it is broad, the ids of what
// it is a kind of or "-", and its words.
func (b *kindBuilder) addSynset(line string, mapped [][2]string) [][2]string {
	f := strings.Fields(line)
	if len(f) < 2 || f[0] == "#" {
		return mapped
	}
	number, broad := strings.CutSuffix(f[0], "*")
	id, err := strconv.ParseUint(number, 10, 32)
	if err != nil {
		return mapped
	}
	n := &kindNode{id: uint32(id), broad: broad}
	for p := range strings.SplitSeq(f[1], ",") {
		if id, err := strconv.ParseUint(p, 10, 32); err == nil {
			n.parents = append(n.parents, uint32(id))
		}
	}
	b.nodes[n.id] = n
	for _, lemma := range f[2:] {
		if _, ok := synonyms[strings.ReplaceAll(lemma, "_", "")]; ok {
			mapped = append(mapped, [2]string{strings.ReplaceAll(lemma, "_", ""), number})
			continue
		}
		for _, w := range kindKeys(lemma) {
			b.words[w] = appendKind(b.words[w], n.id)
		}
	}
	return mapped
}

// kindKeys are the words by which a lemma is looked up: for a collocation its
// stemmed words joined, and the stem of it written as one word; and what the stem
// makes of its plural where that is another word (tomatoes, hoodies, loaves).
func kindKeys(lemma string) []string {
	first, second, two := strings.Cut(lemma, "_")
	if !two {
		first, second = "", lemma
	}
	keys := make([]string, 0, 4)
	for _, w := range [2]string{second, plural(second)} {
		if w == "" {
			continue
		}
		keys = appendNew(keys, stem(first)+stem(w), 4)
		if two {
			keys = appendNew(keys, stem(first+w), 4)
		}
	}
	return keys
}

// plural is the plural of a word whose stem is not that of the word, or "".
func plural(w string) string {
	for _, e := range [...][2]string{{"ie", "ies"}, {"o", "oes"}, {"fe", "ves"}, {"f", "ves"}, {"che", "ches"}, {"she", "shes"}, {"xe", "xes"}, {"ss", ""}, {"s", "ses"}} {
		if root, ok := strings.CutSuffix(w, e[0]); ok {
			if e[1] == "" {
				return ""
			}
			return root + e[1]
		}
	}
	return ""
}

// addOwn reads a line of kinds_own.txt: "a = b" (a is another word for b) or
// "a < b" (a is a kind of b), where a and b may be several words, each with "_" for
// a space and "*" stands behind a kind that is too broad to make two things alike. A
// word that is new by then is a kind of its own.
func (b *kindBuilder) addOwn(line string) {
	line, _, _ = strings.Cut(line, "#")
	f := strings.Fields(line)
	at := 0
	for at < len(f) && f[at] != "=" && f[at] != "<" {
		at++
	}
	var to []uint32
	for _, lemma := range f[min(at+1, len(f)):] {
		lemma, broad := strings.CutSuffix(lemma, "*")
		ids := b.own(lemma)
		for _, id := range ids {
			b.nodes[id].broad = b.nodes[id].broad || broad
		}
		to = append(to, ids...)
	}
	for _, lemma := range f[:at] {
		if at < len(f) && f[at] == "=" {
			b.means(lemma, to)
			continue
		}
		for _, id := range b.own(lemma) {
			n := b.nodes[id]
			for _, p := range to {
				if p != id {
					n.parents = appendKind(n.parents, p)
				}
			}
		}
	}
}

// own are the kinds of a lemma, which are one new kind if it has none.
func (b *kindBuilder) own(lemma string) []uint32 {
	keys := kindKeys(lemma)
	if ids := b.words[keys[0]]; len(ids) > 0 {
		b.means(lemma, ids)
		return ids
	}
	// The id depends on the word alone, not on its place in the file. WordNet's
	// ids, offsets in a file of 15 MB, are far below.
	id := uint32(hash('n', keys[0])) | 1<<31
	if b.nodes[id] == nil {
		b.nodes[id] = &kindNode{id: id}
		if _, second, two := strings.Cut(lemma, "_"); two {
			b.pairs = append(b.pairs, pairNode{id, stem(second)})
		}
	}
	b.means(lemma, []uint32{id})
	return []uint32{id}
}

func (b *kindBuilder) means(lemma string, ids []uint32) {
	for _, w := range kindKeys(lemma) {
		for _, id := range ids {
			b.words[w] = appendKind(b.words[w], id)
		}
	}
}

// table lays the groups of all words out.
func (b *kindBuilder) table() *kindTable {
	t := &kindTable{words: make(map[string]kindRange, len(b.words))}
	for w, own := range b.words {
		groups := append(make([]uint32, 0, 16), own...)
		r := kindRange{at: uint32(len(t.ids)), own: uint8(len(groups))}
		groups = b.above(groups, 0)
		r.first = uint8(len(groups))
		groups = b.above(groups, int(r.own))
		r.both = uint8(len(groups))
		for _, id := range groups {
			t.ids = append(t.ids, id)
			t.broad = append(t.broad, b.nodes[id].broad)
		}
		t.words[w] = r
	}
	return t
}

// above appends what the groups from the given one on are kinds of.
func (b *kindBuilder) above(groups []uint32, from int) []uint32 {
	for _, id := range groups[from:] {
		for _, p := range b.nodes[id].parents {
			if b.nodes[p] != nil {
				groups = appendKind(groups, p)
			}
		}
	}
	return groups
}

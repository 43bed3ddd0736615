package match

import (
	"bufio"
	"bytes"
	"cmp"
	"crypto/sha256"
	"errors"
	"flag"
	"fmt"
	"io/fs"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// kinds.txt and common.txt come from the files of WordNet 3.0 as Debian's package
// wordnet-base installs them:
//
//	go test ./internal/match -run TestWordNet -wordnet /usr/share/wordnet [-write-kinds]
//
// The lists in kinds_choice_test.go and the stem with its synonyms (fold.go,
// words.go) decide too: run it again when they change.
var (
	wordnetDir = flag.String("wordnet", "", "folder of WordNet 3.0's files: compare kinds.txt and common.txt with what they give")
	writeKinds = flag.Bool("write-kinds", false, "with -wordnet: write kinds.txt and common.txt")
)

// TestWordNet holds the two files against what WordNet gives. Without -wordnet only
// the generator is tested, on a small WordNet of our own (TestGenerator).
func TestWordNet(t *testing.T) {
	if *wordnetDir == "" {
		return
	}
	wn, err := readWordNet(os.DirFS(*wordnetDir))
	if err != nil {
		t.Fatal(err)
	}
	for _, w := range wn.unknownNames() {
		t.Errorf("a list names %s, which WordNet does not have", w)
	}
	for name, got := range map[string][]byte{"kinds.txt": wn.kindsFile(), "common.txt": wn.commonFile()} {
		want, err := os.ReadFile(name)
		if err != nil && !errors.Is(err, fs.ErrNotExist) {
			t.Fatal(err)
		}
		switch {
		case bytes.Equal(got, want):
		case *writeKinds:
			if err := os.WriteFile(name, got, 0o644); err != nil {
				t.Fatal(err)
			}
		default:
			t.Errorf("%s is not what WordNet gives: run again with -write-kinds, look at the change and commit it", name)
		}
	}
}

// Lexicographer files, lexnames(5WN).
const (
	lexArtifact  = 6
	lexFood      = 13
	lexSubstance = 27
)

// synset is a line of data.noun.
type synset struct {
	offset  string
	lex     int
	words   []string // as written
	lexIDs  []int
	above   []string // hypernyms that are classes, not instances
	below   []string
	keep    *bool    // decided by rooms
	accepts []string // the lemmas that are kinds in this sense
}

// wordNet is what the generator needs of the database.
type wordNet struct {
	nouns  map[string]*synset  // by offset
	senses map[string][]string // of a noun lemma: offsets, by frequency
	tags   map[string]int      // by sense key: times tagged in the concordance
	pos    map[string][4]int   // by lemma, times tagged as noun, verb, adjective, adverb
	isPos  map[string][4]bool  // by lemma: is one
	sum    string              // of the files read
}

// The database's parts of speech in the order of wordNet.pos, and their numbers in
// sense keys. Adjectives that are satellites have 5 there.
var posNames = [4]string{"noun", "verb", "adj", "adv"}

func readWordNet(dir fs.FS) (*wordNet, error) {
	wn := &wordNet{
		nouns: map[string]*synset{}, senses: map[string][]string{}, tags: map[string]int{},
		pos: map[string][4]int{}, isPos: map[string][4]bool{},
	}
	err := eachLine(dir, "data.noun", func(f []string) { s := parseSynset(f); wn.nouns[s.offset] = s })
	for i, name := range posNames {
		err = cmp.Or(err, eachLine(dir, "index."+name, func(f []string) {
			p := wn.isPos[f[0]]
			p[i] = true
			wn.isPos[f[0]] = p
			if n := number(f[2]); i == 0 {
				wn.senses[f[0]] = slices.Clone(f[len(f)-n:])
			}
		}))
	}
	err = cmp.Or(err, eachLine(dir, "cntlist.rev", func(f []string) {
		n := number(f[2])
		wn.tags[f[0]] = n
		lemma, rest, _ := strings.Cut(f[0], "%")
		p := wn.pos[lemma]
		p[[...]int{0, 1, 2, 3, 2}[rest[0]-'1']] += n
		wn.pos[lemma] = p
	}))
	if err != nil {
		return nil, err
	}
	wn.sum, err = checksum(dir, "cntlist.rev", "data.noun", "index.adj", "index.adv", "index.noun", "index.verb")
	return wn, err
}

// checksum is of the files' bytes one after another.
func checksum(dir fs.FS, names ...string) (string, error) {
	h := sha256.New()
	for _, name := range names {
		data, err := fs.ReadFile(dir, name)
		if err != nil {
			return "", fmt.Errorf("reading WordNet: %w", err)
		}
		h.Write(data)
	}
	return fmt.Sprintf("%x", h.Sum(nil)), nil
}

// eachLine splits the lines of a file that are not its licence. A line's gloss is
// cut off.
func eachLine(dir fs.FS, name string, do func(fields []string)) error {
	data, err := fs.ReadFile(dir, name)
	if err != nil {
		return fmt.Errorf("reading WordNet: %w", err)
	}
	s := bufio.NewScanner(bytes.NewReader(data))
	s.Buffer(nil, 1<<20)
	for s.Scan() {
		line, _, _ := strings.Cut(s.Text(), " | ")
		if f := strings.Fields(line); len(f) > 2 && line[0] != ' ' {
			do(f)
		}
	}
	return s.Err()
}

// number reads a decimal number of the database, which has no wrong ones.
func number(s string) int {
	n, err := strconv.Atoi(s)
	if err != nil {
		panic("WordNet: " + err.Error())
	}
	return n
}

// parseSynset reads a line of data.noun, wndb(5WN).
func parseSynset(f []string) *synset {
	s := &synset{offset: f[0], lex: number(f[1])}
	n, _ := strconv.ParseInt(f[3], 16, 32)
	f = f[4:]
	for ; n > 0; n-- {
		id, _ := strconv.ParseInt(f[1], 16, 32)
		s.words, s.lexIDs = append(s.words, f[0]), append(s.lexIDs, int(id))
		f = f[2:]
	}
	for n := number(f[0]); n > 0; n-- {
		switch f[1] {
		case "@":
			s.above = append(s.above, f[2])
		case "~":
			s.below = append(s.below, f[2])
		}
		f = f[4:]
	}
	return s
}

// named is the synset of "lemma#3", the lemma's third sense, or nil.
func (wn *wordNet) named(name string) *synset {
	lemma, n, _ := strings.Cut(name, "#")
	if list := wn.senses[lemma]; number(n) <= len(list) {
		return wn.nouns[list[number(n)-1]]
	}
	return nil
}

func (wn *wordNet) unknownNames() (missing []string) {
	for _, list := range []string{inRooms, outRooms, tooGeneral, tooBroad, farSenses} {
		for _, name := range strings.Fields(list) {
			if wn.named(name) == nil {
				missing = append(missing, name)
			}
		}
	}
	return missing
}

// tagged is how often a lemma was tagged with this sense; proper is whether the
// sense is of a name with a capital.
func (wn *wordNet) tagged(s *synset, lemma string) (n int, proper bool) {
	for i, w := range s.words {
		if strings.EqualFold(w, lemma) {
			return wn.tags[fmt.Sprintf("%s%%1:%02d:%02d::", lemma, s.lex, s.lexIDs[i])], w != lemma
		}
	}
	return 0, true
}

// size is how many kinds lie below, itself included.
func (wn *wordNet) size(s *synset, seen map[string]bool) int {
	if seen[s.offset] {
		return 0
	}
	seen[s.offset] = true
	n := 1
	for _, o := range s.below {
		n += wn.size(wn.nouns[o], seen)
	}
	return n
}

// offsetsOf are the synsets that a list names.
func (wn *wordNet) offsetsOf(list string) map[string]bool {
	m := map[string]bool{}
	for _, name := range strings.Fields(list) {
		if s := wn.named(name); s != nil {
			m[s.offset] = true
		}
	}
	return m
}

// decide marks the synsets that can be products: the nearest of the two lists'
// synsets above decides; without one, what the lexicographers filed under artifact
// or food is in. Of two ways up, the one that leads in wins.
func (wn *wordNet) decide(s *synset, in, out map[string]bool) bool {
	if s.keep != nil {
		return *s.keep
	}
	keep := in[s.offset]
	if !keep && !out[s.offset] {
		keep = s.lex == lexArtifact || s.lex == lexFood
		var ways, ruled int
		for _, o := range s.above {
			if r, ok := wn.ruled(wn.nouns[o], in, out); ok {
				ruled++
				if r {
					ways++
				}
			}
		}
		if ruled > 0 {
			keep = ways > 0
		}
	}
	s.keep = &keep
	return keep
}

// ruled is what the nearest listed synset at or above s says, if there is one.
func (wn *wordNet) ruled(s *synset, in, out map[string]bool) (keep, ok bool) {
	switch {
	case in[s.offset]:
		return true, true
	case out[s.offset]:
		return false, true
	}
	for _, o := range s.above {
		if k, found := wn.ruled(wn.nouns[o], in, out); found {
			keep, ok = keep || k, true
		}
	}
	return keep, ok
}

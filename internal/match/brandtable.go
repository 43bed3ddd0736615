package match

import (
	_ "embed" // brands.txt
	"errors"
	"fmt"
	"maps"
	"net/url"
	"slices"
	"strings"
	"sync"
)

// brandsText is the table of brands: data, so that a person who does not program
// can extend it and a reader can open each source. Its head says how.
//
//go:embed brands.txt
var brandsText string

// brandRelation is what the table says of two brands.
type brandRelation uint8

const (
	brandsUnknown   brandRelation = iota // the table does not have both
	sameBrand                            // one brand, perhaps written otherwise or renamed
	subBrand                             // one is a line of the other; products carry either name
	ownedBrand                           // one is the company that owns, or sells under, the other
	familyBrand                          // two brands of one company, distinct on products
	unrelatedBrands                      // the table has both and nothing connects them
)

// brandTie leads from a brand to the one above it.
type brandTie struct {
	up   string // canonical
	line bool   // a line of that brand; otherwise a brand that the company owns or has a licence for
}

// lineage is every brand and company above a name; the value says whether lines
// alone lead there.
type lineage map[string]bool

// brandTable is the parsed file. Its keys are folded as brandOf folds: joined,
// lower case, without company noise.
type brandTable struct {
	canon map[string]string     // each name to its canonical one; a canonical name to itself
	ties  map[string][]brandTie // of canonical names; a brand that was sold has two owners
	above map[string]lineage    // of canonical names that have ties
	plain map[string]bool       // names of which a name in free text may be believed to be the brand
	count map[string]int        // relations and plain names by kind, for the tests
}

// brands is parsed on first use: a command that matches nothing does not pay for
// it. The file is part of the program and tested, so a fault in it is a fault in
// the program.
var brands = sync.OnceValue(func() *brandTable {
	t, err := parseBrands(brandsText)
	if err != nil {
		panic("brands.txt: " + err.Error())
	}
	return t
})

// aliasOf gives the name under which the table keeps a folded brand: the name
// itself if the table does not have it.
func aliasOf(folded string) string {
	if c, ok := brands().canon[folded]; ok {
		return c
	}
	return folded
}

// knownBrand says whether the table has the folded name, in whatever role. It is
// for brand fields and firms; a name within a text is namedBrand's.
func knownBrand(folded string) bool {
	_, ok := brands().canon[folded]
	return ok
}

// namedBrand gives the longest brand with which folded words of free text begin,
// canonical, and how many of the words it takes. Names that are also common words
// ("Target", "Ranger") are not believed there.
func namedBrand(ws []string) (brand string, n int) {
	t := brands()
	var joined strings.Builder
	for i, w := range ws[:min(len(ws), maxBrandWords)] {
		if w == "and" || w == "the" || w == "by" {
			continue // as trimNoise
		}
		joined.WriteString(w)
		if s := joined.String(); t.plain[s] {
			brand, n = t.canon[s], i+1
		}
	}
	return brand, n
}

// relatedBrands says what the table knows of two folded brands. It is symmetric.
// unrelatedBrands means no more than that the table has no tie.
func relatedBrands(a, b string) brandRelation {
	if a == "" || b == "" {
		return brandsUnknown
	}
	t := brands()
	ca, knownA := t.canon[a]
	cb, knownB := t.canon[b]
	switch {
	case a == b, knownA && knownB && ca == cb:
		return sameBrand
	case !knownA || !knownB:
		return brandsUnknown
	}
	ofA, ofB := t.above[ca], t.above[cb]
	asLine, isUp := ofA[cb]
	if !isUp {
		asLine, isUp = ofB[ca]
	}
	switch {
	case isUp && asLine:
		return subBrand
	case isUp:
		return ownedBrand
	}
	for up := range ofA {
		if _, ok := ofB[up]; ok {
			return familyBrand
		}
	}
	return unrelatedBrands
}

// climb collects what is above a name. Going round in a circle ends, with the name
// above itself.
func (t *brandTable) climb(name string) lineage {
	seen := lineage{}
	var up func(name string, line bool)
	up = func(name string, line bool) {
		for _, tie := range t.ties[name] {
			asLine, been := seen[tie.up]
			if been && (asLine || !line || !tie.line) {
				continue // been there on a way at least as good
			}
			seen[tie.up] = line && tie.line
			up(tie.up, line && tie.line)
		}
	}
	up(name, true)
	return seen
}

// parseBrands reads the table and gives all its faults at once, each with its line.
func parseBrands(text string) (*brandTable, error) {
	t := &brandTable{
		canon: map[string]string{}, ties: map[string][]brandTie{}, above: map[string]lineage{},
		plain: map[string]bool{}, count: map[string]int{},
	}
	var rows []brandRow
	var faults []error
	for i, s := range strings.Split(text, "\n") {
		if s = strings.TrimSpace(s); s == "" || s[0] == '#' {
			continue
		}
		r, err := parseBrandRow(s)
		if err != nil {
			faults = append(faults, fmt.Errorf("line %d: %w", i+1, err))
			continue
		}
		if err := t.declare(&r); err != nil {
			faults = append(faults, fmt.Errorf("line %d: %w", i+1, err))
		}
		r.number = i + 1
		rows = append(rows, r)
	}
	for _, r := range rows {
		if err := t.tie(&r); err != nil {
			faults = append(faults, fmt.Errorf("line %d: %w", r.number, err))
		}
	}
	for _, name := range slices.Sorted(maps.Keys(t.ties)) {
		t.above[name] = t.climb(name)
		if _, round := t.above[name][name]; round {
			faults = append(faults, fmt.Errorf("%s is above itself", name))
		}
	}
	return t, errors.Join(faults...)
}

// brandRow is a line of the file.
type brandRow struct {
	number int
	kind   string
	names  []writtenBrand
	of     string // folded
	source string
	proof  string
}

// writtenBrand is a name as the file has it.
type writtenBrand struct {
	folds []string // as brandOf folds it, then with its apostrophes left out
	word  bool     // also a common word
}

func parseBrandRow(s string) (brandRow, error) {
	f := strings.Split(s, "|")
	for i := range f {
		f[i] = strings.TrimSpace(f[i])
	}
	if len(f) == 2 && f[0] == "brand" {
		f = append(f, "", "", "")
	}
	if len(f) != 5 {
		return brandRow{}, fmt.Errorf("%d columns, want kind | names | of | source | proof", len(f))
	}
	r := brandRow{kind: f[0], source: f[3], proof: f[4]}
	if err := r.check(f[2]); err != nil {
		return r, err
	}
	for name := range strings.SplitSeq(f[1], ";") {
		n := writeBrand(name)
		if len(n.folds) == 0 {
			return r, fmt.Errorf("%q folds to no brand", name)
		}
		r.names = append(r.names, n)
	}
	if r.kind == "brand" {
		return r, nil
	}
	of := writeBrand(f[2])
	if len(of.folds) == 0 {
		return r, fmt.Errorf("%q folds to no brand", f[2])
	}
	r.of = of.folds[0]
	return r, nil
}

// check holds the columns beside the names against the kind.
func (r *brandRow) check(of string) error {
	switch r.kind {
	case "brand":
		if of+r.source+r.proof != "" {
			return errors.New("a plain brand has no other columns")
		}
		return nil
	case "alias", "line", "owned", "licence":
	default:
		return fmt.Errorf("unknown kind %q", r.kind)
	}
	switch r.proof {
	case "read", "unread":
		if u, err := url.Parse(r.source); err != nil || u.Scheme != "https" || u.Host == "" || u.Path == "" {
			return fmt.Errorf("source %q is no https address", r.source)
		}
	case "unproven":
	default:
		return fmt.Errorf("proof %q, want read, unread or unproven", r.proof)
	}
	return nil
}

// writeBrand folds a name as brandOf does, and once more as people who leave
// apostrophes out write it: "Lowe's" is lowe, "Lowes" is lowes.
func writeBrand(name string) writtenBrand {
	name, word := strings.CutSuffix(strings.TrimSpace(name), "*")
	w := writtenBrand{word: word}
	for _, s := range []string{name, strings.ReplaceAll(name, "'", "")} {
		if b := foldBrand(s); b.known() && !slices.Contains(w.folds, b.joined) {
			w.folds = append(w.folds, b.joined)
		}
	}
	return w
}

// declare enters the row's names. A brand may have several rows of ties, one an
// owner; an alias and a plain brand have one.
func (t *brandTable) declare(r *brandRow) error {
	var faults []error
	for _, n := range r.names {
		canon := n.folds[0]
		if r.kind == "alias" {
			canon = r.of
		}
		for _, f := range n.folds {
			was, known := t.canon[f]
			switch {
			case known && (was != canon || r.kind == "alias" || r.kind == "brand"):
				faults = append(faults, fmt.Errorf("%s is there already", f))
			case known && t.plain[f] == n.word:
				faults = append(faults, fmt.Errorf("%s is with and without *", f))
			default:
				t.canon[f], t.plain[f] = canon, !n.word
			}
		}
		t.count[r.kind]++
	}
	if r.proof == "unproven" {
		t.count["unproven"] += len(r.names)
	}
	return errors.Join(faults...)
}

// tie enters what the row says of its names and the brand above them, once all
// names are declared. A company that is only ever above others is known by that.
func (t *brandTable) tie(r *brandRow) error {
	if r.kind == "brand" {
		return nil
	}
	canon, known := t.canon[r.of]
	switch {
	case r.kind == "alias" && !known:
		return fmt.Errorf("alias of %s, which is not in the table", r.of)
	case r.kind == "alias" && canon != r.of:
		return fmt.Errorf("alias of %s, itself an alias", r.of)
	case r.kind == "alias":
		return nil
	case !known:
		return fmt.Errorf("%s of %s, which is not in the table", r.kind, r.of)
	}
	for _, n := range r.names {
		name := n.folds[0]
		tie := brandTie{up: canon, line: r.kind == "line"}
		if slices.ContainsFunc(t.ties[name], func(o brandTie) bool { return o.up == tie.up }) {
			return fmt.Errorf("%s is tied to %s already", name, canon)
		}
		t.ties[name] = append(t.ties[name], tie)
	}
	return nil
}

// typos leads from each brand of six letters and more, with one letter left out,
// to the brand.
var typos = sync.OnceValue(func() map[string]string {
	t := map[string]string{}
	for name, canon := range brands().canon {
		if len(name) < 6 {
			continue
		}
		for i := range name {
			t[name[:i]+name[i+1:]] = canon
		}
	}
	return t
})

// mistyped gives the brand of the table, canonical, from which a folded name that
// is not in it differs by one letter; "" if there is none. The first letter must
// be right.
func mistyped(folded string) string {
	if len(folded) < 5 || knownBrand(folded) {
		return ""
	}
	if c, ok := typos()[folded]; ok && c[0] == folded[0] {
		return c
	}
	for i := range folded {
		short := folded[:i] + folded[i+1:]
		c, ok := typos()[short]
		if !ok && len(short) >= 6 && knownBrand(short) {
			c, ok = aliasOf(short), true
		}
		if ok && c[0] == folded[0] && oneLetterOff(folded, c) {
			return c
		}
	}
	return ""
}

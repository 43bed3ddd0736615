package match

import (
	"cmp"
	"math/bits"
	"regexp"
	"slices"
	"strings"
	"unicode"

	"github.com/babyshield/babyshield"
)

// maxBrands is how many names of one line are kept.
const maxBrands = 8

// source is where a name was found. A name out of ordinary words needs two.
type source uint16

const (
	fromField source = 1 << iota
	fromBranded
	fromPrint
	fromSign
	fromTitle
	fromFirm
	fromName
	fromHeadline
	fromProse
	fromSite
	fromTable
	fromShop
	fromGuess
)

// points say how much a source makes of a name the brand of the line: what is
// printed on the product or said to be its brand comes before who sold it.
var points = map[source]int{
	fromField: 200, fromBranded: 60, fromPrint: 30, fromSign: 30, fromTitle: 45, fromFirm: 10,
	fromName: 60, fromHeadline: 30, fromProse: 30, fromSite: 15, fromTable: 30, fromShop: 5, fromGuess: 30,
}

// candidate is a name under which a line may be known.
type candidate struct {
	name   string
	joined string
	from   source
	sure   bool // stands without another source
	weight int  // of the sources, see weigh
}

func (c *candidate) points() int {
	n := 0
	for s := fromField; s <= fromGuess; s <<= 1 {
		if c.from&s != 0 {
			n += points[s]
		}
	}
	return n
}

// maxCandidates bounds the names of one line while they are weighed.
const maxCandidates = 48

// brandReader collects the names of a line with what speaks for each.
type brandReader struct {
	lower map[string]bool // stems that the prose writes in lower case: they describe
	list  []candidate
	firms [][]string // folded words of the firms' names
	sites []string   // "quindextoys" of quindextoys.com
}

// add notes that a name was found; sure says that it needs no second source.
func (b *brandReader) add(name string, from source, sure bool) {
	name, _ = cutBranded(articlesRE.ReplaceAllString(strings.Trim(name, `.,;:"'-()& `), ""))
	n := brandOf(name)
	if !n.known() || isNumber(n.joined) || agencySet[n.joined] || from != fromField && modelLike(name) {
		return
	}
	for i := range b.list {
		if c := &b.list[i]; c.joined == n.joined {
			c.from |= from
			c.sure = c.sure || sure
			if len(name)+2 < len(c.name) && c.from&fromField == 0 {
				c.name = name // "Quindle" rather than "Quindle Store"
			}
			return
		}
	}
	if len(b.list) < maxCandidates {
		b.list = append(b.list, candidate{name: name, joined: n.joined, from: from, sure: sure})
	}
}

var articlesRE = regexp.MustCompile(`^(?:(?:A|An|Your|This|These|All|Each|Recalled|Model|Year|(?:19|20)\d\d|000) )+`)

var agencySet = set("importer supplier manufacturer distributor retailer firm company maker vin vins upc sku transportcanada cpsc fda nhtsa usda healthcanada consumerproductsafetycommission")

// addNamed keeps a name out of prose: sure if one of its words is no ordinary
// one. Names that begin with a word that says nothing are none.
func (b *brandReader) addNamed(name string, from source) {
	ws := brandWords(name)
	if len(ws) == 0 || ws[0] == "made" || classOf(stem(ws[0])) == classStop && len(ws) > 1 && len(ws[0]) > 2 || sellerSet[strings.Join(ws, "")] {
		return
	}
	sure := from == fromBranded && len(ws) > 1 ||
		slices.ContainsFunc(ws, func(w string) bool { return nameLike(w) && !b.lower[stem(w)] })
	if len(ws) == 1 && !sure && classOf(stem(ws[0])) <= classGeneric && len(ws[0]) > 2 {
		return
	}
	b.add(name, from, sure)
}

func brandWords(s string) []string { return words(clip(s, 400), maxBrandWords+4) }

// readTokens adds the name with which a phrase about the product begins, and
// returns it: what another source knows of its first words, else what the words
// themselves say.
func (b *brandReader) readTokens(ts []token, from source) []token {
	run, n := b.leadOf(ts)
	best := b.readKnown(run, from)
	if best != 1 && b.guess(run, from) {
		best = max(best, 1)
	}
	if best == 0 && n > 0 && (n < len(run) || b.named(&run[0])) {
		b.add(joinTokens(run[:n]), from, n == 1 && b.stylised(run) || slices.ContainsFunc(run[:n], func(t token) bool { return b.named(&t) }))
		best = n
	}
	if best > 0 && best+1 < len(run) && run[best].joins() && b.named(&run[best+1]) {
		b.readTokens(run[best+1:], from)
	}
	b.readTable(run)
	return run[:best]
}

// readKnown adds each beginning of a run that another source has, else what it has
// in common with a firm, and returns how many tokens the longest takes.
func (b *brandReader) readKnown(run []token, from source) (best int) {
	for k := 1; k <= min(len(run), maxBrandWords); k++ {
		t := &run[k-1]
		if !t.capital && !t.joins() {
			break
		}
		if !t.joins() && b.known(run[:k]) {
			b.add(joinTokens(run[:k]), from, true)
			best = k
		}
		if t.ends {
			break
		}
	}
	if best == 0 {
		best = b.firmLength(run)
		b.add(joinTokens(run[:best]), from, true)
	}
	return best
}

// known says whether something besides the words themselves says that the tokens
// are a name: another source, the table, a sign, "-branded".
func (b *brandReader) known(ts []token) bool {
	last := &ts[len(ts)-1]
	return b.marked(foldTokens(ts)) || b.inTable(ts) || last.brand || last.sign && len(ts) <= 4 && !b.describing(&ts[0])
}

// inTable says whether the table has the name: one that is a common word too only
// where it has several words ("Room Essentials").
func (b *brandReader) inTable(ts []token) bool {
	var ws []string
	for i := range ts {
		ws = append(ws, ts[i].words...)
	}
	joined := foldTokens(ts)
	if !knownBrand(joined) || b.lower[joined] {
		return false
	}
	_, n := namedBrand(ws)
	return n == len(ws) || len(ws) > 1
}

// marked says whether another source has the name.
func (b *brandReader) marked(joined string) bool {
	if joined == "" {
		return false
	}
	return slices.ContainsFunc(b.list, func(c candidate) bool {
		return c.joined == joined && c.from&(fromField|fromBranded|fromPrint|fromTitle|fromFirm) != 0
	}) || slices.Contains(b.sites, joined)
}

// modelLike says whether a name is rather a model: "G0815", "T30", "3-Wick".
func modelLike(name string) bool {
	if strings.Contains(name, " ") || !hasDigit(name) || knownBrand(brandOf(name).joined) {
		return false
	}
	if isUpper(name) {
		digits := len(name) - len(strings.TrimRight(name, "0123456789"))
		return digits != 1 || len(name) < 5 // "QUIN3" is a name
	}
	return name[0] >= '0' && name[0] <= '9' && strings.Contains(name, "-")
}

// newBrandReader reads what holds for every line of a recall.
func newBrandReader(r *babyshield.Recall, h *headline, prose []string) *brandReader {
	b := &brandReader{lower: lowerWords(prose)}
	b.readSites(r.SoldAt)
	b.readFirms(r, h)
	b.readProse(prose)
	return b
}

// line reads the names of one line; b stays as it is.
func (b brandReader) line(r *babyshield.Recall, e *babyshield.ProductEntry, h *headline, prose []string) (brand string, others []string) {
	b.list = slices.Clone(b.list)
	b.add(e.Brand, fromField, true)
	if len(e.Name) > maxPlainName { // a label, with sentences of its own
		b.readProse(sentences(e.Name))
	}
	name := cutLabel(e.Name)
	if m := byRE.FindStringSubmatch(name); m != nil {
		b.addFirm(m[2], fromTitle)
		name = m[1]
	}
	b.addList(brandedPart(name), fromBranded)
	first := b.readParts(name, fromName)
	if h.parsed && len(r.Products) > 0 && !writtenFrom(h.product, e.Name) {
		b.readCommon(first, b.readParts(h.signed, fromHeadline))
	}
	for _, s := range prose[:min(len(prose), 3)] {
		if m := recallRE.FindStringSubmatch(clip(s, 1000)); m != nil {
			b.readTokens(tokensOf(m[2]), fromProse)
			break
		}
	}
	b.agreeSites()
	return b.best()
}

// maxPlainName is the length up to which a name is a name.
const maxPlainName = 60

var phraseSplit = regexp.MustCompile(`\s*(?:[,;]\s|\band\b|\bor\b)\s*`)

// writtenFrom says whether a headline is made from a product's label and so no
// second source: some agencies give no title.
func writtenFrom(product, label string) bool {
	return cutLabel(label) != label && strings.Contains(label, clip(product, 30))
}

// labelRE finds where the name of a packed food goes over into its label.
var labelRE = regexp.MustCompile(`(?i)[ ,;(]+(?:net\b|upc\b|ups\b|contains|ingredient|dist(?:ributed)?\b|(?:manufactured|produced|made|bottled|packed) (?:by|in|for)\b|packaged|keep\b|item\b|\d[\d.]*[ -]?(?:fl|oz|ounces?|lbs?|pounds?|kg|g|ml)\b)`)

// cutLabel cuts a name before what its label says beside the name.
func cutLabel(name string) string {
	name = clip(name, 500)
	if at := labelRE.FindStringIndex(name); at != nil && at[0] > 0 {
		return name[:at[0]]
	}
	return name
}

// brandedPart is what a product's name says to be brands: "A and B brand pools".
func brandedPart(name string) string {
	m := brandedRE.FindStringSubmatch(plain(name))
	if m == nil {
		return ""
	}
	return m[1]
}

// readParts reads the products that a name lists and returns the name with which
// the first begins. Of the others a name-like word is believed, or what another
// source knows; an ordinary one ("Tide, Gain and Ace Pods") if two sources have it.
func (b *brandReader) readParts(name string, from source) (first []token) {
	listed := strings.Contains(name, " and ") || strings.Contains(name, " or ")
	for i, part := range phraseSplit.Split(name, 8) {
		ts := tokensOf(part)
		switch {
		case len(ts) == 0 || !ts[0].capital && i > 0:
		case i == 0:
			first = b.readTokens(ts, from)
		case b.knownAt(ts) || listed && b.named(&ts[0]):
			b.readTokens(ts, from)
		case listed && len(first) > 0 && len(first) <= 2 && !b.ordinary(&ts[0]):
			b.add(ts[0].text, from, false)
		}
	}
	return first
}

// readCommon adds what two names have in common: "Quindle" of "Quindle Parts
// Racer" and "Quindle Racer".
func (b *brandReader) readCommon(x, y []token) {
	n := 0
	for n < min(len(x), len(y)) && slices.Equal(x[n].words, y[n].words) {
		n++
	}
	if n > 0 && n < len(x) && n < len(y) && (n > 1 || b.named(&x[0])) {
		b.add(joinTokens(x[:n]), fromName|fromHeadline, true)
	}
}

// agreeSites notes the names that a site has, alone or with an ordinary word
// behind: "visionfitness" for "Vision". The two together are a further name.
func (b *brandReader) agreeSites() {
	for i := range b.list {
		c := &b.list[i]
		for _, s := range b.sites {
			rest, ok := strings.CutPrefix(s, c.joined)
			switch {
			case !ok || len(c.joined) < 4:
			case rest == "":
				c.from |= fromSite
			case c.from == fromGuess:
			case len(rest) > 2 && (isKind(stem(rest)) || isCommon(stem(rest)) || noiseSet[rest]):
				c.from |= fromSite
				if c.from&^fromSite != 0 && !noiseSet[rest] && len(b.list) < maxCandidates {
					name := c.name + " " + strings.ToUpper(rest[:1]) + rest[1:]
					b.add(name, fromSite, c.sure)
					c = &b.list[i]
				}
			}
		}
	}
}

// fromText are the sources in which the name stands as that of the product.
const fromText = fromField | fromBranded | fromPrint | fromSign | fromName | fromHeadline | fromProse

// weigh sets the weights. A firm whose name begins with that of the product only
// speaks for it: "Quindle Apparel Technologies" for "Quindle".
func weigh(list []candidate) {
	for i := range list {
		list[i].weight = list[i].points()
	}
	for i := range list {
		c := &list[i]
		for k := range list {
			if o := &list[k]; i != k && c.from&fromText != 0 && o.from&(fromText&^fromProse) == 0 && strings.HasPrefix(o.name, c.name+" ") {
				c.weight += o.points()
			}
		}
	}
}

// best are the names in the order of what speaks for them.
func (b *brandReader) best() (brand string, others []string) {
	keep := slices.DeleteFunc(b.list, func(c candidate) bool { return !c.sure && bits.OnesCount16(uint16(c.from)) < 2 })
	weigh(keep)
	slices.SortStableFunc(keep, func(x, y candidate) int { return cmp.Compare(y.weight, x.weight) })
	if len(keep) == 0 {
		return "", nil
	}
	for _, c := range keep[1:min(len(keep), maxBrands)] {
		others = append(others, c.name)
	}
	return keep[0].name, others
}

// lowerWords are the stems of the words that the prose writes in lower case,
// without those of addresses.
func lowerWords(prose []string) map[string]bool {
	m := map[string]bool{}
	for _, s := range prose[:min(len(prose), proseStart)] {
		for f := range strings.FieldsSeq(clip(s, 1500)) {
			if inner := strings.TrimRight(f, ".,;:)"); strings.ContainsAny(inner, ".@") {
				continue
			}
			for w := range strings.FieldsFuncSeq(f, func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) && r != '\'' }) {
				if w[0] >= 'a' && w[0] <= 'z' {
					m[stem(foldWord(w))] = true
				}
			}
		}
	}
	return m
}

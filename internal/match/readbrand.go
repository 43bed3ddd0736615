package match

import (
	"regexp"
	"slices"
	"strings"

	"github.com/babyshield/babyshield"
)

// maxBrands is how many names of one line are kept.
const maxBrands = 8

// headline is what a notice's title says.
type headline struct {
	firms   []string // who recalls, who sold it
	product string   // what is recalled
}

var (
	announceRE = regexp.MustCompile(`(?i)^(?:u\.?s\.? )?cpsc(?:,| and|;)?\s+(.+?)\s+(?:re-?announces?|announces?|expands?|issues?)\s+(?:the\s+)?(.*?)\brecalls?\b(?:\s+(?:of|to \w+ of|to \w+))?\s*(.*)$`)
	recallsRE  = regexp.MustCompile(`(?i)^(.+?)\s+(?:voluntarily\s+)?((?:re-?announces?|expands?)\s+(?:and\s+expands?\s+)?(?:the\s+)?recalls?(?:\s+(?:of|to\s+include))?|recalls|recall)\s+(.+)$`)
	byRE       = regexp.MustCompile(`(?i)^(.+?)\s+(?:are\s+|being\s+)?recalled\s+by\s+(.+)$`)
	dueRE      = regexp.MustCompile(`(?i)^(.+?)\s+(?:are\s+|is\s+|being\s+|have been\s+)?recalled\b(.*)$`)
	tailRE     = regexp.MustCompile(`(?i)\s*(?:;|\bdue to\b|\bbecause\b|\bfollowing\b|\bafter\b|\bsold (?:exclusively|only|at|on|by)\b|\bimported by\b|\bmanufactured by\b|\bmade by\b|\(recall alert\)|\bfor repair\b|,? violat).*$`)
	sellerRE   = regexp.MustCompile(`(?:[Ss]old|[Ii]mported|[Mm]anufactured|[Mm]ade|[Dd]istributed|[Ii]ssued)\b[^;]{0,60}?\b(?:by|By)\s+([A-Z0-9][^;,(]{1,60})`)
	countRE    = regexp.MustCompile(`(?i)^(?:more than |about |over |nearly |certain |select |various |additional |some )*(?:[\d,.]+ |one |two )?(?:million |thousand )?`)
	articleRE  = regexp.MustCompile(`(?i)^(?:of |to repair |to replace |the )+`)
)

// readTitle splits the usual headlines: "X Recalls Y Due to Z", "Y Recalled by X",
// "Y Recalled Due to Z; Sold by X", "CPSC, X Announce Recall of Y".
func readTitle(title string) headline {
	t := strings.TrimSpace(plain(clip(title, 1000)))
	var h headline
	firm := func(s string) {
		s = strings.Trim(tailRE.ReplaceAllString(countRE.ReplaceAllString(s, ""), ""), " ,.")
		if s != "" && len(s) <= 80 {
			h.firms = append(h.firms, s)
		}
	}
	switch {
	case announceRE.MatchString(t):
		m := announceRE.FindStringSubmatch(t)
		firm(m[1])
		h.product = strings.TrimSpace(m[2] + " " + m[3])
	case byRE.MatchString(t):
		m := byRE.FindStringSubmatch(t)
		firm(m[2])
		h.product = m[1]
	case recallsRE.MatchString(t):
		m := recallsRE.FindStringSubmatch(t)
		firm(m[1])
		if strings.HasSuffix(strings.ToLower(m[2]), "recall") { // plural: "X and Y Recall Z"
			for part := range strings.SplitSeq(m[1], " and ") {
				firm(part)
			}
		}
		h.product = m[3]
	case dueRE.MatchString(t):
		h.product = dueRE.FindStringSubmatch(t)[1]
	default:
		h.product = t
	}
	h.product = articleRE.ReplaceAllString(countRE.ReplaceAllString(tailRE.ReplaceAllString(h.product, ""), ""), "")
	for _, m := range sellerRE.FindAllStringSubmatch(t, 3) {
		firm(m[1])
	}
	return h
}

// brandReader collects the names under which a line may be known, best first.
type brandReader struct{ names []string }

// add keeps a name that is not yet there and says something.
func (r *brandReader) add(name string) {
	name = strings.Trim(strings.TrimSpace(name), `.,;:"'- `)
	b := brandOf(name)
	if !b.known() || len(r.names) == maxBrands {
		return
	}
	for _, n := range r.names {
		if o := brandOf(n); o.joined == b.joined {
			return
		}
	}
	r.names = append(r.names, name)
}

// addNamed keeps a name out of prose: one of its words must be no common word.
func (r *brandReader) addNamed(name string) {
	if b := brandOf(name); !sellerSet[b.joined] && slices.ContainsFunc(brandWords(name), nameLike) {
		r.add(name)
	}
}

func brandWords(s string) []string { return words(clip(s, 400), maxBrandWords+4) }

var (
	brandedRE = regexp.MustCompile(`([A-Z0-9][\w&'.+-]*(?: (?:&|and|of|[A-Z0-9][\w&'.+-]*)){0,3}?)[- ]brand(?:ed)?\b`)
	brandsRE  = regexp.MustCompile(`(?i)\bbrand(?:s| names?)?(?: names?)?(?: of)?:?\s+"?((?-i:[A-Z0-9])[\w&'.+-]*(?:[ ,]+(?:and |& |or )?(?-i:[A-Z0-9])[\w&'.+-]*){0,7})`)
	quotedRE  = regexp.MustCompile(`"([^"]{2,40})"[^".;]{0,40}?\b(?:logo|brand|name|appears?|is (?:printed|located|embossed|engraved|stamped|written|on)|are (?:printed|on)|printed|embossed|label)`)
	logoRE    = regexp.MustCompile(`([A-Z][\w&'+-]*(?: [A-Z][\w&'+-]*){0,2}) (?:logo|(?:brand )?name) (?:is|are|appears?|on|printed)`)
	listRE    = regexp.MustCompile(`\s*(?:,|\band\b|\bor\b)\s*`)
	dbaRE     = regexp.MustCompile(`(?i)\b(?:d/?b/?a|doing business as|a/?k/?a)\.?\s+(.+)$`)
	placeRE   = regexp.MustCompile(`,?\s+(?:of|in) [A-Z].*$`)
)

// proseBrands adds the brands that the first sentences of a description name.
func (r *brandReader) proseBrands(sentences []string) {
	for _, s := range sentences[:min(len(sentences), 12)] {
		s = clip(s, 1500)
		if containsAny(s, "brand", "Brand", "BRAND") {
			for _, m := range brandedRE.FindAllStringSubmatch(s, 3) {
				r.addNamed(leadingName(m[1]))
			}
			for _, m := range brandsRE.FindAllStringSubmatch(s, 2) {
				for _, part := range listRE.Split(m[1], 6) {
					r.addNamed(part)
				}
			}
		}
		if strings.Contains(s, `"`) {
			for _, m := range quotedRE.FindAllStringSubmatch(s, 3) {
				if len(brandWords(m[1])) <= 3 && !hasDigit(m[1]) {
					r.addNamed(m[1])
				}
			}
		}
		if containsAny(s, " logo ", " name ") {
			for _, m := range logoRE.FindAllStringSubmatch(s, 2) {
				r.addNamed(leadingName(m[1]))
			}
		}
	}
}

// firm adds a company as agencies print it: "X Trading Co. Ltd., dba Y, of China".
func (r *brandReader) firm(name string) {
	name = placeRE.ReplaceAllString(plain(clip(name, 300)), "")
	if m := dbaRE.FindStringSubmatch(name); m != nil {
		r.add(strings.TrimSuffix(strings.TrimSuffix(m[1], " Storefront"), " Store"))
		name = name[:len(name)-len(m[0])]
	}
	if len(brandWords(name)) <= maxBrandWords {
		r.add(name)
	}
}

// leadingName is the name that a product's name begins with: capitalised words
// up to the first common one. "UVIPC Baby Gates" gives "UVIPC", "Children's
// WYBITNY Bed Rails" gives "WYBITNY", "Baby Gates" gives "".
func leadingName(s string) string {
	var name []string
	fields := strings.Fields(plain(clip(s, 300)))
	for i, f := range fields {
		w := strings.Trim(f, `"'.,;:()!`)
		ws := words(w, 3)
		if len(ws) == 0 { // "&" inside a name; finishName takes it off an end
			if len(name) > 0 && (f == "&" || f == "+") {
				name = append(name, f)
			}
			continue
		}
		capital := isCapital(w[0]) || w[0] >= '0' && w[0] <= '9' || w[0] >= 0x80
		common := !slices.ContainsFunc(ws, nameLike)
		switch {
		case len(name) == 0 && common && i < 3 && !startsName(fields, i):
			continue // skip "Children's", "About", "Baby"
		case len(name) == 0 && common && i < 3:
			name = append(name, w) // "Great Lakes", "Little Tikes", "Black & Decker"
		case !capital, common, len(name) == 4:
			return finishName(name)
		default:
			name = append(name, w)
		}
		if strings.HasSuffix(f, ",") || strings.HasSuffix(f, ";") {
			return finishName(name)
		}
	}
	return finishName(name)
}

// startsName says whether the common word at i is the first of a name: capital,
// itself no kind of product or person, with a name-like word (perhaps after "&") next.
func startsName(fields []string, i int) bool {
	w := words(fields[i], 1)
	if len(w) == 0 || !isCapital(fields[i][0]) || classOf(stem(w[0])) == classStop || people[stem(w[0])] {
		return false
	}
	j := i + 1
	if j < len(fields) && fields[j] == "&" {
		j++
	}
	if j >= len(fields) || !isCapital(fields[j][0]) {
		return false
	}
	next := words(fields[j], 1)
	return len(next) > 0 && nameLike(next[0])
}

var people = set("child baby infant toddler boy girl youth adult man woman teen wood metal plastic electric cordless portable led lithium certain toy")

func finishName(name []string) string {
	for len(name) > 0 && (name[len(name)-1] == "&" || name[len(name)-1] == "+") {
		name = name[:len(name)-1]
	}
	return strings.TrimSuffix(strings.Join(name, " "), "'s")
}

// readBrands gives the brand of a line and its other names.
func readBrands(r *babyshield.Recall, e *babyshield.ProductEntry, h headline, prose []string) (brand string, others []string) {
	var b brandReader
	b.add(e.Brand)
	lead := leadingName(e.Name)
	if lead == "" {
		lead = leadingName(h.product)
	}
	// A firm whose name begins like the product's says where the brand ends:
	// "Homebox Blackout Roller" of Homebox Ltd is Homebox.
	for _, f := range slices.Concat(h.firms, firmNames(r)) {
		if o, l := brandOf(f), brandOf(lead); o.known() && len(o.words) < len(l.words) && slices.Equal(l.words[:len(o.words)], o.words) {
			lead = strings.Join(strings.Fields(lead)[:len(o.words)], " ")
			break
		}
	}
	b.addNamed(lead)
	b.addNamed(leadingName(h.product))
	for _, f := range h.firms {
		b.add(f)
	}
	b.proseBrands(prose)
	for _, f := range r.Firms {
		if f.Role != "retailer" {
			b.firm(f.Name)
		}
	}
	if len(b.names) == 0 {
		return "", nil
	}
	return b.names[0], b.names[1:]
}

func firmNames(r *babyshield.Recall) []string {
	out := make([]string, 0, len(r.Firms))
	for _, f := range r.Firms {
		out = append(out, placeRE.ReplaceAllString(clip(f.Name, 300), ""))
	}
	return out
}

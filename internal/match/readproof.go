package match

import (
	"regexp"
	"slices"
	"strings"

	"github.com/babyshield/babyshield"
)

// proseStart is how much of a description is read for names.
const proseStart = 12

var (
	brandedRE = regexp.MustCompile(`((?:[A-Z0-9][\w'.+-]*(?: (?:& )?|, (?:and )?| and ))*?[A-Z0-9][\w'.+-]*?)[- ](?:(?i:brand(?:ed)?)|brands)\b`)
	brandsRE  = regexp.MustCompile(`(?i)\b(?:the brand|brands|brands? names?|brand:)(?: of| include| are| is)?:?\s+"?((?-i:[A-Z0-9])[\w&'.+-]*(?:[ ,]+(?:and |& |or )?(?-i:[A-Z0-9])[\w&'.+-]*){0,7})`)
	quotedRE  = regexp.MustCompile(`((?:"[^"]{2,40}",?(?: and | or | )){0,3}"[^"]{2,40}")[^".;]{0,40}?\b(?:logo|brand|name|appears?|printed|located|embossed|engraved|stamped|written|imprinted|etched|stitched|marked|molded|on the|label)`)
	saysRE    = regexp.MustCompile(`\b(?:brand|brand name|names?|logos?|words?|reads?|marked|labeled|printed with|imprinted with|stamped with)(?: is| are)?:? ("[^"]{2,40}")`)
	logoRE    = regexp.MustCompile(`([A-Z][\w&'+-]*(?: [A-Z][\w&'+-]*){0,2}) (?:(?:logo|icon)\b|(?:brand )?name (?:is|are|appears?|on|printed|located))`)
	listRE    = regexp.MustCompile(`\s*(?:,|\band\b|\bor\b)\s*`)
	recallRE  = regexp.MustCompile(`(?i)\b(?:recall|expansion|alert|program) (?:involves?|involved|includes?|covers|concerns) ((?:all |certain |only |the |some |various |about |additional |[\d,]{3,} |models? of |lot codes of |styles of |types of )*)([^.;:(]{3,200})`)
	siteRE    = regexp.MustCompile(`(?i)\b(?:www\.)?([a-z0-9-]{3,40})\.(?:com|net|org|us|co|shop|store)\b`)
)

// readProse adds the names that the first sentences of a description say to be
// brands or to be printed on the product.
func (b *brandReader) readProse(sentences []string) {
	for _, s := range sentences[:min(len(sentences), proseStart)] {
		s = clip(s, 1500)
		if strings.Contains(s, "rand") || strings.Contains(s, "BRAND") {
			for _, m := range brandedRE.FindAllStringSubmatch(s, 6) {
				b.addList(m[1], fromBranded)
			}
			for _, m := range brandsRE.FindAllStringSubmatch(s, 2) {
				b.addList(m[1], fromBranded)
			}
		}
		b.readPrint(s)
	}
}

// readPrint adds what a sentence says to be printed on the product.
func (b *brandReader) readPrint(s string) {
	if strings.Contains(s, `"`) {
		for _, re := range []*regexp.Regexp{quotedRE, saysRE} {
			for _, m := range re.FindAllStringSubmatch(s, 4) {
				for i, q := range strings.Split(m[1], `"`) {
					if i%2 == 1 && len(brandWords(q)) <= 3 && !hasDigit(q) && (isCapital(q[0]) || q == strings.ToLower(q) && !strings.Contains(q, " ")) {
						b.addNamed(q, fromPrint)
					}
				}
			}
		}
	}
	if strings.Contains(s, "logo") || strings.Contains(s, "icon") || strings.Contains(s, "name") {
		for _, m := range logoRE.FindAllStringSubmatch(s, 2) {
			b.addNamed(m[1], fromPrint)
		}
	}
}

// addList adds "A, B and C", or the whole where it is one brand.
func (b *brandReader) addList(list string, from source) {
	for _, part := range listRE.Split(list, 10) {
		if ws := brandWords(part); len(ws) <= 4 && len(ws) > 0 && !hasDigit(strings.Join(ws[1:], "")) {
			b.addNamed(part, from)
		}
	}
}

// readFirms adds who made, imported and sold it.
func (b *brandReader) readFirms(r *babyshield.Recall, h *headline) {
	for _, f := range h.firms {
		b.addFirm(f, fromTitle)
	}
	for _, f := range r.Firms[:min(len(r.Firms), 20)] {
		if f.Role != "retailer" {
			b.addFirm(f.Name, fromFirm)
		}
	}
	if shop := firmName(storeRE.ReplaceAllString(h.only, "")); shop != "" {
		if o := brandOf(shop); !sellerSet[o.joined] && !broadSet[o.joined] && !broadSet[o.joined+"s"] {
			b.add(shop, fromShop, true)
		}
	}
}

// addFirm adds a firm's name, what it does business as, and what people call it.
func (b *brandReader) addFirm(s string, from source) {
	name, dba := firmNames(s)
	for _, n := range append(dba, name) {
		if !strings.Contains(n, "/") {
			b.add(n, from, true)
		}
		b.firms = append(b.firms, brandOf(n).words)
		for _, short := range append(shortNames(n), b.siteName(n)) {
			b.add(short, from, true)
		}
	}
}

// readSites notes the sites that a text names, without those of market places and
// great shops.
func (b *brandReader) readSites(text string) {
	for _, m := range siteRE.FindAllStringSubmatch(clip(text, 4000), 12) {
		s := strings.ReplaceAll(strings.ToLower(m[1]), "-", "")
		if !sellerSet[s] && !broadSet[s] {
			b.sites = append(b.sites, s)
		}
	}
}

// siteName is the beginning of a firm's name that is also the name of a site: with
// quindex.com it is "Quindex" of "Quindex Equipment".
func (b *brandReader) siteName(firm string) string {
	fields := strings.Fields(firm)
	for k := min(len(fields), maxBrandWords) - 1; k > 0; k-- {
		short := strings.Join(fields[:k], " ")
		if n := brandOf(short); n.known() && slices.Contains(b.sites, n.joined) {
			return short
		}
	}
	return ""
}

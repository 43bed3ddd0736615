package match

import (
	"regexp"
	"strings"
)

var (
	dbaRE         = regexp.MustCompile(`(?i)[\s,(]+(?:d\.?/?b\.?/?a|doing business as|a/?k/?a)[./]?\s*(?:as )?(.+)$`)
	placeRE       = regexp.MustCompile(`,?\s+(?:of|in|from|until|on behalf of) (?:the )?[A-Z].*$`)
	legalRE       = regexp.MustCompile(`(?i)[,\s]+(?:inc|incorporated|llc|l\.l\.c|llp|lp|ltd|limited|co|co\.? ?ltd|company|companies|corp|corporation|gmbh|ag|bv|b\.v|n\.v|nv|s\.?a|s\.?p\.?a|s\.?r\.?l|plc|pty|kg|oy|a/s|aps|(?-i:AB))\.?$`)
	storeRE       = regexp.MustCompile(`(?i) (?:online )?(?:storefront|stores?|shop|direct|official)$`)
	firmBracketRE = regexp.MustCompile(`\s*\([^)]*\)?`)
	firmSplit     = regexp.MustCompile(`\s*(?:,|;|\band\b)\s*`)
	agentRE       = regexp.MustCompile(`(?i)^(?:\S+ )?sellers? |\s+\S+ hazards?\b.*$`)
	comRE         = regexp.MustCompile(`(?i)^(?:www\.)?([a-z0-9-]+)\.com$`)
)

// firmName cuts what a firm's name has beside the name: place, brackets, legal
// form, "a Y Company". "Box Parts Co. Ltd., from Farland" is Box Parts.
func firmName(s string) string {
	s = placeRE.ReplaceAllString(agentRE.ReplaceAllString(strings.TrimSpace(s), ""), "")
	s = strings.TrimSpace(firmBracketRE.ReplaceAllString(s, ""))
	s, _, _ = strings.Cut(s, ",")
	cut := false
	for range 4 {
		short := legalRE.ReplaceAllString(s, "")
		if short == s || strings.HasSuffix(short, "&") || strings.EqualFold(short, "the") {
			break
		}
		s, cut = short, true
	}
	if t, ok := strings.CutPrefix(s, "The "); ok && cut {
		s = t
	}
	if m := comRE.FindStringSubmatch(s); m != nil {
		s = m[1]
	}
	return strings.Trim(s, " ,.")
}

// firmNames splits a company as agencies print it, "X Trading Co. Ltd., dba Y, of
// China": the name, and those under which it does business.
func firmNames(s string) (name string, dba []string) {
	s = plain(clip(s, 300))
	if m := dbaRE.FindStringSubmatchIndex(s); m != nil {
		under := strings.Trim(firmBracketRE.ReplaceAllString(placeRE.ReplaceAllString(s[m[2]:m[3]], ""), ""), " .,)")
		if b := brandOf(under); knownBrand(b.joined) {
			dba = append(dba, under)
		} else {
			for _, part := range firmSplit.Split(under, 8) {
				if part = storeRE.ReplaceAllString(firmName(part), ""); !isLegal(part) {
					dba = append(dba, part)
				}
			}
		}
		s = s[:m[0]]
	}
	return firmName(s), dba
}

// isLegal says whether a part of a list of firms is nothing but a legal form.
func isLegal(s string) bool { return s == "" || legalRE.MatchString(" "+s) }

// shortNames are the names inside a firm's name by which people call it: the sides
// of "X/Y" and of "X and Y Stores", what the table knows at its beginning ("Bell"
// of "Bell Sports"), the name behind initials.
func shortNames(name string) []string {
	var out []string
	for part := range strings.SplitSeq(strings.ReplaceAll(name, " and ", "/"), "/") {
		part = storeRE.ReplaceAllString(strings.TrimSpace(part), "")
		if part != name && (strings.Contains(name, "/") && len(part) > 3 || knownBrand(brandOf(part).joined)) {
			out = append(out, part)
		}
	}
	fields := strings.Fields(name)
	if short := tableName(fields); short != "" {
		out = append(out, short)
	}
	if len(fields) == 2 && len(fields[0]) <= 3 && isUpper(fields[0]) && len(fields[1]) > 3 && isFirmName(strings.ToLower(fields[1])) {
		out = append(out, fields[1])
	}
	return out
}

// tableName is the longest beginning of a firm's name that the table ties to the
// whole, or that only what firms add follows.
func tableName(fields []string) string {
	whole := brandOf(strings.Join(fields, " "))
	for n := len(fields) - 1; n > 0; n-- {
		short := strings.Join(fields[:n], " ")
		b := brandOf(short)
		if !knownBrand(b.joined) || sellerSet[b.joined] || b.joined == whole.joined {
			continue
		}
		r := relatedBrands(b.joined, whole.joined)
		if r == sameBrand || r == subBrand || r == brandsUnknown && describes(fields[n:]) {
			return short
		}
	}
	return ""
}

// firmWords are ordinary words of firms' names that no owner takes for a brand.
var firmWords = set("commerce solutions solution services service systems system labs laboratories designs design creations concepts partners outfitters direct retail wholesale apparel media ecommerce logistics supply supplies")

// isFirmName says whether the word behind a firm's initials is its name: "Quorps"
// of "QXI Quorps", not "Solutions".
func isFirmName(w string) bool {
	c := classOf(stem(w))
	return c >= classCommon && c != classKind && !noiseSet[w] && !firmWords[w]
}

// describes says whether the words are what firms add to their name: what they
// make, and company words.
func describes(fields []string) bool {
	for _, f := range fields {
		for _, w := range words(f, 3) {
			if isFirmName(w) {
				return false
			}
		}
	}
	return true
}

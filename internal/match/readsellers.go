package match

import (
	"regexp"
	"slices"
	"strings"

	"github.com/babyshield/babyshield"
)

// maxSellers is how many sellers of a line are kept.
const maxSellers = 16

var (
	sellerStop  = regexp.MustCompile(`(?i)\s+(?:from|in|since|between|beginning|during|starting|until|through|for (?:about|between|around|approximately))\s+(?:` + monthNames + `|\d|about|between|\$|early|late|mid|the )`)
	sellerJoin  = regexp.MustCompile(`(?i);|\band\b(?: online| nationwide)?|\bonline at\b|\bat\b|\bincluding\b|\bother\b|[()]`)
	sellerNoise = regexp.MustCompile(`(?i)^\s*(?:exclusively|online|sold|nationwide|stores?|only|on|by|at|through|the websites?|websites?|https?://|www\.|\s)+\b\s*|\s+(?:stores?|nationwide|online|websites?|and)\b.*$`)
	soldHeadRE  = regexp.MustCompile(`(?i)^[^.;]{0,80}?\b(?:were|was|are|is)\s+(?:also\s+)?sold\s+(?:exclusively\s+|only\s+)?(?:online\s+)?(?:at|on|by|in|through)\s+`)
	nowhereRE   = regexp.MustCompile(`(?i)^(?:distributed|product|products|firm|recalled|nationwide|us|usa|u\.s|worldwide|domestic|international|all|the following|retail|no |shipped|hardware|individual|various|authorized|specialty|independent|home|individual|juvenile|major|department)\b`)
	exclusiveRE = regexp.MustCompile(`(?i)\bsold (?:online )?(?:exclusively|only)\b|^(?:online )?exclusively\b|^only\b`)

	// "Sold Exclusively on Amazon.com by Quindex and Zundle"; "... through Quindex".
	soldTitleRE = regexp.MustCompile(`(?i)\bsold\s+(?:online\s+)?(?:exclusively\s+|only\s+)?(?:online\s+)?(?:on|at|by|through|via)\s+([^;]+)`)
	titleJoin   = regexp.MustCompile(`(?i)\s+(?:by|through|via|and|on|at|online)\s+|,\s+|[()]`)
)

// sellersIn reads the shops that a sold-at text names.
func sellersIn(soldAt string) []string {
	s := soldHeadRE.ReplaceAllString(plain(clip(soldAt, 2000)), "")
	if loc := sellerStop.FindStringIndex(s); loc != nil {
		s = s[:loc[0]]
	}
	if a, _, ok := strings.Cut(s, ". "); ok {
		s = a
	}
	s = sellerJoin.ReplaceAllString(s, ",")
	var out []string
	for part := range strings.SplitSeq(s, ",") {
		out = addSeller(out, sellerNoise.ReplaceAllString(part, ""))
	}
	return out
}

// addSeller keeps the name of a shop: capitals, no state, no way of speaking of
// shops in general.
func addSeller(list []string, name string) []string {
	name = strings.Trim(name, ` .:/"'`)
	site := strings.Contains(name, ".com") || strings.Contains(name, ".net") || strings.Contains(name, ".org")
	switch {
	case name == "" || len(name) > 60 || len(list) == maxSellers:
		return list
	case !site && (!isCapital(name[0]) && !(name[0] >= '0' && name[0] <= '9') || len(name) <= 2 || nowhereRE.MatchString(name) || stateNames[strings.ToLower(name)]):
		return list
	case !strings.ContainsFunc(name, func(r rune) bool { return r >= 'a' && r <= 'z' }) && len(strings.Fields(name)) > 1 && len(strings.Fields(name)[0]) == 2:
		return list // "KY MI OH WV"
	}
	if slices.ContainsFunc(list, func(s string) bool { return strings.EqualFold(s, name) }) {
		return list
	}
	return append(list, name)
}

// titleSellers reads who sold it out of a headline: the market place and the
// seller there.
func titleSellers(title string, list []string) []string {
	if !containsAny(title, "old ", "OLD ") {
		return list
	}
	m := soldTitleRE.FindStringSubmatch(plain(clip(title, 1000)))
	if m == nil {
		return list
	}
	for _, part := range titleJoin.Split(m[1], 8) {
		part, _, _ = strings.Cut(part, " Due to ")
		list = addSeller(list, sellerNoise.ReplaceAllString(part, ""))
	}
	return list
}

// readSold reads where and when the product was sold.
func readSold(r *babyshield.Recall, details []string) (babyshield.Sold, []babyshield.Source) {
	soldAt := strings.TrimSpace(plain(clip(r.SoldAt, 5000)))
	p, sources := soldPeriod(soldAt, details)
	s := babyshield.Sold{From: p.From, To: p.To, At: titleSellers(r.Title, sellersIn(soldAt))}
	if len(s.At) == 0 {
		return s, sources
	}
	s.Only = exclusiveRE.MatchString(r.Title) || exclusiveRE.MatchString(soldAt)
	sources = addSource(sources, "seller", soldAt)
	if soldTitleRE.MatchString(r.Title) {
		sources = addSource(sources, "seller", r.Title)
	}
	return s, sources
}

var stateNames = func() map[string]bool {
	out := map[string]bool{}
	for _, s := range strings.Split("alabama,alaska,arizona,arkansas,california,colorado,connecticut,delaware,florida,georgia,hawaii,idaho,illinois,indiana,iowa,kansas,kentucky,louisiana,maine,maryland,massachusetts,michigan,minnesota,mississippi,missouri,montana,nebraska,nevada,new hampshire,new jersey,new mexico,new york,north carolina,north dakota,ohio,oklahoma,oregon,pennsylvania,rhode island,south carolina,south dakota,tennessee,texas,utah,vermont,virginia,washington,west virginia,wisconsin,wyoming,puerto rico,canada,mexico,united states", ",") {
		out[s] = true
	}
	return out
}()

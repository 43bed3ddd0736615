package match

import (
	"regexp"
	"strings"
)

// headline is what a notice's title says.
type headline struct {
	firms   []string // who recalls, who sold it
	product string   // what is recalled
	signed  string   // likewise, with trade mark signs as tokensOf takes them
	only    string   // the one shop that sold it
	parsed  bool     // the title is one of the usual headlines
}

var (
	announceRE = regexp.MustCompile(`(?i)^(?:u\.?s\.? )?cpsc(?:,| and|;)?\s+(.+?)\s+(?:re-?announces?|announce[sd]?|expands?|issues?)\s+(?:the\s+)?(.*?)\brecalls?\b(?:\s+program)?(?:\s+(?:of|to \w+ of|to \w+))?\s*(.*)$`)
	recallsRE  = regexp.MustCompile(`(?i)^(.+?)\s+(?:to\s+|voluntarily\s+)?((?:re-?announces?|expands?)\s+(?:and\s+expands?\s+)?(?:the\s+)?recalls?(?:\s+(?:of|to\s+include))?|recalls|recall)\s+(.+)$`)
	byRE       = regexp.MustCompile(`(?i)^(.+?)\s+(?:are\s+|being\s+)?recall(?:ed)?\s+by\s+(.+)$`)
	dueRE      = regexp.MustCompile(`(?i)^(.+?)\s+(?:are\s+|is\s+|being\s+|have been\s+)?recalled\b(.*)$`)
	tailRE     = regexp.MustCompile(`(?i)\s*(?:;|\bdue to\b|\bbecause\b|\bfollowing\b|\bafter\b|\bsold (?:exclusively|only|at|on|by)\b|\bimported by\b|\bmanufactured by\b|\bmade by\b|\(recall alert\)|\bfor repair\b|,? violat).*$`)
	sellerRE   = regexp.MustCompile(`(?:[Ss]old|[Ii]mported|[Mm]anufactured|[Mm]ade|[Dd]istributed|[Ii]ssued)\b[^;]{0,60}?\b(?:by|By)\s+([A-Z0-9][^;,(]{1,60}|[a-z][^;,( ]{0,20}(?: [^;,( ]{1,20}){0,3}$)`)
	onlyRE     = regexp.MustCompile(`(?i)\b(?:sold )?(?:exclusively|only) (?:at|by|through|in) ((?-i:[A-Z0-9])[^;,(]{1,40})`)
	countRE    = regexp.MustCompile(`(?i)^(?:more than |about |over |nearly |certain |select |various |additional |some |voluntary )*(?:[\d,.]{3,} (?:million |thousand )?|one |two )?(?:million |thousand )?(?:(?:defective )?(?:bags|boxes|packs|units|packages|bottles) of )?`)
	articleRE  = regexp.MustCompile(`(?i)^(?:of |to repair |to replace |the )+`)
	onSiteRE   = regexp.MustCompile(` on [A-Z].*$`)
	bodyRE     = regexp.MustCompile(`(?i)^(?:u\.?s\.? )?(?:cpsc|consumer product safety commission)(?:,| and)?\s+`)
)

// readTitle splits the usual headlines: "X Recalls Y Due to Z", "Y Recalled by X",
// "Y Recalled Due to Z; Sold by X", "CPSC, X Announce Recall of Y".
func readTitle(title string) headline {
	t := strings.TrimSpace(plain(signs.Replace(clip(title, 1000))))
	h := headline{parsed: true}
	switch {
	case announceRE.MatchString(t):
		m := announceRE.FindStringSubmatch(t)
		h.addFirms(m[1], true)
		h.product = strings.TrimSpace(m[2] + " " + m[3])
	case byRE.MatchString(t):
		m := byRE.FindStringSubmatch(t)
		h.addFirms(m[2], false)
		h.product = m[1]
	case recallsRE.MatchString(t):
		m := recallsRE.FindStringSubmatch(t)
		h.addFirms(m[1], strings.HasSuffix(strings.ToLower(m[2]), "recall"))
		h.product = m[3]
	case dueRE.MatchString(t):
		h.product = dueRE.FindStringSubmatch(t)[1]
	default:
		h.product, h.parsed = t, false
	}
	h.signed = cutTitle(h.product)
	h.product = strings.ReplaceAll(h.signed, signByte, "")
	for _, m := range sellerRE.FindAllStringSubmatch(t, 3) {
		h.addFirm(onSiteRE.ReplaceAllString(m[1], ""))
	}
	if m := onlyRE.FindStringSubmatch(t); m != nil {
		h.only = strings.Trim(strings.ReplaceAll(m[1], signByte, ""), " .")
	}
	return h
}

// cutTitle takes the counts before and the reasons behind a product off.
func cutTitle(product string) string {
	return articleRE.ReplaceAllString(countRE.ReplaceAllString(tailRE.ReplaceAllString(product, ""), ""), "")
}

func (h *headline) addFirm(s string) {
	s = bodyRE.ReplaceAllString(strings.ReplaceAll(s, signByte, ""), "")
	s = strings.Trim(tailRE.ReplaceAllString(s, ""), " ,.")
	if s != "" && len(s) <= 80 {
		h.firms = append(h.firms, s)
	}
}

// addFirms adds the firm before the verb. Where the verb says that there are
// several ("X and Y Recall Z"), each of them; the whole only if it is a brand of
// that name.
func (h *headline) addFirms(s string, plural bool) {
	if b := brandOf(s); plural && strings.Contains(s, " and ") && !knownBrand(b.joined) {
		for part := range strings.SplitSeq(s, " and ") {
			h.addFirm(part)
		}
		return
	}
	h.addFirm(s)
}

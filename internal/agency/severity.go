package agency

import (
	"strings"

	"github.com/babyshield/babyshield"
)

var (
	deathWords = words(`deaths?`, `died`, `dies`, `fatal(?:ity|ities|ly)?`, `killed`, `stillbirths?`, `deadly`)
	noDeath    = words(`(?:no|not|without|zero|nor|neither|none)(?: \w+){0,6} (?:deaths?|died|fatal(?:ity|ities)?)`)
	riskOf     = words(`(?:risks? of|hazards? of|potential(?:ly)?(?: for)?|or|could|can|may|possible)(?: \w+){0,6} (?:deaths?|fatal(?:ity|ities|ly)?|deadly)`)
	harmWords  = words(`hospital\w*`, `emergency (?:room|department)s?`, `amputat\w*`, `surger(?:y|ies)`, `(?:second|third)[- ]degree`, `permanent\w*`, `unconscious\w*`, `poisoned`)
	noHarm     = words(`(?:no|without)(?: \w+){0,4} (?:injur\w+|hospital\w*)`)
	graveText  = words(`serious (?:\w+ ){0,2}injur\w+`, `life[- ]threatening`, `deaths?`, `fatal(?:ity|ities|ly)?`, `deadly`)
)

// gravest hazards: those that kill within minutes, or a child for life.
var grave = map[babyshield.HazardCode]bool{
	"choking": true, "suffocation": true, "strangulation": true, "entrapment": true, "drowning": true,
	"tip_over": true, "fire": true, "electric_shock": true, "poisoning": true, "lead": true, "ingestion": true, "crash": true,
}

// gradeClass reads the agency's own class. Class I of FDA and CFIA means that
// grave harm or death is likely (21 CFR 7.3(m)), Type I of Health Canada alike;
// of a range ("Type II - Type III") the graver end counts.
var gradeClass = []struct {
	words *pattern
	grade babyshield.Severity
}{
	{words(`(?:class|type) (?:1|i)`), babyshield.SeverityHigh},
	{words(`(?:class|type) (?:2|ii)`), babyshield.SeverityMedium},
	{words(`(?:class|type) (?:3|iii)`), babyshield.SeverityLow},
}

// severity grades a recall in our four steps: critical where somebody died, high
// where grave harm is likely or happened, medium for other known hazards, low for
// the agency's lowest class and for what names no hazard. The agency's class,
// where it gives one, decides between the lower three.
func severity(class string, hs []babyshield.Hazard, injuries string) babyshield.Severity {
	if reportsDeath(injuries) {
		return babyshield.SeverityCritical
	}
	for _, g := range gradeClass {
		if g.words.matches(class) {
			return g.grade
		}
	}
	worst := babyshield.SeverityLow
	for _, h := range hs {
		switch {
		case grave[h.Code] || graveText.matches(h.Text):
			return babyshield.SeverityHigh
		case h.Code != "other":
			worst = babyshield.SeverityMedium
		}
	}
	if harmWords.matches(noHarm.re().ReplaceAllString(injuries, " ")) {
		return babyshield.SeverityHigh
	}
	return worst
}

// reportsDeath says whether a text on injuries tells of a death that happened.
func reportsDeath(injuries string) bool {
	for _, s := range sentences(injuries) {
		s = noDeath.re().ReplaceAllString(s, " ")
		s = riskOf.re().ReplaceAllString(s, " ")
		if deathWords.matches(s) {
			return true
		}
	}
	return false
}

// kindByTitle reads what sort of notice a title announces. A recall that is also
// called a warning is a recall: a remedy comes with it.
func kindByTitle(title string) babyshield.Kind {
	for _, k := range kindWords {
		if k.words.matches(strings.ReplaceAll(title, "®", " ")) {
			return k.kind
		}
	}
	return babyshield.KindRecall
}

var kindWords = []struct {
	words *pattern
	kind  babyshield.Kind
}{
	{words(`recall\w*`), babyshield.KindRecall},
	{words(`withdraw(?:n|al|s)?`), babyshield.KindWithdrawal},
	{words(`advisor(?:y|ies)`, `information updates?`), babyshield.KindAdvisory},
	{words(`alerts?`, `warn(?:s|ing|ings|ed)?`, `seized`, `unauthori[sz]ed`, `counterfeit`, `urges?`), babyshield.KindSafetyAlert},
}

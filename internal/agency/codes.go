package agency

import (
	"regexp"
	"slices"
	"strings"
	"sync"

	"github.com/babyshield/babyshield"
)

// The words of agencies, turned into the closed lists of hazards and remedies.
// A rule is a set of whole words and phrases, never a part of a word: "leading"
// is no lead, a "firearm" no fire. The agency's own words always stand beside.

// rule gives a code where its words occur in a text, after the phrases that only
// look like them were taken out.
type rule[C ~string] struct {
	code  C
	words *pattern
	not   *pattern // nil = nothing to take out
}

func (r rule[C]) matches(s, lower string) bool {
	if !r.words.mayMatch(lower) {
		return false
	}
	if r.not != nil {
		s = r.not.re().ReplaceAllString(s, " ")
	}
	return r.words.re().MatchString(s)
}

// pattern is a set of alternatives that match whole words in any case. Each has a
// piece of plain text that every match of it contains; where none of the pieces
// occurs the expression need not run, which saves most of the time.
type pattern struct {
	re     func() *regexp.Regexp // compiled at first use: most commands read no notice
	pieces []string              // nil = one alternative has none
}

func words(alternatives ...string) *pattern {
	p := &pattern{re: sync.OnceValue(func() *regexp.Regexp {
		return regexp.MustCompile(`(?i)(?:^|[^\pL\pN])(?:` + strings.Join(alternatives, "|") + `)(?:$|[^\pL\pN])`)
	})}
	for _, a := range alternatives {
		piece := plainPiece(a)
		if len(piece) < 2 {
			p.pieces = nil
			break
		}
		p.pieces = append(p.pieces, piece)
	}
	return p
}

// plainPiece is the longest run of plain characters outside all groups, in lower
// case. It knows the few forms of expression that stand in this package.
func plainPiece(expr string) string {
	best, run, depth := "", "", 0
	end := func() {
		if len(run) > len(best) {
			best = run
		}
		run = ""
	}
	for i := 0; i < len(expr); i++ {
		switch c := expr[i]; {
		case c == '\\':
			i++ // a class such as \w, or an escaped stop: either ends the run
			end()
		case c == '(' || c == '[':
			depth++
			end()
		case c == ')' || c == ']':
			depth--
		case c == '?' || c == '*' || c == '{':
			run = run[:max(0, len(run)-1)] // the character before it may be missing
			end()
		case depth == 0 && c != '+' && c != '.':
			run += string(c)
		default:
			end()
		}
	}
	end()
	return strings.ToLower(best)
}

func (p *pattern) mayMatch(lower string) bool {
	return p.pieces == nil || slices.ContainsFunc(p.pieces, func(s string) bool { return strings.Contains(lower, s) })
}

func (p *pattern) matches(s string) bool {
	return p.mayMatch(strings.ToLower(s)) && p.re().MatchString(s)
}

// codes are those of all rules that match, in the order of the rules.
func codes[C ~string](rules []rule[C], s string) []C {
	var out []C
	lower := strings.ToLower(s)
	for _, r := range rules {
		if r.matches(s, lower) && !slices.Contains(out, r.code) {
			out = append(out, r.code)
		}
	}
	return out
}

// hazardRules are in the order of babyshield.HazardCodes.
var hazardRules = []rule[babyshield.HazardCode]{
	{"choking", words(`chok(?:e|es|ed|ing)`, `small parts?`, `small balls?`), nil},
	{"suffocation", words(`suffocat\w*`, `asphyxia\w*`, `smother\w*`, `obstruct\w* (?:the |an |their )?(?:\w+(?:'s|’s) )?(?:airways?|breathing)`,
		`block\w* (?:the |an |their )?(?:\w+(?:'s|’s) )?(?:airways?|breathing)`), nil},
	{"strangulation", words(`strangl\w*`, `strangulat\w*`), nil},
	{"entrapment", words(`entrap\w*`, `trapped`), nil},
	{"drowning", words(`drown\w*`), nil},
	{"fall", words(`falls?`, `falling`, `fell`, `fallen`), words(`fall (?:of )?(?:19|20)\d\d`, `(?:falls?|falling) (?:short|apart|within|under|into the)`, `falling (?:objects?|debris)`)},
	{"tip_over", words(`tip(?:s|ped|ping)?[- ]?overs?`, `overturn\w*`, `toppl\w*`, `topples? over`, `unstable if`), nil},
	{
		"fire",
		words(`fires?`, `flammab\w+`, `flames?`, `ignit\w+`, `combust\w+`, `explo(?:de|des|ded|ding|sion|sions|sive)`),
		words(`fire[- ]?pits?`, `fire[- ]?extinguishers?`, `fire alarms?`, `fire departments?`, `fire trucks?`),
	},
	{"burn", words(`burns?`, `burned`, `burning`, `scald\w*`, `thermal hazards?`, `thermal injur\w+`), words(`chemical burns?`, `burn (?:cream|ointment)`)},
	{"electric_shock", words(`electrocut\w*`, `shocks?`, `high voltage`), words(`shock absorb\w+`, `shock cords?`, `(?:anaphylactic|septic|allergic) shock`)},
	{"laceration", words(`lacerat\w*`, `amputat\w*`, `cut hazards?`, `can cut`, `could cut`, `may cut`, `cuts and`, `and cuts`), nil},
	{"impact", words(`impact(?:,| and| or| injur\w+| hazards?)`, `risk of impact`, `crush(?:ing)? (?:hazards?|injur\w+)`, `struck by`, `strik(?:e|es|ing) (?:the |a |an )?(?:users?|consumers?|bystanders?|child\w*|person|people|operator|rider)`, `projectiles?`, `head injur\w+`, `falling (?:objects?|debris)`), nil},
	{"poisoning", words(`poison\w*`, `carbon monoxide`, `toxic\w*`, `overdose`), words(`lead[- ]poisoning`, `food[- ]poisoning`, `blood[- ]poisoning`, `poisoned blood`)},
	{
		"chemical",
		words(`chemicals?`, `carcinogen\w*`, `phthalates?`, `formaldehyde`, `pesticides?`, `benzene`, `asbestos`, `cadmium`,
			`mercury`, `arsenic`, `(?:skin|eye) irritation`, `dermatitis`, `corrosive`, `caustic`, `fentanyl`, `sulph?onamides?`, `unapproved (?:food )?(?:colou?rs?|dyes?|additives?|ingredients?)`,
			`oleander`, `patulin`, `aflatoxins?`, `mycotoxins?`, `erucic acid`, `DMHA`, `DMAA`, `tianeptine`),
		nil,
	},
	{
		"lead",
		words(`lead[- ](?:poisoning|content|paint\w*|levels?|exposure|hazards?|contamination|ban|limits?|based|containing|chromate)`,
			`(?:levels?|amounts?|concentrations?|traces?|presence|detection|content) of lead`,
			`(?:elevated|excess(?:ive)?|high|unsafe|contains?|containing|undeclared|for|with|to|detected) lead`,
			`lead (?:paint )?safety standard`, `lead in (?:the )?(?:paint|surface|coating|product|accessible)\w*`, `lead and (?:cadmium|arsenic|mercury|phthalates?|chromium)`,
			`(?:cadmium|arsenic|mercury|phthalates?|chromium),? and lead`),
		words(`(?:to|for|with) lead (?:to|the|a|in|by)`, `(?:high|contain(?:s|ing)?|for|to|with) lead[- ](?:free|times?|acid|wires?|screws?)`),
	},
	{"allergen", words(`allerg\w+`, `undeclared`, `not declared`, `not listed (?:on|in) the (?:label|ingredients?)\w*`,
		`(?:does|do|did) not (?:list|declare|identify|include)`, `fail(?:s|ed|ure)? to (?:list|declare|identify)`, `missing (?:the )?(?:\w+ )?declaration`,
		`gluten[- ]free`), nil},
	{
		"microbial",
		words(`salmonella`, `listeria`, `e\. ?coli`, `escherichia`, `bacteri\w+`, `mou?ld`, `mou?ldy`, `botulin\w*`, `botulism`, `clostridium`,
			`cronobacter`, `norovirus`, `hepatitis`, `microb\w+`, `microorganisms?`, `pseudomonas`, `burkholderia`, `cereus`, `cyclospora`,
			`pathogen\w*`, `staphylococc\w+`, `campylobacter`, `yeast`, `spoil(?:ed|age)`, `pasteuri[sz]\w+`, `insanitary`, `unsanitary`, `process authority`, `under[- ]?process(?:ed|ing)`, `food[- ]poisoning`, `histamine`),
		nil,
	},
	{
		"foreign_object",
		words(`foreign (?:materials?|objects?|matter|bod(?:y|ies)|particles?)`, `extraneous (?:materials?|matter)`,
			`(?:metal|steel|glass|plastic|rubber|wood|stones?|bone)(?:,? (?:and|or) \w+)? (?:fragments?|pieces?|shards?|particles?|shavings?|bits?|dust|flakes?|material)`, `for metal in`,
			`(?:pieces?|fragments?|shards?|bits?|presence) of (?:\w+ )?(?:metal|glass|plastic|rubber|wood|stones?|wire)`),
		nil,
	},
	{"sharp_edges", words(`sharp (?:\w+ )?(?:edges?|points?|corners?)`), nil},
	{"structural_failure", words(`collaps\w+`, `structural\w*`, `fractur(?:e|es|ing)`), nil},
	{"ingestion", words(`ingest\w*`, `swallow\w*`), nil},
	{"crash", words(`crash(?:es|ed|ing)?`, `collisions?`, `loss of (?:vehicle )?(?:control|steering|braking|brakes?)`, `brakes? fail\w*`), nil},
}

// hazardFallback speaks only where no rule above does: what breaks is mostly the
// cause of a hazard that the agency names.
var hazardFallback = []rule[babyshield.HazardCode]{
	{"structural_failure", words(`break(?:s|ing|age)?`, `broken?`, `crack\w*`, `detach\w*`, `com(?:e|es|ing) (?:off|loose)`, `separat(?:e|es|ed|ing)`), nil},
	{"burn", words(`overheat\w*`), nil},
	{"chemical", words(`contaminat\w+`, `leak\w*`), nil},
}

// hazardCodes reads a text; "other" where it names no hazard that is known.
func hazardCodes(s string) []babyshield.HazardCode {
	if found := codes(hazardRules, s); found != nil {
		return found
	}
	if found := codes(hazardFallback, s); found != nil {
		return found
	}
	return []babyshield.HazardCode{"other"}
}

// hazards gives every text its codes. Where a text says nothing that is known, or
// there is none, the title is asked, since agencies name the hazard there.
func hazards(texts []string, title string) []babyshield.Hazard {
	var out []babyshield.Hazard
	if len(texts) == 0 && hazardCodes(title)[0] != "other" {
		texts = []string{title}
	}
	for _, s := range texts {
		found := hazardCodes(s)
		if found[0] == "other" && title != "" {
			found = hazardCodes(title)
		}
		for _, c := range found {
			if h := (babyshield.Hazard{Code: c, Text: s}); !slices.Contains(out, h) {
				out = append(out, h)
			}
		}
	}
	return out
}

var remedyRules = []rule[babyshield.RemedyCode]{
	{"refund", words(`refunds?`, `refunded`, `store credit`, `money back`, `reimburse\w*`), nil},
	{"replace", words(`replac(?:e|es|ed|ing|ement|ements)`), nil},
	{"repair", words(`repairs?`, `repaired`, `retrofit\w*`, `repair kits?`), nil},
	{
		"dispose",
		words(`dispos(?:e|ed|ing|al)`, `discard\w*`, `throw\w* (?:it |them |the \w+ )?(?:out|away)`, `thrown (?:out|away)`, `destroy\w*`),
		words(`(?:do not|don't|should not) (?:dispose|discard|throw|destroy)\w*`),
	},
	{"stop_use", words(`stop (?:using|use|wearing)`, `ceas(?:e|ing) us(?:e|ing)`, `discontinu\w+ us(?:e|ing)`, `do not (?:\w+, )*(?:use|consume|eat|serve|drink|feed)`, `should not (?:be )?(?:used?|consumed?|eaten?)`), nil},
	{"new_instructions", words(`(?:new|revised|updated|corrected) (?:\w+ )?(?:instructions?|manuals?|labels?)`, `warning (?:labels?|stickers?)`), nil},
	{"return", words(`return(?:ed|ing)?`), nil},
	{"none_offered", words(`no remedy(?: available| offered)?`, `not agreed to (?:recall|an acceptable)\w*`, `unresponsive`), nil},
}

// remedyOptions reads the agency's own list of remedies, with the prose as the
// words. An option that says nothing known leaves it to the prose.
func remedyOptions(options []string, text string) []babyshield.Remedy {
	var found []babyshield.RemedyCode
	for _, o := range options {
		for _, c := range optionCodes(o) {
			if !slices.Contains(found, c) {
				found = append(found, c)
			}
		}
	}
	if found == nil {
		found = codes(remedyRules, text)
	}
	if found == nil && (text != "" || len(options) > 0) {
		found = []babyshield.RemedyCode{"other"}
	}
	if text == "" {
		text = strings.Join(options, ", ")
	}
	var out []babyshield.Remedy
	for _, c := range found {
		out = append(out, babyshield.Remedy{Code: c, Text: text})
	}
	return out
}

// optionCodes reads one option. "Label" is CPSC's word for a warning label that is
// sent to the owner.
func optionCodes(option string) []babyshield.RemedyCode {
	if strings.EqualFold(option, "Label") {
		return []babyshield.RemedyCode{"new_instructions"}
	}
	return codes(remedyRules, option)
}

// remedySentences reads remedies out of prose, each with the sentence that says
// it; the first one counts.
func remedySentences(text string) []babyshield.Remedy {
	var out []babyshield.Remedy
	seen := map[babyshield.RemedyCode]bool{}
	for _, s := range sentences(text) {
		for _, c := range codes(remedyRules, s) {
			if !seen[c] {
				seen[c] = true
				out = append(out, babyshield.Remedy{Code: c, Text: s})
			}
		}
	}
	return out
}

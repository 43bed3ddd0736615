package babyshield

import (
	"slices"
	"strings"
	"unicode"
)

// Version is one revision of a recall as the agency gave it, with its products
// as package match reads them. To compare two versions, have one reader read
// both: what a better reader finds is no amendment of the agency's.
type Version struct {
	Recall *Recall
	Lines  []RecalledProduct
}

// Amendment is what changed from one version of a recall to a later one, as far
// as it concerns an owner. The zero Amendment is editorial: a word, a picture, a
// telephone number.
type Amendment struct {
	Fields    []FieldChange `json:"fields,omitempty"`    // identity and scope of the lines, most deciding first
	Remedy    bool          `json:"remedy,omitempty"`    // what is offered or asked
	Graver    bool          `json:"graver,omitempty"`    // the hazard is graver than it was
	Rescinded bool          `json:"rescinded,omitempty"` // the agency took the notice back
	Restored  bool          `json:"restored,omitempty"`  // and this put it in force again
	// Item says that it is the household that changed something: what it says of
	// its item.
	Item bool `json:"item,omitempty"`
}

// FieldChange is an item key whose values differ between two versions of a
// recall's lines. Added and Dropped are both empty where the same values are
// spread over the lines in another way.
type FieldChange struct {
	Field   string   `json:"field"`
	Added   []string `json:"added,omitempty"` // as the agency spells them
	Dropped []string `json:"dropped,omitempty"`
	Before  int      `json:"before,omitempty"` // how many values there were
}

// Editorial says that the amendment changes nothing for an owner.
func (a *Amendment) Editorial() bool {
	return len(a.Fields) == 0 && !a.Remedy && !a.Graver && !a.Rescinded && !a.Restored && !a.Item
}

// Touches says whether one of the item keys changed; no key stands for any.
func (a *Amendment) Touches(keys []string) bool {
	return slices.ContainsFunc(a.Fields, func(c FieldChange) bool {
		return len(keys) == 0 || slices.Contains(keys, c.Field)
	})
}

// Rescinded says whether the agency took the notice itself back. "Terminated",
// "Completed" and "Archived" do not: they end a recall that was right.
func (r *Recall) Rescinded() bool {
	return slices.Contains(rescindedWords, strings.ToLower(strings.TrimSpace(r.Status)))
}

// rescindedWords are the statuses by which a notice is taken back. A parser whose
// agency has another word for it writes one of these.
var rescindedWords = []string{"withdrawn", "rescinded", "retracted", "revoked", "annulled", "cancelled", "canceled"}

// Amend tells what changed between two versions of one recall. It compares what
// is said, not how: case, blanks, punctuation and the order of lists are no
// change.
func Amend(before, after Version) Amendment {
	b, a := before.Recall, after.Recall
	return Amendment{
		Fields:    AmendLines(before.Lines, after.Lines),
		Remedy:    !slices.Equal(wordsOf(remedyTexts(b)), wordsOf(remedyTexts(a))),
		Graver:    graver(b, a),
		Rescinded: a.Rescinded() && !b.Rescinded(),
		Restored:  b.Rescinded() && !a.Rescinded(),
	}
}

// graver asks for other words of the agency beside our higher grade: a better
// rule of ours is no amendment of theirs. Below high nobody is told again.
func graver(b, a *Recall) bool {
	if a.Severity.Rank() <= b.Severity.Rank() || a.Severity.Rank() < SeverityHigh.Rank() {
		return false
	}
	return a.Class != b.Class || a.Injuries != b.Injuries || !slices.Equal(wordsOf(hazardTexts(b)), wordsOf(hazardTexts(a)))
}

func remedyTexts(r *Recall) (out []string) {
	for _, m := range r.Remedies {
		out = append(out, m.Text)
	}
	return out
}

func hazardTexts(r *Recall) (out []string) {
	for _, h := range r.Hazards {
		out = append(out, h.Text)
	}
	return out
}

// wordsOf are the distinct words of texts, sorted, so that one text cut in two
// says the same.
func wordsOf(texts []string) []string {
	var out []string
	for _, t := range texts {
		out = append(out, strings.FieldsFunc(strings.ToLower(t), notAlnum)...)
	}
	slices.Sort(out)
	return slices.Compact(out)
}

func notAlnum(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) }

// LineKeys are the item keys that a recall's line identifies or bounds its
// products by, most deciding first.
var LineKeys = []string{
	"model", "gtin", "lot", "serial", "date_code", "made", "bought", "seller", "brand", "name", "color", "size", "category",
}

// values are what the line says under an item key.
func (p *RecalledProduct) values(key string) []string {
	switch key {
	case "model":
		return p.Models
	case "gtin":
		return p.GTINs
	case "lot":
		return p.Lots
	case "serial":
		return spans(p.Serials, func(r Range) (string, string) { return r.From, r.To })
	case "date_code":
		return p.DateCodes
	case "made":
		return spans([]Period{p.Made}, func(d Period) (string, string) { return string(d.From), string(d.To) })
	case "bought":
		return spans([]Sold{p.Sold}, func(s Sold) (string, string) { return string(s.From), string(s.To) })
	case "seller":
		return p.Sold.At
	case "brand":
		return append([]string{p.Brand}, p.Brands...)
	case "name":
		return []string{p.Name}
	case "color":
		return p.Colors
	case "size":
		return p.Sizes
	}
	return []string{p.Category}
}

func spans[T any](list []T, bounds func(T) (from, to string)) (out []string) {
	for _, s := range list {
		switch from, to := bounds(s); {
		case from == "" && to == "":
		case to == "":
			out = append(out, from)
		default:
			out = append(out, from+" to "+to)
		}
	}
	return out
}

// AmendLines tells which item keys have other values in one list of lines than in
// another, most deciding first.
func AmendLines(before, after []RecalledProduct) []FieldChange {
	var out []FieldChange
	for _, key := range LineKeys {
		b, a := valuesOf(before, key), valuesOf(after, key)
		c := FieldChange{Field: key, Before: len(b), Added: without(a, b), Dropped: without(b, a)}
		if len(c.Added)+len(c.Dropped) > 0 {
			out = append(out, c)
		}
	}
	if out != nil {
		return out
	}
	// The same values, perhaps spread over the lines in another way.
	b, a := linesWithout(before, after), linesWithout(after, before)
	for _, key := range LineKeys {
		if n := len(valuesOf(b, key)) + len(valuesOf(a, key)); n > 0 {
			out = append(out, FieldChange{Field: key, Before: len(valuesOf(before, key))})
		}
	}
	return out
}

// value is a text in the agency's spelling and in the one that is compared.
type value struct{ text, folded string }

func valuesOf(lines []RecalledProduct, key string) []value {
	var out []value
	seen := map[string]bool{"": true}
	for i := range lines {
		for _, t := range lines[i].values(key) {
			v := value{t, strings.Join(strings.FieldsFunc(strings.ToLower(t), notCode), "")}
			if !seen[v.folded] {
				seen[v.folded] = true
				out = append(out, v)
			}
		}
	}
	return out
}

// notCode keeps the star, which stands for any ending.
func notCode(r rune) bool { return notAlnum(r) && r != '*' }

func without(list, other []value) []string {
	known := map[string]bool{}
	for _, v := range other {
		known[v.folded] = true
	}
	var out []string
	for _, v := range list {
		if !known[v.folded] {
			out = append(out, v.text)
		}
	}
	return out
}

// linesWithout are the lines of list that other has not.
func linesWithout(list, other []RecalledProduct) []RecalledProduct {
	known := map[string]bool{}
	for i := range other {
		known[other[i].folded()] = true
	}
	var out []RecalledProduct
	for i := range list {
		if !known[list[i].folded()] {
			out = append(out, list[i])
		}
	}
	return out
}

// folded is the line as it is compared: equal for lines that say the same.
func (p *RecalledProduct) folded() string {
	var b strings.Builder
	for _, key := range LineKeys {
		var list []string
		for _, v := range valuesOf([]RecalledProduct{*p}, key) {
			list = append(list, v.folded)
		}
		slices.Sort(list)
		b.WriteString(strings.Join(list, "\x01") + "\x00")
	}
	b.WriteString(strings.Join(p.Scope.Fields, "\x01"))
	return b.String()
}

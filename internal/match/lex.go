package match

import (
	"regexp"
	"strings"
	"unicode"
)

// lexeme is a word, a code or a mark of punctuation of prose.
type lexeme struct {
	text  string // without accents, quotes and edges of punctuation
	lower string
	mark  bool // one of , ; : ( ) # & / -
}

// maxLexemes bounds the work on one sentence; the rest of a longer one is not
// read.
const maxLexemes = 20_000

// lex splits a sentence. Codes keep their inner dashes, dots and slashes
// ("DLS-K03", "04/2022"); quotes vanish.
func lex(s string) []lexeme {
	var out []lexeme
	s = plain(s)
	for i := 0; i < len(s) && len(out) < maxLexemes; {
		c := s[i]
		switch {
		case isWordByte(c):
			j := i + 1
			for j < len(s) && (isWordByte(s[j]) || strings.IndexByte("-./_'+*", s[j]) >= 0) {
				j++
			}
			w := strings.TrimRight(unglued(s[i:j]), "-./_'+")
			i += len(w)
			out = append(out, lexeme{text: w, lower: strings.ToLower(w)})
		case strings.IndexByte(",;:()#&/-", c) >= 0:
			out = append(out, lexeme{text: s[i : i+1], lower: s[i : i+1], mark: true})
			i++
		default:
			i++
		}
	}
	return out
}

// unglued ends a code where a sentence is glued to it: "VF54399999.The".
func unglued(w string) string {
	if at := strings.LastIndexByte(w, '.'); at > 0 && at+2 < len(w) && (hasDigit(w[at-1:at]) || isCapital(w[at-1]) && hasDigit(w[:at])) && isCapital(w[at+1]) && w[at+2] >= 'a' && w[at+2] <= 'z' {
		return w[:at]
	}
	return w
}

func isWordByte(c byte) bool {
	return c >= '0' && c <= '9' || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= 0x80
}

// notScope are phrases of sentences that speak of what is left out.
var notScope = []string{
	"not included", "not affected", "not part of the recall", "not part of this", "not a part of", "not subject", "not recalled", "not involved",
	"are excluded", "is excluded", "not being recalled", "not impacted", "does not include", "no other",
	"do not include", "aren't included", "isn't included", "are exempt", "this recall excludes",
}

// exceptions begin the part of a sentence that names what is left out.
var exceptions = regexp.MustCompile(`(?i)[,(]?\s*\b(?:with the exception of|except(?:ing)?(?: for)?|excluding|other than)\b`)

// clauseRE parts a sentence where one side of it may be left out and the other not.
var clauseRE = regexp.MustCompile(`(?i)\s*(?:;|,? but |,? however,? | - if )\s*`)

// abbreviations do not end a sentence.
var abbreviations = set("no nos inc co corp ltd mr mrs dr st approx model mod vs ext e.g i.e u.s lot upc exp ave mass calif conn minn wis penn ill mich fla ariz wash ga tex ser")

// sentences splits prose and drops the sentences that say what is not recalled.
// Where such a sentence begins with "only" it says what is, and stays.
func sentences(text string) []string {
	in, _ := splitScope(text)
	return in
}

// splitScope splits prose into the sentences on what is recalled and those, or
// the parts of those, on what is not.
func splitScope(text string) (in, out []string) {
	text = plain(clip(text, maxProse))
	start := 0
	cut := func(end int) {
		s := strings.TrimSpace(text[start:end])
		start = end
		switch {
		case s == "":
		case excludes(s):
			a, b := parts(s)
			in, out = append(in, a...), append(out, b...)
		default:
			if at := exceptionIn(s); at > 0 {
				out = append(out, strings.TrimLeft(s[at:], " ,("))
				s = s[:at]
			}
			in = append(in, s)
		}
	}
	for i := 0; i < len(text); i++ {
		switch text[i] {
		case '\n':
			cut(i)
		case '.', '!', '?':
			if endsSentence(text, i) {
				cut(i + 1)
			}
		}
	}
	cut(len(text))
	return in, out
}

// exceptionIn is where a sentence begins to name what is left out, or 0.
func exceptionIn(s string) int {
	if !containsAny(s, "xcept", "xcluding", "other than", "Other than") {
		return 0
	}
	at := exceptions.FindStringIndex(s)
	if at == nil || !speaksOfScope(strings.ToLower(clip(s[:at[0]], 500))) {
		return 0
	}
	return at[0]
}

// containsAny says whether s contains one of the parts. It is the cheap question
// before a regular expression.
func containsAny(s string, parts ...string) bool {
	for _, p := range parts {
		if strings.Contains(s, p) {
			return true
		}
	}
	return false
}

// parts splits a sentence that says what is not recalled where its beginning
// still says what is: "A2001 to A2308 - if the model is B, it is not included".
func parts(s string) (in, out []string) {
	at := clauseRE.FindStringIndex(s)
	if at == nil || at[0] == 0 || excludes(s[:at[0]]) || !hasDigit(s[:at[0]]) {
		return nil, []string{s}
	}
	return []string{s[:at[0]]}, []string{s[at[1]:]}
}

func excludes(sentence string) bool {
	s := strings.ToLower(clip(sentence, 2000))
	if strings.HasPrefix(s, "only ") {
		return false
	}
	for _, p := range notScope {
		at := strings.Index(s, p)
		if at < 0 || strings.Contains(p, "include") && containsAny(s, "label", "ingredient", "statement") && !strings.Contains(s, "recall") || p == "no other" && !speaksOfScope(s[at:]) || p == "not included" && strings.Contains(s[max(0, at-30):at], "batter") {
			continue
		}
		return true
	}
	return false
}

// speaksOfScope tells "no other models are involved" from "no other injuries
// were reported".
func speaksOfScope(lower string) bool {
	return containsAny(lower, "recall", "involved", "included", "affected", "subject", "model", "product")
}

// endsSentence says whether the full stop at i ends one: blank and capital or
// quote after it, or (glued text) a lower-case word before and a capital after.
func endsSentence(s string, i int) bool {
	if i+1 >= len(s) {
		return true
	}
	j := i
	for j > 0 && j > i-12 && (isWordByte(s[j-1]) || s[j-1] == '.') {
		j--
	}
	before := strings.ToLower(s[j:i])
	if abbreviations[before] || len(before) == 1 && s[i] == '.' && !startsSentence(s[i+1:]) {
		return false
	}
	switch next := s[i+1]; {
	case isCapital(next):
		// Glued text, but no name of a site or of a firm ("A.Com").
		return len(before) > 1 && before != "www" && unicode.IsLower(rune(s[i-1]))
	case next != ' ':
		return next == '"' || next == '\n'
	}
	rest := strings.TrimLeft(s[i+1:min(len(s), i+20)], ` "(`)
	return rest == "" || isCapital(rest[0]) || rest[0] == '\n'
}

// startsSentence says whether the next word begins a sentence nearly always: what
// stands before it is no initial ("sizes S, M and L. The robes").
func startsSentence(s string) bool {
	s = strings.TrimLeft(clip(s, 20), " ")
	w, _, _ := strings.Cut(s, " ")
	return sentenceStart[w] || w == "Model" || w == "Models"
}

func isCapital(c byte) bool { return c >= 'A' && c <= 'Z' }

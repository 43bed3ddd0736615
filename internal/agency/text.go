package agency

import (
	"html"
	"regexp"
	"slices"
	"strings"
	"unicode"
)

// tag is an HTML tag by a name that HTML has. Anything else between angle brackets
// may be a model number, and stays.
var tag = regexp.MustCompile(`(?i)</?(a|abbr|address|article|aside|audio|b|big|blockquote|body|br|button|caption|center|cite|code|` +
	`col|colgroup|dd|del|dfn|div|dl|dt|em|embed|fieldset|figcaption|figure|font|footer|form|h[1-6]|head|header|hr|html|i|iframe|` +
	`img|input|ins|kbd|label|legend|li|link|main|map|mark|meta|nav|object|ol|option|p|param|picture|pre|q|s|samp|section|` +
	`select|small|source|span|strike|strong|sub|sup|svg|table|tbody|td|textarea|tfoot|th|thead|title|tr|tt|u|ul|var|video)(\s[^<>]*)?/?>`)

// unread is what an HTML page does not show.
var unread = regexp.MustCompile(`(?is)<!--.*?-->|<(?:script|style|template|noscript)\b.*?</(?:script|style|template|noscript)\s*>`)

// prose is a text of the agency as plain text: no tags, no entities, no invisible
// characters, blanks and empty lines folded. Paragraphs, list items and table
// rows keep a line each.
func prose(s string) string {
	if s == "" {
		return ""
	}
	s = strings.ToValidUTF8(s, "\ufffd")
	for range 3 { // entities are often escaped twice ("&amp;nbsp;"); more is an attack
		plain := html.UnescapeString(untag(s))
		if plain == s {
			break
		}
		s = plain
	}
	s = strings.Map(visible, s)
	lines := strings.Split(s, "\n")
	kept := lines[:0]
	for _, l := range lines {
		if l = strings.Join(strings.Fields(l), " "); l != "" {
			kept = append(kept, l)
		}
	}
	return strings.Join(kept, "\n")
}

// line is prose in one line.
func line(s string) string { return strings.ReplaceAll(prose(s), "\n", " ") }

// visible drops what nobody can see and turns every kind of blank into one.
func visible(r rune) rune {
	switch {
	case r == '\n' || r == '\u2028' || r == '\u2029':
		return '\n'
	case r == '\u00ad': // soft hyphen
		return -1
	case r == '\u0085' || unicode.Is(unicode.Zs, r) || r == '\t' || r == '\r':
		return ' '
	case unicode.Is(unicode.Cf, r): // zero-width and direction marks, byte order mark
		return -1
	case unicode.IsControl(r):
		return ' '
	}
	return r
}

// inline are the elements that stand within a line; all others begin a new one.
var inline = map[string]bool{
	"a": true, "abbr": true, "b": true, "big": true, "cite": true, "code": true, "del": true, "dfn": true, "em": true,
	"font": true, "i": true, "img": true, "ins": true, "kbd": true, "mark": true, "q": true, "s": true, "samp": true,
	"small": true, "span": true, "strike": true, "strong": true, "sub": true, "sup": true, "tt": true, "u": true, "var": true,
}

func untag(s string) string {
	if !strings.Contains(s, "<") {
		return s
	}
	s = unread.ReplaceAllString(s, " ")
	return tag.ReplaceAllStringFunc(s, func(t string) string {
		name := strings.ToLower(tag.FindStringSubmatch(t)[1])
		switch {
		case inline[name]:
			return ""
		case name == "td" || name == "th":
			return " "
		}
		return "\n"
	})
}

var (
	sentenceEnd = regexp.MustCompile(`[.!?]["”')\]]*\s+`)
	abbreviated = regexp.MustCompile(`(?i)(?:^|[\s(])(?:inc|co|corp|ltd|no|nos|approx|st|dr|mr|mrs|ms|u\.s|a\.m|p\.m|e\.g|i\.e|vs|oz|lbs?|\w)\.$`)
)

// sentences cuts prose into sentences, near enough to quote one.
func sentences(s string) []string {
	var out []string
	for _, l := range strings.Split(s, "\n") {
		begin := 0
		for _, m := range sentenceEnd.FindAllStringIndex(l, -1) {
			head := strings.TrimSpace(l[begin:m[1]])
			next := l[m[1]:]
			if next == "" || abbreviated.MatchString(head[max(0, len(head)-12):]) || !startsSentence(next) {
				continue
			}
			out = append(out, head)
			begin = m[1]
		}
		if tail := strings.TrimSpace(l[begin:]); tail != "" {
			out = append(out, tail)
		}
	}
	return out
}

func startsSentence(s string) bool {
	for _, r := range s {
		return !unicode.IsLower(r)
	}
	return false
}

// nonEmpty are the texts that say something.
func nonEmpty(texts ...string) []string {
	return slices.DeleteFunc(slices.Clone(texts), func(s string) bool { return s == "" })
}

// paragraphs joins the texts that are not empty, one below the other.
func paragraphs(texts ...string) string { return strings.Join(nonEmpty(texts...), "\n") }

// short cuts a text at a word, for titles.
func short(s string, most int) string {
	runes := []rune(s)
	if len(runes) <= most {
		return s
	}
	s = string(runes[:most])
	if i := strings.LastIndexByte(s, ' '); i > most/2 {
		s = s[:i]
	}
	return strings.TrimRight(s, " ,;:(-") + "…"
}

package notify

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// width is the longest line of a message, in characters, where words allow.
// RFC 5322, section 2.1.1, recommends it.
const width = 78

// clean makes one line of plain text out of anything: blanks of all kinds are
// folded to one space; control characters, invalid bytes, invisible characters
// and those that change the direction of text are dropped; and it is cut to max
// characters, the last being an ellipsis.
func clean(s string, limit int) string {
	if len(s) > limit*64 {
		s = s[:limit*64] // enough for any text that shows limit characters; bounds the work
	}
	var b strings.Builder
	for _, r := range s {
		switch {
		case unicode.IsSpace(r):
			b.WriteByte(' ')
		case dropped(r):
		default:
			b.WriteRune(r)
		}
	}
	return cut(strings.Join(strings.Fields(b.String()), " "), limit)
}

// dropped says whether a character has no business in a message. The two joiners
// are kept: Persian and Indic scripts are misspelt without them.
func dropped(r rune) bool {
	if r == '\u200c' || r == '\u200d' {
		return false
	}
	return r == utf8.RuneError || !unicode.IsGraphic(r)
}

func cut(s string, limit int) string {
	if utf8.RuneCountInString(s) <= limit {
		return s
	}
	runes := []rune(s)[:limit-1]
	return strings.TrimRight(string(runes), " ") + "…"
}

// quoted is cleaned text in quotation marks that nothing inside can close; ""
// for no text.
func quoted(s string, limit int) string {
	s = clean(s, limit)
	if s == "" {
		return ""
	}
	return `"` + doubleQuotes.Replace(s) + `"`
}

var doubleQuotes = strings.NewReplacer(`"`, "'", "“", "'", "”", "'", "„", "'", "«", "'", "»", "'")

// page is a text under construction: paragraphs of wrapped lines.
type page struct{ b strings.Builder }

func (p *page) String() string { return p.b.String() }

func (p *page) gap() { p.b.WriteByte('\n') }

func (p *page) heading(s string) {
	p.gap()
	p.verbatim(s)
}

func (p *page) line(s string)     { p.wrap(s, "", "") }
func (p *page) bullet(s string)   { p.wrap(s, "- ", "  ") }
func (p *page) indented(s string) { p.wrap(s, "  ", "  ") }

// verbatim writes a line that must not be broken, such as an address.
func (p *page) verbatim(s string) {
	p.b.WriteString(s)
	p.b.WriteByte('\n')
}

// wrap breaks s between words. A word that is longer than a line stands alone.
func (p *page) wrap(s, first, rest string) {
	prefix, used := first, 0
	for word := range strings.FieldsSeq(s) {
		n := utf8.RuneCountInString(word)
		switch {
		case used == 0:
			p.b.WriteString(prefix)
			used = utf8.RuneCountInString(prefix)
		case used+1+n > width:
			p.b.WriteByte('\n')
			p.b.WriteString(rest)
			used = utf8.RuneCountInString(rest)
		default:
			p.b.WriteByte(' ')
			used++
		}
		p.b.WriteString(word)
		used += n
	}
	p.b.WriteByte('\n')
}

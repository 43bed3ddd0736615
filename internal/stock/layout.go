package stock

import (
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Columns are what a Layout adds after the caller's own columns.
var Columns = []string{
	"bs_status", "bs_verdict", "bs_recall", "bs_hazard", "bs_do_now",
	"bs_because", "bs_missing", "bs_url", "bs_as_of",
}

// Result is the answer to one row, in the order of Columns.
type Result struct {
	Status, Verdict, Recall, Hazard, DoNow, Because, Missing, URL, AsOf string
}

// Layout writes a list back as CSV (UTF-8, comma, LF) with an answer beside each
// row. No cell that it writes begins a formula, neither the caller's nor one that
// holds an agency's words. Many goroutines may use it at once.
type Layout struct {
	names []string
	keep  []int // indexes of the caller's columns
}

// NewLayout keeps the caller's columns but those of an earlier answer.
func NewLayout(header []string) *Layout {
	l := &Layout{}
	for i, h := range header {
		if !isAnswer(h) {
			l.keep, l.names = append(l.keep, i), append(l.names, h)
		}
	}
	return l
}

func isAnswer(h string) bool {
	for _, c := range Columns {
		if strings.EqualFold(strings.TrimSpace(h), c) {
			return true
		}
	}
	return false
}

// AppendHeader appends the header's line: the caller's columns, then Columns.
func (l *Layout) AppendHeader(dst []byte) []byte {
	for _, name := range l.names {
		dst = append(appendCell(dst, name), ',')
	}
	for _, name := range Columns {
		dst = append(appendCell(dst, name), ',')
	}
	dst[len(dst)-1] = '\n'
	return dst
}

// AppendRow appends one row. Cells are those of a Row, in the order of the
// header; missing ones are empty.
func (l *Layout) AppendRow(dst []byte, cells []string, r *Result) []byte {
	for _, i := range l.keep {
		if i < len(cells) {
			dst = appendCell(dst, cells[i])
		}
		dst = append(dst, ',')
	}
	for _, c := range [...]string{r.Status, r.Verdict, r.Recall, r.Hazard, r.DoNow, r.Because, r.Missing, r.URL, r.AsOf} {
		dst = append(appendCell(dst, c), ',')
	}
	dst[len(dst)-1] = '\n'
	return dst
}

// appendCell appends a cell, neutralised, in quotes where RFC 4180 asks for them.
func appendCell(dst []byte, c string) []byte {
	if c == "" {
		return dst
	}
	apostrophe := neutral(c)
	switch quotes := special(c) || !apostrophe && blankFirst(c); {
	case !quotes && !apostrophe:
		return append(dst, c...)
	case !quotes:
		return append(append(dst, '\''), c...)
	}
	dst = append(dst, '"')
	if apostrophe {
		dst = append(dst, '\'')
	}
	for {
		i := strings.IndexByte(c, '"')
		if i < 0 {
			return append(append(dst, c...), '"')
		}
		dst = append(append(dst, c[:i]...), '"', '"')
		c = c[i+1:]
	}
}

// special says whether a cell has what is special to a reader of CSV, or is what
// PostgreSQL takes for the end of the data.
func special(c string) bool {
	for i := range len(c) {
		switch c[i] {
		case ',', '"', '\r', '\n':
			return true
		}
	}
	return c == `\.`
}

// blankFirst says whether a cell begins with a blank, which some readers drop.
func blankFirst(c string) bool {
	if c[0] > ' ' && c[0] < utf8.RuneSelf {
		return false
	}
	first, _ := utf8.DecodeRuneInString(c)
	return unicode.IsSpace(first)
}

// plainNumber is a number with a sign. It begins with a formula's character and
// is none: spreadsheets read it as the number that it is, and an apostrophe would
// turn it into text, so that a column of temperatures or corrections no longer
// adds up. OWASP's list has no such exception; what it guards against, a cell
// that computes, cannot be written with digits and one point alone. A telephone
// number "+1 555..." has blanks and is neutralised.
var plainNumber = regexp.MustCompile(`^[+-]?\d+(?:[.,]\d+)?$`)

// formulaStart are the characters that begin a formula, or that a spreadsheet
// drops before one; the wide forms of East Asian input are read alike.
const formulaStart = "=+-@\t\r\n＝＋－＠"

// neutral says whether a spreadsheet would compute the cell: then an apostrophe
// goes before it.
func neutral(c string) bool {
	if c == "" || c[0] > '@' && c[0] < utf8.RuneSelf {
		return false
	}
	first, _ := utf8.DecodeRuneInString(c)
	return first != utf8.RuneError && strings.ContainsRune(formulaStart, first) && !plainNumber.MatchString(c)
}

// unneutralised takes that apostrophe away again, so that a list that was
// written by a Layout reads as it was.
func unneutralised(c string) string {
	if t, ok := strings.CutPrefix(c, "'"); ok && neutral(t) {
		return t
	}
	return c
}

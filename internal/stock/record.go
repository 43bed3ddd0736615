package stock

import (
	"errors"
	"fmt"
	"io"
	"strings"
	"unicode/utf8"
)

// record is a row split at the separator.
type record struct {
	line    int
	cells   []string
	problem string
}

// readRecord reads the next row that is not blank. width is how many cells a row
// is likely to have.
func readRecord(l *lines, sep byte, width int) (record, error) {
	for {
		first, err := l.read()
		if err != nil {
			return record{}, err
		}
		if blank(first.text) {
			continue
		}
		rec := record{line: first.number}
		if first.long {
			rec.problem = fmt.Sprintf("the line is longer than %d bytes", maxLine)
			return rec, nil
		}
		return rec, rec.split(l, first, sep, width)
	}
}

// blank spares the usual line a look at all its end.
func blank(s string) bool {
	return s == "" || (s[0] <= ' ' || s[0] >= utf8.RuneSelf) && strings.TrimSpace(s) == ""
}

// split cuts the row that begins with first, taking more lines while a quote is
// open. A quote that is not closed within the window was never meant as one: the
// further lines are put back.
func (rec *record) split(l *lines, first line, sep byte, width int) error {
	s := splitter{sep: sep, cells: make([]string, 0, width)}
	s.line(first.text)
	var more []line
	size, last := len(first.text), first
	for s.open {
		next, err := l.read()
		if err != nil && !errors.Is(err, io.EOF) {
			return err
		}
		size += len(next.text)
		if err != nil || len(more) >= l.window() || size > maxLine {
			if err == nil {
				more = append(more, next)
			}
			l.putBack(more)
			rec.problem = "a quote is opened and never closed"
			rec.cells = strings.Split(first.text, string(sep))
			return nil
		}
		more = append(more, next)
		s.field = append(s.field, last.end...)
		s.line(next.text)
		last = next
	}
	rec.cells, rec.problem = s.cells, s.problem
	return nil
}

// splitter cuts lines into cells as RFC 4180 says. A quote inside a cell that
// does not begin with one is a character (24" is an inch, not a mistake).
type splitter struct {
	sep     byte
	cells   []string
	field   []byte // what was read of a quoted cell
	open    bool   // inside a quoted cell
	problem string
}

// line takes one line; at its end either a quote is open or the row is done.
func (s *splitter) line(text string) {
	for {
		quoted := s.open
		if !s.open && strings.HasPrefix(text, `"`) {
			quoted, s.open = true, true
			text = text[1:]
		}
		if s.open {
			rest, ok := s.quoted(text)
			if !ok {
				return
			}
			text = rest
		}
		i := strings.IndexByte(text, s.sep)
		cell := text
		if i >= 0 {
			cell = text[:i]
		}
		if quoted {
			cell = string(append(s.field, cell...))
			s.field = s.field[:0]
		}
		s.cells = append(s.cells, cell)
		if i < 0 {
			return
		}
		text = text[i+1:]
	}
}

// quoted takes the rest of a quoted cell; false where the line ends first.
func (s *splitter) quoted(text string) (rest string, closed bool) {
	for {
		i := strings.IndexByte(text, '"')
		if i < 0 {
			s.field = append(s.field, text...)
			return "", false
		}
		s.field = append(s.field, text[:i]...)
		text = text[i+1:]
		if strings.HasPrefix(text, `"`) {
			s.field = append(s.field, '"')
			text = text[1:]
			continue
		}
		s.open = false
		if text != "" && text[0] != s.sep && strings.TrimLeft(text, " ") != "" {
			s.problem = "a quoted field has text after its closing quote"
		}
		return strings.TrimLeft(text, " "), true
	}
}

package stock

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"strings"
)

// Bounds of one row. Real rows are far below them.
const (
	maxLine     = 1 << 20 // bytes of one line
	maxRowLines = 100     // lines of one row, through quoted line ends
)

// line is a line without its end, and its 1-based number.
type line struct {
	text   string
	number int
	long   bool // longer than maxLine; text is its beginning
}

// lines reads lines that end in LF, CRLF or CR. Lines can be put back.
type lines struct {
	r    *bufio.Reader
	next int
	back []line // in order, oldest first
}

func (l *lines) read() (line, error) {
	if len(l.back) > 0 {
		first := l.back[0]
		l.back = l.back[1:]
		return first, nil
	}
	var buf []byte
	long, some := false, false
	for {
		c, err := l.r.ReadByte()
		if err != nil {
			if !errors.Is(err, io.EOF) {
				return line{}, fmt.Errorf("reading line %d: %w", l.next+1, err)
			}
			if !some {
				return line{}, io.EOF
			}
			break
		}
		some = true
		if c == '\n' {
			break
		}
		if c == '\r' {
			if b, err := l.r.Peek(1); err == nil && b[0] == '\n' {
				_, _ = l.r.Discard(1) // cannot fail: the byte was peeked
			}
			break
		}
		if len(buf) < maxLine {
			buf = append(buf, c)
		} else {
			long = true
		}
	}
	l.next++
	return line{text: text(buf), number: l.next, long: long}, nil
}

func (l *lines) putBack(list []line) {
	l.back = append(append([]line(nil), list...), l.back...)
}

// record is a row split at the separator.
type record struct {
	line    int
	cells   []string
	problem string
}

// readRecord reads the next row that is not blank.
func readRecord(l *lines, sep byte) (record, error) {
	for {
		first, err := l.read()
		if err != nil {
			return record{}, err
		}
		if strings.TrimSpace(first.text) == "" {
			continue
		}
		rec := record{line: first.number}
		if first.long {
			rec.problem = fmt.Sprintf("the line is longer than %d bytes", maxLine)
			return rec, nil
		}
		return rec, rec.split(l, first, sep)
	}
}

// split cuts the row that begins with first, taking more lines while a quote is
// open. A quote that is not closed within maxRowLines was never meant as one: the
// further lines are put back.
func (rec *record) split(l *lines, first line, sep byte) error {
	s := splitter{sep: sep}
	s.line(first.text)
	var more []line
	size := len(first.text)
	for s.open {
		next, err := l.read()
		if err != nil && !errors.Is(err, io.EOF) {
			return err
		}
		size += len(next.text)
		if err != nil || len(more) == maxRowLines || size > maxLine {
			if err == nil {
				more = append(more, next)
			}
			l.putBack(more)
			rec.problem = "a quote is opened and never closed"
			rec.cells = strings.Split(first.text, string(sep))
			return nil
		}
		more = append(more, next)
		s.field.WriteByte('\n')
		s.line(next.text)
	}
	rec.cells, rec.problem = s.cells, s.problem
	return nil
}

// splitter cuts lines into cells as RFC 4180 says. A quote inside a cell that
// does not begin with one is a character (24" is an inch, not a mistake).
type splitter struct {
	sep     byte
	cells   []string
	field   strings.Builder
	open    bool // inside a quoted cell
	problem string
}

// line takes one line; at its end either a quote is open or the row is done.
func (s *splitter) line(text string) {
	for {
		if !s.open && strings.HasPrefix(text, `"`) {
			s.open = true
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
		end := text
		if i >= 0 {
			end = text[:i]
		}
		s.field.WriteString(end)
		s.cells = append(s.cells, s.field.String())
		s.field.Reset()
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
			s.field.WriteString(text)
			return "", false
		}
		s.field.WriteString(text[:i])
		text = text[i+1:]
		if strings.HasPrefix(text, `"`) {
			s.field.WriteByte('"')
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

package agency

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"unicode"
	"unicode/utf8"
)

// The scanner cuts a JSON text into its records without holding more than one,
// and says exactly where a damaged text stops being readable. It looks at
// brackets and strings only; whether a record is JSON within is decided by
// decodeObject, so that one bad record costs no other.

// maxRecord is the largest record kept. The largest known one, a device recall
// with its serial numbers, has 0.2 MB.
const maxRecord = 4 << 20

// maxDepth is how deeply a record may be nested. Agencies need four.
const maxDepth = 64

// damage is where a text stops being readable.
type damage struct {
	pos  int    // 1-based record, 0 = before the first
	what string // in words
	err  error  // of the reader, or nil
}

func (d *damage) Error() string {
	if d.err != nil {
		return d.what + ": " + d.err.Error()
	}
	return d.what
}

func (d *damage) Unwrap() error { return d.err }

// eachRecord is called with every record; bad says why it cannot be used.
type eachRecord func(pos int, raw []byte, bad string) error

type scanner struct {
	br  *bufio.Reader
	pos int // record being read, for damage
}

// array cuts a JSON text that is one list of records.
func (s *scanner) array(each eachRecord) error {
	if err := s.expect('[', "a list"); err != nil {
		return err
	}
	if err := s.elements(each); err != nil {
		return err
	}
	return s.end()
}

// envelope cuts a JSON text that is one object with the records in a list under
// the given key. The other values are returned.
func (s *scanner) envelope(key string, each eachRecord) (map[string][]byte, error) {
	if err := s.expect('{', "an object"); err != nil {
		return nil, err
	}
	others, found := map[string][]byte{}, false
	for first := true; ; first = false {
		name, more, err := s.member(first)
		if err != nil {
			return others, err
		}
		if !more {
			break
		}
		if name == key && !found {
			found = true
			if err := s.expect('[', "a list under "+key); err != nil {
				return others, err
			}
			if err := s.elements(each); err != nil {
				return others, err
			}
			continue
		}
		if others[name], _, err = s.value(); err != nil {
			return others, err
		}
	}
	if !found {
		return others, &damage{what: fmt.Sprintf("it has no list %q", key)}
	}
	return others, s.end()
}

// member reads the next key of an object and its colon, or the object's end.
func (s *scanner) member(first bool) (name string, more bool, err error) {
	c, err := s.token()
	if err != nil || c == '}' {
		return "", false, err
	}
	if !first {
		if c != ',' {
			return "", false, s.unexpected(c)
		}
		if c, err = s.token(); err != nil {
			return "", false, err
		}
	}
	if c != '"' {
		return "", false, s.unexpected(c)
	}
	if err := s.br.UnreadByte(); err != nil {
		return "", false, s.broken(err)
	}
	raw, _, err := s.value()
	if err != nil {
		return "", false, err
	}
	if c, err = s.token(); err == nil && c != ':' {
		err = s.unexpected(c)
	}
	return string(raw[1 : len(raw)-1]), true, err
}

// elements reads the records of a list whose opening bracket is already read,
// and its closing bracket.
func (s *scanner) elements(each eachRecord) error {
	for n := 1; ; n++ {
		c, err := s.token()
		if err != nil {
			return err
		}
		if c == ']' && n == 1 {
			return nil
		}
		s.pos = n
		if n > 1 {
			if c == ']' {
				return nil
			}
			if c != ',' {
				return s.unexpected(c)
			}
		} else if err := s.br.UnreadByte(); err != nil {
			return s.broken(err)
		}
		raw, bad, err := s.value()
		if err != nil {
			return err
		}
		if err := each(n, raw, bad); err != nil {
			return err
		}
	}
}

// value reads one JSON value of any kind, to its last byte. Control characters
// within its strings become blanks: they are a carrier's damage, and the record
// is readable without them.
func (s *scanner) value() (raw []byte, bad string, err error) {
	c, err := s.token()
	if err != nil {
		return nil, "", err
	}
	var n nesting
	for {
		if n.inString && c < ' ' {
			c = ' '
		}
		if len(raw) < maxRecord {
			raw = append(raw, c)
		} else {
			bad = fmt.Sprintf("the record is larger than %d MB", maxRecord>>20)
		}
		if !n.next(c) {
			return raw, bad, s.unexpected(c)
		}
		if len(n.open) > maxDepth {
			bad = fmt.Sprintf("the record is nested deeper than %d", maxDepth)
		}
		if len(n.open) == 0 && !n.inString && s.complete(c) {
			return raw, bad, nil
		}
		if c, err = s.br.ReadByte(); err != nil {
			return raw, bad, s.broken(err)
		}
	}
}

// nesting follows brackets and strings byte by byte.
type nesting struct {
	open              []byte // brackets not yet closed
	inString, escaped bool
}

// next takes a byte and says whether it may stand there.
func (n *nesting) next(c byte) bool {
	switch {
	case n.escaped:
		n.escaped = false
	case n.inString && c == '\\':
		n.escaped = true
	case c == '"':
		n.inString = !n.inString
	case n.inString:
	case c == '{' || c == '[':
		n.open = append(n.open, c)
		return len(n.open) <= maxRecord // brackets without end would fill the memory
	case c == '}' || c == ']':
		last := len(n.open) - 1
		if last < 0 || n.open[last]+2 != c { // in ASCII each closing bracket is two behind its opening one
			return false
		}
		n.open = n.open[:last]
	case c == ',' || c == ':':
		return len(n.open) > 0
	}
	return true
}

// complete says whether a value outside all brackets ends with c: a closing
// bracket or quote does, a number or word does where a separator follows.
func (s *scanner) complete(c byte) bool {
	if c == '}' || c == ']' || c == '"' {
		return true
	}
	next, err := s.br.Peek(1)
	return err != nil || isSpace(next[0]) || next[0] == ',' || next[0] == ']' || next[0] == '}'
}

// end makes sure that nothing follows.
func (s *scanner) end() error {
	c, err := s.skip()
	switch {
	case errors.Is(err, io.EOF):
		return nil
	case err != nil:
		return s.broken(err)
	}
	return &damage{pos: s.pos + 1, what: fmt.Sprintf("something follows the end of the list (%s)", printed(c))}
}

func (s *scanner) expect(want byte, what string) error {
	c, err := s.token()
	if err != nil {
		return err
	}
	if c != want {
		return &damage{pos: s.pos, what: fmt.Sprintf("it is not %s: it begins with %s", what, printed(c))}
	}
	return nil
}

// token reads the next byte that is not blank. There must be one.
func (s *scanner) token() (byte, error) {
	c, err := s.skip()
	if err != nil {
		return 0, s.broken(err)
	}
	return c, nil
}

// peek is the next byte that is not blank, 0 at the end.
func (s *scanner) peek() byte {
	c, err := s.skip()
	if err != nil || s.br.UnreadByte() != nil {
		return 0
	}
	return c
}

func (s *scanner) skip() (byte, error) {
	for {
		c, err := s.br.ReadByte()
		if err != nil || !isSpace(c) {
			return c, err
		}
	}
}

func isSpace(c byte) bool { return c == ' ' || c == '\n' || c == '\r' || c == '\t' }

func (s *scanner) broken(err error) error {
	if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
		return &damage{pos: s.pos, what: "it is cut off"}
	}
	return &damage{pos: s.pos, what: "it cannot be read further", err: err}
}

func (s *scanner) unexpected(c byte) error {
	return &damage{pos: s.pos, what: "it is not JSON: " + printed(c) + " does not belong there"}
}

func printed(c byte) string {
	if c < utf8.RuneSelf && unicode.IsPrint(rune(c)) {
		return fmt.Sprintf("%q", c)
	}
	return fmt.Sprintf("the byte 0x%02x", c)
}

package stock

import (
	"bufio"
	"bytes"
	"crypto/sha256"
	"errors"
	"fmt"
	"hash"
	"io"
)

// Bounds of one row. Real rows are far below them: the longest are descriptions
// in HTML, of some hundred lines.
const (
	maxLine     = 1 << 20 // bytes of one line
	maxRowLines = 1000    // lines of one row, through quoted line ends
)

// line is a line without its end, and its 1-based number.
type line struct {
	text   string
	end    string // "\n", "\r\n", "\r", or "" at the end of the input
	number int
	long   bool // longer than maxLine; text is its beginning
}

// lines reads lines that end in LF, CRLF or CR. Lines can be put back.
type lines struct {
	r      *bufio.Reader
	digest hash.Hash // of all that was read so far; nil until the first line
	next   int
	back   []line // in order, oldest first
	vain   int    // lines that were put back, so read for nothing
	buf    []byte
}

func (l *lines) read() (line, error) {
	if len(l.back) > 0 {
		first := l.back[0]
		l.back = l.back[1:]
		return first, nil
	}
	raw, end, long, err := l.raw()
	if err != nil {
		return line{}, err
	}
	if l.digest == nil {
		l.digest = sha256.New()
	}
	_, _ = l.digest.Write(raw)          // a hash takes everything
	_, _ = l.digest.Write([]byte{'\n'}) // one line or two are not the same
	l.next++
	return line{text: text(raw), end: end, number: l.next, long: long}, nil
}

// raw is the bytes of the next line, valid until the next call.
func (l *lines) raw() (b []byte, end string, long bool, err error) {
	l.buf = l.buf[:0]
	some := false
	for {
		if _, err := l.r.Peek(1); err != nil {
			if !errors.Is(err, io.EOF) {
				return nil, "", false, fmt.Errorf("reading line %d: %w", l.next+1, err)
			}
			if !some {
				return nil, "", false, io.EOF
			}
			return l.buf, "", long, nil
		}
		some = true
		chunk, _ := l.r.Peek(l.r.Buffered()) // cannot fail: it is there
		n := bytes.IndexByte(chunk, '\n')
		if n < 0 {
			n = len(chunk)
		}
		if cr := bytes.IndexByte(chunk[:n], '\r'); cr >= 0 {
			n = cr
		}
		ended := n < len(chunk)
		var mark byte
		if ended {
			mark = chunk[n]
		}
		room := maxLine - len(l.buf)
		long = long || n > room
		l.buf = append(l.buf, chunk[:min(n, room)]...)
		if !ended {
			_, _ = l.r.Discard(n) // cannot fail, as above
			continue
		}
		_, _ = l.r.Discard(n + 1)
		return l.buf, l.ending(mark), long, nil
	}
}

// ending completes a line end that began with mark.
func (l *lines) ending(mark byte) string {
	if mark == '\n' {
		return "\n"
	}
	if b, err := l.r.Peek(1); err == nil && b[0] == '\n' {
		_, _ = l.r.Discard(1) // cannot fail: the byte was peeked
		return "\r\n"
	}
	return "\r"
}

func (l *lines) putBack(list []line) {
	l.back = append(append([]line(nil), list...), l.back...)
	l.vain += len(list)
}

// window is how many lines may be read in search of a closing quote. It gets
// small for a list whose quotes never close, so that the time stays in proportion
// to its length; it depends on nothing but what was read.
func (l *lines) window() int {
	if l.vain > 4*l.next+2*maxRowLines {
		return 20
	}
	return maxRowLines
}

package stock

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"unicode/utf8"

	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/unicode"
)

// sniffLen is how much of the input is looked at to tell its encoding.
const sniffLen = 4096

// decoded returns r as bytes in which ASCII is ASCII: UTF-16 is decoded, a UTF-8
// byte order mark dropped. Windows-1252 is left to text, line by line.
func decoded(r io.Reader) (*bufio.Reader, error) {
	b := bufio.NewReaderSize(r, 64<<10)
	head, err := b.Peek(sniffLen)
	if err != nil && !errors.Is(err, io.EOF) {
		return nil, fmt.Errorf("reading its beginning: %w", err)
	}
	order, ok := utf16Order(head)
	switch {
	case ok:
		dec := unicode.UTF16(order, unicode.UseBOM).NewDecoder()
		return bufio.NewReaderSize(dec.Reader(b), 64<<10), nil
	case bytes.HasPrefix(head, []byte("\xef\xbb\xbf")):
		if _, err := b.Discard(3); err != nil {
			return nil, fmt.Errorf("reading its beginning: %w", err)
		}
	}
	return b, nil
}

// utf16Order tells UTF-16 by its byte order mark, or by zero bytes in every
// other place, as all text has that is mostly ASCII.
func utf16Order(head []byte) (unicode.Endianness, bool) {
	switch {
	case bytes.HasPrefix(head, []byte{0xff, 0xfe}):
		return unicode.LittleEndian, true
	case bytes.HasPrefix(head, []byte{0xfe, 0xff}):
		return unicode.BigEndian, true
	case len(head) < 4:
		return unicode.LittleEndian, false
	}
	var zeros [2]int
	for i, c := range head {
		if c == 0 {
			zeros[i%2]++
		}
	}
	pairs := len(head) / 2
	switch {
	case zeros[1] > pairs*3/4 && zeros[0] == 0:
		return unicode.LittleEndian, true
	case zeros[0] > pairs*3/4 && zeros[1] == 0:
		return unicode.BigEndian, true
	}
	return unicode.LittleEndian, false
}

// text is a line as UTF-8.
func text(line []byte) string {
	if utf8.Valid(line) {
		return string(line)
	}
	out, err := charmap.Windows1252.NewDecoder().Bytes(line)
	if err != nil {
		return string(bytes.ToValidUTF8(line, []byte("\ufffd")))
	}
	return string(out)
}

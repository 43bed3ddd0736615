package stock

import (
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/babyshield/babyshield"
)

// Row is a row of a list.
type Row struct {
	Number  int // 1-based, among the data rows
	Line    int // 1-based line at which it begins
	Item    babyshield.Item
	Cells   []string // as in the list, one for each of Header, refused columns empty
	Problem string   // what is wrong with the row, in words; "" = nothing
	Note    string   // a sentence on a barcode that could not be used; "" = none
}

// Reader reads the rows of a list.
type Reader struct {
	lines    lines
	sep      byte // 0 = NDJSON
	header   []string
	columns  columns
	family   family
	warnings []string
	rows     int
	wrong    int // barcodes that were no use
	done     bool
}

// NewReader reads the beginning of a list and finds its encoding, separator and
// columns. The name is the file's, for messages. A list without a column that is
// known is an Invalid error that names the file and the headers that are.
func NewReader(name string, r io.Reader) (*Reader, error) {
	b, err := decoded(r)
	if err != nil {
		return nil, fmt.Errorf("opening the list %s: %w", name, err)
	}
	rd := &Reader{lines: lines{r: b}}
	first, err := rd.preamble()
	switch {
	case errors.Is(err, io.EOF):
		return nil, babyshield.Errorf(babyshield.Invalid, "The file %s is empty.", name)
	case err != nil:
		return nil, fmt.Errorf("opening the list %s: %w", name, err)
	case strings.HasPrefix(strings.TrimSpace(first.text), "{"):
		rd.lines.putBack([]line{first})
		return rd, rd.openJSON(name)
	}
	if sep, ok := sepLine(first.text); ok {
		rd.sep = sep
	} else {
		rd.lines.putBack([]line{first})
		rd.sep = sniffSeparator(first.text)
	}
	rec, err := readRecord(&rd.lines, rd.sep, 0)
	if errors.Is(err, io.EOF) {
		return nil, babyshield.Errorf(babyshield.Invalid, "The file %s is empty.", name)
	}
	if err != nil {
		return nil, fmt.Errorf("opening the list %s: %w", name, err)
	}
	return rd, rd.setHeader(name, rec.cells)
}

// firstLine is the first line that is not blank.
func (rd *Reader) firstLine() (line, error) {
	for {
		l, err := rd.lines.read()
		if err != nil || !blank(l.text) {
			return l, err
		}
	}
}

// preamble is the first line behind what eBay's templates put before the header:
// a few lines that begin with #INFO or Info.
func (rd *Reader) preamble() (line, error) {
	for n := 0; ; n++ {
		l, err := rd.firstLine()
		if err != nil {
			return l, err
		}
		word, _, _ := strings.Cut(strings.TrimLeft(l.text, `"`), ",")
		if n == 20 || !strings.HasPrefix(word, "#INFO") && word != "Info" && word != `Info"` {
			return l, nil
		}
	}
}

// sepLine reads Excel's "sep=;".
func sepLine(s string) (byte, bool) {
	if len(s) == 5 && strings.EqualFold(s[:4], "sep=") {
		return s[4], true
	}
	return 0, false
}

// separators are tried in this order; of equals the first wins.
const separators = ",;\t"

// sniffSeparator picks the separator that gives the most columns that are known,
// then the most columns.
func sniffSeparator(header string) byte {
	best, bestKnown, bestCols := separators[0], -1, 0
	for _, sep := range []byte(separators) {
		s := splitter{sep: sep}
		s.line(header)
		known := readHeader(s.cells).known
		if known > bestKnown || known == bestKnown && len(s.cells) > bestCols {
			best, bestKnown, bestCols = sep, known, len(s.cells)
		}
	}
	return best
}

// maxColumns bounds the work on one row: every row has a cell for each column.
const maxColumns = 500

// setHeader takes the columns, or refuses a list without one that identifies.
func (rd *Reader) setHeader(name string, header []string) error {
	if len(header) > maxColumns {
		return babyshield.Errorf(babyshield.Invalid, "The file %s has %d columns; at most %d are read.", name, len(header), maxColumns)
	}
	rd.header = header
	rd.columns = readHeader(header)
	rd.warnings = rd.columns.warnings
	for _, c := range rd.columns.list {
		switch c.key {
		case "name", "brand", "model", "gtin":
			return nil
		}
	}
	return babyshield.Errorf(babyshield.Invalid,
		"The file %s has no header that is known: its first line must name at least one of name, brand, gtin or model. Known headers: %s.",
		name, strings.Join(babyshield.ItemKeys, ", "))
}

// Header is the list's columns as they are named in it.
func (rd *Reader) Header() []string { return append([]string(nil), rd.header...) }

// Warnings are sentences for the person: columns that were ignored or refused
// and, once Next has returned io.EOF, how many barcodes were no use.
func (rd *Reader) Warnings() []string { return append([]string(nil), rd.warnings...) }

// Digest is a SHA-256 of the list's text as far as it was read. After the same
// number of rows, two lists with the same digest are the same up to there.
func (rd *Reader) Digest() []byte {
	if rd.lines.digest == nil {
		return nil
	}
	return rd.lines.digest.Sum(nil)
}

// Next returns the next row, or io.EOF after the last. Any other error is the
// input's: no further row can be read.
func (rd *Reader) Next() (Row, error) {
	if rd.done {
		return Row{}, io.EOF
	}
	var row Row
	var err error
	if rd.sep == 0 {
		row, err = rd.nextJSON()
	} else {
		row, err = rd.nextCSV()
	}
	if err != nil {
		rd.done = true
		if errors.Is(err, io.EOF) && rd.wrong > 0 {
			rd.warnings = append(rd.warnings, fmt.Sprintf("Barcodes that could not be used (not a barcode number, or a wrong check digit): %d.", rd.wrong))
		}
		return Row{}, err
	}
	if row.Note != "" {
		rd.wrong++
	}
	rd.rows++
	row.Number = rd.rows
	return row, nil
}

func (rd *Reader) nextCSV() (Row, error) {
	rec, err := readRecord(&rd.lines, rd.sep, len(rd.header))
	if err != nil {
		return Row{}, err
	}
	row := Row{Line: rec.line, Problem: rec.problem}
	cells := rec.cells
	for len(cells) > len(rd.header) && strings.TrimSpace(cells[len(cells)-1]) == "" {
		cells = cells[:len(cells)-1] // spreadsheets pad rows
	}
	if n := len(cells); n > len(rd.header) {
		if row.Problem == "" {
			row.Problem = fmt.Sprintf("the row has %d fields, the header %d", n, len(rd.header))
		}
		cells = cells[:len(rd.header)]
	}
	for len(cells) < len(rd.header) {
		cells = append(cells, "")
	}
	rd.fill(&row, cells)
	return row, nil
}

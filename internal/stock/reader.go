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
}

// Reader reads the rows of a list.
type Reader struct {
	lines    lines
	sep      byte // 0 = NDJSON
	header   []string
	columns  []column
	warnings []string
	rows     int
	wrong    int // barcodes with a wrong check digit
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
	first, err := rd.firstLine()
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
	rec, err := readRecord(&rd.lines, rd.sep)
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
		if err != nil || strings.TrimSpace(l.text) != "" {
			return l, err
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
		_, _, known := readHeader(s.cells)
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
	for i := range header {
		header[i] = strings.TrimSpace(header[i])
	}
	rd.header = header
	rd.columns, rd.warnings, _ = readHeader(header)
	for _, c := range rd.columns {
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
	rd.rows++
	row.Number = rd.rows
	return row, nil
}

func (rd *Reader) nextCSV() (Row, error) {
	rec, err := readRecord(&rd.lines, rd.sep)
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
	rd.fill(&row, cells)
	return row, nil
}

// fill takes the cells into the row's item.
func (rd *Reader) fill(row *Row, cells []string) {
	row.Cells = make([]string, len(rd.header))
	ranks := map[string]int{}
	handle, sku := "", ""
	for i, c := range cells {
		col := rd.columns[i]
		if col.refused {
			continue
		}
		row.Cells[i] = c
		value := rd.clean(row, col.key, c)
		if value == "" || col.key == "" {
			continue
		}
		switch fold(rd.header[i]) { // Shopify: a product's variants share its handle
		case "handle":
			handle = value
		case "variantsku":
			sku = value
		}
		if r, ok := ranks[col.key]; !ok || col.rank < r {
			ranks[col.key] = col.rank
			*row.Item.Field(col.key) = value
		}
	}
	if handle != "" && sku != "" {
		row.Item.Ref = handle + "/" + sku
	}
	row.Item.Clean()
}

// clean is a cell as an item's field.
func (rd *Reader) clean(row *Row, key, cell string) string {
	switch {
	case key == "":
		return ""
	case len(cell) > babyshield.MaxField:
		if row.Problem == "" {
			row.Problem = fmt.Sprintf("the field %s is longer than %d bytes", key, babyshield.MaxField)
		}
		return ""
	case key != "gtin":
		return strings.TrimSpace(unneutralised(cell))
	}
	g, problem, wrong := barcode(cell)
	if problem != "" && row.Problem == "" {
		row.Problem = problem
	}
	if wrong && problem == "" {
		rd.wrong++
	}
	return g
}

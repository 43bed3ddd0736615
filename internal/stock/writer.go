package stock

import (
	"encoding/csv"
	"fmt"
	"io"
	"regexp"
	"strings"
)

// Columns are what a Writer adds after the caller's own columns.
var Columns = []string{
	"bs_status", "bs_verdict", "bs_recall", "bs_hazard", "bs_do_now",
	"bs_because", "bs_missing", "bs_url", "bs_as_of",
}

// Result is the answer to one row, in the order of Columns.
type Result struct {
	Status, Verdict, Recall, Hazard, DoNow, Because, Missing, URL, AsOf string
}

func (r *Result) cells() []string {
	return []string{r.Status, r.Verdict, r.Recall, r.Hazard, r.DoNow, r.Because, r.Missing, r.URL, r.AsOf}
}

// Writer writes a list back as CSV (UTF-8, comma, LF) with an answer beside each
// row. No cell that it writes begins a formula, neither the caller's nor one that
// holds an agency's words.
type Writer struct {
	w    *csv.Writer
	keep []int // indexes of the caller's columns
}

// NewWriter makes a Writer and writes its header: the caller's columns but those
// of an earlier answer, then Columns. An error of writing is returned by Flush.
func NewWriter(w io.Writer, header []string) *Writer {
	out := &Writer{w: csv.NewWriter(w)}
	var names []string
	for i, h := range header {
		if !isAnswer(h) {
			out.keep = append(out.keep, i)
			names = append(names, neutral(h))
		}
	}
	_ = out.w.Write(append(names, Columns...)) // kept by csv.Writer: Flush returns it
	return out
}

func isAnswer(h string) bool {
	for _, c := range Columns {
		if strings.EqualFold(strings.TrimSpace(h), c) {
			return true
		}
	}
	return false
}

// Write writes one row. Cells are those of a Row, in the order of the header;
// missing ones are empty.
func (w *Writer) Write(cells []string, r Result) error {
	row := make([]string, 0, len(w.keep)+len(Columns))
	for _, i := range w.keep {
		c := ""
		if i < len(cells) {
			c = cells[i]
		}
		row = append(row, neutral(c))
	}
	for _, c := range r.cells() {
		row = append(row, neutral(c))
	}
	if err := w.w.Write(row); err != nil {
		return fmt.Errorf("writing a row of the answer: %w", err)
	}
	return nil
}

// Flush writes what is buffered and returns the first error of any write.
func (w *Writer) Flush() error {
	w.w.Flush()
	if err := w.w.Error(); err != nil {
		return fmt.Errorf("writing the answer: %w", err)
	}
	return nil
}

// plainNumber is a number with a sign. It begins with a formula's character and
// is none: spreadsheets read it as the number that it is, and an apostrophe would
// turn it into text, so that a column of temperatures or corrections no longer
// adds up. A telephone number "+1 555..." has blanks and is neutralised.
var plainNumber = regexp.MustCompile(`^[+-]?\d+(?:[.,]\d+)?$`)

// formulaStart are the characters that begin a formula, or that a spreadsheet
// drops before one; the wide forms of East Asian input are read alike.
const formulaStart = "=+-@\t\r\n＝＋－＠"

// neutral puts an apostrophe before a cell that a spreadsheet would compute.
func neutral(c string) string {
	first := c
	for i := range c {
		if i > 0 {
			first = c[:i]
			break
		}
	}
	if c == "" || !strings.Contains(formulaStart, first) || plainNumber.MatchString(c) {
		return c
	}
	return "'" + c
}

// unneutralised takes that apostrophe away again, so that a list that was
// written by a Writer reads as it was.
func unneutralised(c string) string {
	if t, ok := strings.CutPrefix(c, "'"); ok && neutral(t) != t {
		return t
	}
	return c
}

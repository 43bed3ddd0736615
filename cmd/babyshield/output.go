package main

import (
	"encoding/json"
	"fmt"
	"io"
	"os"
	"strings"
	"sync"
	"text/tabwriter"
	"time"
	"unicode"

	"golang.org/x/term"
)

// output is standard output. It remembers that a write went wrong, so that a
// full disk is not taken for a job done.
type output struct {
	w   io.Writer
	err error
}

func (o *output) Write(p []byte) (int, error) {
	if o.err != nil {
		return 0, o.err
	}
	n, err := o.w.Write(p)
	o.err = err
	return n, err
}

func (o *output) failed() error {
	if o.err == nil {
		return nil
	}
	return fmt.Errorf("writing to standard output: %w", o.err)
}

// lockedWriter lets the log and the commands share a writer.
type lockedWriter struct {
	mu sync.Mutex
	w  io.Writer
}

func (l *lockedWriter) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.w.Write(p)
}

func isTerminal(w io.Writer) bool {
	f, ok := w.(*os.File)
	return ok && term.IsTerminal(int(f.Fd()))
}

// json writes one line of JSON to standard output.
func (a *app) json(v any) error {
	e := json.NewEncoder(a.stdout)
	e.SetEscapeHTML(false)
	if err := e.Encode(v); err != nil && a.stdout.err == nil {
		return fmt.Errorf("writing JSON: %w", err)
	}
	return a.stdout.failed()
}

// printf writes text to standard output.
func (a *app) printf(format string, args ...any) {
	fmt.Fprint(a.stdout, visible(fmt.Sprintf(format, args...)))
}

// notef writes a line to standard error.
func (a *app) notef(format string, args ...any) {
	fmt.Fprintln(a.stderr, visible(fmt.Sprintf(format, args...)))
}

// visible replaces control characters other than the line feed, and those that
// turn the direction of text: what an agency or a file says must not move a
// terminal's cursor or hide a word.
func visible(s string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r == '\n':
			return r
		case r == '\t':
			return ' '
		case unicode.IsControl(r), unicode.Is(unicode.Bidi_Control, r), r == '\u2028', r == '\u2029':
			return '\ufffd'
		}
		return r
	}, s)
}

// table writes aligned columns. The last column is the longest text, by custom.
func (a *app) table(header string, rows [][]string) {
	var b strings.Builder
	w := tabwriter.NewWriter(&b, 0, 0, 2, ' ', 0)
	fmt.Fprintln(w, strings.ReplaceAll(header, "|", "\t"))
	for _, row := range rows {
		for i, cell := range row {
			row[i] = visible(oneLine(cell))
			if row[i] == "" {
				row[i] = "-"
			}
		}
		fmt.Fprintln(w, strings.Join(row, "\t"))
	}
	_ = w.Flush() // into memory
	for line := range strings.Lines(b.String()) {
		fmt.Fprintln(a.stdout, strings.TrimRight(line, " \n"))
	}
}

// list prints rows: a line of JSON each, or a table, or the sentence that there
// are none.
func list[T any](a *app, rows []T, header, none string, cells func(T) []string) error {
	if a.JSON {
		for _, r := range rows {
			if err := a.json(r); err != nil {
				return err
			}
		}
		return nil
	}
	if len(rows) == 0 {
		a.printf("%s\n", none)
		return nil
	}
	text := make([][]string, len(rows))
	for i, r := range rows {
		text[i] = cells(r)
	}
	a.table(header, text)
	return nil
}

// orEmpty makes a nil list an empty one: JSON shows [], never null.
func orEmpty[T any](s []T) []T {
	if s == nil {
		return []T{}
	}
	return s
}

// stamp is an instant for JSON: null for never, else whole seconds in UTC.
func stamp(t time.Time) *time.Time {
	if t.IsZero() {
		return nil
	}
	t = t.UTC().Truncate(time.Second)
	return &t
}

// when is an instant for people: in UTC, so that two of them compare; "" for never.
func when(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.UTC().Format("2 Jan 2006 15:04 UTC")
}

// count is a number with its noun.
func count(n int, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return fmt.Sprintf("%d %s", n, many)
}

// progress is a line on a terminal that tells how far a long job is. It appears
// after two seconds, and never where nobody watches.
type progress struct {
	a           *app
	began, said time.Time
	shown       bool
}

const (
	progressAfter = 2 * time.Second
	progressEvery = 200 * time.Millisecond
)

func (a *app) progress() *progress { return &progress{a: a, began: a.now()} }

// say replaces the line. It may be called as often as one likes.
func (p *progress) say(format string, args ...any) {
	if !p.a.tty {
		return
	}
	now := p.a.now()
	if now.Sub(p.began) < progressAfter || now.Sub(p.said) < progressEvery {
		return
	}
	p.said, p.shown = now, true
	fmt.Fprintf(p.a.stderr, "\r\x1b[K%s", visible(fmt.Sprintf(format, args...)))
}

// done takes the line away.
func (p *progress) done() {
	if p.shown {
		fmt.Fprint(p.a.stderr, "\r\x1b[K")
		p.shown = false
	}
}

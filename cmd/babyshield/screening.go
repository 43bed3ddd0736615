package main

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"runtime"
	"runtime/debug"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"golang.org/x/sync/errgroup"

	"github.com/babyshield/babyshield"
	"github.com/babyshield/babyshield/internal/check"
	"github.com/babyshield/babyshield/internal/notify"
	"github.com/babyshield/babyshield/internal/stock"
	"github.com/babyshield/babyshield/internal/store"
)

// screening is one list on its way through: one goroutine reads rows, as many as
// there are processors judge them, one writes the answers in the order of the
// list. What is in between is bounded, so the length of a list does not matter.
type screening struct {
	*app
	name     string
	in       io.Reader
	options  check.Options
	store    *store.Store
	screener *check.Screener
	rows     *stock.Reader
	encode   func(dst []byte, row *stock.Row, a *babyshield.Answer) ([]byte, error)
	sum      check.Summary
	problems int // rows that were named as bad
	progress *progress
	read     atomic.Int64 // bytes of the list
	size     int64        // of the list; 0 = not known
	began    time.Time
	skipped  int   // rows of an earlier run
	from     int64 // bytes of the list that they take
}

// Bounds of one chunk: what goes from goroutine to goroutine.
const (
	chunkRows  = 256
	chunkBytes = 256 << 10
)

// chunk is some rows of the list, and what is answered to them.
type chunk struct {
	rows   []stock.Row
	digest []byte // of the list up to here; nil without --resume
	out    []byte
	sum    check.Summary
	err    error
	ready  chan struct{} // closed when out and sum are there
}

// once screens a list from its beginning to its end.
func (sc *screening) once(ctx context.Context, out io.Writer) error {
	if err := sc.load(ctx, sc.now); err != nil {
		return err
	}
	if err := sc.open(); err != nil {
		return err
	}
	w := bufio.NewWriterSize(out, 256<<10)
	if _, err := w.Write(sc.header()); err != nil {
		return fmt.Errorf("writing the header: %w", err)
	}
	err := sc.run(ctx, false, func(c *chunk) error {
		_, err := w.Write(c.out)
		return err
	})
	if err != nil {
		return err
	}
	if _, err := w.Write(sc.footer()); err != nil {
		return fmt.Errorf("writing the summary: %w", err)
	}
	return w.Flush()
}

// load makes the index of all recalls, and the receipt that stands for the run.
func (sc *screening) load(ctx context.Context, now func() time.Time) error {
	var err error
	sc.screener, err = check.New(sc.store, now).Screener(ctx, sc.options, func(n int) {
		sc.progress.say("%s loaded", count(n, "recall", "recalls"))
	})
	if err != nil {
		return err
	}
	sc.sum = check.Summary{Checked: append([]babyshield.Checked{}, sc.screener.Coverage().Checked...)}
	return nil
}

// open reads the list's header. It may be called again after the list was put
// back to its beginning.
func (sc *screening) open() error {
	if f, ok := sc.in.(*os.File); ok {
		if st, err := f.Stat(); err == nil && st.Mode().IsRegular() {
			sc.size = st.Size()
		}
	}
	sc.read.Store(0)
	sc.began, sc.skipped, sc.from = sc.now(), 0, 0
	rows, err := stock.NewReader(sc.name, &countingReader{sc.in, &sc.read})
	if err != nil {
		return err
	}
	sc.rows = rows
	if sc.encode = encodeJSON; !sc.JSON {
		sc.encode = encodeCSV(stock.NewLayout(rows.Header()))
	}
	return nil
}

// countingReader counts what was read of a list, for the progress.
type countingReader struct {
	r io.Reader
	n *atomic.Int64
}

func (c *countingReader) Read(p []byte) (int, error) {
	n, err := c.r.Read(p)
	c.n.Add(int64(n))
	return n, err
}

// header is what is written before the first row.
func (sc *screening) header() []byte {
	if sc.JSON {
		return nil
	}
	return stock.NewLayout(sc.rows.Header()).AppendHeader(nil)
}

// footer is what is written after the last row.
func (sc *screening) footer() []byte {
	if !sc.JSON {
		return nil
	}
	line, _ := json.Marshal(map[string]any{"summary": sc.sum}) // numbers and names: it cannot go wrong
	return append(line, '\n')
}

// run screens the rest of the list. put is given each chunk in order, when it is
// answered and counted; digests asks for the list's digest with each.
func (sc *screening) run(ctx context.Context, digests bool, put func(*chunk) error) error {
	workers := runtime.GOMAXPROCS(0)
	order, work := make(chan *chunk, 4*workers), make(chan *chunk, 4*workers)
	g, ctx := errgroup.WithContext(ctx)
	g.Go(func() error {
		defer close(order)
		defer close(work)
		return sc.produce(ctx, digests, order, work)
	})
	for range workers {
		g.Go(func() error {
			for c := range work {
				sc.judge(ctx, c)
			}
			return nil
		})
	}
	g.Go(func() error { return sc.collect(ctx, order, put) })
	if err := g.Wait(); err != nil {
		return err
	}
	if sc.problems > namedProblems {
		sc.notef("not checked: %s in all", count(sc.problems, "row", "rows"))
	}
	for _, warning := range sc.rows.Warnings() {
		sc.notef("%s", warning)
	}
	return nil
}

// produce reads the list into chunks, which go to both channels.
func (sc *screening) produce(ctx context.Context, digests bool, order, work chan<- *chunk) error {
	c, size := newChunk(), 0
	send := func() error {
		if len(c.rows) == 0 {
			return nil
		}
		if digests {
			c.digest = sc.rows.Digest()
		}
		for _, to := range []chan<- *chunk{order, work} {
			select {
			case to <- c:
			case <-ctx.Done():
				return ctx.Err()
			}
		}
		c, size = newChunk(), 0
		return nil
	}
	for {
		row, err := sc.rows.Next()
		if errors.Is(err, io.EOF) {
			return send()
		}
		if err != nil {
			return errors.Join(err, send())
		}
		for _, cell := range row.Cells {
			size += len(cell)
		}
		c.rows = append(c.rows, row)
		if len(c.rows) == chunkRows || size > chunkBytes {
			if err := send(); err != nil {
				return err
			}
		}
	}
}

// chunks are used again: half of all garbage would be theirs.
var chunks = sync.Pool{New: func() any { return &chunk{rows: make([]stock.Row, 0, chunkRows)} }}

func newChunk() *chunk {
	c, _ := chunks.Get().(*chunk) // nothing else is put in
	c.ready = make(chan struct{})
	return c
}

func (c *chunk) release() {
	clear(c.rows) // lets go of their text
	*c = chunk{rows: c.rows[:0], out: c.out[:0]}
	chunks.Put(c)
}

// judge answers the rows of a chunk. A panic becomes an error: in a goroutine it
// would end the process without a word that a person understands.
func (sc *screening) judge(ctx context.Context, c *chunk) {
	defer close(c.ready)
	at := 0
	defer func() {
		if v := recover(); v != nil {
			sc.log.ErrorContext(ctx, "panic", "panic", fmt.Sprint(v), "stack", string(debug.Stack()))
			c.err = fmt.Errorf("this is a fault of BabyShield, at row %d (its stack is in the log): %v", c.rows[at].Number, v)
		}
	}()
	for i := range c.rows {
		at = i
		row := &c.rows[i]
		answer := sc.screener.Answer(row.Item, row.Problem)
		c.sum.Count(answer.Status)
		var err error
		if c.out, err = sc.encode(c.out, row, &answer); err != nil {
			c.err = fmt.Errorf("writing row %d: %w", row.Number, err)
			return
		}
	}
}

// collect takes the chunks in the order of the list.
func (sc *screening) collect(ctx context.Context, order <-chan *chunk, put func(*chunk) error) error {
	for c := range order {
		select {
		case <-c.ready:
		case <-ctx.Done():
			return ctx.Err()
		}
		if c.err != nil {
			return c.err
		}
		sc.nameBad(c)
		sc.add(c.sum)
		if err := put(c); err != nil {
			return err
		}
		c.release()
		sc.tell()
	}
	return ctx.Err()
}

// namedProblems is how many bad rows are named on standard error. All are named
// in the answers.
const namedProblems = 100

func (sc *screening) nameBad(c *chunk) {
	for i := range c.rows {
		row := &c.rows[i]
		if row.Problem == "" {
			continue
		}
		if sc.problems++; sc.problems <= namedProblems {
			sc.notef("not checked: %s, row %d (line %d): %s", sc.name, row.Number, row.Line, row.Problem)
		}
	}
}

func (sc *screening) add(s check.Summary) {
	sc.sum.Rows += s.Rows
	sc.sum.Affected += s.Affected
	sc.sum.Check += s.Check
	sc.sum.Possible += s.Possible
	sc.sum.NoMatch += s.NoMatch
	sc.sum.NotChecked += s.NotChecked
	sc.sum.NotCovered += s.NotCovered
}

// tell shows how far the list is.
func (sc *screening) tell() {
	elapsed := sc.now().Sub(sc.began).Seconds()
	if elapsed <= 0 {
		return
	}
	text := fmt.Sprintf("%s screened, %.0f a second", count(sc.sum.Rows, "row", "rows"), float64(sc.sum.Rows-sc.skipped)/elapsed)
	if done := sc.read.Load(); sc.size > 0 && done > sc.from {
		ahead := max(0, sc.size-done)
		left := time.Duration(elapsed * float64(ahead) / float64(done-sc.from) * float64(time.Second)).Round(time.Second)
		text += fmt.Sprintf(", %.0f %%, about %s left", 100*min(1, float64(done)/float64(sc.size)), left)
	}
	sc.progress.say("%s", text)
}

// encodeJSON writes an answer a line.
func encodeJSON(dst []byte, _ *stock.Row, a *babyshield.Answer) ([]byte, error) {
	b := bytes.NewBuffer(dst)
	e := json.NewEncoder(b)
	e.SetEscapeHTML(false)
	err := e.Encode(a)
	return b.Bytes(), err
}

// encodeCSV writes the caller's columns and ours.
func encodeCSV(l *stock.Layout) func(dst []byte, row *stock.Row, a *babyshield.Answer) ([]byte, error) {
	return func(dst []byte, row *stock.Row, a *babyshield.Answer) ([]byte, error) {
		r := csvResult(a)
		if r.Because == "" {
			r.Because = row.Note
		}
		return l.AppendRow(dst, row.Cells, &r), nil
	}
}

// csvResult is an answer in the columns of a CSV list: its worst recall, or why
// there is none.
func csvResult(answer *babyshield.Answer) stock.Result {
	r := stock.Result{Status: string(answer.Status), Because: answer.Reason, AsOf: answer.AsOf.Format(time.RFC3339)}
	if len(answer.Matches) == 0 {
		return r
	}
	m := &answer.Matches[0]
	r.Verdict, r.Recall, r.Hazard, r.DoNow = string(m.Verdict), m.Agency+" "+m.Number, m.Hazard, strings.Join(notify.DoNow(m.Verdict, m.Remedies), " ")
	r.Because, r.Missing, r.URL = m.Because, strings.Join(m.Missing, " "), m.URL
	return r
}

package check_test

import (
	"fmt"
	"path/filepath"
	"runtime/debug"
	"slices"
	"strings"
	"testing"
	"time"

	"golang.org/x/sync/errgroup"

	"github.com/babyshield/babyshield"
	"github.com/babyshield/babyshield/internal/babyshieldtest"
	"github.com/babyshield/babyshield/internal/check"
	"github.com/babyshield/babyshield/internal/match"
	"github.com/babyshield/babyshield/internal/store"
)

// BenchmarkRecalls asks about items where there are many recalls: one at a time,
// and a stock list at once, beside a trigram search of the same titles and
// product names in the same database and run.
func BenchmarkRecalls(b *testing.B) {
	g := babyshieldtest.NewGenerator(b, 1)
	n := babyshieldtest.Size(30_000, 300_000)
	urls := map[string]string{
		"sqlite":   "sqlite:" + filepath.Join(b.TempDir(), "bench.db"),
		"postgres": babyshieldtest.Postgres(b),
	}
	start := time.Now()
	babyshieldtest.LoadRecalls(b, g, n, urls["sqlite"], urls["postgres"])
	b.Logf("loaded in %s; made from real recalls: %t", time.Since(start).Round(time.Second), g.Real)
	for _, db := range []string{"sqlite", "postgres"} {
		s := babyshieldtest.Open(b, urls[db], func(o *store.Options) { o.Log = babyshieldtest.Quiet() })
		if err := s.MarkRead(b.Context(), "us-cpsc"); err != nil {
			b.Fatal(err)
		}
		w := &world{g: g, n: n, url: urls[db], store: s}
		b.Run(fmt.Sprintf("item/%s/%d", db, n), w.items)
		b.Run(fmt.Sprintf("screen/%s/%d", db, n), w.screen)
	}
}

// world is a database of n recalls.
type world struct {
	g     *babyshieldtest.Generator
	n     int
	url   string
	store *store.Store
	rival time.Duration // one search of the rival's, median
}

// items asks about one item at a time: new ones, then the same again.
func (w *world) items(b *testing.B) {
	c := check.New(w.store, time.Now)
	const asked = 2000
	w.askAll(b, c, asked, asked/10) // connections and statements, not the items below
	var first, again []time.Duration
	var cpu time.Duration
	for range b.N {
		start := babyshieldtest.CPU()
		first, again = w.askAll(b, c, 0, asked), w.askAll(b, c, 0, asked)
		cpu = babyshieldtest.CPU() - start
	}
	b.ReportMetric(0, "ns/op")
	b.ReportMetric(ms(first[asked/2]), "median-ms")
	b.ReportMetric(ms(first[asked*99/100]), "p99-ms(aim≤5)")
	b.ReportMetric(ms(first[asked-1]), "max-ms")
	b.ReportMetric(ms(again[asked*99/100]), "p99-asked-again-ms")
	b.ReportMetric(ms(cpu/(2*asked)), "mean-cpu-ms") // of this process, not of PostgreSQL
	w.reportCandidates(b, asked)
	w.reportRival(b)
}

func (w *world) askAll(b *testing.B, c *check.Checker, first, n int) (took []time.Duration) {
	b.Helper()
	found := 0
	for i := range n {
		item := w.g.Item(first+i, w.n)
		start := time.Now()
		a, err := c.Item(b.Context(), item, check.Options{})
		took = append(took, time.Since(start))
		if err != nil {
			b.Fatal(err)
		}
		if a.Status == babyshield.StatusAffected || a.Status == babyshield.StatusCheck {
			found++
		}
	}
	if found < n/20 {
		b.Fatalf("%d of %d items met a recall: this measures nothing", found, n)
	}
	slices.Sort(took)
	return took
}

func (w *world) reportCandidates(b *testing.B, n int) {
	b.Helper()
	var counts []int
	for i := range n {
		item := w.g.Item(i, w.n)
		found, _, err := w.store.Candidates(b.Context(), match.PrepareItem(&item).Keys(), false)
		if err != nil {
			b.Fatal(err)
		}
		counts = append(counts, len(found))
	}
	slices.Sort(counts)
	b.ReportMetric(float64(counts[n*99/100]), "candidates-p99")
	b.ReportMetric(float64(counts[n-1]), "candidates-max")
}

func (w *world) reportRival(b *testing.B) {
	b.Helper()
	const asked = 200
	r := newRival(b, w)
	var took []time.Duration
	for i := range asked {
		item := w.g.Item(i, w.n)
		start := time.Now()
		r.search(b, &item)
		took = append(took, time.Since(start))
	}
	var sum time.Duration
	for _, t := range took {
		sum += t
	}
	slices.Sort(took)
	w.rival = sum / asked
	b.ReportMetric(ms(took[asked/2]), "rival-trigram-median-ms")
	b.ReportMetric(ms(took[asked*99/100]), "rival-trigram-p99-ms")
}

// screenPage is how many rows are made between two measurements: making them is
// not measured.
const screenPage = 50_000

// screen answers for a stock list on two cores, as the command does, from the
// loading of the recalls to the last row.
func (w *world) screen(b *testing.B) {
	rows := babyshieldtest.Size(100_000, 1_000_000)
	c := check.New(w.store, time.Now)
	var load, took, cpu time.Duration
	var sum check.Summary
	defer debug.SetGCPercent(debug.SetGCPercent(25)) // as the command does
	babyshieldtest.ResetPeak()
	before := babyshieldtest.PeakMB()
	for range b.N {
		start := time.Now()
		s, err := c.Screener(b.Context(), check.Options{}, nil)
		if err != nil || s.Recalls() != w.n {
			b.Fatalf("%d of %d recalls, %v", s.Recalls(), w.n, err)
		}
		load, took, cpu, sum = time.Since(start), 0, 0, check.Summary{}
		for first := 0; first < rows; first += screenPage {
			wall, busy := w.screenPage(b, s, &sum, first, min(rows, first+screenPage))
			took, cpu = took+wall, cpu+busy
		}
	}
	if sum.Affected+sum.Check < rows/20 {
		b.Fatalf("%+v: this measures nothing", sum)
	}
	b.ReportMetric(0, "ns/op")
	b.ReportMetric(float64(rows)/took.Seconds(), "rows/s(aim≥50000)")
	b.ReportMetric(load.Seconds(), "load-s(aim≤60)")
	b.ReportMetric(float64(cpu.Microseconds())/float64(rows), "cpu-µs/row(aim≤40)") // two cores that do nothing else
	b.ReportMetric(babyshieldtest.PeakMB()-before, "peak-MB(aim≤1024)")             // without the benchmark's own
	if w.rival > 0 {                                                                // measured one after the other, so twice as fast on two cores
		b.ReportMetric(2/w.rival.Seconds(), "rival-trigram-rows/s-extrapolated")
	}
}

func (w *world) screenPage(b *testing.B, s *check.Screener, sum *check.Summary, first, last int) (wall, cpu time.Duration) {
	b.Helper()
	items := make([]babyshield.Item, last-first)
	for i := range items {
		items[i] = w.g.Item(first+i, w.n)
	}
	status := make([]babyshield.Status, len(items))
	start, busy := time.Now(), babyshieldtest.CPU()
	var two errgroup.Group
	for half := range 2 {
		two.Go(func() error {
			for i := half; i < len(items); i += 2 {
				status[i] = s.Answer(items[i], "").Status
			}
			return nil
		})
	}
	if err := two.Wait(); err != nil {
		b.Fatal(err)
	}
	wall, cpu = time.Since(start), babyshieldtest.CPU()-busy
	for _, st := range status {
		sum.Count(st)
	}
	return wall, cpu
}

func ms(d time.Duration) float64 { return float64(d.Microseconds()) / 1000 }

// rivalWords are the words of an item that a search field would be given.
func rivalWords(item *babyshield.Item) []string {
	var out []string
	for _, w := range strings.Fields(item.Brand + " " + item.Name) {
		if w = strings.Trim(strings.ReplaceAll(w, `"`, ""), ",.()&-"); len(w) >= 3 {
			out = append(out, w)
		}
	}
	return out
}

package babyshieldtest

import (
	"cmp"
	"encoding/json"
	"slices"
	"strings"
	"testing"

	"golang.org/x/sync/errgroup"

	"github.com/babyshield/babyshield"
	"github.com/babyshield/babyshield/internal/match"
	"github.com/babyshield/babyshield/internal/store"
)

// loadPage is how many recalls each core makes between two writes.
const loadPage = 2000

// loadedRecall is what the store keeps of a recall for finding and judging it.
// Raw notices, parts and revisions are left out: nothing that is measured reads
// them.
type loadedRecall struct {
	recall         babyshield.Recall
	content, lines string
	prepared       store.Prepared
}

const recallColumns = "id, public_id, agency, number, title, published, severity, revision, digest, content, products, reader, " +
	"event_id, event_why, sample, muted, matched_revision, created_at, revised_at"

func (l *loadedRecall) row(id int64) []any {
	r := &l.recall
	day := cmp.Or(r.Published, r.Updated).First()
	return []any{
		id, r.ID(), r.Agency, r.Number, r.Title, string(day), string(r.Severity), int64(1), r.Digest(), l.content, l.lines, int64(match.Reader),
		id, "", false, true, int64(1), int64(1), int64(1),
	}
}

// LoadRecalls fills empty databases with the generator's first n recalls, read
// and folded by package match. It is told apart from the store's own road by its
// speed alone: TestLoadRecalls compares what the two leave.
func LoadRecalls(tb testing.TB, g *Generator, n int, urls ...string) {
	tb.Helper()
	var all []*Bulk
	for _, url := range urls {
		all = append(all, NewBulk(tb, url))
	}
	var keys []KeyOf
	for first := 0; first < n; first += 2 * loadPage {
		page := makeRecalls(tb, g, first, min(n, first+2*loadPage))
		for i := range page {
			for k := range match.PackedKeys(page[i].prepared.Keys) {
				keys = append(keys, KeyOf{k, int64(first + i + 1)})
			}
		}
		for _, b := range all {
			copyRecalls(b, first, page)
		}
	}
	slices.SortFunc(keys, func(a, b KeyOf) int { return cmp.Or(cmp.Compare(a.Key, b.Key), cmp.Compare(a.ID, b.ID)) })
	for _, b := range all {
		b.CopyKeys("recall_keys", "recall_id", keys)
		b.NextIDs("recalls", n)
		b.NextIDs("events", n)
		b.Close()
	}
	tb.Logf("%d recalls, %.0f keys a recall", n, float64(len(keys))/float64(n))
}

// makeRecalls makes the recalls from first to last on two cores.
func makeRecalls(tb testing.TB, g *Generator, first, last int) []loadedRecall {
	tb.Helper()
	page := make([]loadedRecall, last-first)
	var two errgroup.Group
	for half := range 2 {
		two.Go(func() error {
			for i := half; i < len(page); i += 2 {
				r := g.Recall(first + i)
				products := match.Read(&r)
				content, err := json.Marshal(&r)
				if err != nil {
					return err
				}
				lines, err := json.Marshal(products)
				if err != nil {
					return err
				}
				page[i] = loadedRecall{r, string(content), string(lines), store.Prepare(int64(first+i+1), &r, products)}
			}
			return nil
		})
	}
	if err := two.Wait(); err != nil {
		tb.Fatalf("making recalls: %v", err)
	}
	return page
}

func copyRecalls(b *Bulk, first int, page []loadedRecall) {
	b.tb.Helper()
	id := func(i int) int64 { return int64(first + i + 1) }
	b.Copy("events", "id, public_id, created_at", len(page), func(i int) []any {
		return []any{id(i), babyshield.EventID(page[i].recall.Agency, page[i].recall.Number), int64(1)}
	})
	b.Copy("event_urls", "url, event_id", len(page), func(i int) []any {
		return []any{strings.TrimPrefix(page[i].recall.URL, "https://"), id(i)}
	})
	b.Copy("recalls", recallColumns, len(page), func(i int) []any { return page[i].row(id(i)) })
	b.Copy("recall_prepared", "recall_id, reader, sample, keys, lines, shown", len(page), func(i int) []any {
		p := &page[i].prepared
		return []any{id(i), int64(match.Reader), false, []byte(p.Keys), []byte(p.Lines), []byte(p.Shown)}
	})
}

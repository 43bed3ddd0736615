package store_test

import (
	"cmp"
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/babyshield/babyshield"
	"github.com/babyshield/babyshield/internal/babyshieldtest"
	"github.com/babyshield/babyshield/internal/match"
	"github.com/babyshield/babyshield/internal/store"
)

// owners is how many households own each newly recalled product, newRecalls how
// many of them there are.
const (
	owners     = 100
	newRecalls = 200
)

// BenchmarkNewRecall finds the owners of one new recall among many items, beside
// the rival in the same table and run: the predecessor's scan (brand contains the
// first word of the title, or name contains the title). Saving the matches,
// alerts and their jobs is measured apart, since the scan does nothing like it.
func BenchmarkNewRecall(b *testing.B) {
	small := babyshieldtest.Size(100_000, 1_000_000)
	for _, db := range []string{"sqlite", "postgres"} {
		var before time.Duration
		for _, n := range []int{small, 10 * small} {
			b.Run(fmt.Sprintf("%s/%d", db, n), func(b *testing.B) {
				url := "sqlite:" + filepath.Join(b.TempDir(), "bench.db")
				if db == "postgres" {
					url = babyshieldtest.Postgres(b)
				}
				before = newRecall(b, url, n, before)
			})
		}
	}
}

func newRecall(b *testing.B, url string, n int, before time.Duration) time.Duration {
	start := time.Now()
	loadItems(b, url, n)
	b.Logf("loaded in %s", time.Since(start).Round(time.Second))
	s := babyshieldtest.Open(b, url, func(o *store.Options) { o.Log = babyshieldtest.Quiet() })
	db := openBench(b, url)
	babyshieldtest.ResetPeak()
	var find, save, scan []time.Duration
	for range b.N {
		find, save, scan = nil, nil, nil
		for i := range newRecalls {
			r := benchRecall(i)
			babyshieldtest.Save(b, s, true, r)
			var id int64
			if err := db.QueryRowContext(b.Context(), "SELECT id FROM recalls WHERE public_id = $1", r.ID()).Scan(&id); err != nil {
				b.Fatal(err)
			}
			find = append(find, timed(b, func() (int, error) { return store.FindOwners(b.Context(), s, id) }))
			if i < newRecalls/10 {
				save = append(save, timed(b, func() (int, error) {
					err := s.MatchRecalls(b.Context(), babyshield.MatchRecallsArgs{Recalls: []int64{id}}, time.Now().Add(time.Hour))
					return owners, err
				}))
			}
			if i < 5 {
				scan = append(scan, timed(b, func() (int, error) { return likeScan(b.Context(), db, r) }))
			}
		}
	}
	b.ReportMetric(0, "ns/op") // the metrics below say more
	b.ReportMetric(ms(median(find)), "find-ms")
	b.ReportMetric(ms(find[len(find)*99/100]), "find-p99-ms")
	b.ReportMetric(ms(median(save)), "find+save-ms")
	b.ReportMetric(ms(median(scan)), "rival-scan-ms")
	b.ReportMetric(float64(median(scan))/float64(median(find)), "times-faster-than-scan(aim≥100)")
	if before > 0 {
		b.ReportMetric(float64(median(find))/float64(before), "times-slower-at-10×items(aim≤2)")
	}
	b.ReportMetric(babyshieldtest.PeakMB(), "peak-MB")
	return median(find)
}

func timed(b *testing.B, f func() (int, error)) time.Duration {
	b.Helper()
	start := time.Now()
	n, err := f()
	if err != nil || n < owners {
		b.Fatalf("found %d of %d owners, %v", n, owners, err)
	}
	return time.Since(start)
}

func median(d []time.Duration) time.Duration {
	slices.Sort(d)
	return d[len(d)/2]
}

func ms(d time.Duration) float64 { return float64(d.Microseconds()) / 1000 }

// likeScan is the predecessor's alert rule (PREDECESSOR.md, rules 4.3).
func likeScan(ctx context.Context, db *sql.DB, r babyshield.Recall) (int, error) {
	first, _, _ := strings.Cut(r.Title, " ")
	rows, err := db.QueryContext(ctx, "SELECT id FROM items WHERE lower(brand) LIKE $1 OR lower(name) LIKE $2",
		"%"+strings.ToLower(first)+"%", "%"+strings.ToLower(r.Title)+"%")
	if err != nil {
		return 0, err
	}
	defer rows.Close()
	n := 0
	for rows.Next() {
		n++
	}
	return n, rows.Err()
}

var (
	kinds     = []string{"stroller", "crib", "high chair", "space heater", "air fryer", "dresser", "bunk bed", "bike helmet", "power bank", "blender", "play yard", "bath seat", "ladder", "pressure cooker", "toy truck", "night light"}
	lines     = []string{"Comfort", "Urban", "Delta", "Prime", "Nova", "Ridge", "Harbor", "Meadow", "Summit", "Pixel", "Orbit", "Canyon"}
	syllables = []string{"ka", "lo", "mi", "zen", "tor", "vel", "bri", "non", "ara", "dex", "pul", "sha", "gor", "ith", "quo", "fen"}
)

func word(i int) string {
	return strings.ToUpper(syllables[i%16][:1]) + syllables[i%16][1:] + syllables[i/16%16] + syllables[i/256%16]
}

// benchItem is the i-th of n things that somebody owns: 4,096 brands, as unevenly
// spread as in life, and the owners of each recalled product among the others.
func benchItem(i, n int) babyshield.Item {
	if step := n / (owners * newRecalls); i%step == 0 && i/step < owners*newRecalls {
		r := benchRecall(i / step % newRecalls)
		p := r.Products[0]
		return babyshield.Item{Brand: p.Brand, Name: strings.ToLower(p.Name), Model: p.Model}
	}
	rng := rand.New(rand.NewPCG(uint64(n), uint64(i)))
	brand := word(int(float64(4096) * rng.Float64() * rng.Float64()))
	it := babyshield.Item{Brand: brand, Name: lines[rng.IntN(len(lines))] + " " + kinds[rng.IntN(len(kinds))]}
	if i%3 > 0 {
		it.Model = fmt.Sprintf("%c%c-%d", 'A'+rng.IntN(26), 'A'+rng.IntN(26), 100+rng.IntN(9000))
	}
	return it
}

// benchRecall is a recall of a brand and a line of its own.
func benchRecall(i int) babyshield.Recall {
	return babyshieldtest.Recall(fmt.Sprintf("31%03d", i), word(4096-1-i)+"ex", word(i)+"ine "+kinds[i%len(kinds)], fmt.Sprintf("GX-%d", 7000+i))
}

func openBench(b *testing.B, url string) *sql.DB {
	b.Helper()
	driver, source := "pgx", url
	if path, ok := store.SQLitePath(url); ok {
		driver, source = "sqlite", "file:"+path+"?_pragma=busy_timeout(10000)"
	}
	db, err := sql.Open(driver, source)
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { db.Close() })
	return db
}

const itemColumns = "id, public_id, household_id, ref, name, brand, content, state, revision, created_at, identified_at"

// loadItems fills the tables past the store's methods: the load is not what is
// measured.
func loadItems(b *testing.B, url string, n int) {
	b.Helper()
	const households = 10_000
	bulk := babyshieldtest.NewBulk(b, url)
	bulk.Copy("households", "id, public_id, name, name_key, countries, timezone, created_at", households, func(i int) []any {
		return []any{int64(i + 1), fmt.Sprintf("hsh_%d", i), fmt.Sprintf("H%d", i), fmt.Sprintf("h%d", i), "", "UTC", int64(1)}
	})
	bulk.Copy("items", itemColumns, n, func(i int) []any {
		it := benchItem(i, n)
		content, err := json.Marshal(it)
		if err != nil {
			b.Fatal(err)
		}
		return []any{int64(i + 1), fmt.Sprintf("itm_%d", i), int64(i%households + 1), "", it.Name, it.Brand, string(content), "in_use", int64(1), int64(1), int64(1)}
	})
	keys := itemKeys(n)
	bulk.CopyKeys("item_keys", "item_id", keys)
	bulk.NextIDs("households", households)
	bulk.NextIDs("items", n)
	bulk.Close()
	b.Logf("%d items, %.1f keys an item", n, float64(len(keys))/float64(n))
}

// itemKeys are all keys of the items, sorted, made on two cores: keys below zero
// are sorted on one and the others on the other.
func itemKeys(n int) []babyshieldtest.KeyOf {
	var made [2][2][]babyshieldtest.KeyOf // by core, by sign
	eachCore(func(core int) {
		for i := core; i < n; i += 2 {
			it := benchItem(i, n)
			for _, k := range match.PrepareItem(&it).Keys() {
				sign := int(uint64(k)>>63) ^ 1
				made[core][sign] = append(made[core][sign], babyshieldtest.KeyOf{Key: k, ID: int64(i + 1)})
			}
		}
	})
	var keys [2][]babyshieldtest.KeyOf
	eachCore(func(sign int) {
		keys[sign] = slices.Concat(made[0][sign], made[1][sign])
		made[0][sign], made[1][sign] = nil, nil
		slices.SortFunc(keys[sign], func(a, b babyshieldtest.KeyOf) int {
			return cmp.Or(cmp.Compare(a.Key, b.Key), cmp.Compare(a.ID, b.ID))
		})
	})
	return slices.Concat(keys[0], keys[1])
}

func eachCore(fn func(core int)) {
	var two sync.WaitGroup
	for core := range 2 {
		two.Go(func() { fn(core) })
	}
	two.Wait()
}

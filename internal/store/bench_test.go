package store_test

import (
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/babyshield/babyshield"
	"github.com/babyshield/babyshield/internal/babyshieldtest"
	"github.com/babyshield/babyshield/internal/match"
	"github.com/babyshield/babyshield/internal/store"
)

// owners is how many households own the newly recalled product.
const owners = 100

// BenchmarkNewRecall finds the owners of one new recall among many items, beside
// the rival in the same table and run: the predecessor's scan (brand contains the
// first word of the title, or name contains the title). Saving the matches,
// alerts and their jobs is measured apart, since the scan does nothing like it.
func BenchmarkNewRecall(b *testing.B) {
	for _, db := range []string{"sqlite", "postgres"} {
		var before time.Duration
		for _, n := range []int{100_000, 1_000_000} {
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
	s := babyshieldtest.Open(b, url, func(o *store.Options) { o.Log = babyshieldtest.Quiet() })
	db := openBench(b, url)
	loadItems(b, url, db, n)
	babyshieldtest.ResetPeak()
	const recalls = 20
	var find, save, scan []time.Duration
	for range b.N {
		find, save, scan = nil, nil, nil
		for i := range recalls {
			r := benchRecall(i)
			babyshieldtest.Save(b, s, true, r)
			var id int64
			if err := db.QueryRowContext(b.Context(), "SELECT id FROM recalls WHERE public_id = $1", r.ID()).Scan(&id); err != nil {
				b.Fatal(err)
			}
			find = append(find, timed(b, func() (int, error) { return store.FindOwners(b.Context(), s, id) }))
			save = append(save, timed(b, func() (int, error) {
				err := s.MatchRecalls(b.Context(), babyshield.MatchRecallsArgs{Recalls: []int64{id}}, time.Now().Add(time.Hour))
				return owners, err
			}))
			if i < 5 {
				scan = append(scan, timed(b, func() (int, error) { return likeScan(b.Context(), db, r) }))
			}
		}
	}
	b.ReportMetric(0, "ns/op") // the metrics below say more
	b.ReportMetric(ms(median(find)), "find-ms")
	b.ReportMetric(ms(find[len(find)-1]), "find-max-ms")
	b.ReportMetric(ms(median(save)), "find+save-ms")
	b.ReportMetric(ms(median(scan)), "rival-scan-ms")
	b.ReportMetric(float64(median(scan))/float64(median(find)), "times-faster-than-scan(aim≥50)")
	if before > 0 {
		b.ReportMetric(float64(median(find))/float64(before), "times-slower-at-10×items(aim≤3)")
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

// benchItem is the i-th thing somebody owns: 4,096 brands, as unevenly spread as
// in life.
func benchItem(rng *rand.Rand, i int) babyshield.Item {
	brand := word(int(float64(4096) * rng.Float64() * rng.Float64()))
	it := babyshield.Item{Brand: brand, Name: lines[rng.IntN(len(lines))] + " " + kinds[rng.IntN(len(kinds))]}
	if i%3 > 0 {
		it.Model = fmt.Sprintf("%c%c-%d", 'A'+rng.IntN(26), 'A'+rng.IntN(26), 100+rng.IntN(9000))
	}
	return it
}

func benchRecall(i int) babyshield.Recall {
	return babyshieldtest.Recall(fmt.Sprintf("31%03d", i), word(4096-1-i)+"ex", "Glide "+kinds[i%len(kinds)], fmt.Sprintf("GX-%d", 7000+i))
}

func openBench(b *testing.B, url string) *sql.DB {
	b.Helper()
	driver, source := "pgx", url
	if path, ok := store.SQLitePath(url); ok {
		driver, source = "sqlite", "file:"+path+"?_pragma=busy_timeout(10000)&_pragma=synchronous(OFF)&_pragma=cache_size(-500000)"
	}
	db, err := sql.Open(driver, source)
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { db.Close() })
	return db
}

type benchRow struct {
	item babyshield.Item
	keys []int64
}

// loadItems fills the tables past the business methods: the load is not what is
// measured. Owners of each recalled product are spread among the others.
func loadItems(b *testing.B, url string, db *sql.DB, n int) {
	b.Helper()
	rng := rand.New(rand.NewPCG(7, uint64(n)))
	rows := make([]benchRow, n)
	for i := range rows {
		rows[i].item = benchItem(rng, i)
	}
	for r := range 20 {
		rec := benchRecall(r)
		for k := range owners {
			p := rec.Products[0]
			rows[(k*20+r)*(n/(owners*20))].item = babyshield.Item{Brand: p.Brand, Name: strings.ToLower(p.Name), Model: p.Model}
		}
	}
	for i := range rows {
		rows[i].keys = match.PrepareItem(&rows[i].item).Keys()
	}
	if strings.HasPrefix(url, "postgres") {
		copyItems(b, url, rows)
		return
	}
	insertItems(b, db, rows)
}

const itemColumns = "id, public_id, household_id, ref, name, brand, content, state, revision, created_at, identified_at"

func itemValues(i int, it babyshield.Item) []any {
	content, err := json.Marshal(it)
	if err != nil {
		panic(err)
	}
	return []any{int64(i + 1), fmt.Sprintf("itm_%d", i), int64(i%10_000 + 1), "", it.Name, it.Brand, string(content), "in_use", int64(1), int64(1), int64(1)}
}

func householdValues(i int) []any {
	return []any{int64(i + 1), fmt.Sprintf("hsh_%d", i), fmt.Sprintf("H%d", i), fmt.Sprintf("h%d", i), "", "UTC", int64(1)}
}

const householdColumns = "id, public_id, name, name_key, countries, timezone, created_at"

func insertItems(b *testing.B, db *sql.DB, rows []benchRow) {
	b.Helper()
	tx, err := db.BeginTx(b.Context(), nil)
	if err != nil {
		b.Fatal(err)
	}
	exec := func(table, columns string, values func(i int) []any, n int) {
		marks := strings.TrimSuffix(strings.Repeat("?,", strings.Count(columns, ",")+1), ",")
		st, err := tx.PrepareContext(b.Context(), "INSERT INTO "+table+" ("+columns+") VALUES ("+marks+")")
		if err != nil {
			b.Fatal(err)
		}
		defer func() { _ = st.Close() }() // the transaction ends it anyway
		for i := range n {
			if _, err := st.ExecContext(b.Context(), values(i)...); err != nil {
				b.Fatal(err)
			}
		}
	}
	exec("households", householdColumns, householdValues, 10_000)
	exec("items", itemColumns, func(i int) []any { return itemValues(i, rows[i].item) }, len(rows))
	keys := sortedKeys(rows)
	exec("item_keys", "key, item_id", func(i int) []any { return []any{keys[i][0], keys[i][1]} }, len(keys))
	if err := tx.Commit(); err != nil {
		b.Fatal(err)
	}
	b.Logf("%d items, %.1f keys an item", len(rows), float64(len(keys))/float64(len(rows)))
}

// sortedKeys are all (key, item) pairs in key order, in which both databases load
// them fastest.
func sortedKeys(rows []benchRow) [][2]int64 {
	var keys [][2]int64
	for i, r := range rows {
		for _, k := range r.keys {
			keys = append(keys, [2]int64{k, int64(i + 1)})
		}
	}
	slices.SortFunc(keys, func(a, b [2]int64) int { return slices.Compare(a[:], b[:]) })
	return keys
}

func copyItems(b *testing.B, url string, rows []benchRow) {
	b.Helper()
	conn, err := pgx.Connect(b.Context(), url)
	if err != nil {
		b.Fatal(err)
	}
	defer conn.Close(context.Background())
	load := func(table, columns string, n int, values func(i int) []any) {
		i := -1
		src := pgx.CopyFromFunc(func() ([]any, error) {
			if i++; i >= n {
				return nil, nil
			}
			return values(i), nil
		})
		if _, err := conn.CopyFrom(b.Context(), pgx.Identifier{table}, strings.Split(strings.ReplaceAll(columns, " ", ""), ","), src); err != nil {
			b.Fatal(err)
		}
	}
	load("households", householdColumns, 10_000, householdValues)
	load("items", itemColumns, len(rows), func(i int) []any { return itemValues(i, rows[i].item) })
	keys := sortedKeys(rows)
	load("item_keys", "key, item_id", len(keys), func(i int) []any { return []any{keys[i][0], keys[i][1]} })
	if _, err := conn.Exec(b.Context(), "ANALYZE"); err != nil {
		b.Fatal(err)
	}
}

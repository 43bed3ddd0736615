package match_test

import (
	"compress/gzip"
	"encoding/json"
	"io"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/babyshield/babyshield"
	"github.com/babyshield/babyshield/internal/babyshieldtest"
	"github.com/babyshield/babyshield/internal/match"
)

func shareKey(a, b []int64) bool {
	return slices.ContainsFunc(a, func(k int64) bool { _, ok := slices.BinarySearch(b, k); return ok })
}

func checkKeys(tb interface{ Errorf(string, ...any) }, what string, keys []int64, limit int) {
	if !slices.IsSorted(keys) || len(slices.Compact(slices.Clone(keys))) != len(keys) {
		tb.Errorf("the keys of %s are not sorted and unique", what)
	}
	if len(keys) > limit {
		tb.Errorf("%s has %d keys, want at most %d", what, len(keys), limit)
	}
}

// itemKeys is how many keys an item has at most (maxItemKeys).
const itemKeys = 48

// word draws from few words, so that what is drawn meets often.
func word() *rapid.Generator[string] {
	return rapid.SampledFrom(strings.Fields(`Mullo Quindle Fisher-Price baby gate gates swing white QW-K03 QW-K04 550 model lot L1234567
		serial numbers 100000 to 200000 UPC 036000291452 manufactured in May 2021 sold from June 2020 through 2022 , . & " ( ) children's for with`))
}

func sentence() *rapid.Generator[string] {
	return rapid.Custom(func(t *rapid.T) string {
		return strings.Join(rapid.SliceOfN(word(), 0, 14).Draw(t, "words"), " ")
	})
}

func drawRecall(t *rapid.T) *babyshield.Recall {
	s := sentence()
	r := &babyshield.Recall{Title: s.Draw(t, "title"), Details: s.Draw(t, "details"), SoldAt: s.Draw(t, "sold at"), Published: "2022-01-01"}
	for range rapid.IntRange(0, 2).Draw(t, "products") {
		r.Products = append(r.Products, babyshield.ProductEntry{Name: s.Draw(t, "name"), Brand: word().Draw(t, "brand"), Model: word().Draw(t, "model"), Codes: s.Draw(t, "codes")})
	}
	return r
}

func drawItem(t *rapid.T) *babyshield.Item {
	s, w := sentence(), word()
	return &babyshield.Item{
		Name: s.Draw(t, "name"), Brand: w.Draw(t, "brand"), Model: w.Draw(t, "model"), GTIN: w.Draw(t, "gtin"),
		Lot: w.Draw(t, "lot"), Serial: w.Draw(t, "serial"), Made: w.Draw(t, "made"), Bought: w.Draw(t, "bought"), Seller: w.Draw(t, "seller"),
	}
}

// The law of the package: a verdict implies a shared key.
func TestLaw(t *testing.T) {
	met := 0
	rapid.Check(t, func(t *rapid.T) {
		r, i := prepare(drawRecall(t)), match.PrepareItem(drawItem(t))
		checkKeys(t, "the recall", r.Keys(), 4000)
		checkKeys(t, "the item", i.Keys(), itemKeys)
		j := match.Compare(r, i)
		if j.Verdict != "" {
			met++
			if !shareKey(i.Keys(), r.Keys()) {
				t.Fatalf("%q without a shared key: %+v", j.Verdict, j)
			}
		}
		if d := cmp.Diff(j, match.Compare(r, i)); d != "" {
			t.Fatalf("a second comparison differs:\n%s", d)
		}
	})
	if met == 0 {
		t.Error("no pair met: the property was not tested")
	}
}

// What is stored and read back is what was read: Prepare needs no more than the
// JSON of the products.
func TestStoredProducts(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		r := drawRecall(t)
		products := match.Read(r)
		b, err := json.Marshal(products)
		if err != nil {
			t.Fatal(err)
		}
		var stored []babyshield.RecalledProduct
		if err := json.Unmarshal(b, &stored); err != nil {
			t.Fatal(err)
		}
		i := match.PrepareItem(drawItem(t))
		if d := cmp.Diff(match.Compare(match.Prepare(r, products), i), match.Compare(match.Prepare(r, stored), i)); d != "" {
			t.Fatalf("judgement from stored products (-fresh +stored):\n%s", d)
		}
	})
}

// loopEvery thins the nested loop: a quarter of the items is half a million pairs.
const loopEvery = 4

// Over real notices and items: the nested loop and the index of keys find the
// same pairs, keys are few, and candidates are few.
func TestLawOnRealData(t *testing.T) {
	var recalls []prepared
	for _, r := range append(loadRecalls(t), foodRecalls(t)...) {
		recalls = append(recalls, prepared{r.Number, prepare(r)})
	}
	index := map[int64][]int{}
	keys, most := 0, 0
	for n, r := range recalls {
		k := r.Keys()
		keys += len(k)
		most = max(most, len(k))
		for _, key := range k {
			index[key] = append(index[key], n)
		}
	}
	var items []*match.Item
	allKeys := 0
	for _, file := range []string{"owner-items.jsonl", "report-items.jsonl"} {
		for _, l := range loadLabels(t, file) {
			i := match.PrepareItem(&l.Item)
			checkKeys(t, "item "+l.ID, i.Keys(), itemKeys)
			allKeys += len(i.Keys())
			items = append(items, i)
		}
	}
	pairs, met := 0, 0
	var took time.Duration
	for n, i := range items {
		var got, want []int
		for _, c := range candidates(index, i) {
			pairs++
			if match.Compare(recalls[c].Recall, i).Verdict != "" {
				got = append(got, c)
			}
		}
		if n%loopEvery != 0 {
			continue
		}
		start := time.Now()
		for c := range recalls {
			if j := match.Compare(recalls[c].Recall, i); j.Verdict != "" {
				want = append(want, c)
				checkSentence(t, j)
			}
		}
		took += time.Since(start)
		met += len(want)
		if d := cmp.Diff(want, got); d != "" {
			t.Fatalf("item %d: by nested loop and by keys differ (-loop +keys):\n%s", n, d)
		}
	}
	loops := (len(items) + loopEvery - 1) / loopEvery * len(recalls)
	t.Logf("%d recalls with %.0f keys each (most %d), %d items with %.1f; candidates %d of %d pairs (%.3f%%), met %d; %s a pair of the nested loop",
		len(recalls), float64(keys)/float64(len(recalls)), most, len(items), float64(allKeys)/float64(len(items)),
		pairs, len(items)*len(recalls), 100*float64(pairs)/float64(len(items)*len(recalls)), met, took/time.Duration(loops))
}

// foodRecalls reads the recorded enforcement reports, one recall an event.
func foodRecalls(tb testing.TB) []*babyshield.Recall {
	tb.Helper()
	f, err := os.Open(babyshieldtest.Shared(tb, "feeds", "us-fda-food", "food-enforcement-2013..2026-1058-records.json.gz"))
	if err != nil {
		tb.Fatal(err)
	}
	defer f.Close()
	z, err := gzip.NewReader(f)
	if err != nil {
		tb.Fatal(err)
	}
	b, err := io.ReadAll(z)
	if err != nil {
		tb.Fatal(err)
	}
	var list struct {
		Results []struct {
			Event string `json:"event_id"`
			Firm  string `json:"recalling_firm"`
			Name  string `json:"product_description"`
			Codes string `json:"code_info"`
			Key   string `json:"recall_number"`
			Why   string `json:"reason_for_recall"`
		}
	}
	if err := json.Unmarshal(b, &list); err != nil {
		tb.Fatal(err)
	}
	events := map[string]*babyshield.Recall{}
	var out []*babyshield.Recall
	for _, l := range list.Results {
		r := events[l.Event]
		if r == nil {
			r = &babyshield.Recall{Agency: "us-fda-food", Number: l.Event, Details: l.Why, Firms: []babyshield.Firm{{Role: "recalling_firm", Name: l.Firm}}}
			events[l.Event] = r
			out = append(out, r)
		}
		r.Products = append(r.Products, babyshield.ProductEntry{Name: l.Name, Codes: l.Codes, Key: l.Key})
	}
	return out
}

package match_test

import (
	"strings"
	"testing"
	"time"

	"github.com/babyshield/babyshield"
	"github.com/babyshield/babyshield/internal/match"
)

// hostile are texts that cost a careless matcher a square of their length.
var hostile = map[string]string{
	"one word repeated":  strings.Repeat("gate ", 2_000),
	"one name repeated":  strings.Repeat("Quindle ", 1_250),
	"long word":          strings.Repeat("Q", 10_000),
	"codes":              strings.Repeat("QW-K03 ", 1_400),
	"digits":             strings.Repeat("036000291452 ", 770),
	"single digits":      strings.Repeat("1 ", 5_000),
	"punctuation":        strings.Repeat(`"(,;:-&#.`, 1_100),
	"quotes":             strings.Repeat(`"a" is printed `, 660),
	"open brackets":      "model " + strings.Repeat("(", 9_990),
	"announcements":      strings.Repeat("model number ", 770),
	"serial announced":   "serial numbers " + strings.Repeat("A1000 to ", 1_100),
	"dates":              strings.Repeat("between May 2021 and ", 470),
	"made":               strings.Repeat("manufactured ", 770),
	"sold":               strings.Repeat("sold from ", 1_000),
	"brand":              strings.Repeat("Quindle-brand ", 710),
	"recalls":            strings.Repeat("Recalls ", 1_250),
	"directions":         strings.Repeat("\u202egate\u202c ", 900),
	"combining":          "g" + strings.Repeat("\u0301", 5_000),
	"apostrophes":        "a" + strings.Repeat("'", 9_999),
	"no Latin":           strings.Repeat("婴儿车 ", 1_000),
	"no UTF-8":           strings.Repeat("\xff\xfe", 5_000),
	"capitals and signs": strings.Repeat("A & ", 2_500),
}

func everywhere(s string) (*babyshield.Recall, *babyshield.Item) {
	r := &babyshield.Recall{
		Title: s, Details: s, SoldAt: s, Published: "2024-01-01", Firms: []babyshield.Firm{{Role: "importer", Name: s}},
		Products: []babyshield.ProductEntry{{Name: s, Brand: s, Model: s, Category: s, Codes: s, UPCs: []string{s}}},
	}
	i := &babyshield.Item{}
	for _, k := range babyshield.ItemKeys {
		*i.Field(k) = s
	}
	return r, i
}

// TestHostile bounds the cost of text that was made to be costly. The bound is
// far above what is measured (some milliseconds) and far below a square.
func TestHostile(t *testing.T) {
	for name, s := range hostile {
		t.Run(name, func(t *testing.T) {
			start := time.Now()
			r, i := everywhere(s)
			p, it := prepare(r), match.PrepareItem(i)
			j := match.Compare(p, it)
			checkSentence(t, j)
			if took := time.Since(start); took > 2*time.Second {
				t.Errorf("took %s", took)
			} else {
				t.Logf("took %s, %d and %d keys", took.Round(time.Microsecond), len(p.Keys()), len(it.Keys()))
			}
		})
	}
}

func seeds(f *testing.F) {
	for _, s := range hostile {
		f.Add(s[:min(len(s), 200)])
	}
	for _, r := range []*babyshield.Recall{warmer, gate, trimmer, chair, swing} {
		f.Add(r.Title)
		f.Add(r.Details)
		f.Add(r.SoldAt)
	}
}

func FuzzRead(f *testing.F) {
	seeds(f)
	f.Fuzz(func(t *testing.T, s string) {
		r, _ := everywhere(s)
		products := match.Read(r)
		if len(products) != 1 {
			t.Fatalf("got %d products of one entry", len(products))
		}
		for _, g := range products[0].GTINs {
			if n, err := babyshield.NormalizeGTIN(g); err != nil || n != g {
				t.Fatalf("%q is no normal GTIN: %v", g, err)
			}
		}
		for _, p := range []babyshield.Day{products[0].Made.From, products[0].Made.To, products[0].Sold.From, products[0].Sold.To} {
			if _, err := babyshield.ParseDay(string(p)); err != nil {
				t.Fatalf("reading %q: %v", s, err)
			}
		}
	})
}

func FuzzPrepareItem(f *testing.F) {
	seeds(f)
	f.Fuzz(func(t *testing.T, s string) {
		_, i := everywhere(s)
		checkKeys(t, "the item", match.PrepareItem(i).Keys(), itemKeys)
		match.NormalizeDate(s)
	})
}

func FuzzCompare(f *testing.F) {
	for _, s := range hostile {
		f.Add(s[:min(len(s), 200)], "Quindle bottle warmer")
	}
	f.Add(warmer.Details, "Quindle bottle warmer QW-K03")
	f.Fuzz(func(t *testing.T, notice, name string) {
		r, _ := everywhere(notice)
		_, i := everywhere(name)
		p, it := prepare(r), match.PrepareItem(i)
		j := match.Compare(p, it)
		if j.Verdict != "" && !shareKey(it.Keys(), p.Keys()) {
			t.Fatalf("%q without a shared key", j.Verdict)
		}
		if len(j.Missing) > 2 || j.Verdict != "" && j.Because == "" {
			t.Fatalf("judgement %+v", j)
		}
	})
}

func BenchmarkCompare(b *testing.B) {
	r := prepare(trimmer)
	for name, item := range map[string]*babyshield.Item{
		"match":     {Brand: "Zundle", Name: "cordless hedge trimmer", Model: "ZT6001", Serial: "LT21310D120045", Bought: "2022-05"},
		"candidate": {Brand: "Zundle", Name: "hedge shear, two hands", Model: "ZS100"},
		"stranger":  {Brand: "Mullo", Name: "baby gate", Bought: "2022-05"},
	} {
		i := match.PrepareItem(item)
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				match.Compare(r, i)
			}
		})
	}
}

func BenchmarkPrepareItem(b *testing.B) {
	i := &babyshield.Item{Brand: "Zundle", Name: "40V cordless hedge trimmer 24 inch, green, works great", Model: "ZT6001", Serial: "LT21310D120045", Bought: "2022-05", Seller: "Bramble Market"}
	for b.Loop() {
		match.PrepareItem(i)
	}
}

func BenchmarkRead(b *testing.B) {
	for b.Loop() {
		prepare(trimmer)
	}
}

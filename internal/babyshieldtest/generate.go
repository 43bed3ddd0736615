package babyshieldtest

import (
	"errors"
	"fmt"
	"io/fs"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"unicode"

	"github.com/babyshield/babyshield"
	"github.com/babyshield/babyshield/internal/agency"
	"github.com/babyshield/babyshield/internal/match"
)

// sharedBrands is how many copies of the real recalls share the changed brands: a
// brand has so many times the recalls that it has among the real ones.
const sharedBrands = 8

// Generator makes any number of recalls and items for benchmarks, the same for
// the same seed. Recalls are copies of real ones (of the folder Shared, or of a
// few invented ones where that is missing) in which the names of brands, lines
// and firms are other pronounceable words and models, lots, serial numbers,
// barcodes and dates are other numbers, the same throughout one recall. Those
// whose brand cannot be changed ("509", "14-cubic-foot") are left out.
type Generator struct {
	seed      uint64
	templates []template
	Real      bool // made from real recalls
}

// template is a recall cut into pieces.
type template struct {
	recall babyshield.Recall
	texts  []text // in the order of eachText
	brands []text // all of all lines
	lines  []lineTemplate
	widths widths
}

// lineTemplate is what an owner knows of a product of the recall.
type lineTemplate struct{ brand, name, model, gtin text }

// NewGenerator reads the originals.
func NewGenerator(tb testing.TB, seed uint64) *Generator {
	tb.Helper()
	base, isReal := originals(tb)
	names := namesIn(base)
	g := &Generator{seed: seed, Real: isReal}
	for i := range base {
		if t := newTemplate(base[i], names); t.branded() {
			g.templates = append(g.templates, t)
		}
	}
	return g
}

// originals are the real recalls, or invented ones and false.
func originals(tb testing.TB) ([]babyshield.Recall, bool) {
	tb.Helper()
	if root, err := moduleRoot(); err == nil && os.Getenv("BABYSHIELD_SHARED") == "" {
		if _, err := os.Stat(filepath.Join(filepath.Dir(root), "shared")); errors.Is(err, fs.ErrNotExist) {
			return invented(), false
		}
	}
	f, err := os.Open(Shared(tb, "eval", "recalls-us-cpsc.json.gz"))
	if err != nil {
		tb.Fatal(err)
	}
	defer f.Close()
	cpsc, _ := agency.Get("us-cpsc")
	sink := &parsing{parse: cpsc.Parse}
	if err := cpsc.Split(f.Name(), f, sink); err != nil {
		tb.Fatalf("reading the real recalls: %v", err)
	}
	return sink.recalls, true
}

// parsing is a sink that keeps the recalls.
type parsing struct {
	parse   func(babyshield.Notice) (babyshield.Recall, error)
	recalls []babyshield.Recall
}

func (p *parsing) Notice(n babyshield.Notice) error {
	r, err := p.parse(n)
	if err != nil {
		return err
	}
	r.Form, r.Part = 0, ""
	p.recalls = append(p.recalls, r)
	return nil
}

func (p *parsing) SetAside(s babyshield.SetAside) error { return errors.New(s.Reason) }

func invented() []babyshield.Recall {
	kinds := []string{"Stroller", "Crib", "Space Heater", "Air Fryer", "Dresser", "Bunk Bed", "Bike Helmet", "Power Bank", "Play Yard", "Pressure Cooker", "Toy Truck", "Night Light"}
	brands := []string{"Lumora", "Quindex", "Bramble", "Borealis", "Kestrel", "Marlo", "Tindera", "Ovaro"}
	var out []babyshield.Recall
	for i := range 384 {
		r := Recall(fmt.Sprintf("30%03d", i), brands[i%8], fmt.Sprintf("Glide %s", kinds[i%12]), fmt.Sprintf("GX-%d", 7000+i))
		r.Details += fmt.Sprintf(" The %s were sold in black and white. UPC 0 36000 29145 2 and lot L%d are printed on a label on the bottom, which was made in May 2021.", strings.ToLower(kinds[i%12]), 100000+i)
		out = append(out, r)
	}
	return out
}

// eachText calls fn with every text of a recall that may hold a name or a number.
func eachText(r *babyshield.Recall, fn func(*string)) {
	for _, s := range []*string{&r.Title, &r.Details, &r.SoldAt, &r.Contact, &r.Injuries} {
		fn(s)
	}
	for i := range r.Hazards {
		fn(&r.Hazards[i].Text)
	}
	for i := range r.Remedies {
		fn(&r.Remedies[i].Text)
	}
	for i := range r.Firms {
		fn(&r.Firms[i].Name)
	}
	for i := range r.Products {
		p := &r.Products[i]
		for _, s := range []*string{&p.Name, &p.Brand, &p.Model, &p.Codes} {
			fn(s)
		}
		for j := range p.UPCs {
			fn(&p.UPCs[j])
		}
	}
	for i := range r.Images {
		fn(&r.Images[i].Caption)
	}
}

// clone copies what eachText reaches.
func clone(r babyshield.Recall) babyshield.Recall {
	r.Hazards, r.Remedies, r.Firms = slices.Clone(r.Hazards), slices.Clone(r.Remedies), slices.Clone(r.Firms)
	r.Products, r.Images = slices.Clone(r.Products), slices.Clone(r.Images)
	for i := range r.Products {
		r.Products[i].UPCs = slices.Clone(r.Products[i].UPCs)
	}
	return r
}

func wordsOf(s string) []string {
	return strings.FieldsFunc(s, func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) })
}

// kept are words that stand in many names and are none.
var kept = map[string]bool{}

func init() {
	for _, w := range strings.Fields(`the and of for by with inc llc ltd co corp corporation company usa us america american china taiwan
		trading international brands products sold toys exclusively or on at in at to is as it
		january february march april may june july august september october november december recall recalls recalled due to hazard`) {
		kept[w] = true
	}
}

// namesIn finds the words that are written with a capital letter only, and in few
// recalls: names, most of them of brands, lines and firms.
func namesIn(base []babyshield.Recall) map[string]bool {
	in := map[string]int{} // in how many recalls; -1 = seen in lower case
	for i := range base {
		here := map[string]bool{}
		r := clone(base[i])
		eachText(&r, func(s *string) {
			for _, w := range wordsOf(*s) {
				low := strings.ToLower(w)
				here[low] = here[low] || w == low
			}
		})
		for w, lower := range here {
			switch {
			case lower:
				in[w] = -1
			case in[w] >= 0:
				in[w]++
			}
		}
	}
	names := map[string]bool{}
	for w, n := range in {
		if n > 0 && n <= max(8, len(base)/50) && len(w) >= 3 && !kept[w] {
			names[w] = true
		}
	}
	return names
}

func newTemplate(r babyshield.Recall, names map[string]bool) template {
	read := match.Read(&r)
	own := map[string]bool{}
	for _, p := range read {
		for _, b := range append([]string{p.Brand}, p.Brands...) {
			for _, w := range wordsOf(strings.ToLower(b)) {
				own[w] = len(w) >= 2 && !kept[w]
			}
		}
	}
	t := template{recall: r}
	cutText := func(s string) text {
		x := cut(s, func(w string) pieceKind {
			switch {
			case own[w]:
				return brand
			case names[w]:
				return name
			}
			return asIs
		})
		t.widths.see(x)
		return x
	}
	eachText(&r, func(s *string) { t.texts = append(t.texts, cutText(*s)) })
	first := func(list []string) text {
		if len(list) == 0 {
			return nil
		}
		return cutText(strings.TrimSuffix(list[0], "*"))
	}
	for _, p := range read {
		for _, b := range append([]string{p.Brand}, p.Brands...) {
			t.brands = append(t.brands, cutText(b))
		}
		t.lines = append(t.lines, lineTemplate{brand: cutText(p.Brand), name: cutText(p.Name), model: first(p.Models), gtin: first(p.GTINs)})
	}
	return t
}

// branded tells whether each brand has other words in each copy, as far as they
// are more than company words.
func (t *template) branded() bool {
	for _, b := range t.brands {
		words := wordsOf(strings.ToLower(variant{brands: 1, codes: 1}.render(b, &t.widths)))
		others := wordsOf(strings.ToLower(variant{brands: 2, codes: 2}.render(b, &t.widths)))
		for _, w := range words {
			if slices.Contains(others, w) && !kept[w] {
				return false
			}
		}
	}
	return true
}

// at is the template of the i-th recall and how the recall differs from it.
func (g *Generator) at(i int) (*template, variant) {
	n := len(g.templates)
	return &g.templates[i%n], variant{brands: mix(g.seed, uint64(i/n/sharedBrands)), codes: mix(g.seed+1, uint64(i)), years: i / n % 5}
}

// Recall is the i-th recall.
func (g *Generator) Recall(i int) babyshield.Recall {
	t, v := g.at(i)
	r := clone(t.recall)
	n := 0
	eachText(&r, func(s *string) {
		*s = v.render(t.texts[n], &t.widths)
		n++
	})
	r.Number = fmt.Sprintf("g%07d", i)
	r.URL, r.Joint = "https://recalls.example/"+r.Number, nil
	r.Published, r.Updated = v.day(r.Published), v.day(r.Updated)
	return r
}

// Item is the i-th item among those that face the first n recalls: one in ten is
// a recalled product as its owner would write it down, three are near misses (a
// recalled brand with another product or model), the others of foreign brands.
func (g *Generator) Item(i, n int) babyshield.Item {
	rng := rand.New(rand.NewPCG(g.seed+2, uint64(i)))
	t, v := g.at(rng.IntN(n))
	l := &t.lines[rng.IntN(len(t.lines))]
	w := &t.widths
	item := babyshield.Item{Ref: fmt.Sprintf("row-%d", i), Brand: v.render(l.brand, w), Name: v.render(l.name, w)}
	foreign := variant{brands: rng.Uint64(), codes: rng.Uint64()}
	switch kind := i % 10; {
	case kind == 0:
		if rng.IntN(2) == 0 {
			item.Model = v.render(l.model, w)
		}
		if rng.IntN(4) == 0 {
			item.GTIN = v.render(l.gtin, w)
		}
	case kind < 4:
		if item.Model = foreign.render(l.model, w); item.Model == "" {
			other, _ := g.at(rng.IntN(n))
			item.Name = foreign.render(other.lines[0].name, &other.widths)
		}
	default:
		item.Brand, item.Name, item.Model = foreign.render(l.brand, w), foreign.render(l.name, w), foreign.render(l.model, w)
	}
	asWritten(&item, rng)
	return item
}

// asWritten makes an item look like one that a person or a shop wrote down: with
// less care, in fewer words, the brand now and then in the name.
func asWritten(item *babyshield.Item, rng *rand.Rand) {
	words := strings.Fields(item.Name)
	if len(words) > 6 {
		words = words[:6]
	}
	if len(words) > 3 && rng.IntN(3) == 0 {
		words = slices.Delete(words, len(words)-2, len(words)-1)
	}
	item.Name = strings.Join(words, " ")
	switch rng.IntN(4) {
	case 0:
		item.Name, item.Brand = strings.TrimSpace(item.Brand+" "+item.Name), ""
	case 1:
		item.Name, item.Brand = strings.ToLower(item.Name), strings.ToLower(item.Brand)
	}
	if rng.IntN(3) == 0 {
		item.Bought = fmt.Sprintf("%d-%02d", 2012+rng.IntN(14), 1+rng.IntN(12))
	}
}

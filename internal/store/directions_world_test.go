package store_test

import (
	"cmp"
	"encoding/json"
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"strings"

	"github.com/babyshield/babyshield"
	"github.com/babyshield/babyshield/internal/babyshieldtest"
	"github.com/babyshield/babyshield/internal/match"
)

// pairing names a recall and an item.
type pairing struct{ recall, item string } // recall's id, item's ref

// findings are the judgements of all pairs that meet.
type findings map[pairing]babyshield.Judgement

// world is what stands beside the database: what the agencies last said and what
// the household owns. What must follow from it is computed from here alone.
type world struct {
	rng     *rand.Rand
	recalls []babyshield.Recall
	samples []babyshield.Recall
	items   []babyshield.Item
	aged    map[string][]babyshield.RecalledProduct // what an older reader made of a recall, by its id
}

// newWorld makes recalls, invented ones and copies of real ones, and items that
// meet some of them in every way.
func newWorld(seed uint64, g *babyshieldtest.Generator, invented, copied, items int) *world {
	w := &world{rng: rand.New(rand.NewPCG(seed, 7)), aged: map[string][]babyshield.RecalledProduct{}}
	for n := range invented {
		w.recalls = append(w.recalls, w.invent(fmt.Sprintf("v%04d", n)))
	}
	for range copied {
		n := w.rng.IntN(100_000)
		r := g.Original(n)
		if w.rng.IntN(2) == 0 {
			r = g.Recall(n)
		}
		if !slices.ContainsFunc(w.recalls, func(known babyshield.Recall) bool { return known.ID() == r.ID() }) {
			w.recalls = append(w.recalls, r)
		}
	}
	for n := range 4 {
		w.samples = append(w.samples, w.invent(fmt.Sprintf("s%04d", n)))
	}
	w.rng.Shuffle(len(w.recalls), func(i, j int) { w.recalls[i], w.recalls[j] = w.recalls[j], w.recalls[i] })
	all := slices.Concat(w.recalls, w.samples)
	for n := range items {
		item := w.owned(&all[w.rng.IntN(len(all))])
		if n%10 == 9 {
			item = g.Item(w.rng.IntN(100_000), 100_000)
		}
		item.Ref = fmt.Sprintf("i%04d", n)
		if !valid(item) {
			item.Name += " crib"
		}
		w.items = append(w.items, item)
	}
	return w
}

func valid(item babyshield.Item) bool {
	item.Clean()
	return item.Validate() == nil
}

// truth is the nested loop: every recall with every item, without keys, pages,
// packing or a database.
func (w *world) truth() findings {
	recalls := slices.Concat(w.recalls, w.samples)
	items := make([]*match.Item, len(w.items))
	for i, item := range w.items {
		item.Clean()
		items[i] = match.PrepareItem(&item)
	}
	out := findings{}
	for i := range recalls {
		r := &recalls[i]
		if r.Rescinded() {
			continue // it covers nothing
		}
		products, ok := w.aged[r.ID()]
		if !ok {
			products = match.Read(r)
		}
		prepared := match.Prepare(r, products)
		for n, it := range items {
			if j := match.Compare(prepared, it); j.Verdict != "" {
				out[pairing{r.ID(), w.items[n].Ref}] = j
			}
		}
	}
	return out
}

var (
	inventedBrands = []string{"Lumora", "Quindex", "Bramble", "Tindera & Sons", "Fisher-Price", "Graco"}
	otherNames     = map[string][]string{
		"Fisher-Price":   {"fisher price", "FisherPrice", "Power Wheels", "Ｆｉｓｈｅｒ－Ｐｒｉｃｅ"},
		"Graco":          {"Graco Children's Products", "SnugRide", "GRACO"},
		"Tindera & Sons": {"Tindera and Sons", "tindera"},
	}
	inventedKinds = []string{"Cradle Swing", "Infant Car Seat", "Stroller", "Space Heater", "Bunk Bed", "Bike Helmet"}
	inventedLines = []string{"Glide", "Orbit", "Nimbus", ""}
	hostile       = []string{
		`"'; DROP TABLE recalls;--`, `%_\`, `{"brand":null}`, "\u202eLumora", "ﬁsher-price", "🍼", "<b>swing</b>", "＝1+1", "\u0000\u0001", "k\u0307",
		"=HYPERLINK(1)", "\u200b\u00a0\ufeff", strings.Repeat("Ω", 120), strings.Repeat("swing ", 60), "-", "N/A", "\u2028\u2029", "Lum\xffora\xc3", "LS-22\xff00",
	}
)

func pick[T any](rng *rand.Rand, list []T) T { return list[rng.IntN(len(list))] }

// often is true in so many cases of a hundred.
func (w *world) often(percent int) bool { return w.rng.IntN(100) < percent }

// modelCode is a code out of few, so that recalls and items share them.
func (w *world) modelCode() string {
	return fmt.Sprintf(pick(w.rng, []string{"LS-22%02d", "K%d", "5%02d", "QX%03dB", "90%02d34"}), w.rng.IntN(12))
}

// barcode is a whole one out of few.
func (w *world) barcode() string {
	front := fmt.Sprintf("0%010d", 3600029140+w.rng.IntN(12))
	for d := range 10 {
		if code := fmt.Sprint(front, d); goodBarcode(code) {
			return code
		}
	}
	return ""
}

func goodBarcode(code string) bool {
	_, err := babyshield.NormalizeGTIN(code)
	return err == nil
}

// scopes are sentences that bound what a notice covers.
func (w *world) scopes() string {
	n := w.rng.IntN(10)
	all := []string{
		fmt.Sprintf("UPC %s is printed on the box.", w.barcode()),
		fmt.Sprintf("Only lots LT4410%02d and LT4410%02d are included.", n, n+5),
		fmt.Sprintf("Serial numbers 10%d000 to 10%d999 are included in this recall.", n, n),
		"They were manufactured between May 2021 and June 2022.",
		"They were sold from March 2020 through August 2022 at Ovaro stores for about $90.",
		fmt.Sprintf("The 20%d and 20%d model years are recalled.", 14+n, 15+n),
		fmt.Sprintf("Model number %s is not included in this recall.", w.modelCode()),
		fmt.Sprintf("Date codes 21%02d through 21%02d are included.", n+1, n+20),
		"Only the red ones are included.",
		strings.ToValidUTF8(strings.ReplaceAll(pick(w.rng, hostile), "\u0000", ""), "\ufffd"), // parsers see to that
	}
	w.rng.Shuffle(len(all), func(i, j int) { all[i], all[j] = all[j], all[i] })
	return strings.Join(all[:w.rng.IntN(4)], " ")
}

// invent makes a recall of one to three lines.
func (w *world) invent(number string) babyshield.Recall {
	brand, kind := pick(w.rng, inventedBrands), pick(w.rng, inventedKinds)
	name := strings.TrimSpace(pick(w.rng, inventedLines) + " " + kind)
	r := babyshieldtest.Recall(number, brand, name, "")
	models := ""
	if w.often(65) {
		models = w.modelCode()
		if w.often(40) {
			models += ", " + w.modelCode()
		}
	}
	r.Details = fmt.Sprintf("This recall involves %s %s.", brand, name)
	switch {
	case w.often(50):
		r.Products[0].Model = models
	case models != "":
		r.Details = fmt.Sprintf("This recall involves %s %s with model numbers %s.", brand, name, models)
	}
	r.Details += " " + w.scopes()
	for range max(0, w.rng.IntN(5)-2) {
		line := babyshield.ProductEntry{Name: brand + " " + pick(w.rng, inventedLines) + " " + pick(w.rng, inventedKinds), Brand: brand}
		if w.often(70) {
			line.Model = w.modelCode()
		}
		if w.often(30) {
			line.UPCs = []string{w.barcode()}
		}
		if w.often(30) {
			line.Codes = w.scopes()
		}
		r.Products = append(r.Products, line)
	}
	if w.often(12) { // brandless
		r.Title = name + " Recalled Due to Choking Hazard"
		for i := range r.Products {
			r.Products[i].Brand, r.Products[i].Name = "", strings.TrimPrefix(r.Products[i].Name, brand+" ")
		}
		r.Details = strings.ReplaceAll(r.Details, brand+" ", "")
	}
	if w.often(8) {
		r.Status = "Withdrawn"
	}
	r.URL = "https://recalls.example/" + number
	return r
}

// owned is an item that has something of a recalled product, as its owner might
// write it down: rightly, in part, or not at all.
func (w *world) owned(r *babyshield.Recall) babyshield.Item {
	p := babyshield.RecalledProduct{Name: r.Title}
	if lines := match.Read(r); len(lines) > 0 {
		p = pick(w.rng, lines)
	}
	item := babyshield.Item{Brand: p.Brand, Name: strings.ToLower(p.Name)}
	if names := otherNames[p.Brand]; len(names) > 0 && w.often(40) {
		item.Brand = pick(w.rng, names)
	}
	if words := strings.Fields(item.Name); len(words) > 3 && w.often(50) {
		item.Name = strings.Join(words[w.rng.IntN(2):1+w.rng.IntN(len(words))], " ")
	}
	some := func(list []string, other string, percent int) string {
		switch {
		case w.often(percent) && len(list) > 0:
			return strings.Trim(pick(w.rng, list), "*")
		case w.often(percent / 4):
			return other
		}
		return ""
	}
	item.Model = some(p.Models, w.modelCode(), 50)
	item.GTIN = some(p.GTINs, w.barcode(), 40)
	item.Lot = some(p.Lots, fmt.Sprintf("LT4410%02d", w.rng.IntN(20)), 50)
	item.DateCode = some(p.DateCodes, "2130", 40)
	item.Color = some(p.Colors, "blue", 30)
	item.Size = some(p.Sizes, "12 in", 20)
	item.Seller = some(p.Sold.At, "Ovaro", 20)
	item.Made = some([]string{string(p.Made.From)}, "2021-08", 30)
	item.Bought = some([]string{string(p.Sold.To)}, "2021-08-09", 30)
	for _, s := range p.Serials {
		item.Serial = some([]string{s.From, cmp.Or(s.To, s.From)}, fmt.Sprint(100_000+w.rng.IntN(10_000)), 60)
	}
	w.spoil(&item)
	return item
}

// spoil writes the item with less care.
func (w *world) spoil(item *babyshield.Item) {
	if w.often(25) {
		item.Name, item.Brand = item.Brand+" "+item.Name, ""
	}
	if w.often(8) {
		item.Name += fmt.Sprintf(" 20%02d", 14+w.rng.IntN(12))
	}
	if w.often(8) {
		item.Name = pick(w.rng, []string{"replacement pad for ", "case, fits ", "not a "}) + item.Name
	}
	if w.often(8) {
		item.Brand = pick(w.rng, inventedBrands)
	}
	if w.often(15) {
		item.Model = strings.ToLower(strings.ReplaceAll(item.Model, "-", pick(w.rng, []string{" ", "  ", "\u00a0 ", "\u200b"})))
	}
	if w.often(15) {
		f := item.Field(pick(w.rng, babyshield.ItemKeys[1:11]))
		*f = pick(w.rng, []string{*f + " ", ""}) + pick(w.rng, hostile)
	}
}

// amend lets the agency speak again of a third of the recalls, and gives the new
// versions. Most change the models.
func (w *world) amend() (fresh []babyshield.Recall) {
	for i := range w.recalls {
		if !w.often(35) {
			continue
		}
		was := w.recalls[i]
		r := was
		r.Updated = "2026-11-22"
		r.Products = slices.Clone(r.Products)
		switch w.rng.IntN(8) {
		case 0: // another thing altogether
			other := w.invent(r.Number)
			r.Title, r.Details, r.Products = other.Title, other.Details, other.Products
		case 1:
			r.Status = pick(w.rng, []string{"Withdrawn", "Active"})
		case 2:
			r.Contact = "555-0100"
		case 3:
			r.Remedies = []babyshield.Remedy{{Code: "repair", Text: "Contact the firm for new legs."}}
		case 4:
			r.Details += " " + w.scopes()
		default:
			r.Details = strings.Replace(r.Details, "model number", "model number "+w.modelCode()+" and", 1)
			for n := range r.Products {
				r.Products[n].Model = w.modelCode()
			}
		}
		w.recalls[i] = babyshield.Supersede(was, r)
		fresh = append(fresh, r)
	}
	return fresh
}

func (w *world) isSample(recall string) bool {
	return slices.ContainsFunc(w.samples, func(r babyshield.Recall) bool { return r.ID() == recall })
}

// withoutSamples leaves out what nobody is told of.
func (w *world) withoutSamples(f findings) findings {
	out := maps.Clone(f)
	maps.DeleteFunc(out, func(p pairing, _ babyshield.Judgement) bool { return w.isSample(p.recall) })
	return out
}

// smallest is the pair with the shortest texts, with these.
func (w *world) smallest(pairs []pairing) (least pairing, text string) {
	for _, p := range pairs {
		if t := w.show(p); text == "" || len(t) < len(text) {
			least, text = p, t
		}
	}
	return least, text
}

func (w *world) show(p pairing) string {
	out := p.recall + " " + p.item
	for _, r := range slices.Concat(w.recalls, w.samples) {
		if r.ID() == p.recall {
			b, _ := json.Marshal(r) // strings and lists only
			out += "\n" + string(b)
			if products, ok := w.aged[p.recall]; ok {
				b, _ := json.Marshal(products)
				out += "\nread by an older reader as " + string(b)
			}
		}
	}
	for _, it := range w.items {
		if it.Ref == p.item {
			b, _ := json.Marshal(it)
			out += "\n" + string(b)
		}
	}
	return out
}

package jobs_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/babyshield/babyshield"
	"github.com/babyshield/babyshield/internal/babyshieldtest"
	"github.com/babyshield/babyshield/internal/match"
	"github.com/babyshield/babyshield/internal/store"
)

// possession is an item that a household owns.
type possession struct {
	household string
	item      babyshield.Item
}

// truth is what was put into the database, kept beside it: what must follow from
// it is computed from here, never from the database.
type truth struct {
	recalls   []babyshield.Recall
	items     []possession
	addresses map[string][]string // of each household
	planted   map[told]bool       // true by construction, whatever the matcher says
}

// told is one alert that must be there: one household, one recall (each is an
// event of its own here).
type told struct{ household, number string }

// expected compares every recall with every item, without keys and without the
// database, and returns the items beneath each alert that must be, with the
// number of pairs that are shown and not alerted.
func (w *truth) expected() (alerts map[told][]string, possible int) {
	alerts = map[told][]string{}
	items := make([]*match.Item, len(w.items))
	for i := range w.items {
		items[i] = match.PrepareItem(&w.items[i].item)
	}
	for i := range w.recalls {
		r := &w.recalls[i]
		prepared := match.Prepare(r, match.Read(r))
		for n, it := range items {
			switch v := match.Compare(prepared, it).Verdict; {
			case v.Alerts():
				k := told{w.items[n].household, r.Number}
				alerts[k] = append(alerts[k], w.items[n].item.Ref)
			case v != "":
				possible++
			}
		}
	}
	return alerts, possible
}

// world makes recalls and their owners, page by page, and remembers them.
type world struct {
	truth
	store *store.Store
	pages int
}

const (
	homes    = 24 // households that own what is recalled
	pageSize = 8  // recalls
)

// offsets tell which households own the products of a page: the first owns two
// of each of the first pages; the next two have theirs before the recall, the
// last gets it after.
var offsets = [4]int{0, 1, 4, 7}

var (
	brands = []string{"Lumora", "Borealis", "Glimmer", "Tuskerby", "Pellonia", "Quindle", "Varnholt"}
	kinds  = []string{"Cradle Swing", "Bath Seat", "Toddler Tower", "Night Lamp", "Play Gym", "Space Heater", "Step Stool", "Bottle Warmer", "Bed Rail"}
)

func newWorld(s *store.Store) *world {
	return &world{store: s, truth: truth{addresses: map[string][]string{}, planted: map[told]bool{}}}
}

func home(n int) string     { return fmt.Sprintf("home-%02d", n%homes) }
func stranger(n int) string { return fmt.Sprintf("stranger-%02d", n) }

// product is what recall n is about; no two have one model.
func product(n int) babyshield.Item {
	b := brands[n%len(brands)]
	return babyshield.Item{Brand: b, Name: strings.ToLower(kinds[n%len(kinds)]), Model: fmt.Sprintf("%sX-%d", b[:1], 2000+n)}
}

func recallOf(n int) babyshield.Recall {
	p := product(n)
	return babyshieldtest.Recall(number(n), p.Brand, kinds[n%len(kinds)], p.Model)
}

func number(n int) string { return fmt.Sprint(30000 + n) }

// plant makes the households, every third of them with a second address, and
// what they own before anything is recalled.
func (w *world) plant(ctx context.Context) error {
	for n := range homes {
		if err := w.addHousehold(ctx, home(n), 1+min(1, n%3/2)); err != nil {
			return err
		}
	}
	for page := range 4 {
		if err := w.own(ctx, page, 0, "first", "second"); err != nil {
			return err
		}
	}
	if err := errors.Join(w.own(ctx, 0, 1, "item"), w.own(ctx, 0, 2, "item")); err != nil {
		return err
	}
	return w.distract(ctx)
}

// distract makes households whose things are close to what is recalled: another
// model, no model, another brand, a word or two of the name.
func (w *world) distract(ctx context.Context) error {
	for n := range 14 {
		p := product(n)
		near := []babyshield.Item{
			{Brand: p.Brand, Name: p.Name, Model: "QQ-7"},
			{Brand: p.Brand, Name: p.Name},
			{Brand: "Nobodine", Name: p.Name, Model: p.Model},
			{Brand: p.Brand, Name: strings.Fields(p.Name)[1] + " cover"},
			{Name: p.Brand + " " + strings.Fields(p.Name)[0]},
		}[n%5]
		near.Ref = "near"
		if err := w.addHousehold(ctx, stranger(n), 1); err != nil {
			return err
		}
		if err := w.add(ctx, stranger(n), near); err != nil {
			return err
		}
	}
	return nil
}

// grow adds the next page: owners of the one after it, its recalls, and owners
// that come too late for them.
func (w *world) grow(ctx context.Context) error {
	page := w.pages
	if err := errors.Join(w.own(ctx, page+1, 1, "item"), w.own(ctx, page+1, 2, "item")); err != nil {
		return err
	}
	p := store.Page{Agency: "us-cpsc"}
	for n := page * pageSize; n < (page+1)*pageSize; n++ {
		p.Records = append(p.Records, babyshieldtest.Record(recallOf(n)))
	}
	if _, err := w.store.SaveNotices(ctx, p); err != nil {
		return err
	}
	for n := page * pageSize; n < (page+1)*pageSize; n++ {
		w.recalls = append(w.recalls, recallOf(n))
		for i := range offsets {
			if i > 0 || page < 4 {
				w.planted[told{home(page*5 + offsets[i]), number(n)}] = true
			}
		}
	}
	w.pages++
	return w.own(ctx, page, 3, "late")
}

// own gives the products of a page to one of its households, one of each name.
func (w *world) own(ctx context.Context, page, which int, names ...string) error {
	var items []babyshield.Item
	for n := page * pageSize; n < (page+1)*pageSize; n++ {
		for _, name := range names {
			it := product(n)
			it.Ref = fmt.Sprintf("%s %d", name, n)
			items = append(items, it)
		}
	}
	return w.add(ctx, home(page*5+offsets[which]), items...)
}

func (w *world) add(ctx context.Context, household string, items ...babyshield.Item) error {
	for _, it := range items {
		w.items = append(w.items, possession{household, it})
	}
	_, err := w.store.AddItems(ctx, babyshield.AsOperator(), household, slices.Clone(items))
	return err
}

func (w *world) addHousehold(ctx context.Context, name string, channels int) error {
	who := babyshield.AsOperator()
	if _, err := w.store.AddHousehold(ctx, who, babyshield.Household{Name: name}); err != nil {
		return err
	}
	for n := range channels {
		address := fmt.Sprintf("%s-%d@example.org", name, n)
		c := store.NewChannel{Kind: "email", Settings: fmt.Appendf(nil, `{"address":%q}`, address), Label: "e…@example.org"}
		if _, err := w.store.AddChannel(ctx, who, name, c); err != nil {
			return err
		}
		w.addresses[name] = append(w.addresses[name], address)
	}
	return nil
}

package main

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/babyshield/babyshield"
	"github.com/babyshield/babyshield/internal/check"
	"github.com/babyshield/babyshield/internal/store"
)

type itemCmd struct {
	Add    itemAddCmd    `cmd:"" help:"Add a product that a household owns."`
	List   itemListCmd   `cmd:"" help:"List what a household owns, with what is known of each."`
	Edit   itemEditCmd   `cmd:"" help:"Change an item."`
	Remove itemRemoveCmd `cmd:"" help:"Forget an item."`
	Import itemImportCmd `cmd:"" help:"Add the items of a list: CSV, or JSON a line."`
}

// itemFlags are an item's fields as flags. A field that is not given is nil, so
// that an edit can empty one. They are never read from the environment.
type itemFlags struct {
	Ref      *string `item:"" help:"Your own reference." placeholder:"TEXT"`
	Name     *string `item:"" help:"What it is, in words." placeholder:"TEXT"`
	Brand    *string `item:"" help:"Brand." placeholder:"TEXT"`
	Model    *string `item:"" help:"Model name or number." placeholder:"TEXT"`
	GTIN     *string `item:"" name:"gtin" help:"Number under the barcode." placeholder:"DIGITS"`
	Lot      *string `item:"" help:"Lot or batch." placeholder:"TEXT"`
	Serial   *string `item:"" help:"Serial number." placeholder:"TEXT"`
	DateCode *string `item:"" help:"Date code, or best-before date of food." placeholder:"TEXT"`
	Made     *string `item:"" help:"When it was made: a day, month or year." placeholder:"DATE"`
	Bought   *string `item:"" help:"When it was bought." placeholder:"DATE"`
	Seller   *string `item:"" help:"Who sold it." placeholder:"TEXT"`
	Color    *string `item:"" help:"Color." placeholder:"TEXT"`
	Size     *string `item:"" help:"Size." placeholder:"TEXT"`
	Category *string `item:"" help:"Kind of product." placeholder:"TEXT"`
	Location *string `item:"" help:"Where it is kept." placeholder:"TEXT"`
	Quantity *string `item:"" help:"How many." placeholder:"N"`
	URL      *string `item:"" name:"url" help:"A page about it." placeholder:"URL"`
	Notes    *string `item:"" help:"Anything else." placeholder:"TEXT"`
}

// apply writes the given fields into an item, and says whether any was given.
func (f *itemFlags) apply(it *babyshield.Item) bool {
	given := []*string{
		f.Ref, f.Name, f.Brand, f.Model, f.GTIN, f.Lot, f.Serial, f.DateCode, f.Made, f.Bought,
		f.Seller, f.Color, f.Size, f.Category, f.Location, f.Quantity, f.URL, f.Notes,
	}
	for i, key := range babyshield.ItemKeys { // in the same order
		if given[i] != nil {
			*it.Field(key) = *given[i]
		}
	}
	return slices.ContainsFunc(given, func(v *string) bool { return v != nil })
}

// item is the item of flags and of words without a flag, which are its name.
func (f *itemFlags) item(command string, words []string) (babyshield.Item, error) {
	var it babyshield.Item
	f.apply(&it)
	if len(words) > 0 {
		if f.Name != nil {
			return it, usagef(command, "give the name in words or as --name, not both")
		}
		it.Name = strings.Join(words, " ")
	}
	it.Clean()
	if err := it.Validate(); err != nil {
		return it, usagef(command, "%s", babyshield.MessageOf(err))
	}
	return it, nil
}

type itemAddCmd struct {
	Words     []string `arg:"" optional:"" help:"The product in words: the same as --name."`
	Household string   `help:"Of this household (default: where there is one, that)." placeholder:"NAME"`
	itemFlags `embed:""`
}

func (itemAddCmd) Help() string {
	return `
Give at least a name, a brand, a model or a barcode. The same --ref again changes the item that has it. Matching is done by serve or work.

Examples:

    babyshield item add "Sleepwell infant lounger" --model SW-100 --ref lounger
    babyshield item add --gtin 036000291452 --date-code 2024-03 --household Home
`
}

// Run adds an item.
func (c *itemAddCmd) Run(ctx context.Context, a *app) error {
	it, err := c.item("item add", c.Words)
	if err != nil {
		return err
	}
	return a.with(ctx, needs{}, func(s *store.Store) error {
		h, err := s.Household(ctx, operator(), c.Household)
		if err != nil {
			return err
		}
		ids, err := s.AddItems(ctx, operator(), h.Name, []babyshield.Item{it})
		if err != nil {
			return err
		}
		if a.JSON {
			return a.json(struct {
				ID        string `json:"id"`
				Household string `json:"household"`
				babyshield.Item
			}{ids[0], h.Name, it})
		}
		a.printf("Added to %s: %s (%s).\n", h.Name, itemName(it), ids[0])
		return nil
	})
}

// itemName is how an item is called in a sentence.
func itemName(it babyshield.Item) string {
	parts := []string{it.Brand, it.Name}
	if it.Name == "" {
		parts = append(parts, it.Model)
	}
	if s := oneLine(strings.Join(parts, " ")); s != "" {
		return s
	}
	return it.GTIN
}

// itemRow is an item as item list prints it.
type itemRow struct {
	ID        string `json:"id"`
	Household string `json:"household"`
	babyshield.Item
	State   babyshield.ItemState `json:"state"`
	Status  babyshield.Status    `json:"status"`
	Reason  string               `json:"reason,omitempty"`
	NotMine []string             `json:"not_mine,omitempty"` // recalls that somebody answered so: left out of the status
	Muted   bool                 `json:"muted"`              // found by a back-fill: nobody was alerted of it
	Created *time.Time           `json:"created"`
}

type itemListCmd struct {
	Household string `help:"Of this household (default: where there is one, that)." placeholder:"NAME"`
}

func (itemListCmd) Help() string {
	return `
Status: affected, check, possible (a recall meets it), no_match (none was found where we looked), not_checked, not_covered.

Examples:

    babyshield item list
    babyshield item list --household Home --json
`
}

// Run lists a household's items.
func (c *itemListCmd) Run(ctx context.Context, a *app) error {
	return a.with(ctx, needs{}, func(s *store.Store) error {
		h, err := s.Household(ctx, operator(), c.Household)
		if err != nil {
			return err
		}
		rows, err := a.itemRows(ctx, s, h)
		if err != nil {
			return err
		}
		none := "The household " + h.Name + " has no item yet. Add one with: babyshield item add"
		err = list(a, rows, "ID|REF|STATUS|STATE|ITEM", none, func(r itemRow) []string {
			return []string{r.ID, r.Ref, statusText(r), string(r.State), itemName(r.Item)}
		})
		if !a.JSON {
			noteReasons(a, rows)
		}
		return err
	})
}

// noteReasons says once each why items were not checked.
func noteReasons(a *app, rows []itemRow) {
	var said []string
	for _, r := range rows {
		if r.Reason != "" && !slices.Contains(said, r.Reason) {
			said = append(said, r.Reason)
			a.notef("%s: %s", r.Status, r.Reason)
		}
	}
}

func (a *app) itemRows(ctx context.Context, s *store.Store, h babyshield.Household) ([]itemRow, error) {
	settle, err := a.missSettler(ctx, s, h)
	if err != nil {
		return nil, err
	}
	p := a.progress()
	defer p.done()
	var rows []itemRow
	for after := int64(0); ; {
		page, next, err := s.ItemList(ctx, operator(), h.Name, after, 500)
		if err != nil {
			return nil, err
		}
		for _, it := range page {
			r := itemRow{ID: it.ID, Household: it.Household, Item: it.Item, State: it.State, Status: it.Status, NotMine: it.NotMine, Muted: it.Muted, Created: stamp(it.Created)}
			if r.Status == babyshield.StatusNoMatch {
				if r.Status, r.Reason, err = settle(it); err != nil {
					return nil, err
				}
			}
			rows = append(rows, r)
			p.say("%s listed", count(len(rows), "item", "items"))
		}
		if after = next; next == 0 {
			return rows, nil
		}
	}
}

// singly is how many misses are looked up one by one before all recalls are
// loaded to answer the others from memory.
const singly = 200

// missSettler says what stands for an item without a stored match. That is no
// answer by itself: the agencies may be stale, or the item's matching may still
// be waiting for a worker. So it is judged now.
func (a *app) missSettler(ctx context.Context, s *store.Store, h babyshield.Household) (func(babyshield.OwnedItem) (babyshield.Status, string, error), error) {
	c := check.New(s, a.now)
	o := check.Options{Countries: h.Countries}
	cov, err := c.Coverage(ctx, h.Countries)
	if err != nil {
		return nil, err
	}
	missed := 0
	var all *check.Screener
	return func(it babyshield.OwnedItem) (babyshield.Status, string, error) {
		if status, reason := cov.Miss(); status != babyshield.StatusNoMatch {
			return status, reason, nil
		}
		if missed++; missed <= singly || len(it.NotMine) > 0 {
			o.Except = it.NotMine
			answer, err := c.Item(ctx, it.Item, o)
			return answer.Status, answer.Reason, err
		}
		if all == nil {
			if all, err = c.Screener(ctx, o, nil); err != nil {
				return "", "", err
			}
		}
		answer := all.Answer(it.Item, "")
		return answer.Status, answer.Reason, nil
	}, nil
}

type itemEditCmd struct {
	ID        string  `arg:"" name:"id" help:"The item's id (itm_...) or its ref."`
	Household string  `help:"Of this household (default: where there is one, that)." placeholder:"NAME"`
	State     *string `item:"" help:"in_use, stored, sold, destroyed or remedied." placeholder:"STATE"`
	itemFlags `embed:""`
}

func (itemEditCmd) Help() string {
	return `
What is not named stays; an empty text empties the field. The item is matched again: its status may rise or fall, and alerts that were made stay. A "not mine" is asked again where what identifies the item changes.

Examples:

    babyshield item edit lounger --date-code 2024-03
    babyshield item edit itm_abcdefghijklmnop --state sold --notes ""
`
}

var itemStates = []babyshield.ItemState{
	babyshield.ItemInUse, babyshield.ItemStored, babyshield.ItemSold, babyshield.ItemDestroyed, babyshield.ItemRemedied,
}

// Run changes an item.
func (c *itemEditCmd) Run(ctx context.Context, a *app) error {
	if !c.apply(&babyshield.Item{}) && c.State == nil {
		return usagef("item edit", "say what to change, such as --date-code 2024-03")
	}
	if c.State != nil && !slices.Contains(itemStates, babyshield.ItemState(*c.State)) {
		return usagef("item edit", "--state is one of in_use, stored, sold, destroyed, remedied, not %q", *c.State)
	}
	return a.with(ctx, needs{}, func(s *store.Store) error {
		var edited babyshield.OwnedItem
		err := s.EditItem(ctx, operator(), c.Household, c.ID, func(it *babyshield.OwnedItem) error {
			c.apply(&it.Item)
			if c.State != nil {
				it.State = babyshield.ItemState(*c.State)
			}
			edited = *it
			return nil
		})
		if err != nil {
			return err
		}
		if a.JSON {
			return a.json(struct {
				ID    string               `json:"id"`
				State babyshield.ItemState `json:"state"`
				babyshield.Item
			}{edited.ID, edited.State, edited.Item})
		}
		a.printf("Changed: %s (%s).\n", itemName(edited.Item), edited.ID)
		return nil
	})
}

type itemRemoveCmd struct {
	ID        string `arg:"" name:"id" help:"The item's id (itm_...) or its ref."`
	Household string `help:"Of this household (default: where there is one, that)." placeholder:"NAME"`
}

func (itemRemoveCmd) Help() string {
	return `
Its text is forgotten; that somebody was told of it stays in the ledger.

Examples:

    babyshield item remove lounger --household Home
`
}

// Run removes an item.
func (c *itemRemoveCmd) Run(ctx context.Context, a *app) error {
	return a.with(ctx, needs{}, func(s *store.Store) error {
		if err := s.RemoveItem(ctx, operator(), c.Household, c.ID); err != nil {
			return err
		}
		if a.JSON {
			return a.json(map[string]any{"id": c.ID, "removed": true})
		}
		a.printf("The item %s is removed.\n", c.ID)
		return nil
	})
}

// statusText is the status, and whether its recall came by a back-fill, of which
// nobody was told.
func statusText(r itemRow) string {
	if r.Muted && (r.Status == babyshield.StatusAffected || r.Status == babyshield.StatusCheck) {
		return string(r.Status) + " (nobody was told: a back-fill)"
	}
	if len(r.NotMine) > 0 {
		return fmt.Sprintf("%s (answered not mine: %d)", r.Status, len(r.NotMine))
	}
	return string(r.Status)
}

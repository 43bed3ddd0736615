package store

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"

	"github.com/riverqueue/river"

	"github.com/babyshield/babyshield"
	"github.com/babyshield/babyshield/internal/match"
	"github.com/babyshield/babyshield/internal/store/gen"
)

// itemPage is how many items one match job judges.
const itemPage = 200

// AddItems adds items to a household, or updates those whose ref it knows, and
// enqueues their matching, in one transaction. The same items again change
// nothing. It returns the items' ids in order.
func (s *Store) AddItems(ctx context.Context, who babyshield.Actor, household string, items []babyshield.Item) ([]string, error) {
	for i := range items {
		items[i].Clean()
		if err := items[i].Validate(); err != nil {
			return nil, err
		}
	}
	var out []string
	err := s.begin(ctx, func(ctx context.Context, t *tx) error {
		h, err := s.household(ctx, who, t.Queries, household)
		if err != nil {
			return err
		}
		out = nil
		var changed []int64
		for i := range items {
			id, publicID, fresh, err := putItem(ctx, t, h.ID, items[i])
			if err != nil {
				return fmt.Errorf("adding item %d: %w", i+1, err)
			}
			out = append(out, publicID)
			if fresh {
				changed = append(changed, id)
			}
		}
		return enqueueItems(ctx, t, changed)
	})
	return out, err
}

func enqueueItems(ctx context.Context, t *tx, items []int64) error {
	var jobs []river.InsertManyParams
	for page := range slices.Chunk(items, itemPage) {
		jobs = append(jobs, job(babyshield.MatchItemsArgs{Items: page}))
	}
	if len(jobs) == 0 {
		return nil
	}
	return t.insert(ctx, jobs)
}

// putItem adds an item, or updates the one of the same ref. fresh is false where
// nothing changed.
func putItem(ctx context.Context, t *tx, household int64, it babyshield.Item) (id int64, publicID string, fresh bool, err error) {
	if it.Ref != "" {
		known, err := t.ItemByRef(ctx, gen.ItemByRefParams{HouseholdID: household, Ref: it.Ref})
		if err == nil {
			if it, err = filled(known, it); err != nil {
				return 0, "", false, err
			}
			changed, err := editItem(ctx, t, known, it, babyshield.ItemState(known.State))
			return known.ID, known.PublicID, changed, err
		}
		if err := notFound(err); err != nil {
			return 0, "", false, err
		}
	}
	content, err := json.Marshal(it)
	if err != nil {
		return 0, "", false, err
	}
	publicID = randomID("itm_")
	// A ref that another process added at this moment breaks the unique index: this
	// transaction is rolled back whole and its caller is told.
	id, err = t.AddItem(ctx, gen.AddItemParams{PublicID: publicID, HouseholdID: household, Ref: it.Ref, Name: it.Name, Brand: it.Brand, Content: string(content), Now: ms(t.now)})
	if err != nil {
		return 0, "", false, err
	}
	return id, publicID, true, putItemKeys(ctx, t, id, it)
}

// filled is the item with the fields of the known one where it has none: a second
// list that lacks a column takes nothing away. EditItem clears fields.
func filled(known gen.Item, it babyshield.Item) (babyshield.Item, error) {
	var was babyshield.Item
	if err := json.Unmarshal([]byte(known.Content), &was); err != nil {
		return it, err
	}
	for _, k := range babyshield.ItemKeys {
		if f := it.Field(k); *f == "" {
			*f = *was.Field(k)
		}
	}
	return it, nil
}

func putItemKeys(ctx context.Context, t *tx, id int64, it babyshield.Item) error {
	return t.PutItemKeys(ctx, gen.PutItemKeysParams{ItemID: id, Keys: ids(match.PrepareItem(&it).Keys())})
}

// editItem saves a changed item. What is not identity (location, notes) does not
// make it new: identified_at moves only with what is matched.
func editItem(ctx context.Context, t *tx, known gen.Item, it babyshield.Item, state babyshield.ItemState) (changed bool, err error) {
	var was babyshield.Item
	if err := json.Unmarshal([]byte(known.Content), &was); err != nil {
		return false, err
	}
	if was == it && known.State == string(state) && known.RemovedAt == 0 {
		return false, nil
	}
	content, err := json.Marshal(it)
	if err != nil {
		return false, err
	}
	identified := known.IdentifiedAt
	if identity(was) != identity(it) || known.RemovedAt > 0 {
		identified = ms(t.now)
	}
	n, err := t.EditItem(ctx, gen.EditItemParams{
		ID: known.ID, Revision: known.Revision, Ref: it.Ref, Name: it.Name, Brand: it.Brand, Content: string(content),
		State: string(state), IdentifiedAt: identified,
	})
	if err != nil {
		return false, err
	}
	if n == 0 {
		return false, babyshield.Errorf(babyshield.Conflict, "The item was changed by somebody else at the same moment. Look at it again.")
	}
	if err := t.DropItemKeys(ctx, known.ID); err != nil {
		return false, err
	}
	return true, putItemKeys(ctx, t, known.ID, it)
}

// identity is the item without what plays no part in matching.
func identity(i babyshield.Item) babyshield.Item {
	i.Ref, i.Location, i.Quantity, i.URL, i.Notes = "", "", "", "", ""
	return i
}

// EditItem changes an item by the given function and has it judged again.
func (s *Store) EditItem(ctx context.Context, who babyshield.Actor, household, idOrRef string, change func(*babyshield.OwnedItem) error) error {
	return s.begin(ctx, func(ctx context.Context, t *tx) error {
		known, err := s.findItem(ctx, who, t, household, idOrRef)
		if err != nil {
			return err
		}
		owned, err := ownedItem(known, "")
		if err != nil {
			return err
		}
		if err := change(&owned); err != nil {
			return err
		}
		owned.Clean()
		if err := owned.Validate(); err != nil {
			return err
		}
		changed, err := editItem(ctx, t, known, owned.Item, owned.State)
		if err != nil || !changed {
			return err
		}
		return enqueueItems(ctx, t, []int64{known.ID})
	})
}

// RemoveItem forgets an item: its text and keys are deleted, its row stays for the
// ledger of what was told.
func (s *Store) RemoveItem(ctx context.Context, who babyshield.Actor, household, idOrRef string) error {
	return s.begin(ctx, func(ctx context.Context, t *tx) error {
		known, err := s.findItem(ctx, who, t, household, idOrRef)
		if err != nil {
			return err
		}
		if _, err := t.RemoveItem(ctx, gen.RemoveItemParams{ID: known.ID, Now: ms(t.now)}); err != nil {
			return err
		}
		if err := t.DropItemKeys(ctx, known.ID); err != nil {
			return err
		}
		if err := t.ForgetAnswers(ctx, known.ID); err != nil {
			return err
		}
		return enqueueItems(ctx, t, []int64{known.ID})
	})
}

func (s *Store) findItem(ctx context.Context, who babyshield.Actor, t *tx, household, idOrRef string) (gen.Item, error) {
	h, err := s.household(ctx, who, t.Queries, household)
	if err != nil {
		return gen.Item{}, err
	}
	it, err := t.ItemByPublicID(ctx, gen.ItemByPublicIDParams{HouseholdID: h.ID, PublicID: idOrRef})
	if err != nil && notFound(err) == nil {
		it, err = t.ItemByRef(ctx, gen.ItemByRefParams{HouseholdID: h.ID, Ref: idOrRef})
	}
	if err != nil && notFound(err) == nil || err == nil && it.RemovedAt > 0 {
		return it, babyshield.Errorf(babyshield.NotFound, "The household %q has no item %q.", h.Name, idOrRef)
	}
	return it, err
}

// ItemList is a page of a household's items, with the state of each by its
// matches: the worst verdict but for what was answered "not mine", or no_match
// where none stands (which the caller must check against the coverage receipt before showing it).
func (s *Store) ItemList(ctx context.Context, who babyshield.Actor, household string, after int64, size int) (items []babyshield.OwnedItem, next int64, err error) {
	h, err := s.household(ctx, who, s.q, household)
	if err != nil {
		return nil, 0, err
	}
	rows, err := s.q.ListItems(ctx, gen.ListItemsParams{HouseholdID: h.ID, After: after, PageSize: int32(size)})
	if err != nil {
		return nil, 0, fmt.Errorf("listing items: %w", err)
	}
	at := map[int64]int{}
	var list []int64
	for i, r := range rows {
		it, err := ownedItem(r, h.Name)
		if err != nil {
			return nil, 0, err
		}
		items = append(items, it)
		at[r.ID] = i
		list = append(list, r.ID)
	}
	matches, err := s.q.ItemMatches(ctx, ids(list))
	if err != nil {
		return nil, 0, fmt.Errorf("listing matches: %w", err)
	}
	for _, m := range matches {
		it := &items[at[m.ItemID]]
		if m.State == string(babyshield.MatchNotMine) {
			it.NotMine = append(it.NotMine, m.RecallPublicID)
			continue
		}
		if v := babyshield.Verdict(m.Verdict); v.Rank() > babyshield.Verdict(it.Status).Rank() {
			it.Status, it.Muted = babyshield.Status(m.Verdict), m.Muted
		}
	}
	if len(rows) == size {
		next = rows[len(rows)-1].ID
	}
	return items, next, nil
}

func ownedItem(r gen.Item, household string) (babyshield.OwnedItem, error) {
	o := babyshield.OwnedItem{
		ID: r.PublicID, Household: household, State: babyshield.ItemState(r.State), Created: fromMS(r.CreatedAt), Status: babyshield.StatusNoMatch,
	}
	if err := json.Unmarshal([]byte(r.Content), &o.Item); err != nil {
		return o, fmt.Errorf("reading item %s: %w", r.PublicID, err)
	}
	return o, nil
}

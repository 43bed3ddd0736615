package store

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"time"

	"github.com/riverqueue/river"

	"github.com/babyshield/babyshield"
	"github.com/babyshield/babyshield/internal/match"
	"github.com/babyshield/babyshield/internal/store/gen"
)

// pairPage is how many candidates of one recall are judged and saved in one
// transaction: small enough that others get the writer in between.
const pairPage = 500

// pair is a recall and an item that share a key, or that met before.
type pair struct {
	recall    *storedRecall
	item      gen.Item
	judgement babyshield.Judgement
}

// storedRecall is a recall ready to be compared.
type storedRecall struct {
	row      gen.RecallsByIDRow
	prepared *match.Recall
}

// MatchRecalls judges the recalls against all items that share a key with them
// or matched before, starting behind the item `after` of the first recall. It
// saves matches, alerts, deliveries and their jobs page by page, each page in one
// transaction. If the deadline comes near, the rest is enqueued as a new job in
// the last page's transaction. Recalls that are gone are skipped with a warning.
func (s *Store) MatchRecalls(ctx context.Context, args babyshield.MatchRecallsArgs, until time.Time) error {
	recalls, err := s.loadRecalls(ctx, args.Recalls)
	if err != nil {
		return err
	}
	if len(recalls) < len(args.Recalls) {
		s.Log.WarnContext(ctx, "recalls to match are missing", "wanted", len(args.Recalls), "found", len(recalls))
	}
	after := args.After
	for i, r := range recalls {
		for {
			pairs, last, err := s.candidatePairs(ctx, r, after)
			if err != nil {
				return fmt.Errorf("judging recall %s: %w", r.row.PublicID, err)
			}
			rest := babyshield.MatchRecallsArgs{}
			if s.Now().After(until) {
				rest = remaining(recalls[i:], last)
			}
			if len(pairs) > 0 || len(rest.Recalls) > 0 {
				if err := s.saveMatches(ctx, pairs, rest); err != nil {
					return fmt.Errorf("saving the matches of recall %s: %w", r.row.PublicID, err)
				}
			}
			if len(rest.Recalls) > 0 {
				return nil
			}
			if after = last; last == 0 {
				break
			}
		}
	}
	return nil
}

// remaining is what a further job does: go on behind item last of the first
// recall, or with the next recall where last is 0.
func remaining(recalls []*storedRecall, last int64) babyshield.MatchRecallsArgs {
	if last == 0 {
		recalls = recalls[1:]
	}
	rest := babyshield.MatchRecallsArgs{After: last}
	for _, r := range recalls {
		rest.Recalls = append(rest.Recalls, r.row.ID)
	}
	return rest
}

func (s *Store) loadRecalls(ctx context.Context, list []int64) ([]*storedRecall, error) {
	rows, err := s.q.RecallsByID(ctx, ids(list))
	if err != nil {
		return nil, fmt.Errorf("loading recalls: %w", err)
	}
	var out []*storedRecall
	for _, row := range rows {
		r, products, err := decode(row.Content, row.Products)
		if err != nil {
			return nil, fmt.Errorf("reading recall %s: %w", row.PublicID, err)
		}
		out = append(out, &storedRecall{row: row, prepared: match.Prepare(r, products)})
	}
	return out, nil
}

func decode(content, lines string) (*babyshield.Recall, []babyshield.RecalledProduct, error) {
	var r babyshield.Recall
	var products []babyshield.RecalledProduct
	if err := json.Unmarshal([]byte(content), &r); err != nil {
		return nil, nil, err
	}
	err := json.Unmarshal([]byte(lines), &products)
	return &r, products, err
}

// candidatePairs judges the next page of items behind `after`. last is where to
// go on, 0 at the end.
func (s *Store) candidatePairs(ctx context.Context, r *storedRecall, after int64) (pairs []pair, last int64, err error) {
	keyed, err := s.q.CandidateItems(ctx, gen.CandidateItemsParams{Keys: ids(r.prepared.Keys()), After: after, PageSize: pairPage})
	if err != nil {
		return nil, 0, err
	}
	matched, err := s.q.MatchedItems(ctx, gen.MatchedItemsParams{RecallID: r.row.ID, After: after, PageSize: pairPage})
	if err != nil {
		return nil, 0, err
	}
	list := slices.Concat(keyed, matched)
	slices.Sort(list)
	list = slices.Compact(list)
	if len(list) > pairPage {
		list = list[:pairPage] // both lists are complete up to their page: so is their merge
	}
	if len(keyed) == pairPage || len(matched) == pairPage {
		last = list[len(list)-1]
	}
	items, err := s.q.ItemsByID(ctx, ids(list))
	if err != nil {
		return nil, 0, err
	}
	for _, it := range items {
		p, ok, err := judge(r, it, matched)
		if err != nil {
			return nil, 0, err
		}
		if ok {
			pairs = append(pairs, p)
		}
	}
	return pairs, last, nil
}

// judge compares one pair. A pair that never met and does not meet leaves no row.
func judge(r *storedRecall, it gen.Item, matched []int64) (pair, bool, error) {
	p := pair{recall: r, item: it}
	if it.RemovedAt == 0 {
		var item babyshield.Item
		if err := json.Unmarshal([]byte(it.Content), &item); err != nil {
			return p, false, fmt.Errorf("reading item %s: %w", it.PublicID, err)
		}
		p.judgement = match.Compare(r.prepared, match.PrepareItem(&item))
	}
	return p, p.judgement.Verdict != "" || slices.Contains(matched, it.ID), nil
}

// MatchItems judges items against all recalls that share a key with them or
// matched before; the counterpart of MatchRecalls. Both judge committed rows
// only, and both the item and the recall enqueue their job with themselves: of
// two that are added at the same moment, the later committer's job sees both.
func (s *Store) MatchItems(ctx context.Context, args babyshield.MatchItemsArgs) error {
	items, err := s.q.ItemsByID(ctx, ids(args.Items))
	if err != nil {
		return fmt.Errorf("loading items: %w", err)
	}
	if len(items) < len(args.Items) {
		s.Log.WarnContext(ctx, "items to match are missing", "wanted", len(args.Items), "found", len(items))
	}
	// Items that came together are saved together, so that a household's items which
	// meet one recall share an alert.
	var pairs []pair
	for _, it := range items {
		more, err := s.itemPairs(ctx, it)
		if err != nil {
			return fmt.Errorf("judging item %s: %w", it.PublicID, err)
		}
		pairs = append(pairs, more...)
	}
	if len(pairs) == 0 {
		return nil
	}
	if err := s.saveMatches(ctx, pairs, babyshield.MatchRecallsArgs{}); err != nil {
		return fmt.Errorf("saving the matches of %d items: %w", len(items), err)
	}
	return nil
}

// maxCandidates bounds the recalls that one item is judged against. Keys are
// selective; an item with more candidates than this has no identity to speak of.
const maxCandidates = 5000

func (s *Store) itemPairs(ctx context.Context, it gen.Item) ([]pair, error) {
	var item babyshield.Item
	if err := json.Unmarshal([]byte(it.Content), &item); err != nil {
		return nil, err
	}
	list, err := s.q.CandidateRecalls(ctx, gen.CandidateRecallsParams{Keys: ids(match.PrepareItem(&item).Keys()), PageSize: maxCandidates})
	if err != nil {
		return nil, err
	}
	matched, err := s.q.MatchedRecalls(ctx, it.ID)
	if err != nil {
		return nil, err
	}
	recalls, err := s.loadRecalls(ctx, append(list, matched...))
	if err != nil {
		return nil, err
	}
	var pairs []pair
	for _, r := range recalls {
		if r.row.Sample {
			continue // samples never match, alert or count
		}
		met := []int64{}
		if slices.Contains(matched, r.row.ID) {
			met = append(met, it.ID)
		}
		p, ok, err := judge(r, it, met)
		if err != nil {
			return nil, err
		}
		if ok {
			pairs = append(pairs, p)
		}
	}
	return pairs, nil
}

// saveMatches writes judgements and what follows from them in one transaction:
// matches, alerts, deliveries, their jobs, and the job for the rest.
func (s *Store) saveMatches(ctx context.Context, pairs []pair, rest babyshield.MatchRecallsArgs) error {
	// Households are locked in one order, so that two pages cannot block each other.
	slices.SortStableFunc(pairs, func(a, b pair) int { return int(a.item.HouseholdID - b.item.HouseholdID) })
	return s.begin(ctx, func(ctx context.Context, t *tx) error {
		told := newTelling(s, t)
		for _, p := range pairs {
			id, muted, err := putMatch(ctx, t, p)
			if err != nil {
				return err
			}
			if id == 0 || muted || !p.judgement.Verdict.Alerts() || !owned(p.item) {
				continue
			}
			if err := told.add(ctx, p, id); err != nil {
				return err
			}
		}
		if err := told.enqueue(ctx); err != nil {
			return err
		}
		if len(rest.Recalls) == 0 {
			return nil
		}
		return t.insert(ctx, []river.InsertManyParams{job(rest)})
	})
}

// owned tells whether the household still has the item to be told about.
func owned(it gen.Item) bool {
	st := babyshield.ItemState(it.State)
	return it.RemovedAt == 0 && (st == babyshield.ItemInUse || st == babyshield.ItemStored)
}

// putMatch writes one judgement. The id is 0 where a judgement of newer versions
// stands already. A match is muted if the recall came by a back-fill and the item
// was there before it: what both directions would say.
func putMatch(ctx context.Context, t *tx, p pair) (id int64, muted bool, err error) {
	evidence, err := json.Marshal(p.judgement)
	if err != nil {
		return 0, false, err
	}
	verdict := string(p.judgement.Verdict)
	if verdict == "" {
		verdict = "none"
	}
	muted = p.recall.row.Muted && p.item.IdentifiedAt <= p.recall.row.RevisedAt
	id, err = t.PutMatch(ctx, gen.PutMatchParams{
		RecallID: p.recall.row.ID, ItemID: p.item.ID, Verdict: verdict, Evidence: string(evidence),
		RecallRevision: p.recall.row.Revision, ItemRevision: p.item.Revision, Muted: muted, Now: ms(t.now),
	})
	if err := notFound(err); err != nil {
		return 0, false, fmt.Errorf("keeping the match with item %s: %w", p.item.PublicID, err)
	}
	return id, muted, nil
}

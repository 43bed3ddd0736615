package store

import (
	"context"
	"encoding/json"
	"fmt"
	"runtime/debug"
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
	keep      bool // unless the stored judgement is older than what the recall covers now, it stands
}

// storedRecall is a recall ready to be compared.
type storedRecall struct {
	row       gen.RecallsByIDRow
	prepared  *match.Recall
	rescinded bool // the agency took it back: it covers nothing
}

// MatchRecalls judges the recalls against all items that share a key with them
// or matched before, starting behind the item `after` of the first recall. It
// saves matches, alerts, deliveries and their jobs page by page, each page in one
// transaction. If the deadline comes near, the rest is enqueued as a new job in
// the last page's transaction. Recalls that are gone are skipped with a warning.
//
// With args.Met nothing is judged that was judged of what the recall covers now:
// the pass tells those who were told before of what else changed.
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
		for !r.row.Sample { // samples never match, alert or count
			pairs, last, err := s.candidatePairs(ctx, r, after, args.Met)
			if err != nil {
				return fmt.Errorf("judging recall %s: %w", r.row.PublicID, err)
			}
			p := matchBatch{pairs: pairs}
			if last == 0 {
				p.done, p.met = r, args.Met
			}
			if s.Now().After(until) {
				p.rest = remaining(recalls[i:], last, args.Met)
			}
			if err := s.saveMatches(ctx, p); err != nil {
				return fmt.Errorf("saving the matches of recall %s: %w", r.row.PublicID, err)
			}
			if p.rest != nil {
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
// recall, or with the next recall where last is 0. It is nil if nothing is left.
func remaining(recalls []*storedRecall, last int64, met bool) river.JobArgs {
	if last == 0 {
		recalls = recalls[1:]
	}
	rest := babyshield.MatchRecallsArgs{After: last, Met: met}
	for _, r := range recalls {
		rest.Recalls = append(rest.Recalls, r.row.ID)
	}
	if len(rest.Recalls) == 0 {
		return nil
	}
	return rest
}

func (s *Store) loadRecalls(ctx context.Context, list []int64) ([]*storedRecall, error) {
	return s.recallsOf(ctx, s.q, list)
}

func (s *Store) recallsOf(ctx context.Context, q *gen.Queries, list []int64) ([]*storedRecall, error) {
	rows, err := q.RecallsByID(ctx, ids(list))
	if err != nil {
		return nil, fmt.Errorf("loading recalls: %w", err)
	}
	var out []*storedRecall
	for _, row := range rows {
		r, err := prepare(row.Content, row.Products)
		if err != nil {
			// One recall that cannot be read does not hold up its neighbours.
			s.Log.ErrorContext(ctx, "a recall cannot be prepared for matching", "recall", row.PublicID, "err", err)
			continue
		}
		r.row = row
		out = append(out, r)
	}
	return out, nil
}

// prepare decodes and folds a stored recall; a panic of the matcher is an error.
func prepare(content, lines string) (p *storedRecall, err error) {
	defer caught(&err)
	r, products, err := decode(content, lines)
	if err != nil {
		return nil, err
	}
	return &storedRecall{prepared: match.Prepare(r, products), rescinded: r.Rescinded()}, nil
}

// caught turns a panic over one record into an error with its stack: one record
// must not take its neighbours down.
func caught(err *error) {
	if v := recover(); v != nil {
		*err = fmt.Errorf("panic: %v\n%s", v, debug.Stack())
	}
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

// candidatePairs judges the next page of items behind `after`: those that share a
// key with the recall as it is now, and those that met it as it was. By the law of
// package match no other item can have a verdict. met leaves out the first. last
// is where to go on, 0 at the end.
func (s *Store) candidatePairs(ctx context.Context, r *storedRecall, after int64, met bool) (pairs []pair, last int64, err error) {
	var keyed []int64
	if !met {
		keyed, err = s.q.CandidateItems(ctx, gen.CandidateItemsParams{Keys: ids(r.prepared.Keys()), After: after, PageSize: pairPage})
		if err != nil {
			return nil, 0, err
		}
	}
	matched, err := s.q.MatchedItems(ctx, gen.MatchedItemsParams{RecallID: r.row.ID, After: after, PageSize: pairPage})
	if err != nil {
		return nil, 0, err
	}
	list := slices.Concat(keyed, matched)
	slices.Sort(list)
	list = slices.Compact(list)
	if len(keyed) == pairPage || len(matched) == pairPage || len(list) > pairPage {
		// Each list is complete up to its last id, so their merge is up to pairPage.
		list = list[:pairPage]
		last = list[pairPage-1]
	}
	items, err := s.q.ItemsByID(ctx, ids(list))
	if err != nil {
		return nil, 0, err
	}
	for _, it := range items {
		if met {
			pairs = append(pairs, pair{recall: r, item: it, keep: true})
			continue
		}
		if p, ok := s.judge(ctx, r, it, slices.Contains(matched, it.ID)); ok {
			pairs = append(pairs, p)
		}
	}
	return pairs, last, nil
}

// judge compares one pair. A pair that never met and does not meet leaves no row,
// nor does one that cannot be read.
func (s *Store) judge(ctx context.Context, r *storedRecall, it gen.Item, met bool) (pair, bool) {
	p := pair{recall: r, item: it}
	if it.RemovedAt == 0 {
		var err error
		if p.judgement, err = r.compare(it.Content); err != nil {
			s.Log.ErrorContext(ctx, "a pair cannot be judged", "recall", r.row.PublicID, "item", it.PublicID, "err", err)
			return p, false
		}
	}
	return p, p.judgement.Verdict != "" || met
}

// compare judges an item by its stored text.
func (r *storedRecall) compare(content string) (j babyshield.Judgement, err error) {
	if r.rescinded {
		return babyshield.Judgement{Because: "The authority withdrew the notice."}, nil
	}
	defer caught(&err)
	var item babyshield.Item
	if err := json.Unmarshal([]byte(content), &item); err != nil {
		return j, err
	}
	return match.Compare(r.prepared, match.PrepareItem(&item)), nil
}

// MatchItems judges items against all recalls that share a key with them or
// matched before; the counterpart of MatchRecalls. Both judge committed rows
// only, and both the item and the recall enqueue their job with themselves: of
// two that are added at the same moment, the later committer's job sees both.
//
// Items that came together are saved together as far as possible, so that a
// household's items which meet one recall share an alert.
func (s *Store) MatchItems(ctx context.Context, args babyshield.MatchItemsArgs, until time.Time) error {
	items, err := s.q.ItemsByID(ctx, ids(args.Items))
	if err != nil {
		return fmt.Errorf("loading items: %w", err)
	}
	if len(items) < len(args.Items) {
		s.Log.WarnContext(ctx, "items to match are missing", "wanted", len(args.Items), "found", len(items))
	}
	p := matchBatch{}
	known := map[int64]*storedRecall{}
	for i, it := range items {
		more, err := s.itemPairs(ctx, it, known)
		if err != nil {
			return fmt.Errorf("judging item %s: %w", it.PublicID, err)
		}
		p.pairs = append(p.pairs, more...)
		if s.Now().After(until) && i+1 < len(items) {
			var rest babyshield.MatchItemsArgs
			for _, left := range items[i+1:] {
				rest.Items = append(rest.Items, left.ID)
			}
			p.rest = rest
		}
		if len(p.pairs) < pairPage && i+1 < len(items) && p.rest == nil {
			continue
		}
		if err := s.saveMatches(ctx, p); err != nil {
			return fmt.Errorf("saving the matches of items up to %s: %w", it.PublicID, err)
		}
		if p.rest != nil {
			return nil
		}
		p = matchBatch{}
	}
	return nil
}

// maxCandidates bounds the recalls that one item is judged against. Keys are
// selective; an item with more candidates than this has no identity to speak of,
// and a check of it is answered not_checked.
const maxCandidates = 5000

// maxKnown bounds the recalls that a job keeps prepared.
const maxKnown = 2000

func (s *Store) itemPairs(ctx context.Context, it gen.Item, known map[int64]*storedRecall) ([]pair, error) {
	var item babyshield.Item
	if err := json.Unmarshal([]byte(it.Content), &item); err != nil {
		return nil, err
	}
	list, err := s.q.CandidateRecalls(ctx, gen.CandidateRecallsParams{Keys: ids(match.PrepareItem(&item).Keys()), PageSize: maxCandidates})
	if err != nil {
		return nil, err
	}
	if len(list) == maxCandidates {
		s.Log.WarnContext(ctx, "an item has too many candidates; the rest is not judged", "item", it.PublicID)
	}
	matched, err := s.q.MatchedRecalls(ctx, it.ID)
	if err != nil {
		return nil, err
	}
	list = slices.Concat(list, matched)
	slices.Sort(list)
	list = slices.Compact(list)
	if err := s.fillKnown(ctx, known, list); err != nil {
		return nil, err
	}
	var pairs []pair
	for _, id := range list {
		r := known[id]
		if r == nil || r.row.Sample {
			continue // unreadable; or a sample, which never matches, alerts or counts
		}
		if p, ok := s.judge(ctx, r, it, slices.Contains(matched, id)); ok {
			pairs = append(pairs, p)
		}
	}
	return pairs, nil
}

// fillKnown loads the recalls that are not known yet.
func (s *Store) fillKnown(ctx context.Context, known map[int64]*storedRecall, list []int64) error {
	if len(known) > maxKnown {
		clear(known)
	}
	missing := slices.DeleteFunc(slices.Clone(list), func(id int64) bool { return known[id] != nil })
	if len(missing) == 0 {
		return nil
	}
	loaded, err := s.loadRecalls(ctx, missing)
	for _, r := range loaded {
		known[r.row.ID] = r
	}
	return err
}

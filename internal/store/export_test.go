package store

import (
	"context"
	"encoding/json"

	"github.com/riverqueue/river"
	"github.com/riverqueue/river/rivertype"

	"github.com/babyshield/babyshield"
	"github.com/babyshield/babyshield/internal/match"
	"github.com/babyshield/babyshield/internal/store/gen"
)

// FindOwners is the reading half of MatchRecalls: how many items the recall
// meets, found through the keys and judged, nothing written. For benchmarks.
func FindOwners(ctx context.Context, s *Store, recall int64) (int, error) {
	recalls, err := s.loadRecalls(ctx, []int64{recall})
	if err != nil {
		return 0, err
	}
	n := 0
	for after := int64(0); ; {
		pairs, last, err := s.candidatePairs(ctx, recalls[0], after, false)
		if err != nil {
			return 0, err
		}
		for _, p := range pairs {
			if p.judgement.Verdict != "" {
				n++
			}
		}
		if after = last; last == 0 {
			return n, nil
		}
	}
}

// Age makes a recall one that the reader before this one read, with the products
// that it gave, written as it wrote them.
func Age(ctx context.Context, s *Store, r *babyshield.Recall, products []babyshield.RecalledProduct, written string) error {
	return s.begin(ctx, func(ctx context.Context, t *tx) error {
		row, err := t.RecallByNumber(ctx, gen.RecallByNumberParams{Agency: r.Agency, Number: r.Number})
		if err != nil {
			return err
		}
		_, err = t.RereadRecall(ctx, gen.RereadRecallParams{ID: row.ID, Revision: row.Revision, Products: written, Reader: match.Reader - 1})
		if err != nil {
			return err
		}
		if err := t.DropRecallKeys(ctx, row.ID); err != nil {
			return err
		}
		return putKeys(ctx, t, row.ID, r, products)
	})
}

// JudgeThenSave judges the pair of a recall and an item, runs between, and saves
// the judgement then: what a job does to which another transaction comes between.
func JudgeThenSave(ctx context.Context, s *Store, recall, item int64, between func()) error {
	recalls, err := s.loadRecalls(ctx, []int64{recall})
	if err != nil {
		return err
	}
	items, err := s.q.ItemsByID(ctx, ids([]int64{item}))
	if err != nil {
		return err
	}
	p, _ := s.judge(ctx, recalls[0], items[0], false)
	between()
	return s.saveMatches(ctx, matchBatch{pairs: []pair{p}})
}

// TakeMatching takes up to 100 of the matching jobs that wait out of the queue, and
// gives their arguments: babyshield.MatchRecallsArgs and babyshield.MatchItemsArgs.
func TakeMatching(ctx context.Context, s *Store) (args []any, err error) {
	var r babyshield.MatchRecallsArgs
	var i babyshield.MatchItemsArgs
	queue := s.engine.jobs().(interface {
		JobList(ctx context.Context, params *river.JobListParams) (*river.JobListResult, error)
		JobDelete(ctx context.Context, id int64) (*rivertype.JobRow, error)
	})
	list, err := queue.JobList(ctx, river.NewJobListParams().First(100).Kinds(r.Kind(), i.Kind()))
	if err != nil {
		return nil, err
	}
	for _, j := range list.Jobs {
		if _, err := queue.JobDelete(ctx, j.ID); err != nil {
			return nil, err
		}
		if j.Kind == r.Kind() {
			r = babyshield.MatchRecallsArgs{}
			err = json.Unmarshal(j.EncodedArgs, &r)
			args = append(args, r)
		} else {
			i = babyshield.MatchItemsArgs{}
			err = json.Unmarshal(j.EncodedArgs, &i)
			args = append(args, i)
		}
		if err != nil {
			return nil, err
		}
	}
	return args, nil
}

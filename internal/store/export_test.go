package store

import (
	"context"

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
		pairs, last, err := s.candidatePairs(ctx, recalls[0], after)
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

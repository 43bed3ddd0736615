package store

import "context"

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

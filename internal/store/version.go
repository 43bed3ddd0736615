package store

import (
	"context"
	"fmt"
)

// RecallsVersion names the state of all recalls: it changes with each one that is
// added, amended or read again, and differs between two databases. Numbers of
// revisions and readers never go down, so their sums are the same only where each
// of them is.
func (s *Store) RecallsVersion(ctx context.Context) (string, error) {
	v, err := s.q.RecallsVersion(ctx)
	if err != nil {
		return "", fmt.Errorf("reading the version of the recalls: %w", err)
	}
	return fmt.Sprintf("%d.%d.%d.%d.%s", v.N, v.Last, v.Revisions, v.Readers, v.ID), nil
}

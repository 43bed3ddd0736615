package store

import (
	"context"
	"fmt"
	"strconv"
	"time"
)

// Policies returns the site's rules by name.
func (s *Store) Policies(ctx context.Context) (map[string]string, error) {
	rows, err := s.q.Policies(ctx)
	if err != nil {
		return nil, fmt.Errorf("reading the policies: %w", err)
	}
	out := make(map[string]string, len(rows))
	for _, r := range rows {
		out[r.Name] = r.Value
	}
	return out, nil
}

// PolicyDuration reads a policy that is a span of time; a value that an operator spoilt falls back to
// the default with a warning.
func (s *Store) PolicyDuration(ctx context.Context, name string) (time.Duration, error) {
	all, err := s.Policies(ctx)
	if err != nil {
		return 0, err
	}
	d, err := time.ParseDuration(all[name])
	if err != nil {
		s.Log.WarnContext(ctx, "a policy cannot be read; its default holds", "policy", name)
		return time.ParseDuration(Policies[name])
	}
	return d, nil
}

// PolicyShare reads a policy that is a share between 0 and 1.
func (s *Store) PolicyShare(ctx context.Context, name string) (float64, error) {
	all, err := s.Policies(ctx)
	if err != nil {
		return 0, err
	}
	f, err := strconv.ParseFloat(all[name], 64)
	if err != nil || f < 0 || f > 1 {
		s.Log.WarnContext(ctx, "a policy cannot be read; its default holds", "policy", name)
		return strconv.ParseFloat(Policies[name], 64)
	}
	return f, nil
}

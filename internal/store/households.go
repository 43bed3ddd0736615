package store

import (
	"context"
	"fmt"
	"strings"

	"github.com/babyshield/babyshield"
	"github.com/babyshield/babyshield/internal/store/gen"
)

// allow is the one place that says who may act on people's data. Until accounts
// exist only the operator may.
func allow(who babyshield.Actor) error {
	if who.Operator {
		return nil
	}
	return babyshield.Errorf(babyshield.Unauthenticated, "Sign in first.")
}

// AddHousehold makes a household. A name that exists already, in any casing, is a
// conflict.
func (s *Store) AddHousehold(ctx context.Context, who babyshield.Actor, h babyshield.Household) (babyshield.Household, error) {
	if err := allow(who); err != nil {
		return h, err
	}
	if err := h.Validate(); err != nil {
		return h, err
	}
	h.ID = randomID("hsh_")
	err := s.begin(ctx, func(ctx context.Context, t *tx) error {
		h.Created = t.now.UTC()
		_, err := t.AddHousehold(ctx, gen.AddHouseholdParams{
			PublicID: h.ID, Name: h.Name, NameKey: nameKey(h.Name), Countries: strings.Join(h.Countries, ","), Timezone: h.Timezone, Now: ms(t.now),
		})
		if err != nil && notFound(err) == nil {
			return babyshield.Errorf(babyshield.Conflict, "There is a household %q already.", h.Name)
		}
		return err
	})
	return h, err
}

// Households lists all households by name.
func (s *Store) Households(ctx context.Context, who babyshield.Actor) ([]babyshield.Household, error) {
	if err := allow(who); err != nil {
		return nil, err
	}
	rows, err := s.q.Households(ctx)
	if err != nil {
		return nil, fmt.Errorf("reading households: %w", err)
	}
	out := make([]babyshield.Household, len(rows))
	for i, r := range rows {
		out[i] = babyshield.Household{
			ID: r.PublicID, Name: r.Name, Countries: splitList(r.Countries), Timezone: r.Timezone,
			Created: fromMS(r.CreatedAt), Items: r.Items, Channels: r.Channels,
		}
	}
	return out, nil
}

// Household finds a household by name, or the only one where name is "".
func (s *Store) Household(ctx context.Context, who babyshield.Actor, name string) (babyshield.Household, error) {
	row, err := s.household(ctx, who, s.q, name)
	return babyshield.Household{ID: row.PublicID, Name: row.Name, Countries: splitList(row.Countries), Timezone: row.Timezone, Created: fromMS(row.CreatedAt)}, err
}

func (s *Store) household(ctx context.Context, who babyshield.Actor, q *gen.Queries, name string) (gen.Household, error) {
	if err := allow(who); err != nil {
		return gen.Household{}, err
	}
	if name != "" {
		row, err := q.HouseholdByName(ctx, nameKey(name))
		if err != nil && notFound(err) == nil {
			return row, babyshield.Errorf(babyshield.NotFound, "There is no household %q. See: babyshield household list", name)
		}
		return row, err
	}
	rows, err := q.TwoHouseholds(ctx)
	switch {
	case err != nil:
		return gen.Household{}, err
	case len(rows) == 0:
		return gen.Household{}, babyshield.Errorf(babyshield.NotFound, "There is no household yet. Make one with: babyshield household add NAME")
	case len(rows) > 1:
		return gen.Household{}, babyshield.Errorf(babyshield.Invalid, "There are several households: name one with --household.")
	}
	return rows[0], nil
}

func nameKey(name string) string {
	return strings.ToLower(strings.Join(strings.Fields(name), " "))
}

func splitList(s string) []string {
	if s == "" {
		return nil
	}
	return strings.Split(s, ",")
}

package store

import (
	"context"
	"fmt"
	"strings"

	"github.com/babyshield/babyshield/internal/store/gen"
)

// Finding is one invariant and whether it holds. Broken names what breaks it, by
// ids only.
type Finding struct {
	Invariant string   `json:"invariant"`
	Holds     bool     `json:"holds"`
	Broken    []string `json:"broken,omitempty"`
}

// Audit tests the invariants that the database can show by itself (ARCHITECTURE
// section 6, RELIABILITY 2.0). The error is that of a query; a broken invariant
// is a Finding.
func (s *Store) Audit(ctx context.Context) ([]Finding, error) {
	overdue, err := s.PolicyDuration(ctx, "audit.overdue")
	if err != nil {
		return nil, err
	}
	checks := []struct {
		invariant string
		run       func() ([]string, error)
	}{
		{"every match to be told has its alert", func() ([]string, error) {
			rows, err := s.q.AuditAlertsWithoutMatch(ctx, false)
			return texts(rows, func(r gen.AuditAlertsWithoutMatchRow) string { return fmt.Sprintf("match %d", r.ID) }), err
		}},
		{"every alert has an item", func() ([]string, error) { return s.q.AuditAlertsWithoutItem(ctx) }},
		{"every alert of a household with a channel has a delivery", func() ([]string, error) { return s.q.AuditAlertsUndelivered(ctx) }},
		{"no delivery was accepted twice", func() ([]string, error) { return numbers(s.q.AuditDoubleAccepted(ctx)) }},
		{"every accepted delivery has its accepted attempt", func() ([]string, error) { return numbers(s.q.AuditAcceptedWithoutAttempt(ctx)) }},
		{"no delivery is overdue by more than " + strings.TrimSuffix(overdue.String(), "0s"), func() ([]string, error) {
			return numbers(s.q.AuditOverdue(ctx, ms(s.Now().Add(-overdue))))
		}},
		{"every recall has its latest revision on record", func() ([]string, error) { return s.q.AuditRecallsWithoutRevision(ctx) }},
		{"every answer of a match is on record and stands", func() ([]string, error) { return s.q.AuditAnswers(ctx) }},
		{"every alert of a change names what caused it", func() ([]string, error) { return s.q.AuditCauses(ctx) }},
		{"nothing is judged by a revision that is not there", func() ([]string, error) { return s.q.AuditRevisions(ctx) }},
		{"every recall is prepared for matching", func() ([]string, error) { return s.q.AuditRecallsUnprepared(ctx) }},
		{"every recall has an event", func() ([]string, error) { return s.q.AuditEventless(ctx) }},
		{"no job has failed five times or was thrown away", func() ([]string, error) { return s.Troubled(ctx, 5) }},
	}
	var out []Finding
	for _, c := range checks {
		broken, err := c.run()
		if err != nil {
			return out, fmt.Errorf("auditing %q: %w", c.invariant, err)
		}
		out = append(out, Finding{Invariant: c.invariant, Holds: len(broken) == 0, Broken: broken})
	}
	return out, nil
}

// Tidy applies the retention clocks: the text of messages that ended long ago is
// forgotten, their keys and outcomes stay.
func (s *Store) Tidy(ctx context.Context) (forgotten int64, err error) {
	keep, err := s.PolicyDuration(ctx, "delivery.forget")
	if err != nil {
		return 0, err
	}
	err = s.begin(ctx, func(ctx context.Context, t *tx) error {
		forgotten, err = t.ForgetMessages(ctx, ms(t.now.Add(-keep)))
		return err
	})
	return forgotten, err
}

func texts[T any](rows []T, f func(T) string) []string {
	var out []string
	for _, r := range rows {
		out = append(out, f(r))
	}
	return out
}

func numbers(rows []int64, err error) ([]string, error) {
	return texts(rows, func(n int64) string { return fmt.Sprint(n) }), err
}

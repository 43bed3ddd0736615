package store

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"

	"github.com/babyshield/babyshield"
	"github.com/babyshield/babyshield/internal/store/gen"
)

// AlertList is a page of all alerts in the order they were made, with their
// items and deliveries. next is 0 at the end.
func (s *Store) AlertList(ctx context.Context, who babyshield.Actor, after int64, size int) (out []babyshield.Alert, next int64, err error) {
	if err := allow(who); err != nil {
		return nil, 0, err
	}
	rows, err := s.q.ListAlerts(ctx, gen.ListAlertsParams{After: after, PageSize: int32(size)})
	if err != nil {
		return nil, 0, fmt.Errorf("listing alerts: %w", err)
	}
	at := map[int64]int{}
	var list []int64
	for i, r := range rows {
		change, err := readChange(r.Change)
		if err != nil {
			return nil, 0, fmt.Errorf("reading alert %s: %w", r.PublicID, err)
		}
		at[r.ID] = i
		list = append(list, r.ID)
		out = append(out, babyshield.Alert{
			ID: r.PublicID, Household: r.Household, Agency: r.Agency, Number: r.Number, RecallID: r.RecallPublicID, Event: r.EventPublicID,
			Title: r.Title, Class: babyshield.AlertClass(r.Class), Revision: r.Revision, Verdict: babyshield.Verdict(r.Verdict),
			State: babyshield.AlertState(r.State), Created: fromMS(r.CreatedAt), Change: change, Items: []string{}, Deliveries: []babyshield.DeliveryInfo{},
		})
	}
	items, err := s.q.AlertItems(ctx, ids(list))
	if err != nil {
		return nil, 0, fmt.Errorf("listing the alerts' items: %w", err)
	}
	for _, r := range items {
		a := &out[at[r.AlertID]]
		a.Items = append(a.Items, cmp.Or(r.Ref, r.PublicID))
	}
	deliveries, err := s.q.AlertDeliveries(ctx, ids(list))
	if err != nil {
		return nil, 0, fmt.Errorf("listing the alerts' deliveries: %w", err)
	}
	for _, r := range deliveries {
		a := &out[at[r.AlertID]]
		a.Deliveries = append(a.Deliveries, babyshield.DeliveryInfo{
			Channel: r.Label, State: babyshield.DeliveryState(r.State), WireKey: r.WireKey, Attempts: r.Attempt, Reason: r.Reason,
		})
	}
	if len(rows) == size {
		next = rows[len(rows)-1].ID
	}
	return out, next, nil
}

// readChange reads a stored amendment; "" is none.
func readChange(text string) (a babyshield.Amendment, err error) {
	if text != "" {
		err = json.Unmarshal([]byte(text), &a)
	}
	return a, err
}

// AcknowledgeAlert notes that the household has seen an alert. To do so twice is
// no error.
func (s *Store) AcknowledgeAlert(ctx context.Context, who babyshield.Actor, id string) error {
	if err := allow(who); err != nil {
		return err
	}
	return s.begin(ctx, func(ctx context.Context, t *tx) error {
		n, err := t.AcknowledgeAlert(ctx, gen.AcknowledgeAlertParams{PublicID: id, Now: ms(t.now)})
		if err != nil || n == 1 {
			return err
		}
		known, err := t.AlertExists(ctx, id)
		if err == nil && known == 0 {
			return babyshield.Errorf(babyshield.NotFound, "There is no alert %q. See: babyshield alert list", id)
		}
		return err
	})
}

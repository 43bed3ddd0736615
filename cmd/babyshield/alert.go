package main

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/babyshield/babyshield"
	"github.com/babyshield/babyshield/internal/notify"
	"github.com/babyshield/babyshield/internal/store"
)

type alertCmd struct {
	List alertListCmd `cmd:"" help:"List the alerts in the order they were made."`
	Ack  alertAckCmd  `cmd:"" help:"Note that the household has seen an alert."`
}

// alertRow is an alert as CONTRACT has it.
type alertRow struct {
	ID         string                    `json:"id"`
	Household  string                    `json:"household"`
	Agency     string                    `json:"agency"`
	Number     string                    `json:"number"`
	RecallID   string                    `json:"recall_id"`
	Event      string                    `json:"event"`
	Title      string                    `json:"title"`
	Class      babyshield.AlertClass     `json:"class"`
	Revision   int64                     `json:"revision"`
	Verdict    babyshield.Verdict        `json:"verdict"`
	Changed    []string                  `json:"changed"` // what an alert of an amendment tells of, in sentences
	Items      []string                  `json:"items"`
	State      babyshield.AlertState     `json:"state"`
	Deliveries []babyshield.DeliveryInfo `json:"deliveries"`
	Created    *time.Time                `json:"created"`
}

func newAlertRow(al babyshield.Alert) alertRow {
	return alertRow{
		ID: al.ID, Household: al.Household, Agency: al.Agency, Number: al.Number, RecallID: al.RecallID, Event: al.Event, Title: al.Title,
		Class: al.Class, Revision: al.Revision, Verdict: al.Verdict, Changed: orEmpty(notify.Changed(al.Change)), Items: orEmpty(al.Items), State: al.State,
		Deliveries: orEmpty(al.Deliveries), Created: stamp(al.Created),
	}
}

type alertListCmd struct{}

func (alertListCmd) Help() string {
	return `
Class: new (an item meets a recall), widened (an amendment covers more), remedy (what is offered changed), rescinded (the notice was taken back, or covers the item no longer; the verdict is what was told before).

Examples:

    babyshield alert list
    babyshield alert list --json
`
}

// Run lists all alerts.
func (alertListCmd) Run(ctx context.Context, a *app) error {
	return a.with(ctx, needs{}, func(s *store.Store) error {
		var rows []alertRow
		for after := int64(0); ; {
			page, next, err := s.AlertList(ctx, operator(), after, 500)
			if err != nil {
				return err
			}
			for _, al := range page {
				rows = append(rows, newAlertRow(al))
			}
			if after = next; next == 0 {
				break
			}
		}
		header := "ID|WHEN|HOUSEHOLD|CLASS|VERDICT|STATE|ITEMS|TOLD|RECALL"
		return list(a, rows, header, "Nobody was alerted yet.", func(r alertRow) []string {
			return []string{
				r.ID, whenOr(r.Created, ""), r.Household, string(r.Class), string(r.Verdict), string(r.State), strings.Join(r.Items, ","),
				told(r.Deliveries), r.Agency + " " + r.Number + " " + r.Title,
			}
		})
	})
}

// told sums an alert's deliveries up.
func told(deliveries []babyshield.DeliveryInfo) string {
	if len(deliveries) == 0 {
		return "no channel"
	}
	var parts []string
	for _, d := range deliveries {
		parts = append(parts, fmt.Sprintf("%s %s", d.Channel, d.State))
	}
	return strings.Join(parts, ", ")
}

type alertAckCmd struct {
	ID string `arg:"" name:"id" help:"The alert's id, alt_..."`
}

func (alertAckCmd) Help() string {
	return `
Examples:

    babyshield alert ack alt_aebagbafaydqqcik
`
}

// Run acknowledges an alert.
func (c *alertAckCmd) Run(ctx context.Context, a *app) error {
	return a.with(ctx, needs{}, func(s *store.Store) error {
		if err := s.AcknowledgeAlert(ctx, operator(), c.ID); err != nil {
			return err
		}
		if a.JSON {
			return a.json(map[string]any{"id": c.ID, "state": babyshield.AlertAcknowledged})
		}
		a.printf("The alert %s is acknowledged.\n", c.ID)
		return nil
	})
}

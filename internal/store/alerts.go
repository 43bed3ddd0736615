package store

import (
	"context"
	"fmt"
	"slices"

	"github.com/riverqueue/river"

	"github.com/babyshield/babyshield"
	"github.com/babyshield/babyshield/internal/notify"
	"github.com/babyshield/babyshield/internal/store/gen"
)

// telling makes alerts and deliveries within one transaction. An item is told of
// an event once (the key of alert_items); a household's items beneath one event
// share an alert as long as no message of it has been composed. After that a
// further item starts the alert's next revision.
type telling struct {
	s          *Store
	t          *tx
	locked     int64 // household whose row this transaction holds
	deliveries []int64
}

func newTelling(s *Store, t *tx) *telling { return &telling{s: s, t: t} }

func (d *telling) add(ctx context.Context, p pair, matchID int64) error {
	household, event := p.item.HouseholdID, p.event.EventID
	if told, err := d.told(ctx, p); err != nil || told {
		return err
	}
	if d.locked != household {
		// All alerts of a household are made one transaction after another, so what
		// we read of them from here on stays true until we commit.
		if _, err := d.t.LockHousehold(ctx, household); err != nil {
			return err
		}
		d.locked = household
		if told, err := d.told(ctx, p); err != nil || told {
			return err
		}
	}
	alert, err := d.alertFor(ctx, p)
	if err != nil {
		return fmt.Errorf("alerting of recall %s: %w", p.recall.row.PublicID, err)
	}
	_, err = d.t.AddAlertItem(ctx, gen.AddAlertItemParams{ItemID: p.item.ID, EventID: event, Class: string(babyshield.AlertNew), AlertID: alert, MatchID: matchID})
	return err
}

func (d *telling) told(ctx context.Context, p pair) (bool, error) {
	n, err := d.t.ItemAlerted(ctx, gen.ItemAlertedParams{ItemID: p.item.ID, EventID: p.event.EventID, Class: string(babyshield.AlertNew)})
	return n > 0, err
}

// alertFor finds the household's alert of the event that is still open for items,
// or makes the next one with its deliveries. The household is locked.
func (d *telling) alertFor(ctx context.Context, p pair) (int64, error) {
	household, event := p.item.HouseholdID, p.event.EventID
	latest, err := d.t.OpenAlert(ctx, gen.OpenAlertParams{HouseholdID: household, EventID: event, Class: string(babyshield.AlertNew)})
	if err != nil {
		return 0, err
	}
	revision := int64(1)
	if len(latest) > 0 {
		n, err := d.t.JoinAlert(ctx, gen.JoinAlertParams{ID: latest[0].ID, Verdict: string(p.judgement.Verdict)})
		if err != nil {
			return 0, err
		}
		if n == 1 {
			return latest[0].ID, nil
		}
		revision = latest[0].Revision + 1
	}
	id, publicID, err := d.newAlert(ctx, p, revision)
	if err != nil {
		return 0, err
	}
	return id, d.deliver(ctx, id, publicID, household, babyshield.Severity(p.recall.row.Severity), p.judgement.Verdict)
}

func (d *telling) newAlert(ctx context.Context, p pair, revision int64) (int64, string, error) {
	key := fmt.Sprintf("%d", p.item.HouseholdID)
	publicID := babyshield.AlertID(key, p.event.PublicID, babyshield.AlertNew, revision)
	id, err := d.t.AddAlert(ctx, gen.AddAlertParams{
		PublicID: publicID, HouseholdID: p.item.HouseholdID, EventID: p.event.EventID, Class: string(babyshield.AlertNew),
		Revision: revision, RecallID: p.recall.row.ID, Verdict: string(p.judgement.Verdict), Now: ms(d.t.now),
	})
	return id, publicID, conflictIfNone(err)
}

// deliver plans the deliveries of an alert to the household's channels.
func (d *telling) deliver(ctx context.Context, alert int64, alertID string, household int64, severity babyshield.Severity, verdict babyshield.Verdict) error {
	channels, err := d.t.HouseholdChannels(ctx, household)
	if err != nil || len(channels) == 0 {
		return err // told as soon as the household has a channel, see AddChannel
	}
	pepper, err := d.s.pepper(ctx, d.t.Queries)
	if err != nil {
		return err
	}
	targets := make([]notify.Target, len(channels))
	names := map[int64]string{}
	for i, c := range channels {
		targets[i] = notify.Target{ChannelID: c.ID, Kind: c.Kind}
		names[c.ID] = c.PublicID
	}
	for _, p := range notify.Route(severity, verdict, targets, d.t.now) {
		id, err := d.t.AddDelivery(ctx, gen.AddDeliveryParams{
			AlertID: alert, ChannelID: p.ChannelID, WireKey: keyedHash(pepper, "wire", alertID, names[p.ChannelID]),
			DueAt: ms(p.Due), Now: ms(d.t.now),
		})
		if err := notFound(err); err != nil {
			return fmt.Errorf("planning a delivery: %w", err)
		}
		if id != 0 {
			d.deliveries = append(d.deliveries, id)
		}
	}
	return nil
}

// deliverPage is how many deliveries one job sends.
const deliverPage = 50

// enqueue makes the jobs of all deliveries planned in this transaction.
func (d *telling) enqueue(ctx context.Context) error {
	var jobs []river.InsertManyParams
	for page := range slices.Chunk(d.deliveries, deliverPage) {
		jobs = append(jobs, job(babyshield.DeliverArgs{Deliveries: page}))
	}
	if len(jobs) == 0 {
		return nil
	}
	return d.t.insert(ctx, jobs)
}

// conflictIfNone turns "no row came back" of an INSERT ... DO NOTHING RETURNING
// into a conflict: another transaction was first.
func conflictIfNone(err error) error {
	if err != nil && notFound(err) == nil {
		return babyshield.Errorf(babyshield.Conflict, "Another process wrote the same at the same moment.")
	}
	return err
}

package store

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strconv"

	"github.com/riverqueue/river"

	"github.com/babyshield/babyshield"
	"github.com/babyshield/babyshield/internal/notify"
	"github.com/babyshield/babyshield/internal/store/gen"
)

// telling makes alerts and deliveries within one transaction. An item is told of
// an event once for each class and cause (the key of alert_items); a household's
// items beneath one event that have class and cause in common share an alert as
// long as no message of it has been composed. After that a further item starts the
// next revision of that class.
type telling struct {
	s          *Store
	t          *tx
	locked     int64             // household whose row this transaction holds
	households map[[2]int64]bool // household and event: that it was told of it
	deliveries []int64
}

func newTelling(s *Store, t *tx) *telling {
	return &telling{s: s, t: t, households: map[[2]int64]bool{}}
}

// told is what is said of one item.
type told struct {
	class   babyshield.AlertClass
	cause   int64              // see alert_items.cause
	verdict babyshield.Verdict // of the alert
	item    string             // of the item: its verdict, or none
	change  babyshield.Amendment
}

// lock takes the household's row: all alerts of a household are made one
// transaction after another, so what we read of them from here on stays true
// until we commit.
func (d *telling) lock(ctx context.Context, household int64) error {
	if d.locked == household {
		return nil
	}
	if _, err := d.t.LockHousehold(ctx, household); err != nil {
		return err
	}
	d.locked = household
	return nil
}

// toldOf is the worst verdict that the household was told of the item, "" where
// it was told nothing, or last that it is covered no longer. ever says that it
// was told something.
func (d *telling) toldOf(ctx context.Context, item, event int64) (worst babyshield.Verdict, ever bool, err error) {
	rows, err := d.t.ItemTold(ctx, gen.ItemToldParams{ItemID: item, EventID: event})
	for _, r := range rows {
		v := babyshield.Verdict(r.Verdict)
		if r.Class == string(babyshield.AlertRescinded) {
			worst = ""
		} else if v.Rank() > worst.Rank() {
			worst = v
		}
	}
	return worst, len(rows) > 0, err
}

// household tells whether the household was told of the event, for any item.
func (d *telling) household(ctx context.Context, household, event int64) (bool, error) {
	key := [2]int64{household, event}
	if d.households[key] {
		return true, nil
	}
	rows, err := d.t.HouseholdTold(ctx, gen.HouseholdToldParams{HouseholdID: household, EventID: event})
	if len(rows) > 0 {
		d.households[key] = true
	}
	return len(rows) > 0, err
}

// add tells the household of an item. The household is locked.
func (d *telling) add(ctx context.Context, n news, event gen.EventOfRecallRow, to told) error {
	known, err := d.t.ItemAlerted(ctx, gen.ItemAlertedParams{ItemID: n.item.ID, EventID: event.EventID, Class: string(to.class), Cause: to.cause})
	if err != nil || known > 0 {
		return err
	}
	alert, err := d.alertFor(ctx, n.pair, event, to)
	if err != nil {
		return fmt.Errorf("alerting: %w", err)
	}
	_, err = d.t.AddAlertItem(ctx, gen.AddAlertItemParams{
		ItemID: n.item.ID, EventID: event.EventID, Class: string(to.class), Cause: to.cause, Verdict: to.item, AlertID: alert, MatchID: n.match,
	})
	return err
}

// alertFor finds the household's alert of the event that is still open for items
// of this class and cause, or makes the next one with its deliveries.
func (d *telling) alertFor(ctx context.Context, p pair, event gen.EventOfRecallRow, to told) (int64, error) {
	household := p.item.HouseholdID
	latest, err := d.t.OpenAlert(ctx, gen.OpenAlertParams{HouseholdID: household, EventID: event.EventID, Class: string(to.class)})
	if err != nil {
		return 0, err
	}
	revision := int64(1)
	if len(latest) > 0 {
		revision = latest[0].Revision + 1
		if latest[0].Cause == to.cause {
			n, err := d.t.JoinAlert(ctx, gen.JoinAlertParams{ID: latest[0].ID, Verdict: string(to.verdict)})
			if err != nil || n == 1 {
				return latest[0].ID, err
			}
		}
	}
	id, publicID, err := d.newAlert(ctx, p, event, to, revision)
	if err != nil {
		return 0, err
	}
	return id, d.deliver(ctx, id, publicID, household, babyshield.Severity(p.recall.row.Severity), to.verdict)
}

func (d *telling) newAlert(ctx context.Context, p pair, event gen.EventOfRecallRow, to told, revision int64) (int64, string, error) {
	change := ""
	if !to.change.Editorial() {
		b, err := json.Marshal(to.change)
		if err != nil {
			return 0, "", err
		}
		change = string(b)
	}
	publicID := babyshield.AlertID(strconv.FormatInt(p.item.HouseholdID, 10), event.PublicID, to.class, revision)
	id, err := d.t.AddAlert(ctx, gen.AddAlertParams{
		PublicID: publicID, HouseholdID: p.item.HouseholdID, EventID: event.EventID, Class: string(to.class), Revision: revision,
		RecallID: p.recall.row.ID, Verdict: string(to.verdict), Cause: to.cause, Change: change, Now: ms(d.t.now),
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

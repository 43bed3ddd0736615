package store

import (
	"context"
	"fmt"

	"github.com/babyshield/babyshield"
	"github.com/babyshield/babyshield/internal/notify"
	"github.com/babyshield/babyshield/internal/store/gen"
)

// NewChannel is what AddChannel keeps: settings in clear, which are sealed here,
// and a label that may be shown.
type NewChannel struct {
	Kind     string
	Settings []byte
	Label    string
}

// AddChannel gives a household a channel; the same address again is the same
// channel, switched on. Open alerts that nobody has been told of yet are
// delivered to it.
func (s *Store) AddChannel(ctx context.Context, who babyshield.Actor, household string, c NewChannel) (babyshield.Channel, error) {
	var out babyshield.Channel
	err := s.begin(ctx, func(ctx context.Context, t *tx) error {
		h, err := s.household(ctx, who, t.Queries, household)
		if err != nil {
			return err
		}
		pepper, err := s.pepper(ctx, t.Queries)
		if err != nil {
			return err
		}
		// Derived from the address, so that the sealed settings, which are bound to the
		// id, can be opened whichever of two processes wrote the row.
		hash := keyedHash(pepper, "channel", h.PublicID, c.Kind, string(c.Settings))
		id := "chn_" + hash[:16]
		sealed, err := s.Sealer.Seal(c.Settings, sealedChannel(id))
		if err != nil {
			return err
		}
		row, err := t.AddChannel(ctx, gen.AddChannelParams{
			PublicID: id, HouseholdID: h.ID, Kind: c.Kind, Label: c.Label, AddressHash: hash, Settings: sealed, Now: ms(t.now),
		})
		if err != nil {
			return fmt.Errorf("adding the channel: %w", err)
		}
		out = babyshield.Channel{ID: id, Household: h.Name, Kind: c.Kind, Label: c.Label, Created: t.now.UTC()}
		return s.tellOpenAlerts(ctx, t, h.ID, row, id, c.Kind, pepper)
	})
	return out, err
}

// tellOpenAlerts plans deliveries, to a channel just added, of the alerts that
// had none.
func (s *Store) tellOpenAlerts(ctx context.Context, t *tx, household, channel int64, channelID, kind string, pepper []byte) error {
	if _, err := t.LockHousehold(ctx, household); err != nil {
		return err
	}
	alerts, err := t.AlertsWithoutDelivery(ctx, household)
	if err != nil {
		return err
	}
	d := newTelling(s, t)
	for _, a := range alerts {
		for _, p := range notify.Route("", babyshield.VerdictAffected, []notify.Target{{ChannelID: channel, Kind: kind}}, t.now) {
			id, err := t.AddDelivery(ctx, gen.AddDeliveryParams{
				AlertID: a.ID, ChannelID: channel, WireKey: keyedHash(pepper, "wire", a.PublicID, channelID), DueAt: ms(p.Due), Now: ms(t.now),
			})
			if err != nil && notFound(err) == nil {
				id, err = reviveDelivery(ctx, t, a.ID, channel)
			}
			if err != nil {
				return fmt.Errorf("planning a delivery: %w", err)
			}
			d.deliveries = append(d.deliveries, id)
		}
	}
	return d.enqueue(ctx)
}

// reviveDelivery makes a delivery that had failed on this channel due again.
func reviveDelivery(ctx context.Context, t *tx, alert, channel int64) (int64, error) {
	old, err := t.DeliveryOf(ctx, gen.DeliveryOfParams{AlertID: alert, ChannelID: channel})
	if err != nil {
		return 0, err
	}
	_, err = t.ReviveDelivery(ctx, gen.ReviveDeliveryParams{ID: old.ID, Now: ms(t.now)})
	return old.ID, err
}

// Channels lists all channels by household.
func (s *Store) Channels(ctx context.Context, who babyshield.Actor) ([]babyshield.Channel, error) {
	if err := allow(who); err != nil {
		return nil, err
	}
	rows, err := s.q.Channels(ctx)
	if err != nil {
		return nil, fmt.Errorf("reading channels: %w", err)
	}
	out := make([]babyshield.Channel, len(rows))
	for i, r := range rows {
		out[i] = babyshield.Channel{
			ID: r.PublicID, Household: r.Household, Kind: r.Kind, Label: r.Label, Created: fromMS(r.CreatedAt),
			VerifiedAt: fromMS(r.VerifiedAt), DisabledAt: fromMS(r.DisabledAt), DisabledWhy: r.DisabledWhy,
		}
	}
	return out, nil
}

// RemoveChannel forgets a channel's address and drops what waits for it.
func (s *Store) RemoveChannel(ctx context.Context, who babyshield.Actor, id string) error {
	return s.begin(ctx, func(ctx context.Context, t *tx) error {
		c, err := s.findChannel(ctx, who, t.Queries, id)
		if err != nil {
			return err
		}
		if _, err := t.RemoveChannel(ctx, gen.RemoveChannelParams{ID: c.ID, Now: ms(t.now), Settings: []byte{}}); err != nil {
			return err
		}
		_, err = t.SuppressChannelDeliveries(ctx, gen.SuppressChannelDeliveriesParams{ChannelID: c.ID, Reason: "the channel was removed", Now: ms(t.now)})
		return err
	})
}

func (s *Store) findChannel(ctx context.Context, who babyshield.Actor, q *gen.Queries, id string) (gen.ChannelByPublicIDRow, error) {
	if err := allow(who); err != nil {
		return gen.ChannelByPublicIDRow{}, err
	}
	c, err := q.ChannelByPublicID(ctx, id)
	if err != nil && notFound(err) == nil {
		return c, babyshield.Errorf(babyshield.NotFound, "There is no channel %q. See: babyshield channel list", id)
	}
	return c, err
}

// OpenChannel returns a channel's kind and its settings in clear, for a test
// message. Never log the settings.
func (s *Store) OpenChannel(ctx context.Context, who babyshield.Actor, id string) (babyshield.Channel, []byte, error) {
	c, err := s.findChannel(ctx, who, s.q, id)
	if err != nil {
		return babyshield.Channel{}, nil, err
	}
	if s.Sealer == nil {
		_, err := s.readPepper(ctx, s.q)
		return babyshield.Channel{}, nil, err
	}
	settings, err := s.Sealer.Open(c.Settings, sealedChannel(id))
	if err != nil {
		return babyshield.Channel{}, nil, babyshield.Wrap(babyshield.Unavailable, err, "The site's key does not open the settings of channel %s.", id)
	}
	return babyshield.Channel{ID: id, Household: c.Household, Kind: c.Kind, Label: c.Label, DisabledAt: fromMS(c.DisabledAt), DisabledWhy: c.DisabledWhy}, settings, nil
}

// VerifyChannel notes that the other side accepted a message.
func (s *Store) VerifyChannel(ctx context.Context, who babyshield.Actor, id string) error {
	return s.begin(ctx, func(ctx context.Context, t *tx) error {
		c, err := s.findChannel(ctx, who, t.Queries, id)
		if err != nil {
			return err
		}
		return t.VerifyChannel(ctx, gen.VerifyChannelParams{ID: c.ID, Now: ms(t.now)})
	})
}

// ChannelLog is a channel's latest attempts, newest first.
func (s *Store) ChannelLog(ctx context.Context, who babyshield.Actor, id string, size int) ([]babyshield.AttemptInfo, error) {
	c, err := s.findChannel(ctx, who, s.q, id)
	if err != nil {
		return nil, err
	}
	rows, err := s.q.ChannelLog(ctx, gen.ChannelLogParams{ChannelID: c.ID, PageSize: int32(size)})
	if err != nil {
		return nil, fmt.Errorf("reading the channel's log: %w", err)
	}
	out := make([]babyshield.AttemptInfo, len(rows))
	for i, r := range rows {
		out[i] = babyshield.AttemptInfo{WireKey: r.WireKey, Number: r.Attempt, Outcome: babyshield.Outcome(r.Outcome), Detail: r.Detail, At: fromMS(r.StartedAt)}
	}
	return out, nil
}

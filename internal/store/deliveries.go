package store

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"time"

	"github.com/riverqueue/river"

	"github.com/babyshield/babyshield"
	"github.com/babyshield/babyshield/internal/notify"
	"github.com/babyshield/babyshield/internal/store/gen"
)

// Sending is a claimed delivery: an attempt of outcome unknown stands in the
// ledger, and the caller now sends the message and calls EndSend with the same
// (ID, Attempt). Whoever claims later holds a higher attempt, and the earlier
// holder's EndSend changes nothing.
type Sending struct {
	ID       int64
	Attempt  int64
	Kind     string
	Settings []byte // opened; never log it
	Message  babyshield.Message
	created  time.Time
	channel  int64
}

// BusyError says that the delivery cannot be taken yet, since another process
// holds it or it is not due: try again after Wait.
type BusyError struct{ Wait time.Duration }

func (e *BusyError) Error() string {
	return fmt.Sprintf("not yet to be sent; look again in %s", e.Wait)
}

// lease is how long a claim is taken for a living process's: no send lasts longer.
func (s *Store) lease() time.Duration { return s.SendTimeout + 10*time.Second }

// BeginSend claims a delivery that is due, or one whose holder must be dead. It
// returns nil where there is nothing to send: the delivery has ended, is missing,
// or was suppressed here because its channel is gone. On the first
// claim the alert is sealed and its message composed and kept, so that every
// attempt carries the same bytes.
func (s *Store) BeginSend(ctx context.Context, id int64) (*Sending, error) {
	var out *Sending
	err := s.begin(ctx, func(ctx context.Context, t *tx) error {
		out = nil
		d, err := t.DeliveryToSend(ctx, id)
		if err != nil {
			if notFound(err) == nil {
				s.Log.WarnContext(ctx, "a delivery to send is missing", "delivery", id)
				return nil
			}
			return err
		}
		if free, err := s.mayClaim(d, t.now); err != nil || !free {
			return err
		}
		if why := suppressed(d); why != "" {
			_, err := t.SuppressDelivery(ctx, gen.SuppressDeliveryParams{ID: id, Attempt: d.Attempt, State: d.State, Reason: why, Now: ms(t.now)})
			return err
		}
		out, err = s.claim(ctx, t, d)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("claiming delivery %d: %w", id, err)
	}
	return out, nil
}

// mayClaim tells whether the delivery can be taken now. One that another process
// seems to be sending, or that is not due, is a *BusyError with the time to wait.
func (s *Store) mayClaim(d gen.DeliveryToSendRow, now time.Time) (bool, error) {
	switch babyshield.DeliveryState(d.State) {
	case babyshield.DeliveryPending:
		if wait := fromMS(d.DueAt).Sub(now); wait > 0 {
			return false, &BusyError{Wait: wait} // also where two machines' clocks differ
		}
		return true, nil
	case babyshield.DeliverySending:
		if wait := fromMS(d.ClaimedAt).Add(s.lease()).Sub(now); wait > 0 {
			return false, &BusyError{Wait: wait}
		}
		return true, nil
	case babyshield.DeliveryAccepted, babyshield.DeliveryFailed, babyshield.DeliverySuppressed:
	}
	return false, nil // it has ended
}

func suppressed(d gen.DeliveryToSendRow) string {
	switch {
	case d.RemovedAt > 0:
		return "the channel was removed"
	case d.DisabledAt > 0:
		return "the channel is disabled: " + d.DisabledWhy
	}
	return ""
}

// claim moves the delivery to sending and writes the attempt before anything is
// sent: a crash from here on leaves an attempt of outcome unknown.
func (s *Store) claim(ctx context.Context, t *tx, d gen.DeliveryToSendRow) (*Sending, error) {
	n, err := t.ClaimDelivery(ctx, gen.ClaimDeliveryParams{ID: d.ID, Attempt: d.Attempt, State: d.State, Now: ms(t.now)})
	if err != nil || n == 0 {
		return nil, err // n == 0: another process was first
	}
	if err := t.AddAttempt(ctx, gen.AddAttemptParams{DeliveryID: d.ID, Attempt: d.Attempt + 1, Now: ms(t.now)}); err != nil {
		return nil, err
	}
	if err := t.SealAlert(ctx, gen.SealAlertParams{ID: d.AlertID, Now: ms(t.now)}); err != nil {
		return nil, err
	}
	m, err := s.message(ctx, t, d)
	if err != nil {
		return nil, err
	}
	settings, err := s.Sealer.Open(d.Settings, sealedChannel(d.ChannelPublicID))
	if err != nil {
		return nil, babyshield.Wrap(babyshield.Unavailable, err, "The site's key does not open the settings of channel %s.", d.ChannelPublicID)
	}
	return &Sending{
		ID: d.ID, Attempt: d.Attempt + 1, Kind: d.Kind, Settings: settings, Message: m,
		created: fromMS(d.CreatedAt), channel: d.ChannelID,
	}, nil
}

// message returns the kept message, or composes and keeps it.
func (s *Store) message(ctx context.Context, t *tx, d gen.DeliveryToSendRow) (m babyshield.Message, err error) {
	if s.Sealer == nil {
		return m, babyshield.Errorf(babyshield.Unavailable, "Sending needs the site's key: set BABYSHIELD_KEY or BABYSHIELD_KEY_FILE.")
	}
	if len(d.Message) > 0 {
		plain, err := s.Sealer.Open(d.Message, sealedMessage(d.WireKey))
		if err != nil {
			return m, babyshield.Wrap(babyshield.Unavailable, err, "The site's key does not open a kept message.")
		}
		return m, json.Unmarshal(plain, &m)
	}
	c, err := s.content(ctx, t, d.AlertID)
	if err != nil {
		return m, err
	}
	c.WireKey, c.Created = d.WireKey, fromMS(d.CreatedAt)
	m = notify.Compose(c)
	plain, err := json.Marshal(m)
	if err != nil {
		return m, err
	}
	sealed, err := s.Sealer.Seal(plain, sealedMessage(d.WireKey))
	if err != nil {
		return m, err
	}
	return m, t.KeepMessage(ctx, gen.KeepMessageParams{ID: d.ID, Message: sealed})
}

// content gathers what an alert's message says.
func (s *Store) content(ctx context.Context, t *tx, alert int64) (notify.Content, error) {
	a, err := t.AlertToCompose(ctx, alert)
	if err != nil {
		return notify.Content{}, fmt.Errorf("reading alert %d: %w", alert, err)
	}
	c := notify.Content{
		Household: a.Household, Countries: splitList(a.Countries), Class: babyshield.AlertClass(a.Class), RecallID: a.RecallPublicID, BaseURL: s.BaseURL,
		Agency: babyshield.Agency{Code: a.Agency, Name: a.AgencyName, Attribution: a.Attribution, Homepage: a.Homepage},
	}
	if err := json.Unmarshal([]byte(a.Content), &c.Recall); err != nil {
		return c, err
	}
	if c.Change, err = readChange(a.Change); err != nil {
		return c, err
	}
	c.Items, err = contentItems(ctx, t, alert)
	return c, err
}

// contentItems are the items beneath an alert with their evidence.
func contentItems(ctx context.Context, t *tx, alert int64) ([]notify.ContentItem, error) {
	rows, err := t.AlertItemsToCompose(ctx, alert)
	if err != nil {
		return nil, err
	}
	var out []notify.ContentItem
	for _, row := range rows {
		var item babyshield.Item
		var j babyshield.Judgement
		if err := json.Unmarshal([]byte(row.Content), &item); err != nil {
			return nil, err
		}
		if err := json.Unmarshal([]byte(row.Evidence), &j); err != nil {
			return nil, err
		}
		var lines []babyshield.RecalledProduct
		if err := json.Unmarshal([]byte(row.Products), &lines); err != nil {
			return nil, err
		}
		product := ""
		if j.Line >= 0 && j.Line < len(lines) {
			product = lines[j.Line].Name
		}
		out = append(out, notify.ContentItem{
			Name: itemName(item), Product: product, Verdict: babyshield.Verdict(row.Verdict),
			Agree: j.Agree, Missing: j.Missing, Because: j.Because,
		})
	}
	return out, nil
}

// itemName is what the household calls the thing.
func itemName(i babyshield.Item) string {
	return cmp.Or(i.Name, strings.TrimSpace(i.Brand+" "+i.Model), i.GTIN)
}

// EndSend records how the attempt ended and what follows: accepted, a retry with
// its job, or the end. It reports false where the caller no longer held the
// delivery; then nothing was changed.
func (s *Store) EndSend(ctx context.Context, d *Sending, r babyshield.Result) (held bool, err error) {
	giveUp, err := s.PolicyDuration(ctx, "delivery.give_up")
	if err != nil {
		return false, err
	}
	err = s.begin(ctx, func(ctx context.Context, t *tx) error {
		held = false
		state, reason, due := after(d, r, t.now, giveUp)
		var ended int64
		if state != babyshield.DeliveryPending {
			ended = ms(t.now)
		}
		n, err := t.EndDelivery(ctx, gen.EndDeliveryParams{ID: d.ID, Attempt: d.Attempt, State: string(state), Reason: reason, DueAt: ms(due), EndedAt: ended})
		if err != nil || n == 0 {
			return err // n == 0: a stale holder changes nothing
		}
		held = true
		_, err = t.EndAttempt(ctx, gen.EndAttemptParams{DeliveryID: d.ID, Attempt: d.Attempt, Outcome: string(r.Outcome), Detail: r.Detail, Now: ms(t.now)})
		if err != nil {
			return err
		}
		return s.follow(ctx, t, d, r, state, due)
	})
	if err != nil {
		return false, fmt.Errorf("recording attempt %d of delivery %d: %w", d.Attempt, d.ID, err)
	}
	return held, nil
}

// after decides the delivery's next state. An answer that was lost may have been
// an acceptance: the message goes again, with the same key and bytes.
func after(d *Sending, r babyshield.Result, now time.Time, giveUp time.Duration) (babyshield.DeliveryState, string, time.Time) {
	switch r.Outcome {
	case babyshield.OutcomeAccepted:
		return babyshield.DeliveryAccepted, "", now
	case babyshield.OutcomePermanent, babyshield.OutcomeGone:
		return babyshield.DeliveryFailed, r.Detail, now
	case babyshield.OutcomeTemporary, babyshield.OutcomeUnknown:
	}
	due := now.Add(notify.Backoff(int(d.Attempt), r.RetryAfter))
	if due.Sub(d.created) > giveUp {
		return babyshield.DeliveryFailed, fmt.Sprintf("given up after %d attempts; the last: %s", d.Attempt, r.Detail), now
	}
	return babyshield.DeliveryPending, r.Detail, due
}

func (s *Store) follow(ctx context.Context, t *tx, d *Sending, r babyshield.Result, state babyshield.DeliveryState, due time.Time) error {
	switch {
	case state == babyshield.DeliveryPending:
		return t.insert(ctx, []river.InsertManyParams{jobAt(babyshield.DeliverArgs{Deliveries: []int64{d.ID}}, due)})
	case r.Outcome == babyshield.OutcomeAccepted:
		return t.VerifyChannel(ctx, gen.VerifyChannelParams{ID: d.channel, Now: ms(t.now)})
	case r.Outcome == babyshield.OutcomeGone:
		s.Log.WarnContext(ctx, "a channel is disabled: its address does not exist", "channel", d.channel)
		_, err := t.DisableChannel(ctx, gen.DisableChannelParams{ID: d.channel, Now: ms(t.now), DisabledWhy: r.Detail})
		return err
	}
	return nil
}

func sealedMessage(wireKey string) string { return "delivery.message " + wireKey }
func sealedChannel(id string) string      { return "channel.settings " + id }

// Resend makes jobs for deliveries that are overdue: the net under the jobs that
// were made with them. A job too many finds nothing to send.
func (s *Store) Resend(ctx context.Context) (int, error) {
	overdue, err := s.PolicyDuration(ctx, "audit.overdue")
	if err != nil {
		return 0, err
	}
	list, err := s.q.AuditOverdue(ctx, ms(s.Now().Add(-overdue)))
	if err != nil || len(list) == 0 {
		return 0, err
	}
	return len(list), s.begin(ctx, func(ctx context.Context, t *tx) error {
		d := &telling{s: s, t: t, deliveries: list}
		return d.enqueue(ctx)
	})
}

// EnqueueDeliveries makes a job for deliveries that a job could not reach in its
// time.
func (s *Store) EnqueueDeliveries(ctx context.Context, list []int64) error {
	return s.begin(ctx, func(ctx context.Context, t *tx) error {
		return t.insert(ctx, []river.InsertManyParams{job(babyshield.DeliverArgs{Deliveries: list})})
	})
}

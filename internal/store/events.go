package store

import (
	"context"
	"encoding/json"
	"net/url"
	"slices"
	"strings"

	"github.com/babyshield/babyshield"
	"github.com/babyshield/babyshield/internal/store/gen"
)

// linkEvent finds or makes the event of a recall. Notices of several agencies
// are one happening where one names the page of the other (CPSC's Inconjunctions
// link the Canadian notice). Each URL belongs to one event, by a unique key, so
// that both notices may arrive in either order or at once.
//
// One agency's recalls never share an event: two recalls that name the same
// foreign notice are two things to tell.
func linkEvent(ctx context.Context, t *tx, r *babyshield.Recall, known int64) (event int64, why string, err error) {
	urls := eventURLs(r)
	claims, err := eventsOf(ctx, t, urls)
	if err != nil {
		return 0, "", err
	}
	event, why = known, ""
	for _, c := range claims {
		if c.EventID == event {
			continue
		}
		fits, err := joins(ctx, t, r, event, c.EventID)
		if err != nil {
			return 0, "", err
		}
		if !fits {
			continue
		}
		why = "linked by the notice " + c.Url
		if event == 0 {
			event = c.EventID
			continue
		}
		if event, err = mergeEvents(ctx, t, event, c.EventID, why); err != nil {
			return 0, "", err
		}
	}
	if event == 0 {
		event, err = t.AddEvent(ctx, gen.AddEventParams{PublicID: babyshield.EventID(r.Agency, r.Number), Now: ms(t.now)})
		if err != nil {
			return 0, "", err
		}
	}
	return claimURLs(ctx, t, r, event, why, urls)
}

// claimURLs books the URLs that are still free. One that another transaction
// took in this moment shows its event here: that event is joined if it fits.
func claimURLs(ctx context.Context, t *tx, r *babyshield.Recall, event int64, why string, urls []string) (int64, string, error) {
	for _, u := range urls {
		owner, err := t.ClaimEventURL(ctx, gen.ClaimEventURLParams{Url: u, EventID: event})
		if err != nil {
			return 0, "", err
		}
		if owner == event {
			continue
		}
		fits, err := joins(ctx, t, r, event, owner)
		if err != nil || !fits {
			if err != nil {
				return 0, "", err
			}
			continue
		}
		why = "linked by the notice " + u
		if event, err = mergeEvents(ctx, t, event, owner, why); err != nil {
			return 0, "", err
		}
	}
	return event, why, nil
}

// joins tells whether the recall (with its present event, 0 = none) may become
// part of another event: no agency may occur twice.
func joins(ctx context.Context, t *tx, r *babyshield.Recall, event, other int64) (bool, error) {
	agencies := []string{r.Agency}
	mine, err := t.RecallsOfEvent(ctx, event)
	if err != nil {
		return false, err
	}
	for _, m := range mine {
		if m.PublicID != r.ID() {
			agencies = append(agencies, m.Agency)
		}
	}
	theirs, err := t.RecallsOfEvent(ctx, other)
	if err != nil {
		return false, err
	}
	for _, o := range theirs {
		if slices.Contains(agencies, o.Agency) {
			return false, nil
		}
	}
	return true, nil
}

// mergeEvents keeps the older of two events. What was told under the other
// counts as told under the one that stays.
func mergeEvents(ctx context.Context, t *tx, a, b int64, why string) (int64, error) {
	into, from := min(a, b), max(a, b)
	// First the recalls: their rows are what matching holds while it alerts.
	if err := t.MoveEventRecalls(ctx, gen.MoveEventRecallsParams{IntoEvent: into, FromEvent: from, EventWhy: why}); err != nil {
		return 0, err
	}
	if err := t.CopyEventAlertItems(ctx, gen.CopyEventAlertItemsParams{IntoEvent: into, FromEvent: from}); err != nil {
		return 0, err
	}
	return into, t.MoveEventURLs(ctx, gen.MoveEventURLsParams{IntoEvent: into, FromEvent: from})
}

func eventsOf(ctx context.Context, t *tx, urls []string) ([]gen.EventUrl, error) {
	if len(urls) == 0 {
		return nil, nil
	}
	list, err := json.Marshal(urls)
	if err != nil {
		return nil, err
	}
	// Locked before they are looked at: of two recalls that name one notice, the
	// second sees the first.
	if err := t.LockEventURLs(ctx, string(list)); err != nil {
		return nil, err
	}
	return t.EventOfURLs(ctx, string(list))
}

// eventURLs are the pages of the recall's own and of its joint notices in one
// spelling, sorted so that transactions claim them in one order.
func eventURLs(r *babyshield.Recall) []string {
	var out []string
	for _, raw := range append([]string{r.URL}, r.Joint...) {
		u, err := url.Parse(strings.TrimSpace(raw))
		if err != nil || u.Host == "" {
			continue
		}
		spelled := strings.ToLower(u.Host) + strings.TrimSuffix(u.EscapedPath(), "/")
		if u.RawQuery != "" {
			spelled += "?" + u.RawQuery
		}
		if len(spelled) <= maxKey {
			out = append(out, strings.TrimPrefix(spelled, "www."))
		}
	}
	slices.Sort(out)
	return slices.Compact(out)
}

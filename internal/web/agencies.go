package web

import (
	"fmt"
	"net/http"
	"strings"
	"time"

	"github.com/babyshield/babyshield"
	"github.com/babyshield/babyshield/internal/notify"
)

// agencies is the page that says what could be read and what could not.
func (s *server) agencies(r *http.Request) (*page, error) {
	t, err := s.site(r.Context())
	if err != nil {
		return nil, err
	}
	if err := s.Store.AgencyCounts(r.Context(), t.states); err != nil {
		return nil, err
	}
	views := make([]agencyView, len(t.states))
	for i, a := range t.states {
		views[i] = newAgencyView(a, t.now)
	}
	return &page{title: "Agencies", current: "/agencies", site: t, body: agenciesBody(t.summary(), views)}, nil
}

// summary says how many agencies were read in time.
func (t *site) summary() string {
	enabled, fresh := 0, 0
	var newest time.Time
	for _, a := range t.states {
		if !a.Enabled {
			continue
		}
		enabled++
		if a.State(t.now).Fresh() {
			fresh++
		}
		if a.LastSuccess.After(newest) {
			newest = a.LastSuccess
		}
	}
	switch {
	case enabled == 0:
		return "No agency is switched on."
	case newest.IsZero():
		return plural(enabled, "source") + ", none read yet."
	}
	return fmt.Sprintf("%s, %d read in time. Newest read: %s (%s).", plural(enabled, "source"), fresh, instant(newest), ago(t.now, newest))
}

// required is the receipt of an asker who named no country.
func (t *site) required() []babyshield.Checked {
	var out []babyshield.Checked
	for _, a := range t.states {
		out = append(out, babyshield.Checked{Agency: a.Code, State: a.State(t.now)})
	}
	return out
}

// unread says on which agencies a miss cannot rest, and since when.
func (t *site) unread(checked []babyshield.Checked) []string {
	var out []string
	for _, c := range checked {
		a := t.agency(c.Agency)
		switch c.State {
		case babyshield.FeedStale:
			out = append(out, fmt.Sprintf("%s was last read on %s.", a.Name, instant(a.LastSuccess)))
		case babyshield.FeedNever:
			out = append(out, a.Name+" has not been read yet.")
		default: // read in time, or nobody expects it to be read
		}
	}
	return out
}

func newAgencyView(a babyshield.AgencyState, now time.Time) agencyView {
	v := agencyView{
		look: feedLooks[a.State(now)], name: a.Name, unproven: !a.Proven,
		licence: notify.Clean(a.Licence, maxQuote), attribution: notify.Clean(a.Attribution, maxQuote), link: notify.WebURL(a.Homepage),
	}
	v.host = notify.Host(v.link)
	if a.Failures > 0 {
		v.problem = notify.Clean(a.LastError, maxQuote)
	}
	add := func(label, value string) {
		if value != "" {
			v.facts = append(v.facts, ourFact(label, value))
		}
	}
	add("Last good read", when(now, a.LastSuccess, "never"))
	if !a.LastAttempt.IsZero() {
		add("Last try", when(now, a.LastAttempt, ""))
	}
	add("Last new or changed recall", when(now, a.LastNew, "none yet"))
	if a.Enabled && a.NextRun.After(now) {
		add("Next try", instant(a.NextRun))
	}
	add("Recalls", fmt.Sprint(a.Recalls))
	if a.SetAside > 0 {
		add("Records that we could not read", fmt.Sprint(a.SetAside))
	}
	add("Country", countryName(a.Country))
	add("Covers", strings.Join(a.Covers, ", "))
	add("Publishes", notify.Clean(a.Cadence, maxName))
	return v
}

func when(now, t time.Time, never string) string {
	if t.IsZero() {
		return never
	}
	return instant(t) + " (" + ago(now, t) + ")"
}

package api

import (
	"context"
	"net/http"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"github.com/babyshield/babyshield"
)

// AgencyRow is an agency and the state of its feed: of the API, and of
// `agency list --json`.
type AgencyRow struct {
	Code        string               `json:"code"`
	Name        string               `json:"name"`
	Country     string               `json:"country"`
	Language    string               `json:"language"`
	Covers      []string             `json:"covers"`
	Homepage    string               `json:"homepage"`
	Licence     string               `json:"licence"`
	Attribution string               `json:"attribution"`
	Cadence     string               `json:"cadence"`
	State       babyshield.FeedState `json:"state" enum:"ok,failing,stale,never,disabled" doc:"Only ok and failing let a miss be answered no_match."`
	Enabled     bool                 `json:"enabled"`
	Proven      bool                 `json:"proven" doc:"Its parser was run over recorded answers of the agency."`
	LastAttempt *time.Time           `json:"last_attempt"`
	LastSuccess *time.Time           `json:"last_success" doc:"The last complete, parsed read; null = never."`
	LastNew     *time.Time           `json:"last_new"`
	NextRun     *time.Time           `json:"next_run"`
	LastError   string               `json:"last_error"`
	Notices     int64                `json:"notices"`
	Recalls     int64                `json:"recalls"`
	SetAside    int64                `json:"set_aside" doc:"Records that could not be read."`
}

// NewAgencyRow is the row of an agency as of now.
func NewAgencyRow(a babyshield.AgencyState, now time.Time) AgencyRow {
	return AgencyRow{
		Code: a.Code, Name: a.Name, Country: a.Country, Language: a.Language, Covers: some(a.Covers),
		Homepage: a.Homepage, Licence: a.Licence, Attribution: a.Attribution, Cadence: a.Cadence,
		State: a.State(now), Enabled: a.Enabled, Proven: a.Proven,
		LastAttempt: timeOrNull(a.LastAttempt), LastSuccess: timeOrNull(a.LastSuccess),
		LastNew: timeOrNull(a.LastNew), NextRun: timeOrNull(a.NextRun), LastError: a.LastError,
		Notices: a.Notices, Recalls: a.Recalls, SetAside: a.SetAside,
	}
}

// timeOrNull is the second of an instant in UTC, nil for never.
func timeOrNull(t time.Time) *time.Time {
	if t.IsZero() {
		return nil
	}
	t = t.UTC().Truncate(time.Second)
	return &t
}

// dataState is one word for all enabled agencies.
type dataState string

const (
	dataFresh   dataState = "fresh"   // each was read within its tolerance
	dataPartial dataState = "partial" // some were not
	dataBlind   dataState = "blind"   // none was, or none is enabled
)

func stateOfData(states []babyshield.AgencyState, now time.Time) dataState {
	enabled, fresh := 0, 0
	for _, a := range states {
		if !a.Enabled {
			continue
		}
		enabled++
		if a.State(now).Fresh() {
			fresh++
		}
	}
	switch fresh {
	case 0:
		return dataBlind
	case enabled:
		return dataFresh
	}
	return dataPartial
}

// AgenciesMeta says how far the data can be relied on.
type AgenciesMeta struct {
	Data dataState `json:"data" enum:"fresh,partial,blind" doc:"fresh: each enabled agency was read within its tolerance; blind: none was."`
}

type agenciesOutput struct {
	Body List[AgencyRow, AgenciesMeta]
}

func (s *server) agencyRoutes(api huma.API) {
	register(s, api, huma.Operation{
		OperationID: "list-agencies", Method: http.MethodGet, Path: "/api/v1/agencies",
		Summary: "Agencies and how far their data can be relied on",
	}, s.agencies)
}

func (s *server) agencies(ctx context.Context, _ *struct{}) (*agenciesOutput, error) {
	states, err := s.Store.Agencies(ctx)
	if err != nil {
		return nil, err
	}
	if err := s.Store.AgencyCounts(ctx, states); err != nil {
		return nil, err
	}
	now := s.Now()
	out := &agenciesOutput{Body: List[AgencyRow, AgenciesMeta]{
		Data: make([]AgencyRow, len(states)), Meta: AgenciesMeta{Data: stateOfData(states, now)},
	}}
	for i, a := range states {
		out.Body.Data[i] = NewAgencyRow(a, now)
	}
	return out, nil
}

package api

import (
	"context"
	"net/http"
	"reflect"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"github.com/babyshield/babyshield"
)

type liveOutput struct {
	Body struct {
		Status  string `json:"status" enum:"live"`
		Version string `json:"version"`
	}
}

// Readiness is the body of /readyz.
type Readiness struct {
	Status   string               `json:"status" enum:"ready,not_ready"`
	Reasons  []string             `json:"reasons" doc:"Why it is not ready."`
	Data     dataState            `json:"data" enum:"fresh,partial,blind" doc:"How far the agencies' data can be relied on. It does not make the service unready: a miss is answered not_checked."`
	Agencies []babyshield.Checked `json:"agencies"`
}

type readyOutput struct {
	Status int
	Body   Readiness
}

func (s *server) healthRoutes(api huma.API) {
	body := huma.SchemaFromType(api.OpenAPI().Components.Schemas, reflect.TypeFor[Readiness]())
	register(s, api, huma.Operation{
		OperationID: "livez", Method: http.MethodGet, Path: "/livez", Summary: "The process serves",
	}, s.live)
	register(s, api, huma.Operation{
		OperationID: "readyz", Method: http.MethodGet, Path: "/readyz",
		Summary: "The service can answer",
		Responses: map[string]*huma.Response{"503": {
			Description: "Not ready: the database does not answer",
			Content:     map[string]*huma.MediaType{"application/json": {Schema: body}},
		}},
	}, s.ready)
}

func (s *server) live(context.Context, *struct{}) (*liveOutput, error) {
	out := &liveOutput{}
	out.Body.Status, out.Body.Version = "live", s.Version
	return out, nil
}

// readyTime is short: whoever asks will ask again soon.
const readyTime = 3 * time.Second

func (s *server) ready(ctx context.Context, _ *struct{}) (*readyOutput, error) {
	ctx, cancel := context.WithTimeout(ctx, readyTime)
	defer cancel()
	out := &readyOutput{Status: http.StatusOK, Body: Readiness{Status: "ready", Reasons: []string{}, Data: dataBlind, Agencies: []babyshield.Checked{}}}
	states, err := s.Store.Agencies(ctx)
	if err != nil {
		s.Log.WarnContext(ctx, "not ready: the database does not answer", "error", err)
		out.Status, out.Body.Status = http.StatusServiceUnavailable, "not_ready"
		out.Body.Reasons = append(out.Body.Reasons, "The database does not answer.")
		return out, nil
	}
	now := s.Now()
	out.Body.Data = stateOfData(states, now)
	for _, a := range states {
		out.Body.Agencies = append(out.Body.Agencies, babyshield.Checked{Agency: a.Code, State: a.State(now), AsOf: timeOrNull(a.LastSuccess)})
	}
	return out, nil
}

package api

import (
	"context"
	"net/http"

	"github.com/danielgtaylor/huma/v2"

	"github.com/babyshield/babyshield"
	"github.com/babyshield/babyshield/internal/check"
)

// CheckRequest is an item and who asks.
type CheckRequest struct {
	babyshield.Item
	Countries []string `json:"countries,omitempty" doc:"ISO 3166-1 alpha-2 codes of where the asker lives: their agencies must have been read for a miss to count. Empty = every agency that was ever read." example:"US"`
	Samples   bool     `json:"samples,omitempty" doc:"Look at the samples that ship with the program too."`
}

type checkInput struct {
	Body CheckRequest
}

type checkOutput struct {
	Body babyshield.Answer
}

func (s *server) checkRoutes(api huma.API) {
	register(s, api, huma.Operation{
		OperationID: "check", Method: http.MethodPost, Path: "/api/v1/check",
		Summary: "Is this product in a recall?",
		Description: "Give at least one of name, brand, gtin or model. Nothing is stored. " +
			"The status no_match says that the named agencies' recalls were looked at and none meets the item, no more.",
		Errors: []int{http.StatusBadRequest, http.StatusForbidden, http.StatusRequestEntityTooLarge, http.StatusUnsupportedMediaType},
	}, s.check)
}

func (s *server) check(ctx context.Context, in *checkInput) (*checkOutput, error) {
	o := check.Options{Countries: in.Body.Countries, Samples: in.Body.Samples}
	answer, err := s.Check.Item(ctx, in.Body.Item, o)
	if err != nil {
		return nil, err
	}
	return &checkOutput{Body: answer}, nil
}

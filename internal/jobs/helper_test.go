package jobs_test

import (
	"errors"
	"testing"

	"github.com/babyshield/babyshield"
	"github.com/babyshield/babyshield/internal/store"
)

func asBusy(err error, target **store.BusyError) bool { return errors.As(err, target) }

func agencyState(t *testing.T, s *store.Store, code string) babyshield.AgencyState {
	t.Helper()
	states, err := s.Agencies(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	for _, a := range states {
		if a.Code == code {
			return a
		}
	}
	t.Fatalf("there is no agency %s", code)
	return babyshield.AgencyState{}
}

package notify

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/babyshield/babyshield"
)

func TestRoute(t *testing.T) {
	now := time.Date(2026, 11, 23, 3, 0, 0, 0, time.UTC)
	targets := []Target{{ChannelID: 7, Kind: "log"}, {ChannelID: 3, Kind: "email"}}
	both := []Planned{{ChannelID: 7, Due: now}, {ChannelID: 3, Due: now}}
	for name, tt := range map[string]struct {
		verdict babyshield.Verdict
		targets []Target
		want    []Planned
	}{
		"affected":    {babyshield.VerdictAffected, targets, both},
		"check":       {babyshield.VerdictCheck, targets, both},
		"possible":    {babyshield.VerdictPossible, targets, nil},
		"no channels": {babyshield.VerdictAffected, nil, []Planned{}},
	} {
		if d := cmp.Diff(tt.want, Route(babyshield.SeverityHigh, tt.verdict, tt.targets, now)); d != "" {
			t.Errorf("%s (-want +got):\n%s", name, d)
		}
	}
}

func TestBackoff(t *testing.T) {
	for name, tt := range map[string]struct {
		attempt    int
		retryAfter time.Duration
		want       time.Duration
	}{
		"first":                    {1, 0, time.Minute},
		"second":                   {2, 0, 5 * time.Minute},
		"third":                    {3, 0, 15 * time.Minute},
		"fourth":                   {4, 0, time.Hour},
		"fifth":                    {5, 0, 4 * time.Hour},
		"sixth":                    {6, 0, 12 * time.Hour},
		"seventh":                  {7, 0, 24 * time.Hour},
		"hundredth":                {100, 0, 24 * time.Hour},
		"zeroth":                   {0, 0, time.Minute},
		"asked for more":           {1, time.Hour, time.Hour},
		"asked for less":           {4, time.Second, time.Hour},
		"asked for a year":         {1, 365 * 24 * time.Hour, 24 * time.Hour},
		"asked for negative pause": {1, -time.Hour, time.Minute},
	} {
		if got := Backoff(tt.attempt, tt.retryAfter); got != tt.want {
			t.Errorf("%s: got %v, want %v", name, got, tt.want)
		}
	}
}

func TestBackoffProperties(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		attempt, after := rapid.Int().Draw(t, "attempt"), time.Duration(rapid.Int64().Draw(t, "after"))
		got := Backoff(attempt, after)
		if got < time.Minute || got > 24*time.Hour {
			t.Fatalf("Backoff(%d, %v) = %v", attempt, after, got)
		}
	})
}

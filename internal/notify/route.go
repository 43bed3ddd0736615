package notify

import (
	"time"

	"github.com/babyshield/babyshield"
)

// Target is an enabled channel of the household.
type Target struct {
	ChannelID int64
	Kind      string // "email", "log"
}

// Planned is a delivery to be made: which channel, and not before when.
type Planned struct {
	ChannelID int64
	Due       time.Time
}

// Route says which channels are told of an alert, and when. In this version every
// target is told at once, in the order given; a verdict that does not alert tells
// nobody. Severity is taken already, because quiet hours, digests and escalation
// will hang on it.
func Route(_ babyshield.Severity, verdict babyshield.Verdict, targets []Target, now time.Time) []Planned {
	if !verdict.Alerts() {
		return nil
	}
	planned := make([]Planned, 0, len(targets))
	for _, t := range targets {
		planned = append(planned, Planned{ChannelID: t.ChannelID, Due: now})
	}
	return planned
}

// backoffs are the pauses after the first, second, ... attempt; the last repeats.
var backoffs = []time.Duration{
	1 * time.Minute, 5 * time.Minute, 15 * time.Minute,
	1 * time.Hour, 4 * time.Hour, 12 * time.Hour, 24 * time.Hour,
}

// Backoff is the pause after the given attempt (1 is the first) when it ended
// temporary or unknown. What the other side asked for (retryAfter, 0 = nothing)
// may lengthen the pause, never shorten it, and never beyond a day: a broken or
// hostile answer must not silence an alert. There is no chance in it, so that a
// replay gives the same times; a herd is spread by the queue's own limits.
func Backoff(attempt int, retryAfter time.Duration) time.Duration {
	longest := backoffs[len(backoffs)-1]
	step := backoffs[min(max(attempt, 1), len(backoffs))-1]
	return min(max(step, retryAfter), longest)
}

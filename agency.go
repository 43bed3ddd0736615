package babyshield

import "time"

// DefaultTolerance is how old the last good read of an agency may be before a
// miss can no longer be answered no_match. Weekly publishers set the pace: one
// week and a day.
const DefaultTolerance = 8 * 24 * time.Hour

// Agency is who publishes recalls. It is data that ships with the program; the
// state of its feed (AgencyState) lives in the database.
type Agency struct {
	Code        string        // ours, for ever: "us-cpsc"
	Name        string        // "US Consumer Product Safety Commission"
	Country     string        // ISO 3166-1 alpha-2
	Language    string        // BCP 47, of the notices
	Covers      []string      // kinds of product, in plain words: "toys", "food"
	Homepage    string        // where a person looks for themselves
	Licence     string        // the terms of the data, short
	Attribution string        // the line that must stand wherever its data is shown; "" = none
	Cadence     string        // how often it publishes, in words
	Every       time.Duration // between polls
	Tolerance   time.Duration // 0 = DefaultTolerance
	Proven      bool          // its parser was run over recorded answers of the agency
}

// AgencyState is what the database knows of an agency's feed.
type AgencyState struct {
	Code, Name, Country, Language string
	Homepage, Licence             string
	Attribution, Cadence          string
	Covers                        []string
	Enabled, Proven               bool
	Tolerance                     time.Duration
	LastAttempt                   time.Time // zero = never
	LastSuccess                   time.Time // complete, parsed read; an import counts
	LastNew                       time.Time // when a new or amended recall last arrived
	NextRun                       time.Time
	Failures                      int    // polls failed in a row
	LastError                     string // one plain sentence, without personal data
	Notices, Recalls, SetAside    int64
}

// FeedState is one word for an agency's feed.
type FeedState string

const (
	FeedOK       FeedState = "ok"       // read within its tolerance
	FeedFailing  FeedState = "failing"  // within tolerance still, but the last poll failed
	FeedStale    FeedState = "stale"    // not read within its tolerance
	FeedNever    FeedState = "never"    // never read at all
	FeedDisabled FeedState = "disabled" // switched off by an operator
)

// State tells how far the feed can be relied on at the given time. Only FeedOK
// and FeedFailing let a miss be answered no_match.
func (s AgencyState) State(now time.Time) FeedState {
	tolerance := s.Tolerance
	if tolerance == 0 {
		tolerance = DefaultTolerance
	}
	switch {
	case !s.Enabled:
		return FeedDisabled
	case s.LastSuccess.IsZero():
		return FeedNever
	case now.Sub(s.LastSuccess) > tolerance:
		return FeedStale
	case s.Failures > 0:
		return FeedFailing
	}
	return FeedOK
}

// Fresh says whether a miss may rest on this feed.
func (f FeedState) Fresh() bool { return f == FeedOK || f == FeedFailing }

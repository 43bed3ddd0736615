package babyshield

import "time"

// Channel is where a household is told. Its settings (an address, a token) are
// sealed in the database; Label is what may be shown and logged.
type Channel struct {
	ID          string // chn_...
	Household   string // name
	Kind        string // "email", "log"
	Label       string // redacted: "p…@example.org"
	Created     time.Time
	VerifiedAt  time.Time
	DisabledAt  time.Time
	DisabledWhy string
}

// AttemptInfo is one line of a channel's log.
type AttemptInfo struct {
	WireKey string    `json:"wire_key"`
	Number  int64     `json:"attempt"`
	Outcome Outcome   `json:"outcome"`
	Detail  string    `json:"detail,omitempty"`
	At      time.Time `json:"at"`
}

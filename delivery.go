package babyshield

import "time"

// DeliveryState is where one alert is on its way to one channel. The life cycle
// is drawn in docs/deliveries.md.
type DeliveryState string

const (
	DeliveryPending    DeliveryState = "pending"    // due at some time, not being sent
	DeliverySending    DeliveryState = "sending"    // claimed: an attempt of outcome unknown stands
	DeliveryAccepted   DeliveryState = "accepted"   // the other side took it
	DeliveryFailed     DeliveryState = "failed"     // permanently refused, or given up
	DeliverySuppressed DeliveryState = "suppressed" // not sent for a recorded reason
)

// Outcome is how one attempt ended. It is written as OutcomeUnknown before the
// send, so that a crash between send and record leaves its trace.
type Outcome string

const (
	OutcomeUnknown   Outcome = "unknown"   // sent perhaps: the process died, or the answer was lost
	OutcomeAccepted  Outcome = "accepted"  // the other side took responsibility
	OutcomeTemporary Outcome = "temporary" // try again later
	OutcomePermanent Outcome = "permanent" // refused for this message
	OutcomeGone      Outcome = "gone"      // the address does not exist: the channel is disabled
)

// Result is what a channel says of one try.
type Result struct {
	Outcome    Outcome
	Detail     string        // the other side's words, redacted, one line
	RetryAfter time.Duration // 0 = the usual backoff
}

// Message is what is sent: plain words in a fixed order, rendered once and kept,
// so that every attempt carries the same bytes.
type Message struct {
	WireKey string    `json:"wire_key"` // permanent; the stable part of Message-ID
	Subject string    `json:"subject"`
	Text    string    `json:"text"` // lines of at most 78 characters where words allow
	URL     string    `json:"url"`  // our page of the recall
	Urgent  bool      `json:"urgent"`
	Created time.Time `json:"created"` // the Date of the message, the same on every attempt
}

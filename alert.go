package babyshield

import "time"

// AlertClass is why a household is told.
type AlertClass string

const (
	AlertNew       AlertClass = "new"       // an item of the household meets a recall
	AlertWidened   AlertClass = "widened"   // an amendment now covers more, or covers it with more certainty or a graver hazard
	AlertRemedy    AlertClass = "remedy"    // an amendment changed what is offered
	AlertRescinded AlertClass = "rescinded" // the agency took the notice back, or it no longer covers the item
)

// AlertState is where an alert is with its people (not with its channels: that
// is each Delivery's).
type AlertState string

const (
	AlertOpen         AlertState = "open"
	AlertAcknowledged AlertState = "acknowledged"
)

// Alert is what one household is told about one event. Unique for (household,
// event, class, revision). Revision 1 is the first; a further one of the same
// class is made only for items that were added after the earlier one was sent.
type Alert struct {
	ID         string // alt_...
	Household  string // name
	Agency     string
	Number     string
	RecallID   string
	Event      string // evt_...
	Title      string
	Class      AlertClass
	Revision   int64
	Verdict    Verdict
	State      AlertState
	Items      []string  // ref or id of each item beneath it
	Change     Amendment // what it tells of; zero for class new
	Deliveries []DeliveryInfo
	Created    time.Time
}

// DeliveryInfo is a delivery as alert list shows it.
type DeliveryInfo struct {
	Channel  string        `json:"channel"` // the channel's redacted label
	State    DeliveryState `json:"state"`
	WireKey  string        `json:"wire_key"`
	Attempts int64         `json:"attempts"`
	Reason   string        `json:"reason,omitempty"`
}

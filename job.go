package babyshield

// Arguments of background jobs: ids only, never objects. A job opens its own
// transaction, reads what it needs by id, and treats a missing row as a warning.
// Insert options (queue, uniqueness, priority) live in package store.

// TickArgs is the periodic job that enqueues what is due.
type TickArgs struct{}

// Kind names the job in the queue.
func (TickArgs) Kind() string { return "tick" }

// PollArgs reads one agency once.
type PollArgs struct {
	Agency string `json:"agency"`
}

// Kind names the job in the queue.
func (PollArgs) Kind() string { return "poll" }

// MatchRecallsArgs judges recalls against all items, from the given item on.
type MatchRecallsArgs struct {
	Recalls []int64 `json:"recalls"`
	After   int64   `json:"after,omitempty"` // item id: resume after it
	// Met leaves out the items that never met the recall, and lets the judgements
	// stand: the amendment changed what is offered, not what is covered.
	Met bool `json:"met,omitempty"`
}

// Kind names the job in the queue.
func (MatchRecallsArgs) Kind() string { return "match_recalls" }

// MatchItemsArgs judges items against all recalls.
type MatchItemsArgs struct {
	Items []int64 `json:"items"`
}

// Kind names the job in the queue.
func (MatchItemsArgs) Kind() string { return "match_items" }

// DeliverArgs sends a page of deliveries.
type DeliverArgs struct {
	Deliveries []int64 `json:"deliveries"`
}

// Kind names the job in the queue.
func (DeliverArgs) Kind() string { return "deliver" }

// AuditArgs tests the invariants.
type AuditArgs struct{}

// Kind names the job in the queue.
func (AuditArgs) Kind() string { return "audit" }

// TidyArgs applies the retention clocks.
type TidyArgs struct{}

// Kind names the job in the queue.
func (TidyArgs) Kind() string { return "tidy" }

package babyshield

import "time"

// Status is what anybody is told about an item. No value means safe.
type Status string

const (
	StatusAffected   Status = "affected"
	StatusCheck      Status = "check"
	StatusPossible   Status = "possible"
	StatusNoMatch    Status = "no_match"    // with what was checked and when
	StatusNotChecked Status = "not_checked" // something required could not be checked
	StatusNotCovered Status = "not_covered" // nobody here watches this kind of product
)

// Answer is one row: what is known about one item, and the coverage receipt.
// Its JSON is the contract of check, screen and POST /api/v1/check.
type Answer struct {
	Ref     string        `json:"ref"`
	Status  Status        `json:"status"`
	AsOf    time.Time     `json:"as_of"`
	Reason  string        `json:"reason,omitempty"`
	Matches []AnswerMatch `json:"matches"`
	Checked []Checked     `json:"checked,omitzero"`
}

// AnswerMatch is one recall that meets the item, by its worst line.
type AnswerMatch struct {
	Agency   string   `json:"agency"`
	Number   string   `json:"number"`
	RecallID string   `json:"recall_id"`
	Title    string   `json:"title"`
	Verdict  Verdict  `json:"verdict"`
	Agree    []string `json:"agree"`
	Differ   []string `json:"differ"`
	Missing  []string `json:"missing"`
	Because  string   `json:"because"`
	Sample   bool     `json:"sample,omitempty"` // a sample that ships with the program, not a real notice

	// For people; not part of the contract's JSON.
	Hazard   string   `json:"-"`
	Remedies []Remedy `json:"-"`
	URL      string   `json:"-"`
}

// Checked is one line of the coverage receipt: how far an agency's data could be
// relied on when the answer was given. AsOf is its last good read.
type Checked struct {
	Agency string     `json:"agency"`
	State  FeedState  `json:"state"`
	AsOf   *time.Time `json:"as_of"` // null = never read
}

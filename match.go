package babyshield

import "time"

// Verdict is how a recall line meets an item. "" = it does not.
type Verdict string

const (
	VerdictAffected Verdict = "affected" // identity and scope are both settled
	VerdictCheck    Verdict = "check"    // the line is right, a deciding detail is missing
	VerdictPossible Verdict = "possible" // shown, never alerted
)

// Rank orders verdicts: 3 affected, 2 check, 1 possible, 0 none.
func (v Verdict) Rank() int {
	switch v {
	case VerdictAffected:
		return 3
	case VerdictCheck:
		return 2
	case VerdictPossible:
		return 1
	}
	return 0
}

// Alerts says whether a household is told of it.
func (v Verdict) Alerts() bool { return v == VerdictAffected || v == VerdictCheck }

// Judgement is what package match says of one recall and one item: the worst of
// the recall's lines, with its evidence.
type Judgement struct {
	Verdict Verdict
	Agree   []string // item keys, most deciding first
	Differ  []string
	Missing []string // at most two, most deciding first
	Because string   // one plain sentence
	Line    int      // index of the recall's product
}

// Match is a stored judgement: a recall meets an owned item. Unique for
// (recall, item).
type Match struct {
	Judgement
	Recall     string // rcl_...
	Item       string // itm_...
	Revision   int64  // of the recall when it was judged
	Muted      bool   // found by a back-fill: kept, alerts nobody
	AnsweredBy string // who said "not mine" or "mine"; "" = nobody
	Created    time.Time
}

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

// MatchState is what the household has said of a match. The life cycle is drawn
// in docs/matches.md.
type MatchState string

const (
	MatchOpen     MatchState = "open"     // nobody has said anything
	MatchMine     MatchState = "mine"     // it is this product
	MatchNotMine  MatchState = "not_mine" // it is another: alerts nobody while that stands
	MatchNotSure  MatchState = "not_sure"
	MatchReopened MatchState = "reopened" // it was not_mine, and what that rested on has changed
)

// Answers are the states that a person can choose.
var Answers = []MatchState{MatchMine, MatchNotMine, MatchNotSure}

// Match is a stored judgement: a recall meets an owned item. Unique for
// (recall, item).
type Match struct {
	Judgement
	ID        string // mat_...
	Household string // name
	Item      string // ref or id
	ItemName  string
	Recall    string // rcl_...
	Agency    string
	Number    string
	Title     string
	Revision  int64 // of the recall when it was judged
	Muted     bool  // found by a back-fill: kept, alerts nobody
	State     MatchState
	Answer    *MatchAnswer // the latest one; nil = none was given
	Created   time.Time
}

// MatchAnswer is what a person said of a match, with the grounds.
type MatchAnswer struct {
	Answer   MatchState
	Reason   string   // in the person's words
	Fields   []string // item keys that it rests on; empty = any
	At       time.Time
	Reopened time.Time // zero = it stands
	Why      Amendment // what re-opened it
}

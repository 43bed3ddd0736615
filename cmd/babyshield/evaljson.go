package main

import (
	"math"

	"github.com/babyshield/babyshield"
	"github.com/babyshield/babyshield/internal/check"
)

// evalFigures is a line of eval --json: a set, or the total of all. Its keys stay.
type evalFigures struct {
	Kind      string     `json:"kind"` // figures
	Set       string     `json:"set"`  // a file's name, or total
	Half      check.Half `json:"half"`
	Recalls   int        `json:"recalls"`
	Items     int        `json:"items"`
	Pairs     int        `json:"pairs"`
	Found     *float64   `json:"found"` // null where there is nothing to measure it on
	Precision *float64   `json:"precision"`
	Traps     int        `json:"traps"`  // pairs labelled none that are alerted
	Others    int        `json:"others"` // alerts on other recalls that count as wrong

	OthersUnjudged  int `json:"others_unjudged"`
	OthersWrong     int `json:"others_judged_wrong"`
	OthersRight     int `json:"others_judged_right"`
	PossibleMatches int `json:"possible_matches"`
	PossibleItems   int `json:"possible_items"`
	PossiblePer1000 int `json:"possible_per_1000"` // recalls shown as possible for 1,000 items

	Shares    evalShares                `json:"shares"`
	ByVerdict map[string]map[string]int `json:"by_verdict"` // label -> verdict -> pairs
}

type evalShares struct {
	Found           evalShare `json:"found"`
	Precision       evalShare `json:"precision"`
	PrecisionAtBest evalShare `json:"precision_at_best"`
	Traps           evalShare `json:"traps"`
	SaidAffected    evalShare `json:"said_affected"`
	AffectedSaid    evalShare `json:"affected_said"`
	CheckFound      evalShare `json:"check_found"`
	MissingNamed    evalShare `json:"missing_named"`
}

// evalShare is count of of; the rest is null where of is 0.
type evalShare struct {
	Count int      `json:"count"`
	Of    int      `json:"of"`
	Share *float64 `json:"share"`
	Low   *float64 `json:"low"` // of the 95 % interval
	High  *float64 `json:"high"`
}

func newEvalShare(s check.Share) evalShare {
	out := evalShare{Count: s.Count, Of: s.Of}
	if s.Of > 0 {
		low, high := s.Interval()
		out.Share, out.Low, out.High = rounded(s.Value()), rounded(low), rounded(high)
	}
	return out
}

// rounded keeps four places: more would be noise.
func rounded(x float64) *float64 {
	x = math.Round(x*1e4) / 1e4
	return &x
}

func (r *evalReport) figures(set string, f *check.Figures) evalFigures {
	shares := evalShares{
		Found: newEvalShare(f.Found()), Precision: newEvalShare(f.Precision()), PrecisionAtBest: newEvalShare(f.PrecisionAtBest()),
		Traps: newEvalShare(f.Traps()), SaidAffected: newEvalShare(f.SaidAffected()), AffectedSaid: newEvalShare(f.AffectedSaid()),
		CheckFound: newEvalShare(f.CheckFound()), MissingNamed: newEvalShare(f.MissingNamed()),
	}
	grid := map[string]map[string]int{}
	for label, row := range f.Pairs {
		grid[verdictWords[label]] = map[string]int{}
		for verdict, n := range row {
			grid[verdictWords[label]][verdictWords[verdict]] = n
		}
	}
	return evalFigures{
		Kind: "figures", Set: set, Half: r.half, Recalls: r.recalls, Items: f.Items, Pairs: f.Judged(),
		Found: shares.Found.Share, Precision: shares.Precision.Share, Traps: shares.Traps.Count, Others: f.OthersUnjudged() + f.OthersWrong(),
		OthersUnjudged: f.OthersUnjudged(), OthersWrong: f.OthersWrong(), OthersRight: f.OthersRight(),
		PossibleMatches: f.PossibleMatches(), PossibleItems: f.PossibleItems, PossiblePer1000: f.Per1000(f.PossibleMatches()),
		Shares: shares, ByVerdict: grid,
	}
}

// evalFinding is a line of eval --json: a pair where label and verdict disagree.
type evalFinding struct {
	Kind     check.FindingKind `json:"kind"`
	Set      string            `json:"set"`
	Half     check.Half        `json:"half"`
	File     string            `json:"file"`
	Line     int               `json:"line"`
	ID       string            `json:"id"`
	Agency   string            `json:"agency"`
	Number   string            `json:"number"`
	RecallID string            `json:"recall_id"`
	Title    string            `json:"title"`
	Label    string            `json:"label,omitempty"` // these three not of an unjudged one
	Why      string            `json:"why,omitempty"`
	Asked    []string          `json:"missing_labelled,omitempty"`
	Verdict  string            `json:"verdict"`
	Agree    []string          `json:"agree"`
	Differ   []string          `json:"differ"`
	Missing  []string          `json:"missing"`
	Because  string            `json:"because"`
	Item     babyshield.Item   `json:"item"`
}

func newEvalFinding(f check.Finding) evalFinding {
	l, m := f.Label, f.Match
	out := evalFinding{
		Kind: f.Kind, Set: f.Set, Half: f.Half, File: l.File, Line: l.Line, ID: l.ID,
		Agency: m.Agency, Number: m.Number, RecallID: m.RecallID, Title: m.Title,
		Verdict: orNone(m.Verdict), Agree: m.Agree, Differ: m.Differ, Missing: m.Missing, Because: m.Because, Item: l.Item,
	}
	if f.Kind != check.Unjudged {
		out.Label, out.Why, out.Asked = orNone(l.Truth), l.Why, l.Missing
	}
	return out
}

// printJSON prints the figures of each set and the total, then the findings.
func (r *evalReport) printJSON() error {
	for i := range r.Sets {
		f := r.Sets[i].Of(r.half)
		if err := r.json(r.figures(r.Sets[i].Name, &f)); err != nil {
			return err
		}
	}
	total := r.Total(r.half)
	if err := r.json(r.figures("total", &total)); err != nil {
		return err
	}
	for _, f := range r.findings() {
		if err := r.json(newEvalFinding(f)); err != nil {
			return err
		}
	}
	return nil
}

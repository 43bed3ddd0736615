package store

import (
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"github.com/babyshield/babyshield"
	"github.com/babyshield/babyshield/internal/store/gen"
)

// Answer is what a person says of a match.
type Answer struct {
	State  babyshield.MatchState // mine, not_mine or not_sure
	Reason string                // in words
	Fields []string              // item keys that "not mine" rests on; none = those that differ, or any
}

// AnswerMatch keeps what a person says of a match. The same answer again is the
// same answer. Earlier ones stay on record.
//
// The answer is about the revision that the match was judged by, which is what the
// person could see: if the agency amends the recall meanwhile, the matching that
// follows compares with that one, and re-opens what changed.
func (s *Store) AnswerMatch(ctx context.Context, who babyshield.Actor, id string, a Answer) error {
	if err := allow(who); err != nil {
		return err
	}
	if err := a.validate(); err != nil {
		return err
	}
	return s.begin(ctx, func(ctx context.Context, t *tx) error {
		m, err := t.MatchByPublicID(ctx, id)
		if err == nil {
			// Matching holds the recall's row while it decides whether an answer stands.
			if err := t.LockRecall(ctx, m.RecallID); err != nil {
				return err
			}
			m, err = t.MatchByPublicID(ctx, id)
		}
		if err != nil && notFound(err) == nil || err == nil && m.RemovedAt > 0 {
			return babyshield.Errorf(babyshield.NotFound, "There is no match %q. See: babyshield match list", id)
		}
		if err != nil {
			return fmt.Errorf("reading match %s: %w", id, err)
		}
		return keepAnswer(ctx, t, m, a)
	})
}

func (a *Answer) validate() error {
	if !slices.Contains(babyshield.Answers, a.State) {
		return babyshield.Errorf(babyshield.Invalid, "An answer is one of mine, not_mine and not_sure.")
	}
	a.Reason = strings.Join(strings.Fields(a.Reason), " ")
	if len(a.Reason) > babyshield.MaxField {
		return babyshield.Errorf(babyshield.Invalid, "The reason is longer than %d bytes.", babyshield.MaxField)
	}
	if len(a.Fields) > 0 && a.State != babyshield.MatchNotMine {
		return babyshield.Errorf(babyshield.Invalid, "A field is the ground for \"not mine\" and for no other answer.")
	}
	for _, f := range a.Fields {
		if !slices.Contains(babyshield.LineKeys, f) {
			return babyshield.Errorf(babyshield.Invalid, "The notice does not tell products apart by %q (want one of %s).", f, strings.Join(babyshield.LineKeys, ", "))
		}
	}
	slices.Sort(a.Fields)
	a.Fields = slices.Compact(a.Fields)
	return nil
}

func keepAnswer(ctx context.Context, t *tx, m gen.MatchByPublicIDRow, a Answer) error {
	var j babyshield.Judgement
	if err := json.Unmarshal([]byte(m.Evidence), &j); err != nil {
		return fmt.Errorf("reading the evidence of match %s: %w", m.PublicID, err)
	}
	identity, err := identityOf(m.ItemContent)
	if err != nil {
		return err
	}
	if a.State == babyshield.MatchNotMine && len(a.Fields) == 0 {
		a.Fields = j.Differ
	}
	p := gen.AddMatchAnswerParams{
		MatchID: m.ID, Answer: string(a.State), Reason: a.Reason, Fields: strings.Join(a.Fields, ","),
		RecallRevision: m.RecallRevision, Line: int64(j.Line), ItemIdentity: identity, AnsweredBy: "operator", Now: ms(t.now),
	}
	last, err := t.LatestAnswers(ctx, ids([]int64{m.ID}))
	if err != nil {
		return err
	}
	if len(last) == 1 && m.State == p.Answer && sameAnswer(last[0], p) {
		return nil
	}
	if err := t.AddMatchAnswer(ctx, p); err != nil {
		return fmt.Errorf("keeping the answer: %w", err)
	}
	_, err = t.SetMatchState(ctx, gen.SetMatchStateParams{ID: m.ID, State: p.Answer, Was: m.State})
	return err
}

func sameAnswer(l gen.MatchAnswer, p gen.AddMatchAnswerParams) bool {
	return l.Answer == p.Answer && l.Reason == p.Reason && l.Fields == p.Fields && l.ReopenedAt == 0 &&
		l.RecallRevision == p.RecallRevision && l.ItemIdentity == p.ItemIdentity
}

// identityOf is a digest of what the household says of its item and matching
// looks at.
func identityOf(content string) (string, error) {
	var it babyshield.Item
	if err := json.Unmarshal([]byte(content), &it); err != nil {
		return "", fmt.Errorf("reading an item: %w", err)
	}
	b, err := json.Marshal(identity(it))
	sum := sha256.Sum256(b)
	return hex.EncodeToString(sum[:]), err
}

// reopened is an answer that stands no longer.
type reopened struct {
	answer int64
	why    babyshield.Amendment
}

// reopen looks whether a "not mine" still stands, and ends it where it does not:
// the recall's line that the pair meets has changed in a field that the answer
// rests on, or the household says something else of its item. It returns nil
// where it stands.
func (d *settling) reopen(ctx context.Context, p pair, a gen.MatchAnswer) (*reopened, error) {
	if a.ID == 0 || p.judgement.Verdict == "" {
		return nil, nil //nolint:nilnil // nothing to ask again
	}
	why, err := d.shaken(ctx, p, a)
	if err != nil || why.Editorial() {
		return nil, err
	}
	text, err := json.Marshal(why)
	if err != nil {
		return nil, err
	}
	if _, err := d.t.ReopenAnswer(ctx, gen.ReopenAnswerParams{ID: a.ID, Why: string(text), Now: ms(d.t.now)}); err != nil {
		return nil, fmt.Errorf("re-opening an answer: %w", err)
	}
	_, err = d.t.SetMatchState(ctx, gen.SetMatchStateParams{ID: a.MatchID, State: string(babyshield.MatchReopened), Was: string(babyshield.MatchNotMine)})
	return &reopened{answer: a.ID, why: why}, err
}

// shaken tells what took an answer its ground; editorial = nothing did.
func (d *settling) shaken(ctx context.Context, p pair, a gen.MatchAnswer) (babyshield.Amendment, error) {
	none := babyshield.Amendment{}
	identity, err := identityOf(p.item.Content)
	if err != nil {
		return none, err
	}
	if p.recall.row.Revision > a.RecallRevision {
		before, err := d.versions.get(ctx, p.recall.row.ID, a.RecallRevision)
		if err != nil {
			return none, err
		}
		after, err := d.versions.get(ctx, p.recall.row.ID, p.recall.row.Revision)
		if err != nil {
			return none, err
		}
		line := babyshield.Amendment{Fields: lineChange(before.Lines, after.Lines, int(a.Line), p.judgement.Line)}
		if line.Touches(splitList(a.Fields)) {
			whole := d.versions.amendment(before, after)
			whole.Fields = line.Fields
			return whole, nil
		}
	}
	return babyshield.Amendment{Item: identity != a.ItemIdentity}, nil
}

// lineChange compares the line that the answer was about with the one that the
// pair meets now; where one is not there, all with all.
func lineChange(before, after []babyshield.RecalledProduct, b, a int) []babyshield.FieldChange {
	if b < 0 || b >= len(before) || a < 0 || a >= len(after) {
		return babyshield.AmendLines(before, after)
	}
	return babyshield.AmendLines(before[b:b+1], after[a:a+1])
}

// MatchList is a page of a household's matches in the order they were found: all
// that stand, and those that somebody answered. next is 0 at the end.
func (s *Store) MatchList(ctx context.Context, who babyshield.Actor, household string, after int64, size int) (out []babyshield.Match, next int64, err error) {
	h, err := s.household(ctx, who, s.q, household)
	if err != nil {
		return nil, 0, err
	}
	rows, err := s.q.ListMatches(ctx, gen.ListMatchesParams{HouseholdID: h.ID, After: after, PageSize: int32(size)})
	if err != nil {
		return nil, 0, fmt.Errorf("listing matches: %w", err)
	}
	at := map[int64]int{}
	var list []int64
	for i, r := range rows {
		m, err := matchOf(r, h.Name)
		if err != nil {
			return nil, 0, fmt.Errorf("reading match %s: %w", r.PublicID, err)
		}
		at[r.ID] = i
		list, out = append(list, r.ID), append(out, m)
	}
	answers, err := s.q.LatestAnswers(ctx, ids(list))
	if err != nil {
		return nil, 0, fmt.Errorf("listing answers: %w", err)
	}
	for _, r := range answers {
		a := &babyshield.MatchAnswer{
			Answer: babyshield.MatchState(r.Answer), Reason: r.Reason, Fields: splitList(r.Fields), At: fromMS(r.AnsweredAt), Reopened: fromMS(r.ReopenedAt),
		}
		if a.Why, err = readChange(r.ReopenedWhy); err != nil {
			return nil, 0, err
		}
		out[at[r.MatchID]].Answer = a
	}
	if len(rows) == size {
		next = rows[len(rows)-1].ID
	}
	return out, next, nil
}

func matchOf(r gen.ListMatchesRow, household string) (babyshield.Match, error) {
	m := babyshield.Match{
		ID: r.PublicID, Household: household, Item: cmp.Or(r.Ref, r.ItemPublicID), Recall: r.RecallPublicID, Agency: r.Agency, Number: r.Number, Title: r.Title,
		Revision: r.RecallRevision, Muted: r.Muted, State: babyshield.MatchState(r.State), Created: fromMS(r.CreatedAt),
	}
	var it babyshield.Item
	if err := json.Unmarshal([]byte(r.ItemContent), &it); err != nil {
		return m, err
	}
	m.ItemName = itemName(it)
	return m, json.Unmarshal([]byte(r.Evidence), &m.Judgement)
}

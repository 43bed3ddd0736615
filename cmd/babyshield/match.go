package main

import (
	"context"
	"strings"
	"time"

	"github.com/babyshield/babyshield"
	"github.com/babyshield/babyshield/internal/notify"
	"github.com/babyshield/babyshield/internal/store"
)

type matchCmd struct {
	List   matchListCmd   `cmd:"" help:"List the recalls that meet a household's items."`
	Answer matchAnswerCmd `cmd:"" help:"Say whether it is this product."`
}

// matchRow is a match as it is printed.
type matchRow struct {
	ID        string                `json:"id"`
	Household string                `json:"household"`
	Item      string                `json:"item"` // ref or id
	Name      string                `json:"name"`
	Agency    string                `json:"agency"`
	Number    string                `json:"number"`
	RecallID  string                `json:"recall_id"`
	Title     string                `json:"title"`
	Revision  int64                 `json:"revision"` // of the recall when it was judged
	Verdict   babyshield.Verdict    `json:"verdict"`  // "" = it meets no longer
	Agree     []string              `json:"agree"`
	Differ    []string              `json:"differ"`
	Missing   []string              `json:"missing"`
	Because   string                `json:"because"`
	Muted     bool                  `json:"muted"`
	State     babyshield.MatchState `json:"state"`
	Answer    *matchAnswerRow       `json:"answer"` // null = none was given
}

// matchAnswerRow is what somebody said last.
type matchAnswerRow struct {
	Answer   babyshield.MatchState `json:"answer"`
	Reason   string                `json:"reason"`
	Fields   []string              `json:"fields"` // item keys that it rests on
	At       *time.Time            `json:"at"`
	Reopened *time.Time            `json:"reopened"`
	Changed  []string              `json:"changed"` // what re-opened it, in sentences
}

func newMatchRow(m babyshield.Match) matchRow {
	r := matchRow{
		ID: m.ID, Household: m.Household, Item: m.Item, Name: m.ItemName, Agency: m.Agency, Number: m.Number, RecallID: m.Recall, Title: m.Title,
		Revision: m.Revision, Verdict: m.Verdict, Agree: orEmpty(m.Agree), Differ: orEmpty(m.Differ), Missing: orEmpty(m.Missing), Because: m.Because,
		Muted: m.Muted, State: m.State,
	}
	if a := m.Answer; a != nil {
		r.Answer = &matchAnswerRow{
			Answer: a.Answer, Reason: a.Reason, Fields: orEmpty(a.Fields), At: stamp(a.At), Reopened: stamp(a.Reopened),
			Changed: orEmpty(notify.Changed(a.Why)),
		}
	}
	return r
}

type matchListCmd struct {
	Household string `help:"Of this household (default: where there is one, that)." placeholder:"NAME"`
}

func (matchListCmd) Help() string {
	return `
State: open (nobody has answered), mine, not_mine, not_sure, reopened (it was not_mine, and what that rested on has changed).

Examples:

    babyshield match list
    babyshield match list --household Home --json
`
}

// Run lists a household's matches.
func (c *matchListCmd) Run(ctx context.Context, a *app) error {
	return a.with(ctx, needs{}, func(s *store.Store) error {
		var rows []matchRow
		for after := int64(0); ; {
			page, next, err := s.MatchList(ctx, operator(), c.Household, after, 500)
			if err != nil {
				return err
			}
			for _, m := range page {
				rows = append(rows, newMatchRow(m))
			}
			if after = next; next == 0 {
				break
			}
		}
		header := "ID|ITEM|VERDICT|STATE|WHY|RECALL"
		const none = "No match is kept for this household. What was looked at, and when, is in: babyshield item list"
		return list(a, rows, header, none, func(r matchRow) []string {
			return []string{r.ID, r.Item, orNone(r.Verdict), string(r.State), whyOf(r), r.Agency + " " + r.Number + " " + r.Title}
		})
	})
}

// whyOf is the reason of the state, or of the verdict where nobody has answered.
func whyOf(r matchRow) string {
	if r.Answer == nil {
		return r.Because
	}
	if len(r.Answer.Changed) > 0 {
		return strings.Join(r.Answer.Changed, " ")
	}
	if r.Answer.Reason != "" {
		return quoted(r.Answer.Reason)
	}
	return strings.Join(r.Answer.Fields, ", ")
}

type matchAnswerCmd struct {
	ID     string   `arg:"" name:"id" help:"The match's id, mat_..."`
	Answer string   `arg:"" enum:"mine,not-mine,not-sure" help:"mine, not-mine or not-sure."`
	Reason string   `item:"" help:"Why, in words." placeholder:"TEXT"`
	Field  []string `item:"" help:"The item's field that tells them apart, such as model or date_code; may be given again." placeholder:"KEY"`
}

func (matchAnswerCmd) Help() string {
	return `
A match that is not-mine alerts nobody while that stands. It is asked again where a new version of the notice changes the field that the answer rests on (any field of the notice's line if none was named), or where what identifies the item changes. An answer can be given anew at any time.

Examples:

    babyshield match answer mat_aebagbafaydqqcik not-mine --field model --reason "the label says LS-2300"
    babyshield match answer mat_aebagbafaydqqcik mine
`
}

// Run keeps an answer.
func (c *matchAnswerCmd) Run(ctx context.Context, a *app) error {
	state := babyshield.MatchState(strings.ReplaceAll(c.Answer, "-", "_"))
	fields := make([]string, len(c.Field))
	for i, f := range c.Field {
		fields[i] = strings.ReplaceAll(f, "-", "_")
	}
	return a.with(ctx, needs{}, func(s *store.Store) error {
		if err := s.AnswerMatch(ctx, operator(), c.ID, store.Answer{State: state, Reason: c.Reason, Fields: fields}); err != nil {
			return err
		}
		if a.JSON {
			return a.json(map[string]any{"id": c.ID, "state": state})
		}
		a.printf("The match %s is answered: %s.\n", c.ID, c.Answer)
		return nil
	})
}

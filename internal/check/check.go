// Package check gives answers: is this item in a recall, how sure are we, and
// what was looked at. It is the one road to an Answer for the API, the pages,
// the command line and bulk screening.
//
// # What is promised
//
//   - Every answer carries the coverage receipt: the agencies that were required
//     and when each was last read.
//   - A miss is no_match only if every required agency was read within its
//     tolerance. If one was not, or none was ever read, the miss is not_checked
//     with the reason; if nobody covers the asker's countries, not_covered.
//   - An error is never an empty answer: it is returned as an error.
//   - A match is told whatever the coverage is.
//   - Candidates come from the key index; every pair is judged by match.Compare.
//     Screening holds the same index in memory and gives the same answers.
//
// # Required agencies
//
// The enabled ones that cover the asker's countries; where no country is given,
// every enabled agency that was ever read. Samples that ship with the program
// are looked at only while no agency was ever read (or on request), are marked,
// and never count as checked.
//
// # Measuring
//
// Screener.Evaluate holds answers against labelled pairs: Figures are counts from
// which each share follows. What cannot be measured right is an error.
package check

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/babyshield/babyshield"
	"github.com/babyshield/babyshield/internal/match"
	"github.com/babyshield/babyshield/internal/store"
)

// Checker answers from a store.
type Checker struct {
	store *store.Store
	now   func() time.Time
}

// New returns a Checker. The clock stamps answers and ages reads.
func New(s *store.Store, now func() time.Time) *Checker { return &Checker{store: s, now: now} }

// Options narrow what is asked.
type Options struct {
	Countries []string // ISO 3166-1 alpha-2 of the asker; empty = not told
	Samples   bool     // look at samples even if an agency was read
	Except    []string // recalls (rcl_...) that the asker said are about another product
}

// Item answers for one item.
func (c *Checker) Item(ctx context.Context, item babyshield.Item, o Options) (babyshield.Answer, error) {
	item.Clean()
	cov, err := c.Coverage(ctx, o.Countries)
	if err != nil {
		return babyshield.Answer{}, err
	}
	a := cov.answer(item.Ref)
	a.Checked = append([]babyshield.Checked{}, cov.Checked...) // on every row, even if empty
	if err := item.Validate(); err != nil {
		return unreadable(a, err), nil
	}
	prepared := match.PrepareItem(&item)
	candidates, complete, err := c.store.Candidates(ctx, prepared.Keys(), o.Samples || cov.NeverRead)
	if err != nil {
		return babyshield.Answer{}, err
	}
	for _, k := range candidates {
		j, err := judge(k.Keys, k.Lines, prepared)
		if err == nil {
			a.Matches, err = appendMatch(a.Matches, j, k.Shown, k.Sample)
		}
		if err != nil {
			return babyshield.Answer{}, fmt.Errorf("judging recall %d: %w", k.ID, err)
		}
	}
	a.Matches = slices.DeleteFunc(a.Matches, func(m babyshield.AnswerMatch) bool { return slices.Contains(o.Except, m.RecallID) })
	return finish(a, cov, prepared, complete), nil
}

func unreadable(a babyshield.Answer, err error) babyshield.Answer {
	a.Status, a.Reason = babyshield.StatusNotChecked, babyshield.MessageOf(err)
	return a
}

// tooLittle is for an item that names too little for a miss to mean anything: a
// kind of product alone, a brand alone, a damaged barcode.
func tooLittle(a babyshield.Answer, cov *Coverage) babyshield.Answer {
	if cov.uncovered {
		a.Status, a.Reason = cov.Miss()
		return a
	}
	a.Status, a.Reason = babyshield.StatusNotChecked, "This is too little to go by. Add a brand and a name, a model or a whole barcode."
	return a
}

// spare are recalls to unpack into.
var spare = sync.Pool{New: func() any { return new(match.Recall) }}

// judge compares an item with a packed recall that shares a key with it.
func judge(keys, lines string, item *match.Item) (babyshield.Judgement, error) {
	r := spare.Get().(*match.Recall)
	defer spare.Put(r)
	ok, err := match.UnpackInto(r, "", lines)
	if err == nil && !ok {
		_, err = match.UnpackInto(r, keys, lines)
	}
	if err != nil {
		return babyshield.Judgement{}, err
	}
	return match.Compare(r, item), nil
}

// appendMatch appends what is shown of a recall, if it meets the item.
func appendMatch(list []babyshield.AnswerMatch, j babyshield.Judgement, shown store.Shown, sample bool) ([]babyshield.AnswerMatch, error) {
	if j.Verdict == "" {
		return list, nil
	}
	n, err := shown.Notice()
	if err != nil {
		return nil, err
	}
	return append(list, babyshield.AnswerMatch{
		Agency: n.Agency, Number: n.Number, RecallID: babyshield.RecallID(n.Agency, n.Number), Title: n.Title, Verdict: j.Verdict,
		Agree: some(j.Agree), Differ: some(j.Differ), Missing: some(j.Missing), Because: j.Because, Sample: sample,
		Hazard: n.Hazard, Remedies: n.Remedies, URL: n.URL,
	}), nil
}

// some makes a nil list an empty one: JSON consumers see [], never null.
func some(list []string) []string {
	if list == nil {
		return []string{}
	}
	return list
}

// finish orders the matches and settles the status. An answer whose candidates
// were cut off cannot be a miss, nor can one for an item that names too little.
func finish(a babyshield.Answer, cov *Coverage, item *match.Item, complete bool) babyshield.Answer {
	slices.SortStableFunc(a.Matches, func(x, y babyshield.AnswerMatch) int {
		return cmp.Or(cmp.Compare(y.Verdict.Rank(), x.Verdict.Rank()), cmp.Compare(len(y.Agree), len(x.Agree)),
			strings.Compare(x.Agency, y.Agency), strings.Compare(y.Number, x.Number))
	})
	if len(a.Matches) > 0 {
		a.Status = babyshield.Status(a.Matches[0].Verdict)
		return a
	}
	if item.TooLittle() {
		return tooLittle(a, cov)
	}
	a.Status, a.Reason = cov.Miss()
	if !complete {
		a.Status, a.Reason = babyshield.StatusNotChecked, "Too many recalls share words with this item. Add a brand, a model or a barcode."
	}
	return a
}

// Coverage is how far a miss can be relied on now.
type Coverage struct {
	Checked   []babyshield.Checked // the receipt: the required agencies, by code
	NeverRead bool                 // no agency was ever read
	AsOf      time.Time
	stale     []string // why a miss proves nothing
	uncovered bool
}

// Coverage reads the state of the feeds that the asker's countries require.
func (c *Checker) Coverage(ctx context.Context, countries []string) (*Coverage, error) {
	countries, err := babyshield.ParseCountries(countries)
	if err != nil {
		return nil, err
	}
	states, err := c.store.Agencies(ctx)
	if err != nil {
		return nil, err
	}
	cov := &Coverage{AsOf: c.now().UTC().Truncate(time.Second), NeverRead: true}
	for _, s := range states {
		if !s.LastSuccess.IsZero() {
			cov.NeverRead = false
		}
	}
	for _, s := range states {
		if required(s, countries, cov.NeverRead) {
			cov.add(s)
		}
	}
	cov.uncovered = len(countries) > 0 && len(cov.Checked) == 0
	return cov, nil
}

func required(s babyshield.AgencyState, countries []string, neverRead bool) bool {
	if !s.Enabled {
		return false
	}
	if len(countries) > 0 {
		return slices.Contains(countries, s.Country)
	}
	return neverRead || !s.LastSuccess.IsZero()
}

func (cov *Coverage) add(s babyshield.AgencyState) {
	state := s.State(cov.AsOf)
	line := babyshield.Checked{Agency: s.Code, State: state}
	if !s.LastSuccess.IsZero() {
		at := s.LastSuccess.Truncate(time.Second)
		line.AsOf = &at
	}
	cov.Checked = append(cov.Checked, line)
	switch {
	case state == babyshield.FeedNever:
		cov.stale = append(cov.stale, s.Name+" has not been read yet")
	case !state.Fresh():
		cov.stale = append(cov.stale, fmt.Sprintf("%s was last read on %s", s.Name, s.LastSuccess.Format("2 Jan 2006 15:04 UTC")))
	}
}

// Miss is the status and reason of an item that no recall meets.
func (cov *Coverage) Miss() (babyshield.Status, string) {
	switch {
	case cov.uncovered:
		return babyshield.StatusNotCovered, "No agency of these countries is watched here."
	case len(cov.Checked) == 0:
		return babyshield.StatusNotChecked, "No agency is switched on."
	case len(cov.stale) > 0:
		return babyshield.StatusNotChecked, strings.Join(cov.stale, "; ") + "."
	}
	return babyshield.StatusNoMatch, ""
}

// answer starts an answer; Matches is never nil.
func (cov *Coverage) answer(ref string) babyshield.Answer {
	return babyshield.Answer{Ref: ref, AsOf: cov.AsOf, Matches: []babyshield.AnswerMatch{}}
}

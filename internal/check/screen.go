package check

import (
	"cmp"
	"context"
	"fmt"

	"github.com/babyshield/babyshield"
	"github.com/babyshield/babyshield/internal/match"
	"github.com/babyshield/babyshield/internal/store"
)

// Screener answers for many items from an index in memory, which holds the keys
// of all recalls as they were when it was made. It may be used from many
// goroutines at once.
type Screener struct {
	cov     *Coverage
	recalls []store.Candidate
	index   map[int64][]int32 // key -> positions in recalls
}

// Screener loads all recalls. progress is called now and then with how many are
// loaded; nil is fine.
func (c *Checker) Screener(ctx context.Context, o Options, progress func(loaded int)) (*Screener, error) {
	cov, err := c.Coverage(ctx, o.Countries)
	if err != nil {
		return nil, err
	}
	s := &Screener{cov: cov, index: map[int64][]int32{}}
	add := func(k store.Candidate) error {
		at := int32(len(s.recalls))
		s.recalls = append(s.recalls, k)
		for _, key := range k.Prepared.Keys() {
			s.index[key] = append(s.index[key], at)
		}
		if progress != nil && len(s.recalls)%1000 == 0 {
			progress(len(s.recalls))
		}
		return nil
	}
	if err := c.store.EachRecall(ctx, false, add); err != nil {
		return nil, fmt.Errorf("loading recalls: %w", err)
	}
	if o.Samples || cov.NeverRead {
		if err := c.store.EachRecall(ctx, true, add); err != nil {
			return nil, fmt.Errorf("loading samples: %w", err)
		}
	}
	return s, nil
}

// Coverage is the receipt that stands for all answers of this screener.
func (s *Screener) Coverage() *Coverage { return s.cov }

// Recalls is how many recalls are looked at.
func (s *Screener) Recalls() int { return len(s.recalls) }

// Answer answers for one item, without the receipt (see Coverage). problem is what
// could not be read of the row, "" if nothing: then the rest of it is judged all
// the same, and a miss is not_checked.
func (s *Screener) Answer(item babyshield.Item, problem string) babyshield.Answer {
	item.Clean()
	a := s.cov.answer(item.Ref)
	if err := item.Validate(); err != nil {
		a = unreadable(a, err)
		a.Reason = cmp.Or(problem, a.Reason)
		return a
	}
	prepared := match.PrepareItem(&item)
	if len(prepared.Keys()) == 0 {
		a = tooLittle(a, s.cov)
		a.Reason = cmp.Or(problem, a.Reason)
		return a
	}
	seen := map[int32]bool{}
	for _, key := range prepared.Keys() {
		for _, at := range s.index[key] {
			if !seen[at] {
				seen[at] = true
				a.Matches = appendMatch(a.Matches, s.recalls[at], prepared)
			}
		}
	}
	a = finish(a, s.cov, true)
	if problem != "" && len(a.Matches) == 0 {
		a.Status, a.Reason = babyshield.StatusNotChecked, problem
	}
	return a
}

// Summary counts answers by status, for the last line of a screening.
type Summary struct {
	Rows       int                  `json:"rows"`
	Affected   int                  `json:"affected"`
	Check      int                  `json:"check"`
	Possible   int                  `json:"possible"`
	NoMatch    int                  `json:"no_match"`
	NotChecked int                  `json:"not_checked"`
	NotCovered int                  `json:"not_covered"`
	Checked    []babyshield.Checked `json:"checked"`
}

// Count adds one answer.
func (s *Summary) Count(status babyshield.Status) {
	s.Rows++
	switch status {
	case babyshield.StatusAffected:
		s.Affected++
	case babyshield.StatusCheck:
		s.Check++
	case babyshield.StatusPossible:
		s.Possible++
	case babyshield.StatusNoMatch:
		s.NoMatch++
	case babyshield.StatusNotCovered:
		s.NotCovered++
	case babyshield.StatusNotChecked:
		s.NotChecked++
	}
}

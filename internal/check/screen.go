package check

import (
	"cmp"
	"context"
	"fmt"
	"slices"

	"github.com/babyshield/babyshield"
	"github.com/babyshield/babyshield/internal/match"
	"github.com/babyshield/babyshield/internal/store"
)

// Screener answers for many items from an index in memory, which holds all
// recalls as they were when it was made, packed: about two kilobytes each. It may
// be used from many goroutines at once.
type Screener struct {
	cov     *Coverage
	recalls []screened
	index   *keyIndex
}

// screened is a recall in memory. Its keys are in the index only, where one line
// makes them needless for judging.
type screened struct {
	keys, lines string
	shown       store.Shown
	sample      bool
}

// keysOf is about how many keys a recall has.
const keysOf = 100

// Screener loads all recalls. progress is called now and then with how many are
// loaded; nil is fine.
func (c *Checker) Screener(ctx context.Context, o Options, progress func(loaded int)) (*Screener, error) {
	cov, err := c.Coverage(ctx, o.Countries)
	if err != nil {
		return nil, err
	}
	most, err := c.store.MostRecalls(ctx)
	if err != nil {
		return nil, err
	}
	s := &Screener{cov: cov, index: newKeyIndex(most * keysOf)}
	sorts := []bool{false}
	if o.Samples || cov.NeverRead {
		sorts = append(sorts, true)
	}
	for _, samples := range sorts {
		err := c.store.EachPackedKeys(ctx, samples, func(keys string) {
			for key := range match.PackedKeys(keys) {
				s.index.count(key)
			}
		})
		if err != nil {
			return nil, fmt.Errorf("loading recalls: %w", err)
		}
	}
	s.index.counted()
	for _, samples := range sorts {
		err := c.store.EachPrepared(ctx, samples, func(p store.Prepared) error { return s.add(p, progress) })
		if err != nil {
			return nil, fmt.Errorf("loading recalls: %w", err)
		}
	}
	return s, nil
}

func (s *Screener) add(p store.Prepared, progress func(int)) error {
	for key := range match.PackedKeys(p.Keys) {
		s.index.place(key, int32(len(s.recalls)))
	}
	// One string instead of three: a third of the memory's overhead.
	text := p.Lines + string(p.Shown)
	r := screened{lines: text[:len(p.Lines)], shown: store.Shown(text[len(p.Lines):]), sample: p.Sample}
	_, ok, err := match.Unpack("", r.lines)
	if err != nil {
		return fmt.Errorf("recall %d: %w", p.ID, err)
	}
	if !ok {
		r.keys = p.Keys
	}
	s.recalls = append(s.recalls, r)
	if progress != nil && len(s.recalls)%1000 == 0 {
		progress(len(s.recalls))
	}
	return nil
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
	for _, at := range s.candidates(prepared) {
		r := &s.recalls[at]
		j, err := judge(r.keys, r.lines, prepared)
		if err == nil {
			a.Matches, err = appendMatch(a.Matches, j, r.shown, r.sample)
		}
		if err != nil { // it was read when it was loaded: the memory is damaged
			return unreadable(a, fmt.Errorf("judging a recall: %w", err))
		}
	}
	a = finish(a, s.cov, prepared, true)
	if problem != "" && len(a.Matches) == 0 {
		a.Status, a.Reason = babyshield.StatusNotChecked, problem
	}
	return a
}

// candidates are the positions of the recalls that share a key with the item.
func (s *Screener) candidates(item *match.Item) []int32 {
	var list []int32
	for _, key := range item.Keys() {
		list = s.index.appendTo(list, key)
	}
	slices.Sort(list)
	return slices.Compact(list)
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

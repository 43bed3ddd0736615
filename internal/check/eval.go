package check

import (
	"cmp"
	"fmt"
	"slices"

	"github.com/babyshield/babyshield"
	"github.com/babyshield/babyshield/internal/match"
)

// Evaluation is how well a screener does on labelled data.
type Evaluation struct {
	Sets     []SetFigures // in the order of the files
	Findings []Finding    // by set, then by line of the item
}

// SetFigures are the figures of one file, by half. A file all of whose items
// stand in larger ones holds second judgements and is no set of its own.
type SetFigures struct {
	Name         string
	Seen, Unseen Figures
}

// Of are the figures of a half.
func (s *SetFigures) Of(h Half) Figures {
	switch h {
	case HalfSeen:
		return s.Seen
	case HalfUnseen:
		return s.Unseen
	case HalfAll:
	}
	return s.Seen.Plus(s.Unseen)
}

func (s *SetFigures) half(h Half) *Figures {
	if h == HalfSeen {
		return &s.Seen
	}
	return &s.Unseen
}

// Total sums all sets of a half.
func (e *Evaluation) Total(h Half) (sum Figures) {
	for i := range e.Sets {
		sum = sum.Plus(e.Sets[i].Of(h))
	}
	return sum
}

// FindingKind is what a finding is.
type FindingKind string

// The kinds of findings.
const (
	Miss       FindingKind = "miss"        // labelled affected or check, and not alerted
	FalseAlert FindingKind = "false_alert" // labelled none, and alerted
	Unjudged   FindingKind = "unjudged"    // an alert that no label speaks of: wrong until somebody judges it
)

// Finding is a pair where label and verdict disagree, with the evidence.
type Finding struct {
	Kind  FindingKind
	Set   string // the set that the item belongs to
	Half  Half
	Label *Label // of the pair; of an unjudged one, the first of the item
	// Match is what was said. Its verdict is "" for none; then the rest tells what
	// spoke against the pair, if anything did.
	Match babyshield.AnswerMatch
}

// labelledItem is what makes two lines speak of the same item. Ids alone do not:
// two files may number their items alike.
type labelledItem struct {
	id   string
	item babyshield.Item
}

type recallKey struct{ agency, number string }

type pairKey struct {
	item   labelledItem
	recall recallKey
}

func (l *Label) key() labelledItem { return labelledItem{l.ID, l.Item} }
func (l *Label) pair() pairKey     { return pairKey{l.key(), recallKey{l.Agency, l.Number}} }

// evaluation is Evaluate on its way.
type evaluation struct {
	screener *Screener
	recalls  map[recallKey][]int  // positions in screener.recalls
	judged   map[pairKey]*Label   // by whichever file
	second   map[*Label]bool      // in a file of second judgements
	home     map[labelledItem]int // position in out.Sets; done once counted
	answers  map[labelledItem][]babyshield.AnswerMatch
	out      Evaluation
}

// Evaluate judges every labelled item as Answer does, against all recalls, and
// counts. A recall that is labelled and not known, and a pair that is judged
// twice, are errors: the figures would be wrong. The order of the files decides
// nothing but the order of the sets.
func (s *Screener) Evaluate(files []*LabelFile) (*Evaluation, error) {
	e := &evaluation{
		screener: s, recalls: map[recallKey][]int{}, judged: map[pairKey]*Label{}, second: map[*Label]bool{},
		home: map[labelledItem]int{}, answers: map[labelledItem][]babyshield.AnswerMatch{},
	}
	for at := range s.recalls {
		n, err := s.recalls[at].shown.Notice()
		if err != nil {
			return nil, err
		}
		key := recallKey{n.Agency, FoldNumber(n.Number)}
		e.recalls[key] = append(e.recalls[key], at)
	}
	for _, f := range files {
		for n := range f.Labels {
			if err := e.learn(&f.Labels[n]); err != nil {
				return nil, err
			}
		}
	}
	for at, f := range e.sets(files) {
		for n := range f.Labels {
			l := &f.Labels[n]
			if err := e.pair(at, l); err != nil {
				return nil, err
			}
			if home, known := e.home[l.key()]; known && home == at {
				e.item(at, l)
				e.home[l.key()] = done
			}
		}
	}
	return &e.out, nil
}

// done is the home of an item that was counted.
const done = -1

// learn notes a label before anything is counted.
func (e *evaluation) learn(l *Label) error {
	if len(e.recalls[recallKey{l.Agency, l.Number}]) == 0 {
		return babyshield.Errorf(babyshield.NotFound,
			"%s, line %d: the recall %s %s is not in this database. Import all labelled recalls first: babyshield agency import %s FILE",
			l.File, l.Line, l.Agency, l.Number, l.Agency)
	}
	if first := e.judged[l.pair()]; first != nil {
		return babyshield.Errorf(babyshield.Invalid, "%s, line %d: the item %s and the recall %s are judged already in %s, line %d.",
			l.File, l.Line, l.ID, l.Number, first.File, first.Line)
	}
	e.judged[l.pair()] = l
	return nil
}

// sets finds the files that are sets of their own, and gives each item a home:
// the largest file that has it. A file without an item of its own holds second
// judgements.
func (e *evaluation) sets(files []*LabelFile) (sets []*LabelFile) {
	items := map[*LabelFile]map[labelledItem]bool{}
	for _, f := range files {
		items[f] = map[labelledItem]bool{}
		for n := range f.Labels {
			items[f][f.Labels[n].key()] = true
		}
	}
	largest := slices.Clone(files)
	slices.SortStableFunc(largest, func(a, b *LabelFile) int { return cmp.Compare(len(items[b]), len(items[a])) })
	owner := map[labelledItem]*LabelFile{}
	own := map[*LabelFile]bool{}
	for _, f := range largest {
		for item := range items[f] {
			if owner[item] == nil {
				owner[item], own[f] = f, true
			}
		}
	}
	for _, f := range files {
		if !own[f] {
			for n := range f.Labels {
				e.second[&f.Labels[n]] = true
			}
			continue
		}
		for item := range items[f] {
			if owner[item] == f {
				e.home[item] = len(sets)
			}
		}
		sets = append(sets, f)
		e.out.Sets = append(e.out.Sets, SetFigures{Name: f.Name})
	}
	return sets
}

// pair counts a pair of a set.
func (e *evaluation) pair(set int, l *Label) error {
	m, err := e.judge(l)
	if err != nil {
		return fmt.Errorf("judging item %s and recall %s: %w", l.ID, l.Number, err)
	}
	e.out.Sets[set].half(l.Half()).Pair(l, m.Verdict, m.Missing)
	switch {
	case l.Truth.Alerts() && !m.Verdict.Alerts():
		e.find(set, Miss, l, m)
	case l.Truth == "" && m.Verdict.Alerts():
		e.find(set, FalseAlert, l, m)
	}
	return nil
}

// judge is what the answer for the item says of the labelled recall: the worst,
// should two have that number. Where the answer does not name it, the verdict is
// "" and the rest is what spoke against it.
func (e *evaluation) judge(l *Label) (babyshield.AnswerMatch, error) {
	for _, m := range e.matches(l) { // worst first
		if keyOf(m) == (recallKey{l.Agency, l.Number}) {
			return m, nil
		}
	}
	at := e.recalls[recallKey{l.Agency, l.Number}][0]
	k := &e.screener.recalls[at]
	n, err := k.shown.Notice()
	if err != nil {
		return babyshield.AnswerMatch{}, err
	}
	var miss babyshield.Judgement
	item := match.PrepareItem(&l.Item)
	if slices.Contains(e.screener.candidates(item), int32(at)) {
		if miss, err = judge(k.keys, k.lines, item); err != nil {
			return babyshield.AnswerMatch{}, err
		}
	}
	return babyshield.AnswerMatch{
		Agency: n.Agency, Number: n.Number, RecallID: babyshield.RecallID(n.Agency, n.Number), Title: n.Title,
		Agree: some(miss.Agree), Differ: some(miss.Differ), Missing: some(miss.Missing), Because: miss.Because,
	}, nil
}

// matches is what Answer says of a labelled item, asked once.
func (e *evaluation) matches(l *Label) []babyshield.AnswerMatch {
	found, asked := e.answers[l.key()]
	if !asked {
		found = e.screener.Answer(l.Item, "").Matches
		e.answers[l.key()] = found
	}
	return found
}

func keyOf(m babyshield.AnswerMatch) recallKey {
	return recallKey{m.Agency, FoldNumber(m.Number)}
}

// item counts an item at its home, with all recalls that the set does not pair it
// with. first is its first line there.
func (e *evaluation) item(set int, first *Label) {
	var worst babyshield.Verdict
	figures := e.out.Sets[set].half(first.Half())
	for _, m := range e.matches(first) {
		if m.Verdict.Rank() > worst.Rank() {
			worst = m.Verdict
		}
		l := e.judged[pairKey{first.key(), keyOf(m)}]
		switch {
		case l == nil:
			figures.Unpaired(m.Verdict)
			if m.Verdict.Alerts() {
				e.find(set, Unjudged, first, m)
			}
		case e.second[l]:
			// In the half of its own recall, as any pair.
			e.out.Sets[set].half(l.Half()).Other(l, m.Verdict)
			if l.Truth == "" && m.Verdict.Alerts() {
				e.find(set, FalseAlert, l, m)
			}
		}
	}
	figures.Item(worst)
}

func (e *evaluation) find(set int, kind FindingKind, l *Label, m babyshield.AnswerMatch) {
	e.out.Findings = append(e.out.Findings, Finding{Kind: kind, Set: e.out.Sets[set].Name, Half: l.Half(), Label: l, Match: m})
}

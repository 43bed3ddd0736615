package check

import (
	"math"
	"slices"

	"github.com/babyshield/babyshield"
)

// Grid counts pairs by label and verdict, both by Verdict.Rank: 0 none, 1
// possible, 2 check, 3 affected.
type Grid [4][4]int

// labelled is how many pairs have a label; told is how many of them are alerted.
func (g *Grid) labelled(label babyshield.Verdict) (n int) {
	for _, v := range g[label.Rank()] {
		n += v
	}
	return n
}

func (g *Grid) told(label babyshield.Verdict) int {
	row := g[label.Rank()]
	return row[babyshield.VerdictCheck.Rank()] + row[babyshield.VerdictAffected.Rank()]
}

// said is how many pairs have a verdict.
func (g *Grid) said(verdict babyshield.Verdict) (n int) {
	for _, row := range g {
		n += row[verdict.Rank()]
	}
	return n
}

// at is one cell.
func (g *Grid) at(label, verdict babyshield.Verdict) int { return g[label.Rank()][verdict.Rank()] }

// Figures are the counts over one set of labelled data, from which every share
// follows.
//
// A pair of the set itself counts in Pairs. A recall that meets an item although
// the set does not pair the two counts in Others if another file judges that
// pair, else in Unjudged.
type Figures struct {
	Items         int // each once, however many recalls it is judged against
	Pairs         Grid
	Others        Grid
	Unjudged      [4]int // by rank of the verdict
	PossibleItems int    // items of which the worst that is said is possible
	AskedMissing  int    // alerted pairs labelled check, of which the label names what is missing
	NamedMissing  int    // those where we name one of the same fields
}

// Pair counts a pair of the set: the verdict, and the details that are asked for.
func (f *Figures) Pair(l *Label, verdict babyshield.Verdict, missing []string) {
	f.Pairs[l.Truth.Rank()][verdict.Rank()]++
	if l.Truth == vCheck && len(l.Missing) > 0 && verdict.Alerts() {
		f.AskedMissing++
		if slices.ContainsFunc(missing, func(key string) bool { return slices.Contains(l.Missing, key) }) {
			f.NamedMissing++
		}
	}
}

// Other counts a pair of an item of the set that another file judges; Unpaired
// one that nobody judged.
func (f *Figures) Other(l *Label, verdict babyshield.Verdict) {
	f.Others[l.Truth.Rank()][verdict.Rank()]++
}

// Unpaired counts a match that nobody judged.
func (f *Figures) Unpaired(verdict babyshield.Verdict) { f.Unjudged[verdict.Rank()]++ }

// Item counts an item of the set; worst is the worst verdict of all recalls.
func (f *Figures) Item(worst babyshield.Verdict) {
	f.Items++
	if worst == babyshield.VerdictPossible {
		f.PossibleItems++
	}
}

// Plus is the sum of both.
func (f Figures) Plus(g Figures) Figures {
	f.Items += g.Items
	f.PossibleItems += g.PossibleItems
	f.AskedMissing += g.AskedMissing
	f.NamedMissing += g.NamedMissing
	for l := range f.Pairs {
		f.Unjudged[l] += g.Unjudged[l]
		for v := range f.Pairs[l] {
			f.Pairs[l][v] += g.Pairs[l][v]
			f.Others[l][v] += g.Others[l][v]
		}
	}
	return f
}

// Judged is how many pairs the set has.
func (f *Figures) Judged() (n int) {
	for _, row := range f.Pairs {
		for _, v := range row {
			n += v
		}
	}
	return n
}

const (
	vAffected = babyshield.VerdictAffected
	vCheck    = babyshield.VerdictCheck
	vPossible = babyshield.VerdictPossible
	vNone     = babyshield.Verdict("")
)

// Found is the share of the pairs labelled affected or check that are alerted.
func (f *Figures) Found() Share {
	return Share{f.told(), f.Pairs.labelled(vAffected) + f.Pairs.labelled(vCheck)}
}

func (f *Figures) told() int { return f.Pairs.told(vAffected) + f.Pairs.told(vCheck) }

// Precision is the share of the alerts that are right: those on pairs labelled
// none and on any other recall are wrong. Alerts on pairs labelled possible, and
// on other recalls that a second judgement calls right or possible, are neither.
func (f *Figures) Precision() Share {
	s := f.PrecisionAtBest()
	s.Of += f.OthersUnjudged()
	return s
}

// PrecisionAtBest is what Precision would be if every alert that nobody judged
// turned out right: the truth lies between the two.
func (f *Figures) PrecisionAtBest() Share {
	return Share{f.told(), f.told() + f.Pairs.told(vNone) + f.OthersWrong()}
}

// OthersRight counts the alerts on recalls that the set does not pair with the
// item and that a second judgement calls right.
func (f *Figures) OthersRight() int { return f.Others.told(vAffected) + f.Others.told(vCheck) }

// OthersWrong counts those that a second judgement calls none.
func (f *Figures) OthersWrong() int { return f.Others.told(vNone) }

// OthersUnjudged counts those that nobody judged.
func (f *Figures) OthersUnjudged() int {
	return f.Unjudged[vCheck.Rank()] + f.Unjudged[vAffected.Rank()]
}

// Traps is the share of the pairs labelled none that are alerted.
func (f *Figures) Traps() Share { return Share{f.Pairs.told(vNone), f.Pairs.labelled(vNone)} }

// SaidAffected is the share of all that is said affected that is labelled so, by
// whichever file; what nobody judged counts as wrong.
func (f *Figures) SaidAffected() Share {
	return Share{
		f.Pairs.at(vAffected, vAffected) + f.Others.at(vAffected, vAffected),
		f.Pairs.said(vAffected) + f.Others.said(vAffected) + f.Unjudged[vAffected.Rank()],
	}
}

// AffectedSaid is the share of the pairs labelled affected that are said so.
func (f *Figures) AffectedSaid() Share {
	return Share{f.Pairs.at(vAffected, vAffected), f.Pairs.labelled(vAffected)}
}

// CheckFound is the share of the pairs labelled check that are alerted.
func (f *Figures) CheckFound() Share { return Share{f.Pairs.told(vCheck), f.Pairs.labelled(vCheck)} }

// MissingNamed is the share of the alerted pairs labelled check where one of the
// details that we ask for is one that the label names.
func (f *Figures) MissingNamed() Share { return Share{f.NamedMissing, f.AskedMissing} }

// PossibleMatches is how many recalls are shown as possible, over all items.
func (f *Figures) PossibleMatches() int {
	return f.Pairs.said(vPossible) + f.Others.said(vPossible) + f.Unjudged[vPossible.Rank()]
}

// Per1000 is n for each 1,000 items; 0 where there is no item.
func (f *Figures) Per1000(n int) int {
	if f.Items == 0 {
		return 0
	}
	return int(math.Round(1000 * float64(n) / float64(f.Items)))
}

// Share is so many of so many. Where Of is 0 there is no share, and Value and
// Interval are meaningless.
type Share struct{ Count, Of int }

// Value is the share, 0 to 1.
func (s Share) Value() float64 { return float64(s.Count) / float64(s.Of) }

// Interval is Wilson's score interval at 95 %: unlike the textbook's it stays
// within 0 and 1 and keeps its promise for small numbers and shares near the
// ends. It takes the counted things for independent, which pairs about one recall
// are not quite.
func (s Share) Interval() (low, high float64) {
	const z = 1.959964 // of the normal distribution, 2.5 % on either side
	n, p := float64(s.Of), s.Value()
	middle := (p + z*z/(2*n)) / (1 + z*z/n)
	reach := z / (1 + z*z/n) * math.Sqrt(p*(1-p)/n+z*z/(4*n*n))
	return max(0, middle-reach), min(1, middle+reach)
}

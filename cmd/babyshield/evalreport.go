package main

import (
	"fmt"
	"slices"
	"strings"

	"github.com/babyshield/babyshield"
	"github.com/babyshield/babyshield/internal/check"
)

// evalReport is an evaluation on its way to the reader.
type evalReport struct {
	*app
	*check.Evaluation
	half    check.Half
	recalls int
	rows    bool // findings too
}

// verdictWords are all verdicts by rank.
var verdictWords = [4]string{"none", "possible", "check", "affected"}

// figureRow is a line of the tables.
type figureRow struct {
	name string
	cell func(f *check.Figures) string
}

func shareRow(name string, share func(f *check.Figures) check.Share) figureRow {
	return figureRow{name, func(f *check.Figures) string { return shareCell(share(f)) }}
}

var figureRows = []figureRow{
	{"items; labelled pairs", func(f *check.Figures) string { return fmt.Sprintf("%d; %d", f.Items, f.Judged()) }},
	shareRow("found", (*check.Figures).Found),
	shareRow("precision", (*check.Figures).Precision),
	shareRow("precision, were all unjudged alerts right", (*check.Figures).PrecisionAtBest),
	shareRow("traps (labelled none) alerted", (*check.Figures).Traps),
	shareRow("said affected, and labelled so", (*check.Figures).SaidAffected),
	shareRow("labelled affected, and said so", (*check.Figures).AffectedSaid),
	shareRow("labelled check, and alerted", (*check.Figures).CheckFound),
	shareRow("missing detail named, where labelled check", (*check.Figures).MissingNamed),
	{"alerts on other recalls: unjudged; judged wrong; right", func(f *check.Figures) string {
		return fmt.Sprintf("%d; %d; %d", f.OthersUnjudged(), f.OthersWrong(), f.OthersRight())
	}},
	{"possible per 1,000 items: recalls shown; items with no more", func(f *check.Figures) string {
		return fmt.Sprintf("%d; %d", f.Per1000(f.PossibleMatches()), f.Per1000(f.PossibleItems))
	}},
}

func shareCell(s check.Share) string {
	if s.Of == 0 {
		return "-"
	}
	low, high := s.Interval()
	return fmt.Sprintf("%.2f (%.2f to %.2f), %d of %d", s.Value(), low, high, s.Count, s.Of)
}

// named are the figures of a half under their headings: each set, and the total
// where there are several.
func (r *evalReport) named(half check.Half) (names []string, figures []check.Figures) {
	for i := range r.Sets {
		names, figures = append(names, r.Sets[i].Name), append(figures, r.Sets[i].Of(half))
	}
	if len(r.Sets) > 1 {
		names, figures = append(names, "total"), append(figures, r.Total(half))
	}
	return names, figures
}

func (r *evalReport) cells(row figureRow, figures []check.Figures) []string {
	cells := []string{row.name}
	for i := range figures {
		cells = append(cells, row.cell(&figures[i]))
	}
	return cells
}

// printText prints the tables, then each finding.
func (r *evalReport) printText() {
	names, figures := r.named(r.half)
	r.printf("Against %s; labelled pairs: %s.\n\n", count(r.recalls, "recall", "recalls"), halfWords(r.half))
	var rows [][]string
	for _, row := range figureRows {
		rows = append(rows, r.cells(row, figures))
	}
	r.table("|"+strings.Join(names, "|"), rows)
	for i := range figures {
		r.printf("\n")
		rows = nil
		for rank := 3; rank >= 0; rank-- {
			row := figures[i].Pairs[rank]
			rows = append(rows, []string{"labelled " + verdictWords[rank], fmt.Sprint(row[3]), fmt.Sprint(row[2]), fmt.Sprint(row[1]), fmt.Sprint(row[0])})
		}
		r.table(names[i]+"|AFFECTED|CHECK|POSSIBLE|NONE", rows)
	}
	for _, f := range r.findings() {
		r.printFinding(f)
	}
}

func halfWords(h check.Half) string {
	if h == check.HalfAll {
		return "all"
	}
	return "the " + string(h) + " half"
}

// findings are those that may be shown: misses, false alerts, then alerts that
// nobody judged.
func (r *evalReport) findings() []check.Finding {
	if !r.rows {
		return nil
	}
	kinds := []check.FindingKind{check.Miss, check.FalseAlert, check.Unjudged}
	shown := slices.DeleteFunc(slices.Clone(r.Findings), func(f check.Finding) bool {
		return r.half != check.HalfAll && f.Half != r.half
	})
	slices.SortStableFunc(shown, func(a, b check.Finding) int {
		return slices.Index(kinds, a.Kind) - slices.Index(kinds, b.Kind)
	})
	return shown
}

func (r *evalReport) printFinding(f check.Finding) {
	l, m := f.Label, f.Match
	recall := fmt.Sprintf("%s %s %q", m.Agency, m.Number, m.Title)
	switch f.Kind {
	case check.Miss:
		r.printf("\nMISS: %s, %s line %d: labelled %s, said %s\n", l.ID, l.File, l.Line, orNone(l.Truth), orNone(m.Verdict))
	case check.FalseAlert:
		r.printf("\nFALSE ALERT: %s, %s line %d: labelled %s, said %s\n", l.ID, l.File, l.Line, orNone(l.Truth), orNone(m.Verdict))
	case check.Unjudged:
		r.printf("\nUNJUDGED ALERT: %s, %s line %d: said %s of a recall that no file judges\n", l.ID, l.File, l.Line, orNone(m.Verdict))
	}
	r.field("  Item", itemWords(&l.Item))
	r.field("  Recall", recall)
	if f.Kind != check.Unjudged {
		r.field("  Label", l.Why)
		r.field("  Missing, as labelled", strings.Join(l.Missing, ", "))
	}
	r.field("  Agree", strings.Join(m.Agree, ", "))
	r.field("  Differ", strings.Join(m.Differ, ", "))
	r.field("  Missing", strings.Join(m.Missing, ", "))
	r.field("  Because", m.Because)
}

func orNone(v babyshield.Verdict) string { return verdictWords[v.Rank()] }

// itemWords is an item as key=value, in the order of the keys.
func itemWords(it *babyshield.Item) string {
	var words []string
	for _, key := range babyshield.ItemKeys {
		if value := *it.Field(key); value != "" {
			words = append(words, fmt.Sprintf("%s=%q", key, value))
		}
	}
	return strings.Join(words, " ")
}

// printMarkdown prints the table for a document. Of all labelled recalls it adds
// what nobody tuned on: the unseen half.
func (r *evalReport) printMarkdown() {
	names, figures := r.named(r.half)
	line := func(cells []string) {
		for i, cell := range cells {
			cells[i] = strings.ReplaceAll(oneLine(cell), "|", `\|`)
		}
		r.printf("| %s |\n", strings.Join(cells, " | "))
	}
	line(append([]string{"labelled pairs: " + halfWords(r.half)}, names...))
	line(slices.Repeat([]string{"---"}, len(names)+1))
	for i, row := range figureRows {
		line(r.cells(row, figures))
		if i == 2 && r.half == check.HalfAll {
			_, unseen := r.named(check.HalfUnseen)
			for _, row := range figureRows[1:3] {
				cells := r.cells(row, unseen)
				cells[0] += ", unseen half"
				line(cells)
			}
		}
	}
	r.printf("\nMeasured on %s against %s, with `babyshield eval --markdown`.\n", r.now().UTC().Format("2006-01-02"), count(r.recalls, "recall", "recalls"))
}

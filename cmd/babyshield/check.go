package main

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/babyshield/babyshield"
	"github.com/babyshield/babyshield/internal/check"
	"github.com/babyshield/babyshield/internal/notify"
	"github.com/babyshield/babyshield/internal/store"
)

type checkCmd struct {
	Words     []string `arg:"" optional:"" help:"The product in words: the same as --name."`
	Countries []string `help:"Where it was bought, such as US,CA: agencies of these countries are required for an answer." placeholder:"CODES"`
	Samples   bool     `help:"Look at the samples that ship with the program too."`
	itemFlags `embed:""`
}

func (checkCmd) Help() string {
	return `
Give at least a name, a brand, a model or a barcode. It ends with code 3 where a recall is sure to meet the item, and with 4 where something required could not be checked.

Examples:

    babyshield check "Sleepwell infant lounger" --model SW-100
    babyshield check --gtin 036000291452 --date-code 2024-03 --countries US,CA --json
`
}

// Run answers for one item, and keeps nothing of it.
func (c *checkCmd) Run(ctx context.Context, a *app) error {
	it, err := c.item("check", c.Words)
	if err != nil {
		return err
	}
	countries, err := babyshield.ParseCountries(c.Countries)
	if err != nil {
		return usagef("check", "%s", babyshield.MessageOf(err))
	}
	return a.with(ctx, needs{}, func(s *store.Store) error {
		answer, err := check.New(s, a.now).Item(ctx, it, check.Options{Countries: countries, Samples: c.Samples})
		if err != nil {
			return err
		}
		if a.JSON {
			err = a.json(answer)
		} else {
			err = a.printAnswer(ctx, s, answer, countries)
		}
		if err != nil {
			return err
		}
		return ending(answer)
	})
}

// ending is the exit code for an answer: of anything but a sure hit, a source that
// was required and not read in time is told as well.
func ending(answer babyshield.Answer) error {
	if answer.Status != babyshield.StatusAffected && !fresh(answer.Checked) {
		return notChecked
	}
	switch answer.Status {
	case babyshield.StatusAffected:
		return foundAffected
	case babyshield.StatusNotChecked, babyshield.StatusNotCovered:
		return notChecked
	case babyshield.StatusCheck, babyshield.StatusPossible, babyshield.StatusNoMatch:
	}
	return nil
}

// fresh tells whether every source of a receipt was read in time.
func fresh(receipt []babyshield.Checked) bool {
	return !slices.ContainsFunc(receipt, func(c babyshield.Checked) bool { return !c.State.Fresh() })
}

// shownMatches is how many recalls are told of in full.
const shownMatches = 5

// printAnswer says an answer in the order of all our texts: for each recall the
// hazard, what to do now, whether it is this product, what is offered, how sure
// we are, and the official notice; then what was looked at.
func (a *app) printAnswer(ctx context.Context, s *store.Store, answer babyshield.Answer, countries []string) error {
	if len(answer.Matches) > 0 {
		a.printf("%s\n\n", notify.Emergency(countries))
	}
	for i, m := range answer.Matches {
		if i == shownMatches {
			a.printf("%s: see --json\n\n", count(len(answer.Matches)-i, "further recall", "further recalls"))
			break
		}
		r, err := s.Recall(ctx, m.RecallID)
		if err != nil {
			return err
		}
		a.printMatch(m, &r.Recall)
	}
	if len(answer.Matches) == 0 {
		a.printf("%s\n", missLine(answer))
	}
	a.printReceipt(answer)
	return a.stdout.failed()
}

func (a *app) printMatch(m babyshield.AnswerMatch, r *babyshield.Recall) {
	a.printf("%s%s\n", headline(m, r), sampleMark(m.Sample))
	a.field("  Hazard", strings.Join(notify.Hazard(r), " ")+quoted(m.Hazard))
	a.field("  Do now", strings.Join(notify.DoNow(m.Verdict, r.Remedies), " "))
	a.field("  Is it this one?", m.Because+" "+notify.LookFor(m.Missing))
	for _, remedy := range offers(r) {
		a.field("  Remedy", remedy)
	}
	a.field("  How sure", notify.Certainty(m.Verdict))
	a.field("  Notice", strings.Join(strings.Fields(fmt.Sprintf("%s %s %s %q", m.Agency, m.Number, notify.Date(r.Published), m.Title)), " "))
	a.field("  Official page", notify.WebURL(m.URL))
	a.field("  More", "babyshield recall show "+m.RecallID)
	a.printf("\n")
}

// offers are the recall's remedies, each text once: one sentence of the agency may
// stand under several codes.
func offers(r *babyshield.Recall) []string {
	var out []string
	for _, m := range r.Remedies {
		if text := cmp.Or(quoted(m.Text), notify.Remedy(m.Code)); text != "" && !slices.Contains(out, text) {
			out = append(out, text)
		}
	}
	return out
}

// quoted marks the agency's words.
func quoted(s string) string {
	if s = notify.Clean(s, 4000); s == "" {
		return ""
	}
	return ` "` + s + `"`
}

func headline(m babyshield.AnswerMatch, r *babyshield.Recall) string {
	switch m.Verdict {
	case babyshield.VerdictAffected:
		return "Stop using it. " + notify.Covered(r.Kind)
	case babyshield.VerdictCheck:
		return "Stop using it until you have checked " + notify.Counted(max(1, len(m.Missing))) + "."
	case babyshield.VerdictPossible:
	}
	return "A recall covers a product like this one."
}

func missLine(answer babyshield.Answer) string {
	switch answer.Status {
	case babyshield.StatusNoMatch:
		return fmt.Sprintf("No recall found for this item. We looked in %s at %s; this does not prove that nothing is wrong with it.",
			count(len(answer.Checked), "source", "sources"), when(answer.AsOf))
	case babyshield.StatusNotCovered:
		return "We do not watch this kind of product here. " + answer.Reason
	case babyshield.StatusAffected, babyshield.StatusCheck, babyshield.StatusPossible, babyshield.StatusNotChecked:
	}
	return "We could not check this now. " + answer.Reason
}

// printReceipt says what was looked at.
func (a *app) printReceipt(answer babyshield.Answer) {
	for _, c := range answer.Checked {
		read := "never read"
		if c.AsOf != nil {
			read = "read " + when(*c.AsOf)
		}
		a.field("Source", fmt.Sprintf("%s, %s (%s)", c.Agency, read, c.State))
	}
	if len(answer.Matches) > 0 && answer.Reason != "" {
		a.field("Not checked", answer.Reason)
	}
}

package web

import (
	"fmt"
	"net/http"
	"slices"

	"github.com/babyshield/babyshield"
	"github.com/babyshield/babyshield/internal/notify"
	"github.com/babyshield/babyshield/internal/store"
)

// Matches that an answer shows whole, and as links.
const (
	maxWhole = 3
	maxLinks = 20
)

// newAnswer makes the page of an answer. recalls are those of its first matches.
func (t *site) newAnswer(a babyshield.Answer, recalls []store.StoredRecall, item *babyshield.Item, country string) answerPage {
	p := answerPage{look: lookOf(a.Status), role: "status", asOf: instant(a.AsOf), note: barcodeNote(item), receipt: t.receipt(a.Checked)}
	if a.Status == babyshield.StatusAffected {
		p.role = "alert"
	}
	if len(a.Matches) == 0 {
		p.headline, p.lead = t.missWords(a)
		if a.Status != babyshield.StatusNoMatch {
			p.links = t.officialLinks(a.Checked)
		}
		p.form = newForm(t, item, country, nil)
		return p
	}
	worst := a.Matches[0]
	p.headline, p.lead = headline(a.Status, recalls[0].Kind, worst.Missing)
	p.form = newForm(t, item, country, worst.Missing)
	for i := range recalls {
		p.matches = append(p.matches, newMatch(i, &recalls[i], t.agency(recalls[i].Agency), a.Matches[i], item, country))
	}
	for _, m := range a.Matches[len(recalls):] {
		if len(p.others) == maxLinks {
			p.more++
			continue
		}
		p.others = append(p.others, otherMatch{look: lookOf(babyshield.Status(m.Verdict)), row: recallRow{
			id: m.RecallID, title: notify.Clean(m.Title, 200), line: t.agency(m.Agency).Name, sample: m.Sample,
		}})
	}
	return p
}

// loadMatches are the whole recalls of the first matches. If one cannot be read
// now, what the match itself says must do: a match is told whatever else fails.
func (s *server) loadMatches(r *http.Request, matches []babyshield.AnswerMatch) []store.StoredRecall {
	out := make([]store.StoredRecall, min(len(matches), maxWhole))
	for i := range out {
		m := matches[i]
		stored, err := s.Store.Recall(r.Context(), m.RecallID)
		if err != nil {
			s.Log.ErrorContext(r.Context(), "reading the recall of a match", "recall", m.RecallID, "error", err)
			stored = recallOf(m)
		}
		out[i] = stored
	}
	return out
}

// recallOf is as much of a recall as its match knows.
func recallOf(m babyshield.AnswerMatch) store.StoredRecall {
	r := babyshield.Recall{Agency: m.Agency, Number: m.Number, Title: m.Title, URL: m.URL, Remedies: m.Remedies}
	if m.Hazard != "" {
		r.Hazards = []babyshield.Hazard{{Code: "other", Text: m.Hazard}}
	}
	return store.StoredRecall{Recall: r, ID: m.RecallID, Sample: m.Sample}
}

func newMatch(i int, r *store.StoredRecall, agency babyshield.AgencyState, m babyshield.AnswerMatch, item *babyshield.Item, country string) matchView {
	v := matchView{
		recallView: newRecallView(r, agency, m.Verdict), look: lookOf(babyshield.Status(m.Verdict)),
		agree: fieldWords(m.Agree), differ: fieldWords(m.Differ), missing: fieldWords(m.Missing),
		lookFor: notify.LookFor(m.Missing), because: notify.Clean(m.Because, maxQuote), certainty: notify.Certainty(m.Verdict),
		prefix: fmt.Sprintf("m%d-", i+1), country: country,
	}
	if m.Verdict == babyshield.VerdictAffected {
		return v // nothing is left to ask
	}
	for _, f := range fill(slices.Concat(mainFields, moreFields), item, m.Missing) {
		switch {
		case f.wanted:
			f.wanted = false // all of this form is
			v.ask = append(v.ask, f)
		case f.value != "":
			v.keep = append(v.keep, f)
		}
	}
	return v
}

// headline says what the worst match means.
func headline(status babyshield.Status, kind babyshield.Kind, missing []string) (string, []string) {
	switch status {
	case babyshield.StatusAffected:
		return "Stop using it. " + notify.Covered(kind), []string{"What you told us agrees with the notice below."}
	case babyshield.StatusCheck:
		return "Stop using it until you check " + notify.Counted(len(missing)) + ".", []string{"It is likely in the notice below. A detail that decides is not known."}
	default:
		return "A recall covers a product like yours.", []string{"We cannot tell if it is yours. Compare it with the notice below."}
	}
}

// missWords are the headline and the sentences of an answer without a match.
func (t *site) missWords(a babyshield.Answer) (string, []string) {
	switch a.Status {
	case babyshield.StatusNoMatch:
		looked := fmt.Sprintf("We looked in %s at %s.", plural(len(a.Checked), "source"), a.AsOf.UTC().Format("15:04 UTC on 2 Jan 2006"))
		return "No recall found for this item.", []string{
			looked + " This does not prove that nothing is wrong with it.",
			"The more you tell us, the more we can compare. A barcode or model number helps most.",
		}
	case babyshield.StatusNotCovered:
		return "We do not watch this kind of product here.", []string{notify.Clean(a.Reason, maxQuote), "Ask the authority of your country."}
	default:
		why := t.unread(a.Checked)
		switch {
		case t.neverRead() && len(t.states) > 0:
			why = []string{"No agency has been read yet."}
		case len(why) == 0:
			why = []string{notify.Clean(a.Reason, maxQuote)}
		}
		return "We could not check this now.", append(why, "So we cannot say if it is recalled.")
	}
}

// receipt says what was looked at and how far it could be relied on.
func (t *site) receipt(checked []babyshield.Checked) []receiptLine {
	var out []receiptLine
	for _, c := range checked {
		l := receiptLine{name: t.agency(c.Agency).Name, state: lower(feedLooks[c.State].word), asOf: "so not looked at"}
		if c.AsOf != nil {
			l.asOf = "last read on " + instant(*c.AsOf) + " (" + ago(t.now, *c.AsOf) + ")"
		}
		out = append(out, l)
	}
	return out
}

// lower makes the first letter of one of our words small.
func lower(word string) string {
	if word == "" {
		return ""
	}
	return string(word[0]|0x20) + word[1:]
}

// officialLinks are the sites of the agencies that could not be asked here; all
// that we know where none was required.
func (t *site) officialLinks(checked []babyshield.Checked) []officialLink {
	var out []officialLink
	for _, a := range t.states {
		required := slices.ContainsFunc(checked, func(c babyshield.Checked) bool { return c.Agency == a.Code && !c.State.Fresh() })
		if link := notify.WebURL(a.Homepage); link != "" && (required || len(checked) == 0) && len(out) < maxRelated {
			out = append(out, officialLink{name: a.Name, link: link, host: notify.Host(link)})
		}
	}
	return out
}

func formHeading(p answerPage) string {
	if len(p.matches) > 0 {
		return "Change what you told us"
	}
	return "Add what you know, or check another"
}

// Package notify decides who is told of a recall, when, and in what words. It is
// pure: it reads no clock, file, database or network, and the same input gives
// the same output for ever. The store calls it inside a transaction; what it
// returns is kept and sent unchanged on every attempt.
//
// # Who and when
//
// Class says whether a household is told, and why: something new, or an amendment
// that covers more, changes what is offered, or takes back. Editorial changes, and
// what a better reader of ours finds in the same words, are told to nobody twice.
//
// Route turns the enabled channels of a household into due times. Today every
// channel is told at once; quiet hours, digests and escalation to a second
// channel will be decided there and nowhere else. Backoff says how long to wait
// after an attempt that was not accepted; when to give up is the operator's policy.
//
// # In what words
//
// Compose renders one alert as plain text. What it promises:
//
//   - The order is fixed: help if someone is hurt, what is the matter and, of an
//     amendment, what changed, what is wrong with the product (the hazard), what to do now (at most three lines), is it yours, the remedy,
//     how sure we are and why, the official notice, our page, what this message is.
//   - Hazard, remedy and contact come from the notice. The agency's words stand in
//     quotation marks with the agency named; our own sentences are chosen by code
//     from the closed lists of words.go and never guessed.
//   - Certainty is a sentence that names the evidence, never a percentage, and no
//     sentence promises that a product is without danger.
//   - All text from outside is untrusted: control characters, line breaks and
//     characters that change the direction of text are removed, quotation marks
//     inside a quotation become apostrophes, and each part is cut where it is
//     rendered. A subject is one line and cannot carry a second header. A text can
//     end no paragraph and begin no heading that is not ours.
//   - A household's own words appear in the text, never in the subject, which may
//     be shown on a locked screen and written to a log.
//
// Wording is tested: testdata holds the wanted messages, and a lint test renders
// every sentence of ours and refuses the words that we do not use.
package notify

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/babyshield/babyshield"
)

// Content is all that an alert says, as the store knows it when the alert is
// made. Text in it needs no cleaning by the caller.
type Content struct {
	Household string   // its name, for the closing lines
	Countries []string // of the household (ISO 3166-1), for the emergency number; may be empty
	Class     babyshield.AlertClass
	Change    babyshield.Amendment // what a class other than new tells of
	Recall    babyshield.Recall
	RecallID  string            // rcl_..., for the link to our page
	Agency    babyshield.Agency // name, homepage and attribution are used
	Items     []ContentItem     // the household's items beneath this alert, in any order
	BaseURL   string            // public address of this service; "" = no link to our page
	WireKey   string            // permanent key of the delivery
	Created   time.Time         // when the alert was made: the date of the message
}

// ContentItem is one item of the household that the recall meets, with the
// evidence (Judgement's fields).
type ContentItem struct {
	Name    string // as the household wrote it
	Product string // the recalled line that it meets, in the agency's words; "" = the recall's first
	Verdict babyshield.Verdict
	Agree   []string // item keys
	Missing []string // item keys
	Because string   // one plain sentence
}

// Limits of what is rendered, in characters. They keep the first screen useful
// and a hostile or broken record from making a message of megabytes.
const (
	maxSubjectPart = 60
	maxName        = 80
	maxQuote       = 4000 // no remedy seen is longer; half of one may end where it says what not to do
	maxSentence    = 300
	maxURL         = 500
	maxItems       = 12 // items that are listed; the rest are counted
	maxQuotes      = 3  // quotations a section
)

// Compose renders the alert. It is deterministic: no clock, no chance, no order
// of a map.
func Compose(c Content) babyshield.Message {
	n := newNotice(c)
	p := &page{}
	p.line(emergencyLine(c.Countries))
	p.gap()
	p.line(n.headline())
	n.changed(p)
	n.hazard(p)
	n.doNow(p)
	n.yours(p)
	n.remedy(p)
	n.certainty(p)
	n.official(p)
	n.about(p)
	return babyshield.Message{
		WireKey: c.WireKey,
		Subject: n.subject(),
		Text:    p.String(),
		URL:     n.pageURL,
		Urgent:  n.urgent(),
		Created: c.Created,
	}
}

// notice is the content with what several sections need, cleaned once.
type notice struct {
	Content
	agency  string
	product string // "" = the notice names none
	more    int    // further recalled products beneath the alert
	verdict babyshield.Verdict
	kind    kindWords
	pageURL string
}

func newNotice(c Content) *notice {
	c.Items = slices.Clone(c.Items)
	slices.SortStableFunc(c.Items, func(a, b ContentItem) int {
		if d := b.Verdict.Rank() - a.Verdict.Rank(); d != 0 {
			return d
		}
		return strings.Compare(a.Name, b.Name)
	})
	n := &notice{Content: c, verdict: babyshield.VerdictCheck, agency: clean(c.Agency.Name, maxName)}
	if len(c.Items) > 0 {
		n.verdict = c.Items[0].Verdict
	}
	if n.agency == "" {
		n.agency = clean(c.Recall.Agency, maxName)
	}
	n.kind = kinds[c.Recall.Kind]
	if n.kind == (kindWords{}) {
		n.kind = kinds[babyshield.KindRecall]
	}
	names := n.products()
	if len(names) > 0 {
		n.product, n.more = names[0], len(names)-1
	}
	if base := strings.TrimRight(webURL(c.BaseURL), "/"); base != "" && c.RecallID != "" {
		n.pageURL = base + "/recalls/" + clean(c.RecallID, maxName)
	}
	return n
}

// products are the distinct recalled products beneath the alert, worst first.
func (n *notice) products() []string {
	var names []string
	add := func(s string) {
		s = clean(s, maxSubjectPart)
		same := func(have string) bool { return strings.EqualFold(have, s) }
		if s != "" && !slices.ContainsFunc(names, same) {
			names = append(names, s)
		}
	}
	for _, i := range n.Items {
		if i.Product == "" {
			add(firstProduct(n.Recall.Products))
		} else {
			add(i.Product)
		}
	}
	if len(names) == 0 {
		add(firstProduct(n.Recall.Products))
	}
	return names
}

func firstProduct(products []babyshield.ProductEntry) string {
	for _, p := range products {
		name, brand := clean(p.Name, maxSubjectPart), clean(p.Brand, maxSubjectPart)
		switch {
		case name == "" && brand == "":
			continue
		case name == "":
			return brand + " product"
		case brand == "" || strings.Contains(strings.ToLower(name), strings.ToLower(brand)):
			return name
		}
		return brand + " " + name
	}
	return ""
}

// subject never holds a household's words: see the package comment.
func (n *notice) subject() string {
	product := "product"
	if n.product != "" {
		product = n.product
	}
	if n.more > 0 {
		product += fmt.Sprintf(" and %d more", n.more)
	}
	if n.narrowed() {
		return fmt.Sprintf("An item on your list: %s changed and no longer covers it (%s)", n.kind.noun, clean(n.agency, maxSubjectPart))
	}
	return fmt.Sprintf(subjectForm(n.Class, n.verdict, covers(n.Change)), product, n.kind.noun, clean(n.agency, maxSubjectPart))
}

func (n *notice) headline() string {
	product := "a product on your list"
	if n.product != "" {
		product = "the " + n.product
	}
	switch n.Class {
	case babyshield.AlertRescinded:
		if n.narrowed() {
			return n.outside()
		}
		return fmt.Sprintf("The agency withdrew its notice about %s.", product)
	case babyshield.AlertRemedy:
		return fmt.Sprintf("What is offered for %s has changed. %s", product, n.kind.covered)
	case babyshield.AlertNew, babyshield.AlertWidened: // below
	}
	lead := ""
	switch {
	case n.Class != babyshield.AlertWidened || n.Change.Item:
	case covers(n.Change):
		lead = fmt.Sprintf("This %s has changed and now covers more. ", n.kind.noun)
	default:
		lead = fmt.Sprintf("This %s has changed. ", n.kind.noun)
	}
	switch n.verdict {
	case babyshield.VerdictAffected:
		return lead + fmt.Sprintf("Stop using %s. %s", product, n.kind.covered)
	case babyshield.VerdictPossible:
		return lead + fmt.Sprintf("A %s covers a product like yours: %s.", n.kind.noun, product)
	default:
		return lead + fmt.Sprintf("Stop using %s until you check %s.", product, counted(len(n.missing())))
	}
}

// missing are the distinct item keys that nobody knows, over all items.
func (n *notice) missing() []string {
	var keys []string
	for _, i := range n.Items {
		for _, k := range i.Missing {
			if !slices.Contains(keys, k) {
				keys = append(keys, k)
			}
		}
	}
	return keys
}

func (n *notice) urgent() bool {
	news := n.Class != babyshield.AlertRemedy && n.Class != babyshield.AlertRescinded
	return news && n.verdict.Alerts() && n.Recall.Severity.Rank() >= babyshield.SeverityHigh.Rank()
}

package notify

import (
	"fmt"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/babyshield/babyshield"
)

// hazard says who and what can happen, then quotes the agency.
func (n *notice) hazard(p *page) {
	p.heading("The hazard")
	switch {
	case n.narrowed():
		p.line("This is what the notice says of what it covers now.")
	case n.Class == babyshield.AlertRescinded:
		p.line("This is what the notice had said.")
	}
	said := Hazard(&n.Recall)
	var quotes []string
	for _, h := range n.Recall.Hazards {
		quotes = append(quotes, h.Text)
	}
	if len(said) > 0 {
		p.line(strings.Join(said, " "))
	}
	if n.quote(p, quotes) == 0 && len(said) == 0 {
		p.line("The notice does not state the hazard in a form that we can read. Read the official notice below.")
	}
}

// exposed names those whom the notice itself speaks of.
func exposed(r babyshield.Recall) string {
	var b strings.Builder
	b.WriteString(r.Title)
	for _, h := range r.Hazards {
		b.WriteByte(' ')
		b.WriteString(h.Text)
	}
	for _, p := range r.Products {
		b.WriteByte(' ')
		b.WriteString(p.Name)
	}
	words := strings.FieldsFunc(strings.ToLower(b.String()), func(r rune) bool { return r < 'a' || r > 'z' })
	for _, e := range exposures {
		for _, w := range words {
			if slices.Contains(e.words, w) {
				return e.who
			}
		}
	}
	return "People"
}

// doNow is at most three lines of one action each, chosen by rule.
func (n *notice) doNow(p *page) {
	p.heading("What to do now")
	if n.narrowed() {
		p.bullet("Compare the product with the official notice before you use it.")
		return
	}
	if n.Class == babyshield.AlertRescinded {
		p.bullet("Read why the agency withdrew it: see the official notice below.")
		p.bullet("Keep the product out of use until you have read it.")
		return
	}
	for _, line := range DoNow(n.verdict, n.Recall.Remedies) {
		p.bullet(line)
	}
}

// keepLine says whether to keep the product. A remedy that asks for a photo of
// the destroyed product is read before anything is thrown away.
func keepLine(remedies []babyshield.Remedy) string {
	destroy := false
	for _, r := range remedies {
		text := strings.ToLower(r.Text)
		destroy = destroy || r.Code == "dispose" || strings.Contains(text, "destroy") || strings.Contains(text, "dispos")
	}
	for _, r := range remedies {
		word, ok := keepFor[r.Code]
		switch {
		case ok && destroy:
			return "Do not throw it away before you read the remedy below."
		case ok:
			return fmt.Sprintf("Do not throw it away: you may need it for the %s.", word)
		}
	}
	return "Do not sell it or give it away."
}

// yours lists the household's items with what agrees and what to look for.
func (n *notice) yours(p *page) {
	p.heading("Is it yours?")
	for i, item := range n.Items {
		if i == maxItems {
			p.bullet(fmt.Sprintf("And %d more on your list.", len(n.Items)-maxItems))
			break
		}
		name := quoted(item.Name, maxName)
		if name == "" {
			name = "An item without a name"
		}
		p.bullet(fmt.Sprintf(itemForm(n.Class, item.Verdict), name, n.kind.noun))
		if product := quoted(item.Product, maxName); product != "" && n.more > 0 {
			p.indented("In the notice: " + product + ".")
		}
		if len(item.Agree) > 0 {
			p.indented("Matches: " + list(item.Agree) + ".")
		}
		if len(item.Missing) > 0 {
			p.indented("Not known: " + list(item.Missing) + ".")
			p.indented(lookFor(item.Missing))
		}
	}
	if len(n.Items) == 0 {
		p.line("Compare the product with the official notice below.")
	}
}

func (n *notice) remedy(p *page) {
	p.heading("The remedy")
	var quotes, said []string
	for _, r := range n.Recall.Remedies {
		if clean(r.Text, maxQuote) != "" {
			quotes = append(quotes, r.Text)
		} else if s := remedies[r.Code]; s != "" && !slices.Contains(said, s) {
			said = append(said, s)
		}
	}
	if n.quote(p, quotes) == 0 {
		if len(said) == 0 {
			said = []string{"The notice does not state a remedy in a form that we can read. Read the official notice below."}
		}
		p.line(strings.Join(said, " "))
	}
	if contact := quoted(n.Recall.Contact, maxQuote); contact != "" {
		p.line("Contact, as the notice gives it:")
		p.indented(contact)
	}
}

// certainty is a sentence, not a percentage, followed by the reasons.
func (n *notice) certainty(p *page) {
	p.heading("How sure we are")
	switch last := len(n.Items) - 1; {
	case n.narrowed():
		p.line("We compared your list with the changed notice. A change of the notice can be a mistake too.")
	case n.Class == babyshield.AlertRescinded:
		p.line("The authority itself says so.")
	case last > 0 && n.Items[last].Verdict != n.verdict:
		p.line(certaintyMixed) // items are sorted, worst first
	default:
		p.line(certainties[n.verdict])
	}
	var reasons []string
	for _, i := range n.Items {
		r := clean(i.Because, maxSentence)
		if r != "" && !slices.Contains(reasons, r) && len(reasons) < maxQuotes {
			reasons = append(reasons, r)
		}
	}
	for _, r := range reasons {
		p.bullet(r)
	}
}

func (n *notice) official(p *page) {
	p.heading("The official notice")
	if n.Class == babyshield.AlertRescinded && !n.narrowed() {
		p.line(Withdrawn(n.Recall.Updated))
	}
	if title := quoted(n.Recall.Title, maxSentence); title != "" {
		p.line(title)
	}
	about := n.agency
	if number := clean(n.Recall.Number, maxName); number != "" {
		about += ", number " + number
	}
	if d := date(n.Recall.Published); d != "" {
		about += ", " + d
	}
	p.line(about)
	link := webURL(n.Recall.URL)
	if link == "" {
		link = webURL(n.Agency.Homepage)
	}
	if link != "" {
		p.line("On the site " + host(link) + ":")
		p.verbatim(link)
	}
	if a := clean(n.Agency.Attribution, maxSentence); a != "" {
		p.line(a)
	}
	if n.pageURL != "" {
		p.heading("Our page")
		p.line("With all details, on the site " + host(n.pageURL) + ":")
		p.verbatim(n.pageURL)
	}
}

func (n *notice) about(p *page) {
	p.heading("About this message")
	household := "a household"
	if h := quoted(n.Household, maxName); h != "" {
		household = "the household " + h
	}
	p.line("BabyShield sends it because " + household + " asked to be told of recalls of its products. " +
		"BabyShield is independent of the agency. We never ask for payment or a password.")
	p.line("To stop these messages, remove this channel from the household, or ask the person who runs this service.")
}

// quote writes up to maxQuotes distinct texts of the agency, named as such, and
// says how many it wrote.
func (n *notice) quote(p *page, texts []string) int {
	var done []string
	for _, t := range texts {
		q := quoted(t, maxQuote)
		if q == "" || slices.Contains(done, q) || len(done) == maxQuotes {
			continue
		}
		done = append(done, q)
		p.indented(q)
	}
	if len(done) > 0 {
		p.indented("(" + n.agency + ", in its own words)")
	}
	return len(done)
}

// webURL returns the address if a person may be sent to it: http or https, a
// host, no user part (which can make one host look like another) and nothing
// that would break the line. Otherwise "".
func webURL(s string) string {
	s = strings.TrimSpace(s)
	if len(s) > maxURL || clean(s, maxURL) != s || strings.ContainsAny(s, " <>\"") {
		return ""
	}
	u, err := url.Parse(s)
	if err != nil || u.User != nil || u.Hostname() == "" || (u.Scheme != "https" && u.Scheme != "http") {
		return ""
	}
	return s
}

// host is the host of an address that webURL has passed.
func host(link string) string {
	u, err := url.Parse(link)
	if err != nil {
		return ""
	}
	return u.Hostname()
}

// date writes a day as "12 Mar 2026", "Mar 2026" or "2026".
func date(d babyshield.Day) string {
	for _, f := range []struct{ layout, show string }{
		{time.DateOnly, "2 Jan 2006"},
		{"2006-01", "Jan 2006"},
		{"2006", "2006"},
	} {
		if t, err := time.Parse(f.layout, string(d)); err == nil {
			return t.Format(f.show)
		}
	}
	return ""
}

package main

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/babyshield/babyshield"
	"github.com/babyshield/babyshield/internal/api"
	"github.com/babyshield/babyshield/internal/notify"
	"github.com/babyshield/babyshield/internal/store"
)

type recallCmd struct {
	List   recallListCmd   `cmd:"" help:"List recalls, newest first."`
	Show   recallShowCmd   `cmd:"" help:"Show one recall."`
	Reread recallRereadCmd `cmd:"" help:"Derive products again, after the reader of notices improved."`
}

type recallListCmd struct {
	Agency  string `help:"Of this agency: its code, such as us-cpsc." placeholder:"CODE"`
	Since   string `help:"Published from this day on: 30d, 2026-01-31 or 2026-01." placeholder:"TIME"`
	Samples bool   `help:"The samples that ship with the program too. Without it they are listed until an agency was read."`
}

func (recallListCmd) Help() string {
	return `
Examples:

    babyshield recall list --since 30d
    babyshield recall list --agency us-cpsc --json
`
}

// Run lists recalls page by page, as they come.
func (c *recallListCmd) Run(ctx context.Context, a *app) error {
	since, err := parseSince("recall list", c.Since, a.now())
	if err != nil {
		return err
	}
	return a.with(ctx, needs{}, func(s *store.Store) error {
		if c.Agency != "" {
			if err := knownAgency(ctx, s, c.Agency); err != nil {
				return err
			}
		}
		read, err := everRead(ctx, s)
		if err != nil {
			return err
		}
		f := store.RecallFilter{Agency: c.Agency, Since: since, Size: 200}
		n, err := a.listRecalls(ctx, s, f)
		if err != nil {
			return err
		}
		if c.Samples || !read {
			f.Samples = true
			samples, err := a.listRecalls(ctx, s, f)
			if err != nil {
				return err
			}
			n += samples
		}
		if !read {
			a.notef("No agency was read yet: these are samples that ship with the program, not real notices. Read one with: babyshield agency run us-cpsc")
		}
		if n == 0 && !a.JSON {
			a.printf("No recall is listed under this.\n")
		}
		return nil
	})
}

func (a *app) listRecalls(ctx context.Context, s *store.Store, f store.RecallFilter) (n int, err error) {
	for {
		page, next, err := s.RecallList(ctx, f)
		if err != nil {
			return n, err
		}
		for _, r := range page {
			if a.JSON {
				if err := a.json(api.NewRecallRow(&r)); err != nil {
					return n, err
				}
				continue
			}
			a.printf("%-10s  %-16s  %-12s  %s  %s\n", cmp.Or(r.Published, "-"), r.Agency, r.Number, r.ID, cmp.Or(oneLine(r.Title), "(no title)")+sampleMark(r.Sample))
		}
		n += len(page)
		if f.Cursor = next; next == "" || a.stdout.err != nil {
			return n, a.stdout.failed()
		}
	}
}

// sampleMark follows the title of what is no real notice.
func sampleMark(sample bool) string {
	if sample {
		return " [sample, not a real notice]"
	}
	return ""
}

func everRead(ctx context.Context, s *store.Store) (bool, error) {
	states, err := s.Agencies(ctx)
	if err != nil {
		return false, err
	}
	for _, st := range states {
		if !st.LastSuccess.IsZero() {
			return true, nil
		}
	}
	return false, nil
}

type recallShowCmd struct {
	ID string `arg:"" name:"id" help:"The recall's id, rcl_..."`
}

func (recallShowCmd) Help() string {
	return `
Examples:

    babyshield recall show rcl_aebagbafaydqqcik
    babyshield recall show rcl_aebagbafaydqqcik --json
`
}

// Run shows a recall.
func (c *recallShowCmd) Run(ctx context.Context, a *app) error {
	return a.with(ctx, needs{}, func(s *store.Store) error {
		r, err := s.Recall(ctx, c.ID)
		if err != nil {
			return err
		}
		siblings, err := s.Siblings(ctx, c.ID)
		if err != nil {
			return err
		}
		if a.JSON {
			return a.json(api.NewRecallDetail(&r, siblings))
		}
		a.showRecall(r, siblings)
		return nil
	})
}

// showRecall prints in the order of all our texts: the hazard, what to do, which
// products, what is offered, the official notice, details.
func (a *app) showRecall(r store.StoredRecall, siblings []store.Sibling) {
	a.printf("%s%s\n\n", cmp.Or(oneLine(r.Title), r.Number), sampleMark(r.Sample))
	for _, h := range notify.Hazard(&r.Recall) {
		a.field("Hazard", h)
	}
	for _, h := range r.Hazards {
		a.field("Hazard, in their words", quoted(h.Text))
	}
	a.field("Do now", strings.Join(notify.DoNow("", r.Remedies), " "))
	for _, p := range r.Lines {
		a.field("Product", productLine(p))
	}
	for _, remedy := range offers(&r.Recall) {
		a.field("Remedy", remedy)
	}
	a.field("Notice", fmt.Sprintf("%s %s, published %s", r.Agency, r.Number, cmp.Or(notify.Date(r.Published), "on an unknown day")))
	a.field("Official page", r.URL)
	a.field("Status", r.Status)
	a.field("Class", r.Class)
	a.field("Units", r.Units)
	a.field("Injuries", r.Injuries)
	a.field("Sold", r.SoldAt)
	a.field("Contact", r.Contact)
	for _, f := range r.Firms {
		a.field("Firm", f.Name+" ("+strings.ReplaceAll(f.Role, "_", " ")+")")
	}
	a.field("Details", r.Details)
	for _, o := range siblings {
		a.field("Same event", fmt.Sprintf("%s %s, %s: %s (%s)", o.Agency, o.Number, o.ID, o.Title, o.Why))
	}
	a.field("Id", fmt.Sprintf("%s, event %s, revision %d", r.ID, r.Event, r.Revision))
}

// field prints a name and its text, if there is any.
func (a *app) field(name, text string) {
	if text = oneLine(text); text != "" {
		a.printf("%-23s %s\n", name+":", text)
	}
}

// productLine is what tells a recalled product from others.
func productLine(p babyshield.RecalledProduct) string {
	name := p.Name
	if !strings.Contains(strings.ToLower(name), strings.ToLower(p.Brand)) {
		name = p.Brand + " " + name
	}
	parts := []string{name}
	add := func(what string, values []string) {
		if len(values) > 0 {
			parts = append(parts, what+" "+strings.Join(values, ", "))
		}
	}
	add("model", p.Models)
	var years []string
	for _, y := range p.Years {
		years = append(years, strconv.Itoa(y))
	}
	add("model year", years)
	add("Amazon number", p.ASINs)
	add("barcode", p.GTINs)
	add("lot", p.Lots)
	var serials []string
	for _, r := range p.Serials {
		serials = append(serials, serialRange(r))
	}
	add("serial", serials)
	add("date code", p.DateCodes)
	if p.Made != (babyshield.Period{}) {
		parts = append(parts, "made "+period(p.Made))
	}
	if sold := (babyshield.Period{From: p.Sold.From, To: p.Sold.To}); sold != (babyshield.Period{}) {
		parts = append(parts, "sold "+period(sold))
	}
	if slices.Contains(p.Scope.Fields, "color") {
		add("color", p.Colors)
	}
	if slices.Contains(p.Scope.Fields, "size") {
		add("size", p.Sizes)
	}
	add("not recalled: model", p.Excluded.Models)
	return strings.Join(parts, "; ")
}

func period(p babyshield.Period) string {
	switch {
	case p.From == "":
		return "until " + notify.Date(p.To)
	case p.To == "":
		return "since " + notify.Date(p.From)
	}
	return notify.Date(p.From) + " to " + notify.Date(p.To)
}

type recallRereadCmd struct{}

func (recallRereadCmd) Help() string {
	return `
It is no amendment: revisions and history stay. What changed is matched again.

Examples:

    babyshield recall reread
`
}

// Run rereads all recalls that an older reader read.
func (recallRereadCmd) Run(ctx context.Context, a *app) error {
	return a.with(ctx, needs{}, func(s *store.Store) error {
		p := a.progress()
		read, changed, err := s.Reread(ctx, func(done int) { p.say("%s read", count(done, "recall", "recalls")) })
		p.done()
		if err != nil {
			return err
		}
		if a.JSON {
			return a.json(map[string]int{"read": read, "changed": changed})
		}
		a.printf("%s read again, %d changed.\n", count(read, "recall", "recalls"), changed)
		return nil
	})
}

func serialRange(r babyshield.Range) string {
	if r.To == "" {
		return r.From
	}
	return r.From + " to " + r.To
}

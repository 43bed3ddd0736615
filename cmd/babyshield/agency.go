package main

import (
	"cmp"
	"context"
	"fmt"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/babyshield/babyshield"
	"github.com/babyshield/babyshield/internal/api"
	"github.com/babyshield/babyshield/internal/jobs"
	"github.com/babyshield/babyshield/internal/store"
)

type agencyCmd struct {
	List     agencyListCmd     `cmd:"" help:"List the agencies and how far their feeds can be relied on."`
	Enable   agencyEnableCmd   `cmd:"" help:"Switch an agency on; it is read at once."`
	Disable  agencyDisableCmd  `cmd:"" help:"Switch an agency off; what was read stays."`
	Run      agencyRunCmd      `cmd:"" help:"Read an agency now."`
	Import   agencyImportCmd   `cmd:"" help:"Read recorded answers of an agency from files."`
	SetAside agencySetAsideCmd `cmd:"" help:"List the records that could not be read, and why."`
}

type agencyListCmd struct{}

func (agencyListCmd) Help() string {
	return `
State: ok (read within its time), failing (the last try failed, the data is still fresh), stale (not read in time: a miss is then not_checked), never, disabled.

Examples:

    babyshield agency list
    babyshield agency list --json
`
}

// Run lists the agencies.
func (agencyListCmd) Run(ctx context.Context, a *app) error {
	return a.with(ctx, needs{}, func(s *store.Store) error {
		states, err := s.Agencies(ctx)
		if err != nil {
			return err
		}
		if err := s.AgencyCounts(ctx, states); err != nil {
			return err
		}
		var rows []api.AgencyRow
		for _, st := range states {
			rows = append(rows, api.NewAgencyRow(st, a.now()))
		}
		header := "CODE|COUNTRY|STATE|LAST READ|LAST NEW|NOTICES|RECALLS|SET ASIDE|NAME"
		err = list(a, rows, header, "There is no agency.", func(r api.AgencyRow) []string {
			return []string{
				r.Code, r.Country, string(r.State), whenOr(r.LastSuccess, "never"), whenOr(r.LastNew, ""),
				strconv.FormatInt(r.Notices, 10), strconv.FormatInt(r.Recalls, 10), strconv.FormatInt(r.SetAside, 10), r.Name,
			}
		})
		for _, st := range states {
			if st.Failures > 0 && st.Enabled {
				a.notef("%s could not be read: %s", st.Code, st.LastError)
			}
		}
		return err
	})
}

func whenOr(t *time.Time, never string) string {
	if t == nil {
		return never
	}
	return when(*t)
}

type agencyEnableCmd struct {
	Code string `arg:"" help:"The agency's code, such as us-cpsc."`
}

func (agencyEnableCmd) Help() string {
	return `
Examples:

    babyshield agency enable us-fda-food
`
}

// Run switches an agency on.
func (c *agencyEnableCmd) Run(ctx context.Context, a *app) error {
	return a.switchAgency(ctx, c.Code, true)
}

type agencyDisableCmd struct {
	Code string `arg:"" help:"The agency's code, such as us-cpsc."`
}

func (agencyDisableCmd) Help() string {
	return `
An agency that is switched off is no longer read and no longer required for an answer.

Examples:

    babyshield agency disable us-fda-food
`
}

// Run switches an agency off.
func (c *agencyDisableCmd) Run(ctx context.Context, a *app) error {
	return a.switchAgency(ctx, c.Code, false)
}

func (a *app) switchAgency(ctx context.Context, code string, on bool) error {
	return a.with(ctx, needs{}, func(s *store.Store) error {
		if err := s.SetAgencyEnabled(ctx, code, on); err != nil {
			return err
		}
		if a.JSON {
			return a.json(map[string]any{"code": code, "enabled": on})
		}
		word := "off"
		if on {
			word = "on"
		}
		a.printf("%s is switched %s.\n", code, word)
		return nil
	})
}

type agencyRunCmd struct {
	Code   string `arg:"" help:"The agency's code, such as us-cpsc."`
	Since  string `help:"From this day on: 30d, 2026-01-31 or 2026-01." placeholder:"TIME"`
	Full   bool   `help:"Everything that the agency has."`
	DryRun bool   `help:"Read and count, and keep nothing."`
}

func (agencyRunCmd) Help() string {
	return `
The first read of an agency fills the history and alerts nobody.

Examples:

    babyshield agency run us-cpsc
    babyshield agency run us-cpsc --since 30d --dry-run
`
}

// Run polls an agency once.
func (c *agencyRunCmd) Run(ctx context.Context, a *app) error {
	since, err := parseSince("agency run", c.Since, a.now())
	if err != nil {
		return err
	}
	return a.with(ctx, needs{}, func(s *store.Store) error {
		d, err := a.deps(s)
		if err != nil {
			return err
		}
		defer d.Fetch.Close()
		p := a.progress()
		t, err := jobs.Poll(ctx, d, c.Code, jobs.PollOptions{
			Since: since, Full: c.Full, DryRun: c.DryRun,
			Progress: func(n int) { p.say("%s: %s read", c.Code, count(n, "notice", "notices")) },
		})
		p.done()
		a.problems(t)
		if err != nil {
			return err
		}
		return a.tally(t)
	})
}

type agencyImportCmd struct {
	Code  string   `arg:"" help:"The agency's code, such as us-cpsc."`
	Files []string `arg:"" help:"Files as the agency gives them: JSON, CSV; .gz too."`
	Alert bool     `help:"Alert the owners of what is found. Without it an import alerts nobody."`
}

func (agencyImportCmd) Help() string {
	return `
An import counts as a read of the agency. The same file again changes nothing. A record that cannot be read is set aside with its reason, and the others go on.

Examples:

    babyshield agency import us-cpsc recalls.json
    babyshield agency import us-cpsc *.json.gz --alert --json
`
}

// Run imports files on the same road as a poll.
func (c *agencyImportCmd) Run(ctx context.Context, a *app) error {
	return a.with(ctx, needs{create: true}, func(s *store.Store) error {
		d, err := a.deps(s)
		if err != nil {
			return err
		}
		defer d.Fetch.Close()
		p := a.progress()
		t, err := jobs.Import(ctx, d, c.Code, c.Files, jobs.ImportOptions{
			Alert:    c.Alert,
			Progress: func(n int) { p.say("%s: %s read", c.Code, count(n, "notice", "notices")) },
		})
		p.done()
		a.problems(t)
		if err != nil {
			return err
		}
		return a.tally(t)
	})
}

func (a *app) tally(t jobs.Tally) error {
	if a.JSON {
		return a.json(t)
	}
	a.printf("%s: %s, %s: %d new, %d amended, %d unchanged; %d set aside\n", t.Agency,
		count(t.Notices, "notice", "notices"), count(t.Recalls, "recall", "recalls"), t.New, t.Amended, t.Unchanged, t.Quarantined)
	return nil
}

// maxShown bounds the list of bad records on a screen; set-aside lists all.
const maxShown = 20

func (a *app) problems(t jobs.Tally) {
	for i, p := range t.Problems {
		if i == maxShown {
			break
		}
		a.notef("set aside: %s: %s", place(p), p.Reason)
	}
	if t.Quarantined > maxShown {
		a.notef("... %d set aside in all. See: babyshield agency set-aside %s", t.Quarantined, t.Agency)
	}
}

// place names a record: its file, position and key.
func place(p babyshield.SetAside) string {
	var parts []string
	if p.Source != "" {
		parts = append(parts, filepath.Base(p.Source))
	}
	if p.Position > 0 {
		parts = append(parts, fmt.Sprintf("record %d", p.Position))
	}
	if p.Key != "" {
		parts = append(parts, p.Key)
	}
	return strings.Join(parts, ", ")
}

type agencySetAsideCmd struct {
	Code string `arg:"" help:"The agency's code, such as us-cpsc."`
}

func (agencySetAsideCmd) Help() string {
	return `
Examples:

    babyshield agency set-aside us-cpsc
    babyshield agency set-aside us-cpsc --json
`
}

// Run lists what was set aside.
func (c *agencySetAsideCmd) Run(ctx context.Context, a *app) error {
	return a.with(ctx, needs{}, func(s *store.Store) error {
		if err := knownAgency(ctx, s, c.Code); err != nil {
			return err
		}
		aside, err := s.SetAside(ctx, c.Code)
		if err != nil {
			return err
		}
		return list(a, aside, "WHEN|SOURCE|RECORD|KEY|REASON", "Nothing of "+c.Code+" was set aside.", func(p babyshield.SetAside) []string {
			return []string{when(p.At), p.Source, strconv.Itoa(p.Position), p.Key, p.Reason}
		})
	})
}

func knownAgency(ctx context.Context, s *store.Store, code string) error {
	states, err := s.Agencies(ctx)
	if err != nil {
		return err
	}
	if slices.ContainsFunc(states, func(a babyshield.AgencyState) bool { return a.Code == code }) {
		return nil
	}
	return babyshield.Errorf(babyshield.NotFound, "There is no agency %q. See: babyshield agency list", code)
}

var daysAgo = regexp.MustCompile(`^([0-9]{1,5})d$`)

// parseSince reads 30d, or a date or a part of one.
func parseSince(command, s string, now time.Time) (babyshield.Day, error) {
	if m := daysAgo.FindStringSubmatch(s); m != nil {
		n, err := strconv.Atoi(m[1])
		if err != nil {
			return "", err
		}
		return babyshield.MakeDay(now.UTC().AddDate(0, 0, -n)), nil
	}
	d, err := babyshield.ParseDay(s)
	if err != nil {
		return "", usagef(command, "--since is a number of days such as 30d, or a date such as 2026-01-31, not %q", s)
	}
	return cmp.Or(d.First(), d), nil
}

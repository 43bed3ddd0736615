package main

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"strings"

	"github.com/babyshield/babyshield"
	"github.com/babyshield/babyshield/internal/store"
)

type doctorCmd struct{}

func (doctorCmd) Help() string {
	return `
One line for each thing looked at: ok, or attention with what to do. It ends with code 1 where the database cannot be used or the key does not fit it.

Examples:

    babyshield doctor
    babyshield doctor --json
`
}

// finding is one line of doctor.
type finding struct {
	Check  string `json:"check"`
	OK     bool   `json:"ok"`
	Detail string `json:"detail"`
	Do     string `json:"do,omitempty"`
}

// Run looks at everything that it can, and ends with what is broken.
func (doctorCmd) Run(ctx context.Context, a *app) error {
	var findings []finding
	say := func(check, detail, do string) {
		findings = append(findings, finding{Check: check, OK: do == "", Detail: detail, Do: do})
	}
	a.lookAtDisk(say)
	a.lookAtMail(say)
	err := a.with(ctx, needs{}, func(s *store.Store) error {
		say("database", store.Redact(a.Database)+" answers and is of this version", "")
		return errors.Join(a.lookAtKey(ctx, s, say), a.lookAtAgencies(ctx, s, say), a.lookAtJobs(ctx, s, say), a.lookAtChannels(ctx, s, say))
	})
	if perr := a.printFindings(findings); perr != nil {
		return perr
	}
	return err
}

func (a *app) printFindings(findings []finding) error {
	for _, f := range findings {
		if a.JSON {
			if err := a.json(f); err != nil {
				return err
			}
			continue
		}
		word := "ok       "
		if !f.OK {
			word = "attention"
		}
		a.printf("%s  %-9s %s%s\n", word, f.Check, f.Detail, after(". ", f.Do))
	}
	return nil
}

// lowDisk is when to warn: a large import needs a few hundred megabytes.
const lowDisk = 1 << 30

func (a *app) lookAtDisk(say func(check, detail, do string)) {
	path, file := store.SQLitePath(a.Database)
	if !file {
		return
	}
	free, ok := freeSpace(filepath.Dir(path))
	if !ok {
		return
	}
	detail := fmt.Sprintf("%.1f GB free where the database is", float64(free)/1e9)
	do := ""
	if free < lowDisk {
		do = "Make room: a full disk stops everything"
	}
	say("disk", detail, do)
}

func (a *app) lookAtMail(say func(check, detail, do string)) {
	if a.SMTP == "" {
		say("mail", "no mail server is set, so mail waits", "Set --smtp and --mail-from, then try: babyshield channel test ID")
		return
	}
	say("mail", "a mail server is set; whether it takes mail tells: babyshield channel test ID", "")
}

// lookAtKey returns an error where a key is there and does not open the database.
func (a *app) lookAtKey(ctx context.Context, s *store.Store, say func(check, detail, do string)) error {
	sealer, err := a.sealer(needs{key: true})
	if err == nil && sealer != nil {
		s.Sealer = sealer
		err = s.CheckKey(ctx)
	}
	switch {
	case errors.Is(err, errNoKey):
		say("key", "no key is set, and there is no key file", "Set BABYSHIELD_KEY_FILE: channels cannot be used without")
		return nil
	case err != nil:
		say("key", sentence(err), "Give the key that this database was made with")
		return err
	}
	say("key", "the key opens the database", "")
	return nil
}

func (a *app) lookAtAgencies(ctx context.Context, s *store.Store, say func(check, detail, do string)) error {
	states, err := s.Agencies(ctx)
	if err != nil {
		return err
	}
	for _, st := range states {
		detail, do := st.Code+" was read "+when(st.LastSuccess), ""
		switch st.State(a.now()) {
		case babyshield.FeedOK:
		case babyshield.FeedDisabled:
			detail = st.Code + " is switched off"
		case babyshield.FeedNever:
			detail, do = st.Code+" was never read"+after(": ", st.LastError), "Try: babyshield agency run "+st.Code
		case babyshield.FeedFailing:
			detail += ", and could not be read since: " + st.LastError
			do = "Try: babyshield agency run " + st.Code
		case babyshield.FeedStale:
			detail += ", too long ago for an answer to rest on it" + after(": ", st.LastError)
			do = "Try: babyshield agency run " + st.Code
		}
		say("agency", detail, do)
	}
	return nil
}

// troubled is how often a job must have failed for doctor to name it.
const troubled = 3

func (a *app) lookAtJobs(ctx context.Context, s *store.Store, say func(check, detail, do string)) error {
	failed, err := s.Troubled(ctx, troubled)
	if err != nil {
		return err
	}
	due, running, err := s.Pending(ctx)
	if err != nil {
		return err
	}
	if len(failed) > 0 {
		say("jobs", fmt.Sprintf("%s: %s", count(len(failed), "job fails again and again", "jobs fail again and again"), someOf(failed)), "The log of serve or work says why")
		return nil
	}
	detail, do := fmt.Sprintf("%d due, %d running", due, running), ""
	if due > 0 && running == 0 {
		do = "If neither serve nor work runs, start one, or: babyshield work --drain"
	}
	say("jobs", detail, do)
	return nil
}

func (a *app) lookAtChannels(ctx context.Context, s *store.Store, say func(check, detail, do string)) error {
	households, err := s.Households(ctx, operator())
	if err != nil {
		return err
	}
	var deaf []string
	for _, h := range households {
		if h.Channels == 0 {
			deaf = append(deaf, h.Name)
		}
	}
	if len(deaf) > 0 {
		say("channels", "nobody is told of alerts in: "+strings.Join(deaf, ", "), "babyshield channel add mailto:person@example.org --household NAME")
		return nil
	}
	say("channels", count(len(households), "household", "households")+", each with a channel", "")
	return nil
}

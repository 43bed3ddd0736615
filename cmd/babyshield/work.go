package main

import (
	"context"
	"errors"
	"runtime"

	"github.com/babyshield/babyshield/internal/jobs"
	"github.com/babyshield/babyshield/internal/match"
	"github.com/babyshield/babyshield/internal/store"
)

type workCmd struct {
	Drain  bool `help:"Work on everything that is due, then exit."`
	NoPoll bool `help:"Do not read the agencies in this process."`
}

func (workCmd) Help() string {
	return `
Any number of processes may work on one PostgreSQL database.

Examples:

    babyshield work
    babyshield work --drain
`
}

// Run works until it is stopped, or with Drain until nothing is due.
func (c *workCmd) Run(ctx context.Context, a *app) (err error) {
	s, err := a.open(ctx, needs{create: true, key: true})
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, s.Close()) }()
	cfg := store.WorkConfig{NoTick: c.Drain}
	if c.NoPoll {
		cfg.Poll = -1
	}
	stop, err := a.startJobs(ctx, s, cfg)
	if err != nil {
		return err
	}
	if !c.Drain {
		a.log.InfoContext(ctx, "working", "database", store.Redact(a.Database))
		<-ctx.Done()
		return stop(ctx)
	}
	p := a.progress()
	err = jobs.Drain(ctx, s, func(due, running int) {
		p.say("%s due, %d running", count(due, "job", "jobs"), running)
	})
	p.done()
	return errors.Join(err, stop(ctx))
}

type migrateCmd struct{}

func (migrateCmd) Help() string {
	return `
It creates what is missing and changes nothing that is up to date. Any number of processes may do it at once.

Examples:

    babyshield migrate
    BABYSHIELD_KEY_FILE=/run/secrets/key babyshield migrate --database postgres://babyshield@db/babyshield
`
}

// Run opens the database and closes it again: opening migrates and seeds.
func (migrateCmd) Run(ctx context.Context, a *app) error {
	s, err := a.open(ctx, needs{create: true, key: true})
	if err != nil {
		return err
	}
	name, dialect := store.Redact(a.Database), s.Dialect()
	if err := s.Close(); err != nil {
		return err
	}
	if a.JSON {
		return a.json(map[string]string{"database": name, "dialect": dialect})
	}
	a.printf("The database %s is up to date.\n", name)
	return nil
}

type versionCmd struct {
	Notices bool `help:"Print the notices and licences of other people's work that is part of the program."`
}

func (versionCmd) Help() string {
	return `
Examples:

    babyshield version
    babyshield version --json
    babyshield version --notices
`
}

// notice is what must go with every copy of somebody's work.
type notice struct {
	Of   string `json:"of"`
	Text string `json:"text"`
}

// Run says the version, or whose work is in it. It opens nothing.
func (c versionCmd) Run(a *app) error {
	switch {
	case c.Notices && a.JSON:
		return a.json(map[string][]notice{"notices": {{Of: "WordNet 3.0", Text: match.Notice()}}})
	case c.Notices:
		a.printf("%s", match.Notice())
		return nil
	case a.JSON:
		return a.json(map[string]string{"version": version, "go": runtime.Version(), "os": runtime.GOOS, "arch": runtime.GOARCH})
	}
	a.printf("babyshield %s (%s, %s/%s)\n", version, runtime.Version(), runtime.GOOS, runtime.GOARCH)
	return nil
}

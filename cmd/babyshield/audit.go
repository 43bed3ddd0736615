package main

import (
	"context"
	"strings"

	"github.com/babyshield/babyshield"
	"github.com/babyshield/babyshield/internal/store"
)

type auditCmd struct{}

func (auditCmd) Help() string {
	return `
One line for each thing that must always be true. It ends with code 1 and names what is broken.

Examples:

    babyshield audit
    babyshield audit --json
`
}

// Run audits the database.
func (auditCmd) Run(ctx context.Context, a *app) error {
	return a.with(ctx, needs{}, func(s *store.Store) error {
		findings, err := s.Audit(ctx)
		if err != nil {
			return err
		}
		var broken []string
		for _, f := range findings {
			if !f.Holds {
				broken = append(broken, f.Invariant)
			}
			if a.JSON {
				if err := a.json(f); err != nil {
					return err
				}
				continue
			}
			word := "holds "
			if !f.Holds {
				word = "BROKEN"
			}
			a.printf("%s  %s%s\n", word, f.Invariant, after(": ", someOf(f.Broken)))
		}
		if len(broken) > 0 {
			return babyshield.Errorf(babyshield.Conflict, "The audit found what must not be. Broken: %s.", strings.Join(broken, "; "))
		}
		return nil
	})
}

// someOf lists the first of many.
func someOf(list []string) string {
	const most = 10
	if len(list) <= most {
		return strings.Join(list, ", ")
	}
	return strings.Join(list[:most], ", ") + " and " + count(len(list)-most, "more", "more")
}

package main

import (
	"context"
	"strconv"
	"strings"
	"time"

	"github.com/babyshield/babyshield"
	"github.com/babyshield/babyshield/internal/store"
)

type householdCmd struct {
	Add  householdAddCmd  `cmd:"" help:"Add a household."`
	List householdListCmd `cmd:"" help:"List the households."`
}

// householdRow is a household as it is printed.
type householdRow struct {
	ID        string     `json:"id"`
	Name      string     `json:"name"`
	Countries []string   `json:"countries"`
	Timezone  string     `json:"timezone"`
	Items     int64      `json:"items"`
	Channels  int64      `json:"channels"`
	Created   *time.Time `json:"created"`
}

func newHouseholdRow(h babyshield.Household) householdRow {
	return householdRow{
		ID: h.ID, Name: h.Name, Countries: orEmpty(h.Countries), Timezone: h.Timezone,
		Items: h.Items, Channels: h.Channels, Created: stamp(h.Created),
	}
}

type householdAddCmd struct {
	Name      string   `arg:"" help:"Its name."`
	Countries []string `help:"Where it buys, such as US,CA: agencies of these countries are required for an answer." placeholder:"CODES"`
	Timezone  string   `help:"Such as Europe/Berlin (default: UTC)." placeholder:"NAME"`
}

func (householdAddCmd) Help() string {
	return `
A household is any group that shares what it owns: a family, a child-care site, a shop.

Examples:

    babyshield household add Home --countries US,CA --timezone America/New_York
    babyshield household add "Blue Door Child Care"
`
}

// Run adds a household.
func (c *householdAddCmd) Run(ctx context.Context, a *app) error {
	return a.with(ctx, needs{}, func(s *store.Store) error {
		h, err := s.AddHousehold(ctx, operator(), babyshield.Household{Name: c.Name, Countries: c.Countries, Timezone: c.Timezone})
		if err != nil {
			return err
		}
		if a.JSON {
			return a.json(newHouseholdRow(h))
		}
		a.printf("Added the household %s (%s).\n", h.Name, h.ID)
		return nil
	})
}

type householdListCmd struct{}

func (householdListCmd) Help() string {
	return `
Examples:

    babyshield household list
    babyshield household list --json
`
}

// Run lists the households.
func (householdListCmd) Run(ctx context.Context, a *app) error {
	return a.with(ctx, needs{}, func(s *store.Store) error {
		all, err := s.Households(ctx, operator())
		if err != nil {
			return err
		}
		var rows []householdRow
		for _, h := range all {
			rows = append(rows, newHouseholdRow(h))
		}
		none := "There is no household yet. Make one with: babyshield household add NAME"
		return list(a, rows, "ID|COUNTRIES|TIME ZONE|ITEMS|CHANNELS|NAME", none, func(r householdRow) []string {
			return []string{
				r.ID, strings.Join(r.Countries, ","), r.Timezone,
				strconv.FormatInt(r.Items, 10), strconv.FormatInt(r.Channels, 10), r.Name,
			}
		})
	})
}

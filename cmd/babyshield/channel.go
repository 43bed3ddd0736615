package main

import (
	"cmp"
	"context"
	"crypto/rand"
	"strconv"
	"strings"
	"time"

	"github.com/babyshield/babyshield"
	"github.com/babyshield/babyshield/internal/store"
)

type channelCmd struct {
	Add    channelAddCmd    `cmd:"" help:"Tell a household of recalls by this channel."`
	List   channelListCmd   `cmd:"" help:"List the channels."`
	Test   channelTestCmd   `cmd:"" help:"Send a test message, and show what the other side answers."`
	Log    channelLogCmd    `cmd:"" help:"Show the latest tries to send to a channel."`
	Remove channelRemoveCmd `cmd:"" help:"Forget a channel and its address."`
}

// channelRow is a channel as it is printed. Its address is not: the label is
// redacted.
type channelRow struct {
	ID          string     `json:"id"`
	Household   string     `json:"household"`
	Kind        string     `json:"kind"`
	Label       string     `json:"label"`
	Created     *time.Time `json:"created"`
	Verified    *time.Time `json:"verified"`
	Disabled    *time.Time `json:"disabled"`
	DisabledWhy string     `json:"disabled_why,omitempty"`
}

func newChannelRow(c babyshield.Channel) channelRow {
	return channelRow{
		ID: c.ID, Household: c.Household, Kind: c.Kind, Label: c.Label, Created: stamp(c.Created),
		Verified: stamp(c.VerifiedAt), Disabled: stamp(c.DisabledAt), DisabledWhy: c.DisabledWhy,
	}
}

// channelName is what a channel is called in a sentence.
func channelName(c babyshield.Channel) string {
	if c.Label == c.Kind {
		return c.Kind
	}
	return c.Kind + " " + c.Label
}

type channelAddCmd struct {
	URL       string `arg:"" name:"url" help:"mailto:person@example.org, or log: for a line in the log."`
	Household string `help:"Of this household (default: where there is one, that)." placeholder:"NAME"`
}

func (channelAddCmd) Help() string {
	return `
Mail needs a server: --smtp and --mail-from, for serve and work. Alerts that nobody was told of yet go to the new channel.

Examples:

    babyshield channel add mailto:person@example.org --household Home
    babyshield channel add log:
`
}

// Run adds a channel.
func (c *channelAddCmd) Run(ctx context.Context, a *app) error {
	set, err := a.channelSet()
	if err != nil {
		return err
	}
	kind, settings, label, err := set.Parse(c.URL)
	if err != nil {
		return err
	}
	return a.with(ctx, needs{key: true}, func(s *store.Store) error {
		ch, err := s.AddChannel(ctx, operator(), c.Household, store.NewChannel{Kind: kind, Settings: settings, Label: label})
		if err != nil {
			return err
		}
		if kind == "email" && a.SMTP == "" {
			a.notef("No mail server is set here. Mail waits until serve or work runs with --smtp and --mail-from.")
		}
		if a.JSON {
			return a.json(newChannelRow(ch))
		}
		a.printf("%s is told by %s (%s). Try it with: babyshield channel test %s\n", ch.Household, channelName(ch), ch.ID, ch.ID)
		return nil
	})
}

type channelListCmd struct{}

func (channelListCmd) Help() string {
	return `
Examples:

    babyshield channel list
    babyshield channel list --json
`
}

// Run lists the channels.
func (channelListCmd) Run(ctx context.Context, a *app) error {
	return a.with(ctx, needs{}, func(s *store.Store) error {
		all, err := s.Channels(ctx, operator())
		if err != nil {
			return err
		}
		var rows []channelRow
		for _, c := range all {
			rows = append(rows, newChannelRow(c))
		}
		none := "There is no channel yet. Make one with: babyshield channel add mailto:person@example.org"
		return list(a, rows, "ID|HOUSEHOLD|KIND|ADDRESS|TESTED|STATE", none, func(r channelRow) []string {
			state := "on"
			if r.Disabled != nil {
				state = "off since " + when(*r.Disabled) + ": " + r.DisabledWhy
			}
			return []string{r.ID, r.Household, r.Kind, r.Label, whenOr(r.Verified, "never"), state}
		})
	})
}

type channelTestCmd struct {
	ID string `arg:"" name:"id" help:"The channel's id, chn_..."`
}

func (channelTestCmd) Help() string {
	return `
It ends with code 1 where the message was not accepted.

Examples:

    babyshield channel test chn_abcdefghijklmnop --smtp smtp://localhost:1025 --mail-from alerts@example.org
`
}

// Run sends one message that is marked as a test, now and once.
func (c *channelTestCmd) Run(ctx context.Context, a *app) error {
	set, err := a.channelSet()
	if err != nil {
		return err
	}
	return a.with(ctx, needs{key: true}, func(s *store.Store) error {
		ch, settings, err := s.OpenChannel(ctx, operator(), c.ID)
		if err != nil {
			return err
		}
		r := set.Send(ctx, ch.Kind, settings, testMessage(a.publicURL(defaultListen), a.now()))
		if a.JSON {
			err = a.json(map[string]any{"channel": c.ID, "outcome": r.Outcome, "detail": r.Detail})
		} else {
			a.printf("%s: %s%s\n", channelName(ch), r.Outcome, after(": ", r.Detail))
		}
		if err != nil {
			return err
		}
		if r.Outcome != babyshield.OutcomeAccepted {
			return babyshield.Errorf(babyshield.Unavailable, "The test message was not accepted: %s", cmp.Or(r.Detail, string(r.Outcome)))
		}
		return s.VerifyChannel(ctx, operator(), c.ID)
	})
}

// after puts a separator before a text, if there is one.
func after(separator, text string) string {
	if text == "" {
		return ""
	}
	return separator + text
}

// testMessage cannot be taken for an alert.
func testMessage(base string, now time.Time) babyshield.Message {
	return babyshield.Message{
		WireKey: "test-" + strings.ToLower(rand.Text()[:16]),
		Subject: "BabyShield test message (not an alert)",
		Text: "This is a test. It says nothing about a product.\n\n" +
			"Somebody who runs BabyShield wants to know whether messages arrive here.\n" +
			"Alerts of recalls will look alike and come from the same sender.\n\n" +
			"The pages: " + base + "\n",
		URL:     base,
		Created: now.UTC(),
	}
}

type channelLogCmd struct {
	ID   string `arg:"" name:"id" help:"The channel's id, chn_..."`
	Last int    `help:"How many tries to show (default: ${default})." default:"50" placeholder:"N"`
}

func (channelLogCmd) Help() string {
	return `
Outcome: accepted, temporary (tried again), permanent (refused), gone (no such address: the channel is switched off), unknown (sent perhaps).

Examples:

    babyshield channel log chn_abcdefghijklmnop
`
}

// Run shows the channel's log.
func (c *channelLogCmd) Run(ctx context.Context, a *app) error {
	if c.Last < 1 || c.Last > 10_000 {
		return usagef("channel log", "--last is a number from 1 to 10000, not %d", c.Last)
	}
	return a.with(ctx, needs{}, func(s *store.Store) error {
		attempts, err := s.ChannelLog(ctx, operator(), c.ID, c.Last)
		if err != nil {
			return err
		}
		return list(a, attempts, "WHEN|TRY|OUTCOME|KEY|ANSWER", "Nothing was sent to it yet.", func(t babyshield.AttemptInfo) []string {
			return []string{when(t.At), strconv.FormatInt(t.Number, 10), string(t.Outcome), t.WireKey, t.Detail}
		})
	})
}

type channelRemoveCmd struct {
	ID string `arg:"" name:"id" help:"The channel's id, chn_..."`
}

func (channelRemoveCmd) Help() string {
	return `
What waits to be sent to it is dropped; the ledger of what was sent stays.

Examples:

    babyshield channel remove chn_abcdefghijklmnop
`
}

// Run removes a channel.
func (c *channelRemoveCmd) Run(ctx context.Context, a *app) error {
	return a.with(ctx, needs{}, func(s *store.Store) error {
		if err := s.RemoveChannel(ctx, operator(), c.ID); err != nil {
			return err
		}
		if a.JSON {
			return a.json(map[string]any{"id": c.ID, "removed": true})
		}
		a.printf("The channel %s is removed.\n", c.ID)
		return nil
	})
}

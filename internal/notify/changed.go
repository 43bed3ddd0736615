package notify

import (
	"fmt"
	"slices"
	"strings"

	"github.com/babyshield/babyshield"
)

// Limits of what is said of a change: enough to see whether it concerns one.
const (
	maxChanges = 4  // sentences on fields
	maxValues  = 3  // values a sentence
	maxValue   = 40 // characters a value
)

// Changed says what an amendment changed, a sentence each; nothing where it is
// editorial.
func Changed(a babyshield.Amendment) []string {
	var out []string
	say := func(when bool, sentence string) {
		if when {
			out = append(out, sentence)
		}
	}
	say(a.Rescinded, Withdrawn(""))
	say(a.Restored, "Changed: the notice is in force again.")
	say(a.Graver, "Changed: the notice now describes a graver hazard.")
	var fields []string
	for _, c := range a.Fields {
		fields = append(fields, fieldChange(c)...)
	}
	if len(fields) > maxChanges {
		fields = append(fields[:maxChanges-1], "Changed: more than this. Compare the product with the notice.")
	}
	out = append(out, fields...)
	say(a.Remedy, "Changed: what the notice offers or asks.")
	say(a.Item, "Your list says something else of this item now. It was compared again.")
	return out
}

// listed are the fields of which a notice lists several values, any of which
// makes a product affected.
var listed = []string{"model", "gtin", "lot", "serial", "date_code", "seller", "color", "size"}

func fieldChange(c babyshield.FieldChange) []string {
	word := fieldWord(c.Field)
	added, dropped := someValues(c.Field, c.Added), someValues(c.Field, c.Dropped)
	switch {
	case added == "" && dropped == "":
		return []string{fmt.Sprintf("Changed: the %s in the notice.", word)}
	case !slices.Contains(listed, c.Field) && added == "":
		return []string{fmt.Sprintf("Changed: the notice no longer gives the %s %s.", word, dropped)}
	case !slices.Contains(listed, c.Field):
		return []string{fmt.Sprintf("Changed: the %s in the notice is now %s.", word, added)}
	}
	var out []string
	switch {
	case added != "" && c.Before == 0:
		out = append(out, fmt.Sprintf("Changed: now names %s %s.", word, added))
	case added != "":
		out = append(out, fmt.Sprintf("Changed: now also covers %s %s (was %s).", word, added, howMany(c.Before, word)))
	}
	if dropped != "" {
		out = append(out, fmt.Sprintf("Changed: no longer lists %s %s.", word, dropped))
	}
	return out
}

func howMany(n int, word string) string {
	if n == 1 {
		return "1 " + word
	}
	return fmt.Sprintf("%d %ss", n, word)
}

func someValues(field string, list []string) string {
	var out []string
	for _, v := range list {
		if field == "made" || field == "bought" {
			v = period(v)
		}
		if v = clean(v, maxValue); v != "" {
			out = append(out, v)
		}
	}
	if n := len(out) - maxValues; n > 0 {
		return strings.Join(out[:maxValues], ", ") + fmt.Sprintf(" and %d more", n)
	}
	return strings.Join(out, ", ")
}

// period writes "2024-01 to 2026-11-30" as people do.
func period(s string) string {
	from, to, _ := strings.Cut(s, " to ")
	from, to = date(babyshield.Day(from)), date(babyshield.Day(to))
	switch {
	case from == "":
		return "until " + to
	case to == "":
		return "since " + from
	}
	return from + " to " + to
}

// covers says whether an amendment made the notice cover more of something.
func covers(a babyshield.Amendment) bool {
	return slices.ContainsFunc(a.Fields, func(c babyshield.FieldChange) bool {
		return len(c.Added) > 0 && c.Before > 0 && slices.Contains(listed, c.Field)
	})
}

// narrowed says that the notice stands and covers the items no longer.
func (n *notice) narrowed() bool {
	return n.Class == babyshield.AlertRescinded && !n.Change.Rescinded
}

// changed tells below the headline what is new.
func (n *notice) changed(p *page) {
	if n.Class == babyshield.AlertNew || n.Class == "" {
		return
	}
	a := n.Change
	a.Rescinded = false // the headline and the section of the official notice say it
	for _, s := range Changed(a) {
		p.bullet(s)
	}
}

// outside is the headline for items that the notice no longer covers. The notice's
// own products are not named: it may go on covering them.
func (n *notice) outside() string {
	item := "an item on your list"
	if len(n.Items) == 1 {
		if name := quoted(n.Items[0].Name, maxName); name != "" {
			item = name + " on your list"
		}
	} else if len(n.Items) > 1 {
		item = fmt.Sprintf("%d items on your list", len(n.Items))
	}
	return fmt.Sprintf("The %s has changed and no longer covers %s.", n.kind.noun, item)
}

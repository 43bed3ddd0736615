package notify

import (
	"testing"

	"pgregory.net/rapid"

	"github.com/babyshield/babyshield"
)

const (
	affected = babyshield.VerdictAffected
	check    = babyshield.VerdictCheck
	possible = babyshield.VerdictPossible
	outside  = babyshield.Verdict("")
)

// TestClass is amendments times what was told before.
func TestClass(t *testing.T) {
	remedy, graver := babyshield.Amendment{Remedy: true}, babyshield.Amendment{Graver: true}
	both := babyshield.Amendment{Remedy: true, Graver: true}
	for _, tt := range []struct {
		name string
		turn Turn
		want babyshield.AlertClass
	}{
		{"a first match", Turn{Verdict: affected, Before: affected, After: affected}, "new"},
		{"a first match after an amendment, nothing was told of the event", Turn{Verdict: check, After: check}, "new"},
		{"possible is told to nobody", Turn{Verdict: possible, Before: possible, After: possible, Household: true}, ""},
		{"told already", Turn{Verdict: affected, Told: affected, Household: true, Before: affected, After: affected}, ""},

		{"another item, newly covered", Turn{Verdict: affected, Household: true, After: affected}, "widened"},
		{"another item, from possible", Turn{Verdict: check, Household: true, Before: possible, After: check}, "widened"},
		{"another item, that the household added", Turn{Verdict: affected, Household: true, Before: affected, After: affected}, "new"},
		{"another item, found by a better reader", Turn{Verdict: check, Household: true, Before: check, After: check}, "new"},
		{"from check to affected", Turn{Verdict: affected, Told: check, Household: true, Before: check, After: affected}, "widened"},
		{"from check to affected by the household", Turn{Verdict: affected, Told: check, Household: true, Before: affected, After: affected}, ""},
		{"from affected to check", Turn{Verdict: check, Told: affected, Household: true, Before: affected, After: check}, ""},
		{"graver", Turn{Verdict: check, Told: check, Household: true, Before: check, After: check, Change: graver}, "widened"},
		{"graver and another remedy", Turn{Verdict: check, Told: check, Household: true, Before: check, After: check, Change: both}, "widened"},

		{"another remedy", Turn{Verdict: affected, Told: affected, Household: true, Before: affected, After: affected, Change: remedy}, "remedy"},
		{"another remedy, for an item of which nothing was told", Turn{Verdict: affected, Household: true, Before: affected, After: affected, Change: remedy}, "new"},
		{"another remedy, of what is possible", Turn{Verdict: possible, Told: affected, Household: true, Before: affected, After: possible, Change: remedy}, ""},

		{"outside now", Turn{Told: affected, Household: true, Before: affected}, "rescinded"},
		{"outside now, was possible between", Turn{Told: check, Household: true, Before: possible}, "rescinded"},
		{"outside now, nothing was told", Turn{Household: true, Before: affected}, ""},
		{"outside by the household's edit", Turn{Told: affected, Household: true}, ""},
		{"possible now", Turn{Verdict: possible, Told: affected, Household: true, Before: affected, After: possible}, ""},
		{"outside now, in another agency's notice", Turn{Told: affected, Household: true, Before: affected, Elsewhere: true}, ""},
		{"inside again", Turn{Verdict: affected, Household: true, After: affected}, "widened"},
		{"inside again by the household's edit", Turn{Verdict: affected, Household: true, Before: affected, After: affected}, "new"},

		{"asked again", Turn{Verdict: affected, Told: affected, Household: true, Before: affected, After: affected, Reopened: true}, "widened"},
		{"asked again of what is possible", Turn{Verdict: possible, Told: affected, Household: true, Before: affected, After: possible, Reopened: true}, ""},
		{"asked again, nothing was told", Turn{Verdict: affected, Before: affected, After: affected, Reopened: true}, "new"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if got := Class(tt.turn); got != tt.want {
				t.Errorf("class %q, want %q", got, tt.want)
			}
		})
	}
}

// TestClassLaws: where the agency changed nothing, nobody is told that it did; a
// verdict that does not alert tells of nothing but its end.
func TestClassLaws(t *testing.T) {
	verdicts := []babyshield.Verdict{outside, possible, check, affected}
	anyTurn := rapid.Custom(func(t *rapid.T) Turn {
		v := func(label string) babyshield.Verdict { return rapid.SampledFrom(verdicts).Draw(t, label) }
		b := func(label string) bool { return rapid.Bool().Draw(t, label) }
		turn := Turn{Verdict: v("now"), Told: v("told"), Household: b("household"), Before: v("before"), After: v("after"), Elsewhere: b("elsewhere"), Reopened: b("reopened")}
		turn.Change = babyshield.Amendment{Remedy: b("remedy"), Graver: b("graver")}
		return turn
	})
	rapid.Check(t, func(t *rapid.T) {
		turn := anyTurn.Draw(t, "turn")
		class := Class(turn)
		if !turn.Verdict.Alerts() && class != "" && class != babyshield.AlertRescinded {
			t.Errorf("%+v alerts as %s", turn, class)
		}
		if class == babyshield.AlertRescinded && (!turn.Told.Alerts() || turn.Verdict != "") {
			t.Errorf("%+v is taken back", turn)
		}
		turn.Before, turn.Change, turn.Reopened = turn.After, babyshield.Amendment{}, false
		if class := Class(turn); class != "" && class != babyshield.AlertNew {
			t.Errorf("%+v alerts as %s, and the agency changed nothing", turn, class)
		}
	})
}

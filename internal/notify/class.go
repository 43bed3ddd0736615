package notify

import "github.com/babyshield/babyshield"

// Turn is a recall and an item of a household at the moment when a judgement of
// them is kept: all that decides whether the household is told, and why.
type Turn struct {
	Verdict   babyshield.Verdict // now; "" = the item is outside, or the notice was taken back
	Told      babyshield.Verdict // what was last told of this item and event; "" = nothing, or that it is covered no longer
	Household bool               // the household was told of the event, for whatever item

	// Before and After are what the version of the recall that the pair was last
	// judged by says of the item as it is now, and what the present version says,
	// both read by the same reader. Where they differ it is the agency that changed
	// something, and not the household or a better reader.
	Before, After babyshield.Verdict
	Change        babyshield.Amendment // between the two

	Elsewhere bool // another agency's notice of the event covers the item
	Reopened  bool // the household had said "not mine", and what that rested on has changed
}

// Class says why the household is told now; "" = it is not. At most one reason
// counts: who is newly covered reads of the remedy too.
func Class(t Turn) babyshield.AlertClass {
	rose := t.After.Rank() > t.Before.Rank()
	switch {
	case !t.Verdict.Alerts():
		if t.Told.Alerts() && t.Verdict == "" && t.After == "" && t.Before != "" && !t.Elsewhere {
			return babyshield.AlertRescinded
		}
	case !t.Household:
		return babyshield.AlertNew
	case t.Reopened:
		return babyshield.AlertWidened
	case !t.Told.Alerts():
		if rose && !t.Before.Alerts() {
			return babyshield.AlertWidened
		}
		return babyshield.AlertNew
	case rose && t.Verdict.Rank() > t.Told.Rank(), t.Change.Graver:
		return babyshield.AlertWidened
	case t.Change.Remedy:
		return babyshield.AlertRemedy
	}
	return ""
}

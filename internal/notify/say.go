package notify

import (
	"slices"

	"github.com/babyshield/babyshield"
)

// This file lends the catalogue to the pages, so that a message and the page that
// it links to say the same of the same recall.

// Hazard says who is exposed and what can happen, in at most two sentences of
// ours, chosen by the recall's hazard codes. It is empty where no code says it.
func Hazard(r *babyshield.Recall) []string {
	who := exposed(*r)
	var said []string
	for _, h := range r.Hazards {
		if s := hazardSentence(h.Code, who); s != "" && len(said) < 2 && !slices.Contains(said, s) {
			said = append(said, s)
		}
	}
	return said
}

// DoNow is what to do now: at most three lines of one action each. The verdict is
// "" for a reader of whose product nothing is known.
func DoNow(v babyshield.Verdict, remedies []babyshield.Remedy) []string {
	first := "Stop using it until you have checked."
	if v == babyshield.VerdictAffected {
		first = "Stop using it now."
	}
	return []string{first, "Keep it where children cannot reach it.", keepLine(remedies)}
}

// Remedy says what the notice offers or asks, for a code that the agency gives
// no words to. It is "" for "other".
func Remedy(code babyshield.RemedyCode) string { return remedies[code] }

// Withdrawn says that the agency took the notice back, on a day that may be
// unknown.
func Withdrawn(on babyshield.Day) string {
	if d := date(on); d != "" {
		return "The authority withdrew this notice on " + d + ". We keep the record."
	}
	return "The authority withdrew this notice. We keep the record."
}

// Certainty says how sure a verdict is. "" is a verdict too: we do not know.
func Certainty(v babyshield.Verdict) string { return certainties[v] }

// Covered says that a notice of this kind covers the product.
func Covered(k babyshield.Kind) string {
	if w, ok := kinds[k]; ok {
		return w.covered
	}
	return kinds[babyshield.KindRecall].covered
}

// Counted is how many things are left to check: "one thing".
func Counted(n int) string { return counted(n) }

// FieldWord is what an item's field (a key of CONTRACT) is called in a sentence.
func FieldWord(key string) string { return fieldWord(key) }

// LookFor tells how to find out what is missing, "" if nothing is.
func LookFor(missing []string) string { return lookFor(missing) }

// Emergency says whom to call if someone is hurt now, with the numbers of the
// given countries where we know them.
func Emergency(countries []string) string { return emergencyLine(countries) }

// Date writes a day as "12 Mar 2026", "Mar 2026" or "2026"; "" if unknown.
func Date(d babyshield.Day) string { return date(d) }

// Clean removes from outside text what could end a line or change its direction,
// and cuts it to limit characters.
func Clean(s string, limit int) string { return clean(s, limit) }

// WebURL returns the address if a person may be sent to it (http or https, with a
// host and without a user), else "". Host is the host of such an address.
func WebURL(s string) string { return webURL(s) }

// Host is the host of an address that WebURL has passed.
func Host(link string) string { return host(link) }

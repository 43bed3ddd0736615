// Package babyshield holds the domain: what an agency, a recall, an item, an
// answer and an alert are, and the rules that need nothing but the values
// themselves (check digits, codes, content digests, the merging of an agency's
// several forms of one notice).
//
// It imports the standard library only and does no I/O: it never reads a clock,
// a file or a network. Everything else in this repository depends on it and it
// depends on nothing here.
//
// # Terms
//
// An Agency publishes a Notice, one raw record. Notices are parsed into a
// Recall with one RecalledProduct or more. Recalls of several agencies that are
// one happening form an Event. A Household owns Items. Where a recalled product
// meets an item there is a Match with a Verdict. A Match makes an Alert for the
// household, and each Alert one Delivery per Channel, each of which is tried by
// Attempts.
//
// # What is promised here
//
//   - No Status means "safe". A miss is StatusNoMatch with the list of what was
//     checked, or StatusNotChecked.
//   - Every identifier that leaves the program (rcl_..., itm_...) is opaque and
//     derived or random; none is a counter.
//   - Absent, null and empty are the same content (Recall.Digest).
package babyshield

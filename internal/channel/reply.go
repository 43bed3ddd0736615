package channel

import (
	"errors"
	"net/textproto"
	"regexp"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/babyshield/babyshield"
)

// outcome decides what a failure means. A refusal can be about the address (it
// does not exist: the channel ends), about this message (the delivery ends), or
// about us, our server or the moment (it is tried again). Codes about policy and
// reputation are about us: a healthy channel must not end because we were put on
// a block list.
func outcome(at phase, err error) babyshield.Outcome {
	var answer *textproto.Error
	if !errors.As(err, &answer) { // no answer: lost, too late or not understood
		if at == sending {
			return babyshield.OutcomeUnknown
		}
		return babyshield.OutcomeTemporary
	}
	switch class := answer.Code / 100; {
	case class == 2 && at == sending: // taken, with another code than 250
		return babyshield.OutcomeAccepted
	case class != 4 && class != 5 && at == sending:
		return babyshield.OutcomeUnknown
	case class != 5 || at < recipient:
		return babyshield.OutcomeTemporary
	}
	return refused(enhanced(answer))
}

// refused is the outcome of a 5xx answer to RCPT, DATA or the message, by its
// enhanced status code (RFC 3463; registry of RFC 5248).
func refused(subject, detail int) babyshield.Outcome {
	switch subject {
	case 1: // address
		switch detail {
		case 1, 2, 3, 6, 10: // no mailbox, no domain, no such form, moved, domain takes no mail
			return babyshield.OutcomeGone
		case 0, 7, 8: // "other", which is said of senders too; the sender's address
			return babyshield.OutcomeTemporary
		}
	case 2: // mailbox
		if detail == 2 { // full
			return babyshield.OutcomeTemporary
		}
	case 3, 4, 7: // mail system, routing, policy
		return babyshield.OutcomeTemporary
	}
	// Also without an enhanced code: "550 no" is said of unknown people and of
	// unwanted senders alike, so it ends the delivery and not the channel.
	return babyshield.OutcomePermanent
}

var enhancedCode = regexp.MustCompile(`(?m)^5\.(\d{1,3})\.(\d{1,3})\b`)

// enhanced reads subject and detail of the enhanced status code that begins a
// line of a 5xx answer; 0, 0 where there is none.
func enhanced(answer *textproto.Error) (subject, detail int) {
	m := enhancedCode.FindStringSubmatch(strings.TrimSpace(answer.Msg))
	if m == nil {
		return 0, 0
	}
	subject, _ = strconv.Atoi(m[1]) // three digits: cannot fail
	detail, _ = strconv.Atoi(m[2])
	return subject, detail
}

// maxDetail is the longest Detail, in characters.
const maxDetail = 300

// addressLike finds what looks like an address, also inside a rewritten one
// (prvs=tag=person@example.org) and percent-encoded in a link.
var addressLike = regexp.MustCompile(`(?i)[^\s<>()\[\]",;:@]+(@|%40)[a-z0-9\pL]([a-z0-9\pL.-]*[a-z0-9\pL])?`)

// redact makes a Detail: one line without the given secrets and without any
// address. It redacts before it cuts, so that no half of an address is left.
func redact(s string, secrets ...string) string {
	s = addressLike.ReplaceAllString(oneLine(s), "…")
	for _, secret := range secrets {
		if secret == "" {
			continue
		}
		whole := regexp.MustCompile(`(?i)(^|[^\pL\pN])` + regexp.QuoteMeta(secret) + `($|[^\pL\pN])`)
		for range 2 { // two that share the blank between them need a second turn
			s = whole.ReplaceAllString(s, "${1}…${2}")
		}
	}
	if utf8.RuneCountInString(s) > maxDetail {
		s = string([]rune(s)[:maxDetail-1]) + "…"
	}
	return s
}

// oneLine folds blanks and drops what does not show.
func oneLine(s string) string {
	s = strings.Map(func(r rune) rune {
		switch {
		case unicode.IsSpace(r):
			return ' '
		case r == utf8.RuneError || !unicode.IsGraphic(r):
			return -1
		}
		return r
	}, s)
	return strings.Join(strings.Fields(s), " ")
}

package channel

import (
	"context"
	"encoding/json"
	"strings"

	"github.com/babyshield/babyshield"
)

func init() { register(newLog) }

// newLog makes the kind that writes one line of JSON for each message: its key,
// its subject and our page. The text is left out, because it holds the
// household's own words; the subject never does. It is for operators, for first
// steps without a mail server, and for tests that count copies on the wire.
func newLog(cfg Config) (Kind, error) {
	out := &lockedWriter{w: cfg.Out}
	return Kind{
		Name:   "log",
		Label:  "Log line",
		Scheme: "log",
		FromURL: func(rest string) (Settings, error) {
			if rest != "" && rest != "//" {
				return nil, babyshield.Errorf(babyshield.Invalid, "The log channel takes nothing after log:.")
			}
			return Settings{}, nil
		},
		Validate: func(Settings) error { return nil },
		Send: func(ctx context.Context, _ Settings, m babyshield.Message) babyshield.Result {
			return sendLog(ctx, out, m)
		},
	}, nil
}

type logLine struct {
	WireKey string `json:"wire_key"`
	Subject string `json:"subject"`
	URL     string `json:"url,omitempty"`
}

func sendLog(ctx context.Context, out *lockedWriter, m babyshield.Message) babyshield.Result {
	if err := ctx.Err(); err != nil {
		return temporary("stopped before writing")
	}
	line, err := json.Marshal(logLine{WireKey: m.WireKey, Subject: strings.ToValidUTF8(m.Subject, ""), URL: m.URL})
	if err != nil {
		return babyshield.Result{Outcome: babyshield.OutcomePermanent, Detail: "the message cannot be written as JSON"}
	}
	switch n, err := out.Write(append(line, '\n')); {
	case err == nil:
		return babyshield.Result{Outcome: babyshield.OutcomeAccepted, Detail: "written"}
	case n == 0:
		return temporary(redact("writing the line: " + err.Error()))
	default: // cut short: a reader may have seen enough of it
		return babyshield.Result{Outcome: babyshield.OutcomeUnknown, Detail: redact("writing the line: " + err.Error())}
	}
}

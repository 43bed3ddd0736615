// Package channel sends a composed message to where a person reads it: one file
// a kind. It knows the outside form of each kind and nothing of the store; what
// is sent, to whom and when was decided before.
//
// A kind registers itself with a Kind value: its fields (from which the form, the
// validation, the sealing and the redacted label come), how its URL is read, and
// Send. To add one, write internal/channel/<kind>.go and testdata/<kind>/; a
// shared test runs every kind against every kind of answer.
//
// # What a Send promises
//
//   - It makes one attempt and returns within Config.Timeout, or when ctx ends.
//   - Every attempt of the same message carries the same bytes and the same
//     permanent key, so that the other side can collapse copies.
//   - Its Result is decided beside the protocol. Accepted: the other side said
//     that it took responsibility. Temporary: it certainly did not, and may
//     later. Permanent: it refused this message. Gone: it said that the address
//     does not exist; nothing less disables a channel. Unknown: the message may or
//     may not have been taken, as where the connection is lost after the last
//     byte was written and before the answer. In doubt between a refusal and
//     doubt, doubt: a copy too many is better than none.
//   - Result.Detail is one line in which addresses, names of accounts and
//     passwords are redacted. It may be logged and shown.
//   - It neither logs nor retries.
package channel

import (
	"context"
	"crypto/x509"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"os"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/babyshield/babyshield"
)

// DefaultTimeout bounds one Send where the configuration does not. RFC 5321,
// section 4.5.3.2.6, would wait ten minutes for the last answer of a mail server;
// we would rather count the attempt as unknown than hold a worker that long.
const DefaultTimeout = time.Minute

// Config is what an operator configures for all channels. The zero value is
// valid: mail is then accepted for later and log lines go to standard error.
type Config struct {
	SMTP      string         // mail server: smtp://user:password@host:port?tls=starttls|implicit|none, or smtps://...; "" = none yet
	From      string         // sender of mail, as in "BabyShield <alerts@example.org>"; required with SMTP
	HelloName string         // how we name ourselves to the mail server; "" = the machine's host name
	Timeout   time.Duration  // of one Send; 0 = DefaultTimeout
	RootCAs   *x509.CertPool // whom to trust for the mail server's certificate; nil = the system's
	Out       io.Writer      // where log: writes; nil = standard error
}

// Settings are the values of a kind's fields for one channel, by field name. They
// are personal data: the store seals their encoded form.
type Settings map[string]string

// Field is one thing that a kind must know of a channel.
type Field struct {
	Name     string
	Label    string // for a form
	Help     string
	Required bool
	Redact   func(value string) string // what may be shown and logged; nil = nothing
}

// Kind is a way of reaching people.
type Kind struct {
	Name     string // "email"; stored, never changed
	Label    string // "E-mail"; for people
	Scheme   string // of its URL: "mailto"
	Fields   []Field
	FromURL  func(rest string) (Settings, error) // reads what follows "scheme:"
	Validate func(Settings) error                // cleans the settings in place, or says in plain words what is wrong
	Send     func(context.Context, Settings, babyshield.Message) babyshield.Result
}

// builders make the kinds; each kind's file adds one.
var builders []func(Config) (Kind, error)

func register(build func(Config) (Kind, error)) { builders = append(builders, build) }

// Set is all kinds under one configuration. It is safe for concurrent use.
type Set struct {
	kinds   map[string]Kind
	timeout time.Duration
}

// New validates the whole configuration and says all that is wrong with it at
// once. It connects to nothing.
func New(cfg Config) (*Set, error) {
	if cfg.Timeout == 0 {
		cfg.Timeout = DefaultTimeout
	}
	if cfg.Out == nil {
		cfg.Out = os.Stderr
	}
	s := &Set{kinds: map[string]Kind{}, timeout: cfg.Timeout}
	var errs []error
	if cfg.Timeout < 0 {
		errs = append(errs, babyshield.Errorf(babyshield.Invalid, "The time limit of a delivery must not be negative."))
	}
	for _, build := range builders {
		k, err := build(cfg)
		if err != nil {
			errs = append(errs, err)
			continue
		}
		s.kinds[k.Name] = k
	}
	if err := errors.Join(errs...); err != nil {
		return nil, err
	}
	return s, nil
}

// Kinds are all kinds by name.
func (s *Set) Kinds() []Kind {
	kinds := slices.Collect(maps.Values(s.kinds))
	slices.SortFunc(kinds, func(a, b Kind) int { return strings.Compare(a.Name, b.Name) })
	return kinds
}

// Parse reads a channel's URL, such as mailto:person@example.org or log:. The
// settings are to be sealed; the label may be shown. An error is Invalid and does
// not repeat the URL.
func (s *Set) Parse(url string) (kind string, settings []byte, label string, err error) {
	scheme, rest, ok := strings.Cut(strings.TrimSpace(url), ":")
	if !ok {
		return "", nil, "", s.unknownScheme()
	}
	for _, k := range s.Kinds() {
		if !strings.EqualFold(k.Scheme, scheme) {
			continue
		}
		values, err := k.FromURL(rest)
		if err != nil {
			return "", nil, "", err
		}
		settings, label, err := s.Encode(k.Name, values)
		if err != nil {
			return "", nil, "", err
		}
		return k.Name, settings, label, nil
	}
	return "", nil, "", s.unknownScheme()
}

func (s *Set) unknownScheme() error {
	var known []string
	for _, k := range s.Kinds() {
		known = append(known, k.Scheme+":")
	}
	return babyshield.Errorf(babyshield.Invalid, "This is not the address of a channel that we know (want one that begins with %s).", strings.Join(known, " or "))
}

// Encode validates settings, as from a form, and returns them in the form that is
// sealed, with the label that may be shown.
func (s *Set) Encode(kind string, values Settings) (settings []byte, label string, err error) {
	k, ok := s.kinds[kind]
	if !ok {
		return nil, "", babyshield.Errorf(babyshield.Invalid, "There is no channel of the kind %q.", kind)
	}
	values = maps.Clone(values)
	for name := range values {
		if !slices.ContainsFunc(k.Fields, func(f Field) bool { return f.Name == name }) {
			return nil, "", babyshield.Errorf(babyshield.Invalid, "A channel of the kind %s has no field %q.", k.Label, name)
		}
	}
	for _, f := range k.Fields {
		if f.Required && values[f.Name] == "" {
			return nil, "", babyshield.Errorf(babyshield.Invalid, "Fill in: %s.", f.Label)
		}
	}
	if err := k.Validate(values); err != nil {
		return nil, "", err
	}
	settings, err = json.Marshal(values) // of a map: keys in order
	if err != nil {
		return nil, "", fmt.Errorf("encoding the settings of a channel of kind %s: %w", kind, err)
	}
	return settings, k.label(values), nil
}

func (k Kind) label(values Settings) string {
	var shown []string
	for _, f := range k.Fields {
		if f.Redact != nil && values[f.Name] != "" {
			shown = append(shown, f.Redact(values[f.Name]))
		}
	}
	if len(shown) == 0 {
		return k.Name
	}
	return strings.Join(shown, " ")
}

// Send makes one attempt to send m. The settings are as Parse returned them,
// unsealed.
func (s *Set) Send(ctx context.Context, kind string, settings []byte, m babyshield.Message) babyshield.Result {
	k, ok := s.kinds[kind]
	if !ok { // a newer program made the channel: this one must not give its deliveries up
		return temporary("this program has no channel of that kind")
	}
	var values Settings
	if err := json.Unmarshal(settings, &values); err != nil || values == nil || k.Validate(values) != nil {
		return babyshield.Result{Outcome: babyshield.OutcomePermanent, Detail: "the channel's settings cannot be read"}
	}
	if m.WireKey == "" || m.Created.IsZero() {
		// Without a key, two messages might be taken for copies of one; without a
		// date, two attempts would differ.
		return babyshield.Result{Outcome: babyshield.OutcomePermanent, Detail: "the message has no key or no date"}
	}
	ctx, cancel := context.WithTimeout(ctx, s.timeout)
	defer cancel()
	return k.Send(ctx, values, m)
}

func temporary(detail string) babyshield.Result {
	return babyshield.Result{Outcome: babyshield.OutcomeTemporary, Detail: detail}
}

// lockedWriter lets several sends share a writer, a whole line at a time.
type lockedWriter struct {
	mu sync.Mutex
	w  io.Writer
}

func (l *lockedWriter) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.w.Write(p)
}

package channel

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"net/mail"
	"net/url"
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"

	gomail "github.com/wneessen/go-mail"

	"github.com/babyshield/babyshield"
)

func init() { register(newEmail) }

// newEmail makes the kind that sends mail through the operator's mail server. A
// channel may be added before a server is configured: its messages wait.
func newEmail(cfg Config) (Kind, error) {
	server, err := newMailServer(cfg)
	var from *mail.Address
	if cfg.From != "" || cfg.SMTP != "" {
		var fromErr error
		from, fromErr = parseFrom(cfg.From)
		err = errors.Join(err, fromErr)
	}
	if err != nil {
		return Kind{}, err
	}
	return Kind{
		Name:   "email",
		Label:  "E-mail",
		Scheme: "mailto",
		Fields: []Field{{
			Name: "address", Label: "E-mail address", Help: "One address, such as person@example.org.",
			Required: true, Redact: redactAddress,
		}},
		FromURL: func(rest string) (Settings, error) {
			address, err := url.PathUnescape(rest) // RFC 6068, section 2
			if err != nil || strings.Contains(rest, "?") {
				return nil, babyshield.Errorf(babyshield.Invalid, "Write the channel as mailto: and one address, with nothing after it.")
			}
			return Settings{"address": address}, nil
		},
		Validate: func(s Settings) error {
			address, err := cleanAddress(s["address"])
			s["address"] = address
			return err
		},
		Send: func(ctx context.Context, s Settings, m babyshield.Message) babyshield.Result {
			if server == nil {
				return temporary("no mail server is configured")
			}
			raw, err := render(from, s["address"], m)
			if err != nil {
				return babyshield.Result{Outcome: babyshield.OutcomePermanent, Detail: "the message cannot be written as mail"}
			}
			return server.send(ctx, from.Address, s["address"], raw)
		},
	}, nil
}

func parseFrom(s string) (*mail.Address, error) {
	if s == "" {
		return nil, babyshield.Errorf(babyshield.Invalid, "A sender address is needed to send mail (such as BabyShield <alerts@example.org>).")
	}
	a, err := mail.ParseAddress(s)
	if err == nil {
		a.Address, err = cleanAddress(a.Address)
	}
	if err != nil || strings.ContainsFunc(a.Name, unicode.IsControl) {
		return nil, babyshield.Errorf(babyshield.Invalid, "The sender of mail is not an address (want something like BabyShield <alerts@example.org>).")
	}
	return a, nil
}

var (
	// localPart is a dot-atom (RFC 5322, section 3.2.3). Quoted and non-ASCII
	// local parts are refused: they are hardly ever meant, and half of the world's
	// mail servers cannot take them.
	localPart  = regexp.MustCompile("^[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(\\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*$")
	domainPart = regexp.MustCompile(`^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?(\.[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?)*$`)
)

// cleanAddress returns the one bare address in s, its domain in small letters. The
// lengths are those of RFC 5321, section 4.5.3.1.
func cleanAddress(s string) (string, error) {
	s = strings.TrimSpace(s)
	at := strings.LastIndexByte(s, '@')
	if at > 0 && at <= 64 && len(s) <= 254 && s[0] != '/' { // mailto://person@... is a slip of the pen
		local, domain := s[:at], strings.ToLower(s[at+1:])
		if localPart.MatchString(local) && domainPart.MatchString(domain) {
			return local + "@" + domain, nil
		}
	}
	return "", babyshield.Errorf(babyshield.Invalid, "This is not an e-mail address that we can use (want one such as person@example.org).")
}

// redactAddress shows the first character and the domain: "p…@example.org".
func redactAddress(address string) string {
	at := strings.LastIndexByte(address, '@')
	if at <= 0 {
		return "…"
	}
	_, first := utf8.DecodeRuneInString(address)
	return address[:first] + "…" + address[at:]
}

// render writes the mail. Nothing in it depends on the time, on chance or on the
// machine, so that all attempts are the same bytes: one plain-text part (no
// boundary), our own Message-ID and Date, and no name and version of a mailer.
func render(from *mail.Address, to string, m babyshield.Message) ([]byte, error) {
	msg := gomail.NewMsg(gomail.WithNoDefaultUserAgent(), gomail.WithEncoding(gomail.EncodingQP))
	msg.FromMailAddress(from)
	msg.ToMailAddress(&mail.Address{Address: to})
	msg.Subject(subjectLine(m.Subject))
	msg.SetMessageIDWithValue(messageID(m.WireKey, from.Address))
	msg.SetDateWithValue(m.Created.UTC())
	msg.SetGenHeader("Auto-Submitted", "auto-generated") // RFC 3834: no answers by machines
	msg.SetGenHeader("X-Auto-Response-Suppress", "All")  // the same for Exchange
	if m.Urgent {
		msg.SetGenHeader("Importance", "high")
		msg.SetGenHeader("X-Priority", "1")
	}
	msg.SetBodyString(gomail.TypeTextPlain, m.Text)
	var b bytes.Buffer
	_, err := msg.WriteTo(&b)
	return b.Bytes(), err
}

// subjectLine is the subject as one line. notify has cleaned it already; a header
// is not the place to rely on that. "=?" begins an encoded word, whose text a
// reader would decode: outside text must not be able to write one.
func subjectLine(s string) string {
	s = strings.Map(func(r rune) rune {
		if unicode.IsControl(r) {
			return ' '
		}
		return r
	}, strings.ToValidUTF8(s, ""))
	return strings.ReplaceAll(s, "=?", "= ?")
}

// messageID is the permanent identifier of a delivery's mail: the wire key at the
// domain of the sender. A key that cannot stand there is replaced by its digest.
func messageID(key, from string) string {
	if !localPart.MatchString(key) || len(key) > 100 {
		sum := sha256.Sum256([]byte(key))
		key = hex.EncodeToString(sum[:])
	}
	return key + from[strings.LastIndexByte(from, '@'):]
}

package main

import (
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"maps"
	"net/mail"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/alecthomas/kong"

	"github.com/babyshield/babyshield"
	"github.com/babyshield/babyshield/internal/auth"
	"github.com/babyshield/babyshield/internal/channel"
	"github.com/babyshield/babyshield/internal/fetch"
	"github.com/babyshield/babyshield/internal/store"
)

// Config are the flags that all commands share. A flag on the command line wins
// over its environment variable.
type Config struct {
	// Database is a SQLite file or a PostgreSQL server. Everything that is known is
	// in it.
	Database string `help:"Database: sqlite:PATH, a path, or postgres://... (default: ${default})." default:"sqlite:data/babyshield.db" placeholder:"URL"`
	// JSON asks for the machine form on standard output.
	JSON bool `name:"json" help:"Print JSON: one object, or one a line."`
	// LogLevel is how much of the log is shown on standard error.
	LogLevel string `help:"How much to log: debug, info, warn or error (default: ${default})." default:"info" placeholder:"LEVEL"`

	// Key seals addresses and channel settings: 32 bytes in base64 or hex. Several,
	// separated by commas or blanks, rotate: the first one seals, all open.
	Key string `help:"The site's key, 32 bytes in base64 or hex. Better in BABYSHIELD_KEY than in sight here." placeholder:"KEY"`
	// KeyFile holds the same. On SQLite the default is a file beside the database.
	KeyFile string `help:"File with the site's key (default on SQLite: a file beside the database)." placeholder:"FILE"`

	// SMTP is the server that takes our mail.
	SMTP string `name:"smtp" help:"Mail server: smtp://user:password@host:port or smtps://..." placeholder:"URL"`
	// MailFrom is the sender of our mail. It is needed with SMTP.
	MailFrom string `help:"Sender of mail, such as: BabyShield <alerts@example.org>." placeholder:"ADDRESS"`
	// SendTimeout bounds one try to send one message.
	SendTimeout time.Duration `help:"Time limit of one try to send a message (default: ${default})." default:"25s" placeholder:"TIME"`
	// BaseURL is where people reach the pages; links in messages begin with it.
	BaseURL string `name:"base-url" help:"Public address of the pages, for links in messages (default: where serve listens)." placeholder:"URL"`

	// Contact is told to the agencies with every question.
	Contact string `help:"How an agency can reach you: an address or page, sent with each question to it." placeholder:"TEXT"`
	// AgencyURL replaces an agency's address, by its code.
	AgencyURL map[string]string `name:"agency-url" help:"Read an agency at another address (a mirror, a simulation): us-cpsc=http://..." placeholder:"CODE=URL"`

	// AdminEmail is the first administrator of a new database.
	AdminEmail string `help:"E-mail address of the first administrator of a new database." placeholder:"ADDRESS"`
}

// defaultListen is where serve listens unless it is told otherwise: on this
// machine alone, since there are no accounts yet.
const defaultListen = "127.0.0.1:8480"

// maxSendTimeout keeps a try to send within the time of a job.
const maxSendTimeout = store.MaxJobTimeout - 20*time.Second

// environment reads each flag from BABYSHIELD_<FLAG>. The fields of one item are
// left out: a forgotten BABYSHIELD_LOT would narrow every answer unseen. Empty is
// the same as not set.
func environment(getenv func(string) string) kong.ResolverFunc {
	return func(_ *kong.Context, _ *kong.Path, flag *kong.Flag) (any, error) {
		if flag.Name == "help" || flag.Tag.Has("item") {
			return nil, nil //nolint:nilnil // kong's way to say: not from here
		}
		name := "BABYSHIELD_" + strings.ToUpper(strings.ReplaceAll(flag.Name, "-", "_"))
		if v := getenv(name); v != "" {
			return v, nil
		}
		return nil, nil //nolint:nilnil // likewise
	}
}

// validate tests all settings and says in one error all that is wrong.
func (c *Config) validate() error {
	var wrong []string
	note := func(err error) {
		if err != nil {
			wrong = append(wrong, oneLine(sentence(err)))
		}
	}
	_, err := c.level()
	note(err)
	if c.Key != "" {
		if _, err := auth.ParseKeyring(c.Key); err != nil {
			note(fmt.Errorf("--key cannot be used: %w.", err)) //nolint:revive // a sentence among others
		}
	}
	note(c.checkURL())
	note(c.checkAdmin())
	if c.SendTimeout <= 0 || c.SendTimeout > maxSendTimeout {
		note(fmt.Errorf("--send-timeout must be more than 0 and at most %s, not %s", maxSendTimeout, c.SendTimeout))
	}
	_, err = channel.New(c.channels())
	note(err)
	client, err := fetch.New(c.fetching())
	note(err)
	if client != nil {
		client.Close()
	}
	if len(wrong) > 0 {
		return &usageError{what: strings.Join(wrong, " ")}
	}
	return nil
}

func (c *Config) level() (slog.Level, error) {
	var l slog.Level
	if err := l.UnmarshalText([]byte(c.LogLevel)); err != nil {
		return 0, fmt.Errorf("--log-level is debug, info, warn or error, not %q", c.LogLevel)
	}
	return l, nil
}

func (c *Config) checkURL() error {
	if c.BaseURL == "" {
		return nil
	}
	u, err := url.Parse(c.BaseURL)
	if err != nil || u.Host == "" || u.Scheme != "http" && u.Scheme != "https" || u.User != nil || u.RawQuery != "" || u.Fragment != "" {
		return fmt.Errorf("--base-url is an address such as https://babyshield.example.org, not %q", c.BaseURL)
	}
	return nil
}

// checkAdmin does not repeat the address: an error line may end in a log.
func (c *Config) checkAdmin() error {
	if c.AdminEmail == "" {
		return nil
	}
	if a, err := mail.ParseAddress(c.AdminEmail); err != nil || a.Name != "" {
		return fmt.Errorf("--admin-email is one address such as person@example.org")
	}
	return nil
}

// channels is the configuration of the channels. The log channel writes to
// standard error, where the caller sets it.
func (c *Config) channels() channel.Config {
	return channel.Config{SMTP: c.SMTP, From: c.MailFrom, Timeout: c.SendTimeout}
}

// fetching is the configuration of the reader of agencies. An address that the
// operator names may also be within the operator's own network.
func (c *Config) fetching() fetch.Options {
	agent := "BabyShield/" + version + " (recall reader)"
	return fetch.Options{UserAgent: agent, Contact: c.Contact, BaseURLs: c.AgencyURL, AllowPrivate: len(c.AgencyURL) > 0}
}

// keyring reads the key that was given; nil if none was.
func (c *Config) keyring() (*auth.Keyring, error) {
	switch {
	case c.Key != "":
		return auth.ParseKeyring(c.Key)
	case c.KeyFile != "":
		ring, err := auth.Load(c.KeyFile)
		return ring, keyError(c.KeyFile, err)
	}
	return nil, nil //nolint:nilnil // no key is no error
}

// keyError says in plain words why a key file cannot be used.
func keyError(name string, err error) error {
	switch inner := errors.Unwrap(err); {
	case err == nil:
		return nil
	case errors.Is(err, fs.ErrNotExist) || inner == nil:
		return fileError("The key file", name, err)
	default: // without "reading the key file"
		return fileError("The key file", name, inner)
	}
}

// publicURL is BaseURL, or the address where serve listens.
func (c *Config) publicURL(listen string) string {
	if c.BaseURL != "" {
		return strings.TrimRight(c.BaseURL, "/")
	}
	return "http://" + listen
}

// redacted is the configuration as it may be logged.
func (c *Config) redacted() []any {
	secret := func(s string) string {
		if s == "" {
			return ""
		}
		return "(set)"
	}
	server := c.SMTP
	if u, err := url.Parse(server); err == nil && u.User != nil {
		u.User = url.User("(set)")
		server = u.String()
	}
	return []any{
		"version", version, "database", store.Redact(c.Database), "json", c.JSON, "log_level", c.LogLevel,
		"key", secret(c.Key), "key_file", c.KeyFile, "smtp", server, "mail_from", c.MailFrom, "send_timeout", c.SendTimeout,
		"base_url", c.BaseURL, "contact", c.Contact, "agency_url", slices.Sorted(maps.Keys(c.AgencyURL)), "admin_email", secret(c.AdminEmail),
	}
}

// errNoKey is said where a command cannot do without the site's key.
var errNoKey = babyshield.Errorf(babyshield.Invalid, "This needs the site's key: set BABYSHIELD_KEY or BABYSHIELD_KEY_FILE (make one with: openssl rand -base64 32).")

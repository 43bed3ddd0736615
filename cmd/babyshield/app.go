package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"time"

	"github.com/babyshield/babyshield"
	"github.com/babyshield/babyshield/internal/agency"
	"github.com/babyshield/babyshield/internal/auth"
	"github.com/babyshield/babyshield/internal/channel"
	"github.com/babyshield/babyshield/internal/fetch"
	"github.com/babyshield/babyshield/internal/jobs"
	"github.com/babyshield/babyshield/internal/store"
)

// app is what a command stands on: where it reads and writes, how it is
// configured, and how it comes by the database.
type app struct {
	Config
	stdin  io.Reader
	stdout *output
	stderr io.Writer
	tty    bool // a person watches standard error
	log    *slog.Logger
	now    func() time.Time
}

func newApp(stdin io.Reader, stdout, stderr io.Writer) *app {
	shared := &lockedWriter{w: stderr} // the log, the log channel and we all write there
	return &app{
		stdin: stdin, stdout: &output{w: stdout}, stderr: shared, tty: isTerminal(stderr),
		log: newLog(shared, slog.LevelInfo), now: time.Now,
	}
}

// configure tests the configuration whole, before anything is opened.
func (a *app) configure(ctx context.Context, c Config) error {
	if err := c.validate(); err != nil {
		return err
	}
	level, err := c.level()
	if err != nil {
		return err
	}
	a.Config, a.log = c, newLog(a.stderr, level)
	a.log.DebugContext(ctx, "configuration", c.redacted()...)
	return nil
}

// needs is what a command asks of the database.
type needs struct {
	create  bool   // make and migrate what is missing
	key     bool   // nothing goes without the site's key
	baseURL string // for links in messages; "" = the configured or usual one
}

// open opens the database. The caller closes it.
func (a *app) open(ctx context.Context, n needs) (*store.Store, error) {
	sealer, err := a.sealer(n)
	lost := err
	if err != nil && !errors.Is(err, errLostKey) {
		return nil, err
	}
	o := store.Options{
		URL: a.Database, Create: n.create, Sealer: sealer, Log: a.log, Now: a.now,
		SendTimeout: a.SendTimeout, BaseURL: n.baseURL,
	}
	if o.BaseURL == "" {
		o.BaseURL = a.publicURL(defaultListen)
	}
	code := ""
	if n.create {
		if o.Seed, code, err = a.seed(sealer); err != nil {
			return nil, err
		}
	}
	s, err := store.Open(ctx, o)
	if err != nil {
		return nil, err
	}
	if n.key {
		// What is wrong with the database itself was said first, by Open.
		if err := cmp.Or(lost, s.CheckKey(ctx)); err != nil {
			return nil, errors.Join(err, s.Close())
		}
	}
	if o.Seed.Admin != nil && o.Seed.Admin.Created {
		a.notef("The first administrator was made. The one-time set-up code, shown this once: %s", code)
	}
	return s, nil
}

// with runs fn on an open database, which it closes after.
func (a *app) with(ctx context.Context, n needs, fn func(s *store.Store) error) error {
	s, err := a.open(ctx, n)
	if err != nil {
		return err
	}
	return errors.Join(s.Explain(fn(s)), s.Close())
}

// sealer finds the site's key: as given, or, on SQLite, in a file beside the
// database, which creating commands make. It is nil where there is none and
// none is needed.
func (a *app) sealer(n needs) (store.Sealer, error) {
	ring, err := a.keyring()
	if err != nil {
		return nil, err
	}
	path, file := store.SQLitePath(a.Database)
	switch {
	case ring != nil:
		return keySealer{ring}, nil
	case !file && n.key:
		return nil, errNoKey
	case !file || path == "":
		return nil, nil //nolint:nilnil // nothing to seal
	case !n.create && !n.key:
		return nil, nil //nolint:nilnil // the command touches no secret
	}
	if st, err := os.Stat(path); err == nil && st.Size() > 0 {
		// The key is made before the database, so one without the other means that the
		// key was lost or given in another way. A new one would open nothing.
		if _, err := os.Stat(path + ".key"); errors.Is(err, fs.ErrNotExist) {
			return nil, noKeyFile(path)
		}
	} else if !n.create {
		return nil, nil //nolint:nilnil // the store says better what is wrong
	} else if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return nil, fileError("The folder", filepath.Dir(path), err)
	}
	ring, err = auth.LoadOrCreate(path + ".key")
	if err != nil {
		return nil, keyError(path+".key", err)
	}
	return keySealer{ring}, nil
}

// keySealer is a keyring as the store wants it.
type keySealer struct{ ring *auth.Keyring }

func (k keySealer) Seal(plain []byte, context string) ([]byte, error) {
	return k.ring.Seal(plain, context), nil
}

func (k keySealer) Open(sealed []byte, context string) ([]byte, error) {
	return k.ring.Open(sealed, context)
}

// errLostKey marks a database whose key file is not there.
var errLostKey = errors.New("the key file is missing")

func noKeyFile(path string) error {
	return babyshield.Wrap(babyshield.NotFound, errLostKey, "The key file %s.key of the database is missing. Put it back, or set BABYSHIELD_KEY or BABYSHIELD_KEY_FILE.", path)
}

// seed is what a new database starts with, and the set-up code of its first
// administrator. The code is shown once and kept nowhere.
func (a *app) seed(sealer store.Sealer) (store.Seed, string, error) {
	var s store.Seed
	for _, f := range agency.All() {
		s.Agencies = append(s.Agencies, f.Agency)
	}
	samples, err := agency.Samples()
	if err != nil {
		return s, "", fmt.Errorf("reading the samples: %w", err)
	}
	s.Samples = samples
	if a.AdminEmail == "" {
		return s, "", nil
	}
	if sealer == nil {
		return s, "", errNoKey
	}
	expires, err := time.ParseDuration(store.Policies["setup_code.expire"])
	if err != nil {
		return s, "", fmt.Errorf("reading the policy setup_code.expire: %w", err)
	}
	code := auth.NewSetupCode()
	s.Admin = &store.AdminSeed{Email: a.AdminEmail, CodeHash: auth.HashCode(code), Expires: expires}
	return s, code, nil
}

// channelSet is all kinds of channels; the log channel writes to our standard error.
func (a *app) channelSet() (*channel.Set, error) {
	c := a.channels()
	c.Out = a.stderr
	return channel.New(c)
}

// deps is what reading agencies and working on jobs needs. The caller closes
// Fetch.
func (a *app) deps(s *store.Store) (jobs.Deps, error) {
	set, err := a.channelSet()
	if err != nil {
		return jobs.Deps{}, err
	}
	client, err := fetch.New(a.fetching())
	if err != nil {
		return jobs.Deps{}, err
	}
	return jobs.Deps{Store: s, Fetch: client, Channels: set, Log: a.log, Now: a.now}, nil
}

// operator is the acting user of the command line.
func operator() babyshield.Actor { return babyshield.AsOperator() }

// fileError says in plain words why a file cannot be used.
func fileError(what, name string, err error) error {
	var path *fs.PathError
	var link *os.LinkError
	switch {
	case errors.Is(err, context.Canceled):
		return err
	case errors.Is(err, fs.ErrNotExist):
		return babyshield.Wrap(babyshield.NotFound, err, "There is no file %s.", name)
	case errors.Is(err, fs.ErrPermission):
		return babyshield.Wrap(babyshield.Unavailable, err, "%s %s cannot be used: permission denied.", what, name)
	case babyshield.CodeOf(err) != babyshield.Internal:
		return err
	case errors.As(err, &path):
		err = path.Err
	case errors.As(err, &link):
		err = link.Err
	}
	return babyshield.Wrap(babyshield.Unavailable, err, "%s %s cannot be used: %s.", what, name, err)
}

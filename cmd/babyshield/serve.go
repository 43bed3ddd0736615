package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"net/netip"
	"time"

	"golang.org/x/sync/errgroup"

	"github.com/babyshield/babyshield"
	"github.com/babyshield/babyshield/internal/api"
	"github.com/babyshield/babyshield/internal/check"
	"github.com/babyshield/babyshield/internal/jobs"
	"github.com/babyshield/babyshield/internal/store"
	"github.com/babyshield/babyshield/internal/web"
)

// How long the parts of the service have to end. Together they stay below the 30
// seconds that are promised, with room for the store to close.
const (
	stopRequests = 5 * time.Second
	stopJobs     = 15 * time.Second // and 5 more to cancel what still runs
)

type serveCmd struct {
	Listen        string `help:"Address to listen on (default: ${default})." default:"127.0.0.1:8480" placeholder:"HOST:PORT"`
	MetricsListen string `help:"Address for metrics and profiles, on this machine alone; off by default." placeholder:"HOST:PORT"`
	NoPoll        bool   `help:"Do not read the agencies in this process."`
	NoWork        bool   `help:"Serve pages and API alone: no background jobs in this process."`
}

func (serveCmd) Help() string {
	return `
It creates the database on first start, and prints the address once it listens. Stop it with Ctrl-C or SIGTERM: work in flight ends first.

Examples:

    babyshield serve
    babyshield serve --listen 127.0.0.1:9000 --smtp smtp://mail.example.org:587 --mail-from alerts@example.org
    BABYSHIELD_KEY_FILE=/run/secrets/key babyshield serve --database postgres://babyshield@db/babyshield
`
}

// Run listens first, so that a port in use costs nothing; then it opens the
// database, starts the jobs and answers. It stops in the reverse order.
func (c *serveCmd) Run(ctx context.Context, a *app) (err error) {
	ln, metrics, err := c.listen(ctx)
	if err != nil {
		return err
	}
	defer func() {
		for _, l := range []net.Listener{ln, metrics} {
			if l != nil {
				_ = l.Close() // closed already where serving ended as it should
			}
		}
	}()
	base := a.publicURL(ln.Addr().String())
	s, err := a.open(ctx, needs{create: true, key: true, baseURL: base})
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, s.Close()) }()
	stop, err := c.work(ctx, a, s)
	if err != nil {
		return err
	}
	m := newMetrics(s, a.now)
	servers := map[net.Listener]*http.Server{ln: newServer(a, c.handler(a, s, m))}
	if metrics != nil {
		servers[metrics] = newServer(a, m.handler())
	}
	if err := c.announce(a, ln, base); err != nil {
		return errors.Join(err, stop(ctx))
	}
	return errors.Join(serveUntil(ctx, servers), stop(ctx))
}

// work starts the jobs and returns how to stop them.
func (c *serveCmd) work(ctx context.Context, a *app, s *store.Store) (stop func(context.Context) error, err error) {
	if c.NoWork {
		return func(context.Context) error { return nil }, nil
	}
	poll := 0
	if c.NoPoll {
		poll = -1
	}
	return a.startJobs(ctx, s, store.WorkConfig{Poll: poll})
}

// startJobs starts a runtime with its own reader of agencies, and returns how to
// stop both.
func (a *app) startJobs(ctx context.Context, s *store.Store, c store.WorkConfig) (stop func(context.Context) error, err error) {
	d, err := a.deps(s)
	if err != nil {
		return nil, err
	}
	c.Workers, c.Stop = jobs.Workers(d), stopJobs
	r, err := s.Work(ctx, c)
	if err != nil {
		d.Fetch.Close()
		return nil, err
	}
	return func(ctx context.Context) error {
		defer d.Fetch.Close()
		return r.Stop(ctx)
	}, nil
}

func (c *serveCmd) listen(ctx context.Context) (ln, metrics net.Listener, err error) {
	var lc net.ListenConfig
	if c.MetricsListen != "" {
		if !loopback(c.MetricsListen) {
			return nil, nil, usagef("serve", "--metrics-listen must be on this machine (such as 127.0.0.1:9480), not %q", c.MetricsListen)
		}
		if metrics, err = lc.Listen(ctx, "tcp", c.MetricsListen); err != nil {
			return nil, nil, listenError(c.MetricsListen, err)
		}
	}
	if ln, err = lc.Listen(ctx, "tcp", c.Listen); err != nil {
		if metrics != nil {
			_ = metrics.Close()
		}
		return nil, nil, listenError(c.Listen, err)
	}
	return ln, metrics, nil
}

func listenError(address string, err error) error {
	var op *net.OpError
	if errors.As(err, &op) {
		err = op.Err
	}
	return babyshield.Wrap(babyshield.Unavailable, err, "BabyShield cannot listen on %s: %s.", address, err)
}

// loopback says whether an address to listen on is reached from this machine
// alone.
func loopback(address string) bool {
	host, _, err := net.SplitHostPort(address)
	if err != nil {
		return false
	}
	ip, err := netip.ParseAddr(host)
	return host == "localhost" || err == nil && ip.IsLoopback()
}

func (c *serveCmd) announce(a *app, ln net.Listener, base string) error {
	if !loopback(ln.Addr().String()) {
		a.notef("Warning: %s is reached from other machines, and there are no accounts yet. It serves the pages for checks, recalls and agencies, and no household's data.", ln.Addr())
	}
	if a.JSON {
		return a.json(map[string]string{"address": "http://" + ln.Addr().String(), "base_url": base})
	}
	a.printf("BabyShield is running at %s (stop it with Ctrl-C)\n", base)
	return a.stdout.failed()
}

// handler is everything that is served: the API, which guards itself, and the
// pages, where a browser's writes from other sites are refused.
func (c *serveCmd) handler(a *app, s *store.Store, m *metrics) http.Handler {
	checker := check.New(s, a.now)
	mux := http.NewServeMux()
	served := api.Handler(api.Deps{Store: s, Check: checker, Log: a.log, Now: a.now, Version: version})
	for _, path := range []string{"/api/", "/livez", "/readyz"} {
		mux.Handle(path, served)
	}
	pages := web.Handler(web.Deps{Store: s, Check: checker, Log: a.log, Now: a.now, Version: version})
	mux.Handle("/", http.NewCrossOriginProtection().Handler(pages))
	return m.count(mux)
}

// newServer has a deadline for everything that a client may be slow at.
func newServer(a *app, h http.Handler) *http.Server {
	return &http.Server{
		Handler:           h,
		ReadHeaderTimeout: 10 * time.Second,
		ReadTimeout:       30 * time.Second,
		WriteTimeout:      60 * time.Second,
		IdleTimeout:       60 * time.Second,
		MaxHeaderBytes:    64 << 10,
		ErrorLog:          slog.NewLogLogger(a.log.Handler(), slog.LevelWarn),
	}
}

// serveUntil serves until ctx ends or a listener breaks. Then no server takes a
// further request, and those in flight have stopRequests to end.
func serveUntil(ctx context.Context, servers map[net.Listener]*http.Server) error {
	g, ctx := errgroup.WithContext(ctx)
	for ln, srv := range servers {
		g.Go(func() error {
			if err := srv.Serve(ln); !errors.Is(err, http.ErrServerClosed) {
				return fmt.Errorf("serving on %s: %w", ln.Addr(), err)
			}
			return nil
		})
		g.Go(func() error {
			<-ctx.Done()
			end, cancel := context.WithTimeout(context.WithoutCancel(ctx), stopRequests)
			defer cancel()
			if err := srv.Shutdown(end); err != nil {
				return errors.Join(fmt.Errorf("ending requests on %s: %w", ln.Addr(), err), srv.Close())
			}
			return nil
		})
	}
	return g.Wait()
}

package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/jackc/pgx/v5/stdlib"
	"github.com/riverqueue/river"
	"github.com/riverqueue/river/riverdriver"
	"github.com/riverqueue/river/riverdriver/riverpgxv5"
	"github.com/riverqueue/river/riverdriver/riversqlite"
	"github.com/riverqueue/river/rivermigrate"

	"github.com/babyshield/babyshield"
	"github.com/babyshield/babyshield/internal/store/gen"
)

// tx is a transaction that our queries and River's inserts share.
type tx struct {
	*gen.Queries
	insert func(ctx context.Context, jobs []river.InsertManyParams) error
	now    time.Time
}

// engine is what differs between the two databases.
type engine interface {
	dialect() string
	begin(ctx context.Context, fn func(ctx context.Context, t *tx) error) error
	gooseDB() *sql.DB
	migrateJobs(ctx context.Context) error
	jobsCurrent(ctx context.Context) (bool, error)
	connectJobs() error
	work(cfg *river.Config) (jobClient, error)
	jobs() jobClient
	close() error
}

// jobClient is the part of a River client that does not depend on the kind of
// transaction.
type jobClient interface {
	Start(ctx context.Context) error
	Stop(ctx context.Context) error
	StopAndCancel(ctx context.Context) error
	JobList(ctx context.Context, params *river.JobListParams) (*river.JobListResult, error)
}

type sqliteEngine struct {
	w, r   *sql.DB
	client *river.Client[*sql.Tx] // inserts only
}

func (e *sqliteEngine) dialect() string  { return "sqlite" }
func (e *sqliteEngine) gooseDB() *sql.DB { return e.w }
func (e *sqliteEngine) close() error     { return errors.Join(e.r.Close(), e.w.Close()) }
func (e *sqliteEngine) jobs() jobClient  { return e.client }

func (e *sqliteEngine) begin(ctx context.Context, fn func(context.Context, *tx) error) error {
	t, err := e.w.BeginTx(ctx, nil)
	if err != nil {
		return fmt.Errorf("beginning a transaction: %w", err)
	}
	defer t.Rollback()
	err = fn(ctx, &tx{Queries: gen.New(t), insert: func(ctx context.Context, jobs []river.InsertManyParams) error {
		_, err := e.client.InsertManyTx(ctx, t, jobs)
		return err
	}})
	if err != nil {
		return err
	}
	if err := t.Commit(); err != nil {
		return fmt.Errorf("committing: %w", err)
	}
	return nil
}

func (e *sqliteEngine) connectJobs() (err error) {
	e.client, err = river.NewClient(riversqlite.New(e.w), &river.Config{Logger: quiet})
	return err
}

func (e *sqliteEngine) work(cfg *river.Config) (jobClient, error) {
	return river.NewClient(riversqlite.New(e.w), cfg)
}

func (e *sqliteEngine) migrateJobs(ctx context.Context) error {
	return migrateRiver(ctx, riversqlite.New(e.w))
}

func (e *sqliteEngine) jobsCurrent(ctx context.Context) (bool, error) {
	return riverCurrent(ctx, riversqlite.New(e.w))
}

type postgresEngine struct {
	pool   *pgxpool.Pool
	db     *sql.DB // the same pool, for database/sql
	client *river.Client[pgx.Tx]
}

func (e *postgresEngine) dialect() string  { return "postgres" }
func (e *postgresEngine) gooseDB() *sql.DB { return e.db }
func (e *postgresEngine) jobs() jobClient  { return e.client }

func (e *postgresEngine) close() error {
	err := e.db.Close()
	e.pool.Close()
	return err
}

// begin opens one pgx transaction on a connection that database/sql also holds,
// so that the generated queries and River's inserts are in it together. A
// transaction that PostgreSQL ended for the sake of another (deadlock,
// serialization) did nothing and is tried again.
func (e *postgresEngine) begin(ctx context.Context, fn func(context.Context, *tx) error) error {
	for try := 0; ; try++ {
		err := e.beginOnce(ctx, fn)
		var pg *pgconn.PgError
		if err == nil || try == 4 || !errors.As(err, &pg) || pg.Code != "40P01" && pg.Code != "40001" {
			return err
		}
	}
}

func (e *postgresEngine) beginOnce(ctx context.Context, fn func(context.Context, *tx) error) error {
	conn, err := e.db.Conn(ctx)
	if err != nil {
		return fmt.Errorf("beginning a transaction: %w", err)
	}
	defer conn.Close()
	var pc *pgx.Conn
	if err := conn.Raw(func(dc any) error { pc = dc.(*stdlib.Conn).Conn(); return nil }); err != nil {
		return fmt.Errorf("beginning a transaction: %w", err)
	}
	t, err := pc.Begin(ctx)
	if err != nil {
		return fmt.Errorf("beginning a transaction: %w", err)
	}
	// Before conn.Close, and even where ctx has ended: the connection must go back idle.
	defer t.Rollback(context.WithoutCancel(ctx))
	err = fn(ctx, &tx{Queries: gen.New(conn), insert: func(ctx context.Context, jobs []river.InsertManyParams) error {
		_, err := e.client.InsertManyTx(ctx, t, jobs)
		return err
	}})
	if err != nil {
		return err
	}
	if err := t.Commit(ctx); err != nil {
		return fmt.Errorf("committing: %w", err)
	}
	return nil
}

func (e *postgresEngine) connectJobs() (err error) {
	e.client, err = river.NewClient(riverpgxv5.New(e.pool), &river.Config{Logger: quiet})
	return err
}

func (e *postgresEngine) work(cfg *river.Config) (jobClient, error) {
	return river.NewClient(riverpgxv5.New(e.pool), cfg)
}

func (e *postgresEngine) migrateJobs(ctx context.Context) error {
	return migrateRiver(ctx, riverpgxv5.New(e.pool))
}

func (e *postgresEngine) jobsCurrent(ctx context.Context) (bool, error) {
	return riverCurrent(ctx, riverpgxv5.New(e.pool))
}

// migrateRiver brings River's own tables up to date. River takes no lock for
// this; the caller holds ours.
func migrateRiver[T any](ctx context.Context, driver riverdriver.Driver[T]) error {
	m, err := rivermigrate.New(driver, &rivermigrate.Config{Logger: quiet})
	if err != nil {
		return err
	}
	_, err = m.Migrate(ctx, rivermigrate.DirectionUp, nil)
	return err
}

func riverCurrent[T any](ctx context.Context, driver riverdriver.Driver[T]) (bool, error) {
	m, err := rivermigrate.New(driver, &rivermigrate.Config{Logger: quiet})
	if err != nil {
		return false, err
	}
	have, err := m.ExistingVersions(ctx)
	return err == nil && len(have) >= len(m.AllVersions()), err
}

// beginAgain is begin for a step that another process may have taken in the same
// moment: after a conflict it looks again.
func (s *Store) beginAgain(ctx context.Context, fn func(ctx context.Context, t *tx) error) error {
	for try := 0; ; try++ {
		err := s.begin(ctx, fn)
		if try == 4 || babyshield.CodeOf(err) != babyshield.Conflict {
			return err
		}
	}
}

// begin runs fn in one transaction, with the store's clock read once.
func (s *Store) begin(ctx context.Context, fn func(ctx context.Context, t *tx) error) error {
	return s.engine.begin(ctx, func(ctx context.Context, t *tx) error {
		t.now = s.Now()
		return fn(ctx, t)
	})
}

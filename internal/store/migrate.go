package store

import (
	"context"
	"database/sql"
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"

	"github.com/pressly/goose/v3"
	goosedb "github.com/pressly/goose/v3/database"

	"github.com/babyshield/babyshield"
)

//go:embed migrations
var migrations embed.FS

// quiet is for libraries whose information is not for our users; errors come
// back as values.
var quiet = slog.New(slog.DiscardHandler)

// versionTable is goose's table under a name of ours, which also marks a
// PostgreSQL database as ours.
const versionTable = "babyshield_migrations"

// prepare checks the database's version, brings it up to date if create is set
// (the caller then holds the lock), and connects the job engine.
func (s *Store) prepare(ctx context.Context, e engine, create bool) error {
	db := e.gooseDB()
	if err := db.PingContext(ctx); err != nil {
		return err
	}
	p, err := gooseProvider(e)
	if err != nil {
		return err
	}
	have, err := databaseVersion(ctx, db, e.dialect())
	if err != nil {
		return err
	}
	sources := p.ListSources()
	want := sources[len(sources)-1].Version
	switch {
	case have > want:
		return babyshield.Errorf(babyshield.Conflict, "The database %s is of a newer BabyShield (version %d, this program knows %d). Use that program.", Redact(s.URL), have, want)
	case have < want && !create:
		return babyshield.Errorf(babyshield.Conflict, "The database %s is empty or of an older BabyShield (version %d, this program needs %d). Bring it up to date with: babyshield migrate", Redact(s.URL), have, want)
	case have < want:
		if _, err := p.Up(ctx); err != nil {
			return fmt.Errorf("migrating: %w", err)
		}
	}
	if create {
		current, err := e.jobsCurrent(ctx)
		if err == nil && !current {
			err = e.migrateJobs(ctx)
		}
		if err != nil {
			return fmt.Errorf("migrating the job tables: %w", err)
		}
	}
	if err := e.connectJobs(); err != nil {
		return err
	}
	if create {
		return s.seed(ctx)
	}
	return nil
}

func gooseProvider(e engine) (*goose.Provider, error) {
	dialect := goose.DialectSQLite3
	if e.dialect() == "postgres" {
		dialect = goose.DialectPostgres
	}
	files, err := fs.Sub(migrations, "migrations/"+e.dialect())
	if err != nil {
		return nil, err
	}
	store, err := goosedb.NewStore(dialect, versionTable)
	if err != nil {
		return nil, err
	}
	return goose.NewProvider("", e.gooseDB(), files, goose.WithStore(store), goose.WithDisableGlobalRegistry(true), goose.WithSlog(quiet))
}

// databaseVersion is 0 for an empty database. A database that holds tables, but
// not our version table, belongs to another program.
func databaseVersion(ctx context.Context, db *sql.DB, dialect string) (int64, error) {
	tables := "SELECT count(*), coalesce(sum(CASE WHEN name = '" + versionTable + "' THEN 1 ELSE 0 END), 0) FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'"
	if dialect == "postgres" {
		tables = "SELECT count(*), coalesce(sum(CASE WHEN tablename = '" + versionTable + "' THEN 1 ELSE 0 END), 0) FROM pg_tables WHERE schemaname = current_schema()"
	}
	var all, ours int64
	if err := db.QueryRowContext(ctx, tables).Scan(&all, &ours); err != nil {
		return 0, err
	}
	if all == 0 {
		return 0, nil
	}
	if ours == 0 {
		return 0, babyshield.Errorf(babyshield.Invalid, "The database holds another program's tables. Give BabyShield a database of its own.")
	}
	var version sql.NullInt64
	err := db.QueryRowContext(ctx, "SELECT max(version_id) FROM "+versionTable+" WHERE is_applied").Scan(&version)
	if err != nil && !errors.Is(err, sql.ErrNoRows) {
		return 0, err
	}
	return version.Int64, nil
}

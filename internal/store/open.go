package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"log/slog"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/jackc/pgx/v5/stdlib"
	"modernc.org/sqlite"
	sqlite3 "modernc.org/sqlite/lib"

	"github.com/babyshield/babyshield"
	"github.com/babyshield/babyshield/internal/store/gen"
)

// Sealer encrypts what must not be readable in the database. The context is
// bound to the result: what was sealed as a channel cannot be opened as a user.
type Sealer interface {
	Seal(plain []byte, context string) ([]byte, error)
	Open(sealed []byte, context string) ([]byte, error)
}

// Options say which database to open and how.
type Options struct {
	// URL is sqlite:PATH, a bare path, or postgres://...
	URL string
	// Create makes and migrates what is missing. Without it a missing or older
	// database is an error: an empty database must never look like "nothing found".
	Create bool
	// Seed is written after the migrations, under the same lock.
	Seed Seed
	// Sealer may be nil for commands that touch no secret.
	Sealer Sealer
	Log    *slog.Logger
	Now    func() time.Time
	// SendTimeout bounds one send of one message; a claim older than this and ten
	// seconds is taken for a dead process's. 0 = 25 s, which with the deliver job's
	// budget stays below MaxJobTimeout.
	SendTimeout time.Duration
	// BaseURL is where people reach the pages, for links in messages.
	BaseURL string
}

// Store is an open database. Its methods may be called from many goroutines.
type Store struct {
	Options
	q       *gen.Queries // reads, outside of any transaction
	engine  engine
	peppers pepperCache
}

// AppID marks our SQLite files (PRAGMA application_id): "BSHD".
const AppID = 0x42534844

// Open connects, and with Options.Create migrates and seeds. The error's message
// is one line for a person.
func Open(ctx context.Context, o Options) (*Store, error) {
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.SendTimeout == 0 {
		o.SendTimeout = 25 * time.Second
	}
	s := &Store{Options: o}
	var err error
	if isPostgres(o.URL) {
		err = s.openPostgres(ctx)
	} else {
		err = s.openSQLite(ctx)
	}
	if err != nil {
		return nil, explain(o.URL, err)
	}
	return s, nil
}

// Close waits for connections in use and closes the database.
func (s *Store) Close() error { return s.engine.close() }

// Ping tells whether the database answers.
func (s *Store) Ping(ctx context.Context) error {
	_, err := s.q.CountUsers(ctx)
	return err
}

// Dialect is "sqlite" or "postgres", for messages.
func (s *Store) Dialect() string { return s.engine.dialect() }

func isPostgres(u string) bool {
	return strings.HasPrefix(u, "postgres://") || strings.HasPrefix(u, "postgresql://")
}

// SQLitePath is the file of a SQLite URL or bare path, and false for PostgreSQL.
func SQLitePath(u string) (string, bool) {
	if isPostgres(u) {
		return "", false
	}
	return strings.TrimPrefix(u, "sqlite:"), true
}

// Redact is the database URL without its password.
func Redact(u string) string {
	if p, err := url.Parse(u); err == nil && isPostgres(u) {
		return p.Redacted()
	}
	return u
}

func (s *Store) openSQLite(ctx context.Context) error {
	path, _ := SQLitePath(s.URL)
	if path == "" || strings.Contains(path, "://") {
		return babyshield.Errorf(babyshield.Invalid, "%q is no database of ours: use sqlite:PATH, a path, or postgres://...", Redact(s.URL))
	}
	if !s.Create {
		if _, err := os.Stat(path); errors.Is(err, os.ErrNotExist) {
			return babyshield.Errorf(babyshield.NotFound, "There is no database at %s. Create it with: babyshield migrate --database %s", path, s.URL)
		}
		return s.connectSQLite(ctx, path, false)
	}
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return err
	}
	// The lock covers the switch to WAL as well: PRAGMA journal_mode does not wait
	// for a busy database (RELIABILITY.md, fact 7).
	return withFileLock(ctx, path+".lock", func() error { return s.connectSQLite(ctx, path, true) })
}

// connectSQLite opens the writer and the readers. The writer is one connection
// that River and we share: with two, the jobs starve.
func (s *Store) connectSQLite(ctx context.Context, path string, create bool) error {
	if err := checkHeader(path); err != nil {
		return err
	}
	w, err := sql.Open("sqlite", sqliteDSN(path, true, create))
	if err != nil {
		return err
	}
	w.SetMaxOpenConns(1)
	r, err := sql.Open("sqlite", sqliteDSN(path, false, false))
	if err != nil {
		return errors.Join(err, w.Close())
	}
	r.SetMaxOpenConns(4)
	e := &sqliteEngine{w: w, r: r}
	s.engine, s.q = e, gen.New(r)
	if err := s.prepare(ctx, e, create); err != nil {
		return errors.Join(err, e.close())
	}
	return nil
}

func sqliteDSN(path string, writer, create bool) string {
	q := url.Values{}
	// busy_timeout first: the pragmas after it need it.
	q.Add("_pragma", "busy_timeout(10000)")
	q.Add("_pragma", "foreign_keys(1)")
	q.Add("_pragma", "synchronous(FULL)") // only FULL keeps an accepted report through power loss
	if create {
		q.Add("_pragma", "journal_mode(WAL)")
		q.Add("_pragma", fmt.Sprintf("application_id(%d)", AppID))
	}
	if writer {
		q.Set("_txlock", "immediate")
	} else {
		q.Add("_pragma", "query_only(1)")
	}
	u := url.URL{Scheme: "file", Opaque: (&url.URL{Path: path}).EscapedPath(), RawQuery: q.Encode()}
	return u.String()
}

// checkHeader refuses a file that is not a SQLite database of ours, before any
// pragma could write to it. It reads the header as the file format describes it
// (sqlite.org/fileformat2.html, 1.3): magic at 0, application id at 68.
func checkHeader(path string) error {
	f, err := os.Open(path)
	if errors.Is(err, os.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	defer f.Close()
	h := make([]byte, 100)
	n, err := f.Read(h)
	if n == 0 && (err == nil || err.Error() == "EOF") {
		return nil // an empty file is an empty database
	}
	if n < 100 || string(h[:16]) != "SQLite format 3\x00" {
		return babyshield.Errorf(babyshield.Invalid, "%s is not a BabyShield database: it is no SQLite file.", path)
	}
	id := uint32(h[68])<<24 | uint32(h[69])<<16 | uint32(h[70])<<8 | uint32(h[71])
	if id != AppID && id != 0 {
		return babyshield.Errorf(babyshield.Invalid, "%s is a database of another program.", path)
	}
	return nil
}

// maxConns is the default size of the PostgreSQL pool: the workers' concurrent
// queries and five for River's own (its elector, notifier, completer and
// producers), which starve otherwise. pool_max_conns in the URL overrides it.
const maxConns = 16

func (s *Store) openPostgres(ctx context.Context) error {
	cfg, err := pgxpool.ParseConfig(s.URL)
	if err != nil {
		return babyshield.Wrap(babyshield.Invalid, err, "The database URL %s cannot be read.", Redact(s.URL))
	}
	if !strings.Contains(s.URL, "pool_max_conns=") {
		cfg.MaxConns = maxConns
	}
	cfg.ConnConfig.ConnectTimeout = 10 * time.Second
	if cfg.ConnConfig.RuntimeParams["application_name"] == "" {
		cfg.ConnConfig.RuntimeParams["application_name"] = "babyshield"
	}
	connect := func(create bool) error {
		pool, err := pgxpool.NewWithConfig(ctx, cfg)
		if err != nil {
			return err
		}
		e := &postgresEngine{pool: pool, db: stdlib.OpenDBFromPool(pool)}
		s.engine, s.q = e, gen.New(e.db)
		if err := s.prepare(ctx, e, create); err != nil {
			return errors.Join(err, e.close())
		}
		return nil
	}
	if !s.Create {
		return connect(false)
	}
	return withAdvisoryLock(ctx, cfg.ConnConfig, func() error { return connect(true) })
}

// Explain turns an error of the database into one line for a person, such as that
// its disk is full or that another program holds it. Any other error is returned
// as it is.
func (s *Store) Explain(err error) error {
	if e := explain(s.URL, err); err != nil && babyshield.CodeOf(e) != babyshield.Internal {
		return e
	}
	return err
}

// explain turns what a driver says into one line for a person.
func explain(u string, err error) error {
	var known *babyshield.Error
	if errors.As(err, &known) {
		return err
	}
	name := Redact(u)
	var lite *sqlite.Error
	if errors.As(err, &lite) {
		switch lite.Code() & 0xff {
		case sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED:
			return babyshield.Wrap(babyshield.Unavailable, err, "The database %s is locked by another program.", name)
		case sqlite3.SQLITE_READONLY, sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_PERM:
			return babyshield.Wrap(babyshield.Unavailable, err, "The database %s cannot be opened for writing: check who owns the file and its folder.", name)
		case sqlite3.SQLITE_NOTADB, sqlite3.SQLITE_CORRUPT:
			return babyshield.Wrap(babyshield.Invalid, err, "%s is damaged or not a BabyShield database.", name)
		case sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR:
			return babyshield.Wrap(babyshield.Unavailable, err, "The disk under the database %s is full or failing.", name)
		}
	}
	if errors.Is(err, os.ErrPermission) {
		return babyshield.Wrap(babyshield.Unavailable, err, "The database %s cannot be opened: permission denied.", name)
	}
	var pg *pgconn.PgError
	if errors.As(err, &pg) {
		return babyshield.Wrap(babyshield.Unavailable, err, "The database %s refused: %s.", name, pg.Message)
	}
	var conn *pgconn.ConnectError
	if errors.As(err, &conn) {
		return babyshield.Wrap(babyshield.Unavailable, err, "The database %s does not answer.", name)
	}
	return fmt.Errorf("opening the database %s: %w", name, err)
}

// connectPatiently connects, waiting while the server starts or has no room for
// one more connection, as when many processes start at once.
func connectPatiently(ctx context.Context, cfg *pgx.ConnConfig) (*pgx.Conn, error) {
	for {
		conn, err := pgx.ConnectConfig(ctx, cfg)
		var pg *pgconn.PgError
		if err == nil || !errors.As(err, &pg) || pg.Code != "53300" && pg.Code != "57P03" {
			return conn, err
		}
		if err := pause(ctx, 100*time.Millisecond); err != nil {
			return nil, err
		}
	}
}

// pause waits, or ends early with the context's error.
func pause(ctx context.Context, d time.Duration) error {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-t.C:
		return nil
	}
}
